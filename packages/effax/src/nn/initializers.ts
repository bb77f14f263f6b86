/**
 * Initial values of parameters: functions of a key and a shape.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { checkChoice, checkOptions, type Known, knownOfDType } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as creation from "../numpy/creation.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as samplers from "../random/samplers.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** @category models @since 0.1.0 */
export interface Initializer {
  <const S extends Shape.Shape, D extends DType.Floating = "float32">(
    key: NdArray.Any,
    shape: S,
    options?: { readonly dtype?: D }
  ): NdArray.NdArray<NoInfer<D>, S>
}

const initializer = (
  sample: (key: NdArray.Any, shape: Shape.Shape, dtype: DType.Floating) => NdArray.Any
): Initializer =>
  ((key: NdArray.Any, shape: Shape.Shape, options: { dtype?: DType.Floating } = {}) => {
    const { dtype = "float32" } = checkOptions("initializer", options, knownOfDType)
    return sample(key, Shapes.validate("initializer", shape), dtype)
  }) as never

/**
 * Zeros, for biases.
 *
 * @category initializers
 * @since 0.1.0
 */
export const zeros = initializer((_, shape, dtype) => creation.zeros(shape, { dtype }))
/**
 * Ones, for scales.
 *
 * @category initializers
 * @since 0.1.0
 */
export const ones = initializer((_, shape, dtype) => creation.ones(shape, { dtype }))
/**
 * A constant value.
 *
 * @category initializers
 * @since 0.1.0
 */
export const constant = (value: number): Initializer =>
  initializer((_, shape, dtype) => creation.full(shape, value, { dtype }))
/** Uniform on `[0, scale)`. @category initializers @since 0.1.0 */
export const uniform = (scale = 0.01): Initializer =>
  initializer((key, shape, dtype) => primitive.mul(samplers.uniform(key, shape, { dtype }), scale))
/** Normal with mean 0. @category initializers @since 0.1.0 */
export const normal = (deviation = 0.01): Initializer =>
  initializer((key, shape, dtype) => primitive.mul(samplers.normal(key, shape, { dtype }), deviation))

/**
 * The positions of a parameter's input and output axes; all other axes are the receptive field. Dense kernels are
 * `[in, out]` by default, as in JAX; convolutions with channels first have `inAxis: 1, outAxis: 0`.
 *
 * @category models
 * @since 0.1.0
 */
export interface FanOptions {
  readonly inAxis?: number
  readonly outAxis?: number
}

const knownOfFan: Known<FanOptions> = { inAxis: true, outAxis: true }

const modes = { fanIn: true, fanOut: true, fanAverage: true } as const
const distributions = { truncatedNormal: true, normal: true, uniform: true } as const

/**
 * Variance scaling: mean 0 and variance `scale / n`, where `n` is the number of inputs, the number of outputs or the
 * mean of both.
 *
 * **Details**
 *
 * All axes except those of inputs and outputs are the receptive field, which multiplies both numbers. Throws a
 * `ShapeError` for a shape with fewer than two axes.
 *
 * @example
 * ```ts
 * import { Nn, Random } from "effax"
 *
 * const initialize = Nn.initializers.varianceScaling(2, "fanIn", "normal")
 * initialize(Random.key(0), [784, 256]).shape // => [784, 256]
 * ```
 *
 * @category initializers
 * @since 0.1.0
 */
export const varianceScaling = (
  scale: number,
  mode: "fanIn" | "fanOut" | "fanAverage",
  distribution: "truncatedNormal" | "normal" | "uniform",
  options: FanOptions = {}
): Initializer => scaling("varianceScaling", scale, mode, distribution, options)

const scaling = (
  operation: string,
  scale: number,
  mode: keyof typeof modes,
  distribution: keyof typeof distributions,
  options: FanOptions
): Initializer => {
  const { inAxis: from = -2, outAxis: to = -1 } = checkOptions(operation, options, knownOfFan)
  checkChoice(operation, "mode", mode, modes)
  checkChoice(operation, "distribution", distribution, distributions)
  return initializer((key, shape, dtype) => {
    if (shape.length < 2) {
      throw new ShapeError({
        operation,
        message: `${operation}: inputs and outputs need two axes at least, got shape ${Shapes.format(shape)}`
      })
    }
    const inAxis = Shapes.normalizeAxis(operation, from, shape.length)
    const outAxis = Shapes.normalizeAxis(operation, to, shape.length)
    const field = Shapes.size(shape) / shape[inAxis]! / shape[outAxis]!
    const fanIn = shape[inAxis]! * field
    const fanOut = shape[outAxis]! * field
    const n = mode === "fanIn" ? fanIn : mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2
    const variance = scale / Math.max(1, n)
    switch (distribution) {
      case "normal":
        return primitive.mul(samplers.normal(key, shape, { dtype }), Math.sqrt(variance))
      case "truncatedNormal":
        // the standard deviation of a standard normal that is truncated at 2 deviations
        return primitive.mul(
          samplers.truncatedNormal(key, -2, 2, shape, { dtype }),
          Math.sqrt(variance) / 0.87962566103423978
        )
      case "uniform":
        return primitive.mul(
          samplers.uniform(key, shape, { dtype, minval: -1, maxval: 1 }),
          Math.sqrt(3 * variance)
        )
    }
  })
}

/**
 * Glorot and Bengio 2010, uniform; also called Xavier.
 *
 * **When to use**
 *
 * For layers followed by tanh or a sigmoid.
 *
 * @category initializers
 * @since 0.1.0
 */
export const glorotUniform = (options: FanOptions = {}): Initializer =>
  scaling("glorotUniform", 1, "fanAverage", "uniform", options)
/** Glorot and Bengio 2010, normal. @category initializers @since 0.1.0 */
export const glorotNormal = (options: FanOptions = {}): Initializer =>
  scaling("glorotNormal", 1, "fanAverage", "truncatedNormal", options)
/** He et al. 2015, uniform. @category initializers @since 0.1.0 */
export const heUniform = (options: FanOptions = {}): Initializer => scaling("heUniform", 2, "fanIn", "uniform", options)
/**
 * He et al. 2015, normal.
 *
 * **When to use**
 *
 * For layers followed by {@link relu}.
 *
 * @example
 * ```ts
 * import { Nn, Random } from "effax"
 *
 * const dense = Nn.initializers.heNormal()(Random.key(0), [784, 256])
 * dense.shape // => [784, 256]
 * // a kernel with channels first
 * const kernel = Nn.initializers.heNormal({ inAxis: 1, outAxis: 0 })(Random.key(1), [16, 8, 3, 3])
 * kernel.dtype // => "float32"
 * ```
 *
 * @category initializers
 * @since 0.1.0
 */
export const heNormal = (options: FanOptions = {}): Initializer =>
  scaling("heNormal", 2, "fanIn", "truncatedNormal", options)
/** LeCun 1998, uniform. @category initializers @since 0.1.0 */
export const lecunUniform = (options: FanOptions = {}): Initializer =>
  scaling("lecunUniform", 1, "fanIn", "uniform", options)
/** LeCun 1998, normal. @category initializers @since 0.1.0 */
export const lecunNormal = (options: FanOptions = {}): Initializer =>
  scaling("lecunNormal", 1, "fanIn", "truncatedNormal", options)
