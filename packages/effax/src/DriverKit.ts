/**
 * Parts of drivers that are the same on every device: typed failures, unreachable arrays released before memory is called
 * full, compilation beside other fibers, calls of the host, listeners, options and their checks.
 *
 * **When to use**
 *
 * To write a driver. The page "Write a backend" (`docs/backend.md`) has a complete one.
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import type { Executable, Origin } from "./Backend.ts"
import type { TypedArray } from "./DType.ts"
import type {
  ArgumentError,
  CallbackError,
  CompileError,
  DeviceLostError,
  UnsupportedDTypeError,
  UnsupportedError
} from "./Errors.ts"
import * as failing from "./internal/driver/failures.ts"
import * as options from "./internal/driver/settings.ts"
import * as callbacks from "./internal/program/callbacks.ts"
import * as canonical from "./internal/program/canonical.ts"
import * as collector from "./internal/session/collector.ts"
import * as slices from "./internal/session/slices.ts"
import * as synchronous from "./internal/session/synchronous.ts"
import type { HostCallback } from "./primitive/hostCallback.ts"
import type { Program } from "./Program.ts"

export { Listeners } from "./internal/driver/listeners.ts"
export { Reclaimer } from "./internal/driver/reclaimer.ts"
export type { HostCallback }

// --- failures ---------------------------------------------------------------------------------------------------------

/**
 * Why an allocation failed.
 *
 * @category failures
 * @since 0.1.0
 */
export type Shortage = failing.Shortage

/**
 * Makers of a driver's typed errors.
 *
 * @category failures
 * @since 0.1.0
 */
export type Failures = failing.Failures

/**
 * The typed errors of a driver, with its name and its numbers in them.
 *
 * @category failures
 * @since 0.1.0
 */
export const failures: (backend: string) => Failures = failing.failures

// --- slices -----------------------------------------------------------------------------------------------------------

/**
 * A computation that may pause: a generator that yields `undefined` where it may, or a request that has to be answered
 * before it goes on.
 *
 * @category slices
 * @since 0.1.0
 */
export type Steps<A, Request = never> = slices.Steps<A, Request>

/**
 * Runs a computation in slices of a few milliseconds, between which other fibers and the event loop have their turns. One
 * that takes less than a slice is synchronous. An interruption takes effect at the next pause.
 *
 * @category slices
 * @since 0.1.0
 */
export const inSlices: <A, Request = never, E = never, R = never>(
  steps: Steps<A, Request>,
  answer?: (request: Request) => Effect.Effect<void, E, R>
) => Effect.Effect<A, E, R> = slices.inSlices

/**
 * Runs a stage of compilation in slices; anything that it throws is an error of the channel.
 *
 * @category slices
 * @since 0.1.0
 */
export const compiling = <A>(
  { compile }: Failures,
  steps: Steps<A>
): Effect.Effect<A, CompileError | UnsupportedError | UnsupportedDTypeError | DeviceLostError> =>
  Effect.catchDefect(slices.inSlices(steps), (cause) => Effect.fail(compile(cause)))

/**
 * Runs a computation that may pause to its end at once.
 *
 * @category slices
 * @since 0.1.0
 */
export const toEnd: <A>(steps: Steps<A>) => A = slices.toEnd

/**
 * Runs a function on every item of a list, and pauses after each `every` of them.
 *
 * @category slices
 * @since 0.1.0
 */
export const each: <A>(items: Iterable<A>, every: number, f: (item: A, i: number) => void) => Steps<void> = slices.each

/**
 * Whether a fiber runs synchronously, as under `Effect.runSync`: it can't wait for another turn of the event loop, so a
 * driver does everything before it returns, or fails.
 *
 * @category slices
 * @since 0.1.0
 */
export const isSynchronous: (fiber: Fiber.Fiber<unknown, unknown>) => boolean = synchronous.isSynchronous

/**
 * Resolves in a later turn of the event loop, after tasks that wait now, finalisers among them.
 *
 * @category slices
 * @since 0.1.0
 */
export const nextTurn: () => Promise<void> = collector.nextTurn

