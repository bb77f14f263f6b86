/**
 * Trees taken apart and put together.
 */
import { TreeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import * as prefixes from "../internal/tree/prefix.ts"
import * as structures from "../internal/tree/structure.ts"
import * as internal from "../internal/tree/tree.ts"
import type { FlattenOptions, LeafOf, Path, Structure } from "./model.ts"
import { checked, toInternal } from "./options.ts"

/**
 * Takes a tree apart: its leaves, in the order of its keys, and its structure.
 *
 * **Details**
 *
 * Throws a {@link TreeError} for a tree that contains itself.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * const { leaves, structure } = Tree.flatten({ b: [2, null], a: 1 })
 * leaves // => [1, 2]
 * Tree.structureToString(structure) // => "{ a: *, b: [*, null] }"
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const flatten: <T>(tree: T, options?: FlattenOptions) => {
  readonly leaves: ReadonlyArray<LeafOf<T>>
  readonly structure: Structure
} = (tree: unknown, options?: FlattenOptions) => internal.flatten(tree, checked("Tree.flatten", options)) as never

/**
 * The leaves of a tree.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.leaves({ b: [2, null], a: 1 }) // => [1, 2]
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const leaves = <T>(tree: T, options?: FlattenOptions): ReadonlyArray<LeafOf<T>> =>
  internal.flatten(tree, checked("Tree.leaves", options)).leaves as never

/**
 * The structure of a tree.
 *
 * @category flattening
 * @since 0.1.0
 */
export const structure = (tree: unknown, options?: FlattenOptions): Structure =>
  internal.flatten(tree, checked("Tree.structure", options)).structure

/**
 * Puts a tree together: the structure with these leaves.
 *
 * **Details**
 *
 * Throws a {@link TreeError} for another number of leaves.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * const { structure } = Tree.flatten({ a: 1, b: [2, 3] })
 * Tree.unflatten(structure, ["x", "y", "z"]) // => { a: "x", b: ["y", "z"] }
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const unflatten: (structure: Structure, leaves: ReadonlyArray<unknown>) => unknown = internal.unflatten as never

/**
 * The subtrees that a tree has where `structure` has its leaves.
 *
 * @category flattening
 * @since 0.1.0
 */
export const flattenUpTo = (structure: Structure, tree: unknown): ReadonlyArray<unknown> =>
  prefixes.flattenUpTo("Tree.flattenUpTo", toInternal(structure), tree)

/**
 * The path and value of every leaf.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.leavesWithPath({ layers: [{ weight: 1 }] }).map(([path, leaf]) => [Tree.formatPath(path), leaf])
 * // => [["layers[0].weight", 1]]
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const leavesWithPath = <T>(
  tree: T,
  options?: FlattenOptions
): ReadonlyArray<readonly [path: Path, leaf: LeafOf<T>]> => {
  const flat = flatten(tree, checked("Tree.leavesWithPath", options))
  const paths = structures.paths(toInternal(flat.structure))
  return flat.leaves.map((leaf, i) => [paths[i]!, leaf])
}

/**
 * The path and value of every leaf, and the structure of the tree.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * const { leaves } = Tree.flattenWithPath({ layers: [{ weight: 1 }] })
 * leaves // => [[["layers", 0, "weight"], 1]]
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const flattenWithPath = <T>(tree: T, options?: FlattenOptions): {
  readonly leaves: ReadonlyArray<readonly [path: Path, leaf: LeafOf<T>]>
  readonly structure: Structure
} => {
  const flat = flatten(tree, checked("Tree.flattenWithPath", options))
  const paths = structures.paths(toInternal(flat.structure))
  return { leaves: flat.leaves.map((leaf, i) => [paths[i]!, leaf]), structure: flat.structure }
}

/**
 * The children of the container at the root of a tree, whatever they are, and the names or indices that they have there.
 *
 * **Details**
 *
 * Throws a {@link TreeError} for a leaf.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.flattenOneLevel({ b: [1, 2], a: 3 }) // => { keys: ["a", "b"], children: [3, [1, 2]] }
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const flattenOneLevel = (tree: unknown): {
  readonly keys: ReadonlyArray<string | number>
  readonly children: ReadonlyArray<unknown>
} => {
  if (!isTreeNode(tree)) {
    throw new TreeError({
      operation: "Tree.flattenOneLevel",
      message: `Tree.flattenOneLevel: ${describe(tree)} is a leaf, which has no children`
    })
  }
  const { root, values } = prefixes.shallow(tree)
  return { keys: root.keys ?? values.map((_, i) => i), children: values }
}

/**
 * Whether a value is a container in trees: a list, a plain object, an instance of a class with {@link symbol}, `null` or
 * `undefined`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTreeNode = (value: unknown): boolean => prefixes.shallow(value).root.kind !== "leaf"

/**
 * Whether all elements of a list are leaves.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.allLeaves([1, "a"]) // => true
 * Tree.allLeaves([1, [2]]) // => false
 * ```
 *
 * @category flattening
 * @since 0.1.0
 */
export const allLeaves = (values: ReadonlyArray<unknown>, options?: FlattenOptions): boolean => {
  const known = checked("Tree.allLeaves", options)
  return values.every((value) => internal.flatten(value, known).structure === structures.leaf)
}
