/**
 * Activation functions, softmax and its relatives.
 */
import * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import {
  type ArrayLike,
  asArray,
  type DTypeOf,
  promoteInexact,
  promoteNumeric,
  type ShapeOf
} from "../numpy/operands.ts"
import type { ToNumeric } from "../numpy/signatures.ts"
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
  ((x: ArrayLike) => apply(promoteInexact(name, [x])[0]!)) as never

/**
 * `max(x, 0)`, with derivative 0 at 0; booleans count as int32.
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
export const relu: ToNumeric = <X extends ArrayLike>(x: X): never => {
  const [array] = promoteNumeric("relu", [x]) as unknown as [NdArray.Any]
  // NaN and what is below 0 have a value, but no derivative
  return primitive.select(primitive.gt(array, 0), array, primitive.stopGradient(primitive.max(array, 0))) as never
}
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
 * `log(sigmoid(x))`, exact where `sigmoid(x)` is near 0 or 1.
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
  // log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), one side of 0 with the derivatives of both terms
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

/** The branch for `x > 0` is safe from overflow in the other, for gradients too. */
const negativeBranch = (x: NdArray.Any, below: (safe: NdArray.Any) => NdArray.Any): NdArray.Any => {
  const positive = primitive.gt(x, 0)
  return primitive.select(positive, x, below(primitive.select(positive, 0, x)))
}

/**
 * `x`, or `alpha (exp(x) - 1)` below 0; `alpha` is 1 by default.
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
export const elu = <X extends ArrayLike>(
  x: X,
  options: { readonly alpha?: number } = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> =>
  negativeBranch(
    promoteInexact("elu", [x])[0]!,
    (safe) => primitive.mul(primitive.expm1(safe), options.alpha ?? 1)
  ) as never

/** Scaled exponential linear units (Klambauer et al. 2017). @category activations @since 0.1.0 */
export const selu = activation("selu", (x) =>
  primitive.mul(
    negativeBranch(x, (safe) => primitive.mul(primitive.expm1(safe), 1.6732632423543772)),
    1.0507009873554805
  ))

/**
 * `x`, or `negativeSlope x` below 0; the slope is 0.01 by default.
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
export const leakyRelu = <X extends ArrayLike>(
  x: X,
  options: { readonly negativeSlope?: number } = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> => {
  const [array] = promoteInexact("leakyRelu", [x])
  return primitive.select(
    primitive.ge(array!, 0),
    array!,
    primitive.mul(array!, options.negativeSlope ?? 0.01)
  ) as never
}

/**
 * `x Phi(x)`, where `Phi` is the distribution function of the standard normal.
 *
 * **Details**
 *
 * By the tanh approximation, JAX's default, or exactly with `approximate: false` (Hendrycks and Gimpel 2016).
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
export const gelu = <X extends ArrayLike>(
  x: X,
  options: { readonly approximate?: boolean } = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> => {
  const [array] = promoteInexact("gelu", [x])
  const a: NdArray.Any = array!
  if (options.approximate === false) {
    return primitive.mul(primitive.mul(a, 0.5), primitive.erfc(primitive.mul(primitive.neg(a), Math.SQRT1_2))) as never
  }
  const inner = primitive.mul(
    primitive.add(a, primitive.mul(primitive.integerPow(a, 3), 0.044715)),
    Math.sqrt(2 / Math.PI)
  )
  // (1 + tanh(u)) / 2 is the logistic function of 2 u, which loses nothing where tanh is near -1
  return primitive.mul(a, primitive.logistic(primitive.mul(inner, 2))) as never
}

// --- along axes -----------------------------------------------------------------------------------------------------

interface AxisOptions {
  /** The axes; the last one by default. */
  readonly axis?: number | ReadonlyArray<number>
}

const keep = (x: NdArray.Any, axes: ReadonlyArray<number>, shape: Shape.Shape): NdArray.Any =>
  structural.broadcastInDim(x, shape, shape.map((_, i) => i).filter((i) => !axes.includes(i)))

/** The largest finite element along the axes, as a constant for derivatives. */
const shift = (x: NdArray.Any, axes: ReadonlyArray<number>): NdArray.Any => {
  const largest = primitive.stopGradient(reduce.reduceMax(x, axes))
  return primitive.select(primitive.isFinite(largest), largest, 0)
}

