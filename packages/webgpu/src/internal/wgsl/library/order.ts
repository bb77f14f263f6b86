/**
 * Integers whose order is that in which a sort puts values.
 */
import { define } from "./define.ts"

export const order = {
  order_i32: define([], `fn order_i32(x: i32) -> u32 { return bitcast<u32>(x) ^ 0x80000000u; }`),
  /** NaN last, -0 equal to 0. */
  order_f32: define(
    ["is_nan", "line_f32", "order_i32"],
    `fn order_f32(x: f32) -> u32 { return select(order_i32(line_f32(x)), 0xffffffffu, is_nan(x)); }`
  )
}
