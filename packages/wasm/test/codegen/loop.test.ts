/**
 * Loop kernels over spaces of any rank, with operands laid out in any way, against plain JavaScript.
 */
import type { Affine, Body, Instruction, Loop } from "@effax/compiler/Plan"
import type { DType, TypedArray } from "effax/DType"
import { describe, expect, test } from "vitest"
import { evaluate, offsetOf, points, same, stored } from "./interpreter.ts"
import { run } from "./run.ts"
import { random, small, zeros } from "./values.ts"

const product = (sizes: ReadonlyArray<number>): number => sizes.reduce((a, b) => a * b, 1)

interface Case {
  readonly kernel: Omit<Loop, "kind" | "name" | "barrier">
  readonly inputs: ReadonlyArray<{ readonly dtype: DType; readonly data: TypedArray }>
  readonly outputs: ReadonlyArray<{ readonly dtype: DType; readonly elements: number }>
}

const check = ({ inputs, kernel, outputs }: Case): void => {
  const got = run({ inputs, outputs, kernels: [{ kind: "loop", name: "loop", barrier: false, ...kernel }] })
  const want = outputs.map(({ dtype, elements }) => zeros(dtype, elements))
  const written = outputs.map(({ elements }) => new Uint8Array(elements))
  const memory = [...inputs.map(({ data }) => data), ...want]
  for (const coordinates of points(kernel.space)) {
    const values = evaluate(kernel.body, { coordinates, memory })
    for (const { buffer, index, value } of kernel.stores) {
      const at = offsetOf(index, coordinates)
      want[buffer - inputs.length]![at] = stored(values[value]!) as never
      written[buffer - inputs.length]![at] = 1
    }
  }
  outputs.forEach(({ dtype, elements }, o) => {
    for (let i = 0; i < elements; i++) {
      if (written[o]![i] === 1 && !same(dtype, got[o]![i]!, want[o]![i]!)) {
        expect.fail(`space [${kernel.space}], output ${o}, element ${i}: ${got[o]![i]}, not ${want[o]![i]}`)
      }
    }
  })
}

const rowMajor = (sizes: ReadonlyArray<number>): Array<number> => {
  const strides: Array<number> = []
  let stride = 1
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    strides.unshift(stride)
    stride *= sizes[axis]!
  }
  return strides
}

/** A layout of a space: axes in some order, some of them repeated, stepped over or walked backwards. */
const layoutOf = (
  space: ReadonlyArray<number>,
  next: () => number,
  mayRepeat: boolean
): Affine & { elements: number } => {
  const order = space.map((_, axis) => axis)
  if (next() < 0.4) order.sort(() => next() - 0.5)
  const strides = space.map(() => 0)
  let stride = next() < 0.2 ? 2 : 1
  let offset = Math.floor(next() * 3)
  for (const axis of order.reverse()) {
    if (mayRepeat && next() < 0.2) continue
    const backwards = next() < 0.2
    strides[axis] = backwards ? -stride : stride
    if (backwards) offset += stride * (space[axis]! - 1)
    stride *= space[axis]!
    if (next() < 0.15) stride += 3
  }
  return { offset, strides, elements: offset + stride * 2 + 3 }
}

const spaces: ReadonlyArray<ReadonlyArray<number>> = [
  [],
  [1],
  [5],
  [64],
  [100],
  [1001],
  [3, 4],
  [7, 33],
  [33, 7],
  [200, 3],
  [3, 200],
  [1, 9],
  [9, 1],
  [2, 3, 5],
  [4, 5, 16],
  [16, 2, 2],
  [3, 1, 17],
  [2, 3, 4, 5],
  [5, 4, 3, 30],
  [1, 1, 1],
  [70000],
  [300, 300],
  [40, 50, 60]
]

const dtypes: ReadonlyArray<DType> = [
  "float32",
  "int32",
  "float64",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "float16",
  "bfloat16",
  "bool",
  "int64",
  "uint64",
  "uint32"
]

