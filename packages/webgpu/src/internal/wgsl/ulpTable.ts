/**
 * The worst error of each float32 function in units in the last place (0.5: correctly rounded), as `test/math.test.ts`
 * keeps it true: on SwiftShader, and once on Mesa's llvmpipe by way of OpenGL. Another device's compiler may fuse
 * operations in another way; the functions are written so that this costs a fraction of a unit.
 *
 * Subnormal results may be 0, and subnormal operands count as 0 or as what they are.
 *
 * lgamma and digamma: of results for positive arguments. For negative ones errors are up to 2^-21 of the terms of the
 * reflection formula, which cancel near the zeros.
 */
import type { BinaryOp, UnaryOp } from "@effax/compiler/Plan"

export const ulpTable: { readonly [Op in UnaryOp | BinaryOp]?: number } = {
  exp: 1.4,
  exp2: 1.3,
  expm1: 1.6,
  log: 1,
  log1p: 1.9,
  logistic: 2.5,
  sqrt: 0.51,
  rsqrt: 1.6,
  cbrt: 0.8,
  sin: 1.3,
  cos: 1.3,
  tan: 3,
  asin: 2.6,
  acos: 1.2,
  atan: 1.5,
  sinh: 1.8,
  cosh: 1.7,
  tanh: 1.5,
  asinh: 1.9,
  acosh: 2.3,
  atanh: 2.4,
  erf: 1.5,
  erfc: 4,
  erf_inv: 2.2,
  lgamma: 2.8,
  digamma: 4,
  bessel_i0e: 4,
  bessel_i1e: 4,
  floor: 0,
  ceil: 0,
  round_to_even: 0,
  round_away_from_zero: 0,
  sign: 0,
  div: 0.51,
  rem: 0,
  pow: 2.5,
  atan2: 1.6,
  nextafter: 0,
  max: 0,
  min: 0
}
