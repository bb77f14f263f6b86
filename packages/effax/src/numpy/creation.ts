/**
 * Arrays from nothing, and from other arrays' shapes.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { cast, castInto } from "../internal/cast.ts"
import * as node from "../internal/node.ts"
import { holds, literal, wrap } from "../internal/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { iota } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type ArrayLike, asArray, asOperand, broadcastTo, type DTypeOf, type ShapeOf } from "./operands.ts"

/**
 * The dtype of the result, where another than the natural one is wanted.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithDType<D extends DType.DType> {
  readonly dtype?: D
}

const filled = (
  operation: string,
  shape: Shape.Shape | number,
  value: number | bigint | boolean,
  dtype: DType.DType
): NdArray.Any => {
  const sizes = Shapes.validate(operation, typeof shape === "number" ? [shape] : shape)
  return broadcastTo(node.literal(value, dtype), sizes)
}

const scalar = (value: number, dtype: DType.DType) => dtype === "bool" ? value !== 0 : value

type ShapeArgument<S extends Shape.Shape | number> = S extends number ? readonly [S] : S extends Shape.Shape ? S : never

/**
 * An array full of 0.
 *
 * **Details**
 *
 * The shape is a list of lengths, or the length of the only axis; the dtype is float32 unless one is given. A scalar
 * is repeated where it is used: the zeros take no memory before they are run.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.zeros([2, 3]) // => [[0, 0, 0], [0, 0, 0]]
 * np.zeros(2, { dtype: "bool" }) // => [false, false]
 * np.zeros([]) // => 0
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const zeros = <const S extends Shape.Shape | number, D extends DType.DType = "float32">(
  shape: S,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, ShapeArgument<S>> => {
  const dtype = options.dtype ?? "float32"
  return filled("zeros", shape, scalar(0, dtype), dtype) as never
}

/**
 * An array full of 1, float32 unless a dtype is given.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.ones([2, 2]) // => [[1, 1], [1, 1]]
 * np.ones(3, { dtype: "int8" }).dtype // => "int8"
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const ones = <const S extends Shape.Shape | number, D extends DType.DType = "float32">(
  shape: S,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, ShapeArgument<S>> => {
  const dtype = options.dtype ?? "float32"
  return filled("ones", shape, scalar(1, dtype), dtype) as never
}

/**
 * An array full of one value, whose dtype it takes unless one is given.
 *
 * **Details**
 *
 * The value may be an array, which is broadcast to the shape.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.full([2, 2], 7) // => [[7, 7], [7, 7]]
 * np.full([2], true) // => [true, true]
 * np.full([2, 3], np.array([1, 2, 3])) // => [[1, 2, 3], [1, 2, 3]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const full = <const S extends Shape.Shape | number, V extends ArrayLike, D extends DType.DType = DTypeOf<V>>(
  shape: S,
  value: V,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, ShapeArgument<S>> => {
  const sizes = Shapes.validate("full", typeof shape === "number" ? [shape] : shape)
  const array = options.dtype === undefined ? asArray("full", value) : asOperand("full", value)
  return broadcastTo(cast("full", array, options.dtype ?? array.dtype), sizes) as never
}

const like = (operation: string, value: number) =>
<X extends ArrayLike, D extends DType.DType = DTypeOf<X>>(
  x: X,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, ShapeOf<X>> => {
  const { dtype, shape } = asArray(operation, x)
  return filled(operation, shape, scalar(value, options.dtype ?? dtype), options.dtype ?? dtype) as never
}

/**
 * Zeros of the shape of another array, and of its dtype unless one is given.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.zerosLike(np.array([1n, 2n])) // => [0, 0]
 * np.zerosLike(np.ones([2]), { dtype: "bool" }) // => [false, false]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const zerosLike = like("zerosLike", 0)
/**
 * Ones of the shape of another array, and of its dtype unless one is given.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.onesLike(np.array([5n, 6n])) // => [1, 1]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const onesLike = like("onesLike", 1)
/**
 * One value in the shape of another array, and in its dtype unless one is given.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.fullLike(np.array([1n, 2n]), 7) // => [7, 7]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const fullLike = <X extends ArrayLike, D extends DType.DType = DTypeOf<X>>(
  x: X,
  value: ArrayLike,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, ShapeOf<X>> => {
  const { dtype, shape } = asArray("fullLike", x)
  return broadcastTo(castInto("fullLike", asOperand("fullLike", value), options.dtype ?? dtype), shape) as never
}

const finite = (operation: string, values: Record<string, number>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new ArgumentError({ operation, message: `${operation}: ${name} must be a finite number, got ${value}` })
    }
  }
}

/** int32 when all arguments are whole, float32 when one is not; either where the program text doesn't say. */
type RangeDType<N extends number> = number extends N ? "int32" | "float32"
  : [Extract<`${N}`, `${string}.${string}` | `${string}e-${string}`>] extends [never] ? "int32"
  : "float32"

