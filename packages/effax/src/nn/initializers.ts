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
import { inTheMiddle, orthogonalArray } from "./orthogonal.ts"

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

/** Options of {@link truncatedNormal}. @category models @since 0.1.0 */
export interface TruncatedNormalOptions {
  /** The least value, in deviations; -2 by default. */
  readonly lower?: number
  /** The largest value, in deviations; 2 by default. */
  readonly upper?: number
}

const knownOfTruncated: Known<TruncatedNormalOptions> = { lower: true, upper: true }

/**
 * Normal with mean 0, without values that are more than 2 deviations away.
 *
 * **Gotchas**
 *
 * `deviation` is that of the normal distribution before it is truncated, as in JAX.
 *
 * @category initializers
 * @since 0.1.0
 */
export const truncatedNormal = (deviation = 0.01, options: TruncatedNormalOptions = {}): Initializer => {
  const { lower = -2, upper = 2 } = checkOptions("truncatedNormal", options, knownOfTruncated)
  return initializer((key, shape, dtype) =>
    primitive.mul(samplers.truncatedNormal(key, lower, upper, shape, { dtype }), deviation)
  )
}

/**
 * The positions of a parameter's input and output axes; all other axes are the receptive field. Dense kernels are
 * `[in, out]` by default, as in JAX; convolutions with channels first have `inAxis: 1, outAxis: 0`.
 *
 * @category models
 * @since 0.1.0
 */
export interface FanOptions {
  /** The axis of inputs, or several: -2 by default. */
  readonly inAxis?: number | ReadonlyArray<number>
  /** The axis of outputs, or several: -1 by default. */
  readonly outAxis?: number | ReadonlyArray<number>
  /** Axes of independent parameters, such as heads, which count for neither: none by default. */
  readonly batchAxis?: number | ReadonlyArray<number>
}

const knownOfFan: Known<FanOptions> = { inAxis: true, outAxis: true, batchAxis: true }

type Divisor = (fanIn: number, fanOut: number) => number

const average: Divisor = (fanIn, fanOut) => (fanIn + fanOut) / 2

const modes = {
  fanIn: (fanIn) => fanIn,
  fanOut: (_, fanOut) => fanOut,
  fanAverage: average,
  fanAvg: average,
  fanGeoAvg: (fanIn, fanOut) => Math.sqrt(fanIn * fanOut)
} as const satisfies { readonly [mode: string]: Divisor }
const distributions = { truncatedNormal: true, normal: true, uniform: true } as const

/**
 * Variance scaling: mean 0 and variance `scale / n`, where `n` is the number of inputs, the number of outputs or the
 * mean of both: `"fanAverage"` (also `"fanAvg"`, as JAX), or the geometric one, `"fanGeoAvg"`.
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
  mode: keyof typeof modes,
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
  const { batchAxis = [], inAxis: from = -2, outAxis: to = -1 } = checkOptions(operation, options, knownOfFan)
  checkChoice(operation, "mode", mode, modes)
  checkChoice(operation, "distribution", distribution, distributions)
  return initializer((key, shape, dtype) => {
    if (shape.length < 2) {
      throw new ShapeError({
        operation,
        message: `${operation}: inputs and outputs need two axes at least, got shape ${Shapes.format(shape)}`
      })
    }
    const product = (axes: number | ReadonlyArray<number>) =>
      Shapes.normalizeAxes(operation, axes, shape.length).reduce((n, axis) => n * shape[axis]!, 1)
    const [inputs, outputs] = [product(from), product(to)]
    const field = Shapes.size(shape) / inputs / outputs / product(batchAxis)
    const n = modes[mode](inputs * field, outputs * field)
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
export {
  glorotNormal as xavierNormal,
  glorotUniform as xavierUniform,
  heNormal as kaimingNormal,
  heUniform as kaimingUniform
}

/** Options of {@link orthogonal}. @category models @since 0.1.0 */
export interface OrthogonalOptions {
  /** A factor of the matrix; 1 by default. */
  readonly scale?: number
  /** The axis of columns; the last by default. */
  readonly columnAxis?: number
}

const knownOfOrthogonal: Known<OrthogonalOptions> = { scale: true, columnAxis: true }

/**
 * A matrix with orthonormal columns, or rows if there are fewer, uniformly distributed (Saxe et al. 2014).
 *
 * **When to use**
 *
 * For recurrent layers: the matrix keeps the length of vectors.
 *
 * **Details**
 *
 * All axes but `columnAxis` are rows. Throws a `ShapeError` for fewer than two axes.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np, Random } from "effax"
 *
 * const q = Nn.initializers.orthogonal()(Random.key(0), [2, 2])
 * np.round(np.matmul(np.transpose(q), q)) // => [[1, 0], [0, 1]]
 * ```
 *
 * @category initializers
 * @since 0.1.0
 */
export const orthogonal = (options: OrthogonalOptions = {}): Initializer => {
  const { columnAxis = -1, scale = 1 } = checkOptions("orthogonal", options, knownOfOrthogonal)
  return initializer((key, shape, dtype) => {
    if (shape.length < 2) {
      throw new ShapeError({
        operation: "orthogonal",
        message: `orthogonal: a matrix has two axes at least, got shape ${Shapes.format(shape)}`
      })
    }
    const axis = Shapes.normalizeAxis("orthogonal", columnAxis, shape.length)
    if (shape.includes(0)) return creation.zeros(shape, { dtype })
    return primitive.mul(orthogonalArray(key, shape, axis, dtype), scale)
  })
}

/**
 * Kernels of convolutions, `[...window, in, out]`, that are an orthogonal matrix in the middle of the window and 0 elsewhere
 * (Xiao et al. 2018).
 *
 * **Details**
 *
 * Throws a `ShapeError` unless there are 1 to 3 spatial axes, and at least as many outputs as inputs.
 *
 * @example
 * ```ts
 * import { Nn, Random } from "effax"
 *
 * Nn.initializers.deltaOrthogonal()(Random.key(0), [3, 3, 8, 16]).shape // => [3, 3, 8, 16]
 * ```
 *
 * @category initializers
 * @since 0.1.0
 */
export const deltaOrthogonal = (options: OrthogonalOptions = {}): Initializer => {
  const { columnAxis = -1, scale = 1 } = checkOptions("deltaOrthogonal", options, knownOfOrthogonal)
  return initializer((key, shape, dtype) => {
    const window = shape.slice(0, -2)
    const matrix = shape.slice(-2)
    if (window.length < 1 || window.length > 3 || matrix[0]! > matrix[1]!) {
      throw new ShapeError({
        operation: "deltaOrthogonal",
        message:
          "deltaOrthogonal: expected [...window, in, out] with 1 to 3 spatial axes and no more inputs than outputs, " +
          `got ${Shapes.format(shape)}`
      })
    }
    if (shape.includes(0)) return creation.zeros(shape, { dtype })
    const axis = Shapes.normalizeAxis("deltaOrthogonal", columnAxis, 2)
    return inTheMiddle(primitive.mul(orthogonalArray(key, matrix, axis, dtype), scale), window)
  })
}
