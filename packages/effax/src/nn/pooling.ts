/**
 * Pooling: windows of images and other grids reduced to one element.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../internal/arguments/options.ts"
import { reduceWindow } from "../lax/reduceWindow.ts"
import type * as NdArray from "../NdArray.ts"
import { highest, lowest } from "../numpy/masks.ts"
import { type ArrayLike, asArray, promoteInexact, type Values } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import { full, reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { each, type Layout, layouts, type Padding, paddingOf, spatialAxes } from "./spatial.ts"

/** Options of {@link maxPool} and its kin. @category models @since 0.1.0 */
export interface PoolOptions {
  /** Steps of the window: one number for all spatial axes, or one for each; the size of the window by default. */
  readonly strides?: number | ReadonlyArray<number>
  /** Without padding, windows that don't tile the axes are an error; `"valid"` leaves out what is left over. */
  readonly padding?: Padding
  /** Distances between the window's elements; 1 by default. */
  readonly dilation?: number | ReadonlyArray<number>
  /** As in {@link conv}. */
  readonly layout?: Layout
}

/** Options of {@link avgPool}. @category models @since 0.1.0 */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts, as zeros; true by default. */
  readonly countIncludePad?: boolean
}

const knownOfPool: Known<PoolOptions> = { strides: true, padding: true, dilation: true, layout: true }
const knownOfAvgPool: Known<AvgPoolOptions> = { ...knownOfPool, countIncludePad: true }

type Size = number | ReadonlyArray<number>