type RangeLength<N extends number> = `${N}` extends `-${string}` ? 0
  : `${N}` extends `${string}${"." | "e"}${string}` ? number
  : N

/**
 * Evenly spaced values: `arange(stop)`, `arange(start, stop)` or `arange(start, stop, step)`, without `stop` itself.
 *
 * **Details**
 *
 * Whole arguments give int32, others float32, unless a dtype is given. A range that leads nowhere is empty. Throws an
 * `ArgumentError` for a step of 0, and a `DTypeError` for values that the dtype does not have.
 *
 * **Gotchas**
 *
 * The number of values of a fractional step is `ceil((stop - start) / step)`, computed in double precision;
 * {@link linspace} says it directly.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.arange(4) // => [0, 1, 2, 3]
 * np.arange(2, 5) // => [2, 3, 4]
 * np.arange(5, 0, -2) // => [5, 3, 1]
 * np.arange(0, 1, 0.25) // => [0, 0.25, 0.5, 0.75]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const arange: {
  <const N extends number, D extends DType.DType = RangeDType<N>>(
    stop: N,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, readonly [RangeLength<N>]>
  <const A extends number, const N extends number, D extends DType.DType = RangeDType<A | N>>(
    start: A,
    stop: N,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, readonly [number]>
  <
    const A extends number,
    const N extends number,
    const P extends number,
    D extends DType.DType = RangeDType<A | N | P>
  >(
    start: A,
    stop: N,
    step: P,
    options?: WithDType<D>
  ): NdArray.NdArray<NoInfer<D>, readonly [number]>
} = (...args: ReadonlyArray<number | WithDType<DType.DType> | undefined>): never => {
  const numbers = args.filter((arg) => typeof arg === "number")
  const { dtype: wanted } = (args.find((arg) => typeof arg === "object") ?? {}) as WithDType<DType.DType>
  const [start, stop, step] = numbers.length === 1
    ? [0, numbers[0]!, 1]
    : [numbers[0]!, numbers[1]!, numbers[2] ?? 1]
  finite("arange", { start, stop, step })
  if (step === 0) throw new ArgumentError({ operation: "arange", message: "arange: step must not be 0" })
  const dtype = wanted ?? ([start, stop, step].every(Number.isInteger) ? "int32" : "float32")
  const length = Math.max(0, Math.ceil((stop - start) / step))
  Shapes.validate("arange", [length])
  if (length === 0) return iota(dtype, [0], 0) as never
  if (DType.isInteger(dtype)) checkRange(dtype, start, start + (length - 1) * step, length === 1 ? 1 : step)
  // the values fit, so that it does no harm where a factor or a product on the way to them wraps
  const number = (value: number) =>
    DType.isInteger(dtype) ? node.literal(wrap(dtype, value), dtype) : literal("arange", value, dtype)
  const index = DType.isInteger(dtype) && !holds(dtype, length - 1)
    ? primitive.convert(iota("int32", [length], 0), dtype)
    : iota(dtype, [length], 0)
  const scaled = step === 1 || length === 1 ? index : primitive.mul(index, number(step))
  return (start === 0 ? scaled : primitive.add(scaled, number(start))) as never
}

/** Refuses a range that an integer dtype does not have the values of. */
const checkRange = (dtype: DType.Integer, first: number, last: number, step: number): void => {
  const wrong = [first, last].find((value) => !holds(dtype, value)) ?? (Number.isInteger(step) ? undefined : step)
  if (wrong === undefined) return
  const wide = [first, last, step].every((value) => holds("int64", value)) ? "int64" : "float32"
  throw new DTypeError({
    operation: "arange",
    message: `arange: ${wrong} is not a value of ${dtype}; ask for another dtype, such as \`{ dtype: "${wide}" }\``
  })
}

