/**
 * Functions applied to the leaves of trees.
 */
import type { DType } from "../DType.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import * as prefixes from "../internal/tree/prefix.ts"
import * as structures from "../internal/tree/structure.ts"
import * as internal from "../internal/tree/tree.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type { Determined, Generic, GenericLeaf, GenericMapped, LeafBeside, Mapped } from "./leafTypes.ts"
import type { FlattenOptions, Leaf, LeafOf, Map, Of, Path } from "./model.ts"
import { checked, known } from "./options.ts"

/**
 * Applies a function to every leaf.
 *
 * **Example**
 *
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.map({ a: 1, b: [2, null] }, (n) => n * 10) // => { a: 10, b: [20, null] }
 * ```
 *
 * @category mapping
 * @since 0.1.0
 */
export const map: {
  <A, B>(f: (leaf: A) => B, options?: FlattenOptions): Last<B, <T>(tree: T & Of<T, A>) => Map<T, B>>
  <T, B>(tree: T & Determined<T>, f: (leaf: Leaf<T>) => B, options?: FlattenOptions): Mapped<T, B>
  <T, B, D extends DType = never>(
    tree: Generic<T, D>,
    f: (leaf: GenericLeaf<D>) => B,
    options?: FlattenOptions
  ): GenericMapped<T, B, D>
} = dualWithOptions("Tree.map", 2, known, (tree: unknown, f: (leaf: unknown) => unknown, options: FlattenOptions) => {
  const flat = internal.flatten(tree, options)
  return internal.unflatten(flat.structure, flat.leaves.map((leaf) => f(leaf)))
})

/**
 * Applies a function to every leaf and its path.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.mapWithPath({ a: 1, b: [2] }, (path, n) => `${Tree.formatPath(path)} = ${n}`)
 * // => { a: "a = 1", b: ["b[0] = 2"] }
 * ```
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapWithPath: {
  <A, B>(f: (path: Path, leaf: A) => B, options?: FlattenOptions): Last<B, <T>(tree: T & Of<T, A>) => Map<T, B>>
  <T, B>(tree: T & Determined<T>, f: (path: Path, leaf: Leaf<T>) => B, options?: FlattenOptions): Mapped<T, B>
  <T, B, D extends DType = never>(
    tree: Generic<T, D>,
    f: (path: Path, leaf: GenericLeaf<D>) => B,
    options?: FlattenOptions
  ): GenericMapped<T, B, D>
} = dualWithOptions("Tree.mapWithPath", 2, known, (
  tree: unknown,
  f: (path: Path, leaf: unknown) => unknown,
  options: FlattenOptions
) => {
  const flat = internal.flatten(tree, options)
  const paths = structures.paths(flat.structure)
  return internal.unflatten(flat.structure, flat.leaves.map((leaf, i) => f(paths[i]!, leaf)))
})

/**
 * Applies a function to the leaves of several trees.
 *
 * **Details**
 *
 * The first tree must be a prefix of the others: where it has a leaf they may have any subtree, which is handed to the
 * function as it is. Anything else is a {@link TreeError} that names the place and both structures.
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapMany = <T, R extends ReadonlyArray<unknown>, B>(
  trees: readonly [first: T, ...rest: R],
  f: (leaf: Leaf<T>, ...rest: { readonly [I in keyof R]: LeafBeside<T, R[I]> }) => B,
  options?: FlattenOptions
): Mapped<T, B> => many("Tree.mapMany", trees, f as never, options, false) as Mapped<T, B>

const many = (
  operation: string,
  trees: ReadonlyArray<unknown>,
  f: (...args: ReadonlyArray<unknown>) => unknown,
  options: FlattenOptions | undefined,
  withPath: boolean
): unknown => {
  const [first, ...rest] = trees
  const flat = internal.flatten(first, checked(operation, options))
  const own = flat.structure
  const columns = rest.map((tree) => prefixes.flattenUpTo("Tree.map", own, tree))
  const paths = withPath ? structures.paths(own) : []
  const out = flat.leaves.map((leaf, i) => {
    const row = [leaf, ...columns.map((column) => column[i])]
    return withPath ? f(paths[i], ...row) : f(...row)
  })
  return internal.unflatten(own, out)
}

/**
 * Applies a function to the leaves of several trees and their path, as {@link mapMany} and {@link mapWithPath}.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.mapManyWithPath([{ a: 1 }, { a: 2 }], (path, x, y) => `${Tree.formatPath(path)}: ${x + y}`) // => { a: "a: 3" }
 * ```
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapManyWithPath = <T, R extends ReadonlyArray<unknown>, B>(
  trees: readonly [first: T, ...rest: R],
  f: (path: Path, leaf: Leaf<T>, ...rest: { readonly [I in keyof R]: LeafBeside<T, R[I]> }) => B,
  options?: FlattenOptions
): Mapped<T, B> => many("Tree.mapManyWithPath", trees, f as never, options, true) as Mapped<T, B>

/**
 * Applies a function to the leaves of two trees, of which the first must be a prefix of the second.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * const parameters = { weight: 1, bias: 2 }
 * const gradients = { weight: 0.5, bias: 1 }
 * Tree.map2(parameters, gradients, (p, g) => p - 0.1 * g) // => { weight: 0.95, bias: 1.9 }
 * ```
 *
 * @category mapping
 * @since 0.1.0
 */
export const map2: {
  <U, A, B>(that: U, f: (leaf: A, that: LeafOf<U>) => B): Last<B, <T>(self: T & Of<T, A>) => Map<T, B>>
  <T, U, B>(self: T & Determined<T>, that: U, f: (leaf: Leaf<T>, that: LeafBeside<T, U>) => B): Mapped<T, B>
  <T, B, D extends DType = never>(
    self: Generic<T, D>,
    that: T,
    f: (leaf: GenericLeaf<D>, that: GenericLeaf<D>) => B
  ): GenericMapped<T, B, D>
} = dual(
  "Tree.map2",
  3,
  (self: unknown, that: unknown, f: (a: never, b: never) => unknown) => mapMany([self, that], f as never)
)
