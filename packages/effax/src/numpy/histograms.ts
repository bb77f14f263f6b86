/**
 * Counts: how often integers occur, and how many values fall into bins.
 */
import * as Effect from "effect/Effect"
import type { Backend } from "../Backend.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, type ExecutionError, ShapeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkInteger, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { range as positions } from "../primitive/rule.ts"
import * as structural from "../primitive/structural.ts"
import * as Shapes from "../Shape.ts"
import { linspace, zeros } from "./creation.ts"
import { at } from "./indexing.ts"
import {
  type ArrayLike,
  asArray,
  asDType,
  broadcastTo,
  type DTypeOf,
  promoteInexact,
  type ShapeOf
} from "./operands.ts"
import { max, min, sum } from "./reduction.ts"
import { diff } from "./running.ts"
import { searchsorted } from "./sorting.ts"

// --- bincount --------------------------------------------------------------------------------------------------------

/** Options of {@link bincount}. @category models @since 0.1.0 */
export interface BincountOptions<W extends ArrayLike = ArrayLike, L extends number | undefined = number | undefined> {
  /** What each element adds; 1 by default. */
  readonly weights?: W
  /** The result is at least so long. */
  readonly minlength?: number
  /** How long the result is: larger integers are dropped. */
  readonly length?: L
}

const knownOfBincount: Known<BincountOptions> = { weights: true, minlength: true, length: true }

type Counts<W, L extends number> = NdArray.NdArray<[W] extends [never] ? "int32" : DTypeOf<W>, readonly [L]>

interface Bincount {
  <W extends ArrayLike = never, const L extends number = number>(
    options: Behind<BincountOptions<W, L> & { readonly length: L }>
  ): Last<L, (x: ArrayLike) => Counts<W, L>>
  <W extends ArrayLike = never, const L extends number = number>(
    x: ArrayLike,
    options: BincountOptions<W, L> & { readonly length: L }
  ): Counts<W, L>
  <W extends ArrayLike = never>(
    options?: Behind<BincountOptions<W, undefined>>
  ): Last<W, (x: ArrayLike) => Effect.Effect<Counts<W, number>, ExecutionError, Backend>>
  <W extends ArrayLike = never>(
    x: ArrayLike,
    options?: BincountOptions<W, undefined>
  ): Effect.Effect<Counts<W, number>, ExecutionError, Backend>
}

/** Counts of integers from 0 up; negative ones count as 0, and those beyond the length are dropped. */
const counts = (x: NdArray.Any, weights: NdArray.Any | undefined, length: number): NdArray.Any => {
  const added = weights ?? structural.full(1, "int32", x.shape)
  const whole = DType.isUnsigned(x.dtype) ? x : primitive.max(x, 0)
  return at(zeros([length], { dtype: added.dtype }) as NdArray.Any, [whole]).add(added, { mode: "drop" })
}

/**
 * How often each integer from 0 up occurs, or the sum of the weights of its places.
 *
 * **Details**
 *
 * With `length` the result is an array of that length; larger integers are dropped, and negative ones count as 0. Without it the
 * result is an Effect: it runs the array to see its largest element. Counts are int32.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.bincount(np.array([1n, 3n, 1n, 0n]), { length: 5 }) // => [1, 2, 0, 1, 0]
 * np.bincount(np.array([1n, 3n, 1n]), { length: 4, weights: [0.5, 2, 1] }) // => [0, 1.5, 0, 2]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const bincount: Bincount = dualWithOptions(
  "bincount",
  1,
  knownOfBincount,
  (given: ArrayLike, { length, minlength = 0, weights }: BincountOptions) => {
    const array = asArray("bincount", given)
    const x = array.dtype === "bool" ? primitive.convert(array, "int32") : array
    if (!DType.isInteger(x.dtype)) {
      throw new DTypeError({
        operation: "bincount",
        message: `bincount: expected integers, got ${x.dtype}; convert them first, with \`np.astype(x, "int32")\``
      })
    }
    if (x.shape.length !== 1) {
      throw new ShapeError({
        operation: "bincount",
        message: `bincount: expected an array of one axis, got shape ${
          Shapes.format(x.shape)
        }; flatten it with \`np.ravel\``
      })
    }
    checkInteger("bincount", "minlength", minlength, 0)
    const added = weights === undefined ? undefined : asArray("bincount", weights)
    if (added !== undefined && (added.shape.length !== 1 || added.shape[0] !== x.shape[0])) {
      throw new ShapeError({
        operation: "bincount",
        message: `bincount: weights of shape ${Shapes.format(added.shape)} for an array of shape ${
          Shapes.format(x.shape)
        }`
      })
    }
    if (length !== undefined) return counts(x, added, checkInteger("bincount", "length", length, 0)) as never
    return (x.size === 0
      ? Effect.suspend(() => counts(x, added, minlength))
      : Effect.flatMap(
        NdArray.toScalar(max(x)),
        (largest) => counts(x, added, Math.max(minlength, Number(largest) + 1, 1))
      )) as never
  }
)

// --- bins ------------------------------------------------------------------------------------------------------------

/** Options of {@link digitize}. @category models @since 0.1.0 */
export interface DigitizeOptions {
  /** Whether the right end belongs to a bin, and not the left one. */
  readonly right?: boolean
}

