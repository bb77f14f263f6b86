/**
 * Order: sorting, and searching in sorted arrays.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { sort as sortPrimitive } from "../primitive/sort.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { take } from "./indexing.ts"
import { type ArrayLike, asArray, promote, type Values } from "./operands.ts"

/**
 * Options of {@link sort}.
 *
 * @category models
 * @since 0.1.0
 */
export interface SortOptions<A extends number | null = number | null> {
  /** The last by default; `null` for the flattened array. */
  readonly axis?: A
  /** Whether equals keep their order, as they do by default. */
  readonly stable?: boolean
  /** From the largest to the least. */
  readonly descending?: boolean
}

/** Options of {@link argsort}. @category models @since 0.1.0 */
export interface ArgsortOptions<A extends number | null = number | null, D extends DType.Integer = DType.Integer>
  extends SortOptions<A>
{
  /** The dtype of the positions; int32 by default. */
  readonly dtype?: D
}

const knownOfSort: Known<SortOptions> = { axis: true, stable: true, descending: true }
const knownOfArgsort: Known<ArgsortOptions> = { ...knownOfSort, dtype: true }

type Sorted<S extends Shape.Shape, A> = A extends null ? readonly [Shape.Size<S>] : S

/** The array to sort, and along which axis. */
const along = (operation: string, given: ArrayLike, axis: number | null = -1) => {
  const x = asArray(operation, given)
  if (axis === null) return { array: structural.reshape(x, [x.size]), dimension: 0 }
  return { array: x, dimension: Shapes.normalizeAxis(operation, axis, x.shape.length) }
}

/**
 * Elements in ascending order along an axis, the last by default; NaN stands last.
 *
 * **Details**
 *
 * `descending` gives the opposite order, and `axis: null` sorts the flattened array.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.sort(np.array([3, 1, 2])) // => [1, 2, 3]
 * np.sort(np.array([3, NaN, 2]), { descending: true }) // => [NaN, 3, 2]
 * np.sort(np.array([[4, 1], [3, 2]]), { axis: null }) // => [1, 2, 3, 4]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const sort: {
  <const A extends number | null = number>(
    options: Behind<SortOptions<A>>
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S> | Values
    ) => NdArray.NdArray<D, Sorted<S, A>>
  >
  <D extends DType.DType, S extends Shape.Shape, const A extends number | null = number>(
    x: NdArray.NdArray<D, S> | Values,
    options?: SortOptions<A>
  ): NdArray.NdArray<D, Sorted<S, A>>
} = dualWithOptions("sort", 1, knownOfSort, (x: ArrayLike, options: SortOptions) => {
  const { axis, descending, stable = true } = options
  const { array, dimension } = along("sort", x, axis)
  const [sorted] = sortPrimitive([array], { dimension, isStable: stable, numKeys: 1 })
  return (descending ? structural.rev(sorted!, [dimension]) : sorted!) as never
})

/**
 * The positions that sort an array along an axis, as int32; equals keep their order.
 *
 * **Details**
 *
 * The options are those of {@link sort}; `dtype` names another dtype of integers.
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
export const argsort: {
  <const A extends number | null = number, D extends DType.Integer = "int32">(
    options: Behind<ArgsortOptions<A, D>>
  ): Last<A, <S extends Shape.Shape>(x: NdArray.NdArray<DType.DType, S> | Values) => NdArray.NdArray<D, Sorted<S, A>>>
  <
    S extends Shape.Shape,
    const A extends number | null = number,
    D extends DType.Integer = "int32"
  >(
    x: NdArray.NdArray<DType.DType, S> | Values,
    options?: ArgsortOptions<A, D>
  ): NdArray.NdArray<NoInfer<D>, Sorted<S, A>>
} = dualWithOptions("argsort", 1, knownOfArgsort, (x: ArrayLike, options: ArgsortOptions) => {
  const { axis, descending, dtype = "int32", stable = true } = options
  const { array, dimension } = along("argsort", x, axis)
  const turned = descending ? structural.rev(array, [dimension]) : array
  const iota = structural.iota(dtype, array.shape, dimension)
  const positions = descending ? structural.rev(iota, [dimension]) : iota
  const [, order] = sortPrimitive([turned, positions], { dimension, isStable: stable, numKeys: 1 })
  return (descending ? structural.rev(order!, [dimension]) : order!) as never
})

/**
 * Options of {@link searchsorted}.
 *
 * @category models
 * @since 0.1.0
 */
export interface SearchsortedOptions {
  /** Before equals or after them; `"left"` by default. */
  readonly side?: "left" | "right"
  /** The positions that sort the array, where it is not sorted: what {@link argsort} gives. */
  readonly sorter?: ArrayLike
}

const knownOfSearchsorted: Known<SearchsortedOptions> = { side: true, sorter: true }

type Comparison = (element: NdArray.Any, wanted: NdArray.Any) => NdArray.Any

const isNaN = (x: NdArray.Any): NdArray.Any => primitive.ne(x, x)
// NaN stands last
const notAfter: Comparison = (x, y) => primitive.or(primitive.le(x, y), isNaN(y))
const isBefore: Comparison = (x, y) => primitive.or(primitive.lt(x, y), primitive.and(isNaN(y), primitive.eq(x, x)))

const sides = { left: isBefore, right: notAfter }

/**
 * Where values would go in a sorted array of one axis so that it stays sorted: before equals for `left`, the default,
 * after them for `right`. `[n], [...] -> [...]`
 *
 * **Details**
 *
 * An array that is not sorted needs a `sorter`, the positions that sort it.
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
export const searchsorted: {
  <S extends Shape.Shape>(
    values: NdArray.NdArray<DType.DType, S> | Values,
    options?: Behind<SearchsortedOptions>
  ): Last<S, (sorted: ArrayLike) => NdArray.NdArray<"int32", S>>
  <S extends Shape.Shape>(
    sorted: ArrayLike,
    values: NdArray.NdArray<DType.DType, S> | Values,
    options?: SearchsortedOptions
  ): NdArray.NdArray<"int32", S>
} = dualWithOptions(
  "searchsorted",
  2,
  knownOfSearchsorted,
  (sorted: ArrayLike, values: ArrayLike, options: SearchsortedOptions) => {
    const { side = "left", sorter } = options
    const before = sides[checkChoice("searchsorted", "side", side, sides)]
    const [table, wanted] = promote("searchsorted", [sorted, values]) as unknown as [NdArray.Any, NdArray.Any]
    if (table.shape.length !== 1) {
      throw new ShapeError({
        operation: "searchsorted",
        message: `searchsorted: the sorted array must have one axis, got shape ${
          Shapes.format(table.shape)
        }; use vmap for many`
      })
    }
    const ordered = sorter === undefined ? table : take(table, sorter, { axis: 0, mode: "clip" })
    return (table.shape[0]! <= mostCompared ? count(ordered, wanted, before) : bisect(ordered, wanted, before)) as never
  }
)

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
