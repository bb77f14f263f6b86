/**
 * The implementations of all primitives.
 */
import type { ParamsOf, PrimitiveName } from "effax/Primitives"
import type { Rule } from "./kernel.ts"
import { callRules } from "./kernels/call.ts"
import { callbackRules } from "./kernels/callback.ts"
import { complexPrimitives, complexRules } from "./kernels/complex.ts"
import { contractionRules } from "./kernels/contraction.ts"
import { controlFlowRules } from "./kernels/controlFlow.ts"
import { conversionRules } from "./kernels/conversion.ts"
import { elementwiseRules } from "./kernels/elementwise.ts"
import { fftRules } from "./kernels/fft.ts"
import { indexingRules } from "./kernels/indexing.ts"
import { linearAlgebraRules } from "./kernels/linalg/index.ts"
import { randomRules } from "./kernels/random.ts"
import { reductionRules } from "./kernels/reduction.ts"
import { sortRules } from "./kernels/sort.ts"
import { structuralRules } from "./kernels/structural.ts"

export const rules: { readonly [N in PrimitiveName]: Rule<ParamsOf<N>> } = {
  ...elementwiseRules,
  ...conversionRules,
  ...complexPrimitives,
  ...structuralRules,
  ...indexingRules,
  ...reductionRules,
  ...sortRules,
  ...contractionRules,
  ...fftRules,
  ...linearAlgebraRules,
  ...randomRules,
  ...callRules,
  ...callbackRules,
  ...controlFlowRules
}

/** The implementation of a primitive, if it is one of effax's own. */
export const ruleOf = (name: string): Rule | undefined =>
  Object.hasOwn(rules, name) ? rules[name as PrimitiveName] as Rule : undefined

/**
 * The implementation of a primitive whose operands or results are complex. Primitives that hold Programs or call the
 * host only pass such values on.
 */
export const complexRuleOf = (name: string): Rule | undefined => {
  const rule = ruleOf(name)
  if (rule !== undefined && ("programs" in rule || Object.hasOwn(callbackRules, name))) return rule
  return Object.hasOwn(complexRules, name) ? complexRules[name as PrimitiveName] as Rule | undefined : undefined
}
