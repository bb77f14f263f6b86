/**
 * The arguments of simplification rules: the operation with its operands simplified already, and a way to make others.
 */
import type { Params } from "effax/Primitive"
import type { Operation, Region, RegionBuilder, Type, Value } from "../region.ts"
import type { Scalar } from "../scalar.ts"

/** An operation with one result, before it is made. */
export interface Draft {
  readonly name: string
  readonly params: Params
  readonly inputs: ReadonlyArray<Value>
  readonly type: Type
}

/** Gives the value that stands in for the result; `undefined` leaves the operation as it is. */
export type Rule = (draft: Draft, rewriter: Rewriter) => Value | undefined

export interface Rewriter {
  readonly builder: RegionBuilder
  /** Makes an operation, simplified in its turn. */
  readonly make: (name: string, params: Params, inputs: ReadonlyArray<Value>, type: Type) => Value
  /** An operation once more, on other operands, simplified. */
  readonly copy: (operation: Operation, inputs: ReadonlyArray<Value>) => ReadonlyArray<Value>
  /** A region, simplified by itself. */
  readonly simplify: (region: Region) => Region
}

/** The scalar that an array is full of: a scalar itself, or the operand of its broadcast. */
export const uniform = (v: Value): Value | undefined => {
  if (v.shape.length === 0) return v
  const operation = v.operation
  return operation?.name === "broadcast_in_dim" && operation.inputs[0]!.shape.length === 0
    ? operation.inputs[0]!
    : undefined
}

/** The literal that an array is full of. */
export const constantOf = (v: Value): Scalar | undefined => uniform(v)?.literal

/** An array full of a scalar. */
export const fill = (scalar: Value, shape: ReadonlyArray<number>, rewriter: Rewriter): Value =>
  shape.length === 0
    ? scalar
    : rewriter.make("broadcast_in_dim", { shape, broadcastDimensions: [] }, [scalar], { dtype: scalar.dtype, shape })
