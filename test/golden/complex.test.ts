/**
 * Complex elementary functions on branch cuts, at their singularities and at infinity, and complex quotients, are as numpy
 * and ISO C99 (annex G) have them. JAX, which differs on the lower side of cuts, is not followed there.
 */
import { Reference } from "@effax/reference"
import { afterAll, describe, expect, it } from "@effect/vitest"
import { Lax, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { backends } from "../backends.ts"
import { generator } from "../ops/inputs.ts"
import { agrees, complexOf, golden, read, specialNames, tolerance, wrongSpecials } from "./complexTable.ts"

/** Complex numbers of many magnitudes, and of about 1, which float32 has exactly. */
const samples = (count: number): ReadonlyArray<number> => {
  const random = generator("complex")
  const far = () => (random() < 0.5 ? -1 : 1) * Math.exp((2 * random() - 1) * Math.log(1e5))
  return Array.from({ length: 2 * count }, (_, i) => Math.fround(i % 4 < 2 ? far() : 4 * random() - 2))
}

describe.each(backends)("$name", ({ layer }) => {
  const runtime = ManagedRuntime.make(layer)
  afterAll(() => runtime.dispose())

  describe.each(["complex64", "complex128"] as const)("%s", (dtype) => {
    it.each(Object.keys(golden.cases))("%s", async (name) => {
      const rows = golden.cases[name]!.map((row) => row.map(Number))
      const f = (Lax as unknown as { readonly [name: string]: (z: NdArray.Any) => NdArray.Any })[name]!
      const data = await runtime.runPromise(read(f(complexOf(rows.flatMap(([x, y]) => [x!, y!]), dtype))))
      const wrong = rows.flatMap(([x, y, re, im], i) => {
        const [a, b] = [data[2 * i]!, data[2 * i + 1]!]
        // parts that nearly vanish are as exact as the other
        const close = agrees(a, re!, dtype) && agrees(b, im!, dtype)
        return close ? [] : [`${name}(${x}, ${y}) = (${a}, ${b}), expected (${re}, ${im})`]
      })
      expect(wrong).toEqual([])
    })

    it.each(Object.keys(golden.cases))("%s loses no more than some units of the last place", async (name) => {
      const f = (Lax as unknown as { readonly [name: string]: (z: NdArray.Any) => NdArray.Any })[name]!
      const points = samples(600)
      const actual = await runtime.runPromise(read(f(complexOf(points, dtype))))
      // Reference computes in float64: for complex128 the two have nothing but the formulas in common
      const exact = await Effect.runPromise(Effect.provide(read(f(complexOf(points, "complex128"))), Reference.layer))
      const [unit, smallest, largest] = dtype === "complex64"
        ? [2 ** -24, 2 ** -120, 2 ** 127] as const
        : [2 ** -53, 2 ** -1000, 2 ** 1020] as const
      const wrong = Array.from({ length: points.length / 2 }, (_, k) => {
        const [re, im] = [exact[2 * k]!, exact[2 * k + 1]!]
        const size = Math.hypot(re, im)
        // beyond the range of the dtype
        if (!(size > smallest && size < largest)) return 0
        return Math.hypot(actual[2 * k]! - re, actual[2 * k + 1]! - im) / (size * unit)
      }).flatMap((error, k) => error <= 8 ? [] : [[points[2 * k], points[2 * k + 1], error]])
      expect(wrong).toEqual([])
    })

    it.each(specialNames)("%s at every pair of special values", async (name) => {
      expect(await runtime.runPromise(wrongSpecials(name, dtype))).toEqual([])
    })

    it("quotients at the ends", async () => {
      const [inf, nan] = [Infinity, NaN]
      const big = dtype === "complex64" ? 3e38 : 1.7e308
      const rows = [
        // x, y, the quotient: JAX 0.10.2
        [1, 2, 0, 0, inf, inf],
        [1, 2, -0, 0, -inf, -inf],
        [1, 2, inf, 0, 0, 0],
        [1, 2, 1, inf, 0, -0],
        [0, 0, 0, 0, nan, nan],
        [inf, 1, 0, 0, inf, inf],
        [inf, 1, inf, 0, nan, nan],
        [inf, 1, 2, 3, inf, -inf],
        // nothing overflows on the way
        [big, big, big, big, 1, 0],
        [big, 0, 0, big, 0, -1],
        [6, 8, 3, 4, 2, 0],
        [1, 0, 0.6, 0.8, 0.6, -0.8]
      ]
      const part = (k: number) => complexOf(rows.flatMap((row) => row.slice(k, k + 2)), dtype)
      const data = await runtime.runPromise(read(np.divide(part(0), part(2))))
      const close = (actual: number, expected: number) =>
        Object.is(actual, expected) || actual === expected ||
        Math.abs(actual - expected) <= tolerance[dtype]
      rows.forEach(([a, b, c, d, re, im], i) => {
        expect([a, b, c, d, close(data[2 * i]!, re!), close(data[2 * i + 1]!, im!)]).toEqual([a, b, c, d, true, true])
      })
    })

    it("magnitudes, signs and powers at the ends", async () => {
      const [inf, nan] = [Infinity, NaN]
      const big = dtype === "complex64" ? 2e38 : 1.2e308
      const tiny = dtype === "complex64" ? 1e-40 : 1e-310
      const magnitudes = await runtime.runPromise(
        read(np.abs(complexOf([3, -4, 0, 0, inf, nan, nan, -inf, nan, 1, big, big, tiny, tiny], dtype)))
      )
      const expected = [5, 0, inf, inf, nan, big * Math.SQRT2, tiny * Math.SQRT2]
      magnitudes.forEach((value, i) => {
        expect(Object.is(value, expected[i]) || Math.abs(value / expected[i]! - 1) < 1e-4).toBe(true)
      })
      expect(await runtime.runPromise(read(np.sign(complexOf([0, 0, -5, 0], dtype))))).toEqual([0, 0, -1, 0])
      const zero = complexOf([0, 0, 0, 0, 0, 0], dtype)
      expect(await runtime.runPromise(read(np.power(zero, complexOf([0, 0, 2, 0, 0.5, 1], dtype))))).toEqual([
        1,
        0,
        0,
        0,
        0,
        0
      ])
    })
  })
})
