/**
 * Student's t distribution of `df` degrees of freedom.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of1, scaled } from "./distribution.ts"
import { located } from "./support.ts"

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }, df) => {
  const h = np.divide(df!, 2)
  const h1 = np.add(h, 0.5)
  const normalizer = np.subtract(
    np.add(special.gammaln(h), np.divide(np.log(np.multiply(np.multiply(np.square(scale), Math.PI), df!)), 2)),
    special.gammaln(h1)
  )
  return np.negative(np.add(normalizer, np.multiply(h1, np.log1p(np.divide(np.square(y), df!)))))
}

/** The logarithm of the density of Student's t distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const logpdf: Of1<LocScale> = scaled("t.logpdf", 1, logpdfOf, located)

/** The density of Student's t distribution of `df` degrees of freedom. @category distributions @since 0.1.0 */
export const pdf: Of1<LocScale> = scaled("t.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)
