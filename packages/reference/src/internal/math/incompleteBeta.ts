/**
 * The regularized incomplete beta function in double precision.
 */
import { lgamma } from "./gamma.ts"

/** The continued fraction DLMF 8.17.22, from its end. */
const fraction = (a: number, b: number, x: number): number => {
  const steps = 400 + 20 * Math.ceil(Math.sqrt(Math.max(a, b)))
  let value = 1
  for (let m = steps; m >= 0; m--) {
    const odd = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))
    const even = -(a + m) / (a + 2 * m) * (a + b + m) * x / (a + 2 * m + 1)
    value = 1 + even / (1 + odd / value)
  }
  return 1 / value
}

/** x^a (1 - x)^b / (a B(a, b)). */
const weight = (a: number, b: number, x: number, y: number): number =>
  Math.exp(a * Math.log(x) + b * Math.log(y) + lgamma(a + b) - lgamma(a + 1) - lgamma(b))

/** I_x(a, b). */
export const betainc = (a: number, b: number, x: number): number => {
  const noA = a === 0 || b === Infinity
  const noB = b === 0 || a === Infinity
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1) || noA && noB) return NaN
  if (x === 1 || noA && x > 0) return 1
  if (x === 0 || noB) return 0
  return x < (a + 1) / (a + b + 2)
    ? weight(a, b, x, 1 - x) * fraction(a, b, x)
    : 1 - weight(b, a, 1 - x, x) * fraction(b, a, 1 - x)
}
