import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Backend } from "effax/Backend"
import { ArgumentError } from "effax/Errors"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { availableParallelism } from "node:os"

const capabilities = <E>(layer: Layer.Layer<Backend, E>) =>
  Effect.map(Backend, (backend) => backend.capabilities).pipe(Effect.provide(layer))

describe("layer", () => {
  it.effect("has all cores, 2 GiB and every dtype that isn't complex", () =>
    Effect.gen(function*() {
      const { dtypes, features, memoryLimit, parallelism } = yield* capabilities(CpuWasm.layer)
      expect(parallelism).toBe(availableParallelism())
      expect(memoryLimit).toBe(2 ** 31)
      expect(dtypes.size).toBe(13)
      expect(features).toEqual(expect.arrayContaining(["simd", "threads"]))
    }))
})

describe("layerWith", () => {
  it.effect("takes numbers and texts", () =>
    Effect.gen(function*() {
      const { features, memoryLimit, parallelism } = yield* capabilities(
        CpuWasm.layerWith({ threads: 3, memoryLimit: "64 MiB", relaxedSimd: false })
      )
      expect(parallelism).toBe(3)
      expect(memoryLimit).toBe(64 * 2 ** 20)
      expect(features).not.toContain("relaxed-simd")
    }))

  it.each([
    [{ threads: 0 }, "threads must be an integer between 1 and 1024, got 0"],
    [{ threads: 1.5 }, "got 1.5"],
    [{ memoryLimit: 5 * 2 ** 30 }, "memoryLimit must be between 1 MiB and 4 GiB"],
    [{ memoryLimit: 1000 }, "got 1000"]
  ])("refuses %o where it is written", (options, message) => {
    expect(() => CpuWasm.layerWith(options)).toThrow(ArgumentError)
    expect(() => CpuWasm.layerWith(options)).toThrow(message)
  })
})

describe("layerConfig", () => {
  const from = (env: Record<string, string>) =>
    capabilities(CpuWasm.layerConfig).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )

  it.effect("reads what is there", () =>
    Effect.gen(function*() {
      expect(yield* from({ EFFAX_THREADS: "3", EFFAX_MEMORY_LIMIT: "64 MiB" })).toMatchObject({
        parallelism: 3,
        memoryLimit: 64 * 2 ** 20
      })
      expect(yield* from({})).toMatchObject({ parallelism: availableParallelism(), memoryLimit: 2 ** 31 })
    }))

  it.effect("fails on what it can't read", () =>
    Effect.gen(function*() {
      expect((yield* Effect.flip(from({ EFFAX_THREADS: "many" })))._tag).toBe("ConfigError")
    }))
})
