/**
 * A Plan as shaders and the order that they are dispatched in.
 */
import type { Kernel, Plan } from "@effax/compiler/Plan"
import { emitContract } from "./contract.ts"
import { emitConvolve } from "./convolve.ts"
import { emitCumulative } from "./cumulative.ts"
import type { DeviceTraits, EmitKernel, KernelContext } from "./kernel.ts"
import { storageBytes } from "./lanes.ts"
import { emitLoop } from "./loop.ts"
import { emitReduce } from "./reduce.ts"
import { emitScatter } from "./scatter.ts"
import { placeRoot } from "./place.ts"
import type { Dispatch } from "./shader.ts"

/** A step of an execution. */
export type Step = Dispatch

export interface Generated {
  readonly steps: ReadonlyArray<Step>
  /** Bytes of the arena. */
  readonly arena: number
  /** Bytes of each input and output. */
  readonly inputs: ReadonlyArray<number>
  readonly outputs: ReadonlyArray<number>
}

const emitters: { readonly [K in Kernel["kind"]]?: EmitKernel<Extract<Kernel, { readonly kind: K }>> } = {
  loop: emitLoop,
  reduce: emitReduce,
  contract: emitContract,
  convolve: emitConvolve,
  scatter: emitScatter,
  cumulative: emitCumulative
}

const alignment = 64
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

export const generate = (plan: Plan, traits: DeviceTraits): Generated => {
  let arena = aligned(plan.arena)
  let reserved = arena
  const context: KernelContext = {
    plan: placeRoot(plan, []),
    traits,
    reserve: (bytes) => {
      const offset = reserved
      reserved += aligned(bytes)
      arena = Math.max(arena, reserved)
      return offset
    }
  }
  const steps: Array<Step> = []
  for (const kernel of plan.kernels) {
    // dispatches follow each other: what the kernel before had reserved is free again
    reserved = aligned(plan.arena)
    const dispatches = (emitters[kernel.kind] as EmitKernel)(context, kernel)
    // nothing to do in an empty space, whose coordinates would divide by zero
    steps.push(...dispatches.filter(({ workgroups }) => workgroups > 0))
  }
  const bytesOf = (id: number): number => {
    const { dtype, elements } = plan.buffers[id]!
    return storageBytes(dtype, elements)
  }
  return { steps, arena, inputs: plan.inputs.map(bytesOf), outputs: plan.outputs.map(bytesOf) }
}
