import { CpuWasm } from "@effax/wasm"
import { describe, expect, it, layer } from "@effect/vitest"
import { Backend } from "effax/Backend"
import { ArgumentError } from "effax/Errors"
import * as Lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import { jit } from "effax/Transform"
import * as Config from "effect/Config"
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
  const limits =
    `CpuWasm: memoryLimit must be between 1 MiB and 4 GiB, as a number of bytes or a text such as "512 MiB"`

  it.effect("takes numbers and texts", () =>
    Effect.gen(function*() {
      const { features, memoryLimit, parallelism } = yield* capabilities(
        CpuWasm.layerWith({ threads: 3, memoryLimit: "64 MiB", relaxedSimd: false })
      )
      expect(parallelism).toBe(3)
      expect(memoryLimit).toBe(64 * 2 ** 20)
      expect(features).not.toContain("relaxed-simd")
    }))

  it.effect.each<[object, string]>([
    [{ threads: 0 }, "CpuWasm: threads must be an integer between 1 and 1024, got 0"],
    [{ threads: -1 }, "CpuWasm: threads must be an integer between 1 and 1024, got -1"],
    [{ threads: 1.5 }, "CpuWasm: threads must be an integer between 1 and 1024, got 1.5"],
    [{ threads: "2" }, `CpuWasm: threads must be an integer between 1 and 1024, got "2"`],
    [{ memoryLimit: 5 * 2 ** 30 }, `${limits}, got 5368709120`],
    [{ memoryLimit: 1000 }, `${limits}, got 1000`],
    [{ memoryLimit: "much" }, `${limits}, got "much"`],
    [{ memoryLimit: null }, `${limits}, got null`],
    [{ relaxedSimd: "no" }, `CpuWasm: relaxedSimd must be true or false, got "no"`],
    [{ workerUrl: 1 }, "CpuWasm: workerUrl must be a URL or a text, got 1"],
    [
      { thread: 2 },
      `CpuWasm: unknown option "thread"; did you mean "threads"? its options are threads, memoryLimit, relaxedSimd, workerUrl`
    ]
  ])("fails with options that make no sense: %o", ([options, message]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(capabilities(CpuWasm.layerWith(options)))
      expect(error).toBeInstanceOf(ArgumentError)
      expect(error.message).toBe(message)
    }))

  it.effect("fails without an object of options", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(capabilities(CpuWasm.layerWith(2 as unknown as CpuWasm.Options)))
      expect(error.message).toContain("CpuWasm: expected an object of options, got 2; write { threads: 2 }")
    }))
})

describe("layerConfig", () => {
  const from = (env: Record<string, string>, options: Config.Wrap<CpuWasm.Options>) =>
    capabilities(CpuWasm.layerConfig(options)).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )

  it.effect("reads options from settings of any name", () =>
    Effect.gen(function*() {
      const options = { threads: Config.Int("WORKERS"), memoryLimit: Config.ByteSize("MEMORY") }
      expect(yield* from({ WORKERS: "3", MEMORY: "64 MiB" }, options)).toMatchObject({
        parallelism: 3,
        memoryLimit: 64 * 2 ** 20
      })
    }))

  it.effect("fails where a setting is missing, or is wrong for the backend", () =>
    Effect.gen(function*() {
      const options = { threads: Config.Int("WORKERS") }
      expect((yield* Effect.flip(from({}, options)))._tag).toBe("ConfigError")
      const error = yield* Effect.flip(from({ WORKERS: "0" }, options))
      expect(error.message).toBe("CpuWasm: threads must be an integer between 1 and 1024, got 0")
    }))
})

describe("layerEnv", () => {
  const from = (env: Record<string, string>) =>
    capabilities(CpuWasm.layerEnv).pipe(
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
        const error = yield* Effect.flip(Lax.bitcastConvertType(np.zeros([2], { dtype: "complex64" }), "float64"))
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
