/**
 * The kind of each operation. The type checker names primitives that no stage knows yet.
 */
import { primitives } from "effax/Primitives"
import { scalarOps } from "../ScalarOp.ts"
import type { OperationName } from "./region.ts"

/** Elementwise primitives take scalars in place of arrays. */
export type Kind = "elementwise" | "structural" | "other"

/** An operation of regions that is named like a scalar operation: it is elementwise, and lowered to it. */
export type DirectName = Extract<keyof typeof scalarOps, OperationName>

const direct = Object.fromEntries(
  Object.keys(scalarOps).flatMap((name) => Object.hasOwn(primitives, name) ? [[name, "elementwise"]] : [])
) as { readonly [N in DirectName]: Kind }

const kinds: { readonly [N in OperationName]: Kind } = {
  ...direct,
  stop_gradient: "elementwise",
  round: "elementwise",
  integer_pow: "elementwise",
  convert_element_type: "elementwise",
  bitcast_convert_type: "elementwise",
  select_n: "elementwise",
  clamp: "elementwise",
  real: "elementwise",
  imag: "elementwise",
  complex: "elementwise",
  conj: "elementwise",
  threefry2x32: "other",
  broadcast_in_dim: "structural",
  reshape: "structural",
  transpose: "structural",
  rev: "structural",
  concatenate: "structural",
  pad: "structural",
  slice: "structural",
  iota: "structural",
  dynamic_slice: "other",
  dynamic_update_slice: "other",
  gather: "other",
  scatter: "other",
  scatter_add: "other",
  scatter_mul: "other",
  scatter_min: "other",
  scatter_max: "other",
  reduce_sum: "other",
  reduce_prod: "other",
  reduce_max: "other",
  reduce_min: "other",
  reduce_and: "other",
  reduce_or: "other",
  argmax: "other",
  argmin: "other",
  cumsum: "other",
  cumprod: "other",
  cummax: "other",
  cummin: "other",
  sort: "other",
  dot_general: "other",
  conv_general_dilated: "other",
  name: "other",
  optimization_barrier: "other",
  unvmap_any: "other",
  debug_callback: "other",
  pure_callback: "other",
  while: "other",
  case: "other"
}

/** Whether regions have operations of a name. */
export const isOperationName = (name: string): name is OperationName => Object.hasOwn(kinds, name)

/** Whether it computes each element of its one result from the same element of its operands. */
export const isElementwise = (name: OperationName): boolean => kinds[name] === "elementwise"
