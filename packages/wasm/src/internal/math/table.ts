/**
 * The elementary functions: how each is computed in float32 and float64, and its worst error in units in the last place (0.5 is
 * correctly rounded), fused or not, as `test/math.test.ts` keeps it true.
 *
 * Errors of lgamma and digamma: of results above 0.25 or for positive arguments; near the zeros on the negative axis, of 2^-26
 * (float32) and 2^-49 (float64) absolutely.
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

/** The worst errors of a function. */
interface Ulp {
  readonly float32: number
  readonly float64: number
}

/** Code of a function, for those who have checked its arity. */
export type Emitter<L> = (l: L, ...operands: ReadonlyArray<VectorLocal>) => VectorLocal

interface Entry<A extends 1 | 2> {
  readonly arity: A
  readonly float32: Emitter<Float32Lanes>
  readonly float64: Emitter<Float64Lanes>
  readonly ulp: Ulp
}

type Unary<L> = (l: L, x: VectorLocal) => VectorLocal
type Binary<L> = (l: L, x: VectorLocal, y: VectorLocal) => VectorLocal

const unary = {
  /** A function with code of its own for each dtype. */
  own: (float32: Unary<Float32Lanes>, float64: Unary<Float64Lanes>, ulp: Ulp): Entry<1> => ({
    arity: 1,
    float32: (l, x) => float32(l, x!),
    float64: (l, x) => float64(l, x!),
    ulp
  }),
  /** A function that is computed in float64 for float32 operands too. */
  via64: (emit: Unary<Float64Lanes>, ulp: Ulp): Entry<1> => {
    const float64: Emitter<Float64Lanes> = (l, x) => emit(l, x!)
    return { arity: 1, float32: viaFloat64(float64), float64, ulp }
  }
}

const binary = {
  own: (float32: Binary<Float32Lanes>, float64: Binary<Float64Lanes>, ulp: Ulp): Entry<2> => ({
    arity: 2,
    float32: (l, x, y) => float32(l, x!, y!),
    float64: (l, x, y) => float64(l, x!, y!),
    ulp
  }),
  via64: (emit: Binary<Float64Lanes>, ulp: Ulp): Entry<2> => {
    const float64: Emitter<Float64Lanes> = (l, x, y) => emit(l, x!, y!)
    return { arity: 2, float32: viaFloat64(float64), float64, ulp }
  }
}

/** The table, by the compiler's names of operations; `log2` and `trunc` are helpers of others. */
export const functions = {
  exp: unary.own(Exp.exp32, Exp.exp64, { float32: 1.2, float64: 1.2 }),
  exp2: unary.own(Exp.exp2_32, Exp.exp2_64, { float32: 1.1, float64: 1.3 }),
  expm1: unary.own(Exp.expm1_32, Exp.expm1_64, { float32: 1.5, float64: 1.5 }),
  log: unary.own(Log.log32, Log.log64, { float32: 1.05, float64: 0.8 }),
  log1p: unary.own(Log.log1p32, Log.log1p64, { float32: 1.31, float64: 1.4 }),
  log2: unary.via64(Log.log2_64, { float32: 0.51, float64: 1.7 }),
  sin: unary.own(Trig.sin32, Trig.sin64, { float32: 1.6, float64: 1.5 }),
  cos: unary.own(Trig.cos32, Trig.cos64, { float32: 1.6, float64: 1.5 }),
  tan: unary.via64(Trig.tan64, { float32: 0.51, float64: 2.7 }),
  asin: unary.own(InverseTrig.asin32, InverseTrig.asin64, { float32: 1.95, float64: 2.1 }),
  acos: unary.own(InverseTrig.acos32, InverseTrig.acos64, { float32: 1.2, float64: 1.2 }),
  atan: unary.own(InverseTrig.atan32, InverseTrig.atan64, { float32: 1.5, float64: 1.9 }),
  sinh: unary.own(Hyperbolic.sinh32, Hyperbolic.sinh64, { float32: 1.7, float64: 2 }),
  cosh: unary.own(Hyperbolic.cosh32, Hyperbolic.cosh64, { float32: 1.6, float64: 1.5 }),
  tanh: unary.own(Hyperbolic.tanh32, Hyperbolic.tanh64, { float32: 1.41, float64: 2.2 }),
  asinh: unary.via64(Hyperbolic.asinh64, { float32: 0.51, float64: 1.7 }),
  acosh: unary.via64(Hyperbolic.acosh64, { float32: 0.51, float64: 2.4 }),
  atanh: unary.via64(Hyperbolic.atanh64, { float32: 0.51, float64: 1.7 }),
  logistic: unary.own(Hyperbolic.logistic32, Hyperbolic.logistic64, { float32: 2, float64: 2.3 }),
  sqrt: unary.own(Power.sqrt, Power.sqrt, { float32: 0.5, float64: 0.5 }),
  rsqrt: unary.own(Power.rsqrt, Power.rsqrt, { float32: 1.5, float64: 1.5 }),
  cbrt: unary.via64(Power.cbrt64, { float32: 0.51, float64: 1 }),
  erf: unary.own(Erf.erf32, Erf.erf64, { float32: 1.2, float64: 1 }),
  erfc: unary.via64(Erf.erfc64, { float32: 0.6, float64: 3.3 }),
  erf_inv: unary.own(Erf.erfInv32, Erf.erfInv64, { float32: 1.95, float64: 3.3 }),
  lgamma: unary.via64(Gamma.lgamma64, { float32: 0.6, float64: 5 }),
  digamma: unary.via64(Gamma.digamma64, { float32: 0.6, float64: 4 }),
  bessel_i0e: unary.via64(Bessel.besselI0e64, { float32: 0.6, float64: 3 }),
  bessel_i1e: unary.via64(Bessel.besselI1e64, { float32: 0.6, float64: 3 }),
  floor: unary.own(Rounding.floor32, Rounding.floor64, { float32: 0, float64: 0 }),
  ceil: unary.own(Rounding.ceil32, Rounding.ceil64, { float32: 0, float64: 0 }),
  trunc: unary.own(Rounding.trunc32, Rounding.trunc64, { float32: 0, float64: 0 }),
  round_to_even: unary.own(Rounding.roundToEven32, Rounding.roundToEven64, { float32: 0, float64: 0 }),
  round_away_from_zero: unary.own(Rounding.roundAwayFromZero32, Rounding.roundAwayFromZero64, {
    float32: 0,
    float64: 0
  }),
  sign: unary.own(Rounding.sign, Rounding.sign, { float32: 0, float64: 0 }),
  pow: binary.via64(Power.pow64, { float32: 0.6, float64: 1.2 }),
  atan2: binary.own(InverseTrig.atan2_32, InverseTrig.atan2_64, { float32: 1.6, float64: 2 }),
  nextafter: binary.own(Rounding.nextAfter32, Rounding.nextAfter64, { float32: 0, float64: 0 })
} as const satisfies { readonly [name: string]: Entry<1> | Entry<2> }

/** The name of a function of the table. */
export type MathFunction = keyof typeof functions
