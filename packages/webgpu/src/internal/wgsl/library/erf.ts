/**
 * erf, erfc and the inverse of erf.
 */
import { define, polynomial, real } from "./define.ts"

/** erf(x) / x - 1 in x^2, |x| <= 0.92: 2^-29.9 of erf(x) / x. */
const erfTail = [0.12837917, -0.37612632, 0.112837024, -0.026860662, 0.0052051707, -0.0008194702, 8.597811e-5]

/** log(erfc(x)) / x on [0.92, 4]: 2^-30 of erf(x). */
const logErfc = [-1.1286485, -0.6351512, -0.10623703, 0.023762163, -0.0036424857, 0.00032280418, -1.1230621e-5]

/**
 * (1 + 2 x) exp(x^2) erfc(x) in t = (x - 3) / (x + 3), x in [1/2, 11]: the form of Shepherd and Laframboise, "Chebyshev
 * approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", 1981. 2^-34.6 before rounding.
 */
const erfcx = [
  1.2530080582789396,
  -0.13562110526136933,
  -0.047562296044172045,
  0.12964510735344012,
  -0.1192736196268587,
  0.06830890056985145,
  -0.023770854975746936,
  0.0025230836763343732,
  0.0018893659459872456,
  -0.000758186364324489,
  -0.0001036043602209046,
  9.09453302095847e-5
]

/**
 * erf_inv(x) / x in w = -log(1 - x^2), in the pieces of M. Giles, "Approximating the erfinv function", 2011: in
 * w - 1.3358 below w = 5 and in sqrt(w) - 3.2643 above: 2^-27. The centers are where the first coefficients are nearly
 * float32 numbers.
 */
const centralShift = 1.335800051689148
const central = [
  1.2109874,
  0.2499012,
  0.0019380872,
  -0.0022021802,
  0.0001564198,
  2.8422015e-5,
  -5.210276e-6,
  -1.8486651e-7,
  1.1687648e-7,
  -8.925604e-9
]
const tailShift = 3.2642667293548584
const tail = [
  3.0982285,
  1.0054102,
  0.0052133445,
  -0.0036176739,
  0.0023716802,
  -0.0015762933,
  0.0009369587,
  -0.00042542873,
  -1.8952642e-5,
  0.00012498887
]

export const erf = {
  erf_small: define(
    [],
    `fn erf_small(x: f32) -> f32 {
  let square = x * x;
  return x + x * ${polynomial("square", erfTail)};
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
  if (a < 0.92) { return bitcast<f32>(bitcast<u32>(erf_small(a)) | sign); }
  let magnitude = 1.0 - exp_sum(a * ${polynomial("a", logErfc)}, 0.0, 0);
  return bitcast<f32>(bitcast<u32>(magnitude) | sign);
}`
  ),
  /** For a in [3/4, 9.3]. */
  erfc_large: define(
    ["fence", "head", "quotient", "exp_sum"],
    `fn erfc_large(a: f32) -> f32 {
  let t = quotient(a - 3.0, a + 3.0);
  // what rounding the divisor lost is a factor of nearly 1, which the exponent takes
  let divisor = fence(2.0 * a + 1.0);
  let lost = (1.0 - fence(divisor - 2.0 * a)) / divisor;
  // the square of the first 12 bits is exact
  let a1 = head(a);
  let power = exp_sum(-(a1 * a1), -((a - a1) * (a + a1) + lost), 0);
  return power * quotient(${polynomial("t", erfcx)}, divisor);
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
  let near = w - ${real(centralShift)};
  if (w < 5.0) { return x * ${polynomial("near", central)}; }
  let far = root(w) - ${real(tailShift)};
  return x * ${polynomial("far", tail)};
}`
  )
}
