/**
 * Positions along axes: integers of any dtype as the dtype that gather, scatter and dynamic slices are given, so that no
 * position becomes another one on the way.
 */
import type { DType } from "../DType.ts"
import { integerRange } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { add, convert, lt, max, min, select } from "./elementwise.ts"
import type { Ints } from "./rule.ts"

/** An integer array in another integer dtype. Values that the dtype does not have become the nearest that it has. */
export const saturate = (x: NdArray.Any, dtype: DType): NdArray.Any => {
  const [low, high] = integerRange(x.dtype)
  const [least, largest] = integerRange(dtype)
  const above = low < least ? max(x, least) : x
  return convert(high > largest ? min(above, largest) : above, dtype)
}

/** The dtype of positions in an array: int32, and int64 where an axis is too long for it. */
export const positionDType = (shape: Ints): "int32" | "int64" => shape.some((n) => n >= 2 ** 31) ? "int64" : "int32"

/** The nearest position of a dtype: beyond it lie only positions that are outside of every axis. */
export const nearestPosition = (at: number, dtype: "int32" | "int64"): number =>
  dtype === "int32" ? Math.min(Math.max(at, -(2 ** 31)), 2 ** 31 - 1) : at

/** Positions along an axis counted from its front: negative ones count from its end, once. */
export const fromFront = (x: NdArray.Any, size: number, dtype: "int32" | "int64" = "int32"): NdArray.Any => {
  const positions = saturate(x, dtype)
  return integerRange(x.dtype)[0] < 0n ? select(lt(positions, 0), add(positions, size), positions) : positions
}
