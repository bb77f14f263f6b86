/**
 * Runs a kernel on the device, as the driver does but without what is around it.
 */
import type { Kernel, Plan } from "@effax/compiler/Plan"
import type { TypedArray } from "effax/DType"
import { open, type Opened } from "../src/internal/runtime/adapter.ts"
import type { EmitKernel } from "../src/internal/wgsl/kernel.ts"
import { storageBytes } from "../src/internal/wgsl/lanes.ts"
import { placeRoot, type Slot } from "../src/internal/wgsl/place.ts"
import { load } from "./swiftshader.ts"

const storage = 0x80 | 0x4 | 0x8

export type Run = (inputs: ReadonlyArray<TypedArray>) => Promise<ReadonlyArray<ArrayBuffer>>

export const openDevice = (): Promise<Opened> => {
  load()
  return open({})
}

/** Compiles the dispatches of a Plan's one kernel; the outputs are bytes. */
export const compile = <K extends Kernel>({ device, traits }: Opened, plan: Plan, emit: EmitKernel<K>): Run => {
  let arenaBytes = plan.arena
  const reserve = (bytes: number): number => {
    const offset = arenaBytes
    arenaBytes += Math.ceil(bytes / 64) * 64
    return offset
  }
  const dispatches = emit({ plan: placeRoot(plan, []), traits, reserve }, plan.kernels[0] as K)
  const steps = dispatches.map((step) => ({
    step,
    pipeline: device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code: step.code, label: step.label }) }
    })
  }))
  const bytesOf = (id: number): number => storageBytes(plan.buffers[id]!.dtype, plan.buffers[id]!.elements)
  return async (inputs) => {
    const buffer = (bytes: number) => device.createBuffer({ size: Math.max(256, bytes), usage: storage })
    const arena = buffer(arenaBytes)
    const given = plan.inputs.map((id) => buffer(bytesOf(id)))
    const results = plan.outputs.map((id) => buffer(bytesOf(id)))
    inputs.forEach((data, i) => {
      const padded = new Uint8Array(Math.ceil(data.byteLength / 4) * 4)
      padded.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      device.queue.writeBuffer(given[i]!, 0, padded)
    })
    const bufferOf = (slot: Slot): GPUBuffer =>
      slot._tag === "Input" ? given[slot.index]! : slot._tag === "Output" ? results[slot.index]! : arena
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    for (const { pipeline, step } of steps) {
      pass.setPipeline(pipeline)
      const entries = step.bindings.map(({ slot }, binding) => ({ binding, resource: { buffer: bufferOf(slot) } }))
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
      const rows = Math.ceil(step.workgroups / 65535)
      pass.dispatchWorkgroups(Math.ceil(step.workgroups / rows), rows)
    }
    pass.end()
    const staging = results.map(({ size }) => device.createBuffer({ size, usage: 0x1 | 0x8 }))
    results.forEach((result, i) => encoder.copyBufferToBuffer(result, 0, staging[i]!, 0, result.size))
    device.queue.submit([encoder.finish()])
    return Promise.all(staging.map(async (result, i) => {
      await result.mapAsync(1)
      return result.getMappedRange().slice(0, bytesOf(plan.outputs[i]!))
    }))
  }
}
