/**
 * bfloat16 and float16 as raw bits, in both directions, rounding to nearest even.
 */

// Scratch for reading the bits of a binary32; nothing outlives a call.
const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/** The value of bfloat16 bits: the upper half of a binary32. */
export const decodeBfloat16 = (half: number): number => {
  bits[0] = half << 16
  return single[0]!
}

/**
 * A number as bfloat16 bits. It is rounded to float32 first: XLA has no other way from float64, and where it computes
 * on bfloat16 it does so in float32, so that double rounding is part of the meaning.
 */
export const encodeBfloat16 = (x: number): number => {
  single[0] = x
  const u = bits[0]!
  if (x !== x) return ((u >>> 16) & 0x8000) | 0x7fc0
  // Half of the last place that stays, less one if that place is even: ties go to even
  return (u + 0x7fff + ((u >>> 16) & 1)) >>> 16
}

/** The value of binary16 bits (IEEE 754-2019, table 3.5). */
export const decodeFloat16 = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** To the nearest integer, ties to even, of a nonnegative number below 2^52. */
const nearestEven = (x: number): number => (x + 2 ** 52) - 2 ** 52

/** A number as binary16 bits, by way of float32 as in {@link encodeBfloat16}. */
export const encodeFloat16 = (x: number): number => {
  if (x !== x) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const magnitude = Math.abs(Math.fround(x))
  // Half way from the largest finite number, 65504, to what would be the next
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -14) return sign | nearestEven(magnitude * 2 ** 24)
  single[0] = magnitude
  const exponent = (bits[0]! >>> 23) - 127
  // A fraction that rounds up to 1024 carries into the exponent, as it should
  return sign | (((exponent + 15) << 10) + nearestEven((magnitude / 2 ** exponent - 1) * 1024))
}
