/**
 * cbrt and pow. The logarithm that pow exponentiates is a pair of numbers, of which the first has 12 bits: products of
 * such heads are exact, so that the pair holds 2^-30 of the logarithm's value, whatever a compiler fuses.
 */
import { artanhSeries, cbrtStart, cubeRoots, expNormal32, ln2 } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"
import { timesLn2 } from "./exp.ts"

export const power = {
  cbrt_f32: define(
    ["quotient"],
    `fn cbrt_f32(x: f32) -> f32 {
  let a = bitcast<u32>(x) & 0x7fffffffu;
  if (a == 0u || a >= 0x7f800000u) { return x; }
  let subnormal = a < 0x00800000u;
  let bits = select(a, bitcast<u32>(f32(a)), subnormal);
  // a = m 2^e with m in [1, 2), and e = 3 third + more
  let e = i32(bits >> 23u) - select(127, 276, subnormal);
  let third = (e + 300) / 3 - 100;
  let more = e - 3 * third;
  let m = bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u);
  let cube = bitcast<f32>(bitcast<u32>(m) + (u32(more) << 23u));
  let start = ${polynomial("m", cbrtStart.full.coefficients)};
  let y = start * select(select(1.0, ${real(cubeRoots[0])}, more == 1), ${real(cubeRoots[1])}, more == 2);
  // one step of Newton's iteration
  let root = y - (y - quotient(cube, y * y)) * ${real(1 / 3)};
  return bitcast<f32>((bitcast<u32>(root) + (u32(third) << 23u)) | (bitcast<u32>(x) & 0x80000000u));
}`
  ),
  /** log(x) of a positive finite number as a sum, of which x has 12 bits. */
  log_pair: define(
    ["fence", "head", "split_f32"],
    `fn log_pair(x: f32) -> vec2f {
  let split = split_f32(x);
  let m = split.significand;
  let k = split.exponent;
  let f = m - 1.0;
  // s = f / (m + 1) = s1 + s2, s1 of 12 bits: f - s1 - s1 m is exact but for its last product
  let s1 = head(f / (m + 1.0));
  let m1 = head(m);
  let m2 = m - m1;
  let s2 = (fence(fence(f - s1) - s1 * m1) - s1 * m2) / (m + 1.0);
  let s = s1 + s2;
  let square = s1 * s1 + (2.0 * s1 + s2) * s2;
  let cube = s * square * ${polynomial("square", artanhSeries.single.coefficients)};
  // the sum of k ln 2, 2 s and what follows
  let whole = ${timesLn2("k")};
  let sum = whole + 2.0 * s1;
  let first = head(sum);
  let rest = fence(fence(whole - first) + 2.0 * s1) + (f32(k) * ${real(ln2.float32[1])} + 2.0 * s2 + cube);
  let high = head(first + rest);
  return vec2f(high, fence(first - high) + rest);
}`
  ),
  /** C99's pow (F.10.4.4). */
  pow_f32: define(
    ["from_bits", "head", "log_pair", "exp_sum"],
    `fn pow_f32(x: f32, y: f32) -> f32 {
  let infinity = 0x7f800000u;
  let bits = bitcast<u32>(x);
  let a = bits & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  let negative = bits >= 0x80000000u;
  if (b == 0u || bits == 0x3f800000u) { return 1.0; }
  if (a > infinity || b > infinity) { return from_bits(0x7fc00000u); }
  let growing = bitcast<u32>(y) < 0x80000000u;
  if (b == infinity) {
    if (a == 0x3f800000u) { return 1.0; }
    return from_bits(select(0u, infinity, (a > 0x3f800000u) == growing));
  }
  // from 2^23 on every number is an integer, and from 2^24 on an even one
  let size = bitcast<f32>(b);
  let isInteger = size >= 8388608.0 || trunc(size) == size;
  let isOdd = isInteger && size < 16777216.0 && (u32(min(size, 16777216.0)) & 1u) == 1u;
  let sign = select(0u, 0x80000000u, negative && isOdd);
  if (a == 0u || a == infinity) { return from_bits(sign | select(0u, infinity, (a == infinity) == growing)); }
  if (negative && !isInteger) { return from_bits(0x7fc00000u); }
  let logarithm = log_pair(bitcast<f32>(a));
  // beyond 2^40 the power is 0 or infinite: |log x| >= 2^-25
  let exponent = clamp(y, -1099511627776.0, 1099511627776.0);
  let exponent1 = head(exponent);
  let exponent2 = exponent - exponent1;
  let high = exponent1 * logarithm.x;
  let low = exponent1 * logarithm.y + (exponent2 * logarithm.x + exponent2 * logarithm.y);
  let sum = high + low;
  if (sum > 88.72283935546875) { return from_bits(sign | infinity); }
  if (sum < ${real(expNormal32.smallest)}) { return from_bits(sign); }
  return bitcast<f32>(bitcast<u32>(exp_sum(high, low, 0)) | sign);
}`
  )
}
