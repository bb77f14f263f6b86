/**
 * exp, exp2 and expm1: x = n ln 2 + r with |r| <= ln(2) / 2, then 2^n times a polynomial in r.
 *
 * Coefficients are minimax (Remez) fits of this project; the comment at each says its largest relative error.
 */
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"

/** (exp(r) - 1 - r) / r^2 on |r| <= ln(2) / 2: 2^-56.5 and 2^-28 of exp(r). */
const expTail = {
  full: [
    0.5000000000000011,
    0.16666666666666413,
    0.04166666666652968,
    0.008333333333494739,
    0.0013888888943772663,
    0.00019841269506290436,
    2.480149293763812e-5,
    2.755758633734739e-6,
    2.7630310205230755e-7,
    2.5000168215116077e-8
  ],
  single: [
    0.49999993434836765,
    0.16666520389928802,
    0.04166839001294975,
    0.00836874605228716,
    0.0013814587322229508
  ]
}

/** The same, for expm1(r): 2^-56.2 and 2^-31.8 of it. */
const expm1Tail = {
  full: [
    0.5000000000000001,
    0.1666666666666667,
    0.04166666666665224,
    0.008333333333326129,
    0.001388888889561427,
    0.00019841269874852277,
    2.4801574516819567e-5,
    2.7557255352674813e-6,
    2.7567935718319066e-7,
    2.5105239218627812e-8,
    1.7687873402333902e-9
  ],
  single: [
    0.5000000046806321,
    0.16666666632935678,
    0.041666353051523976,
    0.008333323261038993,
    0.0013941137495189677,
    0.00019883642936132466
  ]
}

/** 2^-28.2 of exp(r). */
const expTail32 = [0.49999994, 0.16666517, 0.041668106, 0.008369133, 0.0013836481]

/** 2^-31 of expm1(r). */
const expm1Tail32 = [0.5, 0.16666666, 0.041666467, 0.008333644, 0.0013935054, 0.00019662968]

/** (2^r - 1) / r on |r| <= 1/2: 2^-31 of 2^r. */
const exp2Tail32 = [0.6931472, 0.2402265, 0.05550401, 0.009618083, 0.001334278, 0.000154539, 1.3018963e-5]

/** ln 2 as a float64 with 32 significant bits, so that its products with |n| < 2^21 are exact, and the rest. */
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** ln 2 as a float32 with 16 significant bits, so that its products with |n| < 2^8 are exact, and the rest. */
const ln2High32 = 0.693145751953125
const ln2Low32 = 1.4286068203094173e-6

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
  const high = l.nmadd(n, l.number(ln2High), x)
  const r = low === undefined
    ? l.nmadd(n, l.number(ln2Low), high)
    : l.add(high, l.nmadd(n, l.number(ln2Low), low))
  return { significand: l.polynomial(r, [1, 1, ...expTail[l.precision]]), ...scaleFactors(l, biased) }
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
  return scaled(l, { significand: l.polynomial(r, [1, 1, ...expTail[l.precision]]), ...scaleFactors(l, biased) })
}

/** expm1(x) / 4, finite for x <= 710.5. Zero has lost its sign, and subnormal numbers their last bits. */
export const quarterExpm1 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 1021)
  const bounded = l.max(l.min(x, l.number(710.5)), l.number(-40))
  const biased = l.madd(bounded, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const high = l.nmadd(n, l.number(ln2High), bounded)
  const low = l.mul(n, l.number(ln2Low))
  const r = l.sub(high, low)
  const error = l.sub(l.sub(high, r), low)
  const p = l.add(r, l.madd(l.mul(r, r), l.polynomial(r, expm1Tail[l.precision]), error))
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
  const r = l.nmadd(n, l.number(ln2Low32), l.nmadd(n, l.number(ln2High32), x))
  const half = l.shrU(biased, 1)
  return {
    significand: careful
      ? l.add(l.madd(l.mul(r, r), l.polynomial(r, expTail32), r), l.number(1))
      : l.polynomial(r, [1, 1, ...expTail32]),
    scale1: l.shl(half, 23),
    scale2: l.shl(l.intSub(biased, half), 23)
  }
}

/** exp(x) for x in [-87, 88], where the result is normal. */
export const expNormal32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const magic = l.number(l.magic + 127)
  const biased = l.madd(x, l.number(Math.LOG2E), magic)
  const n = l.sub(biased, magic)
  const r = l.nmadd(n, l.number(ln2Low32), l.nmadd(n, l.number(ln2High32), x))
  return l.mul(l.polynomial(r, [1, 1, ...expTail32]), l.shl(biased, 23))
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
    significand: l.polynomial(r, [1, ...exp2Tail32]),
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
  const r = l.nmadd(n, l.number(ln2Low32), l.nmadd(n, l.number(ln2High32), bounded))
  const p = l.madd(l.mul(r, r), l.polynomial(r, expm1Tail32), r)
  const scale = l.shl(biased, 23) // 2^(n - 1)
  return l.madd(scale, p, l.sub(scale, l.number(0.5)))
}

export const isTiny32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.lt(l.abs(x), l.number(2 ** -25))

export const expm1_32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const half = halfExpm1_32(l, x)
  return l.select(isTiny32(l, x), x, l.add(half, half))
}
