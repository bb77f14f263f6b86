/**
 * Parts of the formulas of distributions.
 */
import * as np from "../../Numpy.ts"
import type { Any } from "./distribution.ts"

/** `(x - loc) / scale`. */
export const located = (x: Any, loc: Any, scale: Any): Any => np.divide(np.subtract(x, loc), scale)

/** Whether a number is NaN or not between 0 and 1. */
export const isNoProbability = (q: Any): Any => np.logicalOr(np.isnan(q), np.logicalOr(np.less(q, 0), np.greater(q, 1)))
