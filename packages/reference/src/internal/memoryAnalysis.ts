/**
 * The memory use of a run, computed from the code: variables live from the equation that makes them to their last use.
 */
import * as Aval from "effax/Aval"
import type { MemoryAnalysis } from "effax/Driver"
import { inputs, type Program } from "effax/Program"
import type { Code } from "./code.ts"

const bytesOf = (avals: ReadonlyArray<Aval.Aval>): number => avals.reduce((sum, aval) => sum + Aval.byteLength(aval), 0)

const resultBytes = (program: Program): number => bytesOf(program.results.map(({ aval }) => aval))

/** The largest number of bytes live at once in values that equations make and the Program does not return. */
const peakOf = (
  program: Program,
  codes: ReadonlyMap<Program, Code>,
  known: Map<Program, number>
): number => {
  const found = known.get(program)
  if (found !== undefined) return found
  const { instructions, results } = codes.get(program)!
  const returned = new Set(results)
  const sizes = new Map<number, number>()
  let live = 0
  let peak = 0
  for (const { dead, first, outputs, params, rule } of instructions) {
    outputs.forEach((aval, i) => {
      if (returned.has(first + i)) return
      sizes.set(first + i, Aval.byteLength(aval))
      live += Aval.byteLength(aval)
    })
    // while a nested Program runs, its results are not yet those of the equation
    const inside = "programs" in rule
      ? Math.max(
        0,
        ...rule.programs(params).map((nested) =>
          peakOf(nested, codes, known) + Math.max(0, resultBytes(nested) - bytesOf(outputs))
        )
      )
      : 0
    peak = Math.max(peak, live + inside)
    for (const variable of dead) live -= sizes.get(variable) ?? 0
  }
  known.set(program, peak)
  return peak
}

export const memoryAnalysis = (program: Program, codes: ReadonlyMap<Program, Code>): MemoryAnalysis => ({
  arguments: bytesOf(inputs(program).map(({ aval }) => aval)),
  outputs: resultBytes(program),
  temporaries: peakOf(program, codes, new Map()),
  generatedCode: 0
})
