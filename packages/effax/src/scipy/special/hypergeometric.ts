/**
 * Hypergeometric functions.
 */
import { dual } from "../../internal/arguments/dual.ts"
import type { Last } from "../../internal/types/dataLast.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"
import * as P from "../../primitive/elementwise.ts"
import { converge } from "./converge.ts"
import { type Any, epsilonOf, inLanes, isNaN, like, withSlopes } from "./define.ts"

const most = 500

/** The sum of a series whose k-th term is the one before times `ratio(k)`, each times `weight(k)`, over the active elements. */
const series = (active: Any, like0: Any, ratio: (k: Any) => Any, weight?: (k: Any) => Any): Any => {
  const zero = P.mul(like0, 0)
  const first = weight === undefined ? P.add(zero, 1) : zero
  const [, sum] = converge(active, [P.add(zero, 1), first], most, ([term, sum], k) => {
    const next = P.mul(term!, ratio(P.sub(k, 1)))
    const part = weight === undefined ? next : P.mul(next, weight(k))
    const total = P.add(sum!, part)
    return { values: [next, total], goOn: P.gt(P.abs(part), P.mul(P.abs(total), epsilonOf(like0) / 2)) }
  })
  return sum!
}

const always = (x: Any): Any => P.eq(x, x)

const realGamma = (x: Any): Any => {
  const half = P.mul(P.floor(x), 0.5)
  const isOdd = P.ne(P.floor(half), half)
  const size = P.exp(P.lgamma(x))
  return P.select(P.and(P.lt(x, 0), isOdd), P.neg(size), size)
}

/** 1 / gamma(x), which is 0 at the poles. */
const inverseGamma = (x: Any): Any => {
  const isPole = P.and(P.le(x, 0), P.eq(P.floor(x), x))
  return P.select(isPole, 0, P.div(1, realGamma(P.select(isPole, 1, x))))
}

/** Kummer's series, by his transformation for negative x, where terms would cancel; far out the asymptotic series. */
const confluent = (a: Any, b: Any, x: Any): Any => {
  const isFlipped = P.lt(x, 0)
  const top = P.select(isFlipped, P.sub(b, a), a)
  const y = P.abs(x)
  const isFar = P.ge(y, 100)
  const near = P.select(isFar, 0, y)
  const kummer = series(
    P.and(always(y), P.not(isFar)),
    y,
    (k) => P.div(P.mul(P.add(top, k), near), P.mul(P.add(b, k), P.add(k, 1)))
  )
  const far = P.select(isFar, y, like(y, 100))
  const asymptotic = series(
    isFar,
    y,
    (k) => P.div(P.mul(P.add(P.sub(b, top), k), P.add(P.sub(1, top), k)), P.mul(P.add(k, 1), far))
  )
  const growth = P.mul(P.exp(P.select(isFlipped, 0, far)), P.pow(far, P.sub(top, b)))
  const beyond = P.mul(P.mul(P.mul(realGamma(b), inverseGamma(top)), growth), asymptotic)
  const value = P.select(isFar, beyond, P.mul(P.select(isFlipped, P.exp(x), 1), kummer))
  const special = P.select(P.eq(a, 0), 1, P.select(P.eq(a, b), P.exp(x), P.select(P.eq(b, 0), Infinity, value)))
  return P.select(P.or(isNaN(a), P.or(isNaN(b), isNaN(x))), NaN, special)
}

const hyp1f1Of: (a: Any, b: Any, x: Any) => Any = /* @__PURE__ */ withSlopes(
  "hyp1f1",
  (a: Any, b: Any, x: Any) => confluent(a, b, x),
  (_, a, b, x) =>
    series(
      always(x!),
      x!,
      (k) => P.div(P.mul(P.add(a!, k), x!), P.mul(P.add(b!, k), P.add(k, 1))),
      (k) => P.sub(P.digamma(P.add(a!, k)), P.digamma(a!))
    ),
  (_, a, b, x) =>
    series(
      always(x!),
      x!,
      (k) => P.div(P.mul(P.add(a!, k), x!), P.mul(P.add(b!, k), P.add(k, 1))),
      (k) => P.sub(P.digamma(b!), P.digamma(P.add(b!, k)))
    ),
  (_, a, b, x) => P.mul(P.div(a!, b!), hyp1f1Of(P.add(a!, 1), P.add(b!, 1), x!))
)

/**
 * Kummer's confluent hypergeometric function `1F1(a; b; x)`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.hyp1f1(1, 2, np.array([0, 1, -1])) // => [1, 1.7182819, 0.6321206]
 * ```
 *
 * @category hypergeometric functions
 * @since 0.1.0
 */
