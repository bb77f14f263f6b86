/**
 * How functions of one and of two arrays are typed, and how they are made of primitives.
 */
import type * as DType from "../DType.ts"
import { dual } from "../internal/arguments/dual.ts"
import { checkNoOptions } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  type DTypeOf,
  promote,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "./operands.ts"

/** Functions of one array whose result has its shape; `F` tells the dtype. */
export interface SameDType {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}
export interface ToInexact {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
}
/** The dtype in which booleans count as int32. */
export type Numeric<D extends DType.DType> = D extends "bool" ? "int32" : D
export interface ToNumeric {
  <X extends ArrayLike>(x: X): NdArray.NdArray<Numeric<DTypeOf<X>>, ShapeOf<X>>
}
export interface ToReal {
  <X extends ArrayLike>(x: X): NdArray.NdArray<DType.RealOf<DTypeOf<X>>, ShapeOf<X>>
}
export interface ToBool {
  <X extends ArrayLike>(x: X): NdArray.NdArray<"bool", ShapeOf<X>>
}

type Scalar = number | bigint | boolean

/** `unknown`, or a type that names the shapes of two operands that do not broadcast. */
export type Fits<X, Y> = X extends Scalar ? unknown : Shape.BroadcastCheck<ShapeOf<X>, ShapeOf<Y>>
/** The shape of a function of two operands. JavaScript scalars have none, whatever shape the other operand has. */
export type Broadcasted<X, Y> = X extends Scalar ? ShapeOf<Y> : Shape.Broadcast<ShapeOf<X>, ShapeOf<Y>>

/** Functions of two arrays, which broadcast; dual: `f(x, y)` and `x.pipe(f(y))`. */
export interface Arithmetic {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<PromoteOperands<X, Y>, Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): Last<Y, <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<PromoteOperands<X, Y>, Broadcasted<X, Y>>>
}
export interface NumericArithmetic {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<Numeric<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): Last<
    Y,
    <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<Numeric<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
  >
}
export interface InexactArithmetic {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): NdArray.NdArray<DType.ToInexact<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): Last<
    Y,
    <X extends ArrayLike>(
      x: X & Fits<Y, X>
    ) => NdArray.NdArray<DType.ToInexact<PromoteOperands<X, Y>>, Broadcasted<X, Y>>
  >
}
export interface Comparison {
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y & Fits<X, Y>): NdArray.NdArray<"bool", Broadcasted<X, Y>>
  <Y extends ArrayLike>(
    y: Y
  ): Last<Y, <X extends ArrayLike>(x: X & Fits<Y, X>) => NdArray.NdArray<"bool", Broadcasted<X, Y>>>
}

export const unary = (name: string, apply: (x: NdArray.Any) => NdArray.Any): SameDType =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    return apply(asArray(name, x))
  }) as never

export const inexact = (name: string, apply: (x: NdArray.Any) => NdArray.Any): ToInexact =>
  ((x: ArrayLike, behind: unknown) => {
    checkNoOptions(name, behind)
    return apply(promoteInexact(name, [x])[0]!)
  }) as never

export type Apply = (x: NdArray.Any, y: NdArray.Any) => NdArray.Any

export const binary = <F>(name: string, apply: Apply, convert: typeof promote = promote): F =>
  dual<F>(name, 2, (x: ArrayLike, y: ArrayLike) => {
    const [a, b] = broadcast(name, convert(name, [x, y]))
    return apply(a!, b!)
  })

/** Whether elements are true: not 0. */
export const truth = (x: NdArray.Any): NdArray.Any => x.dtype === "bool" ? x : primitive.ne(x, 0)
