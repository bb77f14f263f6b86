/**
 * Activation functions, softmax and its relatives.
 */
import * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkNoOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { countIn, masked, type Where } from "../numpy/masks.ts"
import {
  type ArrayLike,
  asArray,
  asDType,
  broadcast,
  type DTypeOf,
  promoteInexact,
  promoteNumeric,
  type ShapeOf
} from "../numpy/operands.ts"
import type { ToNumeric } from "../numpy/signatures.ts"
import * as parts from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import { saturate } from "../primitive/positions.ts"
import * as reduce from "../primitive/reduction.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

interface Activation {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
}

const activation = (name: string, apply: (x: NdArray.Any) => NdArray.Any): Activation =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    return apply(promoteInexact(name, [x])[0]!)
  }) as never

/**
 * `max(x, 0)`, with derivative 0 at 0; booleans are converted to int32.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.relu(np.array([-1, 0, 2])) // => [0, 0, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const relu = ((x: ArrayLike, behind: unknown) => {
  checkNoOptions("relu", behind)
  const [array] = promoteNumeric("relu", [x]) as unknown as [NdArray.Any]
  // NaN and negative elements have a value, but no derivative
  return primitive.select(primitive.gt(array, 0), array, primitive.stopGradient(primitive.max(array, 0)))
}) as ToNumeric
/** `min(max(x, 0), 6)`, with derivative 0 at both ends. @category activations @since 0.1.0 */
export const relu6 = activation(
  "relu6",
  (x) =>
    primitive.select(
      primitive.and(primitive.gt(x, 0), primitive.lt(x, 6)),
      x,
      primitive.stopGradient(primitive.min(primitive.max(x, 0), 6))
    )
)
/**
 * `1 / (1 + exp(-x))`, in floating point.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.sigmoid(np.array([-100, 0, 100])) // => [0, 0.5, 1]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const sigmoid = activation("sigmoid", primitive.logistic)
/**
 * `log(sigmoid(x))`, accurate even where `sigmoid(x)` is near 0 or 1.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logSigmoid(np.array([-1000, 0])) // => [-1000, -0.6931472]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const logSigmoid = activation("logSigmoid", (x) => primitive.neg(softplusOf(primitive.neg(x))))
/** `tanh(x)`. @category activations @since 0.1.0 */
export const tanh = activation("tanh", primitive.tanh)
/**
 * `x sigmoid(x)`, also called swish.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.silu(np.array([-2, 0, 2])) // => [-0.2384058, 0, 1.7615942]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const silu = activation("silu", (x) => primitive.mul(x, primitive.logistic(x)))
/** {@link silu} by its other name. @category activations @since 0.1.0 */
export const swish = silu

const softplusOf = (x: NdArray.Any): NdArray.Any => {
  // log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)); the sign of x selects the derivatives of both terms
  const positive = primitive.gt(x, 0)
  const tail = primitive.log1p(primitive.exp(primitive.select(positive, primitive.neg(x), x)))
  return primitive.add(primitive.select(positive, x, 0), tail)
}
/**
 * `log(1 + exp(x))` without overflow.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.softplus(np.array([-1000, 0, 1000])) // => [0, 0.6931472, 1000]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const softplus = activation("softplus", softplusOf)
/** `x / (1 + |x|)`. @category activations @since 0.1.0 */
export const softSign = activation("softSign", (x) => primitive.div(x, primitive.add(primitive.abs(x), 1)))
/** `x tanh(softplus(x))`. @category activations @since 0.1.0 */
export const mish = activation("mish", (x) => primitive.mul(x, primitive.tanh(softplusOf(x))))

/**
 * Selects `x` above 0, and elsewhere a branch whose input is replaced above 0, so that values and gradients don't
 * overflow.
 */
const negativeBranch = (x: NdArray.Any, below: (safe: NdArray.Any) => NdArray.Any): NdArray.Any => {
  const positive = primitive.gt(x, 0)
  return primitive.select(positive, x, below(primitive.select(positive, 0, x)))
}

/** Options of {@link elu}. @category models @since 0.1.0 */
export interface EluOptions {
  /** The limit towards minus infinity is `-alpha`; 1 by default. */
  readonly alpha?: number
}

const knownOfElu: Known<EluOptions> = { alpha: true }

