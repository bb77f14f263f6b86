/**
 * Programs of every kind, to be spoiled: one of each entry of the table of operations.
 */
import { Program } from "effax"
import * as Effect from "effect/Effect"
import { type Arrays, inputsOf, listOf, toArray } from "../ops/operation.ts"
import { families } from "../ops/table.ts"

/** The Programs of the table, by the names of their entries. */
export const programs: ReadonlyArray<readonly [name: string, program: Program.Program]> = Object.values(families)
  .flat()
  .filter((operation) => operation.cases.length > 0)
  .map((operation) => [
    operation.name,
    Program.withoutCaptures(Effect.runSync(Program.trace(
      (...xs: Arrays) => listOf(operation.f(...xs)),
      ...inputsOf(operation, 0).map(toArray)
    )))
  ])

/** All equations of a Program and of those inside of it. */
export const equationsOf = (program: Program.Program): ReadonlyArray<Program.Equation> => {
  const seen = new Set([program])
  const found: Array<Program.Equation> = []
  for (const of of seen) {
    for (const equation of of.equations) {
      found.push(equation)
      const visit = (value: unknown): void => {
        if (Program.isProgram(value)) seen.add(value)
        else if (Array.isArray(value)) value.forEach(visit)
      }
      Object.values(equation.params).forEach(visit)
    }
  }
  return found
}

/** Numbers that are the same in every run: mulberry32 (Tommy Ettinger, 2017). */
export const random = (seed: number): (below: number) => number => {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below)
  }
}
