/**
 * The service that compiles and runs Programs. Each implementation is a Layer that provides it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Aval } from "./Aval.ts"
import type { DType, TypedArray } from "./DType.ts"
import type {
  CallbackError,
  DeviceLostError,
  ExecutionError,
  OutOfMemoryError,
  UnsupportedDTypeError
} from "./Errors.ts"
import { brand, copy } from "./internal/graph/copy.ts"
import * as callbacks from "./internal/program/callbacks.ts"
import * as canonical from "./internal/program/canonical.ts"
import type { Location } from "./internal/program/model.ts"
import type { Program } from "./internal/program/program.ts"
import { Backend } from "./internal/session/backend.ts"
import * as collector from "./internal/session/collector.ts"
import * as decorators from "./internal/session/decorateDriver.ts"
import * as session from "./internal/session/session.ts"
import * as slices from "./internal/session/slices.ts"
import * as synchronous from "./internal/session/synchronous.ts"
import type { HostCallback } from "./primitive/hostCallback.ts"

export type { HostCallback }

/**
 * Memory of a device that holds one array, row-major and contiguous. Drivers make them; the session owns them.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeviceBuffer {
  /** Bytes that the device set aside. */
  readonly byteLength: number
}

/**
 * Bytes that a compiled Program needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryAnalysis {
  /** Bytes of all inputs, including those that were closed over. */
  readonly arguments: number
  readonly outputs: number
  /** Bytes that it takes beyond inputs and outputs while it runs. */
  readonly temporaries: number
  readonly generatedCode: number
}

/**
 * A Program on its way to a device, before there is code.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lowering {
  /** Texts of the stages so far, for people, by the name of the stage. */
  readonly texts: () => { readonly [stage: string]: string }
}

/**
 * A Program that a driver has compiled.
 *
 * @category models
 * @since 0.1.0
 */
export interface Executable {
  readonly program: Program
  /** Texts of the stages between the Program and the machine, for people, by the name of the stage: `simplify`, `fuse`, `bufferize`, `wasm`. */
  readonly texts: () => { readonly [stage: string]: string }
  readonly memory: () => MemoryAnalysis
}

/**
 * The abilities and limits of a device.
 *
 * @category models
 * @since 0.1.0
 */
export interface Capabilities {
  readonly dtypes: ReadonlySet<DType>
  /** Bytes that live arrays and temporaries may take together. */
  readonly memoryLimit: number
  /** Threads or the like that one Program runs on. */
  readonly parallelism: number
  /** Features that were probed, for `toString` and for people: `simd`, `relaxed-simd`, `threads`. */
  readonly features: ReadonlyArray<string>
}

/**
 * The Program that an execution comes from, for drivers that report more than values: one executable serves all Programs
 * that are the same up to names, which may stand in different places.
 *
 * @category models
 * @since 0.1.0
 */
export interface Origin {
  /** A Program with the canonical text of the executable's. The {@link callbacksOf} it are called. */
  readonly program: Program
  /** The jitted function's name, if the Program is its own. */
  readonly name?: string | undefined
  /** Where the jitted function was called, if locations are taken. */
  readonly location: Location | undefined
}

/**
 * The functions of the host that a Program calls, by which equations name whom they call (`params.callback`), each once.
 *
 * **Details**
 *
 * Programs with one canonical text, which share an executable, agree in the order of the list but not in the functions:
 * a driver compiles a call as one of the function at a position, and an execution calls those of its {@link Origin}.
 *
 * @category callbacks
 * @since 0.1.0
 */
export const callbacksOf: (program: Program) => ReadonlyArray<HostCallback> = canonical.callbacksOf

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

/**
 * A computation that may pause: a generator that yields `undefined` where it may, or a request that has to be answered
 * before it goes on.
 *
 * @category slices
 * @since 0.1.0
 */
export type Steps<A, Request = never> = slices.Steps<A, Request>

/**
 * Runs a computation in slices of a few milliseconds, between which other fibers and the event loop have their turns;
 * drivers compile in it. One that takes less than a slice is synchronous. An interruption takes effect at the next pause.
 *
 * @category slices
 * @since 0.1.0
 */
export const inSlices: <A, Request = never, E = never, R = never>(
  steps: Steps<A, Request>,
  answer?: (request: Request) => Effect.Effect<void, E, R>
) => Effect.Effect<A, E, R> = slices.inSlices

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
 * A function that has the engine look for unreachable objects. Its Promise resolves when their finalisers have had time to
 * run, and gives the milliseconds that the search took.
 *
 * **When to use**
 *
 * Before a driver reports that memory is full: engines don't see the memory behind a handle, and may keep handles for ever
 * while their own heap is small.
 *
 * @category memory
 * @since 0.1.0
 */
export const makeCollector: () => () => Promise<number> = collector.makeCollector

/**
 * Resolves in a later turn of the event loop, after tasks that wait now, finalisers among them.
 *
 * @category memory
 * @since 0.1.0
 */
export const nextTurn: () => Promise<void> = collector.nextTurn

/**
 * Whether a fiber runs synchronously, as under `Effect.runSync`: it can't wait for another turn of the event loop, so a
 * driver does everything before it returns, or fails.
 *
 * @category slices
 * @since 0.1.0
 */
export const isSynchronous: (fiber: Fiber.Fiber<unknown, unknown>) => boolean = synchronous.isSynchronous

/**
 * One kernel's work on one thread.
 *
 * @category models
 * @since 0.1.0
 */
