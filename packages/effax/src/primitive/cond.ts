/**
 * `cond`: one of several Programs, picked while running.
 */
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { checkOperands, checkResults, resultsOf } from "./controlFlow.ts"
import type { CondParams } from "./params.ts"

const primitive: Primitive<CondParams> = {
  name: "cond",
  abstract([, ...operands], { branches }) {
    branches.forEach((branch, i) => {
      checkOperands("cond", `branch ${i}`, branch, operands)
      checkResults("cond", `branch ${i}`, branch, resultsOf(branches[0]!))
    })
    return resultsOf(branches[0]!)
  },
  jvp: () => [],
  batch: () => ({ outputs: [], batched: [] })
}

/** Runs the branch that `index`, an int32 scalar, picks. */
export const cond = Object.assign(
  (index: NdArray.Any, operands: ReadonlyArray<NdArray.Any>, params: CondParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, [index, ...operands], params),
  { primitive }
)