/**
 * `x`, or `alpha (exp(x) - 1)` below 0, where `alpha` is 1 by default.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.elu(np.array([-1, 2])) // => [-0.63212055, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const elu: {
  (
    options: Behind<EluOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: EluOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("elu", 1, knownOfElu, (x: ArrayLike, options: EluOptions) => {
  const { alpha = 1 } = options
  return negativeBranch(
    promoteInexact("elu", [x])[0]!,
    (safe) => primitive.mul(primitive.expm1(safe), alpha)
  ) as never
})

/** Scaled exponential linear units (Klambauer et al. 2017). @category activations @since 0.1.0 */
export const selu = activation("selu", (x) =>
  primitive.mul(
    negativeBranch(x, (safe) => primitive.mul(primitive.expm1(safe), 1.6732632423543772)),
    1.0507009873554805
  ))

/** Options of {@link leakyRelu}. @category models @since 0.1.0 */
export interface LeakyReluOptions {
  /** 0.01 by default. */
  readonly negativeSlope?: number
}

const knownOfLeakyRelu: Known<LeakyReluOptions> = { negativeSlope: true }

/**
 * `x`, or `negativeSlope x` below 0, where the slope is 0.01 by default.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.leakyRelu(np.array([-1, 2]), { negativeSlope: 0.1 }) // => [-0.1, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const leakyRelu: {
  (
    options: Behind<LeakyReluOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: LeakyReluOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("leakyRelu", 1, knownOfLeakyRelu, (x: ArrayLike, options: LeakyReluOptions) => {
  const { negativeSlope = 0.01 } = options
  const [array] = promoteInexact("leakyRelu", [x])
  return primitive.select(
    primitive.ge(array!, 0),
    array!,
    primitive.mul(array!, negativeSlope)
  ) as never
})

/** Options of {@link gelu}. @category models @since 0.1.0 */
export interface GeluOptions {
  /** Uses the tanh approximation instead of the error function; true by default. */
  readonly approximate?: boolean
}

const knownOfGelu: Known<GeluOptions> = { approximate: true }

/**
 * `x Phi(x)`, where `Phi` is the distribution function of the standard normal.
 *
 * **Details**
 *
 * It uses the tanh approximation, as JAX does by default, and is exact with `approximate: false` (Hendrycks and Gimpel
 * 2016).
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.gelu(np.array([-1, 0, 1]), { approximate: false }) // => [-0.15865527, 0, 0.8413447]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const gelu: {
  (
    options: Behind<GeluOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: GeluOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("gelu", 1, knownOfGelu, (x: ArrayLike, options: GeluOptions) => {
  const { approximate = true } = options
  const [array] = promoteInexact("gelu", [x])
  const a: NdArray.Any = array!
  if (!approximate) {
    return primitive.mul(primitive.mul(a, 0.5), primitive.erfc(primitive.mul(primitive.neg(a), Math.SQRT1_2))) as never
  }
  const inner = primitive.mul(
    primitive.add(a, primitive.mul(primitive.integerPow(a, 3), 0.044715)),
    Math.sqrt(2 / Math.PI)
  )
  // (1 + tanh(u)) / 2 is the logistic function of 2 u, which loses no precision where tanh is near -1
  return primitive.mul(a, primitive.logistic(primitive.mul(inner, 2))) as never
})

// --- along axes -----------------------------------------------------------------------------------------------------

/** Options of {@link softmax} and {@link logSoftmax}. @category models @since 0.1.0 */
export interface SoftmaxOptions {
  /** The axes; the last one by default. `null` means all axes. */
  readonly axis?: Shape.Axes
  /** A mask of the elements that count, which broadcasts to the array; all of them by default. */
  readonly where?: Where
}

const knownOfSoftmax: Known<SoftmaxOptions> = { axis: true, where: true }

/** The last axis by default; `null` means all axes. */
const axesOf = (operation: string, axis: Shape.Axes, rank: number): ReadonlyArray<number> =>
  Shapes.normalizeAxes(operation, axis === undefined ? -1 : axis, rank)

const keep = (x: NdArray.Any, axes: ReadonlyArray<number>, shape: Shape.Shape): NdArray.Any =>
  structural.broadcastInDim(x, shape, shape.map((_, i) => i).filter((i) => !axes.includes(i)))

