/**
 * Extremes of complex numbers with parts that are NaN: NumPy's `maximum` and `max` are NaN there too.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Lax, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

const complex = (re: ReadonlyArray<number>, im: ReadonlyArray<number>) => Lax.complex(np.array(re), np.array(im))

describe.each([["reference", Reference.layer], ["cpu-wasm", CpuWasm.layer]] as const)("%s", (_, layer) => {
  const nested = (x: NdArray.Any) => Effect.runPromise(Effect.provide(NdArray.toNested(x), layer))

  it("extremes beside NaN are NaN in both parts", async () => {
    const x = complex([1, NaN, 2, 5], [1, 0, NaN, 5])
    const y = complex([3, 3, 3, NaN], [0, 0, 0, NaN])
    const nan = { re: NaN, im: NaN }
    expect(await nested(np.maximum(x, y))).toEqual([{ re: 3, im: 0 }, nan, nan, nan])
    expect(await nested(np.minimum(x, y))).toEqual([{ re: 1, im: 1 }, nan, nan, nan])
    expect(await nested(np.max(x))).toEqual(nan)
    expect(await nested(np.min(x))).toEqual(nan)
    expect(await nested(np.nanmax(complex([1, 5, 1], [1, NaN, 2])))).toEqual({ re: 1, im: 2 })
  })

  it("positions are those of the first NaN, and of the first of equal numbers", async () => {
    expect(await nested(np.argmax(complex([1, 2, NaN, 9], [1, NaN, 0, 9])))).toBe(1)
    expect(await nested(np.argmin(complex([1, 2, NaN, 9], [1, 1, 0, NaN])))).toBe(2)
    expect(await nested(np.argmax(complex([1, 3, 3, 3], [1, 2, 5, 5])))).toBe(2)
    expect(await nested(np.argmin(complex([1, 0, -0, 0], [1, 2, 2, 5])))).toBe(1)
  })

  it("infinities have an order", async () => {
    expect(await nested(np.max(complex([-Infinity, -Infinity], [-Infinity, 3])))).toEqual({ re: -Infinity, im: 3 })
    expect(await nested(np.min(complex([Infinity, Infinity], [Infinity, Infinity])))).toEqual({
      re: Infinity,
      im: Infinity
    })
  })
})
