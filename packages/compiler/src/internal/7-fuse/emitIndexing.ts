/**
 * Instructions for elements at positions that are computed or depend on conditions. Positions are clamped, so that what is
 * loaded is always inside of its buffer, wanted or not.
 */
import * as DType from "effax/DType"
import type { ValueId } from "../../Plan.ts"
import type { LoopOp, LoopOpOf } from "../6-decompose/loopOp.ts"
import { constant, type Index, ofValue, plus, settle, shift, times, zero } from "./axes.ts"
import { Coordinates, scalarCoordinates } from "./coordinates.ts"
import { emit, type Emitter, partsOf } from "./emit.ts"

type Ints = ReadonlyArray<number>

/** The dtype whose lanes hold a dtype. */
export const laneOf = (dtype: DType.DType): DType.DType =>
  dtype === "bool" || DType.itemSize(dtype) >= 4
    ? dtype
    : DType.isFloating(dtype)
    ? "float32"
    : DType.isSigned(dtype)
    ? "int32"
    : "uint32"

/** The least and the largest value of an index, as far as it is made of axes. */
const bounds = (index: Index): readonly [low: number, high: number] => {
  const x = settle(index)
  if (x.values.length > 0) return [-Infinity, Infinity]
  let low = x.offset
  let high = x.offset
  x.axes.forEach((axis, i) => {
    const reach = x.factors[i]! * (axis.extent - 1)
    if (reach < 0) low += reach
    else high += reach
  })
  return [low, high]
}

const integer = (e: Emitter, value: number): ValueId => e.body.literal(value, "int32")

/** Moves a coordinate into `0 <= coordinate < size`, unless it is there anyway. */
const clampInto = (e: Emitter, index: Index, size: number): Index => {
  const [low, high] = bounds(index)
  if (low >= 0 && high < size) return index
  if (size === 1) return zero
  let value = e.body.valueOf(index)
  if (low < 0) value = e.body.compute("max", "int32", value, integer(e, 0))
  if (high >= size) value = e.body.compute("min", "int32", value, integer(e, size - 1))
  return ofValue(value)
}

const both = (e: Emitter, x: ValueId | undefined, y: ValueId | undefined): ValueId | undefined =>
  x === undefined ? y : y === undefined ? x : e.body.compute("and", "bool", x, y)

/** Whether `0 <= coordinate < size`; `undefined` where that is certain. */
const inside = (e: Emitter, index: Index, size: number): ValueId | undefined => {
  const [low, high] = bounds(index)
  const value = low >= 0 && high < size ? 0 : e.body.valueOf(index)
  const above = low >= 0 ? undefined : e.body.compute("ge", "bool", value, integer(e, 0))
  const below = high < size ? undefined : e.body.compute("lt", "bool", value, integer(e, size))
  return both(e, above, below)
}

const choose = (e: Emitter, op: LoopOp, condition: ValueId | undefined, onTrue: ValueId, onFalse: () => ValueId) =>
  condition === undefined ? onTrue : e.body.compute("select", op.dtype, condition, onTrue, onFalse())

export const pad = (e: Emitter, op: LoopOpOf<"pad">, at: Coordinates): ValueId => {
  const [x, value] = op.inputs
  const { interior, low } = op.action
  let condition: ValueId | undefined
  const coordinates = partsOf(e, at).map((part, d) => {
    const size = x!.shape[d]!
    const offset = shift(part, -low[d]!)
    const step = interior[d]! + 1
    if (step === 1) {
      condition = both(e, condition, inside(e, offset, size))
      return clampInto(e, offset, size)
    }
    // Between elements lie `interior` elements of padding
    const range = inside(e, offset, (size - 1) * step + 1)
    const position = e.body.valueOf(clampInto(e, offset, (size - 1) * step + 1))
    const remainder = e.body.compute("rem", "int32", position, integer(e, step))
    condition = both(e, both(e, condition, range), e.body.compute("eq", "bool", remainder, integer(e, 0)))
    return ofValue(e.body.compute("div", "int32", position, integer(e, step)))
  })
  const element = emit(e, x!, new Coordinates(x!.shape, coordinates))
  return choose(e, op, condition, element, () => emit(e, value!, scalarCoordinates))
}

export const concatenate = (e: Emitter, op: LoopOpOf<"concatenate">, at: Coordinates): ValueId => {
  const { axis } = op.action
  const parts = partsOf(e, at)
  const along = parts[axis]!
  let chosen: ValueId | undefined
  let end = op.shape[axis]!
  for (let i = op.inputs.length - 1; i >= 0; i--) {
    const operand = op.inputs[i]!
    const size = operand.shape[axis]!
    const start = end - size
    const coordinate = clampInto(e, shift(along, -start), size)
    const element = emit(e, operand, new Coordinates(operand.shape, parts.map((p, d) => d === axis ? coordinate : p)))
    if (chosen === undefined) chosen = element
    else {
      const before = e.body.compute("lt", "bool", e.body.valueOf(along), integer(e, end))
      chosen = e.body.compute("select", op.dtype, before, element, chosen)
    }
    end = start
  }
  return chosen!
}