/** The largest finite real part along the axes, as a constant for derivatives. */
const shift = (x: NdArray.Any, axes: ReadonlyArray<number>): NdArray.Any => {
  const largest = primitive.stopGradient(reduce.reduceMax(DType.isComplex(x.dtype) ? parts.real(x) : x, axes))
  return primitive.select(primitive.isFinite(largest), largest, 0)
}

/** Options of {@link logsumexp}. @category models @since 0.1.0 */
export interface LogsumexpOptions<A extends Shape.Axes, K extends boolean, R extends boolean> {
  /** The reduced axes; all of them by default. */
  readonly axis?: A
  /** Factors of the exponentials, which broadcast to the array. */
  readonly b?: ArrayLike
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
  /** Returns `[logarithm of the absolute value, sign]`. */
  readonly returnSign?: R
  /** A mask of the elements that count, which broadcasts to the array; all of them by default. */
  readonly where?: Where
}

const knownOfLogsumexp: Known<LogsumexpOptions<Shape.Axes, boolean, boolean>> = {
  axis: true,
  b: true,
  keepdims: true,
  returnSign: true,
  where: true
}

type Signed<X, R extends boolean> = R extends true ? readonly [logarithm: X, sign: X] : X

/** The array and its factors with a common dtype and the array's shape; elements with the factor 0 are ignored. */
const factored = (x: NdArray.Any, b: ArrayLike): readonly [NdArray.Any, NdArray.Any] => {
  const [array, factors] = broadcast("logsumexp", promoteInexact("logsumexp", [x, b]))
  if (array!.shape.length !== x.shape.length || array!.size !== x.size) {
    throw new ShapeError({
      operation: "logsumexp",
      message: `logsumexp: factors of shape ${Shapes.format(asArray("logsumexp", b).shape)} can't be broadcast to ${
        Shapes.format(x.shape)
      }, the shape of the array`
    })
  }
  return [primitive.select(primitive.ne(factors!, 0), array!, -Infinity), factors!]
}

/**
 * `log(sum(exp(x)))` without overflow; -Infinity if all elements are -Infinity.
 *
 * **Details**
 *
 * It reduces all axes by default. With factors it is `log(sum(b exp(x)))`, which is NaN where the sum is negative;
 * `returnSign` returns the logarithm of its absolute value, and its sign.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logsumexp(np.array([[1000, 1000], [0, 0]]), { axis: 1 }) // => [1000.6931, 0.6931472]
 * Nn.logsumexp(np.array([0, 0, 5]), { where: np.array([true, true, false]) }) // => 0.6931472
 * const [logarithm, sign] = Nn.logsumexp(np.array([1, 2]), { b: np.array([1, -1]), returnSign: true })
 * sign // => -1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logsumexp: {
  <const A extends Shape.Axes = undefined, K extends boolean = false, R extends boolean = false>(
    options: Behind<LogsumexpOptions<A, K, R>>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Shape.AxisCheck<ShapeOf<X>, A>
    ) => Signed<NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>, R>
  >
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    R extends boolean = false
  >(
    x: X & Shape.AxisCheck<ShapeOf<X>, A>,
    options?: LogsumexpOptions<A, K, R>
  ): Signed<NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>, R>
} = dualWithOptions(
  "logsumexp",
  1,
  knownOfLogsumexp,
  (x: ArrayLike, options: LogsumexpOptions<Shape.Axes, boolean, boolean>) => {
    const known = options
    const { axis, b, keepdims = false, returnSign = false, where } = known
    const given: NdArray.Any = promoteInexact("logsumexp", [x])[0]!
    const [array, factors] = b === undefined ? [given, undefined] : factored(given, b)
    const axes = Shapes.normalizeAxes("logsumexp", axis, array.shape.length)
    const chosen = where === undefined ? array : masked("logsumexp", array, where, -Infinity)
    const largest = shift(chosen, axes)
    const raised = primitive.exp(
      primitive.sub(chosen, keep(primitive.convert(largest, array.dtype), axes, array.shape))
    )
    const weighted = factors === undefined ? raised : primitive.mul(raised, factors)
    // a masked factor may be infinite
    const sums = reduce.reduceSum(
      where === undefined || factors === undefined ? weighted : masked("logsumexp", weighted, where, 0),
      axes
    )
    const isComplex = DType.isComplex(array.dtype)
    const logs = primitive.log(
      returnSign || factors !== undefined && !isComplex ? primitive.abs(sums) : sums
    )
    const shifted = primitive.add(logs, primitive.convert(largest, logs.dtype))
    const result = returnSign || factors === undefined || isComplex
      ? shifted
      : primitive.select(primitive.lt(sums, 0), NaN, shifted)
    const kept = (reduced: NdArray.Any) =>
      keepdims ? structural.reshape(reduced, array.shape.map((n, i) => axes.includes(i) ? 1 : n)) : reduced
    return (returnSign ? [kept(result), kept(primitive.sign(sums))] : kept(result)) as never
  }
)

/** The exponentials of the elements minus their maximum, with 0 for masked ones, and the sums along the axes. */
const exponentials = (operation: string, x: NdArray.Any, axes: ReadonlyArray<number>, where: Where | undefined) => {
  const chosen = where === undefined ? x : masked(operation, x, where, -Infinity)
  const largest = primitive.stopGradient(reduce.reduceMax(chosen, axes))
  const shifted = primitive.sub(chosen, keep(largest, axes, x.shape))
  const raised = primitive.exp(shifted)
  return { shifted, raised, sums: reduce.reduceSum(raised, axes) }
}

