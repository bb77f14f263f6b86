/**
 * lgamma (the logarithm of |gamma|) and digamma (its derivative).
 *
 * Near their zeros polynomials that have these as factors; above, the recurrence, and from 10 on Stirling's series; below
 * 0, the reflection formula, near whose zeros errors are absolute.
 */
import { define, polynomial, real } from "./define.ts"

/** lgamma(1 + d) / d, |d| <= 1/2: 2^-26.3; lgamma(2 + d) / d, d in [-1/2, 1]: 2^-25. */
const lgammaOne = [
  -0.5772157,
  0.822467,
  -0.40068516,
  0.27058125,
  -0.20741466,
  0.16955735,
  -0.1433691,
  0.12523788,
  -0.11878755,
  0.104678795,
  -0.050396945,
  0.052911527,
  -0.17789707,
  0.15697196
]
const lgammaTwo = [
  0.42278433,
  0.32246703,
  -0.067352295,
  0.02058101,
  -0.0073857647,
  0.0028883275,
  -0.0011898209,
  0.00051770057,
  -0.00023864974,
  9.582304e-5,
  -2.0516405e-5
]

/** x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) in x^-2, x >= 10: 2^-42 of lgamma(10). */
const stirling = [0.0833333333152423, -0.0027777450619926834, 0.000784870970419128]

/** digamma's zero, as the nearest float32 and the rest. */
const digammaZero = 1.4616321325302124
const digammaZeroLow = 1.2438149938918909e-8

/** digamma(2 + d) / (2 + d - its zero), |d| <= 1: 2^-25.5. */
const digammaCentral = [
  0.7853075,
  -0.26073897,
  0.10899997,
  -0.04954999,
  0.02344626,
  -0.011349409,
  0.0055609155,
  -0.0026891888,
  0.0013238824,
  -0.0007918276,
  0.000407989,
  -2.8752922e-5,
  4.575799e-6,
  -0.000118742704,
  6.211573e-5
]

/** x^2 (log(x) - 1 / (2 x) - digamma(x)) in x^-2, x >= 10: 2^-47. */
const digammaTail = [0.08333333333278016, -0.008333331551138806, 0.003967355655048248, -0.004020929795219994]

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
  if (a < 0.5) { return a * ${polynomial("a", lgammaOne)} - log_f32(a); }
  // which would be -0
  if (one == 0.0) { return 0.0; }
  if (a < 1.5) { return one * ${polynomial("one", lgammaOne)}; }
  if (a < 10.0) {
    // gamma(a) = (a - 1) (a - 2) ... u gamma(u), u in [2, 3]
    var product = 1.0;
    var u = a;
    while (u >= 3.0) {
      u -= 1.0;
      product *= u;
    }
    let two = u - 2.0;
    return log_f32(product) + two * ${polynomial("two", lgammaTwo)};
  }
  let inverse = 1.0 / a;
  let square = inverse * inverse;
  let series = inverse * ${polynomial("square", stirling)};
  return (a - 0.5) * (log_f32(a) - 1.0) + (series + ${real(0.4189385332046727)});
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
    let distance = fence(u - ${real(digammaZero)}) - ${real(digammaZeroLow)};
    let near = distance * ${polynomial("d", digammaCentral)};
    return near + quotient(numerator, denominator);
  }
  let inverse = 1.0 / min(x, 1e18);
  let square = inverse * inverse;
  return log_f32(x) - (0.5 * inverse + square * ${polynomial("square", digammaTail)});
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
