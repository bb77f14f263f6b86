/**
 * The gamma distribution of shape `a`.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of1, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const positive = (y: Any): Any => np.maximum(y, 0)

const sfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a) =>
  np.where(np.less(y, 0), 1, special.gammaincc(a!, y))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x, y }, a) => {
  const isInside = np.greaterEqual(x, loc)
  const safe = np.where(isInside, y, 1)
  return np.where(
    isInside,
    np.subtract(np.subtract(special.xlogy(np.subtract(a!, 1), safe), safe), np.add(special.gammaln(a!), np.log(scale))),
    -Infinity
  )
}

const cdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a) => special.gammainc(a!, positive(y))

/** The logarithm of the density of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const logpdf: Of1<LocScale> = scaled("gamma.logpdf", 1, logpdfOf, located)

/** The density of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const pdf: Of1<LocScale> = scaled("gamma.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const cdf: Of1<LocScale> = scaled("gamma.cdf", 1, cdfOf, located)

/** The logarithm of the probability of values up to `x` of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const logcdf: Of1<LocScale> = scaled("gamma.logcdf", 1, (at, ...own) => np.log(cdfOf(at, ...own)), located)

/** The probability of values above `x` of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const sf: Of1<LocScale> = scaled("gamma.sf", 1, sfOf, located)

/** The logarithm of the probability of values above `x` of the gamma distribution of shape `a`. @category distributions @since 0.1.0 */
export const logsf: Of1<LocScale> = scaled("gamma.logsf", 1, (at, ...own) => np.log(sfOf(at, ...own)), located)
