/**
 * A compiled Program: shaders and their order, and pipelines on the device that was used last.
 */
import type { Executable, MemoryAnalysis } from "effax/Driver"
import type { Program } from "effax/Program"
import type { Generated } from "../wgsl/module.ts"
import type { Slot } from "../wgsl/place.ts"
import type { Dispatch } from "../wgsl/shader.ts"
import { type Gpu, stepStride } from "./gpu.ts"
import type { Block } from "./memory.ts"
import type { Pipeline } from "./pipelines.ts"

/** Bind groups of a shader that are kept: blocks come back, as memory is reused. */
const groupsKept = 8

/** A shader on a device. */
export class Compiled {
  readonly pipeline: GPUComputePipeline
  /** Where the numbers of steps are bound; their offsets are set with it. */
  readonly steps: GPUBindGroup | undefined
  private readonly device: GPUDevice
  private readonly layout: GPUBindGroupLayout
  private readonly dispatch: Dispatch
  private readonly groups = new Map<string, GPUBindGroup>()

  constructor(gpu: Gpu, { pipeline, steps, storage }: Pipeline, dispatch: Dispatch) {
    this.device = gpu.device
    this.pipeline = pipeline
    this.layout = storage
    this.dispatch = dispatch
    this.steps = steps === undefined ? undefined : gpu.device.createBindGroup({
      layout: steps,
      entries: dispatch.steps.map((_, binding) => ({
        binding,
        resource: { buffer: gpu.steps, offset: 0, size: Math.min(16, stepStride) }
      }))
    })
  }

  /** The bind group for the memory of an execution. */
  group(blockOf: (slot: Slot) => Block): GPUBindGroup {
    const blocks = this.dispatch.bindings.map(({ slot }) => blockOf(slot))
    let key = ""
    for (const { id } of blocks) key += `${id} `
    const found = this.groups.get(key)
    if (found !== undefined) return found
    const group = this.device.createBindGroup({
      layout: this.layout,
      entries: blocks.map(({ buffer }, binding) => ({ binding, resource: { buffer } }))
    })
    if (this.groups.size >= groupsKept) this.groups.delete(this.groups.keys().next().value!)
    this.groups.set(key, group)
    return group
  }
}

export class GpuExecutable implements Executable {
  readonly program: Program
  readonly texts: Executable["texts"]
  readonly generated: Generated
  /** Whether the device has seen a whole execution, and had nothing against it. */
  proven: boolean
  private gpu: Gpu | undefined
  private preparing: { readonly gpu: Gpu; readonly done: Promise<void> } | undefined
  private compiled: ReadonlyMap<Dispatch, Compiled>

  constructor(program: Program, generated: Generated, texts: Executable["texts"]) {
    this.program = program
    this.generated = generated
    this.texts = texts
    this.proven = false
    this.gpu = undefined
    this.preparing = undefined
    this.compiled = new Map()
  }

  /** Whether there are pipelines on a device. */
  isOn(gpu: Gpu): boolean {
    return this.gpu === gpu
  }

  /** Makes the pipelines, side by side; a caller that comes before they are made waits for the same ones. */
  prepare(gpu: Gpu): Promise<void> {
    if (this.preparing?.gpu === gpu) return this.preparing.done
    const done = this.make(gpu)
    this.preparing = { gpu, done }
    // what failed is tried again by the next one who wants it
    done.catch(() => {
      if (this.preparing?.done === done) this.preparing = undefined
    })
    return done
  }

  private async make(gpu: Gpu): Promise<void> {
    const distinct = new Map(this.generated.dispatches.map((dispatch) => [dispatch.code, dispatch]))
    const made = await Promise.all([...distinct.values()].map((dispatch) => gpu.pipelines.get(dispatch)))
    const pipelines = new Map([...distinct.keys()].map((code, i) => [code, made[i]!]))
    this.compiled = new Map(this.generated.dispatches.map((dispatch) => [
      dispatch,
      new Compiled(gpu, pipelines.get(dispatch.code)!, dispatch)
    ]))
    this.gpu = gpu
    this.proven = false
  }

  on(dispatch: Dispatch): Compiled {
    return this.compiled.get(dispatch)!
  }

  memory(): MemoryAnalysis {
    const { arena, control, dispatches, inputs, outputs } = this.generated
    const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((a, b) => a + b, 0)
    return {
      arguments: sum(inputs),
      outputs: sum(outputs),
      temporaries: sum(arena) + control,
      generatedCode: sum(dispatches.map(({ code }) => code.length))
    }
  }
}
