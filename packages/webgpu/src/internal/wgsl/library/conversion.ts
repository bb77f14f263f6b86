/**
 * Conversions between float32, half precision and integers.
 */
import { define } from "./define.ts"

export const conversion = {
  f32_to_i32: define(
    ["is_nan"],
    `fn f32_to_i32(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return -2147483647 - 1; }
  return i32(x);
}`
  ),
  f32_to_u32: define(
    [],
    `fn f32_to_u32(x: f32) -> u32 {
  if (!(x > 0.0)) { return 0u; }
  if (x >= 4294967296.0) { return 0xffffffffu; }
  return u32(x);
}`
  ),
  f16_to_f32: define(
    ["from_bits"],
    `fn f16_to_f32(h: u32) -> f32 {
  let sign = (h & 0x8000u) << 16u;
  let exponent = (h >> 10u) & 31u;
  let fraction = h & 1023u;
  if (exponent == 31u) { return from_bits(sign | 0x7f800000u | (fraction << 13u)); }
  if (exponent == 0u) { return select(1.0, -1.0, sign != 0u) * f32(fraction) * 5.9604644775390625e-8; }
  return bitcast<f32>(sign | ((exponent + 112u) << 23u) | (fraction << 13u));
}`
  ),
  f32_to_f16: define(
    [],
    `fn f32_to_f16(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7e00u; }
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; }
  if (magnitude < 0x38800000u) {
    // subnormal: units of 2^-24, rounded to nearest even
    if (magnitude < 0x33000000u) { return sign; }
    let exponent = magnitude >> 23u;
    let shift = 126u - exponent;
    let significand = (magnitude & 0x7fffffu) | 0x800000u;
    let whole = significand >> shift;
    let rest = significand & ((1u << shift) - 1u);
    let half = 1u << (shift - 1u);
    let up = rest > half || (rest == half && (whole & 1u) == 1u);
    return sign | (whole + select(0u, 1u, up));
  }
  let rounded = magnitude + 0xfffu + ((magnitude >> 13u) & 1u);
  return sign | min((rounded - 0x38000000u) >> 13u, 0x7c00u);
}`
  ),
  bf16_to_f32: define(["from_bits"], `fn bf16_to_f32(h: u32) -> f32 { return from_bits(h << 16u); }`),
  f32_to_bf16: define(
    [],
    `fn f32_to_bf16(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`
  )
}
