/**
 * Programs: closed, typed, printable, serialisable graphs. JAX calls them jaxprs.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Aval from "./Aval.ts"
import { type ConstructionError, ShapeError } from "./Errors.ts"
import type { Arguments } from "./internal/arguments/arguments.ts"
import { canonical as canonicalText } from "./internal/program/canonical.ts"
import { trace as traceProgram } from "./internal/program/fromFunction.ts"
import {
  type Atom,
  type Equation,
  type Frame,
  inputs,
  isProgram,
  Literal,
  type Location,
  Var
} from "./internal/program/model.ts"
import { print as printText, type PrintOptions } from "./internal/program/printer.ts"
import { Program, withoutCaptures } from "./internal/program/program.ts"
import { verify as verifyProgram } from "./internal/program/verifier.ts"
import type * as NdArray from "./NdArray.ts"
import { call as callProgram } from "./primitive/call.ts"

export { inputs, isProgram, Literal, Program, Var, withoutCaptures }
export type { Atom, Equation, Frame, Location }

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