/** Where a window of `size` starts: moved inside of an axis of `extent`. */
const windowStart = (e: Emitter, start: ValueId, extent: number, size: number): Index =>
  clampInto(e, ofValue(start), extent - size + 1)

const starts = (e: Emitter, ops: ReadonlyArray<LoopOp>, shape: Ints, sizes: Ints): ReadonlyArray<Index> =>
  ops.map((op, d) =>
    sizes[d] === shape[d] ? zero : windowStart(e, emit(e, op, scalarCoordinates), shape[d]!, sizes[d]!)
  )

/** The coordinates in an array of an element of a slice of it. */
export const sliceCoordinates = (
  e: Emitter,
  first: ReadonlyArray<LoopOp>,
  shape: Ints,
  sizes: Ints,
  at: ReadonlyArray<Index>
): ReadonlyArray<Index> => {
  const origin = starts(e, first, shape, sizes)
  return at.map((p, d) => plus(origin[d]!, p))
}

export const dynamicSlice = (e: Emitter, op: LoopOp, at: Coordinates): ValueId => {
  const [x, ...first] = op.inputs
  return emit(e, x!, new Coordinates(x!.shape, sliceCoordinates(e, first, x!.shape, op.shape, partsOf(e, at))))
}

export const dynamicUpdateSlice = (e: Emitter, op: LoopOp, at: Coordinates): ValueId => {
  const [x, update, ...first] = op.inputs
  const origin = starts(e, first, x!.shape, update!.shape)
  let condition: ValueId | undefined
  const coordinates = partsOf(e, at).map((p, d) => {
    if (update!.shape[d] === op.shape[d]) return p
    const offset = plus(p, times(origin[d]!, -1))
    condition = both(e, condition, inside(e, offset, update!.shape[d]!))
    return clampInto(e, offset, update!.shape[d]!)
  })
  const element = emit(e, update!, new Coordinates(update!.shape, coordinates))
  return choose(e, op, condition, element, () => emit(e, x!, at))
}

/** The axes that gather and scatter share, whatever their names there. */
export interface WindowDimensions {
  /** The axes of the windows in the result or the updates. */
  readonly windowDims: Ints
  /** The operand's axes that windows leave out. */
  readonly collapsedDims: Ints
  /** The operand's axis of each entry of an index vector. */
  readonly startDims: Ints
  readonly operandBatchingDims: Ints
  readonly indicesBatchingDims: Ints
}

/**
 * The coordinates in the operand of an element of a window: `at` has those in the result of a gather or in the updates of a
 * scatter. `valid` is whether the window it belongs to lies inside; `undefined` where that is certain.
 */
export const windowCoordinates = (
  e: Emitter,
  options: {
    readonly dimensions: WindowDimensions
    readonly shape: Ints
    readonly sizes: Ints
    readonly indices: LoopOp
    readonly at: ReadonlyArray<Index>
    readonly checked: boolean
  }
): { readonly coordinates: ReadonlyArray<Index>; readonly valid: ValueId | undefined } => {
  const { at, checked, dimensions, indices, shape, sizes } = options
  const batch = at.filter((_, d) => !dimensions.windowDims.includes(d))
  const coordinates = new Array<Index>(shape.length).fill(zero)
  let window = 0
  for (let d = 0; d < shape.length; d++) {
    if (dimensions.collapsedDims.includes(d) || dimensions.operandBatchingDims.includes(d)) continue
    coordinates[d] = at[dimensions.windowDims[window++]!]!
  }
  dimensions.operandBatchingDims.forEach((d, i) => coordinates[d] = batch[dimensions.indicesBatchingDims[i]!]!)
  let valid: ValueId | undefined
  dimensions.startDims.forEach((d, k) => {
    const start = emit(e, indices, new Coordinates(indices.shape, [...batch, constant(k)]))
    const room = shape[d]! - sizes[d]! + 1
    if (checked) valid = both(e, valid, inside(e, ofValue(start), room))
    coordinates[d] = plus(coordinates[d]!, windowStart(e, start, shape[d]!, sizes[d]!))
  })
  return { coordinates, valid }
}

export const gather = (e: Emitter, op: LoopOpOf<"gather">, at: Coordinates): ValueId => {
  const [x, indices] = op.inputs
  const { dimensions, fill, sliceSizes } = op.action
  const { coordinates, valid } = windowCoordinates(e, {
    dimensions: {
      windowDims: dimensions.offsetDims,
      collapsedDims: dimensions.collapsedSliceDims,
      startDims: dimensions.startIndexMap,
      operandBatchingDims: dimensions.operandBatchingDims,
      indicesBatchingDims: dimensions.startIndicesBatchingDims
    },
    shape: x!.shape,
    sizes: sliceSizes,
    indices: indices!,
    at: partsOf(e, at),
    checked: fill !== undefined
  })
  const element = emit(e, x!, new Coordinates(x!.shape, coordinates))
  return choose(e, op, valid, element, () => {
    const wide = laneOf(op.dtype)
    const value = e.body.literal(fill!, wide)
    return wide === op.dtype ? value : e.body.compute("convert", op.dtype, value)
  })
}
