/**
 * Shapes, as values and as types.
 *
 * **Details**
 *
 * The type of a shape is a tuple of literals where the program text says so, and degrades: an axis that isn't known is
 * `number`, which agrees with everything, and a shape of unknown rank is `ReadonlyArray<number>`.
 *
 * Each rule on types comes twice: `Broadcast<A, B>` is the resulting shape, and `BroadcastCheck<A, B>` is `unknown` where
 * the rule can be applied and otherwise a type that no array has, whose text names both shapes. A function takes the
 * check as part of its parameter: `y: NdArray<D, B> & Shape.BroadcastCheck<A, B>`.
 *
 * @since 0.1.0
 */
import { AxisError, ShapeError } from "./Errors.ts"
import type { Add, Divide, Multiply } from "./internal/types/decimal.ts"
import type { Between } from "./internal/types/ranges.ts"
import type { IsUnion } from "./internal/types/union.ts"

/** The lengths of an array's axes. @category models @since 0.1.0 */
export type Shape = ReadonlyArray<number>

/**
 * `S` itself, in the type of a result: what the result is used for does not decide what an optional shape was.
 *
 * @category models
 * @since 0.1.0
 */
export type Settled<S extends Shape> = S extends infer Own extends Shape ? Own : never

// --- types: broadcasting --------------------------------------------------------------------------------------------

/** Whether the rank isn't known. */
type Unranked<S extends Shape> = number extends S["length"] ? true : false

type BroadcastDim<A extends number, B extends number> = A extends 1 ? B
  : B extends 1 ? A
  : number extends A ? B
  : number extends B ? A
  : A extends B ? A
  : never

type BroadcastTuples<A extends Shape, B extends Shape, Out extends Shape = readonly []> = A extends
  readonly [...infer AH extends Shape, infer AL extends number]
  ? B extends readonly [...infer BH extends Shape, infer BL extends number]
    ? [BroadcastDim<AL, BL>] extends [never] ? never
    : BroadcastTuples<AH, BH, readonly [BroadcastDim<AL, BL>, ...Out]>
  : readonly [...A, ...Out]
  : readonly [...B, ...Out]

type BroadcastOr<A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B> ? Shape
  : BroadcastTuples<A, B>

/** Holds a type where the type checker compares it as a whole, also while it is a type parameter. */
interface Box<T> {
  readonly of: T
}

/** Pairs whose first shape is the result, whatever a type parameter among them stands for. */
type FirstWins<A, B> = Box<readonly [B, A]> | Box<readonly [unknown, readonly []]>

type OrShape<S> = [S] extends [never] ? Shape : S extends Shape ? S : Shape

/**
 * The shape that two shapes broadcast to, by NumPy's rule: aligned at the last axis, 1 is stretched.
 *
 * @category broadcasting
 * @since 0.1.0
 */
export type Broadcast<A extends Shape, B extends Shape> = Box<readonly [A, B]> extends FirstWins<A, B> ? A
  : OrShape<BroadcastOr<A, B>>

/** `unknown`, or a type that names both shapes where they do not broadcast. @category broadcasting @since 0.1.0 */
export type BroadcastCheck<A extends Shape, B extends Shape> = Box<readonly [A, B]> extends
  FirstWins<A, B> | Box<readonly [readonly [], unknown]> ? unknown
  : [BroadcastOr<A, B>] extends [never] ? { readonly "shapes do not broadcast": readonly [A, B] }
  : unknown

/** The shape that many shapes broadcast to. @category broadcasting @since 0.1.0 */
export type BroadcastMany<Shapes extends ReadonlyArray<Shape>, Out extends Shape = readonly []> = Shapes extends
  readonly [infer S extends Shape, ...infer R extends ReadonlyArray<Shape>] ? BroadcastMany<R, Broadcast<Out, S>>
  : number extends Shapes["length"] ? Shape
  : Out

/** Whether an array of shape `S` can be stretched to the shape `To`. @category broadcasting @since 0.1.0 */
export type BroadcastToCheck<S extends Shape, To extends Shape> = true extends Unranked<S> | Unranked<To> ? unknown
  : [BroadcastTuples<S, To>] extends [never] ? { readonly "shape does not broadcast to": readonly [S, To] }
  : BroadcastTuples<S, To>["length"] extends To["length"] ? StretchCheck<S, To>
  : { readonly "shape does not broadcast to": readonly [S, To] }

