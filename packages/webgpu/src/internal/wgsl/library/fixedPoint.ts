/**
 * Sums of float32 that are the same in every order: each term is a multiple of one unit, far below the largest of them,
 * and integers of 64 bits, in two words, add up exactly. (The idea of Demmel and Nguyen, "Fast Reproducible Floating-Point
 * Summation", 2013, with integers for its bins.)
 *
 * `top` is the largest biased exponent of the terms; `position` is the bit where the leading bit of such a term lies.
 */
import { define } from "./define.ts"

export const fixedPoint = {
  /** The biased exponent, of which subnormal numbers and 0 have the smallest. */
  exponent_f32: define([], `fn exponent_f32(x: f32) -> u32 { return max((bitcast<u32>(x) >> 23u) & 0xffu, 1u); }`),
  /** A finite number as low and high word, rounded to whole units; of others, a bit for each of NaN and the infinities. */
  f32_to_fixed: define(
    ["exponent_f32"],
    `fn f32_to_fixed(x: f32, top: u32, position: i32) -> vec2u {
  let bits = bitcast<u32>(x);
  let negative = (bits >> 31u) == 1u;
  let exponent = exponent_f32(x);
  if (top == 255u) {
    if (exponent < 255u) { return vec2u(0u, 0u); }
    if ((bits & 0x7fffffu) != 0u) { return vec2u(1u, 0u); }
    return vec2u(select(2u, 4u, negative), 0u);
  }
  let hidden = select(0u, 0x800000u, (bits & 0x7f800000u) != 0u);
  let significand = (bits & 0x7fffffu) | hidden;
  let left = position - 23 - i32(top - exponent);
  var words = vec2u(0u, 0u);
  if (left >= 32) { words.y = significand << u32(left - 32); }
  else if (left > 0) { words = vec2u(significand << u32(left), significand >> u32(32 - left)); }
  else if (left == 0) { words.x = significand; }
  else if (left > -26) { words.x = (significand + (1u << u32(-left - 1))) >> u32(-left); }
  if (negative) { words = vec2u(~words.x + 1u, ~words.y + select(0u, 1u, words.x == 0u)); }
  return words;
}`
  ),
  /** The float32 nearest to a sum, ties to even. */
  fixed_to_f32: define(
    ["from_bits"],
    `fn fixed_to_f32(words: vec2u, top: u32, position: i32) -> f32 {
  if (top == 255u) {
    if (words.x == 2u) { return from_bits(0x7f800000u); }
    if (words.x == 4u) { return from_bits(0xff800000u); }
    return from_bits(0x7fc00000u);
  }
  let negative = (words.y >> 31u) == 1u;
  var low = words.x;
  var high = words.y;
  if (negative) {
    high = ~high + select(0u, 1u, low == 0u);
    low = ~low + 1u;
  }
  if ((low | high) == 0u) { return 0.0; }
  // the leading bit goes to the top of the high word
  let above = select(countLeadingZeros(high), 32u + countLeadingZeros(low), high == 0u);
  if (above >= 32u) { high = low << (above - 32u); low = 0u; }
  else if (above > 0u) { high = (high << above) | (low >> (32u - above)); low = low << above; }
  let exponent = i32(top) - position + 63 - i32(above);
  let sign = select(0u, 0x80000000u, negative);
  if (exponent >= 255) { return from_bits(sign | 0x7f800000u); }
  // of subnormal numbers, more bits are cut off
  let cut = u32(8 + max(1 - exponent, 0));
  if (cut > 32u) { return from_bits(sign); }
  let kept = select(high >> min(cut, 31u), 0u, cut == 32u);
  let half = 1u << (cut - 1u);
  let rest = select(high & ((half << 1u) - 1u), high, cut == 32u);
  let up = rest > half || (rest == half && (low != 0u || (kept & 1u) == 1u));
  // rounding up carries into the exponent
  let base = select(u32(max(exponent, 1)) << 23u, 0u, exponent <= 0);
  return from_bits(sign | (base + kept + select(0u, 1u, up) - select(0u, 0x800000u, exponent > 0)));
}`
  )
}
