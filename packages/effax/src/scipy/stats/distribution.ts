/**
 * How functions of distributions take their arguments: what they are evaluated at, the distribution's own parameters in order,
 * and `loc` and `scale` as options.
 */
import type * as DType from "../../DType.ts"
import { dualWithOptions } from "../../internal/arguments/dual.ts"
import type { Known } from "../../internal/arguments/options.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"

export type Any = NdArray.Any

/** Real floating-point numbers. @category models @since 0.1.0 */
export type Floats = NdArray.NdArray<DType.Floating>

/** Where a distribution is, and how wide. @category models @since 0.1.0 */
export interface LocScale {
  /** The shift, 0 by default. */
  readonly loc?: ArrayLike
  /** The width, 1 by default. */
  readonly scale?: ArrayLike
}

/** Where a distribution is. @category models @since 0.1.0 */
export interface Loc {
  /** The shift, 0 by default. */
  readonly loc?: ArrayLike
}

/** No options. @category models @since 0.1.0 */
export type None = { readonly [name: string]: never }

/** A function of a distribution without parameters of its own. @category models @since 0.1.0 */
export interface Of0<O> {
  (options: O): (x: ArrayLike) => Floats
  (x: ArrayLike, options?: O): Floats
}

/** A function of a distribution with one parameter. @category models @since 0.1.0 */
export interface Of1<O> {
  (a: ArrayLike, options?: O): (x: ArrayLike) => Floats
  (x: ArrayLike, a: ArrayLike, options?: O): Floats
}

/** A function of a distribution with two parameters. @category models @since 0.1.0 */
export interface Of2<O> {
  (a: ArrayLike, b: ArrayLike, options?: O): (x: ArrayLike) => Floats
  (x: ArrayLike, a: ArrayLike, b: ArrayLike, options?: O): Floats
}

/** A function of a distribution with three parameters. @category models @since 0.1.0 */
export interface Of3<O> {
  (a: ArrayLike, b: ArrayLike, c: ArrayLike, options?: O): (x: ArrayLike) => Floats
  (x: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike, options?: O): Floats
}

/** Operands in one dtype: what the function is evaluated at, `(x - loc) / scale`, and what these were. */
export interface Located {
  readonly x: Any
  readonly y: Any
  readonly loc: Any
  readonly scale: Any
}

const knownOfLocScale: Known<LocScale> = { loc: true, scale: true }
const knownOfLoc: Known<Loc> = { loc: true }
const knownOfNone: Known<Record<never, never>> = {}

/** A function of continuous distributions. */
export const scaled = <F>(
  operation: string,
  parameters: number,
  body: (at: Located, ...own: ReadonlyArray<Any>) => Any,
  located: (x: Any, loc: Any, scale: Any) => Any
): F =>
  dualWithOptions<F, LocScale>(operation, parameters + 1, knownOfLocScale, (...args: ReadonlyArray<never>) => {
    const { loc = 0, scale = 1 } = args[parameters + 1] as LocScale
    const [x, l, s, ...own] = promoteInexact(operation, [args[0]!, loc, scale, ...args.slice(1, parameters + 1)])
    return body({ x: x!, loc: l!, scale: s!, y: located(x!, l!, s!) }, ...own)
  })

/** A function of discrete distributions, which have no width. */
export const shifted = <F>(
  operation: string,
  parameters: number,
  body: (at: { readonly k: Any; readonly loc: Any }, ...own: ReadonlyArray<Any>) => Any
): F =>
  dualWithOptions<F, Loc>(operation, parameters + 1, knownOfLoc, (...args: ReadonlyArray<never>) => {
    const { loc = 0 } = args[parameters + 1] as Loc
    const [k, l, ...own] = promoteInexact(operation, [args[0]!, loc, ...args.slice(1, parameters + 1)])
    return body({ k: k!, loc: l! }, ...own)
  })

/** A function of distributions that are neither moved nor stretched. */
export const standard = <F>(
  operation: string,
  parameters: number,
  body: (x: Any, ...own: ReadonlyArray<Any>) => Any
): F =>
  dualWithOptions<F, None>(operation, parameters + 1, knownOfNone, (...args: ReadonlyArray<never>) => {
    const [x, ...own] = promoteInexact(operation, args.slice(0, parameters + 1))
    return body(x!, ...own)
  })
