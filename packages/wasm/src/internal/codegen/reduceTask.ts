/**
 * What both ways of reducing, by rows and by columns, are given.
 */
import type { Body, Reduce, ValueId } from "@effax/compiler/Plan"
import type { Accumulator } from "./accumulator.ts"

/** An accumulation with what the body gives it. */
export interface Reduction {
  readonly accumulator: Accumulator
  /** The values of its fields in the body. */
  readonly values: ReadonlyArray<ValueId>
}

export interface ReduceTask {
  readonly kernel: Reduce
  /** The body, with conversions and positions that accumulations need at its end. */
  readonly body: Body
  readonly reductions: ReadonlyArray<Reduction>
  /** The axis of `[...kept, ...reduced]` to vectorise. */
  readonly vectorAxis: number
}
