/**
 * exp, exp2 and expm1: x = n ln 2 + r with |r| <= ln(2) / 2, then 2^n times a polynomial in r. Subnormal results are 0.
 */
import { exp2Tail, expm1Tail, expNormal32, expTail, ln2 } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

/** A whole number times the first part of ln 2, in units of 2^-16: exact for |n| < 2^8. */
export const timesLn2 = (n: string): string => `f32(${n} * ${ln2.float32[0] * 2 ** 16}) * ${real(2 ** -16)}`

const infinity = "from_bits(0x7f800000u)"

export const exp = {
  /** x 2^n, where both are normal. */
  scale_f32: define(
    [],
    `fn scale_f32(x: f32, n: i32) -> f32 { return bitcast<f32>(bitcast<u32>(x) + (u32(n) << 23u)); }`
  ),
  /** What is left of high + low after n ln 2. */
  exp_rest: define(
    ["fence"],
    `fn exp_rest(high: f32, low: f32, n: i32) -> f32 {
  return fence(high - ${timesLn2("n")}) + (low - f32(n) * ${real(ln2.float32[1])});
}`
  ),
  exp_polynomial: define(
    [],
    `fn exp_polynomial(r: f32) -> f32 { return 1.0 + (r + r * r * ${polynomial("r", expTail.float32.coefficients)}); }`
  ),
  /** exp(high + low) 2^bias for sums between -87 and 88, where the result is normal. */
  exp_sum: define(
    ["scale_f32", "exp_rest", "exp_polynomial"],
    `fn exp_sum(high: f32, low: f32, bias: i32) -> f32 {
  let n = i32(round((high + low) * ${real(Math.LOG2E)}));
  return scale_f32(exp_polynomial(exp_rest(high, low, n)), n + bias);
}`
  ),
  exp_f32: define(
    ["from_bits", "is_nan", "exp_sum"],
    `fn exp_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > ${real(expNormal32.largest)}) { return ${infinity}; }
  if (x < ${real(expNormal32.smallest)}) { return 0.0; }
  return exp_sum(x, 0.0, 0);
}`
  ),
  exp2_f32: define(
    ["from_bits", "is_nan", "scale_f32"],
    `fn exp2_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x >= 128.0) { return ${infinity}; }
  if (x < -126.0) { return 0.0; }
  let n = round(x);
  let r = x - n;
  return scale_f32(1.0 + r * ${polynomial("r", exp2Tail.float32.coefficients)}, i32(n));
}`
  ),
  expm1_f32: define(
    ["from_bits", "is_nan", "fence", "exp_rest"],
    `fn expm1_f32(x: f32) -> f32 {
  // below 2^-25 it is x, its sign included
  if (is_nan(x) || abs(x) < 2.9802322387695312e-8) { return x; }
  if (x > ${real(expNormal32.largest)}) { return ${infinity}; }
  if (x < -18.0) { return -1.0; }
  let n = i32(round(x * ${real(Math.LOG2E)}));
  let r = exp_rest(x, 0.0, n);
  let p = r + r * r * ${polynomial("r", expm1Tail.float32.coefficients)};
  if (n == 0) { return p; }
  // halves, since 2^128 is no number
  let half = bitcast<f32>(u32(n + 126) << 23u);
  return 2.0 * (fence(half * p) + (half - 0.5));
}`
  )
}
