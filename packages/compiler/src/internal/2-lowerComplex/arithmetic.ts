/**
 * Arithmetic, exponentials and roots of complex values, by their parts. Nothing overflows that need not, and the sign of
 * zero on branch cuts is W. Kahan's ("Branch cuts for complex elementary functions", 1987).
 */
import type { Value } from "../region.ts"
import type { Parts, RealBuilder } from "./builder.ts"

export type Unary = (b: RealBuilder, z: Parts) => Parts
export type Binary = (b: RealBuilder, x: Parts, y: Parts) => Parts

export const neg: Unary = (b, { im, re }) => ({ re: b.neg(re), im: b.neg(im) })
export const conj: Unary = (b, { im, re }) => ({ re, im: b.neg(im) })
export const add: Binary = (b, x, y) => ({ re: b.add(x.re, y.re), im: b.add(x.im, y.im) })
export const sub: Binary = (b, x, y) => ({ re: b.sub(x.re, y.re), im: b.sub(x.im, y.im) })
export const mul: Binary = (b, x, y) => ({
  re: b.sub(b.mul(x.re, y.re), b.mul(x.im, y.im)),
  im: b.add(b.mul(x.re, y.im), b.mul(x.im, y.re))
})

/** Without a difference of squares, which may overflow. */
const squared: Unary = (b, { im, re }) => ({
  re: b.mul(b.sub(re, im), b.add(re, im)),
  im: b.mul(2, b.mul(re, im))
})

/** `1 + z` and `1 - z`: the real number has no imaginary part that could change a sign of zero. */
export const addOne: Unary = (b, { im, re }) => ({ re: b.add(1, re), im })
export const fromOne: Unary = (b, { im, re }) => ({ re: b.sub(1, re), im: b.neg(im) })

export const real = (b: RealBuilder, value: number, like: Parts): Parts => ({
  re: b.literal(value, like.re),
  im: b.literal(0, like.re)
})

export const select = (b: RealBuilder, condition: Value, onTrue: Parts, onFalse: Parts): Parts => ({
  re: b.select(condition, onTrue.re, onFalse.re),
  im: b.select(condition, onTrue.im, onFalse.im)
})

export const isInfinite = (b: RealBuilder, { im, re }: Parts): Value => b.or(b.isInfinite(re), b.isInfinite(im))
const isFinite = (b: RealBuilder, { im, re }: Parts): Value => b.and(b.isFinite(re), b.isFinite(im))
export const isZero = (b: RealBuilder, { im, re }: Parts): Value =>
  b.and(b.compare("eq", re, 0), b.compare("eq", im, 0))

/** Infinities as ones and all others as zeros, with their signs. */
const box = (b: RealBuilder, { im, re }: Parts): Parts => {
  const one = (x: Value): Value => b.copySign(b.select(b.isInfinite(x), b.literal(1, x), 0), x)
  return { re: one(re), im: one(im) }
}

/** A quarter of a number whose parts could not be added; itself where they can. */
const scaled = (b: RealBuilder, { im, re }: Parts) => {
  const largest = b.literal(re.dtype === "float64" ? 2 ** 1022 : 2 ** 126, re)
  const isLarge = b.or(b.compare("ge", b.abs(re), largest), b.compare("ge", b.abs(im), largest))
  const scale = b.select(isLarge, b.literal(0.25, re), 1)
  return { scale, parts: { re: b.mul(re, scale), im: b.mul(im, scale) } }
}

/** By the larger part of the divisor (R. L. Smith, "Algorithm 116: complex division", 1962). */
const smith: Binary = (b, dividend, divisor) => {
  const { parts: x, scale: s } = scaled(b, dividend)
  const { parts: y, scale: t } = scaled(b, divisor)
  const realLeads = b.compare("ge", b.abs(y.re), b.abs(y.im))
  const lead = b.select(realLeads, y.re, y.im)
  const rest = b.select(realLeads, y.im, y.re)
  const ratio = b.div(rest, lead)
  const whole = b.add(lead, b.mul(rest, ratio))
  const [first, second] = [b.select(realLeads, x.re, x.im), b.select(realLeads, x.im, x.re)]
  const difference = b.sub(second, b.mul(first, ratio))
  const scale = b.div(t, s)
  return {
    re: b.mul(b.div(b.add(first, b.mul(second, ratio)), whole), scale),
    im: b.mul(b.div(b.select(realLeads, difference, b.neg(difference)), whole), scale)
  }
}

