/**
 * Comparisons and rounding of floats, where NaN and infinities are told by their bits, and -0 from 0.
 */
import { define } from "./define.ts"

export const float = {
  // a parameter is no constant: nothing is evaluated, and refused, while the shader is compiled
  from_bits: define([], `fn from_bits(x: u32) -> f32 { return bitcast<f32>(x); }`),
  is_nan: define([], `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`),
  is_finite: define([], `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`),
  /** x + 0: -0 becomes 0. */
  plus_zero: define(
    [],
    `fn plus_zero(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  return bitcast<f32>(select(bits, 0u, bits == 0x80000000u));
}`
  ),
  /** x times the zero of a sign: NaN if x is not finite. */
  times_zero: define(
    ["is_finite"],
    `fn times_zero(x: f32, sign: u32) -> f32 {
  return bitcast<f32>(select(0x7fc00000u, (bitcast<u32>(x) & 0x80000000u) ^ sign, is_finite(x)));
}`
  ),
  /** Integers in the order of the numbers, both zeros 0: devices may compare subnormal numbers as zeros. */
  line_f32: define(
    [],
    `fn line_f32(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let size = bits & 0x7fffffff;
  return select(size, -size, bits < 0);
}`
  ),
  eq_f32: define(
    ["is_nan", "line_f32"],
    `fn eq_f32(x: f32, y: f32) -> bool { return line_f32(x) == line_f32(y) && !is_nan(x); }`
  ),
  lt_f32: define(
    ["is_nan", "line_f32"],
    `fn lt_f32(x: f32, y: f32) -> bool { return line_f32(x) < line_f32(y) && !is_nan(x) && !is_nan(y); }`
  ),
  le_f32: define(
    ["is_nan", "line_f32"],
    `fn le_f32(x: f32, y: f32) -> bool { return line_f32(x) <= line_f32(y) && !is_nan(x) && !is_nan(y); }`
  ),
  max_f32: define(
    ["is_nan", "line_f32"],
    `fn max_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  // of zeros, the positive one
  if (line_f32(x) == line_f32(y)) { return bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y)); }
  return select(y, x, line_f32(x) > line_f32(y));
}`
  ),
  min_f32: define(
    ["is_nan", "line_f32"],
    `fn min_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  if (line_f32(x) == line_f32(y)) { return bitcast<f32>(bitcast<u32>(x) | bitcast<u32>(y)); }
  return select(y, x, line_f32(x) < line_f32(y));
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
