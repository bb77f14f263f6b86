/**
 * The GPU backend: a Program becomes compute shaders in WGSL, submitted as one command buffer.
 *
 * **Details**
 *
 * Browsers and Deno have WebGPU themselves (`navigator.gpu`). Node and Bun have it from Dawn, by the npm package `webgpu`,
 * which is a peer dependency to be installed beside this one, and loaded only where the host has no WebGPU of its own.
 *
 * There are bool, the integers and floats of up to 32 bits, and complex64; the other dtypes, of 64 bits for each number,
 * are an `UnsupportedDTypeError`.
 *
 * Running a Program ends when its commands are submitted; reading a result waits for them. Programs that keep the device
 * busy for long are submitted in pieces, so that interrupting the fiber stops them and the screen can be drawn between them.
 * `cond` and `whileLoop` are decided on the device; a `whileLoop` without a bound asks it now and then
 * whether it has ended.
 *
 * **Gotchas**
 *
 * A device can be lost: its driver is restarted, the machine sleeps. Computations that are running then fail with a
 * `DeviceLostError`. The next use opens a new device; arrays that were made of host data are uploaded to it again, computed
 * ones are gone and fail with a `DeviceLostError` when they are used.
 *
 * @since 0.1.0
 */
import * as Backend from "effax/Backend"
import * as DriverKit from "effax/DriverKit"
import type { ArgumentError } from "effax/Errors"
import type * as ByteSize from "effect/ByteSize"
import type * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { KeyValueStore } from "effect/persistence/KeyValueStore"
import { NoAdapter, open } from "./internal/runtime/adapter.ts"
import * as driver from "./internal/runtime/driver.ts"

/**
 * No GPU can be used.
 *
 * @category errors
 * @since 0.1.0
 */
export class WebGpuUnavailableError extends Data.TaggedError("WebGpuUnavailableError")<{
  /** The attempts, their outcomes, and what to do. */
  readonly message: string
  /** Each attempt, in order, with its outcome. */
  readonly tried: ReadonlyArray<string>
}> {}

/**
 * Options of the backend.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Which of several adapters. */
  readonly powerPreference?: "low-power" | "high-performance" | undefined
  /** Given to Dawn, in Node and Bun: `backend=vulkan`, `adapter=NVIDIA`. */
  readonly flags?: ReadonlyArray<string> | undefined
  /** The memory that arrays and temporaries may take together, in bytes or as `"512 MiB"`. By default 2 GiB. */
  readonly memoryLimit?: ByteSize.Input | undefined
  /** Whether a new device is opened when one was lost, as it is by default. */
  readonly recover?: boolean | undefined
}

const settings = DriverKit.settings<Options>()("WebGpu", {
  powerPreference: DriverKit.choice(["low-power", "high-performance"]),
  flags: DriverKit.instance(
    "a list of texts",
    (value): value is ReadonlyArray<string> => Array.isArray(value) && value.every((each) => typeof each === "string")
  ),
  memoryLimit: DriverKit.bytes({ from: 2 ** 20, to: Infinity, otherwise: 2 ** 31 }),
  recover: DriverKit.flag(true)
})

const unavailable = ({ tried }: NoAdapter): WebGpuUnavailableError =>
  new WebGpuUnavailableError({
    tried,
    message: `WebGpu: no GPU could be opened. Tried: ${tried.join("; ")}. In Node and Bun, install the npm package ` +
      "`webgpu` and a driver for Vulkan, Metal or Direct3D 12; in a browser, use one with WebGPU on a page served by " +
      "HTTPS; or use WebGpu.layerOrElse with another backend"
  })

const layerOf = (
  options: Options,
  tuner: driver.DriverOptions["tuner"]
): Layer.Layer<Backend.Backend, WebGpuUnavailableError> => {
  const { memoryLimit, recover, ...adapter } = settings(options)
  const made = driver.make({ open: () => open(adapter), memoryLimit, recover, tuner })
  return Backend.layerFromDriver(Effect.mapError(made, unavailable))
}

