/**
 * The dimension numbers that gather and scatter share: the axes of the operand that a window spans, drops, is
 * positioned along and is batched over (XLA operation semantics, Gather and Scatter). The two operations differ only in
 * the names.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { integral } from "./dtypeSets.ts"
import type { GatherDimensionNumbers, ScatterDimensionNumbers } from "./params.ts"
import { checkAxes, checkDType, checkList, type Ints, list, shift, without } from "./rule.ts"

/** Completes dimension numbers: omitted lists of batch axes become empty; all others are required. */
export const completed = <N extends object>(operation: string, given: Partial<N>, known: Known<N>): N => {
  if (given === undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: dimensionNumbers are missing, an object of the lists ${Object.keys(known).join(", ")}`
    })
  }
  checkOptions(`${operation}: dimensionNumbers`, given, known as Known<Partial<N>>)
  let isWhole = true
  for (const name in known) {
    if (given[name] === undefined && name.endsWith("BatchingDims")) isWhole = false
    else checkList(operation, name, given[name])
  }
  if (isWhole) return given as N
  return Object.fromEntries(Object.keys(known).map((name) => [name, given[name as keyof N] ?? []])) as N
}

export const toScatter = (dims: GatherDimensionNumbers): ScatterDimensionNumbers => ({
  updateWindowDims: dims.offsetDims,
  insertedWindowDims: dims.collapsedSliceDims,
  scatterDimsToOperandDims: dims.startIndexMap,
  operandBatchingDims: dims.operandBatchingDims,
  scatterIndicesBatchingDims: dims.startIndicesBatchingDims
})

export const toGather = (dims: ScatterDimensionNumbers): GatherDimensionNumbers => ({
  offsetDims: dims.updateWindowDims,
  collapsedSliceDims: dims.insertedWindowDims,
  startIndexMap: dims.scatterDimsToOperandDims,
  operandBatchingDims: dims.operandBatchingDims,
  startIndicesBatchingDims: dims.scatterIndicesBatchingDims
})

/** The operand axes that a window spans in the result of a gather, or in the updates of a scatter. */
export const windowAxes = (rank: number, dims: GatherDimensionNumbers): ReadonlyArray<number> =>
  without(rank, [...dims.collapsedSliceDims, ...dims.operandBatchingDims])

/** The window sizes given by the `updates` of a scatter. */
export const windowSizes = (x: Aval.Aval, updates: Aval.Aval, dims: GatherDimensionNumbers): ReadonlyArray<number> => {
  const axes = windowAxes(x.shape.length, dims)
  return x.shape.map((_, axis) => {
    const i = axes.indexOf(axis)
    return i < 0 ? 1 : updates.shape[dims.offsetDims[i]!]!
  })
}

const checkIncreasing = (operation: string, name: string, axes: Ints): void => {
  if (axes.some((axis, i) => i > 0 && axis < axes[i - 1]!)) {
    throw new ArgumentError({ operation, message: `${operation}: ${name} ${list(axes)} must increase` })
  }
}

const checkDisjoint = (operation: string, one: readonly [string, Ints], other: readonly [string, Ints]): void => {
  const both = one[1].find((axis) => other[1].includes(axis))
  if (both !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: axis ${both} is in ${one[0]} and in ${other[0]}; it may be in one of them`
    })
  }
}

/** The names of the dimension numbers in error messages. */
export type Names = { readonly [K in keyof GatherDimensionNumbers]: string }

export const gatherNames: Names = {
  offsetDims: "offsetDims",
  collapsedSliceDims: "collapsedSliceDims",
  startIndexMap: "startIndexMap",
  operandBatchingDims: "operandBatchingDims",
  startIndicesBatchingDims: "startIndicesBatchingDims"
}

export const scatterNames: Names = {
  offsetDims: "updateWindowDims",
  collapsedSliceDims: "insertedWindowDims",
  startIndexMap: "scatterDimsToOperandDims",
  operandBatchingDims: "operandBatchingDims",
  startIndicesBatchingDims: "scatterIndicesBatchingDims"
}

