/**
 * Host functions as parameters of equations. They are opaque: the device computation does not depend on which function
 * it calls, so a canonical form only says which equations share a function, and an execution receives the functions of
 * the Program that it runs.
 */
import type * as Effect from "effect/Effect"
import type { Aval } from "../Aval.ts"
import type { TypedArray } from "../DType.ts"

/** A function from the elements of the operands, row-major, to those of the results. The avals give the types. */
export type HostFunction = (
  operands: ReadonlyArray<TypedArray>,
  of: { readonly operands: ReadonlyArray<Aval>; readonly results: ReadonlyArray<Aval> }
) => Effect.Effect<ReadonlyArray<TypedArray>, unknown>

/** A host function, opaque to code that reads parameters as plain data. */
export class HostCallback {
  /** The name of the user's function, for errors and printed Programs. */
  readonly name: string
  /** The types of the arguments and of the results. */
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
