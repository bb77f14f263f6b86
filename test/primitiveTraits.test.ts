/**
 * What primitives say of themselves, measured on the reference backend: linear forms, and which of them keep zeros, keep
 * NaN and work element by element.
 */
import { Reference } from "@effax/reference"
import { Aval, type HostArray, NdArray, Primitives, Program } from "effax"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { equationsOf, programs, random } from "./hostile/programs.ts"

type Data = HostArray.AnyTypedArray

const arrays = {
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array
}

/** Primitives that run on one device; collectives and what `Checks` adds are left out. */
const { check: _, ...sampled } = Primitives.primitives

const isPlain = ({ inputs, outputs, params }: Program.Equation): boolean =>
  [...inputs, ...outputs].every(({ aval }) => Object.hasOwn(arrays, aval.dtype) && Aval.size(aval) <= 5000) &&
  Object.values(params).every((value) =>
    !Program.isProgram(value) && !(Array.isArray(value) && value.some(Program.isProgram))
  )

/** One Program for each of the first few distinct equations of a primitive. */
const samples = new Map<string, Array<{ readonly equation: Program.Equation; readonly program: Program.Program }>>()
const seen = new Set<string>()
for (const [, program] of programs) {
  for (const equation of equationsOf(program)) {
    const known = samples.get(equation.primitive.name) ?? []
    if (known.length === 4 || !Object.hasOwn(sampled, equation.primitive.name) || !isPlain(equation)) continue
    const parameters = equation.inputs.map(({ aval }) => new Program.Var(aval))
    const alone = new Program.Program({
      parameters,
      equations: [{ ...equation, inputs: parameters }],
      results: equation.outputs
    })
    const text = Program.canonical(alone)
    if (seen.has(text)) continue
    seen.add(text)
    samples.set(equation.primitive.name, [...known, { equation, program: alone }])
  }
}

/** Elements of each input: of floats any number, of integers 0 and 1, so that they are positions too. */
const elementsOf = (program: Program.Program, float: (below: (n: number) => number) => number): ReadonlyArray<Data> => {
  const below = random(20)
  return program.parameters.map(({ aval }) => {
    const n = Aval.size(aval)
    const next = aval.dtype === "float32" ? float : () => below(2)
    return (arrays[aval.dtype as keyof typeof arrays] as Float32ArrayConstructor).from({ length: n }, () => next(below))
  })
}

const run = (program: Program.Program, data: ReadonlyArray<Data>): Promise<ReadonlyArray<Data>> =>
  Effect.runPromise(
    Effect.provide(
      NdArray.toTypedArray(Program.call(
        program,
        program.parameters.map(({ aval }, i) => NdArray.fromTypedArray(data[i]!, aval.shape, aval.dtype))
      )) as Effect.Effect<ReadonlyArray<Data>, never, never>,
      Reference.layer
    )
  )

const finite = (below: (n: number) => number) => below(2000) / 500 - 2
const withInfinities = (below: (n: number) => number) => [Infinity, -Infinity, 0, -0, 3.5, -1e30][below(6)]!
const doubled = (data: Data): Data => (data as Float32Array).map((x) => 2 * x)
const numbersOf = (data: Data): ReadonlyArray<number> => Array.from(data as ArrayLike<number>)

const having = (holds: (primitive: Program.Equation["primitive"]) => boolean) =>
  [...samples].filter(([, [first]]) => holds(first!.equation.primitive)).map(([name, of]) => [name, of] as const)

describe("primitives that keep zeros", () => {
  it.each(having(({ keepsZero }) => keepsZero === true))("%s", async (_, of) => {
    for (const { program } of of) {
      const results = await run(program, elementsOf(program, () => 0).map((data) => (data as Float32Array).fill(0)))
      for (const result of results) expect(numbersOf(result).every((x) => x === 0)).toBe(true)
    }
  })
})

describe("primitives that give NaN only for NaN", () => {
  it.each(having(({ keepsNaN }) => keepsNaN === true))("%s", async (_, of) => {
    for (const { program } of of) {
      const results = await run(program, elementsOf(program, withInfinities))
      for (const result of results) expect(numbersOf(result).some(Number.isNaN)).toBe(false)
    }
  })
})

describe("elementwise primitives", () => {
  it.each(having(({ elementwise }) => elementwise === true))("%s", async (_, of) => {
    for (const { program } of of) {
      const data = elementsOf(program, finite)
      const straight = await run(program, data)
      const reversed = await run(program, data.map((x) => (x as Float32Array).slice().reverse()))
      reversed.forEach((result, i) => expect(numbersOf(result).toReversed()).toEqual(numbersOf(straight[i]!)))
    }
  })
})

/** Doubling the operands of a linear form doubles the results, to the last bit: a power of 2 rounds nothing. */
describe("linear primitives", () => {
  const forms = having(({ linear }) => typeof linear?.form === "object" && !("nonlinearity" in linear.form))
  it.each(forms)("%s", async (_, of) => {
    for (const { equation: { primitive }, program } of of) {
      const { form } = primitive.linear! as { readonly form: object }
      const isFloat = program.parameters.map(({ aval }) => aval.dtype === "float32")
      const data = elementsOf(program, finite)
      const before = await run(program, data)
      const together: ReadonlyArray<ReadonlyArray<number>> = "sum" in form
        ? [isFloat.flatMap((is, i) => is && (form.sum as (i: number) => boolean)(i) ? [i] : [])]
        : (form as { readonly product: ReadonlyArray<number> }).product.filter((i) => isFloat[i]).map((i) => [i])
      for (const operands of together) {
        const after = await run(program, data.map((x, i) => operands.includes(i) ? doubled(x) : x))
        program.results.forEach(({ aval }, i) => {
          if (operands.length === 0 || aval.dtype !== "float32") return
          expect(numbersOf(after[i]!)).toEqual(numbersOf(before[i]!).map((x) => 2 * x))
        })
      }
    }
  })
})

describe("the samples", () => {
  it("are of every primitive that says something of itself", () => {
    const names = Object.values(sampled as unknown as { readonly [name: string]: Program.Equation["primitive"] })
      .filter(({ elementwise, keepsNaN, keepsZero }) => elementwise || keepsNaN || keepsZero)
      .map(({ name }) => name)
      .filter((name) => !samples.has(name))
    // complex numbers are not sampled here
    expect(names.toSorted()).toEqual(["complex", "conj", "imag", "real"])
  })
})
