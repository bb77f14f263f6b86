/**
 * One array that many fibers want is computed once, and fibers that wait for each other don't take each other along.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Backend, Debug, jit, NdArray, Numpy as np, Random } from "effax"
import * as Driver from "effax/Driver"
import * as DriverKit from "effax/DriverKit"
import { Cause, Effect, Exit, Fiber, Layer } from "effect"
import * as yielding from "./yieldingDriver.ts"

type X = NdArray.Any

const candidates = [
  { name: "reference", inner: Reference.layer },
  { name: "cpu-wasm", inner: CpuWasm.layerWith({ threads: 2 }) }
]

const statistics = Effect.flatMap(Backend.Backend, (backend) => backend.statistics)
const executions = Effect.map(statistics, (counts) => counts.executions)

const resident = (value: number): Effect.Effect<X, unknown, Backend.Backend> => np.add(np.full([40], value), 0)

describe.each(candidates)("on $name", ({ inner }) => {
  const layer = yielding.layer(inner, yielding.watch())

  /** A driver whose n-th execution fails. */
  const failing = (n: number) => {
    let count = 0
    return Layer.effect(
      Backend.Backend,
      Effect.flatMap(Backend.Backend, ({ driver }) =>
        Driver.toBackend(Driver.decorate(driver, {
          execute: (executable, inputs, origin) =>
            Effect.gen(function*() {
              for (let i = 0; i < 5; i++) yield* Effect.yieldNow
              if (++count === n) {
                return yield* Effect.fail(DriverKit.callbackFailure(driver.name, "test", new Error(`execution ${n}`)))
              }
              return yield* driver.execute(executable, inputs, origin)
            })
        })))
    ).pipe(Layer.provide(inner))
  }

  it.effect("fifty fibers that want one array compute it once", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const before = yield* executions
      const y = np.add(np.multiply(x, 3), 4)
      const read = yield* Effect.forEach(
        Array.from({ length: 50 }),
        () => Effect.map(NdArray.toTypedArray(y), (data) => data[39]),
        { concurrency: "unbounded" }
      )
      expect(read).toEqual(Array.from({ length: 50 }, () => 7))
      expect(yield* executions).toBe(before + 1)
    }).pipe(Effect.provide(layer)))

  it.effect("the results of one call that are wanted one by one are computed once", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const before = yield* executions
      const [a, b] = jit((z: X) => [np.add(z, 1), np.add(z, 2)] as const)(x)
      const read = yield* Effect.forEach([a, b, a, b], (of) => NdArray.toTypedArray(of), { concurrency: "unbounded" })
      expect(read.map((data) => data[0])).toEqual([2, 3, 2, 3])
      expect(yield* executions).toBe(before + 1)
    }).pipe(Effect.provide(layer)))

  it.effect("an array that is being computed is an input of what is made of it", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const before = yield* executions
      const y = np.add(x, 1)
      const read = yield* Effect.forEach(
        [y, np.multiply(y, 10), np.multiply(y, 100)],
        (of) => NdArray.toTypedArray(of),
        { concurrency: "unbounded" }
      )
      expect(read.map((data) => data[0])).toEqual([2, 20, 200])
      expect(yield* executions).toBe(before + 3)
    }).pipe(Effect.provide(layer)))

  it.effect("host data that many fibers want is uploaded once", () => {
    const uploads: Array<number> = []
    const counted = Layer.effect(
      Backend.Backend,
      Effect.flatMap(Backend.Backend, ({ driver }) =>
        Driver.toBackend(Driver.decorate(driver, {
          upload: (data, aval) =>
            Effect.andThen(Effect.yieldNow, () => {
              uploads.push(data.length)
              return driver.upload(data, aval)
            })
        })))
    ).pipe(Layer.provide(inner))
    return Effect.gen(function*() {
      const x = np.array(Array.from({ length: 40 }, (_, i) => i))
      const read = yield* Effect.forEach(
        [1, 2, 3, 4, 5, 6, 7, 8],
        (n) => Effect.map(NdArray.toTypedArray(np.add(np.max(x), np.full([], n))), (data) => data[0]),
        { concurrency: "unbounded" }
      )
      expect(read).toEqual([40, 41, 42, 43, 44, 45, 46, 47])
      expect(uploads.filter((length) => length === 40)).toEqual([40])
    }).pipe(Effect.provide(counted))
  })

  it.effect("when the fiber that computes is interrupted, another one takes over", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const before = yield* executions
      const y = np.add(x, 6)
      const fibers = yield* Effect.forEach(
        Array.from({ length: 5 }),
        () => Effect.forkChild(Effect.map(NdArray.toTypedArray(y), (data) => data[0]))
      )
      for (let i = 0; i < 3; i++) yield* Effect.yieldNow
      yield* Fiber.interrupt(fibers[0]!)
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      expect(Exit.isFailure(exits[0]!) && Cause.hasInterruptsOnly(exits[0].cause)).toBe(true)
      expect(exits.slice(1)).toEqual(Array.from({ length: 4 }, () => Exit.succeed(7)))
      expect(yield* executions).toBe(before + 1)
    }).pipe(Effect.provide(layer)))

  it.effect("a fiber that only waits can be interrupted, and nothing else ends", () =>
    Effect.gen(function*() {
      const y = np.add(yield* resident(1), 7)
      const fibers = yield* Effect.forEach(
        Array.from({ length: 4 }),
        () => Effect.forkChild(Effect.map(NdArray.toTypedArray(y), (data) => data[0]))
      )
      for (let i = 0; i < 3; i++) yield* Effect.yieldNow
      yield* Fiber.interrupt(fibers[2]!)
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      expect(exits.filter(Exit.isSuccess).map((exit) => exit.value)).toEqual([8, 8, 8])
    }).pipe(Effect.provide(layer)))

  it.effect("a failure is that of all who wait for it, and the next evaluation tries again", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const y = np.add(x, 8)
      const errors = yield* Effect.forEach(
        Array.from({ length: 4 }),
        () => Effect.flip(NdArray.toTypedArray(y)),
        { concurrency: "unbounded" }
      )
      expect(errors.map((error) => (error as { readonly _tag: string })._tag)).toEqual(
        Array.from({ length: 4 }, () => "CallbackError")
      )
      expect((yield* NdArray.toTypedArray(y))[0]).toBe(9)
    }).pipe(Effect.provide(failing(2))))

  it.effect("a failure of something larger is not that of a fiber that wanted a part of it", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const y = np.add(x, 9)
      const [both, alone] = yield* Effect.all([
        Effect.exit(NdArray.evaluate([y, np.multiply(x, 3)])),
        Effect.exit(Effect.map(NdArray.toTypedArray(y), (data) => data[0]))
      ], { concurrency: "unbounded" })
      expect(Exit.isFailure(both)).toBe(true)
      expect(alone).toEqual(Exit.succeed(10))
    }).pipe(Effect.provide(failing(2))))

  it.effect("an array that a fiber outside of a scope waits for outlives the scope", () =>
    Effect.gen(function*() {
      const x = yield* resident(1)
      const y = np.add(x, 10)
      const inside = yield* Effect.forkChild(NdArray.scoped(NdArray.toTypedArray(y)))
      yield* Effect.yieldNow
      expect((yield* NdArray.toTypedArray(y))[0]).toBe(11)
      yield* Fiber.join(inside)
      expect((yield* NdArray.toTypedArray(np.add(y, 1)))[0]).toBe(12)
    }).pipe(Effect.provide(layer)))

  it.effect(
    "a function of the host that needs what the run computes beside it does not wait for the run",
    () =>
      Effect.gen(function*() {
        const context = yield* Effect.context<Backend.Backend>()
        const x = yield* resident(1)
        const shared = np.multiply(x, 5)
        const read: Array<unknown> = []
        // what a compiled function closed over is a result of the run, too
        const f = jit((y: X) => {
          const z = np.add(y, shared)
          return Debug.callback(z, () =>
            Effect.map(Effect.provide(NdArray.toTypedArray(np.add(shared, 1)), context), (data) =>
              read.push(data[0])))
        })
        expect((yield* NdArray.toTypedArray(f(x)))[0]).toBe(6)
        expect(read).toEqual([6])
      }).pipe(Effect.provide(layer)),
    20_000
  )

  it.live("where memory is short, the fibers that wait take none", () => {
    // two products fit, twenty do not
    const [n, layer] = inner === candidates[0]!.inner
      ? [64, Reference.layerWith({ memoryLimit: 100_000 })]
      : [256, CpuWasm.layerWith({ threads: 2, memoryLimit: 2 << 20 })]
    return Effect.gen(function*() {
      const x = yield* np.add(np.ones([n, n]), 0)
      const y = np.matmul(x, np.add(x, 1))
      const sums = yield* Effect.forEach(
        Array.from({ length: 20 }),
        () => Effect.andThen(Effect.asVoid(y), NdArray.toScalar(np.max(y))),
        { concurrency: "unbounded" }
      )
      expect(sums).toEqual(Array.from({ length: 20 }, () => 2 * n))
    }).pipe(Effect.provide(layer))
  }, 60_000)
})

