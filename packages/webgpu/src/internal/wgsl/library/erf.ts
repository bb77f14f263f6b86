/**
 * erf, erfc and the inverse of erf.
 */
import { erfcx, erfInvPieces, erfTail, logErfc } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const { central, tail } = erfInvPieces.float32

export const erf = {
  erf_small: define(
    [],
    `fn erf_small(x: f32) -> f32 {
  let square = x * x;
  return x + x * ${polynomial("square", erfTail.float32.coefficients)};
}`
  ),
  erf_f32: define(
    ["is_nan", "erf_small", "exp_sum"],
    `fn erf_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  // below 2^-13 the square is nothing, and the products with it might be subnormal
  if (abs(x) < 0.0001220703125) { return x * ${real(2 / Math.sqrt(Math.PI))}; }
  let a = min(abs(x), 4.0);
  let sign = bitcast<u32>(x) & 0x80000000u;
  if (a < ${real(erfTail.float32.on[1])}) { return bitcast<f32>(bitcast<u32>(erf_small(a)) | sign); }
  let magnitude = 1.0 - exp_sum(a * ${polynomial("a", logErfc.float32.coefficients)}, 0.0, 0);
  return bitcast<f32>(bitcast<u32>(magnitude) | sign);
}`
  ),
  /** For a in [3/4, 9.3]. */
  erfc_large: define(
    ["fence", "head", "quotient", "exp_sum"],
    `fn erfc_large(a: f32) -> f32 {
  let t = quotient(a - ${real(erfcx.single.center)}, a + ${real(erfcx.single.center)});
  // what rounding the divisor lost is a factor of nearly 1, which the exponent takes
  let divisor = fence(2.0 * a + 1.0);
  let lost = (1.0 - fence(divisor - 2.0 * a)) / divisor;
  // the square of the first 12 bits is exact
  let a1 = head(a);
  let power = exp_sum(-(a1 * a1), -((a - a1) * (a + a1) + lost), 0);
  return power * quotient(${polynomial("t", erfcx.single.coefficients)}, divisor);
}`
  ),
  erfc_f32: define(
    ["is_nan", "erf_small", "erfc_large"],
    `fn erfc_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  if (a < 0.75) { return 1.0 - erf_small(x); }
  if (x > 9.194549560546875) { return 0.0; }
  let large = erfc_large(min(a, 9.2));
  return select(large, 2.0 - large, x < 0.0);
}`
  ),
  erf_inv_f32: define(
    ["from_bits", "is_nan", "log_f32", "root"],
    `fn erf_inv_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x)) { return x; }
  if (a > 1.0) { return from_bits(0x7fc00000u); }
  if (a == 1.0) { return from_bits(0x7f800000u | (bitcast<u32>(x) & 0x80000000u)); }
  let square = x * x;
  let w = -log_f32(select((1.0 - a) * (1.0 + a), 1.0 - square, square < 0.5));
  let near = w - ${real(central.shift)};
  if (w < ${real(tail.on[0])}) { return x * ${polynomial("near", central.coefficients)}; }
  let far = root(w) - ${real(tail.shift)};
  return x * ${polynomial("far", tail.coefficients)};
}`
  )
}
