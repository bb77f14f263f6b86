/**
 * Every operation of bodies on every dtype it has, in whole vectors and in tails, against plain JavaScript.
 */
import type { Body, Instruction } from "@effax/compiler/Plan"
import type { DType, TypedArray } from "effax/DType"
import { expect, test } from "vitest"
import { convert as convertScalar, evaluate, same, stored } from "./interpreter.ts"
import { arrayOf, run } from "./run.ts"
import { random } from "./values.ts"

const bytes: { readonly [D in DType]?: number } = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8
}
const dtypes = Object.keys(bytes) as ReadonlyArray<DType>

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  NaN,
  Infinity,
  -Infinity,
  1e-45,
  -1e-45,
  1e-40,
  6e-8,
  5.9e-8,
  2.98e-8,
  6.1e-5,
  65504,
  65519.99,
  65520,
  65536,
  -65536,
  1e30,
  3.4e38,
  -3.4e38,
  127.5,
  128,
  -128.9,
  255.5,
  256,
  32767.5,
  65535.5,
  2147483520,
  2147483648,
  -2147483648,
  4294967040,
  4294967296,
  9.3e18,
  1.9e19,
  -9.3e18,
  1e-8,
  8388607.5,
  16777217,
  0.1,
  -0.3,
  1.00390625,
  1.01171875,
  3,
  7,
  -7,
  0.49999997,
  5.5,
  1e10
]
const integers = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  -7n,
  31n,
  32n,
  33n,
  63n,
  64n,
  65n,
  127n,
  128n,
  -128n,
  255n,
  256n,
  32767n,
  65535n,
  65536n,
  16777217n,
  33554435n,
  2147483647n,
  2147483648n,
  -2147483648n,
  4294967295n,
  4294967296n,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
  18446744073709551615n,
  3n,
  5n,
  -5n,
  10n,
  1000000007n
]

/** Values of a dtype: all that are special, then random ones. */
const values = (dtype: DType, length: number, seed: number): TypedArray => {
  const next = random(seed)
  const array = new arrayOf[dtype]!(new ArrayBuffer(length * bytes[dtype]!), 0, length)
  for (let i = 0; i < length; i++) {
    if (dtype === "bool") array[i] = Math.floor(next() * 2)
    else if (dtype === "float16" || dtype === "bfloat16") {
      // Any bits: subnormals, infinities, NaN
      array[i] = i < 200
        ? Math.floor(next() * 65536)
        : Number(convertScalar("float32", dtype, Math.fround((next() - 0.5) * 8)))
    } else if (dtype === "float32" || dtype === "float64") {
      const special = floats[Math.floor(next() * floats.length * 1.3)]
      array[i] = special ?? (next() - 0.5) * 10 ** Math.floor(next() * 8)
    } else {
      const special = integers[Math.floor(next() * integers.length * 1.3)] ?? BigInt(Math.floor((next() - 0.5) * 2000))
      array[i] = stored(convertScalar("int64", dtype, special)) as never
    }
  }
  return array
}

/** Runs a body over operands of a length, and compares every value it stores. */
const check = (body: Body, inputs: ReadonlyArray<DType>, result: DType, length: number, seed: number): void => {
  for (const relaxedSimd of [false, true]) checkWith(relaxedSimd, body, inputs, result, length, seed)
}

const checkWith = (
  relaxedSimd: boolean,
  body: Body,
  inputs: ReadonlyArray<DType>,
  result: DType,
  length: number,
  seed: number
): void => {
  const data = inputs.map((dtype, i) => values(dtype, length, seed + 77 * i))
  const [out] = run({
    inputs: inputs.map((dtype, i) => ({ dtype, data: data[i]! })),
    outputs: [{ dtype: result, elements: length }],
    kernels: [{
      kind: "loop",
      name: "operation",
      barrier: false,
      space: [length],
      body,
      stores: [{ buffer: inputs.length, index: { offset: 0, strides: [1] }, value: body.length - 1 }]
    }]
  }, relaxedSimd)
  for (let i = 0; i < length; i++) {
    const want = stored(evaluate(body, { coordinates: [i], memory: data }).at(-1)!)
    if (!same(result, out![i]!, want)) {
      expect.fail(`${i} of ${length}: (${data.map((d) => d[i]).join(", ")}) gave ${out![i]}, not ${want}`)
    }
  }
}

