/**
 * The slow, obviously right backend: it interprets Programs equation by equation and loop by loop, in double precision
 * and then rounded to the dtype.
 *
 * **When to use**
 *
 * In tests, as the oracle of another backend, and wherever there is nothing else.
 *
 * @since 0.1.0
 */
import {
  type Backend,
  callbacksOf,
  type DeviceBuffer,
  type Driver,
  type Executable,
  inSlices,
  isSynchronous,
  layerFromDriver,
  makeCollector,
  type Origin,
  runCallback
} from "effax/Backend"
import * as DType from "effax/DType"
import {
  type CallbackError,
  CompileError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "effax/Errors"
import type { Program } from "effax/Program"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Code, prepare } from "./internal/code.ts"
import { EquationFailure, interpret } from "./internal/interpreter.ts"
import type { HostRequest } from "./internal/kernel.ts"
import { arena, LimitReached, type Memory, take } from "./internal/memory.ts"
import { memoryAnalysis } from "./internal/memoryAnalysis.ts"
import type { Value } from "./internal/value.ts"

/**
 * Options of the backend.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Bytes that arrays and temporaries may take together; 1 GiB by default. */
  readonly memoryLimit?: number
}

const name = "reference"

/** Memory on the host. */
interface HostBuffer extends DeviceBuffer {
  readonly value: Value
}

/** A Program with what was prepared for it. */
interface Interpreted extends Executable {
  readonly codes: ReadonlyMap<Program, Code>
}

const outOfMemory = ({ limit, live, requested, running }: LimitReached): OutOfMemoryError =>
  new OutOfMemoryError({
    backend: name,
    requested,
    live,
    limit,
    message:
      `${name}: ${requested} more bytes do not fit, ${live} of ${limit} bytes are taken${
        running > 0 ? ` (${running} of them by computations that run)` : ""
      }: keep fewer arrays alive ` +
      "(NdArray.scoped, donation), or raise `memoryLimit`"
  })

const unsupportedDType = (operation: string, dtype: DType.DType): UnsupportedDTypeError =>
  new UnsupportedDTypeError({
    backend: name,
    operation,
    dtype,
    message: `${operation}: the backend ${name} has no ${dtype}`
  })

const hostBuffer = (value: Value): HostBuffer => ({ byteLength: value.data.byteLength, value })

const valueOf = (buffer: DeviceBuffer): Value => (buffer as HostBuffer).value

/** How often unreachable arrays are looked for before memory is full: finalisers run when the engine finds time for them. */
const collections = 3

/** Has arrays released that nothing refers to. */
const collect = Effect.suspend(() => Effect.promise(makeCollector()))

/** Runs something again, after a collection, where the limit was reached and `again` allows it. */
const collecting = <A, E>(
  attempt: Effect.Effect<A, E>,
  again: () => boolean = () => true
): Effect.Effect<A, Exclude<E, LimitReached> | OutOfMemoryError> => {
  const run = (left: number): Effect.Effect<A, Exclude<E, LimitReached> | OutOfMemoryError> =>
    Effect.catch(attempt, (error): Effect.Effect<A, Exclude<E, LimitReached> | OutOfMemoryError> => {
      if (!(error instanceof LimitReached)) return Effect.fail(error as Exclude<E, LimitReached>)
      return Effect.withFiber((fiber) =>
        left > 0 && error.requested <= error.limit && again() && !isSynchronous(fiber)
          ? Effect.flatMap(collect, () => run(left - 1))
          : Effect.fail(outOfMemory(error))
      )
    })
  return run(collections)
}

/** A failure as a typed error; anything else is a defect. */
const failure = (cause: unknown): LimitReached | KernelError => {
  if (cause instanceof LimitReached) return cause
  if (cause instanceof EquationFailure) {
    return new KernelError({
      backend: name,
      message: `${cause.operation}: ${cause.cause instanceof Error ? cause.cause.message : String(cause.cause)}`,
      cause: cause.cause
    })
  }
  throw cause
}

/** Calls of the host go to the functions of the Program that is run, which an equal one may have been compiled for. */
const callTo = (executable: Executable, origin: Origin | undefined) => {
  const compiled = callbacksOf(executable.program)
  const today = origin === undefined ? compiled : callbacksOf(origin.program)
  return ({ callback, operands, resume }: HostRequest): Effect.Effect<void, CallbackError> =>
    Effect.map(runCallback(name, today[compiled.indexOf(callback)]!, operands), resume)
}

/**
 * The implementation that {@link layer} is built around. Each call makes one with memory of its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const driver = (options: Options = {}): Driver => {
  const memory: Memory = { limit: options.memoryLimit ?? 2 ** 30, live: 0, running: 0 }
  return {
    name,
    capabilities: {
      dtypes: new Set(DType.all),
      memoryLimit: memory.limit,
      parallelism: 1,
      features: []
    },
    upload: (data, aval) =>
      collecting(Effect.try({
        try: () => {
          const value = take(memory, aval)
          ;(value.data as Uint8Array).set(data as Uint8Array)
          return hostBuffer(value)
        },
        catch: (cause) => {
          if (cause instanceof LimitReached) return cause
          throw cause
        }
      })),
    download: (buffer) => Effect.sync(() => valueOf(buffer).data.slice()),
    compile: (program) =>
      Effect.suspend((): Effect.Effect<Interpreted, CompileError | UnsupportedError | UnsupportedDTypeError> => {
        const codes = prepare(program)
        if (!("_tag" in codes)) {
          return Effect.succeed({
            program,
            codes,
            texts: () => ({}),
            memory: () => memoryAnalysis(program, codes)
          })
        }
        return Effect.fail(
          codes._tag === "DType"
            ? unsupportedDType(codes.operation, codes.dtype)
            : new UnsupportedError({
              backend: name,
              operation: codes.operation,
              message: `${codes.operation}: the backend ${name} has no code for this primitive`
            })
        )
      }),
    execute: (executable, inputs, origin) =>
      // no interruption between the last step and the hand-over of the results
      Effect.uninterruptibleMask((restore) => {
        const call = callTo(executable, origin)
        // what the host was asked for once is not asked for again
        let called = false
        const attempt = Effect.suspend(() => {
          const own = arena(memory)
          return restore(inSlices(
            interpret(executable.program, (executable as Interpreted).codes, inputs.map(valueOf), own),
            (request) => {
              called = true
              return call(request)
            }
          )).pipe(
            Effect.map((results) => {
              own.close(results)
              return results.map(hostBuffer)
            }),
            Effect.catchDefect((cause) => Effect.suspend(() => Effect.fail(failure(cause)))),
            // After success this has nothing left to give back
            Effect.ensuring(Effect.sync(() => own.close([])))
          )
        })
        return collecting(attempt, () => !called)
      }),
    release: (buffer) => {
      memory.live -= buffer.byteLength
    },
    unload: () => {},
    bytesLive: () => memory.live
  }
}

/**
 * Provides the backend with the default options.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { NdArray, Numpy as np } from "effax"
 * import { Effect } from "effect"
 *
 * const program = NdArray.toNested(np.add(np.ones([2]), 1))
 *
 * await Effect.runPromise(Effect.provide(program, Reference.layer)) // => [2, 2]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Backend> = layerFromDriver(Effect.sync(() => driver()))

/**
 * Provides the backend.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend> => layerFromDriver(Effect.sync(() => driver(options)))
