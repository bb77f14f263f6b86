/**
 * log and log1p: x = 2^k m with m in [2/3, 4/3), then a polynomial for log(m).
 */
import { ln2, log1pTail } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

export const log = {
  /** A positive finite number as `significand` 2^`exponent`, subnormal ones included. */
  split_f32: define(
    [],
    `struct Split { significand: f32, exponent: i32 }
fn split_f32(x: f32) -> Split {
  let given = bitcast<u32>(x);
  // the bits of a subnormal number count units of 2^-149
  let subnormal = given < 0x00800000u;
  let bits = select(given, bitcast<u32>(f32(given)), subnormal);
  // 2/3 begins the range
  let exponent = (bits - 0x3f2aaaabu) & 0xff800000u;
  let k = bitcast<i32>(exponent) >> 23u;
  return Split(bitcast<f32>(bits - exponent), select(k, k - 149, subnormal));
}`
  ),
  /** log(1 + f) + k ln 2, |f| <= 1/3. */
  log_sum: define(
    [],
    `fn log_sum(f: f32, k: i32) -> f32 {
  let tail = f * f * ${polynomial("f", [-0.5, ...log1pTail.float32.coefficients])};
  return f32(k) * ${real(ln2.float32[0])} + (f + (tail + f32(k) * ${real(ln2.float32[1])}));
}`
  ),
  log_f32: define(
    ["from_bits", "is_nan", "split_f32", "log_sum"],
    `fn log_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(x) || bits == 0x7f800000u) { return x; }
  if ((bits & 0x7fffffffu) == 0u) { return from_bits(0xff800000u); }
  if (bits >= 0x80000000u) { return from_bits(0x7fc00000u); }
  let split = split_f32(x);
  return log_sum(split.significand - 1.0, split.exponent);
}`
  ),
  log1p_f32: define(
    ["is_nan", "log_f32", "log_sum"],
    `fn log1p_f32(x: f32) -> f32 {
  // below 2^-25 it is x, its sign included
  if (is_nan(x) || abs(x) < 2.9802322387695312e-8) { return x; }
  let sum = 1.0 + x;
  if (x <= -1.0 || x > 33554432.0) { return log_f32(select(x, sum, x <= -1.0)); }
  let exponent = (bitcast<u32>(sum) - 0x3f2aaaabu) & 0xff800000u;
  // (1 + x) 2^-k - 1 without what the sum lost
  let power = bitcast<f32>(0x3f800000u - exponent);
  return log_sum(x * power + (power - 1.0), bitcast<i32>(exponent) >> 23u);
}`
  )
}
