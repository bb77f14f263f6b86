/**
 * Cumulative kernels: running sums, products and extremes.
 *
 * Where lines lie side by side in memory, whole vectors of them advance together. A line that is contiguous is scanned
 * four elements at a time: the scan within a vector takes two steps (Hillis and Steele, CACM 29(12), 1986), and what the
 * vectors before it came to is added. What is carried on of float32 sums is float64.
 */
import type { Routine } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { i32, i32x4, i64x2, type Local } from "../assembler/index.ts"
import { accumulatedDtype, type Accumulator, accumulator, identityLanes } from "./accumulator.ts"
import { convert } from "./conversions.ts"
import { microseconds } from "./cost.ts"
import {
  arenaAddress,
  bufferAddress,
  type EmitKernel,
  type KernelCode,
  type KernelFunction,
  type ModuleContext,
  unitFunction
} from "./kernel.ts"
import { isWide, type LaneContext, type Lanes, type Vector } from "./lanes.ts"
import { type Elements, load, store } from "./memory.ts"
import { combine } from "./operations.ts"
import type { Cursor } from "./pointers.ts"
import type { Range } from "./ranges.ts"
import { traverse } from "./traversal.ts"
import { divide, unitRanges } from "./units.ts"

/** A contiguous line that is shorter is one of several that advance together, if there are several. */
const shortLine = 32

/** Elements of a line that are scanned between two looks at the cancel flag. */
const lineChunk = 1 << 17

const cycles = 8

type Cumulative = Routine<"cumulative">

const keep = (k: LaneContext, vectors: ReadonlyArray<Vector>): Lanes => vectors.map((v) => k.f.let(v))

export const emitCumulative: EmitKernel<Cumulative> = (context, kernel) => {
  const { inner, length, outer } = kernel.params
  if (outer * length * inner === 0) return { phases: [], scratch: 0 }
  if (inner > 1) return together(context, kernel, { lines: [outer, inner], strides: [length * inner, 1], step: inner })
  if (length < shortLine && outer >= 4) {
    return together(context, kernel, { lines: [1, outer], strides: [0, length], step: 1 })
  }
  return length > lineChunk ? lineByLine(context, kernel) : manyLines(context, kernel)
}

interface Lines {
  /** Lines, the last axis being vectorised, and elements from one to the next. */
  readonly lines: readonly [number, number]
  readonly strides: readonly [number, number]
  /** Elements from one element of a line to the next. */
  readonly step: number
}

const together = (context: ModuleContext, kernel: Cumulative, { lines, step, strides }: Lines): KernelCode => {
  const { name, params: { combiner, dtype, inner, length, outer, reverse } } = kernel
  const [[input], [output]] = [kernel.inputs, kernel.outputs]
  const division = divide(lines, cycles * length, 20, { least: 64, most: 1024, axis: 1 })
  const acc = accumulator(combiner, accumulatedDtype(dtype))
  const field = acc.total[0]!
  const bytes = itemSize(field)
  const tile = division.axis === 0 ? division.chunk * lines[1] : division.chunk
  const first = reverse ? (length - 1) * step : 0
  const index = { offset: first, strides: [...strides, reverse ? -step : step] }
  const unit = unitFunction(context, name, (k, unit) => {
    const ranges: ReadonlyArray<Range> = [...unitRanges(k, division, unit), { from: 0, to: length }]
    const [rows] = ranges
    const order = [...("at" in rows! || lines[0] === 1 ? [] : [0]), 1]
    const carry: Cursor = { pointer: k.scratch, strides: ["at" in rows! ? 0 : lines[1] * bytes, bytes, 0] }
    const shared = { ranges, unroll: { axis: -1, copies: 1 }, cursors: [carry], accesses: [] }
    traverse(k, {
      ...shared,
      order,
      body: [],
      wanted: [],
      sink: ({ cursor, k }) => store(k, field, cursor(0, 0), identityLanes(k, acc, field, 0))
    })
    const [body, value] = loadBody(input!, dtype, index)
    traverse(k, {
      ...shared,
      order: [...order.slice(0, -1), 2, 1],
      body,
      wanted: [value],
      accesses: [{ buffer: output!, index, size: itemSize(dtype) }],
      sink: ({ affine, cursor, k, value: lanesOf }) => {
        const address = cursor(0, 0)
        const lifted = keep(k, acc.lift(k, [lanesOf(value, 0)])[0]!)
        const joined = keep(k, acc.join(k, [keep(k, load(k, field, address))], [lifted])[0]!)
        store(k, field, address, joined)
        const result = keep(k, fromTotal(k, acc, dtype, joined))
        store(k, dtype, affine(output!, index, itemSize(dtype), 0), result)
      }
    })
  })
  const points = outer * length * inner
  return {
    phases: [{ unit, units: division.units, cost: microseconds(points, cycles) }],
    scratch: tile * bytes
  }
}

