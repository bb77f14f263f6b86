import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import { classOf, make } from "../src/internal/tuning/tuner.ts"
import type { Generated } from "../src/internal/wgsl/module.ts"
import { chooseTile, tileCandidates } from "../src/internal/wgsl/tileChoice.ts"
import { planOf } from "./planRunner.ts"

const traits = { maxInvocations: 256, sharedMemory: 16384, subgroups: false }
const shape = { batch: [], m: 100, n: 120, k: 60, dtype: "float32" } as const

const plan = planOf([["float32", 6000, "in"], ["float32", 7200, "in"], ["float32", 12000, "out"]], [{
  kind: "contract",
  name: "dot",
  barrier: false,
  batch: [],
  m: 100,
  n: 120,
  k: 60,
  operandDtype: "float32",
  dtype: "float32",
  lhs: { buffer: 0, index: { offset: 0, strides: [60, 1] } },
  rhs: { buffer: 1, index: { offset: 0, strides: [120, 1] } },
  epilogue: [{ op: "result", dtype: "float32", which: 0 }],
  stores: [{ buffer: 2, index: { offset: 0, strides: [120, 1] }, value: 0 }]
}])

/** A device on which one candidate is the fastest, and that counts what it is asked. */
const deviceWith = (fastest: number) => {
  let asked = 0
  const measure = (_: Generated): Effect.Effect<number> => Effect.sync(() => asked++ === fastest ? 1 : 2)
  return { asked: () => asked, measure }
}

it.effect("the fastest of all candidates is found, kept, and not measured again", () =>
  Effect.gen(function*() {
    const store = yield* KeyValueStore.KeyValueStore
    const first = deviceWith(5)
    const candidates = tileCandidates(traits, classOf(shape))
    const tuner = make({ store, adapter: "a", traits, measure: first.measure })
    expect(tuner.tile(shape)).toBeUndefined()
    yield* tuner.prepare(plan)
    expect(first.asked()).toBe(candidates.length)
    expect(tuner.tile(shape)).toEqual(candidates[5])
    expect(tuner.tile({ ...shape, m: 130, n: 125 })).toEqual(candidates[5])
    expect(tuner.tile({ ...shape, k: 1000 })).toBeUndefined()

    const second = deviceWith(0)
    const later = make({ store, adapter: "a", traits, measure: second.measure })
    yield* later.prepare(plan)
    expect(second.asked()).toBe(0)
    expect(later.tile(shape)).toEqual(candidates[5])

    const other = make({ store, adapter: "b", traits, measure: second.measure })
    yield* other.prepare(plan)
    expect(second.asked()).toBe(candidates.length)
    expect(other.tile(shape)).toEqual(chooseTile(traits, classOf(shape)))
  }).pipe(Effect.provide(KeyValueStore.layerMemory)))

it.effect("a candidate that can't be measured is none, and where none can be nothing is kept", () =>
  Effect.gen(function*() {
    const store = yield* KeyValueStore.KeyValueStore
    let asked = 0
    const some = make({
      adapter: "a",
      traits,
      store,
      measure: () => Effect.suspend(() => asked++ === 3 ? Effect.succeed(1) : Effect.fail("refused"))
    })
    yield* some.prepare(plan)
    expect(some.tile(shape)).toEqual(tileCandidates(traits, classOf(shape))[3])
    expect(yield* store.size).toBe(1)

    const none = make({ adapter: "b", traits, store, measure: () => Effect.fail("refused") })
    yield* none.prepare(plan)
    expect(none.tile(shape)).toEqual(chooseTile(traits, classOf(shape)))
    expect(yield* store.size).toBe(1)
  }).pipe(Effect.provide(KeyValueStore.layerMemory)))

it.effect("fibers that want one class measure it once", () =>
  Effect.gen(function*() {
    const store = yield* KeyValueStore.KeyValueStore
    const { asked, measure } = deviceWith(2)
    const slow = (generated: Generated) => Effect.andThen(Effect.yieldNow, measure(generated))
    const tuner = make({ adapter: "a", traits, store, measure: slow })
    yield* Effect.all([tuner.prepare(plan), tuner.prepare(plan)], { concurrency: 2, discard: true })
    expect(asked()).toBe(tileCandidates(traits, classOf(shape)).length)
  }).pipe(Effect.provide(KeyValueStore.layerMemory)))
