/**
 * Building blocks of neural networks: activations, normalisation, losses' parts, convolutions and initialisers.
 *
 * @since 0.1.0
 */
export * from "./nn/activations.ts"
export * from "./nn/convolution.ts"
export * as initializers from "./nn/initializers.ts"