/**
 * A Layer of the backend with options. It fails with an `ArgumentError` where they are wrong.
 *
 * **Example** (The faster of two GPUs, with more memory)
 *
 * ```ts
 * import { WebGpu } from "@effax/webgpu"
 *
 * const layer = WebGpu.layerWith({ powerPreference: "high-performance", memoryLimit: "6 GiB" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend.Backend, WebGpuUnavailableError | ArgumentError> =>
  DriverKit.layerChecked(() => layerOf(options, undefined))

/**
 * A Layer of the backend: the preferred GPU, up to 2 GiB of its memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Backend.Backend, WebGpuUnavailableError> = Layer.suspend(() => layerOf({}, undefined))

/**
 * A Layer of the backend with options that are read from configuration.
 *
 * **Example** (The adapter from a setting `GPU`)
 *
 * ```ts
 * import { WebGpu } from "@effax/webgpu"
 * import * as Config from "effect/Config"
 *
 * const layer = WebGpu.layerConfig({
 *   powerPreference: Config.Literals(["low-power", "high-performance"], "GPU")
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<Options>
): Layer.Layer<Backend.Backend, WebGpuUnavailableError | ArgumentError | Config.ConfigError> =>
  DriverKit.layerConfig(options, layerWith)

/**
 * A Layer of the backend with options from the environment: `EFFAX_WEBGPU_POWER_PREFERENCE`, `low-power` or
 * `high-performance`; `EFFAX_WEBGPU_BACKEND`, one of Dawn's: `vulkan`, `metal`, `d3d12`; `EFFAX_WEBGPU_RECOVER`, whether a
 * lost device is replaced; and `EFFAX_MEMORY_LIMIT`, bytes or a text such as `512 MiB`. Settings that are missing have
 * their defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerEnv: Layer.Layer<Backend.Backend, WebGpuUnavailableError | ArgumentError | Config.ConfigError> = Layer
  .unwrap(
    // loaded when it is wanted: reading configuration takes longer to load than everything else together
    Effect.map(
      Effect.promise(() => import("./internal/runtime/configuration.ts")),
      ({ options }) => layerConfig(options)
    )
  )

/**
 * A Layer of the backend that measures how products of matrices are best divided on this GPU, and keeps what it finds.
 *
 * **When to use**
 *
 * For programs whose time is that of large products or convolutions, and that run again and again.
 *
 * **Details**
 *
 * When a Program is compiled, each product of a size that wasn't met before is measured in a dozen divisions or more,
 * each of which is compiled and run several times; sizes are told apart by powers of two. The fastest is kept in the
 * `KeyValueStore` by the name of the GPU, and the next run measures nothing that is there. Other layers choose by shape and
 * measure nothing.
 *
 * **Gotchas**
 *
 * Divisions differ in how many parts long sums are added up in, so that results may differ in their last bits between a run
 * with one store and a run with another, or with none. Entries of a store never change: with one store, results are the same
 * bits.
 *
 * **Example** (What was measured stays in a folder)
 *
 * ```ts
 * // not run: it needs a GPU
 * import { NodeServices } from "@effect/platform-node"
 * import { WebGpu } from "@effax/webgpu"
 * import * as Layer from "effect/Layer"
 * import * as KeyValueStore from "effect/persistence/KeyValueStore"
 *
 * const layer = WebGpu.layerTuned().pipe(
 *   Layer.provide(KeyValueStore.layerFileSystem(".cache/effax")),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTuned = (
  options: Options = {}
): Layer.Layer<Backend.Backend, WebGpuUnavailableError | ArgumentError, KeyValueStore> =>
  Layer.unwrap(
    // loaded when it is wanted, with what keeps values
    Effect.flatMap(
      Effect.promise(() => import("./internal/tuning/tuner.ts")),
      ({ tunerOf }) => Effect.map(tunerOf, (tuner) => DriverKit.layerChecked(() => layerOf(options, tuner)))
    )
  )

/**
 * A Layer of the backend where a GPU can be used, and otherwise of another backend: a logged warning says why.
 *
 * **Example** (The GPU if there is one, else the CPU)
 *
 * ```ts
 * // not run: it depends on the machine
 * import { CpuWasm } from "@effax/wasm"
 * import { WebGpu } from "@effax/webgpu"
 *
 * const layer = WebGpu.layerOrElse(CpuWasm.layer)
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOrElse: {
  <E, R>(fallback: Layer.Layer<Backend.Backend, E, R>): Layer.Layer<Backend.Backend, E, R>
  <E, R>(
    fallback: Layer.Layer<Backend.Backend, E, R>,
    options: Options
  ): Layer.Layer<Backend.Backend, E | ArgumentError, R>
} = <E, R>(
  fallback: Layer.Layer<Backend.Backend, E, R>,
  options: Options = {}
): Layer.Layer<Backend.Backend, E, R> => {
  // without options none are wrong
  const preferred = layerWith(options) as Layer.Layer<Backend.Backend, WebGpuUnavailableError>
  return preferred.pipe(
    Layer.catchTag(
      "WebGpuUnavailableError",
      ({ message }) =>
        Layer.unwrap(Effect.as(Effect.logWarning(`${message}. Another backend is used instead`), fallback))
    )
  )
}
