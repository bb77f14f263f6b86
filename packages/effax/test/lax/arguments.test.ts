/**
 * Arguments that the functions of Lax refuse, and their messages. Unknown options are tried in `options.test.ts`.
 */
import { describe, expect, it } from "@effect/vitest"
import { Lax, type NdArray, Numpy as np } from "effax"

type Loose = (...args: ReadonlyArray<unknown>) => unknown

const x = np.array([[1, 2, 3], [4, 5, 6]])
const v = np.array([1, 2, 3])
const ints = np.array([1n, 2n, 3n])
const image = np.ones([1, 5, 1])
const kernel = np.ones([3, 1, 1])

const refuses = (cases: ReadonlyArray<readonly [f: unknown, args: ReadonlyArray<unknown>, message: string]>): void => {
  it.each(cases)("%#: %s", (f, args, message) => {
    expect(() => (f as Loose)(...args)).toThrow(message)
  })
}

describe("operands", () => {
  refuses([
    [Lax.add, [v, ints], "add: operands must have one dtype, got float32, int32"],
    [Lax.add, [x, v], "add: operands must have one shape, but for axes of length 1 and scalars, got f32[2,3], f32[3]"],
    [Lax.add, [x, np.ones([2, 2])], "add: operands must have one shape"],
    [Lax.add, [v, [1, 2, 3]], "add: expected an array or a number, got a list; make an array of it with `np.array`"],
    [Lax.sin, ["1"], "sin: expected an array or a number, got \"1\""],
    [Lax.sin, [ints], "sin: dtype int32 is not allowed"],
    [Lax.bitwiseAnd, [np.array([true]), 5], "bitwiseAnd: the number 5 does not fit an array of bool"],
    [Lax.select, [true, v, ints], "select_n: operands must have one dtype, got"],
    [Lax.selectN, [np.array([0n])], "select_n: 0 cases for a selector of int32"],
    [Lax.integerPow, [v, v], "integerPow: the exponent must be a whole number, got an array; use `Lax.pow`"],
    [Lax.integerPow, [v, 0.5], "integer_pow: the exponent must be an integer"],
    [Lax.round, [v, { roundingMethod: "up" }], "round: unknown roundingMethod \"up\"; it is one of \"awayFromZero\""],
    [
      Lax.round,
      [v, "toNearestEven"],
      "round: expected an object of options, got \"toNearestEven\"; write { roundingMethod"
    ],
    [Lax.cumlogsumexp, [ints], "cumlogsumexp: expected floating-point elements, got int32"]
  ])
})

describe("dtypes and shapes", () => {
  refuses([
    [Lax.convertElementType, [v, "f64"], "convertElementType: unknown dtype \"f64\"; did you mean \"float64\"?"],
    [Lax.convertElementType, [1.5, "int32"], "convertElementType: the number 1.5 does not fit an array of int32"],
    [Lax.bitcastConvertType, [np.ones([3], { dtype: "uint8" }), "float32"], "4 elements of uint8 make one of float32"],
    [Lax.bitcastConvertType, [np.array([true]), "int32"], "bitcast_convert_type: bool and int32 differ in width"],
    [Lax.iota, ["int32", 2.5], "iota: size must be a whole number, got 2.5"],
    [Lax.iota, ["int33", 2], "iota: unknown dtype \"int33\"; did you mean \"int32\"?"],
    [Lax.iota, ["int8", 200], "iota: int8 has no values for the 200 positions"],
    [Lax.full, [3, 0], "full: "],
    [Lax.full, [[2], 300, { dtype: "int8" }], "full: the number 300 does not fit an array of int8"],
    [Lax.broadcast, [v, [-1]], "broadcast: sizes [-1] has -1 at axis 0"],
    [
      Lax.broadcastInDim,
      [v, [3, 2], [1]],
      "cannot broadcast f32[3] to [3, 2] along axes [1]: axis 0 has 3, expected 1 or 2"
    ],
    [Lax.broadcastShapes, [[2, 3], [4]], "broadcastShapes: "],
    [Lax.reshape, [v, [-1]], "reshape: shape [-1] has -1 at axis 0"],
    [Lax.reshape, [x, [6], { dimensions: [0, 0] }], "has axis 0 twice"],
    [Lax.collapse, [x, 2], "collapse: axis 2 is out of"],
    [Lax.collapse, [x, 1, { stopDimension: 1 }], "collapse: the stopDimension 1 must be behind the startDimension 1"],
    [Lax.expandDims, [v, 0], "expandDims: dimensions must be a list, got 0"],
    [Lax.expandDims, [v, [3]], "expandDims: axis 3 is out of"],
    [Lax.squeeze, [x, [0]], "squeeze: dimensions [0] must have the length 1, but axis 0 of f32[2,3] has 2"],
    [Lax.transpose, [x, [-1, 0]], "transpose: permutation has axis -1"],
    [Lax.rev, [x, [2]], "rev: dimensions has axis 2, but the axes of f32[2,3] go from 0 to 1"],
    [Lax.tile, [x, [2]], "tile: reps [2] must have one entry for each axis of f32[2,3]"]
  ])
})

