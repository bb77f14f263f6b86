/**
 * What the suites of control flow have in common.
 */
import { type NdArray, Program } from "effax"
import * as Effect from "effect/Effect"

/** The verified Program of a function. */
export const programOf = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>) =>
  Program.verify(
    Effect.runSync(
      Program.trace(f as (...args: ReadonlyArray<NdArray.Any>) => unknown, ...args as ReadonlyArray<NdArray.Any>)
    )
  )

/** The Program's text. */
export const printed = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>): string =>
  Program.print(programOf(f, ...args))

const programsIn = (params: object): ReadonlyArray<Program.Program> =>
  Object.values(params).flatMap((value: unknown) => Array.isArray(value) ? value : [value]).filter(Program.isProgram)

/** All equations of a primitive, those of Programs inside included. */
export const equationsOf = (program: Program.Program, name: string): ReadonlyArray<Program.Equation> =>
  program.equations.flatMap((equation) => [
    ...equation.primitive.name === name ? [equation] : [],
    ...programsIn(equation.params).flatMap((inner) => equationsOf(inner, name))
  ])

/** Removes the indentation of a template. */
export const dedent = (text: string): string => {
  const lines = text.split("\n").slice(1, -1)
  const indent = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(indent)).join("\n")
}
