/**
 * Integers whose order is that in which a sort puts values.
 */
import { define } from "./define.ts"

export const order = {
  /** NaN last, -0 equal to 0. */
  order_f32: define(
    ["is_nan"],
    `fn order_f32(x: f32) -> u32 {
  if (is_nan(x)) { return 0xffffffffu; }
  let bits = bitcast<u32>(x);
  if (bits == 0x80000000u) { return 0x80000000u; }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}`
  ),
  order_i32: define([], `fn order_i32(x: i32) -> u32 { return bitcast<u32>(x) ^ 0x80000000u; }`)
}
