/**
 * The count of bytes that a backend holds, with a limit.
 */
import * as Aval from "effax/Aval"
import { allocate, type Value } from "./value.ts"

/** Thrown inside a run when the limit would be passed. */
export class LimitReached {
  readonly requested: number
  readonly live: number
  readonly limit: number
  constructor(requested: number, live: number, limit: number) {
    this.requested = requested
    this.live = live
    this.limit = limit
  }
}

export interface Memory {
  readonly limit: number
  live: number
}

/** What one run has taken; all that it did not hand on is given back when it ends, however it ends. */
export interface Arena {
  readonly allocate: (aval: Aval.Aval) => Value
  readonly free: (value: Value) => void
  /** Ends the run. The bytes of what it hands on stay counted. */
  readonly close: (handedOn: ReadonlyArray<Value>) => void
}

const reserve = (memory: Memory, bytes: number): void => {
  if (memory.live + bytes > memory.limit) throw new LimitReached(bytes, memory.live, memory.limit)
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
    if (cause instanceof RangeError) throw new LimitReached(bytes, memory.live, memory.limit)
    throw cause
  }
}

export const arena = (memory: Memory): Arena => {
  let taken = 0
  return {
    allocate: (aval) => {
      const value = take(memory, aval)
      taken += value.data.byteLength
      return value
    },
    free: (value) => {
      taken -= value.data.byteLength
      memory.live -= value.data.byteLength
    },
    close: (handedOn) => {
      memory.live -= handedOn.reduce((bytes, value) => bytes - value.data.byteLength, taken)
      taken = 0
    }
  }
}
