/**
 * Medians, quantiles and percentiles.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, type Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import type * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { cumsum } from "../primitive/cumulative.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceOr, reduceSum } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { sort } from "../primitive/sort.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { takeAlongAxis } from "./indexing.ts"
import {
  type ArrayLike,
  asArray,
  asOperand,
  broadcastTo,
  type DTypeOf,
  promoteInexact,
  type ShapeOf
} from "./operands.ts"
import { isNaN } from "./reducing.ts"
import { type Check, keep, knownOfReduction, reduction, type ReductionOptions } from "./reductionOptions.ts"

/** Which value stands for a quantile that falls between two elements. @category models @since 0.1.0 */
export type QuantileMethod = "linear" | "lower" | "higher" | "midpoint" | "nearest" | "inverted_cdf"

/** Options of {@link quantile} and its relatives. @category models @since 0.1.0 */
export interface QuantileOptions<A extends Shape.Axes, K extends boolean> extends ReductionOptions<A, K> {
  /** `"linear"` by default. */
  readonly method?: QuantileMethod
  /** How much each element counts, of the shape of the array or of the reduced axes; for `"inverted_cdf"` only. */
  readonly weights?: ArrayLike
}

const knownOfQuantile: Known<QuantileOptions<Shape.Axes, boolean>> = {
  axis: true,
  method: true,
  keepdims: true,
  weights: true
}

interface Median {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>
  >
}

/** The shape of quantiles: that of `q`, before the axes that are left. */
type Quantiles<X, Q, A extends Shape.Axes, K extends boolean> = NdArray.NdArray<
  DType.ToInexact<DTypeOf<X>>,
  Together<ShapeOf<Q>, Shape.Reduce<ShapeOf<X>, A, K>>
>

type Together<A, B> = A extends Shape.Shape ? B extends Shape.Shape ? readonly [...A, ...B] : Shape.Shape : Shape.Shape

interface Quantile {
  <const Q extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    q: Q,
    options?: Behind<QuantileOptions<A, K>>
  ): Last<Q, <X extends ArrayLike>(x: X & Check<X, A>) => Quantiles<X, Q, A, K>>
  <X extends ArrayLike, const Q extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    q: Q,
    options?: QuantileOptions<A, K>
  ): Quantiles<X, Q, A, K>
}

const methods: { readonly [M in QuantileMethod]: true } = {
  linear: true,
  lower: true,
  higher: true,
  midpoint: true,
  nearest: true,
  inverted_cdf: true
}

/** Rows `[...kept, n]` of the elements along the reduced axes. */
const rowsOf = (x: NdArray.Any, axes: ReadonlyArray<number>): NdArray.Any => {
  const kept = range(x.shape.length).filter((axis) => !axes.includes(axis))
  return structural.reshape(structural.transpose(x, [...kept, ...axes]), [
    ...kept.map((axis) => x.shape[axis]!),
    axes.reduce((n, axis) => n * x.shape[axis]!, 1)
  ])
}

/** Weights in the shape of the array. */
const weightsFor = (
  operation: string,
  weights: NdArray.Any,
  x: NdArray.Any,
  axes: ReadonlyArray<number>
): NdArray.Any => {
  const same = (shape: Shape.Shape) =>
    shape.length === weights.shape.length && shape.every((size, i) => size === weights.shape[i])
  if (same(x.shape)) return weights
  const reduced = axes.map((axis) => x.shape[axis]!)
  if (same(reduced)) return structural.broadcastInDim(weights, x.shape, axes)
  throw new ShapeError({
    operation,
    message: `${operation}: weights of shape ${Shapes.format(weights.shape)} fit neither the array, ${
      Shapes.format(x.shape)
    }, nor its reduced axes, ${Shapes.format(reduced)}`
  })
}

/** The elements of rows `[...kept, n]` at `[...kept, m]` or `[1, ..., m]`. */
const pick = (rows: NdArray.Any, positions: NdArray.Any): NdArray.Any =>
  takeAlongAxis(rows, broadcastTo(positions, [...rows.shape.slice(0, -1), positions.shape.at(-1)!]), { axis: -1 })

/** `[...kept] -> [...kept, 1]` */
const column = (x: NdArray.Any): NdArray.Any => structural.reshape(x, [...x.shape, 1])

const last = (x: NdArray.Any): number => x.shape.length - 1

const countIn = (is: NdArray.Any, dtype: DType.DType): NdArray.Any =>
  reduceSum(primitive.convert(is, dtype), [last(is)])

