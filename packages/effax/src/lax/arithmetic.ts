/**
 * Arithmetic. Operands have one dtype and one shape; scalars and axes of length 1 are broadcast.
 */
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import {
  aligned,
  type ArrayLike,
  asArray,
  type Broadcasted,
  type Common,
  type DTypeOf,
  type Fits,
  fixed,
  type ShapeOf
} from "./operands.ts"
import { type Binary, binary, type ToReal, type Unary, unary } from "./signatures.ts"

/** `-x`; unsigned integers wrap. @category elementwise @since 0.1.0 */
export const neg: Unary = unary("neg", primitive.neg)
/**
 * `x + y`, of any dtype but bool.
 *
 * **Details**
 *
 * As all functions of two arrays in Lax: both have one dtype, which a number beside an array takes, and one shape, but for
 * scalars and axes of length 1. Throws a `DTypeError` or a `ShapeError` for operands that differ; `np.add` promotes and
 * broadcasts them.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.add(np.array([1, 2]), np.array([10, 20])) // => [11, 22]
 * Lax.add(np.array([1, 2]), 0.5) // => [1.5, 2.5]
 * ```
 *
 * @category elementwise
 * @since 0.1.0
 */
export const add: Binary = binary("add", primitive.add)
/** `x - y`, of any dtype but bool. @category elementwise @since 0.1.0 */
export const sub: Binary = binary("sub", primitive.sub)
/** `x * y`, of any dtype but bool. @category elementwise @since 0.1.0 */
export const mul: Binary = binary("mul", primitive.mul)
/** `x / y`; integers are rounded toward zero. @category elementwise @since 0.1.0 */
export const div: Binary = binary("div", primitive.div)
/** The remainder with the sign of `x`, as C's `fmod`. @category elementwise @since 0.1.0 */
export const rem: Binary = binary("rem", primitive.rem)
/** The larger of two; NaN if either is. Equal ones share the derivative. @category elementwise @since 0.1.0 */
export const max: Binary = binary("max", primitive.max)
/** The smaller of two; NaN if either is. Equal ones share the derivative. @category elementwise @since 0.1.0 */
export const min: Binary = binary("min", primitive.min)
/** `|x|`, which is real for complex `x` too. @category elementwise @since 0.1.0 */
export const abs: ToReal = unary("abs", primitive.abs)
/** -1, 0 or 1, and NaN of NaN; `x / |x|` of complex `x`. @category elementwise @since 0.1.0 */
export const sign: Unary = unary("sign", primitive.sign)
/** The largest whole number that is not above floating-point `x`. @category elementwise @since 0.1.0 */
export const floor: Unary = unary("floor", primitive.floor)
/** The least whole number that is not below floating-point `x`. @category elementwise @since 0.1.0 */
export const ceil: Unary = unary("ceil", primitive.ceil)

/** Options of {@link round}. @category models @since 0.1.0 */
export interface RoundOptions {
  /** The direction of halves: `"awayFromZero"` (the default) or `"toNearestEven"`. */
  readonly roundingMethod?: "awayFromZero" | "toNearestEven" | undefined
}

const knownOfRound: Known<RoundOptions> = { roundingMethod: true }
const roundingMethods = { awayFromZero: true, toNearestEven: true }

/**
 * The nearest whole number of floating-point or complex `x`; halves go away from zero unless said otherwise.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.round(np.array([0.5, 1.5, -2.5])) // => [1, 2, -3]
 * Lax.round(np.array([0.5, 1.5, -2.5]), { roundingMethod: "toNearestEven" }) // => [0, 2, -2]
 * ```
 *
 * @category elementwise
 * @since 0.1.0
 */
export const round = <X extends ArrayLike>(
  x: X,
  options: RoundOptions = {}
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
  const { roundingMethod = "awayFromZero" } = checkOptions("round", options, knownOfRound)
  checkChoice("round", "roundingMethod", roundingMethod, roundingMethods)
  return primitive.round(asArray("round", x), roundingMethod) as never
}

/** An exponent may be of integers. */
type ExponentFits<X, Y> = Y extends NdArray.NdArray<infer D, infer S>
  ? D extends DType.Integer ? Fits<NdArray.NdArray<D, ShapeOf<X>>, NdArray.NdArray<D, S>> : Fits<X, Y>
  : unknown

/**
 * `x^y` of floating-point or complex `x`. `y` has the same dtype, or is of integers.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.pow(np.array([2, 3]), np.array([0.5, 2])) // => [1.4142135, 9]
 * ```
 *
 * @category elementwise
 * @since 0.1.0
 */
export const pow = fixed(
  "pow",
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & ExponentFits<X, Y>
  ): NdArray.NdArray<Common<X, Y>, Broadcasted<X, Y>> => {
    const isExact = node.isNode(x) && node.isNode(y) && DType.isInexact(x.dtype) && DType.isInteger(y.dtype)
    const [a, b] = aligned("pow", [x, isExact ? primitive.convert(y, x.dtype) : y])
    return primitive.pow(a!, b!) as never
  }
)

/** `x^y` for a whole number `y` that is part of the Program; integers have no negative powers. @category elementwise @since 0.1.0 */
export const integerPow = fixed(
  "integerPow",
  <X extends ArrayLike>(x: X, y: number): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
    if (typeof y !== "number") {
      throw new ArgumentError({
        operation: "integerPow",
        message: `integerPow: the exponent must be a whole number, got ${describe(y)}; use \`Lax.pow\` for arrays`
      })
    }
    return primitive.integerPow(asArray("integerPow", x), y) as never
  }
)

/** `x^2`. @category elementwise @since 0.1.0 */
export const square: Unary = unary("square", (x) => primitive.mul(x, x))
/** `1 / x` of floating-point or complex `x`. @category elementwise @since 0.1.0 */
export const reciprocal: Unary = unary("reciprocal", (x) => primitive.integerPow(x, -1))
/** The square root of floating-point or complex `x`. @category elementwise @since 0.1.0 */
export const sqrt: Unary = unary("sqrt", primitive.sqrt)
/** `1 / sqrt(x)` of floating-point or complex `x`. @category elementwise @since 0.1.0 */
export const rsqrt: Unary = unary("rsqrt", primitive.rsqrt)
/** The cube root of floating-point `x`. @category elementwise @since 0.1.0 */
export const cbrt: Unary = unary("cbrt", primitive.cbrt)
/** The floating-point number next to `x` on the way to `y`. @category elementwise @since 0.1.0 */
export const nextafter: Binary = binary("nextafter", primitive.nextafter)
