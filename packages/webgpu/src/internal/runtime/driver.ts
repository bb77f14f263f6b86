/**
 * The driver of the GPU backend: memory, pipelines and submissions behind the contract of `effax/Backend`.
 */
import * as Compiler from "@effax/compiler/Compiler"
import * as Aval from "effax/Aval"
import type { DeviceBuffer, Driver, Executable } from "effax/Backend"
import type { DType } from "effax/DType"
import {
  CompileError,
  DeviceLostError,
  KernelError,
  OutOfMemoryError,
  UnsupportedDTypeError,
  UnsupportedError
} from "effax/Errors"
import * as HostArray from "effax/HostArray"
import * as Effect from "effect/Effect"
import { dtypes, storageBytes } from "../wgsl/lanes.ts"
import { generate } from "../wgsl/module.ts"
import type { Slot } from "../wgsl/place.ts"
import type { Opened } from "./adapter.ts"
import { type Compiled, GpuExecutable } from "./executable.ts"
import { type Block, DeviceMemory } from "./memory.ts"

export const backendName = "webgpu"

/** Submissions that may be on their way before the next one waits. */
const inFlight = 16

const unsupportedDType = (operation: string, dtype: DType): UnsupportedDTypeError =>
  new UnsupportedDTypeError({
    backend: backendName,
    operation,
    dtype,
    message: `${operation}: ${dtype} is not supported on ${backendName}; it has ${[...dtypes].join(", ")}`
  })

interface LoweringFailure {
  readonly _tag: "LoweringError"
  readonly operation: string
  readonly dtype: DType | undefined
  readonly message: string
}

const isLowering = (u: unknown): u is LoweringFailure =>
  typeof u === "object" && u !== null && (u as { readonly _tag?: unknown })._tag === "LoweringError"

