/**
 * The rules of memory: what is read was written, completely and before, and kernels that may run at once do not meet.
 */
import * as DType from "effax/DType"
import type { BufferId, Kernel, Plan } from "../../Plan.ts"
import { specOf } from "../kernels/index.ts"
import type { Report } from "./body.ts"

/** How many elements of each buffer a kernel fills. */
const filledBy = (kernel: Kernel, plan: Plan): ReadonlyMap<BufferId, number> => {
  const count = new Map<BufferId, number>()
  for (const [buffer, n] of specOf(kernel).fills(kernel, plan)) count.set(buffer, (count.get(buffer) ?? 0) + n)
  return count
}

interface Access {
  readonly kernel: number
  readonly buffer: BufferId
  readonly how: "read" | "write" | "update"
}

type Range = readonly [from: number, to: number]

/** The temporaries that hold values: their ranges of bytes, which never meet, in order. */
class Temporaries {
  readonly #buffers: Array<BufferId> = []
  readonly #ranges: Array<Range> = []

  /** Gives a range to a buffer, and the other buffers that lose theirs to it. */
  claim(buffer: BufferId, range: Range): ReadonlyArray<BufferId> {
    let first = 0
    let high = this.#ranges.length
    while (first < high) {
      const middle = (first + high) >> 1
      if (this.#ranges[middle]![1] <= range[0]) first = middle + 1
      else high = middle
    }
    let end = first
    while (end < this.#ranges.length && this.#ranges[end]![0] < range[1]) end++
    if (range[0] === range[1]) return []
    const lost = this.#buffers.slice(first, end).filter((b) => b !== buffer)
    this.#buffers.splice(first, end - first, buffer)
    this.#ranges.splice(first, end - first, range)
    return lost
  }
}

/** `nested` Plans may change inputs that they give as outputs. */
export const checkMemory = (plan: Plan, nested: boolean, report: Report): void => {
  const { buffers, kernels } = plan
  const range = (b: BufferId): Range | undefined => {
    const { dtype, elements, location } = buffers[b]!
    return location._tag === "Temporary"
      ? [location.offset, location.offset + elements * DType.itemSize(dtype)]
      : undefined
  }
  /** Whether two buffers share memory. */
  const meet = (a: BufferId, b: BufferId): boolean => {
    if (a === b) return true
    const [x, y] = [range(a), range(b)]
    return x !== undefined && y !== undefined && x[0] < y[1] && y[0] < x[1]
  }
  buffers.forEach((buffer, b) => {
    const bytes = range(b)
    if (bytes !== undefined && (bytes[0] % 64 !== 0 || bytes[0] < 0 || bytes[1] > plan.arena)) {
      report(`buffer ${b} at ${bytes.join("..")} of an arena of ${plan.arena}`)
    }
    if (!Number.isInteger(buffer.elements) || buffer.elements < 0) report(`buffer ${b} of ${buffer.elements} elements`)
  })
  /** How many elements of each buffer hold their final value. */
  const filled = new Map<BufferId, number>()
  const memory = new Temporaries()
  for (const b of plan.inputs) filled.set(b, buffers[b]!.elements)
  let segment: Array<Access> = []
  kernels.forEach((kernel, k) => {
    if (kernel.barrier) segment = []
    const { reads, updates, writes } = specOf(kernel).accesses(kernel)
    const name = `kernel ${k} (${kernel.name})`
    const own: Array<Access> = [
      ...[...new Set(reads)].map((buffer) => ({ kernel: k, buffer, how: "read" as const })),
      ...[...new Set(writes)].map((buffer) => ({ kernel: k, buffer, how: "write" as const })),
      ...[...new Set(updates)].map((buffer) => ({ kernel: k, buffer, how: "update" as const }))
    ]
    for (const mine of own) {
      for (const other of segment) {
        if (mine.how === "read" && other.how === "read" || !meet(mine.buffer, other.buffer)) continue
        // Several kernels may each fill a part of one buffer
        if (mine.how === "write" && other.how === "write" && mine.buffer === other.buffer) continue
        report(`${name}: needs a barrier after kernel ${other.kernel}, for buffer ${mine.buffer}`)
      }
      for (const other of own) {
        if (mine.how !== "read" && mine.buffer !== other.buffer && meet(mine.buffer, other.buffer)) {
          report(`${name}: buffers ${mine.buffer} and ${other.buffer} overlap`)
        }
      }
    }
    segment.push(...own)
    const scratch = specOf(kernel).scratch(kernel)
    const updated = updates.filter((b) => !scratch.includes(b))
    for (const b of [...reads, ...updated]) {
      if ((filled.get(b) ?? 0) < buffers[b]!.elements) report(`${name}: reads buffer ${b} before it is filled`)
    }
    for (const [b, n] of filledBy(kernel, plan)) {
      if (buffers[b]!.location._tag === "Input" && !updates.includes(b)) report(`${name}: writes to an input`)
      // In place: what was there is replaced
      const before = reads.includes(b) || updates.includes(b) ? 0 : filled.get(b) ?? 0
      if (before + n > buffers[b]!.elements) report(`${name}: fills buffer ${b} twice`)
      filled.set(b, before + n)
      const bytes = range(b)
      if (bytes !== undefined) { for (const other of memory.claim(b, bytes)) filled.delete(other) }
    }
    for (const b of updates) {
      if (buffers[b]!.location._tag === "Input" && !(nested && plan.outputs.includes(b))) {
        report(`${name}: updates an input`)
      }
    }
  })
  plan.outputs.forEach((b, i) => {
    if (buffers[b]!.location._tag === "Temporary" || !nested && buffers[b]!.location._tag !== "Output") {
      report(`output ${i} is no output buffer`)
    }
    if ((filled.get(b) ?? 0) < buffers[b]!.elements) report(`output ${i} is not filled`)
  })
}
