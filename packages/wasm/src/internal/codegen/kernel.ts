/**
 * The parts of a kernel's code, and the context in which it is generated.
 *
 * A kernel becomes one or more phases. A phase is a Wasm function that computes one *unit* of work; `run` divides the
 * units among the ranks, looks at the cancel flag between any two, and puts a barrier after every phase. The bounds of
 * units are fixed at compile time, so that results have the same bits with any number of ranks. A unit should take
 * between 5 and 500 us: often enough for the cancel flag, and for V8 to replace the function by its optimised code (it
 * never does so in the middle of a loop).
 */
import type { Kernel, Plan } from "@effax/compiler/Plan"
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder, Value } from "../assembler/index.ts"
import { i32 } from "../assembler/index.ts"
import { Constants } from "../math/constants.ts"
import type { MathContext } from "../math/lanes.ts"
import type { MathLibrary } from "../math/library.ts"
import type { Barrier } from "./barrier.ts"
import type { CallHost } from "./callback.ts"

/** The parameters of a unit function: the argument block, this rank's scratch, and which unit to compute. */
export const unitParameters = ["i32", "i32", "i32"] as const

export type UnitFunction = FunctionHandle<typeof unitParameters, readonly []>

export interface Phase {
  readonly unit: UnitFunction
  /** How many units there are. With one, rank 0 computes it. */
  readonly units: number
  /** Microseconds that all units together take on one core, roughly. */
  readonly cost: number
  /** Whether units have to be computed one after the other: rank 0 does. */
  readonly sequential?: boolean
}

/** The parameters of a block: the argument block, this rank's scratch, which rank this is, and of how many. */
export const blockParameters = ["i32", "i32", "i32", "i32"] as const

/** Gives 1 if the run was cancelled. */
export type BlockFunction = FunctionHandle<typeof blockParameters, readonly ["i32"]>

/** Work that has an order of its own, which looks at the cancel flag itself: control flow. */
export interface Block {
  readonly block: BlockFunction
  /** Microseconds that it takes on one core, roughly. */
  readonly cost: number
  /** How many of them the ranks divide. With none, rank 0 does it as one of one. */
  readonly divisible: number
}

export const isBlock = (phase: Phase | Block): phase is Block => "block" in phase

/** The code of a kernel: phases with a barrier between any two of them. */
export interface KernelCode {
  readonly phases: ReadonlyArray<Phase | Block>
  /** Bytes of scratch that a rank needs. */
  readonly scratch: number
}

export interface ModuleContext {
  readonly plan: Plan
  readonly module: ModuleBuilder
  readonly library: MathLibrary
  readonly options: GenerateOptions
  /** What the module imports to call the host; `undefined` where no kernel does. */
  readonly callHost: CallHost | undefined
  /** The function that waits for all ranks, made where it is first wanted. */
  readonly barrier: () => Barrier
  /** Room that all ranks share, for as long as this kernel runs: its offset in the arena; a multiple of 64. */
  readonly reserve: (bytes: number) => number
}

export interface GenerateOptions {
  /** Shared memory, barriers and cancellation. */
  readonly threads: boolean
  readonly relaxedSimd: boolean
  /** Whether every rank writes down when it began and ended each step of the Plan. */
  readonly profile?: boolean
}

/** Generates the code of one kind of kernel. */
export type EmitKernel<K extends Kernel = Kernel> = (context: ModuleContext, kernel: K) => KernelCode

/** Words of the argument block. Addresses of inputs, then of outputs, follow. */
export const argumentWord = { cancel: 0, barrier: 1, arena: 2, scratch: 3, buffers: 4 } as const

/** A function under generation, with what belongs to it. */
export interface KernelFunction extends MathContext {
  readonly f: FunctionBuilder
  readonly constants: Constants
  readonly context: ModuleContext
  readonly library: MathLibrary
  /** The address of the argument block. */
  readonly args: Local<"i32">
  /** The address of this rank's scratch. */
  readonly scratch: Local<"i32">
}

/** Defines the function of a phase. */
export const unitFunction = (
  context: ModuleContext,
  name: string,
  body: (k: KernelFunction, unit: Local<"i32">) => void
): UnitFunction =>
  context.module.function({ params: unitParameters, name }, (f, args, scratch, unit) =>
    body(
      { f, constants: new Constants(f, "hoist"), context, library: context.library, args, scratch },
      unit
    ))

/** The address of the first byte of a buffer. */
export const bufferAddress = (k: Pick<KernelFunction, "args" | "context">, id: number): Value<"i32"> => {
  const { plan } = k.context
  const { location } = plan.buffers[id]!
  switch (location._tag) {
    case "Input":
      return i32.load(k.args, { offset: 4 * (argumentWord.buffers + location.index) })
    case "Output":
      return i32.load(k.args, { offset: 4 * (argumentWord.buffers + plan.inputs.length + location.index) })
    case "Temporary":
      return arenaAddress(k, location.offset)
  }
}

/** The address at an offset in the arena. */
export const arenaAddress = (k: Pick<KernelFunction, "args" | "context">, offset: number): Value<"i32"> =>
  i32.add(i32.load(k.args, { offset: 4 * argumentWord.arena }), offset)
