/**
 * Products of arrays of which an axis is divided into groups of different lengths.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import { cumsum } from "../primitive/cumulative.ts"
import { and, ge, lt, select, sub } from "../primitive/elementwise.ts"
import { saturate } from "../primitive/positions.ts"
import { type Ints, list, range } from "../primitive/rule.ts"
import { broadcastInDim, iota, transpose } from "../primitive/structural.ts"
import {
  checkContraction,
  type ContractionOptions,
  type DotDimensionNumbers,
  knownOfContraction,
  listsOf
} from "./contractions.ts"
import { asArray, type DTypeOf, type SameDType } from "./operands.ts"

/** The axes of {@link raggedDotGeneral}. @category models @since 0.1.0 */
export interface RaggedDotDimensionNumbers {
  /** Axes to contract and to batch, as for {@link dotGeneral}. */
  readonly dotDimensionNumbers: DotDimensionNumbers
  /** The axis on the left that is divided into groups: one of any kind. */
  readonly lhsRaggedDimensions: readonly [number]
  /** The axis of groups on the right: one if the ragged axis is free, and else none. */
  readonly rhsGroupDimensions: readonly [] | readonly [number]
}

const knownOfNumbers: Known<RaggedDotDimensionNumbers> = {
  dotDimensionNumbers: true,
  lhsRaggedDimensions: true,
  rhsGroupDimensions: true
}

/**
 * An array with an axis of groups in front: each group has the elements of an axis that belong to it, and zeros elsewhere.
 * `sizes` is `[...prefix, groups]`, where `prefix` are axes of the array.
 */
const divided = (x: NdArray.Any, axis: number, sizes: NdArray.Any, prefix: Ints): NdArray.Any => {
  const groups = sizes.shape.at(-1)!
  const shape = [groups, ...x.shape]
  const ends = cumsum(sizes, sizes.shape.length - 1)
  // groups in front, and the other axes in the order of the array
  const order = range(prefix.length).toSorted((i, j) => prefix[i]! - prefix[j]!)
  const wide = (of: NdArray.Any) =>
    broadcastInDim(transpose(of, [prefix.length, ...order]), shape, [0, ...order.map((i) => prefix[i]! + 1)])
  const place = iota("int32", shape, axis + 1)
  const inside = and(ge(place, wide(sub(ends, sizes))), lt(place, wide(ends)))
  return select(inside, broadcastInDim(x, shape, range(x.shape.length, 1)), 0)
}

const contract = (
  operation: string,
  lhs: NdArray.Any,
  rhs: NdArray.Any,
  groupSizes: NdArray.Any,
  numbers: RaggedDotDimensionNumbers,
  options: ContractionOptions
): NdArray.Any => {
  const preferred = checkContraction(operation, checkOptions(operation, options, knownOfContraction))
  checkOptions(`${operation}: raggedDotDimensionNumbers`, numbers, knownOfNumbers)
  const [x, y, given] = [asArray(operation, lhs), asArray(operation, rhs), asArray(operation, groupSizes)]
  const { lhsBatch, lhsContracting, rhsBatch, rhsContracting } = listsOf(operation, numbers.dotDimensionNumbers)
  const [ragged] = numbers.lhsRaggedDimensions
  const [group] = numbers.rhsGroupDimensions
  if (numbers.lhsRaggedDimensions.length !== 1 || !Number.isInteger(ragged) || ragged < 0 || ragged >= x.shape.length) {
    throw new ArgumentError({
      operation,
      message: `${operation}: lhsRaggedDimensions must be one axis of ${Aval.format(x)}, got ${
        list(numbers.lhsRaggedDimensions)
      }`
    })
  }
  if (!DType.isInteger(given.dtype)) {
    throw new DTypeError({ operation, message: `${operation}: groupSizes must be integers, got ${given.dtype}` })
  }
  const shifted = (axes: Ints): Ints => axes.map((axis) => axis + 1)
  const dims = { lhsBatch, lhsContracting, rhsBatch, rhsContracting }
  if (lhsBatch.includes(ragged)) return dotGeneral(x, y, dims, preferred)
  const isContracted = lhsContracting.includes(ragged)
  if (isContracted !== (group === undefined)) {
    throw new ArgumentError({
      operation,
      message: isContracted
        ? `${operation}: the ragged axis is contracted, so that the right has no axis of groups: rhsGroupDimensions must be []`
        : `${operation}: the ragged axis is free, so that rhsGroupDimensions must name the axis of groups on the right`
    })
  }
  /** The axes before an axis of its kind. */
  const before = (rank: number, axis: number, batch: Ints, contracting: Ints): Ints => {
    const kind = isContracted
      ? contracting
      : range(rank).filter((i) => !batch.includes(i) && !contracting.includes(i))
    return [...batch, ...kind.slice(0, kind.indexOf(axis))]
  }
  const prefix = before(x.shape.length, ragged, lhsBatch, lhsContracting)
  const groups = given.shape.at(-1) ?? 0
  const full = [...prefix.map((axis) => x.shape[axis]!), groups]
  if (given.shape.length !== 1 && !Aval.sameShape(given.shape, full) || given.shape.length === 0) {
    throw new ShapeError({
      operation,
      message: `${operation}: groupSizes must be [groups] or ${
        list([...full.slice(0, -1), -1]).replace("-1", "groups")
      }, got ${list(given.shape)}`
    })
  }
  if (group !== undefined && y.shape[group] !== groups) {
    throw new ShapeError({
      operation,
      message: `${operation}: there are ${groups} group sizes, but axis ${group} of ${Aval.format(y)} has ${
        y.shape[group]
      } groups`
    })
  }
  const whole = saturate(given, "int32")
  const sizes = given.shape.length === full.length ? whole : broadcastInDim(whole, full, [prefix.length])
  const parts = divided(x, ragged, sizes, prefix)
  if (!isContracted) {
    return dotGeneral(parts, y, {
      lhsBatch: shifted(lhsBatch),
      rhsBatch,
      lhsContracting: [...shifted(lhsContracting), 0],
      rhsContracting: [...rhsContracting, group!]
    }, preferred)
  }
  const across = rhsContracting[lhsContracting.indexOf(ragged)]!
  const others = divided(y, across, sizes, before(y.shape.length, across, rhsBatch, rhsContracting))
  return dotGeneral(parts, others, {
    lhsBatch: [0, ...shifted(lhsBatch)],
    rhsBatch: [0, ...shifted(rhsBatch)],
    lhsContracting: shifted(lhsContracting),
    rhsContracting: shifted(rhsContracting)
  }, preferred)
}

