/**
 * Reading and updating parts of arrays: `at`, `index`, `take`.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, IndexError, ShapeError } from "../Errors.ts"
import { isTypedArray } from "../HostArray.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import { castInto } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { checkFits } from "../internal/graph/scalars.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type { IndexCheck, Indexed } from "../internal/types/indexed.ts"
import { whileLoop } from "../lax/loops.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as indexing from "../primitive/indexing.ts"
import { reduceOr } from "../primitive/reduction.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type IndexPlan, plan, type Reading, windows, withNewAxes } from "./indexPlan.ts"
import { fromValues, type NestedValues } from "./literals.ts"
import { type ArrayLike, asArray, asOperand, broadcastTo, type ShapeOf, type Values } from "./operands.ts"
import { type Index, slice } from "./slices.ts"

/**
 * Options for computed positions that lie outside. `clip` takes the nearest one inside; `fill` reads
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

const known: Known<IndexOptions> = { mode: true, fillValue: true, indicesAreSorted: true, uniqueIndices: true }
const knownOfTake: Known<IndexOptions & { readonly axis?: number }> = { axis: true, ...known }

const modes: { readonly [M in NonNullable<IndexOptions["mode"]>]: true } = {
  clip: true,
  fill: true,
  drop: true,
  promiseInBounds: true
}

const checkMode = (operation: string, { mode }: IndexOptions): void => {
  if (mode !== undefined) checkChoice(operation, "mode", mode, modes)
}

/** One axis of positions as JavaScript has them: whether they are inside is seen when the index is planned. */
const isList = (positions: ArrayLike): boolean =>
  isTypedArray(positions) || Array.isArray(positions) && !positions.some(Array.isArray)

/** Positions as an array; numbers are whole. */
const positionsOf = (operation: string, positions: ArrayLike): node.Node =>
  typeof positions === "number" || typeof positions === "bigint"
    ? node.literal(positions, "int64")
    : Array.isArray(positions)
    ? fromValues(operation, positions as NestedValues, "int32")
    : asArray(operation, positions)

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

/** Whether the options say what happens to positions outside, also to those of the program text. */
const saysOutside = ({ mode }: IndexOptions): boolean => mode !== undefined && mode !== "promiseInBounds"

