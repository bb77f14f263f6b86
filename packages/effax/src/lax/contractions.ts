/**
 * Contractions: sums of products over shared axes.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkChoice, checkDType, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { dotGeneral as primitive } from "../primitive/contraction.ts"
import type * as params from "../primitive/params.ts"
import { type Ints, range } from "../primitive/rule.ts"
import type * as Shape from "../Shape.ts"
import { asArray, type DTypeOf, type SameDType, type ShapeOf } from "./operands.ts"

type PrecisionName = "default" | "high" | "highest"

/**
 * How exactly products of float32 are computed, for both operands or for each. All backends compute them as `"highest"` asks,
 * with every bit of the operands, so that the names differ in nothing here.
 *
 * @category models
 * @since 0.1.0
 */
export type Precision = PrecisionName | readonly [lhs: PrecisionName, rhs: PrecisionName]

const precisions: { readonly [P in PrecisionName]: true } = { default: true, high: true, highest: true }

/** Options of contractions and convolutions. @category models @since 0.1.0 */
export interface ContractionOptions<D extends DType.DType = DType.DType> {
  readonly precision?: Precision | null | undefined
  /** The dtype of sums and of the result: that of the operands by default, or one that is not narrower. */
  readonly preferredElementType?: D | null | undefined
}

export const knownOfContraction: Known<ContractionOptions> = { precision: true, preferredElementType: true }

/** Refuses a precision or a dtype that does not exist. */
export const checkContraction = (operation: string, options: ContractionOptions): DType.DType | null => {
  const { precision, preferredElementType = null } = options
  if (precision !== undefined && precision !== null) {
    const names = Array.isArray(precision) && precision.length === 2 ? precision : [precision]
    for (const name of names) checkChoice(operation, "precision", name, precisions)
  }
  if (preferredElementType !== null) checkDType(operation, preferredElementType)
  return preferredElementType
}

/**
 * The axes of a contraction: those that are contracted and those that are batched, on the left and on the right; lists that
 * are left out are empty. JAX's nested lists are taken too: `[[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]]`.
 *
 * @category models
 * @since 0.1.0
 */
export type DotDimensionNumbers = Partial<params.DotDimensionNumbers> | DotLists

type DotLists = readonly [contracting: readonly [lhs: Ints, rhs: Ints], batch: readonly [lhs: Ints, rhs: Ints]]

const isPair = (value: unknown): value is readonly [unknown, unknown] => Array.isArray(value) && value.length === 2

const named = (operation: string, given: DotDimensionNumbers): Partial<params.DotDimensionNumbers> => {
  if (!Array.isArray(given)) return given as Partial<params.DotDimensionNumbers>
  if (!isPair(given) || !isPair(given[0]) || !isPair(given[1])) {
    throw new ArgumentError({
      operation,
      message:
        `${operation}: dimensionNumbers as lists are [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]], got ${
          JSON.stringify(given)
        }`
    })
  }
  const [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]] = given as DotLists
  return { lhsContracting, rhsContracting, lhsBatch, rhsBatch }
}

/** All lists of dimension numbers; those that are left out are empty. */
export const listsOf = (operation: string, given: DotDimensionNumbers): params.DotDimensionNumbers => ({
  lhsContracting: [],
  rhsContracting: [],
  lhsBatch: [],
  rhsBatch: [],
  ...named(operation, given)
})

/**
 * Sums of products over contracting axes, for each index of the batch axes and of both operands' free axes, which are those
 * that are not named. The result's axes are batch, then free ones on the left, then free ones on the right.
 *
 * **Details**
 *
 * Both operands have one dtype. Half precision is summed up in float32. Throws a `ShapeError` for axes of a pair that have
 * different lengths, an `AxisError` for axes that do not exist, and a `DTypeError` for operands of two dtypes.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.ones([8, 2, 3])
 * const y = np.ones([8, 3, 4])
 * const numbers = { lhsContracting: [2], rhsContracting: [1], lhsBatch: [0], rhsBatch: [0] }
 * Lax.dotGeneral(x, y, numbers).shape // => [8, 2, 4]
 * Lax.dotGeneral(x, y, [[[2], [1]], [[0], [0]]]).shape // => [8, 2, 4]
 * ```
 *
 * @category contractions
 * @since 0.1.0
 */
export const dotGeneral = <X extends NdArray.Any, Y extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: Y & SameDType<X, Y>,
  dimensionNumbers: DotDimensionNumbers,
  options: ContractionOptions<D> = {}
): NdArray.NdArray<D> => contract("dotGeneral", lhs, rhs, dimensionNumbers, options) as never

