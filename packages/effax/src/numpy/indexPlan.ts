/**
 * From an index to the operands of XLA's slice, gather and scatter: how each axis takes part, and where it goes in the result.
 */
import * as DType from "../DType.ts"
import { ConcretizationError, DTypeError, IndexError } from "../Errors.ts"
import { type AnyTypedArray, dtypeOf, fromNumbers, isTypedArray } from "../HostArray.ts"
import { describe } from "../internal/arguments/describe.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { fromFront, nearestPosition, positionDType, saturate } from "../primitive/positions.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { broadcastTo } from "./operands.ts"
import { ellipsis, type Entry, type Index, newaxis, type Slice, slice } from "./slices.ts"

/** How one axis of the array takes part. */
export type AxisPlan =
  /** A window that is not collapsed, from a static start. */
  | { readonly _tag: "Window"; readonly start: number; readonly size: number }
  /** Positions with a step: an axis of the result of its own. */
  | { readonly _tag: "Steps"; readonly start: number; readonly step: number; readonly size: number }
  /** One static position. */
  | { readonly _tag: "Point"; readonly at: number }
  /** Positions from an array, which broadcasts with the others. */
  | { readonly _tag: "Array"; readonly positions: node.Node }

export interface IndexPlan {
  readonly axes: ReadonlyArray<AxisPlan>
  /** The result's axes in order: an axis of the array, a new one, or the joint axes of the arrays. */
  readonly layout: ReadonlyArray<number | "new" | "arrays">
  /** The joint shape of the arrays; undefined without any. */
  readonly joint: Shape.Shape | undefined
  /** The dtype of positions. */
  readonly dtype: "int32" | "int64"
}

const isSlice = (entry: unknown): entry is Slice =>
  typeof entry === "object" && entry !== null && "_tag" in entry && entry._tag === "Slice" && !node.isNode(entry)

/** Entries one by one; an index that is not a list is the only entry. */
const entriesOf = (index: Index): ReadonlyArray<Entry> => Array.isArray(index) ? index : [index as Entry]

/** Integers in memory are positions, as those of a list. */
const isIntegers = (entry: unknown): entry is AnyTypedArray => isTypedArray(entry) && DType.isInteger(dtypeOf(entry))

/** How an entry should have been written. */
const hint = (value: unknown): string =>
  ArrayBuffer.isView(value)
    ? "positions are integers, as in `Int32Array.of(0, 2)`"
    : Array.isArray(value)
    ? "positions in more than one axis are an array of integers, `np.array([[0, 1]], { dtype: \"int32\" })`"
    : typeof value === "object" && value !== null || typeof value === "string" && /^-?\d*:/.test(value)
    ? "ranges are written `np.slice(start, stop, step)`"
    : "an entry is a whole number, `np.slice(...)`, a list or an array of integers, `np.newaxis` or `np.ellipsis`"

const wrongEntry = (operation: string, value: unknown, where: string): IndexError =>
  new IndexError({ operation, message: `${operation}: ${where} is ${describe(value)}; ${hint(value)}` })

/** Refuses what can't be an entry; whether positions are inside is looked at where the axis is known. */
const checkEntry = (operation: string, entry: unknown, place: number): void => {
  if (
    entry === newaxis || entry === ellipsis || typeof entry === "number" || node.isNode(entry) || isSlice(entry) ||
    isIntegers(entry)
  ) return
  if (!Array.isArray(entry)) throw wrongEntry(operation, entry, `entry ${place} of the index`)
  const wrong = entry.findIndex((position) => typeof position !== "number" || !Number.isInteger(position))
  if (wrong !== -1) throw wrongEntry(operation, entry[wrong], `position ${wrong} in entry ${place} of the index`)
}

/** How positions are read that don't lie on an axis from its front. */
export interface Reading {
  /** Negative positions count from the end of the axis; otherwise they lie before its front. True by default. */
  readonly negative?: boolean
  /** Positions of the program text may lie outside, because it says what happens to them. False by default. */
  readonly outside?: boolean
}

interface Axis {
  readonly operation: string
  readonly axis: number
  readonly size: number
  /** The dtype of computed positions. */
  readonly dtype: "int32" | "int64"
  readonly reading: Reading
}

