/**
 * log, log1p and log2: x = 2^k m with m in about [0.7, 1.4], then a polynomial for log(m).
 */
import { artanhTail, ln2, log1pTail, log2eLow } from "@effax/compiler/Approximations"
import { isTiny32, isTiny64 } from "./exp.ts"
import type { Float32Lanes, Float64Lanes, Vector, VectorLocal } from "./lanes.ts"

/** The bits of sqrt(1/2), where the significand's range begins. */
const rangeStart = 0x3fe6a09e667f3bcdn

// -- float64

/** x > 0 as 2^k m, m in [sqrt(1/2), sqrt(2)): k as a float64, and m. `subnormal`: whether x may be. */
export const splitExponent64 = (
  l: Float64Lanes,
  x: VectorLocal,
  subnormal: boolean
): { readonly k: VectorLocal; readonly m: VectorLocal } => {
  const isSubnormal = subnormal ? l.lt(x, l.number(2 ** -1022)) : undefined
  const normal = isSubnormal === undefined ? x : l.select(isSubnormal, l.mul(x, l.number(2 ** 54)), x)
  const shifted = l.intAdd(normal, l.int((1023n << 52n) - rangeStart))
  // 2^52 + (k + 1023) as a float64
  const biased = l.or(l.shrU(shifted, 52), l.number(2 ** 52))
  const offset: Vector = isSubnormal === undefined
    ? l.number(2 ** 52 + 1023)
    : l.select(isSubnormal, l.number(2 ** 52 + 1023 + 54), l.number(2 ** 52 + 1023))
  const k = l.sub(biased, offset)
  const m = l.intAdd(l.and(shifted, l.int(0x000fffffffffffffn)), l.int(rangeStart))
  return { k, m }
}

/** k ln 2 + log(1 + f) (fdlibm's arrangement of the sum). */
const logSum64 = (l: Float64Lanes, k: VectorLocal, f: VectorLocal): VectorLocal => {
  const s = l.div(f, l.add(f, l.number(2)))
  const z = l.mul(s, s)
  const tail = l.mul(z, l.polynomial(z, artanhTail[l.precision].coefficients))
  if (l.precision === "single") {
    return l.madd(k, l.number(Math.LN2), l.madd(s, tail, l.add(s, s)))
  }
  const halfSquare = l.mul(l.mul(f, f), l.number(0.5))
  const low = l.madd(s, l.add(halfSquare, tail), l.mul(k, l.number(ln2.full[1])))
  return l.madd(k, l.number(ln2.full[0]), l.sub(f, l.sub(halfSquare, low)))
}

/** Puts log's values for zero, negative numbers, infinity and NaN over the result of other lanes. */
const logSpecial = (l: Float32Lanes | Float64Lanes, x: VectorLocal, result: VectorLocal): VectorLocal => {
  const finite = l.select(l.lt(x, l.number(Infinity)), result, x)
  const zero = l.number(0)
  // All bits set is a NaN.
  return l.select(l.eq(x, zero), l.number(-Infinity), l.or(finite, l.lt(x, zero)))
}

export const log64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const { k, m } = splitExponent64(l, x, l.precision === "full")
  return logSpecial(l, x, logSum64(l, k, l.sub(m, l.number(1))))
}

export const log2_64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const { k, m } = splitExponent64(l, x, l.precision === "full")
  const logM = logSum64(l, l.f.let(l.number(0)), l.sub(m, l.number(1)))
  return logSpecial(l, x, l.madd(logM, l.number(Math.LOG2E), l.madd(logM, l.number(log2eLow), k)))
}

export const log1p64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const one = l.f.let(l.number(1))
  const [u, error] = l.twoSum(one, x)
  const { k, m } = splitExponent64(l, u, false)
  // u + error = 2^k (m + 2^-k error); beyond 2^60 the error is below the rounding of the sum, and 2^-k not normal.
  const scale = l.shl(l.intSub(l.int(1023n), l.add(k, l.number(l.magic))), 52)
  const correction = l.and(l.mul(error, scale), l.lt(x, l.number(2 ** 60)))
  const f = l.add(l.sub(m, one), correction)
  return l.select(isTiny64(l, x), x, logSpecial(l, u, logSum64(l, k, f)))
}

// -- float32

/** log(1 + f + error) + k ln 2, with k given as k 2^23. */
const logSum32 = (l: Float32Lanes, scaledK: VectorLocal, f: VectorLocal, error?: VectorLocal): VectorLocal => {
  const square = l.mul(f, f)
  const p = l.polynomial(f, [-0.5, ...log1pTail.float32.coefficients])
  if (l.fma && error === undefined) {
    return l.madd(scaledK, l.number(Math.LN2 * 2 ** -23), l.madd(square, p, f))
  }
  const tail = error === undefined ? l.mul(square, p) : l.madd(square, p, error)
  const low = l.madd(scaledK, l.number(ln2.float32[1] * 2 ** -23), tail)
  return l.madd(scaledK, l.number(ln2.float32[0] * 2 ** -23), l.add(f, low))
}

/** The bits of 2/3: m lies in [2/3, 4/3). */
const rangeStart32 = 0x3f2aaaab

/** x > 0 as 2^k m with k 2^23 as a float32. */
const splitExponent32 = (
  l: Float32Lanes,
  x: VectorLocal
): { readonly scaledK: VectorLocal; readonly m: VectorLocal } => {
  const subnormal = l.lt(x, l.number(2 ** -126))
  const normal = l.select(subnormal, l.mul(x, l.number(2 ** 23)), x)
  const exponent = l.and(l.intSub(normal, l.int(rangeStart32)), l.int(0xff800000))
  const m = l.intSub(normal, exponent)
  return { scaledK: l.add(l.fromInt(exponent), l.and(subnormal, l.number(-23 * 2 ** 23))), m }
}

export const log32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const { m, scaledK } = splitExponent32(l, x)
  return logSpecial(l, x, logSum32(l, scaledK, l.sub(m, l.number(1))))
}

export const log1p32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const u = l.add(x, l.number(1))
  const exponent = l.and(l.intSub(u, l.int(rangeStart32)), l.int(0xff800000))
  // (1 + x) 2^-k - 1 = x 2^-k + (2^-k - 1), by quarters because 2^-128 would be subnormal.
  const scale = l.intSub(l.number(4), exponent)
  const quarter = l.number(0.25)
  const xQuarter = l.mul(x, quarter)
  const offset = l.madd(scale, quarter, l.number(-1))
  const f = l.madd(xQuarter, scale, offset)
  const error = l.madd(xQuarter, scale, l.sub(offset, f))
  return l.select(isTiny32(l, x), x, logSpecial(l, u, logSum32(l, l.fromInt(exponent), f, error)))
}
