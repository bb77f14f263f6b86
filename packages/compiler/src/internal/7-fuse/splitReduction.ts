/**
 * A reduction of very many elements to few is done in two steps: chunks of a size that depends on the shape alone, so
 * that results do not depend on the number of threads, and then the chunks' results.
 */
import type { DType } from "effax/DType"
import { size as product } from "effax/Shape"
import type { Affine, Body, BufferId, Instruction, Kernel, Reduce, Store, ValueId } from "../../Plan.ts"
import { withOperands } from "../instruction.ts"

/** Reductions of more elements than this, for all results together, are split. */
const longest = 65536
/** Unless there are as many results as keep all threads busy, */
const manyResults = 64
/** or so few elements for each of them. */
const shortest = 2048
/** Elements of a chunk, for all results together, and at least for each. */
const chunkElements = 16384
const leastChunk = 256
/** A chunk may be this much shorter, if chunks are all of one length then. */
const slack = 8

const rowMajor = (shape: ReadonlyArray<number>): ReadonlyArray<number> => {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride
    stride *= shape[d]!
  }
  return strides
}

/** An axis of the old space in the new one: `offset + sum(factor * axis)`. */
interface Image {
  readonly offset: number
  readonly terms: ReadonlyArray<readonly [axis: number, factor: number]>
}

const mapAffine = (index: Affine, images: ReadonlyArray<Image>, rank: number): Affine => {
  const strides = new Array<number>(rank).fill(0)
  let offset = index.offset
  index.strides.forEach((stride, old) => {
    const image = images[old]!
    offset += stride * image.offset
    for (const [axis, factor] of image.terms) strides[axis] = strides[axis]! + stride * factor
  })
  return { offset, strides }
}

const mapBody = (
  body: Body,
  images: ReadonlyArray<Image>,
  rank: number
): { readonly body: Body; readonly valueOf: (v: ValueId) => ValueId } => {
  const result: Array<Instruction> = []
  const values: Array<ValueId> = []
  const push = (i: Instruction): ValueId => result.push(i) - 1
  const literal = (value: number): ValueId => push({ op: "literal", dtype: "int32", value })
  for (const instruction of body) {
    if (instruction.op === "index") {
      const image = images[instruction.axis]!
      let sum: ValueId | undefined
      for (const [axis, factor] of image.terms) {
        const coordinate = push({ op: "index", dtype: "int32", axis })
        const term = factor === 1
          ? coordinate
          : push({ op: "mul", dtype: "int32", args: [coordinate, literal(factor)] })
        sum = sum === undefined ? term : push({ op: "add", dtype: "int32", args: [sum, term] })
      }
      if (sum === undefined) sum = literal(image.offset)
      else if (image.offset !== 0) sum = push({ op: "add", dtype: "int32", args: [sum, literal(image.offset)] })
      values.push(sum)
    } else if (instruction.op === "load") {
      values.push(push({ ...instruction, index: mapAffine(instruction.index, images, rank) }))
    } else values.push(push(withOperands(instruction, (v) => values[v]!)))
  }
  return { body: result, valueOf: (v) => values[v]! }
}

/** Where the reduced axes are cut: outer axes, one axis in parts of `part` points, inner axes. */
interface Cut {
  readonly axis: number
  readonly part: number
}

const largestDivisor = (n: number, limit: number): number => {
  for (let d = Math.min(n, limit); d > 1; d--) if (n % d === 0) return d
  return 1
}

const cutOf = (reduced: ReadonlyArray<number>, results: number): Cut => {
  const most = Math.max(leastChunk, Math.floor(chunkElements / results))
  let inner = 1
  let axis = reduced.length - 1
  while (axis > 0 && inner * reduced[axis]! <= most) inner *= reduced[axis--]!
  const limit = Math.floor(most / inner)
  const even = largestDivisor(reduced[axis]!, limit)
  return { axis, part: even * inner * slack >= most ? even : limit }
}

const isSplit = (kernel: Reduce): boolean =>
  product(kernel.kept) * product(kernel.reduced) > longest && product(kernel.kept) < manyResults &&
  product(kernel.reduced) >= shortest &&
  kernel.accumulations.every((a) => a.combiner !== "argmax" && a.combiner !== "argmin")

