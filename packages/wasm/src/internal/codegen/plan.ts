/**
 * The code of a Plan, the outermost or one that a kernel runs: its kernels' phases in order, and what runs them.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Kernel, Plan } from "@effax/compiler/Plan"
import { type Steps, toEnd } from "effax/Backend"
import { type FunctionBuilder, i32, i32Atomic, i64, type Local, type Value } from "../assembler/index.ts"
import { emitCallback } from "./callback.ts"
import { emitCase } from "./case.ts"
import { emitContract } from "./contract.ts"
import { emitConvolve } from "./convolve.ts"
import { type Block, type EmitKernel, isBlock, type ModuleContext, type Phase } from "./kernel.ts"
import { emitLoop } from "./loop.ts"
import { emitReduce } from "./reduce.ts"
import { emitRoutine } from "./routine.ts"
import { emitScatter } from "./scatter.ts"
import { emitWhile } from "./while.ts"

const emitters: { readonly [K in Kernel["kind"]]: EmitKernel<Extract<Kernel, { readonly kind: K }>> } = {
  loop: emitLoop,
  reduce: emitReduce,
  contract: emitContract,
  convolve: emitConvolve,
  scatter: emitScatter,
  routine: emitRoutine,
  while: emitWhile,
  case: emitCase,
  callback: emitCallback
}

/** A phase that takes less than this many microseconds is left to rank 0: the barrier after it costs about as much. */
const worthDividing = 6

/** Units are counted in int32; each takes microseconds. */
const mostUnits = 2 ** 31 - 1

const alignment = 64

/** Bytes, up to the next cache line. */
export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/** A phase or block in its position. */
export type Step = (Phase | Block) & {
  /** The kernel that it is part of. */
  readonly kernel: Kernel
  /** Whether steps since the last barrier must have ended on all ranks. */
  readonly barrier: boolean
  /** Whether all ranks take part. */
  readonly divided: boolean
}

export interface PlanCode {
  readonly steps: ReadonlyArray<Step>
  /** Bytes of the arena. */
  readonly arena: number
  /** Bytes of scratch that a rank needs. */
  readonly scratch: number
  /** Microseconds that a run takes on one core, roughly, and how many of them are divided among the ranks. */
  readonly cost: number
  readonly divisible: number
}

/** Whether ranks divide some of the work. */
export const isDivided = ({ steps }: PlanCode): boolean => steps.some((step) => step.divided)

/** Generates the functions of a Plan's kernels. */
export const planCode = (shared: Omit<ModuleContext, "plan" | "reserve">, plan: Plan): PlanCode =>
  toEnd(planCoding(shared, plan))

/** In steps, of which each is a kernel. */
export function* planCoding(shared: Omit<ModuleContext, "plan" | "reserve">, plan: Plan): Steps<PlanCode> {
  const ownArena = aligned(plan.arena)
  let arena = ownArena
  let reserved = ownArena
  let scratch = 0
  const context: ModuleContext = {
    ...shared,
    plan,
    reserve: (bytes) => {
      const offset = reserved
      reserved += aligned(bytes)
      arena = Math.max(arena, reserved)
      return offset
    }
  }
  const { threads } = shared.options
  const steps: Array<Step> = []
  let cost = 0
  let divisible = 0
  for (const kernel of plan.kernels) {
    yield
    // What kernels before a barrier had reserved is free again behind it.
    if (kernel.barrier) reserved = ownArena
    const code = (emitters[kernel.kind] as EmitKernel)(context, kernel)
    scratch = Math.max(scratch, code.scratch)
    code.phases.forEach((phase, i) => {
      const barrier = i > 0 || kernel.barrier
      cost += phase.cost
      if (isBlock(phase)) {
        divisible += phase.divisible
        steps.push({ ...phase, kernel, barrier, divided: phase.divisible > 0 })
      } else if (phase.units > 0) {
        if (phase.units > mostUnits) {
          throw new Compiler.LoweringError(
            kernel.name,
            undefined,
            `it is ${phase.units} units of work; there may be ${mostUnits} (2^31 - 1): compute less at once`
          )
        }
        const divided = threads && phase.sequential !== true && phase.units > 1 && phase.cost >= worthDividing
        if (divided) divisible += phase.cost
        steps.push({ ...phase, kernel, barrier, divided })
      }
    })
  }
  return { steps, arena, scratch, cost, divisible }
}

/** Where steps are emitted. */
export interface Frame {
  readonly f: FunctionBuilder
  readonly context: Pick<ModuleContext, "options" | "barrier">
  readonly args: Local<"i32">
  /** This rank's scratch. */
  readonly scratch: Local<"i32">
  /** The address of the cancel flag. */
  readonly cancel: Local<"i32">
  /** Which rank this is, and of how many; `undefined` where one does it all. */
  readonly ranks: { readonly rank: Local<"i32">; readonly threads: Local<"i32"> } | undefined
  /** Told before and after each step, where kernels are timed. */
  readonly mark?: (step: Step, end: boolean) => void
}

/** Leaves the function, whose result says so, if the run was cancelled. */
export const stopIfCancelled = ({ cancel, context: { options }, f }: Frame): void =>
  f.if(options.threads ? i32Atomic.load(cancel) : i32.load(cancel), () => f.return(i32.const(1)))

/** Waits for all ranks. */
export const waitForRanks = ({ args, context, f, ranks }: Frame): void => {
  if (ranks !== undefined) f.if(f.call(context.barrier(), args, ranks.threads), () => f.return(i32.const(1)))
}

/** In microseconds, the work that may be done after a cancellation. */
const negligible = 1

/** Emits steps into a function whose result is whether the run was cancelled. `checked`: it was looked at just before. */
export const emitSteps = (frame: Frame, steps: ReadonlyArray<Step>, checked: boolean): void => {
  const { args, f, mark, ranks, scratch } = frame
  const from = f.local("i32")
  const to = f.local("i32")
  const run = (step: Step): void => {
    mark?.(step, false)
    runStep(step)
    mark?.(step, true)
  }
  const runStep = (step: Step): void => {
    if (isBlock(step)) {
      const divided = step.divided && ranks !== undefined
      const [rank, threads] = divided ? [ranks.rank, ranks.threads] : [0, 1]
      f.if(f.call(step.block, args, scratch, rank, threads), () => f.return(i32.const(1)))
      return
    }
    if (step.units === 1) {
      if (!checked || step.cost > negligible) stopIfCancelled(frame)
      f.callVoid(step.unit, args, scratch, 0)
      return
    }
    const divided = step.divided && ranks !== undefined
    f.forRange({ from: divided ? from : 0, to: divided ? to : step.units }, (unit) => {
      stopIfCancelled(frame)
      f.callVoid(step.unit, args, scratch, unit)
    })
  }
  if (ranks === undefined) {
    steps.forEach(run)
    return
  }
  const { rank, threads } = ranks
  for (const group of grouped(steps)) {
    if (group.barrier) waitForRanks(frame)
    if (group.divided) {
      for (const step of group.steps) {
        if (!isBlock(step)) {
          const share = (of: Value<"i32">) =>
            i32.wrapI64(i64.divU(i64.mul(i64.extendI32U(of), step.units), i64.extendI32U(threads)))
          f.set(from, share(rank))
          f.set(to, share(i32.add(rank, 1)))
        }
        run(step)
      }
    } else {
      f.if(i32.eqz(rank), () => group.steps.forEach(run))
    }
  }
}

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
