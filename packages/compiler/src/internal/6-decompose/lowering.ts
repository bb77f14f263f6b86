/**
 * The entries of the tables of decomposition: one function for each operation.
 */
import type { OperationName, OperationParams, Type } from "../region.ts"
import type { LoopBuilder } from "./builder.ts"
import type { LoopOp } from "./loopOp.ts"

/** An operation of a region, with loop operations as operands. */
export interface Equation<N extends OperationName> {
  readonly inputs: ReadonlyArray<LoopOp>
  readonly outputs: ReadonlyArray<Type>
  readonly params: OperationParams[N]
}

/** Gives a loop operation for each result. */
export type Lowering<N extends OperationName = OperationName> = (
  builder: LoopBuilder,
  equation: Equation<N>
) => ReadonlyArray<LoopOp>

/** Some of the table of decomposition. */
export type Lowerings = { readonly [N in OperationName]?: Lowering<N> }