const knownOfDigitize: Known<DigitizeOptions> = { right: true }

/**
 * The bin of each value: the position of the first edge above it, as int32.
 *
 * **Details**
 *
 * Edges rise or fall: `bins[i - 1] <= x < bins[i]`, and with `right`, `bins[i - 1] < x <= bins[i]`; for edges that fall, the other
 * way round.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.digitize(np.array([0.2, 1, 5]), [0, 1, 2]) // => [1, 2, 3]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const digitize: {
  (
    bins: ArrayLike,
    options?: Behind<DigitizeOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<"int32", ShapeOf<X>>
  <X extends ArrayLike>(x: X, bins: ArrayLike, options?: DigitizeOptions): NdArray.NdArray<"int32", ShapeOf<X>>
} = dualWithOptions("digitize", 2, knownOfDigitize, (given: ArrayLike, bins: ArrayLike, options: DigitizeOptions) => {
  const { right = false } = options
  checkBooleans("digitize", { right })
  const [x, edges] = [asArray("digitize", given), asArray("digitize", bins)]
  if (edges.shape.length !== 1) {
    throw new ShapeError({
      operation: "digitize",
      message: `digitize: bins must have one axis, got shape ${Shapes.format(edges.shape)}`
    })
  }
  const n = edges.shape[0]!
  if (n === 0) return structural.full(0, "int32", x.shape) as never
  const find = (table: NdArray.Any): NdArray.Any => searchsorted(table, x, { side: right ? "left" : "right" })
  const falling = primitive.sub(n, find(structural.rev(edges, [0])))
  const end = (from: number) => structural.reshape(structural.sliceAxis(edges, 0, from, from + 1), [])
  return primitive.select(
    broadcastTo(primitive.ge(end(n - 1), end(0)), x.shape),
    find(edges),
    falling
  ) as never
})

/** The ends of the bins' range: numbers, or scalar arrays. @category models @since 0.1.0 */
export type Range = readonly [low: ArrayLike, high: ArrayLike] | NdArray.Any

/** Options of {@link histogramBinEdges}. @category models @since 0.1.0 */
export interface BinOptions {
  /** How many bins of one width, or the edges of the bins, one more than there are bins; 10 by default. */
  readonly bins?: number | ArrayLike
  /** From where to where the bins reach; from the least to the largest value by default. */
  readonly range?: Range
}

/** Options of {@link histogram}. @category models @since 0.1.0 */
export interface HistogramOptions extends BinOptions {
  /** What each value adds to its bin; 1 by default. */
  readonly weights?: ArrayLike
  /** Divides by the number of values and the width of the bin, so that the integral is 1. */
  readonly density?: boolean
}

