/**
 * Elementwise primitives: arithmetic, comparison, logic, bits and elementary functions.
 */
import type { Aval } from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { arithmetic, movement, outputElements, powerSteps, transcendental } from "../internal/program/costs.ts"
import { dtype, flag, integer, oneOf, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Guard, Params, Primitive } from "../Primitive.ts"
import { mul, neg, sub } from "./arithmetic.ts"
import * as complex from "./complex.ts"
import { add, binary, broadcastTo, elementwise, lift, type Operand, sameDType, unary, unbroadcast } from "./define.ts"
import { anyDType, bitwise, floating, inexact, integral, numeric, real, realNumeric } from "./dtypeSets.ts"

export { add, mul, neg, sub }

/** Exponents are int32. */
const exponent = integer(-(2 ** 31 - 1), 2 ** 31 - 1)

/** A divisor must not be 0. */
const divisor = (): ReadonlyArray<Guard> => [{ kind: "division", divisor: 1 }]

const toBool = (): DType.DType => "bool"

// --- arithmetic -----------------------------------------------------------------------------------------------------

/** `x / y`; integers are rounded toward zero. @category elementwise @since 0.1.0 */
export const div = binary("div")({
  cost: arithmetic,
  guards: divisor,
  dtypes: numeric,
  jvp: [({ tangent, y }) => div(tangent, y), ({ output, tangent, y }) => neg(mul(tangent, div(output, y)))],
  linear: { form: { product: [0] }, transpose: [(ct, y) => div(ct, y), undefined] }
})

/** The remainder with the sign of the dividend, like C's `fmod`. @category elementwise @since 0.1.0 */
export const rem = binary("rem")({
  cost: arithmetic,
  guards: divisor,
  dtypes: realNumeric,
  jvp: [
    ({ tangent }) => tangent,
    // x = trunc(x / y) y + rem(x, y)
    ({ tangent, x, y }) => {
      const quotient = div(x, y)
      return neg(mul(tangent, mul(sign(quotient), floor(abs(quotient)))))
    }
  ]
})

/**
 * The exponent in the derivative of `x^y`, which is `y x^(y - 1)`. `x^0` is 1 even at 0 and NaN, where `x^-1` would
 * turn the derivative, which is 0, into NaN: there the exponent remains 0.
 */
const powerBelow = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const isPlain = DType.isComplex(x.dtype) ? ne(x, 0) : or(lt(x, 0), gt(x, 0))
  return sub(y, select(or(isPlain, ne(y, 0)), onesLike(y), 0))
}

/** `x^y`. @category elementwise @since 0.1.0 */
export const pow = binary("pow")({
  cost: transcendental,
  dtypes: inexact,
  jvp: [
    ({ tangent, x, y }) => mul(tangent, mul(y, pow(x, powerBelow(x, y)))),
    // log(x) x^y, with log(0) replaced by 0 so that 0^y has derivative 0
    ({ output, tangent, x }) => mul(tangent, mul(log(select(eq(x, 0), onesLike(x), x)), output))
  ]
})

const balanced = (compare: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any) =>
// 1 where the operand was selected, 1/2 where both are equal
(tangent: NdArray.Any, mine: NdArray.Any, other: NdArray.Any): NdArray.Any =>
  mul(
    tangent,
    select(
      eq(mine, other),
      full(0.5, tangent),
      select(compare(mine, other), full(1, tangent), full(0, tangent))
    )
  )

/** The larger of two; NaN if either is. Complex numbers are ordered by real parts, then imaginary ones. @category elementwise @since 0.1.0 */
export const max = binary("max")({
  cost: arithmetic,
  dtypes: anyDType,
  jvp: [
    ({ tangent, x, y }) => balanced(gt)(broadcastLike(tangent, y), x, y),
    ({ tangent, x, y }) => balanced(gt)(broadcastLike(tangent, x), y, x)
  ]
})

/** The smaller of two; NaN if either is. @category elementwise @since 0.1.0 */
export const min = binary("min")({
  cost: arithmetic,
  dtypes: anyDType,
  jvp: [
    ({ tangent, x, y }) => balanced(lt)(broadcastLike(tangent, y), x, y),
    ({ tangent, x, y }) => balanced(lt)(broadcastLike(tangent, x), y, x)
  ]
})