const read = (
  x: NdArray.Any,
  index: Index,
  options: IndexOptions,
  operation: string,
  reading: Reading = {}
): NdArray.Any => {
  checkMode(operation, options)
  const planned = plan(operation, x.shape, index, { outside: saysOutside(options), ...reading })
  const empty = planned.axes.findIndex(({ _tag }, axis) => _tag === "Array" && x.shape[axis] === 0)
  if (empty >= 0 && !planned.joint!.includes(0)) {
    throw new IndexError({
      operation,
      message: `${operation}: axis ${empty} of shape ${Shapes.format(x.shape)} has no elements that could be read`
    })
  }
  if (options.fillValue !== undefined) checkFits(operation, options.fillValue, x.dtype)
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
  checkMode(operation, checkOptions(operation, options, known))
  const planned = plan(operation, x.shape, index, { outside: saysOutside(options) })
  const { collapsed, indexed, indices, offsets, shape, sizes } = windows(planned)
  const target = withNewAxes(planned, shape)
  const given = castInto(operation, asOperand(operation, values), x.dtype)
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
      node.literal(axis._tag === "Window" ? axis.start : axis._tag === "Point" ? axis.at : 0, planned.dtype)
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
 * A part of an array, of shape `P`, to be read, or replaced in a new array.
 *
 * @category models
 * @since 0.1.0
 */
export interface At<D extends DType.DType, S extends Shape.Shape, P extends Shape.Shape = Shape.Shape> {
  /** The part. */
  readonly get: (options?: IndexOptions) => NdArray.NdArray<D, P>
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
  /**
   * With a function applied to the part, element by element: to an element whose position is named twice it is applied
   * twice.
   */
  readonly apply: (
    f: (part: NdArray.NdArray<D, P>) => ArrayLike,
    options?: IndexOptions
  ) => NdArray.NdArray<D, S>
}

/**
 * Names a part of an array by NumPy's indexing; what is done with it gives a new array.
 *
 * **Details**
 *
 * An index has one entry for each axis: a number, {@link slice}, an integer array, {@link newaxis}, or
 * {@link ellipsis}. Integer arrays broadcast with one another and pick positions one by one. A static position out of
 * range throws an `IndexError` unless a `mode` is given; computed ones follow `mode`: reading clips, updating drops.
 *
 * **Gotchas**
 *
 * The array itself never changes: `np.at(x, i).set(v)` alone does nothing.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.zeros([2, 3])
 * np.at(x, [1, np.slice(0, 2)]).set(7) // => [[0, 0, 0], [7, 7, 0]]
 * np.at(x, 0).add(np.array([1, 2, 3])) // => [[1, 2, 3], [0, 0, 0]]
 * np.at(np.arange(5), [[0, 2, 2]]).add(10) // => [10, 1, 22, 3, 4]
 * np.at(np.arange(5), -1).get() // => 4
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const at: {
  <const I extends Index>(
    index: I
  ): Last<
    I,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & IndexCheck<S, I>
    ) => At<D, S, Indexed<S, I>>
  >
  <D extends DType.DType, S extends Shape.Shape, const I extends Index>(
    x: NdArray.NdArray<D, S> | Values,
    index: I & IndexCheck<S, I>
  ): At<D, S, Indexed<S, I>>
} = dual("at", 2, (array: ArrayLike, index: Index): At<DType.DType, Shape.Shape> => {
  const x = asArray("at", array)
  const update = (name: string, kind: Kind) => (values: ArrayLike, options: IndexOptions = {}) =>
    write(x, index, values, kind, options, name)
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
    get: (options = {}) => read(x, index, checkOptions("at.get", options, known), "at.get"),
    set: update("set", "scatter"),
    add: update("add", "scatterAdd"),
    subtract: (values, options) =>
      update("subtract", "scatterAdd")(
        primitive.neg(castInto("at.subtract", asOperand("at.subtract", values), x.dtype)),
        options
      ),
    multiply: update("multiply", "scatterMul"),
    divide: (values, options = {}) => {
      inexact("divide")
      return primitive.div(x, factors("divide", values, options))
    },
    power: (values, options = {}) => {
      inexact("power")
      return primitive.pow(x, factors("power", values, options))
    },
    min: update("min", "scatterMin"),
    max: update("max", "scatterMax"),
    apply: (f, options = {}) =>
      // an empty array has nothing to read or write
      x.size === 0
        ? x
        : update("apply", "scatter")(
          applied(x, index, f as (part: NdArray.Any) => ArrayLike, checkOptions("at.apply", options, known)),
          options
        )
  }
})

/** The part that an index names, after a function was applied to each element as often as the index names its place. */
const applied = (
  x: NdArray.Any,
  index: Index,
  f: (part: NdArray.Any) => ArrayLike,
  options: IndexOptions
): ArrayLike => {
  const operation = "at.apply"
  const part = read(x, index, options, operation)
  const once = f(part)
  const planned = plan(operation, x.shape, index, { outside: saysOutside(options) })
  const places = Shapes.size(planned.joint ?? [])
  if (isStatic(planned) || options.uniqueIndices || places < 2) return once
  const step = (of: NdArray.Any): node.Node => {
    const result = castInto(operation, asOperand(operation, of === part ? once : f(of)), x.dtype)
    return node.nodeOf(broadcastTo(result, part.shape))
  }
  const none = structural.full(0, "int32", x.shape)
  const counts = read(write(none, index, 1, "scatterAdd", options, "apply"), index, options, operation)
  // no place is named more often than there are places
  return whileLoop(
    ([times]) => reduceOr(primitive.gt(counts, times), counts.shape.map((_, axis) => axis)),
    ([times, of]) => {
      const goesOn = primitive.gt(counts, times)
      // elements that are done have no derivatives of further applications, which might be infinite
      const from = DType.isInexact(of.dtype) ? primitive.select(goesOn, of, primitive.stopGradient(of)) : of
      return [primitive.add(times, 1), primitive.select(goesOn, step(from), of)]
    },
    [node.literal(1, "int32") as NdArray.Any, step(part) as NdArray.Any],
    { maxSteps: places - 1 }
  )[1]
}

/**
 * The part of an array that an index names: `np.at(x, index).get()`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * np.index(x, 1) // => [4, 5, 6]
 * np.index(x, [np.slice(), -1]) // => [3, 6]
 * np.index(x, [[0, 1], [2, 0]]) // => [3, 4]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const index: {
  <const I extends Index>(
    where: I,
    options?: Behind<IndexOptions>
  ): Last<
    I,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & IndexCheck<S, I>
    ) => NdArray.NdArray<D, Indexed<S, I>>
  >
  <D extends DType.DType, S extends Shape.Shape, const I extends Index>(
    x: NdArray.NdArray<D, S> | Values,
    where: I & IndexCheck<S, I>,
    options?: IndexOptions
  ): NdArray.NdArray<D, Indexed<S, I>>
} = dualWithOptions(
  "index",
  2,
  known,
  (x: ArrayLike, where: Index, options: IndexOptions) => read(asArray("index", x), where, options, "index")
)

/**
 * The elements, or the subarrays along an axis, at computed positions.
 *
 * **Details**
 *
 * Without an axis, of the flattened array. Positions outside read as NaN (the least integer, the largest unsigned one,
 * true), unless `mode` says otherwise; negative ones count from the end, but are taken as 0 with `mode: "clip"`, as in
 * NumPy. A static position out of range throws an `IndexError` unless a mode is given.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([10, 20, 30])
 * np.take(x, [2, 0]) // => [30, 10]
 * np.take(x, np.array([5n])) // => [NaN]
 * np.take(x, np.array([5n]), { mode: "clip" }) // => [30]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const take: {
  <const P extends ArrayLike, const A extends number | undefined = undefined>(
    positions: P,
    options?: Behind<IndexOptions & { readonly axis?: A }>
  ): Last<
    P,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & Shape.AxisCheck<S, A>
    ) => NdArray.NdArray<D, Taken<S, P, A>>
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const P extends ArrayLike,
    const A extends number | undefined = undefined
  >(
    x: (NdArray.NdArray<D, S> | Values) & Shape.AxisCheck<S, A>,
    positions: P,
    options?: IndexOptions & { readonly axis?: A }
  ): NdArray.NdArray<D, Taken<S, P, A>>
} = dualWithOptions(
  "take",
  2,
  knownOfTake,
  (x: ArrayLike, positions: ArrayLike, options: IndexOptions & { readonly axis?: number }) => {
    const given = asArray("take", x)
    const array = options.axis === undefined ? structural.reshape(given, [given.size]) : given
    const axis = Shapes.normalizeAxis("take", options.axis ?? 0, array.shape.length)
    const entry = isList(positions) ? positions as ReadonlyArray<number> : positionsOf("take", positions)
    return read(
      array,
      array.shape.map((_, i) => i === axis ? entry : slice()),
      { ...options, mode: options.mode ?? "fill" },
      "take",
      { negative: options.mode !== "clip", outside: saysOutside(options) }
    )
  }
)

type Taken<S extends Shape.Shape, P, A> = A extends number ? Shape.Replace<S, A, ShapeOf<P>> : ShapeOf<P>

/**
 * For every place of `positions`, the element of `x` at that position along the axis, the last by default; the other
 * axes broadcast.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[3, 1, 2], [9, 8, 7]])
 * np.takeAlongAxis(x, np.argsort(x)) // => [[1, 2, 3], [7, 8, 9]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const takeAlongAxis: {
  <const P extends ArrayLike, const A extends number = -1>(
    positions: P,
    options?: Behind<IndexOptions & { readonly axis?: A }>
  ): Last<
    P,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & Shape.AxisCheck<S, A>
    ) => NdArray.NdArray<D, Shape.TakeAlong<S, ShapeOf<P>, A>>
  >
  <D extends DType.DType, S extends Shape.Shape, const P extends ArrayLike, const A extends number = -1>(
    x: (NdArray.NdArray<D, S> | Values) & Shape.AxisCheck<S, A>,
    positions: P,
    options?: IndexOptions & { readonly axis?: A }
  ): NdArray.NdArray<D, Shape.TakeAlong<S, ShapeOf<P>, A>>
} = dualWithOptions(
  "takeAlongAxis",
  2,
  knownOfTake,
  (array: ArrayLike, places: ArrayLike, options: IndexOptions & { readonly axis?: number }) => {
    const x = asArray("takeAlongAxis", array)
    const positions = positionsOf("takeAlongAxis", places)
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
    return read(x, entries, { mode: "fill", ...options }, "takeAlongAxis")
  }
)
