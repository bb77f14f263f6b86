/**
 * Memory that a computation or a reading uses stays as it is until it ends, whatever other fibers do with the array.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import { Cause, Deferred, Effect, Exit, Fiber } from "effect"
import * as yielding from "./yieldingDriver.ts"

type X = NdArray.Any

const candidates = [
  { name: "reference", inner: Reference.layer },
  { name: "cpu-wasm on one thread", inner: CpuWasm.layerWith({ threads: 1 }) },
  { name: "cpu-wasm on two threads", inner: CpuWasm.layerWith({ threads: 2 }) }
]

const length = 40
const filled = (value: number) => Array.from({ length }, () => value)
/** An array of memory of its own, filled with a number. */
const resident = (value: number): Effect.Effect<X, unknown, Backend.Backend> => np.add(np.full([length], value), 0)

const bytesLive = Effect.map(
  Effect.flatMap(Backend.Backend, (backend) => backend.statistics),
  (statistics) => statistics.bytesLive
)

/** Overwrites what is free. */
const clutter = Effect.gen(function*() {
  for (let i = 0; i < 4; i++) yield* NdArray.dispose(yield* resident(-1000 - i))
})

const consume = jit(function consume(x: X) {
  return np.multiply(x, 100)
}, { donateArgnums: 0 })

const double = jit(function double(x: X) {
  return np.multiply(x, 2)
})

