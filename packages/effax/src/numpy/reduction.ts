/**
 * Reductions along axes.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import type { Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as complex from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { countIn, highest, lowest, masked, type Where } from "./masks.ts"
import {
  type ArrayLike,
  asArray,
  asDType,
  asOperand,
  broadcast,
  type DTypeOf,
  promoteInexact,
  type ShapeOf
} from "./operands.ts"
import { type Check, keep, knownOfReduction, reduction, type ReductionOptions } from "./reductionOptions.ts"
import { truth } from "./signatures.ts"

export type { ReductionOptions }

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

export {
  /** The mean squared distance from the mean, divided by `n - ddof`. @category reductions @since 0.1.0 */
  variance_ as var
}
