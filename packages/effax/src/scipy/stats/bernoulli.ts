/**
 * The Bernoulli distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Loc, type None, type Of1, shifted, standard } from "./distribution.ts"
import { isNoProbability } from "./support.ts"

const isNoDistribution = (p: Any): Any => np.logicalOr(np.isnan(p), np.logicalOr(np.less(p, 0), np.greater(p, 1)))

const logpmfOf: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any = ({ k, loc }, p) => {
  const x = np.subtract(k, loc)
  return np.where(
    np.logicalOr(np.less(x, 0), np.greater(x, 1)),
    -Infinity,
    np.add(special.xlogy(x, p!), special.xlog1py(np.subtract(1, x), np.negative(p!)))
  )
}

/** The logarithm of the probability of the Bernoulli distribution. @category distributions @since 0.1.0 */
export const logpmf: Of1<Loc> = shifted("bernoulli.logpmf", 1, logpmfOf)

/** The probability of the Bernoulli distribution. @category distributions @since 0.1.0 */
export const pmf: Of1<Loc> = shifted("bernoulli.pmf", 1, (at, ...own) => np.exp(logpmfOf(at, ...own)))

/** The probability of values up to `k` of the Bernoulli distribution. @category distributions @since 0.1.0 */
export const cdf: Of1<None> = standard(
  "bernoulli.cdf",
  1,
  (k, p) =>
    np.where(
      np.logicalOr(np.isnan(k), isNoDistribution(p!)),
      NaN,
      np.where(np.less(k, 0), 0, np.where(np.less(k, 1), np.subtract(1, p!), 1))
    )
)

/** The value up to which the probability is `q`, the inverse of `cdf` of the Bernoulli distribution. @category distributions @since 0.1.0 */
export const ppf: Of1<None> = standard(
  "bernoulli.ppf",
  1,
  (q, p) =>
    np.where(
      np.logicalOr(isNoProbability(q), isNoDistribution(p!)),
      NaN,
      np.where(np.lessEqual(q, np.subtract(1, p!)), 0, np.add(np.multiply(q, 0), 1))
    )
)
