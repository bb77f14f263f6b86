/**
 * Expressions of a body's instructions, by the lanes of their operands.
 */
import type { BinaryOp, UnaryOp } from "@effax/compiler/Plan"
import { type DType, isFloating, isSigned, itemSize } from "effax/DType"
import { type Lane, laneOf } from "./lanes.ts"
import type { FunctionName } from "./library.ts"
import type { Shader } from "./shader.ts"

type Expression = (shader: Shader, ...args: ReadonlyArray<string>) => string

const call = (name: FunctionName): Expression => (shader, ...args) => shader.call(name, ...args)
const infix = (operator: string): Expression => (_, x, y) => `(${x} ${operator} ${y})`
const prefix = (operator: string): Expression => (_, x) => `(${operator}${x})`
const builtin = (name: string): Expression => (_, ...args) => `${name}(${args.join(", ")})`
const negated = (expression: Expression): Expression => (shader, ...args) => `(!${expression(shader, ...args)})`
const swapped = (expression: Expression): Expression => (shader, x, y) => expression(shader, y!, x!)
/** Counts of shifts are of the operand's own dtype. */
const shift = (name: FunctionName, as: Lane, back: Lane): Expression => (shader, x, n) =>
  `bitcast<${back}>(${shader.call(name, `bitcast<${as}>(${x})`, `bitcast<u32>(${n})`)})`

type Operations = { readonly [Op in UnaryOp | BinaryOp]?: Expression }

const bool: Operations = {
  not: prefix("!"),
  and: infix("&"),
  or: infix("|"),
  xor: infix("!="),
  eq: infix("=="),
  ne: infix("!=")
}

const comparisons: Operations = {
  eq: infix("=="),
  ne: infix("!="),
  lt: infix("<"),
  le: infix("<="),
  gt: infix(">"),
  ge: infix(">=")
}

const integers: Operations = {
  ...comparisons,
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  and: infix("&"),
  or: infix("|"),
  xor: infix("^"),
  not: prefix("~"),
  max: builtin("max"),
  min: builtin("min"),
  population_count: builtin("countOneBits"),
  clz: builtin("countLeadingZeros")
}

const int32: Operations = {
  ...integers,
  neg: (_, x) => `(-(${x}))`,
  abs: builtin("abs"),
  sign: builtin("sign"),
  div: call("div_i32"),
  rem: call("rem_i32"),
  pow: call("power_i32"),
  shift_left: shift("shl_u32", "u32", "i32"),
  shift_right_logical: shift("shr_u32", "u32", "i32"),
  shift_right_arithmetic: shift("sar_i32", "i32", "i32")
}

const uint32: Operations = {
  ...integers,
  neg: (_, x) => `(0u - ${x})`,
  abs: (_, x) => x!,
  sign: (_, x) => `min(${x}, 1u)`,
  div: call("div_u32"),
  rem: call("rem_u32"),
  pow: call("power_u32"),
  shift_left: shift("shl_u32", "u32", "u32"),
  shift_right_logical: shift("shr_u32", "u32", "u32"),
  shift_right_arithmetic: shift("sar_i32", "i32", "u32")
}

/** An expression and its worst error in units in the last place. */
interface Measured {
  readonly ulp: number
  readonly expression: Expression
}

const within = (ulp: number, expression: Expression): Measured => ({ ulp, expression })

/**
 * The operations of float32, with the worst error of each function in units in the last place (0.5: correctly rounded), as
 * `test/math.test.ts` keeps it true: on SwiftShader, and once on Mesa's llvmpipe by way of OpenGL. Another device's compiler
 * may fuse operations in another way; the functions are written so that this costs a fraction of a unit.
 *
 * Subnormal results may be 0, and subnormal operands count as 0 or as what they are.
 *
 * lgamma and digamma: of results for positive arguments. For negative ones errors are up to 2^-21 of the terms of the
 * reflection formula, which cancel near the zeros.
 */
const measured: { readonly [Op in UnaryOp | BinaryOp]?: Measured | Expression } = {
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  div: within(0.51, call("div_f32")),
  rem: within(0, call("rem_f32")),
  pow: within(2.5, call("pow_f32")),
  atan2: within(1.6, call("atan2_f32")),
  nextafter: within(0, call("nextafter_f32")),
  max: within(0, call("max_f32")),
  min: within(0, call("min_f32")),
  eq: call("eq_f32"),
  ne: negated(call("eq_f32")),
  lt: call("lt_f32"),
  le: call("le_f32"),
  gt: swapped(call("lt_f32")),
  ge: swapped(call("le_f32")),
  neg: (_, x) => `(-(${x}))`,
  abs: builtin("abs"),
  sign: within(0, call("sign_f32")),
  floor: within(0, builtin("floor")),
  ceil: within(0, builtin("ceil")),
  round_to_even: within(0, builtin("round")),
  round_away_from_zero: within(0, call("round_away")),
  is_finite: call("is_finite"),
  exp: within(1.4, call("exp_f32")),
  exp2: within(1.3, call("exp2_f32")),
  expm1: within(1.6, call("expm1_f32")),
  log: within(1, call("log_f32")),
  log1p: within(1.9, call("log1p_f32")),
  logistic: within(2.5, call("logistic_f32")),
  sqrt: within(0.51, call("sqrt_f32")),
  rsqrt: within(1.6, call("rsqrt_f32")),
  cbrt: within(0.8, call("cbrt_f32")),
  sin: within(1.3, call("sin_f32")),
  cos: within(1.3, call("cos_f32")),
  tan: within(3, call("tan_f32")),
  asin: within(2.6, call("asin_f32")),
  acos: within(1.2, call("acos_f32")),
  atan: within(1.5, call("atan_f32")),
  sinh: within(1.8, call("sinh_f32")),
  cosh: within(1.7, call("cosh_f32")),
  tanh: within(1.5, call("tanh_f32")),
  asinh: within(1.9, call("asinh_f32")),
  acosh: within(2.3, call("acosh_f32")),
  atanh: within(2.4, call("atanh_f32")),
  erf: within(1.5, call("erf_f32")),
  erfc: within(4, call("erfc_f32")),
  lgamma: within(2.8, call("lgamma_f32")),
  digamma: within(4, call("digamma_f32")),
  bessel_i0e: within(4, call("bessel_i0e_f32")),
  bessel_i1e: within(4, call("bessel_i1e_f32")),
  erf_inv: within(2.2, call("erf_inv_f32"))
}

