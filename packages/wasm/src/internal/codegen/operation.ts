/**
 * The shape of an operation's emitter, and the ways in which most of them are made.
 */
import type { DType } from "effax/DType"
import { i32, i32x4, i64x2, type Local, type Value } from "../assembler/index.ts"
import type { LaneContext, Lanes, Vector } from "./lanes.ts"

/** A value of the body that an instruction uses. */
export interface Argument {
  readonly dtype: DType
  /** The value, where it is a literal: some instructions are better with one, and need no vector of it. */
  readonly literal: number | bigint | boolean | undefined
  readonly lanes: Lanes
}

/** Emits what an operation needs and gives the expressions of its result's vectors. */
export type Operation = (k: LaneContext, args: ReadonlyArray<Argument>) => ReadonlyArray<Vector>

export const unary = (emit: (x: Local<"v128">, k: LaneContext) => Vector): Operation => (k, [x]) =>
  x!.lanes.map((part) => emit(part, k))

export const binary =
  (emit: (x: Local<"v128">, y: Local<"v128">, k: LaneContext) => Vector): Operation => (k, [x, y]) => {
    const right = y!.lanes
    return x!.lanes.map((part, i) => emit(part, right[i]!, k))
  }

/** A comparison of 64-bit lanes, whose result is a mask of 32-bit lanes. */
export const wideComparison =
  (emit: (x: Local<"v128">, y: Local<"v128">, k: LaneContext) => Vector): Operation => (k, args) => [
    narrow(k, binary(emit)(k, args))
  ]

/** A mask of 32-bit lanes out of vectors of 64-bit lanes. */
export const narrow = (k: LaneContext, wide: ReadonlyArray<Vector>): Vector => {
  const [first, second] = wide.map((part) => k.f.let(part))
  return i32x4.shuffle(first!, second ?? first!, [0, 2, 4, 6])
}

/** Vectors of 64-bit masks out of one of 32-bit lanes. */
export const widenMask = (k: LaneContext, mask: Local<"v128">): ReadonlyArray<Vector> =>
  k.width === 1 ? [i64x2.extendLowI32x4S(mask)] : [i64x2.extendLowI32x4S(mask), i64x2.extendHighI32x4S(mask)]

/** One 32-bit lane after the other, by scalar instructions. */
export const perLane32 = (emit: (x: Value<"i32">, y: Value<"i32">, k: LaneContext) => Value<"i32">): Operation =>
(
  k,
  [x, y]
) => {
  const a = x!.lanes[0]!
  const b = (y ?? x!).lanes[0]!
  const lane = (i: number) => emit(i32x4.extractLane(a, i), i32x4.extractLane(b, i), k)
  let vector = i32x4.splat(lane(0))
  for (let i = 1; i < k.width; i++) vector = i32x4.replaceLane(vector, i, lane(i))
  return [vector]
}

/** One 64-bit lane after the other, by scalar instructions. */
export const perLane64 = (emit: (x: Value<"i64">, y: Value<"i64">, k: LaneContext) => Value<"i64">): Operation =>
(
  k,
  [x, y]
) => {
  const right = (y ?? x!).lanes
  return x!.lanes.map((a, part) => {
    const lane = (i: number) => emit(i64x2.extractLane(a, i), i64x2.extractLane(right[part]!, i), k)
    const vector = i64x2.splat(lane(0))
    return k.width === 1 ? vector : i64x2.replaceLane(vector, 1, lane(1))
  })
}

/** A scalar condition as an i32 of all ones or all zeros. */
export const maskOf = (condition: Value<"i32">): Value<"i32"> => i32.sub(0, condition)
