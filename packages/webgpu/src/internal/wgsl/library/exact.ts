/**
 * Division, square roots, remainders and neighbours as IEEE 754 has them, but that subnormal operands and results of
 * division count as zero: WGSL allows its own division 2.5 ULP, and its square root more.
 */
import { define } from "./define.ts"

export const exact = {
  /** The operand, of at most 3e38: no compiler sees through it, so that sums on either side of it stay apart. */
  fence: define([], `fn fence(x: f32) -> f32 { return min(x, 3e38); }`),
  /** The first 12 bits of the significand: products of two such numbers are exact. */
  head: define([], `fn head(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }`),
  /** x / y to half an ULP, where neither they nor the quotient are near the ends of the range. */
  quotient: define(
    ["fence", "head"],
    `fn quotient(x: f32, y: f32) -> f32 {
  let q = x / y;
  // x - q y, of which every product is exact
  let q1 = head(q);
  let q2 = q - q1;
  let y1 = head(y);
  let y2 = y - y1;
  let rest = fence(fence(fence(x - q1 * y1) - q1 * y2) - q2 * y1) - q2 * y2;
  return q + rest / y;
}`
  ),
  div_f32: define(
    ["from_bits", "quotient"],
    `fn div_f32(x: f32, y: f32) -> f32 {
  let size = vec2u(bitcast<u32>(x), bitcast<u32>(y)) & vec2u(0x7fffffffu);
  let a = select(size.x, 0u, size.x < 0x00800000u);
  let b = select(size.y, 0u, size.y < 0x00800000u);
  let sign = (bitcast<u32>(x) ^ bitcast<u32>(y)) & 0x80000000u;
  let infinity = 0x7f800000u;
  if (a > infinity || b > infinity || (a == b && (a == 0u || a == infinity))) { return from_bits(0x7fc00000u); }
  if (a == 0u || b == infinity) { return from_bits(sign); }
  if (b == 0u || a == infinity) { return from_bits(sign | infinity); }
  // of the significands, in [1, 2)
  let q = quotient(
    bitcast<f32>((a & 0x007fffffu) | 0x3f800000u),
    bitcast<f32>((b & 0x007fffffu) | 0x3f800000u)
  );
  let scale = i32(a >> 23u) - i32(b >> 23u);
  let exponent = i32(bitcast<u32>(q) >> 23u) + scale;
  if (exponent >= 255) { return from_bits(sign | infinity); }
  if (exponent <= 0) { return from_bits(sign); }
  return from_bits(sign | (bitcast<u32>(q) + (u32(scale) << 23u)));
}`
  ),
  /** The square root of a positive number that is not near the ends of the range. */
  root: define(
    ["fence", "head"],
    `fn root(x: f32) -> f32 {
  let s = sqrt(x);
  let s1 = head(s);
  let s2 = s - s1;
  let rest = fence(fence(x - s1 * s1) - 2.0 * s1 * s2) - s2 * s2;
  return s + 0.5 * rest / s;
}`
  ),
  /** A positive finite number as `significand` 4^`exponent`, the significand in [1, 4). */
  split_square: define(
    [],
    `struct Square { significand: f32, exponent: i32 }
fn split_square(x: f32) -> Square {
  let given = bitcast<u32>(x);
  // the bits of a subnormal number count units of 2^-149
  let subnormal = given < 0x00800000u;
  let bits = select(given, bitcast<u32>(f32(given)), subnormal);
  let e = i32(bits >> 23u) - select(127, 276, subnormal);
  let odd = u32(e & 1);
  return Square(bitcast<f32>((bits & 0x007fffffu) | ((127u + odd) << 23u)), e >> 1u);
}`
  ),
  sqrt_f32: define(
    ["from_bits", "is_nan", "split_square", "root"],
    `fn sqrt_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(x) || (bits & 0x7fffffffu) == 0u) { return x; }
  if (bits >= 0x80000000u) { return from_bits(0x7fc00000u); }
  if (bits == 0x7f800000u) { return x; }
  let square = split_square(x);
  return bitcast<f32>(bitcast<u32>(root(square.significand)) + (u32(square.exponent) << 23u));
}`
  ),
  rsqrt_f32: define(
    ["from_bits", "is_nan", "split_square", "root", "quotient"],
    `fn rsqrt_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(x)) { return x; }
  if ((bits & 0x7fffffffu) == 0u) { return from_bits(bits | 0x7f800000u); }
  if (bits >= 0x80000000u) { return from_bits(0x7fc00000u); }
  if (bits == 0x7f800000u) { return 0.0; }
  let square = split_square(x);
  return bitcast<f32>(bitcast<u32>(quotient(1.0, root(square.significand))) - (u32(square.exponent) << 23u));
}`
  ),
  /** C's fmod: eight bits of the quotient at a time, in integers. */
  rem_f32: define(
    ["from_bits"],
    `fn rem_f32(x: f32, y: f32) -> f32 {
  let a = bitcast<u32>(x) & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  let sign = bitcast<u32>(x) & 0x80000000u;
  if (a >= 0x7f800000u || b > 0x7f800000u || b == 0u) { return from_bits(0x7fc00000u); }
  if (a < b) { return x; }
  // significands and exponents: a = m 2^(ea - 150)
  let ea = max(a >> 23u, 1u);
  let eb = max(b >> 23u, 1u);
  let m = (b & 0x007fffffu) | select(0u, 0x00800000u, b >= 0x00800000u);
  var rest = ((a & 0x007fffffu) | select(0u, 0x00800000u, a >= 0x00800000u)) % m;
  for (var left = ea - eb; left > 0u && rest != 0u;) {
    let step = min(left, 8u);
    rest = (rest << step) % m;
    left -= step;
  }
  if (rest == 0u) { return from_bits(sign); }
  let shift = min(countLeadingZeros(rest) - 8u, eb - 1u);
  let significand = rest << shift;
  let exponent = select(0u, eb - shift, significand >= 0x00800000u);
  return from_bits(sign | (exponent << 23u) | (significand & 0x007fffffu));
}`
  ),
  nextafter_f32: define(
    ["from_bits", "is_nan", "line_f32"],
    `fn nextafter_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return from_bits(0x7fc00000u); }
  let a = bitcast<u32>(x);
  let p = line_f32(x);
  let q = line_f32(y);
  if (p == q) { return y; }
  if (p == 0) { return from_bits((bitcast<u32>(y) & 0x80000000u) | 1u); }
  // away from zero, bits count up whatever the sign
  return from_bits(select(a - 1u, a + 1u, (p < q) == (p > 0)));
}`
  )
}
