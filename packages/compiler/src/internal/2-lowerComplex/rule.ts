/**
 * The form of this stage's rules: how the result of a primitive is made of the parts of its complex operands.
 */
import * as DType from "effax/DType"
import type { Params } from "effax/Primitive"
import type { Type, Value } from "../region.ts"
import type { Operand, Parts, RealBuilder } from "./builder.ts"

export interface Draft {
  readonly inputs: ReadonlyArray<Operand>
  readonly params: Params
  /** For the one result. */
  readonly type: Type
}

/** Gives the parts of a complex result, or the value of a real one. Scalars stand for arrays full of them. */
export type Rule = (b: RealBuilder, draft: Draft) => Parts | Value

/** The type of both parts. */
export const partsType = ({ dtype, shape }: Type): Type => ({ dtype: DType.realOf(dtype), shape })
