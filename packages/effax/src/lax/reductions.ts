/**
 * Reductions along axes.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { TreeError } from "../Errors.ts"
import { flatten, pathOf } from "../internal/arguments/arguments.ts"
import { checkDType } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/reduction.ts"
import { checkAxes, checkList, count, type Ints, without } from "../primitive/rule.ts"
import { broadcastInDim, pad, reshape, sliceAxis, transpose } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"
import { bitwiseXor } from "./bits.ts"
import {
  type Combine,
  combineTrees,
  type Elements,
  initialValues,
  isIdentity,
  monoidOf,
  type Reduced
} from "./monoids.ts"
import { type ArrayLike, asArray, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"
import type { Like } from "./trees.ts"

/** A reduction of one kind. @category models @since 0.1.0 */
export interface Reduction {
  <X extends ArrayLike, const A extends Ints>(
    x: X,
    axes: A
  ): NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A>>
}

/* @__NO_SIDE_EFFECTS__ */
const reduction = (operation: string, apply: (x: NdArray.Any, axes: Ints) => NdArray.Any): Reduction =>
  fixed(operation, (x: ArrayLike, axes: Ints) => apply(asArray(operation, x), axes)) as never

/**
 * Sums over axes, of any dtype but bool.
 *
 * **Details**
 *
 * The axes are gone from the result, and the dtype stays: sums of small integers wrap, where `np.sum` widens them. Axes count
 * from 0. Throws an `AxisError` for axes that the array does not have.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.reduceSum(np.array([[1, 2], [3, 4]]), [0]) // => [4, 6]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const reduceSum: Reduction = reduction("reduceSum", primitive.reduceSum)
/** As {@link reduceSum}, of products. @category reductions @since 0.1.0 */
export const reduceProd: Reduction = reduction("reduceProd", primitive.reduceProd)
/** As {@link reduceSum}, of greatest elements; of dtypes that are not complex. Equal ones share the derivative. @category reductions @since 0.1.0 */
export const reduceMax: Reduction = reduction("reduceMax", primitive.reduceMax)
/** As {@link reduceSum}, of least elements; of dtypes that are not complex. Equal ones share the derivative. @category reductions @since 0.1.0 */
export const reduceMin: Reduction = reduction("reduceMin", primitive.reduceMin)
/** The bits that all elements along axes have, of integers and bool. @category reductions @since 0.1.0 */
export const reduceAnd: Reduction = reduction("reduceAnd", primitive.reduceAnd)
/** The bits that some element along axes has, of integers and bool. @category reductions @since 0.1.0 */
export const reduceOr: Reduction = reduction("reduceOr", primitive.reduceOr)
/** The bits that an odd number of elements along axes have, of integers and bool. @category reductions @since 0.1.0 */
export const reduceXor: Reduction = reduction("reduceXor", (x, axes) => {
  checkList("reduceXor", "axes", axes)
  return reduce(x, x.dtype === "bool" ? false : 0n, bitwiseXor as never, axes)
})

const checkedDType = (operation: string, dtype: DType.DType): DType.DType => {
  checkDType(operation, dtype)
  return dtype
}

/** The place of an extreme along an axis. @category models @since 0.1.0 */
export interface ArgReduction {
  <X extends NdArray.Any, const A extends number, D extends DType.Integer>(
    x: X,
    axis: A,
    indexDtype: D
  ): NdArray.NdArray<D, Shape.Reduce<ShapeOf<X>, A>>
}

