import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import { ArgumentError, DTypeError, ShapeError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Random from "effax/Random"
import { jit, vmap } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const run = <A, E>(effect: Effect.Effect<A, E, Backend>) => Effect.provide(effect, Reference.layer)
const read = (x: NdArray.Any) => NdArray.toNested(x)

const Seed = Schema.Int.check(Schema.isBetween({ minimum: -(2 ** 31), maximum: 2 ** 32 - 1 }))

const key = Random.key(0)

describe("keys", () => {
  // values of JAX 0.10
  it.effect("are those of JAX", () =>
    run(Effect.gen(function*() {
      expect(yield* read(Random.key(5))).toEqual([0, 5])
      expect(yield* read(Random.key(-1))).toEqual([0, 4294967295])
      expect(yield* read(Random.split(key))).toEqual([[1797259609, 2579123966], [928981903, 3453687069]])
      expect(yield* read(Random.foldIn(Random.key(3), 7))).toEqual([2647473427, 4234374204])
    })))

  it.effect("of wide seeds use both words", () =>
    run(Effect.gen(function*() {
      expect(yield* read(Random.key(2n ** 40n + 3n))).toEqual([256, 3])
      expect(yield* read(Random.key(2 ** 40))).toEqual([256, 0])
      expect(yield* read(Random.fromWords([7, 8]))).toEqual([7, 8])
    })))

  it.effect.prop("come from arrays of integers as from numbers", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const array = np.array(BigInt(seed), { dtype: seed < 0 ? "int32" : "uint32" })
      expect(yield* read(Random.key(array))).toEqual(yield* read(Random.key(seed)))
    })))

  it.effect.prop(
    "split into foldIn(key, i), whatever their number",
    [Seed, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))],
    ([seed, count]) =>
      run(Effect.gen(function*() {
        const parent = Random.key(seed)
        const all = yield* read(Random.split(parent, 10))
        expect(yield* read(Random.split(parent, count))).toEqual((all as ReadonlyArray<unknown>).slice(0, count))
        expect(yield* Effect.forEach(Random.keys(parent, count), read)).toEqual(
          yield* Effect.forEach(Array.from({ length: count }, (_, i) => i), (i) => read(Random.foldIn(parent, i)))
        )
      }))
  )

  it("are refused where they are none", () => {
    expect(() => Random.key(1.5)).toThrow(ArgumentError)
    expect(() => Random.key(np.ones([2]))).toThrow(ArgumentError)
    expect(() => Random.key(np.ones([2]))).toThrow("key: a seed is a whole number or an integer scalar, got f32[2]")
    expect(() => Random.uniform(np.ones([2]))).toThrow("uniform")
    expect(() => Random.uniform(Random.split(key))).toThrow(ShapeError)
    expect(() => Random.foldIn(key, 0.5)).toThrow(ArgumentError)
    expect(() => Random.key(2n ** 64n)).toThrow("key: a seed has up to 64 bits, got 18446744073709551616")
    expect(() => Random.foldIn(key, -(2n ** 63n) - 1n)).toThrow("foldIn: the number has up to 64 bits")
    expect(() => Random.fromWords([7, 2 ** 32])).toThrow(
      "fromWords: expected two whole numbers from 0 to 2^32 - 1, got [7, 4294967296]"
    )
  })

  it.effect("are the same of a number and of an array", () =>
    run(Effect.gen(function*() {
      const seeds = [
        5n,
        -1n,
        2n ** 32n - 1n,
        2n ** 32n + 5n,
        -(2n ** 32n),
        -(2n ** 32n) - 1n,
        2n ** 63n - 1n,
        -(2n ** 63n)
      ]
      for (const seed of seeds) {
        const array = np.array(seed, { dtype: "int64" })
        expect(yield* read(Random.key(array))).toEqual(yield* read(Random.key(seed)))
        expect(yield* read(jit((s: NdArray.Any) => Random.key(s))(array))).toEqual(yield* read(Random.key(seed)))
        expect(yield* read(Random.foldIn(key, array))).toEqual(yield* read(Random.foldIn(key, seed)))
      }
      expect(yield* read(Random.key(2n ** 32n + 5n))).toEqual([1, 5])
      expect(yield* read(Random.key(np.array(2n ** 63n + 7n, { dtype: "uint64" })))).toEqual([2 ** 31, 7])
    })))

  it.effect("are mapped over by vmap", () =>
    run(Effect.gen(function*() {
      const keys = Random.split(key, 3)
      const batch = yield* read(vmap((k: NdArray.Any) => Random.normal(k, [2]))(keys))
      expect(batch).toEqual(yield* Effect.forEach(Random.keys(key, 3), (k) => read(Random.normal(k, [2]))))
    })))
})

