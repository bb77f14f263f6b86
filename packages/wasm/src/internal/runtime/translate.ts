/**
 * The artefact that the driver runs: a module's bytes and what they need. Translating a Program into one is a pure stage of
 * its own.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Buffer } from "@effax/compiler/Plan"
import type { Steps } from "effax/DriverKit"
import * as DType from "effax/DType"
import type { Program } from "effax/Program"
import type { GenerateOptions } from "../codegen/kernel.ts"
import { generating, type Marks } from "../codegen/module.ts"
import { print } from "../wat/print.ts"

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
  /** Where ranks write down when they did what, if the module keeps time. */
  readonly marks?: Marks | undefined
  /** Texts of the stages, for people. */
  readonly texts: () => { readonly [stage: string]: string }
}

/** In steps. Throws what can't be compiled, as `CompileError`, `UnsupportedError` or `UnsupportedDTypeError`. */
export type Translate = (program: Program, profile?: boolean) => Steps<Artefact>

/** The compiler and the code generator, one after the other. */
export const translateWith = (options: GenerateOptions): Translate =>
  function*(program, profile = false) {
    const plan = yield* Compiler.compiling(program)
    const generated = yield* generating(plan, { ...options, profile })
    return {
      ...generated,
      outputs: plan.outputs.map((id) => bytesOf(plan.buffers[id]!)),
      texts: () => ({ ...Compiler.stages(program), wasm: print(generated.bytes) })
    }
  }

const bytesOf = (buffer: Buffer): number => buffer.elements * DType.itemSize(buffer.dtype)