/** `|x|`, which is real for complex x too. @category elementwise @since 0.1.0 */
export const abs = unary("abs")({
  cost: arithmetic,
  dtypes: numeric,
  result: DType.realOf,
  jvp: ({ output, primal, tangent }) =>
    DType.isComplex(primal.dtype)
      // d|z| = re(conj(z) dz) / |z|, and 0 at 0
      ? complex.real(mul(tangent, div(complex.conj(primal), nonzero(output, primal.dtype))))
      : select(ge(primal, 0), tangent, neg(tangent))
})

/** -1, 0 or 1, and NaN for NaN; for complex x, `x / |x|`. @category elementwise @since 0.1.0 */
export const sign = unary("sign")({
  cost: arithmetic,
  dtypes: numeric,
  jvp: ({ output, primal, tangent }) => {
    if (!DType.isComplex(primal.dtype)) return undefined
    // s = z / |z| only rotates: ds = i s im(conj(s) dz) / |z|. JAX uses 0.
    const angle = complex.imag(mul(complex.conj(output), tangent))
    return mul(mul(output, complex.complex(0, angle)), div(1, nonzero(abs(primal), primal.dtype)))
  }
})
/** The largest whole number not above `x`. @category elementwise @since 0.1.0 */
export const floor = unary("floor")({ cost: arithmetic, dtypes: floating })
/** The smallest whole number not below `x`. @category elementwise @since 0.1.0 */
export const ceil = unary("ceil")({ cost: arithmetic, dtypes: floating })
/** The next number after `x` in the direction of `y`. @category elementwise @since 0.1.0 */
export const nextafter = binary("nextafter")({ cost: arithmetic, dtypes: floating })

/** Parameters of `round`. @category models @since 0.1.0 */
export interface RoundParams extends Params {
  readonly roundingMethod: "awayFromZero" | "toNearestEven"
}

const roundPrimitive: Primitive<RoundParams> = elementwise<RoundParams>({
  name: "round",
  print: ({ roundingMethod }) => [["rounding_method", roundingMethod === "awayFromZero" ? 0 : 1]],
  schema: schema(1, { roundingMethod: oneOf("awayFromZero", "toNearestEven") }),
  cost: arithmetic,
  dtypes: floating,
  jvp: () => undefined
})
/**
 * Rounds to the nearest whole number; halves away from zero, or to even. Complex numbers are rounded in both parts.
 *
 * @category elementwise
 * @since 0.1.0
 */
export const round = Object.assign(
  (x: NdArray.Any, roundingMethod: RoundParams["roundingMethod"] = "awayFromZero"): NdArray.Any =>
    DType.isComplex(x.dtype)
      ? complex.complex(round(complex.real(x), roundingMethod), round(complex.imag(x), roundingMethod))
      : node.bindOne(roundPrimitive, [x], { roundingMethod }),
  { primitive: roundPrimitive }
)

/** Parameters of `integer_pow`. @category models @since 0.1.0 */
export interface IntegerPowParams extends Params {
  readonly y: number
}

const integerPowPrimitive: Primitive<IntegerPowParams> = elementwise<IntegerPowParams>({
  name: "integer_pow",
  schema: schema(1, { y: exponent }),
  cost: { flops: (context, { y }) => powerSteps(y) * outputElements(context) },
  dtypes: numeric,
  check: (inputs, { y }) => {
    const dtype = sameDType("integer_pow", numeric, inputs)
    if (!Number.isInteger(y) || Math.abs(y) > 2 ** 31 - 1) {
      throw new ArgumentError({
        operation: "integer_pow",
        message: `integer_pow: the exponent must be an integer below 2^31, got ${y}; use \`np.power\` for others`
      })
    }
    if (y < 0 && DType.isInteger(dtype)) {
      throw new DTypeError({
        operation: "integer_pow",
        message: `integer_pow: integers have no negative powers, got ${dtype} to the ${y}; convert with \`np.astype\``
      })
    }
    return dtype
  },
  jvp: ({ params: { y }, primals, tangents }) =>
    y === 0
      ? undefined
      : y === 1
      ? tangents[0]
      : mul(tangents[0]!, mul(integerPow(primals[0]!, y - 1), y))
})
/** `x^y` for a constant whole number `y`. @category elementwise @since 0.1.0 */
export const integerPow = Object.assign(
  (x: NdArray.Any, y: number): NdArray.Any => node.bindOne(integerPowPrimitive, [x], { y }),
  { primitive: integerPowPrimitive }
)

