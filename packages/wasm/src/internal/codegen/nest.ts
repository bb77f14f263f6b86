/**
 * Nests of loops over a range of an iteration space, with a body of straight-line code at every point: see `emitNest`.
 */
import type { Body, Store } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import type { Local } from "../assembler/index.ts"
import type { KernelFunction } from "./kernel.ts"

/** Which coordinates of an axis a nest visits: one, or all in `[from, to)`. */
export type Range =
  | { readonly at: Local<"i32"> | number }
  | {
    readonly from: Local<"i32"> | number
    readonly to: Local<"i32"> | number
    /** What `to - from` is known to be a multiple of, where they are not numbers: without tails, code is shorter. */
    readonly multipleOf?: number
  }

/** Where the values of `result` instructions are: `which` of the instruction is the index in the nest's `results`. */
export interface ResultSource {
  /** The address of the element at the first point that the nest visits. */
  readonly pointer: Local<"i32">
  /** Bytes from one point to the next, for each axis of the space; anything on `at` axes. */
  readonly strides: ReadonlyArray<number>
  /** As stored there, which need not be the dtype of the instruction: converted on the way. */
  readonly dtype: DType
}

export interface Nest {
  /** One for each axis of the space. */
  readonly ranges: ReadonlyArray<Range>
  readonly body: Body
  readonly stores: ReadonlyArray<Store>
  readonly results?: ReadonlyArray<ResultSource>
}

/**
 * Emits loops that run the body at every point of the ranges and store. Before it nothing need be set up but what the
 * ranges and results name. No work is divided and no cancel flag is looked at: that is the business of units.
 */
export declare const emitNest: (k: KernelFunction, nest: Nest) => void
