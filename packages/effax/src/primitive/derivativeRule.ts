/**
 * Derivatives that users write, as parameters of equations. What a Program computes does not depend on them, so its
 * canonical form leaves them out and nothing that runs Programs looks at them.
 */
import type * as node from "../internal/graph/node.ts"
import type { OrZero } from "../Primitive.ts"

type Nodes = ReadonlyArray<node.Node>

/** Leaves of primals and tangents, after the values of what the function closed over, to those of the results. */
export type CustomJvp = (captures: Nodes, primals: Nodes, tangents: Nodes) => {
  readonly outputs: Nodes
  readonly tangents: Nodes
}

/** Cotangents of the arguments' leaves. */
export type Backward = (residuals: Nodes, cotangents: Nodes) => ReadonlyArray<OrZero>

/** The first pass: results, and what the way back needs. */
export type CustomVjp = (captures: Nodes, primals: Nodes) => {
  readonly outputs: Nodes
  readonly residuals: Nodes
  readonly backward: Backward
}

/** A function on batches, as leaves: which of its operands and results have the batch as axis 0. */
export type CustomVmap = (captures: Nodes, operands: Nodes, batched: ReadonlyArray<boolean>, size: number) => {
  readonly outputs: Nodes
  readonly batched: ReadonlyArray<boolean>
}

/** Opaque to whatever reads parameters as plain data. */
export class DerivativeRule<F> {
  /** The names of the user's functions, by the parameter that JAX prints them as: `jvp`, `fwd`, `bwd`. */
  readonly names: { readonly [parameter: string]: string }
  /** How many operands, the first ones, stand for arrays that the function closed over. */
  readonly captures: number
  readonly apply: F

  constructor(names: { readonly [parameter: string]: string }, captures: number, apply: F) {
    this.names = names
    this.captures = captures
    this.apply = apply
  }
}

export const isDerivativeRule = (u: unknown): u is DerivativeRule<unknown> => u instanceof DerivativeRule
