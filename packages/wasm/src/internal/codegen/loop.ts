/**
 * Loop kernels: a body at every point of a space.
 */
import type { Loop } from "@effax/compiler/Plan"
import { bodyCycles, microseconds } from "./cost.ts"
import { type EmitKernel, unitFunction } from "./kernel.ts"
import { emitNest } from "./nest.ts"
import { divide, unitRanges } from "./units.ts"

export const emitLoop: EmitKernel<Loop> = (context, { body, name, space, stores }) => {
  const cycles = bodyCycles(body) + stores.length
  const division = divide(space, cycles)
  const unit = unitFunction(context, name, (k, unit) => {
    emitNest(k, { ranges: unitRanges(k, division, unit), body, stores })
  })
  const points = space.reduce((a, b) => a * b, 1)
  return { phases: [{ unit, units: division.units, cost: microseconds(points, cycles) }], scratch: 0 }
}
