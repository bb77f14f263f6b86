/**
 * Sort kernels: every dtype, several operands and keys, lines of all lengths, against Array.prototype.sort.
 */
import { type DType, type TypedArray } from "effax/DType"
import { expect, test } from "vitest"
import { toNumber } from "./interpreter.ts"
import { run } from "./run.ts"
import { random, small } from "./values.ts"

const shapes: ReadonlyArray<readonly [outer: number, length: number, inner: number]> = [
  [1, 1, 1],
  [3, 2, 1],
  [5, 33, 1],
  [2, 41, 1],
  [4, 300, 1],
  [1, 5000, 1],
  [1, 70_000, 1],
  [2, 50, 3],
  [2, 700, 3]
]

const dtypes: ReadonlyArray<DType> = [
  "float32",
  "float64",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "int8",
  "int16",
  "uint8",
  "uint16",
  "bool"
]

/** Elements with ties, zeros of both signs, infinities and NaN. */
const elements = (dtype: DType, length: number, seed: number): TypedArray => {
  const next = random(seed)
  const array = small(dtype, length, next)
  if (dtype === "float32" || dtype === "float64") {
    const specials = [NaN, 0, -0, Infinity, -Infinity, 1, 1e-40]
    for (let i = 0; i < length; i++) if (next() < 0.3) array[i] = specials[Math.floor(next() * specials.length)]!
  } else if (dtype.includes("float16")) {
    for (let i = 0; i < length; i++) if (next() < 0.5) array[i] = Math.floor(next() * 65536)
  }
  return array
}

const compare = (dtype: DType, x: number | bigint, y: number | bigint): number => {
  const [a, b] = [toNumber(dtype, x), toNumber(dtype, y)]
  if (a !== a || b !== b) return a === a ? -1 : b === b ? 1 : 0
  return a < b ? -1 : a > b ? 1 : 0
}

const same = (dtype: DType, x: number | bigint, y: number | bigint): boolean =>
  Object.is(x, y) || (Number.isNaN(toNumber(dtype, x)) && Number.isNaN(toNumber(dtype, y)))

const check = (operands: ReadonlyArray<DType>, keys: number): void => {
  for (const [outer, length, inner] of shapes) {
    const total = outer * length * inner
    const data = operands.map((dtype, i) => elements(dtype, total, total + i))
    const sorted = run({
      inputs: operands.map((dtype, i) => ({ dtype, data: data[i]! })),
      outputs: operands.map((dtype) => ({ dtype, elements: total })),
      temporaries: [{ dtype: "uint32", elements: 2 * total }],
      kernels: [{
        kind: "routine",
        routine: "sort",
        name: "sort",
        barrier: false,
        params: { outer, length, inner, keys, dtypes: operands },
        inputs: operands.map((_, i) => i),
        outputs: operands.map((_, i) => operands.length + i),
        scratch: [2 * operands.length]
      }]
    })
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const at = (j: number) => (o * length + j) * inner + i
        const order = Array.from({ length }, (_, j) => j).sort((p, q) => {
          for (let key = 0; key < keys; key++) {
            const result = compare(operands[key]!, data[key]![at(p)]!, data[key]![at(q)]!)
            if (result !== 0) return result
          }
          return p - q
        })
        for (let j = 0; j < length; j++) {
          operands.forEach((dtype, operand) => {
            const got = sorted[operand]![at(j)]!
            const want = data[operand]![at(order[j]!)]!
            if (!same(dtype, got, want)) {
              expect.fail(
                `[${outer}, ${length}, ${inner}], operand ${operand}, line ${o} ${i}, place ${j}: ${got}, not ${want}`
              )
            }
          })
        }
      }
    }
  }
}

for (const dtype of dtypes) {
  test(`${dtype} alone`, () => check([dtype], 1))
  test(`${dtype} with a passenger`, () => check([dtype, "float64"], 1))
}
test("two keys", () => check(["int8", "float32", "int32"], 2))
test("three keys", () => check(["bool", "float16", "int64", "int8"], 3))
