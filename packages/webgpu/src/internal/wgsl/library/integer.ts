/**
 * Arithmetic of integers as XLA has it.
 */
import { define } from "./define.ts"

export const integer = {
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
  )
}
