/**
 * Comparisons and rounding of floats, where NaN and infinities are told by their bits, and -0 from 0.
 */
import { define } from "./define.ts"

export const float = {
  // a parameter is no constant: nothing is evaluated, and refused, while the shader is compiled
  from_bits: define([], `fn from_bits(x: u32) -> f32 { return bitcast<f32>(x); }`),
  is_nan: define([], `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`),
  is_finite: define([], `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`),
  eq_f32: define(["is_nan"], `fn eq_f32(x: f32, y: f32) -> bool { return x == y && !is_nan(x) && !is_nan(y); }`),
  lt_f32: define(["is_nan"], `fn lt_f32(x: f32, y: f32) -> bool { return x < y && !is_nan(x) && !is_nan(y); }`),
  le_f32: define(["is_nan"], `fn le_f32(x: f32, y: f32) -> bool { return x <= y && !is_nan(x) && !is_nan(y); }`),
  max_f32: define(
    ["is_nan"],
    `fn max_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  // of zeros, the positive one
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y)); }
  return select(y, x, x > y);
}`
  ),
  min_f32: define(
    ["is_nan"],
    `fn min_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) | bitcast<u32>(y)); }
  return select(y, x, x < y);
}`
  ),
  sign_f32: define(
    ["is_nan"],
    `fn sign_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(x) || (bits & 0x7fffffffu) == 0u) { return x; }
  return select(1.0, -1.0, bits >= 0x80000000u);
}`
  ),
  round_away: define(
    [],
    `fn round_away(x: f32) -> f32 {
  let whole = trunc(x);
  return select(whole, whole + select(-1.0, 1.0, x > 0.0), abs(x - whole) >= 0.5);
}`
  )
}
