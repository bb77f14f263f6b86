/**
 * The types of functions that are applied to the leaves of trees, and of the trees that they make.
 */
import type { DType } from "../DType.ts"
import type { IsUnion } from "../internal/types/union.ts"
import type * as NdArray from "../NdArray.ts"
import type { Shape } from "../Shape.ts"
import type { symbol } from "./classes.ts"
import type { Atom, Leaf, LeafOf, LeafShape, Map, SubtreeOf, Tree } from "./model.ts"
import type { Nodes } from "./nodes.ts"

type Deeper = [never, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

/**
 * The leaves of a second tree beside those of the first, which is a prefix of it. Arrays have the shape
 * {@link LeafShape} too where their shapes are those of the first tree.
 */
export type LeafBeside<T, U> = [U] extends [T] ? Leaf<U>
  : [U] extends [Filled<T, NdArray.NdArray<DType, LeafShape>>] ? Leaf<U>
  : SubtreeOf<T, U>

/** As {@link Map}; results of shape {@link LeafShape} get the shape of the leaf in whose place they come. */
export type Mapped<T, B> = [Extract<LeafOf<B>, NdArray.NdArray<DType, LeafShape>>] extends [never] ? Map<T, B>
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
export type Determined<T> = T extends infer _ ? unknown : never

/** A generic tree, whose constraint {@link Tree} or {@link Arrays} tells the dtype of its arrays. */
export type Generic<T, D extends DType> = T | Tree<NdArray.NdArray<D>> | Nodes<T, D>

/** A leaf of a generic tree. Without a constraint anything may be one. */
export type GenericLeaf<D extends DType> = [D] extends [never] ? unknown : NdArray.NdArray<D, LeafShape>

/** A function that gives each leaf's own dtype and shape gives a tree of the same type. */
export type GenericMapped<T, B, D extends DType> = [true, B] extends [IsSingle<D>, NdArray.NdArray<D, LeafShape>] ? T
  : MapOf<T, B>

/** Without a constraint that errors would unfold. */
type MapOf<T, B> = [T] extends [infer _] ? Map<T, B> : unknown