/**
 * `exp(x) / sum(exp(x))` along the last axis or the given ones.
 *
 * **Details**
 *
 * The largest element is subtracted first, so that nothing overflows. Integers become float32. Elements that `where`
 * excludes give 0. `axis: null` means all axes.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.softmax(np.array([[0, 0], [1000, 0]])) // => [[0.5, 0.5], [1, 0]]
 * Nn.softmax(np.array([0, 0, 9]), { where: np.array([true, true, false]) }) // => [0.5, 0.5, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const softmax: {
  (
    options: Behind<SoftmaxOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: SoftmaxOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("softmax", 1, knownOfSoftmax, (x: ArrayLike, options: SoftmaxOptions) => {
  const { axis, where } = options
  const array: NdArray.Any = promoteInexact("softmax", [x])[0]!
  const axes = axesOf("softmax", axis, array.shape.length)
  const { raised, sums } = exponentials("softmax", array, axes, where)
  const shares = primitive.div(raised, keep(sums, axes, array.shape))
  return (where === undefined ? shares : masked("softmax", shares, where, 0)) as never
})

/**
 * `x - logsumexp(x)` along the last axis or the given ones.
 *
 * **When to use**
 *
 * For the cross-entropy: the logarithm of {@link softmax} would be -Infinity where that is 0.
 *
 * **Details**
 *
 * Elements that `where` excludes give -Infinity.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logSoftmax(np.array([1000, 0])) // => [0, -1000]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logSoftmax: {
  (
    options: Behind<SoftmaxOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: SoftmaxOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("logSoftmax", 1, knownOfSoftmax, (x: ArrayLike, options: SoftmaxOptions) => {
  const { axis, where } = options
  const array: NdArray.Any = promoteInexact("logSoftmax", [x])[0]!
  const axes = axesOf("logSoftmax", axis, array.shape.length)
  const { shifted, sums } = exponentials("logSoftmax", array, axes, where)
  const logs = primitive.sub(shifted, keep(primitive.log(sums), axes, array.shape))
  return (where === undefined ? logs : masked("logSoftmax", logs, where, -Infinity)) as never
})

/** Options of {@link standardize}. @category models @since 0.1.0 */
export interface StandardizeOptions {
  /** The axes; the last one by default. `null` means all axes. */
  readonly axis?: Shape.Axes
  /** The mean, if it is known: an array that broadcasts to the data. */
  readonly mean?: ArrayLike
  /** The variance, if it is known: an array that broadcasts to the data. */
  readonly variance?: ArrayLike
  /** A constant added to the variance; 1e-5 by default. */
  readonly epsilon?: number
  /**
   * A mask of the elements that enter the mean and the variance, which broadcasts to the array; all of them by default.
   */
  readonly where?: Where
}

const knownOfStandardize: Known<StandardizeOptions> = {
  axis: true,
  mean: true,
  variance: true,
  epsilon: true,
  where: true
}