/** Options of {@link histogram2d} and {@link histogramdd}. @category models @since 0.1.0 */
export interface HistogramddOptions {
  /** How many bins along each dimension, a list with a number or edges for each, or 10 by default. */
  readonly bins?: number | ReadonlyArray<number | ArrayLike>
  /** From where to where the bins of each dimension reach; `null` for the least to the largest value. */
  readonly range?: ReadonlyArray<Range | null>
  /** What each value adds to its bin; 1 by default. */
  readonly weights?: ArrayLike
  /** Divides by the number of values and the size of the bin, so that the integral is 1. */
  readonly density?: boolean
}

const knownOfBins: Known<BinOptions> = { bins: true, range: true }
const knownOfHistogram: Known<HistogramOptions> = { bins: true, range: true, weights: true, density: true }
const knownOfHistogramdd: Known<HistogramddOptions> = { bins: true, range: true, weights: true, density: true }

const item = (x: NdArray.Any, position: number): NdArray.Any =>
  structural.reshape(structural.sliceAxis(x, 0, position, position + 1), [])

const ends = (
  operation: string,
  x: NdArray.Any,
  range: Range | null | undefined
): readonly [NdArray.Any, NdArray.Any] => {
  if (range === undefined || range === null) {
    if (x.size > 0) return [min(x) as NdArray.Any, max(x) as NdArray.Any]
    throw new ShapeError({
      operation,
      message: `${operation}: an empty array has no range; give \`range\`, or the edges as \`bins\``
    })
  }
  const given = Array.isArray(range) && range.length === 2
    ? (range as readonly [ArrayLike, ArrayLike]).map((end) => asDType(operation, end, x.dtype))
    : NdArray.isNdArray(range) && range.shape.length === 1 && range.shape[0] === 2
    ? [item(range, 0), item(range, 1)].map((end) => primitive.convert(end, x.dtype))
    : []
  if (given.length === 2 && given.every((end) => end.shape.length === 0)) return given as never
  throw new ArgumentError({
    operation,
    message: `${operation}: range must be two numbers, \`[low, high]\`, got ${describe(range)}`
  })
}

/** The edges of bins, `[bins + 1]`, in the dtype of the values. */
const edgesOf = (
  operation: string,
  x: NdArray.Any,
  bins: number | ArrayLike,
  range: Range | null | undefined
): NdArray.Any => {
  if (typeof bins !== "number") {
    const edges = asArray(operation, bins)
    if (edges.shape.length === 1 && edges.shape[0]! >= 1) return primitive.convert(edges, x.dtype)
    throw new ShapeError({
      operation,
      message: `${operation}: edges of bins must be a list, got shape ${Shapes.format(edges.shape)}`
    })
  }
  checkInteger(operation, "bins", bins, 1)
  const [low, high] = ends(operation, x, range)
  const isPoint = primitive.eq(low, high)
  return linspace(
    primitive.select(isPoint, primitive.sub(low, 0.5), low),
    primitive.select(isPoint, primitive.add(high, 0.5), high),
    bins + 1,
    { dtype: x.dtype }
  ) as NdArray.Any
}

const flat = (x: NdArray.Any): NdArray.Any => structural.reshape(x, [x.size])

type Edges<X> = NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, readonly [number]>

/** Values in floating point, not complex, and weights of their shape. */
const valuesOf = (operation: string, given: ArrayLike, weights: ArrayLike | undefined) => {
  const operands = promoteInexact(operation, weights === undefined ? [given] : [given, weights])
  const [x, own] = operands as unknown as readonly [NdArray.Any, NdArray.Any | undefined]
  if (DType.isComplex(x.dtype)) {
    throw new DTypeError({ operation, message: `${operation}: complex numbers fall into no bins, got ${x.dtype}` })
  }
  return { x, weights: own }
}

