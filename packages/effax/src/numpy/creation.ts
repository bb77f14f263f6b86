/**
 * Arrays from nothing, and from other arrays' shapes.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkInteger, checkOptions, isOptions, type Known, knownOfDType } from "../internal/arguments/options.ts"
import { cast, castInto } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { holds, literal, wrap } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { broadcastInDim, iota } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { array, type WithDType } from "./literals.ts"
import {
  type ArrayLike,
  asArray,
  asDType,
  asOperand,
  broadcastTo,
  type DTypeOf,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf,
  type Values
} from "./operands.ts"
import type { Broadcasted, Fits } from "./signatures.ts"

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
  const { dtype = "float32" } = checkOptions<WithDType<DType.DType>>("zeros", options, knownOfDType)
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
  const { dtype = "float32" } = checkOptions<WithDType<DType.DType>>("ones", options, knownOfDType)
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
  const { dtype } = checkOptions<WithDType<DType.DType>>("full", options, knownOfDType)
  return broadcastTo(dtype === undefined ? asArray("full", value) : asDType("full", value, dtype), sizes) as never
}

/**
 * Options in which a new array differs from the one that it is made like.
 *
 * @category models
 * @since 0.1.0
 */
export interface LikeOptions<D extends DType.DType, S extends Shape.Shape | undefined = undefined>
  extends WithDType<D>
{
  readonly shape?: S
}

const knownOfLike: Known<LikeOptions<DType.DType, Shape.Shape>> = { dtype: true, shape: true }

type LikeShape<X, S> = [S] extends [Shape.Shape] ? S : ShapeOf<X>

const modelOf = (operation: string, x: ArrayLike, options: LikeOptions<DType.DType, Shape.Shape | undefined>) => {
  const like = asArray(operation, x)
  const { dtype, shape = like.shape } = checkOptions(operation, options, knownOfLike)
  return {
    dtype: dtype ?? like.dtype,
    weak: dtype === undefined && like.weak,
    shape: Shapes.validate(operation, shape)
  }
}

const like = (operation: string, value: number) =>
<
  X extends ArrayLike,
  D extends DType.DType = DTypeOf<X>,
  const S extends Shape.Shape | undefined = undefined
>(
  x: X,
  options: LikeOptions<D, S> = {}
): NdArray.NdArray<NoInfer<D>, LikeShape<X, NoInfer<S>>> => {
  const { dtype, shape, weak } = modelOf(operation, x, options)
  return broadcastTo(node.literal(scalar(value, dtype), dtype, weak), shape) as never
}

/**
 * Zeros of the shape and dtype of another array, unless others are given.
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
 * Ones of the shape and dtype of another array, unless others are given.
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
 * One value in the shape and dtype of another array, unless others are given.
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
export const fullLike = <
  X extends ArrayLike,
  D extends DType.DType = DTypeOf<X>,
  const S extends Shape.Shape | undefined = undefined
>(
  x: X,
  value: ArrayLike,
  options: LikeOptions<D, S> = {}
): NdArray.NdArray<NoInfer<D>, LikeShape<X, NoInfer<S>>> => {
  const { dtype, shape, weak } = modelOf("fullLike", x, options)
  const array = castInto("fullLike", asOperand("fullLike", value), dtype)
  return broadcastTo(cast("fullLike", array, dtype, weak), shape) as never
}

const finite = (operation: string, values: Record<string, number>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new ArgumentError({ operation, message: `${operation}: ${name} must be a finite number, got ${value}` })
    }
  }
}

function checkNumbers(given: ReadonlyArray<unknown>): asserts given is ReadonlyArray<number> {
  if (given.length >= 1 && given.length <= 3 && given.every((value) => typeof value === "number")) return
  const wrong = given.find((value) => typeof value !== "number")
  throw new ArgumentError({
    operation: "arange",
    message: `arange: expected one to three numbers, the stop, or start, stop and step, and options such as ` +
      `{ dtype: "float32" }, got ${
        wrong === undefined
          ? `${given.length} numbers`
          : isOptions(wrong)
          ? "options before a number"
          : describe(wrong)
      }`
  })
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
  const last = args.at(-1)
  const options = typeof last === "object" ? checkOptions("arange", last, knownOfDType) : {}
  const numbers = args.filter((arg) => arg !== undefined && arg !== options)
  checkNumbers(numbers)
  const { dtype: wanted } = options as WithDType<DType.DType>
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
 * Options of {@link linspace}.
 *
 * @category models
 * @since 0.1.0
 */
