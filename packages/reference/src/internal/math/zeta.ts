/**
 * The Hurwitz zeta function and polygamma in double precision.
 */
import { digamma, lgamma } from "./gamma.ts"

/** B(2 j) / (2 j)!. */
const bernoulli = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000
]

/** The sum of (q + k)^-x, by Euler-Maclaurin summation from far out (Abramowitz and Stegun 23.2.7 with 23.1.30). */
export const zeta = (x: number, q: number): number => {
  if (x === 1) return Infinity
  if (!(x >= 1) || Number.isNaN(q)) return NaN
  if (q <= 0 && Math.floor(q) === q && q !== -Infinity) return x % 2 === 0 || !Number.isFinite(x) ? Infinity : NaN
  if (q < 0 && (!Number.isInteger(x) || q === -Infinity)) return NaN
  if (q === Infinity) return 0
  let sum = 0
  let at = q
  for (let n = 0; n < 20 || at < 20; n++) {
    sum += at ** -x
    at += 1
  }
  const last = at ** -x
  if (last === 0) return sum
  let factor = x / at
  let rest = at / (x - 1) + 0.5
  bernoulli.forEach((c, j) => {
    rest += c * factor
    factor *= (x + 2 * j + 1) * (x + 2 * j + 2) / (at * at)
  })
  return sum + last * rest
}

/** The m-th derivative of digamma. */
export const polygamma = (m: number, x: number): number => {
  if (!(m >= 0) || !Number.isInteger(m)) return NaN
  if (m === 0) return digamma(x)
  return (m % 2 === 0 ? -1 : 1) * Math.exp(lgamma(m + 1)) * zeta(m + 1, x)
}
