/**
 * Trees: nested containers of leaves. JAX calls them pytrees.
 *
 * **Details**
 *
 * Plain objects and arrays hold subtrees; `null` and `undefined` hold nothing and are not leaves. Leaves come in the sorted
 * order of keys, whatever the order of an object's own, in which objects are put together again.
 * Instances of a class take part when the class has a method {@link symbol}: what a tree is follows from the value alone
 * and never from what some module registered somewhere. Everything else is a leaf: arrays (`NdArray`), numbers,
 * booleans, strings, functions, typed arrays, and instances of other classes.
 *
 * Paths are written as TypeScript reads them: `layers[0].weight`.
 *
 * @since 0.1.0
 */
import type { DType } from "./DType.ts"
import { TreeError } from "./Errors.ts"
import { dual, dualWithOptions } from "./internal/arguments/dual.ts"
import { checkOptions, type Known } from "./internal/arguments/options.ts"
import * as prefixes from "./internal/tree/prefix.ts"
import * as structures from "./internal/tree/structure.ts"
import * as internal from "./internal/tree/tree.ts"
import type { Last } from "./internal/types/dataLast.ts"
import type { IsUnion } from "./internal/types/union.ts"
import type * as NdArray from "./NdArray.ts"
import type { Shape } from "./Shape.ts"

// --- models ---------------------------------------------------------------------------------------------------------

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
 * The leaves of a second tree beside those of the first, which is a prefix of it. Arrays have the shape
 * {@link LeafShape} too where their shapes are those of the first tree.
 */
type LeafBeside<T, U> = [U] extends [T] ? Leaf<U>
  : [U] extends [Filled<T, NdArray.NdArray<DType, LeafShape>>] ? Leaf<U>
  : SubtreeOf<T, U>

/** As {@link Map}; results of shape {@link LeafShape} get the shape of the leaf in whose place they come. */
type Mapped<T, B> = [Extract<LeafOf<B>, NdArray.NdArray<DType, LeafShape>>] extends [never] ? Map<T, B>
  : [LeafOf<T>] extends [infer L extends NdArray.Any]
    ? [true, B] extends [IsSingle<L["dtype"]>, NdArray.NdArray<L["dtype"], LeafShape>] ? T : Filled<T, B>
  : Filled<T, B>

type IsSingle<A> = IsUnion<A> extends true ? false : true

type Filled<T, B, Depth extends number = 12> = [Depth] extends [never] ? Tree<B>
  : T extends Atom ? T extends { readonly shape: infer S extends Shape } ? Fill<B, S> : Fill<B, Shape>
  : T extends null | undefined ? T
  : T extends { readonly [symbol]: () => unknown } ? T
  : T extends ReadonlyArray<infer E>
    ? T extends E ? ReadonlyArray<Tree<Fill<B, Shape>>> : { [K in keyof T]: Filled<T[K], B, Deeper[Depth]> }
  : T extends object ? { [K in keyof T]: Filled<T[K], B, Deeper[Depth]> }
  : Fill<B, Shape>

type Fill<B, S extends Shape> = B extends NdArray.NdArray<infer D, infer R> ? NdArray.NdArray<D, FillShape<R, S>>
  : B extends Atom | null | undefined ? B
  : { [K in keyof B]: Fill<B[K], S> }

type FillShape<R extends Shape, S extends Shape> = R extends LeafShape ? S : R

/** `unknown` for a type that is known. A type parameter is not: functions of generic trees see {@link GenericLeaf}. */
type Determined<T> = T extends infer _ ? unknown : never

/** A generic tree, whose constraint {@link Tree} or {@link Arrays} tells the dtype of its arrays. */
type Generic<T, D extends DType> = T | Tree<NdArray.NdArray<D>> | Nodes<T, D>

/** What {@link Arrays} asks of the members of a container. */
type Nodes<T, D extends DType> = {
  readonly [K in keyof T]: T[K] extends NdArray.NdArray<D> | null | undefined ? T[K]
    : T[K] extends Atom ? NdArray.NdArray<D>
    : Nodes<T[K], D>
}

/** A leaf of a generic tree. Without a constraint anything may be one. */
type GenericLeaf<D extends DType> = [D] extends [never] ? unknown : NdArray.NdArray<D, LeafShape>

/** A function that gives each leaf's own dtype and shape gives a tree of the same type. */
type GenericMapped<T, B, D extends DType> = [true, B] extends [IsSingle<D>, NdArray.NdArray<D, LeafShape>] ? T
  : MapOf<T, B>

/** Without a constraint that errors would unfold. */
type MapOf<T, B> = [T] extends [infer _] ? Map<T, B> : unknown

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

const known: Known<FlattenOptions> = { isLeaf: true, noneIsLeaf: true }

const checked = (operation: string, options: FlattenOptions | undefined): FlattenOptions | undefined =>
  options === undefined ? undefined : checkOptions(operation, options, known)

// --- classes as trees -----------------------------------------------------------------------------------------------

/**
 * The method with which instances of a class take part in trees.
 *
 * **Example**
 *
 * ```ts
 * import { type NdArray, Tree } from "effax"
 *
 * class Linear {
 *   readonly weight: NdArray.Any
 *   readonly activation: string
 *   constructor(weight: NdArray.Any, activation: string) {
 *     this.weight = weight
 *     this.activation = activation
 *   }
 *   [Tree.symbol]() {
 *     const { activation, weight } = this
 *     return Tree.parts({ weight }, activation, (children) => new Linear(children.weight, activation))
 *   }
 * }
 * ```
 *
 * @category classes
 * @since 0.1.0
 */
export const symbol: typeof internal.symbol = internal.symbol

