/**
 * Reading and updating parts of arrays: `at`, `index`, `take`.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ConcretizationError, DTypeError, IndexError, ShapeError } from "../Errors.ts"
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as indexing from "../primitive/indexing.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type ArrayLike, asArray, broadcastTo, cast } from "./operands.ts"

/**
 * A range of positions along an axis, as Python's `start:stop:step`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Slice {
  readonly _tag: "Slice"
  readonly start: number | undefined
  readonly stop: number | undefined
  readonly step: number
}

/**
 * Positions from `start` to before `stop`; negative ones count from the end, as do those left out for a negative step.
 *
 * @category indexing
 * @since 0.1.0
 */
export const slice = (start?: number, stop?: number, step = 1): Slice => {
  for (const value of [start, stop, step]) {
    if (value !== undefined && !Number.isInteger(value)) {
      throw new IndexError({
        operation: "slice",
        message: `slice: bounds and step must be whole numbers, got ${value}`
      })
    }
  }
  if (step === 0) throw new IndexError({ operation: "slice", message: "slice: the step must not be 0" })
  return { _tag: "Slice", start, stop, step }
}

/** All axes that the other entries of an index leave. @category indexing @since 0.1.0 */
export const ellipsis = "..." as const

/** A new axis of length 1. @category indexing @since 0.1.0 */
export const newaxis = null

/**
 * One entry of an index: a position, a range, an integer array of positions, a new axis, or the ellipsis.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = number | Slice | NdArray.Any | ReadonlyArray<number> | typeof newaxis | typeof ellipsis

/** An index: one entry, or a list with one for each axis from the first on. @category models @since 0.1.0 */
export type Index = NdArray.Any | Slice | number | ReadonlyArray<Entry>

/**
 * What happens to positions that are computed and lie outside. `clip` takes the nearest one inside; `fill` reads
 * `fillValue`; `drop` leaves updates out. Reading clips and updating drops by default, as in JAX.
 *
 * @category models
 * @since 0.1.0
 */
export interface IndexOptions {
  readonly mode?: "clip" | "fill" | "drop" | "promiseInBounds"
  /** For `fill`; by default NaN, the least integer, the largest unsigned one, or true. */
  readonly fillValue?: number
  readonly indicesAreSorted?: boolean
  readonly uniqueIndices?: boolean
}

/** How one axis of the array takes part. */
type AxisPlan =
  /** A window that is not collapsed, from a static start. */
  | { readonly _tag: "Window"; readonly start: number; readonly size: number }
  /** Positions with a step: an axis of the result of its own. */
  | { readonly _tag: "Steps"; readonly start: number; readonly step: number; readonly size: number }
  /** One static position. */
  | { readonly _tag: "Point"; readonly at: number }
  /** Positions from an array, which broadcasts with the others. */
  | { readonly _tag: "Array"; readonly positions: node.Node }

interface IndexPlan {
  readonly axes: ReadonlyArray<AxisPlan>
  /** The result's axes in order: an axis of the array, a new one, or the joint axes of the arrays. */
  readonly layout: ReadonlyArray<number | "new" | "arrays">
  /** The joint shape of the arrays; undefined without any. */
  readonly joint: Shape.Shape | undefined
}

const isSlice = (entry: unknown): entry is Slice =>
  typeof entry === "object" && entry !== null && "_tag" in entry && entry._tag === "Slice" && !node.isNode(entry)

const entriesOf = (index: Index): ReadonlyArray<Entry> =>
  node.isNode(index) || isSlice(index) || typeof index === "number" ? [index] : index as ReadonlyArray<Entry>

const positionsOf = (operation: string, entry: NdArray.Any | ReadonlyArray<number>, axis: number, size: number) => {
  const array = node.isNode(entry)
    ? entry
    : node.constant(Int32Array.from(entry as ReadonlyArray<number>), "int32", [(entry as ReadonlyArray<number>).length])
  if (!node.isNode(entry)) {
    const wrong = (entry as ReadonlyArray<number>).find((i) => !Number.isInteger(i) || i < -size || i >= size)
    if (wrong !== undefined) throw outside(operation, wrong, axis, size)
  }
  if (array.dtype === "bool") {
    throw new ConcretizationError({
      operation,
      message:
        `${operation}: how many elements a boolean mask picks is not known before it is run; use \`np.where\`, or ` +
        "read the mask with NdArray.toNested and index by positions"
    })
  }
  if (!DType.isInteger(array.dtype)) {
    throw new DTypeError({ operation, message: `${operation}: positions must be integers, got ${array.dtype}` })
  }
  if (array.source._tag === "Literal") {
    const at = Number(array.source.value)
    if (at < -size || at >= size) throw outside(operation, at, axis, size)
  }
  const wide = node.nodeOf(primitive.convert(array, "int32"))
  return node.nodeOf(primitive.select(primitive.lt(wide, 0), primitive.add(wide, size), wide))
}

