/**
 * Arithmetic and rounding.
 */
import * as DTypes from "../DType.ts"
import { ArgumentError, DTypeError } from "../Errors.ts"
import { dual, dualWithOptionals, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkInteger, checkOptions, isOptions, type Known } from "../internal/arguments/options.ts"
import { isScalar } from "../internal/graph/scalars.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { complex, imag, real } from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  type DTypeOf,
  promote,
  promoteInexact,
  promoteModular,
  promoteNumeric,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"
import {
  type Apply,
  type Arithmetic,
  binary,
  type Broadcasted,
  type Fits,
  inexact,
  type InexactArithmetic,
  type NumericArithmetic,
  type SameDType,
  type ToNumeric,
  type ToReal,
  unary
} from "./signatures.ts"

// --- arithmetic ------------------------------------------------------------------------------------------------------

/**
 * `x + y`; of booleans, logical or.
 *
 * **Details**
 *
 * Operands broadcast and promote. A JavaScript number takes the dtype of the array beside it. Data first,
 * `np.add(x, y)`, or last, `x.pipe(np.add(y))`, as in all functions of two operands.
 *
 * Throws a `ShapeError` for shapes that do not broadcast, which is a type error where the shapes are known, and a
 * `DTypeError` for a fractional number beside integers.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.add(np.array([1, 2]), np.array([10, 20])) // => [11, 22]
 * np.add(np.array([[1], [2]]), np.array([10, 20])) // => [[11, 21], [12, 22]]
 * np.array([1, 2]).pipe(np.add(0.5)) // => [1.5, 2.5]
 * np.add(np.ones([2], { dtype: "int8" }), np.ones([2], { dtype: "uint8" })).dtype // => "int16"
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const add = binary<Arithmetic>(
  "add",
  (x, y) => x.dtype === "bool" ? primitive.or(x, y) : primitive.add(x, y),
  promoteModular
)
/**
 * `x - y`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.subtract(np.array([3, 4]), 1) // => [2, 3]
 * np.array([3, 4]).pipe(np.subtract(1)) // => [2, 3]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const subtract = binary<Arithmetic>("subtract", primitive.sub, promoteModular)
/**
 * `x * y`; of booleans, logical and.
 *
 * **Gotchas**
 *
 * This is the product element by element. Matrices are multiplied by {@link matmul}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.multiply(np.array([[1, 2], [3, 4]]), np.array([10, 100])) // => [[10, 200], [30, 400]]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const multiply = binary<Arithmetic>(
  "multiply",
  (x, y) => x.dtype === "bool" ? primitive.and(x, y) : primitive.mul(x, y),
  promoteModular
)
/**
 * The true quotient, in floating point.
 *
 * **Details**
 *
 * Integers and booleans become float32. Whole quotients are {@link floorDivide}'s.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.divide(np.array([1n, 2n]), 4) // => [0.25, 0.5]
 * np.divide(np.array([1, -1, 0]), 0) // => [Infinity, -Infinity, NaN]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const divide = binary<InexactArithmetic>("divide", primitive.div, promoteInexact)
/** `-x`. @category arithmetic @since 0.1.0 */
export const negative = unary("negative", primitive.neg)
/**
 * `|x|`.
 *
 * **Details**
 *
 * The derivative at 0 is 1, as in JAX.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.abs(np.array([-2, 0, 3])) // => [2, 0, 3]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const abs: ToReal = unary(
  "abs",
  (x) => x.dtype === "bool" || DTypes.isUnsigned(x.dtype) ? x : primitive.abs(x)
) as never
/** `x` as it is. @category arithmetic @since 0.1.0 */
export const positive = unary("positive", (x) => x)
/** `|x|` in floating point, of real numbers. @category arithmetic @since 0.1.0 */
export const fabs = inexact("fabs", (x) => {
  if (!DTypes.isComplex(x.dtype)) return primitive.abs(x)
  throw new DTypeError({
    operation: "fabs",
    message: `fabs: expected real numbers, got ${x.dtype}; take \`np.abs\` of complex numbers`
  })
})
/** -1, 0 or 1; NaN of NaN, -0 of -0. @category arithmetic @since 0.1.0 */
export const sign = unary("sign", primitive.sign)
/**
 * The larger of two; NaN if either is.
 *
 * **Details**
 *
 * Complex numbers are ordered by their real parts, and where these are equal by their imaginary ones; a NaN in one part makes
 * both NaN. Ties share the gradient, half and half. The largest of one array is {@link max}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.maximum(np.array([1, 5, NaN]), 2) // => [2, 5, NaN]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const maximum = binary<Arithmetic>("maximum", primitive.max)
/**
 * The smaller of two; NaN if either is.
 *
 * **Details**
 *
 * Ties share the gradient, half and half. The least of one array is {@link min}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.minimum(np.array([1, 5]), 2) // => [1, 2]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const minimum = binary<Arithmetic>("minimum", primitive.min)
/**
 * The larger of two, or the one that is not NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.fmax(np.array([1, 5, NaN]), 2) // => [2, 5, 2]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const fmax = binary<Arithmetic>(
  "fmax",
  (x, y) => primitive.select(primitive.or(primitive.gt(x, y), primitive.ne(y, y)), x, y)
)
/** The smaller of two, or the one that is not NaN. @category arithmetic @since 0.1.0 */
export const fmin = binary<Arithmetic>(
  "fmin",
  (x, y) => primitive.select(primitive.or(primitive.lt(x, y), primitive.ne(y, y)), x, y)
)
/**
 * The step function: 0 where `x` is negative, 1 where it is positive, and `y` where it is 0; NaN of NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.heaviside(np.array([-2, 0, 3]), 0.5) // => [0, 0.5, 1]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const heaviside = binary<InexactArithmetic>("heaviside", (x, y) => {
  if (DTypes.isComplex(x.dtype)) {
    throw new DTypeError({
      operation: "heaviside",
      message: `heaviside: expected real numbers, got ${x.dtype}; take \`np.real\` of the array first`
    })
  }
  return primitive.select(
    primitive.lt(x, 0),
    0,
    primitive.select(primitive.gt(x, 0), 1, primitive.select(primitive.ne(x, x), x, y))
  )
}, promoteInexact)
/** `1 / x`, in floating point. @category arithmetic @since 0.1.0 */
export const reciprocal = inexact("reciprocal", (x) => primitive.div(1, x))
/**
 * `x^2`; booleans count as int32.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.square(np.array([-3, 0.5])) // => [9, 0.25]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const square: ToNumeric = unary(
  "square",
  (x) => primitive.integerPow(x.dtype === "bool" ? primitive.convert(x, "int32") : x, 2)
) as never

/**
 * `x^y`.
 *
 * **Details**
 *
 * A whole JavaScript number as the exponent multiplies out, exactly and for integers too. Otherwise the result of
 * float operands is that of C's `pow`, and integers multiply out over the bits of the exponent; a negative one gives
 * 0, or the reciprocal of 1 and -1.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.power(np.array([1, 2, 3]), 2) // => [1, 4, 9]
 * np.power(2, np.array([0.5, -1])) // => [1.4142135, 0.5]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const power = dual<NumericArithmetic>("power", 2, (base: ArrayLike, y: ArrayLike) => {
  const x = isScalar(base) ? base : asArray("power", base)
  if (typeof y === "number" && Number.isInteger(y) && Math.abs(y) < 2 ** 31 && !isScalar(x)) {
    if (!DTypes.isInteger(x.dtype) && x.dtype !== "bool") return primitive.integerPow(x, y)
    if (x.dtype !== "bool" && y >= 0) return primitive.integerPow(x, y)
    if (y < 0) {
      throw new DTypeError({
        operation: "power",
        message: `power: ${x.dtype} has no values for the exponent ${y}; convert the array first, with ` +
          "`np.astype(x, \"float32\")`"
      })
    }
  }
  const [a, b] = broadcast("power", promoteNumeric("power", [x, y]))
  return DTypes.isInexact(a!.dtype) ? primitive.pow(a!, b!) : integerPower(a!, b!)
})

/**
 * `x^y` in floating point, of integers too.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.floatPower(np.array([2n, 4n]), -1) // => [0.5, 0.25]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const floatPower = binary<InexactArithmetic>("floatPower", primitive.pow, promoteInexact)

/** Square and multiply over the bits of the exponent; a negative exponent gives 0, or the reciprocal of 1 and -1. */
const integerPower = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const bits = DTypes.itemSize(x.dtype) * 8 - (DTypes.isSigned(x.dtype) ? 1 : 0)
  let result: NdArray.Any = primitive.select(primitive.eq(y, y), primitive.integerPow(x, 0), 1)
  let base = x
  for (let i = 0; i < bits; i++) {
    const isSet = primitive.ne(primitive.and(primitive.shiftRightLogical(y, i), 1), 0)
    result = primitive.select(isSet, primitive.mul(result, base), result)
    base = primitive.mul(base, base)
  }
  if (!DTypes.isSigned(x.dtype)) return result
  const unit = primitive.or(primitive.eq(x, 1), primitive.eq(x, -1))
  return primitive.select(primitive.and(primitive.lt(y, 0), primitive.not(unit)), primitive.mul(result, 0), result)
}

