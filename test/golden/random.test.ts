/**
 * Random numbers are JAX's: known answers of the generator, what JAX's documentation prints, and samples.
 */
import { AllClose } from "@effax/testing"
import { describe, expect, it } from "@effect/vitest"
import { type DType, NdArray, Numpy as np, Random } from "effax"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { backends } from "../backends.ts"

type X = NdArray.Any
type Words = readonly [number, number]

interface Sample {
  readonly seed: number
  readonly function: string
  readonly shape: ReadonlyArray<number>
  readonly num: number
  readonly data: number
  readonly n: number
  readonly dtype: "uint8" | "uint16" | "uint32"
  readonly minval: number
  readonly maxval: number
  readonly lower: number
  readonly upper: number
  readonly replace: boolean
  readonly p: number | ReadonlyArray<number> | undefined
  readonly logits: ReadonlyArray<ReadonlyArray<number>>
  readonly expected: {
    readonly dtype: DType.DType
    readonly shape: ReadonlyArray<number>
    readonly data: ReadonlyArray<number | boolean>
  }
}

const golden = JSON.parse(readFileSync(new URL("random.json", import.meta.url), "utf8")) as {
  readonly known: ReadonlyArray<readonly [key: Words, counter: Words, expected: Words]>
  readonly keys: ReadonlyArray<readonly [seed: number, words: Words]>
  readonly printed: { readonly [expression: string]: unknown }
  readonly samples: ReadonlyArray<Sample>
}

const word = (x: number) => np.array(x, { dtype: "uint32" })

/** Sums of products: `[2, 3] x [3, 100] x [100, 5]` of small integers. */
const product = () => {
  const [k1, k2, k3] = Random.keys(Random.key(0), 3)
  return np.einsum(
    "ij,jk,kl",
    Random.randint(k1!, [2, 3], -5, 5),
    Random.randint(k2!, [3, 100], -5, 5),
    Random.randint(k3!, [100, 5], -5, 5)
  )
}

const chain = () => {
  let key: X = Random.key(42)
  return np.stack(Array.from({ length: 3 }, () => {
    const [next, own] = Random.keys(key)
    key = next!
    return Random.normal(own!)
  }))
}

const each = <A>(count: number, f: (i: number) => A) => Array.from({ length: count }, (_, i) => f(i))
const under = (seed: number) => Random.foldIn(Random.key(seed), 0)

/** How effax writes what JAX's documentation prints, and to how many decimals that is. */
const printed: { readonly [expression: string]: readonly [x: () => X, decimals?: number] } = {
  "uniform(key(0))": [() => Random.uniform(Random.key(0))],
  "uniform(split(key(0))[1])": [() => Random.uniform(Random.keys(Random.key(0))[1]!)],
  "uniform(key(0), (3,))": [() => Random.uniform(Random.key(0), [3])],
  "normal(key(42))": [() => Random.normal(Random.key(42))],
  "normal(key(42), (3,))": [() => Random.normal(Random.key(42), [3])],
  "normal of split(key(42), 3)": [() => np.stack(Random.keys(Random.key(42), 3).map((k) => Random.normal(k)))],
  "normal of a chain of splits of key(42)": [chain],
  "normal(key(0), (16,))": [() => Random.normal(Random.key(0), [16])],
  "randint(key(1), (5,), 0, 10)": [() => Random.randint(Random.key(1), [5], 0, 10)],
  "split(key(0), 3)": [() => Random.split(Random.key(0), 3)],
  "uniform(fold_in(key(42), i))": [() => np.stack(each(4, (i) => Random.uniform(Random.foldIn(Random.key(42), i))))],
  "fold_in(key(42), 4), fold_in(key(42), 5)": [() => np.stack([4, 5].map((i) => Random.foldIn(Random.key(42), i)))],
  "uniform(fold_in(k, 0)) of split(fold_in(key(123), 0), 3)": [
    () => np.stack(Random.keys(under(123), 3).map((k) => Random.uniform(Random.foldIn(k, 0))))
  ],
  "randint(fold_in(k, 0), (2,), 0, 10) of split(fold_in(key(123), 0), 2)": [
    () => np.stack(Random.keys(under(123), 2).map((k) => Random.randint(Random.foldIn(k, 0), [2], 0, 10)))
  ],
  "uniform(key(42), (3, 3), minval=-10, maxval=10), 2 decimals": [
    () => Random.uniform(Random.key(42), [3, 3], { minval: -10, maxval: 10 }),
    2
  ],
  "einsum of randint(k, shape, -5, 5) of split(key(0), 3)": [product]
}

