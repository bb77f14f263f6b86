import type { Plan } from "@effax/compiler/Plan"
import type { DType, TypedArray } from "effax/DType"
import * as HostArray from "effax/HostArray"
import { describe, expect, it } from "vitest"
import { run } from "./planRunner.ts"

interface Shape {
  readonly outer: number
  readonly length: number
  readonly inner: number
}

const planOf = (shape: Shape, dtypes: ReadonlyArray<DType>, keys: number): Plan => {
  const elements = shape.outer * shape.length * shape.inner
  const inputs = dtypes.map((_, i) => i)
  const outputs = dtypes.map((_, i) => dtypes.length + i)
  return {
    buffers: [
      ...dtypes.map((dtype, index) => ({ dtype, elements, location: { _tag: "Input", index } }) as const),
      ...dtypes.map((dtype, index) => ({ dtype, elements, location: { _tag: "Output", index } }) as const),
      { dtype: "uint32", elements: 2 * elements, location: { _tag: "Temporary", offset: 0 } }
    ],
    kernels: [
      {
        kind: "routine",
        routine: "sort",
        name: "sort",
        barrier: false,
        params: { ...shape, keys, dtypes },
        inputs,
        outputs,
        scratch: [2 * dtypes.length]
      }
    ],
    inputs,
    outputs,
    arena: 8 * elements
  }
}

/** What a stable sort of JavaScript's makes of it. */
const expected = ({ inner, length, outer }: Shape, operands: ReadonlyArray<TypedArray>, keys: number) => {
  const rank = (x: number, y: number): number =>
    Number.isNaN(x) || Number.isNaN(y) ? Number(Number.isNaN(x)) - Number(Number.isNaN(y)) : x < y ? -1 : x > y ? 1 : 0
  const results = operands.map((operand) => operand.slice())
  for (let line = 0; line < outer * inner; line++) {
    const start = Math.floor(line / inner) * length * inner + line % inner
    const places = Array.from({ length }, (_, i) => start + i * inner)
    const sorted = places.toSorted((a, b) => {
      for (const operand of operands.slice(0, keys)) {
        const order = rank(Number(operand[a]), Number(operand[b]))
        if (order !== 0) return order
      }
      return a - b
    })
    operands.forEach((operand, i) => sorted.forEach((from, k) => results[i]![places[k]!] = operand[from]!))
  }
  return results
}

const random = (seed: number): () => number => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 2 ** 24
  }
}

const values: { readonly [D in DType]?: (next: () => number, i: number) => number } = {
  // subnormal numbers have an order too
  float32: (next) =>
    [NaN, -0, 0, Infinity, -Infinity, next() - 0.5, Math.floor(next() * 8), -next(), (next() - 0.5) * 1e-39][
      Math.floor(next() * 9)
    ]!,
  int32: (next) => Math.floor((next() - 0.5) * 2 ** 32),
  uint32: (next) => Math.floor(next() * 2 ** 32),
  int8: (next) => Math.floor(next() * 256) - 128,
  uint16: (next) => Math.floor(next() * 5),
  bool: (next) => next() < 0.5 ? 0 : 1
}

const check = async (shape: Shape, dtypes: ReadonlyArray<DType>, keys: number) => {
  const next = random(shape.length + keys)
  const elements = shape.outer * shape.length * shape.inner
  const operands = dtypes.map((dtype, k) => {
    const data = new HostArray.constructors[dtype](elements)
    for (let i = 0; i < elements; i++) data[i] = k >= keys ? i : values[dtype]!(next, i)
    return data
  })
  const results = await run(planOf(shape, dtypes, keys), operands.map(({ buffer }) => buffer as ArrayBuffer))
  expected(shape, operands, keys).forEach((want, i) => {
    const got = new HostArray.constructors[dtypes[i]!](results[i]!.slice(0, want.byteLength))
    expect(got.findIndex((x, k) => !Object.is(x, want[k])), `operand ${i} of ${dtypes.join()}`).toBe(-1)
  })
}

describe("sort", () => {
  const lengths = [1, 2, 3, 63, 64, 65, 127, 128, 129, 300, 1000, 5000]

  it.each(lengths)(
    "lines of %d, with a permutation",
    (length) => check({ outer: 3, length, inner: 1 }, ["float32", "int32"], 1)
  )

  it.each(lengths)(
    "lines of %d along an axis that isn't the last",
    (length) => check({ outer: 2, length, inner: 3 }, ["float32"], 1)
  )

  it.each([["int32"], ["uint32"], ["int8"], ["uint16"], ["bool"]] as const)("%s", async (dtype) => {
    await check({ outer: 2, length: 37, inner: 2 }, [dtype, "int32"], 1)
    await check({ outer: 1, length: 333, inner: 1 }, [dtype, "int32"], 1)
  })

  it("several keys", async () => {
    await check({ outer: 2, length: 50, inner: 1 }, ["bool", "uint16", "float32", "int32"], 3)
    await check({ outer: 1, length: 700, inner: 2 }, ["bool", "uint16", "float32", "int32"], 3)
  })

  it("more operands than a dispatch can have buffers", () =>
    check({ outer: 1, length: 200, inner: 2 }, ["uint16", "int32", "int32", "float32", "int32"], 1))
})
