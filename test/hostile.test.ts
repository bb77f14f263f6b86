/**
 * Hostile Programs and indices stay within their buffers. `npm run fuzz:hostile -- --programs 20000` tries more of them.
 */
import { CpuWasm } from "@effax/wasm"
import { WebGpu } from "@effax/webgpu"
import { it } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { load } from "../packages/webgpu/test/swiftshader.ts"
import { attack, type Outcome } from "./hostile/attack.ts"

load()

describe.each([1, 2])("Programs of random parameters on random bits, with %i threads", (threads) => {
  it.live("change nothing but their results, which depend on nothing but their inputs", () =>
    Effect.gen(function*() {
      const { driver } = yield* Backend
      const outcomes: Record<Outcome, number> = { computed: 0, refused: 0, timeout: 0 }
      for (let seed = 0; seed < 200; seed++) outcomes[yield* attack(driver, 1000 * threads + seed)]++
      expect(outcomes.computed).toBeGreaterThan(150)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads, memoryLimit: 256 << 20 }))), 300_000)
})

describe("Programs of random parameters on random bits, on a GPU", () => {
  it.live("change nothing but their results, which depend on nothing but their inputs", () =>
    Effect.gen(function*() {
      const { driver } = yield* Backend
      const outcomes: Record<Outcome, number> = { computed: 0, refused: 0, timeout: 0 }
      for (let seed = 0; seed < 40; seed++) outcomes[yield* attack(driver, 5000 + seed)]++
      // a software renderer takes its time, and dtypes of 64 bits are refused
      expect(outcomes.computed).toBeGreaterThan(20)
    }).pipe(Effect.provide(WebGpu.layerWith({ memoryLimit: 256 << 20 }))), 300_000)
})