describe("layouts", () => {
  for (const dtype of dtypes) {
    test(`of ${dtype}`, () => {
      for (const space of spaces) {
        for (let variant = 0; variant < (product(space) > 5000 ? 1 : 4); variant++) {
          const next = random(variant * 1000 + product(space))
          const from = layoutOf(space, next, true)
          const to = layoutOf(space, next, false)
          check({
            inputs: [{ dtype, data: small(dtype, from.elements, next) }],
            outputs: [{ dtype, elements: to.elements }],
            kernel: {
              space,
              body: [{ op: "load", dtype, buffer: 0, index: from }],
              stores: [{ buffer: 1, index: to, value: 0 }]
            }
          })
        }
      }
    })
  }
})

describe("bodies", () => {
  test("of several operands, dtypes and results", () => {
    for (const space of spaces) {
      const next = random(11 + product(space))
      const layouts = [0, 1, 2].map(() => layoutOf(space, next, true))
      const kinds: ReadonlyArray<DType> = ["float32", "int16", "float64"]
      const body: Array<Instruction> = layouts.map((index, buffer) => ({
        op: "load",
        dtype: kinds[buffer]!,
        buffer,
        index
      }))
      body.push(
        { op: "convert", dtype: "float64", args: [0] },
        { op: "mul", dtype: "float64", args: [3, 2] },
        { op: "convert", dtype: "int32", args: [1] },
        { op: "literal", dtype: "int32", value: 3 },
        { op: "mul", dtype: "int32", args: [5, 6] },
        { op: "lt", dtype: "bool", args: [5, 6] },
        { op: "select", dtype: "float64", args: [8, 4, 2] },
        { op: "convert", dtype: "float32", args: [9] }
      )
      const [a, b] = [layoutOf(space, next, false), layoutOf(space, next, false)]
      check({
        inputs: layouts.map(({ elements }, i) => ({ dtype: kinds[i]!, data: small(kinds[i]!, elements, next) })),
        outputs: [{ dtype: "float32", elements: a.elements }, { dtype: "int32", elements: b.elements }],
        kernel: {
          space,
          body,
          stores: [{ buffer: 3, index: a, value: 10 }, { buffer: 4, index: b, value: 7 }]
        }
      })
    }
  })

  test("of coordinates", () => {
    for (const space of spaces.filter((s) => s.length > 0)) {
      const body: Body = [
        ...space.map((_, axis): Instruction => ({ op: "index", dtype: "int32", axis })),
        { op: "literal", dtype: "int32", value: 100 },
        { op: "mul", dtype: "int32", args: [0, space.length] },
        { op: "add", dtype: "int32", args: [space.length + 1, space.length - 1] }
      ]
      check({
        inputs: [],
        outputs: [{ dtype: "int32", elements: product(space) }],
        kernel: {
          space,
          body,
          stores: [{ buffer: 0, index: { offset: 0, strides: rowMajor(space) }, value: body.length - 1 }]
        }
      })
    }
  })

  test("that gather rows, columns and single elements", () => {
    for (const dtype of dtypes) {
      for (const [rows, columns] of [[5, 37], [40, 3], [9, 64]] as const) {
        const next = random(rows)
        const table = small(dtype, 20 * columns, next)
        const picks = Int32Array.from({ length: rows }, () => Math.floor(next() * 20))
        const load: Instruction = { op: "load", dtype: "int32", buffer: 1, index: { offset: 0, strides: [1, 0] } }
        const width: Instruction = { op: "literal", dtype: "int32", value: columns }
        const bodies: ReadonlyArray<Body> = [
          // row picks[i], forwards
          [
            load,
            width,
            { op: "mul", dtype: "int32", args: [0, 1] },
            { op: "index", dtype: "int32", axis: 1 },
            { op: "add", dtype: "int32", args: [2, 3] },
            { op: "loadAt", dtype, buffer: 0, index: 4 }
          ],
          // backwards
          [
            load,
            width,
            { op: "mul", dtype: "int32", args: [0, 1] },
            { op: "index", dtype: "int32", axis: 1 },
            { op: "literal", dtype: "int32", value: columns - 1 },
            { op: "sub", dtype: "int32", args: [4, 3] },
            { op: "add", dtype: "int32", args: [5, 2] },
            { op: "loadAt", dtype, buffer: 0, index: 6 }
          ],
          // one element a row
          [load, { op: "loadAt", dtype, buffer: 0, index: 0 }],
          // scattered: (i * picks[i] + j * j) mod 20
          [
            load,
            { op: "index", dtype: "int32", axis: 1 },
            { op: "mul", dtype: "int32", args: [1, 1] },
            { op: "add", dtype: "int32", args: [0, 2] },
            { op: "literal", dtype: "int32", value: 20 },
            { op: "rem", dtype: "int32", args: [3, 4] },
            { op: "loadAt", dtype, buffer: 0, index: 5 }
          ]
        ]
        for (const body of bodies) {
          check({
            inputs: [{ dtype, data: table }, { dtype: "int32", data: picks }],
            outputs: [{ dtype, elements: rows * columns }],
            kernel: {
              space: [rows, columns],
              body,
              stores: [{ buffer: 2, index: { offset: 0, strides: [columns, 1] }, value: body.length - 1 }]
            }
          })
        }
      }
    }
  })

  test("of hundreds of instructions", () => {
    const body: Array<Instruction> = [0, 1].map((buffer): Instruction => ({
      op: "load",
      dtype: "float32",
      buffer,
      index: { offset: 0, strides: [1] }
    }))
    for (let i = 2; i < 300; i++) {
      const args = [i - 1, Math.floor(i * 0.7)] as const
      body.push({ op: (["add", "mul", "sub", "max"] as const)[i % 4]!, dtype: "float32", args })
    }
    const next = random(3)
    check({
      inputs: [0, 1].map(() => ({ dtype: "float32", data: small("float32", 103, next) })),
      outputs: [{ dtype: "float32", elements: 103 }],
      kernel: { space: [103], body, stores: [{ buffer: 2, index: { offset: 0, strides: [1] }, value: 299 }] }
    })
  })
})