/**
 * The place of the greatest element along an axis, as an integer dtype: the first of equals, and NaN is greatest.
 *
 * **Details**
 *
 * Axes count from 0. Throws an `AxisError` for an axis that the array does not have, and a `ShapeError` for one that is empty.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.argmax(np.array([[1, 5, 2], [7, 3, 4]]), 1, "int32") // => [1, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmax: ArgReduction = fixed(
  "argmax",
  (x: NdArray.Any, axis: number, indexDtype: DType.DType) =>
    primitive.argmax(asArray("argmax", x), axis, checkedDType("argmax", indexDtype))
) as never
/**
 * As {@link argmax}, of the least element: the first of equals, and NaN is least.
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmin: ArgReduction = fixed(
  "argmin",
  (x: NdArray.Any, axis: number, indexDtype: DType.DType) =>
    primitive.argmin(asArray("argmin", x), axis, checkedDType("argmin", indexDtype))
) as never

/** Neighbours along an axis are combined until one element is left. */
const folded = (
  arrays: ReadonlyArray<NdArray.Any>,
  inits: ReadonlyArray<NdArray.Any>,
  axis: number,
  combine: Combine
) => {
  let rest = arrays
  for (let n = rest[0]!.shape[axis]!; n > 1; n = Math.ceil(n / 2)) {
    const even = n % 2 === 0 ?
      rest :
      rest.map((x, i) => pad(x, inits[i]!, x.shape.map((_, k) => [0, k === axis ? 1 : 0, 0] as const)))
    const length = even[0]!.shape[axis]!
    rest = combine(
      even.map((x) => sliceAxis(x, axis, 0, length, 2)),
      even.map((x) => sliceAxis(x, axis, 1, length, 2))
    )
  }
  return rest
}

/**
 * An array, or a tree of arrays of one shape, reduced along axes by any associative function of two elements.
 *
 * **Details**
 *
 * `computation` is given scalars, one for each leaf, and gives the same. Each initial value is its neutral element. Where `computation` is a sum, product, greatest
 * or least element, a conjunction or disjunction, as in `Lax.add`, this is {@link reduceSum} or its like, and the initial
 * value counts once, whatever it is. Derivatives go through every `computation`. Throws a `TreeError` where trees differ.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.reduce(np.array([[1, 2], [3, 4]]), 0, Lax.add, [1]) // => [3, 7]
 *
 * const [values, places] = Lax.reduce(
 *   [np.array([3, 9, 4]), np.array([0n, 1n, 2n])],
 *   [-Infinity, 0n],
 *   ([x, i], [y, j]) => [np.maximum(x, y), np.where(np.greaterEqual(x, y), i, j)],
 *   [0]
 * )
 * places // => 1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const reduce = fixed("reduce", <const T>(
  operands: T,
  initValues: Like<NoInfer<T>>,
  computation: (x: Elements<NoInfer<T>>, y: Elements<NoInfer<T>>) => Like<NoInfer<T>>,
  dimensions: Ints
): Reduced<T> => {
  const operation = "reduce"
  const { leaves, structure } = flatten(operation, "operand", operands)
  checkList(operation, "dimensions", dimensions)
  if (leaves.length === 0) return operands as never
  const inits = initialValues(operation, leaves, structure, initValues)
  checkAxes(operation, "dimensions", dimensions, leaves[0]!)
  leaves.forEach((leaf, i) => {
    if (Aval.sameShape(leaf.shape, leaves[0]!.shape)) return
    throw new TreeError({
      operation,
      message: `${operation}: operands must have one shape, got ${Aval.format(leaves[0]!)} and ${
        Aval.format(leaf)
      } at ${pathOf(operands, i)}`
    })
  })
  const combine = combineTrees(operation, computation as never, structure, leaves)
  const { shape } = leaves[0]!
  const kept = without(shape.length, dimensions)
  const sizes = kept.map((axis) => shape[axis]!)
  const starts = inits.map((init) => broadcastInDim(init, sizes, []))
  const monoid = leaves.length === 1 ? monoidOf(combine, leaves[0]!) : undefined
  if (monoid !== undefined) {
    const result = monoid.reduce(leaves[0]!, dimensions)
    return Tree.unflatten(structure, isIdentity(monoid, inits[0]!) ? [result] : combine(starts, [result])) as never
  }
  const n = count(dimensions.map((axis) => shape[axis]!))
  if (n === 0) return Tree.unflatten(structure, starts) as never
  const flat = leaves.map((x) => reshape(transpose(x, [...kept, ...dimensions]), [...sizes, n]))
  const results = folded(flat, inits, sizes.length, combine).map((x) => reshape(x, sizes))
  return Tree.unflatten(structure, combine(starts, results)) as never
})
