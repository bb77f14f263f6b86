/**
 * Branches and loops. Expected values are from JAX 0.10.2, whose `lax` functions have the same names.
 */
import { assert } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { grad, jit, vmap } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { assertArray, type Values } from "../../AllClose.ts"
import type { Suite } from "./suite.ts"

/** Compares arrays with their expected elements. */
const assertAll = (arrays: ReadonlyArray<NdArray.Any>, expected: ReadonlyArray<Values>) =>
  Effect.forEach(arrays, (array, i) => assertArray(array, expected[i]!, { label: `result ${i}` }), { discard: true })

/** The number of Collatz steps from a number to 1. */
const collatz = (start: NdArray.Any): NdArray.Any =>
  Lax.whileLoop(
    ([n]) => np.notEqual(n, 1),
    ([n, steps]) => [
      np.where(np.equal(np.remainder(n, 2), 0), np.floorDivide(n, 2), np.add(np.multiply(n, 3), 1)),
      np.add(steps, 1)
    ],
    [start, 0n]
  )[1]

export const controlFlowSuite: Suite = ({ fresh, options, test }) => {
  test("runs the branch that an index picks, the first or the last where there is none of its number", () =>
    Effect.gen(function*() {
      const f = jit((index: NdArray.Any, x: NdArray.Any, y: NdArray.Any) =>
        Lax.switch(
          index,
          [
            (x, y) => [np.add(x, y), 1n],
            (x, y) => [np.multiply(x, y), 2n],
            (x, y) => [np.subtract(x, y), 3n]
          ],
          x,
          y
        )
      )
      const [x, y] = [np.array([1, -2, 3]), np.array([0.5, 2, -4])]
      for (
        const [index, expected, which] of [
          [-7n, [1.5, 0, -1], 1],
          [0n, [1.5, 0, -1], 1],
          [1n, [0.5, -4, -12], 2],
          [2n, [0.5, -4, 7], 3],
          [9n, [0.5, -4, 7], 3]
        ] as const
      ) yield* assertAll(f(np.array(index), x, y), [expected, [which]])
    }))

  test("scans in both directions, however many steps are compiled as one", () =>
    Effect.gen(function*() {
      const f = (options: Lax.ScanOptions) =>
        jit((initial: NdArray.Any, xs: NdArray.Any) =>
          Lax.scan(
            (carry, x) => {
              const next = np.add(np.multiply(carry, 0.5), x)
              return [next, np.square(next)]
            },
            initial,
            xs,
            options
          )
        )
      const [initial, xs] = [np.array(8), np.array([1, 2, 3, 4, 5])]
      const forward = [[8.3125], [25, 20.25, 27.5625, 43.890625, 69.09765625]]
      const backward = [[3.8125], [14.53515625, 31.640625, 52.5625, 72.25, 81]]
      yield* assertAll(f({})(initial, xs), forward)
      yield* assertAll(f({ unroll: 2 })(initial, xs), forward)
      yield* assertAll(f({ reverse: true })(initial, xs), backward)
      yield* assertAll(f({ reverse: true, unroll: true })(initial, xs), backward)
      const [last, none] = f({})(initial, np.zeros([0]))
      yield* assertArray(last, [8])
      yield* assertArray(none, [], { expectShape: [0] })
    }))

  test("hands on carries that change places", () =>
    Effect.gen(function*() {
      const fibonacci = jit((a: NdArray.Any, b: NdArray.Any) =>
        Lax.scan(([a, b]) => [[b, np.add(a, b)], a], [a, b], null, { length: 12 })
      )
      const [last, all] = fibonacci(np.array(0n), np.array(1n))
      yield* assertAll([...last, all], [[144], [233], [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]])
    }))

  test("runs loops and branches inside of loops", () =>
    Effect.gen(function*() {
      const rows = jit((m: NdArray.Any) =>
        Lax.scan(
          (carry, row) => Lax.scan((inner, x) => [np.add(np.multiply(inner, 2), x), inner], carry, row),
          np.array(0),
          m
        )
      )
      yield* assertAll(rows(np.array([[1, 2], [3, 4], [5, 6]])), [[120], [0, 1, 4, 11, 26, 57]])
      const choosing = jit((xs: NdArray.Any) =>
        Lax.scan(
          (carry, x) =>
            Lax.cond(
              np.greater(x, 0),
              () => [np.add(carry, x), carry],
              () => [np.multiply(carry, 2), np.negative(carry)]
            ),
          np.array(1),
          xs
        )
      )
      yield* assertAll(choosing(np.array([1, -1, 2, -3])), [[12], [1, -2, 4, -6]])
    }))

  test("loops until a condition is false, each example of a batch for itself", () =>
    Effect.gen(function*() {
      yield* assertArray(jit(collatz)(np.array(27n)), [111])
      yield* assertArray(jit(collatz)(np.array(1n)), [0])
      yield* assertArray(jit(vmap(collatz))(np.array([1n, 2n, 6n, 7n, 27n])), [0, 1, 8, 16, 111])
    }))

  test("ends loops that have a bound", () =>
    Effect.gen(function*() {
      const f = jit((x: NdArray.Any) =>
        Lax.whileLoop((x) => np.less(x, 100), (x) => np.multiply(x, 2), x, { maxSteps: 3 })
      )
      yield* assertArray(f(np.array(1)), [8])
      yield* assertArray(f(np.array(99)), [198])
    }))

  test("differentiates loops and branches", () =>
    Effect.gen(function*() {
      const loss = (xs: NdArray.Any) =>
        np.sum(
          Lax.scan(
            (carry, x) => {
              const next = np.add(np.multiply(carry, 0.5), x)
              return [next, np.square(next)]
            },
            np.array(8),
            xs
          )[1]
        )
      yield* assertArray(jit(grad(loss))(np.array([1, 2, 3, 4, 5])), [19.8203125, 19.640625, 21.28125, 21.5625, 16.625])
      const branching = (x: NdArray.Any) =>
        Lax.cond(np.greater(np.at(x, 0).get(), 0), (x) => np.sum(np.square(x)), (x) => np.sum(x), x)
      yield* assertArray(jit(grad(branching))(np.array([1, 2])), [2, 4])
      yield* assertArray(jit(grad(branching))(np.array([-1, 2])), [1, 1])
    }))

  test("stops a loop without end when it is interrupted, leaks nothing, and goes on", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      // runs in a cycle, so that no compiler can see that it never ends
      const endless = jit((x: NdArray.Any) =>
        Lax.whileLoop((x) => np.greaterEqual(x, 0), (x) => np.where(np.greater(x, 9), 0, np.add(x, 1)), x)
      )
      const x = yield* np.add(np.array(1), 1)
      const before = yield* backend.statistics
      const fiber = yield* Effect.forkChild(endless(x))
      yield* Effect.sleep("200 millis")
      const start = performance.now()
      yield* Fiber.interrupt(fiber)
      const took = performance.now() - start
      assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
      assert.isBelow(took, options.interruptWithin ?? 100)
      assert.strictEqual((yield* backend.statistics).bytesLive, before.bytesLive)
      yield* assertArray(np.add(x, 1), [3])
    }).pipe(Effect.provide(fresh)))
}
