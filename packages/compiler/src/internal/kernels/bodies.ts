/**
 * Questions about bodies and stores that every kind of kernel with a body asks.
 */
import type { Cost } from "effax/Cost"
import * as DType from "effax/DType"
import type { Plan } from "../../Plan.ts"
import { isScalarOp, type ScalarOp, scalarOps } from "../../ScalarOp.ts"
import type { Scalar } from "../scalar.ts"
import type { Machine } from "./kernel.ts"
import type { Affine, Body, BufferId, Store } from "./parts.ts"

/** The buffers that a body loads from, once for each load. */
export const loads = (body: Body): ReadonlyArray<BufferId> => {
  const result: Array<BufferId> = []
  for (const i of body) if (i.op === "load" || i.op === "loadAt") result.push(i.buffer)
  return result
}

export const storedTo = (stores: ReadonlyArray<Store>): ReadonlyArray<BufferId> => stores.map(({ buffer }) => buffer)

/** The body on other buffers. */
export const mapBody = (body: Body, to: (buffer: BufferId) => BufferId): Body =>
  body.map((i) => i.op === "load" || i.op === "loadAt" ? { ...i, buffer: to(i.buffer) } : i)

/** Stores, or operands, in other buffers. */
export const mapAccess = <P extends { readonly buffer: BufferId }>(
  access: P,
  to: (buffer: BufferId) => BufferId
): P => ({
  ...access,
  buffer: to(access.buffer)
})

export const dtypesOf = (body: Body): ReadonlyArray<DType.DType> => body.map(({ dtype }) => dtype)

// --- cost -----------------------------------------------------------------------------------------------------------

export type Operations = Pick<Cost, "flops" | "transcendentals">

/** The operations of a body at one point. */
export const operationsOf = (body: Body): Operations => {
  let [flops, transcendentals] = [0, 0]
  for (const { op } of body) {
    if (!isScalarOp(op)) continue
    if ((scalarOps[op] as ScalarOp).transcendental) transcendentals++
    else flops++
  }
  return { flops, transcendentals }
}

/** `n` times some operations, each time with `more` flops beside them. */
export const times = (n: number, { flops, transcendentals }: Operations, more = 0): Operations => ({
  flops: n * (flops + more),
  transcendentals: n * transcendentals
})

export const plus = (a: Operations, b: Operations): Operations => ({
  flops: a.flops + b.flops,
  transcendentals: a.transcendentals + b.transcendentals
})

/** The bytes of each buffer once, and at most so many elements of it. */
export const bytesOf = (plan: Plan, buffers: ReadonlyArray<BufferId>, points = Infinity): number =>
  [...new Set(buffers)].reduce((sum, id) => {
    const { dtype, elements } = plan.buffers[id]!
    return sum + Math.min(elements, points) * DType.itemSize(dtype)
  }, 0)

// --- meaning --------------------------------------------------------------------------------------------------------

/** The position of a point. */
export const positionOf = (index: Affine, point: ReadonlyArray<number>): number => {
  let position = index.offset
  index.strides.forEach((stride, axis) => (position += stride * point[axis]!))
  return position
}

/** Every point of a space, row-major. */
export function* pointsIn(space: ReadonlyArray<number>): Generator<ReadonlyArray<number>> {
  const total = space.reduce((a, b) => a * b, 1)
  for (let i = 0; i < total; i++) {
    const point = new Array<number>(space.length)
    let rest = i
    for (let axis = space.length - 1; axis >= 0; axis--) {
      point[axis] = rest % space[axis]!
      rest = Math.floor(rest / space[axis]!)
    }
    yield point
  }
}

/** Runs a body that ends in stores at a point. */
export const runStores = (
  machine: Machine,
  body: Body,
  stores: ReadonlyArray<Store>,
  point: ReadonlyArray<number>,
  results: ReadonlyArray<Scalar> = []
): void => {
  const values = machine.body(body, point, results)
  for (const { buffer, index, value } of stores) machine.set(buffer, positionOf(index, point), values[value]!)
}
