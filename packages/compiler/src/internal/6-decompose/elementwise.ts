/**
 * Elementwise primitives as instructions.
 */
import * as DType from "effax/DType"
import type { BinaryOp, UnaryOp } from "../../Plan.ts"
import { integerRange } from "../scalar.ts"
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

/** Unary, on lanes, with a result of the operand's dtype. */
const unary = (op: UnaryOp): Lowering => (b, { inputs: [x], outputs: [out] }) => [
  b.cast(b.unary(op, b.widen(x!)), out!.dtype)
]

const binary = (op: BinaryOp): Lowering => (b, { inputs: [x, y], outputs: [out] }) => [
  b.cast(b.binary(op, b.widen(x!), b.widen(y!)), out!.dtype)
]

/** One rule for bool, another one for numbers. */
const byKind = (bool: Lowering, number: Lowering): Lowering => (b, equation) =>
  (equation.inputs[0]!.dtype === "bool" ? bool : number)(b, equation)

const compare = (op: BinaryOp): Lowering => (b, { inputs: [x, y] }) => [b.binary(op, b.widen(x!), b.widen(y!), "bool")]

const bools =
  (f: (b: LoopBuilder, x: LoopOp, y: LoopOp) => LoopOp): Lowering => (b, { inputs: [x, y] }) => [f(b, x!, y!)]

/** The low bits that are the operand's own, as an unsigned number. */
const ownBits = (b: LoopBuilder, x: LoopOp): LoopOp => {
  const width = DType.itemSize(x.dtype) * 8
  const wide = b.widen(x)
  return width >= 32 ? wide : b.binary("and", wide, b.literal(2 ** width - 1, wide.dtype))
}

const populationCount: Lowering = (b, { inputs: [x] }) => [
  b.cast(b.unary("populationCount", ownBits(b, x!)), x!.dtype)
]

const clz: Lowering = (b, { inputs: [x] }) => {
  const width = DType.itemSize(x!.dtype) * 8
  const count = b.unary("clz", ownBits(b, x!))
  return [b.cast(width >= 32 ? count : b.binary("sub", count, b.literal(32 - width, count.dtype)), x!.dtype)]
}

const shiftRightLogical: Lowering = (b, { inputs: [x, y] }) => [
  b.cast(b.binary("shiftRightLogical", ownBits(b, x!), b.widen(y!)), x!.dtype)
]

/** Unsigned numbers wrap: -1 is the largest. */
const neg: Lowering = (b, { inputs: [x] }) => {
  const wide = b.widen(x!)
  const negated = DType.isUnsigned(wide.dtype)
    ? b.binary("sub", b.literal(0, wide.dtype), wide)
    : b.unary("neg", wide)
  return [b.cast(negated, x!.dtype)]
}

const abs: Lowering = (b, equation) =>
  DType.isUnsigned(equation.inputs[0]!.dtype) ? [equation.inputs[0]!] : unary("abs")(b, equation)

/** Copies of the top bit come in, for unsigned dtypes too, as XLA has it. */
const shiftRightArithmetic: Lowering = (b, equation) => {
  const [x, y] = equation.inputs
  if (!DType.isUnsigned(x!.dtype) || DType.itemSize(x!.dtype) > 2) return binary("shiftRightArithmetic")(b, equation)
  const signed = b.widen(b.bitcast(x!, x!.dtype === "uint8" ? "int8" : "int16"))
  return [b.cast(b.binary("shiftRightArithmetic", signed, b.cast(b.widen(y!), "int32")), x!.dtype)]
}

const sign: Lowering = (b, equation) => {
  const x = equation.inputs[0]!
  if (!DType.isUnsigned(x.dtype)) return unary("sign")(b, equation)
  const wide = b.widen(x)
  return [b.cast(b.binary("min", wide, b.literal(1, wide.dtype)), x.dtype)]
}

const round: Lowering = (b, equation) =>
  unary(equation.params["roundingMethod"] === "toNearestEven" ? "roundEven" : "roundAway")(b, equation)

const isFinite: Lowering = (b, { inputs: [x] }) => [b.unary("isFinite", b.widen(x!), "bool")]

/** By squaring, as JAX does (`_integer_pow_lowering`); a negative power is the reciprocal of the positive one. */
const integerPow: Lowering = (b, { inputs: [x], params }) => {
  const power = params["y"] as number
  const dtype = x!.dtype
  const lane = b.lane(dtype)
  if (power === 0) return [b.fill(b.literal(1, dtype), x!.shape)]
  let square = b.widen(x!)
  let product: LoopOp | undefined
  for (let rest = Math.abs(power); rest > 0;) {
    if (rest % 2 === 1) product = product === undefined ? square : b.binary("mul", product, square)
    rest = Math.floor(rest / 2)
    if (rest > 0) square = b.binary("mul", square, square)
  }
  return [b.cast(power < 0 ? b.binary("div", b.literal(1, lane), product!) : product!, dtype)]
}

const clamp: Lowering = (b, { inputs: [low, x, high] }) => {
  if (x!.dtype === "bool") return [b.binary("and", b.binary("or", x!, low!), high!)]
  return [b.cast(b.binary("min", b.binary("max", b.widen(x!), b.widen(low!)), b.widen(high!)), x!.dtype)]
}

/** Selectors below 1 choose the first case, those beyond the last one the last. */
const selectN: Lowering = (b, { inputs: [which, ...cases] }) => {
  if (which!.dtype === "bool") return [cases.length === 1 ? cases[0]! : b.select(which!, cases[1]!, cases[0]!)]
  let chosen = cases.at(-1)!
  for (let i = cases.length - 2; i >= 0; i--) {
    const condition = b.binary("lt", which!, b.literal(i + 1, "int32"), "bool")
    chosen = b.select(condition, cases[i]!, chosen)
  }
  return [chosen]
}