export const hyp1f1: {
  (b: ArrayLike, x: ArrayLike): Last<ArrayLike, (a: ArrayLike) => NdArray.Any>
  (a: ArrayLike, b: ArrayLike, x: ArrayLike): NdArray.Any
} = /* @__PURE__ */ dual(
  "hyp1f1",
  3,
  (a: ArrayLike, b: ArrayLike, x: ArrayLike) =>
    inLanes("hyp1f1", promoteInexact("hyp1f1", [a, b, x]), (p, q, at) => hyp1f1Of(p!, q!, at!))
)

const powers = (active: Any, a: Any, b: Any, c: Any, x: Any): Any =>
  series(
    active,
    x,
    (k) => P.mul(P.div(P.mul(P.add(a, k), P.add(b, k)), P.mul(P.add(c, k), P.add(k, 1))), x)
  )

/** What Abramowitz and Stegun 15.3.6 to 15.3.12 sum when `c - a - b` is the whole number `m`, as series in `1 - x`. */
const logarithmic = (active: Any, a: Any, b: Any, c: Any, s: Any): Any => {
  const d = P.floor(P.add(P.sub(P.sub(c, a), b), 0.5))
  const m = P.abs(d)
  const isUp = P.ge(d, 0)
  // by 15.3.3 the case of negative m is that of c - a and c - b
  const [p, q] = [P.select(isUp, a, P.sub(c, a)), P.select(isUp, b, P.sub(c, b))]
  const scale = P.select(isUp, 1, P.pow(s, d))
  const isPositive = P.gt(m, 0)
  const start = P.mul(
    P.mul(realGamma(P.select(isPositive, m, 1)), realGamma(c)),
    P.mul(
      inverseGamma(P.add(p, m)),
      inverseGamma(P.add(q, m))
    )
  )
  const finite = series(P.and(active, P.gt(m, 1)), s, (k) => {
    const isLast = P.ge(k, P.sub(m, 1))
    const below = P.mul(P.add(P.sub(1, m), k), P.add(k, 1))
    const above = P.mul(P.mul(P.add(p, k), P.add(q, k)), s)
    return P.select(isLast, 0, P.div(above, P.select(isLast, 1, below)))
  })
  const half = P.mul(m, 0.5)
  const sign = P.select(P.eq(P.floor(half), half), P.add(P.mul(s, 0), 1), -1)
  const lead = P.mul(
    P.mul(P.mul(sign, P.pow(s, m)), realGamma(c)),
    P.mul(P.mul(inverseGamma(p), inverseGamma(q)), inverseGamma(P.add(m, 1)))
  )
  const bracket = (k: Any): Any =>
    P.sub(
      P.add(P.sub(P.log(s), P.digamma(P.add(k, 1))), P.digamma(P.add(P.add(p, m), k))),
      P.sub(P.digamma(P.add(P.add(k, m), 1)), P.digamma(P.add(P.add(q, m), k)))
    )
  const rest = series(
    active,
    s,
    (k) =>
      P.div(P.mul(P.mul(P.add(P.add(p, m), k), P.add(P.add(q, m), k)), s), P.mul(P.add(k, 1), P.add(P.add(k, m), 1))),
    bracket
  )
  const whole = P.add(bracket(P.mul(s, 0)), rest)
  return P.mul(scale, P.sub(P.select(isPositive, P.mul(start, finite), 0), P.mul(lead, whole)))
}

