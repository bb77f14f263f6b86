/**
 * The driver of the GPU backend: memory, pipelines and submissions behind the contract of `effax/Backend`.
 *
 * A device may go away at any time: its driver is restarted, or its plug is pulled. Then running computations fail, and the
 * next use opens a new one, if that is wanted. Programs are compiled for it again, and arrays that the host still has the
 * data of are uploaded again; the others are lost.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Plan } from "@effax/compiler/Plan"
import * as Aval from "effax/Aval"
import type { DeviceBuffer, Driver, Executable, KernelTiming } from "effax/Backend"
import * as DriverKit from "effax/DriverKit"
import { isComplex, type TypedArray } from "effax/DType"
import { type DeviceLostError, type ExecutionError, type OutOfMemoryError } from "effax/Errors"
import * as HostArray from "effax/HostArray"
import type { Program } from "effax/Program"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Tuner } from "../tuning/tuner.ts"
import { dtypes, storageBytes } from "../wgsl/lanes.ts"
import { type Generated, generating } from "../wgsl/module.ts"
import type { NoAdapter, Opened } from "./adapter.ts"
import { checkBindings, checkDtypes } from "./checks.ts"
import { GpuExecutable } from "./executable.ts"
import { run } from "./execution.ts"
import { backendName, deviceLost, failures, rejected, staleArray } from "./failures.ts"
import { Gpu } from "./gpu.ts"
import { write } from "./host.ts"
import type { Block } from "./memory.ts"

export interface DriverOptions {
  /** Opens a device; rejects with {@link NoAdapter}. */
  readonly open: () => Promise<Opened>
  /** Bytes. */
  readonly memoryLimit: number
  /** Bytes that one array may have, if fewer than the device allows. */
  readonly largest?: number | undefined
  /** Whether a new device is opened when one was lost. */
  readonly recover: boolean
  /** Makes what measures how products are best divided into tiles. Without it that is chosen by shape. */
  readonly tuner?: ((gpu: Gpu) => Tuner) | undefined
}

/** An array on a device. */
interface Resident extends DeviceBuffer {
  block: Block
  /** What it was uploaded from. The array that is uploaded has it too. */
  readonly source: TypedArray | undefined
}

const resident = (block: Block, source: TypedArray | undefined): Resident => ({
  byteLength: block.byteLength,
  block,
  source
})

/** Positions are `i32` in shaders. */
const mostElements = 2 ** 31 - 1

/** Invocations are numbered in `i32` too, those that a dispatch has too many of included. */
const mostPoints = 2 ** 31 - 2 ** 16

const compilerOptions = ({ device }: Gpu): Compiler.Options => ({
  wideAccumulator: false,
  // one may be left for a part of the arena that is not counted
  maxBuffers: device.limits.maxStorageBuffersPerShaderStage - 1,
  maxElements: mostElements,
  maxPoints: mostPoints
})

