/**
 * Elementwise primitives: one loop, and a scalar function for each primitive.
 */
import type { Floating } from "effax/DType"
import type { Params } from "effax/Primitive"
import type { IntegerPowParams, RoundParams } from "effax/Primitives"
import * as arithmetic from "../arithmetic.ts"
import { type ByDomain, info, pick } from "../domain.ts"
import { type Kernel, kernel, type Steps, stride } from "../kernel.ts"
import * as bessel from "../math/bessel.ts"
import * as elementary from "../math/elementary.ts"
import * as errorFunction from "../math/errorFunction.ts"
import * as gamma from "../math/gamma.ts"
import { betainc } from "../math/incompleteBeta.ts"
import * as incompleteGamma from "../math/incompleteGamma.ts"
import { nextAfter } from "../math/nextAfter.ts"
import { polygamma, zeta } from "../math/zeta.ts"
import { commit, elements, room, type Scalar, size, type Value } from "../value.ts"

type Apply = (...args: ReadonlyArray<never>) => Scalar

/** An operand's elements and the step between them: 0 for a scalar that is broadcast. */
interface Operand {
  readonly at: ReturnType<typeof elements>
  readonly step: number
}

const operand = (value: Value): Operand => ({ at: elements(value), step: value.shape.length === 0 ? 0 : 1 })

function* map(inputs: ReadonlyArray<Value>, output: Value, f: Apply): Steps {
  const type = info(inputs[0]!.dtype)
  const g = f as (a: Scalar, b: unknown, c?: unknown) => Scalar
  const n = size(output)
  const out = room(output)
  const [x, y, z] = inputs.map(operand)
  for (let i = 0; i < n; i++) {
    if (y === undefined) out[i] = g(x!.at[i * x!.step]!, type)
    else if (z === undefined) out[i] = g(x!.at[i * x!.step]!, y.at[i * y.step]!, type)
    else out[i] = g(x!.at[i * x!.step]!, y.at[i * y.step]!, z.at[i * z.step]!)
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

/** A kernel that applies the function for the operands' dtype to every element. */
const elementwise = <P extends Params = Params>(
  rule: (params: P) => ByDomain<Apply, Apply>
): Kernel<P> => kernel((inputs, [output], params) => map(inputs, output!, pick(rule(params), inputs[0]!.dtype)))

const apply = (rule: ByDomain<Apply, Apply>): Kernel<Params> => elementwise(() => rule)

const float = (f: (x: number, y: number) => number): Kernel<Params> => apply({ float: f })

const roundings: { readonly [M in RoundParams["roundingMethod"]]: (x: number) => number } = {
  awayFromZero: elementary.roundAway,
  toNearestEven: elementary.roundEven
}

/** Selects cases; the selector is clamped into range, as XLA clamps branch indices. */
function* selectN([which, ...cases]: ReadonlyArray<Value>, output: Value): Steps {
  const selector = operand(which!)
  const sources = cases.map((c) => ({ at: c.data, step: c.shape.length === 0 ? 0 : 1 }))
  const n = size(output)
  const target = output.data
  for (let i = 0; i < n; i++) {
    const k = Number(selector.at[i * selector.step]!)
    const source = sources[Math.min(Math.max(k, 0), sources.length - 1)]!
    target[i] = source.at[i * source.step]!
    if (i % stride === stride - 1) yield
  }
}

const clamp = ([low, x, high]: ReadonlyArray<Value>, output: Value): Steps => {
  const larger = pick(arithmetic.max, x!.dtype) as (a: Scalar, b: Scalar) => Scalar
  const smaller = pick(arithmetic.min, x!.dtype) as (a: Scalar, b: Scalar) => Scalar
  return map([low!, x!, high!], output, (l: Scalar, v: Scalar, h: Scalar) => smaller(larger(l, v), h))
}

export const elementwiseRules = {
  neg: apply(arithmetic.neg),
  abs: apply(arithmetic.abs),
  sign: apply(arithmetic.sign),
  not: apply(arithmetic.not),
  population_count: apply(arithmetic.populationCount),
  clz: apply(arithmetic.clz),
  add: apply(arithmetic.add),
  sub: apply(arithmetic.sub),
  mul: apply(arithmetic.mul),
  div: apply(arithmetic.div),
  rem: apply(arithmetic.rem),
  max: apply(arithmetic.max),
  min: apply(arithmetic.min),
  and: apply(arithmetic.and),
  or: apply(arithmetic.or),
  xor: apply(arithmetic.xor),
  shift_left: apply(arithmetic.shiftLeft),
  shift_right_logical: apply(arithmetic.shiftRightLogical),
  shift_right_arithmetic: apply(arithmetic.shiftRightArithmetic),
  eq: apply(arithmetic.eq),
  ne: apply(arithmetic.ne),
  lt: apply(arithmetic.lt),
  le: apply(arithmetic.le),
  gt: apply(arithmetic.gt),
  ge: apply(arithmetic.ge),
  integer_pow: elementwise<IntegerPowParams>(({ y }) => arithmetic.integerPow(y)),
  pow: float(elementary.pow),
  atan2: float(Math.atan2),
  nextafter: kernel((inputs, [output]) => map(inputs, output!, nextAfter(output!.dtype as Floating))),
  floor: float(Math.floor),
  ceil: float(Math.ceil),
  round: elementwise<RoundParams>(({ roundingMethod }) => ({ float: roundings[roundingMethod] })),
  is_finite: float((x) => Number(Number.isFinite(x))),
  exp: float(Math.exp),
  exp2: float((x) => 2 ** x),
  expm1: float(Math.expm1),
  log: float(Math.log),
  log1p: float(Math.log1p),
  logistic: float(elementary.logistic),
  sqrt: float(Math.sqrt),
  rsqrt: float((x) => 1 / Math.sqrt(x)),
  cbrt: float(Math.cbrt),
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  asin: float(Math.asin),
  acos: float(Math.acos),
  atan: float(Math.atan),
  sinh: float(Math.sinh),
  cosh: float(Math.cosh),
  tanh: float(Math.tanh),
  asinh: float(Math.asinh),
  acosh: float(Math.acosh),
  atanh: float(Math.atanh),
  erf: float(errorFunction.erf),
  erfc: float(errorFunction.erfc),
  erf_inv: float(errorFunction.erfInv),
  lgamma: float(gamma.lgamma),
  digamma: float(gamma.digamma),
  bessel_i0e: float(bessel.besselI0e),
  bessel_i1e: float(bessel.besselI1e),
  igamma: float(incompleteGamma.igamma),
  igammac: float(incompleteGamma.igammac),
  igamma_grad_a: float(incompleteGamma.igammaGradA),
  random_gamma_grad: float(incompleteGamma.randomGammaGrad),
  regularized_incomplete_beta: apply({ float: betainc }),
  zeta: float(zeta),
  polygamma: float(polygamma),
  select_n: kernel((inputs, [output]) => selectN(inputs, output!)),
  clamp: kernel((inputs, [output]) => clamp(inputs, output!))
}
