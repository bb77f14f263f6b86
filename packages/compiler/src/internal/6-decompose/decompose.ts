/**
 * Primitives become what bodies and kernels can do. The table lacks none of them, or does not compile.
 */
import { each, type Steps, toEnd } from "effax/Backend"
import type { PrimitiveName } from "effax/Primitives"
import type { Graph, Value } from "../graph.ts"
import { LoweringError } from "../loweringError.ts"
import { NodeBuilder } from "./builder.ts"
import { contractions } from "./contraction.ts"
import { controlFlow } from "./controlFlow.ts"
import { elementwise } from "./elementwise.ts"
import { indexing } from "./indexing.ts"
import type { Lowering } from "./lowering.ts"
import type { Node, WithStarts } from "./node.ts"
import { reductions } from "./reduction.ts"
import { structural } from "./structural.ts"
import { threefry2x32 } from "./threefry.ts"

/** These are gone where there are no complex numbers. */
type Complex = "real" | "imag" | "complex" | "conj"

/** Calls are inlined before, and control flow has other names by now. */
type Decomposable =
  | Exclude<
    PrimitiveName,
    | "jit"
    | "check"
    | "checkpoint"
    | "custom_linear_solve"
    | "custom_jvp_call"
    | "custom_vjp_call"
    | "cond"
    | "while"
    | "scan"
    | Complex
  >
  | "while"
  | "case"

const lowerings: { readonly [P in Decomposable]: Lowering } = {
  ...elementwise,
  ...structural,
  ...indexing,
  ...reductions,
  ...contractions,
  ...controlFlow,
  threefry2x32,
  name: (_, { inputs }) => inputs,
  unvmap_any: (_, { inputs }) => inputs,
  optimization_barrier: (_, { inputs }) => inputs
}

export const decompose = (graph: Graph): WithStarts => toEnd(decomposing(graph))

/** In steps. */
export function* decomposing(graph: Graph): Steps<WithStarts> {
  const builder = new NodeBuilder()
  const starts: Array<number> = []
  const nodes = new Array<Node | undefined>(graph.nextId)
  const read = (v: Value): Node => {
    let node = nodes[v.id]
    if (node === undefined) {
      node = builder.literal(v.literal!, v.dtype)
      nodes[v.id] = node
    }
    return node
  }
  graph.inputs.forEach((v, index) => nodes[v.id] = builder.node({ kind: "input", index }, v.dtype, v.shape, []))
  yield* each(graph.operations, 256, ({ inputs, name, outputs, params }) => {
    const lowering = lowerings[name as Decomposable]
    if (lowering === undefined) throw new LoweringError(name)
    builder.origin = name
    starts.push(builder.nodes.length)
    // Complex numbers have no lanes, wherever they turn up
    for (const v of outputs) builder.lane(v.dtype)
    const operands = inputs.map(read)
    // an empty array is looked at as any other
    const made = name === "debug_callback" || outputs.some((v) => !v.shape.includes(0))
      ? lowering(builder, { inputs: operands, outputs, params })
      : outputs.map((v) => builder.fill(builder.literal(0, v.dtype), v.shape))
    outputs.forEach((v, i) => nodes[v.id] = made[i]!)
  })
  return {
    nodes: builder.nodes,
    inputs: graph.inputs.map(read),
    results: graph.results.map(read),
    effects: builder.effects,
    starts
  }
}
