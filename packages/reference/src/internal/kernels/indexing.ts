/**
 * Gather and scatter, as XLA defines them (https://openxla.org/xla/operation_semantics#gather, #scatter).
 */
import type { DType } from "effax/DType"
import type { GatherParams, ScatterParams } from "effax/Primitives"
import * as arithmetic from "../arithmetic.ts"
import { domain, highest, info, lowest, pick } from "../domain.ts"
import { kernel, type Steps, stride } from "../kernel.ts"
import {
  advance,
  allocate,
  commit,
  elements,
  position,
  raw,
  room,
  type Scalar,
  size,
  strides,
  type Value,
  wideRoom
} from "../value.ts"

type Ints = ReadonlyArray<number>

/** The operand axes that index vectors, batch axes and window axes refer to. */
interface Layout {
  /** The axes of the gathered array or of the updates that iterate over the indices. */
  readonly batch: Ints
  /** The axes of the gathered array or of the updates that iterate over a window. */
  readonly window: Ints
  /** The operand axes of the window axes, in order. */
  readonly windowAxes: Ints
  /** The operand axis of each component of an index vector. */
  readonly startAxes: Ints
  readonly operandBatch: Ints
  readonly indexBatch: Ints
  /** The size of the window on each operand axis. */
  readonly sizes: Ints
}

const others = (rank: number, ...taken: ReadonlyArray<Ints>): Ints =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => !taken.some((t) => t.includes(i)))

/** Moves a window inside the array, or returns `undefined` to leave it out. */
type Place = (start: ReadonlyArray<number>, shape: Ints, sizes: Ints) => ReadonlyArray<number> | undefined

const clip: Place = (start, shape, sizes) =>
  start.map((s, axis) => Math.min(Math.max(s, 0), shape[axis]! - sizes[axis]!))

const inside: Place = (start, shape, sizes) =>
  start.every((s, axis) => s >= 0 && s + sizes[axis]! <= shape[axis]!) ? start : undefined

const places: { readonly [M in GatherParams["mode"] | ScatterParams["mode"]]: Place } = {
  clip,
  promiseInBounds: clip,
  fill: inside,
  drop: inside
}

/**
 * For every point of `shape` (the gathered array or the updates), in row-major order, its position in the operand, or
 * -1 if its window is left out.
 */
const positions = (operand: Value, indices: Value, layout: Layout, place: Place) => {
  const vectors = elements(indices)
  const indexSteps = strides(indices.shape)
  const operandSteps = strides(operand.shape)
  return (point: ReadonlyArray<number>): number => {
    const at = layout.batch.map((axis) => point[axis]!)
    const first = at.reduce((sum, k, axis) => sum + k * indexSteps[axis]!, 0)
    const start = operand.shape.map(() => 0)
    layout.startAxes.forEach((axis, component) => {
      start[axis] = Number(vectors[first + component]!)
    })
    layout.operandBatch.forEach((axis, i) => {
      start[axis] = at[layout.indexBatch[i]!]!
    })
    const placed = place(start, operand.shape, layout.sizes)
    if (placed === undefined) return -1
    const index = placed.slice()
    layout.windowAxes.forEach((axis, i) => {
      index[axis] = index[axis]! + point[layout.window[i]!]!
    })
    return position(index, operandSteps)
  }
}

/** The default fill value for out-of-bounds windows. */
const defaultFill = (dtype: DType): Scalar =>
  domain(dtype) === "float" ? NaN : info(dtype).signed ? lowest(dtype) : highest(dtype)

const filler = (dtype: DType, fillValue: number | null): Value => {
  const value = allocate({ dtype, shape: [] })
  const out = room(value)
  out[0] = fillValue === null ? defaultFill(dtype) : domain(dtype) === "big" ? BigInt(fillValue) : fillValue
  commit(value, out)
  return value
}

function* gather(operand: Value, indices: Value, output: Value, params: GatherParams): Steps {
  const { collapsedSliceDims, offsetDims, operandBatchingDims, startIndexMap, startIndicesBatchingDims } =
    params.dimensionNumbers
  const at = positions(operand, indices, {
    batch: others(output.shape.length, offsetDims),
    window: offsetDims,
    windowAxes: others(operand.shape.length, collapsedSliceDims, operandBatchingDims),
    startAxes: startIndexMap,
    operandBatch: operandBatchingDims,
    indexBatch: startIndicesBatchingDims,
    sizes: params.sliceSizes
  }, places[params.mode])
  const source = raw(operand)
  const target = raw(output)
  const fill = raw(filler(output.dtype, params.fillValue))[0]!
  const point = output.shape.map(() => 0)
  const n = size(output)
  for (let i = 0; i < n; i++) {
    const from = at(point)
    target[i] = from < 0 ? fill : source[from]!
    advance(point, output.shape)
    if (i % stride === stride - 1) yield
  }
}

type Combine = (old: Scalar, update: Scalar) => Scalar

function* scatter(
  [operand, indices, updates]: ReadonlyArray<Value>,
  output: Value,
  params: ScatterParams,
  combine: Combine
): Steps {
  const {
    insertedWindowDims,
    operandBatchingDims,
    scatterDimsToOperandDims,
    scatterIndicesBatchingDims,
    updateWindowDims
  } = params.dimensionNumbers
  const windowAxes = others(operand!.shape.length, insertedWindowDims, operandBatchingDims)
  const sizes = operand!.shape.map(() => 1)
  windowAxes.forEach((axis, i) => {
    sizes[axis] = updates!.shape[updateWindowDims[i]!]!
  })
  const at = positions(operand!, indices!, {
    batch: others(updates!.shape.length, updateWindowDims),
    window: updateWindowDims,
    windowAxes,
    startAxes: scatterDimsToOperandDims,
    operandBatch: operandBatchingDims,
    indexBatch: scatterIndicesBatchingDims,
    sizes
  }, places[params.mode])
  const old = elements(operand!)
  const update = elements(updates!)
  const out = wideRoom(output)
  for (let i = 0; i < out.length; i++) out[i] = old[i]!
  const point = updates!.shape.map(() => 0)
  const n = size(updates!)
  for (let i = 0; i < n; i++) {
    const to = at(point)
    if (to >= 0) out[to] = combine(out[to]!, update[i]!)
    advance(point, updates!.shape)
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

const scattering = (combine: (dtype: DType) => Combine) =>
  kernel<ScatterParams>((inputs, [output], params) => scatter(inputs, output!, params, combine(output!.dtype)))

const by = (binary: arithmetic.Binary) => scattering((dtype) => pick(binary, dtype) as Combine)

export const indexingRules = {
  gather: kernel<GatherParams>(([operand, indices], [output], params) => gather(operand!, indices!, output!, params)),
  scatter: scattering(() => (_, update) => update),
  scatter_add: by(arithmetic.add),
  scatter_mul: by(arithmetic.mul),
  scatter_min: by(arithmetic.min),
  scatter_max: by(arithmetic.max)
}
