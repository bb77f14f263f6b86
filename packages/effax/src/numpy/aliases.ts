/**
 * Second names that NumPy has for functions.
 */
export { abs as absolute, divide as trueDivide, power as pow, remainder as mod, round as around } from "./arithmetic.ts"
export {
  bitwiseNot as bitwiseInvert,
  bitwiseNot as invert,
  leftShift as bitwiseLeftShift,
  rightShift as bitwiseRightShift
} from "./comparison.ts"
export {
  arccos as acos,
  arccosh as acosh,
  arcsin as asin,
  arcsinh as asinh,
  arctan as atan,
  arctan2 as atan2,
  arctanh as atanh,
  deg2rad as radians,
  rad2deg as degrees
} from "./elementary.ts"
export { concatenate as concat } from "./joining.ts"
export { transpose as permuteDims } from "./manipulation.ts"
export { max as amax, min as amin } from "./reduction.ts"
