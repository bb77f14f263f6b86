/**
 * The right-skewed Gumbel distribution.
 */
import { log1mexp } from "../../Nn.ts"
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.where(np.greater(scale, 0), np.add(special.xlogy(-1, scale), np.negative(np.add(y, np.exp(np.negative(y))))), NaN)

const logcdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.where(np.greater(scale, 0), np.negative(np.exp(np.negative(y))), NaN)

/** The logarithm of the density of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("gumbelR.logpdf", 0, logpdfOf, located)

/** The density of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("gumbelR.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The logarithm of the probability of values up to `x` of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logcdf: Of0<LocScale> = scaled("gumbelR.logcdf", 0, logcdfOf, located)

/** The probability of values up to `x` of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled("gumbelR.cdf", 0, (at, ...own) => np.exp(logcdfOf(at, ...own)), located)

/** The probability of values above `x` of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled(
  "gumbelR.sf",
  0,
  ({ scale, y }) => np.where(np.greater(scale, 0), np.subtract(1, np.exp(np.negative(np.exp(np.negative(y))))), NaN),
  located
)

/** The logarithm of the probability of values above `x` of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const logsf: Of0<LocScale> = scaled(
  "gumbelR.logsf",
  0,
  ({ scale, y }) => np.where(np.greater(scale, 0), log1mexp(np.exp(np.negative(y))), NaN),
  located
)

/** The value up to which the probability is `x`, the inverse of `cdf` of the right-skewed Gumbel distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "gumbelR.ppf",
  0,
  ({ loc, scale, x }) =>
    np.where(
      np.logicalAnd(np.greater(x, 0), np.less(x, 1)),
      np.subtract(loc, np.multiply(scale, np.log(special.xlogy(-1, x)))),
      NaN
    ),
  located
)