/**
 * `log(sum(exp(x)))` without overflow; of nothing but -Infinity it is -Infinity.
 *
 * **Details**
 *
 * Over all axes unless some are named.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logsumexp(np.array([[1000, 1000], [0, 0]]), { axis: 1 }) // => [1000.6931, 0.6931472]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logsumexp = <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
  x: X & Shape.AxisCheck<ShapeOf<X>, A>,
  options: { readonly axis?: A; readonly keepdims?: K } = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>> => {
  const [array] = promoteInexact("logsumexp", [x])
  const axes = Shapes.normalizeAxes("logsumexp", options.axis, array!.shape.length)
  const largest = shift(array!, axes)
  const sums = reduce.reduceSum(primitive.exp(primitive.sub(array!, keep(largest, axes, array!.shape))), axes)
  const result = primitive.add(primitive.log(sums), largest)
  return (options.keepdims
    ? structural.reshape(result, array!.shape.map((n, i) => axes.includes(i) ? 1 : n))
    : result) as never
}

/**
 * `exp(x) / sum(exp(x))` over the last axis, or those given.
 *
 * **Details**
 *
 * The largest element is subtracted first, so that nothing overflows. Integers become float32.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.softmax(np.array([[0, 0], [1000, 0]])) // => [[0.5, 0.5], [1, 0]]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const softmax = <X extends NdArray.Any>(
  x: X,
  options: AxisOptions = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> => {
  const array: NdArray.Any = promoteInexact("softmax", [x])[0]!
  const axes = Shapes.normalizeAxes("softmax", options.axis ?? -1, array.shape.length)
  const largest = primitive.stopGradient(reduce.reduceMax(array, axes))
  const exponentials = primitive.exp(primitive.sub(array, keep(largest, axes, array.shape)))
  const sums = reduce.reduceSum(exponentials, axes)
  return primitive.div(exponentials, keep(sums, axes, array.shape)) as never
}

/**
 * `x - logsumexp(x)` over the last axis, or those given.
 *
 * **When to use**
 *
 * For the cross-entropy: the logarithm of {@link softmax} would be -Infinity where that is 0.
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
export const logSoftmax = <X extends NdArray.Any>(
  x: X,
  options: AxisOptions = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> => {
  const array: NdArray.Any = promoteInexact("logSoftmax", [x])[0]!
  const axes = Shapes.normalizeAxes("logSoftmax", options.axis ?? -1, array.shape.length)
  const largest = primitive.stopGradient(reduce.reduceMax(array, axes))
  const shifted = primitive.sub(array, keep(largest, axes, array.shape))
  const logs = primitive.log(reduce.reduceSum(primitive.exp(shifted), axes))
  return primitive.sub(shifted, keep(logs, axes, array.shape)) as never
}

/**
 * Mean 0 and variance 1 along the last axis, or those given: `(x - mean) / sqrt(var + epsilon)`.
 *
 * **Details**
 *
 * `epsilon` is 1e-5 by default.
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
export const standardize = <X extends NdArray.Any>(
  x: X,
  options: AxisOptions & { readonly epsilon?: number } = {}
): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>> => {
  const array: NdArray.Any = promoteInexact("standardize", [x])[0]!
  const axes = Shapes.normalizeAxes("standardize", options.axis ?? -1, array.shape.length)
  const count = axes.reduce((n, axis) => n * array.shape[axis]!, 1)
  const average = (of: NdArray.Any) => primitive.div(reduce.reduceSum(of, axes), count)
  const centered = primitive.sub(array, keep(average(array), axes, array.shape))
  const variance = average(primitive.integerPow(centered, 2))
  const scale = primitive.rsqrt(primitive.add(variance, options.epsilon ?? 1e-5))
  return primitive.mul(centered, keep(scale, axes, array.shape)) as never
}

/**
 * A 1 at the position that each class number says, 0 elsewhere: `[...] -> [..., classes]`.
 *
 * **Details**
 *
 * The new axis is the last unless another is named. Numbers outside of `0 ... classes - 1` give zeros only.
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
export const oneHot = <
  X extends ArrayLike,
  const N extends number,
  D extends DType.DType = "float32",
  const A extends number = -1
>(
  labels: X,
  classes: N,
  options: { readonly dtype?: D; readonly axis?: A } = {}
): NdArray.NdArray<NoInfer<D>, Shape.Insert<ShapeOf<X>, A, N>> => {
  const array = comparable(asArray("oneHot", labels))
  const [size] = Shapes.validate("oneHot", [classes]) as readonly [number]
  const axis = Shapes.normalizeAxis("oneHot", options.axis ?? -1, array.shape.length + 1)
  const shape = [...array.shape.slice(0, axis), size, ...array.shape.slice(axis)]
  const spread = structural.broadcastInDim(array, shape, array.shape.map((_, i) => i < axis ? i : i + 1))
  const classesAlong = structural.iota(array.dtype, shape, axis)
  return primitive.convert(primitive.eq(spread, classesAlong), options.dtype ?? "float32") as never
}

/** Labels in a dtype that has the numbers of all classes. */
const comparable = (labels: NdArray.Any): NdArray.Any =>
  DType.isInteger(labels.dtype)
    ? saturate(labels, "int32")
    : labels.dtype === "bool"
    ? primitive.convert(labels, "int32")
    : DType.itemSize(labels.dtype) < 4
    ? primitive.convert(labels, "float32")
    : labels
