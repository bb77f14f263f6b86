/**
 * The uniform distribution from `loc` to `loc + scale`.
 */
import * as np from "../../Numpy.ts"
import { type Any, type Located, type LocScale, type Of0, scaled } from "./distribution.ts"
import { isNoProbability, located } from "./support.ts"

const isOutside = ({ loc, scale, x }: Located): Any => np.logicalOr(np.greater(x, np.add(loc, scale)), np.less(x, loc))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = (at) =>
  np.where(isOutside(at), -Infinity, np.negative(np.log(at.scale)))

/** The logarithm of the density of the uniform distribution from `loc` to `loc + scale`. @category distributions @since 0.1.0 */
export const logpdf: Of0<LocScale> = scaled("uniform.logpdf", 0, logpdfOf, located)

/** The density of the uniform distribution from `loc` to `loc + scale`. @category distributions @since 0.1.0 */
export const pdf: Of0<LocScale> = scaled("uniform.pdf", 0, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The probability of values up to `x` of the uniform distribution from `loc` to `loc + scale`. @category distributions @since 0.1.0 */
export const cdf: Of0<LocScale> = scaled(
  "uniform.cdf",
  0,
  ({ loc, scale, x, y }) =>
    np.where(np.less(x, loc), 0, np.where(np.greater(x, np.add(loc, scale)), 1, np.where(np.isnan(x), 0, y))),
  located
)

/** The value up to which the probability is `x`, the inverse of `cdf` of the uniform distribution from `loc` to `loc + scale`. @category distributions @since 0.1.0 */
export const ppf: Of0<LocScale> = scaled(
  "uniform.ppf",
  0,
  ({ loc, scale, x }) => np.where(isNoProbability(x), NaN, np.add(loc, np.multiply(scale, x))),
  located
)
