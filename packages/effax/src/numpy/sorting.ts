/**
 * Order: sorting, and searching in sorted arrays.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { sort as sortPrimitive } from "../primitive/sort.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { take } from "./indexing.ts"
import { promote } from "./operands.ts"

/**
 * Options of {@link sort} and {@link argsort}.
 *
 * @category models
 * @since 0.1.0
 */
export interface SortOptions {
  /** The last by default. */
  readonly axis?: number
  readonly descending?: boolean
}

/**
 * Elements in ascending order along an axis, the last by default; NaN stands last.
 *
 * **Details**
 *
 * `descending` gives the opposite order.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.sort(np.array([3, 1, 2])) // => [1, 2, 3]
 * np.sort(np.array([3, NaN, 2]), { descending: true }) // => [NaN, 3, 2]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const sort = <D extends DType.DType, S extends Shape.Shape>(
  x: NdArray.NdArray<D, S>,
  options: SortOptions = {}
): NdArray.NdArray<D, S> => {
  const dimension = Shapes.normalizeAxis("sort", options.axis ?? -1, x.shape.length)
  const [sorted] = sortPrimitive([x], { dimension, isStable: true, numKeys: 1 })
  return (options.descending ? structural.rev(sorted!, [dimension]) : sorted!) as never
}

/**
 * The positions that sort an array along an axis, as int32; equals keep their order.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.argsort(np.array([30, 10, 20])) // => [1, 2, 0]
 * np.argsort(np.array([1, 2, 2]), { descending: true }) // => [1, 2, 0]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const argsort = <S extends Shape.Shape>(
  x: NdArray.NdArray<DType.DType, S>,
  options: SortOptions = {}
): NdArray.NdArray<"int32", S> => {
  const dimension = Shapes.normalizeAxis("argsort", options.axis ?? -1, x.shape.length)
  const turned = options.descending ? structural.rev(x, [dimension]) : x
  const iota = structural.iota("int32", x.shape, dimension)
  const positions = options.descending ? structural.rev(iota, [dimension]) : iota
  const [, order] = sortPrimitive([turned, positions], { dimension, isStable: true, numKeys: 1 })
  return (options.descending ? structural.rev(order!, [dimension]) : order!) as never
}

/**
 * Where values would go in a sorted array of one axis so that it stays sorted: before equals for `left`, the default,
 * after them for `right`. `[n], [...] -> [...]`
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const sorted = np.array([1, 2, 2, 3])
 * np.searchsorted(sorted, np.array([2, 5])) // => [1, 4]
 * np.searchsorted(sorted, np.array([2, 5]), { side: "right" }) // => [3, 4]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const searchsorted = <S extends Shape.Shape>(
  sorted: NdArray.Any,
  values: NdArray.NdArray<DType.DType, S>,
  options: { readonly side?: "left" | "right" } = {}
): NdArray.NdArray<"int32", S> => {
  const [table, wanted] = promote("searchsorted", [sorted, values]) as unknown as [NdArray.Any, NdArray.Any]
  if (table.shape.length !== 1) {
    throw new ShapeError({
      operation: "searchsorted",
      message: `searchsorted: the sorted array must have one axis, got shape ${
        Shapes.format(table.shape)
      }; use vmap for many`
    })
  }
  const before = options.side === "right" ? notAfter : isBefore
  return (table.shape[0]! <= mostCompared ? count(table, wanted, before) : bisect(table, wanted, before)) as never
}

type Comparison = (element: NdArray.Any, wanted: NdArray.Any) => NdArray.Any

const isNaN = (x: NdArray.Any): NdArray.Any => primitive.ne(x, x)
// NaN stands last
const notAfter: Comparison = (x, y) => primitive.or(primitive.le(x, y), isNaN(y))
const isBefore: Comparison = (x, y) => primitive.or(primitive.lt(x, y), primitive.and(isNaN(y), primitive.eq(x, x)))

/** Up to this length comparing with all elements, which vectors do, is faster than searching. */
const mostCompared = 64

/** How many elements stand before each value. */
const count = (table: NdArray.Any, wanted: NdArray.Any, before: Comparison): NdArray.Any => {
  const rank = wanted.shape.length
  const shape = [...wanted.shape, table.shape[0]!]
  const left = structural.broadcastInDim(table, shape, [rank])
  const right = structural.broadcastInDim(wanted, shape, wanted.shape.map((_, i) => i))
  return reduceSum(primitive.convert(before(left, right), "int32"), [rank])
}

/** The same number, bit by bit from the highest: a bit is set if the element that it leads to stands before the value. */
const bisect = (table: NdArray.Any, wanted: NdArray.Any, before: Comparison): NdArray.Any => {
  const size = table.shape[0]!
  let found: NdArray.Any = structural.full(0, "int32", wanted.shape)
  for (let bit = 2 ** Math.floor(Math.log2(size)); bit >= 1; bit /= 2) {
    const next = primitive.add(found, bit)
    const element = take(table, primitive.sub(next, 1), { axis: 0, mode: "clip" })
    found = primitive.select(primitive.and(primitive.le(next, size), before(element, wanted)), next, found)
  }
  return found
}
