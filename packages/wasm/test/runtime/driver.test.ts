import { describe, expect, it } from "@effect/vitest"
import * as Aval from "effax/Aval"
import type * as DType from "effax/DType"
import { CompileError } from "effax/Errors"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { f32, i32 } from "../../src/internal/assembler/index.ts"
import { add, artefact, busy, endless, f32s, fill, i32s, moduleOf, ranks, testDriver, trap } from "./modules.ts"

const everywhere = { cost: 1e9, parallel: true }
const MiB = 1 << 20

describe("arrays", () => {
  it.effect("come back as they went, in every dtype", () =>
    Effect.gen(function*() {
      const { driver } = yield* testDriver()
      const samples: ReadonlyArray<readonly [DType.DType, DType.TypedArray]> = [
        ["bool", Uint8Array.of(0, 1, 1)],
        ["int8", Int8Array.of(-128, 0, 127)],
        ["int16", Int16Array.of(-32768, 0, 32767)],
        ["int32", Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
        ["int64", BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n)],
        ["uint8", Uint8Array.of(0, 1, 255)],
        ["uint16", Uint16Array.of(0, 1, 65535)],
        ["uint32", Uint32Array.of(0, 1, 2 ** 32 - 1)],
        ["uint64", BigUint64Array.of(0n, 1n, 2n ** 64n - 1n)],
        ["bfloat16", Uint16Array.of(0x3f80, 0x7fc0, 0xffff)],
        ["float16", Uint16Array.of(0x3c00, 0x7e00, 0xffff)],
        ["float32", Float32Array.of(-0, 1.5, NaN)],
        ["float64", Float64Array.of(-0, 1.5, NaN)],
        ["complex64", Float32Array.of(-0, 1.5, NaN, 2, 3, -Infinity)],
        ["complex128", Float64Array.of(-0, 1.5, NaN, 2, 3, -Infinity)]
      ]
      expect(new Set(samples.map(([dtype]) => dtype))).toEqual(driver.capabilities.dtypes)
      for (const [dtype, data] of samples) {
        const aval = Aval.make(dtype, [3])
        const back = yield* driver.download(yield* driver.upload(data, aval), aval)
        expect(back).toEqual(data)
        expect(back.buffer).not.toBe(data.buffer)
      }
    }).pipe(Effect.scoped))

  it.effect("may be empty", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const empty = yield* driver.upload(new Float32Array(0), f32s(0))
      expect(yield* driver.download(empty, f32s(0))).toEqual(new Float32Array(0))
      const [out] = yield* driver.execute(yield* load(add(0)), [empty, empty])
      expect(out).not.toBe(empty)
      driver.release(out!)
      driver.release(empty)
      expect(driver.bytesLive()).toBe(0)
    }).pipe(Effect.scoped))

  it.effect("are counted until they are released, once", () =>
    Effect.gen(function*() {
      const { driver } = yield* testDriver()
      const [a, b] = [
        yield* driver.upload(new Float32Array(100), f32s(100)),
        yield* driver.upload(new Float32Array(9), f32s(9))
      ]
      expect(driver.bytesLive()).toBe(a.byteLength + b.byteLength)
      driver.release(a)
      driver.release(a)
      expect(driver.bytesLive()).toBe(b.byteLength)
    }).pipe(Effect.scoped))
})

