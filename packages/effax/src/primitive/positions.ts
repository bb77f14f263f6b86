/**
 * Positions along axes: conversion of integers of any dtype to the dtype that gather, scatter and dynamic slices take,
 * such that no position turns into another one.
 */
import type { DType } from "../DType.ts"
import { integerRange } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { add, convert, lt, max, min, select } from "./elementwise.ts"
import type { Ints } from "./rule.ts"

/** Converts an integer array to another integer dtype. Values outside its range become the nearest value in range. */
export const saturate = (x: NdArray.Any, dtype: DType): NdArray.Any => {
  const [low, high] = integerRange(x.dtype)
  const [least, largest] = integerRange(dtype)
  const above = low < least ? max(x, least) : x
  return convert(high > largest ? min(above, largest) : above, dtype)
}

/** The dtype of positions in an array: int32, or int64 if an axis is too long for int32. */
export const positionDType = (shape: Ints): "int32" | "int64" => shape.some((n) => n >= 2 ** 31) ? "int64" : "int32"

/** The nearest position in the range of a dtype; all positions beyond the range are outside of every axis. */
export const nearestPosition = (at: number, dtype: "int32" | "int64"): number =>
  dtype === "int32" ? Math.min(Math.max(at, -(2 ** 31)), 2 ** 31 - 1) : at

/** Positions along an axis, counted from its start; negative ones count from its end, once. */
export const fromFront = (x: NdArray.Any, size: number, dtype: "int32" | "int64" = "int32"): NdArray.Any => {
  const positions = saturate(x, dtype)
  return integerRange(x.dtype)[0] < 0n ? select(lt(positions, 0), add(positions, size), positions) : positions
}