// --- exponentials and logarithms ------------------------------------------------------------------------------------

/** `e^x`. @category elementwise @since 0.1.0 */
export const exp = unary("exp")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, tangent }) => mul(tangent, output)
})
/** `2^x`. @category elementwise @since 0.1.0 */
export const exp2 = unary("exp2")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, tangent }) => mul(tangent, mul(output, Math.LN2))
})
/** `e^x - 1`, accurate near 0. @category elementwise @since 0.1.0 */
export const expm1 = unary("expm1")({
  cost: transcendental,
  dtypes: inexact,
  // not from the output: -1 + 1 would cancel small values
  jvp: ({ primal, tangent }) => mul(tangent, exp(primal))
})
/** The natural logarithm. @category elementwise @since 0.1.0 */
export const log = unary("log")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => div(tangent, primal)
})
/** `log(1 + x)`, accurate near 0. @category elementwise @since 0.1.0 */
export const log1p = unary("log1p")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => div(tangent, add(primal, 1))
})
/**
 * The derivative of the logistic function `s(x)`, `s(x) s(-x)`. In one tail `1 - s(x)` is only the rounding error of
 * `s(x)`; there the smaller factor is computed as the larger one times `e^-|x|`.
 */
const logisticSlope = (x: NdArray.Any, s: NdArray.Any): NdArray.Any => {
  if (DType.isComplex(x.dtype)) return mul(s, logistic(neg(x)))
  const larger = select(ge(x, 0), s, sub(1, s))
  return mul(mul(larger, larger), exp(neg(abs(x))))
}

/** `1 / (1 + e^-x)`. @category elementwise @since 0.1.0 */
export const logistic = unary("logistic")({
  cost: { ...transcendental, flops: (context) => 3 * outputElements(context) },
  dtypes: inexact,
  jvp: ({ output, primal, tangent }) => mul(tangent, logisticSlope(primal, output))
})
/** The square root. @category elementwise @since 0.1.0 */
export const sqrt = unary("sqrt")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, tangent }) => mul(tangent, div(0.5, output))
})
/** `1 / sqrt(x)`. @category elementwise @since 0.1.0 */
export const rsqrt = unary("rsqrt")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, primal, tangent }) => mul(tangent, mul(-0.5, div(output, primal)))
})
/** The cube root. @category elementwise @since 0.1.0 */
export const cbrt = unary("cbrt")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ output, tangent }) => mul(tangent, mul(integerPow(output, -2), 1 / 3))
})

// --- trigonometric and hyperbolic -----------------------------------------------------------------------------------

/** The sine. @category elementwise @since 0.1.0 */
export const sin = unary("sin")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => mul(tangent, cos(primal))
})
/** The cosine. @category elementwise @since 0.1.0 */
export const cos = unary("cos")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => neg(mul(tangent, sin(primal)))
})
/** The tangent. @category elementwise @since 0.1.0 */
export const tan = unary("tan")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, tangent }) => mul(tangent, add(mul(output, output), 1))
})
/** `1 - x^2`, factored, because the square would lose precision near 1 and -1. */
const oneMinusSquare = (x: NdArray.Any): NdArray.Any =>
  DType.isComplex(x.dtype) ? sub(1, mul(x, x)) : mul(sub(1, x), add(x, 1))

/** The inverse of the sine. @category elementwise @since 0.1.0 */
export const asin = unary("asin")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => mul(tangent, rsqrt(oneMinusSquare(primal)))
})
/** The inverse of the cosine. @category elementwise @since 0.1.0 */
export const acos = unary("acos")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => neg(mul(tangent, rsqrt(oneMinusSquare(primal))))
})
/** The inverse of the tangent. @category elementwise @since 0.1.0 */
export const atan = unary("atan")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => div(tangent, add(mul(primal, primal), 1))
})
/**
 * `z / (x^2 + y^2)`, where z is x or y. It divides by the larger of the two first, because the squares might overflow
 * or underflow.
 */
