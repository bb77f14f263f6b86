/**
 * Sorting: one array, or several together.
 */
import type * as DType from "../DType.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { checkList } from "../primitive/rule.ts"
import { sort as sortArrays } from "../primitive/sort.ts"
import * as Shape from "../Shape.ts"
import { asArray, type DTypeOf, type ShapeOf } from "./operands.ts"

/** Options of {@link sortKeyVal}. @category models @since 0.1.0 */
export interface SortKeyValOptions {
  /** The axis along which elements are sorted: the last by default. Negative ones count from the end. */
  readonly dimension?: number | undefined
  /** Whether equal elements keep their order; true by default. */
  readonly isStable?: boolean | undefined
}

/** Options of {@link sort}. @category models @since 0.1.0 */
export interface SortOptions extends SortKeyValOptions {
  /** How many of the arrays are keys, of which later ones decide between equals; 1 by default. */
  readonly numKeys?: number | undefined
}

const known: Known<SortOptions> = { dimension: true, isStable: true, numKeys: true }
const knownOfPair: Known<SortKeyValOptions> = { dimension: true, isStable: true }

const sorted = (
  operation: string,
  arrays: ReadonlyArray<NdArray.Any>,
  { dimension = -1, isStable = true, numKeys = 1 }: SortOptions
): ReadonlyArray<NdArray.Any> =>
  sortArrays(arrays, {
    dimension: arrays.length === 0 ? 0 : Shape.normalizeAxis(operation, dimension, arrays[0]!.shape.length),
    isStable,
    numKeys
  })

/** The function {@link sort}. @category models @since 0.1.0 */
export interface Sort {
  <X extends NdArray.Any>(x: X, options?: SortOptions): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
  <const Xs extends ReadonlyArray<NdArray.Any>>(
    operands: Xs,
    options?: SortOptions
  ): { -readonly [K in keyof Xs]: NdArray.NdArray<DTypeOf<Xs[K]>, ShapeOf<Xs[K]>> }
}

/**
 * The elements of an array in increasing order along an axis; or of several arrays of one shape, moved together, by the order
 * of the first `numKeys` of them.
 *
 * **Details**
 *
 * NaN comes last, and 0 and -0 are equal. Complex arrays are moved, but are not keys. Throws a `ShapeError` for arrays of
 * different shapes, and an `ArgumentError` for a `numKeys` that is not from 1 to their number.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.sort(np.array([3, 1, 2])) // => [1, 2, 3]
 * const [keys, values] = Lax.sort([np.array([3, 1, 2]), np.array([30, 10, 20])])
 * values // => [10, 20, 30]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const sort: Sort = (operand: NdArray.Any | ReadonlyArray<NdArray.Any>, options: SortOptions = {}): never => {
  checkOptions("sort", options, known)
  if (node.isNode(operand)) return sorted("sort", [operand], options)[0] as never
  checkList("sort", "operands", operand)
  const arrays = (operand as ReadonlyArray<NdArray.Any>).map((x) => asArray("sort", x))
  return sorted("sort", arrays, options) as never
}

/**
 * Keys in increasing order along an axis, and values moved with them: `[keys, values]`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [keys, values] = Lax.sortKeyVal(np.array([3, 1, 2]), np.array([30, 10, 20]))
 * values // => [10, 20, 30]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const sortKeyVal = <K extends DType.DType, V extends DType.DType, S extends Shape.Shape>(
  keys: NdArray.NdArray<K, S>,
  values: NdArray.NdArray<V, S>,
  options: SortKeyValOptions = {}
): [keys: NdArray.NdArray<K, S>, values: NdArray.NdArray<V, S>] => {
  checkOptions("sortKeyVal", options, knownOfPair)
  return sorted("sortKeyVal", [asArray("sortKeyVal", keys), asArray("sortKeyVal", values)], options) as never
}
