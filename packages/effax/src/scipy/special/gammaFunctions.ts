/**
 * The gamma function and its relatives.
 */
import * as DType from "../../DType.ts"
import { ArgumentError, DTypeError } from "../../Errors.ts"
import { describe } from "../../internal/arguments/describe.ts"
import { dual } from "../../internal/arguments/dual.ts"
import { checkBooleans, checkOptions, type Known } from "../../internal/arguments/options.ts"
import type { Last } from "../../internal/types/dataLast.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, asArray, broadcast, type DTypeOf, promoteInexact, type ShapeOf } from "../../numpy/operands.ts"
import { inexact, type InexactArithmetic, type ToInexact } from "../../numpy/signatures.ts"
import * as complex from "../../primitive/complex.ts"
import * as P from "../../primitive/elementwise.ts"
import * as S from "../../primitive/specialFunctions.ts"
import { type Any, inLanes, isNaN, like, ofOne, ofTwo, polynomial, withSlopes } from "./define.ts"

/**
 * The logarithm of `|gamma(x)|`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.gammaln(np.array([1, 5, 10])) // => [0, 3.1780539, 12.801827]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const gammaln: ToInexact = /* @__PURE__ */ ofOne("gammaln", (x) => P.lgamma(x!))

const isWhole = (x: Any): Any => P.eq(P.floor(x), x)

const sign = (x: Any): Any => {
  const half = P.mul(P.floor(x), 0.5)
  const isOdd = P.ne(P.floor(half), half)
  const negative = P.lt(x, 0)
  // -0 has the sign of the pole's left side
  const isLeft = P.or(P.and(negative, isOdd), P.and(P.eq(x, 0), P.lt(P.div(1, x), 0)))
  return P.select(P.or(P.and(negative, isWhole(x)), isNaN(x)), NaN, P.select(isLeft, like(x, -1), 1))
}

/** The sign of {@link gamma}; NaN at its poles below 0. @category gamma functions @since 0.1.0 */
export const gammasgn: ToInexact = /* @__PURE__ */ ofOne("gammasgn", (x) => sign(x!))

/** Coefficients of Lanczos's approximation with g = 7 (P. Godfrey, 2001). */
const lanczos = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7
]

/** log(gamma(z)) for complex z, up to a multiple of 2 pi i left of 1/2. */
const complexLog = (z: Any): Any => {
  const re = complex.real(z)
  const left = P.lt(re, 0.5)
  const w = P.sub(P.select(left, P.sub(1, z), z), 1)
  let series: Any = P.add(P.mul(w, 0), lanczos[0]!)
  for (let k = 1; k < lanczos.length; k++) series = P.add(series, P.div(lanczos[k]!, P.add(w, k)))
  const t = P.add(w, 7.5)
  const value = P.add(
    P.sub(P.mul(P.add(w, 0.5), P.log(t)), t),
    P.add(P.log(series), 0.5 * Math.log(2 * Math.PI))
  )
  const safe = P.select(left, z, 0.5)
  const reflected = P.sub(P.sub(Math.log(Math.PI), P.log(P.sin(P.mul(safe, Math.PI)))), value)
  return P.select(left, reflected, value)
}

/** A function of complex numbers, NaN at the poles of gamma. */
const awayFromPoles = (z: Any, f: (z: Any) => Any): Any => {
  const [re, im] = [complex.real(z), complex.imag(z)]
  const isPole = P.and(P.eq(im, 0), P.and(P.le(re, 0), isWhole(re)))
  const isWrong = P.or(isPole, P.or(isNaN(re), isNaN(im)))
  const value = f(P.select(isWrong, 1, z))
  const nan = like(re, NaN)
  return P.select(isWrong, complex.complex(nan, nan), value)
}

/** The principal branch: left of 1/2 the imaginary part of the reflection is off by 2 pi floor(re / 2 + 1/4), or its negative. */
const principal = (z: Any): Any => {
  const [re, im] = [complex.real(z), complex.imag(z)]
  const value = complexLog(z)
  const turns = P.mul(P.floor(P.add(P.mul(re, 0.5), 0.25)), 2 * Math.PI)
  const below = P.or(P.lt(im, 0), P.and(P.eq(im, 0), P.lt(P.div(1, im), 0)))
  const shift = P.select(P.lt(re, 0.5), P.select(below, P.neg(turns), turns), 0)
  return P.add(value, complex.complex(P.mul(re, 0), shift))
}

/**
 * The gamma function, also of complex numbers.
 *
 * **Details**
 *
 * NaN at the poles -1, -2, ...; infinite at 0. Real results are `e^{@link gammaln}`, whose relative error grows with the
 * logarithm: 1e-6 in float32 at 20.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.gamma(np.array([0.5, 1, 5])) // => [1.7724539, 1, 24]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const gamma: ToInexact = /* @__PURE__ */ inexact(
  "gamma",
  (x) =>
    DType.isComplex(x.dtype)
      ? awayFromPoles(x, (z) => P.exp(complexLog(z)))
      : inLanes("gamma", [x], (y) => realGamma(y!))
)

