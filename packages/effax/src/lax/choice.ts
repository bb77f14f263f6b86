/**
 * Elements chosen by other elements, and values that no derivative flows through.
 */
import type * as DType from "../DType.ts"
import { flatten } from "../internal/arguments/arguments.ts"
import { checkNoOptions } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"
import { type ArrayLike, asArray, asArrays, type Broadcasted, type Common, type Fits, fixed } from "./operands.ts"

/**
 * `cases[which]`, elementwise.
 *
 * **Details**
 *
 * `which` is an int32 array with as many cases as it has values, or a bool array, which chooses the second of two cases
 * where it is true. It is a scalar or has the shape of the cases, which have one dtype and one shape. An int32 outside of
 * the cases chooses the nearest.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const which = np.array([0n, 2n, 1n])
 * Lax.selectN(which, np.array([1, 2, 3]), np.array([10, 20, 30]), np.array([100, 200, 300])) // => [1, 200, 30]
 * ```
 *
 * @category selection
 * @since 0.1.0
 */
export const selectN = <D extends DType.DType>(
  which: ArrayLike,
  ...cases: ReadonlyArray<NdArray.NdArray<D> | number | bigint | boolean>
): NdArray.NdArray<D> => {
  checkNoOptions("selectN", cases.at(-1))
  return primitive.selectN(asArray("selectN", which), ...cases.length === 0 ? [] : asArrays("selectN", cases)) as never
}

/**
 * `onTrue` where `pred` holds, else `onFalse`.
 *
 * **Details**
 *
 * Both cases have one dtype and one shape, where a number takes the dtype of the other case; `pred` is a bool array of that
 * shape or a scalar. Both are computed, and no derivative flows to the one that was not chosen.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([-1, 2])
 * Lax.select(Lax.lt(x, 0), np.zeros([2]), x) // => [0, 2]
 * ```
 *
 * @category selection
 * @since 0.1.0
 */
export const select = fixed("select", <X extends ArrayLike, Y extends ArrayLike>(
  pred: ArrayLike,
  onTrue: X,
  onFalse: Y & Fits<X, Y>
): NdArray.NdArray<Common<X, Y>, Broadcasted<X, Y>> => {
  const [a, b] = asArrays("select", [onTrue, onFalse])
  return primitive.select(asArray("select", pred), a!, b!) as never
})

/**
 * `x` clipped into the interval from `min` to `max`; JAX's order of arguments.
 *
 * **Details**
 *
 * Bounds are numbers, scalars or arrays of the shape of `x`, of its dtype. NaN in any of the three gives NaN. Where the
 * bounds are in the wrong order, `max` wins.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.clamp(0, np.array([-1, 0.5, 3]), 1) // => [0, 0.5, 1]
 * ```
 *
 * @category selection
 * @since 0.1.0
 */
export const clamp = fixed("clamp", <D extends DType.DType, S extends Shape.Shape>(
  min: NdArray.NdArray<D> | number | bigint,
  x: NdArray.NdArray<D, S> | number | bigint,
  max: NdArray.NdArray<D> | number | bigint
): NdArray.NdArray<D, S> => {
  const [low, array, high] = asArrays("clamp", [min, x, max])
  return primitive.clamp(low!, array!, high!) as never
})

/**
 * A tree of arrays as it is, through which no derivative flows.
 *
 * @example
 * ```ts
 * import { grad, Lax, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.Any) => Lax.mul(Lax.stopGradient(x), x)
 * grad(f)(np.array(3)) // => 3
 * ```
 *
 * @category selection
 * @since 0.1.0
 */
export const stopGradient = fixed("stopGradient", <T>(tree: T): T => {
  if (node.isNode(tree)) return primitive.stopGradient(tree) as T
  const { leaves, structure } = flatten("stopGradient", "operand", tree)
  return Tree.unflatten(structure, leaves.map((leaf) => primitive.stopGradient(leaf))) as T
})
