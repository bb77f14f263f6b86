/**
 * Elementary functions: exponentials, logarithms, roots, and trigonometric and hyperbolic functions.
 */
import * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import * as complex from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import { customJvp } from "../transform/custom.ts"
import { promoteInexact } from "./operands.ts"
import { binary, inexact, type InexactArithmetic } from "./signatures.ts"

// --- exponentials and logarithms -------------------------------------------------------------------------------------

/**
 * `e^x`. Integers and booleans become float32.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.exp(np.array([0, 1, -Infinity])) // => [1, 2.7182817, 0]
 * ```
 *
 * @category exponentials
 * @since 0.1.0
 */
export const exp = inexact("exp", primitive.exp)
/**
 * `2^x`, in floating point.
 *
 * @category exponentials
 * @since 0.1.0
 */
export const exp2 = inexact("exp2", primitive.exp2)
/** `exp(x) - 1`, exact near 0. @category exponentials @since 0.1.0 */
export const expm1 = inexact("expm1", primitive.expm1)
/**
 * The natural logarithm, in floating point.
 *
 * **Details**
 *
 * -Infinity at 0 and NaN below; the derivative at 0 is infinite.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.log(np.array([1, Math.E, 0, -1])) // => [0, 1, -Infinity, NaN]
 * ```
 *
 * @category exponentials
 * @since 0.1.0
 */
export const log = inexact("log", primitive.log)
/** `log(1 + x)`, exact near 0. @category exponentials @since 0.1.0 */
export const log1p = inexact("log1p", primitive.log1p)
/** The logarithm times a real number, which scales the parts of a complex one: infinity times the number's 0 would be NaN. */
const scaledLog = (scale: number) => (x: NdArray.Any): NdArray.Any => {
  const natural = primitive.log(x)
  return DType.isComplex(x.dtype)
    ? complex.complex(primitive.mul(complex.real(natural), scale), primitive.mul(complex.imag(natural), scale))
    : primitive.mul(natural, scale)
}

/**
 * The logarithm to base 2, in floating point.
 *
 * @category exponentials
 * @since 0.1.0
 */
export const log2 = inexact("log2", scaledLog(Math.LOG2E))
/**
 * The logarithm to base 10, in floating point.
 *
 * @category exponentials
 * @since 0.1.0
 */
export const log10 = inexact("log10", scaledLog(Math.LOG10E))
/**
 * The square root, in floating point; NaN of negative numbers.
 *
 * **Gotchas**
 *
 * Its derivative at 0 is infinite: see {@link where} for gradients around it.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.sqrt(np.array([4, 2, -1])) // => [2, 1.4142135, NaN]
 * ```
 *
 * @category exponentials
 * @since 0.1.0
 */
export const sqrt = inexact("sqrt", primitive.sqrt)
/**
 * The cube root, in floating point.
 *
 * @category exponentials
 * @since 0.1.0
 */
export const cbrt = inexact("cbrt", primitive.cbrt)

/**
 * `log(exp(x) + exp(y))` without overflow.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.logaddexp(1000, 1000) // => 1000.6931
 * ```
 *
 * @category exponentials
 * @since 0.1.0
 */
export const logaddexp = binary<InexactArithmetic>(
  "logaddexp",
  (x, y) => logOfSum(x, y, primitive.exp, 1),
  promoteInexact
)

/**
 * `log2(2^x + 2^y)` without overflow.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.logaddexp2(1000, 1000) // => 1001
 * ```
 *
 * @category exponentials
 * @since 0.1.0
 */
export const logaddexp2 = binary<InexactArithmetic>(
  "logaddexp2",
  (x, y) => logOfSum(x, y, primitive.exp2, Math.LOG2E),
  promoteInexact
)

/** The logarithm of `base^x + base^y`: `exp` gives powers of the base, and `scale` brings natural logarithms to it. */
const logOfSum = (
  x: NdArray.Any,
  y: NdArray.Any,
  exp: (x: NdArray.Any) => NdArray.Any,
  scale: number
): NdArray.Any => {
  const difference = primitive.sub(x, y)
  // NaN, and infinities of one sign, whose difference must not put NaN into the derivatives
  const undecided = primitive.ne(difference, difference)
  const safe = primitive.select(undecided, 0, difference)
  const larger = primitive.gt(safe, 0)
  // the larger plus log(1 + base^-|x - y|), with the derivatives of both terms from one side where both are equal
  const rest = primitive.log1p(exp(primitive.select(larger, primitive.neg(safe), safe)))
  const sum = primitive.select(
    undecided,
    primitive.add(x, y),
    primitive.add(primitive.select(larger, x, y), scale === 1 ? rest : primitive.mul(rest, scale))
  )
  return DType.isComplex(sum.dtype) ? principal(sum, Math.PI * scale) : sum
}

