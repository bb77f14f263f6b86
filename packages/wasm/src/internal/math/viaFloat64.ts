/**
 * float32 functions computed in float64: two lanes at a time, rounded once at the end.
 */
import { f32x4, f64x2, i64x2 } from "../assembler/index.ts"
import { type Float32Lanes, Float64Lanes, type VectorLocal } from "./lanes.ts"

export const viaFloat64 =
  (emit: (l: Float64Lanes, ...operands: ReadonlyArray<VectorLocal>) => VectorLocal) =>
  (l: Float32Lanes, ...operands: ReadonlyArray<VectorLocal>): VectorLocal => {
    const { f } = l
    const l64 = new Float64Lanes(l.context, "single")
    const half = (high: boolean): VectorLocal =>
      f.scope(() => {
        const promoted = operands.map((x) => f.let(f64x2.promoteLowF32x4(high ? i64x2.shuffle(x, x, [1, 1]) : x)))
        return f.let(f32x4.demoteF64x2Zero(emit(l64, ...promoted)))
      })
    const low = half(false)
    const high = half(true)
    return f.let(i64x2.shuffle(low, high, [0, 2]))
  }
