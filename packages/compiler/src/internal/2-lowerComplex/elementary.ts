/**
 * Trigonometric and hyperbolic functions of complex values and their inverses, by their parts: W. Kahan, "Branch cuts for
 * complex elementary functions, or much ado about nothing's sign bit" (The State of the Art in Numerical Analysis, 1987).
 */
import type { Value } from "../region.ts"
import { addOne, conj, div, fromOne, isInfinite, mul, real, select, sqrt, type Unary } from "./arithmetic.ts"
import type { Parts, RealBuilder } from "./builder.ts"

/** Bounds that follow from the range of a dtype. */
interface Range {
  /** Beyond it cosh and sinh are half of an exponential, which soon overflows. */
  readonly exponential: number
  /** Beyond it tanh is 1 to the last bit: a quarter of the area hyperbolic sine of the largest number. */
  readonly flat: number
  /** Squares of what is below it are finite: about the root of the largest number. */
  readonly square: number
}

const rangeOf = ({ re }: Parts): Range =>
  re.dtype === "float64"
    ? { exponential: 700, flat: 177, square: 2 ** 510 }
    : { exponential: 80, flat: 22, square: 2 ** 62 }

/** `cosh(x) c` and `sinh(|x|) s`, for a cosine c and a sine s, also where the hyperbolic functions overflow. */
const products = (b: RealBuilder, z: Parts, hyperbolic: "cosh" | "sinh", factor: Value): Value => {
  const { exponential } = rangeOf(z)
  const x = b.abs(z.re)
  const half = b.unary("exp", b.mul(x, 0.5))
  const far = b.mul(b.mul(b.mul(half, 0.5), factor), half)
  return b.select(
    b.compare("gt", x, exponential),
    b.select(b.compare("eq", factor, 0), factor, far),
    b.mul(b.unary(hyperbolic, x), factor)
  )
}

/** A product of what is 0 with an angle's cosine or sine, which is NaN if the angle is infinite. */
const zeroTimes = (b: RealBuilder, zero: Value, factor: Value): Value =>
  b.select(b.compare("eq", factor, factor), b.mul(zero, factor), zero)

const signed = (b: RealBuilder, value: Value, x: Value): Value => b.select(b.isNegative(x), b.neg(value), value)

/** Whether the real part is infinite and the angle is none: cosh and sinh are infinite, with an imaginary part NaN. */
const isAlone = (b: RealBuilder, { im, re }: Parts): Value => b.and(b.isInfinite(re), b.not(b.isFinite(im)))

export const cosh: Unary = (b, z) => {
  const { im: y, re: x } = z
  const [c, s] = [b.unary("cos", y), b.unary("sin", y)]
  const im = signed(b, products(b, z, "sinh", s), x)
  // of the zero y, with the sign of x times y: a product of zeros would be left to the device
  const onAxis = signed(b, y, x)
  return {
    re: b.select(isAlone(b, z), Infinity, products(b, z, "cosh", c)),
    im: b.select(b.compare("eq", y, 0), onAxis, b.select(b.compare("eq", x, 0), zeroTimes(b, x, s), im))
  }
}

export const sinh: Unary = (b, z) => {
  const { im: y, re: x } = z
  const [c, s] = [b.unary("cos", y), b.unary("sin", y)]
  const re = signed(b, products(b, z, "sinh", c), x)
  return {
    re: b.select(isAlone(b, z), x, b.select(b.compare("eq", x, 0), zeroTimes(b, x, c), re)),
    im: b.select(b.compare("eq", y, 0), y, products(b, z, "cosh", s))
  }
}

/** Kahan, CTANH; far out, `1` and `2 sin(2 y) e^(-2 |x|)`. */
export const tanh: Unary = (b, z) => {
  const { im: y, re: x } = z
  const t = b.unary("tan", y)
  const beta = b.add(1, b.mul(t, t))
  const s = b.unary("sinh", x)
  const rho = b.unary("sqrt", b.add(1, b.mul(s, s)))
  const divisor = b.add(1, b.mul(beta, b.mul(s, s)))
  const near: Parts = { re: b.div(b.mul(beta, b.mul(rho, s)), divisor), im: b.div(t, divisor) }
  const decay = b.unary("exp", b.mul(-2, b.abs(x)))
  const far: Parts = {
    re: b.select(b.or(b.isFinite(y), b.isInfinite(x)), b.copySign(b.literal(1, x), x), NaN),
    im: b.select(isAlone(b, z), 0, b.mul(b.mul(2, b.unary("sin", b.mul(2, y))), decay))
  }
  const { im, re } = select(b, b.compare("gt", b.abs(x), rangeOf(z).flat), far, near)
  // the axes stay what they are, whatever the other part is
  return { re: b.select(b.compare("eq", x, 0), x, re), im: b.select(b.compare("eq", y, 0), y, im) }
}

