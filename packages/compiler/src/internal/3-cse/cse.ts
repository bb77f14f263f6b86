/**
 * Equal operations on equal operands are one (common subexpression elimination). All primitives are pure.
 */
import { type Graph, GraphBuilder, type Operation, type Value } from "../graph.ts"

/** Operand order means nothing to these, NaN payloads aside. */
const commutative: ReadonlySet<string> = new Set(["add", "mul", "max", "min", "and", "or", "xor", "eq", "ne"])

export const cse = (graph: Graph): Graph => {
  const builder = new GraphBuilder(graph.nextId)
  const operations: Array<Operation> = []
  const replacements = new Array<Value | undefined>(graph.nextId)
  const seen = new Map<string, Operation>()
  const objects = new Map<object, number>()

  const structure = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(structure).join()}]`
    if (typeof value === "object" && value !== null) {
      const prototype = Object.getPrototypeOf(value) as unknown
      if (prototype === Object.prototype || prototype === null) {
        return `{${Object.entries(value).map(([k, v]) => `${k}:${structure(v)}`).sort().join()}}`
      }
      // Programs and the like are equal when they are the same
      let number = objects.get(value)
      if (number === undefined) {
        number = objects.size
        objects.set(value, number)
      }
      return `#${number}`
    }
    return Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`
  }

  for (const operation of graph.operations) {
    let changed = false
    const inputs = operation.inputs.map((v) => {
      const other = replacements[v.id]
      if (other !== undefined) changed = true
      return other ?? v
    })
    const ids = inputs.map((v) => v.id)
    if (commutative.has(operation.name)) ids.sort((a, b) => a - b)
    let key = `${operation.name} ${ids.join()}`
    for (const name in operation.params) key += ` ${name}=${structure(operation.params[name])}`
    const known = seen.get(key)
    if (known !== undefined) {
      operation.outputs.forEach((v, i) => replacements[v.id] = known.outputs[i]!)
    } else if (!changed) {
      seen.set(key, operation)
      operations.push(operation)
    } else {
      const outputs = builder.operation(operation.name, operation.params, inputs, operation.outputs)
      operation.outputs.forEach((v, i) => replacements[v.id] = outputs[i]!)
      const made = outputs[0]!.operation!
      seen.set(key, made)
      operations.push(made)
    }
  }
  return {
    inputs: graph.inputs,
    operations,
    results: graph.results.map((v) => replacements[v.id] ?? v),
    nextId: builder.nextId
  }
}
