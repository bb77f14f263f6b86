/**
 * Fourier transforms of many lengths against the definition in double precision, on every backend.
 */
import { describe, expect, it } from "@effect/vitest"
import { Fft, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import { backends } from "./backends.ts"

/** Pairs of numbers between -1 and 1. */
const signal = (n: number): Float32Array =>
  Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(i * i * 0.37 + i + 1))

/** The transform by its definition. */
const definition = (x: Float32Array, n: number): Float64Array => {
  const out = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      out[2 * k]! += x[2 * j]! * c - x[2 * j + 1]! * s
      out[2 * k + 1]! += x[2 * j]! * s + x[2 * j + 1]! * c
    }
  }
  return out
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values))

/** Small ones, products of small and large primes, powers of two, and primes, which are convolutions. */
const lengths = [1, 2, 3, 4, 5, 7, 16, 30, 31, 37, 60, 64, 67, 97, 128, 210, 243, 509, 512, 1009, 1024, 1517]

describe.each(backends)("$name", ({ layer, name }) => {
  it.effect.each(lengths)("length %i: 4 ULP of the norm, and back", (n) =>
    Effect.gen(function*() {
      const data = signal(n)
      const x = NdArray.fromTypedArray(data, [n], "complex64")
      const y = yield* Fft.fft(x)
      const expected = definition(data, n)
      const error = norm((yield* NdArray.toTypedArray(y)).map((value, i) => value - expected[i]!)) / norm(expected)
      expect(error).toBeLessThanOrEqual(4 * 2 ** -23)
      const back = yield* NdArray.toTypedArray(Fft.ifft(y))
      expect(norm(back.map((value, i) => value - data[i]!)) / norm(data)).toBeLessThanOrEqual(8 * 2 ** -23)
      const real = data.subarray(0, n)
      const again = yield* NdArray.toTypedArray(Fft.irfft(Fft.rfft(np.array(real)), { n }))
      expect(norm(again.map((value, i) => value - real[i]!)) / norm(real)).toBeLessThanOrEqual(8 * 2 ** -23)
    }).pipe(Effect.provide(layer)))

  // the reference takes the definition of a prime length: 2^32 steps
  it.runIf(name === "cpu-wasm")(
    "transforms a prime length of more than 16 bits",
    () =>
      Effect.runPromise(
        Effect.gen(function*() {
          // the transform of a shifted impulse is a line of roots of unity
          const n = 65537
          const impulse = new Float32Array(2 * n)
          impulse[2 * 5] = 1
          const y = yield* NdArray.toTypedArray(Fft.fft(NdArray.fromTypedArray(impulse, [n], "complex64")))
          for (const k of [0, 1, 1000, 32768, 65536]) {
            const angle = (-2 * Math.PI * ((5 * k) % n)) / n
            expect(y[2 * k]).toBeCloseTo(Math.cos(angle), 4)
            expect(y[2 * k + 1]).toBeCloseTo(Math.sin(angle), 4)
          }
        }).pipe(Effect.provide(layer))
      )
  )
})

describe("refusals", () => {
  const x = np.ones([4])
  it.each([
    ["rfft of complex numbers", () => Fft.rfft(Fft.fft(x)), "rfft: expected a real array, got complex64"],
    ["a length of 0", () => Fft.fft(x, { n: 0 }), "fft: n must be 1 or more, got 0"],
    ["an empty axis", () => Fft.fft(np.ones([0])), "fft: axis 0 has 0 elements"],
    ["an unknown norm", () => Fft.fft(x, { norm: "both" as never }), "fft: unknown norm \"both\""],
    ["lengths without axes", () => Fft.fftn(x, { s: [2, 2], axes: [0] }), "fftn: s has 2 lengths and axes has 1 axes"],
    ["an axis twice", () => Fft.fftn(np.ones([2, 2]), { axes: [0, -2] }), "fftn: axis 0 is named twice"],
    ["three axes of two", () => Fft.fft2(np.ones([2, 2, 2]), { axes: [0, 1, 2] }), "fft2: expected 2 axes, got 3"],
    ["an axis that is not there", () => Fft.fft(x, { axis: 2 }), "fft: axis 2"]
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message)
  })
})