/**
 * The edges of the bins that {@link histogram} would count in, one more than there are bins.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.histogramBinEdges(np.array([0, 3, 8]), { bins: 4 }) // => [0, 2, 4, 6, 8]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const histogramBinEdges: {
  (options?: Behind<BinOptions>): <X extends ArrayLike>(x: X) => Edges<X>
  <X extends ArrayLike>(x: X, options?: BinOptions): Edges<X>
} = dualWithOptions("histogramBinEdges", 1, knownOfBins, (given: ArrayLike, { bins = 10, range }: BinOptions) => {
  const { x } = valuesOf("histogramBinEdges", given, undefined)
  return edgesOf("histogramBinEdges", flat(x), bins, range) as never
})

interface Histogram {
  (
    options?: Behind<HistogramOptions>
  ): <X extends ArrayLike>(x: X) => readonly [counts: Edges<X>, edges: Edges<X>]
  <X extends ArrayLike>(x: X, options?: HistogramOptions): readonly [counts: Edges<X>, edges: Edges<X>]
}

/**
 * How many values fall into each bin, and the edges of the bins.
 *
 * **Details**
 *
 * Each bin holds its left edge, and the last its right edge too; values outside of all bins don't count. Counts have the
 * dtype of the values in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const [counts, edges] = np.histogram(np.array([1, 2, 2, 5, 9]), { bins: 4, range: [1, 9] })
 * counts // => [3, 0, 1, 1]
 * edges // => [1, 3, 5, 7, 9]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const histogram: Histogram = dualWithOptions(
  "histogram",
  1,
  knownOfHistogram,
  (given: ArrayLike, { bins = 10, density = false, range, weights: own }: HistogramOptions) => {
    checkBooleans("histogram", { density })
    const { weights, x } = valuesOf("histogram", given, own)
    if (weights !== undefined && Shapes.format(weights.shape) !== Shapes.format(x.shape)) {
      throw new ShapeError({
        operation: "histogram",
        message: `histogram: weights of shape ${Shapes.format(weights.shape)} for an array of shape ${
          Shapes.format(x.shape)
        }`
      })
    }
    const values = flat(x)
    const edges = edgesOf("histogram", values, bins, range)
    const n = edges.shape[0]!
    const bin = binOf(values, edges, n - 1)
    const added = weights === undefined ? structural.full(1, x.dtype, values.shape) : flat(weights)
    const filled = at(zeros([n], { dtype: x.dtype }) as NdArray.Any, [bin]).add(added, { mode: "drop" })
    const count = structural.sliceAxis(filled, 0, 1, n)
    const result = density
      ? primitive.div(primitive.div(count, diff(edges)), sum(count))
      : count
    return [result, edges] as never
  }
)

/** The position of the edge above each value; the last edge itself belongs to the last bin, which `atEnd` names. */
const binOf = (values: NdArray.Any, edges: NdArray.Any, atEnd: number): NdArray.Any => {
  const found = searchsorted(edges, values, { side: "right" }) as NdArray.Any
  const end = item(edges, edges.shape[0]! - 1)
  return primitive.select(primitive.eq(values, end), atEnd, found)
}

const many = (
  operation: string,
  given: NdArray.Any,
  { bins = 10, density = false, range, weights }: HistogramddOptions,
  own: NdArray.Any | undefined
): readonly [NdArray.Any, ReadonlyArray<NdArray.Any>] => {
  checkBooleans(operation, { density })
  const [n, d] = given.shape as readonly [number, number]
  if (weights !== undefined && (own!.shape.length !== 1 || own!.shape[0] !== n)) {
    throw new ShapeError({
      operation,
      message: `${operation}: weights of shape ${Shapes.format(own!.shape)} for ${n} samples`
    })
  }
  for (const [name, list] of [["bins", bins], ["range", range]] as const) {
    if (list === undefined || typeof list === "number" || Array.isArray(list) && list.length === d) continue
    throw new ArgumentError({
      operation,
      message: `${operation}: ${name} must be a list of ${d}, one for each dimension${
        name === "bins" ? ", or a number for all of them" : ""
      }, got ${describe(list)}`
    })
  }
  const dimensions = positions(d).map((i) => {
    const values = structural.reshape(structural.sliceAxis(given, 1, i, i + 1), [n])
    const edges = edgesOf(operation, values, typeof bins === "number" ? bins : bins[i]!, range?.[i])
    const size = edges.shape[0]! + 1
    return { edges, size, bin: primitive.min(binOf(values, edges, size - 2), size - 1) }
  })
  // one number for each cell; those around the edge are for values outside of all bins
  const cell = dimensions.reduce<NdArray.Any>(
    (sofar, { bin, size }) => primitive.add(primitive.mul(sofar, size), bin),
    structural.full(0, "int32", [n])
  )
  const sizes = dimensions.map(({ size }) => size)
  const all = structural.reshape(counts(cell, own, sizes.reduce((a, b) => a * b, 1)), sizes)
  const inner = sizes.reduce<NdArray.Any>((x, size, axis) => structural.sliceAxis(x, axis, 1, size - 1), all)
  const edges = dimensions.map((dimension) => dimension.edges)
  if (!density) return [inner, edges]
  const shares = primitive.convert(inner, given.dtype)
  return [
    edges.reduce<NdArray.Any>(
      (x, own, axis) => primitive.div(x, structural.broadcastInDim(diff(own), x.shape, [axis])),
      primitive.div(shares, sum(shares))
    ),
    edges
  ]
}

