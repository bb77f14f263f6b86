/**
 * Linear algebra: JAX's numpy.linalg.
 *
 * @since 0.1.0
 */
export {}