/** A conversion in steps that lanes can take: narrow integers saturate from floats and wrap from wider integers. */
export const convertTo = (b: LoopBuilder, x: LoopOp, to: DType.DType): LoopOp => {
  const from = x.dtype
  if (from === to) return x
  const lane = b.lane(to)
  if (x.action.kind === "literal") return b.cast(x, to)
  if (to === "bool") {
    const wide = b.widen(x)
    return b.binary("ne", wide, b.literal(0, wide.dtype), "bool")
  }
  if (DType.isInteger(to) && lane !== to && DType.isFloating(from)) {
    const [low, high] = integerRange(to)
    const wide = b.cast(b.widen(x), lane)
    const above = low === 0n ? wide : b.binary("max", wide, b.literal(low, lane))
    return b.cast(b.binary("min", above, b.literal(high, lane)), to)
  }
  if (DType.isInteger(to) && lane !== to) return b.cast(b.cast(b.widen(x), lane), to)
  if (DType.isFloating(to) && lane !== to && !DType.isFloating(from)) return b.cast(b.cast(b.widen(x), lane), to)
  return b.cast(b.widen(x), to)
}

const convert: Lowering = (b, { inputs: [x], outputs: [out] }) => [convertTo(b, x!, out!.dtype)]

const bitcast: Lowering = (b, { inputs: [x], outputs: [out] }) => {
  b.lane(x!.dtype)
  b.lane(out!.dtype)
  return [b.bitcast(x!, out!.dtype)]
}

/**
 * The next half-precision number: one step on the bits, which are ordered like the numbers once the sign is taken as the
 * direction.
 */
const nextafter: Lowering = (b, equation) => {
  const [x, y] = equation.inputs
  if (DType.itemSize(x!.dtype) !== 2) return binary("nextafter")(b, equation)
  const integer = (v: number) => b.literal(v, "int32")
  const bits = b.cast(b.bitcast(x!, "int16"), "int32")
  const from = b.widen(x!)
  const to = b.widen(y!)
  const zero = b.literal(0, "float32")
  const up = b.binary("lt", from, to, "bool")
  // Away from zero the bits grow, towards zero they shrink
  const grows = b.unary("not", b.binary("xor", up, b.binary("gt", from, zero, "bool")))
  const stepped = b.binary("add", bits, b.select(grows, integer(1), integer(-1)))
  const least = b.select(up, integer(1), integer(-32767))
  const moved = b.select(b.binary("eq", from, zero, "bool"), least, stepped)
  const next = b.bitcast(b.cast(moved, "int16"), x!.dtype)
  const unordered = b.unary(
    "not",
    b.binary("and", b.binary("eq", from, from, "bool"), b.binary("eq", to, to, "bool"))
  )
  const same = b.select(b.binary("eq", from, to, "bool"), y!, next)
  return [b.select(unordered, b.cast(b.literal(NaN, "float32"), x!.dtype), same)]
}

const not = (b: LoopBuilder, x: LoopOp): LoopOp => b.unary("not", x)

export const elementwise = {
  neg,
  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: binary("div"),
  rem: binary("rem"),
  pow: binary("pow"),
  max: byKind(bools((b, x, y) => b.binary("or", x, y)), binary("max")),
  min: byKind(bools((b, x, y) => b.binary("and", x, y)), binary("min")),
  abs,
  sign,
  floor: unary("floor"),
  ceil: unary("ceil"),
  nextafter,
  exp: unary("exp"),
  exp2: unary("exp2"),
  expm1: unary("expm1"),
  log: unary("log"),
  log1p: unary("log1p"),
  logistic: unary("logistic"),
  sqrt: unary("sqrt"),
  rsqrt: unary("rsqrt"),
  cbrt: unary("cbrt"),
  sin: unary("sin"),
  cos: unary("cos"),
  tan: unary("tan"),
  asin: unary("asin"),
  acos: unary("acos"),
  atan: unary("atan"),
  atan2: binary("atan2"),
  sinh: unary("sinh"),
  cosh: unary("cosh"),
  tanh: unary("tanh"),
  asinh: unary("asinh"),
  acosh: unary("acosh"),
  atanh: unary("atanh"),
  erf: unary("erf"),
  erfc: unary("erfc"),
  erf_inv: unary("erfInv"),
  lgamma: unary("lgamma"),
  digamma: unary("digamma"),
  eq: byKind(bools((b, x, y) => not(b, b.binary("xor", x, y))), compare("eq")),
  ne: byKind(bools((b, x, y) => b.binary("xor", x, y)), compare("ne")),
  lt: byKind(bools((b, x, y) => b.binary("and", not(b, x), y)), compare("lt")),
  le: byKind(bools((b, x, y) => b.binary("or", not(b, x), y)), compare("le")),
  gt: byKind(bools((b, x, y) => b.binary("and", x, not(b, y))), compare("gt")),
  ge: byKind(bools((b, x, y) => b.binary("or", x, not(b, y))), compare("ge")),
  is_finite: isFinite,
  and: binary("and"),
  or: binary("or"),
  xor: binary("xor"),
  not: unary("not"),
  shift_left: binary("shiftLeft"),
  shift_right_logical: shiftRightLogical,
  shift_right_arithmetic: shiftRightArithmetic,
  population_count: populationCount,
  clz,
  stop_gradient: (_, { inputs: [x] }) => [x!],
  round,
  integer_pow: integerPow,
  convert_element_type: convert,
  bitcast_convert_type: bitcast,
  select_n: selectN,
  clamp
} as const satisfies { readonly [primitive: string]: Lowering }
