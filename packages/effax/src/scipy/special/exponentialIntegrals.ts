/**
 * Exponential, sine and cosine integrals, and the dilogarithm.
 */
import { checkNoOptions } from "../../internal/arguments/options.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"
import type { InexactArithmetic, ToInexact } from "../../numpy/signatures.ts"
import * as complex from "../../primitive/complex.ts"
import * as P from "../../primitive/elementwise.ts"
import { converge } from "./converge.ts"
import {
  type Any,
  epsilonOf,
  inLanes,
  isNaN,
  like,
  ofOne,
  ofTwo,
  polynomial,
  refuseComplex,
  withSlopes
} from "./define.ts"

const eulerGamma = 0.57721566490153286061

/** Terms of power series for arguments up to 1. */
const seriesTerms = 21

/** Abramowitz and Stegun 5.1.12, for x up to 1. */
const expnSeries = (n: Any, x: Any): Any => {
  const order = P.sub(n, 1)
  let power: Any = like(x, 1)
  let sum: Any = P.mul(x, 0)
  for (let m = 0; m < seriesTerms; m++) {
    const distance = P.sub(m, order)
    const isOwn = P.eq(distance, 0)
    sum = P.sub(sum, P.select(isOwn, 0, P.div(power, P.select(isOwn, 1, distance))))
    power = P.mul(power, P.mul(x, -1 / (m + 1)))
  }
  // (-x)^(n - 1) / (n - 1)! (digamma(n) - log(x))
  const half = P.mul(order, 0.5)
  const size = P.exp(P.sub(P.mul(order, P.log(x)), P.lgamma(n)))
  const factor = P.select(P.eq(order, 0), 1, size)
  const signed = P.select(P.eq(P.floor(half), half), factor, P.neg(factor))
  return P.add(sum, P.mul(signed, P.sub(P.digamma(n), P.log(x))))
}

/** The continued fraction of Abramowitz and Stegun 5.1.22, by the modified algorithm of Lentz. */
const expnFraction = (n: Any, x: Any, active: Any): Any => {
  const epsilon = epsilonOf(x)
  const b0 = P.add(x, n)
  const d0 = P.div(1, b0)
  const [, , h] = converge(active, [like(x, 1e30), d0, d0], 500, ([c0, d0, h0], i) => {
    const a = P.neg(P.mul(i, P.add(P.sub(n, 1), i)))
    const b = P.add(b0, P.mul(i, 2))
    const d = P.div(1, P.add(P.mul(a, d0!), b))
    const c = P.add(b, P.div(a, c0!))
    const change = P.mul(c, d)
    return { values: [c, d, P.mul(h0!, change)], goOn: P.gt(P.abs(P.sub(change, 1)), epsilon) }
  })
  return P.mul(h!, P.exp(P.neg(x)))
}

const exponential = (n: Any, x: Any): Any => {
  const isWrong = P.or(P.or(isNaN(n), isNaN(x)), P.or(P.lt(n, 0), P.lt(x, 0)))
  const isZero = P.eq(x, 0)
  const isPlain = P.eq(n, 0)
  const isLarge = P.gt(x, 1)
  const atZero = P.select(P.lt(n, 2), Infinity, P.div(1, P.select(P.lt(n, 2), 1, P.sub(n, 1))))
  const regular = P.not(P.or(isWrong, P.or(isZero, isPlain)))
  const order = P.select(regular, n, 1)
  const series = expnSeries(order, P.select(P.and(regular, P.not(isLarge)), x, 1))
  const isFar = P.and(regular, P.and(isLarge, P.lt(x, Infinity)))
  const fraction = expnFraction(order, P.select(isFar, x, 2), isFar)
  const value = P.select(isLarge, P.select(P.eq(x, Infinity), 0, fraction), series)
  const whole = P.select(isZero, atZero, P.select(isPlain, P.div(P.exp(P.neg(x)), x), value))
  return P.select(isWrong, NaN, whole)
}

const expnOf: (n: Any, x: Any) => Any = /* @__PURE__ */ withSlopes(
  "expn",
  (n: Any, x: Any) => exponential(n, x),
  undefined,
  (_, n, x) => P.neg(expnOf(P.sub(n!, 1), x!))
)

/**
 * The generalised exponential integral `E_n(x)`, for whole `n` from 0 on.
 *
 * **Details**
 *
 * NaN for negative operands. It has no derivative by `n`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.expn(np.array([1, 2, 3]), 1) // => [0.21938394, 0.14849554, 0.10969201]
 * ```
 *
 * @category exponential integrals
 * @since 0.1.0
 */
