/**
 * How the runtime makes the calls of the host that a module asks for.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, Debug, jit, Lax, NdArray, Numpy as np, pureCallback, ShapeDType } from "effax"
import * as Driver from "effax/Driver"
import { CallbackError } from "effax/Errors"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { features } from "../../src/internal/assembler/index.ts"
import { type DriverOptions, make } from "../../src/internal/runtime/driver.ts"
import { startThread } from "../../src/internal/runtime/host.ts"
import { translateWith } from "../../src/internal/runtime/translate.ts"

const layerOf = (
  options: Partial<DriverOptions> & { readonly shared?: boolean } = {}
): Layer.Layer<Backend.Backend> => {
  const { shared = true, ...rest } = options
  return Driver.layer(make({
    threads: shared ? 2 : undefined,
    memoryLimit: 1 << 30,
    features: features(),
    translate: translateWith({ threads: shared, relaxedSimd: false }),
    ...rest
  }))
}

const watched = (f: (value: Debug.HostValue) => Effect.Effect<unknown, unknown>) =>
  jit((x: NdArray.Any) => np.multiply(Debug.callback(np.add(x, 1), f), 2))

const steps = (count: number, f: (value: Debug.HostValue) => Effect.Effect<unknown, unknown>): NdArray.Any =>
  jit((x: NdArray.Any) =>
    Lax.scan((c: NdArray.Any) => [Debug.callback(np.add(c, 1), f), null] as const, x, null, { length: count })[0]
  )(np.array(0))

/** Waits for a turn of the event loop. */
const later = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1)))

describe.each([1, 2, 3])("on %i threads", (threads) => {
  const layer = layerOf({ threads })

  it.live("every call has its answer", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const last = yield* NdArray.toNumber(steps(500, (v) => Effect.sync(() => void seen.push(v.toNested()))))
      expect(last).toBe(500)
      expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    }).pipe(Effect.provide(layer)))

  it.live("callbacks in callbacks find a thread", () =>
    Effect.gen(function*() {
      const context = yield* Effect.context<Backend.Backend>()
      const nested = (depth: number): NdArray.Any =>
        np.multiply(
          Debug.callback(
            np.add(np.array([depth]), 0.25),
            () => depth === 0 ? later : Effect.provide(nested(depth - 1), context)
          ),
          2
        )
      expect(yield* NdArray.toNested(nested(5))).toEqual([10.5])
    }).pipe(Effect.provide(layer)))

  it.live("work that every thread takes part in goes on after a call, with the same bits", () =>
    Effect.gen(function*() {
      const f = (call: (x: NdArray.Any) => NdArray.Any) =>
        jit((x: NdArray.Any) => {
          const y = call(np.sin(np.matmul(x, x)))
          return np.sum(np.matmul(y, call(np.cos(y))), { axis: 0 })
        })
      const x = yield* np.divide(np.reshape(np.arange(256 * 256), [256, 256]), 65536)
      let calls = 0
      const plain = yield* NdArray.toTypedArray(f((y) => y)(x))
      const calling = f((y) => Debug.callback(y, () => Effect.andThen(later, Effect.sync(() => calls++))))
      for (let i = 0; i < 5; i++) expect(yield* NdArray.toTypedArray(calling(x))).toEqual(plain)
      expect(calls).toBe(10)
    }).pipe(Effect.provide(layer)))
})

