/**
 * Branches: one of several Plans, picked while the kernel runs.
 */
import type { Plan } from "../../Plan.ts"
import { checkDistinct, checkNested, checkWhole } from "../verify/checks.ts"
import { larger, nothing } from "./costs.ts"
import type { KernelSpec } from "./kernel.ts"
import type { BufferId, KernelCommon } from "./parts.ts"
import { transferLine } from "./text.ts"

/**
 * Runs one of several Plans, which have the same inputs and outputs: the one that `index`, an int32 scalar, picks when it
 * is clamped into range. An output that is also an input is changed in place: it is one buffer in every branch too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Case extends KernelCommon {
  readonly kind: "case"
  readonly index: BufferId
  readonly branches: ReadonlyArray<Plan>
  readonly inputs: ReadonlyArray<BufferId>
  readonly outputs: ReadonlyArray<BufferId>
}

export const caseSpec: KernelSpec<Case> = {
  accesses: ({ index, inputs, outputs }) => ({
    reads: [index, ...inputs.filter((b) => !outputs.includes(b))],
    writes: outputs.filter((b) => !inputs.includes(b)),
    updates: outputs.filter((b) => inputs.includes(b))
  }),
  fills: ({ outputs }, { buffers }) => outputs.map((buffer) => [buffer, buffers[buffer]!.elements]),
  scratch: () => [],
  mapBuffers: (kernel, to) => ({
    ...kernel,
    index: to(kernel.index),
    inputs: kernel.inputs.map(to),
    outputs: kernel.outputs.map(to)
  }),
  nested: ({ branches }) => branches,
  callsHost: false,
  dtypes: () => [],
  verify: ({ branches, index, inputs, outputs }, plan, report) => {
    checkWhole("index", plan.buffers[index], "int32", 1, report)
    if (branches.length === 0) report("no branches")
    branches.forEach((branch, i) => {
      checkNested(`inputs of branch ${i}`, branch, branch.inputs, inputs, plan, report)
      checkNested(`outputs of branch ${i}`, branch, branch.outputs, outputs, plan, report)
    })
    checkDistinct(outputs, report)
    outputs.forEach((b, k) => {
      const at = inputs.indexOf(b)
      if (b === index || at >= 0 && inputs.includes(b, at + 1)) report("writes what it reads")
      for (const branch of branches) {
        if (branch.inputs.indexOf(branch.outputs[k]!) !== at) report(`output ${k} is in place, or it is not`)
      }
    })
  },
  extents: ({ branches }) => `one of ${branches.length}`,
  lines: ({ branches, index, inputs, outputs }, names) => [
    names.nameOf(index),
    transferLine(outputs, inputs, names),
    ...branches.flatMap(names.nested)
  ],
  // the most expensive branch is counted
  cost: ({ branches }, _, costOf) => branches.map(costOf).reduce(larger, nothing),
  run: ({ branches, index, inputs, outputs }, machine) => {
    const picked = Math.min(Math.max(machine.get(index, 0) as number, 0), branches.length - 1)
    const bytes = (buffers: ReadonlyArray<BufferId>) => buffers.map((buffer) => machine.bytes(buffer))
    machine.run(branches[picked]!, bytes(inputs), bytes(outputs))
  }
}
