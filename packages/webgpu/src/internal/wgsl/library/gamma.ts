/**
 * lgamma (the logarithm of |gamma|) and digamma (its derivative).
 *
 * Near their zeros polynomials that have these as factors; above, the recurrence, and from 10 on Stirling's series; below
 * 0, the reflection formula, near whose zeros errors are absolute.
 */
import {
  digammaNearTwo,
  digammaTail,
  digammaZero,
  lgammaNearOne,
  lgammaNearTwo,
  stirling,
  stirlingConstant
} from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const infinity = "from_bits(0x7f800000u)"

export const gamma = {
  /** sin(pi x) and cos(pi x) up to a common sign, for x of less than 2^23. */
  sin_cos_pi: define(
    ["sin_kernel", "cos_kernel"],
    `fn sin_cos_pi(x: f32) -> vec2f {
  let rest = x - round(x);
  let a = abs(rest);
  // a quarter turn is subtracted exactly, and the two change places
  let swapped = a > 0.25;
  let angle = select(a, 0.5 - a, swapped) * ${real(Math.PI)};
  let s = sin_kernel(angle, 0.0);
  let c = cos_kernel(angle, 0.0);
  let sine = select(s, c, swapped);
  return vec2f(select(sine, -sine, rest < 0.0), select(c, s, swapped));
}`
  ),
  /** For a positive finite number. */
  lgamma_positive: define(
    ["log_f32"],
    `fn lgamma_positive(a: f32) -> f32 {
  let one = a - 1.0;
  if (a < 0.5) { return a * ${polynomial("a", lgammaNearOne.float32.coefficients)} - log_f32(a); }
  // which would be -0
  if (one == 0.0) { return 0.0; }
  if (a < 1.5) { return one * ${polynomial("one", lgammaNearOne.float32.coefficients)}; }
  if (a < 10.0) {
    // gamma(a) = (a - 1) (a - 2) ... u gamma(u), u in [2, 3]
    var product = 1.0;
    var u = a;
    while (u >= 3.0) {
      u -= 1.0;
      product *= u;
    }
    let two = u - 2.0;
    return log_f32(product) + two * ${polynomial("two", lgammaNearTwo.float32.coefficients)};
  }
  let inverse = 1.0 / a;
  let square = inverse * inverse;
  let series = inverse * ${polynomial("square", stirling.single.coefficients)};
  return (a - 0.5) * (log_f32(a) - 1.0) + (series + ${real(stirlingConstant)});
}`
  ),
  lgamma_f32: define(
    ["from_bits", "is_nan", "log_f32", "sin_cos_pi", "lgamma_positive"],
    `fn lgamma_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let a = abs(x);
  if (is_nan(x)) { return x; }
  // poles, infinities, and numbers whose result is beyond the range; from 2^23 on all are integers
  if ((bits & 0x7fffffffu) == 0u || x > 4.085003e36 || (bits >= 0x80000000u && (a >= 8388608.0 || (a >= 1.0 && trunc(a) == a)))) {
    return ${infinity};
  }
  if (bits < 0x80000000u) { return lgamma_positive(x); }
  // log(pi / (a |sin(pi a)|)) - lgamma(a); for small a, -log(a)
  if (a < 1e-9) { return -log_f32(a); }
  return -log_f32(a * abs(sin_cos_pi(a).x) * ${real(1 / Math.PI)}) - lgamma_positive(a);
}`
  ),
  /** For a positive number. */
  digamma_positive: define(
    ["fence", "log_f32", "quotient"],
    `fn digamma_positive(x: f32) -> f32 {
  if (x < 10.0) {
    // sums of 1/u as a fraction, u from [2, 3] up to x - 1
    var numerator = 0.0;
    var denominator = 1.0;
    var u = x;
    if (x < 1.0) {
      numerator = -1.0;
      denominator = x;
      u = x + 1.0;
    }
    while (u >= 3.0) {
      u -= 1.0;
      numerator = numerator * u + denominator;
      denominator *= u;
    }
    let d = u - 2.0;
    let distance = fence(u - ${real(digammaZero.float32[0])}) - ${real(digammaZero.float32[1])};
    let near = distance * ${polynomial("d", digammaNearTwo.float32.coefficients)};
    return near + quotient(numerator, denominator);
  }
  let inverse = 1.0 / min(x, 1e18);
  let square = inverse * inverse;
  return log_f32(x) - (0.5 * inverse + square * ${polynomial("square", digammaTail.single.coefficients)});
}`
  ),
  /** NaN at zero and at the negative integers, as in XLA. */
  digamma_f32: define(
    ["from_bits", "is_nan", "sin_cos_pi", "quotient", "div_f32", "digamma_positive"],
    `fn digamma_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let a = abs(x);
  if (is_nan(x) || bits == 0x7f800000u) { return x; }
  if ((bits & 0x7fffffffu) == 0u || (bits >= 0x80000000u && (a >= 8388608.0 || (a >= 1.0 && trunc(a) == a)))) {
    return from_bits(0x7fc00000u);
  }
  if (a < 7.888609052210118e-31) {
    // -1 / x; the bits of a subnormal number count units of 2^-149
    let size = bits & 0x7fffffffu;
    let scaled = select(a * ${real(2 ** 126)}, f32(size) * ${real(2 ** -23)}, size < 0x00800000u);
    return div_f32(select(-1.0, 1.0, bits >= 0x80000000u) * ${real(2 ** 126)}, scaled);
  }
  if (bits < 0x80000000u) { return digamma_positive(x); }
  // digamma(x) = digamma(1 - x) - pi / tan(pi x)
  let turn = sin_cos_pi(a);
  return digamma_positive(1.0 + a) + ${real(Math.PI)} * quotient(turn.y, turn.x);
}`
  )
}
