/**
 * Reduce kernels. The loop that is vectorised runs either along a reduced axis ("rows": sums in registers, see
 * reduceRows.ts) or along a kept one ("columns": sums in memory that the first-level cache holds, see reduceColumns.ts).
 *
 * A unit reduces some kept points over all that is reduced, and ends with the epilogue; where there are few kept points,
 * it reduces them over a chunk of the reduced space, and a second phase joins what all chunks came to, in order.
 */
import type { Accumulation, Body, Instruction, Reduce } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { size as product } from "effax/Shape"
import { i32, type Local } from "../assembler/index.ts"
import { accumulatedDtype, accumulator } from "./accumulator.ts"
import { bodyCycles, microseconds } from "./cost.ts"
import {
  arenaAddress,
  type EmitKernel,
  type KernelFunction,
  type ModuleContext,
  type Phase,
  unitFunction
} from "./kernel.ts"
import { load, store } from "./memory.ts"
import { emitNest } from "./nest.ts"
import type { ResultSource } from "./point.ts"
import type { Cursor } from "./pointers.ts"
import type { Range } from "./ranges.ts"
import { reduceColumns } from "./reduceColumns.ts"
import { reduceRows } from "./reduceRows.ts"
import type { ReduceTask, Reduction } from "./reduceTask.ts"
import { traverse } from "./traversal.ts"
import { divide, type Division, unitRanges } from "./units.ts"

const position = (combiner: Accumulation["combiner"]): boolean => combiner === "argmax" || combiner === "argmin"

const prepare = (kernel: Reduce): { readonly body: Body; readonly reductions: ReadonlyArray<Reduction> } => {
  const body: Array<Instruction> = [...kernel.body]
  const reductions = kernel.accumulations.map(({ combiner, dtype, value }): Reduction => {
    const from = body[value]!.dtype
    const to = accumulatedDtype(position(combiner) ? from : dtype)
    const converted = from === to ? value : body.push({ op: "convert", dtype: to, args: [value] }) - 1
    if (!position(combiner)) return { accumulator: accumulator(combiner, to), values: [converted] }
    const index = body.push({ op: "index", dtype: "int32", axis: kernel.kept.length }) - 1
    return { accumulator: accumulator(combiner, to), values: [converted, index] }
  })
  return { body, reductions }
}

/** An axis shorter than this is a bad one to vectorise. */
const shortAxis = 16

/** The axis of the body's space along which most loads are contiguous. */
const chooseVectorAxis = (kernel: Reduce, body: Body): number => {
  const space = [...kernel.kept, ...kernel.reduced]
  const loads = body.filter((instruction) => instruction.op === "load")
  let best = -1
  let bestScore = -1
  space.forEach((size, axis) => {
    if (size === 1) return
    let score = 0.01
    for (const { index } of loads) {
      const stride = Math.abs(index.strides[axis]!)
      score += stride === 1 ? 1 : stride === 0 ? 0.25 : 0
    }
    if (size < shortAxis) score *= 0.02
    if (size < 4) score *= 0.1
    // Of equally good ones a reduced axis, then the last.
    if (axis >= kernel.kept.length) score *= 1.01
    if (score >= bestScore) {
      best = axis
      bestScore = score
    }
  })
  return best
}

/** Microseconds that a unit takes at most where it can be cut, and at least where there are enough units. */
const longestUnit = 200
const shortestUnit = 10
const wantedUnits = 32

/** Chunks of a reduced axis that is vectorised are whole blocks of sums. */
const rowChunk = 1024
/** Rows of a chunk of any other axis are as many that joining chunks is a small part of the work. */
const leastRows = 64
/**
 * Columns next to each other that a unit reduces, where there are as many: memory is read fastest in long stretches, and
 * the totals have to stay in the first-level cache, or near it.
 */
const leastColumns = 2048
const mostColumns = 4096

interface Cut {
  readonly kept: Division
  /** The reduced axis that is cut, the length of a chunk, and how many there are. */
  readonly axis: number
  readonly chunk: number
  readonly chunks: number
}

