/**
 * The common parts of control-flow rules: checks of nested Programs, and branches with matching signatures.
 */
import * as Aval from "../Aval.ts"
import { TreeError } from "../Errors.ts"
import { avals } from "../internal/arguments/arguments.ts"
import type * as node from "../internal/graph/node.ts"
import { either } from "../internal/program/flags.ts"
import { Var } from "../internal/program/model.ts"
import { Program } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero } from "../Primitive.ts"
import { broadcastInDim, zerosOf } from "./structural.ts"

const sameTypes = (a: ReadonlyArray<Aval.Aval>, b: ReadonlyArray<Aval.Aval>): boolean =>
  a.length === b.length && a.every((aval, i) => Aval.sameType(aval, b[i]!))

/** Checks that the operands match a Program's parameters, except for weak types. */
export const checkOperands = (
  operation: string,
  what: string,
  program: Program,
  given: ReadonlyArray<Aval.Aval>
): void => {
  const expected = program.parameters.map(({ aval }) => aval)
  if (sameTypes(expected, given)) return
  throw new TreeError({
    operation,
    message: `${operation}: ${what} takes ${Aval.formatAll(expected)}, got ${Aval.formatAll(given)}`
  })
}

/** Checks that the results of a Program have the expected types. */
export const checkResults = (
  operation: string,
  what: string,
  program: Program,
  expected: ReadonlyArray<Aval.Aval>
): void => {
  const found = resultsOf(program)
  if (sameTypes(expected, found)) return
  throw new TreeError({
    operation,
    message: `${operation}: ${what} must give ${Aval.formatAll(expected)}, gives ${Aval.formatAll(found)}`
  })
}

/** The avals of a Program's results. */
export const resultsOf = (program: Program): ReadonlyArray<Aval.Aval> => program.results.map(({ aval }) => aval)

/** Replaces missing values that are marked by zeros. */
export const instantiate = (
  values: ReadonlyArray<OrZero>,
  like: ReadonlyArray<Aval.Aval>,
  marked: ReadonlyArray<boolean>
): ReadonlyArray<OrZero> => values.map((value, i) => value ?? (marked[i] ? zerosOf(like[i]!) : undefined))

/** Splits a list into parts of the given lengths and the rest. */
export const partition = <A>(values: ReadonlyArray<A>, ...lengths: ReadonlyArray<number>) => {
  let start = 0
  const parts = lengths.map((length) => values.slice(start, start += length))
  return [...parts, values.slice(start)] as ReadonlyArray<ReadonlyArray<A>>
}

/**
 * Gives rewritten Programs the same inputs. Each Program's first parameters stand for its own captures; the result
 * takes the captures of all Programs and ignores those of the others.
 */
export const sharedInputs = (
  rewritten: ReadonlyArray<{ readonly captures: ReadonlyArray<NdArray.Any>; readonly program: Program }>
): { readonly captures: ReadonlyArray<NdArray.Any>; readonly programs: ReadonlyArray<Program> } => {
  const captures = [...new Set(rewritten.flatMap((of) => of.captures))]
  const programs = rewritten.map((of) => {
    if (of.captures.length === captures.length && of.captures.every((x, i) => x === captures[i])) return of.program
    const { equations, parameters, results } = of.program
    return new Program({
      parameters: [
        ...captures.map((x) => {
          const at = of.captures.indexOf(x)
          return at === -1 ? new Var(avals([x as node.Node])[0]!) : parameters[at]!
        }),
        ...parameters.slice(of.captures.length)
      ],
      equations,
      results
    })
  })
  return { captures, programs }
}

/** Rewrites branches so that all have the same results: every result that any of them has. */
export const agreeing = <A>(
  branches: ReadonlyArray<Program>,
  rewritten: (branch: Program, wanted: ReadonlyArray<boolean>) => A,
  nonzero: (of: A) => ReadonlyArray<boolean>
): readonly [nonzero: ReadonlyArray<boolean>, rewritten: ReadonlyArray<A>] => {
  const found = branches.map((branch) => nonzero(rewritten(branch, [])))
  const wanted = found.reduce(either)
  return [wanted, branches.map((branch) => rewritten(branch, wanted))]
}

/** One value per example, broadcast to the shape of a batch. */
export const over = (x: NdArray.Any, like: NdArray.Any): NdArray.Any => broadcastInDim(x, like.shape, [0])
