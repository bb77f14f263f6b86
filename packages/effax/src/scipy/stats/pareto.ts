/**
 * Pareto's distribution.
 */
import * as np from "../../Numpy.ts"
import { type Any, type Located, type LocScale, type Of1, scaled } from "./distribution.ts"
import { isNoProbability, located } from "./support.ts"

const isBelow = ({ loc, scale, x }: Located): Any => np.less(x, np.add(loc, scale))

const logsfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = (at, b) =>
  np.where(isBelow(at), 0, np.negative(np.multiply(b!, np.log(at.y))))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = (at, b) =>
  np.where(
    isBelow(at),
    -Infinity,
    np.negative(np.add(np.log(np.divide(at.scale, b!)), np.multiply(np.add(b!, 1), np.log(at.y))))
  )

/** The logarithm of the density of Pareto's distribution. @category distributions @since 0.1.0 */
export const logpdf: Of1<LocScale> = scaled("pareto.logpdf", 1, logpdfOf, located)

/** The density of Pareto's distribution. @category distributions @since 0.1.0 */
export const pdf: Of1<LocScale> = scaled("pareto.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of Pareto's distribution. @category distributions @since 0.1.0 */
export const cdf: Of1<LocScale> = scaled(
  "pareto.cdf",
  1,
  (at, b) => np.where(isBelow(at), 0, np.subtract(1, np.power(at.y, np.negative(b!)))),
  located
)

/** The logarithm of the probability of values up to `x` of Pareto's distribution. @category distributions @since 0.1.0 */
export const logcdf: Of1<LocScale> = scaled(
  "pareto.logcdf",
  1,
  (at, b) => np.where(isBelow(at), -Infinity, np.log1p(np.negative(np.power(at.y, np.negative(b!))))),
  located
)

/** The logarithm of the probability of values above `x` of Pareto's distribution. @category distributions @since 0.1.0 */
export const logsf: Of1<LocScale> = scaled("pareto.logsf", 1, logsfOf, located)

/** The probability of values above `x` of Pareto's distribution. @category distributions @since 0.1.0 */
export const sf: Of1<LocScale> = scaled("pareto.sf", 1, (at, ...own) => np.exp(logsfOf(at, ...own)), located)

/** The value up to which the probability is `x`, the inverse of `cdf` of Pareto's distribution. @category distributions @since 0.1.0 */
export const ppf: Of1<LocScale> = scaled(
  "pareto.ppf",
  1,
  ({ loc, scale, x }, b) =>
    np.where(
      isNoProbability(x),
      NaN,
      np.add(loc, np.multiply(scale, np.power(np.subtract(1, x), np.negative(np.divide(1, b!)))))
    ),
  located
)
