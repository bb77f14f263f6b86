/**
 * asin, acos, atan, atan2.
 *
 * Compilers add constants up: the fences keep the two parts of pi and pi/2 from being one again.
 */
import { asinTail, atanTail, halfPiLow, piLow } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const halfPi = real(Math.PI / 2)
const pi = real(Math.PI)

export const inverseTrig = {
  asin_kernel: define(
    [],
    `fn asin_kernel(x: f32, square: f32) -> f32 { return x + x * square * ${
      polynomial("square", asinTail.float32.coefficients)
    }; }`
  ),
  asin_f32: define(
    ["from_bits", "is_nan", "fence", "root", "asin_kernel"],
    `fn asin_f32(x: f32) -> f32 {
  let a = abs(x);
  // below 2^-13 it is x, its sign included
  if (is_nan(x) || a < 0.0001220703125) { return x; }
  if (a > 1.0) { return from_bits(0x7fc00000u); }
  let sign = bitcast<u32>(x) & 0x80000000u;
  if (a <= 0.5) { return asin_kernel(x, x * x); }
  if (a == 1.0) { return bitcast<f32>(bitcast<u32>(${halfPi}) | sign); }
  let square = 0.5 - 0.5 * a;
  let arc = ${halfPi} - fence(2.0 * asin_kernel(root(square), square) - ${real(halfPiLow.float32)});
  return bitcast<f32>(bitcast<u32>(arc) | sign);
}`
  ),
  acos_f32: define(
    ["from_bits", "is_nan", "fence", "root", "asin_kernel"],
    `fn acos_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x)) { return x; }
  if (a > 1.0) { return from_bits(0x7fc00000u); }
  if (a <= 0.5) { return ${halfPi} - fence(asin_kernel(x, x * x) - ${real(halfPiLow.float32)}); }
  if (a == 1.0) { return select(0.0, ${pi}, x < 0.0); }
  let square = 0.5 - 0.5 * a;
  let twice = 2.0 * asin_kernel(root(square), square);
  return select(twice, ${pi} - fence(twice - ${real(piLow.float32)}), x < 0.0);
}`
  ),
  atan_kernel: define(
    [],
    `fn atan_kernel(x: f32) -> f32 {
  let square = x * x;
  return x + x * square * ${polynomial("square", atanTail.float32.coefficients)};
}`
  ),
  atan_f32: define(
    ["is_nan", "fence", "quotient", "atan_kernel"],
    `fn atan_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a < 0.0001220703125) { return x; }
  var arc = ${halfPi};
  if (a <= 1.0) {
    arc = atan_kernel(a);
  } else if (a < 1e9) {
    arc = ${halfPi} - fence(atan_kernel(quotient(1.0, a)) - ${real(halfPiLow.float32)});
  }
  return bitcast<f32>(bitcast<u32>(arc) | (bitcast<u32>(x) & 0x80000000u));
}`
  ),
  atan2_f32: define(
    ["from_bits", "is_nan", "fence", "div_f32", "atan_kernel"],
    `fn atan2_f32(y: f32, x: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return from_bits(0x7fc00000u); }
  let size = vec2u(bitcast<u32>(y), bitcast<u32>(x)) & vec2u(0x7fffffffu);
  let a = select(size.x, 0u, size.x < 0x00800000u);
  let b = select(size.y, 0u, size.y < 0x00800000u);
  let left = bitcast<u32>(x) >= 0x80000000u;
  let steep = a > b;
  // of two zeros the quotient is 0, of two infinities 1
  var ratio = 0.0;
  if (a == b) {
    ratio = select(1.0, 0.0, a == 0u);
  } else {
    ratio = div_f32(bitcast<f32>(min(a, b)), bitcast<f32>(max(a, b)));
  }
  // below 2^-13 the arc tangent is its operand
  let arc = select(atan_kernel(ratio), ratio, ratio < 0.0001220703125);
  var angle = arc;
  if (steep) {
    angle = ${halfPi} + fence(select(-arc, arc, left) + ${real(halfPiLow.float32)});
  } else if (left) {
    angle = ${pi} - fence(arc - ${real(piLow.float32)});
  }
  return bitcast<f32>(bitcast<u32>(angle) | (bitcast<u32>(y) & 0x80000000u));
}`
  )
}