/** The parts of an instance, which the method returns. @category classes @since 0.1.0 */
export interface Parts<Self, C extends internal.Children> {
  readonly children: C
  /** Static data, which belongs to the structure. It is compared as static arguments of `jit` are. */
  readonly data: unknown
  /** Makes an instance of other children. It may use the static data and nothing else of the original. */
  readonly unflatten: (children: C) => Self
}

/**
 * The value that {@link symbol}'s method returns: the children that are trees, static data, and how an instance is made of
 * other children.
 *
 * @category classes
 * @since 0.1.0
 */
export const parts = <const C extends internal.Children, Self>(
  children: C,
  data: unknown,
  unflatten: (children: C) => Self
): Parts<Self, C> => ({ children, data, unflatten })

// --- taking apart and putting together ------------------------------------------------------------------------------

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

// A structure is only ever made here.
const toInternal = (structure: Structure): structures.Structure => structure as structures.Structure

// --- mapping --------------------------------------------------------------------------------------------------------

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
): Mapped<T, B> => {
  const [first, ...rest] = trees as readonly [T, ...ReadonlyArray<unknown>]
  const flat = internal.flatten(first, checked("Tree.mapMany", options))
  const own = flat.structure
  const columns = rest.map((tree) => prefixes.flattenUpTo("Tree.map", own, tree))
  const apply = f as (...leaves: ReadonlyArray<unknown>) => B
  const out = flat.leaves.map((leaf, i) => apply(leaf, ...columns.map((column) => column[i])))
  return internal.unflatten(own, out) as Mapped<T, B>
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

// --- folding --------------------------------------------------------------------------------------------------------

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
  <A, Z>(initial: Z, f: (accumulator: Z, leaf: A) => Z): <T>(tree: T & Of<T, A>) => Z
  <T, Z>(tree: T & Determined<T>, initial: Z, f: (accumulator: Z, leaf: Leaf<T>) => Z): Z
  <T, Z, D extends DType = never>(
    tree: Generic<T, D>,
    initial: Z,
    f: (accumulator: Z, leaf: GenericLeaf<D>) => Z
  ): Z
} = dual(
  "Tree.reduce",
  3,
  (tree: unknown, initial: unknown, f: (z: unknown, leaf: unknown) => unknown) =>
    internal.flatten(tree).leaves.reduce((z, leaf) => f(z, leaf), initial)
)

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
  <A>(predicate: (leaf: A) => boolean): <T>(tree: T & Of<T, A>) => boolean
  <T>(tree: T & Determined<T>, predicate: (leaf: Leaf<T>) => boolean): boolean
  <T, D extends DType = never>(tree: Generic<T, D>, predicate: (leaf: GenericLeaf<D>) => boolean): boolean
} = dual(
  "Tree.all",
  2,
  (tree: unknown, predicate: (leaf: unknown) => boolean) =>
    internal.flatten(tree).leaves.every((leaf) => predicate(leaf))
)

// --- prefixes and transposition -------------------------------------------------------------------------------------

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
 * Turns a tree of trees inside out: from `outer` of `inner` to `inner` of `outer`.
 *
 * **Example**
 *
 * ```ts
 * import { Tree } from "effax"
 *
 * const outer = Tree.structure([0, 0])
 * const inner = Tree.structure({ a: 0, b: 0 })
 * Tree.transpose([{ a: 1, b: 2 }, { a: 3, b: 4 }], outer, inner) // => { a: [1, 3], b: [2, 4] }
 * ```
 *
 * @category prefixes
 * @since 0.1.0
 */
export const transpose: {
  (outer: Structure, inner: Structure): (tree: unknown) => unknown
  (tree: unknown, outer: Structure, inner: Structure): unknown
} = dual("Tree.transpose", 3, (tree: unknown, outer: Structure, inner: Structure) => {
  const expected = structures.compose(toInternal(outer), toInternal(inner))
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
    columns.push(internal.unflatten(toInternal(outer), column))
  }
  return internal.unflatten(toInternal(inner), columns)
})

// --- structures -----------------------------------------------------------------------------------------------------

/**
 * Whether a value is the structure of a tree.
 *
 * @category guards
 * @since 0.1.0
 */
export const isStructure = (u: unknown): u is Structure => structures.isStructure(u)

/**
 * Whether two structures are equal.
 *
 * @category structures
 * @since 0.1.0
 */
export const structureEquals: {
  (that: Structure): (self: Structure) => boolean
  (self: Structure, that: Structure): boolean
} = dual(
  "Tree.structureEquals",
  2,
  (self: Structure, that: Structure): boolean => structures.equals(toInternal(self), toInternal(that))
)

/**
 * A structure as text, with `*` for leaves: `{ a: *, b: [*, null] }`.
 *
 * @category structures
 * @since 0.1.0
 */
export const structureToString = (structure: Structure): string => structures.format(toInternal(structure))

/** The path of every leaf, in order. @category structures @since 0.1.0 */
export const structurePaths = (structure: Structure): ReadonlyArray<Path> => structures.paths(toInternal(structure))

/** The structure with a copy of `inner` in the place of every leaf of `outer`. @category structures @since 0.1.0 */
export const compose: {
  (inner: Structure): (outer: Structure) => Structure
  (outer: Structure, inner: Structure): Structure
} = dual(
  "Tree.compose",
  2,
  (outer: Structure, inner: Structure): Structure => structures.compose(toInternal(outer), toInternal(inner))
)

/** A path as TypeScript reads it after the tree's name: `layers[0].weight`. @category structures @since 0.1.0 */
export const formatPath = (path: Path): string => structures.formatPath(path)
