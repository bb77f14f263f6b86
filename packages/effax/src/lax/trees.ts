/**
 * The types of what the functions of control flow are given and give: trees in which scalars have become arrays.
 */
import type * as NdArray from "../NdArray.ts"
import type * as Shape from "../Shape.ts"
import type * as Tree from "../Tree.ts"

type Scalar = number | bigint | boolean

/** Trees whose leaves stay as they are, because nothing is known of what is inside. */
type Opaque = { readonly [Tree.symbol]: () => unknown }

type ScalarArray<T> = T extends number ? NdArray.NdArray<"float32", readonly []>
  : T extends bigint ? NdArray.NdArray<"int32", readonly []>
  : NdArray.NdArray<"bool", readonly []>

/** An operand as the function that takes it sees it: scalars are arrays by then. @category models @since 0.1.0 */
export type Operand<T> = T extends Scalar ? ScalarArray<T>
  : T extends Tree.Atom | Opaque ? T
  : T extends object ? { -readonly [K in keyof T]: Operand<T[K]> }
  : T

/**
 * What may be given for `T`: JavaScript scalars stand for arrays. With annotated callbacks `T` is what the annotations say,
 * without them what is given.
 */
export type Given<T> = T | WithScalars<T>

type WithScalars<T> = T extends NdArray.Any ? T | Scalar
  : T extends Tree.Atom | Opaque ? T
  : T extends object ? { readonly [K in keyof T]: WithScalars<T[K]> }
  : T

/** A tree like `T`, with arrays of whatever dtype and shape; those are compared when the function is traced. @category models @since 0.1.0 */
export type Like<T> = T extends NdArray.Any | Scalar ? NdArray.Any | Scalar
  : T extends Tree.Atom | Opaque ? T
  : T extends object ? { readonly [K in keyof T]: Like<T[K]> }
  : T

/** One step's part of arrays that are scanned: their axis 0 is gone. @category models @since 0.1.0 */
export type Sliced<T> = T extends NdArray.NdArray<infer D, infer S>
  ? NdArray.NdArray<D, S extends readonly [number, ...infer R extends Shape.Shape] ? R : Shape.Shape>
  : T extends Tree.Atom | Opaque ? T
  : T extends object ? { -readonly [K in keyof T]: Sliced<T[K]> }
  : T

/** The results of all steps: arrays with a new axis 0. @category models @since 0.1.0 */
export type Stacked<T> = T extends Scalar ? Stacked<ScalarArray<T>>
  : T extends NdArray.NdArray<infer D, infer S> ? NdArray.NdArray<D, Shape.Insert<S, 0, number>>
  : T extends Tree.Atom | Opaque ? T
  : T extends object ? { -readonly [K in keyof T]: Stacked<T[K]> }
  : T