const realGamma = (x: Any): Any => P.mul(sign(x), P.exp(P.lgamma(x)))

/**
 * The principal branch of the logarithm of gamma, also of complex numbers; NaN for real numbers up to 0.
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const loggamma: ToInexact = /* @__PURE__ */ inexact(
  "loggamma",
  (x) =>
    DType.isComplex(x.dtype)
      ? awayFromPoles(x, principal)
      : inLanes("loggamma", [x], (y) => P.select(P.gt(y!, 0), P.lgamma(y!), NaN))
)

/** The derivative of {@link gammaln}. @category gamma functions @since 0.1.0 */
export const digamma: ToInexact = /* @__PURE__ */ ofOne("digamma", (x) => P.digamma(x!))

/** `gamma(n + 1)`; 0 for negative `n`. @category combinatorics @since 0.1.0 */
export const factorial: ToInexact = /* @__PURE__ */ ofOne(
  "factorial",
  (n) => P.select(P.lt(n!, 0), 0, P.exp(P.lgamma(P.add(n!, 1))))
)

/** The regularized lower incomplete gamma function, `Lax.igamma`. @category gamma functions @since 0.1.0 */
export const gammainc: InexactArithmetic = /* @__PURE__ */ ofTwo("gammainc", (a, x) => S.igamma(a!, x!))

/** The regularized upper incomplete gamma function, `Lax.igammac`. @category gamma functions @since 0.1.0 */
export const gammaincc: InexactArithmetic = /* @__PURE__ */ ofTwo("gammaincc", (a, x) => S.igammac(a!, x!))

/** The Hurwitz zeta function, `Lax.zeta`, with derivatives by `q`. @category gamma functions @since 0.1.0 */
export const zeta: InexactArithmetic = /* @__PURE__ */ ofTwo("zeta", (x, q) => S.zeta(x!, q!))

/**
 * The `n`-th derivative of {@link digamma}; `n` is of an integer dtype.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.polygamma(1n, np.array([1, 2])) // => [1.644934, 0.644934]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const polygamma: InexactArithmetic = /* @__PURE__ */ dual<InexactArithmetic>(
  "polygamma",
  2,
  (n: ArrayLike, x: ArrayLike) => {
    const order = asArray("polygamma", n)
    if (!DType.isInteger(order.dtype)) {
      throw new DTypeError({
        operation: "polygamma",
        message: `polygamma: n must be of an integer dtype, got ${order.dtype}; write a number as a bigint, 1n`
      })
    }
    return inLanes("polygamma", promoteInexact("polygamma", [n, x]), (m, y) => S.polygamma(m!, y!))
  }
)

/** B2k / (2k (2k - 1)): Stirling's series (Abramowitz and Stegun 6.1.41). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** What lgamma is beyond Stirling's formula, from 10 on. */
const correction = (x: Any): Any => {
  const inverse = P.div(1, x)
  return P.mul(inverse, polynomial(P.mul(inverse, inverse), stirling))
}

const logBeta = (a: Any, b: Any): Any => {
  const [p, q] = [P.min(a, b), P.max(a, b)]
  const [p10, q10] = [P.max(p, like(p, 10)), P.max(q, like(q, 10))]
  const sum10 = P.add(p10, q10)
  const both = P.add(
    P.add(
      P.sub(P.add(correction(p10), correction(q10)), correction(sum10)),
      P.sub(Math.log(2 * Math.PI) / 2, P.mul(P.log(q10), 0.5))
    ),
    P.sub(P.mul(P.sub(p10, 0.5), P.log(P.div(p10, sum10))), P.mul(q10, P.log1p(P.div(p10, q10))))
  )
  const sum = P.add(p, q10)
  const powers = P.add(P.mul(P.sub(q10, 0.5), P.log1p(P.div(p, q10))), P.mul(p, P.sub(P.log(sum), 1)))
  const one = P.add(P.lgamma(p), P.sub(P.sub(correction(q10), correction(sum)), powers))
  const none = P.sub(P.add(P.lgamma(p), P.lgamma(q)), P.lgamma(P.add(p, q)))
  const value = P.select(P.ge(p, 10), both, P.select(P.and(P.gt(p, 0), P.ge(q, 10)), one, none))
  // JAX's ends: B(0, b) is infinite, and B(a, infinity) 0
  return P.select(P.eq(p, 0), Infinity, P.select(P.eq(q, Infinity), -Infinity, value))
}

const betalnOf = /* @__PURE__ */ withSlopes(
  "betaln",
  (a: Any, b: Any) => logBeta(a, b),
  (_, a, b) => P.sub(P.digamma(a!), P.digamma(P.add(a!, b!))),
  (_, a, b) => P.sub(P.digamma(b!), P.digamma(P.add(a!, b!)))
)

