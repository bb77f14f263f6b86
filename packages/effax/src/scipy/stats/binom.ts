/**
 * The binomial distribution of `n` trials.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Loc, type Of2, shifted } from "./distribution.ts"

const logpmfOf: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any = (
  { k, loc },
  n,
  p
) => {
  const y = np.subtract(k, loc)
  const ways = np.subtract(
    special.gammaln(np.add(n!, 1)),
    np.add(special.gammaln(np.add(y, 1)), special.gammaln(np.add(np.subtract(n!, y), 1)))
  )
  const linear = np.add(special.xlogy(y, p!), special.xlog1py(np.subtract(n!, y), np.negative(p!)))
  const isSure = np.logicalOr(np.logicalAnd(np.equal(y, 0), np.equal(n!, 0)), np.equal(linear, 0))
  const value = np.where(isSure, 0, np.add(ways, linear))
  return np.where(np.logicalAnd(np.greaterEqual(k, loc), np.less(k, np.add(np.add(loc, n!), 1))), value, -Infinity)
}

/** The logarithm of the probability of the binomial distribution of `n` trials. @category distributions @since 0.1.0 */
export const logpmf: Of2<Loc> = shifted("binom.logpmf", 2, logpmfOf)

/** The probability of the binomial distribution of `n` trials. @category distributions @since 0.1.0 */
export const pmf: Of2<Loc> = shifted("binom.pmf", 2, (at, ...own) => np.exp(logpmfOf(at, ...own)))