const cut = ({ body, kernel, vectorAxis }: ReduceTask): Cut => {
  const { kept, reduced } = kernel
  const cycles = bodyCycles(body) + 1
  const points = product(kept) * product(reduced)
  const total = microseconds(points, cycles)
  const target = Math.min(Math.max(total / wantedUnits, shortestUnit), longestUnit)
  const byColumns = vectorAxis >= 0 && vectorAxis < kept.length
  const cyclesOfRow = cycles * product(reduced)
  const whole = divide(kept, cyclesOfRow, target, { least: 1, most: Infinity, axis: byColumns ? vectorAxis : Infinity })
  const division = byColumns && whole.axis === vectorAxis
    ? divide(kept, cyclesOfRow, target, { least: leastColumns, most: mostColumns, axis: vectorAxis })
    : whole
  const unitCost = total / division.units
  const axis = reduced.indexOf(Math.max(...reduced, 0))
  const none: Cut = { kept: division, axis, chunk: reduced[axis] ?? 1, chunks: 1 }
  if (axis < 0 || unitCost < 1.5 * target) return none
  const size = reduced[axis]!
  const granule = kept.length + axis === vectorAxis ? rowChunk : leastRows
  const chunk = Math.max(1, Math.ceil(size / (unitCost / target) / granule)) * granule
  return chunk >= size ? none : { kept: division, axis, chunk, chunks: Math.ceil(size / chunk) }
}

export const emitReduce: EmitKernel<Reduce> = (context, kernel) => {
  const { body, reductions } = prepare(kernel)
  const task: ReduceTask = { kernel, body, reductions, vectorAxis: chooseVectorAxis(kernel, body) }
  const division = cut(task)
  const points = product(kernel.kept) * product(kernel.reduced)
  const cost = microseconds(points, bodyCycles(body) + 1) +
    microseconds(product(kernel.kept), bodyCycles(kernel.epilogue) + kernel.stores.length)
  return division.chunks === 1
    ? inOnePhase(context, task, division.kept, cost)
    : inTwoPhases(context, task, division, cost)
}

/** The bytes of all fields of a number of points. */
const tileBytes = (reductions: ReadonlyArray<Reduction>, points: number): number =>
  fieldsOf(reductions).reduce((sum, dtype) => sum + fieldBytes(dtype, points), 0)

const fieldBytes = (dtype: DType, points: number): number => Math.ceil(points * itemSize(dtype) / 64) * 64

/** The dtypes of the fields of all reductions, one after the other. */
const fieldsOf = (reductions: ReadonlyArray<Reduction>): ReadonlyArray<DType> =>
  reductions.flatMap(({ accumulator }) => accumulator.total)

/** Where the fields of a tile of kept points lie, field after field, the points row-major in the ranges of a unit. */
const tileCursors = (
  k: KernelFunction,
  task: ReduceTask,
  ranges: ReadonlyArray<Range>,
  sizes: ReadonlyArray<number>,
  base: Local<"i32">,
  points: number,
  start: Local<"i32"> | undefined
): ReadonlyArray<Cursor> => {
  const { f } = k
  let offset = 0
  const strides = rowMajor(ranges, sizes)
  return fieldsOf(task.reductions).map((dtype) => {
    const size = itemSize(dtype)
    const address = i32.add(base, offset)
    const pointer = f.let(start === undefined ? address : i32.add(address, i32.mul(start, size)))
    offset += fieldBytes(dtype, points)
    return { pointer, strides: [...strides.map((s) => s * size), ...task.kernel.reduced.map(() => 0)] }
  })
}

/** Row-major strides of the points of a unit; 0 on axes of one coordinate. */
const rowMajor = (ranges: ReadonlyArray<Range>, sizes: ReadonlyArray<number>): ReadonlyArray<number> => {
  let stride = 1
  const strides: Array<number> = []
  for (let axis = ranges.length - 1; axis >= 0; axis--) {
    strides.unshift("at" in ranges[axis]! ? 0 : stride)
    if (!("at" in ranges[axis]!)) stride *= sizes[axis]!
  }
  return strides
}