export const expn: InexactArithmetic = /* @__PURE__ */ ofTwo("expn", (n, x) => expnOf(n!, x!))

const expintOf = (x: Any): Any => expnOf(like(x, 1), x)

/** The exponential integral `E_1(x)`. @category exponential integrals @since 0.1.0 */
export const exp1: ToInexact = /* @__PURE__ */ ofOne("exp1", (x) => expintOf(x!))

/** Where the asymptotic series of Ei has the precision of float64. */
const asymptoticEdge = 40

const positiveExpi = (x: Any): Any => {
  const isFar = P.gt(x, asymptoticEdge)
  const near = P.select(isFar, 1, x)
  const active = P.not(isFar)
  const [, sum] = converge(active, [near, near], 200, ([term, sum], k) => {
    // x^(k + 1) / (k + 1)!, over k + 1
    const next = P.div(P.mul(term!, near), P.add(k, 1))
    const part = P.div(next, P.add(k, 1))
    return { values: [next, P.add(sum!, part)], goOn: P.gt(part, P.mul(sum!, epsilonOf(x) / 2)) }
  })
  const series = P.add(P.add(P.log(near), eulerGamma), sum!)
  const far = P.select(isFar, x, like(x, asymptoticEdge))
  const inverse = P.div(1, far)
  let tail: Any = like(x, 1)
  for (let k = 38; k > 0; k--) tail = P.add(P.mul(P.mul(tail, inverse), k), 1)
  return P.select(isFar, P.select(P.eq(x, Infinity), Infinity, P.mul(P.mul(P.exp(far), inverse), tail)), series)
}

const expiOf = /* @__PURE__ */ withSlopes(
  "expi",
  (x: Any) => {
    const isNegative = P.lt(x, 0)
    const isPositive = P.gt(x, 0)
    const negative = P.neg(expintOf(P.select(isNegative, P.neg(x), 1)))
    const positive = positiveExpi(P.select(isPositive, x, 1))
    return P.select(isNegative, negative, P.select(isPositive, positive, P.select(isNaN(x), x, -Infinity)))
  },
  (_, x) => P.div(P.exp(x!), x!)
)

/**
 * The exponential integral `Ei(x)`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.expi(np.array([-1, 1, 5])) // => [-0.21938394, 1.8951178, 40.185276]
 * ```
 *
 * @category exponential integrals
 * @since 0.1.0
 */
export const expi: ToInexact = /* @__PURE__ */ ofOne("expi", (x) => expiOf(x!))

/** Below it the sine and cosine integrals are power series, and beyond `E_1(i x)` is a continued fraction. */
const sineEdge = 4

const sineAndCosine = (x: Any): readonly [sine: Any, cosine: Any] => {
  const a = P.abs(x)
  const isNear = P.le(a, sineEdge)
  const near = P.select(isNear, a, 1)
  const [odd, even]: [Array<number>, Array<number>] = [[], []]
  let factor = 1
  for (let k = 0; k < 18; k++) {
    odd.push((k % 2 === 0 ? 1 : -1) * factor / (2 * k + 1))
    factor /= 2 * k + 2
    even.push((k % 2 === 0 ? -1 : 1) * factor / (2 * k + 2))
    factor /= 2 * k + 3
  }
  const square = P.mul(near, near)
  const nearSine = P.mul(near, polynomial(square, odd))
  const nearCosine = P.add(P.add(P.log(near), eulerGamma), P.mul(square, polynomial(square, even)))
  const isFar = P.and(P.not(isNear), P.lt(a, Infinity))
  const far = P.select(isFar, a, like(a, 5))
  // E_1(i x) e^(i x), from which Ci - i Si + i pi / 2 = -E_1(i x)
  const z = complex.complex(like(a, 1), far)
  const epsilon = epsilonOf(a)
  const d0 = P.div(1, z)
  const start = P.add(P.mul(z, 0), 1e30)
  const [, , h] = converge(isFar, [start, d0, d0], 300, ([c0, d0, h0], i) => {
    const b = P.add(z, P.mul(i, 2))
    const numerator = P.neg(P.mul(i, i))
    const d = P.div(1, P.add(P.mul(d0!, numerator), b))
    const c = P.add(b, P.div(numerator, c0!))
    const change = P.mul(c, d)
    const off = P.add(P.abs(P.sub(complex.real(change), 1)), P.abs(complex.imag(change)))
    return { values: [c, d, P.mul(h0!, change)], goOn: P.gt(off, epsilon) }
  })
  const [c, s] = [P.cos(far), P.sin(far)]
  const [u, v] = [complex.real(h!), complex.imag(h!)]
  const farCosine = P.neg(P.add(P.mul(c, u), P.mul(s, v)))
  const farSine = P.add(P.sub(P.mul(c, v), P.mul(s, u)), Math.PI / 2)
  const isEnd = P.eq(a, Infinity)
  const sine = P.select(isNear, nearSine, P.select(isEnd, like(a, Math.PI / 2), farSine))
  const cosine = P.select(isNear, P.select(P.eq(a, 0), -Infinity, nearCosine), P.select(isEnd, 0, farCosine))
  return [
    P.select(isNaN(x), x, P.mul(P.sign(x), sine)),
    P.select(P.or(isNaN(x), P.eq(x, -Infinity)), NaN, cosine)
  ]
}