/** Integers have remainder 0 when divided by 0. The divisor stays as it is, for checks of divisions to see it. */
const remainderOf = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const r = primitive.rem(x, y)
  return DTypes.isInteger(y.dtype) ? primitive.select(primitive.eq(y, 0), 0, r) : r
}

/**
 * The remainder with the sign of the divisor, as Python's `%`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.remainder(np.array([7, -7]), 3) // => [1, 2]
 * np.fmod(np.array([7, -7]), 3) // => [1, -1]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const remainder = binary<NumericArithmetic>("remainder", (x, y) => {
  const r = remainderOf(x, y)
  if (DTypes.isUnsigned(x.dtype)) return r
  const differs = primitive.ne(primitive.lt(r, 0), primitive.lt(y, 0))
  return primitive.select(primitive.and(primitive.ne(r, 0), differs), primitive.add(r, y), r)
}, promoteNumeric)
/** The remainder with the sign of the dividend, as C's `fmod`; of integers divided by 0 it is 0. @category arithmetic @since 0.1.0 */
export const fmod = binary<NumericArithmetic>("fmod", remainderOf, promoteNumeric)
/**
 * The quotient rounded toward minus infinity.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.floorDivide(np.array([7n, -7n]), 2) // => [3, -4]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const floorDivide = binary<NumericArithmetic>("floorDivide", (x, y) => {
  if (DTypes.isUnsigned(x.dtype)) return primitive.div(x, y)
  const r = primitive.rem(x, y)
  if (DTypes.isInteger(x.dtype)) {
    const q = primitive.div(x, y)
    const below = primitive.and(primitive.ne(r, 0), primitive.ne(primitive.sign(x), primitive.sign(y)))
    return primitive.select(below, primitive.sub(q, 1), q)
  }
  // as CPython's float_divmod: the quotient of a multiple of y is whole but for the rounding of the division
  const q = primitive.div(primitive.select(primitive.eq(y, 0), x, primitive.sub(x, r)), y)
  const below = primitive.and(primitive.ne(r, 0), primitive.ne(primitive.sign(y), primitive.sign(r)))
  return primitive.round(primitive.select(below, primitive.sub(q, 1), q))
}, promoteNumeric)
/** `sqrt(x^2 + y^2)` without overflow on the way. @category arithmetic @since 0.1.0 */
export const hypot = binary<InexactArithmetic>("hypot", (x, y) => {
  if (DTypes.isComplex(x.dtype)) {
    throw new DTypeError({
      operation: "hypot",
      message: `hypot: sides are real numbers, got ${x.dtype}; take \`np.abs\` of complex numbers`
    })
  }
  const [a, b] = [primitive.abs(x), primitive.abs(y)]
  const large = primitive.max(a, b)
  const safe = primitive.select(primitive.eq(large, 0), primitive.integerPow(large, 0), large)
  const ratio = primitive.div(primitive.min(a, b), safe)
  const length = primitive.mul(large, primitive.sqrt(primitive.add(primitive.mul(ratio, ratio), 1)))
  const infinite = primitive.or(primitive.eq(a, Infinity), primitive.eq(b, Infinity))
  return primitive.select(infinite, Infinity, length)
}, promoteInexact)
/**
 * The bounds of {@link clip}; one may be left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClipOptions<Min extends ArrayLike, Max extends ArrayLike> {
  readonly min?: Min
  readonly max?: Max
}

const knownOfClip: Known<ClipOptions<ArrayLike, ArrayLike>> = { min: true, max: true }

/** A bound that was given, or the array in the place of one that was not. */
type Given<Bound extends ArrayLike, X extends ArrayLike> = [Bound] extends [never] ? X : Bound