/**
 * The product of a matrix whose rows come in groups with a matrix for each group: `[m, k]` and `[groups, k, n]` give `[m, n]`.
 *
 * **When to use**
 *
 * For a mixture of experts, where each row is multiplied with the matrix of its expert.
 *
 * **Details**
 *
 * `groupSizes` has the number of rows of each group; rows behind the last group give 0. All groups are computed for all rows,
 * with zeros in between.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const rows = np.array([[1], [2], [3]])
 * const experts = np.array([[[10]], [[100]]])
 * Lax.raggedDot(rows, experts, np.array([1n, 2n])) // => [[10], [200], [300]]
 * ```
 *
 * @category contractions
 * @since 0.1.0
 */
export const raggedDot = <X extends NdArray.Any, Y extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: Y & SameDType<X, Y>,
  groupSizes: NdArray.Any,
  options: ContractionOptions<D> = {}
): NdArray.NdArray<D> =>
  contract("raggedDot", lhs, rhs, groupSizes, {
    dotDimensionNumbers: { lhsContracting: [1], rhsContracting: [1] },
    lhsRaggedDimensions: [0],
    rhsGroupDimensions: [0]
  }, options) as never

/**
 * {@link dotGeneral} where an axis on the left is divided into groups.
 *
 * **Details**
 *
 * If the ragged axis is free, the right has an axis of groups, and each group is multiplied with its own part. If it is contracted,
 * each group gives a result of its own, along a new first axis. If it is a batch axis, the groups make no difference.
 * `groupSizes` is `[groups]`, or has the axes in front that come before the ragged one: batch axes, and those of its kind.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3]])
 * const numbers = { lhsContracting: [1], rhsContracting: [1] }
 * Lax.raggedDotGeneral(x, x, np.array([2n, 1n]), {
 *   dotDimensionNumbers: numbers,
 *   lhsRaggedDimensions: [1],
 *   rhsGroupDimensions: []
 * }) // => [[[5]], [[9]]]
 * ```
 *
 * @category contractions
 * @since 0.1.0
 */
export const raggedDotGeneral = <X extends NdArray.Any, Y extends NdArray.Any, D extends DType.DType = DTypeOf<X>>(
  lhs: X,
  rhs: Y & SameDType<X, Y>,
  groupSizes: NdArray.Any,
  raggedDotDimensionNumbers: RaggedDotDimensionNumbers,
  options: ContractionOptions<D> = {}
): NdArray.NdArray<D> => contract("raggedDotGeneral", lhs, rhs, groupSizes, raggedDotDimensionNumbers, options) as never
