/**
 * A Plan as one WebAssembly module.
 *
 * Imports `env.memory`, `env.callHost` where it calls the host, and `env.clock` where it keeps time. Exports
 * `run(args, rank, threads)`: 0 when done, 1 when cancelled. Every rank enters `run`; units of work are divided among
 * them. `args` is the address of a block of i32 words:
 *
 * | word | |
 * |---|---|
 * | 0 | address of the cancel flag, an i32: not 0 stops the run |
 * | 1 | address of the barrier's state: 8 words, zero at the start |
 * | 2 | address of the arena |
 * | 3 | address of rank 0's scratch; rank r has its own `r * scratchPerThread` bytes further on |
 * | 4 ... | addresses of the Program's inputs, then of its outputs |
 */
import { callsHost, type Kernel, type Plan } from "@effax/compiler/Plan"
import * as PlanCost from "@effax/compiler/PlanCost"
import { type Steps, toEnd } from "effax/Backend"
import { f64, i32, ModuleBuilder } from "../assembler/index.ts"
import { MathLibrary } from "../math/index.ts"
import { type Barrier, barrier } from "./barrier.ts"
import { importHost } from "./callback.ts"
import { argumentWord, type GenerateOptions, type ModuleContext } from "./kernel.ts"
import { aligned, emitSteps, planCoding, type Step } from "./plan.ts"

export interface Generated {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of the arena. */
  readonly arena: number
  /** Bytes of scratch for each rank; a multiple of 64. */
  readonly scratchPerThread: number
  /** Whether more than one thread makes it faster, though they have to be woken. */
  readonly parallel: boolean
  /** Microseconds that a run takes on one core, roughly. */
  readonly cost: number
  /** What every rank writes down when, if it does. */
  readonly marks: Marks | undefined
}

/** A step whose time is kept. */
export interface Mark {
  /** The name of its kernel. */
  readonly name: string
  /** Operations; any function is one. */
  readonly flops: number
  readonly bytes: number
}

/** Where in its scratch a rank writes when it began (0: never) and ended each step: two f64, in milliseconds. */
export interface Marks {
  readonly offset: number
  readonly steps: ReadonlyArray<Mark>
}

/** What a module imports to keep time: milliseconds since 1970. */
export const clockName = "clock"
const markBytes = 16

/** What a run has to take, in microseconds, for sleeping threads to be worth waking. */
const worthWaking = 80

/** The most pages that a memory can have. */
const maximumPages = 65536

/** What kernels of all Plans in a module have in common. */
export const moduleContext = (
  module: ModuleBuilder,
  options: GenerateOptions,
  callHost?: ModuleContext["callHost"]
): Omit<ModuleContext, "plan" | "reserve"> => {
  let made: Barrier | undefined
  return {
    module,
    options,
    callHost,
    library: new MathLibrary(module, { fma: options.relaxedSimd }),
    barrier: () => made ??= barrier({ module })
  }
}

export const generate = (plan: Plan, options: GenerateOptions): Generated => toEnd(generating(plan, options))

/** In steps. */
export function* generating(plan: Plan, options: GenerateOptions): Steps<Generated> {
  const module = new ModuleBuilder()
  module.importMemory(options.threads ? { shared: true, initial: 1, maximum: maximumPages } : { initial: 1 })
  const clock = options.profile === true
    ? module.importFunction({ module: "env", name: clockName, params: [], results: ["f64"] })
    : undefined
  const context = moduleContext(module, options, callsHost(plan) ? importHost(module) : undefined)
  const code = yield* planCoding(context, plan)
  yield
  const marks = clock === undefined ? undefined : {
    offset: aligned(code.scratch),
    steps: marksOf(plan, code.steps)
  }
  const scratchPerThread = aligned(marks === undefined ? code.scratch : marks.offset + markBytes * marks.steps.length)
  const signature = { params: ["i32", "i32", "i32"], results: ["i32"], export: "run" } as const
  module.function(signature, (f, args, rank, threads) => {
    const scratch = f.let(
      i32.add(i32.load(args, { offset: 4 * argumentWord.scratch }), i32.mul(rank, scratchPerThread))
    )
    const cancel = f.let(i32.load(args, { offset: 4 * argumentWord.cancel }))
    const position = new Map(code.steps.map((step, i) => [step, i]))
    const slot = (step: Step) => marks!.offset + markBytes * position.get(step)!
    const mark = clock === undefined ? {} : {
      mark: (step: Step, end: boolean) =>
        f.do(f64.store(scratch, f.call(clock), { offset: slot(step) + (end ? markBytes / 2 : 0) }))
    }
    if (clock !== undefined) code.steps.forEach((step) => f.do(f64.store(scratch, 0, { offset: slot(step) })))
    emitSteps({ f, context, args, scratch, cancel, ranks: { rank, threads }, ...mark }, code.steps, false)
    f.return(i32.const(0))
  })
  return {
    bytes: module.bytes(),
    arena: code.arena,
    scratchPerThread,
    parallel: code.divisible >= worthWaking,
    cost: code.cost,
    marks
  }
}

/** The work of a kernel of several steps is that of the one that takes longest. */
const marksOf = (plan: Plan, steps: ReadonlyArray<Step>): ReadonlyArray<Mark> => {
  const main = new Map<Kernel, Step>()
  for (const step of steps) if (step.cost > (main.get(step.kernel)?.cost ?? -1)) main.set(step.kernel, step)
  return steps.map((step): Mark => {
    const { name } = step.kernel
    if (main.get(step.kernel) !== step) return { name, flops: 0, bytes: 0 }
    const { bytesAccessed, flops, transcendentals } = PlanCost.ofKernel(plan, step.kernel)
    return { name, flops: flops + transcendentals, bytes: bytesAccessed }
  })
}

/** Milliseconds since 1970 at which a rank began and ended the steps that it took part in. */
export const readMarks = (
  { offset, steps }: Marks,
  buffer: ArrayBufferLike,
  scratch: number
): ReadonlyArray<{ readonly step: Mark; readonly start: number; readonly end: number }> => {
  const times = new Float64Array(buffer, scratch + offset, 2 * steps.length)
  return steps.flatMap((step, i) => times[2 * i] === 0 ? [] : [{ step, start: times[2 * i]!, end: times[2 * i + 1]! }])
}
