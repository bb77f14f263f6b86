/**
 * Elementary functions that JavaScript lacks or defines differently from C.
 */

/** C99's pow: 1 to any power, NaN included, is 1, and -1 to an infinite power is 1. */
export const pow = (x: number, y: number): number => x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y

/** 1 / (1 + exp(-x)), computed from the side that does not overflow. */
export const logistic = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** Rounds halves away from zero. Adding a half and truncating would round the number just below a half up. */
export const roundAway = (x: number): number => {
  const whole = Math.trunc(x)
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole
}

/** Rounds halves to even; keeps the sign of zero. */
export const roundEven = (x: number): number => {
  const whole = Math.trunc(x)
  const rest = Math.abs(x - whole)
  return rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + Math.sign(x) : whole
}

/** The larger one, or NaN if either is NaN; 0 is larger than -0. */
export const max = (x: number, y: number): number => Math.max(x, y)
/** The smaller one, or NaN if either is NaN; -0 is smaller than 0. */
export const min = (x: number, y: number): number => Math.min(x, y)