/** The kept points of a unit, at most. */
const unitPoints = ({ axis, chunk, space }: Division): number => axis < 0 ? 1 : chunk * product(space.slice(axis + 1))

const reduceTile = (
  k: KernelFunction,
  task: ReduceTask,
  ranges: ReadonlyArray<Range>,
  cursors: ReadonlyArray<Cursor>
): void => {
  const byColumns = task.vectorAxis >= 0 && task.vectorAxis < task.kernel.kept.length
  if (byColumns) reduceColumns(k, task, ranges, cursors)
  else reduceRows(k, task, ranges, cursors)
}

/** The results of the epilogue: the last field of each reduction. */
const resultSources = (task: ReduceTask, cursors: ReadonlyArray<Cursor>): ReadonlyArray<ResultSource> => {
  let field = -1
  const rank = task.kernel.kept.length
  return task.reductions.map(({ accumulator: { total } }) => {
    field += total.length
    const { pointer, strides } = cursors[field]!
    return { pointer, strides: strides.slice(0, rank), dtype: total.at(-1)! }
  })
}

const inOnePhase = (context: ModuleContext, task: ReduceTask, division: Division, cost: number) => {
  const { epilogue, kept, name, reduced, stores } = task.kernel
  const points = unitPoints(division)
  const unit = unitFunction(context, name, (k, unit) => {
    const ranges = unitRanges(k, division, unit)
    const cursors = tileCursors(k, task, ranges, kept, k.scratch, points, undefined)
    reduceTile(k, task, [...ranges, ...reduced.map((to) => ({ from: 0, to }))], cursors)
    emitNest(k, { ranges, body: epilogue, stores, results: resultSources(task, cursors) })
  })
  return { phases: [{ unit, units: division.units, cost }], scratch: tileBytes(task.reductions, points) }
}

const inTwoPhases = (
  context: ModuleContext,
  task: ReduceTask,
  { axis, chunk, chunks, kept: division }: Cut,
  cost: number
) => {
  const { epilogue, kept, name, reduced, stores } = task.kernel
  const points = product(kept)
  const chunkBytes = tileBytes(task.reductions, points)
  const shared = context.reserve(chunks * chunkBytes)

  const reduceUnit = unitFunction(context, `${name}_chunk`, (k, unit) => {
    const { f } = k
    const which = f.let(i32.remU(unit, chunks))
    const ranges = unitRanges(k, division, f.let(i32.divU(unit, chunks)))
    const from = f.let(i32.mul(which, chunk))
    const to = f.let(i32.add(from, chunk))
    const size = reduced[axis]!
    f.if(i32.gtU(to, size), () => f.set(to, size))
    const last = size % chunk
    const multipleOf = last === 0 ? chunk : last % 16 === 0 ? 16 : last % 4 === 0 ? 4 : 1
    const base = f.let(i32.add(arenaAddress(k, shared), i32.mul(which, chunkBytes)))
    const start = linearStart(k, kept, ranges)
    const cursors = tileCursors(k, task, ranges, kept, base, points, start)
    const reducedRanges = reduced.map((to, i) => i === axis ? undefined : { from: 0, to })
    reduceTile(k, task, [...ranges, ...reducedRanges.map((range) => range ?? { from, to, multipleOf })], cursors)
  })

  const joinDivision = divide(kept, bodyCycles(epilogue) + 4 * chunks, 20)
  const joinUnit = unitFunction(context, `${name}_join`, (k, unit) => {
    const { f } = k
    const ranges = unitRanges(k, joinDivision, unit)
    const base = f.let(arenaAddress(k, shared))
    const start = linearStart(k, kept, ranges)
    const cursors = tileCursors(k, task, ranges, kept, base, points, start)
    joinChunks(k, task, ranges, cursors, chunkBytes, chunks)
    emitNest(k, { ranges, body: epilogue, stores, results: resultSources(task, cursors) })
  })
  const phases: ReadonlyArray<Phase> = [
    { unit: reduceUnit, units: division.units * chunks, cost },
    { unit: joinUnit, units: joinDivision.units, cost: microseconds(points, bodyCycles(epilogue) + 4 * chunks) }
  ]
  return { phases, scratch: 0 }
}

