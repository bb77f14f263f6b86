/**
 * A backend of one page: Programs become Plans, and an interpreter runs these on buffers of the host.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Plan } from "@effax/compiler/Plan"
import * as PlanInterpreter from "@effax/compiler/PlanInterpreter"
import * as Aval from "effax/Aval"
import type { Backend } from "effax/Backend"
import * as Driver from "effax/Driver"
import * as DriverKit from "effax/DriverKit"
import * as DType from "effax/DType"
import type { ArgumentError, CallbackError, ExecutionError, OutOfMemoryError } from "effax/Errors"
import * as HostArray from "effax/HostArray"
import * as Program from "effax/Program"
import type * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"

const name = "planned"

const failures = DriverKit.failures(name)

/** Each option has a check, and a default. */
export interface Options {
  readonly memoryLimit?: ByteSize.Input | undefined
}

const settings = DriverKit.settings<Options>()("Planned", {
  memoryLimit: DriverKit.bytes({ from: 0, to: Infinity, otherwise: 2 ** 30 })
})

/** The memory of an array. The session only reads its `byteLength`. */
interface Bytes extends Driver.DeviceBuffer {
  readonly data: ArrayBuffer
}

interface Planned extends Driver.Executable {
  readonly plan: Plan
}

/** Thrown through the interpreter by a callback that failed. */
class CallFailed {
  readonly cause: Cause.Cause<CallbackError>
  constructor(cause: Cause.Cause<CallbackError>) {
    this.cause = cause
  }
}

export const driver = (options: Options): Driver.Driver => {
  const { memoryLimit } = settings(options)
  const reclaimer = new DriverKit.Reclaimer()
  let live = 0

  /** Makes buffers and counts them, or fails. Arrays that nothing references are released before it fails in the end. */
  const take = (purpose: string, sizes: ReadonlyArray<number>): Effect.Effect<void, OutOfMemoryError> =>
    reclaimer.retry(() =>
      Effect.suspend(() => {
        const requested = sizes.reduce((sum, size) => sum + size, 0)
        if (live + requested > memoryLimit) {
          return Effect.fail(failures.outOfMemory({ purpose, requested, live, limit: memoryLimit }))
        }
        live += requested
        return Effect.void
      })
    )

  const bytes = (data: ArrayBuffer): Bytes => ({ byteLength: data.byteLength, data })

  const view = (data: ArrayBuffer, aval: Aval.Aval): DType.TypedArray => new HostArray.constructors[aval.dtype](data)

  return {
    name,
    capabilities: { dtypes: new Set(DType.all), memoryLimit, parallelism: 1, features: [] },

    upload: (data, aval) =>
      Effect.map(take("an upload", [Aval.byteLength(aval)]), () => bytes(data.slice().buffer as ArrayBuffer)),

    download: (buffer, aval) => Effect.sync(() => view((buffer as Bytes).data.slice(0), aval)),

    compile: (program) =>
      Effect.map(DriverKit.compiling(failures, Compiler.compiling(program)), (plan): Planned => ({
        program,
        plan,
        texts: () => Compiler.stages(program),
        memory: () => ({
          arguments: Program.inputs(program).reduce((sum, { aval }) => sum + Aval.byteLength(aval), 0),
          outputs: program.results.reduce((sum, { aval }) => sum + Aval.byteLength(aval), 0),
          temporaries: plan.arena,
          generatedCode: 0
        })
      })),

    execute: (executable, inputs, origin) => {
      const { plan, program } = executable as Planned
      const sizes = program.results.map(({ aval }) => Aval.byteLength(aval))
      const callbacks = DriverKit.callbacksFor(executable, origin)
      const call: PlanInterpreter.Options["call"] = (which, operands, results) => {
        const callback = callbacks[which]!
        const given = callback.operands.map((aval, i) => view(operands[i]!.slice().buffer, aval))
        const exit = Effect.runSyncExit(DriverKit.runCallback(name, callback, given))
        if (Exit.isFailure(exit)) throw new CallFailed(exit.cause)
        exit.value.forEach((result, i) =>
          results[i]!.set(new Uint8Array(result.buffer, result.byteOffset, result.byteLength))
        )
      }
      return Effect.flatMap(
        take("an execution", sizes),
        () =>
          Effect.suspend((): Effect.Effect<ReadonlyArray<Bytes>, ExecutionError> => {
            try {
              const data = (inputs as ReadonlyArray<Bytes>).map((input) => input.data)
              return Effect.succeed(PlanInterpreter.run(plan, data, { call }).map(bytes))
            } catch (cause) {
              for (const size of sizes) live -= size
              return cause instanceof CallFailed
                ? Effect.failCause(cause.cause)
                : Effect.fail(failures.kernel(String(cause), cause))
            }
          })
      )
    },

    release: (buffer) => {
      live -= buffer.byteLength
    },
    unload: () => {},
    bytesLive: () => live
  }
}

/** Wrong options are a failure of the Layer. */
export const layerWith = (options: Options): Layer.Layer<Backend, ArgumentError> =>
  DriverKit.layerChecked(() => {
    const { memoryLimit } = settings(options)
    return Driver.layer(Effect.sync(() => driver({ memoryLimit })))
  })

export const layer: Layer.Layer<Backend> = Driver.layer(Effect.sync(() => driver({})))
