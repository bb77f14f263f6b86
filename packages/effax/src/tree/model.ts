/**
 * Types of trees, of their leaves and of trees like them.
 */
import type { DType } from "../DType.ts"
import * as structures from "../internal/tree/structure.ts"
import type { IsUnion } from "../internal/types/union.ts"
import type * as NdArray from "../NdArray.ts"
import type { symbol } from "./classes.ts"
import type { Nodes } from "./nodes.ts"

/**
 * Trees with leaves of type `L`, for constraints in generic code.
 *
 * **Gotchas**
 *
 * An `interface` isn't assignable to it, for want of an index signature. The functions of this module take any type;
 * to accept interfaces and still say what leaves must be, take `T & Tree.Of<T, L>`.
 *
 * @category models
 * @since 0.1.0
 */
export type Tree<L> = L | null | undefined | ReadonlyArray<Tree<L>> | { readonly [name: string]: Tree<L> }

/** Values that are leaves whatever members they have. @category models @since 0.1.0 */
export type Atom =
  | NdArray.Any
  | string
  | number
  | bigint
  | boolean
  | symbol
  | ArrayBufferView
  | ArrayBufferLike
  | Date
  | RegExp
  | Error
  | Promise<unknown>
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ((...args: never) => unknown)

// Recursive types would be unfolded for ever: below 12 levels nothing new is looked for.
type Deeper = [never, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

/**
 * The leaves of a tree, as a type.
 *
 * @category models
 * @since 0.1.0
 */
export type LeafOf<T, Depth extends number = 12> = [Depth] extends [never] ? never
  : T extends Atom ? T
  : T extends null | undefined ? never
  : T extends { readonly [symbol]: () => { readonly children: infer C } } ? LeafOf<C, Deeper[Depth]>
  : T extends ReadonlyArray<infer E> ? LeafOf<E, Deeper[Depth]>
  : T extends object ? LeafOf<T[keyof T], Deeper[Depth]>
  : T

/**
 * The type of a tree like `T` with leaves of type `L`. Class instances keep their type, and recursive array types become
 * {@link Tree}.
 *
 * @category models
 * @since 0.1.0
 */
export type Map<T, L, Depth extends number = 12> = [Depth] extends [never] ? Tree<L>
  : T extends Atom ? L
  : T extends null | undefined ? T
  : T extends { readonly [symbol]: () => unknown } ? T
  : T extends ReadonlyArray<infer E>
  // an array among its own elements: a recursive type
    ? T extends E ? ReadonlyArray<Tree<L>> : { [K in keyof T]: Map<T[K], L, Deeper[Depth]> }
  : T extends object ? { [K in keyof T]: Map<T[K], L, Deeper[Depth]> }
  : T

/**
 * The constraint of generic code over trees of arrays: `P extends Tree.Arrays<P, "float32">` is an array, or any object,
 * interface, list or tuple of arrays, however deep.
 *
 * **When to use**
 *
 * For functions such as optimisers, which take any parameters and give parameters of the same type. In the functions that
 * {@link map} and {@link map2} apply, leaves of such a tree are arrays of shape {@link LeafShape}; a result of the leaf's
 * own dtype and shape makes the tree a `P` again.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, Tree } from "effax"
 *
 * const sgd = <P extends Tree.Arrays<P, "float32">>(params: P, grads: P): P =>
 *   Tree.map2(params, grads, (p, g) => np.subtract(p, np.multiply(g, 0.5)))
 *
 * const params = { w: np.ones([2, 1]), b: np.zeros([]) }
 * NdArray.toNested(sgd(params, { w: np.ones([2, 1]), b: np.ones([]) })) // => { w: [[0.5], [0.5]], b: -0.5 }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export type Arrays<T, D extends DType = DType> = NdArray.NdArray<D> | Nodes<T, D>

/**
 * The shape of a leaf, in a function that is applied to leaves of different shapes: one and the same shape for all arrays
 * that the function is given, whatever it is.
 *
 * **Details**
 *
 * {@link map}, {@link map2} and their like give it to arrays whose shapes differ from leaf to leaf. A result of this shape
 * has the shape of its leaf: the tree that comes out has the shapes of the tree that went in.
 *
 * @category models
 * @since 0.1.0
 */
export interface LeafShape extends ReadonlyArray<number> {
  readonly "~effax/LeafShape": true
}

/**
 * The leaves of a tree as a function sees them that is applied to one after the other: as {@link LeafOf}, but that arrays
 * of different shapes have the shape {@link LeafShape}.
 *
 * @category models
 * @since 0.1.0
 */
export type Leaf<T> = Seen<LeafOf<T>>

type Seen<L> = IsUnion<Extract<L, NdArray.Any>["shape"]> extends true
  ? NdArray.NdArray<Extract<L, NdArray.Any>["dtype"], LeafShape> | Exclude<L, NdArray.Any>
  : L

/**
 * `T` itself when all of its leaves are of type `L`, else a type that names the ones that aren't.
 *
 * **Example**
 *
 * ```ts
 * import type { NdArray, Tree } from "effax"
 *
 * declare const norm: <T>(tree: T & Tree.Of<T, NdArray.Any>) => NdArray.Any
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export type Of<T, L> = [LeafOf<T>] extends [L] ? unknown
  : { readonly "leaves of the wrong type": Exclude<LeafOf<T>, L>; readonly "expected": L }

/**
 * The structure of a tree: an immutable value with structural equality.
 *
 * @category models
 * @since 0.1.0
 */
export interface Structure {
  readonly [structures.TypeId]: typeof structures.TypeId
  /** The number of leaves. */
  readonly leafCount: number
  /**
   * A text that is equal for equal structures, to find them by. Different structures have different texts but for
   * classes of one name and static data that JSON can't say: after a look-up, compare with {@link structureEquals}.
   */
  readonly key: string
}

/** The way from the root to a leaf: names and indices. @category models @since 0.1.0 */
export type Path = structures.Path

/**
 * Options that say what counts as a leaf.
 *
 * @category models
 * @since 0.1.0
 */
export interface FlattenOptions {
  /** Makes a leaf of every value that it holds for, containers included. */
  readonly isLeaf?: ((value: unknown) => boolean) | undefined
  /** Makes leaves of `null` and `undefined`. */
  readonly noneIsLeaf?: boolean | undefined
}

/**
 * The subtrees of a tree `U` where its prefix `T` has leaves.
 *
 * @category models
 * @since 0.1.0
 */
export type SubtreeOf<T, U> = [U] extends [Map<T, LeafOf<U>>] ? LeafOf<U> : SubtreeAt<T, U>

type SubtreeAt<T, U, Depth extends number = 12> = [Depth] extends [never] ? never
  : T extends Atom ? U
  : T extends null | undefined ? never
  : T extends ReadonlyArray<infer E> ? U extends ReadonlyArray<infer F> ? SubtreeAt<E, F, Deeper[Depth]> : never
  : T extends object ? { [K in keyof T]: K extends keyof U ? SubtreeAt<T[K], U[K], Deeper[Depth]> : never }[keyof T]
  : U
