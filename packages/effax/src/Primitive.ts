/**
 * Primitives: the operations that Programs are made of, each with everything that makes it one.
 *
 * **Details**
 *
 * A primitive lives in one file of its family under `primitive/`. Its entry states how avals flow through it, its
 * derivative (`jvp`), its transpose where it is linear, and its batching rule. Rules are written with the same
 * functions that users call to build graphs: they are pure and synchronous.
 *
 * @since 0.1.0
 */
import type { Aval } from "./Aval.ts"
import type { Program } from "./internal/program/program.ts"
import type * as NdArray from "./NdArray.ts"

/**
 * The static parameters of an equation: plain data (numbers, strings, booleans, arrays and records of them) and
 * Programs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Params {
  readonly [name: string]: unknown
}

/** A tangent, a cotangent: `undefined` is a symbolic zero, for which nothing is computed. @category models @since 0.1.0 */
export type OrZero = NdArray.Any | undefined

/** The arguments of a JVP rule. @category models @since 0.1.0 */
export interface JvpContext<P> {
  readonly primals: ReadonlyArray<NdArray.Any>
  readonly outputs: ReadonlyArray<NdArray.Any>
  readonly tangents: ReadonlyArray<OrZero>
  readonly params: P
}

/** The arguments of the JVP rule of a primitive that holds Programs. @category models @since 0.1.0 */
export interface NestedJvpContext<P> {
  readonly primals: ReadonlyArray<NdArray.Any>
  readonly tangents: ReadonlyArray<OrZero>
  readonly params: P
  /** Whether primal outputs must not depend on tangents, as linearisation needs. */
  readonly split: boolean
}

/** The arguments of a transpose rule. @category models @since 0.1.0 */
export interface TransposeContext<P> {
  readonly cotangents: ReadonlyArray<OrZero>
  /** The operands. Only the dtype and shape of linear ones may be used. */
  readonly inputs: ReadonlyArray<NdArray.Any>
  /** Which operands the equation is to be transposed with respect to. */
  readonly linear: ReadonlyArray<boolean>
  readonly params: P
}

/** The arguments of a batching rule: batched operands have the batch as their axis 0. @category models @since 0.1.0 */
export interface BatchContext<P> {
  readonly inputs: ReadonlyArray<NdArray.Any>
  readonly batched: ReadonlyArray<boolean>
  readonly size: number
  /** The name of the axis for collectives; `undefined` where `vmap` gave it no name. */
  readonly axisName: string | undefined
  readonly params: P
}

/** The results of a batching rule: batched ones have the batch as their axis 0. @category models @since 0.1.0 */
export interface Batched {
  readonly outputs: ReadonlyArray<NdArray.Any>
  readonly batched: ReadonlyArray<boolean>
}

/**
 * The checklist that a primitive fills in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Primitive<P extends Params = Params> {
  /** JAX's name, as printed in Programs: `reduce_sum`. */
  readonly name: string
  /** The avals of the results. Throws a construction error for operands it can't take. */
  abstract(inputs: ReadonlyArray<Aval>, params: P): ReadonlyArray<Aval>
  /** The tangents of the results; one per output. Called only if some tangent is not zero. */
  jvp?(context: JvpContext<P>): ReadonlyArray<OrZero>
  /** For primitives that hold Programs: primal and tangent results together, in place of `jvp`. */
  nestedJvp?(context: NestedJvpContext<P>): {
    readonly outputs: ReadonlyArray<NdArray.Any>
    readonly tangents: ReadonlyArray<OrZero>
  }
  /** The cotangents of the linear operands, `undefined` for the others; absent where the primitive is not linear. */
  transpose?(context: TransposeContext<P>): ReadonlyArray<OrZero>
  batch(context: BatchContext<P>): Batched
  /** The names of the axes that an equation refers to; those of the Programs in it, unless this says otherwise. */
  axisNames?(params: P): ReadonlyArray<string>
  /**
   * `own`: `abstract` says over which named axes results vary. Otherwise operands are made to vary over all axes that one
   * of them varies over, and so do the results. Primitives with `nestedJvp` are always their own.
   */
  readonly replication?: "own"
  /**
   * For primitives that hold Programs: the parameters that operands are bound to; operands are made to vary as these do. By
   * default the inputs of a Program among the parameters that takes as many.
   */
  parameters?(params: P): ReadonlyArray<Aval | undefined>
  /** For calls: the Program whose results on the operands are the results. An interpreter needs to know no more. */
  called?(params: P): Program
  /** Parameters as JAX prints them, when they differ from the snake_case of `params`. */
  print?(params: P): ReadonlyArray<readonly [name: string, value: unknown]>
}
