/**
 * Derivatives at points where a rule's factors are infinite or NaN, by mathematics.
 */
import { describe, expect, it } from "@effect/vitest"
import { grad, jacfwd, jvp, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import { backends } from "./backends.ts"

type X = NdArray.Any
type F = (x: X) => X

const read = (x: X) => Effect.map(NdArray.toTypedArray(x), (data) => Array.from(data as Float64Array))

/** The derivatives of a sum of functions of single elements: 1, 2, ... times. */
const derivative = (f: F, times: number): F => {
  let g = f
  for (let i = 0; i < times; i++) {
    const h = g
    g = grad((x: X) => np.sum(h(x))) as F
  }
  return g
}

describe.each(backends)("on $name", ({ layer }) => {
  describe.each(["max", "min"] as const)("of a %s of which an element is NaN", (name) => {
    const rows = [[1, NaN, 3], [4, 5, 4], [Infinity, NaN, -1], [NaN, NaN, NaN], [Infinity, -Infinity, Infinity]]
    const expected = rows.map((row) => {
      if (row.some(Number.isNaN)) return row.map(() => NaN)
      const extreme = Math[name](...row)
      const ties = row.filter((x) => x === extreme).length
      return row.map((x) => x === extreme ? 1 / ties : 0)
    })

    it.effect("in reverse mode", () =>
      Effect.gen(function*() {
        const slope = grad((x: X) => np.sum(np[name](x, { axis: 1 }))) as F
        expect(yield* NdArray.toNested(slope(np.array(rows)))).toEqual(expected)
        const whole = grad((x: X) => np[name](x)) as F
        expect(yield* NdArray.toNested(whole(np.array([1, NaN])))).toEqual([NaN, NaN])
      }).pipe(Effect.provide(layer)))

    it.effect("in forward mode", () =>
      Effect.gen(function*() {
        const slopes = jacfwd((x: X) => np[name](x)) as F
        for (const [i, row] of rows.entries()) {
          expect(yield* NdArray.toNested(slopes(np.array(row)))).toEqual(expected[i])
        }
      }).pipe(Effect.provide(layer)))
  })

  it.effect("of a maximum written into an array, where an update is NaN", () =>
    Effect.gen(function*() {
      const positions = np.array([0, 1, 2], { dtype: "int32" })
      const f = (x: X, updates: X) => np.sum(np.at(x, [positions]).max(updates))
      const [x, updates] = [np.array([NaN, 1, 3, NaN]), np.array([2, NaN, 4])]
      const [dx, du] = grad(f, { argnums: [0, 1] })(x, updates) as [X, X]
      expect(yield* read(dx)).toEqual([1, NaN, 0, 1])
      expect(yield* read(du)).toEqual([0, NaN, 1])
      const [, forward] = jvp((x: X, updates: X) => np.at(x, [positions]).max(updates), [x, updates], [
        np.ones([4]),
        np.full([3], 2)
      ]) as [X, X]
      expect(yield* read(forward)).toEqual([1, NaN, 2, 1])
    }).pipe(Effect.provide(layer)))

  describe("powers of 0", () => {
    const exponents = [0, 1, 2, 3, 4]
    // n (n - 1) ... x^(n - k), which is k! where n = k
    const expected = [[0, 1, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 6, 0]]

    it.effect("with integers as exponents", () =>
      Effect.gen(function*() {
        const n = np.array(exponents, { dtype: "int32" })
        const x = np.zeros([5])
        for (const [i, wanted] of expected.entries()) {
          expect(yield* read(derivative((x) => np.power(x, n), i + 1)(x))).toEqual(wanted)
        }
        const forward = jacfwd(jacfwd((x: X) => np.sum(np.power(x, n)))) as F
        const hessian = yield* read(forward(x))
        expect(hessian.filter((_, i) => i % 6 === 0)).toEqual(expected[1])
      }).pipe(Effect.provide(layer)))

    it.effect("with floats as exponents", () =>
      Effect.gen(function*() {
        const n = np.array(exponents, { dtype: "float64" })
        const x = np.array([0, -0, 0, -0, 0], { dtype: "float64" })
        for (const [i, wanted] of expected.entries()) {
          const actual = yield* read(derivative((x) => np.power(x, n), i + 1)(x))
          expect(actual.map((value) => value + 0)).toEqual(wanted)
        }
      }).pipe(Effect.provide(layer)))

    it.effect("of NaN and infinities with exponent 0", () =>
      Effect.gen(function*() {
        const x = np.array([NaN, Infinity, -Infinity, 2])
        const slope = derivative((x) => np.power(x, np.zeros([4])), 1)
        expect((yield* read(slope(x))).map((value) => value + 0)).toEqual([0, 0, 0, 0])
      }).pipe(Effect.provide(layer)))

    it.effect("with respect to the exponent", () =>
      Effect.gen(function*() {
        // 0^y is 0 for every y above 0
        expect(yield* read(derivative((y) => np.power(np.zeros([3]), y), 1)(np.array([0.5, 1, 2])))).toEqual([0, 0, 0])
      }).pipe(Effect.provide(layer)))
  })
})
