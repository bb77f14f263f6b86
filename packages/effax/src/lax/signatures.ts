/**
 * How elementwise functions of Lax are typed, and how they are made of primitives.
 */
import type * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import {
  aligned,
  type ArrayLike,
  asArray,
  type Broadcasted,
  type Common,
  type DTypeOf,
  type Fits,
  fixed,
  type ShapeOf
} from "./operands.ts"

/** A function of one array that keeps dtype and shape. @category models @since 0.1.0 */
export interface Unary {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}
/** A function of one array that gives real numbers for complex ones. @category models @since 0.1.0 */
export interface ToReal {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.RealOf<DTypeOf<X>>, ShapeOf<X>>
}
/** The complex dtype of which a real one is the part. */
export type ComplexOf<D extends DType.DType> = D extends "float32" ? "complex64"
  : D extends "float64" ? "complex128"
  : D
/** A function of one array that gives complex numbers for real ones. @category models @since 0.1.0 */
export interface ToComplex {
  <X extends ArrayLike>(x: X): NdArray.NdArray<ComplexOf<DTypeOf<X>>, ShapeOf<X>>
}
/** A test of each element. @category models @since 0.1.0 */
export interface Test {
  <X extends ArrayLike>(x: X): NdArray.NdArray<"bool", ShapeOf<X>>
}
/** A function of two arrays of one dtype and one shape. @category models @since 0.1.0 */
export interface Binary {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<Common<X, Y>, Broadcasted<X, Y>>
}
/** A comparison of two arrays of one dtype and one shape. @category models @since 0.1.0 */
export interface Comparison {
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y & Fits<X, Y>): NdArray.NdArray<"bool", Broadcasted<X, Y>>
}

/* @__NO_SIDE_EFFECTS__ */
export const unary = <F = Unary>(name: string, apply: (x: NdArray.Any) => NdArray.Any): F =>
  fixed(name, (x: ArrayLike) => apply(asArray(name, x))) as never

/* @__NO_SIDE_EFFECTS__ */
export const binary = <F = Binary>(name: string, apply: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any): F =>
  fixed(name, (x: ArrayLike, y: ArrayLike) => {
    const [a, b] = aligned(name, [x, y])
    return apply(a!, b!)
  }) as never
