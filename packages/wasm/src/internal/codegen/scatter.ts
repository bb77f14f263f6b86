/**
 * Scatter kernels: updates one after the other, in row-major order, so that the last of several at one position wins and
 * sums are added up in a fixed order; where no two can meet, by all ranks.
 */
import type { Scatter } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { i32, i32x4, type Local } from "../assembler/index.ts"
import { accumulatedDtype } from "./accumulator.ts"
import { convert } from "./conversions.ts"
import { bodyCycles, microseconds } from "./cost.ts"
import { bufferAddress, type EmitKernel, unitFunction } from "./kernel.ts"
import type { LaneContext, Lanes } from "./lanes.ts"
import { type Elements, load, store } from "./memory.ts"
import { combine } from "./operations.ts"
import { extent } from "./ranges.ts"
import { traverse } from "./traversal.ts"
import { divide, unitRanges } from "./units.ts"

/** Updates elements, of which no two are the same. */
const update = (k: LaneContext, combiner: Scatter["combiner"], dtype: DType, at: Elements, value: Lanes): void => {
  const { f } = k
  const keep = (vectors: ReturnType<typeof load>): Lanes => vectors.map((v) => f.let(v))
  f.scope(() => {
    if (combiner === "set") {
      store(k, dtype, at, value)
      return
    }
    const wide = accumulatedDtype(dtype)
    const old = keep(convert(k, dtype, wide, keep(load(k, dtype, at))))
    const updated = keep(combine(k, combiner, wide, old, keep(convert(k, dtype, wide, value))))
    store(k, dtype, at, keep(convert(k, wide, dtype, updated)))
  })
}

/** A value whose lane `i` has moved to lane 0. */
const laneFirst = (k: LaneContext, dtype: DType, value: Lanes, i: number): Lanes => {
  if (i === 0) return [value[0]!]
  const { f } = k
  if (itemSize(dtype) === 8) {
    const part = value[i >> 1]!
    return (i & 1) === 0 ? [part] : [f.let(i32x4.shuffle(part, part, [2, 3, 2, 3]))]
  }
  return [f.let(i32x4.shuffle(value[0]!, value[0]!, [i, i, i, i]))]
}

const isTrue = (mask: Lanes, i: number) => i32x4.extractLane(mask[0]!, i)

export const emitScatter: EmitKernel<Scatter> = (
  context,
  { at, body, buffer, combiner, guard, name, space, unique, value }
) => {
  const { dtype } = context.plan.buffers[buffer]!
  const size = itemSize(dtype)
  const shift = 31 - Math.clz32(size)
  const cycles = bodyCycles(body) + 16
  const division = divide(space, cycles)
  const unit = unitFunction(context, name, (k, unit) => {
    const { f } = k
    const ranges = unitRanges(k, division, unit)
    const base = f.let(bufferAddress(k, buffer))
    const address = (position: Lanes, i: number): Local<"i32"> => {
      const lane = i32x4.extractLane(position[0]!, i)
      return f.let(i32.add(base, shift === 0 ? lane : i32.shl(lane, shift)))
    }
    traverse(k, {
      ranges,
      order: ranges.flatMap((range, axis) => extent(range) === 1 ? [] : [axis]),
      unroll: { axis: -1, copies: 1 },
      body,
      wanted: guard === undefined ? [at, value] : [at, value, guard],
      accesses: [],
      sink: ({ k: lanes, value: lanesOf, variation }) => {
        const positions = lanesOf(at, 0)
        const values = lanesOf(value, 0)
        const mask = guard === undefined ? undefined : lanesOf(guard, 0)
        const step = variation(at)
        const oneByOne = (i: number) => {
          const single: LaneContext = { ...lanes, width: 1 }
          const apply = () => {
            const elements: Elements = { at: { pointer: address(positions, i), offset: 0 }, stride: size }
            update(single, combiner, dtype, elements, laneFirst(lanes, dtype, values, i))
          }
          f.scope(() => {
            if (mask === undefined) apply()
            else f.if(isTrue(mask, i), apply)
          })
        }
        const together = () => {
          f.scope(() => {
            const elements: Elements = {
              at: { pointer: address(positions, 0), offset: 0 },
              stride: Number(step) * size
            }
            update(lanes, combiner, dtype, elements, values)
          })
        }
        if (lanes.width === 4 && typeof step === "number" && step !== 0) {
          // Whole windows are updated: four different elements, all or none of them.
          if (mask === undefined) together()
          else if (variation(guard!) === "uniform") f.if(isTrue(mask, 0), together)
          else for (let i = 0; i < 4; i++) oneByOne(i)
        } else {
          for (let i = 0; i < lanes.width; i++) oneByOne(i)
        }
      }
    })
  })
  const points = space.reduce((a, b) => a * b, 1)
  return {
    phases: [{ unit, units: division.units, cost: microseconds(points, cycles), sequential: !unique }],
    scratch: 0
  }
}