/** The complex number whose imaginary part lies within a half period, of those that differ by whole periods. */
const principal = (z: NdArray.Any, half: number): NdArray.Any => {
  const im = complex.imag(z)
  const turns = primitive.floor(primitive.div(primitive.add(im, half), 2 * half))
  return complex.complex(complex.real(z), primitive.sub(im, primitive.mul(turns, 2 * half)))
}

// --- trigonometric and hyperbolic ------------------------------------------------------------------------------------

/**
 * The sine of an angle in radians, in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.sin(np.array([0, Math.PI / 2])) // => [0, 1]
 * ```
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const sin = inexact("sin", primitive.sin)
/**
 * The cosine of an angle in radians, in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cos(np.array([0, Math.PI])) // => [1, -1]
 * ```
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const cos = inexact("cos", primitive.cos)
/**
 * The tangent of an angle in radians, in floating point.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const tan = inexact("tan", primitive.tan)
/**
 * The angle in `[-pi/2, pi/2]` whose sine is `x`; NaN outside of `[-1, 1]`.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const arcsin = inexact("arcsin", primitive.asin)
/**
 * The angle in `[0, pi]` whose cosine is `x`; NaN outside of `[-1, 1]`.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const arccos = inexact("arccos", primitive.acos)
/**
 * The angle in `[-pi/2, pi/2]` whose tangent is `x`.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const arctan = inexact("arctan", primitive.atan)
/**
 * The angle of the point `(x, y)`, given as `arctan2(y, x)`, in `[-pi, pi]`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.arctan2(1, np.array([1, -1])) // => [0.7853982, 2.3561945]
 * ```
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const arctan2 = binary<InexactArithmetic>("arctan2", primitive.atan2, promoteInexact)
/**
 * The hyperbolic sine, in floating point.
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const sinh = inexact("sinh", primitive.sinh)
/**
 * The hyperbolic cosine, in floating point.
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const cosh = inexact("cosh", primitive.cosh)
/**
 * The hyperbolic tangent, in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.tanh(np.array([0, 1, 100])) // => [0, 0.7615942, 1]
 * ```
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const tanh = inexact("tanh", primitive.tanh)
/**
 * The inverse of the hyperbolic sine.
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const arcsinh = inexact("arcsinh", primitive.asinh)
/**
 * The inverse of the hyperbolic cosine; NaN below 1.
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const arccosh = inexact("arccosh", primitive.acosh)
/**
 * The inverse of the hyperbolic tangent; NaN outside of `[-1, 1]`.
 *
 * @category hyperbolic
 * @since 0.1.0
 */
export const arctanh = inexact("arctanh", primitive.atanh)

// --- sin(x) / x --------------------------------------------------------------------------------------------------------

/** The derivative of order k of `sin(x) / x` at 0, which is the derivative of order k - 1 of it there. */
const sincAtZero = (order: number, x: NdArray.Any): NdArray.Any =>
  customJvp(
    (x: NdArray.Any) => primitive.add(primitive.mul(x, 0), order % 2 === 1 ? 0 : (-1) ** (order / 2) / (order + 1)),
    ([x]: readonly [NdArray.Any], [tangent]: readonly [NdArray.Any]) =>
      [sincAtZero(order, x), primitive.mul(sincAtZero(order + 1, x), tangent)] as const,
    { name: "sincAtZero" }
  )(x)

/**
 * `sin(pi x) / (pi x)`, and 1 at 0. Integers and booleans become float32.
 *
 * **Details**
 *
 * It has derivatives of every order at 0. Infinities give NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.sinc(np.array([0, 0.5])) // => [1, 0.63661975]
 * ```
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const sinc = inexact("sinc", (x) => {
  const angle = primitive.mul(x, Math.PI)
  const isZero = primitive.eq(x, 0)
  const other = primitive.select(isZero, 1, angle)
  return primitive.select(isZero, sincAtZero(0, angle), primitive.div(primitive.sin(other), other))
})

// --- degrees ---------------------------------------------------------------------------------------------------------

/** Degrees as radians, in floating point. @category trigonometric @since 0.1.0 */
export const deg2rad = inexact("deg2rad", (x) => primitive.mul(x, Math.PI / 180))
/**
 * Radians as degrees, in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.rad2deg(np.array([0, Math.PI])) // => [0, 180]
 * ```
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const rad2deg = inexact("rad2deg", (x) => primitive.mul(x, 180 / Math.PI))