// Shapes that broadcast with each other may still want to stretch the target: [3] to [1].
type StretchCheck<S extends Shape, To extends Shape, A extends Shape = S, B extends Shape = To> = A extends
  readonly [...infer AH extends Shape, infer AL extends number]
  ? B extends readonly [...infer BH extends Shape, infer BL extends number]
    ? BL extends 1 ? number extends AL ? StretchCheck<S, To, AH, BH>
      : AL extends 1 ? StretchCheck<S, To, AH, BH>
      : { readonly "shape does not broadcast to": readonly [S, To] }
    : StretchCheck<S, To, AH, BH>
  : unknown
  : unknown

// --- types: contractions --------------------------------------------------------------------------------------------

type SameDim<A extends number, B extends number> = number extends A ? true
  : number extends B ? true
  : A extends B ? true
  : false

type MatMulOr<A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B> ? Shape
  : A extends readonly [...infer AB extends Shape, infer M extends number, infer K extends number]
    ? B extends readonly [...infer BB extends Shape, infer L extends number, infer N extends number]
      ? SameDim<K, L> extends true
        ? [BroadcastTuples<AB, BB>] extends [infer Batch extends Shape]
          ? [Batch] extends [never] ? never : readonly [...Batch, M, N]
        : never
      : never
    : B extends readonly [infer L extends number] ? SameDim<K, L> extends true ? readonly [...AB, M] : never
    : never
  : A extends readonly [infer K extends number]
    ? B extends readonly [...infer BB extends Shape, infer L extends number, infer N extends number]
      ? SameDim<K, L> extends true ? readonly [...BB, N] : never
    : B extends readonly [infer L extends number] ? SameDim<K, L> extends true ? readonly [] : never
    : never
  : never

/**
 * The shape of a matrix product, by NumPy's rules: vectors are rows on the left and columns on the right, leading axes
 * are batches and broadcast.
 *
 * @category contractions
 * @since 0.1.0
 */
export type MatMul<A extends Shape, B extends Shape> = OrShape<MatMulOr<A, B>>

/**
 * `unknown`, or a type that names both shapes where {@link MatMul} cannot contract them.
 *
 * @category contractions
 * @since 0.1.0
 */
export type MatMulCheck<A extends Shape, B extends Shape> = [MatMulOr<A, B>] extends [never]
  ? { readonly "shapes do not contract": readonly [A, B] }
  : unknown

type DotOr<A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B> ? Shape
  : A extends readonly [] ? B
  : B extends readonly [] ? A
  : A extends readonly [...infer AF extends Shape, infer K extends number]
    ? B extends readonly [...infer BF extends Shape, infer L extends number, infer N extends number]
      ? SameDim<K, L> extends true ? readonly [...AF, ...BF, N] : never
    : B extends readonly [infer L extends number] ? SameDim<K, L> extends true ? readonly [...AF] : never
    : never
  : never

/**
 * The shape of NumPy's `dot`: the last axis of the left operand with the last but one of the right, and scalars scale.
 *
 * @category contractions
 * @since 0.1.0
 */
export type Dot<A extends Shape, B extends Shape> = OrShape<DotOr<A, B>>

/**
 * `unknown`, or a type that names both shapes where {@link Dot} cannot contract them.
 *
 * @category contractions
 * @since 0.1.0
 */
export type DotCheck<A extends Shape, B extends Shape> = [DotOr<A, B>] extends [never]
  ? { readonly "shapes do not contract": readonly [A, B] }
  : unknown

type InnerOr<A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B> ? Shape
  : A extends readonly [] ? B
  : B extends readonly [] ? A
  : A extends readonly [...infer AF extends Shape, infer K extends number]
    ? B extends readonly [...infer BF extends Shape, infer L extends number]
      ? SameDim<K, L> extends true ? readonly [...AF, ...BF] : never
    : never
  : never

/** The shape of NumPy's `inner`: the last axes are summed over, and scalars scale. @category contractions @since 0.1.0 */
export type Inner<A extends Shape, B extends Shape> = OrShape<InnerOr<A, B>>

/**
 * `unknown`, or a type that names both shapes where {@link Inner} cannot contract them.
 *
 * @category contractions
 * @since 0.1.0
 */
export type InnerCheck<A extends Shape, B extends Shape> = [InnerOr<A, B>] extends [never]
  ? { readonly "shapes do not contract": readonly [A, B] }
  : unknown

type SplitLast<A extends Shape, N extends number, Tail extends Shape = readonly []> = Tail["length"] extends N
  ? [A, Tail]
  : A extends readonly [...infer F extends Shape, infer L extends number] ? SplitLast<F, N, readonly [L, ...Tail]>
  : never

