/**
 * Complex numbers taken apart and put together.
 */
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/complex.ts"
import type { ArrayLike, Broadcasted, Common, Fits } from "./operands.ts"
import { binary, type ComplexOf, type ToComplex, type ToReal, unary } from "./signatures.ts"

/** The real part of complex `x`. @category complex @since 0.1.0 */
export const real: ToReal = unary("real", primitive.real)
/** The imaginary part of complex `x`. @category complex @since 0.1.0 */
export const imag: ToReal = unary("imag", primitive.imag)
/** The complex conjugate; floating-point `x` becomes complex. @category complex @since 0.1.0 */
export const conj: ToComplex = unary("conj", primitive.conj)
/**
 * `x + i y`, for two arrays of float32 or float64.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.complex(np.array([1, 2]), np.array([3, 4])) // => [{ re: 1, im: 3 }, { re: 2, im: 4 }]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const complex = binary<{
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<ComplexOf<Common<X, Y>>, Broadcasted<X, Y>>
}>("complex", primitive.complex)
