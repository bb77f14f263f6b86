/**
 * Functions of complex numbers as pairs of doubles. Branch cuts, and the sign of zero on them, follow W. Kahan, "Branch
 * cuts for complex elementary functions, or much ado about nothing's sign bit" (The State of the Art in Numerical
 * Analysis, 1987).
 */
export type Complex = readonly [re: number, im: number]

export type Unary = (z: Complex) => Complex
export type Binary = (x: Complex, y: Complex) => Complex

const isFinite = ([x, y]: Complex): boolean => Number.isFinite(x) && Number.isFinite(y)
const isInfinite = ([x, y]: Complex): boolean => Math.abs(x) === Infinity || Math.abs(y) === Infinity
const isZero = ([x, y]: Complex): boolean => x === 0 && y === 0
const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0)
const copySign = (magnitude: number, sign: number): number =>
  isNegative(sign) ? -Math.abs(magnitude) : Math.abs(magnitude)

// --- arithmetic -----------------------------------------------------------------------------------------------------

export const neg: Unary = ([x, y]) => [-x, -y]
export const conj: Unary = ([x, y]) => [x, -y]
export const add: Binary = ([a, b], [c, d]) => [a + c, b + d]
export const sub: Binary = ([a, b], [c, d]) => [a - c, b - d]
export const mul: Binary = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c]
/** Avoids a difference of squares, which may overflow. */
const squared: Unary = ([x, y]) => [(x - y) * (x + y), 2 * (x * y)]

const times = (factor: number, [x, y]: Complex): Complex => [factor * x, factor * y]

export const abs = ([x, y]: Complex): number => Math.hypot(x, y)

/** A quarter of a number if its parts could overflow when added; otherwise the number itself. */
const scaled = ([x, y]: Complex): readonly [scale: number, x: number, y: number] => {
  const scale = Math.max(Math.abs(x), Math.abs(y)) >= 2 ** 1022 ? 0.25 : 1
  return [scale, x * scale, y * scale]
}

/** Division by the larger part of the divisor (R. L. Smith, "Algorithm 116: complex division", 1962). */
const smith: Binary = (x, y) => {
  const [s, a, b] = scaled(x)
  const [t, c, d] = scaled(y)
  const [re, im] = quotient([a, b], [c, d])
  return [re * (t / s), im * (t / s)]
}

const quotient: Binary = ([a, b], [c, d]) => {
  if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c
    const whole = c + d * r
    return [(a + b * r) / whole, (b - a * r) / whole]
  }
  const r = c / d
  const whole = d + c * r
  return [(a * r + b) / whole, (b * r - a) / whole]
}

/**
 * Division with infinities as in C (ISO C99, annex G.5.1): a number over zero is infinite, and over an infinity zero.
 */
export const div: Binary = (x, y) => {
  const [a, b] = x
  const [c, d] = y
  if (isZero(y)) return [copySign(Infinity, c) * a, copySign(Infinity, c) * b]
  const box = (v: number): number => copySign(Math.abs(v) === Infinity ? 1 : 0, v)
  if (isInfinite(y) && isFinite(x)) {
    const [p, q] = [box(c), box(d)]
    return times(0, [a * p + b * q, b * p - a * q])
  }
  if (isInfinite(x) && isFinite(y)) {
    const [p, q] = [box(a), box(b)]
    return times(Infinity, [p * c + q * d, q * c - p * d])
  }
  return smith(x, y)
}

/** `z / |z|`: 0 at 0; if exactly one part is infinite, the direction of that part. */
export const sign: Unary = ([x, y]) => {
  if (Number.isNaN(x) || Number.isNaN(y)) return [NaN, NaN]
  if (isInfinite([x, y]) && Math.abs(x) !== Math.abs(y)) {
    const part = (v: number): number => copySign(Math.abs(v) === Infinity ? 1 : 0, v)
    return [part(x), part(y)]
  }
  const magnitude = abs([x, y])
  return magnitude === 0 ? [0, 0] : [x / magnitude, y / magnitude]
}

export const integerPow = (n: number): Unary => (z) => {
  let product: Complex | undefined
  for (let rest = Math.abs(n), square = z; rest > 0; rest = Math.floor(rest / 2), square = squared(square)) {
    if (rest % 2 === 1) product = product === undefined ? square : mul(product, square)
  }
  return product === undefined ? [1, 0] : n < 0 ? div([1, 0], product) : product
}

// --- exponentials, logarithms, roots --------------------------------------------------------------------------------

/** `r (cos t + i sin t)`: the real axis remains real for any r. */
const polar = (r: number, t: number): Complex => t === 0 ? [r, t] : [r * Math.cos(t), r * Math.sin(t)]

