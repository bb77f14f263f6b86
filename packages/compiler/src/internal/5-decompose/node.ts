/**
 * The form after decomposition: nodes that map one to one on what bodies and kernels can do. Every node has one value;
 * the results of a sort are nodes of their own.
 */
import * as Aval from "effax/Aval"
import type { DType } from "effax/DType"
import type { GatherDimensionNumbers, ScatterDimensionNumbers } from "effax/Primitives"
import type { BinaryOp, Combiner, Cumulative, Scatter, UnaryOp } from "../../Plan.ts"
import type { Scalar } from "../scalar.ts"

type Ints = ReadonlyArray<number>

/** What an elementwise node does to its operands; `copy` gives them as they are. */
export type MapOp = UnaryOp | BinaryOp | "convert" | "bitcast" | "select" | "copy"

/** How a contraction's operands are indexed: `[...batch, m..., k]` and `[...batch, n..., k]`, with one contracting axis. */
export interface ContractionAxes {
  readonly batch: number
  readonly m: number
  readonly n: number
}

/** What a node does, with the parameters of doing it. */
export type Action =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "literal"; readonly value: Scalar }
  | { readonly kind: "map"; readonly op: MapOp }
  | { readonly kind: "reshape" }
  | { readonly kind: "transpose"; readonly permutation: Ints }
  /** Operand axis `i` is axis `dimensions[i]` of the result. */
  | { readonly kind: "broadcast"; readonly dimensions: Ints }
  | { readonly kind: "slice"; readonly starts: Ints; readonly steps: Ints }
  | { readonly kind: "rev"; readonly dimensions: Ints }
  | { readonly kind: "iota"; readonly axis: number }
  /** Inputs: array, scalar. */
  | { readonly kind: "pad"; readonly low: Ints; readonly interior: Ints }
  /** Inputs are copies that belong to it alone. */
  | { readonly kind: "concatenate"; readonly axis: number }
  /** Inputs: array, int32 starts. */
  | { readonly kind: "dynamicSlice" }
  /** Inputs: array, update, int32 starts. */
  | { readonly kind: "dynamicUpdateSlice" }
  /** Inputs: array, indices. Windows outside give `fill`, or are moved inside where that is `undefined`. */
  | {
    readonly kind: "gather"
    readonly dimensions: GatherDimensionNumbers
    readonly sliceSizes: Ints
    readonly fill: Scalar | undefined
  }
  | { readonly kind: "reduce"; readonly combiner: Combiner; readonly axes: Ints }
  | { readonly kind: "contract"; readonly axes: ContractionAxes; readonly operandDtype: DType }
  /** Inputs: `[n, g * c, ...spatial]`, `[o, c, ...window]`; value: `[n, o, ...spatial]`. */
  | {
    readonly kind: "convolve"
    readonly groups: number
    readonly strides: Ints
    readonly low: Ints
    readonly lhsDilation: Ints
    readonly rhsDilation: Ints
    readonly operandDtype: DType
  }
  /** Inputs: a copy that is overwritten, indices, updates. */
  | {
    readonly kind: "scatter"
    readonly combiner: Scatter["combiner"]
    readonly dimensions: ScatterDimensionNumbers
    readonly drop: boolean
  }
  | {
    readonly kind: "cumulative"
    readonly combiner: Cumulative["combiner"]
    readonly axis: number
    readonly reverse: boolean
  }
  /** Its value is that of its first operand; the others are `sorted` nodes. */
  | { readonly kind: "sort"; readonly axis: number; readonly keys: number }
  | { readonly kind: "sorted"; readonly which: number }

export type Kind = Action["kind"]

export interface Node {
  readonly id: number
  readonly dtype: DType
  readonly shape: Ints
  readonly size: number
  readonly inputs: ReadonlyArray<Node>
  readonly action: Action
  /** The primitive it comes from, for the names of kernels. */
  readonly origin: string
}

/** A node whose action is of a kind. */
export type NodeOf<K extends Kind> = Node & { readonly action: Extract<Action, { readonly kind: K }> }

export const isKind = <K extends Kind>(node: Node, kind: K): node is NodeOf<K> => node.action.kind === kind

/** Nodes in order of evaluation; their ids are their positions. */
export interface Decomposed {
  readonly nodes: ReadonlyArray<Node>
  readonly inputs: ReadonlyArray<Node>
  readonly results: ReadonlyArray<Node>
}

const actionText = (action: Action): string => {
  const { kind, ...rest } = action
  if (kind === "map") return (action as { readonly op: string }).op
  const entries = Object.entries(rest)
  return entries.length === 0 ? kind : `${kind}[${entries.map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(" ")}]`
}

const nodeText = (node: Node): string =>
  node.action.kind === "literal"
    ? `${Object.is(node.action.value, -0) ? "-0" : node.action.value}:${node.dtype}`
    : `%${node.id}`

/** The nodes as text, one a line. */
export const print = (program: Decomposed): string =>
  [
    ...program.nodes.filter((n) => n.action.kind !== "literal").map((n) =>
      `%${n.id}:${Aval.format(n)} = ${actionText(n.action)} ${n.inputs.map(nodeText).join(" ")}`.trimEnd()
    ),
    `results ${program.results.map(nodeText).join(" ")}`
  ].join("\n")
