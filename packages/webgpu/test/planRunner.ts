/**
 * Plans written by hand, run on the device that there is, and their results beside those of the interpreter of Plans.
 */
import type { Buffer, Kernel, Plan } from "@effax/compiler/Plan"
import { run as interpret } from "@effax/compiler/PlanInterpreter"
import * as DType from "effax/DType"
import { generator } from "../../compiler/test/support.ts"
import { open, type Opened } from "../src/internal/runtime/adapter.ts"
import { planeOf } from "../src/internal/wgsl/emission.ts"
import type { DeviceTraits } from "../src/internal/wgsl/kernel.ts"
import { generate } from "../src/internal/wgsl/module.ts"
import type { Slot } from "../src/internal/wgsl/place.ts"
import { load } from "./swiftshader.ts"

const devices = new Map<string, Promise<Opened>>()

/** A device, opened once: `undefined` for one that computes, `backend=null` for one that only validates. */
export const device = (flag?: string): Promise<Opened> => {
  const key = flag ?? ""
  if (flag === undefined) load()
  let found = devices.get(key)
  if (found === undefined) devices.set(key, found = open(flag === undefined ? {} : { flags: [flag] }))
  return found
}

/** A buffer of a Plan: `["float32", 12, "in"]`. */
export type Declared = readonly [dtype: DType.DType, elements: number, place: "in" | "out" | "temporary"]

/** The Plan of kernels over buffers: inputs and outputs in the order that they are declared in. */
export const planOf = (declared: ReadonlyArray<Declared>, kernels: ReadonlyArray<Kernel>): Plan => {
  const inputs: Array<number> = []
  const outputs: Array<number> = []
  let arena = 0
  const buffers = declared.map(([dtype, elements, place], id): Buffer => {
    if (place === "in") return { dtype, elements, location: { _tag: "Input", index: inputs.push(id) - 1 } }
    if (place === "out") return { dtype, elements, location: { _tag: "Output", index: outputs.push(id) - 1 } }
    const offset = arena
    arena += Math.ceil(elements * DType.itemSize(dtype) / 64) * 64
    return { dtype, elements, location: { _tag: "Temporary", offset } }
  })
  return { buffers, kernels, inputs, outputs, arena }
}

/** Compiles every shader; rejects with the first message of the validator. */
export const validate = async (plan: Plan, tile?: DeviceTraits["tile"]): Promise<void> => {
  const { device: gpu, traits } = await device("backend=null")
  for (const { code, label } of generate(plan, { ...traits, tile }).dispatches) {
    gpu.pushErrorScope("validation")
    const module = gpu.createShaderModule({ code, label })
    gpu.createComputePipeline({ layout: "auto", compute: { module } })
    const error = await gpu.popErrorScope()
    if (error !== null) throw new Error(`${label}: ${error.message}\n${code}`)
  }
}

/** Runs a compiled Plan on raw bytes, and gives the bytes of the outputs. */
export type Compiled = (inputs: ReadonlyArray<ArrayBuffer>) => Promise<ReadonlyArray<ArrayBuffer>>

const usage = 0x80 /* STORAGE */ | 0x4 /* COPY_SRC */ | 0x8 /* COPY_DST */

/** Compiles a Plan of kernels alone, to be run any number of times. */
export const compile = async (plan: Plan, tile?: DeviceTraits["tile"]): Promise<Compiled> => {
  const { device: gpu, traits } = await device()
  const generated = generate(plan, { ...traits, tile })
  gpu.pushErrorScope("validation")
  const shaders = generated.dispatches.map(({ bindings, code, label, workgroups }) => ({
    bindings,
    workgroups,
    pipeline: gpu.createComputePipeline({
      layout: "auto",
      compute: { module: gpu.createShaderModule({ code, label }) },
      label
    })
  }))
  const check = async (): Promise<void> => {
    const error = await gpu.popErrorScope()
    if (error === null) return
    throw new Error(`${error.message}\n${generated.dispatches.map(({ code }) => code).join("\n\n")}`)
  }
  await check()
  const buffer = (size: number) => gpu.createBuffer({ size: Math.ceil(size / 256) * 256, usage })
  return async (inputs) => {
    const given = inputs.map((bytes, i) => {
      const own = buffer(generated.inputs[i]!)
      const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4)
      padded.set(new Uint8Array(bytes))
      gpu.queue.writeBuffer(own, 0, padded)
      return own
    })
    const made = generated.outputs.map(buffer)
    const arena = generated.arena.map((bytes) => {
      const own = buffer(Math.max(256, bytes))
      // memory that no kernel wrote is garbage
      gpu.queue.writeBuffer(own, 0, new Uint8Array(own.size).fill(0xa5))
      return own
    })
    const partOf = (slot: Slot): GPUBuffer => {
      if (slot._tag !== "Arena") throw new Error(`a Plan of kernels alone has no ${slot._tag}`)
      return arena[slot.part]!
    }
    const of = (slot: Slot): GPUBuffer =>
      slot._tag === "Input" ? given[slot.index]! : slot._tag === "Output" ? made[slot.index]! : partOf(slot)
    gpu.pushErrorScope("validation")
    const encoder = gpu.createCommandEncoder()
    const pass = encoder.beginComputePass()
    for (const { bindings, pipeline, workgroups } of shaders) {
      pass.setPipeline(pipeline)
      const entries = bindings.map(({ slot }, binding) => ({ binding, resource: { buffer: of(slot) } }))
      pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
      pass.dispatchWorkgroups(...planeOf(workgroups))
    }
    pass.end()
    const staging = made.map((own) => {
      const copy = gpu.createBuffer({ size: own.size, usage: 0x1 /* MAP_READ */ | 0x8 })
      encoder.copyBufferToBuffer(own, 0, copy, 0, own.size)
      return copy
    })
    gpu.queue.submit([encoder.finish()])
    await check()
    const results = await Promise.all(staging.map(async (copy, i) => {
      await copy.mapAsync(0x1 /* READ */)
      const { dtype, elements } = plan.buffers[plan.outputs[i]!]!
      const bytes = copy.getMappedRange().slice(0, elements * DType.itemSize(dtype))
      copy.destroy()
      return bytes
    }))
    for (const own of [...given, ...made, ...arena]) own.destroy()
    return results
  }
}

