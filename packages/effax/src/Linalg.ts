/**
 * Linear algebra: JAX's numpy.linalg.
 *
 * **Details**
 *
 * Matrices are the last two axes of an array, and all axes before are batches. Integers become float32; the dtypes are those
 * of LAPACK: float32, float64, complex64 and complex128. A matrix without a result (singular, not positive definite, with NaN
 * in it, or one for which the algorithm does not converge) gives infinities or NaN and no error.
 *
 * @since 0.1.0
 */
export { det, slogdet, type SlogdetMethod, type SlogdetOptions, type SlogdetResult } from "./linalg/determinants.ts"
export {
  eig,
  eigh,
  type EighOptions,
  type EighResult,
  type EigResult,
  eigvals,
  eigvalsh,
  type Triangle
} from "./linalg/eigenvalues.ts"
export * from "./linalg/equations.ts"
export {
  cholesky,
  type CholeskyOptions,
  qr,
  type QrMode,
  type QrOptions,
  type QrResult
} from "./linalg/factorizations.ts"
export * from "./linalg/norms.ts"
export * from "./linalg/products.ts"
export { svd, type SvdOptions, type SvdResult, svdvals } from "./linalg/singularValues.ts"
