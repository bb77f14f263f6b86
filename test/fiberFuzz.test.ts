/**
 * Random fibers beside each other on the same arrays: see `fiberFuzz/world.ts`. `EFFAX_FIBER_ROUNDS` asks for more rounds,
 * `EFFAX_FIBER_SEED` for others.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { left, rounds } from "./fiberFuzz/world.ts"
import * as yielding from "./yieldingDriver.ts"

const asked = process.env["EFFAX_FIBER_ROUNDS"]
const count = asked === undefined ? 60 : Number(asked)
const from = Number(process.env["EFFAX_FIBER_SEED"] ?? 1)

const candidates = [
  { name: "reference", layer: Reference.layer, lengths: [1, 40, 300] },
  // long ones go to the threads
  { name: "cpu-wasm on one thread", layer: CpuWasm.layerWith({ threads: 1 }), lengths: [1, 40, 3000, 1 << 18] },
  { name: "cpu-wasm on two threads", layer: CpuWasm.layerWith({ threads: 2 }), lengths: [1, 40, 3000, 1 << 18] }
]

describe.each(candidates)("on $name", ({ layer, lengths }) => {
  it.live(`${count} rounds`, () =>
    Effect.gen(function*() {
      expect(yield* rounds(count, { from, fibers: 8, steps: 12, lengths })).toEqual([])
      expect(yield* left).toEqual({ arraysLive: 0, bytesLive: 0 })
    }).pipe(Effect.provide(layer)), 120_000 + 2000 * count)

  it.live(`${count} rounds on a driver that waits at every point`, () => {
    const watch = yielding.watch()
    return Effect.gen(function*() {
      expect(yield* rounds(count, { from: from + count, fibers: 8, steps: 12, lengths: lengths.slice(0, 3) })).toEqual(
        []
      )
      expect(watch.faults).toEqual([])
      expect(yield* left).toEqual({ arraysLive: 0, bytesLive: 0 })
    }).pipe(Effect.provide(yielding.layer(layer, watch)))
  }, 120_000 + 2000 * count)
})
