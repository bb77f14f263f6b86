/**
 * Computations that call host functions.
 */
import { assert } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as Debug from "effax/Debug"
import { scan } from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit, pureCallback, ShapeDType } from "effax/Transform"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Suite } from "./suite.ts"

type Watcher = (value: Debug.HostValue) => Effect.Effect<unknown, unknown>

/** Counts to three, and observes every step. */
const counting = (watch: Watcher) =>
  jit((x: NdArray.Any) =>
    scan((c: NdArray.Any) => [Debug.callback(np.add(c, 1), watch), null] as const, x, null, { length: 3 })[0]
  )

const noting = (seen: Array<unknown>): Watcher => (value) => Effect.sync(() => void seen.push(value.toNested()))

export const callbackSuite: Suite = ({ fresh, test }) => {
  test("calls functions in the order of the program, each of two equal programs its own", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const [first, second] = [[] as Array<unknown>, [] as Array<unknown>]
      assert.strictEqual(yield* NdArray.toNumber(counting(noting(first))(np.array(0))), 3)
      const { compilations } = yield* backend.statistics
      assert.strictEqual(yield* NdArray.toNumber(counting(noting(second))(np.array(10))), 13)
      assert.strictEqual((yield* backend.statistics).compilations, compilations)
      assert.deepStrictEqual([first, second], [[1, 2, 3], [11, 12, 13]])
    }).pipe(Effect.provide(fresh)))

  test("takes what functions give", () =>
    Effect.gen(function*() {
      const negated = pureCallback(
        (x: Debug.HostValue) => x.toNumbers().map((v) => -v),
        new ShapeDType([3], "float32")
      )
      const result = np.multiply(negated(np.array([1, 2, 3])), 2)
      assert.deepStrictEqual(yield* NdArray.toNested(result), [-2, -4, -6])
    }))

  test("lets functions compute meanwhile", () =>
    Effect.gen(function*() {
      const context = yield* Effect.context<Backend>()
      const seen: Array<unknown> = []
      const nested = counting((value) =>
        Effect.provide(
          Effect.map(
            NdArray.toNumber(counting(() => Effect.void)(np.multiply(value.toScalar() as number, np.array(10)))),
            (n) => seen.push(n)
          ),
          context
        )
      )
      assert.strictEqual(yield* NdArray.toNumber(nested(np.array(0))), 3)
      assert.deepStrictEqual(seen, [13, 23, 33])
    }))

  test("fails with what a function failed with, and loses nothing", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const failing = jit((x: NdArray.Any) => np.add(Debug.callback(np.multiply(x, 2), () => Effect.fail("no")), 1))
      const x = yield* np.add(np.ones([64]), 1)
      const { arraysLive, bytesLive } = yield* backend.statistics
      const error = yield* Effect.flip(failing(x))
      assert.strictEqual(error._tag, "CallbackError")
      assert.strictEqual((error as { readonly cause?: unknown }).cause, "no")
      const after = yield* backend.statistics
      assert.deepStrictEqual([after.arraysLive, after.bytesLive], [arraysLive, bytesLive])
      assert.strictEqual(yield* NdArray.toNumber(np.sum(x)), 128)
    }).pipe(Effect.provide(fresh)))

  test("interrupts functions together with the execution", () =>
    Effect.gen(function*() {
      const started = yield* Deferred.make<void>()
      let interrupted = false
      const waiting = counting(() =>
        Effect.onInterrupt(Effect.andThen(Deferred.succeed(started, undefined), Effect.never), () =>
          Effect.sync(() => {
            interrupted = true
          }))
      )
      const fiber = yield* Effect.forkChild(waiting(np.array(0)))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(interrupted)
      assert.strictEqual(yield* NdArray.toNumber(counting(() => Effect.void)(np.array(0))), 3)
    }))
}
