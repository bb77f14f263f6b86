/**
 * The interface of the generator of a kind of kernel.
 */
import type { BufferId, Kernel } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import type { PlacedPlan } from "./place.ts"
import type { Dispatch } from "./shader.ts"
import type { ProductShape, TileChoice } from "./tile.ts"

/** What is known of the device. */
export interface DeviceTraits {
  /** Invocations that a workgroup may have. */
  readonly maxInvocations: number
  /** Bytes that a workgroup may share. */
  readonly sharedMemory: number
  readonly subgroups: boolean
  /** The division of products into tiles that was measured to be best, where one was. */
  readonly tile?: ((product: ProductShape) => TileChoice | undefined) | undefined
}

export interface KernelContext {
  readonly plan: PlacedPlan
  readonly traits: DeviceTraits
  /** Room in the arena for as long as this kernel runs: its offset in bytes; a multiple of 64. */
  readonly reserve: (bytes: number) => number
}

/** Dispatches in order; each sees what those before it wrote. */
export type EmitKernel<K extends Kernel = Kernel> = (context: KernelContext, kernel: K) => ReadonlyArray<Dispatch>

/** Invocations of a workgroup, where nothing speaks for another number. */
export const defaultWorkgroup = 64

export { size as pointsOf } from "effax/Shape"

/** The context with one more buffer, for as long as this kernel runs. */
export const withScratch = (
  context: KernelContext,
  dtype: DType,
  elements: number
): readonly [context: KernelContext, buffer: BufferId] => {
  const { buffers } = context.plan
  const offset = context.reserve(elements * itemSize(dtype))
  const scratch = { dtype, elements, location: { _tag: "Temporary", offset } } as const
  return [{ ...context, plan: { ...context.plan, buffers: [...buffers, scratch] } }, buffers.length]
}
