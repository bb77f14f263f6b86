/**
 * The count of bytes that a backend holds, with a limit.
 */
import * as Aval from "effax/Aval"
import { allocate, type Value } from "./value.ts"

/** Thrown inside a run when the limit would be passed. */
export class LimitReached {
  readonly requested: number
  readonly live: number
  /** Bytes of those that are live which computations take that run. */
  readonly running: number
  readonly limit: number
  constructor(requested: number, { limit, live, running }: Memory) {
    this.requested = requested
    this.live = live
    this.running = running
    this.limit = limit
  }
}

export interface Memory {
  readonly limit: number
  /** Bytes that are taken, those of computations that run among them. */
  live: number
  running: number
}

/** What one run has taken; all that it did not hand on is given back when it ends, however it ends. */
export interface Arena {
  readonly allocate: (aval: Aval.Aval) => Value
  readonly free: (value: Value) => void
  /** Ends the run. The bytes of what it hands on stay counted. */
  readonly close: (handedOn: ReadonlyArray<Value>) => void
}

const reserve = (memory: Memory, bytes: number): void => {
  if (memory.live + bytes > memory.limit) throw new LimitReached(bytes, memory)
  memory.live += bytes
}

/** Allocates and counts. The host itself may have no room left before the limit is reached. */
export const take = (memory: Memory, aval: Aval.Aval): Value => {
  const bytes = Aval.byteLength(aval)
  reserve(memory, bytes)
  try {
    return allocate(aval)
  } catch (cause) {
    memory.live -= bytes
    if (cause instanceof RangeError) throw new LimitReached(bytes, memory)
    throw cause
  }
}

export const arena = (memory: Memory): Arena => {
  let taken = 0
  return {
    allocate: (aval) => {
      const value = take(memory, aval)
      taken += value.data.byteLength
      memory.running += value.data.byteLength
      return value
    },
    free: (value) => {
      taken -= value.data.byteLength
      memory.running -= value.data.byteLength
      memory.live -= value.data.byteLength
    },
    close: (handedOn) => {
      memory.live -= handedOn.reduce((bytes, value) => bytes - value.data.byteLength, taken)
      memory.running -= taken
      taken = 0
    }
  }
}