export interface LinspaceOptions<D extends DType.DType, R extends boolean = false, A extends number = 0>
  extends WithDType<D>
{
  /** Whether `stop` is the last of the values; it is by default. */
  readonly endpoint?: boolean
  /** Gives `[values, step]`: the distance between the values, too. */
  readonly retstep?: R
  /** Where the new axis goes, if the ends are arrays; the first by default. */
  readonly axis?: A
}

const knownOfLinspace: Known<LinspaceOptions<DType.DType, boolean, number>> = {
  endpoint: true,
  retstep: true,
  dtype: true,
  axis: true
}

type Line<X, Y, N extends number, D extends DType.DType, R extends boolean, A extends number> = R extends true
  ? readonly [
    values: NdArray.NdArray<D, Shape.Insert<Broadcasted<X, Y>, A, N>>,
    step: NdArray.NdArray<DType.ToInexact<D>, Shape.Shape>
  ]
  : NdArray.NdArray<D, Shape.Insert<Broadcasted<X, Y>, A, N>>

/**
 * `num` evenly spaced values from `start` to `stop`, which is the last of them unless `endpoint` is false.
 *
 * **Details**
 *
 * 50 values by default, in float32 unless the ends or `dtype` say otherwise; integers are rounded down. Both ends are met
 * exactly. The ends may be arrays, which broadcast: the values then lie along a new axis, the first unless `axis` names
 * another. With `retstep` the distance of the values is returned as well.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.linspace(0, 1, 5) // => [0, 0.25, 0.5, 0.75, 1]
 * np.linspace(0, 1, 4, { endpoint: false }) // => [0, 0.25, 0.5, 0.75]
 * np.linspace(0, 9, 4, { dtype: "int32" }) // => [0, 3, 6, 9]
 * np.linspace(np.array([0, 10]), 20, 3) // => [[0, 10], [10, 15], [20, 20]]
 * const [values, step] = np.linspace(0, 1, 5, { retstep: true })
 * step // => 0.25
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const linspace = <
  X extends ArrayLike,
  Y extends ArrayLike,
  const N extends number = 50,
  D extends DType.DType = DType.ToInexact<PromoteOperands<X, Y>>,
  R extends boolean = false,
  const A extends number = 0
>(
  start: X,
  stop: Y & Fits<X, Y>,
  num: N = 50 as N,
  options: LinspaceOptions<D, R, A> = {}
): Line<X, Y, NoInfer<N>, NoInfer<D>, R, A> => {
  const known = checkOptions<LinspaceOptions<DType.DType, boolean, number>>("linspace", options, knownOfLinspace)
  const { axis = 0, dtype, endpoint = true, retstep = false } = known
  const [length] = Shapes.validate("linspace", [num]) as readonly [number]
  const line = typeof start === "number" && typeof stop === "number" && dtype !== undefined && DType.isInteger(dtype)
    ? wholeLine(start, stop, length, endpoint, dtype)
    : lineBetween(start, stop, length, endpoint, dtype, axis)
  return (retstep ? [line.values, line.step] : line.values) as never
}

/** The values, and the distance between them. */
interface Spaced {
  readonly values: NdArray.Any
  readonly step: NdArray.Any
}

/** Whole values between two numbers, rounded down from double precision as NumPy has it. */
const wholeLine = (
  start: number,
  stop: number,
  length: number,
  endpoint: boolean,
  dtype: DType.Integer
): Spaced => {
  finite("linspace", { start, stop })
  const intervals = endpoint ? length - 1 : length
  const step = intervals > 0 ? (stop - start) / intervals : NaN
  const values = Array.from(
    { length },
    (_, i) => Math.floor(i === 0 ? start : endpoint && i === intervals ? stop : start + i * step)
  )
  return { values: array(values, { dtype }), step: node.literal(step, "float32") }
}

