/**
 * Random numbers from the usual distributions. They are JAX's samplers, with the same bits, uniforms and integers.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known, knownOfDType } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import { integerRange, literal } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import { argmax } from "../numpy/argReduction.ts"
import { type ArrayLike, asArray, asDType, asOperand, broadcastTo, type ShapeOf } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import { saturate } from "../primitive/positions.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { bits, checkKey, keys } from "./key.ts"

/**
 * The dtype of the samples.
 *
 * @category models
 * @since 0.1.0
 */
export interface SampleOptions<D extends DType.DType> {
  readonly dtype?: D
}

/** Options of {@link uniform}. @category models @since 0.1.0 */
export interface UniformOptions<D extends DType.DType> extends SampleOptions<D> {
  /** 0 by default; arrays broadcast to the shape. */
  readonly minval?: ArrayLike
  /** 1 by default; arrays broadcast to the shape. */
  readonly maxval?: ArrayLike
}

const knownOfUniform: Known<UniformOptions<DType.DType>> = { dtype: true, minval: true, maxval: true }

const sampledDType = <D extends DType.DType>(operation: string, options: SampleOptions<D>, otherwise: D): D =>
  checkOptions<SampleOptions<D>>(operation, options, knownOfDType).dtype ?? otherwise

interface FloatFormat {
  readonly unsigned: DType.UnsignedInteger
  /** The number of random bits per sample. */
  readonly width: number
  /** The bits of the mantissa, without the hidden one. */
  readonly mantissa: number
  /** The bit pattern of 1. */
  readonly one: number | bigint
  readonly tiny: number
  /** The distance from 1 to the next smaller number. */
  readonly epsilonBelow: number
}

const formats: { readonly [D in DType.Floating]: FloatFormat } = {
  bfloat16: { unsigned: "uint16", width: 8, mantissa: 7, one: 0x3f80, tiny: 2 ** -126, epsilonBelow: 2 ** -8 },
  float16: { unsigned: "uint16", width: 16, mantissa: 10, one: 0x3c00, tiny: 2 ** -14, epsilonBelow: 2 ** -11 },
  float32: { unsigned: "uint32", width: 32, mantissa: 23, one: 0x3f800000, tiny: 2 ** -126, epsilonBelow: 2 ** -24 },
  float64: {
    unsigned: "uint64",
    width: 64,
    mantissa: 52,
    one: 0x3ff0000000000000n,
    tiny: 2 ** -1022,
    epsilonBelow: 2 ** -53
  }
}

const formatOf = (operation: string, dtype: DType.DType): FloatFormat => {
  if (!DType.isFloating(dtype)) {
    throw new DTypeError({ operation, message: `${operation}: expected a floating-point dtype, got ${dtype}` })
  }
  return formats[dtype]
}

/** Uniform on `[0, 1)`: random mantissas with the exponent of 1, minus 1. */
const unit = (operation: string, key: NdArray.Any, shape: Shape.Shape, dtype: DType.DType): NdArray.Any => {
  checkKey(operation, key)
  const { mantissa, one, unsigned, width } = formatOf(operation, dtype)
  const drawn = width === 8
    ? primitive.convert(bits(key, shape, { dtype: "uint8" }), unsigned)
    : bits(key, shape, { dtype: unsigned })
  const exponent = primitive.or(primitive.shiftRightLogical(drawn, width - mantissa), one)
  return primitive.sub(primitive.bitcast(exponent, dtype as DType.Floating), 1)
}

const interval = (
  operation: string,
  key: NdArray.Any,
  shape: Shape.Shape,
  dtype: DType.DType,
  low: ArrayLike,
  high: ArrayLike
): NdArray.Any => {
  const bound = (x: ArrayLike) => {
    const array = asDType(operation, x, dtype)
    return array.shape.length === 0 ? array : broadcastTo(array, shape)
  }
  const floats = unit(operation, key, shape, dtype)
  if (low === 0 && high === 1) return floats
  const [a, b] = [bound(low), bound(high)]
  const span = typeof low === "number" && typeof high === "number"
    ? literal(operation, spanOf(low, high, dtype), dtype)
    : primitive.sub(b, a)
  return primitive.max(a, primitive.add(primitive.mul(floats, span), a))
}

const spanOf = (low: number, high: number, dtype: DType.DType): number =>
  dtype === "float64" ? high - low : Math.fround(Math.fround(high) - Math.fround(low))

