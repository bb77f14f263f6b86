/**
 * Polynomials and constants that elementary functions are computed with, for code generators of all devices.
 *
 * **When to use**
 *
 * To write the emitter of an elementary function: take the coefficients from here, so that every device has the same ones,
 * and so that a test compares the stated error with the function itself.
 *
 * **Details**
 *
 * Each entry has a variant for each precision: `float32` coefficients are float32 numbers, for arithmetic in float32;
 * `single` ones are for arithmetic in float64 whose result is rounded to float32; `full` ones for float64 results. Its
 * comment says which expression the polynomial stands for.
 *
 * @since 0.1.0
 */
export type { Approximation } from "./internal/approximations/approximation.ts"
export {
  halfPi,
  halfPiLow,
  ln2,
  log2eLow,
  piLow,
  twoOverPi,
  twoThirdsLow
} from "./internal/approximations/constants.ts"
export { erfcx, erfInvPieces, erfTail, logErfc } from "./internal/approximations/errorFunction.ts"
export {
  exp2Tail,
  expm1Tail,
  expNormal32,
  expTail,
  largestHyperbolic32
} from "./internal/approximations/exponential.ts"
export {
  digammaCentral,
  digammaNearTwo,
  digammaTail,
  digammaZero,
  lgammaCentral,
  lgammaNearOne,
  lgammaNearTwo,
  stirling,
  stirlingConstant
} from "./internal/approximations/gamma.ts"
export { asinhTail, sinhTail, tanhTail } from "./internal/approximations/hyperbolic.ts"
export { asinTail, atanTail } from "./internal/approximations/inverseTrigonometric.ts"
export { artanhSeries, artanhTail, artanhTailExtended, log1pTail } from "./internal/approximations/logarithm.ts"
export { cbrtStart, cubeRoots } from "./internal/approximations/power.ts"
export { cosTail, sinTail } from "./internal/approximations/trigonometric.ts"
