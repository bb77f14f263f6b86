import { Reference } from "@effax/reference"
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it } from "@effect/vitest"
import * as Backend from "effax/Backend"
import { ArgumentError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { load } from "./swiftshader.ts"

load()

const sum = Effect.suspend(() => NdArray.toNumber(np.sum(np.arange(100))))

/** Dawn has no such thing, and no adapter then. */
const nowhere: WebGpu.Options = { flags: ["backend=null", "adapter=nothing that there is"] }

const withConfig = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))

describe("layers", () => {
  it.live("computes with the preferred GPU", () =>
    Effect.gen(function*() {
      const { capabilities, name } = yield* Backend.Backend
      expect(name).toBe("webgpu")
      expect(capabilities.memoryLimit).toBe(2 ** 31)
      expect(yield* sum).toBe(4950)
    }).pipe(Effect.provide(WebGpu.layer)))

  it.live("takes options from the configuration", () =>
    Effect.gen(function*() {
      const { capabilities } = yield* Backend.Backend
      expect(capabilities.memoryLimit).toBe(64 << 20)
      expect(yield* sum).toBe(4950)
    }).pipe(
      Effect.provide(WebGpu.layerEnv.pipe(Layer.provide(withConfig({
        EFFAX_MEMORY_LIMIT: "64 MiB",
        EFFAX_WEBGPU_BACKEND: "vulkan",
        EFFAX_WEBGPU_POWER_PREFERENCE: "low-power"
      }))))
    ))

  it.live("refuses a configuration that makes no sense", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(
        sum,
        WebGpu.layerEnv.pipe(Layer.provide(withConfig({ EFFAX_WEBGPU_POWER_PREFERENCE: "much" })))
      ))
      expect(error._tag).toBe("ConfigError")
    }))

  it.live("reads options from settings of any name", () =>
    Effect.gen(function*() {
      const layer = WebGpu.layerConfig({ memoryLimit: Config.ByteSize("MEMORY") })
      const { capabilities } = yield* Effect.provide(
        Backend.Backend,
        layer.pipe(Layer.provide(withConfig({ MEMORY: "32 MiB" })))
      )
      expect(capabilities.memoryLimit).toBe(32 << 20)
    }))

  it.live.each<[object, string]>([
    [
      { memoryLimit: 10 },
      `WebGpu: memoryLimit must be 1 MiB or more, as a number of bytes or a text such as "512 MiB", got 10`
    ],
    [{ powerPreference: "much" }, `WebGpu: powerPreference must be "low-power" or "high-performance", got "much"`],
    [{ flags: "backend=vulkan" }, `WebGpu: flags must be a list of texts, got "backend=vulkan"`],
    [{ recover: 1 }, "WebGpu: recover must be true or false, got 1"],
    [
      { power: "low-power" },
      `WebGpu: unknown option "power"; its options are powerPreference, flags, memoryLimit, recover`
    ]
  ])("fails with options that make no sense: %o", ([options, message]) =>
    Effect.gen(function*() {
      for (const layer of [WebGpu.layerWith(options), WebGpu.layerOrElse(Reference.layer, options)]) {
        const error = yield* Effect.flip(Effect.provide(sum, layer))
        expect(error).toBeInstanceOf(ArgumentError)
        expect(error.message).toBe(message)
      }
    }))

  it.live("says what was tried where there is no GPU", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(sum, WebGpu.layerWith(nowhere)))
      expect(error._tag).toBe("WebGpuUnavailableError")
      expect(error.message).toContain("navigator.gpu")
      expect(error.message).toContain("requestAdapter()")
      expect(error.message).toContain("npm package `webgpu`")
    }))

  it.live("falls back to another backend, and logs why", () => {
    const logged: Array<unknown> = []
    return Effect.gen(function*() {
      const { name } = yield* Backend.Backend
      expect(name).toBe("reference")
      expect(yield* sum).toBe(4950)
      expect(String(logged)).toContain("no GPU could be opened")
    }).pipe(
      Effect.provide(
        WebGpu.layerOrElse(Reference.layer, nowhere).pipe(
          Layer.provide(Logger.layer([Logger.make(({ message }) => logged.push(message))]))
        )
      )
    )
  })

  it.live("does not fall back where there is a GPU", () =>
    Effect.gen(function*() {
      expect((yield* Backend.Backend).name).toBe("webgpu")
    }).pipe(Effect.provide(WebGpu.layerOrElse(Reference.layer))))
})

describe("an executable", () => {
  it.live("shows its shaders, and knows its memory", () =>
    Effect.gen(function*() {
      const backend = yield* Backend.Backend
      const program = yield* Program.trace(
        (x: NdArray.Any) => np.sum(np.multiply(x, 2)),
        np.ones([1000]) as NdArray.Any
      )
      const executable = yield* backend.compile(program)
      const { bufferize, wgsl } = executable.texts()
      expect(bufferize).toContain("reduce")
      expect(wgsl).toContain("@compute")
      const memory = executable.memory()
      expect(memory).toMatchObject({ arguments: 4000, outputs: 4 })
      expect(memory.generatedCode).toBeGreaterThan(100)
    }).pipe(Effect.provide(WebGpu.layer)))
})

describe("complex numbers", () => {
  it.live("are there in single precision, and refused by their own name in double", () =>
    Effect.gen(function*() {
      const z = np.array([{ re: 3, im: 4 }, { re: 1, im: -1 }])
      expect([...yield* NdArray.toTypedArray(np.multiply(z, z))]).toEqual([-7, 24, 0, -2])
      const error = yield* Effect.flip(NdArray.toTypedArray(np.astype(np.ones([4]), "complex128")))
      expect(error).toMatchObject({ _tag: "UnsupportedDTypeError", dtype: "complex128" })
    }).pipe(Effect.provide(WebGpu.layer)))
})

describe("profiles", () => {
  it.live("say how long each kernel took, and what it did", () =>
    Effect.gen(function*() {
      const { driver } = yield* Backend.Backend
      const seen: Array<Backend.KernelTiming> = []
      const stop = driver.profile!((kernels) => seen.push(...kernels))
      const [a, b] = [yield* np.ones([64, 64]), yield* np.ones([64, 64])]
      // what came before is told a little later
      yield* Effect.sleep("100 millis")
      seen.length = 0
      const before = performance.timeOrigin + performance.now()
      yield* NdArray.toTypedArray(np.add(a, b))
      yield* Effect.sleep("100 millis")
      stop()
      const after = performance.timeOrigin + performance.now()
      expect(seen.length).toBe(1)
      const [timing] = seen
      expect(timing).toMatchObject({ name: "add", thread: 0, flops: 64 * 64, bytes: 3 * 64 * 64 * 4 })
      expect(timing!.end).toBeGreaterThanOrEqual(timing!.start)
      expect(timing!.start).toBeGreaterThan(before - 1000)
      expect(timing!.end).toBeLessThan(after)
      const count = seen.length
      yield* NdArray.toTypedArray(np.add(b, a))
      expect(seen.length).toBe(count)
    }).pipe(Effect.provide(WebGpu.layer)))
})
