/**
 * The stated error of every approximation, against the functions themselves in double precision. Errors of less
 * than 2^-49 are held to that, which a wrong digit exceeds.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Approximations from "../src/Approximations.ts"
import { unaryReference } from "./mathReference.ts"

type Polynomial = (x: number) => number

/** A function as computed from its approximation, and the function. */
interface Claim {
  readonly from: (p: Polynomial, x: number) => number
  readonly exact: (x: number) => number
}

const { digamma, erf, erfc, erf_inv, lgamma } = unaryReference as Readonly<
  Record<string, (x: number) => number>
>

const odd: Claim["from"] = (p, x) => x + x ** 3 * p(x * x)
const artanh: Claim["exact"] = (s) => 2 * Math.atanh(s)
const digammaZero = (d: number): number => d - Approximations.digammaZero.full[0] - Approximations.digammaZero.full[1]

/** Names of the module's records of approximations, by precision. */
const claims = {
  expTail: { from: (p, r) => 1 + (r + r * r * p(r)), exact: Math.exp },
  expm1Tail: { from: (p, r) => r + r * r * p(r), exact: Math.expm1 },
  exp2Tail: { from: (p, r) => 1 + r * p(r), exact: (r) => 2 ** r },
  log1pTail: { from: (p, f) => f - (f * f / 2 - f ** 3 * p(f)), exact: Math.log1p },
  artanhTail: { from: (p, s) => s * (2 + s * s * p(s * s)), exact: artanh },
  artanhTailExtended: { from: (p, s) => s * (2 + s * s * (2 / 3 + s * s * p(s * s))), exact: artanh },
  artanhSeries: { from: (p, s) => s * (2 + s * s * p(s * s)), exact: artanh },
  sinTail: { from: odd, exact: Math.sin },
  cosTail: { from: (p, r) => 1 - (r * r / 2 - r ** 4 * p(r * r)), exact: Math.cos },
  asinTail: { from: odd, exact: Math.asin },
  atanTail: { from: odd, exact: Math.atan },
  sinhTail: { from: odd, exact: Math.sinh },
  tanhTail: { from: odd, exact: Math.tanh },
  asinhTail: { from: odd, exact: Math.asinh },
  cbrtStart: { from: (p, m) => p(m), exact: Math.cbrt },
  erfTail: { from: (p, x) => x + x * p(x * x), exact: erf! },
  logErfc: { from: (p, x) => 1 - Math.exp(x * p(x)), exact: erf! },
  lgammaCentral: { from: (p, u) => (u - 1) * (u - 2) * p(u - 1.5), exact: lgamma! },
  lgammaNearOne: { from: (p, d) => d * p(d), exact: (d) => lgamma!(1 + d) },
  lgammaNearTwo: { from: (p, d) => d * p(d), exact: (d) => lgamma!(2 + d) },
  stirling: {
    from: (p, x) => (x - 0.5) * (Math.log(x) - 1) + (Approximations.stirlingConstant + p(1 / (x * x)) / x),
    exact: lgamma!
  },
  digammaNearTwo: { from: (p, d) => digammaZero(2 + d) * p(d), exact: (d) => digamma!(2 + d) },
  digammaCentral: { from: (p, u) => digammaZero(u) * p(u - 1.5), exact: digamma! },
  digammaTail: { from: (p, x) => Math.log(x) - (0.5 / x + p(1 / (x * x)) / (x * x)), exact: digamma! }
} satisfies { readonly [name: string]: Claim }

const polynomial = (coefficients: ReadonlyArray<number>, rounded: boolean): Polynomial => (x) =>
  coefficients.reduceRight((sum, c) => sum * x + (rounded ? Math.fround(c) : c), 0)

/**
 * The largest error at points that are dense at both ends, where minimax errors are largest: relative, without what
 * double precision itself leaves.
 */
const worst = (
  { coefficients, on: [from, to] }: Approximations.Approximation,
  claim: Claim,
  precision: string,
  slack = 2 ** -49
): number => {
  const p = polynomial(coefficients, precision === "float32")
  const end = Math.min(to, 1000)
  let worst = 0
  for (let i = 0; i <= 500; i++) {
    const x = (from + end) / 2 - (end - from) / 2 * Math.cos(Math.PI * i / 500)
    const exact = claim.exact(x)
    const error = Math.abs(claim.from(p, x) - exact) - slack * Math.max(1, Math.abs(exact))
    if (error > 0) worst = Math.max(worst, error / Math.abs(exact))
  }
  return worst
}