/** The exponential at real part plus or minus infinity, for an angle that is not finite. */
const powerAtInfinity = (x: number): Complex => x < 0 ? [0, 0] : [Infinity, NaN]

/** `e^x (cos y + i sin y)`, in two steps if `e^x` alone overflows. */
export const exp: Unary = ([x, y]) => {
  if (Math.abs(x) === Infinity && !Number.isFinite(y)) return powerAtInfinity(x)
  if (x <= 709) return polar(Math.exp(x), y)
  const half = polar(Math.exp(x / 2), y)
  return y === 0 ? [Math.exp(x), y] : [half[0] * Math.exp(x / 2), half[1] * Math.exp(x / 2)]
}

export const exp2: Unary = ([x, y]) =>
  Math.abs(x) === Infinity && !Number.isFinite(y) ? powerAtInfinity(x) : polar(2 ** x, y * Math.LN2)

/** `e^z - 1` without cancellation at 0: `e^x cos y - 1 = expm1(x) cos y - 2 sin(y / 2)^2`. */
export const expm1: Unary = (z) => {
  const [x, y] = z
  if (y === 0) return [Math.expm1(x), y]
  if (!isFinite(z) || Math.abs(x) > 700) return sub(exp(z), [1, 0])
  const s = Math.sin(y / 2)
  return [Math.expm1(x) * Math.cos(y) - 2 * s * s, Math.exp(x) * Math.sin(y)]
}

/** The logarithm of `|z|`: near the unit circle from `|z|^2 - 1` (Kahan, CLOG). */
const logAbs = (x: number, y: number): number => {
  const [large, small] = Math.abs(x) >= Math.abs(y) ? [Math.abs(x), Math.abs(y)] : [Math.abs(y), Math.abs(x)]
  return large > 0.5 && large < 1.5
    ? 0.5 * Math.log1p((large - 1) * (large + 1) + small * small)
    : Math.log(Math.hypot(x, y))
}

export const log: Unary = ([x, y]) => [logAbs(x, y), Math.atan2(y, x)]

/** `log(1 + z)`: `|1 + z|^2 - 1 = x (x + 2) + y^2`. */
export const log1p: Unary = ([x, y]) => [
  Math.abs(x) < 0.5 && Math.abs(y) < 0.5 ? 0.5 * Math.log1p(x * (x + 2) + y * y) : logAbs(1 + x, y),
  Math.atan2(y, 1 + x)
]

/** Kahan, CSQRT. Parts are scaled by 4 if their squares are out of range. */
export const sqrt: Unary = ([x, y]) => {
  if (x === 0 && y === 0) return [0, y]
  if (Math.abs(y) === Infinity) return [Infinity, y]
  if (x === Infinity) return [x, y !== y ? y : copySign(0, y)]
  if (x === -Infinity) return [y !== y ? y : 0, copySign(Infinity, y)]
  const large = Math.max(Math.abs(x), Math.abs(y))
  const scale = large > 2 ** 1020 ? 2 ** -4 : large < 2 ** -960 ? 2 ** 108 : 1
  const [a, b] = [x * scale, y * scale]
  const root = Math.sqrt((Math.abs(a) + Math.hypot(a, b)) / 2) / Math.sqrt(scale)
  const other = y / (2 * root)
  return x >= 0 || x !== x ? [root, other] : [Math.abs(other), copySign(root, y)]
}

export const rsqrt: Unary = (z) => div([1, 0], sqrt(z))

export const logistic: Unary = (z) => {
  const e = exp(neg(z))
  return div([1, 0], add([1, 0], e))
}

/** `x^y = e^(y log x)`; powers of 0 are 0, 1 or infinite. */
export const pow: Binary = (x, y) => {
  const [c, d] = y
  if (isZero(x)) return isZero(y) ? [1, 0] : c > 0 ? [0, 0] : [d === 0 ? Infinity : NaN, d === 0 ? 0 : NaN]
  const [logR, angle] = log(x)
  return exp([c * logR - d * angle, d * logR + c * angle])
}

// --- trigonometric and hyperbolic -----------------------------------------------------------------------------------

/** `e^|x| / 2` times a factor, for x where cosh and sinh are equal up to sign and may overflow. */
const large = (x: number, factor: number): number => {
  const half = Math.exp(Math.abs(x) / 2)
  return factor === 0 ? factor : 0.5 * half * factor * half
}

export const cosh: Unary = ([x, y]) => {
  if (Math.abs(x) === Infinity && !Number.isFinite(y)) return [Infinity, NaN]
  const [c, s] = [Math.cos(y), Math.sin(y)]
  if (y === 0) return [Math.cosh(x), x === 0 ? x * y : copySign(0, x) * y]
  if (x === 0) return [c, Number.isFinite(y) ? x * s : 0]
  return Math.abs(x) > 700
    ? [large(x, c), copySign(1, x) * large(x, s)]
    : [Math.cosh(x) * c, Math.sinh(x) * s]
}

