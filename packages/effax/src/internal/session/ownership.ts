/**
 * Tracks which arrays own device memory, who else uses it, and when it is freed.
 *
 * A buffer is returned to the driver when its array has released it (`NdArray.dispose`, the end of a scope, a donation,
 * or because the array is unreachable) and no execution, upload or read pins it.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as aval from "../../Aval.ts"
import type { DisposedArrayError } from "../../Errors.ts"
import type { DeviceBuffer, Driver } from "../driver/driver.ts"
import { format } from "../graph/format.ts"
import { enter, type Region } from "./regions.ts"
import { Registry } from "./registry.ts"

/** The identity of a session, and whether its Layer was closed. */
export interface SessionState {
  readonly backend: string
  closed: boolean
}

/** A device buffer with the session's use counts. */
export interface Ownership {
  readonly buffer: DeviceBuffer
  /** The number of computations and reads that use the buffer now. */
  pins: number
  /** Whether the array has released the buffer: the last unpin frees it. */
  released: boolean
  /** Whether a computation in flight consumes the array. */
  claimed: boolean
  /** The scope that frees the buffer when it ends. */
  region: Region | undefined
  /** Its index among the buffers registered for finalisation, or -1. */
  slot: number
}

/** The location of a resident array's value, owned by the session of one backend. */
export interface Allocation {
  readonly session: SessionState
  readonly ownership: Ownership
  /** The reason why the memory was freed, once it was. */
  disposed: DisposedArrayError["reason"] | undefined
  /** Frees the memory, as `NdArray.dispose` does. One function for all arrays. */
  readonly dispose: (allocation: Allocation) => void
  /** The values as text, when they can be read at once. Lines after the first are indented. One function for all arrays. */
  readonly preview: (allocation: Allocation, of: aval.Aval, indent: number) => string | undefined
}

/** Why an array can't be used any more; `undefined` if it can. An array that is being consumed counts as donated. */
export const reasonOf = (allocation: Allocation): DisposedArrayError["reason"] | undefined =>
  allocation.session.closed ? "layer" : allocation.disposed ?? (allocation.ownership.claimed ? "donation" : undefined)

export interface Owner {
  /** Gives new memory to an array; it is freed with the scope `region`. */
  readonly own: (buffer: DeviceBuffer, region: Region | undefined) => Allocation
  /** Keeps a buffer alive, even if its array releases it, until {@link Owner.unpin}. */
  readonly pin: (ownership: Ownership) => void
  readonly unpin: (ownership: Ownership) => void
  /** Frees the memory, now or at the last unpin. */
  readonly free: (ownership: Ownership) => void
  /** As {@link Owner.free}; later uses of the array fail with this reason. */
  readonly dispose: (allocation: Allocation, reason: DisposedArrayError["reason"]) => void
  /** The number of arrays that own device memory. */
  readonly arraysLive: () => number
}

export const make = (driver: Driver, session: SessionState): Owner => {
  let arraysLive = 0

  const giveBack = (ownership: Ownership): void => {
    if (session.closed) return
    arraysLive--
    driver.release(ownership.buffer)
  }

  const free = (ownership: Ownership): void => {
    if (ownership.released) return
    ownership.released = true
    ownership.region?.members.delete(ownership)
    registry.remove(ownership)
    if (ownership.pins === 0) giveBack(ownership)
  }

  const registry = new Registry(free)

  const dispose: Owner["dispose"] = (allocation, reason) => {
    if (allocation.disposed !== undefined) return
    allocation.disposed = reason
    free(allocation.ownership)
  }

  const disposeNow: Allocation["dispose"] = (allocation) => dispose(allocation, "dispose")

  const preview: Allocation["preview"] = (allocation, of, indent) => {
    const reason = reasonOf(allocation)
    if (reason !== undefined) return `<disposed: ${reason}>`
    const exit = Effect.runSyncExit(driver.download(allocation.ownership.buffer, of))
    return Exit.isSuccess(exit) ? format(exit.value, of, indent) : undefined
  }

  return {
    own: (buffer, region) => {
      const ownership: Ownership = {
        buffer,
        pins: 0,
        released: false,
        claimed: false,
        region: undefined,
        slot: -1
      }
      const allocation: Allocation = { session, ownership, disposed: undefined, dispose: disposeNow, preview }
      registry.add(allocation)
      arraysLive++
      if (region !== undefined) enter(region, ownership, new WeakRef(allocation))
      return allocation
    },
    pin: (ownership) => {
      ownership.pins++
    },
    unpin: (ownership) => {
      if (--ownership.pins === 0 && ownership.released) giveBack(ownership)
    },
    free,
    dispose,
    arraysLive: () => session.closed ? 0 : arraysLive
  }
}
