/**
 * The error function and its relatives, and the normal distribution.
 */
import * as DType from "../../DType.ts"
import { checkNoOptions } from "../../internal/arguments/options.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"
import { inexact, type InexactArithmetic, type ToInexact } from "../../numpy/signatures.ts"
import * as complex from "../../primitive/complex.ts"
import * as P from "../../primitive/elementwise.ts"
import { type Any, inLanes, isNaN, like, ofOne, ofTwo, polynomial, refuseComplex, withSlopes } from "./define.ts"

/** The error function. @category error functions @since 0.1.0 */
export const erf: ToInexact = /* @__PURE__ */ ofOne("erf", (x) => P.erf(x!))
/** `1 - erf(x)`, exact in its tail. @category error functions @since 0.1.0 */
export const erfc: ToInexact = /* @__PURE__ */ ofOne("erfc", (x) => P.erfc(x!))
/** The inverse of {@link erf}. @category error functions @since 0.1.0 */
export const erfinv: ToInexact = /* @__PURE__ */ ofOne("erfinv", (x) => P.erfInv(x!))

const rootPi = Math.sqrt(Math.PI)

/** `e^(x^2)` without the rounding error of the square: x is split into a number of few bits and a rest. */
const exponentialOfSquare = (x: Any): Any => {
  const head = P.mul(P.floor(P.add(P.mul(x, 16), 0.5)), 1 / 16)
  const rest = P.mul(P.sub(x, head), P.add(x, head))
  return P.mul(P.exp(P.mul(head, head)), P.exp(rest))
}

/** Coefficients of the asymptotic series in 1 / (2 x^2): (-1)^n (2 n - 1)!!. */
const doubleFactorials = [1, -1, 3, -15, 105, -945, 10395, -135135, 2027025, -34459425]

const scaledErfc = (x: Any): Any => {
  // where erfc(x) is still a normal number, and the series is good already
  const edge = x.dtype === "float64" ? 25 : 8.5
  const isLarge = P.gt(x, edge)
  const near = P.select(isLarge, 1, x)
  const far = P.select(isLarge, x, like(x, edge))
  const half = P.div(0.5, P.mul(far, far))
  const series = P.div(polynomial(half, doubleFactorials), P.mul(far, rootPi))
  return P.select(isLarge, series, P.mul(exponentialOfSquare(near), P.erfc(near)))
}

const erfcxOf = /* @__PURE__ */ withSlopes(
  "erfcx",
  (x: Any) => scaledErfc(x),
  (output, x) => P.sub(P.mul(P.mul(x!, output), 2), 2 / rootPi)
)

/** Weideman's number of terms and scale (SIAM J. Numer. Anal. 31, 1994). */
const terms = 40
const scale = Math.sqrt(terms / Math.SQRT2)

/** Coefficients of the expansion, by a discrete Fourier transform of `e^(-t^2) (L^2 + t^2)`, `t = L tan(angle / 2)`. */
const weideman = (): ReadonlyArray<number> => {
  const half = 2 * terms
  const at = Array.from({ length: 2 * half - 1 }, (_, i) => (i - half + 1) * Math.PI / half)
  const values = at.map((angle) => {
    const t = scale * Math.tan(angle / 2)
    return Math.exp(-t * t) * (scale * scale + t * t)
  })
  return Array.from(
    { length: terms },
    (_, k) => values.reduce((sum, v, i) => sum + v * Math.cos((k + 1) * at[i]!), 0) / (2 * half)
  )
}

/** For numbers of the upper half plane. */
const upperFaddeeva = (z: Any): Any => {
  const iz = complex.complex(P.neg(complex.imag(z)), complex.real(z))
  const below = P.sub(scale, iz)
  const ratio = P.div(P.add(iz, scale), below)
  const coefficients = weideman()
  let sum: Any = P.add(P.mul(ratio, 0), coefficients.at(-1)!)
  for (let i = coefficients.length - 2; i >= 0; i--) sum = P.add(P.mul(sum, ratio), coefficients[i]!)
  return P.add(P.div(P.mul(sum, 2), P.mul(below, below)), P.div(1 / rootPi, below))
}

const wofzOf = /* @__PURE__ */ withSlopes(
  "wofz",
  (z: Any) => {
    const isUpper = P.ge(complex.imag(z), 0)
    const value = upperFaddeeva(P.select(isUpper, z, P.neg(z)))
    const reflected = P.sub(P.mul(P.exp(P.neg(P.mul(z, z))), 2), value)
    return P.select(isUpper, value, reflected)
  },
  (output, z) => {
    const part = P.mul(complex.real(z!), 0)
    return P.sub(complex.complex(part, P.add(part, 2 / rootPi)), P.mul(P.mul(z!, output), 2))
  }
)