const gauss = (a: Any, b: Any, c: Any, x: Any): Any => {
  const s = P.sub(1, x)
  const d = P.sub(P.sub(c, a), b)
  const isWhole = (v: Any): Any => P.eq(P.floor(v), v)
  const ends = P.or(P.and(P.le(a, 0), isWhole(a)), P.and(P.le(b, 0), isWhole(b)))
  const isUnit = P.or(P.eq(x, 0), P.and(P.or(P.eq(a, 0), P.eq(b, 0)), P.ne(c, 0)))
  const isPole = P.and(P.le(c, 0), isWhole(c))
  const isWrong = P.or(P.or(isNaN(a), isNaN(b)), P.or(isNaN(c), isNaN(x)))
  const atOne = P.eq(x, 1)
  // x / (x - 1) for negative x (15.3.4), the powers of x up to 0.9, those of 1 - x beyond (15.3.6)
  const isNegative = P.and(P.lt(x, 0), P.not(ends))
  const isNear = P.and(P.and(P.gt(x, 0.75), P.lt(x, 1)), P.not(ends))
  const isDivergent = P.and(P.gt(x, 1), P.not(ends))
  const usual = P.not(P.or(P.or(isUnit, isPole), P.or(P.or(isWrong, atOne), P.or(isNear, isDivergent))))
  const y = P.select(usual, P.select(isNegative, P.div(x, P.select(isNegative, P.sub(x, 1), 1)), x), 0)
  const direct = powers(usual, a, P.select(isNegative, P.sub(c, b), b), c, y)
  const plain = P.select(isNegative, P.mul(P.pow(P.select(isNegative, s, 1), P.neg(a)), direct), direct)
  const rest = P.select(isNear, s, 0.1)
  const isInteger = P.lt(P.abs(P.sub(d, P.floor(P.add(d, 0.5)))), 50 * epsilonOf(x))
  const split = P.and(isNear, P.not(isInteger))
  const first = powers(split, a, b, P.sub(1, d), rest)
  const second = powers(split, P.sub(c, a), P.sub(c, b), P.add(d, 1), rest)
  const safeD = P.select(isInteger, 0.5, d)
  const connected = P.mul(
    realGamma(c),
    P.add(
      P.mul(P.mul(P.mul(realGamma(safeD), inverseGamma(P.sub(c, a))), inverseGamma(P.sub(c, b))), first),
      P.mul(
        P.mul(P.mul(P.pow(rest, safeD), realGamma(P.neg(safeD))), P.mul(inverseGamma(a), inverseGamma(b))),
        second
      )
    )
  )
  const whole = logarithmic(P.and(isNear, isInteger), a, b, c, rest)
  const near = P.select(isInteger, whole, connected)
  const limit = P.select(
    P.gt(d, 0),
    P.mul(
      P.mul(realGamma(c), realGamma(P.select(P.gt(d, 0), d, 1))),
      P.mul(inverseGamma(P.sub(c, a)), inverseGamma(P.sub(c, b)))
    ),
    Infinity
  )
  const inside = P.select(isNear, near, P.select(isDivergent, Infinity, plain))
  const value = P.select(P.and(atOne, P.not(ends)), limit, P.select(P.and(atOne, ends), limit, inside))
  const special = P.select(isUnit, 1, P.select(isPole, Infinity, value))
  return P.select(isWrong, NaN, special)
}

/** The series of the derivative by a parameter, whose terms carry a difference of digammas. */
const parameterSlope = (a: Any, b: Any, c: Any, x: Any, weight: (k: Any) => Any): Any =>
  series(
    always(x),
    x,
    (k) => P.mul(P.div(P.mul(P.add(a, k), P.add(b, k)), P.mul(P.add(c, k), P.add(k, 1))), x),
    weight
  )

const hyp2f1Of: (a: Any, b: Any, c: Any, x: Any) => Any = /* @__PURE__ */ withSlopes(
  "hyp2f1",
  (a: Any, b: Any, c: Any, x: Any) => gauss(a, b, c, x),
  (_, a, b, c, x) => parameterSlope(a!, b!, c!, x!, (k) => P.sub(P.digamma(P.add(a!, k)), P.digamma(a!))),
  (_, a, b, c, x) => parameterSlope(a!, b!, c!, x!, (k) => P.sub(P.digamma(P.add(b!, k)), P.digamma(b!))),
  (_, a, b, c, x) => parameterSlope(a!, b!, c!, x!, (k) => P.sub(P.digamma(c!), P.digamma(P.add(c!, k)))),
  (_, a, b, c, x) => P.mul(P.div(P.mul(a!, b!), c!), hyp2f1Of(P.add(a!, 1), P.add(b!, 1), P.add(c!, 1), x!))
)

/**
 * Gauss's hypergeometric function `2F1(a, b; c; x)`.
 *
 * **Details**
 *
 * By its power series and linear transformations (Abramowitz and Stegun 15.3.4 to 15.3.12) for `x` below 1; infinite beyond
 * unless `a` or `b` is a whole number up to 0. Derivatives by `a`, `b` and `c` are those of the power series, so they need
 * `|x| < 1`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.hyp2f1(1, 1, 2, np.array([0, 0.5, -1])) // => [1, 1.3862944, 0.6931472]
 * ```
 *
 * @category hypergeometric functions
 * @since 0.1.0
 */
export const hyp2f1: {
  (b: ArrayLike, c: ArrayLike, x: ArrayLike): Last<ArrayLike, (a: ArrayLike) => NdArray.Any>
  (a: ArrayLike, b: ArrayLike, c: ArrayLike, x: ArrayLike): NdArray.Any
} = /* @__PURE__ */ dual(
  "hyp2f1",
  4,
  (a: ArrayLike, b: ArrayLike, c: ArrayLike, x: ArrayLike) =>
    inLanes("hyp2f1", promoteInexact("hyp2f1", [a, b, c, x]), (p, q, r, at) => hyp2f1Of(p!, q!, r!, at!))
)
