/**
 * Reductions along a vectorised reduced axis: a row of points becomes one. Partial results are in registers, several
 * vectors of them, so that one addition need not wait for the one before.
 */
import { i32x4, i64x2, type Local } from "../assembler/index.ts"
import { type Accumulator, type Fields, identityLanes } from "./accumulator.ts"
import { copiesInFlight } from "./cost.ts"
import type { KernelFunction } from "./kernel.ts"
import { isWide, type LaneContext, type Lanes } from "./lanes.ts"
import { type Address, store } from "./memory.ts"
import type { Cursor } from "./pointers.ts"
import { extent, type Range } from "./ranges.ts"
import type { ReduceTask } from "./reduce.ts"
import { traverse } from "./traversal.ts"

/** Values that are added in float32 before the sum goes on in float64. */
const blockLength = 512

const reset = (k: LaneContext, accumulator: Accumulator, dtypes: Accumulator["block"], fields: Fields): void =>
  fields.forEach((lanes, field) => {
    const identity = identityLanes(k, accumulator, dtypes[field]!, field)
    lanes.forEach((local, part) => k.f.set(local, identity[part]!))
  })

const assign = (k: LaneContext, fields: Fields, vectors: ReadonlyArray<ReadonlyArray<Lanes[number]>>): void =>
  fields.forEach((lanes, field) => lanes.forEach((local, part) => k.f.set(local, vectors[field]![part]!)))

/** Locals for vectors that replace others only when all of them are computed. */
const computed = (k: LaneContext, vectors: ReturnType<Accumulator["join"]>): ReadonlyArray<Lanes> =>
  vectors.map((lanes) => lanes.map((v) => k.f.let(v)))

/** Fresh locals for fields. */
const locals = (k: KernelFunction, dtypes: Accumulator["block"]): Fields =>
  dtypes.map((dtype) => Array.from({ length: isWide(dtype) ? 2 : 1 }, () => k.f.local("v128")))

/** Lane 0 of fields, in the form that single points have. */
const lowest = (fields: Fields): Fields => fields.map((lanes) => [lanes[0]!])

/** Puts lane 0 of new fields in place of that of old ones. */
const replaceLowest = (k: LaneContext, dtypes: Accumulator["block"], fields: Fields, next: Fields): void =>
  fields.forEach((lanes, field) => {
    const local = lanes[0]!
    const fresh = next[field]![0]!
    k.f.set(
      local,
      isWide(dtypes[field]!) ? i64x2.shuffle(fresh, local, [0, 3]) : i32x4.shuffle(fresh, local, [0, 5, 6, 7])
    )
  })

/** Joins all lanes into lane 0. */
const fold = (k: LaneContext, { join, total }: Accumulator, fields: Fields): Fields => {
  const single: LaneContext = { ...k, width: 1 }
  const half = fields.map((lanes, field) =>
    isWide(total[field]!) ? [lanes[1]!] : [k.f.let(i32x4.shuffle(lanes[0]!, lanes[0]!, [2, 3, 2, 3]))]
  )
  const two = computed(single, join(single, lowest(fields), half))
  const other = two.map((lanes, field) =>
    isWide(total[field]!)
      ? [k.f.let(i64x2.shuffle(lanes[0]!, lanes[0]!, [1, 1]))]
      : [k.f.let(i32x4.shuffle(lanes[0]!, lanes[0]!, [1, 1, 1, 1]))]
  )
  return computed(single, join(single, two, other))
}

