/**
 * What reductions compute.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as complex from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import { reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { countIn, highest, lowest, masked } from "./masks.ts"
import { type ArrayLike, asArray, asDType, asOperand, broadcast, promoteInexact } from "./operands.ts"
import {
  type ExtremeOptions,
  keep,
  type MeanOptions,
  type ReductionOptions,
  type SumOptions,
  type VarianceOptions
} from "./reductionOptions.ts"
import { truth } from "./signatures.ts"

type Reduce = (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any

/** The parts of a reduction: of arrays, of the two scalars `initial` and result, and of nothing. */
export interface Fold {
  readonly reduce: Reduce
  readonly combine: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any
  readonly identity: (dtype: DType.DType) => number | bigint | boolean
}

export const folds = {
  sum: { reduce: reduce.reduceSum, combine: primitive.add, identity: () => 0 },
  prod: { reduce: reduce.reduceProd, combine: primitive.mul, identity: () => 1 },
  max: { reduce: reduce.reduceMax, combine: primitive.max, identity: lowest },
  min: { reduce: reduce.reduceMin, combine: primitive.min, identity: highest },
  and: { reduce: reduce.reduceAnd, combine: primitive.and, identity: () => true },
  or: { reduce: reduce.reduceOr, combine: primitive.or, identity: () => false }
} satisfies Record<string, Fold>

type Options = Pick<SumOptions<Shape.Axes, boolean, DType.DType>, "axis" | "initial" | "keepdims" | "where">

export const over = (operation: string, x: NdArray.Any, options: Options, fold: Fold): NdArray.Any => {
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

/** Whether elements are NaN. */
export const isNaN = (x: NdArray.Any): NdArray.Any => primitive.ne(x, x)

export const isHalf = (dtype: DType.DType): boolean => dtype === "float16" || dtype === "bfloat16"

/** Adds up in at least 32 bits; in bool, sums are "or" and products "and". */
export const wide =
  (operation: string, fold: Fold, logical: Fold) =>
  (x: ArrayLike, options: SumOptions<Shape.Axes, boolean, DType.DType>): NdArray.Any => {
    const array = options.dtype === undefined ? asArray(operation, x) : asOperand(operation, x)
    const dtype = options.dtype ?? DType.sumOf(array.dtype)
    if (dtype === "bool") return over(operation, truth(array), options, logical)
    const accumulator = isHalf(dtype) ? "float32" : dtype
    return primitive.convert(over(operation, cast(operation, array, accumulator, false), options, fold), dtype)
  }

export const extreme =
  (operation: string, fold: Fold, logical: Fold) =>
  (x: ArrayLike, options: ExtremeOptions<Shape.Axes, boolean>): NdArray.Any => {
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
  }

/** Whether elements are true, as an array by itself: results of reductions are not weakly typed. */
export const trueIn = (operation: string, x: ArrayLike): NdArray.Any =>
  primitive.convert(truth(asArray(operation, x)), "bool")

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

/** The mean in floating point. */
export const averageOf =
  (operation: string) => (x: ArrayLike, options: MeanOptions<Shape.Axes, boolean, DType.DType>): NdArray.Any => {
    const [array] = options.dtype === undefined ? promoteInexact(operation, [x]) : [asOperand(operation, x)]
    const dtype = options.dtype ?? array!.dtype
    const wider = cast(operation, array!, computing(dtype), array!.weak && options.dtype === undefined)
    return primitive.convert(averaged(operation, wider, options, counted(operation, wider, options, 0)), dtype)
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

export const variance = (
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

/** The position of an element along one axis, or in the flattened array. */
export const positionOf = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, indexDtype: DType.DType) => NdArray.Any
) =>
(x: ArrayLike, { axis, keepdims }: ReductionOptions<Shape.Axes, boolean>): NdArray.Any => {
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