/** `B` without the axes `Front` that it begins with. */
type WithoutFront<B extends Shape, Front extends Shape> = Front extends
  readonly [infer F extends number, ...infer FR extends Shape]
  ? B extends readonly [infer H extends number, ...infer R extends Shape]
    ? SameDim<F, H> extends true ? WithoutFront<R, FR> : never
  : never
  : B

type TensordotOr<A extends Shape, B extends Shape, Over> = true extends Unranked<A> | Unranked<B> ? Shape
  : Over extends number ? true extends VagueAxes<Over> | IsUnion<Over> ? Shape
    : SplitLast<A, Over> extends [infer F extends Shape, infer T extends Shape]
      ? [WithoutFront<B, T>] extends [infer R extends Shape] ? [R] extends [never] ? never : readonly [...F, ...R]
      : never
    : never
  : Over extends readonly [infer L extends ReadonlyArray<number>, infer R extends ReadonlyArray<number>]
    ? true extends VagueAxes<L> | VagueAxes<R> ? Shape : readonly [...Reduce<A, L>, ...Reduce<B, R>]
  : Shape

/**
 * The shape of NumPy's `tensordot`: over a number of the last axes of one and the first of the other, or over named ones.
 *
 * @category contractions
 * @since 0.1.0
 */
export type Tensordot<A extends Shape, B extends Shape, Over> = OrShape<TensordotOr<A, B, Over>>

/**
 * `unknown`, or a type that names both shapes where {@link Tensordot} cannot contract them.
 *
 * @category contractions
 * @since 0.1.0
 */
export type TensordotCheck<A extends Shape, B extends Shape, Over> = [TensordotOr<A, B, Over>] extends [never]
  ? { readonly "shapes do not contract": readonly [A, B] }
  : unknown

// --- types: axes ----------------------------------------------------------------------------------------------------

/** One axis, some axes, or (`null`, `undefined`) all of them. @category axes @since 0.1.0 */
export type Axes = number | ReadonlyArray<number> | null | undefined

/** The axes as texts, of which negative ones count from the end. */
type AxisTexts<A extends Axes> = A extends number ? `${A}` : A extends ReadonlyArray<number> ? `${A[number]}` : never

/** Whether some axis isn't known. */
type VagueAxes<A extends Axes> = A extends number ? number extends A ? true : false
  : A extends ReadonlyArray<number> ? number extends A["length"] ? true : number extends A[number] ? true : VagueAxis<A>
  : false

type VagueAxis<A extends ReadonlyArray<number>> = A extends
  readonly [infer H extends number, ...infer R extends ReadonlyArray<number>]
  ? IsUnion<H> extends true ? true : VagueAxis<R>
  : false

type ReduceTuple<
  S extends Shape,
  Texts extends string,
  Keep,
  Seen extends Shape = readonly [],
  Out extends Shape = readonly []
> = S extends readonly [infer H extends number, ...infer R extends Shape] ? ReduceTuple<
    R,
    Texts,
    Keep,
    readonly [...Seen, 0],
    `${Seen["length"]}` | `-${S["length"]}` extends infer Own
      ? [Extract<Own, Texts>] extends [never] ? readonly [...Out, H]
      : Keep extends true ? readonly [...Out, 1]
      : Out
      : never
  >
  : Out

/**
 * The shape of a reduction: without the axes, or with length 1 in their place.
 *
 * @category axes
 * @since 0.1.0
 */
export type Reduce<S extends Shape, Axis extends Axes = undefined, KeepDims extends boolean | undefined = false> =
  boolean extends KeepDims ? Shape
    : Axis extends null | undefined
      ? KeepDims extends true ? Unranked<S> extends true ? Shape : { readonly [K in keyof S]: 1 } : readonly []
    : Unranked<S> extends true ? Shape
    : VagueAxes<Axis> extends true ? KeepDims extends true ? SameRank<S> : SameRank<Fewer<S, Axis>>
    : ReduceTuple<S, AxisTexts<Axis>, KeepDims>

/** A shape of as many axes less than `S` as there are in `Axis`. */
type Fewer<S extends Shape, Axis> = Axis extends number ?
  S extends readonly [number, ...infer R extends Shape] ? R : Shape
  : Axis extends readonly [number, ...infer More] ?
    S extends readonly [number, ...infer R extends Shape] ? Fewer<R, More> : Shape
  : Axis extends readonly [] ? S
  : Shape

type PositionTexts<S extends Shape, Seen extends Shape = readonly []> = S extends
  readonly [number, ...infer R extends Shape]
  ? `${Seen["length"]}` | `-${S["length"]}` | PositionTexts<R, readonly [...Seen, 0]>
  : never

