/**
 * The code of a Plan, the outermost or one that a kernel runs: its kernels' phases in order.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Kernel, Plan } from "@effax/compiler/Plan"
import { type Steps, toEnd } from "effax/DriverKit"
import { emitCallback } from "./callback.ts"
import { emitCase } from "./case.ts"
import { emitContract } from "./contract.ts"
import { emitConvolve } from "./convolve.ts"
import { type EmitKernel, isBlock, type ModuleContext, type PlanCode, type Step } from "./kernel.ts"
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

/** The context of all Plans of a module. */
export type SharedContext = Omit<ModuleContext, "plan" | "reserve" | "codeOf">

/** Generates the functions of a Plan's kernels, a kernel at a time. */
export function* planCoding(shared: SharedContext, plan: Plan): Steps<PlanCode> {
  const ownArena = aligned(plan.arena)
  let arena = ownArena
  let reserved = ownArena
  let scratch = 0
  const context: ModuleContext = {
    ...shared,
    plan,
    codeOf: (inner) => toEnd(planCoding(shared, inner)),
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
