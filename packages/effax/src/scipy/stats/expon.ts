/**
 * The exponential distribution.
 */
import * as np from "../../Numpy.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { isNoProbability, located } from "./support.ts"

const logsfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, x, y }) =>
  np.where(np.less(x, loc), 0, np.negative(y))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x, y }) =>
  np.where(np.less(x, loc), -Infinity, np.negative(np.add(y, np.log(scale))))

/** The logarithm of the density of the exponential distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("expon.logpdf", 0, logpdfOf, located)

/** The density of the exponential distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("expon.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the exponential distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled(
  "expon.cdf",
  0,
  ({ loc, x, y }) => np.where(np.less(x, loc), 0, np.negative(np.expm1(np.negative(y)))),
  located
)

/** The logarithm of the probability of values above `x` of the exponential distribution. @category distributions @since 0.1.0 */
export const logsf: Of0<LocScale> = scaled("expon.logsf", 0, logsfOf, located)

/** The probability of values above `x` of the exponential distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled("expon.sf", 0, (at, ...own) => np.exp(logsfOf(at, ...own)), located)

/** The logarithm of the probability of values up to `x` of the exponential distribution. @category distributions @since 0.1.0 */
export const logcdf: Of0<LocScale> = scaled(
  "expon.logcdf",
  0,
  (at) => np.log1p(np.negative(np.exp(logsfOf(at)))),
  located
)

/** The value up to which the probability is `x`, the inverse of `cdf` of the exponential distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "expon.ppf",
  0,
  ({ loc, scale, x }) =>
    np.where(isNoProbability(x), NaN, np.subtract(loc, np.multiply(scale, np.log1p(np.negative(x))))),
  located
)
