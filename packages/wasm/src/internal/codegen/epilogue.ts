/**
 * The common part of contractions and convolutions after their sums: whether sums may be held where the results go, and
 * what is left to do once they are complete.
 */
import type { Body, BufferId, Plan, Store } from "@effax/compiler/Plan"
import { type DType, isInteger, itemSize } from "effax/DType"
import { type KernelCode, type ModuleContext, unitFunction } from "./kernel.ts"
import { emitNest } from "./nest.ts"

export interface Epilogued {
  /** The dtype of the sums. */
  readonly dtype: DType
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

/** Whether two buffers have memory in common. */
const overlap = (plan: Plan, a: BufferId, b: BufferId): boolean => {
  if (a === b) return true
  const x = plan.buffers[a]!
  const y = plan.buffers[b]!
  if (x.location._tag !== "Temporary" || y.location._tag !== "Temporary") {
    return x.location._tag !== "Temporary" && y.location._tag === x.location._tag &&
      x.location.index === y.location.index
  }
  const from = x.location.offset
  const other = y.location.offset
  return from < other + y.elements * itemSize(y.dtype) && other < from + x.elements * itemSize(x.dtype)
}

/**
 * The stores whose memory can hold the sums until they are complete: it has their dtype, and the epilogue reads nothing
 * of it.
 */
export const accumulators = (plan: Plan, { dtype, epilogue, stores }: Epilogued): ReadonlyArray<Store> =>
  stores.filter(({ buffer }) =>
    plan.buffers[buffer]!.dtype === dtype &&
    epilogue.every((instruction) =>
      (instruction.op !== "load" && instruction.op !== "loadAt") || !overlap(plan, instruction.buffer, buffer)
    )
  )

/** The stores that are left when the sums have been held in one of them. */
export const remainingStores = (
  { dtype, epilogue, stores }: Epilogued,
  held: Store | undefined
): ReadonlyArray<Store> =>
  stores.filter((store) => {
    const value = epilogue[store.value]!
    return store !== held || value.op !== "result" || value.dtype !== dtype
  })

/** The code of a kernel whose sums have no terms. */
export const emitWithoutTerms = (
  context: ModuleContext,
  name: string,
  space: ReadonlyArray<number>,
  { epilogue, stores }: Epilogued
): KernelCode => {
  const body = epilogue.map((instruction) => {
    if (instruction.op !== "result") return instruction
    const { dtype } = instruction
    return { op: "literal", dtype, value: isInteger(dtype) && itemSize(dtype) === 8 ? 0n : 0 } as const
  })
  const ranges = space.map((size) => ({ from: 0, to: size }))
  const unit = unitFunction(context, name, (k) => emitNest(k, { ranges, body, stores }))
  return { phases: [{ unit, units: 1, cost: 1 }], scratch: 0 }
}