/**
 * Uniform on `[minval, maxval)`; `[0, 1)` by default.
 *
 * **Details**
 *
 * The dtype is float32 by default, or another floating dtype. The bounds are numbers or arrays, which broadcast to the
 * shape; without a shape the result is a scalar. The numbers are JAX's.
 *
 * **Gotchas**
 *
 * A key that is used twice gives the same numbers twice: split it first.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.uniform(Random.key(0), [3]) // => [0.947667, 0.9785799, 0.33229148]
 * Random.uniform(Random.key(0), [], { minval: -1, maxval: 1 }) // => 0.895334
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const uniform = <const S extends Shape.Shape = readonly [], D extends DType.Floating = "float32">(
  key: NdArray.Any,
  shape?: S,
  options: UniformOptions<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const { dtype = "float32", maxval = 1, minval = 0 } = checkOptions<UniformOptions<DType.DType>>(
    "uniform",
    options,
    knownOfUniform
  )
  return interval("uniform", key, Shapes.validate("uniform", shape ?? []), dtype, minval, maxval) as never
}

/**
 * Standard normal: `sqrt(2) erfInv(u)` for a uniform `u` on `(-1, 1)`.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.normal(Random.key(0), [2]) // => [1.6226422, 2.0252647]
 * Random.normal(Random.key(0), [2, 3], { dtype: "bfloat16" }).dtype // => "bfloat16"
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const normal = <const S extends Shape.Shape = readonly [], D extends DType.Floating = "float32">(
  key: NdArray.Any,
  shape?: S,
  options: SampleOptions<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const dtype = sampledDType<DType.Floating>("normal", options, "float32")
  const { epsilonBelow } = formatOf("normal", dtype)
  const u = interval("normal", key, Shapes.validate("normal", shape ?? []), dtype, -1 + epsilonBelow, 1)
  return primitive.mul(primitive.erfInv(u), Math.SQRT2) as never
}

/**
 * Standard normal, truncated to `(lower, upper)`.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.truncatedNormal(Random.key(0), -1, 1, [2, 3]).shape // => [2, 3]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const truncatedNormal = <const S extends Shape.Shape = readonly [], D extends DType.Floating = "float32">(
  key: NdArray.Any,
  lower: number,
  upper: number,
  shape?: S,
  options: SampleOptions<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const dtype = sampledDType<DType.Floating>("truncatedNormal", options, "float32")
  if (!(lower < upper)) {
    throw new ArgumentError({
      operation: "truncatedNormal",
      message: `truncatedNormal: the lower bound must be less than the upper one, got ${lower} and ${upper}`
    })
  }
  const scalar = (x: number) => literal("truncatedNormal", x, dtype)
  const edge = (x: number) => primitive.erf(primitive.div(scalar(x), Math.SQRT2))
  const u = interval(
    "truncatedNormal",
    key,
    Shapes.validate("truncatedNormal", shape ?? []),
    dtype,
    edge(lower),
    edge(upper)
  )
  const x = primitive.mul(primitive.erfInv(u), Math.SQRT2)
  return primitive.clamp(
    primitive.nextafter(scalar(lower), Infinity),
    x,
    primitive.nextafter(scalar(upper), -Infinity)
  ) as never
}

/**
 * Whole numbers, uniform on `[minval, maxval)` with a negligible modulo bias: two draws are combined.
 *
 * **Details**
 *
 * The dtype is int32 by default, or another integer dtype. The bounds are numbers or integer arrays, which broadcast to
 * the shape. The interval is clipped to the range of the dtype: `[0, 256)` is all of uint8, and `[0, 200)` is
 * `[0, 128)` in int8. If it is empty, all numbers are `minval`. The numbers are JAX's.
 *
 * @example
 * ```ts
 * import { Random } from "effax"
 *
 * Random.randint(Random.key(1), [5], 0, 10) // => [6, 7, 0, 3, 8]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const randint = <const S extends Shape.Shape, D extends DType.Integer = "int32">(
  key: NdArray.Any,
  shape: S,
  minval: ArrayLike,
  maxval: ArrayLike,
  options: SampleOptions<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const dtype = sampledDType<DType.DType>("randint", options, "int32")
  if (!DType.isInteger(dtype)) {
    throw new DTypeError({ operation: "randint", message: `randint: expected an integer dtype, got ${dtype}` })
  }
  checkKey("randint", key)
  const sizes = Shapes.validate("randint", shape)
  // narrow integers are drawn with 32 bits
  const working: DType.Integer = DType.itemSize(dtype) < 4 ? DType.isSigned(dtype) ? "int32" : "uint32" : dtype
  const width = 8 * DType.itemSize(working)
  const unsigned = width === 64 ? "uint64" : "uint32"
  const [k1, k2] = keys(key)
  const high = bits(k1!, sizes, { dtype: unsigned })
  const low = bits(k2!, sizes, { dtype: unsigned })
  const wide = (x: NdArray.Any) => x.shape.length === 0 ? x : broadcastTo(x, sizes)
  const [least] = clampedBound("randint", minval, dtype, working)
  const [most, beyond] = clampedBound("randint", maxval, dtype, working)
  const [a, b] = [wide(least), wide(most)]
  const isEmpty = primitive.le(b, a)
  const difference = primitive.convert(primitive.sub(b, a), unsigned)
  // the end is one above the largest value of the dtype; a span of all 32- or 64-bit values wraps to 0
  const whole = primitive.add(difference, primitive.convert(wide(beyond), unsigned))
  const isAll = primitive.and(primitive.eq(whole, 0), primitive.not(isEmpty))
  const span = primitive.select(primitive.or(isEmpty, isAll), 1, whole)
  // 2^(bits per draw) modulo the span, as the square of its root
  const root = primitive.rem(node.literal(2n ** BigInt(width / 2), unsigned), span)
  const multiplier = primitive.rem(primitive.mul(root, root), span)
  const offset = primitive.rem(
    primitive.add(primitive.mul(primitive.rem(high, span), multiplier), primitive.rem(low, span)),
    span
  )
  const drawn = primitive.select(isAll, low, offset)
  return primitive.convert(primitive.add(a, primitive.convert(drawn, working)), dtype) as never
}

/**
 * A bound, clipped to the range of the dtype, and whether it is above the range: as in JAX, the bounds of an interval
 * may exceed the dtype, and the interval is clipped.
 */
