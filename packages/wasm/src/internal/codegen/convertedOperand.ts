/**
 * Operands in another dtype than their products, or in a layout that tiles cannot read: copied beforehand into room that
 * all ranks share.
 */
import type { Affine, Body, BufferId, Plan } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { i32 } from "../assembler/index.ts"
import { type ModuleContext, type Phase, unitFunction } from "./kernel.ts"
import { emitNest } from "./nest.ts"

export interface Operand {
  readonly buffer: BufferId
  readonly index: Affine
}

export interface Converted {
  /** The context with the plan in which the copy is a buffer. */
  readonly context: ModuleContext
  readonly phases: ReadonlyArray<Phase>
  readonly operand: Operand
}

/** Points of a unit, and points in a microsecond, roughly. */
const unitPoints = 64 * 1024
const perMicrosecond = 1000

/** The operand with elements of `dtype`: as it is, or as a copy with its axes in their order. */
export const convertedOperand = (
  context: ModuleContext,
  name: string,
  operand: Operand,
  space: ReadonlyArray<number>,
  from: DType,
  dtype: DType
): Converted =>
  from === dtype
    ? { context, phases: [], operand }
    : copiedOperand(context, name, operand, space, space.map((_, axis) => axis), from, dtype)

/**
 * A copy of the operand with elements of `dtype`, contiguous, with its axes in the given order, last fastest. Axes along
 * which it does not vary have no room in the copy, except for `lanes`: along that axis vectors are read.
 */
export const copiedOperand = (
  context: ModuleContext,
  name: string,
  operand: Operand,
  space: ReadonlyArray<number>,
  order: ReadonlyArray<number>,
  from: DType,
  dtype: DType,
  lanes?: number
): Converted => {
  const varying = order.filter((axis) => space[axis]! > 1 && (operand.index.strides[axis] !== 0 || axis === lanes))
  const strides = space.map(() => 0)
  let elements = 1
  for (const axis of [...varying].reverse()) {
    strides[axis] = elements
    elements *= space[axis]!
  }
  const offset = context.reserve(elements * itemSize(dtype))
  const plan: Plan = {
    ...context.plan,
    buffers: [...context.plan.buffers, { dtype, elements, location: { _tag: "Temporary", offset } }]
  }
  const extended: ModuleContext = { ...context, plan }
  const buffer = context.plan.buffers.length

  const shape = varying.map((axis) => space[axis]!)
  const body: Body = [
    {
      op: "load",
      dtype: from,
      buffer: operand.buffer,
      index: { offset: operand.index.offset, strides: varying.map((axis) => operand.index.strides[axis]!) }
    },
    { op: "convert", dtype, args: [0] }
  ]
  const stores = [{ buffer, value: 1, index: { offset: 0, strides: varying.map((axis) => strides[axis]!) } }]
  const outer = shape[0] ?? 1
  const block = Math.max(1, Math.min(outer, Math.floor(unitPoints * outer / elements)))
  const units = Math.ceil(outer / block)
  const unit = unitFunction(extended, `${name}_copy`, (k, index) => {
    const { f } = k
    const first = f.let(i32.mul(index, block))
    const end = f.let(i32.add(first, block))
    f.if(i32.gtU(end, outer), () => f.set(end, outer))
    emitNest(k, {
      ranges: shape.map((size, axis) => axis === 0 ? { from: first, to: end } : { from: 0, to: size }),
      body,
      stores
    })
  })
  return {
    context: extended,
    phases: [{ unit, units, cost: elements / perMicrosecond }],
    operand: { buffer, index: { offset: 0, strides } }
  }
}
