/**
 * How values of each dtype lie in vectors while a body computes with them: always four points at a time.
 *
 * | dtype | vectors | a lane holds |
 * |---|---|---|
 * | float32, int32, uint32 | 1 | the element |
 * | int8, int16, uint8, uint16 | 1 | the element, sign or zero extended to 32 bits |
 * | float16, bfloat16 | 1 | the element's bits, zero extended to 32 bits |
 * | bool | 1 | all ones or all zeros |
 * | float64, int64, uint64 | 2 | the element; points 0 and 1 in the first vector, 2 and 3 in the second |
 *
 * The end of an axis, where fewer than four points are left, is computed one point at a time, by the same instructions
 * on lane 0 alone: what stands in other lanes then means nothing. So a point's result has the same bits wherever
 * loops are cut.
 */
import type { DType } from "effax/DType"
import { itemSize } from "effax/DType"
import { i32x4, type Local, type Value } from "../assembler/index.ts"
import type { KernelFunction } from "./kernel.ts"

/** How many points a body computes at a time. */
export type Width = 4 | 1

export type Vector = Value<"v128">

/** The vectors of a value. */
export type Lanes = ReadonlyArray<Local<"v128">>

/** Where instructions of a body are emitted to. */
export interface LaneContext extends KernelFunction {
  readonly width: Width
}

/** Whether the elements of a dtype are 64 bits wide. */
export const isWide = (dtype: DType): boolean => itemSize(dtype) === 8

/** How many vectors a value has. */
export const parts = (dtype: DType, width: Width): number => isWide(dtype) && width === 4 ? 2 : 1

/** The low halves of 64-bit lanes. */
export const lowHalves = (wide: Lanes): Vector => i32x4.shuffle(wide[0]!, wide[1] ?? wide[0]!, [0, 2, 4, 6])
