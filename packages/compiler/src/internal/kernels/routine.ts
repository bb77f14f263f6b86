/**
 * Routines: algorithms on whole arrays, which are told apart by name.
 */
import { type RoutineName, routineOf, type RoutineParams } from "../routines/index.ts"
import { checkDistinct, checkWhole } from "../verify/checks.ts"
import { bytesOf } from "./bodies.ts"
import type { KernelSpec } from "./kernel.ts"
import type { BufferId, KernelCommon } from "./parts.ts"
import { transferLine } from "./text.ts"

interface Named<R extends RoutineName> extends KernelCommon {
  readonly kind: "routine"
  readonly routine: R
  readonly params: RoutineParams[R]
  readonly inputs: ReadonlyArray<BufferId>
  /** None of them is an input. */
  readonly outputs: ReadonlyArray<BufferId>
  /** Buffers to work in, whose contents mean nothing before and after. */
  readonly scratch: ReadonlyArray<BufferId>
}

/**
 * An algorithm on whole arrays, row-major and contiguous. The parameters say how many buffers it takes, and of which dtypes
 * and sizes. `Routine<"sort">` is that of one name.
 *
 * @category models
 * @since 0.1.0
 */
export type Routine<R extends RoutineName = RoutineName> = { readonly [N in R]: Named<N> }[R]

export const routine: KernelSpec<Routine> = {
  accesses: ({ inputs, outputs, scratch }) => ({ reads: inputs, writes: outputs, updates: scratch }),
  fills: ({ outputs, scratch }, { buffers }) => [...outputs, ...scratch].map((b) => [b, buffers[b]!.elements]),
  scratch: ({ scratch }) => scratch,
  mapBuffers: (kernel, to) => ({
    ...kernel,
    inputs: kernel.inputs.map(to),
    outputs: kernel.outputs.map(to),
    scratch: kernel.scratch.map(to)
  }),
  nested: () => [],
  callsHost: false,
  dtypes: ({ params, routine }) => {
    const { inputs, outputs } = routineOf(routine).operands(params)
    return [...inputs, ...outputs].map(({ dtype }) => dtype)
  },
  verify: (kernel, { buffers }, report) => {
    const spec = routineOf(kernel.routine)
    spec.problems(kernel.params).forEach(report)
    const expected = spec.operands(kernel.params)
    for (const role of ["inputs", "outputs", "scratch"] as const) {
      if (kernel[role].length !== expected[role].length) {
        report(`${kernel[role].length} ${role}, expected ${expected[role].length}`)
      }
      expected[role].forEach(({ dtype, elements }, i) => {
        const buffer = kernel[role][i]
        if (buffer !== undefined) checkWhole(`${role} ${i}`, buffers[buffer], dtype, elements, report)
      })
    }
    checkDistinct([...kernel.outputs, ...kernel.scratch], report)
    if (kernel.outputs.some((b) => kernel.inputs.includes(b))) report("an output is an input")
  },
  extents: ({ params, routine }) => routineOf(routine).extents(params),
  lines: ({ inputs, outputs, params, routine, scratch }, names) => {
    const { extents, text } = routineOf(routine)
    const work = scratch.length === 0 ? "" : ` (${scratch.map(names.nameOf).join(", ")})`
    return [
      `${routine} ${extents(params)} ${text(params)}`.trimEnd(),
      `${transferLine(outputs, inputs, names)}${work}`
    ]
  },
  cost: ({ inputs, outputs, params, routine }, plan) => ({
    flops: routineOf(routine).flops(params),
    transcendentals: 0,
    bytesAccessed: bytesOf(plan, inputs) + bytesOf(plan, outputs)
  }),
  run: (kernel, machine) => routineOf(kernel.routine).run(kernel.params, kernel, machine)
}
