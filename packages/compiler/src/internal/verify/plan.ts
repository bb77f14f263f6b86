/**
 * The rules of Plans: those of each kernel, and those of memory.
 */
import { nestedPlans, type Plan } from "../../Plan.ts"
import { specOf } from "../kernels/index.ts"
import type { Report } from "./body.ts"
import { checkMemory } from "./memory.ts"

/** Reports every rule that a Plan breaks. `nested` Plans may change inputs that they give as outputs. */
export const checkPlanRules = (plan: Plan, nested: boolean, report: Report): void => {
  plan.kernels.forEach((kernel, k) => {
    const problem: Report = (text) => report(`kernel ${k} (${kernel.name}): ${text}`)
    specOf(kernel).verify(kernel, plan, problem)
    for (const inner of nestedPlans(kernel)) checkPlanRules(inner, true, problem)
  })
  checkMemory(plan, nested, report)
}
