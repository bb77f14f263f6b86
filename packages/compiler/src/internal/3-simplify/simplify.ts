/**
 * One pass over the region in order of evaluation: every operation sees operands that are simple already.
 */
import { each, type Steps, toEnd } from "effax/Backend"
import type { Params } from "effax/Primitive"
import { controlFlowOf } from "../controlFlow.ts"
import { isElementwise } from "../primitiveTable.ts"
import { type Operation, type Region, RegionBuilder, type Type, type Value } from "../region.ts"
import { simplifyControlFlow } from "./controlFlow.ts"
import { simplifyElementwise } from "./elementwise.ts"
import type { Draft, Rewriter } from "./rewriter.ts"
import { structuralRules } from "./structural.ts"

const isDraft = (x: Value | Draft): x is Draft => "params" in x

export const simplify = (region: Region): Region => toEnd(simplifying(region))

/** In steps. */
export function* simplifying(region: Region): Steps<Region> {
  const builder = new RegionBuilder(region.nextId)
  const replacements = new Array<Value | undefined>(region.nextId)
  const read = (v: Value): Value =>
    replacements[v.id] ?? (v.literal === undefined ? v : replacements[v.id] = builder.literal(v.literal, v.dtype))

  const simplified = (draft: Draft): Value | Draft =>
    isElementwise(draft.name)
      ? simplifyElementwise(draft, rewriter)
      : structuralRules[draft.name]?.(draft, rewriter) ?? draft

  const rewriter: Rewriter = {
    builder,
    make: (name: string, params: Params, inputs: ReadonlyArray<Value>, type: Type): Value => {
      const value = simplified({ name, params, inputs, type })
      return isDraft(value)
        ? builder.operation(value.name, value.params, value.inputs, [value.type])[0]!
        : value
    },
    copy: (operation: Operation, inputs: ReadonlyArray<Value>): ReadonlyArray<Value> => {
      const flow = controlFlowOf(operation)
      const { name, outputs, params } = operation
      if (flow !== undefined) return simplifyControlFlow(flow, inputs, outputs, rewriter)
      return outputs.length === 1
        ? [rewriter.make(name, params, inputs, outputs[0]!)]
        : builder.operation(name, params, inputs, outputs)
    },
    simplify
  }

  yield* each(region.operations, 256, (operation) => {
    const outputs = rewriter.copy(operation, operation.inputs.map(read))
    operation.outputs.forEach((v, i) => replacements[v.id] = outputs[i]!)
  })
  return {
    inputs: region.inputs,
    operations: builder.operations,
    results: region.results.map(read),
    nextId: builder.nextId
  }
}
