/**
 * The entries of the tables of decomposition: one function per primitive.
 */
import type { Params } from "effax/Primitive"
import type { Type } from "../region.ts"
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"

/** An operation of a region, with loop operations as operands. */
export interface Equation {
  readonly inputs: ReadonlyArray<LoopOp>
  readonly outputs: ReadonlyArray<Type>
  readonly params: Params
}

/** Gives a loop operation for each result. */
export type Lowering = (builder: LoopBuilder, equation: Equation) => ReadonlyArray<LoopOp>
