/**
 * Discrete Fourier transforms: JAX's numpy.fft.
 *
 * @since 0.1.0
 */
export * from "./fft/frequencies.ts"
export * from "./fft/transforms.ts"
