/**
 * The shape of Einstein sums, read from their subscripts.
 */
import type { Shape } from "../../Shape.ts"
import type { IsUnion } from "./union.ts"

type WithoutSpaces<S extends string> = S extends `${infer A} ${infer B}` ? WithoutSpaces<`${A}${B}`> : S

type Terms<S extends string, Out extends ReadonlyArray<string> = []> = S extends `${infer H},${infer R}`
  ? Terms<R, [...Out, H]>
  : [...Out, S]

/** The label and length of every axis of an operand, `never` where labels and axes are not as many. */
type Axes<Term extends string, S extends Shape, Out = readonly ["", 0]> = Term extends `${infer L}${infer R}`
  ? number extends S["length"] ? Axes<R, S, Out | readonly [L, number]>
  : S extends readonly [infer N, ...infer SR extends Shape] ? Axes<R, SR, Out | readonly [L, N]>
  : never
  : number extends S["length"] ? Out
  : S extends readonly [] ? Out
  : never

/** The labels and lengths of all operands. */
type AllAxes<Of extends ReadonlyArray<string>, Shapes extends ReadonlyArray<Shape>, Out = never> = Of extends
  readonly [infer T extends string, ...infer R extends ReadonlyArray<string>]
  ? Shapes extends readonly [infer S extends Shape, ...infer SR extends ReadonlyArray<Shape>]
    ? [Axes<T, S>] extends [never] ? never : AllAxes<R, SR, Out | Axes<T, S>>
  : never
  : Shapes extends readonly [] ? Out
  : never

/** The length of a label: the one that isn't 1. */
type Length<N, Long = Exclude<N, 1>> = [N] extends [never] ? never
  : [Long] extends [never] ? 1
  : [Long, IsUnion<Long>] extends [number, false] ? Long
  : never

type Lengths<Labels extends string, Of extends readonly [string, number], Out extends Shape = readonly []> =
  Labels extends `${infer L}${infer R}`
    ? [Length<Extract<Of, readonly [L, unknown]>[1]>] extends [infer N extends number]
      ? [N] extends [never] ? never : Lengths<R, Of, readonly [...Out, N]>
    : never
    : Out

type Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** The labels that occur once, in the order of the alphabet. */
type Single<All extends string, Order extends string = Alphabet, Out extends string = ""> = Order extends
  `${infer L}${infer R}`
  ? All extends `${string}${L}${infer Behind}`
    ? Behind extends `${string}${L}${string}` ? Single<All, R, Out> : Single<All, R, `${Out}${L}`>
  : Single<All, R, Out>
  : Out

/** `never` for subscripts that do not fit the shapes. */
type EinsumOr<Subscripts extends string, Shapes extends ReadonlyArray<Shape>> = string extends Subscripts ? Shape
  : number extends Shapes["length"] ? Shape
  : Subscripts extends `${string}...${string}` ? Shape
  : WithoutSpaces<Subscripts> extends infer S extends string
    ? S extends `${infer Of}->${infer Result}` ? Contracted<Result, Of, Shapes>
    : Single<S> extends infer Result extends string ? Contracted<Result, S, Shapes>
    : never
  : never

type Contracted<Result extends string, Of extends string, Shapes extends ReadonlyArray<Shape>> =
  AllAxes<Terms<Of>, Shapes> extends infer All extends readonly [string, number] ? [All] extends [never] ? never
    : [Mismatched<All>] extends [never] ? Lengths<Result, All>
    : never
    : never

/** The labels that have several lengths. */
type Mismatched<All extends readonly [string, number], L extends string = All[0]> = L extends unknown
  ? [Length<Extract<All, readonly [L, unknown]>[1]>] extends [never] ? L : never
  : never

/** The shape of an Einstein sum. Subscripts with an ellipsis, or not known, give any. */
export type Einsum<Subscripts extends string, Shapes extends ReadonlyArray<Shape>> =
  EinsumOr<Subscripts, Shapes> extends infer S extends Shape ? [S] extends [never] ? Shape : S : never

/** `unknown`, or a type that names subscripts and shapes where they do not fit. */
export type EinsumCheck<Subscripts extends string, Shapes extends ReadonlyArray<Shape>> =
  [EinsumOr<Subscripts, Shapes>] extends [never] ? { readonly "subscripts do not fit": readonly [Subscripts, Shapes] }
    : unknown
