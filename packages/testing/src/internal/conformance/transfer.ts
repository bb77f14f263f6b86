/**
 * Transfers of data to the device and back.
 */
import { assert } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as DType from "effax/DType"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Effect from "effect/Effect"
import { assertArray, assertSameBits } from "../../AllClose.ts"
import { bits } from "../encode.ts"
import type { Suite } from "./suite.ts"

const floats = [0, -0, 1, -1, 0.5, 1024, -0.125, 2, Infinity, -Infinity, NaN]

/** Values at the limits of each dtype. */
const samples = (dtype: DType.DType): ReadonlyArray<number | bigint> => {
  if (dtype === "bool") return [0, 1, 1, 0]
  if (DType.isInexact(dtype)) return DType.isComplex(dtype) ? [...floats, 3] : floats
  const width = BigInt(8 * DType.itemSize(dtype))
  const [low, high] = DType.isSigned(dtype) ? [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n] : [0n, 2n ** width - 1n]
  return [low, low + 1n, 0n, 1n, 7n, high - 1n, high]
}

export const transferSuite: Suite = ({ test }) => {
  for (const dtype of DType.all) {
    test(`moves ${dtype} to the device and back, bits and all, or refuses it`, () =>
      Effect.gen(function*() {
        const { capabilities, name } = yield* Backend
        const data = bits(samples(dtype), dtype)
        const size = DType.isComplex(dtype) ? data.length / 2 : data.length
        const array = NdArray.fromTypedArray(data, [size], dtype)
        if (capabilities.dtypes.has(dtype)) {
          assertSameBits(yield* NdArray.toTypedArray(array), data, dtype)
          return
        }
        const error = yield* Effect.flip(NdArray.toTypedArray(array))
        assert(error._tag === "UnsupportedDTypeError", `expected an UnsupportedDTypeError, got ${error._tag}`)
        assert.deepStrictEqual([error.dtype, error.backend], [dtype, name])
      }))
  }

  test("keeps the shapes of scalars, of empty arrays and of many axes", () =>
    Effect.gen(function*() {
      for (const shape of [[], [0], [3, 0, 2], [1, 1, 1], [2, 1, 2, 1, 2, 1, 2]]) {
        const size = shape.reduce((a: number, b) => a * b, 1)
        const data = Float32Array.from({ length: size }, (_, i) => i)
        const array = NdArray.fromTypedArray(data, shape)
        yield* assertArray(array, data, { expectShape: shape })
        yield* assertArray(np.add(array, 1), data.map((x) => x + 1), { expectShape: shape })
      }
      yield* assertArray(np.sum(NdArray.fromTypedArray(new Float32Array(0))), [0])
    }))

  test("copies what it is given and what it gives", () =>
    Effect.gen(function*() {
      const data = Float32Array.of(1, 2, 3)
      const array = NdArray.fromTypedArray(data)
      data[0] = 9
      const first = yield* NdArray.toTypedArray(array)
      first[1] = 9
      assertSameBits(yield* NdArray.toTypedArray(array), Float32Array.of(1, 2, 3))
    }))

  test("handles a million elements and a few more", () =>
    Effect.gen(function*() {
      const n = 2 ** 20 + 3
      const data = Float32Array.from({ length: n }, (_, i) => i % 7)
      const doubled = yield* np.multiply(NdArray.fromTypedArray(data), 2)
      yield* assertArray(doubled, data.map((x) => 2 * x))
      // an integer below 2^24, so that no order of summation rounds
      yield* assertArray(np.sum(doubled), [2 * data.reduce((a, b) => a + b, 0)], { rtol: 0, atol: 0 })
      yield* assertArray(np.max(doubled), [12])
    }))
}
