import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { jit, NdArray, Numpy as np, Ops } from "effax"
import * as Effect from "effect/Effect"

const data = np.array([1, 2, 3, 4])

describe("segments", () => {
  it.effect("without numSegments the largest number says how many", () =>
    Effect.gen(function*() {
      const sums = yield* Ops.segmentSum(data, [0n, 2n, 2n, -1n])
      expect(sums.shape).toEqual([3])
      expect(yield* NdArray.toNested(sums)).toEqual([1, 0, 5])
      const piped = yield* data.pipe(Ops.segmentMax([1n, 1n, 0n, 0n], { bucketSize: 2 }))
      expect(yield* NdArray.toNested(piped)).toEqual([4, 2])
      // no number is that of a segment, or there are none
      expect((yield* Ops.segmentMin(data, [-3n, -2n, -5n, -9n])).shape).toEqual([0])
      expect((yield* Ops.segmentProd(np.zeros([0, 3]), [])).shape).toEqual([0, 3])
    }).pipe(Effect.provide(Reference.layer)))

  it("a compiled function must say how many", () => {
    const f = jit((ids: NdArray.NdArray<"int32", readonly [4]>) => Ops.segmentSum(data, ids, { numSegments: 2 }))
    expect(f(np.array([0n, 1n, 1n, 0n])).shape).toEqual([2])
    const without = jit((ids: NdArray.NdArray<"int32", readonly [4]>) => Ops.segmentSum(data, ids) as never)
    expect(() => without(np.array([0n, 1n, 1n, 0n]))).toThrow(
      "segmentSum: in a function that is traced, name numSegments: the largest segment number is not known yet"
    )
  })

  it.effect("precision: buckets add up fewer rows at a time", () =>
    Effect.gen(function*() {
      const n = 20000
      const x = np.full([n], 0.1)
      const ids = np.zeros([n], { dtype: "int32" })
      const exact = n * Math.fround(0.1)
      const error = (bucketSize?: number) =>
        Effect.map(
          NdArray.toNumber(
            Ops.segmentSum(x, ids, { numSegments: 1, ...(bucketSize === undefined ? {} : { bucketSize }) })
          ),
          (sum) => Math.abs(sum - exact) / exact
        )
      expect(yield* error(128)).toBeLessThan(1e-6)
    }).pipe(Effect.provide(Reference.layer)))

  it.each<[message: string, call: () => unknown]>([
    [
      "segmentSum: segment numbers must be integers, got float32; write [0n, 1n], or convert them",
      () => Ops.segmentSum(data, [0, 1, 2, 3])
    ],
    [
      "segmentMax: there must be one segment number for each row of the data, got numbers [2] for data [4]",
      () => Ops.segmentMax(data, [0n, 1n])
    ],
    [
      "segmentSum: numSegments must be a whole number from 0 up, got -1",
      () => Ops.segmentSum(data, [0n, 0n, 0n, 0n], { numSegments: -1 })
    ],
    [
      "segmentMin: bucketSize must be a whole number from 1 up, got 0",
      () => Ops.segmentMin(data, [0n, 0n, 0n, 0n], { bucketSize: 0 })
    ],
    ["segmentProd: unknown mode \"wrap\"", () => Ops.segmentProd(data, [0n, 0n, 0n, 0n], { mode: "wrap" as never })],
    [
      "segmentSum: booleans can't be added or multiplied here; convert them with `np.astype`, or use segmentMax",
      () => Ops.segmentSum([true, false], [0n, 0n])
    ]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
