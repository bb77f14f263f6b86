/**
 * JAX's scipy.sparse: iterative solvers.
 *
 * @since 0.1.0
 */
export * as linalg from "./sparse/linalg.ts"