const sineIntegral = /* @__PURE__ */ withSlopes(
  "sici",
  (x: Any) => sineAndCosine(x)[0],
  (_, x) => {
    const isZero = P.eq(x!, 0)
    return P.select(isZero, 1, P.div(P.sin(x!), P.select(isZero, 1, x!)))
  }
)
const cosineIntegral = /* @__PURE__ */ withSlopes(
  "sici",
  (x: Any) => sineAndCosine(x)[1],
  (_, x) => P.div(P.cos(x!), x!)
)

/**
 * The sine and cosine integrals `[Si, Ci]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [sine, cosine] = Scipy.special.sici(np.array([1, 10]))
 * sine // => [0.9460831, 1.6583476]
 * cosine // => [0.33740392, -0.045456432]
 * ```
 *
 * @category exponential integrals
 * @since 0.1.0
 */
export const sici = (x: ArrayLike, behind?: undefined): readonly [sine: NdArray.Any, cosine: NdArray.Any] => {
  checkNoOptions("sici", behind)
  const [array] = promoteInexact("sici", [x])
  refuseComplex("sici", array!.dtype)
  return [
    inLanes("sici", [array!], (y) => sineIntegral(y!)),
    inLanes("sici", [array!], (y) => cosineIntegral(y!))
  ]
}

/** Bernoulli numbers over factorials, B(2 k) / (2 k + 1)!, from k = 1 on. */
const debye = [
  1 / 36,
  -1 / 3600,
  1 / 211680,
  -1 / 10886400,
  1 / 526901760,
  -691 / 16999766784000,
  1 / 1120863744000,
  -3617 / 181400588328960000,
  43867 / 97072790126247936000
]

/** The dilogarithm of `1 - e^-u` (Abramowitz and Stegun 27.7.5 with 27.1.1): `u - u^2 / 4 + u^3 / 36 - ...`. */
const dilogarithm = (u: Any): Any => {
  const square = P.mul(u, u)
  return P.add(P.sub(u, P.mul(square, 0.25)), P.mul(P.mul(u, square), polynomial(square, debye)))
}

const spenceOf = /* @__PURE__ */ withSlopes(
  "spence",
  (x: Any) => {
    const isHigh = P.gt(x, 2)
    const y = P.select(isHigh, P.div(1, x), x)
    const isLow = P.lt(y, 0.5)
    const inside = P.gt(y, 0)
    const low = P.select(P.and(isLow, inside), y, 0.25)
    const reflected = P.sub(
      P.sub(Math.PI ** 2 / 6, P.mul(P.log(low), P.log1p(P.neg(low)))),
      dilogarithm(P.neg(P.log1p(P.neg(low))))
    )
    const central = dilogarithm(P.neg(P.log(P.select(isLow, 1, y))))
    const value = P.select(isLow, P.select(inside, reflected, like(x, Math.PI ** 2 / 6)), central)
    const logarithm = P.log(P.select(isHigh, x, 1))
    const far = P.sub(P.mul(P.mul(logarithm, logarithm), -0.5), value)
    return P.select(P.lt(x, 0), NaN, P.select(isHigh, far, P.select(isNaN(x), x, value)))
  },
  (_, x) => {
    const isOne = P.eq(x!, 1)
    return P.select(isOne, -1, P.div(P.log(x!), P.select(isOne, 1, P.sub(1, x!))))
  }
)

/**
 * Spence's function, the integral of `log(t) / (1 - t)` from 1 to `x`: the dilogarithm of `1 - x`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.spence(np.array([0, 1, 2])) // => [1.644934, 0, -0.82246703]
 * ```
 *
 * @category exponential integrals
 * @since 0.1.0
 */
export const spence: ToInexact = /* @__PURE__ */ ofOne("spence", (x) => spenceOf(x!))