describe("failures", () => {
  it.live("and interruptions give everything back, in little memory", () =>
    Effect.gen(function*() {
      const failing = watched(() => Effect.fail("no"))
      for (let i = 0; i < 200; i++) {
        // 256 KiB for inputs, temporaries and outputs each, of 2 MiB
        expect(yield* Effect.flip(failing(np.ones([65_536])))).toBeInstanceOf(CallbackError)
      }
      for (let i = 0; i < 50; i++) {
        const started = yield* Deferred.make<void>()
        const waiting = watched(() => Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(waiting(np.ones([65_536])))
        yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
      }
      expect(yield* NdArray.toNumber(np.sum(watched(() => Effect.void)(np.ones([65_536]))))).toBe(4 * 65_536)
    }).pipe(Effect.provide(layerOf({ memoryLimit: 2 << 20 }))))

  it.live("of a thread while the host is called are failures of the execution", () =>
    Effect.gen(function*() {
      const threads: Array<ReturnType<typeof startThread>> = []
      const layer = layerOf({
        threads: 1,
        startThread: (start, events) => {
          let lost = (): void => {}
          const thread = startThread(start, { ...events, onLost: events.onLost })
          lost = () => {
            void thread.terminate().then(() => events.onLost(new Error("gone")))
          }
          threads.push({ ...thread, terminate: thread.terminate, keepAlive: thread.keepAlive, lose: lost } as never)
          return thread
        }
      })
      yield* Effect.gen(function*() {
        const f = watched(() =>
          Effect.andThen(
            Effect.sync(() => (threads[0] as unknown as { readonly lose: () => void }).lose()),
            Effect.sleep(50)
          )
        )
        const error = yield* Effect.flip(f(np.ones([4])))
        expect(error._tag).toBe("KernelError")
        expect(yield* NdArray.toNested(watched(() => Effect.void)(np.ones([2])))).toEqual([4, 4])
      }).pipe(Effect.provide(layer))
    }))
})

describe("where the main thread can't wait for memory", () => {
  it.live("threads post a message when they ask, and when they end", () =>
    Effect.gen(function*() {
      const { waitAsync } = Atomics
      const seen: Array<unknown> = []
      yield* Effect.gen(function*() {
        // looked at once, when the pool is made
        ;(Atomics as { waitAsync: unknown }).waitAsync = waitAsync
        expect(yield* NdArray.toNumber(steps(20, (v) => Effect.sync(() => void seen.push(v.toNested()))))).toBe(20)
        expect(yield* Effect.flip(watched(() => Effect.fail("no"))(np.ones([2])))).toMatchObject({ cause: "no" })
        expect(yield* NdArray.toNested(watched(() => later)(np.ones([2])))).toEqual([4, 4])
      }).pipe(
        Effect.provide(
          Layer.unwrap(Effect.sync(() => {
            ;(Atomics as { waitAsync: unknown }).waitAsync = undefined
            return layerOf()
          }))
        ),
        Effect.ensuring(Effect.sync(() => {
          ;(Atomics as { waitAsync: unknown }).waitAsync = waitAsync
        }))
      )
      expect(seen.length).toBe(20)
    }))
})

describe("where threads can't be had", () => {
  const layer = layerOf({ shared: false })

  it.effect("callbacks run on the calling thread, in order, and may compute", () =>
    Effect.gen(function*() {
      const context = yield* Effect.context<Backend.Backend>()
      const seen: Array<unknown> = []
      const program = steps(4, (v) =>
        Effect.provide(
          Effect.map(
            NdArray.toNumber(np.sum(
              watched((inner) => Effect.sync(() => void seen.push(inner.toNested())))(
                np.full([3], v.toScalar() as number)
              )
            )),
            (sum) => void seen.push(sum)
          ),
          context
        ))
      expect(yield* NdArray.toNumber(program)).toBe(4)
      expect(seen).toEqual([1, 2, 3, 4].flatMap((c) => [[c + 1, c + 1, c + 1], 6 * (c + 1)]))
    }).pipe(Effect.provide(layer)))

  it.effect("one that needs asynchrony fails and says why", () =>
    Effect.gen(function*() {
      let interrupted = false
      const waiting = Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          interrupted = true
        }))
      const error = yield* Effect.flip(watched(() => waiting)(np.ones([2])))
      expect(error._tag).toBe("CallbackError")
      expect(error.message).toMatch(/needs asynchrony.*threads/)
      expect(interrupted).toBe(true)
      expect(yield* NdArray.toNested(watched(() => Effect.void)(np.ones([2])))).toEqual([4, 4])
    }).pipe(Effect.provide(layer)))

  it.effect("results are those that the host gave, and failures are the callback's own", () =>
    Effect.gen(function*() {
      const f = pureCallback(
        (x: Debug.HostValue) => x.toNumbers().map((v) => v ** 2),
        new ShapeDType([3], "float64")
      )
      expect(yield* NdArray.toNested(np.add(f(np.array([1, 2, 3])), 1))).toEqual([2, 5, 10])
      expect(yield* Effect.flip(watched(() => Effect.fail("no"))(np.ones([2])))).toMatchObject({ cause: "no" })
    }).pipe(Effect.provide(layer)))

  it.live("because they don't start: the same", () =>
    Effect.gen(function*() {
      const broken = layerOf({
        startThread: (_, events) => {
          queueMicrotask(() => events.onLost(new Error("no threads here")))
          return { keepAlive: () => {}, terminate: () => Promise.resolve() }
        }
      })
      yield* Effect.gen(function*() {
        const seen: Array<unknown> = []
        expect(yield* NdArray.toNumber(steps(3, (v) => Effect.sync(() => void seen.push(v.toNested()))))).toBe(3)
        expect(seen).toEqual([1, 2, 3])
      }).pipe(Effect.provide(broken))
    }))
})