/** A position of the program text, counted from the front. */
const staticPosition = ({ axis, operation, reading, size }: Axis, at: number): number => {
  if (!Number.isSafeInteger(at) || !reading.outside && (at < -size || at >= size)) {
    throw outside(operation, at, axis, size)
  }
  return at < 0 && reading.negative !== false ? at + size : at
}

const isList = (entry: unknown): entry is ReadonlyArray<number | bigint> => Array.isArray(entry) || isIntegers(entry)

const listed = (of: Axis, entry: ReadonlyArray<number | bigint>): node.Node => {
  const positions = Array.from(
    entry,
    (at) => nearestPosition(staticPosition(of, typeof at === "bigint" ? Number(at) : at), of.dtype)
  )
  return node.constant(fromNumbers(positions, of.dtype), of.dtype, [positions.length])
}

/** Positions of an entry that {@link checkEntry} let pass: a list, or an array. */
const positionsOf = (of: Axis, positions: Entry): node.Node => {
  const { dtype, operation, reading, size } = of
  if (isList(positions)) return listed(of, positions)
  const entry = asInteger(operation, node.nodeOf(positions as NdArray.Any))
  if (entry.dtype === "bool") {
    throw new ConcretizationError({
      operation,
      message:
        `${operation}: how many elements a boolean mask picks is not known before it is run; use \`np.where\`, or ` +
        "read the mask with NdArray.toNested and index by positions"
    })
  }
  if (!DType.isInteger(entry.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: positions must be integers, got ${entry.dtype}; give a list, or an array made with ` +
        "`{ dtype: \"int32\" }`"
    })
  }
  if (entry.source._tag === "Literal") {
    const at = staticPosition(of, Number(entry.source.value))
    return node.literal(nearestPosition(at, dtype), dtype)
  }
  return node.nodeOf(reading.negative === false ? saturate(entry, dtype) : fromFront(entry, size, dtype))
}

const outside = (operation: string, at: number, axis: number, size: number): IndexError =>
  new IndexError({
    operation,
    message: `${operation}: index ${at} is out of range for axis ${axis} of length ${size}; ` +
      (size === 0 ? "an axis of length 0 has no positions" : `positions go from ${-size} to ${size - 1}`)
  })

/** Python's resolution of a slice against a length. */
const resolve = ({ start, step, stop }: Slice, length: number): { start: number; size: number } => {
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + length : value, low), high)
  const from = start === undefined
    ? step > 0 ? 0 : length - 1
    : step > 0
    ? clamp(start, 0, length)
    : clamp(start, -1, length - 1)
  const to = stop === undefined
    ? step > 0 ? length : -1
    : step > 0
    ? clamp(stop, 0, length)
    : clamp(stop, -1, length - 1)
  return { start: from, size: Math.max(0, Math.ceil((to - from) / step)) }
}

/** An index whose positions outside are literals, which are read as computed positions are. */
const literalsOutside = (entries: ReadonlyArray<Entry>, shape: Shape.Shape): ReadonlyArray<Entry> => {
  let axis = 0
  return entries.map((entry) => {
    if (entry === newaxis) return entry
    const size = shape[axis++]!
    return typeof entry === "number" && Number.isSafeInteger(entry) && (entry < -size || entry >= size)
      ? node.literal(entry, "int64")
      : entry
  })
}