describe("execution", () => {
  it.effect.each(
    [
      ["on the calling thread", {}, 2],
      ["on one thread of the pool", { cost: 1e9 }, 2],
      ["on all threads", everywhere, 2],
      ["on three threads", everywhere, 3],
      ["on the one thread there is", everywhere, 1],
      ["without threads", everywhere, undefined]
    ] as const
  )("%s", ([_, options, threads]) =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ threads })
      const executable = yield* load(add(1000, options, threads !== undefined))
      const x = yield* driver.upload(Float32Array.from({ length: 1000 }, (_, i) => i), f32s(1000))
      const y = yield* driver.upload(new Float32Array(1000).fill(0.5), f32s(1000))
      for (let i = 0; i < 20; i++) {
        const [out] = yield* driver.execute(executable, [x, y])
        expect(yield* driver.download(out!, f32s(1000))).toEqual(Float32Array.from({ length: 1000 }, (_, i) => i + 0.5))
        driver.release(out!)
      }
      driver.release(x)
      driver.release(y)
      expect(driver.bytesLive()).toBe(0)
    }).pipe(Effect.scoped))

  it.effect("gives every rank its number, and scratch and temporaries their place", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ threads: 3 })
      const [seen] = yield* driver.execute(yield* load(ranks()), [])
      expect((yield* driver.download(seen!, i32s(256))).slice(0, 6)).toEqual(Int32Array.of(0, 3, 1, 3, 2, 3))
      // arena at 2, scratch at 3: the first must end before the second begins
      const probe = yield* load(artefact(
        moduleOf((f, run) => {
          const out = run.argument(4)
          f.if(i32.eqz(run.rank), () => {
            f.do(i32.store(out, run.argument(2)))
            f.do(i32.store(out, run.argument(3), { offset: 4 }))
          })
        }),
        { ...everywhere, outputs: [64], arena: 1000, scratchPerThread: 4096 }
      ))
      const [places] = yield* driver.execute(probe, [])
      const [arena, scratch] = yield* driver.download(places!, i32s(2))
      expect(Number(arena) % 64).toBe(0)
      expect(Number(scratch) % 64).toBe(0)
      expect(Number(scratch)).toBeGreaterThanOrEqual(Number(arena) + 1000)
    }).pipe(Effect.scoped))

  it.effect("passes any number of arrays", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const count = 300
      const inputs = yield* Effect.forEach(Array.from({ length: count }, (_, i) => i), (i) =>
        driver.upload(Float32Array.of(i), f32s(1)))
      const last = moduleOf((f, run) =>
        f.do(f32.store(run.argument(4 + count), f32.load(run.argument(3 + count))))
      )
      for (const options of [{}, everywhere]) {
        const [out] = yield* driver.execute(yield* load(artefact(last, { outputs: [4], ...options })), inputs)
        expect(yield* driver.download(out!, f32s(1))).toEqual(Float32Array.of(count - 1))
      }
    }).pipe(Effect.scoped))

  it.effect("works beyond 2 GiB", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ memoryLimit: 2 ** 32 })
      // memory that is never touched, and so costs nothing
      const [wall] = yield* driver.execute(yield* load(artefact(moduleOf(() => {}), { outputs: [2.5 * 2 ** 30] })), [])
      for (const options of [{}, everywhere]) {
        const x = yield* driver.upload(Float32Array.of(1, 2, 3), f32s(3))
        const [out] = yield* driver.execute(yield* load(add(3, options)), [x, x])
        expect(yield* driver.download(out!, f32s(3))).toEqual(Float32Array.of(2, 4, 6))
      }
      driver.release(wall!)
    }).pipe(Effect.scoped))

  it.effect("keeps inputs that are released meanwhile", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const n = 1 << 20
      const executable = yield* load(add(n, everywhere))
      const x = yield* driver.upload(new Float32Array(n).fill(1), f32s(n))
      const running = yield* Effect.forkChild(driver.execute(executable, [x, x]), { startImmediately: true })
      driver.release(x)
      expect(driver.bytesLive()).toBe(0)
      const other = yield* driver.upload(new Float32Array(n).fill(100), f32s(n))
      const [out] = yield* Fiber.join(running)
      expect((yield* driver.download(out!, f32s(n))).every((v) => v === 2)).toBe(true)
      driver.release(other)
    }).pipe(Effect.scoped))

  it.effect("of many fibers at once, large and small", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ threads: 2 })
      const kinds = [{}, { cost: 1e9 }, everywhere]
      const executables = yield* Effect.forEach(kinds, (options) => load(add(5000, options)))
      yield* Effect.forEach(Array.from({ length: 60 }, (_, i) => i), (i) =>
        Effect.gen(function*() {
          const x = yield* driver.upload(new Float32Array(5000).fill(i), f32s(5000))
          for (let turn = 0; turn < 5; turn++) {
            const [out] = yield* driver.execute(executables[(i + turn) % 3]!, [x, x])
            expect((yield* driver.download(out!, f32s(5000))).every((v) => v === 2 * i)).toBe(true)
            driver.release(out!)
          }
          driver.release(x)
        }), { concurrency: 20 })
      expect(driver.bytesLive()).toBe(0)
    }).pipe(Effect.scoped))

  it.effect("leaves the event loop free while it is long", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const executable = yield* load(busy(100_000_000, { cost: 1e9 }))
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      const start = performance.now()
      yield* driver.execute(executable, [])
      const elapsed = performance.now() - start
      clearInterval(timer)
      expect(elapsed).toBeGreaterThan(50)
      expect(ticks).toBeGreaterThan(elapsed / 20)
    }).pipe(Effect.scoped))

  it.effect("moves a module that takes longer than was thought off the calling thread", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const executable = yield* load(busy(20_000_000, { cost: 1 }))
      for (let i = 0; i < 4; i++) yield* driver.execute(executable, [])
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      yield* driver.execute(executable, [])
      clearInterval(timer)
      expect(ticks).toBeGreaterThan(0)
    }).pipe(Effect.scoped))
})