/** Infinities are as C has them (ISO C99, annex G.5.1): a number over zero is infinite, and over an infinity zero. */
export const div: Binary = (b, x, y) => {
  // the product with an infinity, but that devices may assume these away
  const byZero = (part: Value): Value => {
    const infinity = b.copySign(b.literal(Infinity, part), part)
    const signed = b.select(b.isNegative(y.re), b.neg(infinity), infinity)
    return b.select(b.or(b.isNaN(part), b.compare("eq", part, 0)), NaN, signed)
  }
  const overZero: Parts = { re: byZero(x.re), im: byZero(x.im) }
  const [p, q] = [box(b, x), box(b, y)]
  const conjugated = (u: Parts, v: Parts): Parts => mul(b, u, conj(b, v))
  const times = (factor: number, { im, re }: Parts): Parts => ({ re: b.mul(factor, re), im: b.mul(factor, im) })
  const special = select(
    b,
    b.and(isInfinite(b, y), isFinite(b, x)),
    times(0, conjugated(x, q)),
    select(b, b.and(isInfinite(b, x), isFinite(b, y)), times(Infinity, conjugated(p, y)), smith(b, x, y))
  )
  return select(b, isZero(b, y), overZero, special)
}

/** The larger and the smaller of `|x|` and `|y|`, and their quotient, which is 0 where it makes no difference. */
const ordered = (b: RealBuilder, { im, re }: Parts) => {
  const [x, y] = [b.abs(re), b.abs(im)]
  const [large, small] = [b.binary("max", x, y), b.binary("min", x, y)]
  const trivial = b.or(b.compare("eq", large, 0), b.compare("eq", large, Infinity))
  return { large, small, ratio: b.select(trivial, 0, b.div(small, large)) }
}

/** NaN beside an infinity is of no account. */
const unlessInfinite = (b: RealBuilder, z: Parts, value: Value): Value => b.select(isInfinite(b, z), Infinity, value)

export const abs = (b: RealBuilder, z: Parts): Value => {
  const { large, ratio } = ordered(b, z)
  return unlessInfinite(b, z, b.mul(large, b.unary("sqrt", b.add(1, b.mul(ratio, ratio)))))
}

/** `z / |z|`: 0 at 0, and at infinity the direction of the one part that is infinite. */
export const sign: Unary = (b, z) => {
  const magnitude = abs(b, z)
  const isNothing = b.compare("eq", magnitude, 0)
  const direction = select(b, isInfinite(b, z), box(b, z), z)
  const bothInfinite = b.and(b.isInfinite(z.re), b.isInfinite(z.im))
  const undefinedThere = b.or(bothInfinite, b.or(b.isNaN(z.re), b.isNaN(z.im)))
  const divisor = b.select(isInfinite(b, z), 1, b.select(isNothing, 1, magnitude))
  const part = (x: Value): Value => b.select(undefinedThere, NaN, b.select(isNothing, 0, b.div(x, divisor)))
  return { re: part(direction.re), im: part(direction.im) }
}

export const integerPow = (b: RealBuilder, z: Parts, n: number): Parts => {
  if (n === 0) return real(b, 1, z)
  let square = z
  let product: Parts | undefined
  for (let rest = Math.abs(n); rest > 0;) {
    if (rest % 2 === 1) product = product === undefined ? square : mul(b, product, square)
    rest = Math.floor(rest / 2)
    if (rest > 0) square = squared(b, square)
  }
  return n < 0 ? div(b, real(b, 1, z), product!) : product!
}

// --- exponentials, logarithms, roots --------------------------------------------------------------------------------

/**
 * `r^2 (cos t + i sin t)`, from the root of the magnitude, which overflows later. The real axis stays real, and where the
 * logarithm of the magnitude is infinite, any angle will do.
 */
const polar = (b: RealBuilder, logarithm: Value, root: Value, t: Value): Parts => {
  const along = (f: "cos" | "sin"): Value => b.mul(b.mul(root, b.unary(f, t)), root)
  const isAlone = b.and(b.isInfinite(logarithm), b.not(b.isFinite(t)))
  const isNothing = b.and(isAlone, b.isNegative(logarithm))
  return {
    re: b.select(isAlone, root, along("cos")),
    im: b.select(b.or(isNothing, b.compare("eq", t, 0)), b.select(isNothing, 0, t), along("sin"))
  }
}

export const exp: Unary = (b, { im, re }) => polar(b, re, b.unary("exp", b.mul(re, 0.5)), im)

export const exp2: Unary = (b, { im, re }) => polar(b, re, b.unary("exp2", b.mul(re, 0.5)), b.mul(im, Math.LN2))