/** `unknown`, or a type that names axis and shape where the shape has no such axis. @category axes @since 0.1.0 */
export type AxisCheck<S extends Shape, Axis extends Axes> = true extends Unranked<S> | VagueAxes<Axis> ? unknown
  : [Exclude<AxisTexts<Axis>, PositionTexts<S>>] extends [never] ? unknown
  : { readonly "axis out of range": readonly [Axis, S] }

/** The length of one axis. @category axes @since 0.1.0 */
export type At<S extends Shape, Axis extends number> = true extends Unranked<S> | VagueAxes<Axis> ? number
  : AtText<S, `${Axis}`>

type AtText<S extends Shape, Text extends string, Seen extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape]
  ? Text extends `${Seen["length"]}` | `-${S["length"]}` ? H : AtText<R, Text, readonly [...Seen, 0]>
  : number

type ReverseTuple<S extends Shape, Out extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape] ? ReverseTuple<R, readonly [H, ...Out]>
  : Out

type TransposeTuple<S extends Shape, Order extends ReadonlyArray<number>, Out extends Shape = readonly []> =
  Order extends readonly [infer H extends number, ...infer R extends Shape]
    ? TransposeTuple<S, R, readonly [...Out, At<S, H>]>
    : Out

/**
 * The shape with its axes in another order; without `Axis`, in reverse.
 *
 * @category axes
 * @since 0.1.0
 */
export type Transpose<S extends Shape, Order extends ReadonlyArray<number> | null | undefined = undefined> =
  Unranked<S> extends true ? Shape
    : Order extends ReadonlyArray<number> ? number extends Order["length"] ? Shape : TransposeTuple<S, Order>
    : ReverseTuple<S>

type InsertText<S extends Shape, Text extends string, N extends number, Seen extends Shape = readonly []> = Text extends
  `${Seen["length"]}` | `-${[0, ...S]["length"]}` ? readonly [...Seen, N, ...S]
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? InsertText<R, Text, N, readonly [...Seen, H]>
  : Shape

/** The shape with a new axis of length `N` at the place that it then has. @category axes @since 0.1.0 */
export type Insert<S extends Shape, Axis extends number, N extends number> = Unranked<S> extends true ? Shape
  : VagueAxes<Axis> extends true ? SameRank<readonly [0, ...S]>
  : InsertText<S, `${Axis}`, N>

/** Lengths that aren't known, of as many axes. @category axes @since 0.1.0 */
export type SameRank<S extends Shape> = Unranked<S> extends true ? Shape : { readonly [K in keyof S]: number }

type ResizeText<S extends Shape, Text extends string, N extends number, Seen extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape]
  ? Text extends `${Seen["length"]}` | `-${S["length"]}` ? readonly [...Seen, N, ...R]
  : ResizeText<R, Text, N, readonly [...Seen, H]>
  : Shape

type ReplaceText<S extends Shape, Text extends string, New extends Shape, Seen extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape]
  ? Text extends `${Seen["length"]}` | `-${S["length"]}` ? readonly [...Seen, ...New, ...R]
  : ReplaceText<R, Text, New, readonly [...Seen, H]>
  : Shape

/** The shape with other axes in the place of one. @category axes @since 0.1.0 */
export type Replace<S extends Shape, Axis extends number, New extends Shape> = true extends
  Unranked<S> | Unranked<New> | VagueAxes<Axis> ? Shape
  : ReplaceText<S, `${Axis}`, New>

/**
 * The shape of elements taken along an axis: there it has as many as there are positions, and elsewhere it broadcasts.
 *
 * @category axes
 * @since 0.1.0
 */
export type TakeAlong<S extends Shape, Positions extends Shape, Axis extends number> = true extends
  Unranked<S> | Unranked<Positions> ? Shape
  : VagueAxes<Axis> extends true ? SameRank<S>
  : Broadcast<OrShape<Resize<S, Axis, 1>>, Positions>

/** The shape with an axis moved to the place that it then has. @category axes @since 0.1.0 */
export type Move<S extends Shape, From, To> = Unranked<S> extends true ? Shape
  : [From, To] extends [infer F extends number, infer T extends number]
    ? true extends VagueAxes<F> | VagueAxes<T> | IsUnion<F> | IsUnion<T> ? SameRank<S>
    : Insert<Reduce<S, F>, T, At<S, F>>
  : SameRank<S>