const overSquare = (z: NdArray.Any, x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const isFirst = gt(abs(x), abs(y))
  const [large, small] = [select(isFirst, x, y), select(isFirst, y, x)]
  const ratio = div(small, large)
  return div(div(z, large), mul(large, add(mul(ratio, ratio), 1)))
}

/** The angle of the point `(y, x)`, written `atan2(x, y)`. @category elementwise @since 0.1.0 */
export const atan2 = binary("atan2")({
  cost: transcendental,
  dtypes: floating,
  jvp: [
    ({ tangent, x, y }) => mul(tangent, overSquare(y, x, y)),
    ({ tangent, x, y }) => neg(mul(tangent, overSquare(x, x, y)))
  ]
})
/** The hyperbolic sine. @category elementwise @since 0.1.0 */
export const sinh = unary("sinh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => mul(tangent, cosh(primal))
})
/** The hyperbolic cosine. @category elementwise @since 0.1.0 */
export const cosh = unary("cosh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => mul(tangent, sinh(primal))
})
/** The hyperbolic tangent. @category elementwise @since 0.1.0 */
export const tanh = unary("tanh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ output, primal, tangent }) => mul(tangent, squaredSecant(primal, output))
})
/**
 * The derivative of `t = tanh(x)`, `1 - t^2 = (1 + |t|) (1 - |t|)`. In the tails `1 - |t|` is only the rounding error
 * of t; there it is computed as `(1 + |t|) e^(-2 |x|)`.
 */
const squaredSecant = (x: NdArray.Any, t: NdArray.Any): NdArray.Any => {
  if (DType.isComplex(x.dtype)) return mul(4, mul(logistic(mul(x, 2)), logistic(mul(x, -2))))
  const sum = add(abs(t), 1)
  return mul(mul(sum, sum), exp(mul(abs(x), -2)))
}

/** `1 / x` where a condition holds, and 1 elsewhere: a factor taken out of a root whose square would overflow. */
const scaleWhere = (isFar: NdArray.Any, x: NdArray.Any): NdArray.Any => div(1, select(isFar, x, 1))

/** `1 / sqrt(x^2 + 1)`, with the factor `1 / |x|` taken out beyond 1. */
const asinhSlope = (x: NdArray.Any): NdArray.Any => {
  if (DType.isComplex(x.dtype)) return rsqrt(add(mul(x, x), 1))
  const size = abs(x)
  const isFar = gt(size, 1)
  const scale = scaleWhere(isFar, size)
  const rest = select(isFar, scale, size)
  return mul(scale, rsqrt(add(mul(rest, rest), 1)))
}

/** `1 / sqrt(x^2 - 1)`, with the factor `1 / x` taken out beyond 2. */
const acoshSlope = (x: NdArray.Any): NdArray.Any => {
  const isFar = gt(x, 2)
  const scale = scaleWhere(isFar, x)
  const [large, small] = [select(isFar, 1, x), select(isFar, scale, 1)]
  return mul(scale, rsqrt(mul(sub(large, small), add(large, small))))
}

/** The inverse of the hyperbolic sine. @category elementwise @since 0.1.0 */
export const asinh = unary("asinh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => mul(tangent, asinhSlope(primal))
})
/** The inverse of the hyperbolic cosine. @category elementwise @since 0.1.0 */
export const acosh = unary("acosh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) =>
    DType.isComplex(primal.dtype)
      // A single root would have the wrong sign where re(z) < 0
      ? mul(tangent, mul(rsqrt(sub(primal, 1)), rsqrt(add(primal, 1))))
      : mul(tangent, acoshSlope(primal))
})
/** The inverse of the hyperbolic tangent. @category elementwise @since 0.1.0 */
export const atanh = unary("atanh")({
  cost: transcendental,
  dtypes: inexact,
  jvp: ({ primal, tangent }) => div(tangent, oneMinusSquare(primal))
})

// --- special functions ----------------------------------------------------------------------------------------------

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)

