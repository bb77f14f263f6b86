/**
 * Compilation, execution, interruption and concurrency.
 */
import { assert } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { assertArray, assertSameBits } from "../../AllClose.ts"
import { generator } from "../generator.ts"
import type { Suite } from "./suite.ts"

const random = (seed: number, shape: ReadonlyArray<number>): NdArray.Any => {
  const next = generator(seed)
  return NdArray.fromTypedArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * next() - 1),
    shape
  )
}

/** Repeated matrix products, scaled so that the numbers keep their magnitude. */
const powers = (times: number) => (x: NdArray.Any): NdArray.Any => {
  let y = x
  for (let i = 0; i < times; i++) y = np.multiply(np.matmul(y, x), 0.1)
  return y
}

export const executionSuite: Suite = ({ fresh, options, test }) => {
  test("compiles equal programs once", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const make = () => jit((x: NdArray.Any) => np.multiply(np.sin(x), np.cos(x)), { name: "f" })
      yield* Effect.asVoid(make()(random(1, [5])))
      const before = yield* backend.statistics
      yield* Effect.asVoid(make()(random(2, [5])))
      const between = yield* backend.statistics
      assert.strictEqual(between.compilations, before.compilations)
      assert.isAbove(between.cacheHits, before.cacheHits)
      yield* Effect.asVoid(make()(random(2, [6])))
      const after = yield* backend.statistics
      assert.strictEqual(after.compilations, before.compilations + 1)
    }).pipe(Effect.provide(fresh)))

  test("gives jit what it gives without", () =>
    Effect.gen(function*() {
      const f = (x: NdArray.Any, y: NdArray.Any) => np.sum(np.multiply(np.tanh(np.matmul(x, y)), 2), { axis: 0 })
      const [x, y] = [random(3, [7, 5]), random(4, [5, 6])]
      const expected = yield* NdArray.toTypedArray(f(x, y))
      yield* assertArray(jit(f)(x, y), expected)
      yield* assertArray(jit((a: NdArray.Any) => jit(f)(a, y))(x), expected)
    }))

  test("runs programs of thousands of equations", () =>
    Effect.gen(function*() {
      let x: NdArray.Any = NdArray.fromTypedArray(Float32Array.of(1, 2))
      for (let i = 0; i < 3000; i++) x = i % 2 === 0 ? np.add(x, 1) : np.multiply(x, 0.5)
      // the fixed point of x -> (x + 1) / 2
      yield* assertArray(x, [1, 1])
    }))

  test("gives the same bits every time", () =>
    Effect.gen(function*() {
      const once = Effect.provide(
        Effect.suspend(() =>
          NdArray.toTypedArray(np.sum(np.matmul(random(5, [64, 300]), random(6, [300, 70])), { axis: 0 }))
        ),
        fresh
      )
      const first = yield* once
      for (let i = 0; i < 3; i++) assertSameBits(yield* once, first)
    }))

  test("serves many fibers at once, each with its own results", () =>
    Effect.gen(function*() {
      const f = jit((x: NdArray.Any) => np.add(np.multiply(x, 3), 1))
      const results = yield* Effect.forEach(
        Array.from({ length: 16 }, (_, k) => k),
        (k) =>
          Effect.gen(function*() {
            let x: NdArray.Any = NdArray.fromTypedArray(new Float32Array(1000).fill(k % 4))
            for (let i = 0; i < 5; i++) x = yield* f(x)
            return yield* NdArray.toTypedArray(x)
          }),
        { concurrency: "unbounded" }
      )
      // 3^5 k + (3^5 - 1) / 2
      results.forEach((data, k) => assertSameBits(data, new Float32Array(1000).fill(243 * (k % 4) + 121)))
    }))

  test("computes an array that many fibers want at once", () =>
    Effect.gen(function*() {
      const x = np.multiply(random(7, [100]), 2)
      const all = yield* Effect.forEach(Array.from({ length: 8 }), () => NdArray.toTypedArray(x), {
        concurrency: "unbounded"
      })
      for (const data of all) assertSameBits(data, all[0]!)
    }))

  test("stops when it is interrupted, leaks nothing, and goes on", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const long = jit(powers(2000))
      const x = yield* np.multiply(random(8, [512, 512]), 1)
      const before = yield* backend.statistics
      const fiber = yield* Effect.forkChild(long(x))
      yield* Effect.sleep("200 millis")
      const start = performance.now()
      yield* Fiber.interrupt(fiber)
      const took = performance.now() - start
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(
        Exit.isFailure(exit),
        "the computation ended before it could be interrupted: the test needs a longer one"
      )
      assert.isBelow(took, options.interruptWithin ?? 100)
      // fewer if a collection happened in between
      const after = yield* backend.statistics
      assert.isAtMost(after.bytesLive, before.bytesLive)
      yield* assertArray(np.add(NdArray.fromTypedArray(Float32Array.of(1, 2)), 1), [2, 3])
    }).pipe(Effect.provide(fresh)))
}
