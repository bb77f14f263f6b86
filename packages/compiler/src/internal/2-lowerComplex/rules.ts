/**
 * The rule of every primitive that computes with complex values.
 */
import * as DType from "effax/DType"
import type { OperationName, Value } from "../region.ts"
import { type Row, type ScalarOpName, scalarOps } from "../scalarOps.ts"
import * as arithmetic from "./arithmetic.ts"
import { bilinear, byParts, cumprod, gather, iota, reduceProd } from "./arrays.ts"
import { isParts, type Operand, type Parts } from "./builder.ts"
import { argExtreme, reduceExtreme, runningExtreme } from "./order.ts"
import type { Rule } from "./rule.ts"

/** An operand that the primitive takes as a complex one only. */
const parts = (operand: Operand | undefined): Parts => operand as Parts
const value = (operand: Operand | undefined): Value => operand as Value

/** A primitive that is named like a scalar operation. */
type DirectName = Extract<ScalarOpName, OperationName>

const names = Object.keys(scalarOps) as Array<ScalarOpName>

/** The rules of scalar operations stand in their table. */
const direct = Object.fromEntries(names.map((name) => {
  const { complex }: Row = scalarOps[name]
  const rule: Rule | undefined = complex && ((b, { inputs: [x, y] }) => complex(b, parts(x), parts(y)))
  return [name, rule]
})) as { readonly [N in DirectName]: Rule | undefined }

/** To complex: with imaginary part 0. From complex: the real part. */
const convert: Rule = (b, { inputs: [x], type }) => {
  const to = DType.realOf(type.dtype)
  if (!DType.isComplex(type.dtype)) return b.convert(parts(x).re, to)
  if (isParts(x!)) return { re: b.convert(x.re, to), im: b.convert(x.im, to) }
  const re = b.convert(value(x), to)
  return { re, im: b.literal(0, re) }
}

/** The conjugate of a real operand is its conversion. */
const conj: Rule = (b, { inputs: [x] }) =>
  isParts(x!) ? arithmetic.conj(b, x) : { re: value(x), im: b.literal(0, value(x)) }

/** Operations that hold regions, call the host or only hand their operands on: `lowerComplex.ts` treats them itself. */
type Handled =
  | "while"
  | "case"
  | "debug_callback"
  | "pure_callback"
  | "name"
  | "optimization_barrier"
  | "sort"

/** The rule of each operation; `undefined` where no kernel computes with complex values. */
export const rules: { readonly [N in Exclude<OperationName, Handled>]: Rule<N> | undefined } = {
  ...direct,
  real: (_, { inputs: [z] }) => parts(z).re,
  imag: (_, { inputs: [z] }) => parts(z).im,
  complex: (_, { inputs: [re, im] }) => ({ re: value(re), im: value(im) }),
  conj,
  integer_pow: (b, { inputs: [z], params }) => arithmetic.integerPow(b, parts(z), params.y),
  convert_element_type: convert,
  stop_gradient: (_, { inputs: [z] }) => parts(z),
  select_n: byParts("select_n"),
  broadcast_in_dim: byParts("broadcast_in_dim"),
  reshape: byParts("reshape"),
  transpose: byParts("transpose"),
  rev: byParts("rev"),
  slice: byParts("slice"),
  concatenate: byParts("concatenate"),
  pad: byParts("pad"),
  iota,
  dynamic_slice: byParts("dynamic_slice"),
  dynamic_update_slice: byParts("dynamic_update_slice"),
  gather,
  scatter: byParts("scatter"),
  scatter_add: byParts("scatter_add"),
  reduce_sum: byParts("reduce_sum"),
  reduce_prod: reduceProd,
  cumsum: byParts("cumsum"),
  cumprod,
  dot_general: bilinear("dot_general"),
  conv_general_dilated: bilinear("conv_general_dilated"),
  reduce_max: reduceExtreme("reduce_max"),
  reduce_min: reduceExtreme("reduce_min"),
  argmax: argExtreme("argmax"),
  argmin: argExtreme("argmin"),
  cummax: runningExtreme("cummax"),
  cummin: runningExtreme("cummin"),
  // unsupported, as in JAX
  clamp: undefined,
  round: undefined,
  scatter_min: undefined,
  scatter_max: undefined,
  // unsupported, because they are defined for real numbers, or for the bits of one
  bitcast_convert_type: undefined,
  // unsupported, because they are defined for integers and booleans
  reduce_and: undefined,
  reduce_or: undefined,
  threefry2x32: undefined,
  unvmap_any: undefined,
  // unsupported, because no kernel computes them yet
  eig: undefined,
  schur: undefined,
  // unsupported, because it is defined for positions
  // unsupported, because several products of parts at one position depend on each other
  scatter_mul: undefined
}
