/**
 * The logistic distribution.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.subtract(np.multiply(-2, np.logaddexp(np.divide(y, 2), np.divide(y, -2))), np.log(scale))

/** The logarithm of the density of the logistic distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("logistic.logpdf", 0, logpdfOf, located)

/** The density of the logistic distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("logistic.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the logistic distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled("logistic.cdf", 0, ({ y }) => special.expit(y), located)

/** The probability of values above `x` of the logistic distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled("logistic.sf", 0, ({ y }) => special.expit(np.negative(y)), located)

/** The value up to which the probability is `x`, the inverse of `cdf` of the logistic distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "logistic.ppf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(special.logit(x), scale), loc),
  located
)

/** The value above which the probability is `x`, the inverse of `sf` of the logistic distribution. @category distributions @since 0.1.0 */
export const isf: Of0<LocScale> = scaled(
  "logistic.isf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(np.negative(special.logit(x)), scale), loc),
  located
)