/**
 * The Faddeeva function `e^(-z^2) erfc(-i z)`.
 *
 * **Details**
 *
 * By J. A. C. Weideman's expansion (1994), with an absolute error of about 1e-13. Real numbers become complex ones.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * np.abs(Scipy.special.wofz(np.array([0, 1]))) // => [1, 0.7099125]
 * ```
 *
 * @category error functions
 * @since 0.1.0
 */
export const wofz = (z: ArrayLike, behind?: undefined): NdArray.Any => {
  checkNoOptions("wofz", behind)
  const [x] = promoteInexact("wofz", [z])
  if (DType.isComplex(x!.dtype)) return wofzOf(x!)
  const real = DType.itemSize(x!.dtype) === 2 ? P.convert(x!, "float32") : x!
  return wofzOf(complex.complex(real, P.mul(real, 0)))
}

/**
 * `e^(x^2) erfc(x)`, also of complex numbers.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.erfcx(np.array([0, 1, 100])) // => [1, 0.42758358, 0.0056416136]
 * ```
 *
 * @category error functions
 * @since 0.1.0
 */
export const erfcx: ToInexact = /* @__PURE__ */ inexact(
  "erfcx",
  (x) =>
    DType.isComplex(x.dtype)
      ? wofzOf(complex.complex(P.neg(complex.imag(x)), complex.real(x)))
      : inLanes("erfcx", [x], (y) => erfcxOf(y!))
)

/** The step of Rybicki's sum: its error is e^(-(pi / (2 step))^2) (Computers in Physics 3, 1989). */
const rybickiStep = 0.25
const rybickiTerms = 13

const dawson = (x: Any): Any => {
  const a = P.abs(x)
  const isSmall = P.lt(a, 0.2)
  const isLarge = P.gt(a, 1000)
  const square = P.mul(a, a)
  // (-2)^n x^(2 n + 1) / (2 n + 1)!!
  const powers = [1]
  for (let n = 1; n < 9; n++) powers.push(powers[n - 1]! * -2 / (2 * n + 1))
  const series = P.mul(a, polynomial(P.select(isSmall, square, 0), powers))
  const inverse = P.div(0.5, P.select(isLarge, square, 1))
  const asymptotic = P.mul(P.div(0.5, P.select(isLarge, a, 1)), P.add(P.mul(inverse, P.add(P.mul(inverse, 3), 1)), 1))
  // a = n step + d, n even
  const b = P.select(P.or(isSmall, isLarge), 1, a)
  const n = P.mul(P.floor(P.add(P.mul(b, 0.5 / rybickiStep), 0.5)), 2)
  const d = P.sub(b, P.mul(n, rybickiStep))
  let sum: Any = P.mul(d, 0)
  for (let k = 1 - 2 * rybickiTerms; k < 2 * rybickiTerms; k += 2) {
    const distance = P.sub(d, k * rybickiStep)
    sum = P.add(sum, P.div(P.exp(P.neg(P.mul(distance, distance))), P.add(n, k)))
  }
  const value = P.select(isSmall, series, P.select(isLarge, asymptotic, P.mul(sum, 1 / rootPi)))
  return P.mul(P.sign(x), value)
}

const dawsnOf = /* @__PURE__ */ withSlopes(
  "dawsn",
  (x: Any) => dawson(x),
  (output, x) => P.sub(1, P.mul(P.mul(x!, output), 2))
)

/**
 * Dawson's integral, `e^(-x^2)` times the integral of `e^(t^2)` from 0 to `x`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.dawsn(np.array([0, 1, 10])) // => [0, 0.5380795, 0.050253846]
 * ```
 *
 * @category error functions
 * @since 0.1.0
 */
export const dawsn: ToInexact = /* @__PURE__ */ ofOne("dawsn", (x) => dawsnOf(x!))

/** Powers up to which the sine and cosine are expanded below 1.6. */
const fresnelTerms = 14

