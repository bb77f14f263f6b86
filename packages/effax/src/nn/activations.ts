/**
 * Activation functions.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkNoOptions, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import {
  type ArrayLike,
  asArray,
  type DTypeOf,
  promoteInexact,
  promoteNumeric,
  type PromoteOperands,
  type ShapeOf
} from "../numpy/operands.ts"
import type { SameDType, ToNumeric } from "../numpy/signatures.ts"
import * as primitive from "../primitive/elementwise.ts"
import { customJvp } from "../transform/custom.ts"
import { withParameter } from "./parameters.ts"

export interface Activation {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
}

/* @__NO_SIDE_EFFECTS__ */
export const activation = (name: string, apply: (x: NdArray.Any) => NdArray.Any): Activation =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    return apply(promoteInexact(name, [x])[0]!)
  }) as never

/** `x` itself, as an array. @category activations @since 0.1.0 */
export const identity = ((x: ArrayLike, behind: unknown) => {
  checkNoOptions("identity", behind)
  return asArray("identity", x)
}) as unknown as SameDType
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
export { silu as swish }

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
export interface EluOptions<A extends ArrayLike = number> {
  /** The limit towards minus infinity is `-alpha`: a number, or an array that broadcasts to `x`; 1 by default. */
  readonly alpha?: A
}

const knownOfElu: Known<EluOptions> = { alpha: true }

/** The result of an activation with a parameter: the parameter takes part in promotion. */
type Parametric<X, A> = NdArray.NdArray<DType.ToInexact<PromoteOperands<X, A>>, ShapeOf<X>>

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
  <A extends ArrayLike = number>(
    options: Behind<EluOptions<A>>
  ): Last<A, <X extends ArrayLike>(x: X) => Parametric<X, A>>
  <X extends ArrayLike, A extends ArrayLike = number>(x: X, options?: EluOptions<A>): Parametric<X, A>
} = dualWithOptions("elu", 1, knownOfElu, (x: ArrayLike, options: EluOptions<ArrayLike>) => {
  const [array, alpha] = withParameter("elu", "alpha", x, options.alpha ?? 1)
  return negativeBranch(array, (safe) => primitive.mul(primitive.expm1(safe), alpha)) as never
})

/**
 * `max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1)`, whose derivative is continuous for every `alpha` (Barron 2017).
 *
 * **Details**
 *
 * `alpha` is 1 by default; it is a number, or an array that broadcasts to `x`.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.celu(np.array([-1, 2]), { alpha: 2 }) // => [-0.7869387, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const celu: {
  <A extends ArrayLike = number>(
    options: Behind<EluOptions<A>>
  ): Last<A, <X extends ArrayLike>(x: X) => Parametric<X, A>>
  <X extends ArrayLike, A extends ArrayLike = number>(x: X, options?: EluOptions<A>): Parametric<X, A>
} = dualWithOptions("celu", 1, knownOfElu, (x: ArrayLike, options: EluOptions<ArrayLike>) => {
  const [array, alpha] = withParameter("celu", "alpha", x, options.alpha ?? 1)
  const below = primitive.expm1(primitive.div(primitive.min(array, 0), alpha))
  return primitive.add(primitive.max(array, 0), primitive.mul(below, alpha)) as never
})

/** Scaled exponential linear units (Klambauer et al. 2017). @category activations @since 0.1.0 */
export const selu = activation("selu", (x) =>
  primitive.mul(
    negativeBranch(x, (safe) => primitive.mul(primitive.expm1(safe), 1.6732632423543772)),
    1.0507009873554805
  ))

/** Options of {@link leakyRelu}. @category models @since 0.1.0 */
export interface LeakyReluOptions<A extends ArrayLike = number> {
  /** A number, or an array that broadcasts to `x`, such as a slope for each channel; 0.01 by default. */
  readonly negativeSlope?: A
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
  <A extends ArrayLike = number>(
    options: Behind<LeakyReluOptions<A>>
  ): Last<A, <X extends ArrayLike>(x: X) => Parametric<X, A>>
  <X extends ArrayLike, A extends ArrayLike = number>(x: X, options?: LeakyReluOptions<A>): Parametric<X, A>
} = dualWithOptions("leakyRelu", 1, knownOfLeakyRelu, (x: ArrayLike, options: LeakyReluOptions<ArrayLike>) => {
  const [array, slope] = withParameter("leakyRelu", "negativeSlope", x, options.negativeSlope ?? 0.01)
  return primitive.select(primitive.ge(array, 0), array, primitive.mul(array, slope)) as never
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

/** Options of {@link squareplus}. @category models @since 0.1.0 */
export interface SquareplusOptions<A extends ArrayLike = number> {
  /** How smooth the bend at 0 is: a number, or an array that broadcasts to `x`; 4 by default, and 0 gives `relu`. */
  readonly b?: A
}

const knownOfSquareplus: Known<SquareplusOptions> = { b: true }

/**
 * `(x + sqrt(x^2 + b)) / 2`, a smooth `relu` without exponentials (Barron 2021).
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.squareplus(np.array([-1.5, 0, 1.5])) // => [0.5, 1, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const squareplus: {
  <A extends ArrayLike = number>(
    options: Behind<SquareplusOptions<A>>
  ): Last<A, <X extends ArrayLike>(x: X) => Parametric<X, A>>
  <X extends ArrayLike, A extends ArrayLike = number>(x: X, options?: SquareplusOptions<A>): Parametric<X, A>
} = dualWithOptions("squareplus", 1, knownOfSquareplus, (x: ArrayLike, options: SquareplusOptions<ArrayLike>) => {
  const [array, b] = withParameter("squareplus", "b", x, options.b ?? 4)
  const root = primitive.sqrt(primitive.add(primitive.integerPow(array, 2), b))
  return primitive.div(primitive.add(array, root), 2) as never
})

/** Either formula where it is accurate (Maechler 2012, equation 7). */
const log1mexpOf = /* @__PURE__ */ customJvp(
  (x: NdArray.Any): NdArray.Any => {
    const small = primitive.lt(x, Math.LN2)
    return primitive.select(
      small,
      primitive.log(primitive.neg(primitive.expm1(primitive.neg(x)))),
      primitive.log1p(primitive.neg(primitive.exp(primitive.neg(x))))
    )
  },
  ([x], [dx]) => [log1mexpOf(x), primitive.div(dx, primitive.expm1(x))]
) as (x: NdArray.Any) => NdArray.Any

/**
 * `log(1 - exp(-x))`, accurate for small and for large `x`; NaN below 0.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.log1mexp(np.array([1e-10, 50])) // => [-23.02585, -1.9287499e-22]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const log1mexp = activation("log1mexp", (x) => log1mexpOf(x))
