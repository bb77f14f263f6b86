/**
 * The elementary functions in double precision, to a few units of 2^-52: the measure of the float32 ones.
 */

/** A series of positive terms: exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!. */
const erfSeries = (x: number): number => {
  let term = x
  let sum = x
  for (let n = 1; n < 400 && term > sum * 1e-18; n++) {
    term *= 2 * x * x / (2 * n + 1)
    sum += term
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum
}

/** The continued fraction of erfc, for x >= 1.5. */
const erfcFraction = (x: number): number => {
  let fraction = 0
  for (let n = 200; n >= 1; n--) fraction = n / 2 / (x + fraction)
  const rounded = Math.fround(x)
  const exponential = Math.exp(-rounded * rounded) * Math.exp(-(x - rounded) * (x + rounded))
  return exponential / Math.sqrt(Math.PI) / (x + fraction)
}

const erf = (x: number): number => {
  if (Number.isNaN(x)) return NaN
  const a = Math.abs(x)
  const magnitude = a > 6 ? 1 : a < 2.5 ? erfSeries(a) : 1 - erfcFraction(a)
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude
}

const erfc = (x: number): number => {
  if (Number.isNaN(x)) return NaN
  if (x > 30) return 0
  return x < 1.5 ? 1 - erf(x) : erfcFraction(x)
}

/** Halley's iteration. */
const erfInv = (y: number): number => {
  if (y === 0) return y
  const a = Math.abs(y)
  if (!(a < 1)) return a === 1 ? y * Infinity : NaN
  let x = Math.sqrt(-Math.log((1 - a) * (1 + a))) * 0.8
  for (let i = 0; i < 60; i++) {
    const difference = a < 0.5 ? erf(x) - a : 1 - a - erfc(x)
    const newton = difference / (2 / Math.sqrt(Math.PI) * Math.exp(-x * x))
    const step = newton / (1 + x * newton)
    x -= step
    if (Math.abs(step) < 1e-17 * x) break
  }
  return y < 0 ? -x : x
}

/** zeta(k), k = 2 ... 79, by Euler-Maclaurin summation. */
const zeta: ReadonlyArray<number> = Array.from({ length: 80 }, (_, k) => {
  if (k < 2) return 0
  let sum = 0
  for (let n = 1; n < 60; n++) sum += n ** -k
  return sum + 60 ** (1 - k) / (k - 1) + 60 ** -k / 2 + k * 60 ** (-k - 1) / 12 -
    k * (k + 1) * (k + 2) * 60 ** (-k - 3) / 720 +
    k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * 60 ** (-k - 5) / 30240
})

/** lgamma(1 + d), |d| <= 1/2, with relative accuracy at the zero. */
const lgammaNearOne = (d: number): number => {
  let sum = 0
  for (let k = 79; k >= 2; k--) sum = sum * -d + zeta[k]! / k
  return d * (-0.5772156649015329 + d * sum)
}

const lgamma = (x: number): number => {
  if (Number.isNaN(x)) return NaN
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity
  if (x < 0) {
    if (x > -1e-20) return -Math.log(-x)
    const sine = Math.sin(Math.PI * (x - Math.round(x)))
    return Math.log(Math.PI / Math.abs(sine * x)) - lgamma(-x)
  }
  if (x < 0.5) return lgammaNearOne(x) - Math.log(x)
  if (x <= 1.5) return lgammaNearOne(x - 1) + 0
  if (x <= 2.5) return Math.log1p(x - 2) + lgammaNearOne(x - 2)
  let product = 1
  let y = x
  while (y < 15) product *= y++
  const z = 1 / (y * y)
  const series = (1 / 12 + z * (-1 / 360 + z * (1 / 1260 + z * (-1 / 1680 + z * (1 / 1188))))) / y
  return (y - 0.5) * Math.log(y) - y + 0.9189385332046728 + series - Math.log(product)
}

const digamma = (x: number): number => {
  if (x === Infinity) return x
  if (Number.isNaN(x) || x === -Infinity || (x <= 0 && Number.isInteger(x))) return NaN
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)))
  let sum = 0
  let y = x
  while (y < 15) sum += 1 / y++
  const z = 1 / (y * y)
  const tail = z *
    (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * 691 / 32760)))))
  return Math.log(y) - 0.5 / y - tail - sum
}

const roundToEven = (x: number): number => {
  const below = Math.floor(x)
  const up = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0)
  const rounded = up ? below + 1 : below
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded
}

/** Functions of one operand, by effax's names. */
export const unaryReference: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  logistic: (x) => x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)),
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  cbrt: Math.cbrt,
  erf,
  erfc,
  erf_inv: erfInv,
  lgamma,
  digamma,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round_to_even: roundToEven,
  round_away_from_zero: (x) => x < 0 || Object.is(x, -0) ? -Math.round(-x) : Math.round(x),
  sign: Math.sign
}

const nextAfter32 = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  if (x === y) return y
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149)
  const bits = new Int32Array(new Float32Array([x]).buffer)
  bits[0]! += (x < y) === (x > 0) ? 1 : -1
  return new Float32Array(bits.buffer)[0]!
}

/** x ** y by C99, where a power of 1 is 1 and -1 to an infinite power too. */
const pow = (x: number, y: number): number =>
  x === 1 || y === 0 ? 1 : Math.abs(x) === 1 && Math.abs(y) === Infinity ? 1 : x ** y

/** Functions of two operands. */
export const binaryReference: Readonly<Record<string, (x: number, y: number) => number>> = {
  pow,
  atan2: Math.atan2,
  nextafter: nextAfter32
}
