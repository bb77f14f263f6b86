/**
 * How many operations a Program becomes when its calls are inlined and its loops unrolled: found out before it is done,
 * in time proportional to the Programs as they are written.
 */
import { type Equation, isProgram, type Program } from "effax/Program"
import { isEquationOf } from "../equation.ts"
import { refuse } from "../limits.ts"
import { compositeOf } from "./composites.ts"

/** The most operations that a Program may become. */
const mostOperations = 2 ** 21

/** A Program inside of an equation, and how many copies of it there will be. */
type Copies = readonly [program: Program, copies: number]

/**
 * Copies that control flow makes; `undefined` for other equations. Calls are inlined once: what is called is one of the
 * Programs among the parameters, or is made of them.
 */
const copiesIn = (equation: Equation): ReadonlyArray<Copies> | undefined => {
  if (isEquationOf(equation, "cond")) return equation.params.branches.map((branch) => [branch, 1])
  if (isEquationOf(equation, "scan")) {
    const { jaxpr, length, unroll } = equation.params
    return [[jaxpr, Math.max(1, Math.min(unroll, length))]]
  }
  if (isEquationOf(equation, "while")) {
    const { bodyJaxpr, condJaxpr } = equation.params
    // The condition is computed before the loop and at the end of every step
    return [[condJaxpr, 2], [bodyJaxpr, 1]]
  }
  return undefined
}

/** Everything in parameters that is a Program, whether or not it will be run. */
const programsIn = (data: unknown): ReadonlyArray<Program> => {
  if (typeof data !== "object" || data === null) return []
  if (isProgram(data)) return [data]
  const prototype: unknown = Object.getPrototypeOf(data)
  return prototype === Array.prototype || prototype === Object.prototype || prototype === null
    ? Object.values(data).flatMap(programsIn)
    : []
}

/** The Programs that an equation becomes, or may become. */
const programsOf = (equation: Equation): ReadonlyArray<Program> => {
  const composite = compositeOf(equation)
  return composite === undefined ? programsIn(equation.params) : [composite]
}

/** A step that is unrolled takes its slices of arrays and hands on results, whatever its Program does. */
const sizeOf = (program: Program, counts: ReadonlyMap<Program, number>): number =>
  counts.get(program)! + program.parameters.length + program.results.length + 1

/**
 * Refuses a Program that would become more operations than {@link mostOperations}. Iterative, as Programs are nested as
 * deep as they please; each is counted once, and sums that leave the range of numbers are infinite.
 */
export const checkOperations = (root: Program): void => {
  const counts = new Map<Program, number>()
  const finish = (program: Program): void => {
    let total = 0
    for (const equation of program.equations) {
      const { primitive } = equation
      const copies = copiesIn(equation)
      const here = copies !== undefined
        ? copies.reduce((sum, [nested, times]) => sum + times * sizeOf(nested, counts), 1)
        : primitive.called === undefined && compositeOf(equation) === undefined
        ? 1
        : programsOf(equation).reduce((sum, nested) => sum + counts.get(nested)!, 0)
      if (here > mostOperations) {
        refuse(
          primitive.name,
          `with everything in it inlined and unrolled it becomes ${
            Number.isFinite(here) ? here : "more than 10^308"
          } operations`,
          `a Program may become ${mostOperations} (2^21): unroll less, or loop with Lax.scan instead of calling again`
        )
      }
      total += here
    }
    counts.set(program, total)
    if (total > mostOperations) {
      refuse(
        "compile",
        `the Program becomes ${total} operations`,
        `it may become ${mostOperations} (2^21): compute it in parts`
      )
    }
  }
  const stack: Array<{ readonly program: Program; entered: boolean }> = [{ program: root, entered: false }]
  while (stack.length > 0) {
    const frame = stack.at(-1)!
    if (counts.has(frame.program) || frame.entered) {
      stack.pop()
      if (!counts.has(frame.program)) finish(frame.program)
      continue
    }
    frame.entered = true
    for (const equation of frame.program.equations) {
      for (const program of programsOf(equation)) if (!counts.has(program)) stack.push({ program, entered: false })
    }
  }
}
