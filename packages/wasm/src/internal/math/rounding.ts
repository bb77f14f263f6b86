/**
 * floor, ceil, round, sign, nextafter: exact functions.
 */
import { f32x4, f64x2 } from "../assembler/index.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"

export const floor32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.f.let(f32x4.floor(x))
export const ceil32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.f.let(f32x4.ceil(x))
export const trunc32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.f.let(f32x4.trunc(x))
export const roundToEven32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => l.f.let(f32x4.nearest(x))
export const floor64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.f.let(f64x2.floor(x))
export const ceil64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.f.let(f64x2.ceil(x))
export const trunc64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.f.let(f64x2.trunc(x))
export const roundToEven64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => l.f.let(f64x2.nearest(x))

/** Halves away from zero: trunc(x + copysign(the number below 1/2, x)). */
const roundAway = (l: Float32Lanes | Float64Lanes, x: VectorLocal, belowHalf: number): VectorLocal =>
  l.add(x, l.withSign(l.f.let(l.number(belowHalf)), x))
export const roundAwayFromZero32 = (l: Float32Lanes, x: VectorLocal): VectorLocal =>
  trunc32(l, roundAway(l, x, 0.5 - 2 ** -25))
export const roundAwayFromZero64 = (l: Float64Lanes, x: VectorLocal): VectorLocal =>
  trunc64(l, roundAway(l, x, 0.5 - 2 ** -54))

/** -1, 1, or the zero or NaN that x is. */
export const sign = (l: Float32Lanes | Float64Lanes, x: VectorLocal): VectorLocal => {
  const zero = l.number(0)
  return l.select(l.gt(x, zero), l.number(1), l.select(l.lt(x, zero), l.number(-1), x))
}

const nextAfter = (
  l: Float32Lanes | Float64Lanes,
  x: VectorLocal,
  y: VectorLocal,
  one: VectorLocal,
  minusOne: VectorLocal
): VectorLocal => {
  const zero = l.number(0)
  // Away from zero, the bits count up, whatever the sign.
  const outward = l.xor(l.lt(x, y), l.lt(x, zero))
  const stepped = l.intAdd(x, l.select(outward, one, minusOne))
  const fromZero = l.or(one, l.signBits(y))
  const moved = l.select(l.eq(x, zero), fromZero, stepped)
  const isNaN = l.or(l.isNaN(x), l.isNaN(y))
  return l.or(l.select(l.eq(x, y), y, moved), isNaN)
}
export const nextAfter32 = (l: Float32Lanes, x: VectorLocal, y: VectorLocal): VectorLocal =>
  nextAfter(l, x, y, l.f.let(l.int(1)), l.f.let(l.int(-1)))
export const nextAfter64 = (l: Float64Lanes, x: VectorLocal, y: VectorLocal): VectorLocal =>
  nextAfter(l, x, y, l.f.let(l.int(1n)), l.f.let(l.int(-1n)))
