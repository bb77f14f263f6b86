/**
 * sinh, cosh, tanh and their inverses, and the logistic function.
 */
import { sinhTail, tanhTail } from "@effax/compiler/Approximations"
import {
  clampExp,
  expNormal32,
  expOfNegative32,
  expParts,
  halfExp32,
  halfExp64,
  isTiny64,
  quarterExpm1,
  scaled
} from "./exp.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import { log1p64 } from "./log.ts"

// -- float64

export const sinh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  // With t = expm1(|x|), sinh = (t + t / (t + 1)) / 2.
  const quarter = quarterExpm1(l, l.abs(x))
  const ratio = l.div(quarter, l.madd(quarter, l.number(4), l.number(1)))
  const magnitude = l.mul(l.add(quarter, ratio), l.number(2))
  return l.select(isTiny64(l, x), x, l.withSign(magnitude, x))
}

export const cosh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const half = halfExp64(l, l.abs(x))
  return l.add(half, l.div(l.number(0.25), half))
}

export const tanh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.min(l.abs(x), l.number(22))
  // With t = expm1(2 |x|), tanh = t / (t + 2).
  const quarter = quarterExpm1(l, l.add(a, a))
  const magnitude = l.div(quarter, l.add(quarter, l.number(0.5)))
  return l.select(isTiny64(l, x), x, l.withSign(magnitude, x))
}

export const logistic64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  // Of exp(-|x|): 1 / (1 + e) or e / (1 + e). The latter is scaled last, as it may be subnormal.
  const parts = expParts(l, clampExp(l, l.neg(l.abs(x))))
  const denominator = l.add(scaled(l, parts), l.number(1))
  const isNegative = l.lt(x, l.number(0))
  const below = scaled(l, { ...parts, significand: l.div(parts.significand, denominator) })
  return l.select(isNegative, below, l.div(l.number(1), denominator))
}

/** Beyond this, sqrt(x^2 + 1) is |x|, and 2 |x| might overflow. */
const huge = 2 ** 55

export const asinh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const square = l.mul(a, a)
  const root = l.add(l.sqrt(l.add(square, l.number(1))), l.number(1))
  const isHuge = l.gt(a, l.number(huge))
  const argument = l.select(isHuge, a, l.add(a, l.div(square, root)))
  const magnitude = l.add(log1p64(l, argument), l.and(isHuge, l.number(Math.LN2)))
  return l.withSign(magnitude, x)
}

export const acosh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const t = l.sub(x, l.number(1))
  const isHuge = l.gt(x, l.number(huge))
  const root = l.sqrt(l.mul(t, l.add(t, l.number(2))))
  const argument = l.select(isHuge, x, l.add(t, root))
  const magnitude = l.add(log1p64(l, argument), l.and(isHuge, l.number(Math.LN2)))
  return l.or(magnitude, l.lt(x, l.number(1)))
}

export const atanh64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const twice = l.add(a, a)
  // 2 a / (1 - a), without losing bits for small a; infinite at 1, NaN above
  const argument = l.madd(twice, l.div(a, l.sub(l.number(1), a)), twice)
  const magnitude = l.mul(log1p64(l, argument), l.number(0.5))
  const result = l.withSign(magnitude, x)
  return l.select(isTiny64(l, x), x, l.or(result, l.gt(a, l.number(1))))
}

// -- float32

export const sinh32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const half = halfExp32(l, a)
  const large = l.sub(half, l.div(l.number(0.25), half))
  const square = l.mul(a, a)
  const small = l.madd(l.mul(a, square), l.polynomial(square, sinhTail.float32.coefficients), a)
  return l.withSign(l.select(l.lt(a, l.number(sinhTail.float32.on[1])), small, large), x)
}

export const cosh32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const half = halfExp32(l, l.abs(x))
  return l.add(half, l.div(l.number(0.25), half))
}

export const tanh32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const a = l.min(l.abs(x), l.number(9.1))
  const e = expNormal32(l, l.add(a, a))
  const one = l.number(1)
  const large = l.sub(one, l.div(l.number(2), l.add(e, one)))
  const square = l.mul(a, a)
  const small = l.madd(l.mul(a, square), l.polynomial(square, tanhTail.float32.coefficients), a)
  return l.withSign(l.select(l.lt(a, l.number(tanhTail.float32.on[1])), small, large), x)
}

export const logistic32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const e = expOfNegative32(l, l.neg(l.abs(x)))
  const one = l.number(1)
  const denominator = l.add(e, one)
  // What the sum lost, at first order: 1 / (d + error) = (1 - error) / d for d near 1.
  const error = l.sub(e, l.sub(denominator, one))
  const quotient = l.div(l.select(l.lt(x, l.number(0)), e, one), denominator)
  return l.nmadd(quotient, error, quotient)
}