const outside = (operation: string, at: number, axis: number, size: number): IndexError =>
  new IndexError({
    operation,
    message:
      `${operation}: index ${at} is out of range for axis ${axis} of length ${size}; positions go from ${-size} to ${
        size - 1
      }`
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

const plan = (operation: string, shape: Shape.Shape, index: Index): IndexPlan => {
  const entries = entriesOf(index)
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
  // beside arrays, single positions are arrays without axes
  const advanced = whole.some((entry) => node.isNode(entry) || Array.isArray(entry))
  const axes: Array<AxisPlan> = []
  const layout: Array<number | "new" | "arrays"> = []
  const places: Array<number> = []
  for (const entry of whole) {
    const axis = axes.length
    const size = shape[axis]!
    if (entry === newaxis) layout.push("new")
    else if (isSlice(entry)) {
      const range = resolve(entry, size)
      axes.push(
        entry.step === 1
          ? { _tag: "Window", ...range }
          : { _tag: "Steps", step: entry.step, ...range }
      )
      layout.push(axis)
    } else if (typeof entry === "number") {
      if (!Number.isInteger(entry) || entry < -size || entry >= size) throw outside(operation, entry, axis, size)
      axes.push({ _tag: "Point", at: entry < 0 ? entry + size : entry })
      if (advanced) places.push(layout.length)
    } else {
      axes.push({
        _tag: "Array",
        positions: positionsOf(operation, entry as NdArray.Any | ReadonlyArray<number>, axis, size)
      })
      places.push(layout.length)
    }
  }
  if (!advanced) return { axes, layout, joint: undefined }
  // NumPy: the arrays' axes stand where the arrays stood side by side, and in front if something was between them
  const together = places.every((place) => place === places[0])
  layout.splice(together ? places[0]! : 0, 0, "arrays")
  const joint = Shapes.broadcast(
    operation,
    axes.flatMap((axis) => axis._tag === "Array" ? [axis.positions.shape] : [])
  )
  return { axes, layout, joint }
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
const windows = ({ axes, joint, layout }: IndexPlan): Windows => {
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
        ? along(node.literal(axis.start, "int32"), 0)
        : axis._tag === "Point"
        ? along(node.literal(axis.at, "int32"), 0)
        : axis._tag === "Steps"
        ? along(
          primitive.add(primitive.mul(structural.iota("int32", [axis.size], 0), axis.step), axis.start),
          start.get(i)!
        )
        : along(broadcastTo(axis.positions, joint!), start.get("arrays")!)
    )
  })
  const columns = vectors.map((v) => structural.reshape(v, [...batch, 1]))
  return {
    indices: columns.length === 0
      ? structural.full(0, "int32", [...batch, 0])
      : structural.concatenate(columns, batch.length),
    collapsed: axes.flatMap((axis, i) => axis._tag === "Window" ? [] : [i]),
    indexed,
    offsets,
    sizes: axes.map((axis) => axis._tag === "Window" ? axis.size : 1),
    shape: result
  }
}

/** The shape with the new axes of the index in their places. */
const withNewAxes = ({ layout, joint }: IndexPlan, shape: Shape.Shape): Shape.Shape => {
  const out: Array<number> = []
  let next = 0
  for (const part of layout) {
    if (part === "new") out.push(1)
    else if (part === "arrays") { for (let i = 0; i < joint!.length; i++) out.push(shape[next++]!) }
    else out.push(shape[next++]!)
  }
  return out
}

const isStatic = ({ axes }: IndexPlan): boolean => axes.every((axis) => axis._tag !== "Array")

/** A static index is a slice, a reversal and a reshape. */
const readStatic = (x: NdArray.Any, index: IndexPlan): NdArray.Any => {
  const { axes } = index
  const low = axes.map((axis) =>
    axis._tag === "Point"
      ? axis.at
      : axis._tag === "Array" || axis.size === 0
      ? 0
      : axis._tag === "Steps" && axis.step < 0
      ? axis.start + axis.step * (axis.size - 1)
      : axis.start
  )
  const stride = axes.map((axis) => axis._tag === "Steps" ? Math.abs(axis.step) : 1)
  const size = axes.map((axis) => axis._tag === "Point" || axis._tag === "Array" ? 1 : axis.size)
  const high = low.map((start, i) => size[i] === 0 ? start : start + (size[i]! - 1) * stride[i]! + 1)
  const part = structural.slice(x, low, high, stride)
  const turned = structural.rev(part, axes.flatMap((axis, i) => axis._tag === "Steps" && axis.step < 0 ? [i] : []))
  const kept = size.filter((_, i) => axes[i]!._tag !== "Point")
  return structural.reshape(turned, withNewAxes(index, kept))
}

