/**
 * Commands of one execution while they are written down: one command buffer and one submission, but where the host has to
 * know something on the way, or where it would keep the device busy for so long that it could not be stopped.
 */
import { planeOf } from "../wgsl/emission.ts"
import type { Slot } from "../wgsl/place.ts"
import { type Dispatch, stepDigit } from "../wgsl/shader.ts"
import type { Call, Run, Step, Until } from "../wgsl/steps.ts"
import type { GpuExecutable } from "./executable.ts"
import { type Gpu, stepStride } from "./gpu.ts"
import type { Block } from "./memory.ts"
import type { Stopwatch } from "./stopwatch.ts"

/** Where recording stops until the host has done something. Everything recorded so far is to be submitted. */
export type Pause =
  /** There is enough to do. */
  | { readonly _tag: "Enough" }
  /** It goes on with a word of the control memory. */
  | { readonly _tag: "Read"; readonly word: number }
  | { readonly _tag: "Call"; readonly call: Call }

/** The memory of an execution. */
export interface Memory {
  readonly inputs: ReadonlyArray<Block>
  readonly outputs: ReadonlyArray<Block>
  readonly arena: ReadonlyArray<Block>
  readonly control: Block | undefined
}

/** The block of each slot. */
export const blocksOf = (memory: Memory): (slot: Slot) => Block => {
  const blocks: { readonly [T in Slot["_tag"]]: (slot: Extract<Slot, { readonly _tag: T }>) => Block } = {
    Input: ({ index }) => memory.inputs[index]!,
    Output: ({ index }) => memory.outputs[index]!,
    Arena: ({ part }) => memory.arena[part]!,
    Control: () => memory.control!
  }
  return (slot) => (blocks[slot._tag] as (slot: Slot) => Block)(slot)
}

/** Commands of one submission at most: the host should not write for too long either. */
const mostCommands = 4096
/** Steps of a loop with a condition that are recorded before it is looked at, at first and at most. */
const batch = { first: 4, most: 256 }
/** Loops with a condition that have no more steps than this are recorded whole. */
const boundedSteps = 32

export class Recorder {
  readonly memory: Memory
  private readonly gpu: Gpu
  private readonly executable: GpuExecutable
  private readonly stopwatch: Stopwatch | undefined
  private readonly budget: number
  private encoder: GPUCommandEncoder | undefined
  private pass: GPUComputePassEncoder | undefined
  private work = 0
  private commands = 0
  /** The number of the step of each loop around. */
  private readonly steps: Array<number> = []
  private readonly blockOf: (slot: Slot) => Block

  constructor(gpu: Gpu, executable: GpuExecutable, memory: Memory, stopwatch: Stopwatch | undefined) {
    this.gpu = gpu
    this.executable = executable
    this.memory = memory
    this.stopwatch = stopwatch
    this.budget = gpu.budget
    this.blockOf = blocksOf(memory)
  }

  /** How much there is to do in what was recorded, as a part of what one submission should have. */
  get load(): number {
    return this.work / this.budget
  }

  /** Records everything; stops where the host has to do something. */
  *record(steps: ReadonlyArray<Step> = this.executable.generated.steps): Generator<Pause, void, number> {
    for (const step of steps) {
      switch (step._tag) {
        case "Run":
          if (this.isEnough(step.dispatch)) yield { _tag: "Enough" }
          this.run(step)
          break
        case "Count":
          for (let i = 0; i < step.count; i++) {
            this.steps[step.level] = i
            yield* this.record(step.body)
          }
          break
        case "Until":
          yield* this.until(step)
          break
        case "Call":
          if (step.guard === undefined || (yield { _tag: "Read", word: step.guard }) !== 0) {
            yield { _tag: "Call", call: step }
          }
          break
      }
    }
  }

  private *until({ body, level, limit, live }: Until): Generator<Pause, void, number> {
    const most = limit ?? Infinity
    let until = most <= boundedSteps ? most : batch.first
    for (let i = 0, size = batch.first; i < most;) {
      for (; i < until; i++) {
        this.steps[level] = i
        yield* this.record(body)
      }
      if (i >= most || (yield { _tag: "Read", word: live }) === 0) return
      size = Math.min(2 * size, batch.most)
      until = Math.min(most, i + size)
    }
  }

  private isEnough({ bytes, flops }: Dispatch): boolean {
    if (this.commands === 0) return false
    return this.commands >= mostCommands || this.work + bytes + flops > this.budget ||
      this.stopwatch !== undefined && this.stopwatch.isFull
  }

  private run({ dispatch, guard }: Run): void {
    const compiled = this.executable.on(dispatch)
    this.encoder ??= this.gpu.device.createCommandEncoder()
    if (this.stopwatch !== undefined) {
      this.pass?.end()
      this.pass = this.encoder.beginComputePass({ timestampWrites: this.stopwatch.next(dispatch) })
    }
    const pass = this.pass ??= this.encoder.beginComputePass()
    pass.setPipeline(compiled.pipeline)
    pass.setBindGroup(0, compiled.group(this.blockOf))
    if (compiled.steps !== undefined) {
      pass.setBindGroup(
        1,
        compiled.steps,
        dispatch.steps.map((step) => this.offset(step))
      )
    }
    if (guard === undefined) pass.dispatchWorkgroups(...planeOf(dispatch.workgroups))
    else pass.dispatchWorkgroupsIndirect(this.memory.control!.buffer, 4 * guard)
    this.work += dispatch.bytes + dispatch.flops
    this.commands++
  }

  /** Where the number of a step is in the table. */
  private offset({ digit, level }: Dispatch["steps"][number]): number {
    const step = this.steps[level]!
    return stepStride * (digit === "low" ? step % stepDigit : Math.floor(step / stepDigit))
  }

  /** What was recorded since the last time; `undefined` if that is nothing. */
  finish(): GPUCommandBuffer | undefined {
    this.pass?.end()
    this.pass = undefined
    const { encoder } = this
    this.encoder = undefined
    this.work = 0
    this.commands = 0
    if (encoder === undefined) return undefined
    this.stopwatch?.resolve(encoder)
    return encoder.finish()
  }
}
