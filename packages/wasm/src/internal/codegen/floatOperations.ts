/**
 * Operations on float32 and float64 lanes that are a few instructions each. The elementary functions are in `../math`.
 */
import { f32x4, f64x2, type Local, v128 } from "../assembler/index.ts"
import type { Operations } from "./integerOperations.ts"
import type { LaneContext, Vector } from "./lanes.ts"
import { binary, type Operation, unary, wideComparison } from "./operation.ts"

type VectorLocal = Local<"v128">

/** What float32 and float64 lanes have each for themselves. */
interface Shape {
  readonly float: typeof f32x4 | typeof f64x2
  readonly number: (k: LaneContext, value: number) => Vector
  readonly comparison: (emit: (x: VectorLocal, y: VectorLocal) => Vector) => Operation
}

/** Whether a value is known not to be NaN. */
const isNumber = (literal: unknown): boolean => typeof literal === "number" && !Number.isNaN(literal)

/**
 * `pmax(x, y)` is one instruction and gives x where either is NaN; ones in the lanes where y is NaN make a NaN there too.
 * The standard's `max` is eight instructions on x64.
 */
const extremum = ({ float }: Shape, choose: "pmax" | "pmin"): Operation => (k, [x, y]) => {
  if (isNumber(y!.literal)) return binary(float[choose])(k, [x!, y!])
  if (isNumber(x!.literal)) return binary(float[choose])(k, [y!, x!])
  return binary((a, b) => v128.or(float[choose](a, b), float.ne(b, b)))(k, [x!, y!])
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
    roundEven: unary(float.nearest),
    sqrt: unary(float.sqrt),
    isFinite: (k, [x]) => comparison((a) => float.lt(float.abs(a), number(k, Infinity)))(k, [x!, x!]),
    max: extremum(shape, "pmax"),
    min: extremum(shape, "pmin"),
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