const contract = (
  operation: string,
  lhs: NdArray.Any,
  rhs: NdArray.Any,
  dimensionNumbers: DotDimensionNumbers,
  options: ContractionOptions
): NdArray.Any => {
  const preferred = checkContraction(operation, checkOptions(operation, options, knownOfContraction))
  return primitive(asArray(operation, lhs), asArray(operation, rhs), named(operation, dimensionNumbers), preferred)
}

/** Options of {@link dot}. @category models @since 0.1.0 */
export interface DotOptions<D extends DType.DType = DType.DType> extends ContractionOptions<D> {
  /** Axes to contract and to batch, as for {@link dotGeneral}: the last on the left and the first on the right by default. */
  readonly dimensionNumbers?: DotDimensionNumbers | null | undefined
}

const knownOfDot: Known<DotOptions> = { dimensionNumbers: true, ...knownOfContraction }

/**
 * The product of two vectors, of a matrix and a vector, or of two matrices; with `dimensionNumbers`, {@link dotGeneral}.
 *
 * **Details**
 *
 * Both operands have one dtype. Throws a `ShapeError` for operands of other ranks, or that have different lengths along the
 * axes that are contracted.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.dot(np.array([[1, 2], [3, 4]]), np.array([1, 10])) // => [21, 43]
 * ```
 *
 * @category contractions
 * @since 0.1.0
 */
export const dot = <
  X extends NdArray.Any,
  Y extends NdArray.Any,
  const O extends DotOptions = {}
>(
  lhs: X,
  rhs: Y & SameDType<X, Y> & DotCheck<X, Y, O>,
  options?: O
): NdArray.NdArray<DTypeWith<X, O>, DotShape<X, Y, O>> => {
  const { dimensionNumbers, ...rest } = checkOptions("dot", options ?? {}, knownOfDot) as DotOptions
  if (dimensionNumbers !== undefined && dimensionNumbers !== null) {
    return contract("dot", lhs, rhs, dimensionNumbers, rest) as never
  }
  const ranks = [asArray("dot", lhs), asArray("dot", rhs)].map((x) => x.shape.length)
  if (ranks.some((rank) => rank < 1 || rank > 2)) {
    throw new ShapeError({
      operation: "dot",
      message: `dot: without dimensionNumbers both operands are vectors or matrices, got ${Aval.format(lhs)} and ${
        Aval.format(rhs)
      }`
    })
  }
  return contract("dot", lhs, rhs, { lhsContracting: [ranks[0]! - 1], rhsContracting: [0] }, rest) as never
}

type DTypeWith<X, O> = O extends { readonly preferredElementType: infer D extends DType.DType } ? D : DTypeOf<X>
type DotShape<X, Y, O> = O extends { readonly dimensionNumbers: DotDimensionNumbers } ? Shape.Shape
  : Shape.Dot<ShapeOf<X>, ShapeOf<Y>>
type DotCheck<X, Y, O> = O extends { readonly dimensionNumbers: DotDimensionNumbers } ? unknown
  : Shape.DotCheck<ShapeOf<X>, ShapeOf<Y>>

/**
 * Products of matrices, the last two axes, for each index of the axes before them, which both operands have alike.
 *
 * **Details**
 *
 * Batches are not broadcast: `np.matmul` does that. Throws a `ShapeError` for operands of different ranks or fewer than two
 * axes.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.batchMatmul(np.ones([8, 2, 3]), np.ones([8, 3, 4])).shape // => [8, 2, 4]
 * ```
 *
 * @category contractions
 * @since 0.1.0
 */
export const batchMatmul = <X extends NdArray.Any, Y extends NdArray.Any>(
  lhs: X,
  rhs: Y & SameDType<X, Y> & Shape.MatMulCheck<ShapeOf<X>, ShapeOf<Y>>,
  options: Pick<ContractionOptions, "precision"> = {}
): NdArray.NdArray<DTypeOf<X>, Shape.MatMul<ShapeOf<X>, ShapeOf<Y>>> => {
  const operation = "batchMatmul"
  checkOptions(operation, options, { precision: true })
  const rank = asArray(operation, lhs).shape.length
  if (rank < 2 || asArray(operation, rhs).shape.length !== rank) {
    throw new ShapeError({
      operation,
      message: `${operation}: both operands must have the same number of axes, 2 or more, got ${Aval.format(lhs)} and ${
        Aval.format(rhs)
      }`
    })
  }
  const batch = range(rank - 2)
  const numbers = { lhsContracting: [rank - 1], rhsContracting: [rank - 2], lhsBatch: batch, rhsBatch: batch }
  return contract(operation, lhs, rhs, numbers, options) as never
}