describe("the stated errors", () => {
  const cases = Object.entries(claims).flatMap(([name, claim]) =>
    Object.entries(Approximations[name as keyof typeof claims]).map(([precision, approximation]) => ({
      name,
      claim,
      precision,
      approximation: approximation as Approximations.Approximation
    }))
  )
  it.each(cases)("$name, $precision", ({ approximation, claim, precision }) => {
    const found = worst(approximation, claim, precision)
    expect(found).toBeLessThanOrEqual(approximation.error)
    // not too cautious either, where a double can tell
    if (approximation.error > 2 ** -44) expect(found).toBeGreaterThan(approximation.error / 2)
  })

  it.each(Object.entries(Approximations.erfcx))("erfcx, %s", (precision, approximation) => {
    const { center } = approximation
    const claim: Claim = {
      from: (p, x) => p((x - center) / (x + center)),
      // beyond 5 exp(x^2) loses bits; the other tests of erfc go on from there
      exact: (x) => (1 + 2 * x) * Math.exp(x * x) * erfc!(x)
    }
    const { coefficients, error, on: [from] } = approximation
    expect(worst({ coefficients, error, on: [from, 5] }, claim, precision, 2 ** -46)).toBeLessThanOrEqual(error)
  })

  it.each(Object.entries(Approximations.erfInvPieces))("erfInvPieces, %s", (precision, { central, tail }) => {
    for (const [piece, variable] of [[central, (w: number) => w], [tail, Math.sqrt]] as const) {
      const claim: Claim = {
        from: (p, w) => p(variable(w) - piece.shift),
        exact: (w) => {
          const x = Math.sqrt(-Math.expm1(-w))
          return erf_inv!(x) / x
        }
      }
      const { coefficients, error, on: [from, to] } = piece
      // from w = 9 on, the rounding of x is more than the error
      const given = { coefficients, error, on: [Math.max(from, 0.01), Math.min(to, 9)] } as const
      expect(worst(given, claim, precision, 2 ** -38)).toBeLessThanOrEqual(error)
    }
  })
})

/** A number as an exact fraction of a power of two. */
const scaled = (x: number, bits: number): bigint => BigInt(x * 2 ** 60) << BigInt(bits - 60)

describe("constants in parts", () => {
  it("2/pi and the parts of pi/2 are one angle", () => {
    // 2/pi as an integer of 1280 bits, and 2^1400 / (2/pi) = pi/2 in units of 2^-120
    const words = Approximations.twoOverPi.reduce((sum, word) => sum << 32n | BigInt(word), 0n)
    const halfPi = (1n << 1400n) / words
    const sumOf = (parts: ReadonlyArray<number>): bigint => {
      // parts are added as integers in units of 2^-120: each is a multiple of 2^-180 at most
      let sum = 0n
      for (const part of parts) {
        const exponent = Math.floor(Math.log2(Math.abs(part)))
        const significand = BigInt(part / 2 ** (exponent - 60))
        const shift = exponent - 60 + 120
        sum += shift >= 0 ? significand << BigInt(shift) : significand >> BigInt(-shift)
      }
      return sum
    }
    const bitsWrong = (parts: ReadonlyArray<number>): number => {
      const difference = sumOf(parts) - halfPi
      const size = difference < 0n ? -difference : difference
      return size.toString(2).length - 120
    }
    const { float32, float32Fused, full, fullInTwo, halves } = Approximations.halfPi
    expect(bitsWrong(full)).toBeLessThan(-100)
    expect(bitsWrong(halves)).toBeLessThan(-100)
    expect(bitsWrong(fullInTwo)).toBeLessThan(-80)
    expect(bitsWrong(float32Fused)).toBeLessThan(-70)
    expect(bitsWrong(float32)).toBeLessThan(-60)
    expect(bitsWrong([Math.PI / 2, Approximations.halfPiLow.full])).toBeLessThan(-100)
    expect(bitsWrong([Math.fround(Math.PI / 2), Approximations.halfPiLow.float32])).toBeLessThan(-46)
    expect(bitsWrong([Math.PI / 2, Approximations.piLow.full / 2])).toBeLessThan(-100)
    expect(Approximations.piLow.float32).toBe(2 * Approximations.halfPiLow.float32)
  })

  it("the parts of ln 2 add up to it", () => {
    // ln 2 = 2 artanh(1/3), in units of 2^-120
    const unit = 1n << 130n
    let ln2 = 0n
    for (let k = 0n, power = 3n; k < 60n; k++, power *= 9n) ln2 += 2n * unit / ((2n * k + 1n) * power)
    const { float32, full: [high, low, lowest] } = Approximations.ln2
    const exactly = (x: number): bigint => scaled(x, 130)
    // in two steps: the low parts are too small for one scale of doubles
    const rest = ln2 - exactly(high)
    expect(Number(rest) / 2 ** 130).toBe(low + lowest)
    expect(Number(rest - BigInt(low * 2 ** 100) * (1n << 30n)) / 2 ** 130 / lowest).toBeCloseTo(1, 6)
    expect(Number(ln2 - exactly(float32[0])) / 2 ** 130 / float32[1]).toBeCloseTo(1, 7)
  })
})
