/**
 * What the driver runs: a module's bytes and what they need. Translating a Program into one is a pure stage of its own.
 */
import type { Program } from "effax/Program"

export interface Artefact {
  /** A module that imports `env.memory` and exports `run(argumentBlock, rank, threads)`. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of each output, in order. */
  readonly outputs: ReadonlyArray<number>
  /** Bytes of the temporaries. */
  readonly arena: number
  /** Bytes that each rank has for itself. */
  readonly scratchPerThread: number
  /** Whether more than one thread makes it faster. */
  readonly parallel: boolean
  /** Estimated microseconds on one thread. */
  readonly cost: number
  /** Texts of the stages, for people. */
  readonly texts: () => { readonly [stage: string]: string }
}

/** Throws what can't be compiled, as `CompileError`, `UnsupportedError` or `UnsupportedDTypeError`. */
export type Translate = (program: Program) => Artefact
