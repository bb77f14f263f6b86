/**
 * Poisson's distribution of mean `mu`.
 */
import { dualWithOptions } from "../../internal/arguments/dual.ts"
import * as np from "../../Numpy.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"
import * as special from "../special.ts"
import { type Any, type Loc, type Of0, type Of1, shifted } from "./distribution.ts"

/** The entropy summed over the first values. */
const summed = (mu: Any, count: number, upTo: Any): Any => {
  const k = np.reshape(np.arange(count, { dtype: mu.dtype }), [count, ...mu.shape.map(() => 1)])
  const p = np.exp(np.subtract(np.subtract(special.xlogy(k, mu), special.gammaln(np.add(k, 1))), mu))
  return np.sum(special.entr(np.where(np.less(k, upTo), p, 0)), { axis: 0 })
}

const logpmfOf: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any = ({ k, loc }, mu) => {
  const x = np.subtract(k, loc)
  const value = np.subtract(np.subtract(special.xlogy(x, mu!), special.gammaln(np.add(x, 1))), mu!)
  return np.where(np.logicalOr(np.less(x, 0), np.notEqual(np.round(k), k)), -Infinity, value)
}

/** The logarithm of the probability of Poisson's distribution of mean `mu`. @category distributions @since 0.1.0 */
export const logpmf: Of1<Loc> = shifted("poisson.logpmf", 1, logpmfOf)

/** The probability of Poisson's distribution of mean `mu`. @category distributions @since 0.1.0 */
export const pmf: Of1<Loc> = shifted("poisson.pmf", 1, (at, ...own) => np.exp(logpmfOf(at, ...own)))

/** The probability of values up to `k` of Poisson's distribution of mean `mu`. @category distributions @since 0.1.0 */
export const cdf: Of1<Loc> = shifted("poisson.cdf", 1, ({ k, loc }, mu) => {
  const x = np.subtract(k, loc)
  return np.where(np.less(x, 0), 0, special.gammaincc(np.floor(np.add(x, 1)), mu!))
})

/**
 * The entropy of Poisson's distribution of mean `mu`: summed for means below 100, and from there on by its expansion.
 *
 * @category distributions
 * @since 0.1.0
 */
export const entropy: Of0<Loc> = dualWithOptions(
  "poisson.entropy",
  1,
  { loc: true },
  (mu: ArrayLike, { loc = 0 }: Loc) => {
    const [m, l] = promoteInexact("poisson.entropy", [mu, loc])
    const small = summed(m!, 35, np.ceil(np.add(m!, 20)))
    const medium = summed(m!, 250, np.ceil(np.add(np.add(m!, np.multiply(10, np.sqrt(m!))), 20)))
    const large = np.subtract(
      np.multiply(0.5, np.log(np.multiply(2 * Math.PI * Math.E, m!))),
      np.divide(1, np.multiply(12, m!))
    )
    const value = np.where(
      np.equal(m!, 0),
      0,
      np.where(np.less(m!, 10), small, np.where(np.less(m!, 100), medium, large))
    )
    return np.broadcastTo(value, np.add(m!, l!).shape)
  }
)
