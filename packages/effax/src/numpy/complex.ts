/**
 * Complex arrays: their parts, conjugates and angles.
 */
import * as DType from "../DType.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as parts from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import { zerosOf } from "../primitive/structural.ts"
import { type ArrayLike, type DTypeOf, promoteInexact, type ShapeOf } from "./operands.ts"
import { type SameDType, type ToBool, type ToReal, unary } from "./signatures.ts"

/**
 * The real part: of complex numbers it is real, and all others are their own.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * np.real(Lax.complex(np.array([1, 2]), np.array([3, 4]))) // => [1, 2]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const real: ToReal = unary("real", (x) => DType.isComplex(x.dtype) ? parts.real(x) : x) as never
/**
 * The imaginary part: 0 of what is not complex.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * np.imag(Lax.complex(np.array([1, 2]), np.array([3, 4]))) // => [3, 4]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const imag: ToReal = unary("imag", (x) => DType.isComplex(x.dtype) ? parts.imag(x) : zerosOf(x)) as never
/**
 * The complex conjugate: `x - i y` of `x + i y`. An array that is not complex is its own conjugate.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * np.conj(Lax.complex(np.array([1, 2]), np.array([3, 4]))) // => [{ re: 1, im: -3 }, { re: 2, im: -4 }]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const conj: SameDType = unary("conj", (x) => DType.isComplex(x.dtype) ? parts.conj(x) : x)
/** {@link conj}. @category complex @since 0.1.0 */
export const conjugate: SameDType = conj

/** Options of {@link angle}. @category models @since 0.1.0 */
export interface AngleOptions {
  /** Degrees in place of radians. */
  readonly deg?: boolean
}

const knownOfAngle: Known<AngleOptions> = { deg: true }

/**
 * The angle of a complex number, in radians from -pi to pi, or with `deg` in degrees.
 *
 * **Details**
 *
 * Real numbers have the angle 0 or pi; integers count as float32.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const z = Lax.complex(np.array([1, 0, -1]), np.array([1, 2, 0]))
 * np.angle(z) // => [0.7853982, 1.5707964, 3.1415927]
 * np.angle(z, { deg: true }) // => [45, 90, 180]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const angle = <X extends ArrayLike>(
  x: X,
  options: AngleOptions = {}
): NdArray.NdArray<DType.RealOf<DType.ToInexact<DTypeOf<X>>>, ShapeOf<X>> => {
  const { deg = false } = checkOptions("angle", options, knownOfAngle)
  const [z] = promoteInexact("angle", [x])
  const radians = DType.isComplex(z!.dtype)
    ? primitive.atan2(parts.imag(z!), parts.real(z!))
    : primitive.atan2(zerosOf(z!), z!)
  return (deg ? primitive.mul(radians, 180 / Math.PI) : radians) as never
}

/**
 * Whether an element has an imaginary part that is not 0.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * np.iscomplex(Lax.complex(np.array([1, 2]), np.array([3, 0]))) // => [true, false]
 * ```
 *
 * @category complex
 * @since 0.1.0
 */
export const iscomplex = unary("iscomplex", (x) => primitive.ne(imag(x), 0)) as ToBool
/** Whether an element has no imaginary part, or one that is 0. @category complex @since 0.1.0 */
export const isreal = unary("isreal", (x) => primitive.eq(imag(x), 0)) as ToBool