describe.each(candidates)("on $name", ({ inner }) => {
  /** Runs a test on a driver that gives other fibers a turn at every point. */
  const on = <E>(
    body: (
      /** Starts an effect at the next point of that name, in another fiber, while the driver waits there. */
      at: (point: yielding.Point, other: Effect.Effect<unknown, unknown, Backend.Backend>) => Effect.Effect<void>
    ) => Effect.Effect<void, E, Backend.Backend>
  ) => {
    const watch = yielding.watch()
    let waiting = false
    return Effect.gen(function*() {
      const context = yield* Effect.context<Backend.Backend>()
      yield* body((point, other) =>
        Effect.sync(() => {
          waiting = true
          watch.at = (seen) => {
            if (seen !== point) return
            watch.at = () => {}
            waiting = false
            Effect.runForkWith(context)(other)
          }
        })
      )
      // the point was reached
      expect(waiting).toBe(false)
      expect(watch.faults).toEqual([])
    }).pipe(Effect.provide(yielding.layer(inner, watch)))
  }

  const points: ReadonlyArray<yielding.Point> = ["upload", "compile", "compiled", "execute", "executed"]

  describe.each(points)("an input that is disposed of at the point %s", (point) => {
    it.effect("is read as it was, by a call", () =>
      on((at) =>
        Effect.gen(function*() {
          const x = yield* resident(7)
          const add = jit((a: X, b: X) => np.add(a, b))
          yield* at(point, Effect.andThen(NdArray.dispose(x), clutter))
          expect(yield* NdArray.toNested(add(x, np.array(filled(0.25))))).toEqual(filled(7.25))
          const error = yield* Effect.flip(double(x))
          expect(error).toMatchObject({ _tag: "DisposedArrayError", reason: "dispose" })
        })
      ))

    it.effect("is read as it was, by a graph", () =>
      on((at) =>
        Effect.gen(function*() {
          const x = yield* resident(8)
          yield* at(point, Effect.andThen(NdArray.dispose(x), clutter))
          expect(yield* NdArray.toNested(np.add(np.multiply(x, 3), np.array(filled(0.5))))).toEqual(filled(24.5))
        })
      ))
  })

  it.effect("an input that another fiber donates is read as it was", () =>
    on((at) =>
      Effect.gen(function*() {
        const x = yield* resident(5)
        const donated = yield* Deferred.make<unknown, unknown>()
        yield* at("execute", Effect.andThen(Deferred.complete(donated, NdArray.toNested(consume(x))), clutter))
        expect(yield* NdArray.toNested(double(x))).toEqual(filled(10))
        expect(yield* Deferred.await(donated)).toEqual(filled(500))
        expect(yield* Effect.flip(double(x))).toMatchObject({ _tag: "DisposedArrayError", reason: "donation" })
      })
    ))

  it.effect("of two that are given the same array, the second is refused", () =>
    on(() =>
      Effect.gen(function*() {
        const x = yield* resident(5)
        const exits = yield* Effect.forEach([0, 1], () => Effect.exit(NdArray.toNested(consume(x))), {
          concurrency: "unbounded"
        })
        expect(exits[0]).toEqual(Exit.succeed(filled(500)))
        expect(Exit.isFailure(exits[1]!) && Cause.squash(exits[1].cause)).toMatchObject({
          _tag: "DisposedArrayError",
          reason: "donation"
        })
      })
    ))

  it.effect("an array that was given to a computation that is interrupted can be used again", () =>
    on((at) =>
      Effect.gen(function*() {
        const x = yield* resident(5)
        const reached = yield* Deferred.make<void>()
        yield* at("execute", Deferred.succeed(reached, undefined))
        const fiber = yield* Effect.forkChild(NdArray.evaluate(consume(x)))
        yield* Deferred.await(reached)
        yield* Fiber.interrupt(fiber)
        expect(yield* NdArray.toNested(double(x))).toEqual(filled(10))
      })
    ))

  it.effect("a scope that ends while another fiber computes with its arrays", () =>
    on((at) =>
      Effect.gen(function*() {
        const ended = yield* Deferred.make<void>()
        const computing = yield* NdArray.scoped(Effect.gen(function*() {
          const x = yield* resident(6)
          const computing = yield* Effect.forkDetach(NdArray.toNested(double(x)))
          const reached = yield* Deferred.make<void>()
          yield* at("execute", Deferred.succeed(reached, undefined))
          yield* Deferred.await(reached)
          return computing
        }))
        yield* clutter
        yield* Deferred.succeed(ended, undefined)
        expect(yield* Fiber.join(computing)).toEqual(filled(12))
      })
    ))

  it.effect.each(["download", "downloaded"] as const)(
    "an array that is disposed of while it is read: %s",
    (point) =>
      on((at) =>
        Effect.gen(function*() {
          const x = yield* resident(9)
          yield* at(point, Effect.andThen(NdArray.dispose(x), clutter))
          expect(yield* NdArray.toNested(x)).toEqual(filled(9))
          expect(yield* Effect.flip(NdArray.toNested(x))).toMatchObject({ _tag: "DisposedArrayError" })
        })
      )
  )

  it.effect("an array that is disposed of before its reading has begun is a typed error", () =>
    on((at) =>
      Effect.gen(function*() {
        const x = np.add(np.full([length], 3), 1)
        // ends after the computation did and before the reader gets its turn
        yield* at("executed", Effect.andThen(Effect.asVoid(x), NdArray.dispose(x)))
        const exit = yield* Effect.exit(NdArray.toNested(x))
        if (Exit.isSuccess(exit)) expect(exit.value).toEqual(filled(4))
        else expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "DisposedArrayError", reason: "dispose" })
      })
    ))

  it.effect("memory is given back however a computation ends", () =>
    on((at) =>
      Effect.gen(function*() {
        const x = yield* resident(2)
        yield* NdArray.dispose(yield* np.add(x, np.array(filled(1))))
        const before = yield* bytesLive
        for (const point of ["execute", "executed"] as const) {
          const y = yield* resident(3)
          const reached = yield* Deferred.make<void>()
          yield* at(point, Effect.andThen(NdArray.dispose(y), Deferred.succeed(reached, undefined)))
          const fiber = yield* Effect.forkChild(NdArray.evaluate(np.add(y, 1)))
          yield* Deferred.await(reached)
          // still in use
          expect(yield* bytesLive).toBeGreaterThan(before)
          yield* Fiber.interrupt(fiber)
          expect(yield* bytesLive).toBe(before)
        }
      })
    ))
})
