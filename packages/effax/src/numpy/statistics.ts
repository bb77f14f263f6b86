/**
 * Averages, ranges, covariances and correlations.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { checkBooleans, checkInteger, checkOptions, isOptions, type Known } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { complex, imag, real } from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { conj } from "./complex.ts"
import { diagonal, matmul } from "./linear.ts"
import {
  type ArrayLike,
  asArray,
  broadcastTo,
  type DTypeOf,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"
import { max, mean, min, sum } from "./reduction.ts"
import { type Check, knownOfReduction, reduction, type ReductionOptions } from "./reductionOptions.ts"

interface Same {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A, K>>>
}

/**
 * The range, from the least element to the largest.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.ptp(np.array([[1, 5, 2], [7, 7, 7]]), { axis: 1 }) // => [4, 0]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const ptp = reduction<Same, ReductionOptions<Shape.Axes, boolean>>("ptp", knownOfReduction, (given, options) => {
  const x = asArray("ptp", given)
  return primitive.sub(max(x, options), min(x, options))
})

// --- averages --------------------------------------------------------------------------------------------------------

/** Options of {@link average}. @category models @since 0.1.0 */
export interface AverageOptions<A extends Shape.Axes, W extends ArrayLike, R extends boolean, K extends boolean>
  extends ReductionOptions<A, K>
{
  /** How much each element counts, of the shape of the array or of the reduced axes; all the same by default. */
  readonly weights?: W
  /** Gives the sum of the weights too. */
  readonly returned?: R
}

const knownOfAverage: Known<AverageOptions<Shape.Axes, ArrayLike, boolean, boolean>> = {
  axis: true,
  weights: true,
  returned: true,
  keepdims: true
}

type Averaged<X extends ArrayLike, W, A extends Shape.Axes, K extends boolean> = NdArray.NdArray<
  DType.ToInexact<[W] extends [never] ? DTypeOf<X> : PromoteOperands<X, W>>,
  Shape.Reduce<ShapeOf<X>, A, K>
>

type AverageResult<X extends ArrayLike, W, A extends Shape.Axes, R, K extends boolean> = R extends true
  ? readonly [average: Averaged<X, W, A, K>, sumOfWeights: Averaged<X, W, A, K>]
  : Averaged<X, W, A, K>

interface Average {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    W extends ArrayLike = never,
    R extends boolean = false,
    K extends boolean = false
  >(x: X & Check<X, A>, options?: AverageOptions<A, W, R, K>): AverageResult<X, W, A, R, K>
  <
    const A extends Shape.Axes = undefined,
    W extends ArrayLike = never,
    R extends boolean = false,
    K extends boolean = false
  >(
    options?: AverageOptions<A, W, R, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => AverageResult<X, W, A, R, K>>
}

/** Weights that broadcast to the array: those of the reduced axes stand along these. */
const weightsAlong = (
  weights: NdArray.Any,
  x: NdArray.Any,
  axis: Shape.Axes,
  axes: ReadonlyArray<number>
): NdArray.Any => {
  const same = (shape: Shape.Shape) =>
    shape.length === weights.shape.length && shape.every((size, i) => size === weights.shape[i])
  if (same(x.shape)) return weights
  const reduced = axes.map((at) => x.shape[at]!)
  if (axis === undefined || axis === null || !same(reduced)) {
    throw new ShapeError({
      operation: "average",
      message: axis === undefined || axis === null
        ? `average: weights of shape ${Shapes.format(weights.shape)} for an array of shape ${
          Shapes.format(x.shape)
        } need \`axis\``
        : `average: weights of shape ${Shapes.format(weights.shape)} fit neither the array, ${
          Shapes.format(x.shape)
        }, nor its reduced axes, ${Shapes.format(reduced)}`
    })
  }
  const order = [...axes.keys()].sort((a, b) => axes[a]! - axes[b]!)
  return structural.reshape(
    structural.transpose(weights, order),
    x.shape.map((size, at) => axes.includes(at) ? size : 1)
  )
}

/**
 * The mean, in which each element counts as much as its weight says.
 *
 * **Details**
 *
 * Without weights it is {@link mean}. With `returned` the result is the average and the sum of the weights.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.average(np.array([1, 2, 6]), { weights: [1, 1, 2] }) // => 3.75
 * np.average(np.array([[1, 3], [5, 7]]), { axis: 1, weights: [3, 1] }) // => [1.5, 5.5]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const average = reduction<Average, AverageOptions<Shape.Axes, ArrayLike, boolean, boolean>>(
  "average",
  knownOfAverage,
  (given, { axis, keepdims = false, returned = false, weights }) => {
    checkBooleans("average", { returned })
    const options = { axis, keepdims }
    const operands = promoteInexact("average", weights === undefined ? [given] : [given, weights])
    const [x, own] = operands as unknown as readonly [NdArray.Any, NdArray.Any | undefined]
    const axes = Shapes.normalizeAxes("average", axis, x.shape.length)
    if (own === undefined) {
      const value = mean(x, options) as NdArray.Any
      if (!returned) return value
      const count = axes.reduce((n, at) => n * x.shape[at]!, 1)
      return [value, structural.full(count, value.dtype, value.shape)] as never
    }
    const weight = weightsAlong(own, x, axis, axes)
    const total = sum(broadcastTo(weight, x.shape), options) as NdArray.Any
    const value = primitive.div(sum(primitive.mul(x, broadcastTo(weight, x.shape)), options), total)
    return (returned ? [value, total] : value) as NdArray.Any
  }
)

// --- covariance ------------------------------------------------------------------------------------------------------

/** Options of {@link corrcoef}. @category models @since 0.1.0 */
export interface CorrcoefOptions<D extends DType.Inexact = DType.Inexact> {
  /** Whether variables are rows and observations columns, as by default, or the other way round. */
  readonly rowvar?: boolean
  /** The dtype to compute in and of the result. */
  readonly dtype?: D
}

/** Options of {@link cov}. @category models @since 0.1.0 */
export interface CovOptions<D extends DType.Inexact = DType.Inexact> extends CorrcoefOptions<D> {
  /** Divides by the number of observations, not by one less. */
  readonly bias?: boolean
  /** What is subtracted from the number of observations, whatever `bias` says. */
  readonly ddof?: number
  /** How often each observation was made: integers. */
  readonly fweights?: ArrayLike
  /** How much each observation counts. */
  readonly aweights?: ArrayLike
}

const knownOfCorrcoef: Known<CorrcoefOptions> = { rowvar: true, dtype: true }
const knownOfCov: Known<CovOptions> = {
  rowvar: true,
  bias: true,
  ddof: true,
  fweights: true,
  aweights: true,
  dtype: true
}

/** Options, with a second set of variables before them or without. */
const behindData = <O extends object>(
  operation: string,
  first: ArrayLike | O | undefined,
  second: O | undefined,
  known: Known<O>
): { readonly y: ArrayLike | undefined; readonly options: O } => {
  const isFirst = isOptions(first)
  if (isFirst && second !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: expected a second array and options, \`np.${operation}(x, y, { rowvar: false })\``
    })
  }
  return {
    y: isFirst ? undefined : first as ArrayLike | undefined,
    options: checkOptions(operation, (isFirst ? first as O : second) ?? {} as O, known)
  }
}

