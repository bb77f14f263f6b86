/**
 * Operations that hold Graphs: `repeat`, which scans and while loops become, and `branch`.
 */
import type { Params } from "effax/Primitive"
import type { Graph, GraphBuilder, Operation, Type, Value } from "./graph.ts"

/**
 * Parameters of `repeat`. Operands: constants, initial carry, arrays whose axis 0 is walked along. The body takes constants,
 * carry and one slice of each array to the next carry and one slice of each stacked result. Results: last carry, stacked
 * results.
 */
export interface RepeatParams extends Params {
  readonly body: Graph
  /** At most so many steps; `null` for as many as the condition wants. */
  readonly steps: number | null
  /** The number of the carry, a bool, without which no further step is taken; there are then no arrays to walk along. */
  readonly condition: number | null
  readonly numConsts: number
  readonly numCarry: number
  readonly reverse: boolean
  /** How many steps are wanted as one. */
  readonly unroll: number
  /** The primitive that it was, for the names of kernels. */
  readonly origin: string
}

/** Parameters of `branch`. Operands: an int32 scalar that picks the branch (clamped into range), then those of all branches. */
export interface BranchParams extends Params {
  readonly branches: ReadonlyArray<Graph>
}

export const repeat = (
  builder: GraphBuilder,
  params: RepeatParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("repeat", params, inputs, types)

export const branch = (
  builder: GraphBuilder,
  params: BranchParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("branch", params, inputs, types)

/** An operation as the control flow that it is. */
export type ControlFlow =
  | { readonly name: "repeat"; readonly params: RepeatParams }
  | { readonly name: "branch"; readonly params: BranchParams }

export const controlFlowOf = ({ name, params }: Operation): ControlFlow | undefined =>
  name === "repeat"
    ? { name, params: params as RepeatParams }
    : name === "branch"
    ? { name, params: params as BranchParams }
    : undefined

/** The Graphs that an operation holds. */
export const graphsOf = (operation: Operation): ReadonlyArray<Graph> => {
  const flow = controlFlowOf(operation)
  return flow === undefined ? [] : flow.name === "repeat" ? [flow.params.body] : flow.params.branches
}

/** The operation's parameters with other Graphs in place of its own. */
export const mapGraphs = (operation: Operation, f: (graph: Graph) => Graph): Params => {
  const flow = controlFlowOf(operation)
  return flow === undefined
    ? operation.params
    : flow.name === "repeat"
    ? { ...flow.params, body: f(flow.params.body) }
    : { branches: flow.params.branches.map(f) }
}
