/**
 * The sizes that Plans can speak of. Coordinates, steps and counts of kernels are int32; positions in a buffer have 32
 * bits. Anything larger is refused here, while the Plan is made, so that no code generator has to wrap or check.
 */
import * as Shape from "effax/Shape"
import type { Convolve, Kernel, Plan } from "../Plan.ts"
import { nestedPlans } from "../Plan.ts"
import { LoweringError } from "./loweringError.ts"

/** The largest coordinate, and the longest axis. */
export const mostInt32 = 2 ** 31 - 1

/** The largest position in a buffer. */
export const mostPosition = 2 ** 32 - 1

/** Refuses an operation that is larger than a limit. */
export const refuse = (operation: string, problem: string, limit: string): never => {
  throw new LoweringError(operation, undefined, `${problem}; ${limit}`)
}

const axisLimit = `an axis may have ${mostInt32} (2^31 - 1)`

/** Refuses arrays, stored or not, that kernels can't index. */
export const checkShape = (operation: string, shape: ReadonlyArray<number>, size: number): void => {
  for (const length of shape) {
    if (length > mostInt32) {
      refuse(operation, `an array of shape ${Shape.format(shape)} has an axis of ${length} elements`, axisLimit)
    }
  }
  if (size > Number.MAX_SAFE_INTEGER) {
    refuse(
      operation,
      `an array of shape ${Shape.format(shape)} has more elements than can be counted`,
      "use smaller arrays"
    )
  }
}

/** Refuses index arithmetic that would wrap. */
export const checkPosition = (operation: string, low: number, high: number, most: number): void => {
  if (low >= -(2 ** 31) && high <= most) return
  refuse(
    operation,
    `its index arithmetic reaches ${low < -(2 ** 31) ? low : high}`,
    `positions that kernels compute may reach ${most} (2^${Math.round(Math.log2(most + 1))} - 1): ` +
      "use smaller arrays, or compute the operand by itself first"
  )
}

/** Refuses windows whose places, inside or outside of the input, don't fit an int32. */
export const checkWindows = (
  operation: string,
  kernel: Pick<Convolve, "lhsDilation" | "low" | "rhsDilation" | "strides"> & {
    readonly input: ReadonlyArray<number>
    readonly window: ReadonlyArray<number>
    readonly output: ReadonlyArray<number>
  }
): void => {
  const { input, lhsDilation, low, output, rhsDilation, strides, window } = kernel
  output.forEach((length, d) => {
    const last = (length - 1) * strides[d]! + (window[d]! - 1) * rhsDilation[d]!
    const reaches = {
      "the stride": strides[d]!,
      "the dilation of the input": lhsDilation[d]!,
      "the dilation of the window": rhsDilation[d]!,
      "the padding": Math.abs(low[d]!),
      "the dilated input": (input[d]! - 1) * lhsDilation[d]! + 1,
      "the windows' reach": Math.max(last + 1, last - low[d]! + 1)
    }
    for (const [what, reach] of Object.entries(reaches)) {
      if (reach > mostInt32) {
        refuse(operation, `${what} of spatial axis ${d} is ${reach}`, `it may be ${mostInt32} (2^31 - 1)`)
      }
    }
  })
}

/** The largest counts of a device. */
export interface DeviceLimits {
  /** Elements of one buffer. */
  readonly maxElements: number
  /** Points of one kernel's iteration space. */
  readonly maxPoints: number
}

/** The axes that bodies compute on; those of other kernels are bounded by their buffers. */
const spaceOf: { readonly [K in Kernel["kind"]]?: (kernel: Extract<Kernel, { readonly kind: K }>) => Extents } = {
  loop: ({ space }) => space,
  reduce: ({ kept, reduced }) => [...kept, ...reduced],
  scatter: ({ space }) => space,
  contract: ({ batch, m, n }) => [...batch, m, n]
}

type Extents = ReadonlyArray<number>

/** Sets of axes are words of 32 bits. */
const mostAxes = 32

/** Refuses Plans that a device can't run. */
export const checkPlan = (plan: Plan, limits: DeviceLimits): Plan => {
  const { maxElements, maxPoints } = limits
  const large = plan.buffers.find(({ elements }) => elements > maxElements)
  if (large !== undefined) {
    refuse(
      plan.kernels[0]?.name ?? "result",
      `an array has ${large.elements} elements`,
      `on this device it may have ${maxElements}`
    )
  }
  for (const kernel of plan.kernels) {
    const space = (spaceOf[kernel.kind] as ((kernel: Kernel) => Extents) | undefined)?.(kernel) ?? []
    if (space.length > mostAxes) {
      refuse(kernel.name, `it walks along ${space.length} axes in different orders`, `there may be ${mostAxes}`)
    }
    const points = Shape.size(space)
    if (points > maxPoints) {
      refuse(kernel.name, `it computes ${points} values`, `on this device it may be ${maxPoints} at once`)
    }
    for (const nested of nestedPlans(kernel)) checkPlan(nested, limits)
  }
  return plan
}
