/**
 * Running sums, products and extremes along an axis.
 */
import * as DType from "../DType.ts"
import { DTypeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { logaddexp } from "../numpy/elementary.ts"
import * as primitive from "../primitive/cumulative.ts"
import { associativeScan } from "./associativeScan.ts"
import { asArray, type DTypeOf, type ShapeOf } from "./operands.ts"

/** Options of {@link cumsum} and its kin. @category models @since 0.1.0 */
export interface CumulativeOptions {
  /** The first by default. */
  readonly axis?: number | undefined
  /** Whether to go from the last element to the first; false by default. */
  readonly reverse?: boolean | undefined
}

const known: Known<CumulativeOptions> = { axis: true, reverse: true }

/** A running reduction of one kind. @category models @since 0.1.0 */
export interface Cumulative {
  <X extends NdArray.Any>(x: X, options?: CumulativeOptions): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}

/* @__NO_SIDE_EFFECTS__ */
const cumulative = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, reverse: boolean) => NdArray.Any
): Cumulative =>
(x, options = {}) => {
  const { axis = 0, reverse = false } = checkOptions(operation, options, known)
  return apply(asArray(operation, x), axis, reverse) as never
}

/**
 * The sums of the first, the first two, ... of all elements along an axis, of any dtype but bool.
 *
 * **Details**
 *
 * The dtype stays: sums of small integers wrap, where `np.cumsum` widens them. Axes count from 0. Throws an `AxisError` for an
 * axis that the array does not have.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.cumsum(np.array([1, 2, 3])) // => [1, 3, 6]
 * Lax.cumsum(np.array([[1, 2, 3]]), { axis: 1, reverse: true }) // => [[6, 5, 3]]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumsum: Cumulative = cumulative("cumsum", primitive.cumsum)
/** As {@link cumsum}, of products. @category running @since 0.1.0 */
export const cumprod: Cumulative = cumulative("cumprod", primitive.cumprod)
/** As {@link cumsum}, of greatest elements, of dtypes that are not complex. @category running @since 0.1.0 */
export const cummax: Cumulative = cumulative("cummax", primitive.cummax)
/** As {@link cumsum}, of least elements, of dtypes that are not complex. @category running @since 0.1.0 */
export const cummin: Cumulative = cumulative("cummin", primitive.cummin)
/**
 * As {@link cumsum}, of logarithms of sums of exponentials, of floating-point elements; nothing overflows on the way.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.cumlogsumexp(np.array([1000, 1000])) // => [1000, 1000.6931]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumlogsumexp: Cumulative = cumulative("cumlogsumexp", (x, axis, reverse) => {
  if (!DType.isFloating(x.dtype)) {
    throw new DTypeError({
      operation: "cumlogsumexp",
      message: `cumlogsumexp: expected floating-point elements, got ${x.dtype}; convert them with \`np.astype\``
    })
  }
  return associativeScan(logaddexp, x, { axis, reverse })
})
