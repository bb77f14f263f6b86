/**
 * asin, acos, atan, atan2.
 */
import { asinTail, atanTail, halfPiLow, piLow } from "@effax/compiler/Approximations"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"

/** |x| where it is at most 1/2, else sqrt((1 - |x|) / 2); its arcsine; and which of the two it was. */
const asinParts = (
  l: Float32Lanes | Float64Lanes,
  x: VectorLocal,
  tail: ReadonlyArray<number>
): { readonly arc: VectorLocal; readonly large: VectorLocal } => {
  const a = l.abs(x)
  const half = l.number(0.5)
  const large = l.gt(a, half)
  const square = l.select(large, l.nmadd(a, half, half), l.mul(a, a))
  const base = l.select(large, l.sqrt(square), a)
  return { arc: l.madd(l.mul(base, square), l.polynomial(square, tail), base), large }
}

const asin = (
  l: Float32Lanes | Float64Lanes,
  x: VectorLocal,
  tail: ReadonlyArray<number>,
  low: number
): VectorLocal => {
  const { arc, large } = asinParts(l, x, tail)
  const fromHalfPi = l.add(l.nmadd(arc, l.number(2), l.number(Math.PI / 2)), l.number(low))
  return l.withSign(l.select(large, fromHalfPi, arc), x)
}

/**
 * acos(x) = 2 asin(sqrt((1 - x) / 2)) above 1/2, pi minus that of -x below -1/2, pi/2 - asin(x) between.
 */
const acos = (
  l: Float32Lanes | Float64Lanes,
  x: VectorLocal,
  tail: ReadonlyArray<number>,
  low: number
): VectorLocal => {
  const { arc, large } = asinParts(l, x, tail)
  const twice = l.add(arc, arc)
  const isNegative = l.lt(x, l.number(0))
  // The sum of a constant and of +-asin or +-2 asin.
  const angle = l.select(large, twice, arc)
  const negated = l.xor(isNegative, l.not(large))
  const signed = l.xor(angle, l.and(negated, l.number(-0)))
  const base = l.select(large, l.and(isNegative, l.number(Math.PI)), l.number(Math.PI / 2))
  const baseLow = l.select(large, l.and(isNegative, l.number(2 * low)), l.number(low))
  return l.add(base, l.add(signed, baseLow))
}

export const asin64 = (l: Float64Lanes, x: VectorLocal): VectorLocal =>
  asin(l, x, asinTail[l.precision].coefficients, halfPiLow.full)
export const acos64 = (l: Float64Lanes, x: VectorLocal): VectorLocal =>
  acos(l, x, asinTail[l.precision].coefficients, halfPiLow.full)
export const asin32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  asin(l, x, asinTail.float32.coefficients, halfPiLow.float32)
export const acos32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  acos(l, x, asinTail.float32.coefficients, halfPiLow.float32)

/** atan(a / b) for a, b >= 0, not NaN, in [0, pi/2]; with `reflect` ones, pi minus that. */
const atanOfRatio64 = (l: Float64Lanes, a: VectorLocal, b: VectorLocal, reflect?: VectorLocal): VectorLocal => {
  const swapped = l.gt(a, b)
  const smaller = l.select(swapped, b, a)
  const larger = l.select(swapped, a, b)
  const wide = l.gt(smaller, l.mul(larger, l.number(Math.SQRT2 - 1)))
  const numerator = l.sub(smaller, l.and(wide, larger))
  const denominator = l.add(larger, l.and(wide, smaller))
  const q = l.div(numerator, denominator)
  const square = l.mul(q, q)
  const arc = l.madd(l.mul(q, square), l.polynomial(square, atanTail[l.precision].coefficients), q)
  // pi/4 + arc; from pi/2 where the operands were swapped; from pi where reflected
  const wideBase = l.and(wide, l.number(Math.PI / 4))
  const negated = reflect === undefined ? swapped : l.xor(swapped, reflect)
  const base1 = l.select(swapped, l.sub(l.number(Math.PI / 2), wideBase), wideBase)
  const base = reflect === undefined ? base1 : l.select(reflect, l.sub(l.number(Math.PI), base1), base1)
  const signed = l.xor(arc, l.and(negated, l.number(-0)))
  // What the base lost is in proportion to it.
  return l.add(base, l.madd(base, l.number(piLow.full / Math.PI), signed))
}

export const atan64 = (l: Float64Lanes, x: VectorLocal): VectorLocal =>
  l.withSign(atanOfRatio64(l, l.abs(x), l.f.let(l.number(1))), x)

/** The quotient of two zeros is 0, of two infinities 1, and NaN stays NaN. */
const operands = (
  l: Float32Lanes | Float64Lanes,
  y: VectorLocal,
  x: VectorLocal
): { readonly a: VectorLocal; readonly b: VectorLocal; readonly reflect: VectorLocal } => {
  const a = l.abs(y)
  const b = l.abs(x)
  const infinity = l.number(Infinity)
  const bothInfinite = l.and(l.eq(a, infinity), l.eq(b, infinity))
  const bothZero = l.eq(l.or(a, b), l.number(0))
  const one = l.number(1)
  // The sign bit of x, spread
  const reflect = l.lt(l.or(l.signBits(x), one), l.number(0))
  return {
    a: l.select(bothInfinite, one, a),
    b: l.select(l.or(bothInfinite, bothZero), one, b),
    reflect
  }
}

export const atan2_64 = (l: Float64Lanes, y: VectorLocal, x: VectorLocal): VectorLocal => {
  const { a, b, reflect } = operands(l, y, x)
  // Where the sum of the two could overflow, a quarter of each.
  const scale = l.select(l.gt(l.max(a, b), l.number(2 ** 1020)), l.number(0.25), l.number(1))
  const magnitude = atanOfRatio64(l, l.mul(a, scale), l.mul(b, scale), reflect)
  const isNaN = l.or(l.isNaN(x), l.isNaN(y))
  return l.or(l.withSign(magnitude, y), isNaN)
}

const atanOfRatio32 = (l: Float32Lanes, a: VectorLocal, b: VectorLocal, reflect?: VectorLocal): VectorLocal => {
  const swapped = l.gt(a, b)
  const q = l.div(l.select(swapped, b, a), l.select(swapped, a, b))
  const square = l.mul(q, q)
  const arc = l.madd(l.mul(q, square), l.polynomial(square, atanTail.float32.coefficients), q)
  const negated = reflect === undefined ? swapped : l.xor(swapped, reflect)
  const signed = l.xor(arc, l.and(negated, l.number(-0)))
  const halfPi = l.number(Math.PI / 2)
  const base = reflect === undefined
    ? l.and(swapped, halfPi)
    : l.select(swapped, halfPi, l.and(reflect, l.number(Math.PI)))
  const low = reflect === undefined
    ? l.and(swapped, l.number(halfPiLow.float32))
    : l.select(swapped, l.number(halfPiLow.float32), l.and(reflect, l.number(2 * halfPiLow.float32)))
  return l.add(base, l.add(signed, low))
}

export const atan32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  l.withSign(atanOfRatio32(l, l.abs(x), l.f.let(l.number(1))), x)

export const atan2_32 = (l: Float32Lanes, y: VectorLocal, x: VectorLocal): VectorLocal => {
  const { a, b, reflect } = operands(l, y, x)
  const magnitude = atanOfRatio32(l, a, b, reflect)
  const isNaN = l.or(l.isNaN(x), l.isNaN(y))
  return l.or(l.withSign(magnitude, y), isNaN)
}
