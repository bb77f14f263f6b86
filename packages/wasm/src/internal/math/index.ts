/**
 * Elementary functions as vector code: see README.md.
 */
export { Constants, type ConstantsMode, GlobalConstants } from "./constants.ts"
export { Float32Lanes, Float64Lanes, type MathContext, type VectorLocal } from "./lanes.ts"
export { MathLibrary, type MathOptions } from "./library.ts"
export {
  binaryNames,
  float32Functions,
  float64Functions,
  type Float32Function,
  type Float64Function,
  type MathFunction,
  unaryNames
} from "./table.ts"
