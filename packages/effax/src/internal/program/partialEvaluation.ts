/**
 * Parts of Programs: what is known from some of the inputs, and Programs cut out of others.
 */
import { type Atom, inputs as inputsOf, type Var } from "./model.ts"
import { Program } from "./program.ts"

/** Which inputs and results are made of the marked inputs, and so are all of these. */
export const dependentAtoms = (program: Program, marked: ReadonlyArray<boolean>): ReadonlySet<Atom> => {
  const dependent = new Set<Atom>(inputsOf(program).filter((_, i) => marked[i]))
  for (const { inputs, outputs } of program.equations) {
    if (inputs.some((atom) => dependent.has(atom))) { for (const output of outputs) dependent.add(output) }
  }
  return dependent
}

/** Which results are made of the marked inputs. */
export const dependentResults = (program: Program, marked: ReadonlyArray<boolean>): ReadonlyArray<boolean> => {
  const dependent = dependentAtoms(program, marked)
  return program.results.map((atom) => dependent.has(atom))
}

/**
 * The part of a Program that gives these results from these variables. What the results are made of beside them must be
 * made by the Program's own equations.
 */
export const restrict = (
  program: Program,
  parameters: ReadonlyArray<Var>,
  results: ReadonlyArray<Atom>
): Program => {
  const given = new Set<Atom>(parameters)
  const needed = new Set<Atom>(results)
  const equations = program.equations.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output) && !given.has(output))) return false
    for (const atom of inputs) needed.add(atom)
    return true
  })
  return new Program({ parameters, equations: equations.reverse(), results })
}

/** Which inputs some equation or result uses. */
export const usedInputs = (program: Program): ReadonlyArray<boolean> => {
  const used = new Set<Atom>(program.results)
  for (const { inputs } of program.equations) for (const atom of inputs) used.add(atom)
  return inputsOf(program).map((variable) => used.has(variable))
}
