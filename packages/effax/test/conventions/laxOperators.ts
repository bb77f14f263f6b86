/**
 * Operators of Lax. Lists are not arrays there, so that operands stand as numbers.
 */
import { type Conventions, only } from "./convention.ts"

const two = only(0.5, 0.5)

export const laxOperators = {
  betainc: only(0.5, 0.5, 0.5),
  igamma: two,
  igammac: two,
  igammaGradA: two,
  polygamma: two,
  randomGammaGrad: two,
  zeta: two
} as const satisfies Conventions
