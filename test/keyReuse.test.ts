/**
 * Keys that are used twice, on every backend. What counts as a use is what `jax.experimental.key_reuse` of JAX 0.10.2 says.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, Checks, grad, jit, Lax, NdArray, Numpy as np, Random, vmap } from "effax"
import type { ExecutionError, KeyReuseError } from "effax/Errors"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { backends } from "./backends.ts"
import { failure, line, lineOf, run, value } from "./located.ts"

type X = NdArray.Any

describe.each(backends)("on $name", ({ layer }) => {
  const checked = Layer.provide(Checks.layerChecked, layer)

  const reuse = (make: () => X) => failure<KeyReuseError>(checked, make)
  const step = (k: X) => {
    const [next, own] = Random.keys(k)
    return [next as X, Random.uniform(own!)] as const
  }

  it("finds a key that is used twice in one Program, with both lines", async () => {
    let expected = 0
    const error = await reuse(() => {
      const key = Random.key(0)
      expected = line() + 1
      const a = Random.uniform(key, [2])
      const b = Random.normal(key, [2])
      return np.add(a, b)
    })
    expect([error._tag, lineOf(error.first), lineOf(error.second)]).toEqual(["KeyReuseError", expected, expected + 1])
  })

  it("finds a key that two executions use", async () => {
    const program = Effect.gen(function*() {
      const key = Random.key(0)
      yield* NdArray.toNested(Random.uniform(key))
      return yield* Effect.flip(NdArray.toNested(Random.split(key)))
    })
    expect((await run(program, checked))._tag).toBe("KeyReuseError")
    const jitted = Effect.gen(function*() {
      const draw = jit((key: X) => Random.uniform(key))
      const key = Random.key(0)
      yield* NdArray.toNested(draw(key))
      return yield* Effect.flip(NdArray.toNested(draw(key)))
    })
    const error = (await run(jitted, checked)) as KeyReuseError
    expect(lineOf(/called at (.*)$/.exec(error.second!)![1]) - lineOf(/called at (.*)$/.exec(error.first!)![1])).toBe(
      1
    )
  })

  it("knows a draw that is computed again", async () => {
    const program = Effect.gen(function*() {
      const draw = jit((key: X) => Random.uniform(key, [2]))
      const x = draw(Random.key(0))
      const [a, b] = Random.keys(Random.key(1))
      return [
        yield* NdArray.toNested(np.subtract(np.sum(x), np.multiply(np.mean(x), 2))),
        yield* NdArray.toNested(np.subtract(np.mean(x), np.mean(x))),
        (yield* NdArray.toNested(x) as Effect.Effect<ReadonlyArray<number>, ExecutionError, Backend.Backend>).length,
        (yield* NdArray.toNested(Random.uniform(a!, [3])) as Effect.Effect<
          ReadonlyArray<number>,
          ExecutionError,
          Backend.Backend
        >)
          .length,
        (yield* NdArray.toNested(Random.uniform(b!, [4])) as Effect.Effect<
          ReadonlyArray<number>,
          ExecutionError,
          Backend.Backend
        >)
          .length
      ]
    })
    expect(await run(program, checked)).toEqual([0, 0, 2, 3, 4])
  })

  it.each<[string, () => X]>([
    ["a key of a split that vmap used", () => {
      const keys = Random.split(Random.key(0), 3)
      return np.add(np.sum(vmap((k: X) => Random.uniform(k))(keys) as X), Random.normal(np.index(keys, 1)))
    }],
    ["the first keys of two splits", () => {
      const key = Random.key(0)
      return np.add(
        Random.uniform(np.index(Random.split(key, 3), 0)),
        Random.uniform(np.index(Random.split(key, 5), 0))
      )
    }],
    ["a key that a loop closes over", () => {
      const key = Random.key(0)
      return Lax.scan((c: X, _: X) => [np.add(c, Random.uniform(key)), c] as const, np.array(0), np.zeros([3]))[0]
    }],
    [
      "a key that a loop hands on",
      () => Lax.scan((k: X, _: X) => [k, Random.uniform(k)] as const, Random.key(0) as X, np.zeros([3]))[1]
    ],
    ["a key after a branch", () => {
      const key = Random.key(0)
      const one = Lax.cond(np.array(true), (k: X) => Random.uniform(k) as X, () => np.array(0), key as X)
      return np.add(one, Random.uniform(key))
    }]
  ])("finds %s", async (_, make) => {
    expect((await reuse(make))._tag).toBe("KeyReuseError")
  })

  it.each<[string, () => X]>([
    ["folding several numbers in", () => {
      const key = Random.key(0)
      return np.add(Random.uniform(Random.foldIn(key, 1)), Random.uniform(Random.foldIn(key, 2)))
    }],
    ["a loop that splits", () => Lax.scan((k: X, _: X) => step(k), Random.key(0) as X, np.zeros([3]))[1]],
    [
      "a loop over keys",
      () =>
        Lax.scan((c: X, k: X) => [c, Random.uniform(k)] as const, np.array(0), Random.split(Random.key(0), 3) as X)[1]
    ],
    ["a loop that folds its number in", () => {
      const key = Random.key(0)
      return Lax.scan(
        (i: X, _: X) => [np.add(i, 1), Random.uniform(Random.foldIn(key, i))] as const,
        np.array(0, { dtype: "int32" }) as X,
        np.zeros([3])
      )[1]
    }],
    ["branches of which one runs", () =>
      Lax.cond(
        np.array(true),
        (k: X) => Random.uniform(k) as X,
        (k: X) => Random.normal(k) as X,
        Random.key(0) as X
      )],
    [
      "a derivative",
      () => grad((x: X) => np.sum(np.multiply(Random.uniform(Random.key(1), [3]), np.square(x))))(np.ones([3]))
    ],
    [
      "samplers that split inside",
      () => np.add(Random.permutation(Random.key(0), 5), Random.randint(Random.key(1), [5], 0, 9))
    ]
  ])("lets pass %s", async (_, make) => {
    expect(await value(checked, make)).toEqual(await value(layer, make))
  })

  it("can be left out", async () => {
    const without = Checks.layerCheckedWith({ keys: false }).pipe(Layer.provide(layer), Layer.orDie)
    const twice = () => {
      const key = Random.key(0)
      return np.subtract(Random.uniform(key, [2]), Random.uniform(key, [2]))
    }
    expect(await value(without, twice)).toEqual([0, 0])
  })
})
