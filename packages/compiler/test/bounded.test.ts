/**
 * Programs that are small as they are written and very large with everything inlined and unrolled.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Params, Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import * as Program from "effax/Program"
import { describe, expect, it } from "vitest"

const scalar = { dtype: "float32", shape: [], weak: false } as const
const bool = { dtype: "bool", shape: [], weak: false } as const

type Step = readonly [name: PrimitiveName, params: unknown]

/** A Program of one scalar that goes through some equations, one after the other. */
const through = (steps: ReadonlyArray<Step>, result: Program.Var["aval"] = scalar): Program.Program => {
  const input = new Program.Var(scalar)
  let last = input
  const equations = steps.map(([name, params], i): Program.Equation => {
    const next = new Program.Var(i === steps.length - 1 ? result : scalar)
    const equation = {
      primitive: primitives[name] as unknown as Primitive,
      params: params as Params,
      inputs: [last],
      outputs: [next]
    }
    last = next
    return equation
  })
  return new Program.Program({ parameters: [input], equations, results: [last] })
}

const sine = through([["sin", {}]])
const positive = (inner: Program.Program): Program.Program => {
  const input = new Program.Var(scalar)
  const between = new Program.Var(scalar)
  const result = new Program.Var(bool)
  return new Program.Program({
    parameters: [input],
    equations: [
      {
        primitive: primitives.jit as unknown as Primitive,
        params: { name: "f", jaxpr: inner, donated: [] },
        inputs: [input],
        outputs: [between]
      },
      {
        primitive: primitives.gt as unknown as Primitive,
        params: {},
        inputs: [between, new Program.Literal(0, scalar)],
        outputs: [result]
      }
    ],
    results: [result]
  })
}

const nest = (times: number, wrap: (inner: Program.Program) => Program.Program): Program.Program => {
  let program = sine
  for (let i = 0; i < times; i++) program = wrap(program)
  return Program.verify(program)
}

const jit = (jaxpr: Program.Program): Step => ["jit", { name: "f", jaxpr, donated: [] }]
const checkpoint = (jaxpr: Program.Program): Step => [
  "checkpoint",
  { jaxpr, preventCse: true, differentiated: true, policy: null }
]
const scan = (jaxpr: Program.Program, length: number, unroll: number): Step => [
  "scan",
  { jaxpr, length, numConsts: 0, numCarry: 1, reverse: false, unroll }
]
const loop = (condJaxpr: Program.Program): Step => [
  "while",
  { condNconsts: 0, condJaxpr, bodyNconsts: 0, bodyJaxpr: sine, maxSteps: null }
]

const twice = (step: (inner: Program.Program) => Step) => (inner: Program.Program) =>
  through([step(inner), step(inner)])

const refusal = (program: Program.Program): string => {
  try {
    Compiler.compile(program)
  } catch (error) {
    if (!(error instanceof Compiler.LoweringError)) throw error
    return error.message
  }
  return "compiled"
}

describe("compilation is bounded", () => {
  it.each<readonly [string, Program.Program, RegExp]>([
    [
      "forty calls of the one before, twice each",
      nest(40, twice(jit)),
      /becomes \d+ operations; it may become 2097152/
    ],
    ["two thousand of them, more than numbers can say", nest(2000, twice(jit)), /operations; .* 2097152 \(2\^21\)/],
    ["what is computed again", nest(40, twice(checkpoint)), /operations; .* 2097152/],
    [
      "unrolled loops",
      through([scan(sine, 1e9, 1e9)]),
      /^scan: with everything in it inlined and unrolled it becomes \d+ operations/
    ],
    ["loops in loops", nest(8, (inner) => through([scan(inner, 100, 10)])), /^scan: .* operations/],
    [
      "conditions of loops, which are computed in two places",
      nest(40, (inner) => through([loop(positive(inner))])),
      /operations/
    ]
  ])("%s", (_, program, message) => {
    const start = performance.now()
    expect(refusal(program)).toMatch(message)
    // Doing it would take hours
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  it("counts what there will be, and no more", () => {
    expect(refusal(nest(12, twice(jit)))).toBe("compiled")
    // As many steps at once as there are
    expect(refusal(through([scan(sine, 3, 1e9)]))).toBe("compiled")
    expect(refusal(through([scan(sine, 1e9, 1)]))).toBe("compiled")
    // 2^21 and 1024 more
    const sines = (length: number) => through(Array.from({ length }, (): Step => ["sin", {}]))
    const long = sines(1024)
    const calls = (count: number) => through(Array.from({ length: count }, () => jit(long)))
    expect(refusal(calls(2049))).toMatch(/the Program becomes 2098176 operations/)
  })
})