/** The shape with another length of one axis. @category axes @since 0.1.0 */
export type Resize<S extends Shape, Axis extends number, N extends number> = Unranked<S> extends true ? Shape
  : VagueAxes<Axis> extends true ? SameRank<S>
  : ResizeText<S, `${Axis}`, N>

/** The shape with two axes exchanged. @category axes @since 0.1.0 */
export type Swap<S extends Shape, A extends number, B extends number> = Resize<S, A, At<S, B>> extends
  infer R extends Shape ? OrShape<Resize<R, B, At<S, A>>> : never

/**
 * The shape of a diagonal of two axes, the first two unless others are named: it is the last axis.
 *
 * @category axes
 * @since 0.1.0
 */
export type Diagonal<S extends Shape, A extends number = 0, B extends number = 1> = number extends S["length"] | A | B
  ? Shape
  : Reduce<S, readonly [A, B]> extends infer R extends Shape ?
    number extends R["length"] ? Shape : readonly [...R, number]
  : Shape

/** The shape with a new axis of length 1 at the place that it then has. @category axes @since 0.1.0 */
export type ExpandDims<S extends Shape, Axis extends number> = Insert<S, Axis, 1>

/** `N` arrays of one shape along a new axis. @category axes @since 0.1.0 */
export type Stack<S extends Shape, N extends number, Axis extends number = 0> = Insert<S, Axis, N>

type SqueezeAll<S extends Shape, Out extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape]
  ? number extends H ? Shape : SqueezeAll<R, H extends 1 ? Out : readonly [...Out, H]>
  : Out

/** The shape without the given axes, or without all that are 1 long. @category axes @since 0.1.0 */
export type Squeeze<S extends Shape, Axis extends Axes = undefined> = Unranked<S> extends true ? Shape
  : [Axis] extends [null | undefined] ? SqueezeAll<S>
  : Reduce<S, Axis>

type SqueezedLengths<S extends Shape, Texts extends string, Seen extends Shape = readonly []> = S extends
  readonly [infer H extends number, ...infer R extends Shape] ?
    | ([Extract<`${Seen["length"]}` | `-${S["length"]}`, Texts>] extends [never] ? never : H)
    | SqueezedLengths<R, Texts, readonly [...Seen, 0]>
  : never

/** `unknown`, or a type that names axis and shape where the axis is longer than 1. @category axes @since 0.1.0 */
export type SqueezeCheck<S extends Shape, Axis extends Axes> = true extends Unranked<S> | VagueAxes<Axis> ? unknown
  : number extends SqueezedLengths<S, AxisTexts<Axis>> ? unknown
  : [SqueezedLengths<S, AxisTexts<Axis>>] extends [1] ? AxisCheck<S, Axis>
  : { readonly "axis is longer than 1": readonly [Axis, S] }

// --- types: sizes ---------------------------------------------------------------------------------------------------

/** The number of elements. @category sizes @since 0.1.0 */
export type Size<S extends Shape, Out extends number = 1> = Unranked<S> extends true ? number
  : S extends readonly [infer H extends number, ...infer R extends Shape] ? Size<R, Multiply<Out, H>>
  : Out

/** `unknown`, or a type that names the shape where it has not exactly one element. @category sizes @since 0.1.0 */
export type ScalarCheck<S extends Shape> = number extends Size<S> ? unknown
  : Size<S> extends 1 ? unknown
  : { readonly "not one element": S }

type WithInferred<S extends Shape, New extends Shape> = -1 extends New[number] ? Infer<New, Size<S>, Others<New>>
  : { readonly [K in keyof New]: New[K] }

/** The product of all lengths but -1; `number` where one isn't known, which may be -1 itself. */
type Others<New extends Shape, Out extends number = 1> = New extends
  readonly [infer H extends number, ...infer R extends Shape] ? Others<R, H extends -1 ? Out : Multiply<Out, H>>
  : Out

type Infer<New extends Shape, Total extends number, Known extends number> = OrNumber<Divide<Total, Known>> extends
  infer N ? { readonly [K in keyof New]: New[K] extends -1 ? N : New[K] } : never

type OrNumber<N> = N extends number ? [N] extends [never] ? number : N : number

/** The shape that is asked for, with -1 replaced by what it stands for. @category sizes @since 0.1.0 */
export type Reshape<S extends Shape, New extends Shape> = Unranked<New> extends true ? Shape : WithInferred<S, New>