/** Variables as rows `[variables, observations]`. */
const variablesOf = (operation: string, x: NdArray.Any, rowvar: boolean, isFirst: boolean): NdArray.Any => {
  if (x.shape.length > 2) {
    throw new ShapeError({
      operation,
      message: `${operation}: expected an array of at most 2 axes, variables and observations, got shape ${
        Shapes.format(x.shape)
      }`
    })
  }
  const rows = x.shape.length === 2 ? x : structural.reshape(x, [1, x.size])
  const turns = !rowvar && (isFirst ? x.shape.length === 2 : rows.shape[0] !== 1)
  return turns ? structural.transpose(rows, [1, 0]) : rows
}

const weightsOf = (operation: string, option: string, weights: ArrayLike, observations: number): NdArray.Any => {
  const array = asArray(operation, weights)
  if (array.shape.length === 1 && array.shape[0] === observations) return array
  throw new ShapeError({
    operation,
    message: `${operation}: ${option} of shape ${Shapes.format(array.shape)}; there are ${observations} observations`
  })
}

const covariance = (
  operation: string,
  x: ArrayLike,
  y: ArrayLike | undefined,
  options: CovOptions
): NdArray.Any => {
  const { aweights, bias = false, dtype, fweights, rowvar = true } = options
  checkBooleans(operation, { rowvar, bias })
  if (dtype !== undefined && !DType.isInexact(dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: the dtype must be floating or complex, got ${dtype as string}`
    })
  }
  const ddof = options.ddof === undefined ? bias ? 0 : 1 : checkInteger(operation, "ddof", options.ddof)
  const given = promoteInexact(operation, y === undefined ? [x] : [x, y])
  const sets = given.map((set, i) => variablesOf(operation, set, rowvar, i === 0))
  if (sets.length === 2 && sets[0]!.shape[1] !== sets[1]!.shape[1]) {
    throw new ShapeError({
      operation,
      message: `${operation}: both arrays must have as many observations, got ${sets[0]!.shape[1]} and ${
        sets[1]!.shape[1]
      }`
    })
  }
  const joined = sets.length === 1 ? sets[0]! : structural.concatenate(sets, 0)
  const variables = dtype === undefined ? joined : primitive.convert(joined, dtype)
  const [n, observations] = variables.shape as readonly [number, number]
  const shape = n === 1 ? [] : [n, n]
  if (n === 0) return structural.full(0, variables.dtype, [0, 0])
  if (observations === 0) return structural.full(NaN, variables.dtype, shape)
  const f = fweights === undefined ? undefined : weightsOf(operation, "fweights", fweights, observations)
  if (f !== undefined && !DType.isInteger(f.dtype)) {
    throw new DTypeError({ operation, message: `${operation}: fweights must be integers, got ${f.dtype}` })
  }
  const a = aweights === undefined ? undefined : weightsOf(operation, "aweights", aweights, observations)
  const own = (w: NdArray.Any) => primitive.convert(DType.isUnsigned(w.dtype) ? w : primitive.abs(w), variables.dtype)
  const weights = [f, a].filter((w) => w !== undefined).map(own)
  const weight = weights.length === 0 ? undefined : weights.reduce((v, w) => primitive.mul(v, w))
  const center = average(variables, weight === undefined ? { axis: 1 } : { axis: 1, weights: weight }) as NdArray.Any
  const distance = primitive.sub(
    variables,
    broadcastTo(structural.reshape(center, [n, 1]), variables.shape)
  )
  const total = weight === undefined ? undefined : sum(weight) as NdArray.Any
  const divisor = total === undefined
    ? observations - ddof
    : ddof === 0
    ? total
    : a === undefined
    ? primitive.sub(total, ddof)
    : primitive.sub(total, primitive.div(primitive.mul(sum(primitive.mul(weight!, own(a))), ddof), total))
  const weighted = weight === undefined
    ? distance
    : primitive.mul(distance, broadcastTo(structural.reshape(weight, [1, observations]), distance.shape))
  const products = matmul(distance, conj(structural.transpose(weighted, [1, 0])) as never) as unknown as NdArray.Any
  return structural.reshape(primitive.div(products, divisor), shape)
}

type Covariance<X, Y, D> = NdArray.NdArray<
  [D] extends [never] ? DType.ToInexact<[Y] extends [never] ? DTypeOf<X> : PromoteOperands<X, Y>> : D & DType.DType,
  Shape.Shape
>

/**
 * The covariances of variables: rows of observations, `[n, observations] -> [n, n]`.
 *
 * **Details**
 *
 * A second array adds variables. One variable gives its variance, a scalar. `rowvar: false` takes columns for variables; `bias`
 * and `ddof` choose the divisor, which is one less than the number of observations otherwise.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cov(np.array([[1, 2, 3], [6, 4, 2]])) // => [[1, -2], [-2, 4]]
 * np.cov(np.array([1, 2, 3]), { bias: true }) // => 0.6666667
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const cov: {
  <X extends ArrayLike, D extends DType.Inexact = never>(x: X, options?: CovOptions<D>): Covariance<X, never, D>
  <X extends ArrayLike, Y extends ArrayLike, D extends DType.Inexact = never>(
    x: X,
    y: Y,
    options?: CovOptions<D>
  ): Covariance<X, Y, D>
} = (x: ArrayLike, first?: ArrayLike | CovOptions, second?: CovOptions) => {
  const { options, y } = behindData("cov", first, second, knownOfCov)
  return covariance("cov", x, y, options) as never
}

/**
 * The correlation coefficients of variables: their covariances divided by both standard deviations.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.corrcoef(np.array([1, 2, 3]), np.array([6, 4, 2])) // => [[1, -1], [-1, 1]]
 * ```
 *
 * @category statistics
 * @since 0.1.0
 */
export const corrcoef: {
  <X extends ArrayLike, D extends DType.Inexact = never>(x: X, options?: CorrcoefOptions<D>): Covariance<X, never, D>
  <X extends ArrayLike, Y extends ArrayLike, D extends DType.Inexact = never>(
    x: X,
    y: Y,
    options?: CorrcoefOptions<D>
  ): Covariance<X, Y, D>
} = (x: ArrayLike, first?: ArrayLike | CorrcoefOptions, second?: CorrcoefOptions) => {
  const { options, y } = behindData("corrcoef", first, second, knownOfCorrcoef)
  const c = covariance("corrcoef", x, y, options)
  if (c.shape.length === 0) return primitive.div(c, c) as never
  const n = c.shape[0]!
  const variance = diagonal(c)
  const deviation = primitive.sqrt(DType.isComplex(c.dtype) ? real(variance) : variance)
  const scale = (axis: number) => primitive.convert(structural.broadcastInDim(deviation, [n, n], [axis]), c.dtype)
  const scaled = primitive.div(primitive.div(c, scale(0)), scale(1))
  const clip = (part: NdArray.Any): NdArray.Any => primitive.min(primitive.max(part, -1), 1)
  return (DType.isComplex(c.dtype) ? complex(clip(real(scaled)), clip(imag(scaled))) : clip(scaled)) as never
}