/** `f(z)` as `-i g(i z)`. */
const rotated = (g: Unary): Unary => (b, { im, re }) => {
  const turned = g(b, { re: b.neg(im), im: re })
  return { re: turned.im, im: b.neg(turned.re) }
}

export const sin: Unary = rotated(sinh)
export const cos: Unary = (b, { im, re }) => cosh(b, { re: b.neg(im), im: re })
export const tan: Unary = rotated(tanh)

const infinity = (b: RealBuilder, sign: Value): Value => b.copySign(b.literal(Infinity, sign), sign)

/** Kahan, CASIN. At infinity it is the direction that counts. */
export const asin: Unary = (b, z) => {
  const [minus, plus] = [sqrt(b, fromOne(b, z)), sqrt(b, addOne(b, z))]
  const finite: Parts = {
    re: b.select(b.compare("eq", z.re, 0), z.re, b.binary("atan2", z.re, mul(b, minus, plus).re)),
    im: b.unary("asinh", mul(b, conj(b, minus), plus).im)
  }
  return select(b, isInfinite(b, z), { re: b.binary("atan2", z.re, b.abs(z.im)), im: infinity(b, z.im) }, finite)
}

/** Kahan, CACOS. */
export const acos: Unary = (b, z) => {
  const [minus, plus] = [sqrt(b, fromOne(b, z)), sqrt(b, addOne(b, z))]
  const finite: Parts = {
    re: b.select(b.compare("eq", z.re, 0), Math.PI / 2, b.mul(2, b.binary("atan2", minus.re, plus.re))),
    im: b.unary("asinh", mul(b, conj(b, plus), minus).im)
  }
  const far: Parts = { re: b.binary("atan2", b.abs(z.im), z.re), im: b.neg(infinity(b, z.im)) }
  return select(b, isInfinite(b, z), far, finite)
}

/** Kahan, CACOSH. */
export const acosh: Unary = (b, z) => {
  const minus = sqrt(b, { re: b.sub(z.re, 1), im: z.im })
  const plus = sqrt(b, addOne(b, z))
  const finite: Parts = {
    re: b.unary("asinh", mul(b, conj(b, minus), plus).re),
    im: b.select(
      b.compare("eq", z.re, 0),
      b.copySign(b.literal(Math.PI / 2, z.im), z.im),
      b.mul(2, b.binary("atan2", minus.im, plus.re))
    )
  }
  const far: Parts = { re: b.literal(Infinity, z.re), im: b.binary("atan2", z.im, z.re) }
  return select(b, isInfinite(b, z), far, finite)
}

/** Kahan, CATANH, for numbers in the right half of the plane; it is odd. */
export const atanh: Unary = (b, z) => {
  const { square } = rangeOf(z)
  const left = b.isNegative(z.re)
  const x = b.abs(z.re)
  const y = b.select(left, b.neg(z.im), z.im)
  const height = b.abs(y)
  const [rest, height2] = [b.sub(1, x), b.mul(y, y)]
  const area = b.mul(0.25, b.unary("log1p", b.div(b.mul(4, x), b.add(b.mul(rest, rest), height2))))
  const above = b.mul(0.5, b.unary("log", b.div(b.unary("sqrt", b.add(4, height2)), height)))
  const turn = b.binary("atan2", b.mul(2, y), b.sub(b.mul(rest, b.add(1, x)), height2))
  const near: Parts = { re: b.select(b.compare("eq", x, 1), above, area), im: b.mul(0.5, turn) }
  const far: Parts = {
    re: b.binary("max", div(b, real(b, 1, z), { re: x, im: y }).re, 0),
    im: b.select(
      b.or(b.isNaN(y), b.and(b.isNaN(x), b.isFinite(y))),
      NaN,
      b.copySign(b.literal(Math.PI / 2, x), y)
    )
  }
  const isFar = b.or(b.compare("gt", x, square), b.compare("gt", height, square))
  const { im, re } = select(b, isFar, far, near)
  return {
    re: b.select(b.compare("eq", x, 0), z.re, b.select(left, b.neg(re), re)),
    im: b.select(left, b.neg(im), im)
  }
}

export const asinh: Unary = (b, { im, re }) => {
  const turned = asin(b, { re: im, im: b.neg(re) })
  return { re: b.neg(turned.im), im: turned.re }
}

export const atan: Unary = rotated(atanh)
