/**
 * The driver of the CPU backend: memory, pool and compiled modules behind the contract of `effax/Backend`.
 */
import * as Compiler from "@effax/compiler/Compiler"
import * as Aval from "effax/Aval"
import type { DeviceBuffer, Driver, Executable } from "effax/Backend"
import * as DriverKit from "effax/DriverKit"
import type { DType, TypedArray } from "effax/DType"
import * as DTypes from "effax/DType"
import * as HostArray from "effax/HostArray"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Features } from "../assembler/index.ts"
import type { Block } from "./allocator.ts"
import { WasmExecutable } from "./executable.ts"
import { Executor } from "./execution.ts"
import { backendName, Failures } from "./failures.ts"
import type { StartThread } from "./host.ts"
import { LinearMemory } from "./memory.ts"
import { Pool } from "./threads.ts"
import type { Artefact, Translate } from "./translate.ts"

export interface DriverOptions {
  /** Threads of the pool; `undefined` for one thread, the caller's, and a memory that isn't shared. */
  readonly threads: number | undefined
  /** Bytes. */
  readonly memoryLimit: number
  readonly features: Features
  readonly translate: Translate
  readonly startThread?: StartThread
  /** Milliseconds that a thread may take to start. */
  readonly startLimit?: number
}

/** Engines may refuse to compile more than this at once on a page's main thread. */
const largestSynchronousModule = 1 << 20

/** Element by element, of arrays of one kind: `set` of typed arrays, whose types don't say that the kinds agree. */
const copy = (to: TypedArray, from: TypedArray): void => (to as Float64Array).set(from as Float64Array)

/** @internal */
export const dtypes: ReadonlySet<DType> = new Set(DTypes.all)

const featureNames = (features: Features, threads: boolean): ReadonlyArray<string> => [
  ...(features.simd ? ["simd"] : []),
  ...(features.relaxedSimd ? ["relaxed-simd"] : []),
  ...(threads ? ["threads"] : [])
]

/** A driver that lives as long as the scope. */
export const make = Effect.fnUntraced(function*(options: DriverOptions): Effect.fn.Return<Driver, never, Scope.Scope> {
  const { threads } = options
  let live = 0
  let modules = 0
  const adopt = (block: Block): void => {
    live += block.byteLength
  }
  const memory = new LinearMemory({ shared: threads !== undefined, limit: options.memoryLimit })
  const failures = new Failures(memory, () => live)
  const pool = threads === undefined ? undefined : new Pool(memory, threads, options.startThread, options.startLimit)
  const executor = new Executor(memory, pool, failures, adopt)
  if (pool !== undefined) {
    // without threads there is nothing to wait for, and nothing that `Effect.runSync` could not do
    yield* Effect.addFinalizer(() =>
      pool.started ? Effect.promise(() => pool.close()) : Effect.sync(() => void pool.close())
    )
  }

  const write = (block: Block, data: TypedArray, dtype: DType): Block => {
    copy(new HostArray.constructors[dtype](memory.memory.buffer, block.address, data.length), data)
    adopt(block)
    return block
  }

  const upload: Driver["upload"] = (data, aval) =>
    memory.reclaimer.retry((collected) => {
      const block = collected ? memory.allocateToLimit(data.byteLength) : memory.allocate(data.byteLength)
      return block === undefined
        ? Effect.fail(failures.outOfMemory("an upload", data.byteLength))
        : Effect.succeed(write(block, data, aval.dtype))
    })

  const uploadNow: Driver["uploadNow"] = (data, aval) => {
    const block = memory.allocate(data.byteLength)
    return block === undefined ? undefined : write(block, data, aval.dtype)
  }

  const download: Driver["download"] = (buffer, aval) =>
    Effect.sync(() => {
      const Elements = HostArray.constructors[aval.dtype]
      const length = Aval.size(aval) * (DTypes.isComplex(aval.dtype) ? 2 : 1)
      const data = new Elements(length)
      copy(data, new Elements(memory.memory.buffer, (buffer as Block).address, length))
      return data
    })

  const lower: Driver["lower"] = (program) =>
    // a Program that can't be compiled fails now
    Effect.as(DriverKit.compiling(failures.kit, Compiler.compiling(program)), { texts: () => Compiler.stages(program) })

  const compile: Driver["compile"] = (program) =>
    Effect.withFiber((fiber) => {
      const synchronous = DriverKit.isSynchronous(fiber)
      return DriverKit.compiling(failures.kit, options.translate(program, executor.timings.listeners.wanted)).pipe(
        Effect.flatMap((artefact) =>
          Effect.map(compileModule(artefact, synchronous, failures.kit), (module) => {
            const executable = new WasmExecutable(++modules, program, artefact, module, memory, threads ?? 1)
            if (!synchronous) executor.prepare(executable)
            return executable
          })
        )
      )
    })

  const execute: Driver["execute"] = (executable, inputs, origin) =>
    Effect.withFiber((fiber) =>
      executor.execute(
        executable as WasmExecutable,
        inputs as ReadonlyArray<Block>,
        DriverKit.callbacksFor(executable, origin),
        DriverKit.isSynchronous(fiber)
      )
    )

  const executeNow: Driver["executeNow"] = (executable, inputs, origin) =>
    DriverKit.callbacksFor(executable, origin).length > 0
      ? undefined
      : executor.executeNow(executable as WasmExecutable, inputs as ReadonlyArray<Block>)

  return {
    name: backendName,
    capabilities: {
      dtypes,
      memoryLimit: memory.limit,
      parallelism: threads ?? 1,
      features: featureNames(options.features, threads !== undefined)
    },
    upload,
    uploadNow,
    download,
    lower,
    compile,
    execute,
    executeNow,
    release: (buffer: DeviceBuffer) => {
      const block = buffer as Block
      if (block.free || block.condemned) return
      live -= block.byteLength
      memory.release(block)
    },
    unload: (executable: Executable) => {
      const { id } = executable as WasmExecutable
      ;(executable as WasmExecutable).unload()
      pool?.forget(id)
    },
    bytesLive: () => live,
    profile: executor.timings.listeners.listen
  }
})

/** Small modules at once, which is faster, and all where nothing can be waited for; large ones in the background. */
const compileModule = (
  artefact: Artefact,
  synchronous: boolean,
  { compile }: DriverKit.Failures
): Effect.Effect<WebAssembly.Module, ReturnType<DriverKit.Failures["compile"]>> =>
  synchronous || artefact.bytes.length <= largestSynchronousModule
    ? Effect.try({ try: () => new WebAssembly.Module(artefact.bytes), catch: compile })
    : Effect.tryPromise({ try: () => WebAssembly.compile(artefact.bytes), catch: compile })