const rows = Object.entries(measured).map(([op, row]) =>
  typeof row === "function" ? { op, expression: row } : { op, ...row }
)

const float32: Operations = Object.fromEntries(rows.map(({ expression, op }) => [op, expression]))

/** The worst error of each float32 function that is measured, in units in the last place. */
export const ulpTable: { readonly [Op in UnaryOp | BinaryOp]?: number } = Object.fromEntries(
  rows.flatMap((row) => "ulp" in row ? [[row.op, row.ulp]] : [])
)

const operations: { readonly [L in Lane]: Operations } = { bool, i32: int32, u32: uint32, f32: float32 }

/** The value of an operation whose operands have a dtype. */
export const operation = (
  shader: Shader,
  op: UnaryOp | BinaryOp,
  dtype: DType,
  args: ReadonlyArray<string>
): string => {
  const expression = operations[laneOf(dtype)][op]
  if (expression === undefined) throw new Error(`codegen: ${op} of ${dtype} is not an operation of bodies`)
  return expression(shader, ...args)
}

/** A constant. */
export const literal = (shader: Shader, dtype: DType, value: number | bigint | boolean): string => {
  const lane = laneOf(dtype)
  if (lane === "bool") return value ? "true" : "false"
  if (lane === "f32") {
    const bits = hex(new Uint32Array(Float32Array.of(Number(value)).buffer)[0]!)
    return Number.isFinite(Math.fround(Number(value))) ? `bitcast<f32>(${bits})` : shader.call("from_bits", bits)
  }
  if (dtype === "float16" || dtype === "bfloat16") throw new Error(`codegen: a literal of ${dtype}`)
  const bits = hex(Number(BigInt.asUintN(32, BigInt(value))))
  return lane === "i32" ? `bitcast<i32>(${bits})` : bits
}

const hex = (bits: number): string => `0x${bits.toString(16)}u`

/** Half precision as f32; anything else as it is. */
const widened = (shader: Shader, dtype: DType, value: string): string =>
  dtype === "float16"
    ? shader.call("f16_to_f32", value)
    : dtype === "bfloat16"
    ? shader.call("bf16_to_f32", value)
    : value

/** A 32-bit lane cut down to a narrow integer. */
const wrapped = (dtype: DType, value: string): string => {
  if (itemSize(dtype) === 4) return value
  const bits = itemSize(dtype) * 8
  return isSigned(dtype)
    ? `((${value} << ${32 - bits}u) >> ${32 - bits}u)`
    : `(${value} & ${bits === 8 ? "0xffu" : "0xffffu"})`
}

export const convert = (shader: Shader, from: DType, to: DType, value: string): string => {
  if (from === to) return value
  const lane = laneOf(from)
  const float = isFloating(from)
  const wide = widened(shader, from, value)
  if (to === "bool") return float ? `(${wide} != 0.0)` : lane === "bool" ? value : `(${value} != ${zero[lane]})`
  if (isFloating(to)) {
    const real = float ? wide : `f32(${value})`
    return to === "float32" ? real : shader.call(to === "float16" ? "f32_to_f16" : "f32_to_bf16", real)
  }
  const target = laneOf(to)
  if (float) {
    // saturating: the compiler clamps before it converts to narrow integers
    return shader.call(target === "i32" ? "f32_to_i32" : "f32_to_u32", wide)
  }
  const integer = lane === "bool"
    ? `select(${target === "i32" ? "0, 1" : "0u, 1u"}, ${value})`
    : lane === target
    ? value
    : `bitcast<${target}>(${value})`
  return wrapped(to, integer)
}

const zero: { readonly [L in Lane]: string } = { bool: "false", i32: "0", u32: "0u", f32: "0.0" }

/** The same bits as another dtype of the same width. */
export const bitcast = (from: DType, to: DType, value: string): string => {
  const [source, target] = [laneOf(from), laneOf(to)]
  if (source === "bool" || target === "bool") {
    if (source === target) return value
    return source === "bool"
      ? `select(${target === "i32" ? "0, 1" : "0u, 1u"}, ${value})`
      : `(${value} != ${zero[source]})`
  }
  const same = source === target ? value : `bitcast<${target}>(${value})`
  return itemSize(to) === 4 || isFloating(to) ?
    (isFloating(to) && itemSize(to) === 2 ? `(${same} & 0xffffu)` : same)
    : wrapped(to, same)
}