/** The error function. @category elementwise @since 0.1.0 */
export const erf = unary("erf")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ primal, tangent }) => mul(tangent, mul(exp(neg(mul(primal, primal))), twoOverSqrtPi))
})
/** `1 - erf(x)`. @category elementwise @since 0.1.0 */
export const erfc = unary("erfc")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ primal, tangent }) => mul(tangent, mul(exp(neg(mul(primal, primal))), -twoOverSqrtPi))
})
/** The inverse of the error function. @category elementwise @since 0.1.0 */
export const erfInv = unary("erf_inv")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ output, tangent }) => mul(tangent, mul(exp(mul(output, output)), 1 / twoOverSqrtPi))
})
/** The logarithm of `|gamma(x)|`. @category elementwise @since 0.1.0 */
export const lgamma = unary("lgamma")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ primal, tangent }) => mul(tangent, digamma(primal))
})
/** The derivative of {@link lgamma}. @category elementwise @since 0.1.0 */
export const digamma = unary("digamma")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ primal, tangent }) => mul(tangent, trigamma(primal))
})

/** The modified Bessel function of order 0 times `e^-|x|`. @category elementwise @since 0.1.0 */
export const besselI0e = unary("bessel_i0e")({
  cost: transcendental,
  dtypes: floating,
  jvp: ({ output, primal, tangent }) => mul(tangent, sub(besselI1e(primal), mul(sign(primal), output)))
})
/** The modified Bessel function of order 1 times `e^-|x|`. @category elementwise @since 0.1.0 */
export const besselI1e = unary("bessel_i1e")({
  cost: transcendental,
  dtypes: floating,
  jvp({ output, primal, tangent }) {
    // the result over x, which is 1/2 at 0, and where the result may be subnormal
    const isTiny = le(abs(primal), 1e-30)
    const quotient = select(isTiny, 0.5, div(output, select(isTiny, onesLike(primal), primal)))
    return mul(tangent, sub(sub(besselI0e(primal), mul(sign(primal), output)), quotient))
  }
})

/**
 * The derivative of digamma. The recurrence psi1(x) = psi1(x + 1) + 1/x^2 shifts x by 8, where the asymptotic series
 * (Abramowitz and Stegun 6.4.12) is exact to float64; below 1/2 the reflection formula (6.4.7) is used.
 */
const trigamma = (x: NdArray.Any): NdArray.Any => {
  const reflect = lt(x, 0.5)
  let z = select(reflect, sub(1, x), x)
  let sum: NdArray.Any | undefined
  for (let i = 0; i < 8; i++) {
    const term = div(1, mul(z, z))
    sum = sum === undefined ? term : add(sum, term)
    z = add(z, 1)
  }
  const w = div(1, mul(z, z))
  // Bernoulli numbers B2, B4, ...
  const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]
  let series: NdArray.Any = full(bernoulli.at(-1)!, w)
  for (let i = bernoulli.length - 2; i >= 0; i--) series = add(mul(series, w), bernoulli[i]!)
  const positive = add(sum!, add(div(1, z), add(mul(w, 0.5), div(mul(series, w), z))))
  const s = sin(mul(x, Math.PI))
  return select(reflect, sub(div(Math.PI * Math.PI, mul(s, s)), positive), positive)
}

// --- comparison and logic -------------------------------------------------------------------------------------------

/** Whether `x = y`. @category elementwise @since 0.1.0 */
export const eq = binary("eq")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether `x` and `y` differ. @category elementwise @since 0.1.0 */
export const ne = binary("ne")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether `x < y`. @category elementwise @since 0.1.0 */
export const lt = binary("lt")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether `x <= y`. @category elementwise @since 0.1.0 */
export const le = binary("le")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether `x > y`. @category elementwise @since 0.1.0 */
export const gt = binary("gt")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether `x >= y`. @category elementwise @since 0.1.0 */
export const ge = binary("ge")({ cost: arithmetic, dtypes: anyDType, result: toBool })
/** Whether an element is neither NaN nor infinite. @category elementwise @since 0.1.0 */
export const isFinite = unary("is_finite")({ cost: arithmetic, dtypes: floating, result: toBool })