test("blocks of an operand are transposed, whole ones and what is left of them", () => {
  for (const [rows, columns] of [[4, 4], [5, 70], [9, 130], [64, 64], [33, 67], [130, 300]] as const) {
    for (const dtype of ["float32", "int32", "float64", "int16"] as const) {
      const next = random(rows)
      check({
        inputs: [rows * columns, columns].map((length) => ({ dtype, data: small(dtype, length, next) })),
        outputs: [{ dtype, elements: rows * columns }],
        kernel: {
          space: [rows, columns],
          body: [
            { op: "load", dtype, buffer: 0, index: { offset: 0, strides: [1, rows] } },
            { op: "load", dtype, buffer: 1, index: { offset: 0, strides: [0, 1] } },
            { op: "literal", dtype: "bool", value: true },
            { op: "index", dtype: "int32", axis: 0 },
            { op: "literal", dtype: "int32", value: 3 },
            { op: "eq", dtype: "bool", args: [3, 4] },
            { op: "select", dtype, args: [5, 1, 0] }
          ],
          stores: [{ buffer: 2, index: { offset: 0, strides: [columns, 1] }, value: 6 }]
        }
      })
    }
  }
})

test("a space without points writes nothing", () => {
  for (const space of [[0], [3, 0], [0, 5]]) {
    const [out] = run({
      inputs: [{ dtype: "float32", data: new Float32Array(1) }],
      outputs: [{ dtype: "float32", elements: 0 }],
      kernels: [{
        kind: "loop",
        name: "nothing",
        barrier: false,
        space,
        body: [{ op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides: space.map(() => 0) } }],
        stores: [{ buffer: 1, index: { offset: 0, strides: rowMajor(space) }, value: 0 }]
      }]
    })
    expect(out).toHaveLength(0)
  }
})

test("a kernel may write where it reads", () => {
  const data = Float32Array.from({ length: 1003 }, (_, i) => i)
  const copy: Loop = {
    kind: "loop",
    name: "copy",
    barrier: false,
    space: [1003],
    body: [{ op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides: [1] } }],
    stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 0 }]
  }
  const square: Loop = {
    ...copy,
    name: "square",
    barrier: true,
    body: [
      { op: "load", dtype: "float32", buffer: 1, index: { offset: 0, strides: [1] } },
      { op: "mul", dtype: "float32", args: [0, 0] }
    ],
    stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 1 }]
  }
  const [out] = run({
    inputs: [{ dtype: "float32", data }],
    outputs: [{ dtype: "float32", elements: 1003 }],
    kernels: [copy, square]
  })
  expect([...out!]).toEqual(Array.from(data, (x) => Math.fround(x * x)))
})