describe("samples", () => {
  it.effect("are those of JAX", () =>
    run(Effect.gen(function*() {
      expect(yield* NdArray.toScalar(Random.uniform(key))).toBe(Math.fround(0.9476670026779175))
      expect(yield* NdArray.toScalar(Random.normal(Random.key(42)))).toBeCloseTo(-0.02830461598932743, 7)
      expect(yield* read(Random.randint(Random.key(1), [5], 0, 10))).toEqual([6, 7, 0, 3, 8])
      expect(yield* read(Random.permutation(Random.key(1), 10))).toEqual([7, 6, 3, 2, 0, 8, 1, 5, 9, 4])
      expect(yield* read(Random.bernoulli(Random.key(5), np.array([0.1, 0.5, 0.9])))).toEqual([false, false, true])
    })))

  it.effect("of rows are whole rows, with and without replacement", () =>
    run(Effect.gen(function*() {
      const rows = np.reshape(np.arange(12), [4, 3])
      const k = Random.key(2)
      expect(yield* read(Random.choice(k, rows, [2], { replace: false }))).toEqual([[6, 7, 8], [3, 4, 5]])
      expect(yield* read(Random.choice(k, rows, [2, 2]))).toEqual([[[9, 10, 11], [0, 1, 2]], [[3, 4, 5], [9, 10, 11]]])
      expect(yield* read(Random.choice(k, 5, [3], { replace: false, p: np.array([0.1, 0.2, 0.3, 0.2, 0.2]) })))
        .toEqual([1, 3, 4])
    })))

  it.effect.prop("are the same for one key, and others for another", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const draw = (k: NdArray.Any) => read(Random.bits(k, [4]))
      const first = yield* draw(Random.key(seed))
      expect(yield* draw(Random.key(seed))).toEqual(first)
      expect(yield* draw(Random.foldIn(Random.key(seed), 0))).not.toEqual(first)
    })))

  it.effect("of a shape start like those of a longer one", () =>
    run(Effect.gen(function*() {
      const [short, long] = yield* Effect.all([read(Random.normal(key, [5])), read(Random.normal(key, [9]))])
      expect((long as ReadonlyArray<number>).slice(0, 5)).toEqual(short)
    })))

  it.effect("of integers stay in their interval and meet both ends", () =>
    run(Effect.gen(function*() {
      const drawn = (yield* read(Random.randint(key, [500], -2, 3))) as ReadonlyArray<number>
      expect(new Set(drawn)).toEqual(new Set([-2, -1, 0, 1, 2]))
      const bytes = (yield* read(Random.randint(key, [4000], 0, 256, { dtype: "uint8" }))) as ReadonlyArray<number>
      expect([Math.min(...bytes), Math.max(...bytes)]).toEqual([0, 255])
    })))

  it.effect("have the moments of their distributions", () =>
    run(Effect.gen(function*() {
      const n = 4000
      const moments = (x: NdArray.Any) =>
        Effect.map(NdArray.evaluate([np.mean(x), np.var(x)]), (both) => both).pipe(
          Effect.flatMap((both) => Effect.forEach(both, NdArray.toNumber))
        )
      const cases: ReadonlyArray<readonly [NdArray.Any, mean: number, variance: number]> = [
        [Random.uniform(key, [n]), 1 / 2, 1 / 12],
        [Random.uniform(key, [n], { minval: -1, maxval: 3 }), 1, 16 / 12],
        [Random.normal(key, [n]), 0, 1],
        [Random.exponential(key, [n]), 1, 1],
        [Random.gumbel(key, [n]), 0.5772, Math.PI ** 2 / 6],
        [Random.laplace(key, [n]), 0, 2],
        [Random.logistic(key, [n]), 0, Math.PI ** 2 / 3],
        [Random.rademacher(key, [n], { dtype: "float32" }), 0, 1],
        // of a normal cut at 1 deviation on both sides
        [Random.truncatedNormal(key, -1, 1, [n]), 0, 0.2912]
      ]
      for (const [x, mean, variance] of cases) {
        const [m, v] = (yield* moments(x)) as [number, number]
        // four standard errors; the variance's own of the widest tail here (kurtosis 6) is 2.3 variance / sqrt(n)
        expect(Math.abs(m - mean)).toBeLessThan(4 * Math.sqrt(variance / n))
        expect(Math.abs(v - variance)).toBeLessThan(4 * 2.3 * variance / Math.sqrt(n))
      }
    })))

  it.effect("of categories come as often as their probabilities say", () =>
    run(Effect.gen(function*() {
      const p = [0.1, 0.2, 0.7]
      const drawn = (yield* read(
        Random.categorical(key, np.log(np.array(p)), { shape: [3000] })
      )) as ReadonlyArray<number>
      p.forEach((probability, i) => {
        const share = drawn.filter((d) => d === i).length / drawn.length
        expect(Math.abs(share - probability)).toBeLessThan(
          4 * Math.sqrt(probability * (1 - probability) / drawn.length)
        )
      })
    })))

  it.effect("without replacement are all different, and a permutation holds everything", () =>
    run(Effect.gen(function*() {
      const picks = (yield* read(Random.choice(key, 50, [20], { replace: false }))) as ReadonlyArray<number>
      expect(new Set(picks).size).toBe(20)
      const weighted = yield* read(Random.choice(key, 10, [10], { replace: false, p: np.full([10], 0.1) }))
      expect((weighted as ReadonlyArray<number>).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()])
      const x = np.reshape(np.arange(12), [4, 3])
      const rows = (yield* read(Random.permutation(key, x))) as ReadonlyArray<ReadonlyArray<number>>
      expect(rows.map((row) => row[0]! / 3).toSorted()).toEqual([0, 1, 2, 3])
      expect(rows.every((row) => row[1] === row[0]! + 1 && row[2] === row[0]! + 2)).toBe(true)
      const columns = (yield* read(Random.permutation(key, x, { axis: 1 }))) as ReadonlyArray<ReadonlyArray<number>>
      expect(columns.map((row, i) => row.map((n) => n - 3 * i))).toEqual(Array(4).fill(columns[0]))
    })))

  it("are refused of wrong dtypes, bounds and probabilities", () => {
    const wrong = (value: unknown) => value as never
    expect(() => Random.normal(key, [2], { dtype: wrong("int32") })).toThrow(DTypeError)
    expect(() => Random.randint(key, [2], 0, 5, { dtype: wrong("float32") })).toThrow(DTypeError)
    expect(() => Random.bits(key, [2], { dtype: wrong("int8") })).toThrow(DTypeError)
    expect(() => Random.uniform(key, [-1])).toThrow(ShapeError)
    expect(() => Random.truncatedNormal(key, 1, -1, [2])).toThrow(ArgumentError)
    expect(() => Random.choice(key, 3, [4], { replace: false })).toThrow(ArgumentError)
    expect(() => Random.choice(key, 3, [4], { p: np.ones([2]) })).toThrow(ShapeError)
    expect(() => Random.categorical(key, np.ones([2, 3]), { shape: [5] })).toThrow(ShapeError)
  })
})
