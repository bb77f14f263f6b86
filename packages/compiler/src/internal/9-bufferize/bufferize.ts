/**
 * Every storage gets its memory: inputs and outputs their own, temporaries a part of one arena. Memory is given to another
 * temporary only after a barrier, so that no barriers are needed for memory's sake.
 */
import * as DType from "effax/DType"
import type { Buffer, Plan } from "../../Plan.ts"
import type { Storage } from "../7-fuse/fuse.ts"
import type { Scheduled } from "../8-schedule/schedule.ts"
import { specOf } from "../kernels/index.ts"
import { Arena } from "./arena.ts"
import { shareInPlace } from "./inPlace.ts"
import { lifetimes } from "./lifetimes.ts"

const bytesOf = (s: Storage): number => s.elements * DType.itemSize(s.dtype)

/** Offsets of temporaries, and the bytes they need together. */
const allocate = (
  storages: ReadonlyArray<Storage>,
  temporaries: ReadonlyArray<number>,
  spans: ReadonlyArray<{ readonly first: number; readonly last: number }>
): { readonly offsets: ReadonlyMap<number, number>; readonly size: number } => {
  const arena = new Arena()
  const offsets = new Map<number, number>()
  // Large ones first, where several start together
  const starts = [...temporaries].sort((a, b) =>
    spans[a]!.first - spans[b]!.first || bytesOf(storages[b]!) - bytesOf(storages[a]!) || a - b
  )
  const ends = [...temporaries].sort((a, b) => spans[a]!.last - spans[b]!.last || a - b)
  let ended = 0
  for (const s of starts) {
    while (ended < ends.length && spans[ends[ended]!]!.last < spans[s]!.first) {
      const over = ends[ended++]!
      arena.free(offsets.get(over)!, bytesOf(storages[over]!))
    }
    offsets.set(s, arena.allocate(bytesOf(storages[s]!)))
  }
  return { offsets, size: arena.size }
}

export const bufferize = ({ inputs, kernels, outputs, segments, storages }: Scheduled): Plan => {
  const lives = lifetimes(kernels, segments, storages.length)
  const shared = shareInPlace(kernels, segments, storages, lives)
  const spans = storages.map((_, s) => ({ first: lives[s]?.firstSegment ?? 0, last: lives[s]?.lastSegment ?? -1 }))
  storages.forEach((_, s) => {
    const root = spans[shared[s]!]!
    root.first = Math.min(root.first, spans[s]!.first)
    root.last = Math.max(root.last, spans[s]!.last)
  })
  const temporaries: Array<number> = []
  const empty: Array<number> = []
  storages.forEach(({ elements, input, output }, s) => {
    if (shared[s] === s && input === undefined && output === undefined && lives[s] !== undefined) {
      if (elements > 0) temporaries.push(s)
      else empty.push(s)
    }
  })
  const { offsets, size } = allocate(storages, temporaries, spans)
  // Only what is used is numbered: inputs, outputs, temporaries
  const buffers: Array<Buffer> = []
  const numbers = new Map<number, number>()
  const add = (s: number, location: Buffer["location"]): void => {
    const { dtype, elements } = storages[s]!
    numbers.set(s, buffers.push({ dtype, elements, location }) - 1)
  }
  inputs.forEach((s, index) => add(s, { _tag: "Input", index }))
  outputs.forEach((s, index) => {
    // What is changed in place is where it came in
    if (storages[s]!.input === undefined) add(s, { _tag: "Output", index })
  })
  for (const s of temporaries) add(s, { _tag: "Temporary", offset: offsets.get(s)! })
  for (const s of empty) add(s, { _tag: "Temporary", offset: 0 })
  const numberOf = (s: number): number => numbers.get(shared[s]!)!
  return {
    buffers,
    kernels: kernels.map((kernel) => specOf(kernel).mapBuffers(kernel, numberOf)),
    inputs: inputs.map(numberOf),
    outputs: outputs.map(numberOf),
    arena: size
  }
}
