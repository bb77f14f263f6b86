/**
 * The largest and least elements, which JAX may find approximately.
 */
import { ArgumentError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { sort } from "../primitive/sort.ts"
import { iota, sliceAxis } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import { asArray, type DTypeOf } from "./operands.ts"
import { topK } from "./topK.ts"

/** Options of {@link approxMaxK} and {@link approxMinK}. @category models @since 0.1.0 */
export interface ApproxOptions {
  /** The last by default. */
  readonly reductionDimension?: number | undefined
  /** How many of the `k` elements must be found; all of them are. */
  readonly recallTarget?: number | undefined
  /** The number of elements that the recall is computed for. Makes no difference here. */
  readonly reductionInputSizeOverride?: number | undefined
  /** Whether there are `k` results, in order; they always are. */
  readonly aggregateToTopk?: boolean | undefined
}

const known: Known<ApproxOptions> = {
  reductionDimension: true,
  recallTarget: true,
  reductionInputSizeOverride: true,
  aggregateToTopk: true
}

type Found<X> = [values: NdArray.NdArray<DTypeOf<X>>, positions: NdArray.NdArray<"int32">]

/**
 * The `k` largest elements along an axis, as {@link topK}, which is exact: the approximation of JAX is for TPUs.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [values] = Lax.approxMaxK(np.array([30, 10, 40, 20]), 2)
 * values // => [40, 30]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const approxMaxK = <X extends NdArray.Any>(x: X, k: number, options: ApproxOptions = {}): Found<X> => {
  const { reductionDimension = -1 } = checkOptions("approxMaxK", options, known)
  return topK(x, k, { axis: reductionDimension }) as never
}

/**
 * The `k` least elements along an axis, least first, and their positions as int32. It is exact, as {@link approxMaxK}.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [values, positions] = Lax.approxMinK(np.array([30, 10, 40, 20]), 2)
 * values // => [10, 20]
 * positions // => [1, 3]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const approxMinK = <X extends NdArray.Any>(x: X, k: number, options: ApproxOptions = {}): Found<X> => {
  const { reductionDimension = -1 } = checkOptions("approxMinK", options, known)
  const array = asArray("approxMinK", x)
  const axis = Shape.normalizeAxis("approxMinK", reductionDimension, array.shape.length)
  const size = array.shape[axis]!
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ArgumentError({
      operation: "approxMinK",
      message: `approxMinK: k must be an integer from 0 to ${size}, the length of axis ${axis}, got ${String(k)}`
    })
  }
  const sorted = sort([array, iota("int32", array.shape, axis)], { dimension: axis, isStable: true, numKeys: 1 })
  return sorted.map((of) => sliceAxis(of, axis, 0, k)) as never
}
