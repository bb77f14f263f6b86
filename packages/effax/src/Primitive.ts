/**
 * Primitives: the operations that Programs are made of, each with everything that makes it one.
 *
 * **Details**
 *
 * A primitive lives in one file of its family under `primitive/`. Its entry states everything that is true of it: how avals
 * flow through it, its derivative (`jvp`), its linear form and transpose, its batching rule, what parameters it may have, its
 * cost, and what checks have to know. No other table is keyed by its name but those of backends. Rules are written with the same
 * functions that users call to build graphs: they are pure and synchronous.
 *
 * @since 0.1.0
 */
import type { Aval } from "./Aval.ts"
import type { Check } from "./internal/program/paramSchema.ts"
import type { Program } from "./internal/program/program.ts"
import type { SpellingContext } from "./internal/program/spelling.ts"
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

/**
 * How a primitive is linear in its operands.
 *
 * - `sum`: in all of these operands together, where those that are known must be zero (`add`);
 * - `product`: in one of these operands, whatever the others are (`mul`, and every linear function of one operand);
 * - `each`: results are operands, handed on one by one;
 * - `called`: as the Program that it calls is;
 * - `nonlinearity`: a function that finds the reason why it is not linear in the operands that are marked.
 *
 * @category models
 * @since 0.1.0
 */
export type LinearForm<P> =
  | { readonly sum: (operand: number) => boolean }
  | { readonly product: ReadonlyArray<number> }
  | "each"
  | "called"
  | { readonly nonlinearity: (context: LinearityContext<P>) => string | Nonlinear | undefined }

/** The arguments of a {@link LinearForm} that looks for itself. @category models @since 0.1.0 */
export interface LinearityContext<P> {
  readonly params: P
  /** Which operands depend on the linear inputs. */
  readonly linear: ReadonlyArray<boolean>
  /** Which operands are known to be zero. */
  readonly zeros: ReadonlyArray<boolean>
}

/** An equation that is not linear, by the name of its primitive. @category models @since 0.1.0 */
export interface Nonlinear {
  readonly primitive: string
  readonly reason: string
}

/** The rule of a primitive that is linear in some of its operands. @category models @since 0.1.0 */
export interface Linear<P> {
  readonly form: LinearForm<P>
  /** The cotangents of the linear operands, `undefined` for the others. */
  transpose(context: TransposeContext<P>): ReadonlyArray<OrZero>
}

/**
 * The operands that an equation of a primitive may have, and the values of its parameters. The shape rule says how they fit
 * together.
 *
 * @category models
 * @since 0.1.0
 */
export interface Schema {
  readonly params: Check
  /** The number of operands: at least and at most. */
  readonly operands: readonly [least: number, most: number]
  /**
   * For calls: the Program among the parameters whose own parameters the operands are. Absent where the shape rule
   * checks them.
   */
  readonly callee?: (params: never) => Program
}

/** The operands and results of an equation; literals have bytes of their own in the code, and are not read. @category models @since 0.1.0 */
export interface CostContext {
  readonly inputs: ReadonlyArray<Aval>
  readonly outputs: ReadonlyArray<Aval>
  /** Bytes of the operands that are no literals. */
  readonly inputBytes: ReadonlyArray<number>
}

/**
 * The work of an equation, counted as XLA's analysis counts it (hlo_cost_analysis.cc). Entries that are absent are 0, and all
 * operands and results are accessed unless `bytes` says otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost<in P> {
  readonly flops?: (context: CostContext, params: P) => number
  readonly transcendentals?: (context: CostContext) => number
  readonly bytes?: (context: CostContext) => number
  /** Programs that are run one after the other, each so many times. */
  readonly runs?: (params: P) => ReadonlyArray<{ readonly program: Program; readonly times: number }>
  /** Programs of which one is run: the most expensive one counts. */
  readonly picks?: (params: P) => ReadonlyArray<Program>
}

/** The start of a window along an axis of the operand: `size - window` at most. @category models @since 0.1.0 */
export interface Bound {
  readonly axis: number
  readonly size: number
  readonly window: number
}

/**
 * Operands that hide a fault if they are wrong, which `Checks` looks at: a divisor that is 0, or positions outside of bounds
 * (index vectors along the last axis of one operand, or scalars from one operand on).
 *
 * @category models
 * @since 0.1.0
 */
export type Guard =
  | { readonly kind: "division"; readonly divisor: number }
  | { readonly kind: "index"; readonly vectors: number; readonly bounds: ReadonlyArray<Bound> }
  | { readonly kind: "index"; readonly starts: number; readonly bounds: ReadonlyArray<Bound> }

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
  readonly schema: Schema
  readonly cost: Cost<P>
  /** The avals of the results. Throws a construction error for operands it can't take. */
  abstract(inputs: ReadonlyArray<Aval>, params: P): ReadonlyArray<Aval>
  /** The tangents of the results; one per output. Called only if some tangent is not zero. */
  jvp?(context: JvpContext<P>): ReadonlyArray<OrZero>
  /** For primitives that hold Programs: primal and tangent results together, in place of `jvp`. */
  nestedJvp?(context: NestedJvpContext<P>): {
    readonly outputs: ReadonlyArray<NdArray.Any>
    readonly tangents: ReadonlyArray<OrZero>
  }
  /** The linear form and the transpose; absent where the primitive is not linear. */
  readonly linear?: Linear<P>
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
  /** Whether each result depends on the elements at its own position alone. */
  readonly elementwise?: true
  /** Whether the result of zeros is zeros. */
  readonly keepsZero?: true
  /** Whether results are NaN only where an operand is: elements are moved or converted. */
  readonly keepsNaN?: true
  /** Operands that hide a fault if they are wrong. */
  guards?(inputs: ReadonlyArray<Aval>, params: P): ReadonlyArray<Guard>
  /** Parameters as JAX prints them, when they differ from the snake_case of `params`. */
  print?(params: P, context: SpellingContext): ReadonlyArray<readonly [name: string, value: unknown]>
  /** The name as JAX prints it, when it differs. */
  readonly printedName?: string
}
