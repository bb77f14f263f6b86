/**
 * The form of this stage's rules: how the result of a primitive is made of the parts of its complex operands.
 */
import * as DType from "effax/DType"
import type { OperationName, OperationParams, Type, Value } from "../region.ts"
import type { Operand, Parts, RealBuilder } from "./builder.ts"

export interface Draft<N extends OperationName> {
  readonly inputs: ReadonlyArray<Operand>
  readonly params: OperationParams[N]
  /** For the one result. */
  readonly type: Type
}

/** Gives the parts of a complex result, or the value of a real one. Scalars stand for arrays full of them. */
export type Rule<N extends OperationName = OperationName> = (b: RealBuilder, draft: Draft<N>) => Parts | Value

/** The type of both parts. */
export const partsType = ({ dtype, shape }: Type): Type => ({ dtype: DType.realOf(dtype), shape })
