/**
 * The error function, its complement and its inverse, in double precision.
 */

/** The value of a polynomial, highest coefficient first. */
const polynomial = (coefficients: ReadonlyArray<number>, x: number): number => {
  let y = 0
  for (const c of coefficients) y = y * x + c
  return y
}

// Rational approximations of W. J. Cody, "Rational Chebyshev approximation for the error function", Mathematics of
// Computation 23 (1969), tables II and III, in the arrangement of his CALERF (ACM TOMS 715): below 0.46875 erf(x) =
// x P(x^2) / Q(x^2), up to 4 erfc(x) = exp(-x^2) P(x) / Q(x), beyond by P(1/x^2) / Q(1/x^2).
const smallP = [
  1.85777706184603153e-1,
  3.16112374387056560e0,
  1.13864154151050156e2,
  3.77485237685302021e2,
  3.20937758913846947e3
]
const smallQ = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3]
const middleP = [
  2.15311535474403846e-8,
  5.64188496988670089e-1,
  8.88314979438837594e0,
  6.61191906371416295e1,
  2.98635138197400131e2,
  8.81952221241769090e2,
  1.71204761263407058e3,
  2.05107837782607147e3,
  1.23033935479799725e3
]
const middleQ = [
  1,
  1.57449261107098347e1,
  1.17693950891312499e2,
  5.37181101862009858e2,
  1.62138957456669019e3,
  3.29079923573345963e3,
  4.36261909014324716e3,
  3.43936767414372164e3,
  1.23033935480374942e3
]
const largeP = [
  1.63153871373020978e-2,
  3.05326634961232344e-1,
  3.60344899949804439e-1,
  1.25781726111229246e-1,
  1.60837851487422766e-2,
  6.58749161529837803e-4
]
const largeQ = [
  1,
  2.56852019228982242e0,
  1.87295284992346725e0,
  5.27905102951428412e-1,
  6.05183413124413191e-2,
  2.33520497626869185e-3
]

/** exp(-y^2) without amplifying the rounding of y^2: y is split into a multiple of 1/16 and a small rest. */
const gaussian = (y: number): number => {
  const head = Math.trunc(y * 16) / 16
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head))
}

const small = (x: number): number => x * polynomial(smallP, x * x) / polynomial(smallQ, x * x)

/** erfc for y >= 0.46875. */
const tail = (y: number): number => {
  // erfc(27.3) is below the smallest subnormal
  if (y > 27.3) return 0
  if (y <= 4) return gaussian(y) * polynomial(middleP, y) / polynomial(middleQ, y)
  const z = 1 / (y * y)
  const rest = z * polynomial(largeP, z) / polynomial(largeQ, z)
  return gaussian(y) * (1 / Math.sqrt(Math.PI) - rest) / y
}

export const erf = (x: number): number => {
  const y = Math.abs(x)
  if (!(y >= 0.46875)) return small(x)
  return Math.sign(x) * (1 - tail(y))
}

export const erfc = (x: number): number => {
  if (!(Math.abs(x) >= 0.46875)) return 1 - small(x)
  return x > 0 ? tail(x) : 2 - tail(-x)
}

/**
 * The inverse of erf: the elementary approximation by S. Winitzki (2008), accurate to 2e-3, followed by Halley's
 * iteration, which triples the number of correct digits. The upper half iterates on erfc, whose argument 1 - |x| is
 * exact there.
 */
export const erfInv = (x: number): number => {
  const magnitude = Math.abs(x)
  if (!(magnitude <= 1)) return NaN
  if (magnitude === 1) return x * Infinity
  if (magnitude === 0) return x
  const a = 0.147
  const l = Math.log1p(-magnitude * magnitude)
  const b = 2 / (Math.PI * a) + l / 2
  let y = Math.sqrt(Math.sqrt(b * b - l / a) - b)
  for (let i = 0; i < 3; i++) {
    const error = magnitude < 0.5 ? erf(y) - magnitude : (1 - magnitude) - erfc(y)
    const step = error / (2 / Math.sqrt(Math.PI) * gaussian(y))
    y -= step / (1 + y * step)
  }
  return Math.sign(x) * y
}
