/**
 * Arrays of more than 2^31 elements, run on the CPU where the machine has the memory for them.
 */
import { CpuWasm } from "@effax/wasm"
import { layer } from "@effect/vitest"
import * as Lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Effect from "effect/Effect"
import { freemem } from "node:os"
import { describe, expect } from "vitest"

/** One array, and room for the test's process beside others. */
const needed = 6 * 2 ** 30
const rows = 2200
const columns = 1_000_003
/** More elements than int32 can number: 2.2 GB of int8. */
const elements = rows * columns

const enough = freemem() > needed
const name = `an array of ${elements} elements` +
  (enough ? "" : ` (left out: it takes ${needed >> 20} MiB of free memory, there are ${freemem() >> 20})`)

/** The value at a place. */
const at = (row: number, column: number): number => (row % 7) * 13 + column % 11 - 50

describe.skipIf(!enough)(name, () => {
  layer(CpuWasm.layerWith({ memoryLimit: 2 ** 32 }), { timeout: 60_000 })((it) => {
    it.effect("is computed, reduced and read at its end", () =>
      NdArray.scoped(Effect.gen(function*() {
        const row = np.astype(np.subtract(np.multiply(np.remainder(np.arange(rows), 7), 13), 50), "int8")
        const column = np.astype(np.remainder(np.arange(columns), 11), "int8")
        const x = yield* np.add(np.reshape(yield* row, [-1, 1]), np.reshape(yield* column, [1, -1]))

        const last = yield* NdArray.toNested(Lax.slice(x, [rows - 2, columns - 3], [rows, columns]))
        expect(last).toEqual(
          [rows - 2, rows - 1].map((r) => [columns - 3, columns - 2, columns - 1].map((c) => at(r, c)))
        )
        // Rows beyond 2^31 elements, picked by an array
        const picked = Lax.slice(np.take(x, np.array([2199, 2150, 0], { dtype: "int32" }), { axis: 0 }), [0, 999_990], [
          3,
          columns
        ])
        expect(yield* NdArray.toNested(picked)).toEqual(
          [2199, 2150, 0].map((r) => Array.from({ length: 13 }, (_, i) => at(r, 999_990 + i)))
        )
        const flipped = Lax.slice(np.flip(x), [0, 0], [1, 4])
        expect(yield* NdArray.toNested(flipped)).toEqual([
          [0, 1, 2, 3].map((i) => at(rows - 1, columns - 1 - i))
        ])

        // Sums of rows repeat with 7, those of columns with 11
        let sum = 0
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < 11; c++) sum += at(r, c) * (Math.floor(columns / 11) + (c < columns % 11 ? 1 : 0))
        }
        const all = Array.from({ length: 7 * 11 }, (_, i) => at(i % 7, i % 11))
        const totals = np.stack([np.sum(np.astype(x, "int32")), ...[np.max(x), np.min(x)].map(np.astype("int32"))])
        expect(yield* NdArray.toNested(totals)).toEqual([sum | 0, Math.max(...all), Math.min(...all)])

        // As one axis it is refused, and says why
        const refused = yield* Effect.flip(NdArray.toNested(np.argmax(x)))
        expect(refused._tag).toBe("UnsupportedError")
        expect(refused.message).toContain(`${elements} elements`)
        expect(refused.message).toContain("2147483647 (2^31 - 1)")
      })))

    it.effect("has every element where it has one axis, as long as one may be", () =>
      NdArray.scoped(Effect.gen(function*() {
        const longest = 2 ** 31 - 1
        const x = yield* np.add(np.broadcastTo(np.array(1, { dtype: "int8" }), [longest]), 1)
        const twos = np.sum(np.astype(np.equal(x, 2), "int32"))
        expect(yield* NdArray.toNested(twos)).toBe(longest)
        expect(yield* NdArray.toNested(Lax.slice(x, [longest - 3], [longest]))).toEqual([2, 2, 2])
      })))
  })
})
