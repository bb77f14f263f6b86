/**
 * The geometric distribution: the number of the first success.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Loc, type Of1, shifted } from "./distribution.ts"

const logpmfOf: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any = ({ k, loc }, p) => {
  const x = np.subtract(k, loc)
  return np.where(
    np.lessEqual(x, 0),
    -Infinity,
    np.add(special.xlog1py(np.subtract(x, 1), np.negative(p!)), np.log(p!))
  )
}

/** The logarithm of the probability of the geometric distribution: the number of the first success. @category distributions @since 0.1.0 */
export const logpmf: Of1<Loc> = shifted("geom.logpmf", 1, logpmfOf)

/** The probability of the geometric distribution: the number of the first success. @category distributions @since 0.1.0 */
export const pmf: Of1<Loc> = shifted("geom.pmf", 1, (at, ...own) => np.exp(logpmfOf(at, ...own)))
