/**
 * The time that a backend spends: every compilation, upload, download and execution, and every kernel on every thread
 * where the backend can tell.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import { Backend } from "./Backend.ts"
import { toBackend } from "./Driver.ts"
import type { ArgumentError } from "./Errors.ts"
import { checkInteger, checkOptions, type Known } from "./internal/arguments/options.ts"
import { chromeTrace } from "./internal/diagnostics/chromeTrace.ts"
import { now, profiling } from "./internal/diagnostics/profiling.ts"
import { decorator, decoratorWith } from "./internal/session/decorated.ts"

/**
 * Something that took time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  readonly kind: "compile" | "upload" | "download" | "execute" | "kernel"
  /** The kernel (`mul_sin_reduce_sum`), what the Program does (`mul sin reduce_sum`), or the type of the array. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  /** The rank of the thread that ran a kernel. */
  readonly thread: number | undefined
  /** `bytes`, `flops`, `gflops` per second, `inputs`, `outputs`, `equations`, `location`. */
  readonly args: { readonly [name: string]: string | number | boolean }
}

/**
 * One event of Chromium's Trace Event Format, with times in microseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface TraceEvent {
  readonly name: string
  readonly cat: string
  /** `X`: something that took time; `M`: the name of a process or a thread. */
  readonly ph: "X" | "M"
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args: { readonly [name: string]: string | number | boolean }
}

/**
 * A trace that Perfetto (https://ui.perfetto.dev) and `chrome://tracing` open, once it is JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChromeTrace {
  readonly displayTimeUnit: "ms"
  readonly traceEvents: ReadonlyArray<TraceEvent>
}

/**
 * The events of a profiled backend.
 *
 * @category services
 * @since 0.1.0
 */
export class Profile extends Context.Service<Profile, {
  /** The events that have ended so far, in the order in which they ended. */
  readonly events: Effect.Effect<ReadonlyArray<Event>>
  readonly trace: Effect.Effect<ChromeTrace>
  /** Forgets what was recorded so far. */
  readonly clear: Effect.Effect<void>
}>()("effax/Profile") {}

/**
 * Options of {@link layerWith}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Events that are kept; the oldest go. 100000 by default. */
  readonly limit?: number | undefined
}

const known: Known<Options> = { limit: true }

const recording = (limit: number): Layer.Layer<Backend | Profile, never, Backend> =>
  decorator((driver) =>
    Effect.gen(function*() {
      const origin = now()
      let recorded: Array<Event> = []
      const wrapped = yield* profiling(driver, (events) => {
        for (const event of events) recorded.push(event)
        if (recorded.length > 2 * limit) recorded = recorded.slice(-limit)
      })
      const backend = yield* toBackend(wrapped)
      const kept = Effect.sync(() => recorded.slice(-limit))
      return Context.make(Backend, backend).pipe(Context.add(Profile, {
        events: kept,
        trace: Effect.map(kept, (events) => chromeTrace(`effax on ${driver.name}`, origin, events)),
        clear: Effect.sync(() => {
          recorded = []
        })
      }))
    })
  )

/**
 * A Layer around the backend below it that keeps time of all it does, and the service that tells.
 *
 * **When to use**
 *
 * To see which kernels the time goes to, how well threads are used, and whether something is compiled again and again:
 * write the trace to a file with {@link write}, and open it in Perfetto.
 *
 * **Details**
 *
 * On `cpu-wasm` modules are generated with clocks around their kernels: a track for each thread, with the arithmetic
 * operations and bytes of every kernel. Kernels of control flow are one event, however many steps they take. The backend
 * below has Programs of its own, so that nothing stays slower when the Layer has gone.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { NdArray, Numpy as np, Profile } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* NdArray.toNested(np.sum(np.sin(np.array([1, 2, 3]))))
 *   const events = yield* Profile.events
 *   return events.map(({ kind, name }) => `${kind} ${name}`)
 * })
 *
 * const layer = Profile.layer.pipe(Layer.provide(Reference.layer))
 * await Effect.runPromise(Effect.provide(program, layer))
 * // => ["upload f32[3]", "compile sin reduce_sum", "execute sin reduce_sum", "download f32[]"]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Backend | Profile, never, Backend> = recording(100_000)

/**
 * {@link layer} with options. Wrong ones fail the Layer with an `ArgumentError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend | Profile, ArgumentError, Backend> =>
  decoratorWith(() => {
    const { limit = 100_000 } = checkOptions("Profile.layerWith", options, known)
    return recording(checkInteger("Profile.layerWith", "limit", limit, 1))
  })

/** The events that have ended so far. @category getters @since 0.1.0 */
export const events: Effect.Effect<ReadonlyArray<Event>, never, Profile> = Effect.flatMap(
  Profile,
  (profile) => profile.events
)

/**
 * The events so far, as a trace for Perfetto or `chrome://tracing`.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { NdArray, Numpy as np, Profile } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* NdArray.toNested(np.add(np.ones([2]), 1))
 *   const { traceEvents } = yield* Profile.trace
 *   return traceEvents.filter(({ ph }) => ph === "X").map(({ cat }) => cat)
 * })
 *
 * const layer = Profile.layer.pipe(Layer.provide(Reference.layer))
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["compile", "execute", "download"]
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const trace: Effect.Effect<ChromeTrace, never, Profile> = Effect.flatMap(Profile, (profile) => profile.trace)

/** Forgets what was recorded so far: what warms up, say. @category combinators @since 0.1.0 */
export const clear: Effect.Effect<void, never, Profile> = Effect.flatMap(Profile, (profile) => profile.clear)

/**
 * Writes the trace of what was recorded so far to a file.
 *
 * @category combinators
 * @since 0.1.0
 */
export const write = (path: string): Effect.Effect<void, PlatformError, Profile | FileSystem> =>
  Effect.gen(function*() {
    // loaded when it is wanted: few programs write traces
    const { FileSystem } = yield* Effect.promise(() => import("effect/FileSystem"))
    const files = yield* FileSystem
    yield* files.writeFileString(path, JSON.stringify(yield* trace))
  })
