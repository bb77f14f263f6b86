/**
 * The beta-binomial distribution of `n` trials.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Loc, type Of3, shifted } from "./distribution.ts"

const logpmfOf: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any = (
  { k, loc },
  n,
  a,
  b
) => {
  const y = np.subtract(np.floor(k), loc)
  const rest = np.subtract(n!, y)
  const ways = np.negative(np.add(np.log1p(n!), special.betaln(np.add(rest, 1), np.add(y, 1))))
  const ratio = np.subtract(special.betaln(np.add(y, a!), np.add(rest, b!)), special.betaln(a!, b!))
  const value = np.where(np.logicalAnd(np.equal(y, 0), np.equal(n!, 0)), 0, np.add(ways, ratio))
  const isOutside = np.logicalOr(
    np.logicalOr(np.less(y, np.negative(loc)), np.greater(y, n!)),
    np.lessEqual(np.add(y, a!), 0)
  )
  const isWrong = np.logicalOr(np.logicalOr(np.less(n!, 0), np.lessEqual(a!, 0)), np.lessEqual(b!, 0))
  return np.where(isWrong, NaN, np.where(isOutside, -Infinity, value))
}

/** The logarithm of the probability of the beta-binomial distribution of `n` trials. @category distributions @since 0.1.0 */
export const logpmf: Of3<Loc> = shifted("betabinom.logpmf", 3, logpmfOf)

/** The probability of the beta-binomial distribution of `n` trials. @category distributions @since 0.1.0 */
export const pmf: Of3<Loc> = shifted("betabinom.pmf", 3, (at, ...own) => np.exp(logpmfOf(at, ...own)))
