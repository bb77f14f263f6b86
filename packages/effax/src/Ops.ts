/**
 * Operations on segments of an array: JAX's ops.
 *
 * @since 0.1.0
 */
export * from "./ops/segments.ts"
