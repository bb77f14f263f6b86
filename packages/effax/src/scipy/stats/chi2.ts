/**
 * The chi-squared distribution of `df` degrees of freedom.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of1, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const half = (y: Any): Any => np.maximum(np.divide(y, 2), 0)

const sfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, df) =>
  special.gammaincc(np.divide(df!, 2), half(y))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x, y }, df) => {
  const h = np.divide(df!, 2)
  const kernel = np.subtract(np.multiply(np.subtract(h, 1), np.log(y)), np.divide(y, 2))
  const constant = np.negative(np.add(special.gammaln(h), np.multiply(Math.LN2 / 2, df!)))
  return np.where(np.less(x, loc), -Infinity, np.add(np.subtract(constant, np.log(scale)), kernel))
}

const cdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, df) =>
  special.gammainc(np.divide(df!, 2), half(y))

/** The logarithm of the density of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const logpdf: Of1<LocScale> = scaled("chi2.logpdf", 1, logpdfOf, located)

/** The density of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const pdf: Of1<LocScale> = scaled("chi2.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const cdf: Of1<LocScale> = scaled("chi2.cdf", 1, cdfOf, located)

/** The logarithm of the probability of values up to `x` of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const logcdf: Of1<LocScale> = scaled("chi2.logcdf", 1, (at, ...own) => np.log(cdfOf(at, ...own)), located)

/** The probability of values above `x` of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const sf: Of1<LocScale> = scaled("chi2.sf", 1, sfOf, located)

/** The logarithm of the probability of values above `x` of the chi-squared distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const logsf: Of1<LocScale> = scaled("chi2.logsf", 1, (at, ...own) => np.log(sfOf(at, ...own)), located)
