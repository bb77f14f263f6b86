/**
 * One pass over the graph in order of evaluation: every operation sees operands that are simple already.
 */
import type { Params } from "effax/Primitive"
import { type Graph, GraphBuilder, type Operation, type Type, type Value } from "../graph.ts"
import { isElementwise } from "../primitiveTable.ts"
import { simplifyElementwise } from "./elementwise.ts"
import type { Draft, Rewriter } from "./rewriter.ts"
import { structuralRules } from "./structural.ts"

const isDraft = (x: Value | Draft): x is Draft => "params" in x

export const simplify = (graph: Graph): Graph => {
  const builder = new GraphBuilder(graph.nextId)
  const replacements = new Array<Value | undefined>(graph.nextId)
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
    }
  }

  const copy = (operation: Operation, inputs: ReadonlyArray<Value>): void => {
    const outputs = builder.operation(operation.name, operation.params, inputs, operation.outputs)
    operation.outputs.forEach((v, i) => replacements[v.id] = outputs[i]!)
  }

  for (const operation of graph.operations) {
    const inputs = operation.inputs.map(read)
    if (operation.outputs.length !== 1) {
      copy(operation, inputs)
      continue
    }
    const type = operation.outputs[0]!
    replacements[type.id] = rewriter.make(operation.name, operation.params, inputs, type)
  }
  return {
    inputs: graph.inputs,
    operations: builder.operations,
    results: graph.results.map(read),
    nextId: builder.nextId
  }
}