export const reduceRows = (
  k: KernelFunction,
  task: ReduceTask,
  ranges: ReadonlyArray<Range>,
  cursors: ReadonlyArray<Cursor>
): void => {
  const { f } = k
  const { body, reductions, vectorAxis } = task
  const keptRank = task.kernel.kept.length
  const moving = ranges.flatMap((range, axis) => extent(range) === 1 && axis !== vectorAxis ? [] : [axis])
  const keptOrder = moving.filter((axis) => axis < keptRank)
  const reducedOrder = moving.filter((axis) => axis >= keptRank && axis !== vectorAxis)
  const order = vectorAxis < 0 ? [] : [...keptOrder, ...reducedOrder, vectorAxis]
  const length = vectorAxis < 0 ? 1 : extent(ranges[vectorAxis]!)
  const wanted = reductions.length === 1 ? copiesInFlight(body) : Math.min(2, copiesInFlight(body))
  const copies = length === undefined ? wanted : Math.max(1, Math.min(wanted, length >> 2))
  const wide: LaneContext = { ...k, width: 4 }

  const states = reductions.map(({ accumulator, values }) => ({
    accumulator,
    values,
    blocks: Array.from({ length: copies }, () => locals(k, accumulator.block)),
    total: accumulator.blocked ? locals(k, accumulator.total) : undefined
  }))

  const resetBlocks = (which: typeof states): void => {
    for (const { accumulator, blocks } of which) {
      blocks.forEach((fields, copy) => {
        reset(wide, accumulator, accumulator.block, fields)
        // Positions start where the lanes do, for rows in which no value is better than the identity.
        if (fields.length === 2) setPositions(k, ranges[vectorAxis], fields[1]![0]!, 4 * copy)
      })
    }
  }
  const joinedBlocks = ({ accumulator, blocks }: typeof states[number]): Fields => {
    let level: ReadonlyArray<Fields> = blocks
    while (level.length > 1) {
      const next: Array<Fields> = []
      for (let i = 0; i + 1 < level.length; i += 2) {
        next.push(computed(wide, accumulator.joinBlocks(wide, level[i]!, level[i + 1]!)))
      }
      if (level.length % 2 === 1) next.push(level.at(-1)!)
      level = next
    }
    return level[0]!
  }
  const blocked = states.filter((state) => state.total !== undefined)
  const unblocked = states.filter((state) => state.total === undefined)

  traverse(k, {
    ranges,
    order,
    unroll: { axis: vectorAxis, copies },
    body,
    wanted: reductions.flatMap(({ values }) => values),
    accesses: [],
    cursors,
    around: {
      position: vectorAxis < 0 ? 0 : keptOrder.length,
      before: () => {
        resetBlocks(unblocked)
        for (const { accumulator, total } of blocked) reset(wide, accumulator, accumulator.total, total!)
      },
      after: (cursor) => {
        let field = 0
        for (const state of states) {
          const { accumulator } = state
          f.scope(() => {
            const result = fold(wide, accumulator, state.total ?? joinedBlocks(state))
            accumulator.total.forEach((dtype, i) => storeLowest(k, dtype, cursor(field + i), result[i]!))
          })
          field += accumulator.total.length
        }
      }
    },
    ...(blocked.length === 0 ? {} : {
      strips: {
        length: blockLength,
        before: () => resetBlocks(blocked),
        after: () => {
          for (const state of blocked) {
            const { accumulator, total } = state
            f.scope(() => {
              const lifted = computed(wide, accumulator.lift(wide, joinedBlocks(state)))
              assign(wide, total!, computed(wide, accumulator.join(wide, total!, lifted)))
            })
          }
        }
      }
    }),
    sink: ({ copies, k: lanes, value }) => {
      for (const { accumulator, blocks, values } of states) {
        for (let copy = 0; copy < copies; copy++) {
          f.scope(() => {
            const fields = values.map((id) => value(id, copy))
            if (lanes.width === 4) {
              assign(lanes, blocks[copy]!, computed(lanes, accumulator.add(lanes, blocks[copy]!, fields)))
            } else {
              const next = computed(lanes, accumulator.add(lanes, lowest(blocks[0]!), fields))
              replaceLowest(lanes, accumulator.block, blocks[0]!, next)
            }
          })
        }
      }
    }
  })
}

const storeLowest = (k: KernelFunction, dtype: Accumulator["total"][number], at: Address, lanes: Lanes): void =>
  store({ ...k, width: 1 }, dtype, { at, stride: 0 }, lanes)

const setPositions = (k: KernelFunction, range: Range | undefined, local: Local<"v128">, start: number): void => {
  const from = range === undefined ? 0 : "at" in range ? range.at : range.from
  const steps = i32x4.const(start, start + 1, start + 2, start + 3)
  k.f.set(local, typeof from === "number" && from === 0 ? steps : i32x4.add(i32x4.splat(from), steps))
}
