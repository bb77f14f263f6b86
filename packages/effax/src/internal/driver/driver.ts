/**
 * The contract of drivers. Only types: it stands below everything that runs Programs.
 */
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { Aval } from "../../Aval.ts"
import type { DType, TypedArray } from "../../DType.ts"
import type { DeviceLostError, ExecutionError, OutOfMemoryError, UnsupportedDTypeError } from "../../Errors.ts"
import type { Location } from "../program/model.ts"
import type { Program } from "../program/program.ts"

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
  /** A Program with the canonical text of the executable's. Its callbacks are called. */
  readonly program: Program
  /** The jitted function's name, if the Program is its own. */
  readonly name?: string | undefined
  /** Where the jitted function was called, if locations are taken. */
  readonly location: Location | undefined
}

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
 * ownership of buffers, scopes, metrics and spans) is the session's, which `layer` builds around it.
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