// --- callbacks --------------------------------------------------------------------------------------------------------

/**
 * The functions of the host that a Program calls, by which equations name whom they call (`params.callback`), each once.
 *
 * **Details**
 *
 * Programs with one canonical text, which share an executable, agree in the order of the list but not in the functions:
 * a driver compiles a call as one of the function at a position, and an execution calls those of {@link callbacksFor} it.
 *
 * @category callbacks
 * @since 0.1.0
 */
export const callbacksOf: (program: Program) => ReadonlyArray<HostCallback> = canonical.callbacksOf

/**
 * The functions of the host that one execution calls: those of the Program that it comes from.
 *
 * @category callbacks
 * @since 0.1.0
 */
export const callbacksFor = (executable: Executable, origin: Origin | undefined): ReadonlyArray<HostCallback> =>
  callbacksOf(origin === undefined ? executable.program : origin.program)

/**
 * Calls a function of the host with copies of the operands' elements; gives the elements of the results. To be run in the
 * fiber that executes the Program: when the call fails or is interrupted, so does the execution.
 *
 * @category callbacks
 * @since 0.1.0
 */
export const runCallback: (
  backend: string,
  callback: HostCallback,
  operands: ReadonlyArray<TypedArray>
) => Effect.Effect<ReadonlyArray<TypedArray>, CallbackError> = callbacks.runCallback

/**
 * The error of a callback that could not be run, or failed.
 *
 * @category callbacks
 * @since 0.1.0
 */
export const callbackFailure: (backend: string, callback: string, cause: unknown) => CallbackError = callbacks.failure

// --- options ----------------------------------------------------------------------------------------------------------

/**
 * The check of one option, with its default.
 *
 * @category options
 * @since 0.1.0
 */
export type Setting<Given, Value> = options.Setting<Given, Value>

/**
 * A check of a backend's options, from one check for each: unknown names and wrong values throw an `ArgumentError`, which
 * {@link layerChecked} makes the failure of a Layer.
 *
 * @example
 * ```ts
 * import * as DriverKit from "effax/DriverKit"
 *
 * interface Options {
 *   readonly threads?: number | undefined
 *   readonly memoryLimit?: number | undefined
 * }
 *
 * const settings = DriverKit.settings<Options>()("Mine", {
 *   threads: DriverKit.integer({ from: 1, to: 64, otherwise: () => 4 }),
 *   memoryLimit: DriverKit.bytes({ from: 0, to: Infinity, otherwise: 1 << 30 })
 * })
 *
 * settings({ threads: 2 }) // => { threads: 2, memoryLimit: 1073741824 }
 * ```
 *
 * @category options
 * @since 0.1.0
 */
export const settings = options.settings

/**
 * A whole number in a range, or what `otherwise` gives.
 *
 * @category options
 * @since 0.1.0
 */
export const integer = options.integer

/**
 * A number of bytes in a range, given as a number or as a text such as `512 MiB`.
 *
 * @category options
 * @since 0.1.0
 */
export const bytes = options.bytes

/**
 * `true` or `false`.
 *
 * @category options
 * @since 0.1.0
 */
export const flag = options.flag

/**
 * One of a few texts.
 *
 * @category options
 * @since 0.1.0
 */
export const choice = options.choice

/**
 * A value that a guard recognises; `expected` names it in the error.
 *
 * @category options
 * @since 0.1.0
 */
export const instance = options.instance

/**
 * A Layer that is made, with its options checked, when it is built: wrong options are its failure.
 *
 * @category options
 * @since 0.1.0
 */
export const layerChecked: <A, E, R>(make: () => Layer.Layer<A, E, R>) => Layer.Layer<A, E | ArgumentError, R> =
  options.layerChecked

/**
 * A Layer whose options are read from the `Config` when it is built.
 *
 * @category options
 * @since 0.1.0
 */
export const layerConfig: <O, A, E, R>(
  options: Config.Wrap<O>,
  make: (options: O) => Layer.Layer<A, E, R>
) => Layer.Layer<A, E | Config.ConfigError, R> = options.layerConfig
