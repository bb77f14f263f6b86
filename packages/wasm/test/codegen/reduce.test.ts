/**
 * Reduce kernels, along contiguous, strided and several axes, against plain JavaScript.
 */
import type { Body, Combiner, Instruction, Reduce, Reducer } from "@effax/compiler/Plan"
import type { DType, TypedArray } from "effax/DType"
import { describe, expect, test } from "vitest"
import { evaluate, points, type Scalar, stored } from "./interpreter.ts"
import { run } from "./run.ts"
import { random, small } from "./values.ts"

const product = (sizes: ReadonlyArray<number>): number => sizes.reduce((a, b) => a * b, 1)

const rowMajor = (sizes: ReadonlyArray<number>): Array<number> => sizes.map((_, axis) => product(sizes.slice(axis + 1)))

interface Case {
  readonly kept: ReadonlyArray<number>
  readonly reduced: ReadonlyArray<number>
  readonly body: Body
  readonly accumulations: Reduce["accumulations"]
  readonly epilogue?: Body
  readonly inputs: ReadonlyArray<{ readonly dtype: DType; readonly data: TypedArray }>
}

const wrapTo: { readonly [D in DType]?: (x: Scalar) => Scalar } = {
  int32: (x) => Number(x) | 0,
  uint32: (x) => Number(BigInt.asUintN(32, BigInt(x as number))),
  int64: (x) => BigInt.asIntN(64, x as bigint),
  uint64: (x) => BigInt.asUintN(64, x as bigint)
}

/** Two values combined: floats without rounding, so that sums can be compared to a tolerance. */
const plain: {
  readonly [C in Combiner]: (x: Scalar, y: Scalar, dtype: DType) => Scalar
} = {
  add: (x, y) => (x as number) + (y as number),
  mul: (x, y, dtype) => dtype.endsWith("int32") ? Math.imul(x as number, y as number) : (x as number) * (y as number),
  max: (x, y) => x !== x || y !== y ? NaN : x > y ? x : y,
  min: (x, y) => x !== x || y !== y ? NaN : x < y ? x : y,
  and: (x, y) => typeof x === "boolean" ? x && y : (x as number) & (y as number),
  or: (x, y) => typeof x === "boolean" ? x || y : (x as number) | (y as number)
}

/** What each accumulation gives for every kept point, and the sum of magnitudes that went in. */
const reference = ({ accumulations, body, inputs, kept, reduced }: Case) => {
  const memory = inputs.map(({ data }) => data)
  return [...points(kept)].map((at) => {
    const states = accumulations.map(() => ({ result: undefined as Scalar | undefined, best: 0, magnitude: 0 }))
    let position = 0
    for (const inner of points(reduced)) {
      const values = evaluate(body, { coordinates: [...at, ...inner], memory })
      accumulations.forEach(({ combiner, dtype, value }, i) => {
        const state = states[i]!
        const x = values[value]!
        const old = state.result
        if (typeof x === "number") state.magnitude += Math.abs(x)
        if (combiner === "argmax" || combiner === "argmin") {
          const better = old === undefined || (old === old && (x !== x || (combiner === "argmax" ? x > old : x < old)))
          if (better) Object.assign(state, { result: x, best: position })
        } else {
          const next = old === undefined ? x : plain[combiner](old, x, dtype)
          state.result = wrapTo[dtype]?.(next) ?? next
        }
      })
      position++
    }
    return states.map(({ best, magnitude, result }, i) => ({
      magnitude,
      result: accumulations[i]!.combiner.startsWith("arg") ? best : result
    }))
  })
}

const resultDtype = ({ combiner, dtype }: Reduce["accumulations"][number]): DType =>
  combiner.startsWith("arg") ? "int32" : dtype

const check = (given: Case): void => {
  const { accumulations, body, inputs, kept, reduced } = given
  const dtypes = accumulations.map(resultDtype)
  const epilogue: Body = dtypes.map((dtype, which): Instruction => ({ op: "result", dtype, which }))
  const outputs = dtypes.map((dtype) => ({ dtype, elements: product(kept) }))
  const got = run({
    inputs,
    outputs,
    kernels: [{
      kind: "reduce",
      name: "reduce",
      barrier: false,
      kept,
      reduced,
      body,
      accumulations,
      epilogue,
      stores: dtypes.map((_, value) => ({
        buffer: inputs.length + value,
        index: { offset: 0, strides: rowMajor(kept) },
        value
      }))
    }]
  })
  reference(given).forEach((states, point) =>
    states.forEach(({ magnitude, result }, i) => {
      const x = got[i]![point]!
      const want = stored(result!)
      const { combiner, dtype } = accumulations[i]!
      const rounded = dtype === "float32" ? 2e-7 : 1e-15
      const tolerance = combiner === "add"
        ? rounded * magnitude
        : combiner === "mul"
        ? 2e-5 * Math.abs(Number(want))
        : 0
      const close = dtype.startsWith("float") && tolerance > 0
        ? Math.abs(Number(x) - Number(want)) <= tolerance
        : Object.is(x, want) || x === want
      if (!close && !(Number.isNaN(x) && Number.isNaN(want))) {
        expect.fail(`${combiner} ${dtype} [${kept}] by [${reduced}] at ${point}: ${x}, not ${want}`)
      }
    })
  )
}

