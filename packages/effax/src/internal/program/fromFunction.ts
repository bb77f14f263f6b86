/**
 * Programs from functions, as an Effect.
 */
import * as Effect from "effect/Effect"
import { attempt, type ConstructionError } from "../../Errors.ts"
import * as Tree from "../../Tree.ts"
import { avals, flatten } from "../arguments/arguments.ts"
import type { Program } from "./program.ts"
import * as tracing from "./trace.ts"

/** The Program of a function at the dtypes and shapes of example arguments, whose values don't matter. */
export const traceFunction = (
  f: (...args: ReadonlyArray<never>) => unknown,
  args: ReadonlyArray<unknown>
): Program => {
  const { leaves, structure } = flatten("Program.trace", "argument", args)
  return tracing.trace(
    "Program.trace",
    avals(leaves),
    (parameters) =>
      flatten("Program.trace", "result", f(...Tree.unflatten(structure, parameters) as ReadonlyArray<never>)).leaves
  ).program
}

export const trace = (
  f: (...args: ReadonlyArray<never>) => unknown,
  args: ReadonlyArray<unknown>
): Effect.Effect<Program, ConstructionError> =>
  attempt(() => traceFunction(f, args)).pipe(Effect.withSpan("effax.trace", { attributes: { function: f.name } }))
