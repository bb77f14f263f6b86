/**
 * A Plan as one WebAssembly module.
 *
 * Imports `env.memory`. Exports `run(args, rank, threads)`: 0 when done, 1 when cancelled. Every rank enters `run`; units
 * of work are divided among them. `args` is the address of a block of i32 words:
 *
 * | word | |
 * |---|---|
 * | 0 | address of the cancel flag, an i32: not 0 stops the run |
 * | 1 | address of the barrier's state: 8 words, zero at the start |
 * | 2 | address of the arena |
 * | 3 | address of rank 0's scratch; rank r has its own `r * scratchPerThread` bytes further on |
 * | 4 ... | addresses of the Program's inputs, then of its outputs |
 */
import type { Kernel, Plan } from "@effax/compiler/Plan"
import { type FunctionBuilder, i32, i32Atomic, type Local, ModuleBuilder } from "../assembler/index.ts"
import { MathLibrary } from "../math/index.ts"
import { type Barrier, barrier } from "./barrier.ts"
import { emitContract } from "./contract.ts"
import { emitConvolve } from "./convolve.ts"
import { emitCumulative } from "./cumulative.ts"
import { argumentWord, type EmitKernel, type GenerateOptions, type ModuleContext, type Phase } from "./kernel.ts"
import { emitLoop } from "./loop.ts"
import { emitReduce } from "./reduce.ts"
import { emitScatter } from "./scatter.ts"
import { emitSort } from "./sort.ts"

const emitters: { readonly [K in Kernel["kind"]]: EmitKernel<Extract<Kernel, { readonly kind: K }>> } = {
  loop: emitLoop,
  reduce: emitReduce,
  contract: emitContract,
  convolve: emitConvolve,
  scatter: emitScatter,
  cumulative: emitCumulative,
  sort: emitSort
}

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
}

/** A phase that takes less than this many microseconds is left to rank 0: the barrier after it costs about as much. */
const worthDividing = 6

/** What a run has to take, in microseconds, for sleeping threads to be worth waking. */
const worthWaking = 80

/** The most pages that a memory can have. */
const maximumPages = 65536

const alignment = 64
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

interface Step extends Phase {
  /** Whether phases since the last barrier must have ended on all ranks. */
  readonly barrier: boolean
  readonly divided: boolean
}

export const generate = (plan: Plan, options: GenerateOptions): Generated => {
  const module = new ModuleBuilder()
  module.importMemory(options.threads ? { shared: true, initial: 1, maximum: maximumPages } : { initial: 1 })
  let arena = aligned(plan.arena)
  let reserved = arena
  let scratch = 0
  const context: ModuleContext = {
    plan,
    module,
    options,
    library: new MathLibrary(module, { fma: options.relaxedSimd }),
    reserve: (bytes) => {
      const offset = reserved
      reserved += aligned(bytes)
      arena = Math.max(arena, reserved)
      return offset
    }
  }
  const steps: Array<Step> = []
  for (const kernel of plan.kernels) {
    // What kernels before a barrier had reserved is free again behind it.
    if (kernel.barrier) reserved = aligned(plan.arena)
    const code = (emitters[kernel.kind] as EmitKernel)(context, kernel)
    scratch = Math.max(scratch, code.scratch)
    code.phases.forEach((phase, i) => {
      if (phase.units === 0) return
      const divided = options.threads && phase.sequential !== true && phase.units > 1 && phase.cost >= worthDividing
      steps.push({ ...phase, divided, barrier: i > 0 || kernel.barrier })
    })
  }
  const scratchPerThread = aligned(scratch)
  emitRun(context, steps, scratchPerThread)
  const divisible = steps.reduce((sum, step) => sum + (step.divided ? step.cost : 0), 0)
  return {
    bytes: module.bytes(),
    arena,
    scratchPerThread,
    parallel: divisible >= worthWaking,
    cost: steps.reduce((sum, step) => sum + step.cost, 0)
  }
}

const emitRun = (context: ModuleContext, steps: ReadonlyArray<Step>, scratchPerThread: number): void => {
  const { module, options } = context
  const wait = options.threads && steps.some((step) => step.divided) ? barrier(context) : undefined
  const signature = { params: ["i32", "i32", "i32"], results: ["i32"], export: "run" } as const
  module.function(signature, (f, args, rank, threads) => {
    const scratch = f.let(
      i32.add(i32.load(args, { offset: 4 * argumentWord.scratch }), i32.mul(rank, scratchPerThread))
    )
    const cancel = f.let(i32.load(args, { offset: 4 * argumentWord.cancel }))
    const stopIfCancelled = () => {
      f.if(options.threads ? i32Atomic.load(cancel) : i32.load(cancel), () => f.return(i32.const(1)))
    }
    const from = f.local("i32")
    const to = f.local("i32")
    const units = (step: Step) => {
      if (step.units === 1) {
        stopIfCancelled()
        f.callVoid(step.unit, args, scratch, 0)
        return
      }
      f.forRange({ from: step.divided ? from : 0, to: step.divided ? to : step.units }, (unit) => {
        stopIfCancelled()
        f.callVoid(step.unit, args, scratch, unit)
      })
    }
    for (const group of grouped(steps)) {
      if (group.barrier && wait !== undefined) waitOrStop(f, wait, args, threads)
      if (group.divided) {
        for (const step of group.steps) {
          // 64 bits would be needed from 2^31 / threads units on, and units take microseconds
          f.set(from, i32.divU(i32.mul(rank, step.units), threads))
          f.set(to, i32.divU(i32.mul(i32.add(rank, 1), step.units), threads))
          units(step)
        }
      } else {
        f.if(i32.eqz(rank), () => group.steps.forEach(units))
      }
    }
    f.return(i32.const(0))
  })
}

const waitOrStop = (f: FunctionBuilder, wait: Barrier, args: Local<"i32">, threads: Local<"i32">): void =>
  f.if(f.call(wait, args, threads), () => f.return(i32.const(1)))

interface Group {
  readonly barrier: boolean
  readonly divided: boolean
  readonly steps: Array<Step>
}

/**
 * Steps that follow each other without a barrier. Those that rank 0 does alone, one after the other, need none between them;
 * the barrier that was left out is then owed before the next step that others take part in.
 */
const grouped = (steps: ReadonlyArray<Step>): ReadonlyArray<Group> => {
  const groups: Array<Group> = []
  let owed = false
  let sinceBarrier = { divided: false, alone: false }
  for (const step of steps) {
    owed ||= step.barrier
    const needed = owed && (sinceBarrier.divided || step.divided && sinceBarrier.alone)
    if (needed) {
      owed = false
      sinceBarrier = { divided: false, alone: false }
    }
    const last = groups.at(-1)
    if (!needed && last !== undefined && last.divided === step.divided) last.steps.push(step)
    else groups.push({ barrier: needed, divided: step.divided, steps: [step] })
    if (step.divided) sinceBarrier.divided = true
    else sinceBarrier.alone = true
  }
  return groups
}