/** Kept and reduced sizes, with the strides of `[...kept, ...reduced]`. */
const layouts: ReadonlyArray<readonly [ReadonlyArray<number>, ReadonlyArray<number>, ReadonlyArray<number>]> = [
  [[], [1], [1]],
  ...Array.from({ length: 33 }, (_, i) => [[3], [i + 1], [i + 1, 1]] as const),
  ...[1, 2, 3, 4, 5, 8, 17, 31].map((rows) => [[37], [rows], [1, 37]] as const),
  [[37], [5], [5, 1]],
  [[1], [50], [0, 1]],
  [[40], [1], [1, 0]],
  [[5], [37], [-37, 1]],
  [[5], [37], [37, -1]],
  [[6], [30], [60, 2]],
  [[3, 7], [50], [7, 1, 21]],
  [[20, 40], [9], [360, 1, 40]],
  [[50], [3], [1, 50]],
  [[7], [2000], [2000, 1]],
  [[], [5000], [1]],
  [[2, 300], [40], [12000, 1, 300]]
]

const severalAxes: typeof layouts = [
  [[7], [6, 20], [20, 140, 1]],
  [[7], [6, 20], [1, 7, 42]],
  [[], [5, 6, 7], [42, 7, 1]],
  [[3], [5, 7], [35, 7, 1]]
]

const offsetFor = (strides: ReadonlyArray<number>, sizes: ReadonlyArray<number>): number =>
  strides.reduce((sum, stride, axis) => stride < 0 ? sum - stride * (sizes[axis]! - 1) : sum, 0)

const elementsFor = (strides: ReadonlyArray<number>, sizes: ReadonlyArray<number>): number =>
  strides.reduce((sum, stride, axis) => sum + Math.abs(stride) * (sizes[axis]! - 1), 1)

const numbers = ["add", "mul", "max", "min"] as const
const combinersOf: { readonly [D in DType]?: ReadonlyArray<Reducer> } = {
  float32: [...numbers, "argmax", "argmin"],
  float64: [...numbers, "argmax", "argmin"],
  int32: [...numbers, "and", "or", "argmax", "argmin"],
  uint32: [...numbers, "and", "or", "argmax", "argmin"],
  int64: ["add", "max", "min", "argmax", "argmin"],
  uint64: ["add", "max", "min", "argmax", "argmin"],
  bool: ["and", "or", "argmax", "argmin", "max", "min"]
}

for (const [dtype, combiners] of Object.entries(combinersOf) as ReadonlyArray<[DType, ReadonlyArray<Reducer>]>) {
  for (const combiner of combiners) {
    test(`${combiner} ${dtype}`, () => {
      const cases = combiner.startsWith("arg") ? layouts : [...layouts, ...severalAxes]
      for (const [kept, reduced, strides] of cases) {
        const sizes = [...kept, ...reduced]
        const index = { offset: offsetFor(strides, sizes), strides }
        const data = small(dtype, elementsFor(strides, sizes), random(sizes.length + strides.length))
        // Products of many numbers stay in range, and whole numbers do not all become 0.
        if (combiner === "mul") {
          for (let i = 0; i < data.length; i++) {
            data[i] = (dtype.startsWith("float") ? 1 + Number(data[i]) / 500 : i % 7 === 0 ? 3 : 1) as never
          }
        }
        check({
          kept,
          reduced,
          inputs: [{ dtype, data }],
          body: [{ op: "load", dtype, buffer: 0, index }],
          accumulations: [{ combiner, value: 0, dtype }]
        })
      }
    })
  }
}

const along = (columns: boolean, length: number): Pick<Case, "kept" | "reduced"> & { strides: Array<number> } =>
  columns
    ? { kept: [20], reduced: [length], strides: [1, 20] }
    : { kept: [20], reduced: [length], strides: [length, 1] }

