/**
 * `while`: a Program that is run on its own results as long as a condition holds.
 */
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { checkOperands, checkResults } from "./controlFlow.ts"
import type { WhileParams } from "./params.ts"

const primitive: Primitive<WhileParams> = {
  name: "while",
  abstract(inputs, { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts }) {
    const carry = inputs.slice(condNconsts + bodyNconsts)
    checkOperands("while", "the condition", condJaxpr, [...inputs.slice(0, condNconsts), ...carry])
    checkResults("while", "the condition", condJaxpr, [{ dtype: "bool", shape: [], weak: false }])
    checkOperands("while", "the body", bodyJaxpr, inputs.slice(condNconsts))
    checkResults("while", "the body", bodyJaxpr, carry)
    return bodyJaxpr.results.map(({ aval }) => aval)
  },
  jvp: () => [],
  batch: () => ({ outputs: [], batched: [] })
}

/** Operands: constants of the condition, constants of the body, initial carry. */
export const whilePrimitive = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: WhileParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
