/**
 * JAX's SciPy, a namespace for each of its modules.
 *
 * @since 0.1.0
 */
export * as linalg from "./scipy/linalg.ts"
export * as sparse from "./scipy/sparse.ts"
export * as special from "./scipy/special.ts"
export * as stats from "./scipy/stats.ts"
