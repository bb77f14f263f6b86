/**
 * Cauchy's distribution.
 */
import * as np from "../../Numpy.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const up = (y: Any): Any => np.add(0.5, np.multiply(1 / Math.PI, np.arctan(y)))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }) =>
  np.negative(np.add(np.log(np.multiply(scale, Math.PI)), np.log1p(np.square(y))))

/** The logarithm of the density of Cauchy's distribution. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("cauchy.logpdf", 0, logpdfOf, located)

/** The density of Cauchy's distribution. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("cauchy.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled("cauchy.cdf", 0, ({ y }) => up(y), located)

/** The logarithm of the probability of values up to `x` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const logcdf: Of0<LocScale> = scaled("cauchy.logcdf", 0, ({ y }) => np.log(up(y)), located)

/** The probability of values above `x` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const sf: Of0<LocScale> = scaled("cauchy.sf", 0, ({ y }) => up(np.negative(y)), located)

/** The logarithm of the probability of values above `x` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const logsf: Of0<LocScale> = scaled("cauchy.logsf", 0, ({ y }) => np.log(up(np.negative(y))), located)

/** The value up to which the probability is `x`, the inverse of `cdf` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "cauchy.ppf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(np.tan(np.subtract(np.multiply(x, Math.PI), Math.PI / 2)), scale), loc),
  located
)

/** The value above which the probability is `x`, the inverse of `sf` of Cauchy's distribution. @category distributions @since 0.1.0 */
export const isf: Of0<LocScale> = scaled(
  "cauchy.isf",
  0,
  ({ loc, scale, x }) => np.add(np.multiply(np.tan(np.subtract(Math.PI / 2, np.multiply(x, Math.PI))), scale), loc),
  located
)
