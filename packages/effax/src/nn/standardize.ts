/**
 * Standardisation: mean 0 and variance 1.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { countIn, masked, type Where } from "../numpy/masks.ts"
import { type ArrayLike, asDType, broadcast, type DTypeOf, promoteInexact, type ShapeOf } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import { axesOf, keep } from "./axes.ts"

/** Options of {@link standardize}. @category models @since 0.1.0 */
export interface StandardizeOptions {
  /** The axes; the last one by default. `null` means all axes. */
  readonly axis?: Shape.Axes
  /** The mean, if it is known: an array that broadcasts to the data. */
  readonly mean?: ArrayLike
  /** The variance, if it is known: an array that broadcasts to the data. */
  readonly variance?: ArrayLike
  /** A constant added to the variance; 1e-5 by default. */
  readonly epsilon?: number
  /**
   * A mask of the elements that enter the mean and the variance, which broadcasts to the array; all of them by default.
   */
  readonly where?: Where
  /**
   * `"stable"`, the default: the variance is the mean of `(x - mean)^2`; `"fast"`: it is the mean of `x^2` minus the square
   * of the mean, which loses precision where the mean is large.
   */
  readonly algorithm?: "fast" | "stable"
}

const knownOfStandardize: Known<StandardizeOptions> = {
  axis: true,
  mean: true,
  variance: true,
  epsilon: true,
  where: true,
  algorithm: true
}

const algorithms = { fast: true, stable: true } as const

/**
 * Shifts and scales to mean 0 and variance 1 along the last axis or the given ones: `(x - mean) / sqrt(var + epsilon)`.
 *
 * **Details**
 *
 * `epsilon` is 1e-5 by default. A given mean or variance is used as it is. JAX computes the variance with `algorithm: "fast"`
 * unless told otherwise; both give the same up to rounding.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.standardize(np.array([1, 3])) // => [-0.999995, 0.999995]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const standardize: {
  (
    options: Behind<StandardizeOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: StandardizeOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("standardize", 1, knownOfStandardize, (x: ArrayLike, options: StandardizeOptions) => {
  const { algorithm = "stable", axis, epsilon = 1e-5, mean, variance, where } = options
  checkChoice("standardize", "algorithm", algorithm, algorithms)
  const array: NdArray.Any = promoteInexact("standardize", [x])[0]!
  const axes = axesOf("standardize", axis, array.shape.length)
  const count = where === undefined
    ? axes.reduce((n, at) => n * array.shape[at]!, 1)
    : countIn("standardize", where, array, axes)
  const average = (of: NdArray.Any) => {
    const chosen = where === undefined ? of : masked("standardize", of, where, 0)
    return keep(primitive.div(reduce.reduceSum(chosen, axes), count), axes, array.shape)
  }
  const given = (option: ArrayLike): NdArray.Any => {
    const of = asDType("standardize", option, array.dtype)
    const [, wide] = broadcast("standardize", [node.nodeOf(array), of])
    return wide!
  }
  const middle = mean === undefined ? average(array) : given(mean)
  const centered = primitive.sub(array, middle)
  const square = (of: NdArray.Any) => primitive.integerPow(of, 2)
  const spread = variance !== undefined
    ? given(variance)
    : algorithm === "stable"
    ? average(square(centered))
    // rounding may make the difference negative
    : primitive.max(primitive.sub(average(square(array)), square(middle)), 0)
  return primitive.mul(centered, primitive.rsqrt(primitive.add(spread, epsilon))) as never
})
