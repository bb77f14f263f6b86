/**
 * The common parts of the rules of control flow: checks of the Programs that they hold, and branches that agree.
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

/** Operands of a Program are what its parameters say; weak dtypes apart. */
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

/** Results of a Program are what they have to be. */
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

/** Zeros in place of those that are missing but marked. */
export const instantiate = (
  values: ReadonlyArray<OrZero>,
  like: ReadonlyArray<Aval.Aval>,
  marked: ReadonlyArray<boolean>
): ReadonlyArray<OrZero> => values.map((value, i) => value ?? (marked[i] ? zerosOf(like[i]!) : undefined))

/** Splits a list into parts of these lengths, and what is left. */
export const partition = <A>(values: ReadonlyArray<A>, ...lengths: ReadonlyArray<number>) => {
  let start = 0
  const parts = lengths.map((length) => values.slice(start, start += length))
  return [...parts, values.slice(start)] as ReadonlyArray<ReadonlyArray<A>>
}

/**
 * Programs whose first parameters stand for arrays of their own, given the same operands: each takes those of all of them,
 * and leaves out of account what is not its own.
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

/** Branches rewritten so that all give the same results: those that any of them gives. */
export const agreeing = <A>(
  branches: ReadonlyArray<Program>,
  rewritten: (branch: Program, wanted: ReadonlyArray<boolean>) => A,
  nonzero: (of: A) => ReadonlyArray<boolean>
): readonly [nonzero: ReadonlyArray<boolean>, rewritten: ReadonlyArray<A>] => {
  const found = branches.map((branch) => nonzero(rewritten(branch, [])))
  const wanted = found.reduce(either)
  return [wanted, branches.map((branch) => rewritten(branch, wanted))]
}

/** One value for each example, repeated to the shape of a batch. */
export const over = (x: NdArray.Any, like: NdArray.Any): NdArray.Any => broadcastInDim(x, like.shape, [0])
