/**
 * Operations on float32 and float64 lanes that are a few instructions each. The elementary functions are in `../math`.
 */
import { f32x4, f64x2, type Local, v128 } from "../assembler/index.ts"
import type { Operations } from "./integerOperations.ts"
import type { LaneContext, Vector } from "./lanes.ts"
import { type Argument, binary, type Operation, unary, wideComparison } from "./operation.ts"

type VectorLocal = Local<"v128">

/** What float32 and float64 lanes have each for themselves. */
interface Shape {
  readonly float: typeof f32x4 | typeof f64x2
  readonly number: (k: LaneContext, value: number) => Vector
  readonly comparison: (emit: (x: VectorLocal, y: VectorLocal) => Vector) => Operation
}

/** Whether a literal is a number for which a tie of zeros gives the other operand, as it should. */
const isPlain = (literal: Argument["literal"], wrongZero: number): boolean =>
  typeof literal === "number" && !Number.isNaN(literal) && !Object.is(literal, wrongZero)

/**
 * IEEE 754's maximum: NaN if an operand is, and 0 of 0 and -0. The standard's `max` is eight instructions on x64, `pmax`
 * is one: `x < y ? y : x`, which gives x for NaN and for ties. Its two results, for both orders of the operands, differ
 * there only. Ones in place of the differing bits keep a NaN and make -0 of two zeros, and a difference makes that 0.
 */
const maximum = ({ float, number }: Shape): Operation => (k, [x, y]) => {
  if (isPlain(y!.literal, 0)) return binary(float.pmax)(k, [x!, y!])
  if (isPlain(x!.literal, 0)) return binary(float.pmax)(k, [y!, x!])
  // max(x, 0), of every relu: -0 + 0 is 0
  if (y!.literal === 0) return binary((a, b) => float.add(float.pmax(a, b), number(k, 0)))(k, [x!, y!])
  if (x!.literal === 0) return binary((a, b) => float.add(float.pmax(a, b), number(k, 0)))(k, [y!, x!])
  return binary((a, b) => {
    const either = k.f.let(float.pmax(a, b))
    const differing = k.f.let(v128.xor(either, float.pmax(b, a)))
    return float.sub(v128.or(either, differing), differing)
  })(k, [x!, y!])
}

/** IEEE 754's minimum: of zeros and of NaN, the bits of both operands together are the result. */
const minimum = ({ float }: Shape): Operation => (k, [x, y]) => {
  if (isPlain(y!.literal, -0)) return binary(float.pmin)(k, [x!, y!])
  if (isPlain(x!.literal, -0)) return binary(float.pmin)(k, [y!, x!])
  return binary((a, b) => v128.or(float.pmin(a, b), float.pmin(b, a)))(k, [x!, y!])
}

const arithmetic = (shape: Shape): Operations => {
  const { comparison, float, number } = shape
  return {
    add: binary(float.add),
    sub: binary(float.sub),
    mul: binary(float.mul),
    div: binary(float.div),
    neg: unary(float.neg),
    abs: unary(float.abs),
    floor: unary(float.floor),
    ceil: unary(float.ceil),
    round_to_even: unary(float.nearest),
    sqrt: unary(float.sqrt),
    is_finite: (k, [x]) => comparison((a) => float.lt(float.abs(a), number(k, Infinity)))(k, [x!, x!]),
    max: maximum(shape),
    min: minimum(shape),
    eq: comparison(float.eq),
    ne: comparison(float.ne),
    lt: comparison(float.lt),
    le: comparison(float.le),
    gt: comparison(float.gt),
    ge: comparison(float.ge)
  }
}

export const float32Operations: Operations = arithmetic({
  float: f32x4,
  number: (k, value) => k.constants.f32x4(value),
  comparison: binary
})

export const float64Operations: Operations = arithmetic({
  float: f64x2,
  number: (k, value) => k.constants.f64x2(value),
  comparison: wideComparison
})
