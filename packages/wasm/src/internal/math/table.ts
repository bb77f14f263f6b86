/**
 * Which emitter computes which primitive, by dtype.
 */
import * as Bessel from "./bessel.ts"
import * as Erf from "./erf.ts"
import * as Exp from "./exp.ts"
import * as Gamma from "./gamma.ts"
import * as Hyperbolic from "./hyperbolic.ts"
import * as InverseTrig from "./inverseTrig.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import * as Log from "./log.ts"
import * as Power from "./power.ts"
import * as Rounding from "./rounding.ts"
import * as Trig from "./trig.ts"
import { viaFloat64 } from "./viaFloat64.ts"

type Unary<L> = (l: L, x: VectorLocal) => VectorLocal
type Binary<L> = (l: L, x: VectorLocal, y: VectorLocal) => VectorLocal
/** What an emitter looks like to those who have checked its arity. */
export type Emitter<L> = (l: L, ...operands: ReadonlyArray<VectorLocal>) => VectorLocal

const unary = <L>(emit: Unary<L>): Emitter<L> => (l, x) => emit(l, x!)
const binary = <L>(emit: Binary<L>): Emitter<L> => (l, x, y) => emit(l, x!, y!)

/** Names of functions of one operand: effax's primitives, and the rounding modes of `round`. */
export const unaryNames = [
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "log2",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "logistic",
  "sqrt",
  "rsqrt",
  "cbrt",
  "erf",
  "erfc",
  "erf_inv",
  "lgamma",
  "digamma",
  "bessel_i0e",
  "bessel_i1e",
  "floor",
  "ceil",
  "trunc",
  "round_to_even",
  "round_away_from_zero",
  "sign"
] as const

/** Names of functions of two operands. */
export const binaryNames = ["pow", "atan2", "nextafter"] as const

export type MathFunction = typeof unaryNames[number] | typeof binaryNames[number]
export type Float32Function = MathFunction
export type Float64Function = MathFunction

export const float64Functions: Readonly<Record<Float64Function, Emitter<Float64Lanes>>> = {
  exp: unary(Exp.exp64),
  exp2: unary(Exp.exp2_64),
  expm1: unary(Exp.expm1_64),
  log: unary(Log.log64),
  log1p: unary(Log.log1p64),
  log2: unary(Log.log2_64),
  sin: unary(Trig.sin64),
  cos: unary(Trig.cos64),
  tan: unary(Trig.tan64),
  asin: unary(InverseTrig.asin64),
  acos: unary(InverseTrig.acos64),
  atan: unary(InverseTrig.atan64),
  sinh: unary(Hyperbolic.sinh64),
  cosh: unary(Hyperbolic.cosh64),
  tanh: unary(Hyperbolic.tanh64),
  asinh: unary(Hyperbolic.asinh64),
  acosh: unary(Hyperbolic.acosh64),
  atanh: unary(Hyperbolic.atanh64),
  logistic: unary(Hyperbolic.logistic64),
  sqrt: unary(Power.sqrt),
  rsqrt: unary(Power.rsqrt),
  cbrt: unary(Power.cbrt64),
  erf: unary(Erf.erf64),
  erfc: unary(Erf.erfc64),
  erf_inv: unary(Erf.erfInv64),
  lgamma: unary(Gamma.lgamma64),
  digamma: unary(Gamma.digamma64),
  bessel_i0e: unary(Bessel.besselI0e64),
  bessel_i1e: unary(Bessel.besselI1e64),
  floor: unary(Rounding.floor64),
  ceil: unary(Rounding.ceil64),
  trunc: unary(Rounding.trunc64),
  round_to_even: unary(Rounding.roundToEven64),
  round_away_from_zero: unary(Rounding.roundAwayFromZero64),
  sign: unary(Rounding.sign),
  pow: binary(Power.pow64),
  atan2: binary(InverseTrig.atan2_64),
  nextafter: binary(Rounding.nextAfter64)
}

export const float32Functions: Readonly<Record<Float32Function, Emitter<Float32Lanes>>> = {
  exp: unary(Exp.exp32),
  exp2: unary(Exp.exp2_32),
  expm1: unary(Exp.expm1_32),
  log: unary(Log.log32),
  log1p: unary(Log.log1p32),
  log2: viaFloat64(float64Functions.log2),
  sin: unary(Trig.sin32),
  cos: unary(Trig.cos32),
  tan: viaFloat64(float64Functions.tan),
  asin: unary(InverseTrig.asin32),
  acos: unary(InverseTrig.acos32),
  atan: unary(InverseTrig.atan32),
  sinh: unary(Hyperbolic.sinh32),
  cosh: unary(Hyperbolic.cosh32),
  tanh: unary(Hyperbolic.tanh32),
  asinh: viaFloat64(float64Functions.asinh),
  acosh: viaFloat64(float64Functions.acosh),
  atanh: viaFloat64(float64Functions.atanh),
  logistic: unary(Hyperbolic.logistic32),
  sqrt: unary(Power.sqrt),
  rsqrt: unary(Power.rsqrt),
  cbrt: viaFloat64(float64Functions.cbrt),
  erf: unary(Erf.erf32),
  erfc: viaFloat64(float64Functions.erfc),
  erf_inv: unary(Erf.erfInv32),
  lgamma: viaFloat64(float64Functions.lgamma),
  digamma: viaFloat64(float64Functions.digamma),
  bessel_i0e: viaFloat64(float64Functions.bessel_i0e),
  bessel_i1e: viaFloat64(float64Functions.bessel_i1e),
  floor: unary(Rounding.floor32),
  ceil: unary(Rounding.ceil32),
  trunc: unary(Rounding.trunc32),
  round_to_even: unary(Rounding.roundToEven32),
  round_away_from_zero: unary(Rounding.roundAwayFromZero32),
  sign: unary(Rounding.sign),
  pow: viaFloat64(float64Functions.pow),
  atan2: binary(InverseTrig.atan2_32),
  nextafter: binary(Rounding.nextAfter32)
}
