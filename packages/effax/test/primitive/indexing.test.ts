import { describe, expect, it } from "vitest"
import {
  dynamicSlice,
  dynamicUpdateSlice,
  gather,
  scatter,
  scatterAdd,
  scatterMul
} from "../../src/primitive/indexing.ts"
import type { GatherDimensionNumbers, ScatterDimensionNumbers } from "../../src/primitive/params.ts"
import { jvp } from "../../src/transform/differentiate.ts"
import { array, f32, failure, i32, typeOf } from "./support.ts"

describe("dynamicSlice", () => {
  it("has the window's shape", () => {
    expect(typeOf(dynamicSlice(f32(5, 6), [i32(), 1], [2, 6]))).toBe("f32[2,6]")
  })
  it("says what is wrong", () => {
    expect(failure(() => dynamicSlice(f32(5, 6), [0, 0], [2, 7]))).toBe(
      "IndexError: dynamic_slice: a window of [2, 7] does not fit in f32[5,6]: axis 1 has only 6 elements"
    )
    expect(failure(() => dynamicSlice(f32(5, 6), [0], [2, 6]))).toBe(
      "ShapeError: dynamic_slice: starts must have one entry for each of the 2 axes of f32[5,6], got 1"
    )
    expect(failure(() => dynamicSlice(f32(5), [f32()], [2]))).toMatch(
      /^DTypeError: dynamic_slice: dtype float32 of the starts is not allowed, expected one of int8,/
    )
    expect(failure(() => dynamicSlice(f32(5), [i32(1)], [2]))).toBe(
      "ArgumentError: dynamic_slice: each start must be a scalar, got i32[1]"
    )
    expect(failure(() => dynamicSlice(f32(5), [NaN], [2]))).toBe(
      "IndexError: dynamic_slice: the start of axis 0 must be an integer, got NaN"
    )
    expect(failure(() => dynamicSlice(f32(5), [0], [-1]))).toBe(
      "ShapeError: dynamic_slice: window sizes [-1] has -1 at axis 0, expected an integer from 0 to 2^53 - 1"
    )
  })
})

describe("dynamicUpdateSlice", () => {
  it("has the operand's shape", () => {
    expect(typeOf(dynamicUpdateSlice(f32(5, 6), f32(2, 3), [i32(), i32()]))).toBe("f32[5,6]")
  })
  it("says what is wrong", () => {
    expect(failure(() => dynamicUpdateSlice(f32(5), f32(6), [0]))).toBe(
      "IndexError: dynamic_update_slice: a window of [6] does not fit in f32[5]: axis 0 has only 5 elements"
    )
    expect(failure(() => dynamicUpdateSlice(f32(5), i32(2), [0]))).toBe(
      "DTypeError: dynamic_update_slice: operands must have one dtype, got float32, int32; convert with `np.astype` first"
    )
  })
})

const rows: GatherDimensionNumbers = {
  offsetDims: [1],
  collapsedSliceDims: [0],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: []
}

describe("gather", () => {
  it("has the axes of the indices and of the windows", () => {
    expect(typeOf(gather(f32(5, 4), i32(3, 1), { dimensionNumbers: rows, sliceSizes: [1, 4] }))).toBe("f32[3,4]")
    const dimensionNumbers = {
      offsetDims: [0, 3],
      collapsedSliceDims: [1],
      startIndexMap: [1, 0],
      operandBatchingDims: [],
      startIndicesBatchingDims: []
    }
    expect(typeOf(gather(f32(5, 6, 3), i32(7, 8, 2), { dimensionNumbers, sliceSizes: [2, 1, 3] }))).toBe("f32[2,7,8,3]")
  })
  it("reads nothing from an empty axis", () => {
    expect(typeOf(gather(f32(0, 4), i32(0, 1), { dimensionNumbers: rows, sliceSizes: [1, 4] }))).toBe("f32[0,4]")
    expect(failure(() => gather(f32(0, 4), i32(2, 1), { dimensionNumbers: rows, sliceSizes: [1, 4] }))).toBe(
      "IndexError: gather: sliceSizes has 1 at axis 0, but that axis of f32[0,4] has only 0 elements"
    )
  })
  it("says what is wrong", () => {
    const sizes = { dimensionNumbers: rows, sliceSizes: [1, 4] }
    expect(failure(() => gather(f32(5, 4), f32(3, 1), sizes))).toMatch(
      /^DTypeError: gather: dtype float32 of the indices/
    )
    expect(failure(() => gather(f32(5, 4), i32(), sizes))).toBe(
      "ShapeError: gather: indices must have an index vector as their last axis, got the scalar i32[]"
    )
    expect(failure(() => gather(f32(5, 4), i32(3, 2), sizes))).toBe(
      "ShapeError: gather: the last axis of indices i32[3,2] must have one entry for each of the 1 axes in startIndexMap [0]"
    )
    expect(failure(() => gather(f32(5, 4), i32(3, 1), { ...sizes, sliceSizes: [2, 4] }))).toBe(
      "ArgumentError: gather: sliceSizes has 2 at axis 0, which is collapsed or batched and must have 1"
    )
    expect(
      failure(() => gather(f32(5, 4), i32(3, 1), { ...sizes, dimensionNumbers: { ...rows, collapsedSliceDims: [] } }))
    ).toBe(
      "ArgumentError: gather: each axis of f32[5,4] must be in collapsedSliceDims, in operandBatchingDims or have an entry in " +
        "offsetDims, got [], [] and [1]"
    )
  })
})

const intoRows: ScatterDimensionNumbers = {
  updateWindowDims: [1],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: []
}

describe("scatter", () => {
  it("has the operand's shape", () => {
    expect(typeOf(scatter(array("bool", 5, 4), i32(3, 1), array("bool", 3, 4), { dimensionNumbers: intoRows }))).toBe(
      "bool[5,4]"
    )
  })
  it("says what is wrong", () => {
    const options = { dimensionNumbers: intoRows }
    expect(failure(() => scatterAdd(f32(5, 4), i32(3, 1), f32(2, 4), options))).toBe(
      "ShapeError: scatter_add: the axes of updates f32[2,4] that are not in the window must be those of indices i32[3,1] but " +
        "the last, got [2] and [3]"
    )
    expect(failure(() => scatterAdd(f32(5, 4), i32(3, 1), f32(3), options))).toBe(
      "ShapeError: scatter_add: updates f32[3] must have 2 axes: 1 of indices i32[3,1] and 1 of the window"
    )
    expect(failure(() => scatter(f32(5, 4), i32(3, 1), f32(3, 5), options))).toBe(
      "IndexError: scatter: a window of 5 elements, axis 1 of updates f32[3,5], does not fit in axis 1 of f32[5,4]"
    )
    expect(failure(() => scatter(f32(5, 4), i32(3, 1), i32(3, 4), options))).toMatch(
      /^DTypeError: scatter: operands must have one dtype/
    )
  })
  it("has no derivative of products at indices that may meet", () => {
    const multiply = (updates: ReturnType<typeof f32>) =>
      scatterMul(f32(5, 4), i32(3, 1), updates, { dimensionNumbers: intoRows })
    expect(failure(() => jvp(multiply, [f32(3, 4)], [f32(3, 4)]))).toBe(
      "ArgumentError: scatter_mul: the derivative with respect to updates is only defined where indices are unique; pass " +
        "`uniqueIndices: true` if they are"
    )
  })
})