const read = (x: NdArray.Any, index: Index, options: IndexOptions, operation: string): NdArray.Any => {
  const planned = plan(operation, x.shape, index)
  if (isStatic(planned)) return readStatic(x, planned)
  const { collapsed, indexed, indices, offsets, shape, sizes } = windows(planned)
  const gathered = indexing.gather(x, indices, {
    dimensionNumbers: {
      offsetDims: offsets,
      collapsedSliceDims: collapsed,
      startIndexMap: indexed,
      operandBatchingDims: [],
      startIndicesBatchingDims: []
    },
    sliceSizes: sizes,
    mode: options.mode === "fill" ? "fill" : options.mode === "drop" ? "fill" : options.mode ?? "clip",
    fillValue: options.fillValue ?? null,
    indicesAreSorted: options.indicesAreSorted ?? false,
    uniqueIndices: options.uniqueIndices ?? false
  })
  return structural.reshape(gathered, withNewAxes(planned, shape))
}

const scatters = {
  scatter: indexing.scatter,
  scatterAdd: indexing.scatterAdd,
  scatterMul: indexing.scatterMul,
  scatterMin: indexing.scatterMin,
  scatterMax: indexing.scatterMax
}

type Kind = keyof typeof scatters

const write = (
  x: NdArray.Any,
  index: Index,
  values: ArrayLike,
  kind: Kind,
  options: IndexOptions,
  name: string
): NdArray.Any => {
  const operation = `at.${name}`
  const planned = plan(operation, x.shape, index)
  const { collapsed, indexed, indices, offsets, shape, sizes } = windows(planned)
  const target = withNewAxes(planned, shape)
  const given = cast(operation, asArray(operation, values), x.dtype, false)
  const fits = given.shape.length <= target.length &&
    given.shape.every((n, i) => n === 1 || n === target[target.length - given.shape.length + i])
  if (!fits) {
    throw new ShapeError({
      operation,
      message: `${operation}: values of shape ${Shapes.format(given.shape)} can't be broadcast to ${
        Shapes.format(target)
      }, the shape that the index picks of ${Shapes.format(x.shape)}`
    })
  }
  const updates = structural.reshape(broadcastTo(given, target), shape)
  const plain = planned.axes.every((axis) => axis._tag === "Window" || axis._tag === "Point")
  if (kind === "scatter" && plain) {
    const starts = planned.axes.map((axis) =>
      node.literal(axis._tag === "Window" ? axis.start : axis._tag === "Point" ? axis.at : 0, "int32")
    )
    return indexing.dynamicUpdateSlice(x, structural.reshape(updates, sizes), starts)
  }
  const { mode } = options
  return scatters[kind](x, indices, updates, {
    dimensionNumbers: {
      updateWindowDims: offsets,
      insertedWindowDims: collapsed,
      scatterDimsToOperandDims: indexed,
      operandBatchingDims: [],
      scatterIndicesBatchingDims: []
    },
    mode: mode === "fill" || mode === undefined ? "drop" : mode,
    indicesAreSorted: options.indicesAreSorted ?? false,
    // a static index names each place once
    uniqueIndices: options.uniqueIndices ?? isStatic(planned)
  })
}

/**
 * A part of an array, to be read, or replaced in a new array.
 *
 * @category models
 * @since 0.1.0
 */
export interface At<D extends DType.DType, S extends Shape.Shape> {
  /** The part. */
  readonly get: (options?: IndexOptions) => NdArray.NdArray<D, Shape.Shape>
  /** The array with the part replaced; of positions named twice the last one stays. */
  readonly set: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  /** With values added; positions named twice count twice. */
  readonly add: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly subtract: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly multiply: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly divide: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly power: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly min: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  readonly max: (values: ArrayLike, options?: IndexOptions) => NdArray.NdArray<D, S>
  /** With a function applied to the part. */
  readonly apply: (
    f: (part: NdArray.NdArray<D, Shape.Shape>) => ArrayLike,
    options?: IndexOptions
  ) => NdArray.NdArray<D, S>
}

