/**
 * The CPU backend: a Program becomes one WebAssembly module, which runs on a pool of threads over shared memory.
 *
 * **Details**
 *
 * Arrays live in one linear memory of at most 4 GiB. Programs that take less than about 0.1 ms run at once on the calling
 * thread; longer ones run on worker threads, so that the event loop stays free and interrupting the fiber stops them.
 * The threads start when a Program first wants them. Closing the Layer ends them and drops the memory; a process that has
 * nothing else to do ends by itself.
 *
 * `Effect.runSync` runs everything on the calling thread, whatever the number of threads: compilation, execution and
 * reading, from the making of the Layer to its end. It waits for nothing, so that memory that is short is an
 * `OutOfMemoryError` without a look for arrays that nothing refers to. The calling thread is blocked until the end.
 *
 * **Gotchas**
 *
 * Threads need `SharedArrayBuffer`: in browsers the page has to be isolated from other origins (the headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`). Without, and where worker
 * threads don't start, everything runs on the calling thread, which a logged warning says once.
 *
 * @since 0.1.0
 */
import * as Backend from "effax/Backend"
import * as DriverKit from "effax/DriverKit"
import type { ArgumentError } from "effax/Errors"
import type * as ByteSize from "effect/ByteSize"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { features } from "./internal/assembler/probe.ts"
import * as driver from "./internal/runtime/driver.ts"
import { availableParallelism, canShareMemory, threadsFrom } from "./internal/runtime/host.ts"
import { translateWith } from "./internal/runtime/translate.ts"

/**
 * Options of the backend.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Threads that a Program may run on. By default as many as the process may use cores. */
  readonly threads?: number | undefined
  /** The memory that arrays and temporaries may take together, in bytes or as `"512 MiB"`; at most 4 GiB. By default 2 GiB. */
  readonly memoryLimit?: ByteSize.Input | undefined
  /**
   * Whether relaxed SIMD (fused multiply-add) is used where the engine has it, which it is by default. Without, results
   * have the same bits on every machine.
   */
  readonly relaxedSimd?: boolean | undefined
  /**
   * A URL of the worker threads' script, the module `@effax/wasm/worker`. By default it comes from the text in this package,
   * as a `blob:` URL in a page. A page whose Content-Security-Policy doesn't allow `worker-src blob:` serves it instead.
   */
  readonly workerUrl?: string | URL | undefined
}

const settings = DriverKit.settings<Options>()("CpuWasm", {
  threads: DriverKit.integer({ from: 1, to: 1024, otherwise: availableParallelism }),
  memoryLimit: DriverKit.bytes({ from: 2 ** 20, to: 2 ** 32, otherwise: 2 ** 31 }),
  relaxedSimd: DriverKit.flag(true),
  workerUrl: DriverKit.instance(
    "a URL or a text",
    (value): value is string | URL => typeof value === "string" || value instanceof URL
  )
})

const singleThreaded =
  "effax: WebAssembly threads are not available here (there is no SharedArrayBuffer, or the page is " +
  "not cross-origin isolated): everything runs on one thread, and long computations block it"

const layerOf = (options: Options): Layer.Layer<Backend.Backend> => {
  const { memoryLimit, relaxedSimd, threads, workerUrl } = settings(options)
  const found = features()
  const shared = found.threads && canShareMemory()
  const used = { ...found, relaxedSimd: found.relaxedSimd && relaxedSimd }
  const made = driver.make({
    threads: shared ? threads : undefined,
    memoryLimit,
    features: used,
    translate: translateWith({ threads: shared, relaxedSimd: used.relaxedSimd }),
    startThread: threadsFrom(workerUrl)
  })
  return Backend.layerFromDriver(shared ? made : Effect.andThen(Effect.logWarning(singleThreaded), made))
}

/**
 * A Layer of the backend with options. It fails with an `ArgumentError` where they are wrong.
 *
 * **Example** (A backend on two threads, with little memory)
 *
 * ```ts
 * import { CpuWasm } from "@effax/wasm"
 *
 * const layer = CpuWasm.layerWith({ threads: 2, memoryLimit: "256 MiB" })
 * ```
 *
 * **Example** (Options that are wrong)
 *
 * ```ts
 * import { CpuWasm } from "@effax/wasm"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const message = Effect.scoped(Layer.build(CpuWasm.layerWith({ threads: 0 }))).pipe(
 *   Effect.as("fine"),
 *   Effect.catchTag("ArgumentError", (error) => Effect.succeed(error.message))
 * )
 * message // => "CpuWasm: threads must be an integer between 1 and 1024, got 0"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend.Backend, ArgumentError> =>
  DriverKit.layerChecked(() => layerOf(options))

/**
 * A Layer of the backend: as many threads as cores, up to 2 GiB of memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Backend.Backend> = Layer.suspend(() => layerOf({}))

/**
 * A Layer of the backend with options that are read from configuration.
 *
 * **Example** (The number of threads from a setting `THREADS`)
 *
 * ```ts
 * import { CpuWasm } from "@effax/wasm"
 * import * as Config from "effect/Config"
 *
 * const layer = CpuWasm.layerConfig({
 *   threads: Config.Int("THREADS"),
 *   memoryLimit: Config.withDefault(Config.ByteSize("MEMORY"), undefined)
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<Options>
): Layer.Layer<Backend.Backend, ArgumentError | Config.ConfigError> => DriverKit.layerConfig(options, layerWith)

/**
 * A Layer of the backend with options from the environment: `EFFAX_THREADS`, a number, and `EFFAX_MEMORY_LIMIT`, bytes or a
 * text such as `512 MiB`. Settings that are missing have their defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerEnv: Layer.Layer<Backend.Backend, ArgumentError | Config.ConfigError> = Layer.unwrap(
  // Loaded when it is wanted: reading configuration takes longer to load than everything else together.
  Effect.map(
    Effect.promise(() => import("./internal/runtime/configuration.ts")),
    ({ options }) => layerConfig(options)
  )
)
