/**
 * The worst error of each float32 function in units in the last place (0.5: correctly rounded), as `test/math.test.ts`
 * keeps it true. Subnormal results are 0 where a function does not say otherwise.
 *
 * lgamma and digamma: of results for positive arguments; for negative ones see `test/math.test.ts`.
 */
import type { BinaryOp, UnaryOp } from "@effax/compiler/Plan"

export const ulpTable: { readonly [Op in UnaryOp | BinaryOp]?: number } = {
  exp: 1.1,
  exp2: 1.2,
  expm1: 1.5,
  log: 1,
  log1p: 1.8,
  logistic: 2.4,
  sqrt: 0.51,
  rsqrt: 1.6,
  cbrt: 0.8,
  sin: 1.3,
  cos: 1.3,
  tan: 2.7,
  asin: 2.5,
  acos: 1.2,
  atan: 1.5,
  sinh: 1.7,
  cosh: 1.5,
  tanh: 1.4,
  asinh: 1.8,
  acosh: 2.1,
  atanh: 2.4,
  erf: 1.5,
  erfc: 3.6,
  erfInv: 2.2,
  lgamma: 2.8,
  digamma: 4,
  floor: 0,
  ceil: 0,
  roundEven: 0,
  roundAway: 0,
  sign: 0,
  div: 0.51,
  rem: 0,
  pow: 2.2,
  atan2: 1.6,
  nextafter: 0
}
