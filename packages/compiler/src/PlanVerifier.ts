/**
 * Checks that a Plan obeys the rules that code generators rely on.
 *
 * @since 0.1.0
 */
import { VerificationError } from "effax/Errors"
import { checkPlanRules } from "./internal/verify/plan.ts"
import type { Plan } from "./Plan.ts"

/**
 * Everything that is wrong with a Plan; nothing if it is right.
 *
 * **Details**
 *
 * Every index is in bounds over its iteration space, computed positions by interval arithmetic. Values are used after
 * they are computed, and with dtypes that lanes have. No kernel stores an element twice, and stores over what it loads
 * happen at the same position only. Buffers are filled completely before they are read; kernels between two barriers neither
 * depend on each other nor share memory that one of them writes. The Plans that kernels run obey the same rules, and
 * take and give what the kernels hand in.
 *
 * @category validation
 * @since 0.1.0
 */
export const problems = (plan: Plan): ReadonlyArray<string> => {
  const found: Array<string> = []
  checkPlanRules(plan, false, (problem) => found.push(problem))
  return found
}

/**
 * Gives the Plan back, or throws a `VerificationError` that names what is wrong first.
 *
 * @category validation
 * @since 0.1.0
 */
export const verify = (plan: Plan): Plan => {
  const [first, ...more] = problems(plan)
  if (first === undefined) return plan
  throw new VerificationError({
    operation: "PlanVerifier.verify",
    message: `PlanVerifier.verify: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`
  })
}
