/**
 * Incomplete gamma and beta functions, zeta and polygamma, of floating-point arrays.
 */
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/specialFunctions.ts"
import { aligned, type ArrayLike, type DTypeOf, type Fits, fixed } from "./operands.ts"
import { type Binary, binary } from "./signatures.ts"

/**
 * The regularized lower incomplete gamma function `P(a, x)`: the probability that a gamma variable of shape `a` is below `x`.
 *
 * **Details**
 *
 * NaN for negative operands, and at `a = x = 0`. The derivative by `a` is {@link igammaGradA}.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.igamma(np.array([0.5, 2, 10]), np.array([1, 2, 4])) // => [0.8427008, 0.59399414, 0.00813224]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const igamma: Binary = binary("igamma", primitive.igamma)

/**
 * The regularized upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`, exact in its tail.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.igammac(np.array([0.5, 2]), np.array([1, 20])) // => [0.15729921, 4.3284268e-8]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const igammac: Binary = binary("igammac", primitive.igammac)

/** The derivative of {@link igamma} by its first operand. @category special functions @since 0.1.0 */
export const igammaGradA: Binary = binary("igammaGradA", primitive.igammaGradA)

/**
 * The derivative of a sample `x` of the gamma distribution by its shape `a`, with the underlying uniform number held fixed.
 *
 * @category special functions
 * @since 0.1.0
 */
export const randomGammaGrad: Binary = binary("randomGammaGrad", primitive.randomGammaGrad)

/**
 * The Hurwitz zeta function: the sum of `(q + k)^-x` over k = 0, 1, ...
 *
 * **Details**
 *
 * Infinite at `x = 1`, NaN below, and for negative `q` unless `x` is a whole number. It can be differentiated by `q`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.zeta(np.array([2, 4]), 1) // => [1.644934, 1.0823232]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const zeta: Binary = binary("zeta", primitive.zeta)

/**
 * The `m`-th derivative of {@link digamma}, for whole `m` from 0 on; NaN for others. It can be differentiated by `x`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.polygamma(np.array([0, 1, 2]), 1) // => [-0.5772157, 1.644934, -2.404114]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const polygamma: Binary = binary("polygamma", primitive.polygamma)

/**
 * The regularized incomplete beta function `I_x(a, b)`: the probability that a beta variable of shapes `a` and `b` is below
 * `x`.
 *
 * **Details**
 *
 * NaN for negative `a` or `b`, and for `x` outside of [0, 1]. It can be differentiated by `x` alone, as in JAX.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.betainc(2, 3, np.array([0, 0.5, 1])) // => [0, 0.6875, 1]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const betainc = fixed("betainc", <A extends ArrayLike, B extends ArrayLike, X extends ArrayLike>(
  a: A,
  b: B & Fits<A, B>,
  x: X & Fits<A, X>
): NdArray.NdArray<DTypeOf<A extends NdArray.Any ? A : B extends NdArray.Any ? B : X>> => {
  const [p, q, at] = aligned("betainc", [a, b, x])
  return primitive.betainc(p!, q!, at!) as never
})