/**
 * Names a part of an array by NumPy's indexing; what is done with it gives a new array.
 *
 * **Details**
 *
 * An index has one entry for each axis: a number, {@link slice}, an integer array, {@link newaxis}, or
 * {@link ellipsis}. A static position out of range throws an `IndexError`; computed ones follow `mode`.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np } from "effax"
 *
 * const x = np.zeros([2, 3])
 * const program = NdArray.toNested(np.at(x, [1, np.slice(0, 2)]).set(7)) // => [[0, 0, 0], [7, 7, 0]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const at = <D extends DType.DType, S extends Shape.Shape>(x: NdArray.NdArray<D, S>, index: Index): At<D, S> => {
  const update = (name: string, kind: Kind) => (values: ArrayLike, options: IndexOptions = {}) =>
    write(x, index, values, kind, options, name) as NdArray.Any as NdArray.NdArray<D, S>
  const factors = (name: string, values: ArrayLike, options: IndexOptions): NdArray.Any =>
    write(structural.full(1, x.dtype, x.shape), index, values, "scatterMul", options, name)
  const inexact = (name: string): void => {
    if (!DType.isInexact(x.dtype)) {
      throw new DTypeError({
        operation: `at.${name}`,
        message: `at.${name}: the result would not be ${x.dtype}; convert the array to a floating dtype first`
      })
    }
  }
  return {
    get: (options = {}) => read(x, index, options, "at.get") as NdArray.Any as NdArray.NdArray<D, Shape.Shape>,
    set: update("set", "scatter"),
    add: update("add", "scatterAdd"),
    subtract: (values, options) =>
      update("subtract", "scatterAdd")(
        primitive.neg(cast("at.subtract", asArray("at.subtract", values), x.dtype, false)),
        options
      ),
    multiply: update("multiply", "scatterMul"),
    divide: (values, options = {}) => {
      inexact("divide")
      return primitive.div(x, factors("divide", values, options)) as NdArray.Any as NdArray.NdArray<D, S>
    },
    power: (values, options = {}) => {
      inexact("power")
      return primitive.pow(x, factors("power", values, options)) as NdArray.Any as NdArray.NdArray<D, S>
    },
    min: update("min", "scatterMin"),
    max: update("max", "scatterMax"),
    apply: (f, options = {}) =>
      update("apply", "scatter")(
        f(read(x, index, options, "at.apply") as NdArray.Any as NdArray.NdArray<D, Shape.Shape>),
        options
      )
  }
}

/** The part of an array that an index names: `np.at(x, index).get()`. @category indexing @since 0.1.0 */
export const index = <D extends DType.DType>(
  x: NdArray.NdArray<D, Shape.Shape>,
  where: Index,
  options: IndexOptions = {}
): NdArray.NdArray<D, Shape.Shape> => read(x, where, options, "index") as NdArray.Any as NdArray.NdArray<D, Shape.Shape>

/**
 * The elements, or the subarrays along an axis, at computed positions. Positions outside read as NaN (the least
 * integer, the largest unsigned one, true), unless `mode` says otherwise.
 *
 * @category indexing
 * @since 0.1.0
 */
export const take = <D extends DType.DType>(
  x: NdArray.NdArray<D, Shape.Shape>,
  positions: NdArray.Any | number | ReadonlyArray<number>,
  options: IndexOptions & { readonly axis?: number } = {}
): NdArray.NdArray<D, Shape.Shape> => {
  const array = options.axis === undefined ? structural.reshape(x, [x.size]) : x
  const axis = Shapes.normalizeAxis("take", options.axis ?? 0, array.shape.length)
  const entry = typeof positions === "number" ? node.literal(positions, "int32") : positions
  return read(
    array,
    array.shape.map((_, i) => i === axis ? entry : slice()),
    { mode: "fill", ...options },
    "take"
  ) as NdArray.Any as NdArray.NdArray<D, Shape.Shape>
}

/**
 * For every place of `positions`, the element of `x` at that position along the axis; the other axes broadcast.
 *
 * @category indexing
 * @since 0.1.0
 */
export const takeAlongAxis = <D extends DType.DType>(
  x: NdArray.NdArray<D, Shape.Shape>,
  positions: NdArray.Any,
  options: IndexOptions & { readonly axis?: number } = {}
): NdArray.NdArray<D, Shape.Shape> => {
  const axis = Shapes.normalizeAxis("takeAlongAxis", options.axis ?? -1, x.shape.length)
  if (positions.shape.length !== x.shape.length) {
    throw new ArgumentError({
      operation: "takeAlongAxis",
      message: `takeAlongAxis: positions must have ${x.shape.length} axes as the array has, got ${
        Shapes.format(positions.shape)
      }`
    })
  }
  const shape = x.shape.map((n, i) =>
    i === axis ? positions.shape[i]! : Shapes.broadcast("takeAlongAxis", [[n], [positions.shape[i]!]])[0]!
  )
  const wide = broadcastTo(positions, shape)
  const entries = x.shape.map((n, i) =>
    i === axis
      ? wide
      : n === 1
      ? structural.full(0, "int32", shape)
      : structural.iota("int32", shape, i)
  )
  return read(x, entries, { mode: "fill", ...options }, "takeAlongAxis") as NdArray.Any as NdArray.NdArray<
    D,
    Shape.Shape
  >
}
