/**
 * Reductions along axes, and running ones.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkInteger, type Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as complex from "../primitive/complex.ts"
import * as cumulative from "../primitive/cumulative.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import { concatenate, reshape, sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { countIn, highest, lowest, masked, type Where } from "./masks.ts"
import {
  type ArrayLike,
  asArray,
  asDType,
  asOperand,
  broadcast,
  broadcastTo,
  type DTypeOf,
  promote,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"
import { truth } from "./signatures.ts"

/**
 * Options of reductions.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReductionOptions<A extends Shape.Axes, K extends boolean> {
  /** The axes that are reduced; all of them by default. Negative ones count from the end. */
  readonly axis?: A
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
}

/** Options of reductions of a part of the elements. @category models @since 0.1.0 */
export interface MaskedOptions<A extends Shape.Axes, K extends boolean> extends ReductionOptions<A, K> {
  /** Which elements count, a mask that broadcasts to the array; all of them by default. */
  readonly where?: Where
}

/** Options of {@link max} and {@link min}. @category models @since 0.1.0 */
export interface ExtremeOptions<A extends Shape.Axes, K extends boolean> extends MaskedOptions<A, K> {
  /** A scalar that takes part too. An empty axis needs it, and so does `where`. */
  readonly initial?: ArrayLike
}

/** Options of {@link sum} and {@link prod}. @category models @since 0.1.0 */
export interface SumOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MaskedOptions<A, K>
{
  /** The dtype to add up in and of the result. */
  readonly dtype?: D
  /** The scalar to begin with: 0 for sums and 1 for products by default. */
  readonly initial?: ArrayLike
}

/** Options of {@link mean}. @category models @since 0.1.0 */
export interface MeanOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MaskedOptions<A, K>
{
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
}

/** Options of {@link std} and `var`. @category models @since 0.1.0 */
export interface VarianceOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType>
  extends MeanOptions<A, K, D>
{
  /** The sum of squares is divided by the number of elements less this; 0 by default. */
  readonly ddof?: number
  /** The mean, where it is known already: an array that broadcasts to the data. */
  readonly mean?: ArrayLike
  /** `ddof` by its name in the array API standard, whole or not. */
  readonly correction?: number
}

const knownOfReduction: Known<ReductionOptions<Shape.Axes, boolean>> = { axis: true, keepdims: true }
const knownOfMasked: Known<MaskedOptions<Shape.Axes, boolean>> = { ...knownOfReduction, where: true }
const knownOfExtreme: Known<ExtremeOptions<Shape.Axes, boolean>> = { ...knownOfReduction, initial: true, where: true }
const knownOfSum: Known<SumOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  keepdims: true,
  initial: true,
  where: true
}
const knownOfMean: Known<MeanOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  keepdims: true,
  where: true
}
const knownOfVariance: Known<VarianceOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  ddof: true,
  keepdims: true,
  where: true,
  mean: true,
  correction: true
}

type Check<X, A extends Shape.Axes> = Shape.AxisCheck<ShapeOf<X>, A>

/** A reduction that keeps the dtype; dual: `f(x, options)` and `x.pipe(f(options))`. */
interface Same {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ExtremeOptions<A, K>
  ): NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ExtremeOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>>
}