/** One step of the first stage: the chunks whose parts are all of one size. */
const chunks = (
  kernel: Reduce,
  cut: Cut,
  range: { readonly from: number; readonly count: number; readonly part: number; readonly chunk: number },
  partials: ReadonlyArray<BufferId>,
  chunksPerRow: number
): Reduce => {
  const { kept, reduced } = kernel
  const outer = reduced.slice(0, cut.axis)
  const inner = reduced.slice(cut.axis + 1)
  const newKept = [...outer, range.count, ...kept]
  const newReduced = [range.part, ...inner]
  const at = (axis: number): Image => ({ offset: 0, terms: [[axis, 1]] })
  const images = [
    ...kept.map((_, d) => at(outer.length + 1 + d)),
    ...outer.map((_, d) => at(d)),
    { offset: range.from, terms: [[outer.length, range.part], [newKept.length, 1]] } satisfies Image,
    ...inner.map((_, d) => at(newKept.length + 1 + d))
  ]
  const { body, valueOf } = mapBody(kernel.body, images, newKept.length + newReduced.length)
  const results = product(kept)
  const outerStrides = rowMajor(outer).map((s) => s * chunksPerRow * results)
  const strides = [...outerStrides, results, ...rowMajor(kept)]
  return {
    kind: "reduce",
    name: `${kernel.name}_chunks`,
    barrier: false,
    kept: newKept,
    reduced: newReduced,
    body,
    accumulations: kernel.accumulations.map((a) => ({ ...a, value: valueOf(a.value) })),
    epilogue: kernel.accumulations.map((a, which): Instruction => ({ op: "result", dtype: a.dtype, which })),
    stores: partials.map((buffer, value): Store => ({
      buffer,
      index: { offset: range.chunk * results, strides },
      value
    }))
  }
}

/** The original epilogue, on results that were combined in wider dtypes. */
const narrow = (epilogue: Body, wide: ReadonlyArray<DType>, stores: ReadonlyArray<Store>) => {
  const result: Array<Instruction> = []
  const values: Array<ValueId> = []
  for (const instruction of epilogue) {
    if (instruction.op === "result" && wide[instruction.which] !== instruction.dtype) {
      const value = result.push({ ...instruction, dtype: wide[instruction.which]! }) - 1
      values.push(result.push({ op: "convert", dtype: instruction.dtype, args: [value] }) - 1)
    } else values.push(result.push(withOperands(instruction, (v) => values[v]!)) - 1)
  }
  return { epilogue: result, stores: stores.map((s) => ({ ...s, value: values[s.value]! })) }
}

/** The kernels that do what the kernel does: itself, or its two stages. */
export const splitReduction = (
  kernel: Kernel,
  options: {
    readonly newBuffer: (dtype: DType, elements: number) => BufferId
    /** Whether the second stage adds float32 in float64. */
    readonly wideAccumulator: boolean
  }
): ReadonlyArray<Kernel> => {
  if (kernel.kind !== "reduce" || !isSplit(kernel)) return [kernel]
  const cut = cutOf(kernel.reduced, product(kernel.kept))
  const extent = kernel.reduced[cut.axis]!
  const count = Math.floor(extent / cut.part)
  const rest = extent % cut.part
  const perRow = count + (rest > 0 ? 1 : 0)
  const total = product(kernel.reduced.slice(0, cut.axis)) * perRow
  const results = product(kernel.kept)
  const partials = kernel.accumulations.map((a) => options.newBuffer(a.dtype, total * results))
  const first = [chunks(kernel, cut, { from: 0, count, part: cut.part, chunk: 0 }, partials, perRow)]
  if (rest > 0) {
    first.push(chunks(kernel, cut, { from: count * cut.part, count: 1, part: rest, chunk: count }, partials, perRow))
  }
  const wide = kernel.accumulations.map((a): DType =>
    options.wideAccumulator && a.dtype === "float32" && a.combiner === "add" ? "float64" : a.dtype
  )
  const body: Array<Instruction> = []
  const accumulations = kernel.accumulations.map((a, i) => {
    const index = { offset: 0, strides: [...rowMajor(kernel.kept), results] }
    let value = body.push({ op: "load", dtype: a.dtype, buffer: partials[i]!, index }) - 1
    if (wide[i] !== a.dtype) value = body.push({ op: "convert", dtype: wide[i]!, args: [value] }) - 1
    return { combiner: a.combiner, value, dtype: wide[i]! }
  })
  const second: Reduce = {
    ...kernel,
    reduced: [total],
    body,
    accumulations,
    ...narrow(kernel.epilogue, wide, kernel.stores)
  }
  return [...first, second]
}
