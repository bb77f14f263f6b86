/**
 * The names of axes that Programs refer to, and so have to be bound around them.
 */
import { rewrite } from "../program/memo.ts"
import type { Equation } from "../program/model.ts"
import { programsIn } from "../program/nested.ts"
import type { Program } from "../program/program.ts"

const none: ReadonlySet<string> = new Set()

export const ofEquation = ({ params, primitive }: Pick<Equation, "params" | "primitive">): Iterable<string> => {
  if (primitive.axisNames !== undefined) return primitive.axisNames(params)
  // only what is differentiated or called as a whole holds Programs
  if (primitive.nestedJvp === undefined && primitive.called === undefined) return none
  return programsIn(params).flatMap((program) => [...ofProgram(program)])
}

export const ofProgram = (program: Program): ReadonlySet<string> =>
  rewrite(program, "axisNames", () => {
    const names = new Set<string>()
    for (const equation of program.equations) for (const name of ofEquation(equation)) names.add(name)
    return names.size === 0 ? none : names
  })
