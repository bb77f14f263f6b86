/**
 * Trees of arrays as one vector.
 */
import * as DType from "../DType.ts"
import { DTypeError, ShapeError, TreeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { isScalar, leaf } from "../internal/graph/scalars.ts"
import * as structures from "../internal/tree/structure.ts"
import * as internal from "../internal/tree/tree.ts"
import type { IsUnion } from "../internal/types/union.ts"
import type * as NdArray from "../NdArray.ts"
import { convert } from "../primitive/elementwise.ts"
import { concatenate, full, reshape, sliceAxis } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import type { LeafOf, Map, Of } from "./model.ts"

type Leaf = NdArray.Any | number | bigint | boolean

/** The dtype that the leaves promote to: known where they have one. */
type Promoted<L> = [L] extends [never] ? "float32"
  : [L] extends [NdArray.Any] ? IsUnion<L["dtype"]> extends true ? DType.DType : L["dtype"]
  : DType.DType

/** The tree with arrays where it has numbers. */
type Arrayed<T> = [LeafOf<T>] extends [NdArray.Any] ? T : Map<T, NdArray.Any>

/** A vector, of any length that a type may claim. */
type Vector<D extends DType.DType> = NdArray.NdArray<D, readonly [number]>

const operation = "Tree.ravel"

const nodeOf = (value: unknown, path: structures.Path): node.Node => {
  if (node.isNode(value)) return value
  if (isScalar(value)) return leaf(operation, value)
  throw new TreeError({
    operation,
    message: `${operation}: leaves must be arrays or numbers, got ${describe(value)}${
      path.length === 0 ? "" : ` at \`${structures.formatPath(path)}\``
    }`
  })
}

/**
 * The arrays of a tree as one vector, and the function that makes a tree of a vector: `[vector, unravel]`.
 *
 * **When to use**
 *
 * For algorithms on vectors, such as `jax.scipy.optimize.minimize` or a dense Hessian of all parameters.
 *
 * **Details**
 *
 * JAX's `ravel_pytree`. The vector has the dtype that the leaves promote to; `unravel` gives them their own dtypes and shapes
 * back. A tree without leaves is an empty vector of float32. `unravel` throws a `ShapeError` for a vector of another length,
 * and, where leaves differ in dtype, a `DTypeError` for a vector of another dtype.
 *
 * @example
 * ```ts
 * import { Numpy as np, Tree } from "effax"
 *
 * const [vector, unravel] = Tree.ravel({ w: np.array([[1, 2], [3, 4]]), b: np.array([5]) })
 * vector // => [5, 1, 2, 3, 4]
 * unravel(np.multiply(vector, 10)).w // => [[10, 20], [30, 40]]
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const ravel = <T>(tree: T & Of<T, Leaf>): readonly [
  vector: Vector<Promoted<LeafOf<T>>>,
  unravel: (vector: NdArray.Any) => Arrayed<T>
] => {
  const { leaves, structure } = internal.flatten(tree)
  const paths = structures.paths(structure)
  const arrays = leaves.map((value, i) => nodeOf(value, paths[i]!))
  const { dtype, weak } = arrays.length === 0 ? { dtype: "float32" as const, weak: false } : DType.promoteTyped(arrays)
  const mixed = arrays.some((x) => x.dtype !== dtype)
  const total = arrays.reduce((n, x) => n + x.size, 0)
  const vector = arrays.length === 0
    ? full(0, "float32", [0])
    : concatenate(arrays.map((x) => reshape(cast(operation, x, dtype, weak), [x.size])), 0)
  const unravel = (given: NdArray.Any): unknown => {
    if (!node.isNode(given) || given.shape.length !== 1 || given.shape[0] !== total) {
      throw new ShapeError({
        operation: "unravel",
        message: `unravel: expected a vector of ${total} elements, got ${
          node.isNode(given) ? `shape ${Shape.format(given.shape)}` : describe(given)
        }`
      })
    }
    if (mixed && given.dtype !== dtype) {
      throw new DTypeError({
        operation: "unravel",
        message:
          `unravel: leaves differ in dtype, so the vector must have the one that they promote to, ${dtype}, got ` +
          given.dtype
      })
    }
    let next = 0
    return internal.unflatten(
      structure,
      arrays.map((x) => {
        const part = reshape(sliceAxis(given, 0, next, next += x.size), x.shape)
        return mixed ? convert(part, x.dtype) : part
      })
    )
  }
  return [vector, unravel] as never
}