/** `unknown`, or a type that names both shapes where their sizes differ. @category sizes @since 0.1.0 */
export type ReshapeCheck<S extends Shape, New extends Shape> = number extends Size<S> ? unknown
  : -1 extends New[number]
    ? [Divide<Size<S>, Others<New>>] extends [never] ? { readonly "sizes differ": readonly [S, New] } : unknown
  : number extends Size<New> ? unknown
  : Size<S> extends Size<New> ? unknown
  : { readonly "sizes differ": readonly [S, New] }

type ConcatTuples<A extends Shape, B extends Shape, Text extends string, Seen extends Shape = readonly []> = A extends
  readonly [infer AH extends number, ...infer AR extends Shape]
  ? B extends readonly [infer BH extends number, ...infer BR extends Shape]
    ? Text extends `${Seen["length"]}` | `-${A["length"]}` ? ConcatTuples<AR, BR, Text, readonly [...Seen, Add<AH, BH>]>
    : SameDim<AH, BH> extends true ? ConcatTuples<AR, BR, Text, readonly [...Seen, number extends AH ? BH : AH]>
    : never
  : never
  : B extends readonly [] ? Seen
  : never

type ConcatOr<Shapes extends ReadonlyArray<Shape>, Text extends string> = Shapes extends
  readonly [infer A extends Shape, infer B extends Shape, ...infer R extends ReadonlyArray<Shape>]
  ? true extends Unranked<A> | Unranked<B> ? Shape
  : ConcatTuples<A, B, Text> extends infer C extends Shape ?
    [C] extends [never] ? never : ConcatOr<readonly [C, ...R], Text>
  : never
  : Shapes extends readonly [infer A extends Shape] ? A
  : Shape

/** The shape of arrays one after the other along an axis. @category sizes @since 0.1.0 */
export type Concat<Shapes extends ReadonlyArray<Shape>, Axis extends number = 0> = number extends Axis ? Shape
  : OrShape<ConcatOr<Shapes, `${Axis}`>>

/**
 * `unknown`, or a type that names the shapes where {@link Concat} cannot join them.
 *
 * @category sizes
 * @since 0.1.0
 */
export type ConcatCheck<Shapes extends ReadonlyArray<Shape>, Axis extends number = 0> = number extends Axis ? unknown
  : [ConcatOr<Shapes, `${Axis}`>] extends [never] ? { readonly "shapes do not concatenate": Shapes }
  : unknown

// no axis has this text: all of them must agree
type UnifyOr<Shapes extends ReadonlyArray<Shape>> = number extends Shapes["length"] ? Shapes[number]
  : ConcatOr<Shapes, "">

/** The shape of arrays of one shape along a new axis. @category sizes @since 0.1.0 */
export type StackMany<Shapes extends ReadonlyArray<Shape>, Axis extends number = 0> = Stack<
  OrShape<UnifyOr<Shapes>>,
  Shapes["length"],
  Axis
>

/** Matrices of rows: a list of numbers is a row. */
type AsRows<Shapes> = {
  readonly [K in keyof Shapes]: Shapes[K] extends readonly [] ? readonly [1, 1] :
    Shapes[K] extends readonly [infer N extends number] ? readonly [1, N]
    : Shapes[K]
} extends infer R extends ReadonlyArray<Shape> ? R : never

/** The shape of arrays on top of one another, lists of numbers being rows. @category sizes @since 0.1.0 */
export type ConcatRows<Shapes extends ReadonlyArray<Shape>> = Concat<AsRows<Shapes>, 0>

type AsLists<Shapes> =
  { readonly [K in keyof Shapes]: Shapes[K] extends readonly [] ? readonly [1] : Shapes[K] } extends
    infer R extends ReadonlyArray<Shape> ? R : never

/** The shape of arrays side by side, along the second axis or the only one. @category sizes @since 0.1.0 */
export type ConcatColumns<Shapes extends ReadonlyArray<Shape>> = AsLists<Shapes> extends
  infer R extends ReadonlyArray<Shape> ? true extends Unranked<R[number]> ? Shape
  : R[0] extends readonly [number] ? Concat<R, 0>
  : Concat<R, 1>
  : never

/** As many elements as a number says, where it is known and small. @category sizes @since 0.1.0 */
export type Times<A, N extends number, Out extends ReadonlyArray<A> = readonly []> = number extends N ? ReadonlyArray<A>
  : Out["length"] extends N | 64 ? Out["length"] extends N ? Out : ReadonlyArray<A>
  : Times<A, N, readonly [...Out, A]>

type Pieces<
  S extends Shape,
  Cuts extends ReadonlyArray<number>,
  Axis extends number,
  From,
  Out extends ReadonlyArray<Shape> = readonly []
