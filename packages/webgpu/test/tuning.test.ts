/**
 * Measuring on a device: what the Layer asks of a store, and what it compiles with what is there.
 */
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it } from "@effect/vitest"
import * as Backend from "effax/Backend"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import { Gpu } from "../src/internal/runtime/gpu.ts"
import { measureOn } from "../src/internal/tuning/measure.ts"
import { generate } from "../src/internal/wgsl/module.ts"
import { device, planOf } from "./planRunner.ts"
import { load } from "./swiftshader.ts"

load()

const side = 64

/** A store that outlives Layers, and counts what is kept in it: one value for each class that was measured. */
const makeStore = Effect.gen(function*() {
  const store = yield* KeyValueStore.KeyValueStore
  let sets = 0
  const counting: KeyValueStore.KeyValueStore = {
    ...store,
    set: (key, value) => {
      sets++
      return store.set(key, value)
    }
  }
  return { store: counting, sets: () => sets }
}).pipe(Effect.provide(KeyValueStore.layerMemory))

const tunedWith = (store: KeyValueStore.KeyValueStore) =>
  WebGpu.layerTuned().pipe(Layer.provide(Layer.succeed(KeyValueStore.KeyValueStore, store)))

/** The shaders of a product, and its values. */
const product = Effect.gen(function*() {
  const backend = yield* Backend.Backend
  const x = np.reshape(np.divide(np.arange(side * side), 1000), [side, side])
  const program = yield* Program.trace((a: NdArray.Any, b: NdArray.Any) => np.matmul(a, b), x, x)
  const { wgsl } = (yield* backend.compile(program)).texts()
  return { wgsl, values: yield* NdArray.toTypedArray(np.matmul(x, x)) }
})

describe("layerTuned", () => {
  it.live("measures once, and compiles with what the store has ever after", () =>
    Effect.gen(function*() {
      const { sets, store } = yield* makeStore
      const first = yield* Effect.provide(product, tunedWith(store))
      expect(sets()).toBe(1)
      const [key] = yield* store.keys
      expect(key).toMatch(/^effax\/webgpu\/tiles\/.+\/float32\/1\/64x64x64$/)
      const again = yield* Effect.provide(product, tunedWith(store))
      expect(sets()).toBe(1)
      expect(again.wgsl).toBe(first.wgsl)
      expect(again.values).toEqual(first.values)

      // what is there is taken, whether or not it is what would have been found
      const other = { rows: 64, columns: 16, depth: 16, blocks: [1, 1], parts: 1 }
      const wide = { rows: 64, columns: 64, depth: 16, blocks: [1, 1], parts: 1 }
      const texts = new Set<string>()
      for (const tile of [other, wide]) {
        yield* store.set(key!, JSON.stringify(tile))
        const seeded = yield* Effect.provide(product, tunedWith(store))
        texts.add(seeded.wgsl!)
        expect(seeded.values).toEqual(first.values)
      }
      expect(texts.size).toBe(2)
      expect(sets()).toBe(3)
    }), 120_000)

  it.live("is not what other layers do: they choose by shape", () =>
    Effect.gen(function*() {
      const { sets, store } = yield* makeStore
      const one = yield* Effect.provide(product, WebGpu.layer)
      const beside = WebGpu.layer.pipe(Layer.provideMerge(Layer.succeed(KeyValueStore.KeyValueStore, store)))
      const other = yield* Effect.provide(product, beside)
      expect(other).toEqual(one)
      expect(sets()).toBe(0)
    }))

  it.live("refuses a memory limit that makes no sense", () =>
    Effect.gen(function*() {
      const { store } = yield* makeStore
      const layer = WebGpu.layerTuned({ memoryLimit: 10 }).pipe(
        Layer.provide(Layer.succeed(KeyValueStore.KeyValueStore, store))
      )
      const error = yield* Effect.flip(Effect.provide(product, layer))
      expect(error.message).toContain("WebGpu: memoryLimit must be 1 MiB or more")
    }))
})

describe("a measurement", () => {
  const declared = ["float32", 64 * 64] as const
  const doubling = planOf([[...declared, "in"], [...declared, "out"]], [{
    kind: "loop",
    name: "double",
    barrier: false,
    space: [64 * 64],
    body: [
      { op: "load", dtype: "float32", buffer: 0, index: { offset: 0, strides: [1] } },
      { op: "add", dtype: "float32", args: [0, 0] }
    ],
    stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 1 }]
  }])

  /** A device that has no clock of its own, as far as one can see. */
  const withoutClock = (of: GPUDevice): GPUDevice =>
    new Proxy(of, {
      get: (target, name) => {
        if (name === "features") return new Set()
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === "function" ? value.bind(target) : value
      },
      set: (target, name, value) => Reflect.set(target, name, value, target)
    })

  it.live.each([["device", true], ["host", false]] as const)(
    "is by the clock of the %s, and takes no memory",
    ([, own]) =>
      Effect.gen(function*() {
        const opened = yield* Effect.promise(() => device())
        const gpu = new Gpu({ ...opened, device: own ? opened.device : withoutClock(opened.device) }, 2 ** 30)
        const measure = measureOn(gpu)(generate(doubling, opened.traits))
        expect(yield* measure).toBeGreaterThan(0)
        expect(gpu.memory.live).toBe(0)
        const fiber = yield* Effect.forkChild(measure)
        yield* Effect.sleep("2 millis")
        yield* Fiber.interrupt(fiber)
        expect(gpu.memory.live).toBe(0)
        expect(gpu.takeComplaint()).toBeUndefined()
      })
  )
})
