/**
 * Plans as text, for people and for snapshot tests.
 *
 * @since 0.1.0
 */
import { specOf } from "./internal/kernels/index.ts"
import type { Names } from "./internal/kernels/kernel.ts"
import type { BufferId } from "./internal/kernels/parts.ts"
import { dtypeText } from "./internal/kernels/text.ts"
import type { Kernel, Plan } from "./internal/plan.ts"

/** The names of a Plan's buffers: `in0`, `out0`, `t0`. */
const bufferNames = (plan: Plan): ReadonlyArray<string> => {
  let temporaries = 0
  return plan.buffers.map(({ location }) =>
    location._tag === "Input"
      ? `in${location.index}`
      : location._tag === "Output"
      ? `out${location.index}`
      : `t${temporaries++}`
  )
}

const nested = (plan: Plan): ReadonlyArray<string> => format(plan).split("\n").map((line) => `  ${line}`)

const kernelLines = (kernel: Kernel, names: Names<Plan>): ReadonlyArray<string> => {
  const [title, ...lines] = specOf(kernel).lines(kernel, names)
  return [...(kernel.barrier ? ["barrier"] : []), `${kernel.kind} ${kernel.name} ${title}`.trimEnd(), ...lines]
}

/**
 * A Plan as text: its buffers, then its kernels in order. The Plans that kernels run stand indented under them.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (plan: Plan): string => {
  const names = bufferNames(plan)
  const nameOf = (b: BufferId): string => names[b] ?? `?${b}`
  const buffers = plan.buffers.map(({ dtype, elements, location }, i) =>
    `${names[i]}: ${dtypeText(dtype)}[${elements}]${location._tag === "Temporary" ? ` at ${location.offset}` : ""}`
  )
  return [
    `plan (${plan.inputs.map(nameOf).join(", ")}) -> (${plan.outputs.map(nameOf).join(", ")}) arena ${plan.arena}`,
    ...buffers,
    ...plan.kernels.flatMap((kernel) => kernelLines(kernel, { nameOf, nested }))
  ].join("\n")
}
