/**
 * Leaves of a tree combined to one value.
 */
import type { DType } from "../DType.ts"
import { TreeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkOptions } from "../internal/arguments/options.ts"
import * as internal from "../internal/tree/tree.ts"
import type { Determined, Generic, GenericLeaf } from "./leafTypes.ts"
import type { FlattenOptions, Leaf, LeafOf, Of } from "./model.ts"
import { known } from "./options.ts"

/**
 * Combines the leaves from the first to the last.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.reduce({ a: 1, b: [2, 3] }, 0, (sum, n) => sum + n) // => 6
 * ```
 *
 * @category folding
 * @since 0.1.0
 */
export const reduce: {
  <A, Z>(initial: Z, f: (accumulator: Z, leaf: A) => Z, options?: FlattenOptions): <T>(tree: T & Of<T, A>) => Z
  <T, Z>(tree: T & Determined<T>, initial: Z, f: (accumulator: Z, leaf: Leaf<T>) => Z, options?: FlattenOptions): Z
  <T, Z, D extends DType = never>(
    tree: Generic<T, D>,
    initial: Z,
    f: (accumulator: Z, leaf: GenericLeaf<D>) => Z,
    options?: FlattenOptions
  ): Z
} = dualWithOptions(
  "Tree.reduce",
  3,
  known,
  (tree: unknown, initial: unknown, f: (z: unknown, leaf: unknown) => unknown, options: FlattenOptions) =>
    internal.flatten(tree, options).leaves.reduce((z, leaf) => f(z, leaf), initial)
)

/** Options of {@link reduceAssociative}. @category models @since 0.1.0 */
export interface ReduceAssociativeOptions<A> extends FlattenOptions {
  /** The result for a tree without leaves, and the first operand of the others. */
  readonly identity?: A | undefined
}

/**
 * Combines the leaves by an associative function, in pairs: the leaves are the ends of a balanced tree of calls.
 *
 * **When to use**
 *
 * For sums of many arrays, where a chain of additions would be long and lose more precision.
 *
 * **Details**
 *
 * Throws a `TreeError` for a tree without leaves, unless `identity` is given.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.reduceAssociative({ a: "x", b: ["y", "z"] }, (x, y) => `(${x}${y})`) // => "((xy)z)"
 * ```
 *
 * @category folding
 * @since 0.1.0
 */
export const reduceAssociative = <T>(
  tree: T,
  f: (x: NoInfer<LeafOf<T>>, y: NoInfer<LeafOf<T>>) => NoInfer<LeafOf<T>>,
  options?: ReduceAssociativeOptions<NoInfer<LeafOf<T>>>
): LeafOf<T> => {
  const operation = "Tree.reduceAssociative"
  const { identity, ...flattening } = options === undefined
    ? {}
    : checkOptions<ReduceAssociativeOptions<LeafOf<T>>>(operation, options, { ...known, identity: true })
  const given = internal.flatten(tree, flattening).leaves as ReadonlyArray<LeafOf<T>>
  let level: ReadonlyArray<LeafOf<T>> = identity === undefined ? given : [identity, ...given]
  if (level.length === 0) {
    throw new TreeError({ operation, message: `${operation}: the tree has no leaves; name an identity` })
  }
  while (level.length > 1) {
    const pairs = level
    level = Array.from(
      { length: Math.ceil(pairs.length / 2) },
      (_, i) => 2 * i + 1 < pairs.length ? f(pairs[2 * i]!, pairs[2 * i + 1]!) : pairs[2 * i]!
    )
  }
  return level[0]!
}

/**
 * Whether a predicate holds for every leaf.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.all({ a: 1, b: [2, 3] }, (n) => n > 0) // => true
 * ```
 *
 * @category folding
 * @since 0.1.0
 */
export const all: {
  <A>(predicate: (leaf: A) => boolean, options?: FlattenOptions): <T>(tree: T & Of<T, A>) => boolean
  <T>(tree: T & Determined<T>, predicate: (leaf: Leaf<T>) => boolean, options?: FlattenOptions): boolean
  <T, D extends DType = never>(
    tree: Generic<T, D>,
    predicate: (leaf: GenericLeaf<D>) => boolean,
    options?: FlattenOptions
  ): boolean
} = dualWithOptions(
  "Tree.all",
  2,
  known,
  (tree: unknown, predicate: (leaf: unknown) => boolean, options: FlattenOptions) =>
    internal.flatten(tree, options).leaves.every((leaf) => predicate(leaf))
)
