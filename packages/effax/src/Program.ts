/**
 * Programs: closed, typed, printable, serialisable graphs. JAX calls them jaxprs.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Aval from "./Aval.ts"
import { type ConstructionError, ShapeError } from "./Errors.ts"
import type { Arguments } from "./internal/arguments/arguments.ts"
import { brand, type Copy, copy } from "./internal/graph/copy.ts"
import type { Frame, Location } from "./internal/graph/location.ts"
import { canonical as canonicalText } from "./internal/program/canonical.ts"
import { trace as traceProgram } from "./internal/program/fromFunction.ts"
import { print as printText, type PrintOptions } from "./internal/program/printer.ts"
import { verify as verifyProgram } from "./internal/program/verifier.ts"
import type * as NdArray from "./NdArray.ts"
import type { Params, Primitive } from "./Primitive.ts"
import { call as callProgram } from "./primitive/call.ts"

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

export type {
  /** A position in a source file. @category models @since 0.1.0 */
  Frame,
  /** A place in the user's code. @category models @since 0.1.0 */
  Location
}

/** A message that is logged when a Program is compiled. @category models @since 0.1.0 */
export interface Remark {
  readonly level: "Debug" | "Warn"
  /** Made when it is logged. */
  readonly message: () => string
}

/**
 * A Program: inputs, equations in order of evaluation, results. As a string it is its text, that of {@link print}.
 *
 * @category models
 * @since 0.1.0
 */
export class Program {
  /** Inputs that stand for arrays the traced function closed over. */
  readonly captures: ReadonlyArray<Var>
  /** Inputs that stand for the arguments' leaves. */
  readonly parameters: ReadonlyArray<Var>
  readonly equations: ReadonlyArray<Equation>
  readonly results: ReadonlyArray<Atom>
  /** Rewrites of this Program that were made already, by name: `jvp[true,false]`. Derived data, not state. */
  readonly rewrites: Map<string, unknown> = new Map()

  /** Messages of the code that traced this, logged once, when it is compiled. */
  readonly remarks: Array<Remark> = []

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

  /** {@link print}. */
  toString(): string {
    return printText(this)
  }

  [Inspectable.NodeInspectSymbol](): unknown {
    return String(this)
  }

  /** @internal */
  get [brand](): Copy {
    return copy
  }
}

/** Captures, then parameters. @category getters @since 0.1.0 */
export const inputs = (program: Program): ReadonlyArray<Var> => [...program.captures, ...program.parameters]

/**
 * Whether a value is a Program.
 *
 * @category guards
 * @since 0.1.0
 */
export const isProgram = (u: unknown): u is Program => u instanceof Program

/** The same Program with captures as its first parameters. @category combinators @since 0.1.0 */
export const withoutCaptures = (program: Program): Program =>
  program.captures.length === 0
    ? program
    : new Program({ parameters: inputs(program), equations: program.equations, results: program.results })

/**
 * The text of a Program, in the grammar of JAX's jaxprs.
 *
 * **Details**
 *
 * Variables are named in the order in which they are printed. Programs that are called twice, or that have more than
 * ten equations, stand at the top as `let name = { ... } in`.
 *
 * **Gotchas**
 *
 * The text says nothing of weak dtypes, as in JAX. To compare Programs use {@link canonical}.
 *
 * @example
 * ```ts
 * import { grad, NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const slope = grad((x: NdArray.Any) => np.sum(np.sin(x)))
 * Effect.map(Program.trace(slope, np.zeros([3])), Program.print)
 * // =>
 * // { lambda ; a:f32[3]. let
 * //     b:f32[3] = cos a
 * //     c:f32[3] = broadcast_in_dim 1.0:f32[]
 * //     d:f32[3] = mul c b
 * //   in (d,) }
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const print: (program: Program, options?: PrintOptions) => string = printText

/**
 * Checks the rules that every Program obeys, and gives it back.
 *
 * **Details**
 *
 * Every variable is bound once and before it is used, avals are what the primitives say, literals are scalars of their
 * dtype, parameters are plain data and Programs, and Programs inside of Programs have no captures. Throws a
 * `VerificationError` that names the equation.
 *
 * @category validation
 * @since 0.1.0
 */
export const verify: (program: Program) => Program = verifyProgram

/**
 * A text that two Programs have in common exactly when they differ in nothing but the identity of their variables and in
 * whether equal Programs inside of them are one object.
 *
 * **Details**
 *
 * Weak dtypes, the values of literals (NaN, -0 and 0 told apart) and parameters are part of it. The rules of `customJvp`
 * and `customVjp` are not: they say nothing of what is computed.
 *
 * @category equivalence
 * @since 0.1.0
 */
export const canonical: (program: Program) => string = canonicalText

/**
 * Whether two Programs have one canonical text.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const double = (x: NdArray.Any) => np.multiply(x, 2)
 * const twice = (y: NdArray.Any) => np.multiply(y, 2)
 * const both = Effect.all([Program.trace(double, np.ones([3])), Program.trace(twice, np.zeros([3]))])
 * Effect.map(both, ([a, b]) => Program.equals(a, b)) // => true
 * ```
 *
 * @category equivalence
 * @since 0.1.0
 */
export const equals = (self: Program, that: Program): boolean => self === that || canonical(self) === canonical(that)

export type { PrintOptions }

/**
 * The Program of a function at the dtypes and shapes of example arguments. Arrays are descriptions, so the examples
 * (`np.zeros([2, 3])`) cost nothing.
 *
 * **Details**
 *
 * An error that a wrong call inside the function throws is a typed failure here.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const double = (x: NdArray.Any) => np.multiply(x, 2)
 * const program = Effect.map(Program.trace(double, np.zeros([3])), Program.print)
 * // => "{ lambda ; a:f32[3]. let b:f32[3] = mul a 2.0:f32[] in (b,) }"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const trace = <A extends ReadonlyArray<unknown>, B>(
  f: (...args: A) => B,
  ...args: Arguments<A>
): Effect.Effect<Program, ConstructionError> => traceProgram(f as (...args: ReadonlyArray<never>) => unknown, args)

/**
 * The results of a Program on arrays, in the order of its inputs (captures first): how a Program that was decoded, or
 * traced by hand, is run on whichever backend is in context.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, Program } from "effax"
 * import { Effect } from "effect"
 *
 * const double = Program.trace((x: NdArray.Any) => np.multiply(x, 2), np.zeros([3]))
 * const program = Effect.flatMap(double, (p) => NdArray.toNested(Program.call(p, [np.ones([3])])[0]!)) // => [2, 2, 2]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const call = (program: Program, arrays: ReadonlyArray<NdArray.Any>): ReadonlyArray<NdArray.Any> => {
  const expected = inputs(program)
  const wrong = expected.findIndex((variable, i) => arrays[i] === undefined || !Aval.sameType(arrays[i], variable.aval))
  if (wrong !== -1 || arrays.length !== expected.length) {
    throw new ShapeError({
      operation: "Program.call",
      message: `Program.call: the Program takes ${Aval.formatAll(expected.map(({ aval }) => aval))}, got ${
        Aval.formatAll(arrays)
      }`
    })
  }
  return callProgram("Program.call", withoutCaptures(program), arrays)
}