const lineBetween = (
  start: ArrayLike,
  stop: ArrayLike,
  length: number,
  endpoint: boolean,
  wanted: DType.DType | undefined,
  axis: number
): Spaced => {
  if (typeof start === "number") finite("linspace", { start })
  if (typeof stop === "number") finite("linspace", { stop })
  const [first, last] = wanted === undefined
    ? promoteInexact("linspace", [start, stop])
    : [asOperand("linspace", start), asOperand("linspace", stop)]
  const dtype = wanted ?? first!.dtype
  // integers of 64 bits have no other dtype that comes near them
  const within = DType.isInteger(dtype) && DType.itemSize(dtype) === 8 ? "float64" : DType.toInexact(dtype)
  const shape = Shapes.broadcast("linspace", [first!.shape, last!.shape])
  const at = Shapes.normalizeAxis("linspace", axis, shape.length + 1)
  const end = (x: node.Node) => broadcastTo(cast("linspace", x, within, false), shape)
  const [from, to] = [end(first!), end(last!)]
  const wide = [...shape.slice(0, at), length, ...shape.slice(at)]
  const along = (x: NdArray.Any) =>
    x.shape.length === 0 ? x : broadcastInDim(x, wide, shape.map((_, i) => i < at ? i : i + 1))
  const intervals = endpoint ? length - 1 : length
  const index = iota(within, wide, at)
  const step = primitive.div(primitive.sub(to, from), intervals > 0 ? intervals : NaN)
  if (intervals < 1) return { values: primitive.convert(broadcastTo(along(from), wide), dtype), step }
  // weights of both ends, so that both are met exactly
  const t = primitive.div(index, intervals)
  const line = primitive.add(primitive.mul(primitive.sub(1, t), along(from)), primitive.mul(t, along(to)))
  const values = endpoint ? primitive.select(primitive.eq(index, intervals), along(to), line) : line
  return { values: primitive.convert(DType.isInteger(dtype) ? primitive.floor(values) : values, dtype), step }
}

/** The number of a diagonal of a matrix; beyond its corners all diagonals are alike, and empty. */
const diagonalOf = (operation: string, [rows, columns]: Shape.Shape, k: number): number => {
  if (!Number.isInteger(k)) {
    throw new ArgumentError({ operation, message: `${operation}: k must be a whole number, got ${k}` })
  }
  return Math.min(Math.max(k, -rows!), columns!)
}

/**
 * Options of {@link eye}.
 *
 * @category models
 * @since 0.1.0
 */
export interface EyeOptions<D extends DType.DType, M extends number> extends WithDType<D> {
  /** As many as rows by default. */
  readonly columns?: M
  /** How far the diagonal stands to the right of the main one; negative to the left. */
  readonly k?: number
}

const knownOfEye: Known<EyeOptions<DType.DType, number>> = { columns: true, k: true, dtype: true }

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
  options: EyeOptions<D, M> = {}
): NdArray.NdArray<NoInfer<D>, readonly [N, NoInfer<M>]> => {
  const { columns = rows, dtype = "float32", k = 0 } = checkOptions<EyeOptions<DType.DType, number>>(
    "eye",
    options,
    knownOfEye
  )
  const sizes = Shapes.validate("eye", [rows, columns])
  const diagonal = primitive.eq(
    primitive.add(iota("int32", sizes, 0), diagonalOf("eye", sizes, checkInteger("eye", "k", k))),
    iota("int32", sizes, 1)
  )
  return primitive.convert(diagonal, dtype) as never
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
): NdArray.NdArray<NoInfer<D>, readonly [N, N]> =>
  eye(n, checkOptions<WithDType<DType.DType>>("identity", options, knownOfDType)) as never

const triangle =
  (operation: string, keep: (row: NdArray.Any, column: NdArray.Any) => NdArray.Any) =>
  <D extends DType.DType, S extends Shape.Shape>(
    given: NdArray.NdArray<D, S> | Values,
    k = 0
  ): NdArray.NdArray<D, S> => {
    const x = asArray(operation, given)
    if (x.shape.length < 2) {
      throw new ShapeError({
        operation,
        message: `${operation}: expected at least 2 axes, got ${Shapes.format(x.shape)}`
      })
    }
    checkInteger(operation, "k", k)
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
