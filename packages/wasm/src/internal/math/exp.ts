/**
 * exp, exp2 and expm1: x = n ln 2 + r with |r| <= ln(2) / 2, then 2^n times a polynomial in r.
 */
import { exp2Tail, expm1Tail, expTail, ln2 } from "@effax/compiler/Approximations"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"

/** A power of two in two factors, since 2^n may be beyond the exponents: subnormal results are rounded once. */
export interface ScaledResult {
  readonly significand: VectorLocal
  readonly scale1: VectorLocal
  readonly scale2: VectorLocal
}

export const scaled = (l: Float32Lanes | Float64Lanes, { scale1, scale2, significand }: ScaledResult): VectorLocal =>
  l.mul(l.mul(significand, scale1), scale2)

// -- float64

/** The low bits of `biased` hold n + 2046 (+ a bias of the caller's): 2^(n/2) and the other half. */
const scaleFactors = (l: Float64Lanes, biased: VectorLocal): { scale1: VectorLocal; scale2: VectorLocal } => {
  const half = l.shrU(biased, 1)
  return { scale1: l.shl(half, 52), scale2: l.shl(l.intSub(biased, half), 52) }
}

/**
 * exp(x + low) 2^bias before its scaling, for x that `clampExp` bounded.
 */
export const expParts = (l: Float64Lanes, x: VectorLocal, bias = 0, low?: VectorLocal): ScaledResult => {
  const magic = l.number(l.magic + 2046 + bias)
  const biased = l.madd(x, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const high = l.nmadd(n, l.number(ln2.full[0]), x)
  const r = low === undefined
    ? l.nmadd(n, l.number(ln2.full[1]), high)
    : l.add(high, l.nmadd(n, l.number(ln2.full[1]), low))
  return { significand: l.polynomial(r, [1, 1, ...expTail[l.precision].coefficients]), ...scaleFactors(l, biased) }
}

/** Bounds x where exp(x) is long infinite or zero, so that n stays within what the scaling can do. NaN stays. */
export const clampExp = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.max(l.min(x, l.number(712)), l.number(-746))

export const exp64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => scaled(l, expParts(l, clampExp(l, x)))

/** exp(|x|) / 2, infinite only beyond 710.47. */
export const halfExp64 = (l: Float64Lanes, a: VectorLocal): VectorLocal =>
  scaled(l, expParts(l, l.min(a, l.number(712)), -1))

export const exp2_64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 2046)
  const bounded = l.max(l.min(x, l.number(1025)), l.number(-1080))
  const biased = l.add(bounded, magic)
  const r = l.mul(l.sub(bounded, l.sub(biased, magic)), l.number(Math.LN2))
  return scaled(l, {
    significand: l.polynomial(r, [1, 1, ...expTail[l.precision].coefficients]),
    ...scaleFactors(l, biased)
  })
}

/** expm1(x) / 4, finite for x <= 710.5. Zero has lost its sign, and subnormal numbers their last bits. */
export const quarterExpm1 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 1021)
  const bounded = l.max(l.min(x, l.number(710.5)), l.number(-40))
  const biased = l.madd(bounded, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const high = l.nmadd(n, l.number(ln2.full[0]), bounded)
  const low = l.mul(n, l.number(ln2.full[1]))
  const r = l.sub(high, low)
  const error = l.sub(l.sub(high, r), low)
  const p = l.add(r, l.madd(l.mul(r, r), l.polynomial(r, expm1Tail[l.precision].coefficients), error))
  const scale = l.shl(biased, 52) // 2^(n - 2)
  return l.madd(scale, p, l.sub(scale, l.number(0.25)))
}

/** Below this, odd functions whose slope at 0 is 1 are x itself: it keeps signed zero and subnormal numbers. */
export const isTiny64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.lt(l.abs(x), l.number(2 ** -54))

export const expm1_64 = (l: Float64Lanes, x: VectorLocal): VectorLocal =>
  l.select(isTiny64(l, x), x, l.mul(quarterExpm1(l, x), l.number(4)))

// -- float32

/**
 * exp(x) 2^bias in two factors of scale, for x in [-104, 90]. `careful` adds 1 last, to r + r^2 p: one operation and
 * 0.2 ULP less.
 */
const expParts32 = (l: Float32Lanes, x: VectorLocal, bias: number, careful = false): ScaledResult => {
  const magic = l.number(l.magic + 254 + bias)
  const biased = l.madd(x, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const r = l.nmadd(n, l.number(ln2.float32[1]), l.nmadd(n, l.number(ln2.float32[0]), x))
  const half = l.shrU(biased, 1)
  return {
    significand: careful
      ? l.add(l.madd(l.mul(r, r), l.polynomial(r, expTail.float32.coefficients), r), l.number(1))
      : l.polynomial(r, [1, 1, ...expTail.float32.coefficients]),
    scale1: l.shl(half, 23),
    scale2: l.shl(l.intSub(biased, half), 23)
  }
}

/** exp(x) for x in [-87, 88], where the result is normal. */
export const expNormal32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 127)
  const biased = l.madd(x, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const r = l.nmadd(n, l.number(ln2.float32[1]), l.nmadd(n, l.number(ln2.float32[0]), x))
  return l.mul(l.polynomial(r, [1, 1, ...expTail.float32.coefficients]), l.shl(biased, 23))
}

export const exp32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  scaled(l, expParts32(l, l.max(l.min(x, l.number(89)), l.number(-104)), 0))

/** exp(x) for x <= 0, to 0.8 ULP. */
export const expOfNegative32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  scaled(l, expParts32(l, l.max(x, l.number(-104)), 0, true))

/** exp(a) / 2 for a >= 0, infinite only beyond 89.41. */
export const halfExp32 = (l: Float32Lanes, a: VectorLocal): VectorLocal =>
  scaled(l, expParts32(l, l.min(a, l.number(90)), -1))

export const exp2_32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 254)
  const bounded = l.max(l.min(x, l.number(129)), l.number(-151))
  const biased = l.add(bounded, magic)
  const r = l.sub(bounded, l.sub(biased, magic))
  const half = l.shrU(biased, 1)
  return scaled(l, {
    significand: l.polynomial(r, [1, ...exp2Tail.float32.coefficients]),
    scale1: l.shl(half, 23),
    scale2: l.shl(l.intSub(biased, half), 23)
  })
}

/** expm1(x) / 2. Zero has lost its sign, and subnormal numbers their last bit. */
const halfExpm1_32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 126)
  const bounded = l.max(l.min(x, l.number(89)), l.number(-18))
  const biased = l.madd(bounded, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const r = l.nmadd(n, l.number(ln2.float32[1]), l.nmadd(n, l.number(ln2.float32[0]), bounded))
  const p = l.madd(l.mul(r, r), l.polynomial(r, expm1Tail.float32.coefficients), r)
  const scale = l.shl(biased, 23) // 2^(n - 1)
  return l.madd(scale, p, l.sub(scale, l.number(0.5)))
}

export const isTiny32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.lt(l.abs(x), l.number(2 ** -25))

export const expm1_32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const half = halfExpm1_32(l, x)
  return l.select(isTiny32(l, x), x, l.add(half, half))
}
