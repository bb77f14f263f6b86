/**
 * The logarithm of the gamma function and its derivative, in double precision.
 */

/** The Riemann zeta function minus 1 at an integer >= 2, by Euler-Maclaurin summation after 10 terms. */
const zetaMinusOne = (s: number): number => {
  const n = 10
  let sum = 0
  for (let k = 2; k < n; k++) sum += k ** -s
  sum += n ** (1 - s) / (s - 1) + n ** -s / 2
  // B2/2!, B4/4!, ... times the rising factorial s (s+1) ... (s+2j-2) n^(-s-2j+1)
  let term = s * n ** (-s - 1)
  for (const [j, c] of [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000].entries()) {
    sum += c * term
    term *= (s + 2 * j + 1) * (s + 2 * j + 2) / (n * n)
  }
  return sum
}

const eulerGamma = 0.57721566490153286061

/** Coefficients of z^2, z^3, ... in lgamma(2 + z) (Abramowitz and Stegun 6.1.33, with log(1 + z) added). */
const aroundTwo = Array.from({ length: 40 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * zetaMinusOne(i + 2)) / (i + 2))

/** lgamma(2 + z) for |z| <= 1/2, accurate to the last digits even at its zero z = 0. */
const nearTwo = (z: number): number => {
  let sum = 0
  for (let i = aroundTwo.length - 1; i >= 0; i--) sum = sum * z + aroundTwo[i]!
  return z * (1 - eulerGamma + z * sum)
}

/** B2k / (2k (2k - 1)): Stirling's series (Abramowitz and Stegun 6.1.41). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** sin(pi x), with the argument reduced before the multiplication. */
const sinPi = (x: number): number => {
  const r = x - 2 * Math.round(x / 2)
  return Math.abs(r) <= 0.5 ? Math.sin(Math.PI * r) : Math.sin(Math.PI * (Math.sign(r) - r))
}

/** log |gamma(x)|; infinity at 0, at the negative integers and at both infinities. */
export const lgamma = (x: number): number => {
  if (x !== x) return NaN
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity
  // gamma(x) = 1/x - 0.577... + O(x), where the products below would underflow
  if (Math.abs(x) < 2 ** -60) return -Math.log(Math.abs(x))
  // gamma(x) gamma(1 - x) = pi / sin(pi x)
  if (x < 0) return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x)
  if (x < 0.5) return nearTwo(x) - Math.log1p(x) - Math.log(x)
  if (x <= 1.5) return nearTwo(x - 1) - Math.log1p(x - 1)
  if (x <= 10) {
    // gamma(x) = (x - 1) (x - 2) ... gamma(2 + z)
    let product = 1
    let y = x
    while (y > 2.5) {
      y -= 1
      product *= y
    }
    return Math.log(product) + nearTwo(y - 2)
  }
  const w = 1 / (x * x)
  let series = 0
  for (let i = stirling.length - 1; i >= 0; i--) series = series * w + stirling[i]!
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series / x
}

/** B2k / (2k): the asymptotic series of digamma (Abramowitz and Stegun 6.3.18). */
const asymptotic = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]

/** The derivative of lgamma; NaN at 0 and at the negative integers, as in XLA. */
export const digamma = (x: number): number => {
  if (x === Infinity) return Infinity
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return NaN
  if (x < 0) {
    // psi(1 - x) - psi(x) = pi / tan(pi x)
    const r = x - Math.round(x)
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r)
  }
  let sum = 0
  let y = x
  // psi(y) = psi(y + 1) - 1/y
  while (y < 10) {
    sum -= 1 / y
    y += 1
  }
  const w = 1 / (y * y)
  let series = 0
  for (let i = asymptotic.length - 1; i >= 0; i--) series = series * w + asymptotic[i]!
  return sum + Math.log(y) - 0.5 / y - series * w
}
