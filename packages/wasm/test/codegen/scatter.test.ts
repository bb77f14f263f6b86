/**
 * Scatter kernels: repeated positions, guards, windows, all combiners, against plain JavaScript.
 */
import type { Body, Scatter } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { expect, test } from "vitest"
import { convert, evaluate, points, type Scalar, stored, toNumber } from "./interpreter.ts"
import { run } from "./run.ts"
import { random, small, zeros } from "./values.ts"

const combine: { readonly [C in Scatter["combiner"]]: (x: never, y: never) => unknown } = {
  set: (_, y) => y,
  add: (x: number, y: number) => x + y,
  mul: (x: number, y: number) => x * y,
  min: (x: number, y: number) => x < y ? x : y,
  max: (x: number, y: number) => x > y ? x : y
}

const dtypes: ReadonlyArray<DType> = [
  "float32",
  "float64",
  "int32",
  "uint32",
  "int64",
  "int8",
  "uint16",
  "float16",
  "bfloat16"
]

const check = (
  dtype: DType,
  combiner: Scatter["combiner"],
  space: ReadonlyArray<number>,
  body: Body,
  guarded: boolean
): void => {
  const next = random(space.length * 31 + space[0]!)
  const elements = 60 * (space[1] ?? 1)
  const total = space.reduce((a, b) => a * b, 1)
  const updates = small(dtype, total, next)
  const positions = Int32Array.from({ length: space[0]! }, () => Math.floor(next() * 80) - (guarded ? 10 : -5))
  if (!guarded) positions.forEach((p, i) => positions[i] = p % 60)
  const starts = positions.map((p) => p * (space[1] ?? 1))
  const initial = small(dtype, elements, next)
  const guard = guarded ? body.length - 1 : undefined
  const [out] = run({
    inputs: [
      { dtype, data: updates },
      { dtype: "int32", data: positions },
      { dtype: "int32", data: starts },
      { dtype, data: initial }
    ],
    outputs: [{ dtype, elements }],
    kernels: [
      {
        kind: "loop",
        name: "copy",
        barrier: false,
        space: [elements],
        body: [{ op: "load", dtype, buffer: 3, index: { offset: 0, strides: [1] } }],
        stores: [{ buffer: 4, index: { offset: 0, strides: [1] }, value: 0 }]
      },
      {
        kind: "scatter",
        name: "scatter",
        barrier: true,
        space,
        body,
        buffer: 4,
        combiner,
        at: 4,
        value: 0,
        guard,
        unique: false
      }
    ]
  })
  const want = zeros(dtype, elements)
  want.set(initial as never)
  for (const coordinates of points(space)) {
    const values = evaluate(body, { coordinates, memory: [updates, positions, starts] })
    if (guard !== undefined && values[guard] === false) continue
    const at = Number(values[4])
    const wide = dtype.includes("float16") ? "float32" : dtype
    const old = toNumber(dtype, want[at]!)
    const result = combine[combiner](old as never, toNumber(dtype, values[0]!) as never) as Scalar
    const integer = !dtype.includes("float")
    const wrapped = combiner === "set"
      ? values[0]!
      : integer
      ? convert("int64", dtype, BigInt(result as number))
      : convert("float64", dtype, wide === "float64" ? result : Math.fround(Number(result)))
    want[at] = stored(wrapped) as never
  }
  expect(Array.from(out as ArrayLike<number>)).toEqual(Array.from(want as ArrayLike<number>))
}

for (const dtype of dtypes) {
  for (const combiner of Object.keys(combine) as ReadonlyArray<Scatter["combiner"]>) {
    test(`${combiner} ${dtype}`, () => {
      for (const guarded of [false, true]) {
        const guard: Body = guarded
          ? [
            { op: "literal", dtype: "int32", value: 0 },
            { op: "literal", dtype: "int32", value: 60 },
            { op: "ge", dtype: "bool", args: [1, 5] },
            { op: "lt", dtype: "bool", args: [1, 6] },
            { op: "and", dtype: "bool", args: [7, 8] }
          ]
          : []
        for (const length of [1, 3, 4, 7, 500]) {
          // single elements
          check(dtype, combiner, [length], [
            { op: "load", dtype, buffer: 0, index: { offset: 0, strides: [1] } },
            { op: "load", dtype: "int32", buffer: 1, index: { offset: 0, strides: [1] } },
            { op: "literal", dtype: "int32", value: 0 },
            { op: "literal", dtype: "int32", value: 0 },
            { op: "add", dtype: "int32", args: [1, 2] },
            ...guard
          ], guarded)
          // rows of a table
          for (const width of [2, 5, 16, 37]) {
            check(dtype, combiner, [length, width], [
              { op: "load", dtype, buffer: 0, index: { offset: 0, strides: [width, 1] } },
              { op: "load", dtype: "int32", buffer: 1, index: { offset: 0, strides: [1, 0] } },
              { op: "index", dtype: "int32", axis: 1 },
              // positions of rows were multiplied by the width already
              { op: "load", dtype: "int32", buffer: 2, index: { offset: 0, strides: [1, 0] } },
              { op: "add", dtype: "int32", args: [3, 2] },
              ...guard
            ], guarded)
          }
        }
      }
    })
  }
}
