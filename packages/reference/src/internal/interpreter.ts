/**
 * Runs prepared Programs, one equation after another.
 */
import type { Program } from "effax/Program"
import type { Code, Source } from "./code.ts"
import type { Run, Steps } from "./kernel.ts"
import type { Arena } from "./memory.ts"
import type { Value } from "./value.ts"

/** The failure of a kernel, with its equation. */
export class EquationFailure {
  readonly operation: string
  readonly cause: unknown
  constructor(operation: string, cause: unknown) {
    this.operation = operation
    this.cause = cause
  }
}

const copyOf = (value: Value, arena: Arena): Value => {
  const copy = arena.allocate({ dtype: value.dtype, shape: value.shape, weak: false })
  ;(copy.data as Uint8Array).set(value.data as Uint8Array)
  return copy
}

/** The number of equations between two pauses; the smallest take about a microsecond. */
const equationsPerPause = 256

/** Counts the equations of all Programs in a run: there may be many calls with few equations each. */
interface Counter {
  equations: number
}

function* runCode(
  code: Code,
  inputs: ReadonlyArray<Value>,
  arena: Arena,
  run: Run,
  counter: Counter
): Steps<ReadonlyArray<Value>> {
  const variables = new Array<Value | undefined>(code.variables)
  inputs.forEach((value, i) => {
    variables[i] = value
  })
  const read = (source: Source): Value => typeof source === "number" ? variables[source]! : source

  for (const { dead, first, inputs, name, outputs, params, rule } of code.instructions) {
    const operands = inputs.map(read)
    let results: ReadonlyArray<Value>
    try {
      if ("call" in rule) results = yield* rule.call(operands, params, run, arena)
      else {
        results = outputs.map(arena.allocate)
        const steps = rule.run(operands, results, params)
        if (steps !== undefined) yield* steps
      }
    } catch (cause) {
      throw cause instanceof Error ? new EquationFailure(name, cause) : cause
    }
    for (let i = 0; i < results.length; i++) variables[first + i] = results[i]!
    for (const variable of dead) {
      arena.free(variables[variable]!)
      variables[variable] = undefined
    }
    if (++counter.equations % equationsPerPause === 0) yield
  }

  // results are new memory: inputs, literals and repeated results are copied
  const handedOn = new Set<Value>(inputs)
  return code.results.map((source) => {
    const value = read(source)
    const result = typeof source !== "number" || handedOn.has(value) ? copyOf(value, arena) : value
    handedOn.add(result)
    return result
  })
}

/** Runs a Program. The results belong to the arena. */
export const interpret = (
  program: Program,
  codes: ReadonlyMap<Program, Code>,
  inputs: ReadonlyArray<Value>,
  arena: Arena
): Steps<ReadonlyArray<Value>> => {
  const counter: Counter = { equations: 0 }
  const run: Run = (inner, operands) => runCode(codes.get(inner)!, operands, arena, run, counter)
  return run(program, inputs)
}
