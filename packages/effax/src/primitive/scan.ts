/**
 * `scan`: a Program that is run along the first axis of arrays, handing a carry on from step to step.
 */
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { checkOperands, checkResults, resultsOf } from "./controlFlow.ts"
import type { ScanParams } from "./params.ts"

const primitive: Primitive<ScanParams> = {
  name: "scan",
  abstract(inputs, { jaxpr, length, numCarry, numConsts }) {
    const slices = inputs.slice(numConsts + numCarry).map((x) => ({ ...x, shape: x.shape.slice(1) }))
    checkOperands("scan", "the body", jaxpr, [...inputs.slice(0, numConsts + numCarry), ...slices])
    const results = resultsOf(jaxpr)
    const carry = inputs.slice(numConsts, numConsts + numCarry)
    checkResults("scan", "the body", jaxpr, [...carry, ...results.slice(numCarry)])
    return results.map((x, i) => i < numCarry ? x : { ...x, shape: [length, ...x.shape] })
  },
  jvp: () => [],
  batch: () => ({ outputs: [], batched: [] })
}

/** Operands: constants, initial carry, arrays whose axis 0 is scanned. */
export const scanPrimitive = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: ScanParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
