/**
 * Mathematical constants, as JavaScript numbers: beside an array they take its dtype.
 */

/** The ratio of a circle's circumference to its diameter. @category constants @since 0.1.0 */
export const pi = Math.PI
/** The base of the natural logarithm. @category constants @since 0.1.0 */
export const e = Math.E
/** Euler's constant, the limit of `1 + 1/2 + ... + 1/n - log(n)`. @category constants @since 0.1.0 */
export const eulerGamma = 0.577215664901532860606512090082
/** Infinity. @category constants @since 0.1.0 */
export const inf = Infinity
/** Not a number. @category constants @since 0.1.0 */
export const nan = NaN
