/**
 * The meaning of every scalar operation, on JavaScript values: numbers, bigints of 64-bit integers, booleans.
 */
import * as DType from "effax/DType"
import type { BinaryOp, UnaryOp } from "../../ScalarOp.ts"
import { roundFloat, type Scalar, wrapInteger } from "../scalar.ts"
import { besselI0e, besselI1e, digamma, erf, erfc, erfInv, lgamma } from "./special.ts"

type Ints = (x: bigint, y: bigint, width: bigint) => bigint
type Floats = (x: number, y: number) => number
type Bools = (x: boolean, y: boolean) => boolean

/** An operation that some lanes do not have is absent there. */
interface Meaning {
  readonly float?: Floats
  readonly integer?: Ints
  readonly bool?: Bools
}

/** Predicates have one rule for all lanes. */
type Predicate = (x: Scalar, y: Scalar) => boolean

const isPredicate = (meaning: Meaning | Predicate): meaning is Predicate => typeof meaning === "function"

const roundEven = (x: number): number => {
  const low = Math.floor(x)
  const rest = x - low
  const rounded = rest > 0.5 || rest === 0.5 && low % 2 !== 0 ? low + 1 : low
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded
}

const roundAway = (x: number): number => {
  const a = Math.abs(x)
  const low = Math.floor(a)
  const rounded = a - low >= 0.5 ? low + 1 : low
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

const bits = new DataView(new ArrayBuffer(8))

/** The float next to x in the direction of y, of float32 and float64. */
const nextAfter = (x: number, y: number, dtype: DType.DType): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  if (x === y) return y
  const single = dtype === "float32"
  if (x === 0) return Math.sign(y) * (single ? 2 ** -149 : Number.MIN_VALUE)
  const away = (y > x) === (x > 0) ? 1n : -1n
  if (single) bits.setFloat32(0, x)
  else bits.setFloat64(0, x)
  if (single) bits.setUint32(0, bits.getUint32(0) + Number(away))
  else bits.setBigUint64(0, bits.getBigUint64(0) + away)
  return single ? bits.getFloat32(0) : bits.getFloat64(0)
}

const isInside = (count: bigint, width: bigint): boolean => count >= 0n && count < width

const unsigned = (x: bigint, width: bigint): bigint => BigInt.asUintN(Number(width), x)

const ones = (x: bigint): bigint => BigInt(x.toString(2).replaceAll("0", "").length)

const meanings: { readonly [O in UnaryOp | BinaryOp]: Meaning | Predicate } = {
  neg: { float: (x) => -x, integer: (x) => -x },
  abs: { float: Math.abs, integer: (x) => x < 0n ? -x : x },
  sign: { float: Math.sign, integer: (x) => x < 0n ? -1n : x > 0n ? 1n : 0n },
  floor: { float: Math.floor },
  ceil: { float: Math.ceil },
  round_to_even: { float: (x) => Number.isFinite(x) ? roundEven(x) : x },
  round_away_from_zero: { float: (x) => Number.isFinite(x) ? roundAway(x) : x },
  is_finite: (x) => Number.isFinite(x),
  not: { integer: (x) => ~x, bool: (x) => !x },
  exp: { float: Math.exp },
  exp2: { float: (x) => 2 ** x },
  expm1: { float: Math.expm1 },
  log: { float: Math.log },
  log1p: { float: Math.log1p },
  logistic: { float: (x) => 1 / (1 + Math.exp(-x)) },
  sqrt: { float: Math.sqrt },
  rsqrt: { float: (x) => 1 / Math.sqrt(x) },
  cbrt: { float: Math.cbrt },
  sin: { float: Math.sin },
  cos: { float: Math.cos },
  tan: { float: Math.tan },
  asin: { float: Math.asin },
  acos: { float: Math.acos },
  atan: { float: Math.atan },
  sinh: { float: Math.sinh },
  cosh: { float: Math.cosh },
  tanh: { float: Math.tanh },
  asinh: { float: Math.asinh },
  acosh: { float: Math.acosh },
  atanh: { float: Math.atanh },
  erf: { float: erf },
  erfc: { float: erfc },
  erf_inv: { float: erfInv },
  lgamma: { float: lgamma },
  digamma: { float: digamma },
  bessel_i0e: { float: besselI0e },
  bessel_i1e: { float: besselI1e },
  population_count: { integer: (x, _, width) => ones(unsigned(x, width)) },
  clz: { integer: (x, _, width) => x === 0n ? width : width - BigInt(unsigned(x, width).toString(2).length) },
  add: { float: (x, y) => x + y, integer: (x, y) => x + y },
  sub: { float: (x, y) => x - y, integer: (x, y) => x - y },
  mul: { float: (x, y) => x * y, integer: (x, y) => x * y },
  div: { float: (x, y) => x / y, integer: (x, y) => y === 0n ? -1n : x / y },
  rem: { float: (x, y) => x % y, integer: (x, y) => y === 0n ? x : x % y },
  // JavaScript has NaN for 1 ** Infinity and 1 ** NaN, where IEEE 754 has 1
  pow: { float: (x, y) => x === 1 || x === -1 && Math.abs(y) === Infinity ? 1 : x ** y },
  atan2: { float: Math.atan2 },
  // by the dtype: see `apply`
  nextafter: {},
  max: { float: Math.max, integer: (x, y) => x > y ? x : y },
  min: { float: Math.min, integer: (x, y) => x < y ? x : y },
  and: { integer: (x, y) => x & y, bool: (x, y) => x && y },
  or: { integer: (x, y) => x | y, bool: (x, y) => x || y },
  xor: { integer: (x, y) => x ^ y, bool: (x, y) => x !== y },
  shift_left: { integer: (x, by, width) => isInside(by, width) ? x << by : 0n },
  shift_right_logical: { integer: (x, by, width) => isInside(by, width) ? unsigned(x, width) >> by : 0n },
  // the sign is the highest bit, also of unsigned integers
  shift_right_arithmetic: {
    integer: (x, by, width) => BigInt.asIntN(Number(width), x) >> (isInside(by, width) ? by : width - 1n)
  },
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y
}

/** `op(x, y)`, or `op(x)`, rounded to the dtype of the operands; a predicate gives a boolean. */
export const apply = (op: UnaryOp | BinaryOp, dtype: DType.DType, x: Scalar, y: Scalar = x): Scalar => {
  const meaning = meanings[op]
  if (isPredicate(meaning)) return meaning(x, y)
  if (op === "nextafter") return nextAfter(x as number, y as number, dtype)
  if (dtype === "bool" && meaning.bool !== undefined) return meaning.bool(x as boolean, y as boolean)
  if (DType.isInteger(dtype) && meaning.integer !== undefined) {
    const width = BigInt(8 * DType.itemSize(dtype))
    return wrapInteger(meaning.integer(BigInt(x), BigInt(y), width), dtype)
  }
  if (DType.isFloating(dtype) && meaning.float !== undefined) {
    return roundFloat(meaning.float(x as number, y as number), dtype)
  }
  throw new Error(`${op} has no meaning for ${dtype}`)
}
