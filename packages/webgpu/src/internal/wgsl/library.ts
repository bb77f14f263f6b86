/**
 * Functions that shaders are written with, where WGSL's own mean something else or are free to: NaN and infinities may be
 * assumed away by a compiler, so that they are told by their bits, which no compiler may assume anything of.
 */
export interface LibraryFunction {
  readonly code: string
  readonly uses: ReadonlyArray<FunctionName>
}

const define = (uses: ReadonlyArray<string>, code: string): LibraryFunction => ({
  code,
  uses: uses as ReadonlyArray<FunctionName>
})

const functions = {
  // a parameter is no constant: nothing is evaluated, and refused, while the shader is compiled
  from_bits: define([], `fn from_bits(x: u32) -> f32 { return bitcast<f32>(x); }`),
  is_nan: define([], `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`),
  is_finite: define([], `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`),
  eq_f32: define(["is_nan"], `fn eq_f32(x: f32, y: f32) -> bool { return x == y && !is_nan(x) && !is_nan(y); }`),
  lt_f32: define(["is_nan"], `fn lt_f32(x: f32, y: f32) -> bool { return x < y && !is_nan(x) && !is_nan(y); }`),
  le_f32: define(["is_nan"], `fn le_f32(x: f32, y: f32) -> bool { return x <= y && !is_nan(x) && !is_nan(y); }`),
  max_f32: define(
    ["is_nan"],
    `fn max_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  // of zeros, the positive one
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y)); }
  return select(y, x, x > y);
}`
  ),
  min_f32: define(
    ["is_nan"],
    `fn min_f32(x: f32, y: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (is_nan(y)) { return y; }
  if (x == y) { return bitcast<f32>(bitcast<u32>(x) | bitcast<u32>(y)); }
  return select(y, x, x < y);
}`
  ),
  sign_f32: define(
    ["is_nan"],
    `fn sign_f32(x: f32) -> f32 {
  if (is_nan(x) || x == 0.0) { return x; }
  return select(-1.0, 1.0, x > 0.0);
}`
  ),
  round_away: define(
    [],
    `fn round_away(x: f32) -> f32 {
  let whole = trunc(x);
  return select(whole, whole + select(-1.0, 1.0, x > 0.0), abs(x - whole) >= 0.5);
}`
  ),
  div_i32: define(
    [],
    `fn div_i32(x: i32, y: i32) -> i32 {
  if (y == 0) { return -1; }
  if (y == -1) { return -x; }
  return x / y;
}`
  ),
  rem_i32: define(
    [],
    `fn rem_i32(x: i32, y: i32) -> i32 {
  if (y == 0) { return x; }
  if (y == -1) { return 0; }
  return x % y;
}`
  ),
  div_u32: define([], `fn div_u32(x: u32, y: u32) -> u32 { if (y == 0u) { return 0xffffffffu; } return x / y; }`),
  rem_u32: define([], `fn rem_u32(x: u32, y: u32) -> u32 { if (y == 0u) { return x; } return x % y; }`),
  shl_u32: define([], `fn shl_u32(x: u32, n: u32) -> u32 { return select(0u, x << (n & 31u), n < 32u); }`),
  shr_u32: define([], `fn shr_u32(x: u32, n: u32) -> u32 { return select(0u, x >> (n & 31u), n < 32u); }`),
  sar_i32: define([], `fn sar_i32(x: i32, n: u32) -> i32 { return x >> min(n, 31u); }`),
  power_i32: define(
    [],
    `fn power_i32(x: i32, n: i32) -> i32 {
  if (n < 0) { return select(select(0, select(-1, 1, (n & 1) == 0), x == -1), 1, x == 1); }
  var result = 1;
  var base = x;
  var left = n;
  while (left > 0) {
    if ((left & 1) == 1) { result = result * base; }
    base = base * base;
    left = left >> 1u;
  }
  return result;
}`
  ),
  power_u32: define(
    [],
    `fn power_u32(x: u32, n: u32) -> u32 {
  var result = 1u;
  var base = x;
  var left = n;
  while (left > 0u) {
    if ((left & 1u) == 1u) { result = result * base; }
    base = base * base;
    left = left >> 1u;
  }
  return result;
}`
  ),
  f32_to_i32: define(
    ["is_nan"],
    `fn f32_to_i32(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return -2147483647 - 1; }
  return i32(x);
}`
  ),
  f32_to_u32: define(
    [],
    `fn f32_to_u32(x: f32) -> u32 {
  if (!(x > 0.0)) { return 0u; }
  if (x >= 4294967296.0) { return 0xffffffffu; }
  return u32(x);
}`
  ),
  f16_to_f32: define(
    ["from_bits"],
    `fn f16_to_f32(h: u32) -> f32 {
  let sign = (h & 0x8000u) << 16u;
  let exponent = (h >> 10u) & 31u;
  let fraction = h & 1023u;
  if (exponent == 31u) { return from_bits(sign | 0x7f800000u | (fraction << 13u)); }
  if (exponent == 0u) { return select(1.0, -1.0, sign != 0u) * f32(fraction) * 5.9604644775390625e-8; }
  return bitcast<f32>(sign | ((exponent + 112u) << 23u) | (fraction << 13u));
}`
  ),
  f32_to_f16: define(
    [],
    `fn f32_to_f16(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7e00u; }
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; }
  if (magnitude < 0x38800000u) {
    // subnormal: units of 2^-24, rounded to nearest even
    if (magnitude < 0x33000000u) { return sign; }
    let exponent = magnitude >> 23u;
    let shift = 126u - exponent;
    let significand = (magnitude & 0x7fffffu) | 0x800000u;
    let whole = significand >> shift;
    let rest = significand & ((1u << shift) - 1u);
    let half = 1u << (shift - 1u);
    let up = rest > half || (rest == half && (whole & 1u) == 1u);
    return sign | (whole + select(0u, 1u, up));
  }
  let rounded = magnitude + 0xfffu + ((magnitude >> 13u) & 1u);
  return sign | min((rounded - 0x38000000u) >> 13u, 0x7c00u);
}`
  ),
  bf16_to_f32: define(["from_bits"], `fn bf16_to_f32(h: u32) -> f32 { return from_bits(h << 16u); }`),
  f32_to_bf16: define(
    [],
    `fn f32_to_bf16(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`
  )
} as const satisfies { readonly [name: string]: LibraryFunction }

export type FunctionName = keyof typeof functions

export const library: { readonly [N in FunctionName]: LibraryFunction } = functions
