import type { Accumulation, Body, Plan, Reducer } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { bytesOf, differences, numbersOf, planOf, randomOf, run, validate } from "./planRunner.ts"

interface Options {
  readonly dtype: DType
  readonly combiners: ReadonlyArray<Reducer>
  readonly kept: ReadonlyArray<number>
  readonly reduced: ReadonlyArray<number>
  /** Whether the kept axes run faster in memory than the reduced ones. */
  readonly across: boolean
}

const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)

const stridesOf = (shape: ReadonlyArray<number>): ReadonlyArray<number> =>
  shape.map((_, d) => sizeOf(shape.slice(d + 1)))

const isArg = (combiner: Reducer): boolean => combiner === "argmax" || combiner === "argmin"

const reducePlan = ({ across, combiners, dtype, kept, reduced }: Options): Plan => {
  const elements = sizeOf(kept) * sizeOf(reduced)
  const strides = across
    ? [...stridesOf(kept), ...stridesOf(reduced).map((s) => s * sizeOf(kept))]
    : [...stridesOf(kept).map((s) => s * sizeOf(reduced)), ...stridesOf(reduced)]
  const body: Body = [{ op: "load", dtype, buffer: 0, index: { offset: 0, strides } }]
  const accumulations = combiners.map((combiner): Accumulation => ({ combiner, value: 0, dtype }))
  const results = combiners.map((combiner) => isArg(combiner) ? "int32" : dtype)
  return planOf([[dtype, elements, "in"], ...results.map((d) => [d, sizeOf(kept), "out"] as const)], [
    {
      kind: "reduce",
      name: `reduce_${combiners.join("_")}`,
      barrier: false,
      kept,
      reduced,
      body,
      accumulations,
      epilogue: results.map((d, which) => ({ op: "result", dtype: d, which })),
      stores: results.map((_, i) => ({ buffer: i + 1, index: { offset: 0, strides: stridesOf(kept) }, value: i }))
    }
  ])
}

const combinersOf: { readonly [D in DType]?: ReadonlyArray<Reducer> } = {
  float32: ["add", "max", "min", "argmax", "argmin"],
  int32: ["add", "mul", "max", "min", "and", "or", "argmax", "argmin"],
  uint32: ["add", "mul", "max", "min", "and", "or", "argmax", "argmin"],
  bool: ["and", "or"]
}

it("random reductions give what the interpreter gives", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = randomOf(seed)
    const dtype = random.pick(["float32", "int32", "uint32", "bool"] as const)
    const count = random.integer(1, 3)
    const reduced = random.pick([[1], [7], [33], [3, 20], [600], [25, 30], [0], [2, 0]])
    const combiners = Array.from({ length: count }, () => random.pick(combinersOf[dtype]!))
      .map((combiner) => reduced.length > 1 && isArg(combiner) || reduced[0] === 0 ? "or" : combiner)
      .map((combiner): Reducer => combiner === "or" && dtype === "float32" ? "add" : combiner)
    const options: Options = {
      dtype,
      combiners,
      kept: random.pick([[], [1], [5], [2, 9], [20], [70], [3, 0]]),
      reduced,
      across: random.pick([true, false])
    }
    const plan = reducePlan(options)
    await validate(plan)
    const elements = plan.buffers[0]!.elements
    expect(await differences(plan, [random.elements(dtype, elements)], 2e-5), JSON.stringify(options)).toEqual([])
  }
})

it("2^22 tenths add up to within 1e-6", async () => {
  const count = 2 ** 22
  const tenth = Math.fround(0.1)
  const plan = reducePlan({ dtype: "float32", combiners: ["add"], kept: [], reduced: [count], across: false })
  const [bytes] = await run(plan, [bytesOf("float32", new Array<number>(count).fill(tenth))])
  expect(Math.abs(numbersOf("float32", bytes!)[0]! / (tenth * count) - 1)).toBeLessThan(1e-6)
})

it("the first of the greatest is found among very many, in parts", async () => {
  const count = 300_000
  const values = new Array<number>(count).fill(0)
  for (const i of [123_456, 123_457, 299_999]) values[i] = 5
  const options = {
    dtype: "float32",
    combiners: ["argmax", "max", "argmin"],
    kept: [],
    reduced: [count],
    across: false
  } as const
  const found = async () =>
    (await run(reducePlan(options), [bytesOf("float32", values)])).map((bytes, i) =>
      numbersOf(i === 1 ? "float32" : "int32", bytes)[0]
    )
  expect(await found()).toEqual([123_456, 5, 0])
  values[200_000] = NaN
  values[250_000] = NaN
  expect(await found()).toEqual([200_000, NaN, 200_000])
  await validate(reducePlan(options))
})

it("half precision and narrow integers are accumulated in 32 bits", async () => {
  const cases = [["float16", 0.1, 3000], ["bfloat16", 1, 1000], ["int8", 1, 100], ["uint16", 3, 5000]] as const
  for (const [dtype, value, count] of cases) {
    const plan = reducePlan({ dtype, combiners: ["add"], kept: [2], reduced: [count], across: true })
    const [element] = numbersOf(dtype, bytesOf(dtype, [value]))
    const [bytes] = await run(plan, [bytesOf(dtype, new Array<number>(2 * count).fill(value))])
    const [expected] = numbersOf(dtype, bytesOf(dtype, [element! * count]))
    expect(numbersOf(dtype, bytes!), dtype).toEqual([expected, expected])
  }
})
