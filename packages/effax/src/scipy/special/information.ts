/**
 * Logarithms with their limits, entropies, and transformations of probabilities.
 */
import type * as DType from "../../DType.ts"
import { dualWithOptions } from "../../internal/arguments/dual.ts"
import type { Known } from "../../internal/arguments/options.ts"
import type { Behind } from "../../internal/types/dataLast.ts"
import type * as NdArray from "../../NdArray.ts"
import * as softmaxes from "../../nn/softmax.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "../../numpy/operands.ts"
import type { InexactArithmetic, ToInexact } from "../../numpy/signatures.ts"
import * as P from "../../primitive/elementwise.ts"
import type * as Shape from "../../Shape.ts"
import { type Any, isNaN, ofOne, ofTwo, withSlopes } from "./define.ts"

export { logsumexp, type LogsumexpOptions } from "../../nn/logsumexp.ts"

/** The logistic function, `1 / (1 + e^-x)`. @category probabilities @since 0.1.0 */
export const expit: ToInexact = /* @__PURE__ */ ofOne("expit", (x) => P.logistic(x!))

const logitOf = /* @__PURE__ */ withSlopes(
  "logit",
  (x: Any) => P.log(P.div(x, P.sub(1, x))),
  (_, x) => P.div(1, P.mul(x!, P.sub(1, x!)))
)

/** `log(x / (1 - x))`, the inverse of {@link expit}. @category probabilities @since 0.1.0 */
export const logit: ToInexact = /* @__PURE__ */ ofOne("logit", (x) => logitOf(x!))

const timesLogarithm = (x: Any, y: Any, logarithm: Any): Any =>
  P.select(P.or(P.ne(x, 0), isNaN(y)), P.mul(x, logarithm), 0)

const xlogyOf = /* @__PURE__ */ withSlopes(
  "xlogy",
  (x: Any, y: Any) => timesLogarithm(x, y, P.log(y)),
  (_, _x, y) => P.log(y!),
  (_, x, y) => P.div(x!, y!)
)

/**
 * `x log(y)`, which is 0 where `x` is, unless `y` is NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.xlogy(np.array([0, 2]), np.array([0, 1])) // => [0, 0]
 * ```
 *
 * @category probabilities
 * @since 0.1.0
 */
export const xlogy: InexactArithmetic = /* @__PURE__ */ ofTwo("xlogy", (x, y) => xlogyOf(x!, y!))

const xlog1pyOf = /* @__PURE__ */ withSlopes(
  "xlog1py",
  (x: Any, y: Any) => timesLogarithm(x, y, P.log1p(y)),
  (_, _x, y) => P.log1p(y!),
  (_, x, y) => P.div(x!, P.add(y!, 1))
)

/** `x log(1 + y)`, which is 0 where `x` is, unless `y` is NaN. @category probabilities @since 0.1.0 */
export const xlog1py: InexactArithmetic = /* @__PURE__ */ ofTwo("xlog1py", (x, y) => xlog1pyOf(x!, y!))

const xlogx = /* @__PURE__ */ withSlopes(
  "xlogx",
  (x: Any) => timesLogarithm(x, x, P.log(x)),
  (_, x) => P.add(P.log(x!), 1)
)

/**
 * `-x log(x)`, -Infinity for negative `x`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.entr(np.array([0, 0.5, -1])) // => [0, 0.34657359, -Infinity]
 * ```
 *
 * @category probabilities
 * @since 0.1.0
 */
export const entr: ToInexact = /* @__PURE__ */ ofOne(
  "entr",
  (x) => P.select(P.lt(x!, 0), -Infinity, P.neg(xlogx(x!)))
)

const relative = (p: Any, q: Any): Any => {
  const both = P.and(P.gt(p, 0), P.gt(q, 0))
  const none = P.and(P.eq(p, 0), P.ge(q, 0))
  const [safeP, safeQ] = [P.select(both, p, 1), P.select(both, q, 1)]
  const value = P.sub(xlogx(safeP), xlogyOf(safeP, safeQ))
  return P.select(both, value, P.select(none, P.mul(safeP, 0), Infinity))
}

/** `p log(p / q)`; 0 where `p` is, and infinite outside of the domain. @category probabilities @since 0.1.0 */
export const relEntr: InexactArithmetic = /* @__PURE__ */ ofTwo("relEntr", (p, q) => relative(p!, q!))

/** `p log(p / q) - p + q`, the Kullback-Leibler divergence. @category probabilities @since 0.1.0 */
export const klDiv: InexactArithmetic = /* @__PURE__ */ ofTwo(
  "klDiv",
  (p, q) => P.add(P.sub(relative(p!, q!), p!), q!)
)

const powerOf = (logarithm: Any, lambda: Any): Any => {
  const isZero = P.eq(lambda, 0)
  const safe = P.select(isZero, 1, lambda)
  return P.select(isZero, logarithm, P.div(P.expm1(P.mul(safe, logarithm)), safe))
}

/**
 * The transformation of Box and Cox: `(x^lambda - 1) / lambda`, and `log(x)` for `lambda = 0`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.boxcox(np.array([1, 4]), 0.5) // => [0, 2]
 * ```
 *
 * @category probabilities
 * @since 0.1.0
 */
export const boxcox: InexactArithmetic = /* @__PURE__ */ ofTwo("boxcox", (x, lambda) => powerOf(P.log(x!), lambda!))

/** {@link boxcox} of `1 + x`. @category probabilities @since 0.1.0 */
export const boxcox1p: InexactArithmetic = /* @__PURE__ */ ofTwo(
  "boxcox1p",
  (x, lambda) => powerOf(P.log1p(x!), lambda!)
)

/** Options of {@link softmax} and {@link logSoftmax}. @category models @since 0.1.0 */
export interface SoftmaxOptions {
  /** The axis or axes that are normalised; all by default, unlike `Nn.softmax`. */
  readonly axis?: Shape.Axes
}

const knownOfSoftmax: Known<SoftmaxOptions> = { axis: true }

interface Normalised {
  (
    options: Behind<SoftmaxOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: SoftmaxOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
}

/** `exp(x) / sum(exp(x))` over all axes or the given ones. @category probabilities @since 0.1.0 */
export const softmax: Normalised = /* @__PURE__ */ dualWithOptions(
  "softmax",
  1,
  knownOfSoftmax,
  (x: ArrayLike, { axis = null }: SoftmaxOptions) => softmaxes.softmax(x, { axis }) as never
)

/** The logarithm of {@link softmax}. @category probabilities @since 0.1.0 */
export const logSoftmax: Normalised = /* @__PURE__ */ dualWithOptions(
  "logSoftmax",
  1,
  knownOfSoftmax,
  (x: ArrayLike, { axis = null }: SoftmaxOptions) => softmaxes.logSoftmax(x, { axis }) as never
)