describe("parts", () => {
  refuses([
    [Lax.slice, [v, [0], [4]], "slice: [0, 4) is not a range of axis 0 of f32[3]"],
    [Lax.slice, [v, [0], [3], [2]], "slice: expected an object of options, got a list; write { strides: [2] }"],
    [Lax.sliceInDim, [v, -4, null], "slice: [-1, 3) is not a range of axis 0"],
    [Lax.indexInDim, [v, 3], "indexInDim: index 3 is out of range for axis 0 of f32[3], which has 3 elements"],
    [Lax.split, [v, [1, 1]], "split: sizes [1, 1] add up to 2, but axis 0 of f32[3] has 3 elements"],
    [Lax.concatenate, [[], 0], "concatenate: needs at least one array, got an empty list"],
    [Lax.concatenate, [v, 0], "concatenate: operands must be a list, got an array"],
    [Lax.concatenate, [[v, ints], 0], "concatenate: operands must have one dtype, got float32, int32"],
    [Lax.stack, [[]], "stack: needs at least one array"],
    [Lax.pad, [v, np.array(0n), [[0, 0, 0]]], "pad: operands must have one dtype"],
    [Lax.pad, [v, 0, [[0, 0]]], "pad: an entry of paddingConfig is [low, high, interior], got [0,0]"],
    [Lax.dynamicSlice, [v, 0, [1]], "dynamicSlice: starts must be a list, or an array of one axis, got"],
    [Lax.dynamicSlice, [v, [0, 0], [1]], "dynamicSlice: starts must have one entry for each of the 1 axis"],
    [Lax.dynamicSlice, [v, [0.5], [1]], "dynamicSlice: the start of axis 0 must be an integer, got 0.5"],
    [Lax.dynamicSlice, [v, [0], [1], { allowNegativeIndices: [] }], "allowNegativeIndices must have one entry"],
    [Lax.dynamicSliceInDim, [v, 0, 4], "a window of [4] does not fit in f32[3]"],
    [Lax.dynamicIndexInDim, [v, 0, { axis: 1 }], "dynamicIndexInDim: axis 1 is out of"],
    [Lax.dynamicUpdateSliceInDim, [v, ints, 0, 0], "operands must have one dtype"],
    [Lax.gather, [x, np.array([[0n]]), undefined, [1, 3]], "gather: dimensionNumbers are missing"],
    [
      Lax.gather,
      [x, np.array([[0n]]), { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }, [1, 3], { mode: "wrap" }],
      "gather: unknown mode \"wrap\"; it is one of \"fill\", \"drop\", \"clip\", \"promiseInBounds\""
    ],
    [
      Lax.scatterAdd,
      [x, np.array([[0n]]), ints, { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }],
      "scatter_add: operands must have one dtype, got float32, int32"
    ]
  ])
})