/** Checks the operand, indices and dimension numbers of a gather or scatter. */
export const checkDimensionNumbers = (
  operation: string,
  names: Names,
  x: Aval.Aval,
  indices: Aval.Aval,
  dims: GatherDimensionNumbers
): void => {
  checkDType(operation, "indices", indices.dtype, integral)
  if (indices.shape.length === 0) {
    throw new ShapeError({
      operation,
      message: `${operation}: indices must have an index vector as their last axis, got the scalar ${
        Aval.format(indices)
      }`
    })
  }
  const places = Aval.make(indices.dtype, indices.shape.slice(0, -1))
  const windows = Aval.make(x.dtype, Array<number>(places.shape.length + dims.offsetDims.length).fill(1))
  checkAxes(operation, names.offsetDims, dims.offsetDims, windows)
  checkAxes(operation, names.collapsedSliceDims, dims.collapsedSliceDims, x)
  checkAxes(operation, names.startIndexMap, dims.startIndexMap, x)
  checkAxes(operation, names.operandBatchingDims, dims.operandBatchingDims, x)
  checkAxes(operation, names.startIndicesBatchingDims, dims.startIndicesBatchingDims, places)
  checkIncreasing(operation, names.offsetDims, dims.offsetDims)
  checkIncreasing(operation, names.collapsedSliceDims, dims.collapsedSliceDims)
  checkIncreasing(operation, names.operandBatchingDims, dims.operandBatchingDims)
  const batching = [names.operandBatchingDims, dims.operandBatchingDims] as const
  checkDisjoint(operation, [names.collapsedSliceDims, dims.collapsedSliceDims], batching)
  checkDisjoint(operation, [names.startIndexMap, dims.startIndexMap], batching)
  if (dims.startIndexMap.length !== indices.shape.at(-1)) {
    throw new ShapeError({
      operation,
      message: `${operation}: the last axis of indices ${Aval.format(indices)} must have one entry for each of the ` +
        `${dims.startIndexMap.length} axes in ${names.startIndexMap} ${list(dims.startIndexMap)}`
    })
  }
  if (windowAxes(x.shape.length, dims).length !== dims.offsetDims.length) {
    throw new ArgumentError({
      operation,
      message: `${operation}: each axis of ${Aval.format(x)} must be in ${names.collapsedSliceDims}, in ` +
        `${names.operandBatchingDims} or have an entry in ${names.offsetDims}, got ${list(dims.collapsedSliceDims)}, ` +
        `${list(dims.operandBatchingDims)} and ${list(dims.offsetDims)}`
    })
  }
  const batches = dims.operandBatchingDims.map((axis) => x.shape[axis]!)
  const placed = dims.startIndicesBatchingDims.map((axis) => places.shape[axis]!)
  if (!Aval.sameShape(batches, placed)) {
    throw new ShapeError({
      operation,
      message: `${operation}: batching axes of operand and indices must agree, got ${list(batches)} and ${list(placed)}`
    })
  }
}

/** The dimension numbers when some operands have a new batch axis 0. */
export const batchDimensionNumbers = (
  dims: GatherDimensionNumbers,
  operandBatched: boolean,
  indicesBatched: boolean
): GatherDimensionNumbers => {
  const both = operandBatched && indicesBatched
  const operand = operandBatched ? shift : (axes: Ints) => axes
  const indices = indicesBatched ? shift : (axes: Ints) => axes
  return {
    // A batched operand with unbatched indices has one more window axis
    offsetDims: operandBatched && !indicesBatched ? [0, ...shift(dims.offsetDims)] : shift(dims.offsetDims),
    collapsedSliceDims: operand(dims.collapsedSliceDims),
    startIndexMap: operand(dims.startIndexMap),
    operandBatchingDims: [...both ? [0] : [], ...operand(dims.operandBatchingDims)],
    startIndicesBatchingDims: [...both ? [0] : [], ...indices(dims.startIndicesBatchingDims)]
  }
}
