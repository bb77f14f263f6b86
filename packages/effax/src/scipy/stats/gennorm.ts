/**
 * The generalized normal distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type None, type Of1, standard } from "./distribution.ts"

const logpdfOf: (x: Any, ...own: ReadonlyArray<Any>) => Any = (x, beta) =>
  np.subtract(
    np.subtract(np.log(np.multiply(0.5, beta!)), special.gammaln(np.divide(1, beta!))),
    np.power(np.abs(x), beta!)
  )

/** The logarithm of the density of the generalized normal distribution. @category distributions @since 0.1.0 */
export const logpdf: Of1<None> = standard("gennorm.logpdf", 1, logpdfOf)

/** The density of the generalized normal distribution. @category distributions @since 0.1.0 */
export const pdf: Of1<None> = standard("gennorm.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)))

/** The probability of values up to `x` of the generalized normal distribution. @category distributions @since 0.1.0 */
export const cdf: Of1<None> = standard(
  "gennorm.cdf",
  1,
  (x, beta) =>
    np.multiply(
      0.5,
      np.add(1, np.multiply(np.sign(x), special.gammainc(np.divide(1, beta!), np.power(np.abs(x), beta!))))
    )
)
