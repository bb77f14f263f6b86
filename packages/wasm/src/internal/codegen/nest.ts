/**
 * Nests of loops over a range of an iteration space, with a body of straight-line code at every point: see `emitNest`.
 */
import type { Body, Store } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import type { Local } from "../assembler/index.ts"
import { copiesInFlight } from "./cost.ts"
import type { KernelFunction } from "./kernel.ts"
import { store } from "./memory.ts"
import { extent, traverse } from "./traversal.ts"

/** Which coordinates of an axis a nest visits: one, or all in `[from, to)`. */
export type Range =
  | { readonly at: Local<"i32"> | number }
  | {
    readonly from: Local<"i32"> | number
    readonly to: Local<"i32"> | number
    /** What `to - from` is known to be a multiple of, where they are not numbers: without tails, code is shorter. */
    readonly multipleOf?: number
  }

/** Where the values of `result` instructions are: `which` of the instruction is the index in the nest's `results`. */
export interface ResultSource {
  /** The address of the element at the first point that the nest visits. */
  readonly pointer: Local<"i32">
  /** Bytes from one point to the next, for each axis of the space; anything on `at` axes. */
  readonly strides: ReadonlyArray<number>
  /** As stored there, which need not be the dtype of the instruction: converted on the way. */
  readonly dtype: DType
}

export interface Nest {
  /** One for each axis of the space. */
  readonly ranges: ReadonlyArray<Range>
  readonly body: Body
  readonly stores: ReadonlyArray<Store>
  readonly results?: ReadonlyArray<ResultSource>
}

/**
 * Emits loops that run the body at every point of the ranges and store. Before it nothing need be set up but what the
 * ranges and results name. No work is divided and no cancel flag is looked at: that is the business of units.
 */
export const emitNest = (k: KernelFunction, nest: Nest): void => {
  const { body, ranges, results = [], stores } = nest
  const order = vectorLast(nest)
  const axis = order.at(-1) ?? -1
  traverse(k, {
    ranges,
    order,
    unroll: { axis, copies: axis < 0 ? 1 : copiesInFlight(body) },
    body,
    results,
    wanted: stores.map((s) => s.value),
    accesses: stores.map(({ buffer, index, value }) => ({ buffer, index, size: itemSize(body[value]!.dtype) })),
    sink: ({ affine, copies, k, value }) => {
      for (let copy = 0; copy < copies; copy++) {
        for (const { buffer, index, value: id } of stores) {
          const { dtype } = body[id]!
          store(k, dtype, affine(buffer, index, itemSize(dtype), copy), value(id, copy))
        }
      }
    }
  })
}

/** Shorter than this, the last axis is vectorised only where it is a multiple of four or no other is longer. */
const shortAxis = 8

/** The axes that need a loop, with the one to vectorise last. */
const vectorLast = ({ ranges }: Nest): ReadonlyArray<number> => {
  const axes = ranges.flatMap((range, axis) => extent(range) === 1 ? [] : [axis])
  const last = axes.at(-1)
  if (last === undefined) return axes
  const length = extent(ranges[last]!)
  if (length === undefined || length >= shortAxis || length % 4 === 0) return axes
  const longest = axes.reduce((best, axis) => {
    const size = extent(ranges[axis]!) ?? shortAxis
    return size > (extent(ranges[best]!) ?? shortAxis) ? axis : best
  }, last)
  return longest === last || (extent(ranges[longest]!) ?? shortAxis) < shortAxis
    ? axes
    : [...axes.filter((axis) => axis !== longest), longest]
}
