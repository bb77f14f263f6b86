/**
 * Reductions that pass over NaN.
 */
import * as DType from "../DType.ts"
import type { Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { argmax, argmin, reduceAnd } from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { highest, lowest, maskOf } from "./masks.ts"
import { type ArrayLike, asArray } from "./operands.ts"
import { averageOf, extreme, type Fold, folds, isNaN, positionOf, variance, wide } from "./reducing.ts"
import {
  type ArgReduction,
  type ExtremeOptions,
  keep,
  knownOfExtreme,
  knownOfMean,
  knownOfReduction,
  knownOfSum,
  type MaskedOptions,
  type Mean,
  type MeanOptions,
  reduction,
  type ReductionOptions,
  type Same,
  type Sum,
  type SumOptions,
  type Variance,
  type VarianceOptions
} from "./reductionOptions.ts"

/** Options of {@link nanstd} and {@link nanvar}. @category models @since 0.1.0 */
export type NanVarianceOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType> = Omit<
  VarianceOptions<A, K, D>,
  "correction"
>

const knownOfNanVariance: Known<NanVarianceOptions<Shape.Axes, boolean, DType.DType>> = {
  axis: true,
  dtype: true,
  ddof: true,
  keepdims: true,
  where: true,
  mean: true
}

/** The array with a value in the place of NaN; arrays that can't hold NaN stay as they are. */
const without = (x: NdArray.Any, value: number): NdArray.Any =>
  DType.isInexact(x.dtype) ? primitive.select(isNaN(x), value, x) : x

/** The sum of what is not NaN, with the options of {@link sum}; 0 where all is NaN. @category nan @since 0.1.0 */
export const nansum = reduction<Sum, SumOptions<Shape.Axes, boolean, DType.DType>>(
  "nansum",
  knownOfSum,
  (x, options) => wide("nansum", folds.sum, folds.or)(without(asArray("nansum", x), 0), options)
)
/** The product of what is not NaN, with the options of {@link prod}; 1 where all is NaN. @category nan @since 0.1.0 */
export const nanprod = reduction<Sum, SumOptions<Shape.Axes, boolean, DType.DType>>(
  "nanprod",
  knownOfSum,
  (x, options) => wide("nanprod", folds.prod, folds.and)(without(asArray("nanprod", x), 1), options)
)

/** Whether all elements along axes are NaN. */
const allNaN = (
  operation: string,
  x: NdArray.Any,
  { axis, keepdims }: ReductionOptions<Shape.Axes, boolean>
): NdArray.Any => {
  const axes = Shapes.normalizeAxes(operation, axis, x.shape.length)
  return keep(reduceAnd(isNaN(x), axes), x.shape, axes, keepdims)
}

const nanExtreme = (
  operation: string,
  fold: Fold,
  logical: Fold,
  identity: (dtype: DType.DType) => number | bigint | boolean
) =>
  reduction<Same, ExtremeOptions<Shape.Axes, boolean>>(operation, knownOfExtreme, (given, options) => {
    const x = asArray(operation, given)
    const apply = extreme(operation, fold, logical)
    if (!DType.isInexact(x.dtype)) return apply(x, options)
    const found = apply(without(x, identity(x.dtype) as number), options)
    return options.initial === undefined
      ? primitive.select(allNaN(operation, x, options), NaN, found)
      : found
  })

/**
 * The largest element that is not NaN, with the options of {@link max}; NaN where all is NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nanmax(np.array([[1, NaN], [NaN, NaN]]), { axis: 1 }) // => [1, NaN]
 * ```
 *
 * @category nan
 * @since 0.1.0
 */
export const nanmax = nanExtreme("nanmax", folds.max, folds.or, lowest)
/** The least element that is not NaN, with the options of {@link min}; NaN where all is NaN. @category nan @since 0.1.0 */
export const nanmin = nanExtreme("nanmin", folds.min, folds.and, highest)

/** Options of which `where` leaves out NaN too. */
const counting = <O extends MaskedOptions<Shape.Axes, boolean>>(operation: string, x: NdArray.Any, options: O): O => {
  if (!DType.isInexact(x.dtype)) return options
  const is = primitive.eq(x, x)
  return {
    ...options,
    where: options.where === undefined ? is : primitive.and(is, maskOf(operation, options.where, x.shape))
  }
}

/**
 * The mean of what is not NaN, with the options of {@link mean}; NaN where all is NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nanmean(np.array([1, NaN, 3])) // => 2
 * ```
 *
 * @category nan
 * @since 0.1.0
 */
export const nanmean = reduction<Mean, MeanOptions<Shape.Axes, boolean, DType.DType>>(
  "nanmean",
  knownOfMean,
  (given, options) => {
    const x = asArray("nanmean", given)
    return averageOf("nanmean")(without(x, 0), counting("nanmean", x, options))
  }
)

const nanVariance = (
  operation: string,
  given: ArrayLike,
  options: NanVarianceOptions<Shape.Axes, boolean, DType.DType>
) => {
  const x = asArray(operation, given)
  return variance(operation, without(x, 0), counting(operation, x, options))
}

/** The variance of what is not NaN, with the options of `var`; NaN where too little is left. @category nan @since 0.1.0 */
export const nanvar = reduction<Variance, NanVarianceOptions<Shape.Axes, boolean, DType.DType>>(
  "nanvar",
  knownOfNanVariance,
  (x, options) => {
    const { dtype, value } = nanVariance("nanvar", x, options)
    return primitive.convert(value, dtype)
  }
)
/** The square root of {@link nanvar}. @category nan @since 0.1.0 */
export const nanstd = reduction<Variance, NanVarianceOptions<Shape.Axes, boolean, DType.DType>>(
  "nanstd",
  knownOfNanVariance,
  (x, options) => {
    const { dtype, value } = nanVariance("nanstd", x, options)
    return primitive.convert(primitive.sqrt(value), dtype)
  }
)

const nanPosition = (
  operation: string,
  apply: Parameters<typeof positionOf>[1],
  identity: (dtype: DType.DType) => number | bigint | boolean
) =>
  reduction<ArgReduction, ReductionOptions<Shape.Axes, boolean>>(operation, knownOfReduction, (given, options) => {
    const x = asArray(operation, given)
    const found = positionOf(operation, apply)(without(x, identity(x.dtype) as number), options)
    return DType.isInexact(x.dtype) ? primitive.select(allNaN(operation, x, options), -1, found) : found
  })

/**
 * The first position of the largest element that is not NaN, as int32; -1 where all is NaN.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.nanargmax(np.array([[1, NaN, 2], [NaN, NaN, NaN]]), { axis: 1 }) // => [2, -1]
 * ```
 *
 * @category nan
 * @since 0.1.0
 */
export const nanargmax = nanPosition("nanargmax", argmax, lowest)
/** The first position of the least element that is not NaN, as int32; -1 where all is NaN. @category nan @since 0.1.0 */
export const nanargmin = nanPosition("nanargmin", argmin, highest)