const fresnelParts = (x: Any): readonly [sine: Any, cosine: Any] => {
  const a = P.abs(x)
  const isNear = P.lt(a, 1.5)
  const near = P.select(isNear, a, 0)
  const square = P.mul(near, near)
  const fourth = P.mul(square, square)
  const [sines, cosines]: [Array<number>, Array<number>] = [[], []]
  let factor = 1
  for (let k = 0; k < fresnelTerms; k++) {
    cosines.push((k % 2 === 0 ? 1 : -1) * factor / (4 * k + 1))
    factor *= Math.PI / 2 / (2 * k + 1)
    sines.push((k % 2 === 0 ? 1 : -1) * factor / (4 * k + 3))
    factor *= Math.PI / 2 / (2 * k + 2)
  }
  const nearCosine = P.mul(near, polynomial(fourth, cosines))
  const nearSine = P.mul(P.mul(near, square), polynomial(fourth, sines))
  // C + i S = (1 + i) / 2 (1 - e^(i pi x^2 / 2) w((1 + i) sqrt(pi) / 2 x)) (Abramowitz and Stegun 7.3.22)
  const far = P.select(P.or(isNear, P.eq(a, Infinity)), 1, a)
  const scaled = P.mul(far, rootPi / 2)
  const w = upperFaddeeva(complex.complex(scaled, scaled))
  // the square modulo 4 in two parts: a = h + l, h of few bits
  const head = P.mul(P.floor(P.mul(far, 64)), 1 / 64)
  const turns = P.add(P.rem(P.mul(head, head), 4), P.mul(P.sub(far, head), P.add(far, head)))
  const angle = P.mul(turns, Math.PI / 2)
  const [c, s] = [P.cos(angle), P.sin(angle)]
  const [u, v] = [complex.real(w), complex.imag(w)]
  const re = P.sub(1, P.sub(P.mul(c, u), P.mul(s, v)))
  const im = P.neg(P.add(P.mul(c, v), P.mul(s, u)))
  const isEnd = P.eq(a, Infinity)
  const farCosine = P.select(isEnd, 0.5, P.mul(P.sub(re, im), 0.5))
  const farSine = P.select(isEnd, 0.5, P.mul(P.add(re, im), 0.5))
  const odd = (value: Any): Any => P.select(isNaN(x), x, P.mul(P.sign(x), value))
  return [odd(P.select(isNear, nearSine, farSine)), odd(P.select(isNear, nearCosine, farCosine))]
}

const fresnelSine = /* @__PURE__ */ withSlopes(
  "fresnel",
  (x: Any) => fresnelParts(x)[0],
  (_, x) => P.sin(P.mul(P.mul(x!, x!), Math.PI / 2))
)
const fresnelCosine = /* @__PURE__ */ withSlopes(
  "fresnel",
  (x: Any) => fresnelParts(x)[1],
  (_, x) => P.cos(P.mul(P.mul(x!, x!), Math.PI / 2))
)

/**
 * Fresnel's integrals `[S, C]`: of `sin(pi t^2 / 2)` and of `cos(pi t^2 / 2)` from 0 to `x`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [sine, cosine] = Scipy.special.fresnel(np.array([0, 1]))
 * sine // => [0, 0.43825915]
 * cosine // => [0, 0.7798934]
 * ```
 *
 * @category error functions
 * @since 0.1.0
 */
export const fresnel = (x: ArrayLike, behind?: undefined): readonly [sine: NdArray.Any, cosine: NdArray.Any] => {
  checkNoOptions("fresnel", behind)
  const [array] = promoteInexact("fresnel", [x])
  refuseComplex("fresnel", array!.dtype)
  return [
    inLanes("fresnel", [array!], (y) => fresnelSine(y!)),
    inLanes("fresnel", [array!], (y) => fresnelCosine(y!))
  ]
}

