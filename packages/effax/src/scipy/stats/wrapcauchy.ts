/**
 * Cauchy's distribution wrapped around the circle.
 */
import * as np from "../../Numpy.ts"
import { type Any, type None, type Of1, standard } from "./distribution.ts"

const logpdfOf: (x: Any, ...own: ReadonlyArray<Any>) => Any = (x, c) => {
  const value = np.subtract(
    np.subtract(np.log(np.subtract(1, np.square(c!))), Math.log(2 * Math.PI)),
    np.log(np.subtract(np.add(1, np.square(c!)), np.multiply(np.multiply(2, c!), np.cos(x))))
  )
  const isInside = np.logicalAnd(np.greaterEqual(x, 0), np.lessEqual(x, 2 * Math.PI))
  return np.where(np.logicalAnd(np.greater(c!, 0), np.less(c!, 1)), np.where(isInside, value, -Infinity), NaN)
}

/** The logarithm of the density of Cauchy's distribution wrapped around the circle. @category distributions @since 0.1.0 */
export const logpdf: Of1<None> = standard("wrapcauchy.logpdf", 1, logpdfOf)

/** The density of Cauchy's distribution wrapped around the circle. @category distributions @since 0.1.0 */
export const pdf: Of1<None> = standard("wrapcauchy.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)))