> = Cuts extends readonly [infer To extends number, ...infer R extends ReadonlyArray<number>]
  ? Pieces<S, R, Axis, To, readonly [...Out, Resize<S, Axis, Between<At<S, Axis>, From, To>>]>
  : readonly [...Out, Resize<S, Axis, Between<At<S, Axis>, From, undefined>>]

/** The shapes of the parts that an array is cut into: as many as a number says, or at positions. @category sizes @since 0.1.0 */
export type Split<S extends Shape, Sections, Axis extends number = 0> = true extends IsUnion<Sections> | IsUnion<Axis>
  ? ReadonlyArray<Resize<S, Axis, number>>
  : Sections extends number ? Times<Resize<S, Axis, OrNumber<Divide<At<S, Axis>, Sections>>>, Sections>
  : Sections extends ReadonlyArray<number> ? number extends Sections["length"] ? ReadonlyArray<Resize<S, Axis, number>>
    : Pieces<S, Sections, Axis, undefined>
  : ReadonlyArray<Shape>

/** `unknown`, or a type that names number and shape where an axis can't be cut evenly. @category sizes @since 0.1.0 */
export type SplitCheck<S extends Shape, Sections, Axis extends number = 0> = Sections extends number
  ? [Divide<At<S, Axis>, Sections>] extends [never] ? { readonly "axis does not divide": readonly [Axis, S, Sections] }
  : unknown
  : unknown

/** `unknown`, or a type that names the shapes where they differ. @category sizes @since 0.1.0 */
export type StackCheck<Shapes extends ReadonlyArray<Shape>> = [UnifyOr<Shapes>] extends [never]
  ? { readonly "shapes differ": Shapes }
  : unknown

type TileTuples<S extends Shape, Times extends Shape, Out extends Shape = readonly []> = S extends
  readonly [...infer SH extends Shape, infer SL extends number]
  ? Times extends readonly [...infer TH extends Shape, infer TL extends number]
    ? TileTuples<SH, TH, readonly [Multiply<SL, TL>, ...Out]>
  : readonly [...S, ...Out]
  : readonly [...Times, ...Out]

/** The shape of an array repeated along its last axes. @category sizes @since 0.1.0 */
export type Tile<S extends Shape, Times extends number | Shape> = Times extends number ? Tile<S, readonly [Times]>
  : Times extends Shape ? true extends Unranked<S> | Unranked<Times> ? Shape : TileTuples<S, Times>
  : never

/** The shape of an array whose elements are repeated along an axis, or, without one, flattened. @category sizes @since 0.1.0 */
export type Repeat<S extends Shape, Times extends number, Axis extends number | undefined> = Axis extends number
  ? Resize<S, Axis, Multiply<At<S, Axis>, Times>>
  : readonly [Multiply<Size<S>, Times>]

// --- values ---------------------------------------------------------------------------------------------------------

/** A shape as text: `[3, 4]`. @category formatting @since 0.1.0 */
export const format = (shape: Shape): string => `[${shape.join(", ")}]`

const formatMany = (shapes: ReadonlyArray<Shape>): string => {
  const texts = shapes.map(format)
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`
}

/**
 * The number of elements.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.size([2, 3, 4]) // => 24
 * Shape.size([]) // => 1
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const size = (shape: Shape): number => {
  let n = 1
  for (let i = 0; i < shape.length; i++) n *= shape[i]!
  return n
}

/**
 * The shape itself, when its axes are natural numbers and its size can be counted exactly.
 *
 * **Details**
 *
 * Throws a {@link ShapeError} for anything else.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.validate("zeros", [2, 3]) // => [2, 3]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const validate = <const S extends Shape>(operation: string, shape: S): S => {
  const fail = (why: string): never => {
    throw new ShapeError({ operation, message: `${operation}: ${format(shape)} is not a shape: ${why}` })
  }
  if (!Array.isArray(shape)) {
    throw new ShapeError({
      operation,
      message: `${operation}: expected a shape, a list of sizes such as [2, 3], got ${
        typeof shape === "object" ? "an object" : String(shape)
      }`
    })
  }
  let elements = 1
  for (let i = 0; i < shape.length; i++) {
    const n = shape[i]!
    if (typeof n !== "number" || !Number.isInteger(n)) fail(`axis ${i} is ${String(n)}, which is not an integer`)
    if (n < 0) fail(`axis ${i} is ${n}, which is negative`)
    elements *= n
    if (n > Number.MAX_SAFE_INTEGER) fail(`axis ${i} is ${n}, which is 2^53 or more`)
  }
  // a product that has a zero in it is small, whatever the other axes are
  if (elements > Number.MAX_SAFE_INTEGER) fail("it has 2^53 elements or more")
  return shape
}

/**
 * The shape that shapes broadcast to, by NumPy's rule: aligned at the last axis, 1 is stretched.
 *
 * **Details**
 *
 * Throws a {@link ShapeError} that names the axis, counted in the result, at which they differ.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.broadcast("add", [[3, 1], [4]]) // => [3, 4]
 * ```
 *
 * @category broadcasting
 * @since 0.1.0
 */
export const broadcast = (operation: string, shapes: ReadonlyArray<Shape>): Shape => {
  if (shapes.length === 1) return shapes[0]!
  let rank = 0
  for (let i = 0; i < shapes.length; i++) rank = Math.max(rank, shapes[i]!.length)
  const out = new Array<number>(rank)
  for (let axis = 0; axis < rank; axis++) {
    let length = 1
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i]!
      const own = axis - rank + shape.length
      const n = own < 0 ? 1 : shape[own]!
      if (n === length || n === 1) continue
      if (length !== 1) {
        throw new ShapeError({
          operation,
          message: `${operation}: shapes ${formatMany(shapes)} do not broadcast: axis ${axis} is ${length} against ${n}`
        })
      }
      length = n
    }
    out[axis] = length
  }
  return out
}

