/**
 * Loops, counted or with a condition, whose body is a Plan of its own.
 */
import type { Plan } from "../../Plan.ts"
import { checkDistinct, checkNested, checkWhole } from "../verify/checks.ts"
import { scaled } from "./costs.ts"
import type { KernelSpec } from "./kernel.ts"
import type { BufferId, KernelCommon } from "./parts.ts"
import { listLine } from "./text.ts"

/** A value that a {@link While} hands from step to step. @category models @since 0.1.0 */
export interface Carry {
  /** Where it is before the first step. It is not changed. */
  readonly initial: BufferId
  /** Where it is in the end, whatever the number of steps. */
  readonly result: BufferId
  /**
   * Room for one more of them: steps read one and write the other. `null` where the body has one buffer for the carry, an
   * input and an output, that it changes in place; `initial` may then be `result`.
   */
  readonly spare: BufferId | null
}

/**
 * A loop of steps that follow each other: a `scan` or a `while`. Every step runs `body`, a Plan of its own whose temporaries
 * the device sets aside. Its inputs are the constants, the carries and one slice of each of `slices`; its outputs are the
 * next carries and one slice of each of `stacks`. Step `s` reads and writes the slices numbered `s`, or
 * `steps - 1 - s` with `reverse`; slice `i` is the elements from `i * n` on, `n` being what the body's buffer has.
 *
 * With a `condition` the loop ends before the first step at which that carry, a bool scalar, is false; there are then no
 * slices and stacks.
 *
 * @category models
 * @since 0.1.0
 */
export interface While extends KernelCommon {
  readonly kind: "while"
  /** At most so many steps; `null` only with a condition: as many as it wants. */
  readonly steps: number | null
  /** The number of the carry that is the condition; `null` if there is none. */
  readonly condition: number | null
  readonly reverse: boolean
  readonly body: Plan
  readonly constants: ReadonlyArray<BufferId>
  readonly carries: ReadonlyArray<Carry>
  readonly slices: ReadonlyArray<BufferId>
  readonly stacks: ReadonlyArray<BufferId>
}

/** Carries that a step changes in place, from the start. */
const isShared = ({ initial, result }: Carry): boolean => initial === result

const sparesOf = ({ carries }: While): ReadonlyArray<BufferId> => carries.flatMap(({ spare }) => spare ?? [])

export const whileSpec: KernelSpec<While> = {
  accesses: ({ carries, constants, slices, stacks }) => ({
    reads: [...constants, ...carries.flatMap((c) => isShared(c) ? [] : c.initial), ...slices],
    writes: [...carries.flatMap((c) => isShared(c) ? [] : c.result), ...stacks],
    updates: carries.flatMap((c) => isShared(c) ? c.result : c.spare ?? [])
  }),
  fills: (kernel, { buffers }) =>
    [...kernel.carries.map(({ result }) => result), ...sparesOf(kernel), ...kernel.stacks]
      .map((buffer) => [buffer, buffers[buffer]!.elements]),
  scratch: sparesOf,
  mapBuffers: (kernel, to) => ({
    ...kernel,
    constants: kernel.constants.map(to),
    carries: kernel.carries.map(({ initial, result, spare }) => ({
      initial: to(initial),
      result: to(result),
      spare: spare === null ? null : to(spare)
    })),
    slices: kernel.slices.map(to),
    stacks: kernel.stacks.map(to)
  }),
  nested: ({ body }) => [body],
  callsHost: false,
  dtypes: () => [],
  verify: (kernel, plan, report) => {
    const { body, carries, condition, constants, slices, stacks, steps } = kernel
    if (steps === null ? condition === null : !Number.isInteger(steps) || steps < 1) report(`${steps} steps`)
    if (condition !== null && (slices.length > 0 || stacks.length > 0)) report("slices of a loop with a condition")
    if (condition !== null) {
      checkWhole("condition", plan.buffers[carries[condition]?.result ?? -1], "bool", 1, report)
    }
    const sliced = (from: number, count: number): Map<number, number> =>
      new Map(Array.from({ length: count }, (_, i) => [from + i, steps ?? 1]))
    const initial = [...constants, ...carries.map((c) => c.initial), ...slices]
    const inSlices = sliced(constants.length + carries.length, slices.length)
    checkNested("inputs", body, body.inputs, initial, plan, report, inSlices)
    const results = [...carries.map((c) => c.result), ...stacks]
    checkNested("outputs", body, body.outputs, results, plan, report, sliced(carries.length, stacks.length))
    carries.forEach(({ spare }, i) => {
      const own = body.outputs[i]!
      if (spare !== null) checkNested(`spare room ${i}`, body, [own], [spare], plan, report)
      if ((spare === null) !== (own === body.inputs[constants.length + i])) {
        report(`carry ${i} is in place or has spare room`)
      }
    })
    const spares = sparesOf(kernel)
    checkDistinct([...results, ...spares], report)
    carries.forEach((c) => {
      const own = c.spare === null && isShared(c) ? 1 : 0
      if (initial.filter((b) => b === c.result).length !== own) report("writes what it reads")
    })
    if ([...stacks, ...spares].some((b) => initial.includes(b))) report("writes what it reads")
  },
  extents: ({ condition, steps }) =>
    condition === null ? `${steps} steps` : steps === null ? "while it holds" : `at most ${steps} steps`,
  lines: ({ body, carries, condition, constants, reverse, slices, stacks, steps }, { nameOf, nested }) => [
    [
      ...(steps === null ? [] : [steps]),
      ...(condition === null ? [] : [`until carry ${condition} is false`]),
      ...(reverse ? ["reverse"] : [])
    ].join(" "),
    ...listLine("constants", constants.map(nameOf)),
    ...listLine(
      "carries",
      carries.map((c) =>
        `${nameOf(c.initial)} -> ${nameOf(c.result)} (${c.spare === null ? "in place" : nameOf(c.spare)})`
      )
    ),
    ...listLine("slices", slices.map(nameOf)),
    ...listLine("stacks", stacks.map(nameOf)),
    ...nested(body)
  ],
  // the number of steps of a loop that a condition ends is not known: one is counted
  cost: ({ body, condition, steps }, _, costOf) => scaled(condition === null ? steps ?? 1 : 1, costOf(body)),
  run: ({ body, carries, condition, constants, reverse, slices, stacks, steps }, machine) => {
    for (const { initial, result } of carries) machine.bytes(result).set(machine.bytes(initial))
    for (let step = 0; step < (steps ?? Infinity); step++) {
      if (condition !== null && machine.get(carries[condition]!.result, 0) !== true) return
      const part = steps === null ? 0 : reverse ? steps - 1 - step : step
      const slice = (buffer: BufferId) => machine.bytes(buffer, part, steps!)
      const before = carries.map(({ result, spare }) =>
        spare === null ? machine.bytes(result) : machine.bytes(result).slice()
      )
      const after = carries.map(({ result }) => machine.bytes(result))
      machine.run(
        body,
        [...constants.map((buffer) => machine.bytes(buffer)), ...before, ...slices.map(slice)],
        [...after, ...stacks.map(slice)]
      )
    }
  }
}
