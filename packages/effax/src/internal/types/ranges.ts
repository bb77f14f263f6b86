/**
 * How many positions a range has, as Python resolves `start:stop:step` against the length of an axis.
 */
import type { Add, Quotient, Subtract } from "./decimal.ts"
import type { IsUnion } from "./union.ts"

type OrZero<N> = [N] extends [never] ? 0 : N

/** Where a bound lies on an axis of length `N`. */
type Bound<P, N extends number, Absent extends number> = [P] extends [undefined] ? Absent
  : true extends IsUnion<P> ? number
  : P extends number ? number extends P | N ? number
    : `${P}` extends `-${infer M extends number}` ? OrZero<Subtract<N, M>>
    : [Subtract<N, P>] extends [never] ? N
    : P
  : number

/** The number of positions from `Start` to before `Stop` on an axis of length `N`. */
export type Between<N extends number, Start, Stop> = OrZero<Subtract<Bound<Stop, N, N>, Bound<Start, N, 0>>> extends
  infer L extends number ? L : number

type Spaced<L extends number, Step extends number> = Step extends 1 ? L
  : number extends L | Step ? number
  : true extends IsUnion<Step> ? number
  : `${Step}` extends `-${string}` ? number
  : L extends 0 ? 0
  : Quotient<Add<L, OrZero<Subtract<Step, 1>>>, Step>

/** As {@link Between}, every `Step`-th of them. Steps backwards over a part of an axis give `number`. */
export type RangeLength<N extends number, Start, Stop, Step extends number> = [Step, Start, Stop] extends
  [-1, undefined, undefined] ? N
  : Spaced<Between<N, Start, Stop>, Step>
