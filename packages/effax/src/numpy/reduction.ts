/**
 * Reductions along axes.
 */
import type * as DType from "../DType.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import { averageOf, extreme, folds, over, trueIn, variance, wide } from "./reducing.ts"
import {
  type ExtremeOptions,
  type Fixed,
  knownOfExtreme,
  knownOfMasked,
  knownOfMean,
  knownOfReduction,
  knownOfSum,
  knownOfVariance,
  type MaskedOptions,
  type Mean,
  type MeanOptions,
  reduction,
  type ReductionOptions,
  type Same,
  type Sum,
  type SumOptions,
  type Truth,
  type Variance,
  type VarianceOptions
} from "./reductionOptions.ts"

export type { ExtremeOptions, MaskedOptions, MeanOptions, ReductionOptions, SumOptions, VarianceOptions }

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
export const max = reduction<Same, ExtremeOptions<Shape.Axes, boolean>>(
  "max",
  knownOfExtreme,
  extreme("max", folds.max, folds.or)
)
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
export const min = reduction<Same, ExtremeOptions<Shape.Axes, boolean>>(
  "min",
  knownOfExtreme,
  extreme("min", folds.min, folds.and)
)

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
  averageOf("mean")
)

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
