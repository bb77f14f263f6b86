/**
 * Von Mises' distribution of angles.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type None, type Of1, standard } from "./distribution.ts"

const logpdfOf: (x: Any, ...own: ReadonlyArray<Any>) => Any = (x, kappa) =>
  np.where(
    np.greater(kappa!, 0),
    np.subtract(np.multiply(kappa!, np.subtract(np.cos(x), 1)), np.log(np.multiply(2 * Math.PI, special.i0e(kappa!)))),
    NaN
  )

/** The logarithm of the density of von Mises' distribution of angles. @category distributions @since 0.1.0 */
export const logpdf: Of1<None> = standard("vonmises.logpdf", 1, logpdfOf)

/** The density of von Mises' distribution of angles. @category distributions @since 0.1.0 */
export const pdf: Of1<None> = standard("vonmises.pdf", 1, (at, ...own) => np.exp(logpdfOf(at, ...own)))