/** The row-major position of the first point of the ranges; undefined for 0. */
const linearStart = (
  k: KernelFunction,
  space: ReadonlyArray<number>,
  ranges: ReadonlyArray<Range>
): Local<"i32"> | undefined => {
  const { f } = k
  let start: Local<"i32"> | undefined
  let stride = 1
  for (let axis = space.length - 1; axis >= 0; axis--) {
    const range = ranges[axis]!
    const coordinate = "at" in range ? range.at : range.from
    if (coordinate !== 0) {
      const term = typeof coordinate === "number" ? i32.const(coordinate * stride) : i32.mul(coordinate, stride)
      start = start === undefined ? f.let(term) : f.let(i32.add(start, term))
    }
    stride *= space[axis]!
  }
  return start
}

/** Joins the chunks' fields into those of the first, in order. */
const joinChunks = (
  k: KernelFunction,
  task: ReduceTask,
  ranges: ReadonlyArray<Range>,
  cursors: ReadonlyArray<Cursor>,
  chunkBytes: number,
  chunks: number
): void => {
  const { f } = k
  const rank = task.kernel.kept.length
  const withChunks = (pointer: Local<"i32">, strides: ReadonlyArray<number>, step: number): Cursor => ({
    pointer,
    strides: [...strides.slice(0, rank), step]
  })
  const first = cursors.map(({ pointer, strides }) => withChunks(pointer, strides, 0))
  const others = cursors.map(({ pointer, strides }) =>
    withChunks(f.let(i32.add(pointer, chunkBytes)), strides, chunkBytes)
  )
  // Chunks are outside of the kept points, so that whole vectors of points are joined.
  const moving = ranges.flatMap((range, axis) => "at" in range || (range.from === 0 && range.to === 1) ? [] : [axis])
  const order = moving.length === 0 ? [rank] : [rank, ...moving]
  const single = moving.length === 0
  traverse(k, {
    ranges: [...ranges, { from: 1, to: chunks }],
    order: single ? [] : order,
    unroll: { axis: -1, copies: 1 },
    body: [],
    wanted: [],
    accesses: [],
    cursors: [...first, ...others],
    sink: ({ cursor, k: lanes }) => {
      const join = (elements: (field: number) => ReturnType<typeof cursor>) => {
        let field = 0
        for (const { accumulator } of task.reductions) {
          const fields = accumulator.total.map((dtype, i) => ({
            dtype,
            x: load(lanes, dtype, cursor(field + i, 0)).map((v) => f.let(v)),
            y: load(lanes, dtype, elements(field + i)).map((v) => f.let(v))
          }))
          const joined = accumulator.join(lanes, fields.map(({ x }) => x), fields.map(({ y }) => y))
            .map((vectors) => vectors.map((v) => f.let(v)))
          fields.forEach(({ dtype }, i) => store(lanes, dtype, cursor(field + i, 0), joined[i]!))
          field += accumulator.total.length
        }
      }
      if (!single) {
        join((field) => cursor(cursors.length + field, 0))
        return
      }
      // One kept point: its chunks one after the other
      f.scope(() => {
        const offset = f.local("i32", 0)
        f.forRange({ from: 1, to: chunks }, () => {
          f.scope(() =>
            join((field) => {
              const elements = cursor(cursors.length + field, 0)
              if (!("at" in elements)) return elements
              return { ...elements, at: { pointer: f.let(i32.add(elements.at.pointer, offset)), offset: 0 } }
            })
          )
          f.set(offset, i32.add(offset, chunkBytes))
        })
      })
    }
  })
}
