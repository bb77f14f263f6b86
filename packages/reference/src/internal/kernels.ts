/**
 * The code of every primitive.
 */
import type { ParamsOf, PrimitiveName } from "effax/primitive/registry"
import type { Rule } from "./kernel.ts"
import { callRules } from "./kernels/call.ts"
import { contractionRules } from "./kernels/contraction.ts"
import { conversionRules } from "./kernels/conversion.ts"
import { elementwiseRules } from "./kernels/elementwise.ts"
import { indexingRules } from "./kernels/indexing.ts"
import { randomRules } from "./kernels/random.ts"
import { reductionRules } from "./kernels/reduction.ts"
import { sortRules } from "./kernels/sort.ts"
import { structuralRules } from "./kernels/structural.ts"

export const rules: { readonly [N in PrimitiveName]: Rule<ParamsOf<N>> } = {
  ...elementwiseRules,
  ...conversionRules,
  ...structuralRules,
  ...indexingRules,
  ...reductionRules,
  ...sortRules,
  ...contractionRules,
  ...randomRules,
  ...callRules
}

/** The code for a primitive, if it is one of effax's own. */
export const ruleOf = (name: string): Rule | undefined =>
  Object.hasOwn(rules, name) ? rules[name as PrimitiveName] as Rule : undefined