export interface KernelTiming {
  /** The primitives that were fused into it: `mul_sin_reduce_sum`. */
  readonly name: string
  /** The rank of the thread among those that ran the Program. */
  readonly thread: number
  /** Milliseconds since 1970: `performance.timeOrigin + performance.now()`. */
  readonly start: number
  readonly end: number
  /** Arithmetic operations: of those of the kernel an equal share for every thread that took part. */
  readonly flops: number
  /** Bytes that are read and written, each buffer once; a share as of `flops`. */
  readonly bytes: number
}

/**
 * The contract of a backend's implementation. Everything that is the same for all backends (the compile cache, the
 * ownership of buffers, scopes, metrics and spans) is the session's, which {@link fromDriver} builds around it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Driver {
  /** Name shown in errors and spans: `reference`, `cpu-wasm`. */
  readonly name: string
  readonly capabilities: Capabilities
  /** Copies host data into new device memory. `data` has `Aval.size(aval)` elements (complex: twice as many). */
  readonly upload: (
    data: TypedArray,
    aval: Aval
  ) => Effect.Effect<DeviceBuffer, OutOfMemoryError | UnsupportedDTypeError | DeviceLostError>
  /** As {@link Driver.upload}, before it returns. `undefined`, with nothing done, where that needs to wait for something or fails. */
  readonly uploadNow?: (data: TypedArray, aval: Aval) => DeviceBuffer | undefined
  /** Copies device memory into a new typed array of the dtype's own kind. */
  readonly download: (buffer: DeviceBuffer, aval: Aval) => Effect.Effect<TypedArray, ExecutionError>
  /** The stages before code generation, where there are some: what it can't take it says already here. */
  readonly lower?: (program: Program) => Effect.Effect<Lowering, ExecutionError>
  /** Compiles a verified Program without captures. Pure but for the artefact: it is called once per distinct Program. */
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  /**
   * Runs a compiled Program. The caller keeps the inputs alive and unchanged until the Effect has ended, however it ends, so
   * a driver needs no count of its own; outputs are new memory, never shared. When the fiber is interrupted the computation
   * stops and nothing leaks: the Effect ends when nothing reads the inputs any more. Functions of the host are called in
   * the order of the Program, each when the one before has ended. Without an `origin` it is the executable's own Program
   * that is run.
   */
  readonly execute: (
    executable: Executable,
    inputs: ReadonlyArray<DeviceBuffer>,
    origin?: Origin
  ) => Effect.Effect<ReadonlyArray<DeviceBuffer>, ExecutionError>
  /**
   * Runs a small Program before it returns, as {@link Driver.execute} would. `undefined`, with nothing begun, where that
   * would take long, needs to wait for something or calls functions of the host: then `execute` runs it. Absent where no
   * Program can be run at once. It halves the cost of a small call.
   */
  readonly executeNow?: (
    executable: Executable,
    inputs: ReadonlyArray<DeviceBuffer>,
    origin?: Origin
  ) => Exit.Exit<ReadonlyArray<DeviceBuffer>, ExecutionError> | undefined
  /** Gives memory back. It is called once for a buffer, and never while an upload, execution or download uses it. */
  readonly release: (buffer: DeviceBuffer) => void
  /** Forgets an executable that was evicted from the cache. */
  readonly unload: (executable: Executable) => void
  /** Bytes now taken by buffers. */
  readonly bytesLive: () => number
  /**
   * Times the kernels of every Program that is compiled from now on, until the function that it returns is called. Absent
   * where kernels can't be told apart.
   */
  readonly profile?: (listener: (kernels: ReadonlyArray<KernelTiming>) => void) => () => void
}

/**
 * Counts since the Layer was built.
 *
 * @category models
 * @since 0.1.0
 */
export interface Statistics {
  /** Programs compiled. */
  readonly compilations: number
  /** Executions that found their Program compiled. */
  readonly cacheHits: number
  readonly executions: number
  /** Arrays that have memory on the device; those in use count until their last use has ended. */
  readonly arraysLive: number
  /** Bytes now taken on the device. */
  readonly bytesLive: number
}

export { Backend }

/**
 * A driver that does what another one does, but for some changes.
 *
 * **Details**
 *
 * The inner driver may be an instance of a class. A driver whose `execute` is changed has no `executeNow`, unless that is
 * among the changes, so that no execution passes the change by; nor has one whose `upload` is changed an `uploadNow`.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Backend, NdArray, Numpy as np } from "effax"
 * import { Effect, Layer } from "effect"
 *
 * const downloads: Array<number> = []
 * const counting = Layer.effect(
 *   Backend.Backend,
 *   Effect.flatMap(Backend.Backend, ({ driver }) =>
 *     Backend.fromDriver(Backend.decorateDriver(driver, {
 *       download: (buffer, aval) => {
 *         downloads.push(buffer.byteLength)
 *         return driver.download(buffer, aval)
 *       }
 *     })))
 * ).pipe(Layer.provide(Reference.layer))
 *
 * const program = Effect.as(NdArray.toNested(np.add(np.ones([3]), 1)), downloads)
 * await Effect.runPromise(Effect.provide(program, counting)) // => [12]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const decorateDriver: (inner: Driver, changes: Partial<Driver>) => Driver = decorators.decorateDriver

/**
 * The service around a driver. Its memory is dropped when the scope closes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromDriver = (driver: Driver): Effect.Effect<Backend["Service"], never, Scope.Scope> =>
  Effect.map(session.make(driver), (service) => Object.assign(service, { [brand]: copy }))

/**
 * A Layer of the backend around a driver that needs resources of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFromDriver = <E, R>(
  driver: Effect.Effect<Driver, E, R>
): Layer.Layer<Backend, E, Exclude<R, Scope.Scope>> => Layer.effect(Backend, Effect.flatMap(driver, fromDriver))