const normalDensity = (x: Any): Any => P.mul(P.exp(P.mul(P.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))

const ndtrOf = /* @__PURE__ */ withSlopes(
  "ndtr",
  (x: Any) => P.mul(P.erfc(P.mul(x, -Math.SQRT1_2)), 0.5),
  (_, x) => normalDensity(x!)
)

/**
 * The cumulative distribution function of the normal distribution.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.ndtr(np.array([-2, 0, 2])) // => [0.02275013, 0.5, 0.9772499]
 * ```
 *
 * @category normal distribution
 * @since 0.1.0
 */
export const ndtr: ToInexact = /* @__PURE__ */ ofOne("ndtr", (x) => ndtrOf(x!))

const logNdtrOf = /* @__PURE__ */ withSlopes(
  "logNdtr",
  (x: Any) => {
    const isLow = P.lt(x, -1)
    const low = P.select(isLow, x, -1)
    const tail = P.sub(P.log(P.mul(scaledErfc(P.mul(low, -Math.SQRT1_2)), 0.5)), P.mul(P.mul(low, low), 0.5))
    return P.select(isLow, tail, P.log1p(P.mul(P.erfc(P.mul(x, Math.SQRT1_2)), -0.5)))
  },
  (output, x) => P.exp(P.sub(P.sub(P.mul(P.mul(x!, x!), -0.5), Math.log(2 * Math.PI) / 2), output))
)

/**
 * The logarithm of {@link ndtr}, exact in both tails.
 *
 * **Gotchas**
 *
 * JAX's `series_order` has no counterpart: the tail is not an asymptotic series here.
 *
 * @category normal distribution
 * @since 0.1.0
 */
export const logNdtr: ToInexact = /* @__PURE__ */ ofOne("logNdtr", (x) => logNdtrOf(x!))

/** Newton's method on the logarithm of the probability, which is concave, for probabilities below 0.1. */
const lowQuantile = (p: Any): Any => {
  const logarithm = P.log(p)
  const rough = P.mul(logarithm, -2)
  let x: Any = P.neg(P.sqrt(P.sub(P.sub(rough, P.log(rough)), Math.log(2 * Math.PI))))
  for (let i = 0; i < 4; i++) {
    const tail = P.mul(scaledErfc(P.mul(x, -Math.SQRT1_2)), 0.5)
    const rest = P.sub(P.sub(P.log(tail), P.mul(P.mul(x, x), 0.5)), logarithm)
    x = P.sub(x, P.mul(P.mul(rest, tail), Math.sqrt(2 * Math.PI)))
  }
  return x
}

const ndtriOf = /* @__PURE__ */ withSlopes(
  "ndtri",
  (p: Any) => {
    const rest = P.sub(1, p)
    const isHigh = P.gt(p, 0.5)
    const smaller = P.select(isHigh, rest, p)
    const isLow = P.and(P.lt(smaller, 0.1), P.gt(smaller, 0))
    const tail = lowQuantile(P.select(isLow, smaller, 0.05))
    const central = P.mul(P.erfInv(P.mul(P.sub(p, 0.5), 2)), Math.SQRT2)
    return P.select(isLow, P.select(isHigh, P.neg(tail), tail), central)
  },
  (output) => P.mul(P.exp(P.mul(P.mul(output, output), 0.5)), Math.sqrt(2 * Math.PI))
)

/** The inverse of {@link ndtr}. @category normal distribution @since 0.1.0 */
export const ndtri: ToInexact = /* @__PURE__ */ ofOne("ndtri", (p) => ndtriOf(p!))

/** Nodes and weights of Gauss and Legendre's rule on [-1, 1]: the positive half of those of an even order. */
const gaussLegendre = (order: number): ReadonlyArray<readonly [node: number, weight: number]> =>
  Array.from({ length: order / 2 }, (_, i) => {
    let x = Math.cos(Math.PI * (i + 0.75) / (order + 0.5))
    let slope = 1
    for (let step = 0; step < 10; step++) {
      let [before, value] = [1, x]
      for (let n = 2; n <= order; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
      slope = order * (before - x * value) / (1 - x * x)
      x -= value / slope
    }
    return [x, 2 / ((1 - x * x) * slope * slope)]
  })

const owens = (h: Any, a: Any): Any => {
  const [height, width] = [P.abs(h), P.abs(a)]
  const isWide = P.gt(width, 1)
  const u = P.select(isWide, P.div(1, P.select(isWide, width, 1)), width)
  const v = P.select(isWide, P.mul(width, height), height)
  const halfSquare = P.mul(P.mul(v, v), -0.5)
  let sum: Any = P.mul(u, 0)
  for (const [at, weight] of gaussLegendre(26)) {
    const r = P.add(P.mul(P.mul(u, at), P.mul(u, at)), 1)
    sum = P.add(sum, P.mul(P.div(P.exp(P.mul(halfSquare, r)), r), weight))
  }
  const inner = P.mul(P.mul(u, sum), 1 / (2 * Math.PI))
  // T(h, a) = N(h) / 2 + N(a h) / 2 - N(h) N(a h) - T(a h, 1 / a) with tails N
  const [p, q] = [P.erfc(P.mul(height, Math.SQRT1_2)), P.erfc(P.mul(v, Math.SQRT1_2))]
  const tails = P.mul(P.sub(P.add(p, q), P.mul(p, q)), 0.25)
  const centre = P.sub(
    0.25,
    P.mul(P.mul(P.erf(P.mul(height, Math.SQRT1_2)), P.erf(P.mul(v, Math.SQRT1_2))), 0.25)
  )
  const wide = P.sub(P.select(P.le(v, 0.67), centre, tails), inner)
  return P.mul(P.sign(a), P.select(isWide, wide, inner))
}

const owensTOf = /* @__PURE__ */ withSlopes(
  "owensT",
  (h: Any, a: Any) => owens(h, a),
  (_, h, a) =>
    P.mul(
      P.mul(P.exp(P.mul(P.mul(h!, h!), -0.5)), P.erf(P.mul(P.mul(a!, h!), Math.SQRT1_2))),
      -0.5 / Math.sqrt(2 * Math.PI)
    ),
  (_, h, a) => {
    const r = P.add(P.mul(a!, a!), 1)
    return P.div(P.exp(P.mul(P.mul(P.mul(h!, h!), r), -0.5)), P.mul(r, 2 * Math.PI))
  }
)

/**
 * Owen's T function: the probability that a normal variable is above `h` and another one between 0 and `a` times it.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.owensT(np.array([0, 1]), 0.5) // => [0.07379181, 0.04306469]
 * ```
 *
 * @category normal distribution
 * @since 0.1.0
 */
export const owensT: InexactArithmetic = /* @__PURE__ */ ofTwo("owensT", (h, a) => owensTOf(h!, a!))
