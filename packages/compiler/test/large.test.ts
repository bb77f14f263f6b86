import * as Compiler from "@effax/compiler/Compiler"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import type { Params } from "effax/Primitive"
import type { Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import * as Program from "effax/Program"
import { describe, expect, it } from "vitest"

const aval = { dtype: "float32", shape: [8, 8], weak: false } as const

/** A Program that is one chain. */
const chain = (length: number, link: (i: number) => readonly [name: PrimitiveName, params: Params, arity: 1 | 2]) => {
  const input = new Program.Var(aval)
  const equations: Array<Program.Equation> = []
  let last = input
  for (let i = 0; i < length; i++) {
    const [name, params, arity] = link(i)
    const next = new Program.Var(aval)
    equations.push({
      primitive: primitives[name] as unknown as Primitive,
      params,
      inputs: arity === 1 ? [last] : [last, input],
      outputs: [next]
    })
    last = next
  }
  return new Program.Program({ parameters: [input], equations, results: [last] })
}

const elementwise = (["sin", "add", "mul", "tanh"] as const).map((name, i) => [name, {}, i % 3 === 0 ? 1 : 2] as const)

describe("large programs", () => {
  it("a chain of a million equations becomes thousands of kernels", () => {
    const compiled = Compiler.compile(chain(1_000_000, (i) => elementwise[i % 4]!))
    expect(compiled.kernels.length).toBeGreaterThan(2000)
    expect(compiled.kernels.length).toBeLessThan(10_000)
    expect(compiled.arena).toBeLessThanOrEqual(512)
  }, 180_000)

  it("a chain of kernels that nothing fuses", () => {
    const dimensionNumbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
    const compiled = Compiler.compile(
      chain(50_000, () => ["dot_general", { dimensionNumbers, preferredElementType: null }, 2])
    )
    expect(compiled.kernels.length).toBe(50_000)
    expect(compiled.arena).toBe(512)
  }, 180_000)

  it("a chain of views and sums does not multiply", () => {
    const compiled = Compiler.compile(chain(3000, (i) =>
      i % 3 === 0
        ? ["transpose", { permutation: [1, 0] }, 1]
        : i % 3 === 1
        ? ["add", {}, 2]
        : ["rev", { dimensions: [i % 2] }, 1]))
    expect(PlanVerifier.problems(compiled)).toEqual([])
    expect(compiled.kernels.length).toBeLessThan(60)
  })

  it("calls nested a hundred thousand deep", () => {
    let program = chain(1, () => ["sin", {}, 1])
    for (let i = 0; i < 100_000; i++) {
      const input = new Program.Var(aval)
      const output = new Program.Var(aval)
      program = new Program.Program({
        parameters: [input],
        equations: [{
          primitive: primitives.jit as unknown as Primitive,
          params: { name: "f", jaxpr: program, donated: [false] },
          inputs: [input],
          outputs: [output]
        }],
        results: [output]
      })
    }
    expect(Compiler.compile(program).kernels.length).toBe(1)
  })

  it("stencils of stencils are stored before they explode", () => {
    const input = new Program.Var(aval)
    const equations: Array<Program.Equation> = []
    let last = input
    const apply = (
      name: PrimitiveName,
      params: Params,
      inputs: ReadonlyArray<Program.Atom>,
      shape: ReadonlyArray<number>
    ) => {
      const output = new Program.Var({ ...aval, shape })
      equations.push({ primitive: primitives[name] as unknown as Primitive, params, inputs, outputs: [output] })
      return output
    }
    for (let i = 0; i < 40; i++) {
      const left = apply("slice", { startIndices: [0, 0], limitIndices: [8, 7], strides: null }, [last], [8, 7])
      const right = apply("slice", { startIndices: [0, 1], limitIndices: [8, 8], strides: null }, [last], [8, 7])
      const sum = apply("add", {}, [left, right], [8, 7])
      const zero = new Program.Literal(0, { dtype: "float32", shape: [], weak: false })
      last = apply("pad", { paddingConfig: [[0, 0, 0], [0, 1, 0]] }, [sum, zero], [8, 8])
    }
    const compiled = PlanVerifier.verify(
      Compiler.compile(new Program.Program({ parameters: [input], equations, results: [last] }))
    )
    const longest = Math.max(...compiled.kernels.map((k) => k.kind === "loop" ? k.body.length : 0))
    expect(longest).toBeLessThan(2000)
  })
})