interface Reducer {
  readonly identity: (dtype: DType.DType) => number | bigint | boolean
  readonly combine: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any
  readonly reduce: (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any
}

const sum: Reducer = { identity: () => 0, combine: primitive.add, reduce: reduce.reduceSum }
const greatest: Reducer = { identity: lowest, combine: primitive.max, reduce: reduce.reduceMax }
const least: Reducer = { identity: highest, combine: primitive.min, reduce: reduce.reduceMin }

/** The sizes of the window along the spatial axes. */
const sizesOf = (operation: string, x: NdArray.Any, size: Size): ReadonlyArray<number> => {
  if (x.shape.length < 2) {
    throw new ShapeError({
      operation,
      message: `${operation}: an image has axes for batch and features besides the spatial ones, got ${
        Shapes.format(x.shape)
      }`
    })
  }
  return each(operation, "size", size, x.shape.length - 2)
}

const pool = (operation: string, x: NdArray.Any, size: Size, options: PoolOptions, by: Reducer): NdArray.Any => {
  const { dilation, layout = "channelsFirst", padding, strides } = options
  checkChoice(operation, "layout", layout, layouts)
  const windows = sizesOf(operation, x, size)
  const spatial = spatialAxes(layout, x.shape.length)
  if (strides === undefined && dilation === undefined && padding === undefined) {
    return tiles(operation, x, windows, spatial, by)
  }
  const rank = spatial.length
  const pads = paddingOf(operation, padding ?? "valid", rank)
  /** A list with an entry for every axis, of one with an entry for each spatial axis. */
  const onEvery = <A>(of: ReadonlyArray<A>, otherwise: A): ReadonlyArray<A> =>
    x.shape.map((_, axis) => spatial.includes(axis) ? of[spatial.indexOf(axis)]! : otherwise)
  if (typeof pads !== "string" && pads.some((pair) => pair.some((n) => n < 0))) {
    throw new ArgumentError({ operation, message: `${operation}: padding must not be negative` })
  }
  return reduceWindow(x, by.identity(x.dtype) as never, by.combine as never, onEvery(windows, 1), {
    windowStrides: onEvery(strides === undefined ? windows : each(operation, "strides", strides, rank), 1),
    padding: typeof pads === "string" ? pads : onEvery(pads, [0, 0]),
    windowDilation: onEvery(each(operation, "dilation", dilation, rank), 1)
  })
}

/** Adjacent windows: each spatial axis is split into two. */
const tiles = (
  operation: string,
  x: NdArray.Any,
  sizes: ReadonlyArray<number>,
  spatial: ReadonlyArray<number>,
  by: Reducer
): NdArray.Any => {
  const wrong = spatial.find((axis, i) => x.shape[axis]! % sizes[i]! !== 0)
  if (wrong !== undefined) {
    const size = sizes.every((n) => n === sizes[0]) ? String(sizes[0]) : sizes.join(" x ")
    throw new ShapeError({
      operation,
      message: `${operation}: windows of ${size} do not tile ${Shapes.format(x.shape)}: axis ${wrong} has length ${
        x.shape[wrong]
      }; padding "valid" leaves out the rest, and "same" pads`
    })
  }
  const shape = x.shape.flatMap((n, axis) => {
    const at = spatial.indexOf(axis)
    return at < 0 ? [n] : [n / sizes[at]!, sizes[at]!]
  })
  return by.reduce(reshape(x, shape), spatial.map((axis, k) => axis + k + 1))
}

interface Pool {
  (
    size: Size,
    options?: PoolOptions
  ): <D extends DType.DType>(x: NdArray.NdArray<D, Shape.Shape> | Values) => NdArray.NdArray<D, Shape.Shape>
  <D extends DType.DType>(
    x: NdArray.NdArray<D, Shape.Shape> | Values,
    size: Size,
    options?: PoolOptions
  ): NdArray.NdArray<D, Shape.Shape>
}

/* @__NO_SIDE_EFFECTS__ */
const extreme = (operation: string, by: Reducer): Pool =>
  dualWithOptions(
    operation,
    2,
    knownOfPool,
    (x: ArrayLike, size: Size, options: PoolOptions) =>
      pool(operation, asArray(operation, x), size, options, by) as never
  )

/**
 * The largest element of each window.
 *
 * **Details**
 *
 * `size` is one number for all spatial axes, or one for each. Windows are adjacent and must tile the spatial axes, or it is a
 * `ShapeError`; `strides`, `padding` and `dilation` place them otherwise. Padding never is the largest element.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * const x = np.array([[[1, 5, 2, 3]]])
 * Nn.maxPool(x, 2) // => [[[5, 3]]]
 * Nn.maxPool(x, 3, { strides: 1, padding: "same" }) // => [[[5, 5, 5, 3]]]
 * ```
 *
 * @category pooling
 * @since 0.1.0
 */
export const maxPool: Pool = extreme("maxPool", greatest)

/**
 * The least element of each window. The windows are those of {@link maxPool}.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.minPool(np.array([[[1, 5, 2, 3]]]), 2) // => [[[1, 2]]]
 * ```
 *
 * @category pooling
 * @since 0.1.0
 */
export const minPool: Pool = extreme("minPool", least)

/**
 * The mean of each window, in floating point.
 *
 * **Details**
 *
 * The windows are those of {@link maxPool}. Padding counts as zeros, unless `countIncludePad` is false.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * const x = np.array([[[1, 5, 2, 3]]])
 * Nn.avgPool(x, 2) // => [[[3, 2.5]]]
 * Nn.avgPool(x, 2, { strides: 1, padding: "same", countIncludePad: false }) // => [[[3, 3.5, 2.5, 3]]]
 * ```
 *
 * @category pooling
 * @since 0.1.0
 */
export const avgPool: {
  (
    size: Size,
    options?: AvgPoolOptions
  ): <D extends DType.DType>(
    x: NdArray.NdArray<D, Shape.Shape> | Values
  ) => NdArray.NdArray<DType.ToInexact<D>, Shape.Shape>
  <D extends DType.DType>(
    x: NdArray.NdArray<D, Shape.Shape> | Values,
    size: Size,
    options?: AvgPoolOptions
  ): NdArray.NdArray<DType.ToInexact<D>, Shape.Shape>
} = dualWithOptions("avgPool", 2, knownOfAvgPool, (x: ArrayLike, size: Size, options: AvgPoolOptions) => {
  const { countIncludePad = true, ...placed } = options
  checkBooleans("avgPool", { countIncludePad })
  const array: NdArray.Any = promoteInexact("avgPool", [x])[0]!
  const sums = pool("avgPool", array, size, placed, sum)
  if (countIncludePad) return primitive.div(sums, sizesOf("avgPool", array, size).reduce((n, of) => n * of, 1)) as never
  return primitive.div(sums, pool("avgPool", full(1, array.dtype, array.shape), size, placed, sum)) as never
})
