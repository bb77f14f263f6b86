/**
 * The parts of floating-point numbers: sign, fraction and exponent; neighbours; values that are not finite.
 */
import * as DType from "../DType.ts"
import { DTypeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkNoOptions, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { complex, imag, real } from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import { finfo } from "./dtypes.ts"
import { type ArrayLike, asArray, asDType, broadcast, type DTypeOf, promoteInexact, type ShapeOf } from "./operands.ts"
import {
  binary,
  type Broadcasted,
  type Fits,
  inexact,
  type InexactArithmetic,
  type ToBool,
  type ToInexact
} from "./signatures.ts"

const refuseComplex = (operation: string, x: NdArray.Any): void => {
  if (!DType.isComplex(x.dtype)) return
  throw new DTypeError({
    operation,
    message: `${operation}: expected real numbers, got ${x.dtype}; take \`np.real\` and \`np.imag\` of the array first`
  })
}

/** Refuses complex numbers before it applies a function. */
const ofReal = (name: string, apply: (x: NdArray.Any) => NdArray.Any) => (x: NdArray.Any): NdArray.Any => {
  refuseComplex(name, x)
  return apply(x)
}

// --- layouts ---------------------------------------------------------------------------------------------------------

/** How a floating dtype is laid out (IEEE 754): the integers that share its bits, its fraction, its exponents. */
interface Layout {
  readonly bits: DType.Integer
  /** Bits of the fraction. */
  readonly fraction: number
  /** Bits of the exponent. */
  readonly exponent: number
}

const layouts: { readonly [D in "bfloat16" | "float16" | "float32" | "float64"]: Layout } = {
  bfloat16: { bits: "int16", fraction: 7, exponent: 8 },
  float16: { bits: "int16", fraction: 10, exponent: 5 },
  float32: { bits: "int32", fraction: 23, exponent: 8 },
  float64: { bits: "int64", fraction: 52, exponent: 11 }
}

const layoutOf = (x: NdArray.Any): Layout => layouts[x.dtype as keyof typeof layouts]

const isNegative = (x: NdArray.Any): NdArray.Any => primitive.lt(primitive.bitcast(x, layoutOf(x).bits), 0)

/** `2^n` for integers n within the range of normal numbers. */
const powerOfTwo = (n: NdArray.Any, dtype: DType.DType, { bits, exponent, fraction }: Layout): NdArray.Any =>
  primitive.bitcast(
    primitive.shiftLeft(primitive.convert(primitive.add(n, 2 ** (exponent - 1) - 1), bits), fraction),
    dtype
  )

/** `x 2^n`, rounded once, for any n that does not take the result out of its range twice over. */
const scaled = (x: NdArray.Any, n: NdArray.Any): NdArray.Any => {
  const layout = layoutOf(x)
  const half = primitive.shiftRightArithmetic(n, 1)
  return primitive.mul(
    primitive.mul(x, powerOfTwo(half, x.dtype, layout)),
    powerOfTwo(primitive.sub(n, half), x.dtype, layout)
  )
}

/** The exponent that brings a number's magnitude into `[1/2, 1)`, as int32; 0 for 0, infinities and NaN. */
const exponentOf = (x: NdArray.Any): NdArray.Any => {
  const { bits, exponent, fraction } = layoutOf(x)
  const [all, bias] = [2 ** exponent - 1, 2 ** (exponent - 1) - 2]
  const raw = (y: NdArray.Any) =>
    primitive.convert(
      primitive.and(primitive.shiftRightLogical(primitive.bitcast(y, bits), fraction), all),
      "int32"
    )
  const own = raw(x)
  // subnormal numbers have no exponent of their own; a factor makes them normal
  const lift = fraction + 1
  const lifted = primitive.sub(raw(primitive.mul(x, 2 ** lift)), lift)
  const found = primitive.sub(primitive.select(primitive.eq(own, 0), lifted, own), bias)
  const isPlain = primitive.and(primitive.ne(x, 0), primitive.ne(own, all))
  return primitive.select(isPlain, found, 0)
}

/** Half precision is computed in float32, which holds all of it. */
const computing = (x: NdArray.Any): NdArray.Any =>
  x.dtype === "float16" || x.dtype === "bfloat16" ? primitive.convert(x, "float32", x.weak) : x

// --- signs -----------------------------------------------------------------------------------------------------------

/**
 * Whether the sign bit is set: of negative numbers, and of -0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.signbit(np.array([-1, -0, 0, 2])) // => [true, true, false, false]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const signbit = ((x: ArrayLike, behind: unknown) => {
  checkNoOptions("signbit", behind)
  const array = asArray("signbit", x)
  refuseComplex("signbit", array)
  if (DType.isFloating(array.dtype)) return isNegative(array)
  return array.dtype === "bool" ? primitive.convert(primitive.ne(array, array), "bool") : primitive.lt(array, 0)
}) as ToBool

/**
 * The magnitude of `x` with the sign of `y`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.copysign(np.array([1, -2, 3]), np.array([-1, 5, -0])) // => [-1, 2, -3]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const copysign = binary<InexactArithmetic>("copysign", (x, y) => {
  refuseComplex("copysign", x)
  const magnitude = primitive.abs(x)
  return primitive.select(isNegative(y), primitive.neg(magnitude), magnitude)
}, promoteInexact)

// --- fraction and exponent -------------------------------------------------------------------------------------------

/**
 * The fraction and the exponent: `x = fraction * 2^exponent`, with `1/2 <= |fraction| < 1`.
 *
 * **Details**
 *
 * The exponent is int32. Of 0, infinities and NaN the fraction is the number itself and the exponent 0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.frexp(np.array([1, 6, 0]))[0] // => [0.5, 0.75, 0]
 * np.frexp(np.array([1, 6, 0]))[1] // => [1, 3, 0]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const frexp: <X extends ArrayLike>(x: X) => readonly [
  fraction: NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>,
  exponent: NdArray.NdArray<"int32", ShapeOf<X>>
] = (x: ArrayLike, behind?: unknown) => {
  checkNoOptions("frexp", behind)
  const [array] = promoteInexact("frexp", [x])
  refuseComplex("frexp", array!)
  const wide = computing(array!)
  const exponent = exponentOf(wide)
  const fraction = scaled(wide, primitive.neg(exponent))
  return [primitive.convert(fraction, array!.dtype, array!.weak), exponent] as never
}

/**
 * `x * 2^n`, for integers n.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.ldexp(np.array([0.5, 0.75]), np.array([1n, 3n])) // => [1, 6]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const ldexp: {
  <X extends ArrayLike, N extends ArrayLike>(
    x: X,
    n: N & Fits<X, N>
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Broadcasted<X, N>>
  <N extends ArrayLike>(
    n: N
  ): Last<
    N,
    <X extends ArrayLike>(x: X & Fits<N, X>) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Broadcasted<X, N>>
  >
} = dual("ldexp", 2, (x: ArrayLike, n: ArrayLike) => {
  const power = typeof n === "number" && Number.isInteger(n) ? asDType("ldexp", n, "int32") : asArray("ldexp", n)
  if (DType.isInexact(power.dtype)) {
    throw new DTypeError({
      operation: "ldexp",
      message:
        `ldexp: the exponent must be an integer, got ${power.dtype}; write \`x * 2^n\` with \`np.exp2\` for others`
    })
  }
  const [given] = promoteInexact("ldexp", [x])
  refuseComplex("ldexp", given!)
  const [array, by] = broadcast("ldexp", [given!, power])
  const wide = computing(array!)
  const { exponent, fraction } = layoutOf(wide)
  // beyond this every number is 0 or infinite
  const most = 2 ** exponent + 2 * fraction
  const narrow = DType.itemSize(by!.dtype) < 4
  const far = narrow
    ? primitive.convert(by!, "int32")
    : primitive.convert(
      DType.isUnsigned(by!.dtype) ? primitive.min(by!, most) : primitive.max(-most, primitive.min(by!, most)),
      "int32"
    )
  const own = exponentOf(wide)
  const end = primitive.add(own, far)
  // the fraction first, so that numbers near one end of the range reach the other end
  const bounded = primitive.max(2 - 2 ** exponent, primitive.min(end, 2 ** exponent - 2))
  const result = scaled(scaled(wide, primitive.neg(own)), bounded)
  return primitive.convert(result, array!.dtype, array!.weak) as never
})

/**
 * The fraction and the whole part, both with the sign of the number.
 *
 * **Gotchas**
 *
 * The fraction of an infinity is NaN, as in JAX.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.modf(np.array([1.5, -2.25]))[0] // => [0.5, -0.25]
 * np.modf(np.array([1.5, -2.25]))[1] // => [1, -2]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const modf: <X extends ArrayLike>(x: X) => readonly [
  fraction: NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>,
  whole: NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
] = (x: ArrayLike, behind?: unknown) => {
  checkNoOptions("modf", behind)
  const [array] = promoteInexact("modf", [x])
  refuseComplex("modf", array!)
  const whole = primitive.select(primitive.ge(array!, 0), primitive.floor(array!), primitive.ceil(array!))
  return [primitive.sub(array!, whole), whole] as never
}

// --- neighbours ------------------------------------------------------------------------------------------------------

/**
 * The next number after `x` in the direction of `y`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nextafter(np.array([1]), np.array([2])) // => [1.0000001]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const nextafter = binary<InexactArithmetic>("nextafter", primitive.nextafter, promoteInexact)

/**
 * The distance to the next number away from 0, with the sign of `x`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.spacing(np.array([1, 1024])) // => [1.1920929e-7, 0.00012207031]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const spacing: ToInexact = inexact(
  "spacing",
  ofReal("spacing", (x) => {
    // as in NumPy, float16 looks up, and the others away from 0
    if (x.dtype === "float16") return primitive.sub(primitive.nextafter(x, upward(x)), x)
    const away = primitive.select(isNegative(x), -Infinity, upward(x))
    return primitive.sub(primitive.nextafter(x, away), x)
  })
)

const upward = (x: NdArray.Any): NdArray.Any => primitive.select(primitive.eq(x, x), Infinity, primitive.abs(x))

// --- values that are not finite --------------------------------------------------------------------------------------

const equals = (name: string, infinity: number): ToBool =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    const array = asArray(name, x)
    refuseComplex(name, array)
    return DType.isFloating(array.dtype) ? primitive.eq(array, infinity) : primitive.ne(array, array)
  }) as never

/** Whether an element is Infinity. @category comparison @since 0.1.0 */
export const isposinf = equals("isposinf", Infinity)
/** Whether an element is -Infinity. @category comparison @since 0.1.0 */
export const isneginf = equals("isneginf", -Infinity)

/** Options of {@link nanToNum}. @category models @since 0.1.0 */
export interface NanToNumOptions {
  /** In the place of NaN; 0 by default. */
  readonly nan?: ArrayLike
  /** In the place of Infinity; the largest number by default. */
  readonly posinf?: ArrayLike
  /** In the place of -Infinity; the least number by default. */
  readonly neginf?: ArrayLike
}

const knownOfNanToNum: Known<NanToNumOptions> = { nan: true, posinf: true, neginf: true }

/**
 * Finite numbers in the place of NaN and infinities: 0, the largest and the least, or those that are named.
 *
 * **Details**
 *
 * Integers stay as they are, and of complex numbers each part is replaced.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nanToNum(np.array([NaN, Infinity, 1]), { posinf: 9 }) // => [0, 9, 1]
 * ```
 *
 * @category floating point
 * @since 0.1.0
 */
export const nanToNum: {
  (options?: Behind<NanToNumOptions>): <X extends ArrayLike>(x: X) => NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
  <X extends ArrayLike>(x: X, options?: NanToNumOptions): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
} = dualWithOptions("nanToNum", 1, knownOfNanToNum, (x: ArrayLike, options: NanToNumOptions) => {
  const array = asArray("nanToNum", x)
  if (!DType.isInexact(array.dtype)) return array as never
  const finite = (part: NdArray.Any): NdArray.Any => {
    const { max, min } = finfo(part.dtype as DType.Floating)
    const { nan = 0, neginf = min, posinf = max } = options
    const [value, p, n, other] = broadcast("nanToNum", [
      asArray("nanToNum", part),
      ...[posinf, neginf, nan].map((v) => asDType("nanToNum", v, part.dtype, part.weak))
    ])
    return primitive.select(
      primitive.ne(value!, value!),
      other!,
      primitive.select(
        primitive.eq(value!, Infinity),
        p!,
        primitive.select(primitive.eq(value!, -Infinity), n!, value!)
      )
    )
  }
  return (DType.isComplex(array.dtype) ? complex(finite(real(array)), finite(imag(array))) : finite(array)) as never
})
