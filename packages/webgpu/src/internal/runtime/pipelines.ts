/**
 * Pipelines of a device: one for each text, made side by side.
 */
import type { Dispatch } from "../wgsl/shader.ts"

export interface Pipeline {
  readonly pipeline: GPUComputePipeline
  readonly storage: GPUBindGroupLayout
  /** The layout of the step numbers, for shaders that read some. */
  readonly steps: GPUBindGroupLayout | undefined
}

/** Pipelines that are known to others than the Programs that have them. */
const kept = 4096

/** `GPUShaderStage.COMPUTE`. */
const compute = 0x4

export class Pipelines {
  private readonly device: GPUDevice
  private readonly made = new Map<string, Promise<Pipeline>>()
  private readonly layouts = new Map<string, GPUBindGroupLayout>()

  constructor(device: GPUDevice) {
    this.device = device
  }

  /** Rejects with an error that says which line of the shader is wrong. */
  get(dispatch: Dispatch): Promise<Pipeline> {
    const found = this.made.get(dispatch.code)
    if (found !== undefined) return found
    const making = this.make(dispatch)
    this.made.set(dispatch.code, making)
    if (this.made.size > kept) this.made.delete(this.made.keys().next().value!)
    // what failed is tried again
    making.catch(() => this.made.delete(dispatch.code))
    return making
  }

  private async make({ bindings, code, label, steps }: Dispatch): Promise<Pipeline> {
    const { device } = this
    const storage = this.layout(bindings.map(({ writable }) => writable ? "storage" : "read-only-storage"))
    const stepped = steps.length === 0 ? undefined : this.layout(steps.map(() => "uniform"))
    const layout = device.createPipelineLayout({
      bindGroupLayouts: stepped === undefined ? [storage] : [storage, stepped]
    })
    // what is wrong is told by the promise, and not a second time
    device.pushErrorScope("validation")
    const module = device.createShaderModule({ code, label })
    void device.popErrorScope().catch(() => null)
    try {
      const pipeline = await device.createComputePipelineAsync({ layout, compute: { module }, label })
      return { pipeline, storage, steps: stepped }
    } catch (cause) {
      const { messages } = await module.getCompilationInfo()
      const first = messages.find(({ type }) => type === "error")
      if (first === undefined) throw new Error(`${label}: ${cause instanceof Error ? cause.message : String(cause)}`)
      const line = code.split("\n")[first.lineNum - 1]?.trim() ?? ""
      throw new Error(`${label}: line ${first.lineNum} of its WGSL, \`${line}\`: ${first.message}`)
    }
  }

  private layout(types: ReadonlyArray<GPUBufferBindingType>): GPUBindGroupLayout {
    const key = types.join(" ")
    let found = this.layouts.get(key)
    if (found === undefined) {
      found = this.device.createBindGroupLayout({
        entries: types.map((type, binding) => ({
          binding,
          visibility: compute,
          buffer: { type, hasDynamicOffset: type === "uniform" }
        }))
      })
      this.layouts.set(key, found)
    }
    return found
  }
}
