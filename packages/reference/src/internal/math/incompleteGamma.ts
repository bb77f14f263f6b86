/**
 * The regularized incomplete gamma functions and their derivatives, in double precision.
 */
import { digamma, lgamma } from "./gamma.ts"

/** B2k / (2k (2k - 1)): Stirling's series (Abramowitz and Stegun 6.1.41). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** x^a e^-x / gamma(a + 1). */
const weight = (a: number, x: number): number => {
  if (a < 10) return x ** a * Math.exp(-x - lgamma(a + 1))
  const u = (x - a) / a
  const correction = stirling.reduce((sum, c, k) => sum + c / a ** (2 * k + 1), 0)
  return Math.exp(-a * (u - Math.log1p(u)) - correction) / Math.sqrt(2 * Math.PI * a)
}

/** Sum of x^n / ((a + 1) ... (a + n)), and its derivative by a; P(a, x) is the weight times it (6.5.29). */
const series = (a: number, x: number): readonly [sum: number, slope: number] => {
  let [term, sum, termSlope, slope] = [1, 1, 0, 0]
  for (let n = 1; n < 100_000; n++) {
    const ratio = x / (a + n)
    termSlope = termSlope * ratio - term * ratio / (a + n)
    term *= ratio
    sum += term
    slope += termSlope
    if (term < 1e-18 * sum && Math.abs(termSlope) < 1e-18 * Math.abs(slope)) break
  }
  return [sum, slope]
}

/**
 * The integral of (1 + s)^(a - 1) e^(-x s) over s from 0 to infinity, and its derivative by a, for x > a: Q(a, x) is x^a
 * e^-x / gamma(a) times it. By the trapezoidal rule in u, s = exp(pi / 2 sinh(u)) / x (Takahasi and Mori 1974).
 */
const integral = (a: number, x: number): readonly [value: number, slope: number] => {
  let [value, slope] = [0, 0]
  const step = 1 / 32
  for (let k = -160; k <= 160; k++) {
    const u = k * step
    const s = Math.exp(Math.PI / 2 * Math.sinh(u)) / x
    const logarithm = Math.log1p(s)
    const exponent = (a - 1) * logarithm - x * s
    if (!(exponent > -745)) continue
    const density = Math.exp(exponent) * s * Math.PI / 2 * Math.cosh(u) * step
    value += density
    slope += density * logarithm
  }
  return [value, slope]
}

/** Where the integral is taken, and not the series. */
const isBeyond = (a: number, x: number): boolean => x > 1 && x > a

const isWrong = (a: number, x: number): boolean => !(a >= 0 && x >= 0) || a === 0 && x === 0

const regularized = (a: number, x: number, upper: boolean): number => {
  if (isWrong(a, x) || a === Infinity && x === Infinity) return NaN
  if (x === Infinity || a === 0) return upper ? 0 : 1
  if (x === 0 || a === Infinity) return upper ? 1 : 0
  const w = weight(a, x)
  if (w === 0) return isBeyond(a, x) === upper ? 0 : 1
  if (isBeyond(a, x)) {
    const rest = w * a * integral(a, x)[0]
    return upper ? rest : 1 - rest
  }
  const value = w * series(a, x)[0]
  return upper ? 1 - value : value
}

export const igamma = (a: number, x: number): number => regularized(a, x, false)
export const igammac = (a: number, x: number): number => regularized(a, x, true)

/** The derivative of P(a, x) by a over x^a e^-x / gamma(a + 1). */
const slopeOf = (a: number, x: number): number => {
  if (isBeyond(a, x)) {
    const [value, slope] = integral(a, x)
    return -a * (value * (Math.log(x) - digamma(a)) + slope)
  }
  const [sum, slope] = series(a, x)
  return sum * (Math.log(x) - digamma(a + 1)) + slope
}

export const igammaGradA = (a: number, x: number): number => {
  if (isWrong(a, x) || a === 0) return NaN
  if (x === 0 || x === Infinity) return 0
  const w = weight(a, x)
  return w === 0 ? 0 : w * slopeOf(a, x)
}

/** By implicit differentiation of P(a, x(a)) = constant. */
export const randomGammaGrad = (a: number, x: number): number => {
  if (isWrong(a, x) || a === 0 || x === Infinity) return NaN
  return x === 0 ? 0 : -slopeOf(a, x) * x / a
}
