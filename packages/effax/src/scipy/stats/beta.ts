/**
 * The beta distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of2, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const inside = (y: Any): Any => np.clip(y, 0, 1)

const sfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a, b) =>
  special.betainc(b!, a!, np.subtract(1, inside(y)))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ loc, scale, x, y }, a, b) => {
  const terms = np.add(special.xlogy(np.subtract(a!, 1), y), special.xlog1py(np.subtract(b!, 1), np.negative(y)))
  const value = np.subtract(np.add(np.negative(special.betaln(a!, b!)), terms), np.log(scale))
  const isOutside = np.logicalOr(np.greater(x, np.add(loc, scale)), np.less(x, loc))
  const isWrong = np.logicalOr(np.logicalOr(np.lessEqual(a!, 0), np.lessEqual(b!, 0)), np.lessEqual(scale, 0))
  return np.where(isWrong, NaN, np.where(isOutside, -Infinity, value))
}

const cdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a, b) => special.betainc(a!, b!, inside(y))

/** The logarithm of the density of the beta distribution. @category distributions @since 0.1.0 */
export const logpdf: Of2<LocScale> = scaled("beta.logpdf", 2, logpdfOf, located)

/** The density of the beta distribution. @category distributions @since 0.1.0 */
export const pdf: Of2<LocScale> = scaled("beta.pdf", 2, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the beta distribution. @category distributions @since 0.1.0 */
export const cdf: Of2<LocScale> = scaled("beta.cdf", 2, cdfOf, located)

/** The logarithm of the probability of values up to `x` of the beta distribution. @category distributions @since 0.1.0 */
export const logcdf: Of2<LocScale> = scaled("beta.logcdf", 2, (at, ...own) => np.log(cdfOf(at, ...own)), located)

/** The probability of values above `x` of the beta distribution. @category distributions @since 0.1.0 */
export const sf: Of2<LocScale> = scaled("beta.sf", 2, sfOf, located)

/** The logarithm of the probability of values above `x` of the beta distribution. @category distributions @since 0.1.0 */
export const logsf: Of2<LocScale> = scaled("beta.logsf", 2, (at, ...own) => np.log(sfOf(at, ...own)), located)
