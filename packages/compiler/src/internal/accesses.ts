/**
 * Which buffers a kernel touches, and how.
 */
import type { Body, BufferId, Kernel } from "../Plan.ts"

export interface Accesses {
  readonly reads: ReadonlyArray<BufferId>
  /** Places that are written without having been read. */
  readonly writes: ReadonlyArray<BufferId>
  /** Buffers of which every place may be read and written in any order. */
  readonly updates: ReadonlyArray<BufferId>
}

const loads = (body: Body): Array<BufferId> => {
  const result: Array<BufferId> = []
  for (const i of body) if (i.op === "load" || i.op === "loadAt") result.push(i.buffer)
  return result
}

/** Buffers may occur more than once. */
export const accesses = (kernel: Kernel): Accesses => {
  switch (kernel.kind) {
    case "loop":
      return { reads: loads(kernel.body), writes: kernel.stores.map((s) => s.buffer), updates: [] }
    case "reduce":
      return {
        reads: [...loads(kernel.body), ...loads(kernel.epilogue)],
        writes: kernel.stores.map((s) => s.buffer),
        updates: []
      }
    case "contract":
    case "convolve":
      return {
        reads: [kernel.lhs.buffer, kernel.rhs.buffer, ...loads(kernel.epilogue)],
        writes: kernel.stores.map((s) => s.buffer),
        updates: []
      }
    case "scatter":
      return { reads: loads(kernel.body), writes: [], updates: [kernel.buffer] }
    case "cumulative":
      return { reads: [kernel.input], writes: [kernel.output], updates: [] }
    case "sort":
      return { reads: kernel.inputs, writes: kernel.outputs, updates: [kernel.scratch] }
    case "repeat":
      return {
        reads: [
          ...kernel.constants,
          ...kernel.carries.flatMap((c) => c.initial === c.result ? [] : c.initial),
          ...kernel.slices
        ],
        writes: [...kernel.carries.flatMap((c) => c.initial === c.result ? [] : c.result), ...kernel.stacks],
        updates: kernel.carries.flatMap((c) => c.initial === c.result ? c.result : c.spare ?? [])
      }
    case "branch":
      return {
        reads: [kernel.index, ...kernel.inputs.filter((b) => !kernel.outputs.includes(b))],
        writes: kernel.outputs.filter((b) => !kernel.inputs.includes(b)),
        updates: kernel.outputs.filter((b) => kernel.inputs.includes(b))
      }
    case "hostCall":
      return { reads: kernel.inputs, writes: kernel.outputs, updates: [] }
  }
}