const clampedBound = (
  operation: string,
  bound: ArrayLike,
  dtype: DType.Integer,
  working: DType.Integer
): readonly [NdArray.Any, NdArray.Any] => {
  const [low, high] = integerRange(dtype)
  if (typeof bound === "bigint" || typeof bound === "number" && Number.isInteger(bound)) {
    const value = BigInt(bound)
    const clamped = value < low ? low : value > high ? high : value
    return [node.literal(clamped, working), node.literal(value > high, "bool")]
  }
  const array = typeof bound === "number" ? undefined : asInteger(operation, asOperand(operation, bound))
  if (array === undefined || !DType.isInteger(array.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: bounds must be integers, got ${
        array === undefined ? String(bound) : aval.format(array)
      }; convert them with \`np.astype(x, "${dtype}")\``
    })
  }
  const reachesBeyond = integerRange(array.dtype)[1] > high
  return [
    primitive.convert(saturate(array, dtype), working),
    reachesBeyond ? primitive.gt(array, high) : node.literal(false, "bool")
  ]
}

/**
 * True with probability `p`, 1/2 by default.
 *
 * **Details**
 *
 * `p` is a number or an array; the result has its shape unless another is given.
 *
 * @example
 * ```ts
 * import { Numpy as np, Random } from "effax"
 *
 * Random.bernoulli(Random.key(5), np.array([0.1, 0.5, 0.9])) // => [false, false, true]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const bernoulli = <P extends ArrayLike = number, const S extends Shape.Shape = ShapeOf<P>>(
  key: NdArray.Any,
  p: P = 0.5 as P,
  shape?: S
): NdArray.NdArray<"bool", Shape.Settled<S>> => {
  const probability = asOperand("bernoulli", p)
  const sizes = Shapes.validate("bernoulli", shape ?? probability.shape)
  const dtype = DType.isFloating(probability.dtype) ? probability.dtype : "float32"
  const wanted = cast("bernoulli", probability, dtype, false)
  return primitive.lt(
    unit("bernoulli", key, sizes, dtype),
    wanted.shape.length === 0 ? wanted : broadcastTo(wanted, sizes)
  ) as never
}

interface Shaped {
  <const S extends Shape.Shape = readonly [], D extends DType.Floating = "float32">(
    key: NdArray.Any,
    shape?: S,
    options?: SampleOptions<D>
  ): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>>
}

const shaped = (
  operation: string,
  sample: (key: NdArray.Any, shape: Shape.Shape, dtype: DType.Floating) => NdArray.Any
): Shaped =>
  ((key: NdArray.Any, shape: Shape.Shape = [], options: SampleOptions<DType.Floating> = {}) =>
    sample(key, Shapes.validate(operation, shape), sampledDType(operation, options, "float32"))) as never

/** Exponential with mean 1: `-log(1 - u)`. @category samplers @since 0.1.0 */
export const exponential = shaped(
  "exponential",
  (key, shape, dtype) => primitive.neg(primitive.log1p(primitive.neg(unit("exponential", key, shape, dtype))))
)

