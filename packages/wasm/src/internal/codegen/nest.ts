/**
 * Nests of loops over a range of an iteration space, with a body of straight-line code at every point: see `emitNest`.
 */
import type { Body, Store } from "@effax/compiler/Plan"
import { itemSize } from "effax/DType"
import { i32, type Local } from "../assembler/index.ts"
import { bodyCycles, copiesInFlight } from "./cost.ts"
import type { KernelFunction } from "./kernel.ts"
import { store } from "./memory.ts"
import type { ResultSource, Traversal } from "./point.ts"
import { extent, type Range } from "./ranges.ts"
import { traverse } from "./traversal.ts"

export type { Range } from "./ranges.ts"

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
  const order = vectorLast(nest)
  const across = transposedAxis(nest, order)
  if (across === undefined) {
    const axis = order.at(-1) ?? -1
    emitOrdered(k, nest, order, { axis, copies: axis < 0 ? 1 : copiesInFlight(nest.body) })
    return
  }
  const axis = order.at(-1)!
  const reordered = [...order.filter((other) => other !== across && other !== axis), across, axis]
  inStrips(k, nest, axis, (strip) => emitOrdered(k, strip, reordered, { axis: across, copies: 4 }))
}

const emitOrdered = (
  k: KernelFunction,
  { body, ranges, results = [], stores }: Nest,
  order: ReadonlyArray<number>,
  unroll: Traversal["unroll"]
): void =>
  traverse(k, {
    ranges,
    order,
    unroll,
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

/** Bodies that take longer than this do not notice how their operands lie in memory. */
const mostCyclesTransposed = 60

/**
 * The axis along which an operand is contiguous that is not so along the vectorised one: blocks of 4 by 4 of it are
 * transposed in registers, and a strip of the vectorised axis is finished while its cache lines are at hand.
 */
const transposedAxis = ({ body, ranges }: Nest, order: ReadonlyArray<number>): number | undefined => {
  const vectorAxis = order.at(-1)
  if (vectorAxis === undefined || order.length < 2 || bodyCycles(body) > mostCyclesTransposed) return undefined
  for (const instruction of body) {
    if (instruction.op !== "load") continue
    const { strides } = instruction.index
    if (Math.abs(strides[vectorAxis]!) < 4) continue
    const across = order.find((axis) => axis !== vectorAxis && Math.abs(strides[axis]!) === 1)
    if (across !== undefined && (extent(ranges[across]!) ?? 4) >= 4) return across
  }
  return undefined
}

const stripLength = 64

/** Runs a nest on strips of an axis, one after the other. */
const inStrips = (k: KernelFunction, nest: Nest, axis: number, body: (strip: Nest) => void): void => {
  const { f } = k
  const range = nest.ranges[axis]!
  const count = extent(range)
  // The pointers of results stand at the first point: they would have to move with the strips.
  if ("at" in range || (count !== undefined && count <= stripLength) || (nest.results ?? []).length > 0) {
    body(nest)
    return
  }
  f.scope(() => {
    const from = f.local("i32", range.from as Local<"i32">)
    const to = f.local("i32", 0)
    const whole = count === undefined ? range.multipleOf ?? 1 : count
    const multipleOf = whole % stripLength === 0 ? stripLength : whole % 16 === 0 ? 16 : whole % 4 === 0 ? 4 : 1
    f.while(() => i32.ltS(from, range.to), () => {
      f.set(to, i32.add(from, stripLength))
      f.if(i32.gtU(to, range.to), () => f.set(to, range.to as Local<"i32">))
      body({ ...nest, ranges: nest.ranges.map((other, i) => i === axis ? { from, to, multipleOf } : other) })
      f.set(from, to)
    })
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
