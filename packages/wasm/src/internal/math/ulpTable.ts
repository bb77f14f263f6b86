/**
 * The worst error of each function in units in the last place (0.5: correctly rounded), fused or not, as
 * `test/math.test.ts` keeps it true.
 *
 * lgamma and digamma: of results above 0.25 or for positive arguments; near the zeros on the negative axis, of 2^-26
 * (float32) and 2^-49 (float64) absolutely.
 */
import type { MathFunction } from "./table.ts"

export const ulpTable: Readonly<Record<MathFunction, { readonly float32: number; readonly float64: number }>> = {
  exp: { float32: 1.2, float64: 1.2 },
  exp2: { float32: 1.1, float64: 1.3 },
  expm1: { float32: 1.5, float64: 1.5 },
  log: { float32: 1, float64: 0.8 },
  log1p: { float32: 1.3, float64: 1.4 },
  log2: { float32: 0.51, float64: 1.7 },
  sin: { float32: 1.6, float64: 1.5 },
  cos: { float32: 1.6, float64: 1.5 },
  tan: { float32: 0.51, float64: 2.7 },
  asin: { float32: 1.95, float64: 2.1 },
  acos: { float32: 1.2, float64: 1.2 },
  atan: { float32: 1.5, float64: 1.9 },
  sinh: { float32: 1.7, float64: 2 },
  cosh: { float32: 1.6, float64: 1.5 },
  tanh: { float32: 1.4, float64: 2.2 },
  asinh: { float32: 0.51, float64: 1.7 },
  acosh: { float32: 0.51, float64: 2.4 },
  atanh: { float32: 0.51, float64: 1.7 },
  logistic: { float32: 2, float64: 2.3 },
  sqrt: { float32: 0.5, float64: 0.5 },
  rsqrt: { float32: 1.5, float64: 1.5 },
  cbrt: { float32: 0.51, float64: 1 },
  erf: { float32: 1.2, float64: 1 },
  erfc: { float32: 0.6, float64: 3.3 },
  erf_inv: { float32: 1.95, float64: 3.3 },
  lgamma: { float32: 0.6, float64: 5 },
  digamma: { float32: 0.6, float64: 4 },
  bessel_i0e: { float32: 0.6, float64: 3 },
  bessel_i1e: { float32: 0.6, float64: 3 },
  floor: { float32: 0, float64: 0 },
  ceil: { float32: 0, float64: 0 },
  trunc: { float32: 0, float64: 0 },
  round_to_even: { float32: 0, float64: 0 },
  round_away_from_zero: { float32: 0, float64: 0 },
  sign: { float32: 0, float64: 0 },
  pow: { float32: 0.6, float64: 1.2 },
  atan2: { float32: 1.6, float64: 2 },
  nextafter: { float32: 0, float64: 0 }
}
