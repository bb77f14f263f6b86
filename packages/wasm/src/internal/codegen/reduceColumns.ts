/**
 * Reductions with a vectorised kept axis: rows of points are added up, element by element. Several rows are joined before
 * they meet the tile of totals in memory, so that it is read and written once for all of them.
 */
import { type Accumulator, type Fields, identityLanes } from "./accumulator.ts"
import { bodyCycles } from "./cost.ts"
import type { KernelFunction } from "./kernel.ts"
import type { LaneContext } from "./lanes.ts"
import { load, store } from "./memory.ts"
import type { Cursor } from "./pointers.ts"
import { extent, type Range } from "./ranges.ts"
import type { ReduceTask } from "./reduceTask.ts"
import { traverse } from "./traversal.ts"

/** How many rows are joined in registers: as many as their body is cheap. */
const rowsInFlight = (cycles: number): number => cycles <= 4 ? 8 : cycles <= 12 ? 4 : cycles <= 40 ? 2 : 1

const computed = (k: LaneContext, vectors: ReturnType<Accumulator["join"]>): Fields =>
  vectors.map((lanes) => lanes.map((v) => k.f.let(v)))

export const reduceColumns = (
  k: KernelFunction,
  task: ReduceTask,
  ranges: ReadonlyArray<Range>,
  cursors: ReadonlyArray<Cursor>
): void => {
  const { f } = k
  const { body, reductions, vectorAxis } = task
  const keptRank = task.kernel.kept.length
  const moving = ranges.flatMap((range, axis) =>
    extent(range) === 1 || axis === vectorAxis || "at" in range ? [] : [axis]
  )
  const keptOrder = moving.filter((axis) => axis < keptRank)
  const reducedOrder = moving.filter((axis) => axis >= keptRank)

  traverse(k, {
    ranges,
    order: [...keptOrder, vectorAxis],
    unroll: { axis: -1, copies: 1 },
    body: [],
    wanted: [],
    accesses: [],
    cursors,
    sink: ({ cursor, k: lanes }) => {
      let field = 0
      for (const { accumulator } of reductions) {
        accumulator.total.forEach((dtype, i) => {
          const identity = identityLanes(lanes, accumulator, dtype, i)
          store(lanes, dtype, cursor(field++, 0), identity)
        })
      }
    }
  })

  const rowAxis = reducedOrder.at(-1) ?? -1
  const rows = rowAxis < 0 ? 1 : extent(ranges[rowAxis]!) ?? Infinity
  traverse(k, {
    ranges,
    order: [...keptOrder, ...reducedOrder, vectorAxis],
    unroll: { axis: rowAxis, copies: Math.max(1, Math.min(rowsInFlight(bodyCycles(body)), rows)) },
    body,
    wanted: reductions.flatMap(({ values }) => values),
    accesses: [],
    cursors,
    sink: ({ copies, cursor, k: lanes, value }) => {
      let field = 0
      for (const { accumulator, values } of reductions) {
        f.scope(() => {
          let rows: ReadonlyArray<Fields> = Array.from(
            { length: copies },
            (_, copy) => values.map((id) => value(id, copy))
          )
          while (rows.length > 1) {
            const next: Array<Fields> = []
            for (let i = 0; i + 1 < rows.length; i += 2) {
              next.push(computed(lanes, accumulator.joinBlocks(lanes, rows[i]!, rows[i + 1]!)))
            }
            if (rows.length % 2 === 1) next.push(rows.at(-1)!)
            rows = next
          }
          const lifted = computed(lanes, accumulator.lift(lanes, rows[0]!))
          const totals = accumulator.total.map((dtype, i) =>
            load(lanes, dtype, cursor(field + i, 0)).map((v) => f.let(v))
          )
          const joined = computed(lanes, accumulator.join(lanes, totals, lifted))
          accumulator.total.forEach((dtype, i) => store(lanes, dtype, cursor(field + i, 0), joined[i]!))
        })
        field += accumulator.total.length
      }
    }
  })
}
