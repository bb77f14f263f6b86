/**
 * The rules of memory: what is read was written, completely and before, and kernels that may run at once do not meet.
 */
import * as DType from "effax/DType"
import type { BufferId, Kernel, Plan } from "../../Plan.ts"
import { accesses } from "../accesses.ts"
import type { Report } from "./body.ts"
import { pointsOf } from "./space.ts"

/** How many places of each buffer a kernel writes; no place twice. */
const written = (kernel: Kernel, plan: Plan): ReadonlyMap<BufferId, number> => {
  const count = new Map<BufferId, number>()
  const add = (buffer: BufferId, n: number) => count.set(buffer, (count.get(buffer) ?? 0) + n)
  const whole = (buffer: BufferId) => add(buffer, plan.buffers[buffer]!.elements)
  switch (kernel.kind) {
    case "loop":
      for (const s of kernel.stores) add(s.buffer, pointsOf(kernel.space))
      break
    case "reduce":
      for (const s of kernel.stores) add(s.buffer, pointsOf(kernel.kept))
      break
    case "contract":
      for (const s of kernel.stores) add(s.buffer, pointsOf([...kernel.batch, kernel.m, kernel.n]))
      break
    case "convolve":
      for (const s of kernel.stores) add(s.buffer, pointsOf([kernel.batch, kernel.features, ...kernel.output]))
      break
    case "scatter":
      break
    case "cumulative":
      whole(kernel.output)
      break
    case "sort":
      for (const buffer of kernel.outputs) whole(buffer)
      whole(kernel.scratch)
      break
    case "repeat":
      for (const { result, spare } of kernel.carries) {
        whole(result)
        if (spare !== null) whole(spare)
      }
      for (const buffer of kernel.stacks) whole(buffer)
      break
    case "branch":
    case "hostCall":
      for (const buffer of kernel.outputs) whole(buffer)
  }
  return count
}

/** What a kernel works in, and leaves nothing in. */
const roomOf = (kernel: Kernel): ReadonlyArray<BufferId> =>
  kernel.kind === "sort"
    ? [kernel.scratch]
    : kernel.kind === "repeat"
    ? kernel.carries.flatMap((c) => c.spare ?? [])
    : []

interface Access {
  readonly kernel: number
  readonly buffer: BufferId
  readonly how: "read" | "write" | "update"
}

/** `nested` Plans may change inputs that they give as outputs. */
export const checkMemory = (plan: Plan, nested: boolean, report: Report): void => {
  const { buffers, kernels } = plan
  const range = (b: BufferId): readonly [from: number, to: number] | undefined => {
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
  /** How many places of each buffer hold what was meant for it. */
  const filled = new Map<BufferId, number>()
  for (const b of plan.inputs) filled.set(b, buffers[b]!.elements)
  let segment: Array<Access> = []
  kernels.forEach((kernel, k) => {
    if (kernel.barrier) segment = []
    const { reads, updates, writes } = accesses(kernel)
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
    const room = roomOf(kernel)
    const updated = updates.filter((b) => !room.includes(b))
    for (const b of [...reads, ...updated]) {
      if ((filled.get(b) ?? 0) < buffers[b]!.elements) report(`${name}: reads buffer ${b} before it is filled`)
    }
    for (const [b, n] of written(kernel, plan)) {
      if (buffers[b]!.location._tag === "Input" && !updates.includes(b)) report(`${name}: writes to an input`)
      // In place: what was there is replaced
      const before = reads.includes(b) || updates.includes(b) ? 0 : filled.get(b) ?? 0
      if (before + n > buffers[b]!.elements) report(`${name}: fills buffer ${b} twice`)
      filled.set(b, before + n)
      for (const other of filled.keys()) if (other !== b && meet(other, b)) filled.delete(other)
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
