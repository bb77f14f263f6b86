/**
 * The stages in order.
 */
import type { Steps } from "effax/DriverKit"
import type { Program } from "effax/Program"
import type { Options } from "../Compiler.ts"
import type { Plan } from "../Plan.ts"
import { inline, inlining } from "./1-inline/inline.ts"
import { lowerComplex } from "./2-lowerComplex/lowerComplex.ts"
import { simplify, simplifying } from "./3-simplify/simplify.ts"
import { cse, eliminating } from "./4-cse/cse.ts"
import { dce } from "./5-dce/dce.ts"
import { decompose, decomposing } from "./6-decompose/decompose.ts"
import type { Pair } from "./7-fuse/carries.ts"
import { fuse, type FuseOptions, fusing } from "./7-fuse/fuse.ts"
import { schedule } from "./8-schedule/schedule.ts"
import { bufferize } from "./9-bufferize/bufferize.ts"
import { checkPlan, mostPosition } from "./limits.ts"
import type { Region } from "./region.ts"

export const withDefaults = (options: Options | undefined): FuseOptions => {
  const plans = new Map<Region, Map<string, Plan>>()
  const complete: FuseOptions = {
    maxInstructions: options?.maxInstructions ?? 256,
    maxBuffers: options?.maxBuffers ?? 32,
    wideAccumulator: options?.wideAccumulator ?? true,
    limits: {
      maxElements: options?.maxElements ?? mostPosition + 1,
      maxPoints: options?.maxPoints ?? Infinity
    },
    planOf: (nested, pairs) => {
      const known = plans.get(nested) ?? new Map<string, Plan>()
      plans.set(nested, known)
      const key = pairs.map(({ input, result }) => `${input} ${result}`).join()
      const plan = known.get(key) ?? planOf(nested, complete, pairs)
      known.set(key, plan)
      return plan
    }
  }
  return complete
}

/** The operations that are left to be computed. */
export const simplified = (program: Program): Region => dce(cse(simplify(lowerComplex(inline(program)))))

/** The Plan of a Program, in steps: stages one after the other, with pauses between them and in those that take long. */
export function* planning(program: Program, options: FuseOptions): Steps<Plan> {
  const inlined = yield* inlining(program)
  yield
  const simple = yield* simplifying(lowerComplex(inlined))
  yield
  const unique = yield* eliminating(simple)
  yield
  const decomposed = yield* decomposing(dce(unique))
  yield
  const fused = yield* fusing(decomposed, options)
  yield
  return checkPlan(bufferize(schedule(fused)), options.limits)
}

/** The Plan of a region that earlier stages are done with. `pairs` are results that may have the memory of inputs. */
export const planOf = (live: Region, options: FuseOptions, pairs?: ReadonlyArray<Pair>): Plan =>
  checkPlan(bufferize(schedule(fuse(decompose(live), options, pairs))), options.limits)
