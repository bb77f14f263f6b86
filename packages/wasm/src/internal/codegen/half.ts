/**
 * Conversions between float32 and the 16-bit floats, whose bits a 32-bit lane holds. Rounding is to nearest, ties to
 * even; subnormals, infinities and NaN are what they should be.
 */
import { f32x4, i32x4, type Local, v128 } from "../assembler/index.ts"
import type { LaneContext, Vector } from "./lanes.ts"

/** bfloat16 is the upper half of a float32. */
export const fromBfloat16 = (_: LaneContext, x: Local<"v128">): Vector => i32x4.shl(x, 16)

export const toBfloat16 = (k: LaneContext, x: Local<"v128">): Vector => {
  const { constants, f } = k
  const upper = f.let(i32x4.shrU(x, 16))
  // half of the last place kept, less one, and one more where that place is odd: carries exactly when rounding is up
  const odd = v128.and(upper, constants.i32x4(1))
  const rounded = i32x4.shrU(i32x4.add(i32x4.add(x, constants.i32x4(0x7fff)), odd), 16)
  // a NaN whose payload is all in the lower half must not become an infinity
  const quiet = v128.or(upper, constants.i32x4(0x40))
  return v128.bitselect(quiet, rounded, f32x4.ne(x, x))
}

/**
 * The exponent and fraction of a float16 are moved to their places in a float32, and a multiplication by 2^112 mends the
 * bias, exactly and for subnormals too; infinities and NaN take the largest exponent instead.
 */
export const fromFloat16 = (k: LaneContext, x: Local<"v128">): Vector => {
  const { constants, f } = k
  const sign = i32x4.shl(v128.and(x, constants.i32x4(0x8000)), 16)
  const magnitude = f.let(i32x4.shl(v128.and(x, constants.i32x4(0x7fff)), 13))
  const scaled = f32x4.mul(magnitude, constants.f32x4(2 ** 112))
  const special = i32x4.geS(magnitude, constants.i32x4(0x7c00 << 13))
  return v128.or(v128.or(scaled, sign), v128.and(special, constants.i32x4(0x7f800000)))
}

export const toFloat16 = (k: LaneContext, x: Local<"v128">): Vector => {
  const { constants, f } = k
  const magnitude = f.let(v128.and(x, constants.i32x4(0x7fffffff)))
  const sign = i32x4.shrU(v128.xor(x, magnitude), 16)
  // adding 1/2 leaves a subnormal's bits, rounded, at the end of the fraction
  const subnormal = i32x4.sub(f32x4.add(magnitude, constants.f32x4(0.5)), constants.f32x4(0.5))
  const odd = v128.and(i32x4.shrU(magnitude, 13), constants.i32x4(1))
  // 15 - 127 for the bias, and half of the last place kept
  const rebiased = i32x4.add(magnitude, constants.i32x4(((15 - 127) << 23) + 0xfff))
  const normal = i32x4.shrU(i32x4.add(rebiased, odd), 13)
  const isSubnormal = i32x4.ltS(magnitude, constants.i32x4((127 - 14) << 23))
  const finite = f.let(v128.bitselect(subnormal, normal, isSubnormal))
  const isSpecial = i32x4.geS(magnitude, constants.i32x4((127 + 16) << 23))
  const quiet = v128.and(i32x4.gtS(magnitude, constants.i32x4(0x7f800000)), constants.i32x4(0x200))
  const special = v128.or(quiet, constants.i32x4(0x7c00))
  return v128.or(v128.bitselect(special, finite, isSpecial), sign)
}