/** A driver that lives as long as the scope. */
export const make = Effect.fnUntraced(function*(
  options: DriverOptions
): Effect.fn.Return<Driver, NoAdapter, Scope.Scope> {
  const opening = Effect.tryPromise({ try: options.open, catch: (cause) => cause as NoAdapter })
  let gpu = new Gpu(yield* opening, options.memoryLimit, options.largest)
  let closed = false
  let reopening: Promise<void> | undefined
  const profile = new DriverKit.Listeners<ReadonlyArray<KernelTiming>>()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      closed = true
      gpu.destroy()
    })
  )

  const reopen = async (): Promise<void> => {
    const opened = await options.open()
    if (closed) opened.device.destroy()
    else gpu = new Gpu(opened, options.memoryLimit, options.largest)
  }

  /** The device, or a new one. */
  const available: Effect.Effect<Gpu, DeviceLostError> = Effect.suspend(() => {
    const { lost } = gpu
    if (lost === undefined) return Effect.succeed(gpu)
    if (!options.recover || closed) return Effect.fail(deviceLost(lost))
    return Effect.flatMap(
      Effect.tryPromise({
        try: () =>
          reopening ??= reopen().finally(() => {
            reopening = undefined
          }),
        catch: (cause) => deviceLost(`${lost}, and no other one could be opened`, cause)
      }),
      () => gpu.lost === undefined ? Effect.succeed(gpu) : Effect.fail(deviceLost(gpu.lost))
    )
  })

  const put = (on: Gpu, data: TypedArray): Effect.Effect<Block, OutOfMemoryError> =>
    Effect.map(on.memory.allocate([data.byteLength], "an upload"), ([block]) => {
      write(on.device, block!.buffer, 0, data)
      return block!
    })

  const upload: Driver["upload"] = (data, aval) =>
    Effect.suspend((): ReturnType<Driver["upload"]> => {
      if (!dtypes.has(aval.dtype)) return Effect.fail(failures.unsupportedDType("upload", aval.dtype, dtypes))
      const on = gpu.lost === undefined ? put(gpu, data) : Effect.flatMap(available, (current) => put(current, data))
      return Effect.map(on, (block) => resident(block, data))
    })

  /** Makes sure that an array is on a device. */
  const settle = (on: Gpu, array: Resident): Effect.Effect<void, ExecutionError> => {
    if (array.block.memory === on.memory) return Effect.void
    if (array.source === undefined) return Effect.fail(staleArray())
    return Effect.map(put(on, array.source), (block) => {
      // another fiber may have been faster
      if (array.block.memory === on.memory) on.memory.release(block)
      else array.block = block
    })
  }

  const download: Driver["download"] = (buffer, aval) =>
    Effect.gen(function*() {
      const array = buffer as Resident
      const on = yield* available
      yield* settle(on, array)
      const { block } = array
      const elements = Aval.size(aval)
      const bytes = yield* Effect.tryPromise({
        try: () => on.staging.read(block.buffer, 0, storageBytes(aval.dtype, elements)),
        catch: (cause) => deviceLost(on.lost ?? String(cause), cause)
      })
      // the queue keeps the order: what was said about the work before has been said by now
      const fault = (block.fault === undefined ? undefined : yield* Effect.promise(() => block.fault!)) ??
        on.takeComplaint()
      if (fault !== undefined) return yield* Effect.fail(rejected(fault))
      return new HostArray.constructors[aval.dtype](
        bytes.buffer as ArrayBuffer,
        0,
        isComplex(aval.dtype) ? 2 * elements : elements
      )
    })

  function* planFor(on: Gpu, program: Program): DriverKit.Steps<Plan> {
    const plan = yield* Compiler.compiling(program, compilerOptions(on))
    checkDtypes(program, plan)
    return plan
  }

  function* generateFor(on: Gpu, plan: Plan, tuner: Tuner | undefined): DriverKit.Steps<Generated> {
    const generated = yield* generating(plan, { ...on.opened.traits, tile: tuner?.tile }, on.memory.largest)
    checkBindings(generated, on.device.limits)
    return generated
  }

  let tuned: { readonly gpu: Gpu; readonly tuner: Tuner } | undefined

  /** Has what a Plan needs measured on the device. */
  const tune = (on: Gpu, plan: Plan): Effect.Effect<Tuner | undefined> => {
    if (options.tuner === undefined) return Effect.undefined
    if (tuned?.gpu !== on) tuned = { gpu: on, tuner: options.tuner(on) }
    const { tuner } = tuned
    return Effect.as(tuner.prepare(plan), tuner)
  }

  const lower: Driver["lower"] = (program) =>
    Effect.suspend(() => {
      const on = gpu
      // what can't be compiled is found out now
      return DriverKit.compiling(failures, planFor(on, program)).pipe(
        Effect.flatMap((plan) => DriverKit.compiling(failures, generateFor(on, plan, undefined))),
        Effect.as({ texts: () => Compiler.stages(program, compilerOptions(on)) })
      )
    })

  const prepare = (executable: GpuExecutable, on: Gpu) =>
    Effect.tryPromise({
      try: () => executable.prepare(on),
      catch: (cause) => on.lost === undefined ? failures.compile(cause) : deviceLost(on.lost, cause)
    })

  const compile: Driver["compile"] = (program) =>
    Effect.gen(function*() {
      const on = yield* available
      const plan = yield* DriverKit.compiling(failures, planFor(on, program))
      const tuner = yield* tune(on, plan)
      const generated = yield* DriverKit.compiling(failures, generateFor(on, plan, tuner))
      const executable = new GpuExecutable(program, generated, () => ({
        ...Compiler.stages(program, compilerOptions(on)),
        wgsl: generated.dispatches.map(({ code, label }) => `// ${label}\n${code}`).join("\n\n")
      }))
      // the device makes pipelines in the background: a run of the Program waits for them, and may be interrupted
      executable.prepare(on).catch(() => undefined)
      return executable
    })

  const isReady = (executable: GpuExecutable, arrays: ReadonlyArray<Resident>): boolean =>
    gpu.lost === undefined && executable.isOn(gpu) && gpu.congestion === undefined &&
    arrays.every(({ block }) => block.memory === gpu.memory)

  const execute: Driver["execute"] = (compiled, inputs, origin) => {
    const executable = compiled as GpuExecutable
    const arrays = inputs as ReadonlyArray<Resident>
    const now = (on: Gpu): Effect.Effect<ReadonlyArray<DeviceBuffer>, ExecutionError> =>
      Effect.map(
        run({
          gpu: on,
          executable,
          inputs: arrays.map(({ block }) => block),
          callbacks: DriverKit.callbacksFor(executable, origin),
          profile
        }),
        (blocks) => blocks.map((block) => resident(block, undefined))
      )
    const soon = Effect.gen(function*() {
      const on = yield* available
      for (const array of arrays) yield* settle(on, array)
      if (!executable.isOn(on)) yield* prepare(executable, on)
      while (on.congestion !== undefined) yield* Effect.promise(() => on.congestion!)
      return yield* on.lost === undefined ? now(on) : Effect.fail(deviceLost(on.lost))
    })
    return Effect.suspend(() => isReady(executable, arrays) ? now(gpu) : soon)
  }

  return {
    name: backendName,
    capabilities: {
      dtypes,
      memoryLimit: gpu.memory.limit,
      parallelism: 1,
      features: gpu.opened.features
    },
    upload,
    download,
    lower,
    compile,
    execute,
    release: (buffer: DeviceBuffer) => {
      const { block } = buffer as Resident
      if (!closed) block.memory.release(block)
    },
    // its pipelines go with it
    unload: (_executable: Executable) => {},
    bytesLive: () => gpu.memory.live,
    ...(gpu.device.features.has("timestamp-query") ? { profile: profile.listen } : {})
  }
})
