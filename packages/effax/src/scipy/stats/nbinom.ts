/**
 * The negative binomial distribution: failures before `n` successes.
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
    np.subtract(special.gammaln(np.add(y, n!)), special.gammaln(n!)),
    special.gammaln(np.add(y, 1))
  )
  const linear = np.add(special.xlogy(n!, p!), special.xlogy(y, np.subtract(1, p!)))
  return np.where(np.less(k, loc), -Infinity, np.add(ways, linear))
}

/** The logarithm of the probability of the negative binomial distribution: failures before `n` successes. @category distributions @since 0.1.0 */
export const logpmf: Of2<Loc> = shifted("nbinom.logpmf", 2, logpmfOf)

/** The probability of the negative binomial distribution: failures before `n` successes. @category distributions @since 0.1.0 */
export const pmf: Of2<Loc> = shifted("nbinom.pmf", 2, (at, ...own) => np.exp(logpmfOf(at, ...own)))
