/**
 * Random fibers beside each other on the same arrays of a GPU: see `test/fiberFuzz/world.ts`.
 */
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { left, rounds } from "../../../test/fiberFuzz/world.ts"
import * as yielding from "../../../test/yieldingDriver.ts"
import { load } from "./swiftshader.ts"

load()

const count = Number(process.env["EFFAX_FIBER_ROUNDS"] ?? 12)
const lengths = [1, 40, 3000]

describe("fibers on the same arrays", () => {
  it.live(`${count} rounds`, () =>
    Effect.gen(function*() {
      expect(yield* rounds(count, { from: 1, fibers: 6, steps: 8, lengths })).toEqual([])
      expect(yield* left).toEqual({ arraysLive: 0, bytesLive: 0 })
    }).pipe(Effect.provide(WebGpu.layer)), 120_000 + 5000 * count)

  it.live(`${count} rounds on a driver that waits at every point`, () => {
    const watch = yielding.watch()
    return Effect.gen(function*() {
      expect(yield* rounds(count, { from: 1000, fibers: 6, steps: 8, lengths })).toEqual([])
      expect(watch.faults).toEqual([])
      expect(yield* left).toEqual({ arraysLive: 0, bytesLive: 0 })
    }).pipe(Effect.provide(yielding.layer(WebGpu.layer, watch)))
  }, 120_000 + 5000 * count)
})