const load = (dtype: DType, buffer: number): Instruction => ({
  op: "load",
  dtype,
  buffer,
  index: { offset: 0, strides: [1] }
})

const lengths = [...Array.from({ length: 33 }, (_, i) => i + 1), 600]

const unaryOf = {
  bool: ["not"],
  int32: ["neg", "abs", "sign", "not", "population_count", "clz"],
  float32: ["neg", "abs", "sign", "floor", "ceil", "round_to_even", "round_away_from_zero", "is_finite", "sqrt"]
} as const
const binaryOf = {
  bool: ["and", "or", "xor", "eq", "ne", "lt", "le", "gt", "ge", "max", "min"],
  int32: [
    "add",
    "sub",
    "mul",
    "div",
    "rem",
    "max",
    "min",
    "and",
    "or",
    "xor",
    "shift_left",
    "shift_right_logical",
    "shift_right_arithmetic",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge"
  ],
  float32: ["add", "sub", "mul", "div", "rem", "max", "min", "eq", "ne", "lt", "le", "gt", "ge"]
} as const
const family = (dtype: DType): "bool" | "int32" | "float32" =>
  dtype === "bool" ? "bool" : dtype.startsWith("float") ? "float32" : "int32"
const computed = ["bool", "int32", "uint32", "int64", "uint64", "float32", "float64"] as const
const comparisons: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge", "is_finite"])

for (const dtype of computed) {
  for (const op of unaryOf[family(dtype)]) {
    test(`${op} ${dtype}`, () => {
      const result = comparisons.has(op) ? "bool" : dtype
      const body: Body = [load(dtype, 0), { op, dtype: result, args: [0] }]
      lengths.forEach((length, i) => check(body, [dtype], result, length, 5 + i))
    })
  }
  for (const op of binaryOf[family(dtype)]) {
    test(`${op} ${dtype}`, () => {
      const result = comparisons.has(op) ? "bool" : dtype
      const body: Body = [load(dtype, 0), load(dtype, 1), { op, dtype: result, args: [0, 1] }]
      lengths.forEach((length, i) => check(body, [dtype, dtype], result, length, 9 + i))
    })
  }
}

for (const from of dtypes) {
  test(`conversions of ${from}`, () => {
    for (const to of dtypes) {
      const body: Body = [load(from, 0), { op: "convert", dtype: to, args: [0] }]
      for (const length of [1, 2, 3, 4, 7, 19, 1500]) {
        try {
          check(body, [from], to, length, 3)
        } catch (error) {
          expect.fail(`to ${to}: ${(error as Error).message}`)
        }
      }
    }
  })
  test(`selection of ${from}`, () => {
    const body: Body = [load("bool", 0), load(from, 1), load(from, 2), { op: "select", dtype: from, args: [0, 1, 2] }]
    for (const length of [1, 3, 4, 21, 400]) check(body, ["bool", from, from], from, length, 4)
  })
  test(`bits of ${from} as another dtype`, () => {
    if (from === "bool") return
    for (const to of dtypes.filter((to) => bytes[to] === bytes[from] && to !== "bool")) {
      const body: Body = [load(from, 0), { op: "bitcast", dtype: to, args: [0] }]
      for (const length of [1, 4, 7, 300]) check(body, [from], to, length, 6)
    }
  })
  test(`literals of ${from}`, () => {
    const numbers = from === "bool"
      ? [true, false]
      : from.includes("float")
      ? floats
      : integers.map((x) => stored(convertScalar("int64", from, x)) as number | bigint)
    for (const value of numbers) {
      const body: Body = [load("bool", 0), { op: "literal", dtype: from, value }, {
        op: "select",
        dtype: from,
        args: [0, 1, 1]
      }]
      check(body, ["bool"], from, 5, 1)
    }
  })
}

for (const dtype of ["int32", "uint32", "int64", "uint64"] as const) {
  test(`shifts of ${dtype} by literals`, () => {
    for (const op of ["shift_left", "shift_right_logical", "shift_right_arithmetic"] as const) {
      for (const count of [0, 1, 5, 31, 32, 33, 63, 64, 200]) {
        const value = dtype.endsWith("64") ? BigInt(count) : count
        const body: Body = [load(dtype, 0), { op: "literal", dtype, value }, { op, dtype, args: [0, 1] }]
        check(body, [dtype], dtype, 37, 8)
      }
    }
  })
}
