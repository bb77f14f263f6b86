/**
 * How the invocations of a reduction are laid out. It depends on shapes and strides alone, and with it the order in which
 * floats are added up: results are the same on every device. (Subgroups are not used for that reason: their size, which
 * is the device's, would decide the order.)
 */
import type { Reduce } from "@effax/compiler/Plan"
import { pointsOf } from "./kernel.ts"

export interface ReduceShape {
  /** Results of a workgroup. Neighbours are neighbours in memory where `across` is not 1. */
  readonly across: number
  /** Invocations that share a result. */
  readonly along: number
  /** Workgroups that share a result: more than one where a second dispatch joins what they have. */
  readonly parts: number
}

/** So many results keep a GPU busy without sharing them. */
const many = 4096
/** So few elements are not worth sharing. */
const few = 32
/** Rows of so many elements and more have a workgroup each. */
const long = 512
/** Neighbours that read from one line of a cache: 64 bytes of float32. */
const line = 16
/** Invocations that keep a GPU busy, and elements that are worth one more of them. */
const busy = 16384
const worth = 256

/** The stride of the last axis of a space that is longer than 1. */
const lastStride = (space: ReadonlyArray<number>, strides: ReadonlyArray<number>): number => {
  const axis = space.findLastIndex((extent) => extent > 1)
  return axis < 0 ? 0 : Math.abs(strides[axis]!)
}

/** Whether neighbours in memory are neighbouring results rather than neighbours along the reduced axes. */
export const isAcross = ({ body, kept, reduced }: Reduce): boolean => {
  let votes = 0
  for (const instruction of body) {
    if (instruction.op !== "load") continue
    const { strides } = instruction.index
    const [result, element] = [lastStride(kept, strides), lastStride(reduced, strides.slice(kept.length))]
    // what has more elements is read more often from memory
    const weight = pointsOf([...kept, ...reduced].filter((_, d) => strides[d] !== 0))
    if (result !== 0 && (element === 0 || result < element)) votes += weight
    else if (element !== 0) votes -= weight
  }
  return votes > 0
}

export const reduceShape = (kernel: Reduce): ReduceShape => {
  const [points, total] = [pointsOf(kernel.kept), pointsOf(kernel.reduced)]
  const apart: ReduceShape = { across: 64, along: 1, parts: 1 }
  if (total <= few) return apart
  const across = isAcross(kernel)
  if (across && points >= many) return apart
  const shape = across && points >= line
    ? { across: line, along: 16 }
    : total >= long
    ? { across: 1, along: 128 }
    : { across: 4, along: 32 }
  const parts = Math.ceil(busy / (points * shape.along))
  return { ...shape, parts: Math.max(1, Math.min(parts, Math.floor(total / (shape.along * worth)))) }
}