/** Quantiles between neighbours, `[...kept, n]` and `[m]` to `[...kept, m]`. */
const interpolated = (rows: NdArray.Any, q: NdArray.Any, method: QuantileMethod, nan: boolean): NdArray.Any => {
  const n = rows.shape.at(-1)!
  const anyNaN = reduceOr(isNaN(rows), [last(rows)])
  const [sorted] = sort([nan ? rows : primitive.select(broadcastColumn(anyNaN, n), NaN, rows)], {
    dimension: last(rows)
  })
  const rank = rows.shape.length
  const asRow = structural.reshape(q, [...rows.shape.slice(0, -1).map(() => 1), q.size])
  const most: NdArray.Any = nan
    ? column(primitive.sub(countIn(primitive.eq(rows, rows), q.dtype), 1))
    : structural.full(n - 1, q.dtype, rows.shape.map(() => 1))
  const wide = [...(nan ? rows.shape.slice(0, -1) : rows.shape.slice(0, -1).map(() => 1)), q.size]
  const [limit, wanted] = [broadcastTo(most, wide), broadcastTo(asRow, wide)]
  const at = primitive.mul(wanted, limit)
  const low = primitive.floor(at)
  const high = primitive.ceil(at)
  const between = primitive.sub(at, low)
  const inside = (position: NdArray.Any) => primitive.convert(primitive.max(primitive.min(position, limit), 0), "int32")
  const [below, above] = [pick(sorted!, inside(low)), pick(sorted!, inside(high))]
  const weight = broadcastTo(between, [...rows.shape.slice(0, rank - 1), q.size])
  switch (method) {
    case "lower":
      return below
    case "higher":
      return above
    case "nearest":
      return primitive.select(primitive.le(weight, 0.5), below, above)
    case "midpoint":
      return primitive.mul(primitive.add(below, above), 0.5)
    default:
      return primitive.add(
        primitive.mul(primitive.convert(below, q.dtype), primitive.sub(1, weight)),
        primitive.mul(primitive.convert(above, q.dtype), weight)
      )
  }
}

const broadcastColumn = (x: NdArray.Any, n: number): NdArray.Any => broadcastTo(column(x), [...x.shape, n])

/** The first elements at which the weights add up to a share q of all weights. */
const invertedCdf = (
  rows: NdArray.Any,
  weights: NdArray.Any | undefined,
  q: NdArray.Any,
  nan: boolean
): NdArray.Any => {
  const n = rows.shape.at(-1)!
  const own = weights ?? structural.full(1, rows.dtype, rows.shape)
  const anyNaN = reduceOr(isNaN(rows), [last(rows)])
  const given = nan ? rows : primitive.select(broadcastColumn(anyNaN, n), NaN, rows)
  const [sorted, sortedWeights] = sort([given, own], { dimension: last(rows) }) as readonly [NdArray.Any, NdArray.Any]
  const bad = primitive.or(primitive.lt(sortedWeights, 0), isNaN(sortedWeights))
  const counted = primitive.select(primitive.or(bad, isNaN(sorted)), 0, sortedWeights)
  const running = cumsum(counted, last(rows), false)
  const total = structural.sliceAxis(running, last(rows), n - 1, n)
  const kept = rows.shape.slice(0, -1)
  // [...kept, m, n]: which elements stand before each share
  const cube = [...kept, q.size, n]
  const target = primitive.mul(
    broadcastTo(total, [...kept, q.size]),
    broadcastTo(structural.reshape(primitive.convert(q, rows.dtype), [...kept.map(() => 1), q.size]), [
      ...kept,
      q.size
    ])
  )
  const isBefore = primitive.lt(
    broadcastTo(structural.reshape(running, [...kept, 1, n]), cube),
    broadcastTo(column(target), cube)
  )
  const valid = nan ? countIn(primitive.eq(sorted, sorted), "int32") : structural.full(n, "int32", kept)
  const limit = broadcastColumn(primitive.sub(valid, 1), q.size)
  const position = primitive.max(primitive.min(countIn(isBefore, "int32"), limit), 0)
  const isNothing = primitive.or(reduceOr(bad, [last(bad)]), nan ? primitive.eq(valid, 0) : anyNaN)
  return primitive.select(broadcastColumn(isNothing, q.size), NaN, pick(sorted, position))
}

