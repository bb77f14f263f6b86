/**
 * Elementary and special functions in double precision, by the plainest formulas: slow, and right to about 1e-13.
 */

/** By its power series (Abramowitz and Stegun 7.1.6), which converges for all x; beyond 6 it is 1 in double precision. */
export const erf = (x: number): number => {
  if (Number.isNaN(x)) return x
  const a = Math.abs(x)
  if (a > 6) return Math.sign(x)
  let term = a
  let sum = a
  for (let n = 1; n < 200; n++) {
    term *= 2 * a * a / (2 * n + 1)
    sum += term
  }
  return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum
}

/** `1 - erf(x)`, by its continued fraction (Abramowitz and Stegun 7.1.14) where that would cancel. */
export const erfc = (x: number): number => {
  if (!(x > 1)) return 1 - erf(x)
  if (x > 30) return 0
  let fraction = x
  for (let n = 300; n > 0; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}

/** By bisection of {@link erf}, or of {@link erfc} near 1. */
export const erfInv = (y: number): number => {
  if (!(Math.abs(y) < 1)) return y === 1 ? Infinity : y === -1 ? -Infinity : NaN
  if (y === 0) return y
  let [low, high] = [0, 6]
  const a = Math.abs(y)
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (a > 0.5 ? erfc(middle) > 1 - a : erf(middle) < a) low = middle
    else high = middle
  }
  return Math.sign(y) * (low + high) / 2
}

/** Where Stirling's series is good to double precision with the terms below. */
const far = 15

/** Coefficients of Stirling's series: `B[2n] / (2n (2n - 1))` (Abramowitz and Stegun 6.1.40). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** The logarithm of |gamma(x)|, by reflection, recurrence and Stirling's series. */
export const lgamma = (x: number): number => {
  if (Number.isNaN(x) || x === Infinity) return x
  if (x === -Infinity || x <= 0 && Number.isInteger(x)) return Infinity
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 2)))) - lgamma(1 - x)
  let shift = 0
  let z = x
  for (; z < far; z++) shift += Math.log(z)
  const series = stirling.reduce((sum, c, n) => sum + c / z ** (2 * n + 1), 0)
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift
}

/** Coefficients of the asymptotic series: `B[2n] / (2n)` (Abramowitz and Stegun 6.3.18). */
const asymptotic = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]

/** The derivative of {@link lgamma}. */
export const digamma = (x: number): number => {
  if (Number.isNaN(x) || x === Infinity) return x
  if (x === -Infinity || x <= 0 && Number.isInteger(x)) return NaN
  if (x < 0.5) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x)
  let shift = 0
  let z = x
  for (; z < far; z++) shift += 1 / z
  return Math.log(z) - 1 / (2 * z) - asymptotic.reduce((sum, c, n) => sum + c / z ** (2 * n + 2), 0) - shift
}

/**
 * The modified Bessel function of an order times exp(-|x|): the power series, whose terms are all positive (Abramowitz and
 * Stegun 9.6.10); from 40 on the asymptotic one (9.7.1).
 */
const scaledBessel = (order: 0 | 1, x: number): number => {
  const a = Math.abs(x)
  if (!(a < Infinity)) return Number.isNaN(a) ? NaN : 0
  let term = 1
  let sum = 1
  if (a >= 40) {
    for (let k = 1; k <= 30; k++) {
      term *= -(4 * order - (2 * k - 1) ** 2) / (k * 8 * a)
      sum += term
    }
    return sum / Math.sqrt(2 * Math.PI) / Math.sqrt(a)
  }
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= a * a / 4 / (k * (k + order))
    sum += term
  }
  return Math.exp(-a) * (order === 0 ? sum : a / 2 * sum)
}

/** The modified Bessel function of order 0 times exp(-|x|). */
export const besselI0e = (x: number): number => scaledBessel(0, x)

/** The modified Bessel function of order 1 times exp(-|x|). */
export const besselI1e = (x: number): number => {
  const value = scaledBessel(1, x)
  return x < 0 || Object.is(x, -0) ? -value : value
}