/** The bitwise and. @category elementwise @since 0.1.0 */
export const and = binary("and")({ cost: arithmetic, dtypes: bitwise })
/** The bitwise or. @category elementwise @since 0.1.0 */
export const or = binary("or")({ cost: arithmetic, dtypes: bitwise })
/** The bitwise exclusive or. @category elementwise @since 0.1.0 */
export const xor = binary("xor")({ cost: arithmetic, dtypes: bitwise })
/** The bitwise complement. @category elementwise @since 0.1.0 */
export const not = unary("not")({ cost: arithmetic, dtypes: bitwise })
/** Shifts bits to the left. Shifts by the dtype's width or more give 0. @category elementwise @since 0.1.0 */
export const shiftLeft = binary("shift_left")({ cost: arithmetic, dtypes: integral })
/** Shifts bits to the right and fills with zeros. @category elementwise @since 0.1.0 */
export const shiftRightLogical = binary("shift_right_logical")({ cost: arithmetic, dtypes: integral })
/**
 * Shifts bits to the right. Shifts by the dtype's width or more give copies of the sign.
 *
 * @category elementwise
 * @since 0.1.0
 */
export const shiftRightArithmetic = binary("shift_right_arithmetic")({ cost: arithmetic, dtypes: integral })
/** The number of bits that are set. @category elementwise @since 0.1.0 */
export const populationCount = unary("population_count")({ cost: arithmetic, dtypes: integral })
/** The number of leading zero bits. @category elementwise @since 0.1.0 */
export const clz = unary("clz")({ cost: arithmetic, dtypes: integral })

// --- conversion -----------------------------------------------------------------------------------------------------

/** Parameters of `convert_element_type`. @category models @since 0.1.0 */
export interface ConvertParams extends Params {
  readonly newDtype: DType.DType
  readonly weakType: boolean
}

const convertPrimitive: Primitive<ConvertParams> = elementwise<ConvertParams>({
  name: "convert_element_type",
  schema: schema(1, { newDtype: dtype, weakType: flag }),
  cost: arithmetic,
  keepsZero: true,
  keepsNaN: true,
  dtypes: anyDType,
  result: (_, params) => params.newDtype,
  weak: (_, params) => params.weakType,
  jvp: ({ params, tangents }) => DType.isInexact(params.newDtype) ? convert(tangents[0]!, params.newDtype) : undefined,
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents, inputs }) => [convert(cotangents[0]!, inputs[0]!.dtype)]
  }
})
/** Converts values to another dtype. @category elementwise @since 0.1.0 */
export const convert = Object.assign(
  (x: NdArray.Any, newDtype: DType.DType, weakType = false): NdArray.Any =>
    x.dtype === newDtype && x.weak === weakType ? x : node.bindOne(convertPrimitive, [x], { newDtype, weakType }),
  { primitive: convertPrimitive }
)

/** Parameters of `bitcast_convert_type`. @category models @since 0.1.0 */
export interface BitcastParams extends Params {
  readonly newDtype: DType.DType
}

const bitcastPrimitive: Primitive<BitcastParams> = elementwise<BitcastParams>({
  name: "bitcast_convert_type",
  schema: schema(1, { newDtype: dtype }),
  cost: arithmetic,
  dtypes: anyDType,
  weak: () => false,
  check: ([x], { newDtype }) => {
    const from = x!.dtype
    if (DType.itemSize(from) !== DType.itemSize(newDtype) || (from === "bool") !== (newDtype === "bool")) {
      throw new DTypeError({
        operation: "bitcast_convert_type",
        message: `bitcast_convert_type: ${from} and ${newDtype} differ in width; only dtypes of one width share bits`
      })
    }
    return newDtype
  },
  jvp: () => undefined
})
/** Reinterprets bits as another dtype of the same width. @category elementwise @since 0.1.0 */
export const bitcast = Object.assign(
  (x: NdArray.Any, newDtype: DType.DType): NdArray.Any => node.bindOne(bitcastPrimitive, [x], { newDtype }),
  { primitive: bitcastPrimitive }
)

/** The identity, with derivative zero. @category elementwise @since 0.1.0 */
export const stopGradient = unary("stop_gradient")({ cost: movement, keepsNaN: true, dtypes: anyDType })

// --- selection ------------------------------------------------------------------------------------------------------