const quantiles = (
  operation: string,
  given: ArrayLike,
  share: node.Node,
  options: QuantileOptions<Shape.Axes, boolean>,
  nan: boolean
): NdArray.Any => {
  const { axis, keepdims, method = "linear", weights } = options
  checkChoice(operation, "method", method, methods)
  if (weights !== undefined && method !== "inverted_cdf") {
    throw new ArgumentError({
      operation,
      message: `${operation}: weights need the method "inverted_cdf", got "${method}"`
    })
  }
  const operands = promoteInexact(operation, weights === undefined ? [given] : [given, weights])
  const [x, weight] = operands as unknown as readonly [NdArray.Any, NdArray.Any | undefined]
  if (DType.isComplex(x.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: complex numbers have no quantiles, got ${x.dtype}; take \`np.real\` or \`np.abs\` first`
    })
  }
  if (share.shape.length > 1) {
    throw new ShapeError({
      operation,
      message: `${operation}: q must be a number or have one axis, got shape ${Shapes.format(share.shape)}`
    })
  }
  const axes = [...Shapes.normalizeAxes(operation, axis, x.shape.length)].sort((a, b) => a - b)
  if (axes.some((at) => x.shape[at] === 0)) {
    throw new ShapeError({
      operation,
      message: `${operation}: an axis of length 0 has no quantiles; the shape is ${Shapes.format(x.shape)}`
    })
  }
  // positions are computed in at least float32, which holds those of 2^24 elements
  const wide = x.dtype === "float64" || share.dtype === "float64" ? "float64" : "float32"
  const q = structural.reshape(cast(operation, share, wide), [share.size])
  const rows = rowsOf(x, axes)
  const found = method === "inverted_cdf"
    ? invertedCdf(
      rows,
      weight === undefined ? undefined : rowsOf(weightsFor(operation, weight, x, axes), axes),
      q,
      nan
    )
    : interpolated(rows, q, method, nan)
  const result = primitive.convert(found, x.dtype)
  const kept = rows.shape.slice(0, -1)
  if (share.shape.length === 0) {
    return keep(structural.reshape(result, kept), x.shape, axes, keepdims)
  }
  const moved = structural.transpose(result, [kept.length, ...range(kept.length)])
  return keepdims
    ? structural.reshape(moved, [q.size, ...x.shape.map((size, at) => axes.includes(at) ? 1 : size)])
    : moved
}

const shareOf = (operation: string, q: ArrayLike, percent: boolean): node.Node => {
  const given = asArray(operation, q)
  if (DType.isComplex(given.dtype)) {
    throw new DTypeError({ operation, message: `${operation}: q must be real, got ${given.dtype}` })
  }
  const [share] = promoteInexact(operation, [asOperand(operation, q)])
  return (percent ? primitive.div(share!, 100) : share!) as node.Node
}

const quantileOf = (operation: string, { nan, percent }: { readonly nan: boolean; readonly percent: boolean }) =>
  dualWithOptions<Quantile, QuantileOptions<Shape.Axes, boolean>>(
    operation,
    2,
    knownOfQuantile,
    (x: ArrayLike, q: ArrayLike, options: QuantileOptions<Shape.Axes, boolean>) =>
      quantiles(operation, x, shareOf(operation, q, percent), options, nan)
  )

const medianOf = (operation: string, nan: boolean) =>
  reduction<Median, ReductionOptions<Shape.Axes, boolean>>(
    operation,
    knownOfReduction,
    (x, options) => quantiles(operation, x, shareOf(operation, 0.5, false), { ...options, method: "midpoint" }, nan)
  )

/**
 * The value below which a share `q` of the elements lies; `q` is a number from 0 to 1, or a list of them.
 *
 * **Details**
 *
 * The axes of `q` come first in the result. A quantile that falls between two elements is interpolated: `method` names
 * another rule. If an element is NaN, so is the result. `weights` say how much each element counts. Throws a `ShapeError`
 * for an axis of length 0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[4, 1, 3], [10, 20, 40]])
 * np.quantile(x, 0.25, { axis: 1 }) // => [2, 15]
 * np.quantile(x, [0, 1], { axis: 1 }) // => [[1, 10], [4, 40]]
 * np.quantile(np.array([1, 2, 3, 4]), 0.5, { method: "lower" }) // => 2
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const quantile = quantileOf("quantile", { nan: false, percent: false })
/**
 * The value below which `q` percent of the elements lie, with the options of {@link quantile}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.percentile(np.array([0, 10, 20]), [25, 50]) // => [5, 10]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const percentile = quantileOf("percentile", { nan: false, percent: true })
/** {@link quantile} of what is not NaN; NaN where all is NaN. @category nan @since 0.1.0 */
export const nanquantile = quantileOf("nanquantile", { nan: true, percent: false })
/** {@link percentile} of what is not NaN; NaN where all is NaN. @category nan @since 0.1.0 */
export const nanpercentile = quantileOf("nanpercentile", { nan: true, percent: true })
/**
 * The middle of the elements in order; of an even number of them, the mean of both in the middle.
 *
 * **Details**
 *
 * In floating point; NaN if an element is.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.median(np.array([[5, 1, 3], [4, 2, 9]]), { axis: 1 }) // => [3, 4]
 * np.median(np.array([1, 2, 3, 10])) // => 2.5
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const median = medianOf("median", false)
/** {@link median} of what is not NaN; NaN where all is NaN. @category nan @since 0.1.0 */
export const nanmedian = medianOf("nanmedian", true)
