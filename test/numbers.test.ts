/**
 * JavaScript numbers beside integer arrays that have no such value.
 */
import { expect, it } from "@effect/vitest"
import { type DType, NdArray, Numpy as np } from "effax"
import { Effect } from "effect"
import { backends } from "./backends.ts"

const dtypes: ReadonlyArray<DType.Integer> = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
const numbers = [0.5, -0.5, 1.5, 2.5, -3, 100, 127.5, 200, 300, 1e6, 2 ** 31 - 0.5, 2 ** 32, -1e10, Infinity, -Infinity]
const comparisons = {
  equal: [np.equal, (x: number, y: number) => x === y],
  notEqual: [np.notEqual, (x: number, y: number) => x !== y],
  less: [np.less, (x: number, y: number) => x < y],
  lessEqual: [np.lessEqual, (x: number, y: number) => x <= y],
  greater: [np.greater, (x: number, y: number) => x > y],
  greaterEqual: [np.greaterEqual, (x: number, y: number) => x >= y]
} as const

for (const { layer, name } of backends) {
  it.effect(`comparisons are those of the numbers on ${name}`, () =>
    Effect.gen(function*() {
      for (const dtype of dtypes) {
        const values = dtype === "int32" ? [0, 1, 2, 2 ** 31 - 1, -(2 ** 31), 2 ** 24 + 1] : [0, 1, 2, 3, 100, 127]
        const x = np.array(values, { dtype })
        for (const number of numbers) {
          for (const [compare, expected] of Object.values(comparisons)) {
            const label = `${compare.name} ${dtype} ${number}`
            expect(yield* NdArray.toNested(compare(x, number)), label).toEqual(values.map((v) => expected(v, number)))
            expect(yield* NdArray.toNested(compare(number, x)), label).toEqual(values.map((v) => expected(number, v)))
          }
        }
      }
    }).pipe(Effect.provide(layer)))

  it.effect(`sums, differences, products and bits wrap on ${name}`, () =>
    Effect.gen(function*() {
      const x = np.array([0, 5, 250], { dtype: "uint8" })
      expect(yield* NdArray.toNested(np.add(x, -3))).toEqual([253, 2, 247])
      expect(yield* NdArray.toNested(np.subtract(x, 300))).toEqual([212, 217, 206])
      expect(yield* NdArray.toNested(np.multiply(x, -1))).toEqual([0, 251, 6])
      expect(yield* NdArray.toNested(np.bitwiseAnd(x, -2))).toEqual([0, 4, 250])
      expect(yield* NdArray.toNested(np.add(np.array([100], { dtype: "int8" }), 1000))).toEqual([76])
    }).pipe(Effect.provide(layer)))
}