describe("a long computation on one thread", () => {
  it.live("doesn't hold up those that would take all of them", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ threads: 3 })
      const [forever, seen] = [yield* load(endless()), yield* load(ranks())]
      const long = yield* Effect.forkChild(driver.execute(forever, []), { startImmediately: true })
      const [out] = yield* driver.execute(seen, [])
      expect((yield* driver.download(out!, i32s(256))).slice(0, 4)).toEqual(Int32Array.of(0, 2, 1, 2))
      yield* Fiber.interrupt(long)
      const [all] = yield* driver.execute(seen, [])
      expect((yield* driver.download(all!, i32s(256))).slice(0, 6)).toEqual(Int32Array.of(0, 3, 1, 3, 2, 3))
    }).pipe(Effect.scoped))
})

describe("interruption", () => {
  it.live.each([["one thread", {}], ["all threads", { parallel: true }]] as const)(
    "ends a computation on %s within 10 ms, and nothing leaks",
    ([_, options]) =>
      Effect.gen(function*() {
        const { driver, load } = yield* testDriver()
        const [forever, sum] = [yield* load(endless(options)), yield* load(fill(100, 3, everywhere))]
        const times: Array<number> = []
        for (let i = 0; i < 10; i++) {
          const fiber = yield* Effect.forkChild(driver.execute(forever, []), { startImmediately: true })
          yield* Effect.sleep(10)
          const start = performance.now()
          yield* Fiber.interrupt(fiber)
          times.push(performance.now() - start)
        }
        // the best of some: other processes have their turns too
        expect(Math.min(...times)).toBeLessThan(10)
        expect(driver.bytesLive()).toBe(0)
        const [out] = yield* driver.execute(sum, [])
        expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
      }).pipe(Effect.scoped)
  )

  it.live("ends a computation that waits for its turn, and those behind it go on", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      const [forever, sum] = [yield* load(endless({ parallel: true })), yield* load(fill(100, 3, everywhere))]
      const first = yield* Effect.forkChild(driver.execute(forever, []), { startImmediately: true })
      const second = yield* Effect.forkChild(driver.execute(forever, []), { startImmediately: true })
      const third = yield* Effect.forkChild(driver.execute(sum, []), { startImmediately: true })
      yield* Effect.sleep(5)
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      const [out] = yield* Fiber.join(third)
      expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
      driver.release(out!)
      expect(driver.bytesLive()).toBe(0)
    }).pipe(Effect.scoped))
})

