/**
 * Reductions of segments: the rows of an array that have the same number are reduced to one.
 */
import * as Effect from "effect/Effect"
import type { Backend } from "../Backend.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, type ExecutionError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, checkInteger, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import { type GatherScatterMode, modes } from "../lax/gather.ts"
import * as NdArray from "../NdArray.ts"
import { highest, lowest } from "../numpy/masks.ts"
import { type ArrayLike, asArray, type DTypeOf, type ShapeOf } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import { type Scatter, scatterAdd } from "../primitive/gather.ts"
import { positionDType, saturate } from "../primitive/positions.ts"
import * as reduce from "../primitive/reduction.ts"
import { scatterMax, scatterMin, scatterMul } from "../primitive/scatter.ts"
import { concatenate, full, iota, reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** Options of {@link segmentSum} and its kin. @category models @since 0.1.0 */
export interface SegmentOptions<N extends number = number> {
  /** The number of segments. Without it the function is an Effect, which reads the largest of the segment numbers. */
  readonly numSegments?: N
  /** Whether segment numbers stand in order; false by default. */
  readonly indicesAreSorted?: boolean
  /** Whether no segment has two rows; false by default. */
  readonly uniqueIndices?: boolean
  /** Rows are reduced in groups of so many first, which makes sums and products of many rows more precise. */
  readonly bucketSize?: number
  /** What happens to rows whose number is not one of the segments: left out by default. */
  readonly mode?: GatherScatterMode
}

const known: Known<SegmentOptions> = {
  numSegments: true,
  indicesAreSorted: true,
  uniqueIndices: true,
  bucketSize: true,
  mode: true
}

interface Reducer {
  readonly scatter: Scatter
  readonly reduce: (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any
  readonly identity: (dtype: DType.DType) => number | bigint | boolean
}

/** Extremes of booleans are those of the integers 0 and 1. */
const or: Reducer = { scatter: scatterMax, reduce: reduce.reduceMax, identity: () => 0 }
const and: Reducer = { scatter: scatterMin, reduce: reduce.reduceMin, identity: () => 1 }

/** The numbers of the rows' segments, checked against the data. */
const idsOf = (operation: string, data: NdArray.Any, given: ArrayLike): NdArray.Any => {
  const ids = asArray(operation, given)
  if (!DType.isInteger(ids.dtype) && ids.size > 0) {
    throw new DTypeError({
      operation,
      message: `${operation}: segment numbers must be integers, got ${ids.dtype}; write [0n, 1n], or convert them`
    })
  }
  if (ids.shape.length !== 1 || data.shape.length === 0 || data.shape[0] !== ids.shape[0]) {
    throw new ShapeError({
      operation,
      message: `${operation}: there must be one segment number for each row of the data, got numbers ${
        Shapes.format(ids.shape)
      } for data ${Shapes.format(data.shape)}`
    })
  }
  return DType.isInteger(ids.dtype) ? ids : primitive.convert(ids, "int32")
}

const segments = (
  data: NdArray.Any,
  ids: NdArray.Any,
  count: number,
  options: SegmentOptions,
  by: Reducer
): NdArray.Any => {
  const { bucketSize, indicesAreSorted = false, mode = "drop", uniqueIndices = false } = options
  const rest = data.shape.slice(1)
  const rows = ids.shape[0]!
  const shape = [count, ...rest]
  const positions = reshape(saturate(ids, positionDType(shape)), [rows, 1])
  const to = (target: NdArray.Any, indices: NdArray.Any, axes: number): NdArray.Any =>
    by.scatter(target, indices, data, {
      dimensionNumbers: {
        updateWindowDims: rest.map((_, axis) => axis + 1),
        insertedWindowDims: Array.from({ length: axes }, (_, axis) => axis),
        scatterDimsToOperandDims: Array.from({ length: axes }, (_, axis) => axis)
      },
      mode: mode === "fill" ? "drop" : mode,
      indicesAreSorted,
      uniqueIndices
    })
  const identity = by.identity(data.dtype)
  if (data.size === 0) return full(identity, data.dtype, shape)
  if (bucketSize === undefined) return to(full(identity, data.dtype, shape), positions, 1)
  const buckets = Math.ceil(rows / bucketSize)
  const bucket = primitive.div(iota(positions.dtype, [rows, 1], 0), bucketSize)
  const parts = full(identity, data.dtype, [buckets, ...shape])
  return by.reduce(to(parts, concatenate([bucket, positions], 1), 2), [0])
}

/** The data with an axis of segments in the place of the first. */
type Segments<S extends Shape.Shape, N extends number> = S extends
  readonly [number, ...infer R extends ReadonlyArray<number>] ? readonly [N, ...R] : Shape.Shape

type Result<X, N extends number> = NdArray.NdArray<DTypeOf<X>, Segments<ShapeOf<X>, N>>

/** Without `numSegments` the number of segments is read from the data. */
type Later<X> = Effect.Effect<Result<X, number>, ExecutionError, Backend>

interface Segment {
  <const N extends number>(
    segmentIds: ArrayLike,
    options: Behind<SegmentOptions<N> & { readonly numSegments: N }>
  ): Last<N, <X extends ArrayLike>(data: X) => Result<X, N>>
  (
    segmentIds: ArrayLike,
    options?: Behind<Omit<SegmentOptions, "numSegments">>
  ): <X extends ArrayLike>(data: X) => Later<X>
  <X extends ArrayLike, const N extends number>(
    data: X,
    segmentIds: ArrayLike,
    options: SegmentOptions<N> & { readonly numSegments: N }
  ): Result<X, N>
  <X extends ArrayLike>(
    data: X,
    segmentIds: ArrayLike,
    options?: Omit<SegmentOptions, "numSegments">
  ): Later<X>
}

/* @__NO_SIDE_EFFECTS__ */
const segmentOf = (operation: string, by: Reducer, logical?: Reducer): Segment =>
  dualWithOptions(operation, 2, known, (data: ArrayLike, segmentIds: ArrayLike, options: SegmentOptions) => {
    const { bucketSize, indicesAreSorted, mode = "drop", numSegments, uniqueIndices } = options
    checkBooleans(operation, { indicesAreSorted, uniqueIndices })
    checkChoice(operation, "mode", mode, modes)
    if (bucketSize !== undefined) checkInteger(operation, "bucketSize", bucketSize, 1)
    const x: NdArray.Any = asArray(operation, data)
    const ids = idsOf(operation, x, segmentIds)
    if (x.dtype === "bool" && logical === undefined) {
      throw new DTypeError({
        operation,
        message:
          `${operation}: booleans can't be added or multiplied here; convert them with \`np.astype\`, or use segmentMax`
      })
    }
    const result = (count: number) =>
      logical !== undefined && x.dtype === "bool"
        ? primitive.convert(segments(primitive.convert(x, "int32"), ids, count, options, logical), "bool")
        : segments(x, ids, count, options, by)
    if (numSegments !== undefined) return result(checkInteger(operation, "numSegments", numSegments, 0)) as never
    if (node.nodeOf(ids).source._tag === "Parameter") {
      throw new ArgumentError({
        operation,
        message:
          `${operation}: in a function that is traced, name numSegments: the largest segment number is not known yet`
      })
    }
    if (ids.size === 0) return Effect.succeed(result(0)) as never
    // negative numbers are those of no segment
    return Effect.map(
      NdArray.toNumber(reduce.reduceMax(ids, [0])),
      (largest) => result(Math.max(0, largest + 1))
    ) as never
  })

/**
 * The sums of segments: row `i` of the data is added to row `segmentIds[i]` of the result.
 *
 * **When to use**
 *
 * For means of clusters, messages in graphs, ragged batches: wherever rows are grouped by a number.
 *
 * **Details**
 *
 * The result is `[numSegments, ...]`, with zeros where a segment has no rows; rows with other numbers are left out, also
 * negative ones. Without `numSegments` its size depends on the data: the function returns an Effect, and `yield*` gives the array
 * with the largest number plus 1 segments. In compiled functions `numSegments` must be given.
 *
 * @example
 * ```ts
 * import { Numpy as np, Ops } from "effax"
 *
 * const data = np.array([1, 2, 3, 4])
 * Ops.segmentSum(data, [0n, 0n, 2n, 1n], { numSegments: 4 }) // => [3, 4, 3, 0]
 * Ops.segmentSum(data, [0n, 0n, 2n, 1n]) // => [3, 4, 3]
 * ```
 *
 * @category segments
 * @since 0.1.0
 */
export const segmentSum: Segment = segmentOf(
  "segmentSum",
  { scatter: scatterAdd, reduce: reduce.reduceSum, identity: () => 0 }
)
/**
 * The products of segments, as {@link segmentSum}; 1 where a segment has no rows. The derivative needs `uniqueIndices`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Ops } from "effax"
 *
 * Ops.segmentProd(np.array([1, 2, 3, 4]), [0n, 1n, 1n, 3n], { numSegments: 4 }) // => [1, 6, 1, 4]
 * ```
 *
 * @category segments
 * @since 0.1.0
 */
export const segmentProd: Segment = segmentOf(
  "segmentProd",
  { scatter: scatterMul, reduce: reduce.reduceProd, identity: () => 1 }
)
/**
 * The greatest elements of segments, as {@link segmentSum}; -Infinity or the least integer where a segment has no rows.
 *
 * @example
 * ```ts
 * import { Numpy as np, Ops } from "effax"
 *
 * Ops.segmentMax(np.array([1, 5, 3]), [0n, 0n, 1n], { numSegments: 3 }) // => [5, 3, -Infinity]
 * ```
 *
 * @category segments
 * @since 0.1.0
 */
export const segmentMax: Segment = segmentOf(
  "segmentMax",
  { scatter: scatterMax, reduce: reduce.reduceMax, identity: lowest },
  or
)
/**
 * The least elements of segments, as {@link segmentSum}; Infinity or the largest integer where a segment has no rows.
 *
 * @example
 * ```ts
 * import { Numpy as np, Ops } from "effax"
 *
 * Ops.segmentMin(np.array([1, 5, 3]), [0n, 0n, 1n], { numSegments: 3 }) // => [1, 3, Infinity]
 * ```
 *
 * @category segments
 * @since 0.1.0
 */
export const segmentMin: Segment = segmentOf(
  "segmentMin",
  { scatter: scatterMin, reduce: reduce.reduceMin, identity: highest },
  and
)
