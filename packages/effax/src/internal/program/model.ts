/**
 * Variables, literals and equations: the parts of Programs, which everything that reads a Program needs.
 */
import type * as Aval from "../../Aval.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { brand, type Copy, copy } from "../graph/copy.ts"
import type { Frame, Location } from "../graph/location.ts"
import type { Program } from "./program.ts"

/**
 * A variable: bound once, by the Program's inputs or by one equation. Compared by reference.
 *
 * @category models
 * @since 0.1.0
 */
export class Var {
  readonly aval: Aval.Aval
  constructor(aval: Aval.Aval) {
    this.aval = aval
  }
}

/**
 * A scalar constant. It stands for its value wherever an equation wants an operand.
 *
 * @category models
 * @since 0.1.0
 */
export class Literal {
  readonly value: number | bigint | boolean
  readonly aval: Aval.Aval
  constructor(value: number | bigint | boolean, aval: Aval.Aval) {
    this.value = value
    this.aval = aval
  }
}

/**
 * An operand of an equation.
 *
 * @category models
 * @since 0.1.0
 */
export type Atom = Var | Literal

/**
 * `outputs = primitive[params] inputs`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Equation {
  readonly primitive: Primitive
  readonly params: Params
  readonly inputs: ReadonlyArray<Atom>
  readonly outputs: ReadonlyArray<Var>
  /** Where the user wrote it, if a Layer that reports such places was alive then. It does not change the computation. */
  readonly location?: Location | undefined
}

export type { Frame, Location }

/** Whether an equation applies a primitive; its parameters are then those of the primitive. */
export const isOf = <E extends Pick<Equation, "params" | "primitive">, P extends Params>(
  equation: E,
  primitive: Primitive<P>
): equation is E & { readonly params: P } => equation.primitive === primitive as unknown as Primitive

/** A rule of a pass for the equations of one primitive, whose parameters it knows the type of: an entry of a map of rules. */
export const on = <P extends Params, A extends ReadonlyArray<unknown>, R>(
  primitive: Primitive<P>,
  rule: (equation: Equation & { readonly params: P }, ...rest: A) => R
): readonly [Primitive, (equation: Equation, ...rest: A) => R] => [primitive as unknown as Primitive, rule as never]

/** A Program as data, which printers and walks need no more of. */
export class ProgramData {
  /** Inputs that stand for arrays the traced function closed over. */
  readonly captures: ReadonlyArray<Var>
  /** Inputs that stand for the arguments' leaves. */
  readonly parameters: ReadonlyArray<Var>
  readonly equations: ReadonlyArray<Equation>
  readonly results: ReadonlyArray<Atom>

  constructor(options: {
    readonly captures?: ReadonlyArray<Var>
    readonly parameters: ReadonlyArray<Var>
    readonly equations: ReadonlyArray<Equation>
    readonly results: ReadonlyArray<Atom>
  }) {
    this.captures = options.captures ?? []
    this.parameters = options.parameters
    this.equations = options.equations
    this.results = options.results
  }

  /** @internal */
  get [brand](): Copy {
    return copy
  }
}

/** Captures, then parameters. @category getters @since 0.1.0 */
export const inputs = (program: ProgramData): ReadonlyArray<Var> => [...program.captures, ...program.parameters]

/**
 * Whether a value is a Program.
 *
 * @category guards
 * @since 0.1.0
 */
export const isProgram = (u: unknown): u is Program => u instanceof ProgramData
