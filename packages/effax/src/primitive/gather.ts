/**
 * Gather: windows of an array, read at places that are computed.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, IndexError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import type { GatherDimensionNumbers, GatherParams } from "./params.ts"
import { checkLength, checkList, checkShape, count } from "./rule.ts"
import { scatterAdd } from "./scatter.ts"
import { zerosOf } from "./structural.ts"
import {
  batchDimensionNumbers,
  checkDimensionNumbers,
  completed,
  gatherNames,
  toScatter,
  windowAxes
} from "./windows.ts"

const operation = "gather"

const gatherPrimitive: Primitive<GatherParams> = {
  name: operation,
  abstract([x, indices], { dimensionNumbers: dims, sliceSizes }) {
    checkDimensionNumbers(operation, gatherNames, x!, indices!, dims)
    checkLength(operation, "sliceSizes", sliceSizes, x!)
    checkShape(operation, "sliceSizes", sliceSizes)
    const windowCount = count(indices!.shape.slice(0, -1))
    sliceSizes.forEach((size, axis) => {
      // Where nothing is read, nothing is out of range
      if (size > x!.shape[axis]! && windowCount > 0) {
        throw new IndexError({
          operation,
          message: `${operation}: sliceSizes has ${size} at axis ${axis}, but that axis of ${
            Aval.format(x!)
          } has only ${x!.shape[axis]} elements`
        })
      }
    })
    const collapsed = dims.collapsedSliceDims.find((axis) => sliceSizes[axis] !== 1) ??
      dims.operandBatchingDims.find((axis) => sliceSizes[axis]! > 1)
    if (collapsed !== undefined) {
      throw new ArgumentError({
        operation,
        message:
          `${operation}: sliceSizes has ${sliceSizes[collapsed]} at axis ${collapsed}, which is collapsed or batched ` +
          "and must have 1"
      })
    }
    const windows = windowAxes(x!.shape.length, dims).map((axis) => sliceSizes[axis]!)
    const places = indices!.shape.slice(0, -1)
    const shape: Array<number> = []
    let window = 0
    for (let i = 0; i < windows.length + places.length; i++) {
      shape.push(dims.offsetDims[window] === i ? windows[window++]! : places[i - window]!)
    }
    checkShape(operation, "shape", shape)
    return [Aval.make(x!.dtype, shape, x!.weak)]
  },
  jvp: ({ params, primals: [, indices], tangents: [tangent] }) => [
    tangent && node.bindOne(gatherPrimitive, [tangent, indices!], {
      ...params,
      fillValue: params.mode === "fill" ? 0 : params.fillValue
    })
  ],
  transpose: ({ cotangents: [ct], inputs: [x, indices], params }) => [
    scatterAdd(zerosOf(Aval.make(ct!.dtype, x!.shape)), indices!, ct!, {
      dimensionNumbers: toScatter(params.dimensionNumbers),
      mode: params.mode === "fill" ? "drop" : params.mode,
      indicesAreSorted: params.indicesAreSorted,
      uniqueIndices: params.uniqueIndices
    }),
    undefined
  ],
  batch({ batched: [batchedX, batchedIndices], inputs, params, size }) {
    // An operand's batch is read whole; or one at a time, each with its own indices
    const own = !batchedX ? [] : !batchedIndices ? [size] : [Math.min(size, 1)]
    return {
      outputs: node.bind(gatherPrimitive, inputs, {
        ...params,
        dimensionNumbers: batchDimensionNumbers(params.dimensionNumbers, batchedX!, batchedIndices!),
        sliceSizes: [...own, ...params.sliceSizes],
        // Indices of different batch elements may meet in one shared operand
        indicesAreSorted: params.indicesAreSorted && batchedX!,
        uniqueIndices: params.uniqueIndices && batchedX!
      }),
      batched: [true]
    }
  }
}

/** Dimension numbers of a gather; without `operandBatchingDims` there is no batch. @category models @since 0.1.0 */
export type GatherDimensions =
  & Pick<GatherDimensionNumbers, "offsetDims" | "collapsedSliceDims" | "startIndexMap">
  & Partial<GatherDimensionNumbers>

/**
 * The parameters of a gather; flags that are not given are false, and windows that reach outside are filled.
 *
 * @category models
 * @since 0.1.0
 */
export interface GatherOptions extends Pick<GatherParams, "sliceSizes"> {
  readonly dimensionNumbers: GatherDimensions
  readonly mode?: GatherParams["mode"]
  readonly fillValue?: GatherParams["fillValue"]
  readonly indicesAreSorted?: boolean
  readonly uniqueIndices?: boolean
}

const known: Known<GatherOptions> = {
  dimensionNumbers: true,
  sliceSizes: true,
  uniqueIndices: true,
  indicesAreSorted: true,
  mode: true,
  fillValue: true
}

const knownOfDimensions: Known<GatherDimensions> = {
  offsetDims: true,
  collapsedSliceDims: true,
  startIndexMap: true,
  operandBatchingDims: true,
  startIndicesBatchingDims: true
}

/**
 * Windows of an array at the places that index vectors, the last axis of `indices`, say.
 *
 * @category indexing
 * @since 0.1.0
 */
export const gather = Object.assign(
  (x: NdArray.Any, indices: NdArray.Any, options: GatherOptions): NdArray.Any => {
    checkOptions(operation, options, known)
    checkList(operation, "sliceSizes", options.sliceSizes)
    return node.bindOne(gatherPrimitive, [x, indices], {
      dimensionNumbers: completed(operation, options.dimensionNumbers, knownOfDimensions),
      sliceSizes: options.sliceSizes,
      mode: options.mode ?? "fill",
      fillValue: options.fillValue ?? null,
      indicesAreSorted: options.indicesAreSorted ?? false,
      uniqueIndices: options.uniqueIndices ?? false
    })
  },
  { primitive: gatherPrimitive }
)