/**
 * The logarithm of `|beta(a, b)|`, without cancellation for large `a` and `b`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.betaln(np.array([1, 2]), 3) // => [-1.0986123, -2.4849067]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const betaln: InexactArithmetic = /* @__PURE__ */ ofTwo("betaln", (a, b) => betalnOf(a!, b!))

/** `gamma(a) gamma(b) / gamma(a + b)`. @category gamma functions @since 0.1.0 */
export const beta: InexactArithmetic = /* @__PURE__ */ ofTwo("beta", (a, b) => {
  const signs = P.mul(P.mul(sign(a!), sign(b!)), sign(P.add(a!, b!)))
  return P.mul(signs, P.exp(betalnOf(a!, b!)))
})

/**
 * The regularized incomplete beta function, `Lax.betainc`; operands broadcast.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.betainc(2, 3, np.array([0, 0.5, 1])) // => [0, 0.6875, 1]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const betainc: {
  (
    b: ArrayLike,
    x: ArrayLike
  ): Last<ArrayLike, (a: ArrayLike) => NdArray.Any>
  (a: ArrayLike, b: ArrayLike, x: ArrayLike): NdArray.Any
} = /* @__PURE__ */ dual(
  "betainc",
  3,
  (a: ArrayLike, b: ArrayLike, x: ArrayLike) =>
    inLanes("betainc", broadcast("betainc", promoteInexact("betainc", [a, b, x])), (p, q, at) => S.betainc(p!, q!, at!))
)

const pochOf = /* @__PURE__ */ withSlopes(
  "poch",
  (z: Any, m: Any) => P.select(P.eq(m, 0), 1, P.div(realGamma(P.add(z, m)), realGamma(z))),
  (output, z, m) => P.mul(output, P.sub(P.digamma(P.add(z!, m!)), P.digamma(z!))),
  (output, z, m) => P.mul(output, P.digamma(P.add(z!, m!)))
)

/** Pochhammer's symbol, `gamma(z + m) / gamma(z)`. @category combinatorics @since 0.1.0 */
export const poch: InexactArithmetic = /* @__PURE__ */ ofTwo("poch", (z, m) => pochOf(z!, m!))

/** Options of {@link comb}. @category models @since 0.1.0 */
export interface CombOptions {
  /** Whether elements may be chosen more than once. */
  readonly repetition?: boolean | undefined
}

const knownOfComb: Known<CombOptions> = { repetition: true }

const choose = (n: Any, k: Any): Any => {
  const inside = P.and(P.and(P.le(k, n), P.ge(n, 0)), P.ge(k, 0))
  const [total, chosen] = [P.select(inside, n, 0), P.select(inside, k, 0)]
  const rest = P.add(P.sub(total, chosen), 1)
  const logarithm = P.sub(P.sub(P.lgamma(P.add(total, 1)), P.lgamma(P.add(chosen, 1))), P.lgamma(rest))
  return P.select(inside, P.exp(logarithm), 0)
}

/**
 * The number of ways to choose `k` of `N` things; 0 outside of `0 <= k <= N`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.comb(np.array([4, 10]), 2) // => [6, 45]
 * Scipy.special.comb(4, 2, { repetition: true }) // => 10
 * ```
 *
 * @category combinatorics
 * @since 0.1.0
 */
export const comb = <X extends ArrayLike, Y extends ArrayLike>(
  N: X,
  k: Y,
  options: CombOptions = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>> => {
  const { repetition = false } = checkOptions("comb", options, knownOfComb)
  checkBooleans("comb", { repetition })
  return inLanes("comb", promoteInexact("comb", [N, k]), (n, c) =>
    repetition
      ? P.select(P.and(P.eq(c!, 0), P.ge(n!, 0)), 1, choose(P.sub(P.add(n!, c!), 1), c!))
      : choose(n!, c!)) as never
}

/**
 * The logarithm of the multivariate gamma function of dimension `d`, a whole number from 1 on.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.multigammaln(np.array([2, 3]), 2) // => [0.45158273, 1.550195]
 * ```
 *
 * @category gamma functions
 * @since 0.1.0
 */
export const multigammaln: {
  (d: number): <X extends ArrayLike>(a: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, d: number): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = /* @__PURE__ */ dual("multigammaln", 2, (a: ArrayLike, d: number) => {
  if (!Number.isSafeInteger(d) || d < 1) {
    throw new ArgumentError({
      operation: "multigammaln",
      message: `multigammaln: d must be a whole number from 1 on, got ${describe(d)}`
    })
  }
  return inLanes("multigammaln", promoteInexact("multigammaln", [a]), (x) => {
    let sum: Any = P.lgamma(x!)
    for (let i = 1; i < d; i++) sum = P.add(sum, P.lgamma(P.sub(x!, i / 2)))
    return P.add(sum, d * (d - 1) / 4 * Math.log(Math.PI))
  })
})
