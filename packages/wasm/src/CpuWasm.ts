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
import { ArgumentError } from "effax/Errors"
import * as ByteSize from "effect/ByteSize"
import type { ConfigError } from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
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

const defaultMemoryLimit = 2 ** 31
const addressSpace = 2 ** 32

/** The number of threads that was asked for. */
const threadsOf = (options: Options): number => {
  const { threads } = options
  if (threads === undefined) return availableParallelism()
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads
  throw new ArgumentError({
    operation: "CpuWasm",
    message: `CpuWasm: threads must be an integer between 1 and 1024, got ${threads}`
  })
}

const memoryLimitOf = (options: Options): number => {
  const { memoryLimit } = options
  if (memoryLimit === undefined) return defaultMemoryLimit
  const bytes = Number(ByteSize.fromInputUnsafe(memoryLimit))
  if (bytes >= 1 << 20 && bytes <= addressSpace) return bytes
  throw new ArgumentError({
    operation: "CpuWasm",
    message: `CpuWasm: memoryLimit must be between 1 MiB and 4 GiB, got ${String(memoryLimit)}`
  })
}

const singleThreaded =
  "effax: WebAssembly threads are not available here (there is no SharedArrayBuffer, or the page is " +
  "not cross-origin isolated): everything runs on one thread, and long computations block it"

const make = (threads: number, memoryLimit: number, options: Options): Effect.Effect<
  Backend.Driver,
  never,
  Scope.Scope
> =>
  Effect.suspend(() => {
    const found = features()
    const shared = found.threads && canShareMemory()
    const relaxedSimd = found.relaxedSimd && options.relaxedSimd !== false
    const made = driver.make({
      threads: shared ? threads : undefined,
      memoryLimit,
      features: { ...found, relaxedSimd },
      translate: translateWith({ threads: shared, relaxedSimd }),
      startThread: threadsFrom(options.workerUrl)
    })
    return shared ? made : Effect.andThen(Effect.logWarning(singleThreaded), made)
  })

/**
 * A Layer of the backend with options.
 *
 * **Example** (A backend on two threads, with little memory)
 *
 * ```ts
 * import { CpuWasm } from "@effax/wasm"
 *
 * const layer = CpuWasm.layerWith({ threads: 2, memoryLimit: "256 MiB" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend.Backend> => {
  const [threads, memoryLimit] = [threadsOf(options), memoryLimitOf(options)]
  return Layer.suspend(() => Backend.layerFromDriver(make(threads, memoryLimit, options)))
}

/**
 * A Layer of the backend: as many threads as cores, up to 2 GiB of memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Backend.Backend> = Layer.suspend(() => layerWith({}))

/**
 * A Layer of the backend with options from the `Config`: `EFFAX_THREADS`, a number, and `EFFAX_MEMORY_LIMIT`, bytes or a
 * text such as `512 MiB`. Settings that are missing have their defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<Backend.Backend, ConfigError> = Layer.unwrap(
  // Loaded when it is wanted: reading configuration takes longer to load than everything else together.
  Effect.flatMap(
    Effect.promise(() => import("./internal/runtime/configuration.ts")),
    ({ options }) => Effect.map(options, layerWith)
  )
)
