/**
 * Sorting: sorts any number of arrays together, by the first of them.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { axis, flag, positive, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { gather } from "./indexing.ts"
import type { SortParams } from "./params.ts"
import { checkAxes, checkList, without } from "./rule.ts"
import { iota, repeat, reshape } from "./structural.ts"

/** Reads an array at given positions along one axis: `result[.., i, ..] = x[.., indices[.., i, ..], ..]`. */
const takeAlong = (x: NdArray.Any, indices: NdArray.Any, axis: number): NdArray.Any => {
  const others = without(x.shape.length, [axis])
  return gather(x, reshape(indices, [...indices.shape, 1]), {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [axis],
      startIndexMap: [axis],
      operandBatchingDims: others,
      startIndicesBatchingDims: others
    },
    sliceSizes: x.shape.map(() => 1),
    mode: "promiseInBounds",
    // A permutation, so its transpose may scatter without checking for duplicates
    uniqueIndices: true
  })
}

const sortPrimitive: Primitive<SortParams> = {
  name: "sort",
  schema: schema([1, Infinity], { dimension: axis, isStable: flag, numKeys: positive }),
  // comparisons, by a merge sort
  cost: {
    flops: ({ inputs }, { dimension }) =>
      Aval.size(inputs[0]!) * Math.ceil(Math.log2(Math.max(1, inputs[0]!.shape[dimension]!)))
  },
  keepsNaN: true,
  abstract(inputs, { dimension, numKeys }) {
    const operation = "sort"
    const first = inputs[0]
    if (first === undefined) {
      throw new ArgumentError({ operation, message: `${operation}: needs at least one array, got none` })
    }
    if (inputs.some((x) => !Aval.sameShape(x.shape, first.shape))) {
      throw new ShapeError({
        operation,
        message: `${operation}: all arrays must have one shape, got ${inputs.map(Aval.format).join(", ")}`
      })
    }
    checkAxes(operation, "dimension", [dimension], first)
    if (!Number.isInteger(numKeys) || numKeys < 1 || numKeys > inputs.length) {
      throw new ArgumentError({
        operation,
        message: `${operation}: numKeys must be from 1 to the number of arrays, ${inputs.length}, got ${numKeys}`
      })
    }
    return inputs
  },
  jvp({ params, primals, tangents }) {
    const { dimension } = params
    const shape = primals[0]!.shape
    const order = node.bind(sortPrimitive, [...primals, iota("int32", shape, dimension)], params).at(-1)!
    return tangents.map((tangent) => tangent === undefined ? undefined : takeAlong(tangent, order, dimension))
  },
  batch: ({ batched, inputs, params, size }) => ({
    outputs: node.bind(
      sortPrimitive,
      inputs.map((x, i) => batched[i] ? x : repeat(x, size)),
      { ...params, dimension: params.dimension + 1 }
    ),
    batched: inputs.map(() => true)
  })
}

/** The sort axis and order. @category models @since 0.1.0 */
export interface SortOptions {
  /** The last axis by default. */
  readonly dimension?: number
  readonly isStable?: boolean
  readonly numKeys?: number
}

const known: Known<SortOptions> = { dimension: true, isStable: true, numKeys: true }

/**
 * Sorts arrays of the same shape together along an axis, by the first `numKeys` of them. @category order @since 0.1.0
 */
export const sort = Object.assign(
  (operands: ReadonlyArray<NdArray.Any>, options: SortOptions = {}): ReadonlyArray<NdArray.Any> => {
    const { dimension = -1 } = checkOptions("sort", options, known)
    checkList("sort", "operands", operands)
    return node.bind(sortPrimitive, operands, {
      dimension: dimension < 0 && operands.length > 0 ? dimension + operands[0]!.shape.length : dimension,
      isStable: options.isStable ?? true,
      numKeys: options.numKeys ?? 1
    })
  },
  { primitive: sortPrimitive }
)
