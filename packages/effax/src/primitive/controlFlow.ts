/**
 * What the rules of control flow have in common: checks of the Programs that they hold, and bookkeeping of what is zero.
 */
import * as Aval from "../Aval.ts"
import { TreeError } from "../Errors.ts"
import { avals } from "../internal/arguments.ts"
import type * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero } from "../Primitive.ts"
import { Program, Var } from "../Program.ts"
import { broadcastInDim, zerosOf } from "./structural.ts"

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

/** The symbolic zeros among values. */
export const isPresent = (x: OrZero): x is NdArray.Any => x !== undefined

/** Puts the results that are there back among those that are zero. */
export const spread = (present: ReadonlyArray<boolean>, values: ReadonlyArray<NdArray.Any>): ReadonlyArray<OrZero> => {
  let next = 0
  return present.map((p) => p ? values[next++] : undefined)
}

export const pick = <A>(values: ReadonlyArray<A>, flags: ReadonlyArray<boolean>): ReadonlyArray<A> =>
  values.filter((_, i) => flags[i])

export const either = (a: ReadonlyArray<boolean>, b: ReadonlyArray<boolean>): ReadonlyArray<boolean> =>
  a.map((flag, i) => flag || b[i] === true)

/** The same flags for everything. */
export const all = (values: ReadonlyArray<unknown>, flag: boolean): ReadonlyArray<boolean> => values.map(() => flag)

/**
 * The least set of flags that holds the first ones and what `next` makes of it: which carries have a tangent, a cotangent,
 * a batch, given those that have one when the loop begins.
 */
export const fixpoint = <A>(
  first: ReadonlyArray<boolean>,
  next: (flags: ReadonlyArray<boolean>) => readonly [flags: ReadonlyArray<boolean>, found: A]
): readonly [flags: ReadonlyArray<boolean>, found: A] => {
  let flags = first
  for (;;) {
    const [found, value] = next(flags)
    const more = either(flags, found)
    if (more.every((flag, i) => flag === flags[i])) return [flags, value]
    flags = more
  }
}

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