interface Sum {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.DType = DType.SumOf<DTypeOf<X>>
  >(x: X & Check<X, A>, options?: SumOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.DType = never>(
    options?: SumOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<[D] extends [never] ? DType.SumOf<DTypeOf<X>> : D, Shape.Reduce<ShapeOf<X>, A, K>>
  >
}

interface Mean {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.DType = DType.ToInexact<DTypeOf<X>>
  >(x: X & Check<X, A>, options?: MeanOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.DType = never>(
    options?: MeanOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<[D] extends [never] ? DType.ToInexact<DTypeOf<X>> : D, Shape.Reduce<ShapeOf<X>, A, K>>
  >
}

interface Fixed<D extends DType.DType> {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<D, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<D, Shape.Reduce<ShapeOf<X>, A, K>>>
}

interface Truth {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: MaskedOptions<A, K>
  ): NdArray.NdArray<"bool", Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: MaskedOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<"bool", Shape.Reduce<ShapeOf<X>, A, K>>>
}

/** A dual function of an array and options. */
const reduction = <F, O extends object>(
  operation: string,
  known: Known<O>,
  f: (x: ArrayLike, options: O) => NdArray.Any
): F => dualWithOptions(operation, 1, known, f)

const keep = (reduced: NdArray.Any, shape: Shape.Shape, axes: ReadonlyArray<number>, keepdims: boolean | undefined) =>
  keepdims ? reshape(reduced, shape.map((size, axis) => axes.includes(axis) ? 1 : size)) : reduced

type Reduce = (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any

/** The parts of a reduction: of arrays, of the two scalars `initial` and result, and of nothing. */
interface Fold {
  readonly reduce: Reduce
  readonly combine: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any
  readonly identity: (dtype: DType.DType) => number | bigint | boolean
}

const folds = {
  sum: { reduce: reduce.reduceSum, combine: primitive.add, identity: () => 0 },
  prod: { reduce: reduce.reduceProd, combine: primitive.mul, identity: () => 1 },
  max: { reduce: reduce.reduceMax, combine: primitive.max, identity: lowest },
  min: { reduce: reduce.reduceMin, combine: primitive.min, identity: highest },
  and: { reduce: reduce.reduceAnd, combine: primitive.and, identity: () => true },
  or: { reduce: reduce.reduceOr, combine: primitive.or, identity: () => false }
} satisfies Record<string, Fold>

type Options = Pick<SumOptions<Shape.Axes, boolean, DType.DType>, "axis" | "initial" | "keepdims" | "where">

const over = (operation: string, x: NdArray.Any, options: Options, fold: Fold): NdArray.Any => {
  const axes = Shapes.normalizeAxes(operation, options.axis, x.shape.length)
  const chosen = options.where === undefined ? x : masked(operation, x, options.where, fold.identity(x.dtype))
  const folded = fold.reduce(chosen, axes)
  const whole = options.initial === undefined
    ? folded
    : fold.combine(scalar(operation, "initial", options.initial, x.dtype), folded)
  return keep(whole, x.shape, axes, options.keepdims)
}

/** A scalar option in the dtype of the array. */
const scalar = (operation: string, option: string, value: ArrayLike, dtype: DType.DType): NdArray.Any => {
  const array = asDType(operation, value, dtype)
  if (array.shape.length === 0) return array
  throw new ShapeError({
    operation,
    message: `${operation}: ${option} must be a scalar, got shape ${Shapes.format(array.shape)}`
  })
}

const isHalf = (dtype: DType.DType): boolean => dtype === "float16" || dtype === "bfloat16"

/** Adds up in at least 32 bits; in bool, sums are "or" and products "and". */
const wide =
  (operation: string, fold: Fold, logical: Fold) =>
  (x: ArrayLike, options: SumOptions<Shape.Axes, boolean, DType.DType>): NdArray.Any => {
    const array = options.dtype === undefined ? asArray(operation, x) : asOperand(operation, x)
    const dtype = options.dtype ?? DType.sumOf(array.dtype)
    if (dtype === "bool") return over(operation, truth(array), options, logical)
    const accumulator = isHalf(dtype) ? "float32" : dtype
    return primitive.convert(over(operation, cast(operation, array, accumulator, false), options, fold), dtype)
  }

/**
 * The sum.
 *
 * **Details**
 *
 * Over all axes, one, or several, counted from the end when negative; `keepdims` leaves them with length 1. Small
 * integers and booleans add up in 32 bits; half precision adds up in float32 and is rounded at the end; `dtype` names
 * another. `where` says which elements count, and `initial` what the sum begins with. Data first, `np.sum(x, options)`, or
 * last, `x.pipe(np.sum(options))`, as in all reductions.
 *
 * Throws an `AxisError` for an axis that the array hasn't, which is a type error where the shape is known.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * np.sum(x) // => 21
 * np.sum(x, { axis: 0 }) // => [5, 7, 9]
 * np.sum(x, { axis: -1, keepdims: true }) // => [[6], [15]]
 * x.pipe(np.sum({ axis: 1 })) // => [6, 15]
 * np.sum(np.array([true, true, false])) // => 2
 * np.sum(x, { where: np.greater(x, 2), initial: 100 }) // => 118
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const sum = reduction<Sum, SumOptions<Shape.Axes, boolean, DType.DType>>(
  "sum",
  knownOfSum,
  wide("sum", folds.sum, folds.or)
)
/**
 * The product, in the dtype of {@link sum}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.prod(np.array([[1, 2], [3, 4]]), { axis: 1 }) // => [2, 12]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const prod = reduction<Sum, SumOptions<Shape.Axes, boolean, DType.DType>>(
  "prod",
  knownOfSum,
  wide("prod", folds.prod, folds.and)
)

const extreme = (operation: string, fold: Fold, logical: Fold) =>
  reduction<Same, ExtremeOptions<Shape.Axes, boolean>>(operation, knownOfExtreme, (x, options) => {
    const given = asArray(operation, x)
    const array = cast(operation, given, given.dtype)
    if (options.initial === undefined) {
      if (options.where !== undefined) {
        throw new ArgumentError({
          operation,
          message: `${operation}: \`where\` needs \`initial\` too, the result where no element counts`
        })
      }
      const axes = Shapes.normalizeAxes(operation, options.axis, array.shape.length)
      if (axes.some((axis) => array.shape[axis] === 0)) {
        throw new ShapeError({
          operation,
          message: `${operation}: an axis of length 0 has no ${operation} without \`initial\`; the shape is ${
            Shapes.format(array.shape)
          }`
        })
      }
    }
    return over(operation, array, options, array.dtype === "bool" ? logical : fold)
  })

/**
 * The largest element; NaN if there is one.
 *
 * **Details**
 *
 * Ties share the gradient. `initial` takes part too; without it an axis of length 0 is a `ShapeError`, and `where`, which
 * may leave nothing, an `ArgumentError`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.max(np.array([[1, 5], [4, 2]]), { axis: 0 }) // => [4, 5]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const max = extreme("max", folds.max, folds.or)
/**
 * The least element; NaN if there is one.
 *
 * **Details**
 *
 * Ties share the gradient. `initial` takes part too; without it an axis of length 0 is a `ShapeError`, and `where`, which
 * may leave nothing, an `ArgumentError`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.min(np.array([3, 1, 2])) // => 1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const min = extreme("min", folds.min, folds.and)

/** Whether elements are true, as an array by itself: results of reductions are not weakly typed. */
const trueIn = (operation: string, x: ArrayLike): NdArray.Any => primitive.convert(truth(asArray(operation, x)), "bool")

/**
 * Whether all elements are true (not 0).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.all(np.array([[true, false], [true, true]]), { axis: 1 }) // => [false, true]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const all = reduction<Truth, MaskedOptions<Shape.Axes, boolean>>(
  "all",
  knownOfMasked,
  (x, options) => over("all", trueIn("all", x), options, folds.and)
)
/**
 * Whether any element is true (not 0).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.any(np.greater(np.array([1, 2, 3]), 2)) // => true
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const any = reduction<Truth, MaskedOptions<Shape.Axes, boolean>>(
  "any",
  knownOfMasked,
  (x, options) => over("any", trueIn("any", x), options, folds.or)
)

/** The number of elements that are not 0. @category reductions @since 0.1.0 */
export const countNonzero = reduction<Fixed<"int32">, ReductionOptions<Shape.Axes, boolean>>(
  "countNonzero",
  knownOfReduction,
  (x, options) => over("countNonzero", primitive.convert(trueIn("countNonzero", x), "int32"), options, folds.sum)
)

/** The number of elements that count, less a correction: a number, or an array of the shape of the result. */
const counted = (
  operation: string,
  x: NdArray.Any,
  options: Options,
  correction: number
): number | NdArray.Any => {
  const { axis, keepdims, where } = options
  const axes = Shapes.normalizeAxes(operation, axis, x.shape.length)
  if (where === undefined) return axes.reduce((n, a) => n * x.shape[a]!, 1) - correction
  const n = keep(countIn(operation, where, x, axes), x.shape, axes, keepdims)
  return correction === 0 ? n : primitive.sub(n, correction)
}

/** Sums of what counts, divided. */
const averaged = (operation: string, x: NdArray.Any, options: Options, divisor: number | NdArray.Any): NdArray.Any =>
  primitive.div(over(operation, x, options, folds.sum), divisor)

/** Means and variances of half precision are computed in float32 and rounded at the end only. */
const computing = (dtype: DType.DType): DType.DType => isHalf(dtype) ? "float32" : dtype

/**
 * The arithmetic mean, in floating point.
 *
 * **Details**
 *
 * Integers become float32; half precision adds up in float32. `dtype` names another dtype, and `where` the elements that
 * count.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.mean(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [2, 3]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const mean = reduction<Mean, MeanOptions<Shape.Axes, boolean, DType.DType>>(
  "mean",
  knownOfMean,
  (x, options) => {
    const [array] = options.dtype === undefined ? promoteInexact("mean", [x]) : [asOperand("mean", x)]
    const dtype = options.dtype ?? array!.dtype
    const wider = cast("mean", array!, computing(dtype), array!.weak && options.dtype === undefined)
    return primitive.convert(averaged("mean", wider, options, counted("mean", wider, options, 0)), dtype)
  }
)

interface Variance {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.Floating = DType.RealOf<DType.ToInexact<DTypeOf<X>>>
  >(x: X & Check<X, A>, options?: VarianceOptions<A, K, D>): NdArray.NdArray<NoInfer<D>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.Floating = never>(
    options?: VarianceOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => NdArray.NdArray<
      [D] extends [never] ? DType.RealOf<DType.ToInexact<DTypeOf<X>>> : D,
      Shape.Reduce<ShapeOf<X>, A, K>
    >
  >
}

const correctionOf = (
  operation: string,
  { correction, ddof = 0 }: VarianceOptions<Shape.Axes, boolean, DType.DType>
): number => {
  const wrong = [ddof, correction].find((value) => value !== undefined && typeof value !== "number")
  if (wrong !== undefined || correction !== undefined && ddof !== 0) {
    throw new ArgumentError({
      operation,
      message: wrong === undefined
        ? `${operation}: \`ddof\` and \`correction\` are two names of one option; give one of them`
        : `${operation}: \`ddof\` and \`correction\` must be numbers, got ${String(wrong)}`
    })
  }
  return correction ?? ddof
}

/** The dtypes that a variance is computed in, and that it has. */
const varianceDTypes = (operation: string, array: NdArray.Any, wanted: DType.DType | undefined) => {
  if (wanted === undefined) return { within: computing(array.dtype), dtype: DType.realOf(array.dtype as DType.Inexact) }
  if (DType.isFloating(wanted) && !DType.isComplex(array.dtype)) return { within: computing(wanted), dtype: wanted }
  throw new DTypeError({
    operation,
    message: DType.isComplex(array.dtype)
      ? `${operation}: the dtype of a variance of ${array.dtype} can't be chosen; convert the array or the result`
      : `${operation}: a variance has a floating dtype, got ${wanted}`
  })
}

const variance = (
  operation: string,
  x: ArrayLike,
  options: VarianceOptions<Shape.Axes, boolean, DType.DType>
): { readonly value: NdArray.Any; readonly dtype: DType.DType } => {
  const correction = correctionOf(operation, options)
  const [array] = promoteInexact(operation, [x])
  const { dtype, within } = varianceDTypes(operation, array!, options.dtype)
  const wider = cast(operation, array!, within, array!.weak)
  const whole = { ...options, keepdims: true }
  const center = options.mean === undefined
    ? node.nodeOf(averaged(operation, wider, whole, counted(operation, wider, whole, 0)))
    : asDType(operation, options.mean, within)
  const [a, c] = broadcast(operation, [wider, center])
  if (a!.shape.length !== wider.shape.length || a!.size !== wider.size) {
    throw new ShapeError({
      operation,
      message: `${operation}: a mean of shape ${Shapes.format(center.shape)} can't be broadcast to ${
        Shapes.format(wider.shape)
      }, the shape of the data`
    })
  }
  const distance = primitive.sub(a!, c!)
  const squares = DType.isComplex(distance.dtype)
    ? complex.real(primitive.mul(distance, complex.conj(distance)))
    : primitive.integerPow(distance, 2)
  // without degrees of freedom a variance is nothing
  const freedom = counted(operation, squares, options, correction)
  const divisor = typeof freedom === "number"
    ? freedom > 0 ? freedom : NaN
    : primitive.select(primitive.gt(freedom, 0), freedom, NaN)
  return { value: averaged(operation, squares, options, divisor), dtype }
}

/** The mean squared distance from the mean, divided by `n - ddof`. */
const variance_ = reduction<Variance, VarianceOptions<Shape.Axes, boolean, DType.DType>>(
  "var",
  knownOfVariance,
  (x, options) => {
    const { dtype, value } = variance("var", x, options)
    return primitive.convert(value, dtype)
  }
)
/**
 * The square root of the variance, with the options of `var`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.std(np.array([1, 2, 3, 4])) // => 1.118034
 * np.std(np.array([1, 2, 3, 4]), { ddof: 1 }) // => 1.2909944
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const std = reduction<Variance, VarianceOptions<Shape.Axes, boolean, DType.DType>>(
  "std",
  knownOfVariance,
  (x, options) => {
    const { dtype, value } = variance("std", x, options)
    return primitive.convert(primitive.sqrt(value), dtype)
  }
)

// --- positions ------------------------------------------------------------------------------------------------------

interface ArgReduction {
  <X extends ArrayLike, const A extends number | undefined = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends number | undefined = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>>
}

const position = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, indexDtype: DType.DType) => NdArray.Any
): ArgReduction =>
  reduction<ArgReduction, ReductionOptions<Shape.Axes, boolean>>(
    operation,
    knownOfReduction,
    (x, { axis, keepdims }) => {
      const array = asArray(operation, x)
      if (axis === undefined || axis === null) {
        const flat = apply(reshape(array, [array.size]), 0, "int32")
        return keep(flat, array.shape, array.shape.map((_, i) => i), keepdims)
      }
      if (typeof axis !== "number") {
        throw new ArgumentError({
          operation,
          message: `${operation}: axis must be one axis, got ${
            Shapes.format(axis)
          }; bring several into one with \`np.reshape\`, or leave \`axis\` out to search all of them`
        })
      }
      const at = Shapes.normalizeAxis(operation, axis, array.shape.length)
      return keep(apply(array, at, "int32"), array.shape, [at], keepdims)
    }
  )

/**
 * The first position of the largest element (of the first NaN, if any), as int32.
 *
 * **Details**
 *
 * In the flattened array without an axis. Only one axis can be named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.argmax(np.array([[1, 9, 3], [7, 5, 6]]), { axis: 1 }) // => [1, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmax = position("argmax", reduce.argmax)
/**
 * The first position of the least element (of the first NaN, if any), as int32.
 *
 * **Details**
 *
 * In the flattened array without an axis. Only one axis can be named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.argmin(np.array([3, 1, 2])) // => 1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmin = position("argmin", reduce.argmin)

// --- running reductions ---------------------------------------------------------------------------------------------

type Running<D extends DType.DType> = D extends "bool" ? "int32" : D

/** Options of {@link cumsum} and {@link cumprod}. @category models @since 0.1.0 */
export interface CumulativeOptions<A extends number | null | undefined, D extends DType.DType> {
  /** Along which axis; the flattened array by default. */
  readonly axis?: A
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
  /** From the end. */
  readonly reverse?: boolean
}

const knownOfCumulative: Known<CumulativeOptions<number, DType.DType>> = { axis: true, dtype: true, reverse: true }

type RunningShape<S extends Shape.Shape, A> = A extends number ? S extends readonly [] ? readonly [1] : S
  : readonly [Shape.Size<S>]

interface Cumulative {
  <const A extends number | null | undefined = undefined, D extends DType.DType = never>(
    options: Behind<CumulativeOptions<A, D>>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & (ShapeOf<X> extends readonly [] ? unknown : Check<X, A>)
    ) => NdArray.NdArray<[D] extends [never] ? Running<DTypeOf<X>> : D, RunningShape<ShapeOf<X>, A>>
  >
  <
    X extends ArrayLike,
    const A extends number | null | undefined = undefined,
    D extends DType.DType = Running<DTypeOf<X>>
  >(
    // a scalar counts as an array of one element
    x: X & (ShapeOf<X> extends readonly [] ? unknown : Check<X, A>),
    options?: CumulativeOptions<A, D>
  ): NdArray.NdArray<NoInfer<D>, RunningShape<ShapeOf<X>, A>>
}

const running = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, reverse: boolean) => NdArray.Any
): Cumulative =>
  reduction<Cumulative, CumulativeOptions<number | null, DType.DType>>(operation, knownOfCumulative, (x, options) => {
    const { axis, dtype, reverse = false } = options
    const given = asArray(operation, x)
    const isFlat = axis === undefined || axis === null
    const array = isFlat || given.shape.length === 0 ? reshape(given, [given.size]) : given
    const at = Shapes.normalizeAxis(operation, axis ?? 0, array.shape.length)
    const result = dtype ?? (array.dtype === "bool" ? "int32" : array.dtype)
    // sums of truth count it, and are true where that is not 0
    return result === "bool"
      ? truth(apply(primitive.convert(truth(array), "int32"), at, reverse))
      : apply(primitive.convert(array, result), at, reverse)
  })

/**
 * Running sums along an axis, or over the flattened array.
 *
 * **Details**
 *
 * Booleans count as int32, all others keep their dtype, unless `dtype` names one. `reverse` sums from the end.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumsum(np.array([1, 2, 3])) // => [1, 3, 6]
 * np.cumsum(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [[1, 2], [4, 6]]
 * np.cumsum(np.array([1, 2, 3]), { axis: 0, reverse: true }) // => [6, 5, 3]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumsum = running("cumsum", cumulative.cumsum)
/**
 * Running products along an axis, or over the flattened array.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumprod(np.array([1, 2, 3, 4])) // => [1, 2, 6, 24]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumprod = running("cumprod", cumulative.cumprod)

/** Options of {@link diff}. @category models @since 0.1.0 */
export interface DiffOptions<P extends ArrayLike, Q extends ArrayLike> {
  /** How many times differences are taken; once by default. */
  readonly n?: number
  /** The last by default. */
  readonly axis?: number
  /** Comes before the array: a scalar for one element, or an array. */
  readonly prepend?: P
  /** Comes after the array: a scalar for one element, or an array. */
  readonly append?: Q
}

const knownOfDiff: Known<DiffOptions<ArrayLike, ArrayLike>> = { n: true, axis: true, prepend: true, append: true }

/**
 * Differences of neighbours along an axis, the last by default; of booleans, whether they differ.
 *
 * **Details**
 *
 * `prepend` and `append` are joined to the array first, and their dtypes are promoted. Throws an `ArgumentError` for an
 * `n` that is negative or not whole.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.diff(np.array([1, 4, 9, 16])) // => [3, 5, 7]
 * np.diff(np.array([1, 4, 9, 16]), { n: 2 }) // => [2, 2]
 * np.diff(np.array([1, 4, 9]), { prepend: 0 }) // => [1, 3, 5]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const diff: {
  <P extends ArrayLike = never, Q extends ArrayLike = never>(
    options: Behind<DiffOptions<P, Q>>
  ): Last<
    P,
    <X extends ArrayLike>(x: X) => NdArray.NdArray<
      PromoteOperands<NdArray.NdArray<PromoteOperands<X, [P] extends [never] ? X : P>>, [Q] extends [never] ? X : Q>,
      Shape.SameRank<ShapeOf<X>>
    >
  >
  <X extends ArrayLike, P extends ArrayLike = X, Q extends ArrayLike = X>(
    x: X,
    options?: DiffOptions<P, Q>
  ): NdArray.NdArray<
    PromoteOperands<NdArray.NdArray<PromoteOperands<X, P>>, Q>,
    Shape.SameRank<ShapeOf<X>>
  >
} = dualWithOptions("diff", 1, knownOfDiff, (given: ArrayLike, options: DiffOptions<ArrayLike, ArrayLike>) => {
  const { append, axis = -1, n = 1, prepend } = options
  if (checkInteger("diff", "n", n) < 0) {
    throw new ArgumentError({ operation: "diff", message: `diff: n must be 0 or more, got ${n}` })
  }
  const x = asArray("diff", given)
  const at = Shapes.normalizeAxis("diff", axis, x.shape.length)
  if (n === 0) return x as never
  const joined = promote("diff", [prepend, x, append].filter((part) => part !== undefined))
  const one = x.shape.map((size, i) => i === at ? 1 : size)
  let result = concatenate(joined.map((part) => part.shape.length === 0 ? broadcastTo(part, one) : part), at)
  for (let i = 0; i < n; i++) {
    const size = result.shape[at]!
    const difference = result.dtype === "bool" ? primitive.ne : primitive.sub
    result = difference(
      sliceAxis(result, at, Math.min(1, size), size),
      sliceAxis(result, at, 0, Math.max(0, size - 1))
    )
  }
  return result as never
})

export {
  /** The mean squared distance from the mean, divided by `n - ddof`. @category reductions @since 0.1.0 */
  variance_ as var
}