type ClippedDType<X, Min, Max> = PromoteOperands<NdArray.NdArray<PromoteOperands<X, Min>>, Max>

type ClippedShape<X, Min, Max> = Shape.Broadcast<Broadcasted<X, Min>, ShapeOf<Max>>

/**
 * Values clipped into an interval; a bound may be left out.
 *
 * **Details**
 *
 * Bounds are numbers or arrays, which broadcast: `np.clip(x, min, max)`, or by name. The gradient flows where the value is
 * inside.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.clip(np.array([-2, 0.5, 9]), 0, 1) // => [0, 0.5, 1]
 * np.clip(np.array([-2, 0.5, 9]), { max: 1 }) // => [-2, 0.5, 1]
 * np.array([-2, 0.5, 9]).pipe(np.clip({ min: 0, max: 1 })) // => [0, 0.5, 1]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const clip: {
  <Min extends ArrayLike = never, Max extends ArrayLike = never>(
    bounds: Behind<ClipOptions<Min, Max>>
  ): Last<
    Min,
    <X extends ArrayLike>(
      x: X
    ) => NdArray.NdArray<ClippedDType<X, Given<Min, X>, Given<Max, X>>, ClippedShape<X, Given<Min, X>, Given<Max, X>>>
  >
  <X extends ArrayLike, Min extends ArrayLike = X, Max extends ArrayLike = X>(
    x: X,
    min: (Min & Fits<X, Min>) | null | undefined,
    max?: (Max & Fits<X, Max>) | null
  ): NdArray.NdArray<ClippedDType<X, Min, Max>, ClippedShape<X, Min, Max>>
  <X extends ArrayLike, Min extends ArrayLike = X, Max extends ArrayLike = X>(
    x: X,
    bounds: ClipOptions<Min & Fits<X, Min>, Max & Fits<X, Max>>
  ): NdArray.NdArray<ClippedDType<X, Min, Max>, ClippedShape<X, Min, Max>>
} = dualWithOptionals(
  "clip",
  knownOfClip,
  (x: ArrayLike, first?: ArrayLike | ClipOptions<ArrayLike, ArrayLike> | null, second?: ArrayLike | null) => {
    const { max, min } = isOptions(first)
      ? checkOptions("clip", first as ClipOptions<ArrayLike, ArrayLike>, knownOfClip)
      : { min: first as ArrayLike ?? undefined, max: second ?? undefined }
    if (isOptions(first) ? second !== undefined : isOptions(second)) {
      throw new ArgumentError({
        operation: "clip",
        message: "clip: give both bounds in one way, `np.clip(x, 0, 10)` or `np.clip(x, { min: 0, max: 10 })`"
      })
    }
    const limit = (apply: Apply, bound: ArrayLike, value: ArrayLike): NdArray.Any => {
      const [a, b] = broadcast("clip", promote("clip", [bound, value]))
      if (DTypes.isComplex(a!.dtype)) {
        throw new DTypeError({
          operation: "clip",
          message: `clip: complex numbers can't be clipped, got ${
            a!.dtype
          }; clip \`np.real\` and \`np.imag\` of the array`
        })
      }
      return apply(a!, b!)
    }
    let result: NdArray.Any = asArray("clip", x)
    if (min !== undefined) result = limit(primitive.max, min, result)
    if (max !== undefined) result = limit(primitive.min, max, result)
    return result
  }
)

// --- rounding --------------------------------------------------------------------------------------------------------

const rounding = (name: string, apply: (x: NdArray.Any) => NdArray.Any): SameDType =>
  unary(name, (x) => DTypes.isInexact(x.dtype) ? apply(x) : x)

/**
 * The largest whole number that is not above. Integers stay as they are.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.floor(np.array([1.7, -1.2])) // => [1, -2]
 * ```
 *
 * @category rounding
 * @since 0.1.0
 */