export const plan = (operation: string, shape: Shape.Shape, index: Index, reading: Reading = {}): IndexPlan => {
  const entries = entriesOf(index)
  entries.forEach((entry, place) => checkEntry(operation, entry, place))
  const consumed = entries.filter((entry) => entry !== newaxis && entry !== ellipsis).length
  const gaps = entries.filter((entry) => entry === ellipsis).length
  if (consumed > shape.length || gaps > 1) {
    throw new IndexError({
      operation,
      message: gaps > 1
        ? `${operation}: an index can have one ellipsis only`
        : `${operation}: ${consumed} indices for an array of ${shape.length} axes, shape ${Shapes.format(shape)}`
    })
  }
  const rest = new Array<Entry>(shape.length - consumed).fill(slice())
  const whole = gaps === 0 ? [...entries, ...rest] : entries.flatMap((entry) => entry === ellipsis ? rest : [entry])
  const entriesByAxis = reading.outside ? literalsOutside(whole, shape) : whole
  // beside arrays, single positions are arrays without axes
  const advanced = entriesByAxis.some((entry) => node.isNode(entry) || isList(entry))
  const axes: Array<AxisPlan> = []
  const layout: Array<number | "new" | "arrays"> = []
  const places: Array<number> = []
  const dtype = positionDType(shape)
  for (const entry of entriesByAxis) {
    const axis = axes.length
    const size = shape[axis]!
    if (entry === newaxis) layout.push("new")
    else if (isSlice(entry)) {
      const range = resolve(entry, size)
      axes.push(
        entry.step === 1 || range.size <= 1
          ? { _tag: "Window", ...range }
          : { _tag: "Steps", step: entry.step, ...range }
      )
      layout.push(axis)
    } else if (typeof entry === "number") {
      axes.push({ _tag: "Point", at: staticPosition({ operation, axis, size, dtype, reading }, entry) })
      if (advanced) places.push(layout.length)
    } else {
      const of = { operation, axis, size, dtype, reading }
      axes.push({ _tag: "Array", positions: positionsOf(of, entry) })
      places.push(layout.length)
    }
  }
  if (!advanced) return { axes, layout, joint: undefined, dtype }
  // NumPy: the arrays' axes stand where the arrays stood side by side, and in front if something was between them
  const together = places.every((place) => place === places[0])
  layout.splice(together ? places[0]! : 0, 0, "arrays")
  const joint = Shapes.broadcast(
    operation,
    axes.flatMap((axis) => axis._tag === "Array" ? [axis.positions.shape] : [])
  )
  return { axes, layout, joint, dtype }
}

interface Windows {
  readonly indices: NdArray.Any
  readonly collapsed: ReadonlyArray<number>
  readonly indexed: ReadonlyArray<number>
  /** Positions in the result (without new axes) of the window axes. */
  readonly offsets: ReadonlyArray<number>
  readonly sizes: Shape.Shape
  /** The shape of what is read or written, without new axes. */
  readonly shape: Shape.Shape
}

/** The index as XLA's gather and scatter take it: index vectors over the batch axes, and windows. */
export const windows = ({ axes, dtype, joint, layout }: IndexPlan): Windows => {
  const batch: Array<number> = []
  const start = new Map<number | "arrays", number>()
  const result: Array<number> = []
  const offsets: Array<number> = []
  for (const part of layout) {
    if (part === "new") continue
    if (part === "arrays") {
      start.set(part, batch.length)
      batch.push(...joint!)
      result.push(...joint!)
      continue
    }
    const axis = axes[part]!
    if (axis._tag === "Steps") {
      start.set(part, batch.length)
      batch.push(axis.size)
      result.push(axis.size)
    } else if (axis._tag === "Window") {
      offsets.push(result.length)
      result.push(axis.size)
    }
  }
  const along = (x: NdArray.Any, at: number) => structural.broadcastInDim(x, batch, x.shape.map((_, i) => at + i))
  const vectors: Array<NdArray.Any> = []
  const indexed: Array<number> = []
  axes.forEach((axis, i) => {
    if (axis._tag === "Window" && axis.start === 0) return
    indexed.push(i)
    vectors.push(
      axis._tag === "Window"
        ? along(node.literal(axis.start, dtype), 0)
        : axis._tag === "Point"
        ? along(node.literal(axis.at, dtype), 0)
        : axis._tag === "Steps"
        ? along(
          primitive.add(primitive.mul(structural.iota(dtype, [axis.size], 0), axis.step), axis.start),
          start.get(i)!
        )
        : along(broadcastTo(axis.positions, joint!), start.get("arrays")!)
    )
  })
  const columns = vectors.map((v) => structural.reshape(v, [...batch, 1]))
  return {
    indices: columns.length === 0
      ? structural.full(0, dtype, [...batch, 0])
      : structural.concatenate(columns, batch.length),
    collapsed: axes.flatMap((axis, i) => axis._tag === "Window" ? [] : [i]),
    indexed,
    offsets,
    sizes: axes.map((axis) => axis._tag === "Window" ? axis.size : 1),
    shape: result
  }
}

/** The shape with the new axes of the index in their places. */
export const withNewAxes = ({ layout, joint }: IndexPlan, shape: Shape.Shape): Shape.Shape => {
  const out: Array<number> = []
  let next = 0
  for (const part of layout) {
    if (part === "new") out.push(1)
    else if (part === "arrays") { for (let i = 0; i < joint!.length; i++) out.push(shape[next++]!) }
    else out.push(shape[next++]!)
  }
  return out
}
