/**
 * Calls of the host.
 */
import { checkDistinct } from "../verify/checks.ts"
import { bytesOf } from "./bodies.ts"
import { nothing } from "./costs.ts"
import type { KernelSpec } from "./kernel.ts"
import type { BufferId, KernelCommon } from "./parts.ts"
import { transferLine } from "./text.ts"

/**
 * A call of the host, with the values of buffers: `callback` is its position in the list of callbacks that an execution is
 * given. Calls are made in the order of the Plan.
 *
 * @category models
 * @since 0.1.0
 */
export interface Callback extends KernelCommon {
  readonly kind: "callback"
  readonly callback: number
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
}

export const callback: KernelSpec<Callback> = {
  accesses: ({ inputs, outputs }) => ({ reads: inputs, writes: outputs, updates: [] }),
  fills: ({ outputs }, { buffers }) => outputs.map((buffer) => [buffer, buffers[buffer]!.elements]),
  scratch: () => [],
  mapBuffers: (kernel, to) => ({ ...kernel, inputs: kernel.inputs.map(to), outputs: kernel.outputs.map(to) }),
  nested: () => [],
  callsHost: true,
  dtypes: () => [],
  verify: ({ callback, inputs, outputs }, _, report) => {
    if (!Number.isInteger(callback) || callback < 0) report(`callback ${callback}`)
    checkDistinct(outputs, report)
    if (outputs.some((b) => inputs.includes(b))) report("writes what it reads")
  },
  extents: () => "host",
  lines: ({ callback, inputs, outputs }, names) => [String(callback), transferLine(outputs, inputs, names)],
  cost: ({ inputs, outputs }, plan) => ({ ...nothing, bytesAccessed: bytesOf(plan, [...inputs, ...outputs]) }),
  run: ({ callback, inputs, outputs }, machine) => machine.call(callback, inputs, outputs)
}
