/**
 * The order of kernels: close to the order of the Program, in which values are used soon after they were made, but with
 * kernels that do not depend on each other between two barriers, as far as that is near by.
 */
import { type Kernel, kernelCallsHost } from "../../Plan.ts"
import type { Fused } from "../7-fuse/fuse.ts"
import { specOf } from "../kernels/index.ts"
import { Heap } from "./heap.ts"

export interface Scheduled extends Omit<Fused, "keys"> {
  /** For each kernel, how many barriers came before it. Kernels between the same barriers may run at once. */
  readonly segments: Int32Array
}

/** Knows where each kernel was before. */
export interface WithOrder extends Scheduled {
  readonly order: ReadonlyArray<number>
}

/** How many kernels ahead of its turn a kernel may run, to save a barrier. */
const lookahead = 12

/** For each kernel, those that must have ended before it starts. */
const dependencies = (kernels: ReadonlyArray<Kernel>, storages: number): ReadonlyArray<ReadonlyArray<number>> => {
  // Since the storage was last updated as a whole
  const writers = new Array<Array<number> | undefined>(storages)
  const readers = new Array<Array<number> | undefined>(storages)
  let lastCall: number | undefined
  return kernels.map((kernel, k) => {
    const before = new Set<number>()
    // The host sees calls in the order of the Program
    if (kernelCallsHost(kernel)) {
      if (lastCall !== undefined) before.add(lastCall)
      lastCall = k
    }
    const { reads, updates, writes } = specOf(kernel).accesses(kernel)
    for (const s of reads) for (const w of writers[s] ?? []) before.add(w)
    for (const s of writes) for (const r of readers[s] ?? []) before.add(r)
    for (const s of updates) {
      for (const w of writers[s] ?? []) before.add(w)
      for (const r of readers[s] ?? []) before.add(r)
    }
    for (const s of reads) (readers[s] ??= []).push(k)
    // Several kernels may fill one storage, each its own part
    for (const s of writes) (writers[s] ??= []).push(k)
    for (const s of updates) {
      writers[s] = [k]
      readers[s] = []
    }
    before.delete(k)
    return [...before]
  })
}

const followers = (before: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<ReadonlyArray<number>> => {
  const after: Array<Array<number>> = before.map(() => [])
  before.forEach((ks, k) => ks.forEach((p) => after[p]!.push(k)))
  return after
}

/** Kernels in the order of the Program, as far as dependencies allow. */
const programOrder = (
  keys: ReadonlyArray<number>,
  before: ReadonlyArray<ReadonlyArray<number>>,
  after: ReadonlyArray<ReadonlyArray<number>>
): Int32Array => {
  const waiting = Int32Array.from(before, (ks) => ks.length)
  const ready = new Heap((k) => keys[k]!)
  before.forEach((ks, k) => ks.length === 0 && ready.push(k))
  const rank = new Int32Array(keys.length)
  for (let at = 0, k = ready.pop(); k !== undefined; at++, k = ready.pop()) {
    rank[k] = at
    for (const next of after[k]!) if (--waiting[next]! === 0) ready.push(next)
  }
  return rank
}

export const schedule = ({ inputs, kernels, keys, outputs, storages }: Fused): WithOrder => {
  const before = dependencies(kernels, storages.length)
  const after = followers(before)
  const rank = programOrder(keys, before, after)
  const waiting = Int32Array.from(before, (ks) => ks.length)
  const segmentOf = new Int32Array(kernels.length)
  let segment = 0
  // Kernels that may run now, and kernels that have to wait for a barrier
  const now = new Heap((k) => rank[k]!)
  const later = new Heap((k) => rank[k]!)
  before.forEach((ks, k) => ks.length === 0 && now.push(k))
  const ordered: Array<Kernel> = []
  const order: Array<number> = []
  const segments = new Int32Array(kernels.length)
  while (ordered.length < kernels.length) {
    const first = now.peek()
    const behind = later.peek()
    const barrier = behind !== undefined && (first === undefined || rank[first]! > rank[behind]! + lookahead)
    if (barrier) {
      segment++
      for (let k = later.pop(); k !== undefined; k = later.pop()) now.push(k)
    }
    const k = now.pop()!
    segmentOf[k] = segment
    segments[ordered.length] = segment
    order.push(k)
    ordered.push(barrier ? { ...kernels[k]!, barrier } : kernels[k]!)
    for (const next of after[k]!) {
      if (--waiting[next]! > 0) continue
      if (before[next]!.some((p) => segmentOf[p] === segment)) later.push(next)
      else now.push(next)
    }
  }
  return { storages, kernels: ordered, segments, inputs, outputs, order }
}
