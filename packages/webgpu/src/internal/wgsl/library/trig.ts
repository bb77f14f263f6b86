/**
 * sin, cos, tan: x = k pi/2 + r with |r| <= pi/4, then polynomials in r and the quadrant k mod 4.
 *
 * The reduction is that of M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983, in integers: as
 * good at 1e38 as at 1, and nothing in it that a compiler could round in another way.
 */
import { cosTail, sinTail, twoOverPi } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

/** Below pi/4. */
const quarterTurn = real(0.7853981)

const notFinite = "if (!is_finite(x)) { return from_bits(0x7fc00000u); }"

export const trig = {
  /** The high word of the product. */
  multiply_high: define(
    [],
    `fn multiply_high(a: u32, b: u32) -> u32 {
  let a1 = a >> 16u;
  let a2 = a & 0xffffu;
  let b1 = b >> 16u;
  let b2 = b & 0xffffu;
  let cross = a1 * b2 + ((a2 * b2) >> 16u);
  let middle = a2 * b1 + (cross & 0xffffu);
  return a1 * b1 + (cross >> 16u) + (middle >> 16u);
}`
  ),
  reduce_angle: define(
    ["multiply_high"],
    `// rest + low is what is left, low below the last place of rest
struct Angle { rest: f32, low: f32, quadrant: u32 }
// of a finite number without its sign
fn reduce_angle(x: f32) -> Angle {
  if (x <= ${quarterTurn}) { return Angle(x, 0.0, 0u); }
  // after a word of zeros
  var twoOverPi = array<u32, 8>(${[0, ...twoOverPi.slice(0, 7)].map((word) => `0x${word.toString(16)}u`).join(", ")});
  let bits = bitcast<u32>(x);
  let m = (bits & 0x007fffffu) | 0x00800000u;
  // x = m 2^(exponent - 150): bits of 2/pi whose products are multiples of 4 turns of pi/2 are left out
  let start = (bits >> 23u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  // >> (32 - shift), right for a shift of 0 too
  let back = 31u - shift;
  let w0 = (twoOverPi[first] << shift) | ((twoOverPi[first + 1u] >> 1u) >> back);
  let w1 = (twoOverPi[first + 1u] << shift) | ((twoOverPi[first + 2u] >> 1u) >> back);
  let w2 = (twoOverPi[first + 2u] << shift) | ((twoOverPi[first + 3u] >> 1u) >> back);
  let middle = m * w1;
  let low = middle + multiply_high(m, w2);
  let high = m * w0 + multiply_high(m, w1) + select(0u, 1u, low < middle);
  // two bits of quadrant, then the fraction, taken into [-1/2, 1/2)
  var fraction = (high << 2u) | (low >> 30u);
  var rest = (low << 2u) | ((m * w2) >> 30u);
  let negative = fraction >> 31u;
  let quadrant = (high >> 30u) + negative;
  if (negative == 1u) {
    rest = 0u - rest;
    fraction = ~fraction + select(0u, 1u, rest == 0u);
  }
  let zeros = min(countLeadingZeros(fraction), 31u);
  let top = (fraction << zeros) | ((rest >> 1u) >> (31u - zeros));
  // times pi/2 in units of 2^-31
  let product = multiply_high(top, 0xc90fdaa2u);
  let r = f32(product);
  let scale = bitcast<f32>(((96u - zeros) << 23u) | (negative << 31u));
  return Angle(r * scale, f32(bitcast<i32>(product - u32(r))) * scale, quadrant & 3u);
}`
  ),
  sin_kernel: define(
    [],
    `fn sin_kernel(r: f32, low: f32) -> f32 {
  let square = r * r;
  return r + (r * square * ${polynomial("square", sinTail.float32.coefficients)} + low * (1.0 - 0.5 * square));
}`
  ),
  cos_kernel: define(
    [],
    `fn cos_kernel(r: f32, low: f32) -> f32 {
  let square = r * r;
  return 1.0 - ((0.5 * square - square * square * ${polynomial("square", cosTail.float32.coefficients)}) + r * low);
}`
  ),
  sin_f32: define(
    ["from_bits", "is_finite", "reduce_angle", "sin_kernel", "cos_kernel"],
    `fn sin_f32(x: f32) -> f32 {
  ${notFinite}
  let angle = reduce_angle(abs(x));
  let value = select(sin_kernel(angle.rest, angle.low), cos_kernel(angle.rest, angle.low), (angle.quadrant & 1u) == 1u);
  return bitcast<f32>(bitcast<u32>(value) ^ ((angle.quadrant << 30u) & 0x80000000u) ^ (bitcast<u32>(x) & 0x80000000u));
}`
  ),
  cos_f32: define(
    ["from_bits", "is_finite", "reduce_angle", "sin_kernel", "cos_kernel"],
    `fn cos_f32(x: f32) -> f32 {
  ${notFinite}
  let angle = reduce_angle(abs(x));
  let value = select(cos_kernel(angle.rest, angle.low), sin_kernel(angle.rest, angle.low), (angle.quadrant & 1u) == 1u);
  // negative in quadrants 1 and 2
  return bitcast<f32>(bitcast<u32>(value) ^ (((angle.quadrant + 1u) << 30u) & 0x80000000u));
}`
  ),
  tan_f32: define(
    ["from_bits", "is_finite", "reduce_angle", "sin_kernel", "cos_kernel", "quotient"],
    `fn tan_f32(x: f32) -> f32 {
  ${notFinite}
  // below 2^-13 it is x, its sign included
  if (abs(x) < 0.0001220703125) { return x; }
  let angle = reduce_angle(abs(x));
  let sine = sin_kernel(angle.rest, angle.low);
  let cosine = cos_kernel(angle.rest, angle.low);
  let odd = (angle.quadrant & 1u) == 1u;
  let value = quotient(select(sine, cosine, odd), select(cosine, -sine, odd));
  return bitcast<f32>(bitcast<u32>(value) ^ (bitcast<u32>(x) & 0x80000000u));
}`
  )
}
