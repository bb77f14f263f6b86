/**
 * pow, cbrt, sqrt, rsqrt.
 */
import { artanhTailExtended, cbrtStart, cubeRoots, ln2, twoThirdsLow } from "@effax/compiler/Approximations"
import { f64x2 } from "../assembler/index.ts"
import { clampExp, expParts, scaled } from "./exp.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import { log64, splitExponent64 } from "./log.ts"

export const sqrt = (l: Float32Lanes | Float64Lanes, x: VectorLocal): VectorLocal => l.sqrt(x)

export const rsqrt = (l: Float32Lanes | Float64Lanes, x: VectorLocal): VectorLocal => l.div(l.number(1), l.sqrt(x))

export const cbrt64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const { k, m } = splitExponent64(l, a, l.precision === "full")
  // m in [sqrt(1/2), sqrt(2)) to [1, 2) or so: the start is good there, and an m below 1 is doubled.
  const below = l.lt(m, l.number(1))
  const mantissa = l.add(m, l.and(below, m))
  const exponent = l.sub(k, l.and(below, l.number(1)))
  // exponent = 3 third + remainder, remainder in 0, 1, 2
  const magic = l.number(l.magic)
  const thirdBits = l.madd(l.sub(exponent, l.number(1)), l.number(1 / 3), magic)
  const third = l.sub(thirdBits, magic)
  const remainder = l.nmadd(third, l.number(3), exponent)
  const isOne = l.eq(remainder, l.number(1))
  const isTwo = l.eq(remainder, l.number(2))
  const power = l.select(isTwo, l.number(4), l.select(isOne, l.number(2), l.number(1)))
  const root = l.select(isTwo, l.number(cubeRoots[1]), l.select(isOne, l.number(cubeRoots[0]), l.number(1)))
  const target = l.mul(mantissa, power)
  const y = l.mul(l.polynomial(mantissa, cbrtStart.full.coefficients), root)
  // One step of Halley's iteration: 2^-19.6 becomes 2^-58.
  const cube = l.mul(l.mul(y, y), y)
  const step = l.div(l.sub(cube, target), l.add(l.add(cube, cube), target))
  const refined = l.nmadd(y, step, y)
  const result = l.intAdd(refined, l.shl(thirdBits, 52))
  const isSpecial = l.or(l.eq(a, l.number(0)), l.not(l.lt(a, l.number(Infinity))))
  return l.select(isSpecial, x, l.withSign(result, x))
}

/** log(x) of a positive finite x as an unevaluated sum, to about 2^-65 of it. */
const logExtended = (l: Float64Lanes, x: VectorLocal): readonly [VectorLocal, VectorLocal] => {
  const { k, m } = splitExponent64(l, x, true)
  const one = l.f.let(l.number(1))
  const f = l.sub(m, one)
  // s = f / (m + 1)
  const [d, dLow] = l.twoSum(m, one)
  const s = l.div(f, d)
  const [product, productLow] = l.twoProduct(s, d)
  const sLow = l.div(l.sub(l.sub(l.sub(f, product), productLow), l.mul(s, dLow)), d)
  // z = s^2
  const [z, zError] = l.twoProduct(s, s)
  const zLow = l.madd(l.add(s, s), sLow, zError)
  // u = 2/3 + z tail(z)
  const tail = l.mul(z, l.polynomial(z, artanhTailExtended.extended.coefficients))
  const [u, uError] = l.fastTwoSum(l.f.let(l.number(2 / 3)), tail)
  const uLow = l.add(uError, l.number(twoThirdsLow))
  // log(m) = 2 s + s z u
  const [zu, zuError] = l.twoProduct(z, u)
  const zuLow = l.add(zuError, l.madd(z, uLow, l.mul(zLow, u)))
  const [szu, szuError] = l.twoProduct(s, zu)
  const szuLow = l.add(szuError, l.madd(s, zuLow, l.mul(sLow, zu)))
  const [sum1, error1] = l.fastTwoSum(l.add(s, s), szu)
  const [sum2, error2] = l.twoSum(l.mul(k, l.number(ln2.full[0])), sum1)
  const kLow = l.mul(k, l.number(ln2.full[1]))
  const low = l.add(l.add(error2, error1), l.add(szuLow, l.add(sLow, sLow)))
  const [sum3, error3] = l.twoSum(sum2, kLow)
  // k times what the second part of ln 2 lost
  const low2 = l.madd(k, l.number(ln2.full[2]), l.add(low, error3))
  return l.fastTwoSum(sum3, low2)
}

/** x^y with the special cases of C99 (F.10.4.4). */
export const pow64 = (l: Float64Lanes, x: VectorLocal, yGiven: VectorLocal): VectorLocal => {
  const zero = l.number(0)
  const one = l.number(1)
  const infinity = l.number(Infinity)
  const a = l.abs(x)
  // Beyond 2^70, y log x is 0, or far outside of what exp distinguishes: |log x| >= 2^-53.
  const y = l.max(l.min(yGiven, l.number(2 ** 70)), l.number(-(2 ** 70)))
  let magnitude: VectorLocal
  if (l.precision === "single") {
    magnitude = scaled(l, expParts(l, clampExp(l, l.mul(y, log64(l, a)))))
  } else {
    const [high, low] = logExtended(l, a)
    const [product, error] = l.twoProduct(y, high)
    const productLow = l.madd(y, low, error)
    const bounded = clampExp(l, product)
    const isBounded = l.eq(bounded, product)
    magnitude = scaled(l, expParts(l, bounded, 0, l.and(isBounded, productLow)))
  }
  // 0 and infinity have logarithms that the arithmetic above does not know.
  const isZero = l.eq(a, zero)
  const isExtreme = l.or(isZero, l.eq(a, infinity))
  const growing = l.xor(isZero, l.gt(y, zero))
  const extreme = l.and(growing, infinity)
  const positive = l.select(isExtreme, extreme, magnitude)
  // For x below zero (or -0), the sign is that of an odd integer y.
  const isInteger = l.eq(y, l.f.let(f64x2.trunc(y)))
  const half = l.mul(y, l.number(0.5))
  const isOdd = l.andNot(isInteger, l.eq(half, l.f.let(f64x2.trunc(half))))
  const signed = l.xor(positive, l.and(isOdd, l.signBits(x)))
  const isNegative = l.lt(x, zero)
  const invalid = l.andNot(l.andNot(isNegative, isInteger), l.eq(a, infinity))
  const isNaN = l.or(invalid, l.or(l.isNaN(x), l.isNaN(yGiven)))
  const isOne = l.or(l.eq(yGiven, zero), l.eq(x, one))
  return l.select(isOne, one, l.or(signed, isNaN))
}