export const floor = rounding("floor", primitive.floor)
/**
 * The least whole number that is not below. Integers stay as they are.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.ceil(np.array([1.2, -1.7])) // => [2, -1]
 * ```
 *
 * @category rounding
 * @since 0.1.0
 */
export const ceil = rounding("ceil", primitive.ceil)
/**
 * Options of {@link round}.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoundOptions {
  /** How many decimal places stay; 0 by default, and negative before the point. */
  readonly decimals?: number
}

const knownOfRound: Known<RoundOptions> = { decimals: true }

/**
 * To the nearest whole number, ties to even; or to the nearest decimal with so many places.
 *
 * **Details**
 *
 * Integers stay as they are. The parts of complex numbers are rounded each.
 *
 * **Gotchas**
 *
 * With decimals the value is multiplied by a power of ten, rounded and divided: ties are those of the product.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.round(np.array([0.5, 1.5, -2.6])) // => [0, 2, -3]
 * np.round(np.array([3.14159, 2.71828]), { decimals: 2 }) // => [3.14, 2.72]
 * np.round(np.array([1234]), { decimals: -2 }) // => [1200]
 * ```
 *
 * @category rounding
 * @since 0.1.0
 */
export const round: {
  (options: Behind<RoundOptions>): <X extends ArrayLike>(x: X) => NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: RoundOptions
  ): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
} = dualWithOptions("round", 1, knownOfRound, (x: ArrayLike, options: RoundOptions) => {
  const { decimals = 0 } = options
  checkInteger("round", "decimals", decimals)
  const array = asArray("round", x)
  if (!DTypes.isInexact(array.dtype)) {
    if (decimals >= 0) return array as never
    throw new DTypeError({
      operation: "round",
      message: `round: ${array.dtype} can't be rounded to ${decimals} decimals; convert it first, with ` +
        "`np.astype(x, \"float32\")`"
    })
  }
  return (DTypes.isComplex(array.dtype)
    ? complex(roundTo(real(array), decimals), roundTo(imag(array), decimals))
    : roundTo(array, decimals)) as never
})

const roundTo = (x: NdArray.Any, decimals: number): NdArray.Any => {
  if (decimals === 0) return primitive.round(x, "toNearestEven")
  const isHalf = x.dtype === "float16" || x.dtype === "bfloat16"
  const wide = isHalf ? primitive.convert(x, "float32", x.weak) : x
  // all values have fewer places than that
  if (decimals > (x.dtype === "float64" ? 308 : x.dtype === "float16" ? 4 : 38)) return x
  const factor = Number(`1e${decimals}`)
  const rounded = primitive.div(primitive.round(primitive.mul(wide, factor), "toNearestEven"), factor)
  return primitive.convert(rounded, x.dtype, x.weak)
}
/** Toward zero. @category rounding @since 0.1.0 */
export const trunc = rounding(
  "trunc",
  (x) => primitive.select(primitive.lt(x, 0), primitive.ceil(x), primitive.floor(x))
)
/**
 * To the nearest whole number, ties to even, in floating point.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.rint(np.array([0.5, 1.5, -2.6])) // => [0, 2, -3]
 * ```
 *
 * @category rounding
 * @since 0.1.0
 */
export const rint = inexact("rint", (x) => primitive.round(x, "toNearestEven"))
