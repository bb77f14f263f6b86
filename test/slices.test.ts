/**
 * Long compilations leave room for other fibers, and can be interrupted.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { it } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import { jit } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { describe, expect } from "vitest"

/** An array at the end of many operations. */
const chain = (length: number, size: number): NdArray.Any => {
  let x: NdArray.Any = np.ones([size])
  for (let i = 0; i < length; i++) x = i % 2 === 0 ? np.sin(x) : np.add(x, i / length)
  return x
}

/** Milliseconds that the process has computed, other threads and processes aside as far as that can be told. */
const computed = (): number => process.cpuUsage().user / 1000

describe("a chain of 100,000 equations on CpuWasm", () => {
  it.live("is left when its time is up", () =>
    Effect.gen(function*() {
      const x = chain(100_000, 8)
      const before = computed()
      const end = yield* Effect.timeoutOption(NdArray.toNested(x), "300 millis")
      expect(Option.isNone(end)).toBe(true)
      // Compiling it to the end takes several seconds
      expect(computed() - before).toBeLessThan(1200)
      // The backend is as good as before
      expect(yield* NdArray.toNested(np.add(np.ones([2]), 1))).toEqual([2, 2])
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))

  it.live("lets other fibers have their turns", () =>
    Effect.gen(function*() {
      let turns = 0
      const ticking = yield* Effect.forkChild(
        Effect.forever(Effect.andThen(Effect.sleep("1 millis"), Effect.sync(() => turns++)))
      )
      const values = yield* NdArray.toNested(chain(20_000, 3))
      yield* Fiber.interrupt(ticking)
      // Slices have 4 ms, stages that can't be cut some 10
      expect(turns).toBeGreaterThan(20)
      let expected = 1
      for (let i = 0; i < 20_000; i++) expected = Math.fround(i % 2 === 0 ? Math.sin(expected) : expected + i / 20_000)
      for (const value of values as ReadonlyArray<number>) expect(value).toBeCloseTo(expected, 4)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))

  it.live("is compiled by the next one who waits for it, if the first is interrupted", () =>
    Effect.gen(function*() {
      const { statistics } = yield* Backend
      const first = yield* Effect.forkChild(NdArray.toNested(chain(5000, 3)))
      const second = yield* Effect.forkChild(NdArray.toNested(chain(5000, 3)))
      yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(first)
      const values = yield* Fiber.join(second)
      expect((values as ReadonlyArray<number>).length).toBe(3)
      expect((yield* statistics).compilations).toBe(1)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))
})

describe("calls that double forty times on Reference", () => {
  it.live("are left when their time is up", () =>
    Effect.gen(function*() {
      let f = (x: NdArray.Any): NdArray.Any => np.sin(x)
      for (let i = 0; i < 40; i++) {
        const inner = f
        f = jit((x: NdArray.Any) => inner(inner(x)))
      }
      const end = yield* Effect.timeoutOption(NdArray.toNested(f(np.ones([2]))), "100 millis")
      expect(Option.isNone(end)).toBe(true)
    }).pipe(Effect.provide(Reference.layer)))
})

describe("Effect.runSync", () => {
  it.effect("compiles to the end, however many slices that takes", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const f = (x: NdArray.Any): NdArray.Any => {
        let y = x
        for (let i = 0; i < 5000; i++) y = i % 2 === 0 ? np.sin(y) : np.add(y, i / 5000)
        return y
      }
      const program = yield* Program.trace(f, np.ones([3]))
      const executable = Effect.runSync(backend.compile(Program.withoutCaptures(program)))
      expect(Object.keys(executable.texts())).toContain("wasm")
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))
})
