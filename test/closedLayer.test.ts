/**
 * A backend whose Layer was closed: every use of it, and of its arrays, is a typed error that says so and what to do.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, ManagedRuntime, Scope } from "effect"
import { backends } from "./backends.ts"
import * as yielding from "./yieldingDriver.ts"

type X = NdArray.Any

const closed = (name: string) => ({
  _tag: "DisposedArrayError",
  reason: "layer",
  message: expect.stringMatching(
    new RegExp(`the Layer of the ${name} backend was closed.*provide it once.*ManagedRuntime\\.make\\(layer\\)`)
  )
})

const f = jit((x: X) => np.multiply(x, 2))

describe.each(backends)("on $name", ({ layer, name }) => {
  /** The service of a Layer, with something made by it, after the Layer was closed. */
  const afterwards = <A, E>(make: Effect.Effect<A, E, Backend.Backend>) =>
    Effect.scoped(
      Effect.gen(function*() {
        const context = yield* Layer.build(layer)
        return [yield* Effect.provide(make, context), context] as const
      })
    )

  it.effect("arrays that were resident", () =>
    Effect.gen(function*() {
      const [x, context] = yield* afterwards(np.add(np.ones([2]), 1))
      const uses = {
        read: NdArray.toTypedArray(x),
        evaluate: NdArray.evaluate(np.add(x, 1)),
        call: NdArray.toTypedArray(f(x)),
        again: NdArray.evaluate(x)
      }
      for (const [use, effect] of Object.entries(uses)) {
        const error = yield* Effect.flip(Effect.asVoid(effect as Effect.Effect<unknown, unknown, Backend.Backend>))
          .pipe(Effect.provide(context))
        expect(error, use).toMatchObject(closed(name))
      }
      expect(String(x)).toBe("f32[2] <disposed: layer>")
    }))

  it.effect("arrays that were not", () =>
    Effect.gen(function*() {
      const [, context] = yield* afterwards(Effect.void)
      const constant = np.array([1, 2, 3])
      const uses = {
        "a graph": NdArray.toTypedArray(np.add(np.ones([2]), 1)),
        "host data": NdArray.toTypedArray(constant),
        "a call on host data": NdArray.toTypedArray(f(constant)),
        "a number": NdArray.toTypedArray(np.asarray(1))
      }
      for (const [use, effect] of Object.entries(uses)) {
        expect(yield* Effect.flip(effect).pipe(Effect.provide(context)), use).toMatchObject(closed(name))
      }
    }))

  it.effect("compiling and lowering", () =>
    Effect.gen(function*() {
      const [, context] = yield* afterwards(Effect.void)
      const lowered = f.lower(new (yield* Effect.promise(() => import("effax"))).ShapeDType([2], "float32"))
      const error = yield* Effect.flip(Effect.provide(Effect.flatMap(lowered, (of) => of.compile()), context))
      expect(error).toMatchObject(closed(name))
    }))

  it.effect("what asks nothing of the device goes on", () =>
    Effect.gen(function*() {
      const [x, context] = yield* afterwards(np.add(np.ones([2]), 1))
      yield* Effect.gen(function*() {
        yield* NdArray.dispose(x)
        yield* NdArray.scoped(Effect.void)
        const { arraysLive, bytesLive } = yield* (yield* Backend.Backend).statistics
        expect({ arraysLive, bytesLive }).toEqual({ arraysLive: 0, bytesLive: 0 })
      }).pipe(Effect.provide(context))
    }))

  it.effect("arrays of a Layer that was closed, on another one", () =>
    Effect.gen(function*() {
      const x = yield* Effect.provide(np.add(np.ones([2]), 1), layer)
      const error = yield* Effect.flip(NdArray.toTypedArray(x)).pipe(Effect.provide(layer))
      expect(error).toMatchObject({ _tag: "ForeignArrayError", owner: name })
      expect(error.message).toContain("whose Layer was closed")
      expect(error.message).toContain("keep it open with ManagedRuntime.make(layer)")
    }))

  it.live("as the message says, a runtime keeps the Layer open", () =>
    Effect.promise(async () => {
      const runtime = ManagedRuntime.make(layer)
      const x = await runtime.runPromise(np.add(np.ones([2]), 1))
      expect([...await runtime.runPromise(NdArray.toTypedArray(x))]).toEqual([2, 2])
      await runtime.dispose()
    }))

  const points: ReadonlyArray<yielding.Point> = ["upload", "compile", "compiled", "execute", "executed", "download"]
  it.effect.each(points)(
    "a Layer that is closed while a computation is at the point %s",
    (point) =>
      Effect.gen(function*() {
        const watch = yielding.watch()
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(yielding.layer(layer, watch), scope)
        const reached = yield* Deferred.make<void>()
        watch.at = (seen) => {
          if (seen === point) Deferred.doneUnsafe(reached, Effect.void)
        }
        const g = jit((x: X, y: X) => np.add(x, y))
        const fiber = yield* Effect.forkChild(
          Effect.provide(NdArray.toTypedArray(g(np.array([1, 2]), np.array([3, 4]))), context)
        )
        yield* Deferred.await(reached)
        yield* Scope.close(scope, Exit.void)
        const exit = yield* Fiber.await(fiber)
        // what had been read already is right
        if (Exit.isSuccess(exit)) expect([...exit.value]).toEqual([4, 6])
        else expect(Cause.squash(exit.cause)).toMatchObject(closed(name))
      })
  )
})