describe("reductions and order", () => {
  const never = () => "no array"
  refuses([
    [Lax.reduceSum, [x, 0], "axes must be a list, got 0"],
    [Lax.reduceSum, [x, [-1]], "reduce_sum: axes has axis -1"],
    [Lax.argmax, [v, 0], "argmax: unknown dtype undefined"],
    [Lax.argmax, [v, 1, "int32"], "argmax: axes has axis 1"],
    [Lax.cumsum, [v, 0], "cumsum: expected an object of options, got 0; write { axis: 0 }"],
    [Lax.cumsum, [v, { axis: -1 }], "cumsum: axis has axis -1"],
    [Lax.sort, [v, 0], "sort: expected an object of options, got 0; write { dimension: 0 }"],
    [Lax.sort, [[v, x]], "sort: all arrays must have one shape"],
    [Lax.sort, [[v], { numKeys: 2 }], "sort: numKeys must be from 1 to the number of arrays, 1, got 2"],
    [Lax.sortKeyVal, [v, x], "sort: all arrays must have one shape"],
    [Lax.topK, [v, 4], "topK: k must be an integer from 0 to 3"],
    [Lax.reduce, [v, 0, null, [0]], "reduce: computation must be a function, got"],
    [Lax.reduce, [v, 0, never, [0]], "reduce: result of computation is the string \"no array\""],
    [
      Lax.reduce,
      [v, 0, (a: NdArray.Any) => np.greater(a, 0), [0]],
      "reduce: computation must give a scalar of float32, but gives bool[]"
    ],
    [Lax.reduce, [v, [0], Lax.add, [0]], "reduce: initial values must have the structure of the operands"],
    [
      Lax.reduce,
      [v, np.array(0n, { dtype: "int8" }), Lax.add, [0]],
      "scalars of the dtypes of the operands, got i8[] for f32[3]"
    ],
    [Lax.reduce, [v, v, Lax.add, [0]], "initial values must be scalars of the dtypes of the operands, got f32[3]"],
    [
      Lax.reduce,
      [[v, x], [0, 0], (a: unknown) => a, [0]],
      "reduce: operands must have one shape, got f32[3] and f32[2,3] at [1]"
    ],
    [Lax.reduce, [v, 0, Lax.add, [1]], "reduce: dimensions has axis 1"],
    [Lax.reduceWindow, [v, 0, Lax.add, [0]], "reduceWindow: windowDimensions [0] must be 1 or more"],
    [
      Lax.reduceWindow,
      [v, 0, Lax.add, [2, 2]],
      "reduceWindow: windowDimensions must have one entry for each of the 1 axis"
    ],
    [Lax.reduceWindow, [v, 0, Lax.add, [2], { padding: "FULL" }], "reduceWindow: padding must be \"SAME\""],
    [Lax.reduceWindow, [v, 0, Lax.add, [2], { padding: [[-2, -2]] }], "crops axis 0 of f32[3] to less than nothing"],
    [Lax.reduceWindow, [v, 0, Lax.add, [2], { windowStrides: 2 }], "reduceWindow: windowStrides must be a list, got 2"]
  ])
})