/**
 * Shifts and scales to mean 0 and variance 1 along the last axis or the given ones: `(x - mean) / sqrt(var + epsilon)`.
 *
 * **Details**
 *
 * `epsilon` is 1e-5 by default. A given mean or variance is used as it is.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.standardize(np.array([1, 3])) // => [-0.999995, 0.999995]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const standardize: {
  (
    options: Behind<StandardizeOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: StandardizeOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("standardize", 1, knownOfStandardize, (x: ArrayLike, options: StandardizeOptions) => {
  const { axis, epsilon = 1e-5, mean, variance, where } = options
  const array: NdArray.Any = promoteInexact("standardize", [x])[0]!
  const axes = axesOf("standardize", axis, array.shape.length)
  const count = where === undefined
    ? axes.reduce((n, at) => n * array.shape[at]!, 1)
    : countIn("standardize", where, array, axes)
  const average = (of: NdArray.Any) => {
    const chosen = where === undefined ? of : masked("standardize", of, where, 0)
    return keep(primitive.div(reduce.reduceSum(chosen, axes), count), axes, array.shape)
  }
  const given = (option: ArrayLike): NdArray.Any => {
    const of = asDType("standardize", option, array.dtype)
    const [, wide] = broadcast("standardize", [node.nodeOf(array), of])
    return wide!
  }
  const centered = primitive.sub(array, mean === undefined ? average(array) : given(mean))
  const spread = variance === undefined ? average(primitive.integerPow(centered, 2)) : given(variance)
  return primitive.mul(centered, primitive.rsqrt(primitive.add(spread, epsilon))) as never
})

/** Options of {@link oneHot}. @category models @since 0.1.0 */
export interface OneHotOptions<D extends DType.DType, A extends number> {
  /** float32 by default. */
  readonly dtype?: D
  /** The position of the new axis; the last by default. */
  readonly axis?: A
}

const knownOfOneHot: Known<OneHotOptions<DType.DType, number>> = { dtype: true, axis: true }

/**
 * Encodes class numbers as 1 at their position and 0 elsewhere: `[...] -> [..., classes]`.
 *
 * **Details**
 *
 * The new axis is the last by default. Numbers outside `0 ... classes - 1` give zeros only.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.oneHot(np.array([1n, 0n, 7n]), 2) // => [[0, 1], [1, 0], [0, 0]]
 * ```
 *
 * @category encodings
 * @since 0.1.0
 */
export const oneHot: {
  <const N extends number, D extends DType.DType = "float32", const A extends number = -1>(
    classes: N,
    options?: OneHotOptions<D, A>
  ): Last<N, <X extends ArrayLike>(labels: X) => NdArray.NdArray<D, Shape.Insert<ShapeOf<X>, A, N>>>
  <
    X extends ArrayLike,
    const N extends number,
    D extends DType.DType = "float32",
    const A extends number = -1
  >(
    labels: X,
    classes: N,
    options?: OneHotOptions<D, A>
  ): NdArray.NdArray<NoInfer<D>, Shape.Insert<ShapeOf<X>, A, N>>
} = dualWithOptions(
  "oneHot",
  2,
  knownOfOneHot,
  (labels: ArrayLike, classes: number, options: OneHotOptions<DType.DType, number>) => {
    const { axis: at = -1, dtype = "float32" } = options
    const array = comparable(asArray("oneHot", labels))
    const [size] = Shapes.validate("oneHot", [classes]) as readonly [number]
    const axis = Shapes.normalizeAxis("oneHot", at, array.shape.length + 1)
    const shape = [...array.shape.slice(0, axis), size, ...array.shape.slice(axis)]
    const spread = structural.broadcastInDim(array, shape, array.shape.map((_, i) => i < axis ? i : i + 1))
    const classesAlong = structural.iota(array.dtype, shape, axis)
    return primitive.convert(primitive.eq(spread, classesAlong), dtype) as never
  }
)

/** The labels, in a dtype that can represent the numbers of all classes. */
const comparable = (labels: NdArray.Any): NdArray.Any =>
  DType.isInteger(labels.dtype)
    ? saturate(labels, "int32")
    : labels.dtype === "bool"
    ? primitive.convert(labels, "int32")
    : DType.itemSize(labels.dtype) < 4
    ? primitive.convert(labels, "float32")
    : labels
