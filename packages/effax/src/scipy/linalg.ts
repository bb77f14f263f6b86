/**
 * Linear algebra: JAX's scipy.linalg. Matrices are the last two axes; what SciPy calls `overwrite_a`, `check_finite` and so on has
 * no meaning here.
 *
 * @since 0.1.0
 */
export { det } from "../linalg/determinants.ts"
export { inv } from "../linalg/equations.ts"
export {
  choFactor,
  cholesky,
  type CholeskyOptions,
  eigh,
  type EighOptions,
  eighTridiagonal,
  type EighTridiagonalOptions,
  hessenberg,
  type HessenbergOptions,
  lu,
  luFactor,
  type LuOptions,
  polar,
  type PolarOptions,
  qr,
  type QrMode,
  qrMultiply,
  type QrMultiplyOptions,
  type QrOptions,
  rsf2csf,
  schur,
  type SchurOptions,
  svd,
  type SvdOptions
} from "./linalg/decompositions.ts"
export * from "./linalg/equations.ts"
export * from "./linalg/functions.ts"
export * from "./linalg/numbers.ts"
export * from "./linalg/patterns.ts"
