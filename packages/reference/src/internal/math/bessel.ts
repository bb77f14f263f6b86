/**
 * Modified Bessel functions of the first kind.
 */

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
