/**
 * Operations on float32 and float64 lanes that are a few instructions each. The elementary functions are in `../math`.
 */
import { f32x4, f64x2, i32x4, i64x2, type Local, v128 } from "../assembler/index.ts"
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
  const signed = (k: LaneContext, magnitude: Vector, x: VectorLocal) => v128.or(magnitude, v128.and(x, number(k, -0)))
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
    roundAway: unary((x, k) => {
      const whole = k.f.let(float.trunc(x))
      const away = float.ge(float.abs(float.sub(x, whole)), number(k, 0.5))
      const step = v128.and(away, signed(k, number(k, 1), x))
      // -0 + 0 would lose the sign
      return signed(k, float.add(whole, step), x)
    }),
    sqrt: unary(float.sqrt),
    sign: unary((x, k) => {
      // ordered and not 0
      const nonZero = float.gt(float.abs(x), number(k, 0))
      return v128.bitselect(signed(k, number(k, 1), x), x, nonZero)
    }),
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

/** The next number up or down, as the next integer of the bits; from 0, the least subnormal. */
const nextafter = (
  float: typeof f32x4 | typeof f64x2,
  integer: typeof i32x4 | typeof i64x2,
  constants: (k: LaneContext) => { readonly one: Vector; readonly sign: Vector; readonly zero: Vector }
): Operation =>
  binary((x, y, k) => {
    const { f } = k
    const { one, sign, zero } = constants(k)
    // Away from zero where y is further out than x on x's side.
    const outwards = f.let(integer.eq(f.let(float.lt(x, y)), f.let(float.gt(x, zero))))
    const step = f.let(v128.or(v128.and(outwards, one), v128.andnot(f.let(integer.neg(one)), outwards)))
    const moved = f.let(integer.add(x, step))
    const fromZero = v128.or(v128.and(y, sign), one)
    const different = f.let(v128.bitselect(fromZero, moved, float.eq(x, zero)))
    const result = f.let(v128.bitselect(y, different, float.eq(x, y)))
    const unordered = v128.or(float.ne(x, x), float.ne(y, y))
    return v128.or(result, unordered)
  })

export const nextafter32: Operation = nextafter(f32x4, i32x4, (k) => ({
  one: k.constants.i32x4(1),
  sign: k.constants.f32x4(-0),
  zero: k.constants.f32x4(0)
}))

export const nextafter64: Operation = nextafter(f64x2, i64x2, (k) => ({
  one: k.constants.i64x2(1n),
  sign: k.constants.f64x2(-0),
  zero: k.constants.f64x2(0)
}))
