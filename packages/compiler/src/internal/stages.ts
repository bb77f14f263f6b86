/**
 * The stages in order: how each of them is run, printed and verified.
 */
import { type Steps, toEnd } from "effax/Backend"
import { isConstructionError } from "effax/Errors"
import * as Program from "effax/Program"
import type { Plan } from "../Plan.ts"
import * as PlanPrinter from "../PlanPrinter.ts"
import { inlining } from "./1-inline/inline.ts"
import { lowerComplex } from "./2-lowerComplex/lowerComplex.ts"
import { simplifying } from "./3-simplify/simplify.ts"
import { eliminating } from "./4-cse/cse.ts"
import { dce } from "./5-dce/dce.ts"
import { decomposing } from "./6-decompose/decompose.ts"
import { type LoopRegion, print as printLoopRegion } from "./6-decompose/loopOp.ts"
import type { Pair } from "./7-fuse/carries.ts"
import { type Fused, type FuseOptions, fusing } from "./7-fuse/fuse.ts"
import { schedule, type Scheduled } from "./8-schedule/schedule.ts"
import { bufferize } from "./9-bufferize/bufferize.ts"
import { checkPlan } from "./limits.ts"
import { type Options, withDefaults } from "./options.ts"
import { print as printRegion, type Region } from "./region.ts"
import { type Form, Pipeline, type Stage } from "./stage.ts"
import { apart, unplaced } from "./storagePlan.ts"
import { checkLoopRegion } from "./verify/loopRegion.ts"
import { checkPlanRules } from "./verify/plan.ts"
import { checkReal, checkRegion } from "./verify/region.ts"

export interface StageOptions extends FuseOptions {
  readonly verify: boolean
  /** For the Plan of a region inside of another: results that may have the memory of inputs. */
  readonly pairs?: ReadonlyArray<Pair>
}

/** A stage that runs without a pause. */
const once = <From, To>(f: (from: From, options: StageOptions) => To) =>
  // eslint-disable-next-line require-yield
  function*(from: From, options: StageOptions): Steps<To> {
    return f(from, options)
  }

/** A region that may have complex values. */
const region: Form<Region, StageOptions> = { print: printRegion, verify: checkRegion }

const realRegion: Form<Region, StageOptions> = {
  print: printRegion,
  verify: (form, report) => {
    checkRegion(form, report)
    checkReal(form, report)
  }
}

const program: Stage<Program.Program, Program.Program, StageOptions> = {
  name: "program",
  run: once((given) => given),
  print: Program.print,
  verify: (given, report) => {
    try {
      Program.verify(given)
    } catch (error) {
      if (!isConstructionError(error)) throw error
      report(error.message)
    }
  }
}

const inline: Stage<Program.Program, Region, StageOptions> = { name: "inline", run: inlining, ...region }

const complex: Stage<Region, Region, StageOptions> = { name: "lowerComplex", run: once(lowerComplex), ...realRegion }

const simplify: Stage<Region, Region, StageOptions> = { name: "simplify", run: simplifying, ...realRegion }

const cse: Stage<Region, Region, StageOptions> = { name: "cse", run: eliminating, ...realRegion }

const live: Stage<Region, Region, StageOptions> = { name: "dce", run: once(dce), ...realRegion }

const decompose: Stage<Region, LoopRegion, StageOptions> = {
  name: "decompose",
  run: decomposing,
  print: printLoopRegion,
  verify: checkLoopRegion
}

const isNested = ({ pairs }: StageOptions): boolean => pairs !== undefined

/** Kernels in an order in which they can run one after the other. */
const fuse: Stage<LoopRegion, Fused, StageOptions> = {
  name: "fuse",
  run: (form, options) => fusing(form, options, options.pairs),
  print: (form) => PlanPrinter.format(unplaced(form)),
  verify: (form, report, options) => {
    const kernels = form.kernels.map((kernel) => ({ ...kernel, barrier: true }))
    checkPlanRules(apart({ ...form, kernels }), isNested(options), report)
  }
}

const scheduled: Stage<Fused, Scheduled, StageOptions> = {
  name: "schedule",
  run: once(schedule),
  print: (form) => PlanPrinter.format(unplaced(form)),
  verify: (form, report, options) => checkPlanRules(apart(form), isNested(options), report)
}

const placed: Stage<Scheduled, Plan, StageOptions> = {
  name: "bufferize",
  run: once((form, { limits }) => checkPlan(bufferize(form), limits)),
  print: PlanPrinter.format,
  verify: (form, report, options) => checkPlanRules(form, isNested(options), report)
}

/** From a Program to the operations that are left to be computed. */
export const toRegion = Pipeline.of(program).andThen(inline).andThen(complex).andThen(simplify).andThen(cse).andThen(
  live
)

/** From a region to its Plan. Regions inside of it go through this by themselves. */
const toPlan = Pipeline.of(decompose).andThen(fuse).andThen(scheduled).andThen(placed)

/** All stages. */
export const compilation = toRegion.concat(toPlan)

/** The options of all stages: each nested region has one Plan for the same pairs. */
export const stageOptions = (options: Options | undefined): StageOptions => {
  const plans = new Map<Region, Map<string, Plan>>()
  const complete: StageOptions = {
    ...withDefaults(options),
    planOf: (nested, pairs) => {
      const known = plans.get(nested) ?? new Map<string, Plan>()
      plans.set(nested, known)
      const key = pairs.map(({ input, result }) => `${input} ${result}`).join()
      const plan = known.get(key) ?? toEnd(toPlan.run(nested, { ...complete, pairs }))
      known.set(key, plan)
      return plan
    }
  }
  return complete
}
