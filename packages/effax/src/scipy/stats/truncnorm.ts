/**
 * The normal distribution between `a` and `b`.
 */
import * as np from "../../Numpy.ts"
import * as special from "../special.ts"
import { type Any, type Located, type LocScale, type Of2, scaled } from "./distribution.ts"
import { located } from "./support.ts"

/** `log(exp(x) - exp(y))`. */
const logDifference = (x: Any, y: Any): Any => np.add(x, np.log1p(np.negative(np.exp(np.subtract(y, x)))))

/** The logarithm of the probability that the standard normal distribution has between two values. */
const logMass = (a: Any, b: Any): Any => {
  const isRight = np.greater(a, 0)
  const isLeft = np.lessEqual(b, 0)
  const low = np.where(isRight, np.negative(b), a)
  const high = np.where(isRight, np.negative(a), b)
  const tail = logDifference(special.logNdtr(high), special.logNdtr(low))
  const central = np.log1p(np.subtract(np.negative(special.ndtr(a)), special.ndtr(np.negative(b))))
  return np.where(np.logicalOr(isLeft, isRight), tail, central)
}

const logUpTo = (given: Any, a: Any, b: Any): Any => {
  // outside, derivatives are those of a constant
  const isInside = np.logicalAnd(np.greater(given, a), np.less(given, b))
  const y = np.where(isInside, given, np.divide(np.add(a, b), 2))
  const all = logMass(a, b)
  const below = np.subtract(logMass(a, y), all)
  const above = np.subtract(logMass(y, b), all)
  const precise = np.where(np.greater(below, -0.1), np.log1p(np.negative(np.exp(above))), below)
  const value = np.where(np.greaterEqual(given, b), 0, np.where(np.lessEqual(given, a), -Infinity, precise))
  return np.where(np.greaterEqual(a, b), NaN, value)
}

const logsfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a, b) =>
  logUpTo(np.negative(y), np.negative(b!), np.negative(a!))

const logpdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ scale, y }, a, b) => {
  const normal = np.divide(np.add(np.log(np.multiply(np.square(scale), 2 * Math.PI)), np.square(y)), -2)
  const isOutside = np.logicalOr(np.less(y, a!), np.greater(y, b!))
  return np.where(np.greaterEqual(a!, b!), NaN, np.where(isOutside, -Infinity, np.subtract(normal, logMass(a!, b!))))
}

const logcdfOf: (at: Located, ...own: ReadonlyArray<Any>) => Any = ({ y }, a, b) => logUpTo(y, a!, b!)

/** The logarithm of the density of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const logpdf: Of2<LocScale> = scaled("truncnorm.logpdf", 2, logpdfOf, located)

/** The density of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const pdf: Of2<LocScale> = scaled("truncnorm.pdf", 2, (at, ...own) => np.exp(logpdfOf(at, ...own)), located)

/** The logarithm of the probability of values up to `x` of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const logcdf: Of2<LocScale> = scaled("truncnorm.logcdf", 2, logcdfOf, located)

/** The probability of values up to `x` of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const cdf: Of2<LocScale> = scaled("truncnorm.cdf", 2, (at, ...own) => np.exp(logcdfOf(at, ...own)), located)

/** The logarithm of the probability of values above `x` of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const logsf: Of2<LocScale> = scaled("truncnorm.logsf", 2, logsfOf, located)

/** The probability of values above `x` of the normal distribution between `a` and `b`. @category distributions @since 0.1.0 */
export const sf: Of2<LocScale> = scaled("truncnorm.sf", 2, (at, ...own) => np.exp(logsfOf(at, ...own)), located)
