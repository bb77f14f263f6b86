/**
 * The examples that the README points at do what they say, on every backend.
 */
import { NodeServices } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { NdArray, Numpy as np, Random } from "effax"
import { Effect, FileSystem, Path } from "effect"
import * as Checkpoint from "../examples/mnist/checkpoint.ts"
import * as Data from "../examples/mnist/data.ts"
import { models } from "../examples/mnist/model.ts"
import * as Report from "../examples/mnist/report.ts"
import { classify, train } from "../examples/mnist/train.ts"
import * as tour from "../examples/tour/programs.ts"
import { backends } from "./backends.ts"

/** Numbers to five digits: the backends differ in the last bits, more so where terms cancel. */
const rounded = (value: unknown): unknown =>
  typeof value === "number"
    ? Number(value.toPrecision(5))
    : Array.isArray(value)
    ? value.map(rounded)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]))
    : value

describe.each(backends)("the tour on $name", ({ layer }) => {
  it.effect("compiles once for each shape", () =>
    Effect.gen(function*() {
      const { first, otherShape, sameShape } = yield* tour.compilation
      expect([first, sameShape, otherShape].map((run) => run.compilations)).toEqual([1, 0, 1])
      const exact = (x: number) => Math.sin(Math.cos(x)) * Math.tanh(x)
      expect(rounded(first.y)).toEqual(rounded([0.5, 1, 1.5].map(exact)))
      expect(rounded(sameShape.y)).toEqual(rounded([2, 3, 4].map(exact)))
    }).pipe(Effect.provide(layer)))

  it.effect("updates arrays by making new ones", () =>
    Effect.gen(function*() {
      expect(yield* tour.updates).toEqual({
        x: [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
        y: [[0, 0, 0], [1, 1, 1], [0, 0, 0]],
        // position [0, 0] is named twice and counts twice
        z: [[10, 0, 0], [1, 1, 1], [5, 0, 0]]
      })
      expect(yield* tour.values).toEqual({ a: [1, 2, 3], b: [1, 2, 3], c: [-1, 2, 3] })
    }).pipe(Effect.provide(layer)))

  it.effect("draws the same numbers from one key, and others from split ones", () =>
    Effect.gen(function*() {
      const { again, first, once, second } = yield* tour.randomness
      expect(again).toEqual(once)
      // jax.random.normal(jax.random.key(42), (3,)) of JAX 0.10.2
      expect(rounded(once)).toEqual([-0.028305, 0.46713, 0.2957])
      expect(first).not.toEqual(once)
      expect(first).not.toEqual(second)
    }).pipe(Effect.provide(layer)))

  it.effect("vectorises, maps trees and differentiates", () =>
    Effect.gen(function*() {
      expect(yield* tour.vectorisation).toEqual([10, 3])
      expect(yield* tour.trees).toEqual({
        structure: "{ hidden: { bias: *, weight: * }, output: [*, *] }",
        leaves: 4,
        sums: [0, 12, 12, 1]
      })
      // f = x sin x: f' = sin x + x cos x, f'' = 2 cos x - x sin x
      expect(rounded(yield* tour.derivatives)).toEqual(rounded({
        value: 2 * Math.sin(2),
        first: Math.sin(2) + 2 * Math.cos(2),
        second: 2 * Math.cos(2) - 2 * Math.sin(2),
        batch: [0, 1, 2].map((x) => Math.sin(x) + x * Math.cos(x))
      }))
    }).pipe(Effect.provide(layer)))
})

describe("digits", () => {
  const { layer } = backends.find(({ name }) => name === "cpu-wasm")!

  it.effect("are learned by both networks, and what was learned is saved and loaded", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fs.makeTempDirectoryScoped()
      const { test, training } = yield* Data.load(Random.key(1), 1000)
      expect([training.count, test.count]).toEqual([9000, 1000])
      const labels = (yield* NdArray.toTypedArray(test.labels)) as Int32Array
      for (const [name, model] of Object.entries(models)) {
        const losses: Array<number> = []
        const parameters = yield* train(model, training, {
          epochs: 1,
          batchSize: 64,
          learningRate: 0.002,
          key: Random.key(2),
          onStep: ({ loss }) => Effect.sync(() => losses.push(loss))
        })
        expect(losses.at(-1)!, name).toBeLessThan(losses[0]!)
        const file = path.join(folder, `${name}.json`)
        yield* Checkpoint.save(file, parameters)
        const restored = yield* Checkpoint.load(file)
        expect(yield* NdArray.toNested(restored["output"]!.weight)).toEqual(
          yield* NdArray.toNested(parameters["output"]!.weight)
        )
        const answers = (yield* NdArray.toTypedArray(classify(model, restored, test.images))) as Int32Array
        const evaluation = Report.evaluate(labels, answers)
        expect(evaluation.accuracy, name).toBeGreaterThan(0.9)
        expect(evaluation.matrix.flat().reduce((a, b) => a + b, 0)).toBe(1000)
        expect(Report.lossCurve(losses.map((loss, i) => [i, loss] as const), name)).toMatch(/^<svg /)
      }
      // an array of the training set is still what it was
      expect(yield* NdArray.toNumber(np.max(training.images))).toBeLessThanOrEqual(1)
    }).pipe(Effect.provide([layer, NodeServices.layer]), Effect.scoped), 120_000)
})