const compileFailure = (cause: unknown): CompileError | UnsupportedError | UnsupportedDTypeError => {
  if (cause instanceof UnsupportedDTypeError) return cause
  if (isLowering(cause)) {
    const { dtype, message, operation } = cause
    const common = { backend: backendName, operation, message: `${backendName}: ${message}` }
    return dtype === undefined ? new UnsupportedError(common) : new UnsupportedDTypeError({ ...common, dtype })
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return new CompileError({ backend: backendName, cause, message: `code generation failed: ${message}` })
}

export const make = (opened: Opened, memoryLimit: number): Driver => {
  const { device, traits } = opened
  const memory = new DeviceMemory(device, memoryLimit)
  const pipelines = new Map<string, Promise<GPUComputePipeline>>()
  const running: Array<Promise<unknown>> = []

  const outOfMemory = (what: string, requested: number): OutOfMemoryError =>
    new OutOfMemoryError({
      backend: backendName,
      requested,
      live: memory.live,
      limit: memory.limit,
      message: `${what} needs ${requested} more bytes, ${memory.live} of ${memory.limit} are taken: drop arrays, end ` +
        "scopes earlier, or raise `memoryLimit`"
    })

  const write = (block: Block, data: ArrayBufferView): void => {
    const bytes = data.byteLength
    const whole = bytes - bytes % 4
    if (whole > 0) device.queue.writeBuffer(block.buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, whole)
    if (bytes === whole) return
    const rest = new Uint8Array(4)
    rest.set(new Uint8Array(data.buffer, data.byteOffset + whole, bytes - whole))
    device.queue.writeBuffer(block.buffer, whole, rest)
  }

  const upload: Driver["upload"] = (data, aval) =>
    Effect.suspend((): Effect.Effect<Block, OutOfMemoryError | UnsupportedDTypeError> => {
      if (!dtypes.has(aval.dtype)) return Effect.fail(unsupportedDType("upload", aval.dtype))
      const bytes = storageBytes(aval.dtype, data.length)
      const block = memory.allocate(bytes)
      if (block === undefined) return Effect.fail(outOfMemory("upload", bytes))
      write(block, data)
      return Effect.succeed(block)
    })

  const download: Driver["download"] = (buffer, aval) =>
    Effect.tryPromise({
      try: async () => {
        const length = Aval.size(aval)
        const bytes = storageBytes(aval.dtype, length)
        const staging = device.createBuffer({ size: bytes, usage: 0x1 /* MAP_READ */ | 0x8 /* COPY_DST */ })
        const encoder = device.createCommandEncoder()
        encoder.copyBufferToBuffer((buffer as Block).buffer, 0, staging, 0, bytes)
        device.queue.submit([encoder.finish()])
        await staging.mapAsync(1 /* READ */)
        const data = new HostArray.constructors[aval.dtype](length)
        new Uint8Array(data.buffer).set(new Uint8Array(staging.getMappedRange(), 0, data.byteLength))
        staging.destroy()
        return data
      },
      catch: (cause) =>
        new DeviceLostError({ backend: backendName, cause, message: `${backendName}: the device was lost: ${String(cause)}` })
    })

  const pipelineOf = (code: string, label: string): Promise<GPUComputePipeline> => {
    let found = pipelines.get(code)
    if (found === undefined) {
      const module = device.createShaderModule({ code, label })
      found = device.createComputePipelineAsync({ layout: "auto", compute: { module }, label }).catch(async (cause) => {
        const { messages } = await module.getCompilationInfo()
        const first = messages.find(({ type }) => type === "error")
        const line = first === undefined ? "" : ` at \`${code.split("\n")[first.lineNum - 1]?.trim()}\``
        throw new Error(`${label}: ${first?.message ?? String(cause)}${line}`)
      })
      pipelines.set(code, found)
    }
    return found
  }

  const compile: Driver["compile"] = (program) =>
    Effect.tryPromise({
      try: async () => {
        const plan = Compiler.compile(program, { wideAccumulator: false, maxBuffers: device.limits.maxStorageBuffersPerShaderStage - 1 })
        const generated = generate(plan, traits)
        const steps = await Promise.all(generated.steps.map(async (step): Promise<Compiled> => {
          const pipeline = await pipelineOf(step.code, step.label)
          return { step, pipeline, layout: pipeline.getBindGroupLayout(0) }
        }))
        const texts = () => ({
          ...Compiler.stages(program, { wideAccumulator: false }),
          wgsl: generated.steps.map(({ code, label }) => `// ${label}\n${code}`).join("\n\n")
        })
        return new GpuExecutable(program, generated, steps, texts)
      },
      catch: compileFailure
    })

  const submit = (executable: GpuExecutable, inputs: ReadonlyArray<Block>): Effect.Effect<
    ReadonlyArray<Block>,
    OutOfMemoryError | KernelError
  > => {
    const { generated, steps } = executable
    const taken: Array<Block> = []
    for (const bytes of [...generated.outputs, ...generated.arena > 0 ? [generated.arena] : []]) {
      const block = memory.allocate(bytes)
      if (block === undefined) {
        for (const one of taken) memory.release(one)
        return Effect.fail(outOfMemory("execution", bytes))
      }
      taken.push(block)
    }
    const outputs = taken.slice(0, generated.outputs.length)
    const arena = taken[generated.outputs.length]
    const bufferOf = (slot: Slot): GPUBuffer =>
      (slot._tag === "Input" ? inputs[slot.index]! : slot._tag === "Output" ? outputs[slot.index]! : arena!).buffer
    const encoder = device.createCommandEncoder()
    if (steps.length > 0) {
      const pass = encoder.beginComputePass()
      for (const { layout, pipeline, step } of steps) {
        if (step.workgroups === 0) continue
        pass.setPipeline(pipeline)
        pass.setBindGroup(
          0,
          device.createBindGroup({
            layout,
            entries: step.bindings.map(({ slot }, binding) => ({ binding, resource: { buffer: bufferOf(slot) } }))
          })
        )
        const rows = Math.ceil(step.workgroups / 65535)
        pass.dispatchWorkgroups(Math.ceil(step.workgroups / rows), rows)
      }
      pass.end()
    }
    device.queue.submit([encoder.finish()])
    if (arena !== undefined) memory.release(arena)
    return Effect.succeed(outputs)
  }

  const execute: Driver["execute"] = (executable, inputs) =>
    Effect.suspend(() => {
      if (running.length < inFlight) {
        const done = device.queue.onSubmittedWorkDone()
        void done
      }
      return submit(executable as GpuExecutable, inputs as ReadonlyArray<Block>)
    })

  return {
    name: backendName,
    capabilities: {
      dtypes,
      memoryLimit,
      parallelism: 1,
      features: opened.features
    },
    upload,
    download,
    compile,
    execute,
    release: (buffer: DeviceBuffer) => memory.release(buffer as Block),
    unload: (_executable: Executable) => {},
    bytesLive: () => memory.live
  }
}