/** A body that loads an element in the dtype it is accumulated in, and which value that is. */
const loadBody = (
  buffer: number,
  dtype: DType,
  index: { readonly offset: number; readonly strides: ReadonlyArray<number> }
) => {
  const loaded = { op: "load", dtype, buffer, index } as const
  const wide = accumulatedDtype(dtype)
  return wide === dtype
    ? [[loaded], 0] as const
    : [[loaded, { op: "convert", dtype: wide, args: [0] }], 1] as const
}

/** A total as an element. */
const fromTotal = (k: LaneContext, acc: Accumulator, dtype: DType, total: Lanes): ReadonlyArray<Vector> => {
  const block = acc.block[0]!
  return convert(k, block, dtype, keep(k, convert(k, acc.total[0]!, block, total)))
}

// --- contiguous lines -----------------------------------------------------------------------------------------------

const manyLines = (context: ModuleContext, kernel: Cumulative): KernelCode => {
  const { name, params: { combiner, dtype, length, outer } } = kernel
  const division = divide([outer], cycles * length)
  const acc = accumulator(combiner, accumulatedDtype(dtype))
  const unit = unitFunction(context, name, (k, unit) => {
    const { f } = k
    const wide: LaneContext = { ...k, width: 4 }
    const [range] = unitRanges(k, division, unit)
    const scan = scanner(k, kernel, acc)
    const { from, to } = range as { readonly from: Local<"i32"> | number; readonly to: Local<"i32"> | number }
    f.forRange({ from, to }, (line) => {
      scan.reset(wide)
      scan.run(f.let(i32.mul(line, length)), 0, length)
    })
  })
  return { phases: [{ unit, units: division.units, cost: microseconds(outer * length, cycles) }], scratch: 0 }
}

/** Long lines are scanned chunk by chunk, with the carry in memory in between. */
const lineByLine = (context: ModuleContext, kernel: Cumulative): KernelCode => {
  const { name, params: { combiner, dtype, length, outer } } = kernel
  const acc = accumulator(combiner, accumulatedDtype(dtype))
  const field = acc.total[0]!
  const shared = context.reserve(64)
  const chunks = Math.ceil(length / lineChunk)
  const unit = unitFunction(context, name, (k, unit) => {
    const { f } = k
    const wide: LaneContext = { ...k, width: 4 }
    const scan = scanner(k, kernel, acc)
    const chunk = f.let(i32.remU(unit, chunks))
    const line = f.let(i32.divU(unit, chunks))
    const saved: Elements = { at: { pointer: f.let(arenaAddress(k, shared)), offset: 0 }, stride: itemSize(field) }
    f.if(chunk, () => {
      load(wide, field, saved).forEach((v, part) => f.set(scan.carry[part]!, v))
    }, () => scan.reset(wide))
    const from = f.let(i32.mul(chunk, lineChunk))
    const to = f.let(i32.add(from, lineChunk))
    f.if(i32.gtU(to, length), () => f.set(to, length))
    scan.run(f.let(i32.mul(line, length)), from, to)
    store(wide, field, saved, scan.carry)
  })
  return {
    phases: [{ unit, units: outer * chunks, cost: microseconds(outer * length, cycles), sequential: true }],
    scratch: 0
  }
}

