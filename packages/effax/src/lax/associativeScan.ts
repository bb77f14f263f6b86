/**
 * `associativeScan`: all prefixes of a sequence, combined in parallel.
 */
import * as Aval from "../Aval.ts"
import { AxisError, ShapeError, TreeError } from "../Errors.ts"
import { flatten, pathOf } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import type * as NdArray from "../NdArray.ts"
import { associativeScan as scanArrays } from "../primitive/associativeScan.ts"
import * as Tree from "../Tree.ts"
import { checkFunction } from "./body.ts"
import type { Like } from "./trees.ts"

/**
 * Options of {@link associativeScan}.
 *
 * @category models
 * @since 0.1.0
 */
export interface AssociativeScanOptions {
  /** Suffixes in place of prefixes. */
  readonly reverse?: boolean | undefined
  /** The axis along which elements are combined; 0 by default. */
  readonly axis?: number | undefined
}

const known: Known<AssociativeScanOptions> = { reverse: true, axis: true }

/**
 * The combinations of the first, the first two, ... of all elements along an axis, by an associative function:
 * `[a, f(a, b), f(f(a, b), c), ...]`.
 *
 * **When to use**
 *
 * For recurrences that can be written with an associative function (sums, products of matrices, linear recurrences): it
 * takes about log2(n) parallel passes where {@link scan} takes n steps.
 *
 * **Details**
 *
 * `f` takes two trees of arrays that hold many elements along the axis, and combines them element by element; it must keep
 * dtypes and shapes. Elements are combined in the order of JAX, so that floats are rounded in the same way. With `reverse`
 * it goes from the last element to the first, and `f` is given the later combination first.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.associativeScan(np.add, np.array([1, 2, 3, 4])) // => [1, 3, 6, 10]
 *
 * // x' = a x + b, for a sequence of (a, b)
 * const [, x] = Lax.associativeScan(
 *   ([a, b], [c, d]) => [np.multiply(c, a), np.add(np.multiply(c, b), d)],
 *   [np.array([2, 2, 2]), np.array([1, 1, 1])]
 * )
 * x // => [1, 3, 7]
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const associativeScan = <const T>(
  f: (earlier: NoInfer<Elements<T>>, later: NoInfer<Elements<T>>) => NoInfer<Like<T>>,
  elements: T,
  options: AssociativeScanOptions = {}
): Elements<T> => {
  const operation = "associativeScan"
  checkFunction(operation, "the function", f)
  const { axis = 0, reverse = false } = checkOptions(operation, options, known)
  const { leaves, structure } = flatten(operation, "elements", elements)
  if (leaves.length === 0) return elements as Elements<T>
  const at = axis < 0 ? axis + leaves[0]!.shape.length : axis
  leaves.forEach((leaf, i) => {
    if (Number.isInteger(axis) && at >= 0 && at < leaf.shape.length) return
    throw new AxisError({
      operation,
      message: `${operation}: axis ${axis} is out of range for ${pathOf(elements, i) || "the elements"}, ${
        Aval.format(leaf)
      }`
    })
  })
  const sizes = leaves.map((leaf) => leaf.shape[at]!)
  if (sizes.some((size) => size !== sizes[0])) {
    throw new ShapeError({
      operation,
      message: `${operation}: all arrays must have one length along axis ${axis}, got\n${
        leaves.map((leaf, i) => `  ${pathOf(elements, i)}: ${Aval.format(leaf)}`).join("\n")
      }`
    })
  }
  const combine = (earlier: ReadonlyArray<NdArray.Any>, later: ReadonlyArray<NdArray.Any>) => {
    const tree = f(Tree.unflatten(structure, earlier) as Elements<T>, Tree.unflatten(structure, later) as Elements<T>)
    const flat = flatten(operation, "result", tree)
    if (!Tree.structureEquals(flat.structure, structure)) {
      throw new TreeError({
        operation,
        message: `${operation}: the function must keep the structure ${Tree.structureToString(structure)}, but gives ${
          Tree.structureToString(flat.structure)
        }`
      })
    }
    const results = flat.leaves.map((leaf, i) => leaf.weak ? cast(operation, leaf, earlier[i]!.dtype) : leaf)
    const wrong = results.findIndex((leaf, i) => !Aval.sameType(leaf, earlier[i]!))
    if (wrong !== -1) {
      throw new TreeError({
        operation,
        message: `${operation}: the function must keep dtypes and shapes, but makes of ${
          pathOf(tree, wrong) || "the elements"
        }, ${Aval.format(earlier[wrong]!)}, ${Aval.format(results[wrong]!)}`
      })
    }
    return results
  }
  return Tree.unflatten(structure, scanArrays(combine, leaves, at, reverse)) as Elements<T>
}

/** Arrays of the same dtypes, whose lengths are not known to the type checker. @category models @since 0.1.0 */
export type Elements<T> = T extends NdArray.NdArray<infer D, infer S>
  ? NdArray.NdArray<D, { readonly [K in keyof S]: number }>
  : T extends Tree.Atom | { readonly [Tree.symbol]: () => unknown } ? T
  : T extends object ? { -readonly [K in keyof T]: Elements<T[K]> }
  : T
