/**
 * Every parameter of every primitive, spoiled: `Program.verify` finds it.
 */
import { Errors, Lax, Numpy as np, Primitives, Program } from "effax"
import { describe, expect, it } from "vitest"
import { equationsOf, programs } from "./hostile/programs.ts"

/** One equation of each primitive, with as many parameters that are not null as there are. */
const samples = new Map<string, Program.Equation>()
const filled = ({ params }: Program.Equation): number => Object.values(params).filter((v) => v !== null).length
for (const [, program] of programs) {
  for (const equation of equationsOf(program)) {
    const { name } = equation.primitive
    const known = samples.get(name)
    if (known === undefined || filled(known) < filled(equation)) samples.set(name, equation)
  }
}

/** A Program of one equation, with other parameters or operands, whose results are what they were. */
const alone = (
  equation: Program.Equation,
  change: { readonly params?: object; readonly inputs?: ReadonlyArray<Program.Atom> } = {}
): Program.Program => {
  const inputs = change.inputs ?? equation.inputs
  const parameters = [...new Set(inputs.filter((atom) => atom instanceof Program.Var))]
  return new Program.Program({
    parameters,
    equations: [{ ...equation, inputs, params: (change.params ?? equation.params) as never }],
    results: equation.outputs
  })
}

const problem = (program: Program.Program): string | undefined => {
  try {
    Program.verify(program)
    return undefined
  } catch (error) {
    return error instanceof Errors.VerificationError ? error.message : `defect: ${String(error)}`
  }
}

/** Values that a parameter never has. */
const wrong: ReadonlyArray<readonly [string, unknown]> = [
  ["a function", () => 0],
  ["undefined", undefined],
  ["an instance of a class", new Map()],
  ["a huge integer", 2 ** 60],
  ["half of something", 0.5],
  ["a bigint", 1n],
  ["an unknown string", "nonsense"],
  ["a record of a prototype's names", JSON.parse("{\"__proto__\": 1, \"constructor\": 2}")],
  ["a list of lists", [[[[]]]]],
  ["a long list", Array.from({ length: 1000 }, () => 0)]
]

/** Values that a number may not become either. */
const wrongNumbers: ReadonlyArray<readonly [string, unknown]> = [["NaN", Number.NaN], ["Infinity", Infinity]]

/** Parameters that are text of the user's, and so may be any. */
const free: ReadonlySet<string> = new Set(["name", "message", "axisName"])

/** Numbers that stand for values: any will do, of any size. */
const values: ReadonlySet<string> = new Set(["fillValue"])

describe("Program.verify", () => {
  it("has a sample of every primitive that has parameters", () => {
    const names = [...Object.keys(Primitives.primitives), ...Object.keys(Primitives.collectives)]
    const without = names.filter((name) => !samples.has(name))
    // `pmax` and `pmin` have those of `psum`; what `Checks` adds to Programs never comes from outside
    expect(without.toSorted()).toEqual(["check", "pmax", "pmin"])
  })

  describe.each([...samples])("%s", (name, equation) => {
    const { params } = equation

    it("lets it be as it is", () => {
      expect(problem(alone(equation))).toBe(undefined)
    })

    it("finds operands that are too many or too few", () => {
      const { operands: [least, most] } = Primitives.primitiveNamed(name)!.schema
      const extra = equation.inputs[0] ?? new Program.Literal(0, { dtype: "float32", shape: [], weak: false })
      if (least > 0) {
        expect(problem(alone(equation, { inputs: equation.inputs.slice(0, least - 1) }))).toMatch(/operands/)
      }
      if (most < Infinity) {
        expect(problem(alone(equation, { inputs: [...equation.inputs, extra] }))).toMatch(/operands, expected/)
      }
    })

    it("finds parameters that are there without need", () => {
      expect(problem(alone(equation, { params: { ...params, more: 1 } }))).toMatch(/parameter more must be left out/)
    })

    it.each(Object.keys(params))("finds what is wrong with %s", (parameter) => {
      const value = params[parameter]
      const having = (other: unknown) => problem(alone(equation, { params: { ...params, [parameter]: other } }))
      const { [parameter]: _, ...rest } = params
      expect(problem(alone(equation, { params: rest })), "left out").toMatch(/must be/)
      for (const [what, other] of wrong) {
        if (typeof other === "string" && free.has(parameter) && typeof value === "string") continue
        if (typeof other === "number" && values.has(parameter)) continue
        expect(having(other), what).toMatch(/^Program\.verify: /)
      }
      if (typeof value === "number" && !values.has(parameter)) {
        for (const [what, other] of wrongNumbers) expect(having(other), what).toMatch(/must be/)
        if (parameter !== "y") expect(having(-1), "-1").toMatch(/must be/)
      }
      if (Array.isArray(value) && value.length > 0) {
        for (let i = 0; i < value.length; i++) {
          for (const other of [undefined, Number.NaN, -1.5, "nonsense", {}, new Map()]) {
            if (free.has(parameter) && typeof other === "string") continue
            const list = value.map((v: unknown, k) => k === i ? other : v)
            if (typeof value[i] === "string" && typeof other === "string") continue
            expect(having(list), `${String(other)} at ${i}`).toMatch(/^Program\.verify: /)
          }
        }
      }
      if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
        for (const field of Object.keys(value)) {
          for (const other of [undefined, Number.NaN, -1, "nonsense", [0, 0], [-1], [1e9], [0.5]]) {
            expect(having({ ...value, [field]: other }), `${field}: ${String(other)}`).toMatch(/^Program\.verify: /)
          }
        }
      }
    })
  })
})

describe("powers", () => {
  const integers = np.array([2, 3], { dtype: "int32" })
  it.each([2.5, Number.NaN, Infinity, 2 ** 40, "x" as never])("the exponent %s is refused", (y) => {
    expect(() => Lax.integerPow(np.array([2, 3]), y)).toThrow(
      /integer_?[pP]ow: the exponent must be (an integer below 2\^31|a whole number, got "x")/
    )
  })

  it("integers have no negative ones, as in JAX", () => {
    expect(() => Lax.integerPow(integers, -1)).toThrow(/integers have no negative powers, got int32 to the -1/)
    expect(() => np.power(integers, -1)).toThrow(/power: int32 has no values for the exponent/)
  })
})
