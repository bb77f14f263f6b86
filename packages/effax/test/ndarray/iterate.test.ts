import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Backend, Errors, jit, NdArray, Numpy as np } from "effax"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"

const arraysLive = Effect.flatMap(Backend.Backend, (backend) => Effect.map(backend.statistics, (s) => s.arraysLive))

const test = <E>(name: string, effect: () => Effect.Effect<void, E, Backend.Backend>) =>
  it.effect(name, () => Effect.provide(effect(), Reference.layer))

const increment = (x: NdArray.Any): NdArray.Any => np.add(x, 1)

describe("iterate", () => {
  test("takes a number of steps, none too", () =>
    Effect.gen(function*() {
      const last = yield* NdArray.iterate(np.array([0, 10]), (x, i) => np.add(x, i), { times: 4 })
      expect(yield* NdArray.toNested(last)).toEqual([6, 16])
      const none = yield* NdArray.iterate(np.array([5]), increment, { times: 0 })
      expect(yield* NdArray.toNested(none)).toEqual([5])
    }))

  test("asks a condition before each step: a boolean, or an Effect that reads the state", () =>
    Effect.gen(function*() {
      const indices: Array<number> = []
      const counted = yield* NdArray.iterate(np.array(1), (x) => np.multiply(x, 2), {
        while: (_, i) => {
          indices.push(i)
          return i < 3
        }
      })
      expect(yield* NdArray.toScalar(counted)).toBe(8)
      expect(indices).toEqual([0, 1, 2, 3])
      const read = yield* NdArray.iterate(np.array(1), (x) => np.multiply(x, 3), {
        while: (x) => Effect.map(NdArray.toNumber(x), (value) => value < 100)
      })
      expect(yield* NdArray.toScalar(read)).toBe(243)
    }))

  test("takes a step for each item of an iterable or a Stream", () =>
    Effect.gen(function*() {
      const add = (sum: NdArray.Any, item: number, i: number): NdArray.Any => np.add(sum, item * (i + 1))
      const zero: NdArray.Any = np.array(0)
      expect(yield* NdArray.toScalar(yield* NdArray.iterate(zero, add, { over: new Set([5, 6]) }))).toBe(17)
      expect(yield* NdArray.toScalar(yield* NdArray.iterate(zero, add, { over: Stream.make(5, 6, 7) }))).toBe(38)
      const failing = NdArray.iterate(zero, add, { over: Stream.fail("no more") })
      expect(yield* Effect.flip(failing)).toBe("no more")
    }))

  test("keeps trees, with values that are no arrays, and steps that are Effects", () =>
    Effect.gen(function*() {
      const losses: Array<number> = []
      const last = yield* NdArray.iterate({ w: np.array([4, 8]), epoch: 0 }, ({ epoch, w }) =>
        Effect.gen(function*() {
          losses.push(yield* NdArray.toNumber(np.sum(w)))
          return { w: np.multiply(w, 0.5), epoch: epoch + 1 }
        }), { times: 3 })
      expect(losses).toEqual([12, 6, 3])
      expect([last.epoch, yield* NdArray.toNested(last.w)]).toEqual([3, [0.5, 1]])
    }))

  test("has one state alive, and leaves the initial state and the last one", () =>
    Effect.gen(function*() {
      const initial = yield* np.add(np.zeros([100]), 1)
      const before = yield* arraysLive
      const live: Array<number> = []
      const seen: Array<NdArray.Any> = []
      const last = yield* NdArray.iterate({ x: initial as NdArray.Any }, ({ x }) =>
        Effect.gen(function*() {
          seen.push(x)
          const between = yield* np.sin(x)
          live.push(yield* arraysLive)
          return { x: np.add(x, np.multiply(between, 0)) }
        }), { times: 50 })
      // the old state, and what the step has evaluated so far
      expect(Math.max(...live)).toBe(before + 2)
      expect(yield* arraysLive).toBe(before + 1)
      expect(yield* NdArray.toNested(np.sum(last.x))).toBe(100)
      expect(yield* NdArray.toNested(np.sum(initial))).toBe(100)
      const error = yield* Effect.flip(NdArray.toNested(np.sum(seen[10]!)))
      expect(error).toBeInstanceOf(Errors.DisposedArrayError)
    }))

  test("does not free what came from outside, or stays in the state", () =>
    Effect.gen(function*() {
      const data: NdArray.Any = yield* np.add(np.zeros([3]), 2)
      const first: NdArray.Any = np.zeros([3])
      const last = yield* NdArray.iterate({ x: first, best: first, data }, (state, i) => {
        const x = np.add(state.x, state.data)
        return { x, best: i === 1 ? x : state.best, data }
      }, { times: 6 })
      expect(yield* NdArray.toNested(last)).toEqual({ x: [12, 12, 12], best: [4, 4, 4], data: [2, 2, 2] })
      expect(yield* NdArray.toNested(data)).toEqual([2, 2, 2])
    }))

  test("leaves nothing of steps that fail or are interrupted", () =>
    Effect.gen(function*() {
      const initial: NdArray.Any = yield* np.add(np.zeros([10]), 1)
      const before = yield* arraysLive
      const step = (x: NdArray.Any, i: number) =>
        Effect.gen(function*() {
          const y = yield* np.add(x, 1)
          return i === 3 ? yield* Effect.fail("enough") : y
        })
      expect(yield* Effect.flip(NdArray.iterate(initial, step, { times: 10 }))).toBe("enough")
      expect(yield* arraysLive).toBe(before)

      const reached = yield* Deferred.make<void>()
      const endless = (x: NdArray.Any, i: number) =>
        Effect.gen(function*() {
          const y = yield* np.add(x, 1)
          if (i === 3) {
            yield* Deferred.succeed(reached, undefined)
            return yield* Effect.never
          }
          return y
        })
      const fiber = yield* Effect.forkChild(NdArray.iterate(initial, endless, { times: 10 }))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(fiber)
      expect(yield* arraysLive).toBe(before)
      expect(yield* NdArray.toNested(np.sum(initial))).toBe(10)
    }))

  test("a step that is jitted is compiled once", () =>
    Effect.gen(function*() {
      const step = jit((x: NdArray.Any) => np.multiply(x, 0.5))
      const backend = yield* Backend.Backend
      const last = yield* NdArray.iterate<NdArray.Any>(yield* np.ones([4]), (x) => step(x), { times: 20 })
      expect(last.shape).toEqual([4])
      expect(step.traces.length).toBe(1)
      expect((yield* backend.statistics).compilations).toBeLessThanOrEqual(2)
    }))

  it("refuses options that say nothing, two things, or the wrong thing", () => {
    const loose = NdArray.iterate as unknown as (...args: ReadonlyArray<unknown>) => unknown
    const x = np.zeros([2])
    expect(() => loose(x, increment, {})).toThrow(
      "iterate: expected one of { times }, { while } and { over }, got none"
    )
    expect(() => loose(x, increment, { times: 3, over: [1] })).toThrow("got times and over")
    expect(() => loose(x, increment, { times: 2.5 })).toThrow(
      "iterate: times must be a whole number from 0 up, got 2.5"
    )
    expect(() => loose(x, increment, { while: true })).toThrow("iterate: while must be a function, got true")
    expect(() => loose(x, increment, { over: 3 })).toThrow("iterate: over must be an iterable or a Stream, got 3")
    expect(() => loose(x, 3, { times: 3 })).toThrow("iterate: the step must be a function, got 3")
    expect(() => loose(x, increment, { count: 3 })).toThrow(/unknown option "count"/)
  })
})
