/**
 * From when to when storages are in use.
 */
import type { Kernel } from "../../Plan.ts"
import { specOf } from "../kernels/index.ts"

export interface Lifetime {
  readonly firstKernel: number
  readonly lastKernel: number
  readonly firstSegment: number
  readonly lastSegment: number
  /** The segment of the last kernel but one that touches it; -1 if there is none. */
  readonly segmentBeforeLast: number
  /** How many kernels write to it. */
  readonly writers: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** One for each storage that some kernel touches. */
export const lifetimes = (
  kernels: ReadonlyArray<Kernel>,
  segments: Int32Array,
  storages: number
): ReadonlyArray<Lifetime | undefined> => {
  const result = new Array<Mutable<Lifetime> | undefined>(storages)
  kernels.forEach((kernel, k) => {
    const segment = segments[k]!
    const touch = (s: number, writes: boolean): void => {
      const life = result[s]
      if (life === undefined) {
        result[s] = {
          firstKernel: k,
          lastKernel: k,
          firstSegment: segment,
          lastSegment: segment,
          segmentBeforeLast: -1,
          writers: writes ? 1 : 0
        }
        return
      }
      if (life.lastKernel !== k) life.segmentBeforeLast = life.lastSegment
      life.lastKernel = k
      life.lastSegment = segment
      if (writes) life.writers++
    }
    const { reads, updates, writes } = specOf(kernel).accesses(kernel)
    for (const s of reads) touch(s, false)
    for (const s of writes) touch(s, true)
    for (const s of updates) touch(s, true)
  })
  return result
}
