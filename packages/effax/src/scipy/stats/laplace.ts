/**
 * Laplace's distribution.
 */
import * as np from "../../Numpy.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x }) =>
  np.negative(np.add(np.divide(np.abs(np.subtract(x, loc)), scale), np.log(np.multiply(scale, 2))))

/** The logarithm of the density of Laplace's distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("laplace.logpdf", 0, logpdfOf, located)

/** The density of Laplace's distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("laplace.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of Laplace's distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled(
  "laplace.cdf",
  0,
  ({ y }) =>
    np.where(np.lessEqual(y, 0), np.multiply(0.5, np.exp(y)), np.subtract(1, np.multiply(0.5, np.exp(np.negative(y))))),
  located
)
