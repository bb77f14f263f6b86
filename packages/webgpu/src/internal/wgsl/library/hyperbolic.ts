/**
 * sinh, cosh, tanh and their inverses, and the logistic function.
 */
import { asinhTail, expNormal32, largestHyperbolic32, sinhTail, tanhTail } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const infinity = "from_bits(0x7f800000u)"
const signOf = (x: string): string => `(bitcast<u32>(${x}) & 0x80000000u)`
const ln2 = real(Math.LN2)

export const hyperbolic = {
  sinh_f32: define(
    ["from_bits", "is_nan", "exp_sum"],
    `fn sinh_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a < 0.0001220703125) { return x; }
  if (a < ${real(sinhTail.float32.on[1])}) {
    let square = x * x;
    return x + x * square * ${polynomial("square", sinhTail.float32.coefficients)};
  }
  if (a > ${real(largestHyperbolic32)}) { return from_bits(0x7f800000u | ${signOf("x")}); }
  let half = exp_sum(a, 0.0, -1);
  return bitcast<f32>(bitcast<u32>(half - 0.25 / half) | ${signOf("x")});
}`
  ),
  cosh_f32: define(
    ["from_bits", "is_nan", "exp_sum"],
    `fn cosh_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  if (a > ${real(largestHyperbolic32)}) { return ${infinity}; }
  let half = exp_sum(a, 0.0, -1);
  // beyond 20 the second term is nothing, and its divisor may be too large to divide by
  return half + select(0.25 / min(half, 1e9), 0.0, a > 20.0);
}`
  ),
  tanh_f32: define(
    ["is_nan", "exp_sum", "quotient"],
    `fn tanh_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a < 0.0001220703125) { return x; }
  if (a < ${real(tanhTail.float32.on[1])}) {
    let square = x * x;
    return x + x * square * ${polynomial("square", tanhTail.float32.coefficients)};
  }
  let e = exp_sum(2.0 * min(a, 9.1), 0.0, 0);
  return bitcast<f32>(bitcast<u32>(1.0 - quotient(2.0, e + 1.0)) | ${signOf("x")});
}`
  ),
  logistic_f32: define(
    ["is_nan", "exp_sum", "quotient"],
    `fn logistic_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x < ${real(expNormal32.smallest)}) { return 0.0; }
  let e = exp_sum(-min(abs(x), 80.0), 0.0, 0);
  if (x >= 0.0) { return quotient(1.0, 1.0 + e); }
  if (x < -17.0) { return exp_sum(x, 0.0, 0); }
  return quotient(e, 1.0 + e);
}`
  ),
  asinh_f32: define(
    ["is_nan", "root", "quotient", "log_f32", "log1p_f32"],
    `fn asinh_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || bitcast<u32>(a) == 0x7f800000u || a < 0.0001220703125) { return x; }
  let square = x * x;
  if (a < ${real(asinhTail.float32.on[1])}) { return x + x * square * ${
      polynomial("square", asinhTail.float32.coefficients)
    }; }
  var magnitude = 0.0;
  if (a > 16777216.0) {
    magnitude = log_f32(a) + ${ln2};
  } else {
    magnitude = log1p_f32(a + quotient(square, root(square + 1.0) + 1.0));
  }
  return bitcast<f32>(bitcast<u32>(magnitude) | ${signOf("x")});
}`
  ),
  acosh_f32: define(
    ["from_bits", "is_nan", "root", "log_f32", "log1p_f32"],
    `fn acosh_f32(x: f32) -> f32 {
  if (is_nan(x) || bitcast<u32>(x) == 0x7f800000u) { return x; }
  if (x < 1.0) { return from_bits(0x7fc00000u); }
  if (x == 1.0) { return 0.0; }
  if (x > 16777216.0) { return log_f32(x) + ${ln2}; }
  let t = x - 1.0;
  return log1p_f32(t + root(t * (t + 2.0)));
}`
  ),
  atanh_f32: define(
    ["from_bits", "is_nan", "quotient", "log1p_f32"],
    `fn atanh_f32(x: f32) -> f32 {
  let a = abs(x);
  if (is_nan(x) || a < 0.0001220703125) { return x; }
  if (a > 1.0) { return from_bits(0x7fc00000u); }
  if (a == 1.0) { return from_bits(0x7f800000u | ${signOf("x")}); }
  let magnitude = 0.5 * log1p_f32(quotient(2.0 * a, 1.0 - a));
  return bitcast<f32>(bitcast<u32>(magnitude) | ${signOf("x")});
}`
  )
}
