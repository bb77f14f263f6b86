/**
 * Order: sorting, and searching in sorted arrays.
 */
import type * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { sort as sortPrimitive } from "../primitive/sort.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { promote } from "./operands.ts"

/** @category models @since 0.1.0 */
export interface SortOptions {
  /** The last by default. */
  readonly axis?: number
  readonly descending?: boolean
}

/** Elements in ascending order along an axis; NaN last. @category order @since 0.1.0 */
export const sort = <D extends DType.DType, S extends Shape.Shape>(
  x: NdArray.NdArray<D, S>,
  options: SortOptions = {}
): NdArray.NdArray<D, S> => {
  const dimension = Shapes.normalizeAxis("sort", options.axis ?? -1, x.shape.length)
  const [sorted] = sortPrimitive([x], { dimension, isStable: true, numKeys: 1 })
  return (options.descending ? structural.rev(sorted!, [dimension]) : sorted!) as never
}

/** The positions that sort an array along an axis; equals keep their order. @category order @since 0.1.0 */
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
 * Where values would go in a sorted array of one axis so that it stays sorted: before equals for `left`, after them for
 * `right`. `[n], [...] -> [...]`
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
  const rank = wanted.shape.length
  const shape = [...wanted.shape, table.shape[0]!]
  const left = structural.broadcastInDim(table, shape, [rank])
  const right = structural.broadcastInDim(wanted, shape, wanted.shape.map((_, i) => i))
  const isNaN = (x: NdArray.Any) => primitive.ne(x, x)
  // NaN stands last
  const before = options.side === "right"
    ? primitive.or(primitive.le(left, right), isNaN(right))
    : primitive.or(primitive.lt(left, right), primitive.and(isNaN(right), primitive.eq(left, left)))
  return reduceSum(primitive.convert(before, "int32"), [rank]) as never
}
