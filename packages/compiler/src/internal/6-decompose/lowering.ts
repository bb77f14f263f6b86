/**
 * The entries of the tables of decomposition: one function per primitive.
 */
import type { Params } from "effax/Primitive"
import type { Type } from "../graph.ts"
import type { NodeBuilder } from "./builder.ts"
import type { Node } from "./node.ts"

/** An operation whose operands are nodes. */
export interface Equation {
  readonly inputs: ReadonlyArray<Node>
  readonly outputs: ReadonlyArray<Type>
  readonly params: Params
}

/** Gives a node for each result. */
export type Lowering = (builder: NodeBuilder, equation: Equation) => ReadonlyArray<Node>
