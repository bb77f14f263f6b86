/**
 * Which coordinates of an axis loops visit.
 */
import type { Local } from "../assembler/index.ts"

/** All coordinates in `[from, to)`. */
export interface Interval {
  readonly from: Local<"i32"> | number
  readonly to: Local<"i32"> | number
  /** What `to - from` is known to be a multiple of, where they are not numbers: without tails, code is shorter. */
  readonly multipleOf?: number
}

/** One coordinate of an axis, or an interval of it. */
export type Range = { readonly at: Local<"i32"> | number } | Interval

/** The first coordinate. */
export const first = (range: Range): Local<"i32"> | number => "at" in range ? range.at : range.from

/** How many points a range has, where that is known. */
export const extent = (range: Range): number | undefined =>
  "at" in range
    ? 1
    : typeof range.from === "number" && typeof range.to === "number"
    ? range.to - range.from
    : undefined

/** What the number of points of an interval is known to be a multiple of. */
export const divisor = (range: Interval): number => extent(range) ?? range.multipleOf ?? 1

export const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)

/** The interval that an axis with a loop has. */
export const interval = (range: Range): Interval => {
  if ("at" in range) throw new Error("codegen: a loop over an axis with one coordinate")
  return range
}