describe("special values", () => {
  for (const columns of [false, true]) {
    for (const dtype of ["float32", "float64"] as const) {
      test(`${columns ? "columns" : "rows"} of ${dtype}`, () => {
        for (const length of [1, 3, 16, 41, 100]) {
          for (const special of [NaN, Infinity, -Infinity]) {
            for (const everywhere of [false, true]) {
              const { strides, ...shape } = along(columns, length)
              const data = small(dtype, 20 * length, random(length))
              for (let i = 0; i < data.length; i++) if (everywhere || i % 23 === 7) data[i] = special
              for (const combiner of ["max", "min", "argmax", "argmin"] as const) {
                check({
                  ...shape,
                  inputs: [{ dtype, data }],
                  body: [{ op: "load", dtype, buffer: 0, index: { offset: 0, strides } }],
                  accumulations: [{ combiner, value: 0, dtype }]
                })
              }
            }
          }
        }
      })
    }
  }
})

test("several accumulations of one body", () => {
  for (const columns of [false, true]) {
    const { strides, ...shape } = along(columns, 77)
    check({
      ...shape,
      inputs: [{ dtype: "float32", data: small("float32", 20 * 77, random(5)) }],
      body: [
        { op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides } },
        { op: "mul", dtype: "float32", args: [0, 0] },
        { op: "literal", dtype: "float32", value: 0.5 },
        { op: "gt", dtype: "bool", args: [0, 2] }
      ],
      accumulations: [
        { combiner: "add", value: 0, dtype: "float32" },
        { combiner: "add", value: 1, dtype: "float32" },
        { combiner: "argmax", value: 0, dtype: "float32" },
        { combiner: "or", value: 3, dtype: "bool" }
      ]
    })
  }
})

test("half precision is accumulated in float32", () => {
  const data = Uint16Array.from({ length: 3000 }, () => 0x3c01) // 1.0009765625
  const [out] = run({
    inputs: [{ dtype: "float16", data }],
    outputs: [{ dtype: "float32", elements: 1 }],
    kernels: [{
      kind: "reduce",
      name: "sum",
      barrier: false,
      kept: [],
      reduced: [3000],
      body: [{ op: "load", dtype: "float16", buffer: 0, index: { offset: 0, strides: [1] } }],
      accumulations: [{ combiner: "add", value: 0, dtype: "float32" }],
      epilogue: [{ op: "result", dtype: "float32", which: 0 }],
      stores: [{ buffer: 1, index: { offset: 0, strides: [] }, value: 0 }]
    }]
  })
  expect(out![0]).toBe(Math.fround(3000 * 1.0009765625))
})

test("nothing reduced is the identity, and the epilogue runs", () => {
  const [out] = run({
    inputs: [{ dtype: "float32", data: new Float32Array(1) }],
    outputs: [{ dtype: "float32", elements: 6 }],
    kernels: [{
      kind: "reduce",
      name: "empty",
      barrier: false,
      kept: [6],
      reduced: [0],
      body: [{ op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides: [0, 1] } }],
      accumulations: [{ combiner: "add", value: 0, dtype: "float32" }],
      epilogue: [
        { op: "result", dtype: "float32", which: 0 },
        { op: "index", dtype: "int32", axis: 0 },
        { op: "convert", dtype: "float32", args: [1] },
        { op: "add", dtype: "float32", args: [0, 2] }
      ],
      stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 3 }]
    }]
  })
  expect([...out!]).toEqual([0, 1, 2, 3, 4, 5])
})

test("2^24 times 0.1 is right to 1e-6, along rows, columns and in chunks", () => {
  const tenth = Math.fround(0.1)
  const shapes: ReadonlyArray<readonly [ReadonlyArray<number>, number, ReadonlyArray<number>]> = [
    [[], 1 << 24, [1]],
    [[4], 1 << 22, [1 << 22, 1]],
    [[256], 1 << 16, [1, 256]]
  ]
  const data = new Float32Array(1 << 24).fill(tenth)
  for (const [kept, length, strides] of shapes) {
    const [out] = run({
      inputs: [{ dtype: "float32", data }],
      outputs: [{ dtype: "float32", elements: product(kept) }],
      kernels: [{
        kind: "reduce",
        name: "sum",
        barrier: false,
        kept,
        reduced: [length],
        body: [{ op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides } }],
        accumulations: [{ combiner: "add", value: 0, dtype: "float32" }],
        epilogue: [{ op: "result", dtype: "float32", which: 0 }],
        stores: [{ buffer: 1, index: { offset: 0, strides: rowMajor(kept) }, value: 0 }]
      }]
    })
    for (const x of out!) expect(Math.abs(Number(x) / (length * tenth) - 1)).toBeLessThan(1e-6)
  }
})
