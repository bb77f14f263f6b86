/**
 * Functions of the host as parameters of equations. They are opaque: what a Program computes on a device does not depend
 * on which function it calls, so canonical forms hold no more of one than which equations have the same, and an execution
 * is given those of the Program that is run.
 */
import type * as Effect from "effect/Effect"
import type { Aval } from "../Aval.ts"
import type { TypedArray } from "../DType.ts"

/** From the elements of the operands, row-major, to those of the results. Avals say what is what. */
export type HostFunction = (
  operands: ReadonlyArray<TypedArray>,
  of: { readonly operands: ReadonlyArray<Aval>; readonly results: ReadonlyArray<Aval> }
) => Effect.Effect<ReadonlyArray<TypedArray>, unknown>

/** Opaque to whatever reads parameters as plain data. */
export class HostCallback {
  /** The name of the user's function, for errors and printed Programs. */
  readonly name: string
  /** What the function is called with, and what it has to give. */
  readonly operands: ReadonlyArray<Aval>
  readonly results: ReadonlyArray<Aval>
  readonly apply: HostFunction

  constructor(name: string, operands: ReadonlyArray<Aval>, results: ReadonlyArray<Aval>, apply: HostFunction) {
    this.name = name
    this.operands = operands
    this.results = results
    this.apply = apply
  }
}

export const isHostCallback = (u: unknown): u is HostCallback => u instanceof HostCallback
