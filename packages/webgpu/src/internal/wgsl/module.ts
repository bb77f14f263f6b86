/**
 * A Plan as shaders and the order that they are dispatched in.
 */
import type { Kernel, Plan } from "@effax/compiler/Plan"
import * as PlanCost from "@effax/compiler/PlanCost"
import { type Steps, toEnd } from "effax/Backend"
import type { Cost } from "effax/Cost"
import { emitContract } from "./contract.ts"
import { emitConvolve } from "./convolve.ts"
import { aligned, Emission, type Frame, type Guard, type Stretch } from "./emission.ts"
import { emitCallback, emitCase, emitWhile } from "./flow.ts"
import type { DeviceTraits, EmitKernel, KernelContext } from "./kernel.ts"
import { storageBytes } from "./lanes.ts"
import { emitLoop } from "./loop.ts"
import { type PlacedPlan, placeNested, placeRoot } from "./place.ts"
import { emitReduce } from "./reduce.ts"
import { emitRoutine } from "./routine.ts"
import { emitScatter } from "./scatter.ts"
import type { Dispatch } from "./shader.ts"
import { dispatchesOf, type Step } from "./steps.ts"

export interface Generated {
  readonly steps: ReadonlyArray<Step>
  /** All shaders of the steps. */
  readonly dispatches: ReadonlyArray<Dispatch>
  /** Bytes of each part of the arena. */
  readonly arena: ReadonlyArray<number>
  /** Bytes of the control memory. */
  readonly control: number
  /** Bytes of each input and output. */
  readonly inputs: ReadonlyArray<number>
  readonly outputs: ReadonlyArray<number>
}

type Flow = "while" | "case" | "callback"

type Computing = Exclude<Kernel, { readonly kind: Flow }>

const emitters: { readonly [K in Computing["kind"]]: EmitKernel<Extract<Kernel, { readonly kind: K }>> } = {
  loop: emitLoop,
  reduce: emitReduce,
  contract: emitContract,
  convolve: emitConvolve,
  scatter: emitScatter,
  routine: emitRoutine
}

const flows: {
  readonly [K in Flow]: (frame: Frame, kernel: Extract<Kernel, { readonly kind: K }>) => ReadonlyArray<Step>
} = {
  while: emitWhile,
  case: emitCase,
  callback: emitCallback
}

const isFlow = (kernel: Kernel): kernel is Exclude<Kernel, Computing> => kernel.kind in flows

const bytesOf = ({ buffers }: Plan, id: number): number => storageBytes(buffers[id]!.dtype, buffers[id]!.elements)

/** A kernel's dispatches with their shares of its cost: by their workgroups, where they don't know better. */
const withCosts = (dispatches: ReadonlyArray<Dispatch>, cost: Cost): ReadonlyArray<Dispatch> => {
  const [flops, bytes] = [cost.flops + cost.transcendentals, cost.bytesAccessed]
  const workgroups = dispatches.reduce((sum, dispatch) => sum + dispatch.workgroups, 0)
  return dispatches.map((dispatch) => {
    const share = dispatch.workgroups / workgroups
    return { ...dispatch, flops: dispatch.flops || flops * share, bytes: dispatch.bytes || bytes * share }
  })
}

/** The steps of a Plan. Its kernels may reserve what is in the arena from `from` on. */
const emitPlan = (
  emission: Emission,
  plan: PlacedPlan,
  from: number,
  guard: Guard | undefined,
  level: number
): ReadonlyArray<Step> => plan.kernels.flatMap((kernel) => emitKernel(emission, plan, kernel, from, guard, level))

const emitKernel = (
  emission: Emission,
  plan: PlacedPlan,
  kernel: Kernel,
  from: number,
  guard: Guard | undefined,
  level: number
): ReadonlyArray<Step> => {
  // steps follow each other: what the kernel before had reserved is free again
  let reserved = from
  const reserve = (bytes: number): number => {
    const offset = reserved
    reserved = emission.occupy(offset, bytes)
    return offset
  }
  if (isFlow(kernel)) {
    const nested: Frame["nested"] = ({ inputs, outputs, ...inner }) => {
      const placed = placeNested(inner.plan, { inputs, outputs, arena: reserved, cuts: emission.cuts })
      emission.temporaries(inner.plan, reserved, (id) => bytesOf(inner.plan, id))
      return emitPlan(emission, placed, reserved + aligned(inner.plan.arena), inner.guard, inner.level)
    }
    const emit = flows[kernel.kind] as (frame: Frame, kernel: Kernel) => ReadonlyArray<Step>
    return emit({ emission, plan, guard, level, reserve, nested }, kernel)
  }
  const context: KernelContext = { plan, traits: emission.traits, reserve }
  // nothing to do in an empty space, whose coordinates would divide by zero
  const dispatches = (emitters[kernel.kind] as EmitKernel)(context, kernel).filter(({ workgroups }) => workgroups > 0)
  return withCosts(dispatches, PlanCost.ofKernel(plan, kernel)).map((dispatch) => emission.run(dispatch, guard))
}

function* emitRoot(
  plan: Plan,
  traits: DeviceTraits,
  cuts: ReadonlyArray<number>
): Steps<{ readonly emission: Emission; readonly steps: ReadonlyArray<Step> }> {
  const emission = new Emission(traits, cuts)
  emission.temporaries(plan, 0, (id) => bytesOf(plan, id))
  const placed = placeRoot(plan, cuts)
  const steps: Array<Step> = []
  for (const kernel of placed.kernels) {
    steps.push(...emitKernel(emission, placed, kernel, aligned(plan.arena), undefined, 0))
    yield
  }
  return { emission, steps }
}

/** Where to cut the arena into parts that are small enough, between what has to stay in one piece. */
const cutArena = (stretches: ReadonlyArray<Stretch>, largest: number): ReadonlyArray<number> => {
  const pieces: Array<{ start: number; end: number }> = []
  for (const { end, start } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = pieces.at(-1)
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end)
    else pieces.push({ start, end })
  }
  const cuts: Array<number> = []
  for (const { end, start } of pieces) {
    if (end - (cuts.at(-1) ?? 0) > largest && start > 0) cuts.push(start)
  }
  return cuts
}

/** Bytes of each part of the arena. */
const partsOf = ({ arena, cuts }: Emission): ReadonlyArray<number> =>
  arena === 0 ? [] : [...cuts, arena].map((end, i) => end - (i === 0 ? 0 : cuts[i - 1]!))

/** Kernels may reserve more where what they have is in several parts, which is then to be cut again. */
const attempts = 3

/** `largest` is how many bytes can be bound at once. */
export const generate = (plan: Plan, traits: DeviceTraits, largest = Infinity): Generated =>
  toEnd(generating(plan, traits, largest))

/** In steps, of which each is a kernel. */
export function* generating(plan: Plan, traits: DeviceTraits, largest = Infinity): Steps<Generated> {
  let { emission, steps } = yield* emitRoot(plan, traits, [])
  for (let attempt = 0; attempt < attempts && partsOf(emission).some((bytes) => bytes > largest); attempt++) {
    ;({ emission, steps } = yield* emitRoot(plan, traits, cutArena(emission.stretches, largest)))
  }
  return {
    steps,
    dispatches: dispatchesOf(steps),
    arena: partsOf(emission),
    control: 4 * emission.words(0),
    inputs: plan.inputs.map((id) => bytesOf(plan, id)),
    outputs: plan.outputs.map((id) => bytesOf(plan, id))
  }
}
