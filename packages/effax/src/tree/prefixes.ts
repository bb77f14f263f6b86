/**
 * Trees that stand for parts of others, and trees of trees.
 */
import { TreeError } from "../Errors.ts"
import { dualWhere } from "../internal/arguments/dual.ts"
import * as prefixes from "../internal/tree/prefix.ts"
import * as structures from "../internal/tree/structure.ts"
import * as internal from "../internal/tree/tree.ts"
import type { FlattenOptions, LeafOf, Map, Structure } from "./model.ts"
import { checked, toInternal } from "./options.ts"

/**
 * For every leaf of `tree`, the leaf of `prefix` that stands for it.
 *
 * **Details**
 *
 * The options apply to the prefix: with `noneIsLeaf` its `null`s stand for whole subtrees, as in `inAxes` of `vmap`.
 *
 * **Example**
 *
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.broadcastPrefix([0, null], [{ a: 1, b: 2 }, 3], { noneIsLeaf: true }) // => [0, 0, null]
 * ```
 *
 * @category prefixes
 * @since 0.1.0
 */
export const broadcastPrefix = <P, const O extends FlattenOptions = {}>(
  prefix: P,
  tree: unknown,
  options?: O
): ReadonlyArray<LeafOf<P> | (O extends { readonly noneIsLeaf: true } ? null | undefined : never)> =>
  prefixes.broadcastPrefix("Tree.broadcastPrefix", prefix, tree, checked("Tree.broadcastPrefix", options)) as never

/**
 * A tree like `tree` with the leaves of `prefix`, each as often as `tree` has leaves in its place.
 *
 * **Details**
 *
 * The options apply to the prefix. Throws a `TreeError` that names the place where it is not a prefix.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.broadcast({ a: 1, b: 2 }, { a: [10, 20], b: { c: 30 } }) // => { a: [1, 1], b: { c: 2 } }
 * ```
 *
 * @category prefixes
 * @since 0.1.0
 */
export const broadcast = <P, T>(prefix: P, tree: T, options?: FlattenOptions): Map<T, LeafOf<P>> => {
  const leaves = prefixes.broadcastPrefix("Tree.broadcast", prefix, tree, checked("Tree.broadcast", options))
  return internal.unflatten(internal.flatten(tree).structure, leaves) as never
}

/**
 * Turns a tree of trees inside out: from `outer` of `inner` to `inner` of `outer`.
 *
 * **Details**
 *
 * Without `inner` it is the structure of the first of the inner trees.
 *
 * **Example**
 *
 * ```ts
 * import { Tree } from "effax"
 *
 * const outer = Tree.structure([0, 0])
 * const inner = Tree.structure({ a: 0, b: 0 })
 * Tree.transpose([{ a: 1, b: 2 }, { a: 3, b: 4 }], outer, inner) // => { a: [1, 3], b: [2, 4] }
 * Tree.transpose([{ a: 1 }, { a: 2 }], outer) // => { a: [1, 2] }
 * ```
 *
 * @category prefixes
 * @since 0.1.0
 */
export const transpose: {
  (outer: Structure, inner?: Structure): (tree: unknown) => unknown
  (tree: unknown, outer: Structure, inner?: Structure): unknown
} = dualWhere(
  ([first]) => !structures.isStructure(first),
  (tree: unknown, outer: Structure, given: Structure | undefined) => {
    const shape = toInternal(outer)
    const inner = given === undefined
      ? internal.flatten(prefixes.flattenUpTo("Tree.transpose", shape, tree)[0]).structure
      : toInternal(given)
    const expected = structures.compose(shape, inner)
    const flat = internal.flatten(tree)
    if (!structures.equals(expected, flat.structure)) {
      throw new TreeError({
        operation: "Tree.transpose",
        message: `Tree.transpose: expected a tree of structure ${structures.format(expected)}, got ` +
          structures.format(flat.structure)
      })
    }
    const columns: Array<unknown> = []
    for (let k = 0; k < inner.leafCount; k++) {
      const column: Array<unknown> = []
      for (let i = 0; i < outer.leafCount; i++) column.push(flat.leaves[i * inner.leafCount + k])
      columns.push(internal.unflatten(shape, column))
    }
    return internal.unflatten(inner, columns)
  }
)