describe("out of memory", () => {
  it.live("says how much of the memory computations take that run", () =>
    Effect.gen(function*() {
      const x = yield* Random.normal(Random.key(0), [512, 512])
      const power = jit((y: X) => {
        let product = y
        for (let i = 0; i < 400; i++) product = np.multiply(np.matmul(product, x), 0.04)
        return product
      })
      // compiled: from now on it runs as soon as it is asked for
      yield* NdArray.dispose(yield* power(x))
      const fiber = yield* Effect.forkChild(Effect.asVoid(power(x)))
      const { arraysLive } = yield* statistics
      let error: unknown
      // until it runs, there is room
      for (let i = 0; i < 200 && error === undefined; i++) {
        yield* Effect.sleep("2 millis")
        const exit = yield* Effect.exit(
          NdArray.scoped(NdArray.evaluate(np.add(np.full([7 << 18], i), 1)).pipe(Effect.asVoid))
        )
        const found = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        if (String(found).includes("computations that run")) error = found
      }
      yield* Fiber.interrupt(fiber)
      expect(arraysLive).toBeGreaterThan(0)
      expect(error).toMatchObject({ _tag: "OutOfMemoryError" })
      expect(String(error)).toMatch(/MiB of 10\.0 MiB are taken \(\d+\.\d MiB of them by computations that run\)/)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 2, memoryLimit: 10 << 20 }))), 60_000)
})
