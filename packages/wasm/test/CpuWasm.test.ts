import { CpuWasm } from "@effax/wasm"
import { describe, expect, it, layer } from "@effect/vitest"
import { Backend } from "effax/Backend"
import { ArgumentError } from "effax/Errors"
import * as Lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import { jit } from "effax/Transform"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { availableParallelism } from "node:os"

const capabilities = <E>(of: Layer.Layer<Backend, E>) =>
  Effect.map(Backend, (backend) => backend.capabilities).pipe(Effect.provide(of))

describe("layer", () => {
  it.effect("has all cores, 2 GiB and every dtype", () =>
    Effect.gen(function*() {
      const { dtypes, features, memoryLimit, parallelism } = yield* capabilities(CpuWasm.layer)
      expect(parallelism).toBe(availableParallelism())
      expect(memoryLimit).toBe(2 ** 31)
      expect(dtypes.size).toBe(15)
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

describe("computations", () => {
  layer(CpuWasm.layerWith({ threads: 2 }))((it) => {
    it.effect("run, small ones and large ones", () =>
      Effect.gen(function*() {
        for (const n of [3, 1000, 1_000_000]) {
          const x = np.arange(n, { dtype: "float32" })
          const y = np.add(np.multiply(x, 2), 1)
          const data = yield* NdArray.toTypedArray(yield* y)
          expect(data.length).toBe(n)
          expect(data.every((v, i) => v === 2 * i + 1)).toBe(true)
        }
      }))

    it.effect("give each result memory of its own, also where results are equal or are the arguments", () =>
      Effect.gen(function*() {
        const x = np.array([1, 2, 3])
        const f = jit((x: NdArray.Any) => {
          const y = np.add(x, 1)
          return [y, x, y, x] as const
        })
        const [a, b, c, d] = yield* NdArray.evaluate(f(x))
        yield* NdArray.dispose([a, x])
        expect(yield* NdArray.toNested(b)).toEqual([1, 2, 3])
        expect(yield* NdArray.toNested(c)).toEqual([2, 3, 4])
        expect(yield* NdArray.toNested(d)).toEqual([1, 2, 3])
      }))

    it.effect("that can't be computed with complex numbers are refused by name", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Lax.bitcast(np.zeros([2], { dtype: "complex64" }), "float64"))
        expect(error).toMatchObject({ _tag: "UnsupportedDTypeError", operation: "bitcast_convert_type" })
      }))

    it.effect("show their stages", () =>
      Effect.gen(function*() {
        const backend = yield* Backend
        const program = yield* Program.trace((x: NdArray.Any) => np.sin(x), np.zeros([8]))
        const executable = yield* backend.compile(program)
        expect(Object.keys(executable.texts())).toEqual(expect.arrayContaining(["fuse", "bufferize", "wasm"]))
      }))
  })
})
