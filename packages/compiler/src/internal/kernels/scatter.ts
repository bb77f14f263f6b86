/**
 * Scatters: a body at every point of a space, whose values are combined into elements at computed positions.
 */
import { format as list, size } from "effax/Shape"
import { checkBody } from "../verify/body.ts"
import { checkDimensions, loadedBuffers } from "../verify/checks.ts"
import { intervals } from "../verify/intervals.ts"
import { bytesOf, dtypesOf, loads, mapBody, operationsOf, pointsIn, times } from "./bodies.ts"
import type { NumericCombiner } from "./combiners.ts"
import type { KernelSpec } from "./kernel.ts"
import type { Body, BufferId, KernelCommon, ValueId } from "./parts.ts"
import { bodyLines } from "./text.ts"

/**
 * Runs the body for every point of `space`, in row-major order; where `guard` is true (or absent), combines `value` into
 * the element of `buffer` at the computed position `at`, the 32 bits of an int32. Positions may repeat, but where `unique` says that they don't:
 * order means nothing then. `buffer` was filled before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scatter extends KernelCommon {
  readonly kind: "scatter"
  readonly space: ReadonlyArray<number>
  readonly body: Body
  readonly buffer: BufferId
  /** `set` stores the value in place of the element. */
  readonly combiner: NumericCombiner | "set"
  readonly at: ValueId
  readonly value: ValueId
  readonly guard: ValueId | undefined
  readonly unique: boolean
}

export const scatter: KernelSpec<Scatter> = {
  accesses: ({ body, buffer }) => ({ reads: loads(body), writes: [], updates: [buffer] }),
  fills: () => [],
  scratch: () => [],
  mapBuffers: (kernel, to) => ({ ...kernel, body: mapBody(kernel.body, to), buffer: to(kernel.buffer) }),
  nested: () => [],
  callsHost: false,
  dtypes: ({ body }) => dtypesOf(body),
  verify: ({ at, body, buffer: id, guard, space, value: from }, { buffers }, report) => {
    checkDimensions("space", space, report)
    checkBody(body, { buffers, space, results: [] }, report)
    const buffer = buffers[id]
    const value = body[from]
    if (value?.dtype !== buffer?.dtype) report(`scatters ${value?.dtype} into ${buffer?.dtype}`)
    if (guard !== undefined && body[guard]?.dtype !== "bool") report("a guard that is not a bool")
    const [low, high] = intervals(body, space)[at] ?? [-1, -1]
    if (buffer !== undefined && (low < 0 || high >= buffer.elements)) {
      report(`scatters to ${low}..${high} of ${buffer.elements} elements`)
    }
    if (loadedBuffers(body).has(id)) report("scatters into what it loads")
  },
  extents: ({ space }) => list(space),
  lines: ({ at, body, buffer, combiner, guard, space, value }, names) => [
    list(space),
    ...bodyLines(body, names),
    `  ${names.nameOf(buffer)}[%${at}] <- ${combiner} %${value}${guard === undefined ? "" : ` if %${guard}`}`
  ],
  cost: ({ body, buffer, combiner, space }, plan) => {
    const points = size(space)
    return {
      ...times(points, operationsOf(body), combiner === "set" ? 0 : 1),
      bytesAccessed: bytesOf(plan, loads(body), points) + bytesOf(plan, [buffer], points)
    }
  },
  run: ({ at, body, buffer, combiner, guard, space, value }, machine) => {
    for (const point of pointsIn(space)) {
      const values = machine.body(body, point)
      if (guard !== undefined && values[guard] !== true) continue
      const position = (values[at] as number) >>> 0
      const update = values[value]!
      machine.set(
        buffer,
        position,
        combiner === "set" ? update : machine.apply(combiner, machine.get(buffer, position), update, body[value]!.dtype)
      )
    }
  }
}