/**
 * An axis that is counted from the end when it is negative, as an index.
 *
 * **Details**
 *
 * Throws an {@link AxisError} for an axis out of range.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.normalizeAxis("sum", -1, 3) // => 2
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const normalizeAxis = (operation: string, axis: number, ndim: number): number => {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis + 0
  const range = ndim === 0 ? "a scalar has no axes" : `expected an integer from ${-ndim} to ${ndim - 1}`
  throw new AxisError({
    operation,
    message: Number.isInteger(axis)
      ? `${operation}: axis ${axis} is out of range for ${ndim} ${ndim === 1 ? "axis" : "axes"}: ${range}`
      : `${operation}: axis ${String(axis)} is not an integer: ${range}`
  })
}

/**
 * Axes as indices, in the order they were given; `null` and `undefined` are all of them.
 *
 * **Details**
 *
 * Throws an {@link AxisError} for an axis out of range or given twice.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.normalizeAxes("sum", [0, -1], 3) // => [0, 2]
 * Shape.normalizeAxes("sum", undefined, 3) // => [0, 1, 2]
 * ```
 *
 * @category validation
 * @since 0.1.0
 */
export const normalizeAxes = (operation: string, axes: Axes, ndim: number): ReadonlyArray<number> => {
  if (axes == null) return Array.from({ length: ndim }, (_, i) => i)
  if (typeof axes === "number") return [normalizeAxis(operation, axes, ndim)]
  const out: Array<number> = []
  for (const axis of axes) {
    const index = normalizeAxis(operation, axis, ndim)
    if (out.includes(index)) {
      throw new AxisError({
        operation,
        message: `${operation}: axis ${index} is given more than once in [${axes.join(", ")}] of ${ndim} axes`
      })
    }
    out.push(index)
  }
  return out
}

/**
 * The shape that a reshape asks for, with at most one -1, which stands for what is left.
 *
 * **Details**
 *
 * Throws a {@link ShapeError} where the sizes differ.
 *
 * @example
 * ```ts
 * import { Shape } from "effax"
 *
 * Shape.inferReshape("reshape", [2, 6], [3, -1]) // => [3, 4]
 * ```
 *
 * @category sizes
 * @since 0.1.0
 */
export const inferReshape = (operation: string, from: Shape, to: Shape): Shape => {
  const fail = (why: string): never => {
    throw new ShapeError({
      operation,
      message: `${operation}: cannot reshape ${format(from)} into ${format(to)}: ${why}`
    })
  }
  const elements = size(from)
  if (!Array.isArray(to)) validate(operation, to)
  const inferred = to.indexOf(-1)
  if (inferred === -1) {
    validate(operation, to)
    if (size(to) !== elements) fail(`${elements} elements against ${size(to)}`)
    return to
  }
  if (to.indexOf(-1, inferred + 1) !== -1) fail("only one axis can be -1")
  const rest = validate(operation, to.filter((_, i) => i !== inferred))
  const known = size(rest)
  if (known === 0) fail("-1 beside an axis of length 0 could stand for any length")
  if (elements % known !== 0) fail(`${elements} elements do not divide by ${known}`)
  return to.map((n, i) => i === inferred ? elements / known : n)
}