const selectPrimitive: Primitive<Params> = elementwise<Params>({
  name: "select_n",
  schema: schema([2, Infinity]),
  cost: arithmetic,
  keepsNaN: true,
  dtypes: anyDType,
  check: ([which, ...cases]) => {
    if (which!.dtype !== "bool" && which!.dtype !== "int32") {
      throw new DTypeError({
        operation: "select_n",
        message: `select_n: the selector must be bool or int32, got ${which!.dtype}`
      })
    }
    if (cases.length === 0 || which!.dtype === "bool" && cases.length !== 2) {
      throw new ArgumentError({
        operation: "select_n",
        message: `select_n: ${cases.length} cases for a selector of ${which!.dtype}, expected ${
          which!.dtype === "bool" ? "2" : "1 or more"
        }`
      })
    }
    return sameDType("select_n", anyDType, cases)
  },
  weak: ([, ...cases]) => cases.every((c) => c.weak),
  jvp: ({ outputs, primals: [which], tangents: [, ...cases] }) => {
    const like = cases.find((c) => c !== undefined)!
    const shape = outputs[0]!.shape
    return selectN(which!, ...cases.map((c) => broadcastTo(c ?? full(0, like), shape)))
  },
  linear: {
    form: { sum: (operand) => operand > 0 },
    transpose: ({ cotangents: [ct], inputs: [which, ...cases], linear: [, ...linear] }) => [
      undefined,
      ...cases.map((c, i) =>
        linear[i]
          ? unbroadcast(selectN(which!, ...cases.map((_, k) => k === i ? ct! : full(0, ct!))), c)
          : undefined
      )
    ]
  }
})

/**
 * `cases[which]`, elementwise; a boolean selector chooses the second case where it is true.
 *
 * @category elementwise
 * @since 0.1.0
 */
export const selectN = Object.assign(
  (which: NdArray.Any, ...cases: ReadonlyArray<Operand>): NdArray.Any =>
    node.bindOne(selectPrimitive, [which, ...lift("select_n", cases)], {}),
  { primitive: selectPrimitive }
)

/** `onTrue` where the condition holds, and `onFalse` elsewhere. @category elementwise @since 0.1.0 */
export const select = (condition: NdArray.Any, onTrue: Operand, onFalse: Operand): NdArray.Any =>
  selectN(condition, ...lift("select_n", [onFalse, onTrue]))

const clampPrimitive: Primitive<Params> = elementwise<Params>({
  name: "clamp",
  schema: schema(3),
  cost: arithmetic,
  dtypes: real,
  jvp: ({ primals: [low, x, high], outputs, tangents: [dlow, dx, dhigh] }) => {
    const parts = [
      dx === undefined ? undefined : select(and(gt(x!, low!), lt(x!, high!)), broadcastLike(dx, outputs[0]!), 0),
      dlow === undefined ? undefined : select(and(gt(low!, x!), lt(low!, high!)), broadcastLike(dlow, outputs[0]!), 0),
      dhigh === undefined ? undefined : select(lt(high!, x!), broadcastLike(dhigh, outputs[0]!), 0)
    ].filter((p) => p !== undefined)
    return parts.reduce((a, b) => add(a, b))
  }
})
/** Clips values to an interval. @category elementwise @since 0.1.0 */
export const clamp = Object.assign(
  (low: Operand, x: NdArray.Any, high: Operand): NdArray.Any =>
    node.bindOne(clampPrimitive, lift("clamp", [low, x, high]), {}),
  { primitive: clampPrimitive }
)

// --- helpers of the rules above -------------------------------------------------------------------------------------

/** A scalar of the array's dtype. */
const full = (value: number, like: Aval): NdArray.Any => node.literal(value, like.dtype, like.weak)
/** A magnitude in another dtype, with 0 replaced by 1: a divisor for values that are 0 there. */
const nonzero = (magnitude: NdArray.Any, dtype: DType.DType): NdArray.Any =>
  convert(select(eq(magnitude, 0), onesLike(magnitude), magnitude), dtype)
const onesLike = (x: NdArray.Any): NdArray.Any => full(1, x)
const broadcastLike = (x: NdArray.Any, like: NdArray.Any): NdArray.Any =>
  like.shape.length === 0 ? x : broadcastTo(x, like.shape)