type Floats<X> = DType.ToInexact<DTypeOf<X>>

/**
 * How many samples of several dimensions, `[samples, dimensions]`, fall into each cell, and the edges of each dimension's bins.
 *
 * **Details**
 *
 * Counts are int32, or have the dtype of the weights; with `density` they are floating.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const samples = np.array([[0, 0], [1, 4], [1, 3]])
 * np.histogramdd(samples, { bins: 2 })[0] // => [[1, 0], [0, 2]]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const histogramdd: {
  (options?: Behind<HistogramddOptions>): <X extends ArrayLike>(
    x: X
  ) => readonly [counts: NdArray.Any, edges: ReadonlyArray<NdArray.NdArray<Floats<X>, readonly [number]>>]
  <X extends ArrayLike>(
    x: X,
    options?: HistogramddOptions
  ): readonly [counts: NdArray.Any, edges: ReadonlyArray<NdArray.NdArray<Floats<X>, readonly [number]>>]
} = dualWithOptions("histogramdd", 1, knownOfHistogramdd, (given: ArrayLike, options: HistogramddOptions) => {
  const { weights, x } = valuesOf("histogramdd", given, options.weights)
  if (x.shape.length !== 2) {
    throw new ShapeError({
      operation: "histogramdd",
      message: `histogramdd: expected samples of shape [samples, dimensions], got ${Shapes.format(x.shape)}`
    })
  }
  return many("histogramdd", x, options, weights) as never
})

/**
 * How many points `(x, y)` fall into each cell, and the edges along x and along y.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.histogram2d(np.array([0, 1, 1]), np.array([0, 4, 3]), { bins: 2 })[0] // => [[1, 0], [0, 2]]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const histogram2d: {
  <Y extends ArrayLike>(
    y: Y,
    options?: Behind<HistogramddOptions>
  ): Last<Y, (x: ArrayLike) => readonly [counts: NdArray.Any, xEdges: NdArray.Any, yEdges: NdArray.Any]>
  (
    x: ArrayLike,
    y: ArrayLike,
    options?: HistogramddOptions
  ): readonly [counts: NdArray.Any, xEdges: NdArray.Any, yEdges: NdArray.Any]
} = dualWithOptions(
  "histogram2d",
  2,
  knownOfHistogramdd,
  (x: ArrayLike, y: ArrayLike, options: HistogramddOptions) => {
    const operands = promoteInexact("histogram2d", options.weights === undefined ? [x, y] : [x, y, options.weights])
    const [first, second, weights] = operands as unknown as readonly [NdArray.Any, NdArray.Any, NdArray.Any | undefined]
    if (first.shape.length !== 1 || second.shape.length !== 1 || first.shape[0] !== second.shape[0]) {
      throw new ShapeError({
        operation: "histogram2d",
        message: `histogram2d: expected two lists of one length, got shapes ${Shapes.format(first.shape)} and ${
          Shapes.format(second.shape)
        }`
      })
    }
    const samples = structural.concatenate(
      [first, second].map((values) => structural.reshape(values, [values.size, 1])),
      1
    )
    const [count, edges] = many("histogram2d", samples, options, weights)
    return [count, edges[0]!, edges[1]!] as never
  }
)
