/**
 * The steps of a Plan's code, emitted in order: what each rank runs, and where it waits for the others.
 */
import { type FunctionBuilder, i32, i32Atomic, i64, type Local, type Value } from "../assembler/index.ts"
import { isBlock, type ModuleContext, type PlanCode, type Step } from "./kernel.ts"

/** Whether ranks divide some of the work. */
export const isDivided = ({ steps }: PlanCode): boolean => steps.some((step) => step.divided)

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
