/**
 * Building blocks of neural networks: activations, attention, normalisation, losses' parts, convolutions, pooling and
 * initialisers.
 *
 * @since 0.1.0
 */
export {
  celu,
  elu,
  type EluOptions,
  gelu,
  type GeluOptions,
  identity,
  leakyRelu,
  type LeakyReluOptions,
  log1mexp,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softSign,
  squareplus,
  type SquareplusOptions,
  swish,
  tanh
} from "./nn/activations.ts"
export * from "./nn/attention.ts"
export * from "./nn/convolution.ts"
export * from "./nn/glu.ts"
export * from "./nn/hardActivations.ts"
export * as initializers from "./nn/initializers.ts"
export * from "./nn/logsumexp.ts"
export * from "./nn/oneHot.ts"
export * from "./nn/pooling.ts"
export * from "./nn/softmax.ts"
export * from "./nn/standardize.ts"