describe("a trap", () => {
  it.effect.each(
    [["on the calling thread", { cost: 1 }], ["on one thread", {}], ["on all threads", { parallel: true }]] as const
  )(
    "%s fails with its cause, and the backend goes on",
    ([_, options]) =>
      Effect.gen(function*() {
        const { driver, load } = yield* testDriver()
        const [broken, sum] = [yield* load(trap(options)), yield* load(fill(100, 3, everywhere))]
        for (let i = 0; i < 3; i++) {
          const error = yield* Effect.flip(driver.execute(broken, []))
          expect(error._tag).toBe("KernelError")
          expect(error.message).toContain("unreachable")
          const [out] = yield* driver.execute(sum, [])
          expect(yield* driver.download(out!, f32s(100))).toEqual(new Float32Array(100).fill(3))
          driver.release(out!)
        }
        expect(driver.bytesLive()).toBe(0)
      }).pipe(Effect.scoped)
  )
})

describe("compilation", () => {
  it.effect("fails with what is wrong about a module", () =>
    Effect.gen(function*() {
      const { load } = yield* testDriver()
      const exit = yield* Effect.exit(load(artefact(Uint8Array.of(0, 1, 2, 3))))
      expect(Exit.isFailure(exit)).toBe(true)
      expect(String(exit)).toContain(CompileError.name)
    }).pipe(Effect.scoped))

  it.effect("forgets modules, while other ones run", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver()
      for (let i = 0; i < 40; i++) {
        const executable = yield* load(fill(10, i, everywhere))
        const [out] = yield* driver.execute(executable, [])
        expect(yield* driver.download(out!, f32s(10))).toEqual(new Float32Array(10).fill(i))
        driver.release(out!)
        driver.unload(executable)
      }
    }).pipe(Effect.scoped))
})

describe("memory", () => {
  it.effect("that is not there fails with the numbers, and everything stays usable", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ memoryLimit: 16 * MiB })
      const n = 1 << 20
      const x = yield* driver.upload(new Float32Array(n).fill(1), f32s(n))
      const y = yield* driver.upload(new Float32Array(n).fill(1), f32s(n))
      const sum = yield* load(add(n))
      const [z] = yield* driver.execute(sum, [x, y])
      const live = driver.bytesLive()
      for (const options of [{}, everywhere]) {
        const error = yield* Effect.flip(driver.execute(yield* load(add(n, options)), [x, y]))
        expect(error).toMatchObject({ _tag: "OutOfMemoryError", live, limit: 16 * MiB })
        expect((error as { readonly requested: number }).requested).toBeGreaterThanOrEqual(4 * n)
      }
      expect(yield* Effect.flip(driver.upload(new Float32Array(n), f32s(n)))).toMatchObject({
        _tag: "OutOfMemoryError"
      })
      expect(driver.bytesLive()).toBe(live)
      driver.release(y)
      const [again] = yield* driver.execute(sum, [x, z!])
      expect((yield* driver.download(again!, f32s(n))).every((v) => v === 3)).toBe(true)
    }).pipe(Effect.scoped))

  it.effect("of dropped arrays is found again: a stream of 8 MB arrays stays flat", () =>
    Effect.gen(function*() {
      const { driver, load } = yield* testDriver({ memoryLimit: 1024 * MiB })
      const n = 2 * MiB
      const registry = new FinalizationRegistry<{ readonly byteLength: number }>((buffer) => driver.release(buffer))
      const own = (buffer: { readonly byteLength: number }): object => {
        const handle = { buffer }
        registry.register(handle, buffer)
        return handle
      }
      const ones = yield* load(fill(n, 1, everywhere))
      const handles: Array<object> = []
      let peak = 0
      for (let i = 0; i < 100; i++) {
        const [out] = yield* driver.execute(ones, [])
        handles[0] = own(out!)
        handles[1] = own(yield* driver.upload(new Float32Array(n), f32s(n)))
        peak = Math.max(peak, driver.bytesLive())
      }
      expect(peak).toBeLessThan(400 * MiB)
    }).pipe(Effect.scoped))
})

describe("the scope", () => {
  it.effect("ends the threads, and what still runs on them", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.scoped(Effect.gen(function*() {
        const { driver, load } = yield* testDriver()
        const forever = yield* load(endless({ parallel: true }))
        return yield* Effect.forkDetach(driver.execute(forever, []), { startImmediately: true })
      }))
      const exit = yield* Fiber.await(fiber)
      expect(String(exit)).toContain("closed")
    }))
})
