/**
 * Elementary and special functions, of floating-point and, where said, complex arrays. Dtypes and shapes stay as they are.
 */
import * as primitive from "../primitive/elementwise.ts"
import { type Binary, binary, type Unary, unary } from "./signatures.ts"

/** `e^x`, complex too. @category elementwise @since 0.1.0 */
export const exp: Unary = unary("exp", primitive.exp)
/** `2^x`, complex too. @category elementwise @since 0.1.0 */
export const exp2: Unary = unary("exp2", primitive.exp2)
/** `e^x - 1`, exact near 0; complex too. @category elementwise @since 0.1.0 */
export const expm1: Unary = unary("expm1", primitive.expm1)
/** The natural logarithm, complex too. @category elementwise @since 0.1.0 */
export const log: Unary = unary("log", primitive.log)
/** `log(1 + x)`, exact near 0; complex too. @category elementwise @since 0.1.0 */
export const log1p: Unary = unary("log1p", primitive.log1p)
/** `1 / (1 + e^-x)`, complex too. @category elementwise @since 0.1.0 */
export const logistic: Unary = unary("logistic", primitive.logistic)
/** The sine, complex too. @category elementwise @since 0.1.0 */
export const sin: Unary = unary("sin", primitive.sin)
/** The cosine, complex too. @category elementwise @since 0.1.0 */
export const cos: Unary = unary("cos", primitive.cos)
/** The tangent, complex too. @category elementwise @since 0.1.0 */
export const tan: Unary = unary("tan", primitive.tan)
/** The inverse of the sine, complex too. @category elementwise @since 0.1.0 */
export const asin: Unary = unary("asin", primitive.asin)
/** The inverse of the cosine, complex too. @category elementwise @since 0.1.0 */
export const acos: Unary = unary("acos", primitive.acos)
/** The inverse of the tangent, complex too. @category elementwise @since 0.1.0 */
export const atan: Unary = unary("atan", primitive.atan)
/** The angle of the point `(y, x)` from -pi to pi, given as `atan2(x, y)`. @category elementwise @since 0.1.0 */
export const atan2: Binary = binary("atan2", primitive.atan2)
/** The hyperbolic sine, complex too. @category elementwise @since 0.1.0 */
export const sinh: Unary = unary("sinh", primitive.sinh)
/** The hyperbolic cosine, complex too. @category elementwise @since 0.1.0 */
export const cosh: Unary = unary("cosh", primitive.cosh)
/** The hyperbolic tangent, complex too. @category elementwise @since 0.1.0 */
export const tanh: Unary = unary("tanh", primitive.tanh)
/** The inverse of the hyperbolic sine, complex too. @category elementwise @since 0.1.0 */
export const asinh: Unary = unary("asinh", primitive.asinh)
/** The inverse of the hyperbolic cosine, complex too. @category elementwise @since 0.1.0 */
export const acosh: Unary = unary("acosh", primitive.acosh)
/** The inverse of the hyperbolic tangent, complex too. @category elementwise @since 0.1.0 */
export const atanh: Unary = unary("atanh", primitive.atanh)

/**
 * The error function of floating-point `x`: `2 / sqrt(pi)` times the integral of `e^-t^2` from 0 to `x`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.erf(np.array([0, 0.5, 2])) // => [0, 0.5204999, 0.9953223]
 * ```
 *
 * @category special functions
 * @since 0.1.0
 */
export const erf: Unary = unary("erf", primitive.erf)
/** `1 - erf(x)`, exact in its tail. @category special functions @since 0.1.0 */
export const erfc: Unary = unary("erfc", primitive.erfc)
/** The inverse of {@link erf}, between -1 and 1; infinite at both, and NaN outside. @category special functions @since 0.1.0 */
export const erfInv: Unary = unary("erfInv", primitive.erfInv)
/** The logarithm of `|gamma(x)|`. @category special functions @since 0.1.0 */
export const lgamma: Unary = unary("lgamma", primitive.lgamma)
/** The derivative of {@link lgamma}. @category special functions @since 0.1.0 */
export const digamma: Unary = unary("digamma", primitive.digamma)
/**
 * The modified Bessel function of the first kind and order 0, scaled: `e^-|x| I0(x)`.
 *
 * @category special functions
 * @since 0.1.0
 */
export const besselI0e: Unary = unary("besselI0e", primitive.besselI0e)
/**
 * The modified Bessel function of the first kind and order 1, scaled: `e^-|x| I1(x)`.
 *
 * @category special functions
 * @since 0.1.0
 */
export const besselI1e: Unary = unary("besselI1e", primitive.besselI1e)
