/**
 * Elementary functions as vector code: see README.md.
 */
export { Constants, type ConstantsMode, GlobalConstants } from "./constants.ts"
export { Float32Lanes, Float64Lanes, type MathContext, type VectorLocal } from "./lanes.ts"
export { MathLibrary, type MathOptions } from "./library.ts"
export { functions, type MathFunction } from "./table.ts"