/** Standard Gumbel: `-log(-log(u))`. @category samplers @since 0.1.0 */
export const gumbel = shaped("gumbel", (key, shape, dtype) => {
  const { tiny } = formatOf("gumbel", dtype)
  return primitive.neg(primitive.log(primitive.neg(primitive.log(interval("gumbel", key, shape, dtype, tiny, 1)))))
})

/**
 * Laplace with location 0 and scale 1.
 *
 * @category samplers
 * @since 0.1.0
 */
export const laplace = shaped("laplace", (key, shape, dtype) => {
  const { epsilonBelow } = formatOf("laplace", dtype)
  const u = interval("laplace", key, shape, dtype, -1 + epsilonBelow, 1)
  return primitive.mul(primitive.sign(u), primitive.log1p(primitive.neg(primitive.abs(u))))
})

/**
 * Logistic with location 0 and scale 1.
 *
 * @category samplers
 * @since 0.1.0
 */
export const logistic = shaped("logistic", (key, shape, dtype) => {
  const { tiny } = formatOf("logistic", dtype)
  const x = interval("logistic", key, shape, dtype, tiny, 1)
  return primitive.sub(primitive.log(x), primitive.log1p(primitive.neg(x)))
})

/**
 * Cauchy with location 0 and scale 1.
 *
 * @category samplers
 * @since 0.1.0
 */
export const cauchy = shaped("cauchy", (key, shape, dtype) => {
  const epsilon = 2 * formatOf("cauchy", dtype).epsilonBelow
  const u = interval("cauchy", key, shape, dtype, epsilon, 1)
  return primitive.tan(primitive.mul(primitive.sub(u, 0.5), Math.PI))
})

/** -1 or 1 with equal probability. @category samplers @since 0.1.0 */
export const rademacher = <const S extends Shape.Shape = readonly [], D extends DType.DType = "int32">(
  key: NdArray.Any,
  shape?: S,
  options: SampleOptions<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.Settled<S>> => {
  const dtype = sampledDType<DType.DType>("rademacher", options, "int32")
  return primitive.sub(primitive.mul(primitive.convert(bernoulli(key, 0.5, shape), dtype), 2), 1) as never
}

/** Options of {@link categorical}. @category models @since 0.1.0 */
export interface CategoricalOptions {
  /** The axis of the classes; the last by default. */
  readonly axis?: number
  /** The shape of the result; by default, that of the logits without the class axis. */
  readonly shape?: Shape.Shape
}

const knownOfCategorical: Known<CategoricalOptions> = { axis: true, shape: true }

/**
 * Class positions drawn with probabilities proportional to `exp(logits)` along an axis, the last by default, with the
 * Gumbel-max trick.
 *
 * **Details**
 *
 * Draws of `shape`, whose trailing axes must broadcast with the other axes of `logits`, are independent; by default
 * there is one draw for each position of the other axes.
 *
 * @example
 * ```ts
 * import { Numpy as np, Random } from "effax"
 *
 * const logits = np.log(np.array([[0.1, 0.9], [0.5, 0.5]]))
 * Random.categorical(Random.key(5), logits) // => [1, 0]
 * Random.categorical(Random.key(5), logits, { shape: [10, 2] }).shape // => [10, 2]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const categorical = (
  key: NdArray.Any,
  given: ArrayLike,
  options: CategoricalOptions = {}
): NdArray.NdArray<"int32", Shape.Shape> => {
  const { axis: at = -1, shape: wanted } = checkOptions("categorical", options, knownOfCategorical)
  const logits = asArray("categorical", given)
  const axis = Shapes.normalizeAxis("categorical", at, logits.shape.length)
  const batch = logits.shape.filter((_, i) => i !== axis)
  const shape = Shapes.validate("categorical", wanted ?? batch)
  const tail = shape.slice(shape.length - batch.length)
  if (shape.length < batch.length || tail.some((n, i) => n !== batch[i] && batch[i] !== 1)) {
    throw new ShapeError({
      operation: "categorical",
      message: `categorical: shape ${Shapes.format(shape)} does not end with ${
        Shapes.format(batch)
      }, the other axes of the logits`
    })
  }
  // the class axis keeps its position among the last axes
  const position = shape.length - batch.length + axis
  const full = [...shape.slice(0, position), logits.shape[axis]!, ...shape.slice(position)]
  const dtype = DType.isFloating(logits.dtype) ? logits.dtype : "float32"
  const scores = primitive.add(
    gumbel(key, full, { dtype }),
    broadcastTo(cast("categorical", logits, dtype, false), full)
  )
  return argmax(scores, { axis: position }) as never
}