/** Emits the scan of a stretch of a contiguous line, with the carry in all lanes of locals. */
const scanner = (k: KernelFunction, kernel: Cumulative, acc: Accumulator) => {
  const { f } = k
  const { combiner, dtype, length, reverse } = kernel.params
  const size = itemSize(dtype)
  const block = acc.block[0]!
  const total = acc.total[0]!
  const carry: Lanes = Array.from({ length: isWide(total) ? 2 : 1 }, () => f.local("v128"))
  const inputBase = f.let(bufferAddress(k, kernel.inputs[0]!))
  const outputBase = f.let(bufferAddress(k, kernel.outputs[0]!))
  const stride = reverse ? -size : size

  /** Inclusive scan of the four lanes of a block. */
  const scanBlock = (k: LaneContext, x: Lanes): Lanes => {
    const identity = identityLanes(k, acc, block, 0)[0]!
    const join = (a: Lanes, b: Lanes) => keep(k, combine(k, combiner, block, a, b))
    if (!isWide(block)) {
      const first = join([f.let(i32x4.shuffle(identity, x[0]!, [0, 4, 5, 6]))], x)
      return join([f.let(i32x4.shuffle(identity, first[0]!, [0, 1, 4, 5]))], first)
    }
    const halves = join(x.map((part) => f.let(i64x2.shuffle(identity, part, [0, 2]))), x)
    const low = halves[0]!
    const single: LaneContext = { ...k, width: 1 }
    const high = keep(single, combine(single, combiner, block, [f.let(i64x2.shuffle(low, low, [1, 1]))], [halves[1]!]))
    return [low, high[0]!]
  }
  /** The last lane of a total in all lanes. */
  const last = (x: Lanes): Lanes =>
    isWide(total)
      ? ((v) => [v, v])(f.let(i64x2.shuffle(x[1]!, x[1]!, [1, 1])))
      : [f.let(i32x4.shuffle(x[0]!, x[0]!, [3, 3, 3, 3]))]
  const first = (x: Lanes): Lanes =>
    isWide(total)
      ? ((v) => [v, v])(f.let(i64x2.shuffle(x[0]!, x[0]!, [0, 0])))
      : [f.let(i32x4.shuffle(x[0]!, x[0]!, [0, 0, 0, 0]))]

  const step = (k: LaneContext, from: Elements, to: Elements): void => {
    f.scope(() => {
      const value = keep(k, convert(k, dtype, block, keep(k, load(k, dtype, from))))
      const scanned = k.width === 4 ? scanBlock(k, value) : value
      const lifted = keep(k, acc.lift(k, [scanned])[0]!)
      const before = k.width === 4 ? carry : [carry[0]!]
      const joined = keep(k, acc.join(k, [before], [lifted])[0]!)
      store(k, dtype, to, keep(k, fromTotal(k, acc, dtype, joined)))
      const wide: LaneContext = { ...k, width: 4 }
      const next = k.width === 4 ? keep(wide, acc.join(wide, [carry], [last(lifted)])[0]!) : first(joined)
      carry.forEach((local, part) => f.set(local, next[part]!))
    })
  }
  return {
    carry,
    reset: (k: LaneContext) => {
      const identity = identityLanes(k, acc, total, 0)
      carry.forEach((local, part) => f.set(local, identity[part]!))
    },
    /** Scans elements `from` to `to`, counted from the end of the line where the scan is reversed. */
    run: (start: Local<"i32">, from: Local<"i32"> | number, to: Local<"i32"> | number) => {
      f.scope(() => {
        const firstElement = i32.add(start, reverse ? i32.sub(length - 1, from) : from)
        const offset = f.let(i32.mul(firstElement, size))
        const source = f.let(i32.add(inputBase, offset))
        const target = f.let(i32.add(outputBase, offset))
        const left = f.let(i32.sub(to, from))
        for (const width of [4, 1] as const) {
          f.while(() => i32.geS(left, width), () => {
            const at = (pointer: Local<"i32">): Elements => ({ at: { pointer, offset: 0 }, stride })
            step({ ...k, width }, at(source), at(target))
            f.set(source, i32.add(source, width * stride))
            f.set(target, i32.add(target, width * stride))
            f.set(left, i32.sub(left, width))
          })
        }
      })
    }
  }
}