/** `e^z - 1` without cancellation at 0: `e^x cos y - 1 = expm1(x) cos y - 2 sin(y / 2)^2`. */
export const expm1: Unary = (b, z) => {
  const half = b.unary("sin", b.mul(z.im, 0.5))
  const whole = exp(b, z)
  const near = b.sub(b.mul(b.unary("expm1", z.re), b.unary("cos", z.im)), b.mul(2, b.mul(half, half)))
  return { re: b.select(b.compare("lt", b.abs(z.re), 1), near, b.sub(whole.re, 1)), im: whole.im }
}

/** The logarithm of `|z|`: near the unit circle from `|z|^2 - 1` (Kahan, CLOG). */
const logAbs = (b: RealBuilder, z: Parts): Value => {
  const { large, ratio, small } = ordered(b, z)
  const excess = b.add(b.mul(b.sub(large, 1), b.add(large, 1)), b.mul(small, small))
  const near = b.and(b.compare("gt", large, 0.5), b.elementwise("lt", [large, b.literal(1.5, large)], "bool", {}))
  const far = b.add(b.unary("log", large), b.mul(0.5, b.unary("log1p", b.mul(ratio, ratio))))
  return unlessInfinite(b, z, b.select(near, b.mul(0.5, b.unary("log1p", excess)), far))
}

const angle = (b: RealBuilder, { im, re }: Parts): Value => b.binary("atan2", im, re)

export const log: Unary = (b, z) => ({ re: logAbs(b, z), im: angle(b, z) })

/** `log(1 + z)`: `|1 + z|^2 - 1 = x (x + 2) + y^2`. */
export const log1p: Unary = (b, z) => {
  const { im, re } = z
  const shifted = addOne(b, z)
  const excess = b.add(b.mul(re, b.add(re, 2)), b.mul(im, im))
  const near = b.and(b.compare("lt", b.abs(re), 0.5), b.compare("lt", b.abs(im), 0.5))
  return {
    re: b.select(near, b.mul(0.5, b.unary("log1p", excess)), logAbs(b, shifted)),
    im: angle(b, shifted)
  }
}

/** Kahan, CSQRT, with the larger part taken out of the root so that no square leaves the range. */
export const sqrt: Unary = (b, z) => {
  const { im: y, re: x } = z
  const { large, ratio } = ordered(b, z)
  const realLeads = b.compare("ge", b.abs(x), b.abs(y))
  const hypotenuse = b.unary("sqrt", b.add(1, b.mul(ratio, ratio)))
  const cosine = b.mul(0.5, b.add(b.select(realLeads, 1, ratio), hypotenuse))
  const root = b.mul(b.unary("sqrt", large), b.unary("sqrt", cosine))
  const other = b.div(b.abs(y), b.mul(2, root))
  const left = b.compare("lt", x, 0)
  const finite: Parts = {
    re: b.select(left, other, root),
    im: b.copySign(b.select(left, root, other), y)
  }
  // Where there is nothing but a zero or an infinity to see
  const [zero, infinity] = [b.literal(0, x), b.literal(Infinity, x)]
  const isNaN = b.isNaN(y)
  const alongReal: Parts = {
    re: b.select(left, b.select(isNaN, y, zero), infinity),
    im: b.select(b.and(isNaN, b.not(left)), y, b.copySign(b.select(left, infinity, zero), y))
  }
  const onAxis = select(b, b.isInfinite(x), alongReal, finite)
  const above = select(b, b.isInfinite(y), { re: infinity, im: y }, onAxis)
  return select(b, isZero(b, z), { re: zero, im: y }, above)
}

export const rsqrt: Unary = (b, z) => div(b, real(b, 1, z), sqrt(b, z))

export const logistic: Unary = (b, z) => div(b, real(b, 1, z), addOne(b, exp(b, neg(b, z))))

/** `x^y = e^(y log x)`; powers of 0 are 0, 1 or infinite. */
export const pow: Binary = (b, x, y) => {
  const power = exp(b, mul(b, y, log(b, x)))
  const isReal = b.compare("eq", y.im, 0)
  const pole: Parts = {
    re: b.select(isReal, b.literal(Infinity, x.re), NaN),
    im: b.select(isReal, b.literal(0, x.re), NaN)
  }
  const ofZero = select(
    b,
    isZero(b, y),
    real(b, 1, x),
    select(b, b.compare("gt", y.re, 0), real(b, 0, x), pole)
  )
  return select(b, isZero(b, x), ofZero, power)
}

/** Whether two numbers are equal in both parts. */
export const same = (b: RealBuilder, x: Parts, y: Parts): Value =>
  b.and(b.compare("eq", x.re, y.re), b.compare("eq", x.im, y.im))
