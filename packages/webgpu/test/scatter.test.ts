import type { Body, Plan, Scatter } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { isInjective } from "../src/internal/wgsl/injective.ts"
import { bytesOf, differences, numbersOf, planOf, type Random, randomOf, run, validate } from "./planRunner.ts"

/** Updates of `[count, width]` at `positions[i] * width + j`; a copy of the target first. */
const scatterPlan = (options: {
  readonly combiner: Scatter["combiner"]
  readonly dtype: DType
  readonly count: number
  readonly width: number
  readonly rows: number
  readonly guarded: boolean
}): Plan => {
  const { combiner, count, dtype, guarded, rows, width } = options
  const elements = rows * width
  const body: Body = [
    { op: "load", dtype: "int32", buffer: 1, index: { offset: 0, strides: [1, 0] } },
    { op: "literal", dtype: "int32", value: width },
    { op: "mul", dtype: "int32", args: [0, 1] },
    { op: "index", dtype: "int32", axis: 1 },
    { op: "add", dtype: "int32", args: [2, 3] },
    { op: "load", dtype, buffer: 2, index: { offset: 0, strides: [width, 1] } },
    { op: "literal", dtype: "int32", value: Math.floor(rows / 2) },
    { op: "ne", dtype: "bool", args: [0, 6] }
  ]
  const copy: Body = [{ op: "load", dtype, buffer: 0, index: { offset: 0, strides: [1] } }]
  return planOf(
    [[dtype, elements, "in"], ["int32", count, "in"], [dtype, count * width, "in"], [dtype, elements, "out"]],
    [
      {
        kind: "loop",
        name: "copy",
        barrier: false,
        space: [elements],
        body: copy,
        stores: [{ buffer: 3, index: { offset: 0, strides: [1] }, value: 0 }]
      },
      {
        kind: "scatter",
        name: `scatter_${combiner}`,
        barrier: true,
        space: [count, width],
        body,
        buffer: 3,
        combiner,
        at: 4,
        value: 5,
        guard: guarded ? 7 : undefined,
        unique: false
      }
    ]
  )
}

const dtypes: ReadonlyArray<DType> = [
  "float32",
  "int32",
  "uint32",
  "float16",
  "bfloat16",
  "int8",
  "uint8",
  "int16",
  "bool"
]
/** Combinations are of 32-bit values: the compiler widens around them. */
const combinersOf = (dtype: DType): ReadonlyArray<Scatter["combiner"]> =>
  dtype === "float32" || dtype === "int32" || dtype === "uint32" ? ["set", "add", "mul", "min", "max"] : ["set"]

const inputsOf = (random: Random, { count, dtype, rows, width }: Parameters<typeof scatterPlan>[0]) => [
  random.elements(dtype, rows * width),
  bytesOf("int32", Array.from({ length: count }, () => random.integer(0, rows - 1))),
  random.elements(dtype, count * width)
]

it("random scatters give what the interpreter gives", async () => {
  for (const dtype of dtypes) {
    for (const combiner of combinersOf(dtype)) {
      const random = randomOf(dtype.length * 31 + combiner.length)
      for (const guarded of [false, true]) {
        const options = {
          combiner,
          dtype,
          guarded,
          count: random.pick([1, 7, 50]),
          width: random.pick([1, 3]),
          rows: random.integer(1, 20)
        }
        expect(await differences(scatterPlan(options), inputsOf(random, options), 1e-5), JSON.stringify(options))
          .toEqual([])
        await validate(scatterPlan(options))
      }
    }
  }
})

it("sums of floats are exact to the last bit, whatever their order", async () => {
  const count = 3000
  const options = { combiner: "add", dtype: "float32", count, width: 1, rows: 4, guarded: false } as const
  const random = randomOf(5)
  const values = Array.from({ length: count }, () => Math.fround((random.next() - 0.5) * 10 ** random.integer(-3, 3)))
  const rows = Array.from({ length: count }, (_, i) => i % 4)
  const sums = [0, 0, 0, 0]
  values.forEach((x, i) => sums[rows[i]!]! += x)
  const order = values.map((_, i) => i).toSorted(() => random.next() - 0.5)
  const compute = async (indices: ReadonlyArray<number>) => {
    const inputs = [
      bytesOf("float32", [0, 0, 0, 0]),
      bytesOf("int32", indices.map((i) => rows[i]!)),
      bytesOf("float32", indices.map((i) => values[i]!))
    ]
    return numbersOf("float32", (await run(scatterPlan(options), inputs))[0]!)
  }
  const first = await compute(values.map((_, i) => i))
  expect(first).toEqual(sums.map(Math.fround))
  expect(await compute(order)).toEqual(first)
})

it("sums with NaN, infinities, zeros, small and large numbers", async () => {
  const groups = [
    [1, NaN, 2],
    [Infinity, 1, 1e30],
    [-Infinity, 5],
    [Infinity, -Infinity],
    [0, -0, 0],
    [1e30, -1e30, 1],
    [3e38, 3e38],
    [2e-38, -1.5e-38, 3e-38],
    [1, 2 ** -24, 2 ** -24],
    [-1, -(2 ** -30)]
  ]
  const flat = groups.flatMap((group, row) => group.map((x) => ({ row, x })))
  const options = {
    combiner: "add",
    dtype: "float32",
    count: flat.length,
    width: 1,
    rows: groups.length,
    guarded: false
  } as const
  const inputs = [
    bytesOf("float32", groups.map(() => 0)),
    bytesOf("int32", flat.map(({ row }) => row)),
    bytesOf("float32", flat.map(({ x }) => x))
  ]
  const small = Math.fround(2e-38) - Math.fround(1.5e-38) + Math.fround(3e-38)
  const [out] = await run(scatterPlan(options), inputs)
  expect(numbersOf("float32", out!)).toEqual(
    [NaN, Infinity, -Infinity, NaN, 0, 0, Infinity, small, 1 + 2 ** -23, -1].map(Math.fround)
  )
})

it("positions that differ by their formula need no arbitration", () => {
  const body: Body = [
    { op: "index", dtype: "int32", axis: 0 },
    { op: "literal", dtype: "int32", value: 5 },
    { op: "mul", dtype: "int32", args: [0, 1] },
    { op: "index", dtype: "int32", axis: 1 },
    { op: "add", dtype: "int32", args: [2, 3] },
    { op: "load", dtype: "int32", buffer: 0, index: { offset: 3, strides: [0, 0] } },
    { op: "add", dtype: "int32", args: [4, 5] },
    { op: "load", dtype: "int32", buffer: 0, index: { offset: 0, strides: [1, 0] } },
    { op: "add", dtype: "int32", args: [4, 7] }
  ]
  expect(isInjective(body, 6, [9, 5])).toBe(true)
  expect(isInjective(body, 6, [9, 6])).toBe(false)
  expect(isInjective(body, 8, [9, 5])).toBe(false)
  expect(isInjective(body, 8, [1, 5])).toBe(true)
  expect(isInjective(body, 0, [9, 5])).toBe(false)
})
