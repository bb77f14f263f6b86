/**
 * Counts the bytes that a backend holds, up to a limit.
 */
import * as Aval from "effax/Aval"
import { allocate, type Value } from "./value.ts"

/** Thrown in a run when the limit would be exceeded. */
export class LimitReached {
  readonly requested: number
  readonly live: number
  /** The live bytes that running computations hold. */
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
  /** The bytes in use, including those of running computations. */
  live: number
  running: number
}

/**
 * The memory that one run has taken. When the run ends for any reason, all of it except the returned results is
 * released.
 */
export interface Arena {
  readonly allocate: (aval: Aval.Aval) => Value
  readonly free: (value: Value) => void
  /** Ends the run. The bytes of the returned values remain counted. */
  readonly close: (handedOn: ReadonlyArray<Value>) => void
}

const reserve = (memory: Memory, bytes: number): void => {
  if (memory.live + bytes > memory.limit) throw new LimitReached(bytes, memory)
  memory.live += bytes
}

/** Allocates and counts. The host itself may run out of memory before the limit is reached. */
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
