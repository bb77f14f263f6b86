/**
 * The class of Programs.
 */
import * as Inspectable from "effect/Inspectable"
import { inputs, ProgramData } from "./model.ts"
import { print } from "./printer.ts"

/**
 * A Program: inputs, equations in order of evaluation, results. As a string it is its text, that of {@link print}.
 *
 * @category models
 * @since 0.1.0
 */
export class Program extends ProgramData {
  /** {@link print}. */
  override toString(): string {
    return print(this)
  }

  [Inspectable.NodeInspectSymbol](): unknown {
    return String(this)
  }
}

/** The same Program with captures as its first parameters. @category combinators @since 0.1.0 */
export const withoutCaptures = (program: Program): Program =>
  program.captures.length === 0
    ? program
    : new Program({ parameters: inputs(program), equations: program.equations, results: program.results })
