/**
 * Kernels over storages as a Plan, to print and to verify before temporaries share memory.
 */
import * as DType from "effax/DType"
import type { Buffer, Plan } from "../Plan.ts"
import type { Fused } from "./7-fuse/fuse.ts"
import { Arena } from "./9-bufferize/arena.ts"

type Kernels = Pick<Fused, "storages" | "kernels" | "inputs" | "outputs">

/** Kernels as a Plan whose temporaries have no offset yet. */
export const unplaced = ({ inputs, kernels, outputs, storages }: Kernels): Plan => ({
  buffers: storages.map(({ dtype, elements, input, output }): Buffer => ({
    dtype,
    elements,
    location: input !== undefined
      ? { _tag: "Input", index: input }
      : output !== undefined
      ? { _tag: "Output", index: output }
      : { _tag: "Temporary", offset: 0 }
  })),
  kernels,
  inputs,
  outputs,
  arena: 0
})

/** The same, with memory of its own for every temporary. */
export const apart = (fused: Kernels): Plan => {
  const plan = unplaced(fused)
  let arena = 0
  const buffers = plan.buffers.map((buffer): Buffer => {
    if (buffer.location._tag !== "Temporary") return buffer
    const offset = arena
    arena += Arena.round(buffer.elements * DType.itemSize(buffer.dtype))
    return { ...buffer, location: { _tag: "Temporary", offset } }
  })
  return { ...plan, buffers, arena }
}
