/**
 * Results that several runs need: computed at most twice.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import * as Driver from "effax/Driver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** A driver that counts the equations it is asked to run. */
const counting = (counts: { equations: number }) =>
  Driver.layer(
    Effect.gen(function*() {
      const { driver } = yield* Backend.Backend
      return Driver.decorate(driver, {
        execute: (executable, inputs, origin) => {
          counts.equations += executable.program.equations.length
          return driver.execute(executable, inputs, origin)
        }
      })
    }).pipe(Effect.provide(Reference.layer))
  )

const run = <A, E>(f: (counts: { equations: number }) => Effect.Effect<A, E, Backend.Backend>) => {
  const counts = { equations: 0 }
  return f(counts).pipe(Effect.provide(counting(counts)), Effect.scoped)
}

describe("results that are needed again", () => {
  it.effect("are kept by the second run", () =>
    run((counts) =>
      Effect.gen(function*() {
        const y = np.sin(np.exp(np.ones([100, 100])))
        const expected = Math.sin(Math.exp(1))
        for (const [uses, use] of [np.sum, np.max, np.min, np.mean].entries()) {
          const before = counts.equations
          const got = yield* NdArray.toNumber(use(y))
          expect(got).toBeCloseTo(expected * (uses === 0 ? 10000 : 1), 1)
          // the array is computed with its first two uses, and is there for the others
          expect(counts.equations - before <= 3, `use ${uses}`).toBe(uses >= 2)
        }
      })
    ))

  it.effect("make a loop with a reading at each step linear", () =>
    run((counts) =>
      Effect.gen(function*() {
        const steps = 60
        let z: NdArray.NdArray<"float32"> = np.ones([4])
        let expected = 1
        for (let i = 0; i < steps; i++) {
          z = np.add(np.sin(z), 1)
          expected = Math.sin(expected) + 1
          expect(yield* NdArray.toNumber(np.sum(z))).toBeCloseTo(4 * expected, 4)
        }
        // without, it would be the sum of 2 i, which is 3600
        expect(counts.equations).toBeLessThan(20 * steps)
      })
    ))

  it.effect("are computed again where that is next to nothing", () =>
    run((counts) =>
      Effect.gen(function*() {
        const y = np.multiply(np.arange(4), 2)
        const executed: Array<number> = []
        for (const use of [np.sum, np.max, np.min]) {
          const before = counts.equations
          yield* NdArray.toNumber(use(y))
          executed.push(counts.equations - before)
        }
        expect(new Set(executed).size).toBe(1)
      })
    ))

  it.effect("are not kept where reading them takes as long as computing them", () =>
    run(() =>
      Effect.gen(function*() {
        const { statistics } = yield* Backend.Backend
        const column = yield* np.ones([500, 1])
        const wide = np.add(column, np.ones([1, 500]))
        for (const use of [np.sum, np.max, np.min]) yield* NdArray.toNumber(use(wide))
        expect((yield* statistics).bytesLive).toBeLessThan(500 * 500 * 4)
      })
    ))

  it.effect("do not bind the array to the backend that keeps them", () =>
    Effect.gen(function*() {
      const y = np.exp(np.ones([100, 100]))
      for (let i = 0; i < 2; i++) {
        const sums = yield* Effect.forEach([1, 2, 3], (factor) => NdArray.toNumber(np.sum(np.multiply(y, factor))))
          .pipe(
            Effect.provide(Reference.layer)
          )
        sums.forEach((sum, j) => expect(sum / (10000 * Math.E * (j + 1))).toBeCloseTo(1, 5))
      }
    }))

  it.effect("are those that a compiled function closed over, too", () =>
    Effect.gen(function*() {
      const w = np.exp(np.square(np.sqrt(np.ones([100]))))
      const f = jit((x: NdArray.Any) => np.sum(np.multiply(w, x)))
      for (let i = 0; i < 2; i++) {
        const counts = { equations: 0 }
        yield* Effect.gen(function*() {
          for (let use = 0; use < 3; use++) {
            const before = counts.equations
            // the scope takes what the call keeps along, and the next call computes it again
            const value = yield* NdArray.scoped(NdArray.toNumber(f(2)))
            expect(value / (200 * Math.E)).toBeCloseTo(1, 5)
            expect(counts.equations).toBeGreaterThan(before)
          }
          const first = counts.equations
          yield* NdArray.toNumber(f(2))
          const second = counts.equations
          yield* NdArray.toNumber(f(2))
          expect(counts.equations - second).toBeLessThan(second - first)
        }).pipe(Effect.provide(counting(counts)), Effect.scoped)
      }
    }))

  it.effect("go with the scope that keeps them, and are computed again", () =>
    run(() =>
      Effect.gen(function*() {
        const { statistics } = yield* Backend.Backend
        const y = np.exp(np.ones([100, 100]))
        const before = yield* statistics
        yield* NdArray.scoped(Effect.forEach([np.sum, np.max, np.min], (use) => NdArray.toNumber(use(y))))
        expect((yield* statistics).bytesLive).toBe(before.bytesLive)
        expect(yield* NdArray.toNumber(np.max(y))).toBeCloseTo(Math.E, 5)
        // asked for by itself, it is resident
        yield* NdArray.toNumber(np.min(y))
        yield* NdArray.dispose(yield* y)
        expect((yield* Effect.flip(NdArray.toNumber(np.sum(y))))._tag).toBe("DisposedArrayError")
      })
    ))

  it.effect("are computed again for what a scope returns as a description", () =>
    run(() =>
      Effect.gen(function*() {
        const expected = Math.sin(Math.exp(1))
        const later = yield* NdArray.scoped(Effect.gen(function*() {
          const y = np.sin(np.exp(np.ones([100, 100])))
          yield* NdArray.toNumber(np.sum(y))
          yield* NdArray.toNumber(np.max(y))
          return np.mean(y)
        }))
        expect(yield* NdArray.toNumber(later)).toBeCloseTo(expected, 4)
      })
    ))

  it.live("stay for a fiber that asks for them outside of the scope that keeps them", () =>
    run(() =>
      Effect.gen(function*() {
        const y = np.exp(np.ones([100, 100]))
        yield* NdArray.toNumber(np.sum(y))
        const kept = yield* Deferred.make<void>()
        const ends = yield* Deferred.make<void>()
        const scoped = yield* Effect.forkChild(NdArray.scoped(Effect.gen(function*() {
          yield* NdArray.toNumber(np.max(y))
          yield* Deferred.succeed(kept, undefined)
          yield* Deferred.await(ends)
        })))
        yield* Deferred.await(kept)
        const asked = yield* y
        yield* Deferred.succeed(ends, undefined)
        yield* Fiber.join(scoped)
        expect(yield* NdArray.toNumber(np.min(asked))).toBeCloseTo(Math.E, 5)
      })
    ))

  it.effect("are named in the debug log", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(String(message)))
    return run(() =>
      Effect.gen(function*() {
        const y = np.exp(np.ones([300, 300]))
        yield* NdArray.toNumber(np.sum(y))
        yield* NdArray.toNumber(np.max(y))
      })
    ).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "Debug"),
      Effect.tap(() =>
        Effect.sync(() =>
          expect(lines.filter((line) => line.startsWith("effax:"))).toEqual([
            "effax: an earlier run computed exp f32[300,300] too; this run keeps it. `yield*` an array once, before its " +
            "uses, to compute it once"
          ])
        )
      )
    )
  })

  it.effect("are not kept where there is no room for them", () =>
    Effect.gen(function*() {
      const { statistics } = yield* Backend.Backend
      // 160,000 bytes; without keeping it, a computation has two such arrays at a time
      const y = np.exp(np.reshape(np.arange(40000, { dtype: "float32" }), [200, 200]))
      expect(yield* NdArray.toNumber(np.min(y))).toBe(1)
      expect(yield* NdArray.toNumber(np.max(np.negative(np.sin(np.minimum(y, 1)))))).toBeCloseTo(-Math.sin(1), 6)
      expect((yield* statistics).bytesLive).toBeLessThan(160_000)
    }).pipe(Effect.provide(Reference.layerWith({ memoryLimit: 400_000 }))))
})
