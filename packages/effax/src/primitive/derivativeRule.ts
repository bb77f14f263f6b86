/**
 * User-written derivatives as parameters of equations. They don't affect what a Program computes, so canonical forms
 * omit them and execution ignores them.
 */
import type * as node from "../internal/graph/node.ts"
import type { OrZero } from "../Primitive.ts"

type Nodes = ReadonlyArray<node.Node>

/** A JVP rule on leaves: from captured values, primals and tangents to results and their tangents. */
export type CustomJvp = (captures: Nodes, primals: Nodes, tangents: Nodes) => {
  readonly outputs: Nodes
  readonly tangents: Nodes
}

/** The backward pass: from residuals and cotangents to the cotangents of the arguments' leaves. */
export type Backward = (residuals: Nodes, cotangents: Nodes) => ReadonlyArray<OrZero>

/** The forward pass: results and residuals. */
export type CustomVjp = (captures: Nodes, primals: Nodes) => {
  readonly outputs: Nodes
  readonly residuals: Nodes
  readonly backward: Backward
}

/** A batching rule on leaves, with flags for the operands and results that have a batch axis 0. */
export type CustomVmap = (captures: Nodes, operands: Nodes, batched: ReadonlyArray<boolean>, size: number) => {
  readonly outputs: Nodes
  readonly batched: ReadonlyArray<boolean>
}

/** A user's rule, opaque to code that reads parameters as plain data. */
export class DerivativeRule<F> {
  /** The names of the user's functions, keyed by JAX's printed parameter: `jvp`, `fwd`, `bwd`. */
  readonly names: { readonly [parameter: string]: string }
  /** The number of leading operands that stand for arrays the function closed over. */
  readonly captures: number
  readonly apply: F

  constructor(names: { readonly [parameter: string]: string }, captures: number, apply: F) {
    this.names = names
    this.captures = captures
    this.apply = apply
  }
}

export const isDerivativeRule = (u: unknown): u is DerivativeRule<unknown> => u instanceof DerivativeRule
