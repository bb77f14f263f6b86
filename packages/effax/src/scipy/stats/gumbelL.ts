/**
 * The left-skewed Gumbel distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logsfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.where(np.greater(scale, 0), np.negative(np.exp(y)), NaN)

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.where(np.greater(scale, 0), np.add(special.xlogy(-1, scale), np.subtract(y, np.exp(y))), NaN)

const logcdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.where(np.greater(scale, 0), np.log(np.negative(np.expm1(np.negative(np.exp(y))))), NaN)

/** The logarithm of the density of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("gumbelL.logpdf", 0, logpdfOf, located)

/** The density of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("gumbelL.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The logarithm of the probability of values up to `x` of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logcdf: Of0<LocScale> = scaled("gumbelL.logcdf", 0, logcdfOf, located)

/** The probability of values up to `x` of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled("gumbelL.cdf", 0, (at, ...own) => np.exp(logcdfOf(at, ...own)), located)

/** The logarithm of the probability of values above `x` of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logsf: Of0<LocScale> = scaled("gumbelL.logsf", 0, logsfOf, located)

/** The probability of values above `x` of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled("gumbelL.sf", 0, (at, ...own) => np.exp(logsfOf(at, ...own)), located)

/** The value up to which the probability is `x`, the inverse of `cdf` of the left-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "gumbelL.ppf",
  0,
  ({ loc, scale, x }) =>
    np.where(
      np.logicalAnd(np.greater(x, 0), np.less(x, 1)),
      np.add(loc, np.multiply(scale, np.log(special.xlog1py(-1, np.negative(x))))),
      NaN
    ),
  located
)