describe("contractions and convolutions", () => {
  const numbers = { lhsContracting: [1], rhsContracting: [0] }
  const plain = { dimensionNumbers: ["NWC", "WIO", "NWC"] }
  refuses([
    [
      Lax.dotGeneral,
      [x, v, [[1], [0]]],
      "as lists are [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]], got [[1],[0]]"
    ],
    [Lax.dotGeneral, [x, v, numbers, "float32"], "expected an object of options, got \"float32\""],
    [
      Lax.dotGeneral,
      [x, v, numbers, { precision: "float32" }],
      "dotGeneral: unknown precision \"float32\"; it is one of"
    ],
    [Lax.dotGeneral, [x, v, numbers, { precision: ["high", "low"] }], "dotGeneral: unknown precision \"low\""],
    [Lax.dotGeneral, [x, v, numbers, { preferredElementType: "f16" }], "dotGeneral: unknown dtype \"f16\""],
    [
      Lax.dotGeneral,
      [x, v, numbers, { preferredElementType: "int32" }],
      "dot_general: preferredElementType int32 can't hold"
    ],
    [
      Lax.dot,
      [np.ones([2, 2, 2]), v],
      "dot: without dimensionNumbers both operands are vectors or matrices, got f32[2,2,2]"
    ],
    [Lax.dot, [v, x], "dot_general: contracting axis 0 of f32[3] has 3 elements"],
    [Lax.batchMatmul, [x, v], "batchMatmul: both operands must have the same number of axes, 2 or more"],
    [Lax.convGeneralDilated, [image, kernel], "convGeneralDilated: windowStrides must be a list, got undefined"],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1]],
      "convGeneralDilated: padding must be \"SAME\", \"SAME_LOWER\" or \"VALID\""
    ],
    [Lax.convGeneralDilated, [image, kernel, [1], "FULL", plain], "padding must be"],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1], "SAME", { dimensionNumbers: ["NWC", "WIX", "NWC"] }],
      "the kernel's spatial axis X is missing"
    ],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1], "SAME", { dimensionNumbers: ["WXC", "WIO", "NWC"] }],
      "the letters N and C are needed"
    ],
    [Lax.convGeneralDilated, [image, kernel, [1], "SAME", { dimensionNumbers: ["NWC", "WIO"] }], "three of them"],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1], "SAME", { dimensionNumbers: ["NHWC", "WIO", "NWC"] }],
      "a letter for each of the 3 axes"
    ],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1], "SAME", { ...plain, lhsDilation: [2] }],
      "with an lhsDilation, padding must be [low, high] for each spatial axis"
    ],
    [
      Lax.convGeneralDilated,
      [image, kernel, [1, 1], "SAME", plain],
      "windowStrides [1, 1] and rhsDilation [1, 1] must have"
    ],
    [Lax.conv, [image, kernel, [1], [[0, 0]]], "conv: padding must be \"SAME\""],
    [Lax.convTranspose, [image, kernel, [1], "SAME_LOWER"], "convTranspose: padding must be \"SAME\" or \"VALID\""],
    [
      Lax.convTranspose,
      [np.ones([1, 1, 1, 1, 1, 1]), np.ones([1, 1, 1, 1, 1, 1]), [1, 1, 1, 1], "SAME"],
      "convTranspose: dimensionNumbers must be given for operands of other than 2 to 5 axes"
    ],
    [
      Lax.padtypeToPads,
      [[5], [3, 3], [1], "SAME"],
      "padtypeToPads: windowShape must have one entry for each of the 1 axes, got 2"
    ],
    [Lax.convDimensionNumbers, [[1, 2, 3], [1, 2, 3], ["NCW", "OIW"]], "convDimensionNumbers: dimensionNumbers"]
  ])
})

describe("values that are not arrays", () => {
  it("are JAX's", () => {
    expect(Lax.broadcastShapes([2, 1], [3], [])).toEqual([2, 3])
    // lax.padtype_to_pads((5, 6, 7), (3, 4, 2), (1, 2, 3), "SAME" | "SAME_LOWER" | "VALID")
    const pads = (padding: "SAME" | "SAME_LOWER" | "VALID") =>
      Lax.padtypeToPads([5, 6, 7], [3, 4, 2], [1, 2, 3], padding)
    expect(pads("SAME")).toEqual([[1, 1], [1, 1], [0, 1]])
    expect(pads("SAME_LOWER")).toEqual([[1, 1], [1, 1], [1, 0]])
    expect(pads("VALID")).toEqual([[0, 0], [0, 0], [0, 0]])
    // lax.conv_dimension_numbers((1, 2, 3, 4), (3, 3, 4, 5), ("NHWC", "HWIO", "NHWC"))
    expect(Lax.convDimensionNumbers([1, 2, 3, 4], [3, 3, 4, 5], ["NHWC", "HWIO", "NHWC"])).toEqual({
      lhsSpec: [0, 3, 1, 2],
      rhsSpec: [3, 2, 0, 1],
      outSpec: [0, 3, 1, 2]
    })
  })
})
