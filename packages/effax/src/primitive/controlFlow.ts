/**
 * What the rules of control flow have in common: checks of the Programs that they hold.
 */
import * as Aval from "../Aval.ts"
import { TreeError } from "../Errors.ts"
import type { Program } from "../Program.ts"

const same = (x: Aval.Aval, y: Aval.Aval): boolean => x.dtype === y.dtype && Aval.sameShape(x.shape, y.shape)

export const describe = (avals: ReadonlyArray<Aval.Aval>): string => avals.map(Aval.format).join(", ") || "nothing"

/** Operands of a Program are what its parameters say; weak dtypes apart. */
export const checkOperands = (
  operation: string,
  what: string,
  program: Program,
  given: ReadonlyArray<Aval.Aval>
): void => {
  const expected = program.parameters.map(({ aval }) => aval)
  if (expected.length === given.length && expected.every((aval, i) => same(aval, given[i]!))) return
  throw new TreeError({
    operation,
    message: `${operation}: ${what} takes ${describe(expected)}, got ${describe(given)}`
  })
}

/** Results of a Program are what they have to be. */
export const checkResults = (
  operation: string,
  what: string,
  program: Program,
  expected: ReadonlyArray<Aval.Aval>
): void => {
  const found = program.results.map(({ aval }) => aval)
  if (expected.length === found.length && expected.every((aval, i) => same(aval, found[i]!))) return
  throw new TreeError({
    operation,
    message: `${operation}: ${what} must give ${describe(expected)}, gives ${describe(found)}`
  })
}

/** The avals of a Program's results. */
export const resultsOf = (program: Program): ReadonlyArray<Aval.Aval> => program.results.map(({ aval }) => aval)