const shaped = (name: "normal" | "exponential" | "gumbel" | "laplace" | "logistic" | "cauchy") => (k: X, s: Sample) =>
  Random[name](k, s.shape)

const functions: { readonly [name: string]: (key: X, sample: Sample) => X } = {
  split: (k, s) => Random.split(k, s.num),
  foldIn: (k, s) => Random.foldIn(k, s.data),
  bits: (k, s) => Random.bits(k, s.shape, { dtype: s.dtype }),
  uniform: (k, s) => Random.uniform(k, s.shape, s.minval === undefined ? {} : { minval: s.minval, maxval: s.maxval }),
  normal: shaped("normal"),
  exponential: shaped("exponential"),
  gumbel: shaped("gumbel"),
  laplace: shaped("laplace"),
  logistic: shaped("logistic"),
  cauchy: shaped("cauchy"),
  randint: (k, s) => Random.randint(k, s.shape, s.minval, s.maxval),
  permutation: (k, s) => Random.permutation(k, s.n),
  choice: (k, s) =>
    Random.choice(k, s.n, s.shape, {
      replace: s.replace,
      ...(s.p === undefined ? {} : { p: np.array(s.p as ReadonlyArray<number>) })
    }),
  bernoulli: (k, s) => Random.bernoulli(k, s.p as number, s.shape),
  categorical: (k, s) => Random.categorical(k, np.array(s.logits)),
  rademacher: (k, s) => Random.rademacher(k, s.shape),
  truncatedNormal: (k, s) => Random.truncatedNormal(k, s.lower, s.upper, s.shape)
}

describe.each(backends)("random numbers on $name", ({ layer }) => {
  const readAll = (arrays: ReadonlyArray<X>) =>
    Effect.runPromise(
      NdArray.evaluate(arrays).pipe(
        Effect.andThen(Effect.forEach(arrays, (x) => NdArray.toTypedArray(x))),
        Effect.provide(layer),
        Effect.orDie
      )
    )

  it("has the known answers of threefry2x32", async () => {
    const words = golden.known.flatMap(([[k0, k1], [c0, c1]]) =>
      Random.threefry2x32(word(k0), word(k1), word(c0), word(c1))
    )
    expect((await readAll(words)).map((x) => x[0])).toEqual(golden.known.flatMap(([, , expected]) => [...expected]))
  })

  it("makes keys of seeds", async () => {
    const keys = await readAll(golden.keys.map(([seed]) => Random.key(seed)))
    expect(keys.map((x) => [...x])).toEqual(golden.keys.map(([, words]) => [...words]))
  })

  it("prints what JAX's documentation prints", async () => {
    expect(Object.keys(printed)).toEqual(Object.keys(golden.printed))
    const values = await readAll(Object.values(printed).map(([x]) => x()))
    Object.entries(printed).forEach(([expression, [x, decimals]], i) => {
      const expected = [golden.printed[expression]].flat(3) as ReadonlyArray<number>
      AllClose.assert(values[i]!, expected, {
        label: expression,
        dtype: x().dtype,
        ...(decimals === undefined ? { rtol: 1e-6, atol: 1e-8 } : { rtol: 0, atol: 0.5 * 10 ** -decimals + 1e-6 })
      })
    })
  })

  it.each(Object.keys(functions))("samples by %s as JAX", async (name) => {
    const samples = golden.samples.filter((sample) => sample.function === name)
    expect(samples.length).toBeGreaterThan(0)
    const arrays = samples.map((sample) => functions[name]!(Random.key(sample.seed), sample))
    const values = await readAll(arrays)
    samples.forEach(({ expected, minval, seed, shape }, i) => {
      const array = arrays[i]!
      expect([array.dtype, array.shape]).toEqual([expected.dtype, expected.shape])
      // whole numbers and what comes of bits alone are equal; elementary functions differ in the last places
      const isExact = expected.dtype !== "float32" || name === "uniform" && minval === undefined
      AllClose.assert(values[i]!, expected.data.map(Number), {
        label: `${name} of ${seed}, shape [${shape}]`,
        dtype: array.dtype,
        ...(isExact ? { rtol: 0, atol: 0 } : { rtol: 1e-5, atol: 1e-6 })
      })
    })
  })

  it("leaves no sample out", () => {
    expect(golden.samples.filter((sample) => !(sample.function in functions))).toEqual([])
  })
})
