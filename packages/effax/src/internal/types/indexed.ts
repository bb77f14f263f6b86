/**
 * The shape of the part of an array that an index names. `numpy/indexPlan.ts` finds the same at run time.
 */
import type * as NdArray from "../../NdArray.ts"
import type { ellipsis, newaxis, Slice } from "../../numpy/slices.ts"
import type { Broadcast, Shape } from "../../Shape.ts"
import type { RangeLength } from "./ranges.ts"

/** The number of positions of a slice of an axis of length `N`. */
type SliceLength<N extends number, Of> = Of extends Slice<infer Start, infer Stop, infer Step>
  ? RangeLength<N, Start, Stop, Step>
  : number

type Entries<I> = I extends ReadonlyArray<unknown> ? I : readonly [I]

/** Entries that take an axis, as many elements as there are. */
type Taking<E extends ReadonlyArray<unknown>, Out extends ReadonlyArray<unknown> = []> = E extends
  readonly [infer H, ...infer R] ? Taking<R, [H] extends [typeof newaxis | typeof ellipsis] ? Out : [...Out, H]>
  : Out

/** The shapes of the arrays among the entries. */
type ArrayShape<H> = H extends NdArray.Any ? H["shape"]
  : H extends ReadonlyArray<number> ? readonly [H["length"]]
  : never

/** Whether arrays are among the entries: positions beside them count as arrays without axes. */
type HasArrays<E extends ReadonlyArray<unknown>> = [Extract<E[number], NdArray.Any | ReadonlyArray<number>>] extends
  [never] ? false : true

/** `never` where there are more entries than axes. */
type Walk<
  S extends Shape,
  E extends ReadonlyArray<unknown>,
  Arrays extends boolean,
  Before extends Shape = readonly [],
  /** The joint shape of the arrays, once there was one. */
  Joint extends Shape | undefined = undefined,
  Behind extends Shape = readonly [],
  /** Whether something stands between the arrays. */
  Apart extends boolean = false
> = E extends readonly [infer H, ...infer R]
  ? H extends typeof newaxis ? Kept<S, R, Arrays, 1, Before, Joint, Behind, Apart>
  : H extends typeof ellipsis
    ? S["length"] extends Taking<R>["length"] ? Walk<S, R, Arrays, Before, Joint, Behind, Apart>
    : S extends readonly [infer N extends number, ...infer SR extends Shape]
      ? Kept<SR, E, Arrays, N, Before, Joint, Behind, Apart>
    : never
  : S extends readonly [infer N extends number, ...infer SR extends Shape]
    ? H extends Slice ? Kept<SR, R, Arrays, SliceLength<N, H>, Before, Joint, Behind, Apart>
    : H extends number ? Arrays extends true ? Picked<SR, R, readonly [], Before, Joint, Behind, Apart>
      : Walk<SR, R, Arrays, Before, Joint, Behind, Apart>
    : Picked<SR, R, ArrayShape<H>, Before, Joint, Behind, Apart>
  : never
  : Laid<Before, Joint, readonly [...Behind, ...S], Apart>

type Kept<
  S extends Shape,
  E extends ReadonlyArray<unknown>,
  Arrays extends boolean,
  N extends number,
  Before extends Shape,
  Joint extends Shape | undefined,
  Behind extends Shape,
  Apart extends boolean
> = Joint extends undefined ? Walk<S, E, Arrays, readonly [...Before, N]>
  : Walk<S, E, Arrays, Before, Joint, readonly [...Behind, N], Apart>

type Picked<
  S extends Shape,
  E extends ReadonlyArray<unknown>,
  Own extends Shape,
  Before extends Shape,
  Joint extends Shape | undefined,
  Behind extends Shape,
  Apart extends boolean
> = Joint extends Shape
  ? Walk<S, E, true, Before, Broadcast<Joint, Own>, Behind, Behind extends readonly [] ? Apart : true>
  : Walk<S, E, true, Before, Own>

type Laid<Before extends Shape, Joint extends Shape | undefined, Behind extends Shape, Apart extends boolean> =
  Joint extends Shape ? number extends Joint["length"] ? Shape
    : Apart extends true ? readonly [...Joint, ...Before, ...Behind]
    : readonly [...Before, ...Joint, ...Behind]
    : readonly [...Before, ...Behind]

type IndexedOr<S extends Shape, I> = number extends S["length"] ? Shape
  : number extends Entries<I>["length"] ? Shape
  : Walk<S, Entries<I>, HasArrays<Entries<I>>>

/** The shape of the part of an array of shape `S` that an index names. */
export type Indexed<S extends Shape, I> = IndexedOr<S, I> extends infer R extends Shape
  ? [R] extends [never] ? Shape : number extends R["length"] ? Shape : R
  : Shape

/** `unknown`, or a type that names index and shape where the index has more entries than there are axes. */
export type IndexCheck<S extends Shape, I> = [IndexedOr<S, I>] extends [never]
  ? { readonly "more indices than axes": readonly [I, S] }
  : unknown