/**
 * `num` evenly spaced values from `start` to `stop`, which is the last of them unless `endpoint` is false.
 *
 * **Details**
 *
 * 50 values by default, in float32 unless another floating dtype is given. Both ends are met exactly.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.linspace(0, 1, 5) // => [0, 0.25, 0.5, 0.75, 1]
 * np.linspace(0, 1, 4, { endpoint: false }) // => [0, 0.25, 0.5, 0.75]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const linspace = <const N extends number = 50, D extends DType.Floating = "float32">(
  start: number,
  stop: number,
  num: N = 50 as N,
  options: WithDType<D> & { readonly endpoint?: boolean } = {}
): NdArray.NdArray<NoInfer<D>, readonly [NoInfer<N>]> => {
  finite("linspace", { start, stop })
  const [length] = Shapes.validate("linspace", [num]) as readonly [number]
  const dtype = options.dtype ?? "float32"
  const intervals = options.endpoint === false ? length : length - 1
  const index = iota(dtype, [length], 0)
  if (intervals < 1) return primitive.add(primitive.mul(index, 0), start) as never
  // weights of both ends, so that both are met exactly
  const t = primitive.div(index, intervals)
  const line = primitive.add(primitive.mul(primitive.sub(1, t), start), primitive.mul(t, stop))
  return (options.endpoint === false
    ? line
    : primitive.select(primitive.eq(index, intervals), stop, line)) as never
}

/** The number of a diagonal of a matrix; beyond its corners all diagonals are alike, and empty. */
const diagonalOf = (operation: string, [rows, columns]: Shape.Shape, k: number): number => {
  if (!Number.isInteger(k)) {
    throw new ArgumentError({ operation, message: `${operation}: k must be a whole number, got ${k}` })
  }
  return Math.min(Math.max(k, -rows!), columns!)
}

/**
 * Ones on a diagonal: the identity matrix for `eye(n)`.
 *
 * **Details**
 *
 * `k` moves the diagonal to the right, or to the left when it is negative.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.eye(2) // => [[1, 0], [0, 1]]
 * np.eye(2, { columns: 3, k: 1 }) // => [[0, 1, 0], [0, 0, 1]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const eye = <const N extends number, D extends DType.DType = "float32", const M extends number = N>(
  rows: N,
  options: WithDType<D> & { readonly columns?: M; readonly k?: number } = {}
): NdArray.NdArray<NoInfer<D>, readonly [N, NoInfer<M>]> => {
  const { columns = rows, k = 0 } = options
  const sizes = Shapes.validate("eye", [rows, columns])
  const diagonal = primitive.eq(
    primitive.add(iota("int32", sizes, 0), diagonalOf("eye", sizes, k)),
    iota("int32", sizes, 1)
  )
  return primitive.convert(diagonal, options.dtype ?? "float32") as never
}

/**
 * The identity matrix `[n, n]`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.identity(2) // => [[1, 0], [0, 1]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const identity = <const N extends number, D extends DType.DType = "float32">(
  n: N,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, readonly [N, N]> => eye(n, options)

const triangle =
  (operation: string, keep: (row: NdArray.Any, column: NdArray.Any) => NdArray.Any) =>
  <D extends DType.DType, S extends Shape.Shape>(x: NdArray.NdArray<D, S>, k = 0): NdArray.NdArray<D, S> => {
    if (x.shape.length < 2) {
      throw new ShapeError({
        operation,
        message: `${operation}: expected at least 2 axes, got ${Shapes.format(x.shape)}`
      })
    }
    const axis = x.shape.length - 2
    const offset = diagonalOf(operation, x.shape.slice(axis), k)
    const mask = keep(primitive.add(iota("int32", x.shape, axis), offset), iota("int32", x.shape, axis + 1))
    return primitive.select(mask, x, x.dtype === "bool" ? false : 0) as never
  }

/**
 * The lower triangle of the last two axes; the rest is 0. `k` counts the diagonals above the main one that stay.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.tril(np.ones([3, 3])) // => [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const tril = triangle("tril", primitive.ge)
/**
 * The upper triangle of the last two axes; the rest is 0. `k` counts the diagonals, from the main one on, that go.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.triu(np.ones([3, 3]), 1) // => [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const triu = triangle("triu", primitive.le)
