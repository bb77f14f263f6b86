/**
 * Running reductions and differences along an axis.
 */
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkInteger, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as cumulative from "../primitive/cumulative.ts"
import * as primitive from "../primitive/elementwise.ts"
import { concatenate, full, reshape, sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcastTo,
  type DTypeOf,
  promote,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"
import { type Check, reduction } from "./reductionOptions.ts"
import { truth } from "./signatures.ts"

type Running<D extends DType.DType> = D extends "bool" ? "int32" : D

/** Options of {@link cumsum} and {@link cumprod}. @category models @since 0.1.0 */
export interface CumulativeOptions<A extends number | null | undefined, D extends DType.DType> {
  /** Along which axis; the flattened array by default. */
  readonly axis?: A
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
  /** From the end. */
  readonly reverse?: boolean
}

const knownOfCumulative: Known<CumulativeOptions<number, DType.DType>> = { axis: true, dtype: true, reverse: true }

type RunningShape<S extends Shape.Shape, A> = A extends number ? S extends readonly [] ? readonly [1] : S
  : readonly [Shape.Size<S>]

interface Cumulative {
  <const A extends number | null | undefined = undefined, D extends DType.DType = never>(
    options: Behind<CumulativeOptions<A, D>>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & (ShapeOf<X> extends readonly [] ? unknown : Check<X, A>)
    ) => NdArray.NdArray<[D] extends [never] ? Running<DTypeOf<X>> : D, RunningShape<ShapeOf<X>, A>>
  >
  <
    X extends ArrayLike,
    const A extends number | null | undefined = undefined,
    D extends DType.DType = Running<DTypeOf<X>>
  >(
    // a scalar counts as an array of one element
    x: X & (ShapeOf<X> extends readonly [] ? unknown : Check<X, A>),
    options?: CumulativeOptions<A, D>
  ): NdArray.NdArray<NoInfer<D>, RunningShape<ShapeOf<X>, A>>
}

type Apply = (x: NdArray.Any, axis: number, reverse: boolean) => NdArray.Any

/** A running reduction; `nan` takes the place of NaN. */
const running = (
  operation: string,
  apply: Apply,
  nan?: number
): Cumulative =>
  reduction<Cumulative, CumulativeOptions<number | null, DType.DType>>(operation, knownOfCumulative, (x, options) => {
    const array = asArray(operation, x)
    const given = nan === undefined || !DType.isInexact(array.dtype)
      ? array
      : primitive.select(primitive.ne(array, array), nan, array)
    return runningOf(operation, apply, given, options)
  })

const runningOf = (
  operation: string,
  apply: Apply,
  given: NdArray.Any,
  { axis, dtype, reverse = false }: CumulativeOptions<number | null, DType.DType>
): NdArray.Any => {
  const isFlat = axis === undefined || axis === null
  const array = isFlat || given.shape.length === 0 ? reshape(given, [given.size]) : given
  const at = Shapes.normalizeAxis(operation, axis ?? 0, array.shape.length)
  const result = dtype ?? (array.dtype === "bool" ? "int32" : array.dtype)
  // sums of truth count it, and are true where that is not 0
  return result === "bool"
    ? truth(apply(primitive.convert(truth(array), "int32"), at, reverse))
    : apply(primitive.convert(array, result), at, reverse)
}

/**
 * Running sums along an axis, or over the flattened array.
 *
 * **Details**
 *
 * Booleans count as int32, all others keep their dtype, unless `dtype` names one. `reverse` sums from the end.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumsum(np.array([1, 2, 3])) // => [1, 3, 6]
 * np.cumsum(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [[1, 2], [4, 6]]
 * np.cumsum(np.array([1, 2, 3]), { axis: 0, reverse: true }) // => [6, 5, 3]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumsum = running("cumsum", cumulative.cumsum)
/**
 * Running products along an axis, or over the flattened array.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumprod(np.array([1, 2, 3, 4])) // => [1, 2, 6, 24]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumprod = running("cumprod", cumulative.cumprod)
/**
 * Running sums that count NaN as 0, with the options of {@link cumsum}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nancumsum(np.array([1, NaN, 3])) // => [1, 1, 4]
 * ```
 *
 * @category nan
 * @since 0.1.0
 */
export const nancumsum = running("nancumsum", cumulative.cumsum, 0)
/** Running products that count NaN as 1, with the options of {@link cumprod}. @category nan @since 0.1.0 */
export const nancumprod = running("nancumprod", cumulative.cumprod, 1)

/** Options of {@link cumulativeSum} and {@link cumulativeProd}. @category models @since 0.1.0 */
export interface RunningOptions<A extends number | undefined, D extends DType.DType> {
  /** Along which axis; it may be left out where there is one only. */
  readonly axis?: A
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
  /** Begins with 0, or 1 for products, so that the result is one longer. */
  readonly includeInitial?: boolean
}

const knownOfRunning: Known<RunningOptions<number, DType.DType>> = { axis: true, dtype: true, includeInitial: true }

interface ArrayApiRunning {
  <X extends ArrayLike, D extends DType.DType = DType.DType>(
    x: X,
    options?: RunningOptions<number, D>
  ): NdArray.NdArray<D, Shape.SameRank<ShapeOf<X>>>
  <D extends DType.DType = DType.DType>(
    options?: Behind<RunningOptions<number, D>>
  ): Last<D, <X extends ArrayLike>(x: X) => NdArray.NdArray<D, Shape.SameRank<ShapeOf<X>>>>
}

const arrayApi = (
  operation: string,
  apply: Apply,
  initial: number,
  dtypeOf: (dtype: DType.DType) => DType.DType
): ArrayApiRunning =>
  reduction<ArrayApiRunning, RunningOptions<number, DType.DType>>(operation, knownOfRunning, (given, options) => {
    const x = asArray(operation, given)
    const { axis, dtype = dtypeOf(x.dtype), includeInitial = false } = options
    if (x.shape.length === 0 || axis === undefined && x.shape.length > 1) {
      throw new ArgumentError({
        operation,
        message: x.shape.length === 0
          ? `${operation}: expected an array of at least one axis, got a scalar; \`np.cumsum\` and \`np.cumprod\` take scalars`
          : `${operation}: axis must be given for an array of ${x.shape.length} axes`
      })
    }
    const at = Shapes.normalizeAxis(operation, axis ?? 0, x.shape.length)
    const result = runningOf(operation, apply, x, { axis: at, dtype })
    if (!includeInitial) return result
    const first = full(
      dtype === "bool" ? initial !== 0 : initial,
      result.dtype,
      x.shape.map((n, i) => i === at ? 1 : n)
    )
    return concatenate([first, result], at)
  })

/**
 * Running sums, as the array API standard has them: in the dtype of {@link sum}, along an axis that is named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumulativeSum(np.array([1, 2, 3]), { includeInitial: true }) // => [0, 1, 3, 6]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumulativeSum = arrayApi("cumulativeSum", cumulative.cumsum, 0, DType.sumOf)
/**
 * Running products, as the array API standard has them: along an axis that is named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumulativeProd(np.array([[1, 2], [3, 4]]), { axis: 1 }) // => [[1, 2], [3, 12]]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumulativeProd = arrayApi(
  "cumulativeProd",
  cumulative.cumprod,
  1,
  (dtype) => dtype === "bool" ? "int32" : dtype
)

/** Options of {@link diff}. @category models @since 0.1.0 */
export interface DiffOptions<P extends ArrayLike, Q extends ArrayLike> {
  /** How many times differences are taken; once by default. */
  readonly n?: number
  /** The last by default. */
  readonly axis?: number
  /** Comes before the array: a scalar for one element, or an array. */
  readonly prepend?: P
  /** Comes after the array: a scalar for one element, or an array. */
  readonly append?: Q
}

const knownOfDiff: Known<DiffOptions<ArrayLike, ArrayLike>> = { n: true, axis: true, prepend: true, append: true }

/**
 * Differences of neighbours along an axis, the last by default; of booleans, whether they differ.
 *
 * **Details**
 *
 * `prepend` and `append` are joined to the array first, and their dtypes are promoted. Throws an `ArgumentError` for an
 * `n` that is negative or not whole.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.diff(np.array([1, 4, 9, 16])) // => [3, 5, 7]
 * np.diff(np.array([1, 4, 9, 16]), { n: 2 }) // => [2, 2]
 * np.diff(np.array([1, 4, 9]), { prepend: 0 }) // => [1, 3, 5]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const diff: {
  <P extends ArrayLike = never, Q extends ArrayLike = never>(
    options: Behind<DiffOptions<P, Q>>
  ): Last<
    P,
    <X extends ArrayLike>(x: X) => NdArray.NdArray<
      PromoteOperands<NdArray.NdArray<PromoteOperands<X, [P] extends [never] ? X : P>>, [Q] extends [never] ? X : Q>,
      Shape.SameRank<ShapeOf<X>>
    >
  >
  <X extends ArrayLike, P extends ArrayLike = X, Q extends ArrayLike = X>(
    x: X,
    options?: DiffOptions<P, Q>
  ): NdArray.NdArray<
    PromoteOperands<NdArray.NdArray<PromoteOperands<X, P>>, Q>,
    Shape.SameRank<ShapeOf<X>>
  >
} = dualWithOptions("diff", 1, knownOfDiff, (given: ArrayLike, options: DiffOptions<ArrayLike, ArrayLike>) => {
  const { append, axis = -1, n = 1, prepend } = options
  if (checkInteger("diff", "n", n) < 0) {
    throw new ArgumentError({ operation: "diff", message: `diff: n must be 0 or more, got ${n}` })
  }
  const x = asArray("diff", given)
  const at = Shapes.normalizeAxis("diff", axis, x.shape.length)
  if (n === 0) return x as never
  const joined = promote("diff", [prepend, x, append].filter((part) => part !== undefined))
  const one = x.shape.map((size, i) => i === at ? 1 : size)
  let result = concatenate(joined.map((part) => part.shape.length === 0 ? broadcastTo(part, one) : part), at)
  for (let i = 0; i < n; i++) {
    const size = result.shape[at]!
    const difference = result.dtype === "bool" ? primitive.ne : primitive.sub
    result = difference(
      sliceAxis(result, at, Math.min(1, size), size),
      sliceAxis(result, at, 0, Math.max(0, size - 1))
    )
  }
  return result as never
})