export const sinh: Unary = ([x, y]) => {
  if (Math.abs(x) === Infinity && !Number.isFinite(y)) return [x, NaN]
  const [c, s] = [Math.cos(y), Math.sin(y)]
  if (y === 0) return [Math.sinh(x), y]
  if (x === 0) return [Number.isFinite(y) ? x * c : x, s]
  return Math.abs(x) > 700
    ? [copySign(1, x) * large(x, c), large(x, s)]
    : [Math.sinh(x) * c, Math.cosh(x) * s]
}

/** Kahan, CTANH; for large |x|, `1` and `2 sin(2 y) e^(-2 |x|)`. */
export const tanh: Unary = ([x, y]) => {
  if (Number.isFinite(x) && !Number.isFinite(y)) return [x === 0 ? x : NaN, NaN]
  if (y === 0) return [Math.tanh(x), y]
  // beyond asinh(largest number) / 4
  if (Math.abs(x) > 177) {
    return [copySign(1, x), Number.isFinite(y) ? 2 * Math.sin(2 * y) * Math.exp(-2 * Math.abs(x)) : 0]
  }
  const t = Math.tan(y)
  const beta = 1 + t * t
  const s = Math.sinh(x)
  const rho = Math.sqrt(1 + s * s)
  const divisor = 1 + beta * s * s
  return [beta * rho * s / divisor, t / divisor]
}

/** `f(z)` as `-i g(i z)`. */
const rotated = (g: Unary): Unary => ([x, y]) => {
  const [u, v] = g([-y, x])
  return [v, -u]
}

export const sin: Unary = rotated(sinh)
export const cos: Unary = ([x, y]) => cosh([-y, x])
export const tan: Unary = rotated(tanh)

const re = (z: Complex): number => z[0]
const im = (z: Complex): number => z[1]

/** Kahan, CASIN. At infinity only the direction matters. */
export const asin: Unary = (z) => {
  if (isInfinite(z)) return [Math.atan2(z[0], Math.abs(z[1])), copySign(Infinity, z[1])]
  const [minus, plus] = [sqrt([1 - z[0], -z[1]]), sqrt([1 + z[0], z[1]])]
  const along = z[0] === 0 ? z[0] : Math.atan2(z[0], re(mul(minus, plus)))
  return [along, Math.asinh(im(mul(conj(minus), plus)))]
}

/** Kahan, CACOS. */
export const acos: Unary = (z) => {
  if (isInfinite(z)) return [Math.atan2(Math.abs(z[1]), z[0]), -copySign(Infinity, z[1])]
  const [minus, plus] = [sqrt([1 - z[0], -z[1]]), sqrt([1 + z[0], z[1]])]
  const along = z[0] === 0 ? Math.PI / 2 : 2 * Math.atan2(re(minus), re(plus))
  return [along, Math.asinh(im(mul(conj(plus), minus)))]
}

/** Kahan, CACOSH. */
export const acosh: Unary = (z) => {
  if (isInfinite(z)) return [Infinity, Math.atan2(z[1], z[0])]
  const [minus, plus] = [sqrt([z[0] - 1, z[1]]), sqrt([z[0] + 1, z[1]])]
  const along = z[0] === 0 ? copySign(Math.PI / 2, z[1]) : 2 * Math.atan2(im(minus), re(plus))
  return [Math.asinh(re(mul(conj(minus), plus))), along]
}

/** Kahan, CATANH, for numbers in the right half-plane; the function is odd. */
export const atanh: Unary = ([x, y]) => {
  if (Number.isNaN(y) && x === 0) return [x, y]
  if (Number.isNaN(x) && Number.isFinite(y)) return [x, x]
  const side = isNegative(x) ? -1 : 1
  const [a, b] = [side * x, side * y]
  const height = Math.abs(b)
  // the square root of the largest number, over 4
  const far = 2 ** 510
  if (a > far || height > far) {
    return [side * Math.max(div([1, 0], [a, b])[0], 0), side * (b === b ? copySign(Math.PI / 2, b) : b)]
  }
  const u = a === 1 && b === 0
    ? Infinity
    : a === 1
    ? 0.5 * Math.log(Math.sqrt(4 + b * b) / height)
    : 0.25 * Math.log1p(4 * a / ((1 - a) * (1 - a) + b * b))
  const v = 0.5 * Math.atan2(2 * b, (1 - a) * (1 + a) - b * b)
  return [side * u, side * v]
}

export const asinh: Unary = ([x, y]) => {
  const [u, v] = asin([y, -x])
  return [-v, u]
}

export const atan: Unary = rotated(atanh)
