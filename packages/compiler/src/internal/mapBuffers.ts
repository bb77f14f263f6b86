/**
 * The same kernel on other buffers.
 */
import type { Body, BufferId, Kernel, Store } from "../Plan.ts"

export const mapBuffers = (kernel: Kernel, to: (buffer: BufferId) => BufferId): Kernel => {
  const body = (b: Body): Body =>
    b.map((i) => i.op === "load" || i.op === "loadAt" ? { ...i, buffer: to(i.buffer) } : i)
  const stores = (s: ReadonlyArray<Store>) => s.map((x) => ({ ...x, buffer: to(x.buffer) }))
  switch (kernel.kind) {
    case "loop":
      return { ...kernel, body: body(kernel.body), stores: stores(kernel.stores) }
    case "reduce":
      return { ...kernel, body: body(kernel.body), epilogue: body(kernel.epilogue), stores: stores(kernel.stores) }
    case "contract":
    case "convolve":
      return {
        ...kernel,
        lhs: { ...kernel.lhs, buffer: to(kernel.lhs.buffer) },
        rhs: { ...kernel.rhs, buffer: to(kernel.rhs.buffer) },
        epilogue: body(kernel.epilogue),
        stores: stores(kernel.stores)
      }
    case "scatter":
      return { ...kernel, body: body(kernel.body), buffer: to(kernel.buffer) }
    case "cumulative":
      return { ...kernel, input: to(kernel.input), output: to(kernel.output) }
    case "sort":
      return {
        ...kernel,
        inputs: kernel.inputs.map(to),
        outputs: kernel.outputs.map(to),
        scratch: to(kernel.scratch)
      }
    case "repeat":
      return {
        ...kernel,
        constants: kernel.constants.map(to),
        carries: kernel.carries.map(({ initial, result, spare }) => ({
          initial: to(initial),
          result: to(result),
          spare: spare === null ? null : to(spare)
        })),
        slices: kernel.slices.map(to),
        stacks: kernel.stacks.map(to)
      }
    case "branch":
      return { ...kernel, index: to(kernel.index), inputs: kernel.inputs.map(to), outputs: kernel.outputs.map(to) }
    case "hostCall":
      return { ...kernel, inputs: kernel.inputs.map(to), outputs: kernel.outputs.map(to) }
  }
}
