/**
 * The normal distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x }) => {
  const variance = np.square(scale)
  return np.divide(
    np.add(np.log(np.multiply(variance, 2 * Math.PI)), np.divide(np.square(np.subtract(x, loc)), variance)),
    -2
  )
}

/** The logarithm of the density of the normal distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("norm.logpdf", 0, logpdfOf, located)

/** The density of the normal distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("norm.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the normal distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled("norm.cdf", 0, ({ y }) => special.ndtr(y), located)

/** The logarithm of the probability of values up to `x` of the normal distribution. @category distributions @since 0.1.0 */
export const logcdf: Of0<LocScale> = scaled("norm.logcdf", 0, ({ y }) => special.logNdtr(y), located)

/** The probability of values above `x` of the normal distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled("norm.sf", 0, ({ y }) => special.ndtr(np.negative(y)), located)

/** The logarithm of the probability of values above `x` of the normal distribution. @category distributions @since 0.1.0 */
export const logsf: Of0<LocScale> = scaled("norm.logsf", 0, ({ y }) => special.logNdtr(np.negative(y)), located)

/** The value up to which the probability is `x`, the inverse of `cdf` of the normal distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "norm.ppf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(special.ndtri(x), scale), loc),
  located
)

/** The value above which the probability is `x`, the inverse of `sf` of the normal distribution. @category distributions @since 0.1.0 */
export const isf: Of0<LocScale> = scaled(
  "norm.isf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(special.ndtri(np.subtract(1, x)), scale), loc),
  located
)
