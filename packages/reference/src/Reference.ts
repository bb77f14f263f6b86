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
  type DeviceBuffer,
  type Driver,
  type Executable,
  layerFromDriver,
  type Origin
} from "effax/Backend"
import * as DriverKit from "effax/DriverKit"
import * as DType from "effax/DType"
import type {
  ArgumentError,
  CallbackError,
  CompileError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "effax/Errors"
import type { Program } from "effax/Program"
import type * as ByteSize from "effect/ByteSize"
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
  /** The memory that arrays and temporaries may take together, in bytes or as `"512 MiB"`. By default 1 GiB. */
  readonly memoryLimit?: ByteSize.Input | undefined
}

const settings = DriverKit.settings<Options>()("Reference", {
  memoryLimit: DriverKit.bytes({ from: 0, to: Infinity, otherwise: 2 ** 30 })
})

const name = "reference"

/** Memory on the host. */
interface HostBuffer extends DeviceBuffer {
  readonly value: Value
}

/** A Program with what was prepared for it. */
interface Interpreted extends Executable {
  readonly codes: ReadonlyMap<Program, Code>
}

const failures = DriverKit.failures(name)

const hostBuffer = (value: Value): HostBuffer => ({ byteLength: value.data.byteLength, value })

const valueOf = (buffer: DeviceBuffer): Value => (buffer as HostBuffer).value

/** A failure of a computation that takes memory for `purpose`, as a typed error; anything else is a defect. */
const failure = (purpose: string) => (cause: unknown): OutOfMemoryError | KernelError => {
  if (cause instanceof LimitReached) {
    const { limit, live, requested, running } = cause
    return failures.outOfMemory({ purpose, requested, live: live - running, limit, running })
  }
  if (cause instanceof EquationFailure) {
    const inner = cause.cause
    return failures.kernel(`${cause.operation}: ${inner instanceof Error ? inner.message : String(inner)}`, inner)
  }
  throw cause
}

/** Calls of the host go to the functions of the Program that is run, which an equal one may have been compiled for. */
const callTo = (executable: Executable, origin: Origin | undefined) => {
  const compiled = DriverKit.callbacksOf(executable.program)
  const today = DriverKit.callbacksFor(executable, origin)
  return ({ callback, operands, resume }: HostRequest): Effect.Effect<void, CallbackError> =>
    Effect.map(DriverKit.runCallback(name, today[compiled.indexOf(callback)]!, operands), resume)
}

/**
 * The implementation that {@link layer} is built around. Each call makes one with memory of its own. Throws an
 * `ArgumentError` where options are wrong.
 *
 * @category constructors
 * @since 0.1.0
 */
export const driver = (options: Options = {}): Driver => {
  const memory: Memory = { limit: settings(options).memoryLimit, live: 0, running: 0 }
  const reclaimer = new DriverKit.Reclaimer()
  return {
    name,
    capabilities: {
      dtypes: new Set(DType.all),
      memoryLimit: memory.limit,
      parallelism: 1,
      features: []
    },
    upload: (data, aval) =>
      reclaimer.retry(() =>
        Effect.try({
          try: () => {
            const value = take(memory, aval)
            ;(value.data as Uint8Array).set(data as Uint8Array)
            return hostBuffer(value)
          },
          catch: (cause) => failure("an upload")(cause) as OutOfMemoryError
        })
      ),
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
            ? failures.unsupportedDType(codes.operation, codes.dtype)
            : failures.unsupported(codes.operation, "there is no code for this primitive")
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
          return restore(DriverKit.inSlices(
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
            Effect.catchDefect((cause) => Effect.suspend(() => Effect.fail(failure("an execution")(cause)))),
            // After success this has nothing left to give back
            Effect.ensuring(Effect.sync(() => own.close([])))
          )
        })
        return reclaimer.retry(() => attempt, () => !called)
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
 * Provides the backend with options. The Layer fails with an `ArgumentError` where they are wrong.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Backend, ArgumentError> =>
  DriverKit.layerChecked(() => {
    settings(options)
    return layerFromDriver(Effect.sync(() => driver(options)))
  })