/** Runs a Plan once. */
export const run = async (
  plan: Plan,
  inputs: ReadonlyArray<ArrayBuffer>,
  tile?: DeviceTraits["tile"]
): Promise<ReadonlyArray<ArrayBuffer>> => (await compile(plan, tile))(inputs)

/** The elements as numbers. */
export const numbersOf = (dtype: DType.DType, bytes: ArrayBuffer): ReadonlyArray<number> => {
  const view = new DataView(bytes)
  const size = DType.itemSize(dtype)
  return Array.from({ length: bytes.byteLength / size }, (_, i): number => {
    const at = i * size
    if (dtype === "float32") return view.getFloat32(at, true)
    if (dtype === "float16") return view.getFloat16(at, true)
    if (dtype === "bfloat16") {
      const wide = new DataView(new ArrayBuffer(4))
      wide.setUint32(0, view.getUint16(at, true) << 16)
      return wide.getFloat32(0)
    }
    const bits = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true)
    return DType.isSigned(dtype) ? bits << (32 - 8 * size) >> (32 - 8 * size) : bits
  })
}

/** Numbers as elements. */
export const bytesOf = (dtype: DType.DType, values: ReadonlyArray<number>): ArrayBuffer => {
  const size = DType.itemSize(dtype)
  const bytes = new ArrayBuffer(values.length * size)
  const view = new DataView(bytes)
  values.forEach((x, i) => {
    const at = i * size
    if (dtype === "float32") view.setFloat32(at, x, true)
    else if (dtype === "float16") view.setFloat16(at, x, true)
    else if (dtype === "bfloat16") {
      const wide = new DataView(new ArrayBuffer(4))
      wide.setFloat32(0, x)
      view.setUint16(at, wide.getUint32(0) >>> 16, true)
    } else if (size === 1) view.setUint8(at, x)
    else if (size === 2) view.setUint16(at, x, true)
    else view.setUint32(at, x, true)
  })
  return bytes
}

export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** An integer in [low, high]. */
  readonly integer: (low: number, high: number) => number
  readonly pick: <T>(choices: ReadonlyArray<T>) => T
  /** Elements of moderate size. */
  readonly elements: (dtype: DType.DType, count: number) => ArrayBuffer
}

/** Random choices that are the same every time. */
export const randomOf = (seed: number): Random => {
  const next = generator(seed)
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const element = (dtype: DType.DType): number =>
    dtype === "bool"
      ? integer(0, 1)
      : DType.isFloating(dtype)
      ? 4 * next() - 2
      : integer(DType.isSigned(dtype) ? -10 : 0, 10)
  return {
    next,
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    elements: (dtype, count) => bytesOf(dtype, Array.from({ length: count }, () => element(dtype)))
  }
}

/** How far floats may be from the interpreter's, relative and absolute. */
const tolerances: { readonly [D in DType.DType]?: number } = { float16: 4e-3, bfloat16: 3e-2, float32: 3e-6 }

/** What differs between the device's results and the interpreter's. */
export const differences = async (
  plan: Plan,
  inputs: ReadonlyArray<ArrayBuffer>,
  tolerance?: number,
  tile?: DeviceTraits["tile"]
): Promise<ReadonlyArray<string>> => {
  const [actual, expected] = [await run(plan, inputs, tile), interpret(plan, inputs)]
  return plan.outputs.flatMap((id, o) => {
    const { dtype } = plan.buffers[id]!
    const [x, y] = [numbersOf(dtype, actual[o]!), numbersOf(dtype, expected[o]!)]
    const limit = tolerance ?? tolerances[dtype] ?? 0
    return y.flatMap((want, i) => {
      const got = x[i]!
      const close = Object.is(got, want) || got === want || Math.abs(got - want) <= limit * (1 + Math.abs(want))
      return close ? [] : [`output ${o}[${i}]: ${got}, expected ${want}`]
    }).slice(0, 5)
  })
}
