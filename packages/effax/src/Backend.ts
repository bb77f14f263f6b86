/**
 * The service that compiles and runs Programs. Each implementation is a Layer that provides it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Aval } from "./Aval.ts"
import type { DType, TypedArray } from "./DType.ts"
import type {
  CompileError,
  ExecutionError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "./Errors.ts"
import * as session from "./internal/session.ts"
import type * as NdArray from "./NdArray.ts"
import type { Program } from "./Program.ts"

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
 * A Program that a driver has compiled.
 *
 * @category models
 * @since 0.1.0
 */
export interface Executable {
  readonly program: Program
  /** Texts of the stages between the Program and the machine, for people, by the name of the stage: `simplify`, `fuse`, `bufferize`, `wasm`. */
  readonly texts: () => { readonly [stage: string]: string }
}

/**
 * What a device can do.
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
  ) => Effect.Effect<DeviceBuffer, OutOfMemoryError | UnsupportedDTypeError>
  /** Copies device memory into a new typed array of the dtype's own kind. */
  readonly download: (buffer: DeviceBuffer, aval: Aval) => Effect.Effect<TypedArray, ExecutionError>
  /** Compiles a verified Program without captures. Pure but for the artefact: it is called once per distinct Program. */
  readonly compile: (
    program: Program
  ) => Effect.Effect<Executable, CompileError | UnsupportedError | UnsupportedDTypeError>
  /**
   * Runs a compiled Program. The inputs stay alive and unchanged; outputs are new memory, never shared. When the fiber is
   * interrupted the computation stops and nothing leaks.
   */
  readonly execute: (
    executable: Executable,
    inputs: ReadonlyArray<DeviceBuffer>
  ) => Effect.Effect<ReadonlyArray<DeviceBuffer>, OutOfMemoryError | KernelError>
  /** Gives memory back. */
  readonly release: (buffer: DeviceBuffer) => void
  /** Forgets an executable that was evicted from the cache. */
  readonly unload: (executable: Executable) => void
  /** Bytes now taken by buffers. */
  readonly bytesLive: () => number
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
  /** Arrays now resident. */
  readonly arraysLive: number
  /** Bytes now taken on the device. */
  readonly bytesLive: number
}

/**
 * The backend in context.
 *
 * **When to use**
 *
 * Arrays and the functions of `NdArray` find it by themselves; ask for it to read {@link Statistics} or capabilities, or
 * to compile a Program ahead.
 *
 * @example
 * ```ts
 * import { Backend, jit, NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const double = jit((x: NdArray.Any) => np.multiply(x, 2))
 *
 * const program = Effect.gen(function*() {
 *   const backend = yield* Backend.Backend
 *   yield* Effect.forEach([1, 2, 3], (i) => NdArray.toNested(double(np.array([i, i + 1]))))
 *   const { compilations, executions } = yield* backend.statistics
 *   return { compilations, executions }
 * })
 * program // => { compilations: 1, executions: 3 }
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Backend extends Context.Service<Backend, {
  readonly name: string
  readonly capabilities: Capabilities
  /** Computes every array of the list that isn't resident yet, in one Program, and makes them resident. */
  readonly evaluate: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void, ExecutionError>
  /** The values of a resident array, row-major, in a new typed array. */
  readonly read: (array: NdArray.Any) => Effect.Effect<TypedArray, ExecutionError>
  /** Runs an effect; when it ends, frees the arrays made resident meanwhile, but those that `keep` picks of its result. */
  readonly scoped: <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    keep: (result: A) => ReadonlyArray<NdArray.Any>
  ) => Effect.Effect<A, E, R>
  /** Frees resident arrays now. */
  readonly dispose: (arrays: ReadonlyArray<NdArray.Any>) => Effect.Effect<void>
  /** Compiles a Program, or finds it compiled. */
  readonly compile: (program: Program) => Effect.Effect<Executable, ExecutionError>
  readonly statistics: Effect.Effect<Statistics>
}>()("effax/Backend") {}

/**
 * The service around a driver. Its memory is dropped when the scope closes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromDriver = (driver: Driver): Effect.Effect<Backend["Service"], never, Scope.Scope> =>
  session.make(driver)

/**
 * A Layer of the backend around a driver that needs resources of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFromDriver = <E, R>(
  driver: Effect.Effect<Driver, E, R>
): Layer.Layer<Backend, E, Exclude<R, Scope.Scope>> => Layer.effect(Backend, Effect.flatMap(driver, fromDriver))
