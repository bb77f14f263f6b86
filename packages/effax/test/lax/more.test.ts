import { describe, expect, it } from "@effect/vitest"
import { Lax, NdArray, Numpy as np, vmap } from "effax"

const layouts = ["NHWC", "HWIO", "NHWC"] as const

describe("shapes of convolutions, as JAX 0.10.2 has them", () => {
  it.each<[expected: unknown, actual: () => unknown]>([
    [[2, 5, 5, 8], () => Lax.convShapeTuple([2, 3, 9, 8], [5, 3, 3, 4], [2, 1], "SAME")],
    [[2, 5, 4, 3], () => Lax.convShapeTuple([2, 3, 9, 8], [5, 3, 3, 4], [2, 3], [[1, 0], [2, 2]])],
    [[2, 5, 0, 0], () => Lax.convShapeTuple([2, 3, 2, 2], [5, 3, 3, 4], [1, 1], "VALID")],
    [
      [2, 5, 5, 4],
      () => Lax.convGeneralShapeTuple([2, 9, 8, 3], [3, 4, 3, 5], [2, 1], "VALID", ["NHWC", "HWIO", "NCWH"])
    ],
    [
      [2, 18, 24, 5],
      () => Lax.convTransposeShapeTuple([2, 9, 8, 3], [3, 4, 5, 3], [2, 3], "SAME", ["NHWC", "HWOI", "NHWC"])
    ],
    [
      [2, 19, 25, 5],
      () => Lax.convTransposeShapeTuple([2, 9, 8, 3], [3, 4, 5, 3], [2, 3], "VALID", ["NHWC", "HWOI", "NHWC"])
    ],
    [
      [2, 18, 20, 5],
      () => Lax.convTransposeShapeTuple([2, 9, 8, 3], [3, 4, 5, 3], [2, 3], [[1, 2], [0, 1]], ["NHWC", "HWOI", "NHWC"])
    ],
    [[[0, 3, 2, 1], [3, 2, 0, 1], [2, 0, 1, 3]], () => Lax.convGeneralPermutations(["NWHC", "HWIO", "CHNW"])],
    [[5, 4], () => Lax.reduceWindowShapeTuple([7, 5], [2, 3], [1, 2], [[1, 0], [0, 0]], [1, 2], [3, 1])],
    [[0], () => Lax.reduceWindowShapeTuple([1], [3], [2], [[0, 0]], null, null)]
  ])("%j", (expected, actual) => {
    expect(actual()).toEqual(expected)
  })
})

const x = np.ones([3, 2])
const groups = np.array([1n, 2n])
const along = (f: (x: NdArray.Any) => NdArray.Any) => vmap(f, { axisName: "i" })(x)

describe("refused", () => {
  it.each<[message: string, call: () => unknown]>([
    ["mulhi: expected integers, got float32", () => Lax.mulhi(x, x)],
    ["reducePrecision: expected floating-point numbers, got int32", () => Lax.reducePrecision(groups, 5, 2)],
    ["reducePrecision: exponentBits must be a whole number from 1 up, got 0", () => Lax.reducePrecision(x, 0, 2)],
    ["reducePrecision: mantissaBits must be a whole number from 0 up, got -1", () => Lax.reducePrecision(x, 5, -1)],
    [
      "convShapeTuple: windowStrides must have one entry for each of 2 axes, got [1]",
      () => Lax.convShapeTuple([2, 3, 9, 8], [5, 3, 3, 4], [1], "SAME")
    ],
    [
      "convGeneralShapeTuple: padding must have one entry for each of 2 axes, got [[0,0]]",
      () => Lax.convGeneralShapeTuple([2, 9, 8, 3], [3, 4, 3, 5], [1, 1], [[0, 0]], layouts)
    ],
    [
      "reduceWindowShapeTuple: windowDimensions must have one entry for each of 1 axes, got [1,2]",
      () => Lax.reduceWindowShapeTuple([3], [1, 2], [1], [[0, 0]], null, null)
    ],
    [
      "convGeneralDilatedPatches: filterShape [2] must have one size for each spatial axis of [1, 1, 3, 3]",
      () => Lax.convGeneralDilatedPatches(np.ones([1, 1, 3, 3]), [2], [1, 1], "VALID")
    ],
    ["raggedDot: groupSizes must be integers, got float32", () => Lax.raggedDot(x, np.ones([2, 2, 4]), np.ones([2]))],
    [
      "raggedDot: there are 2 group sizes, but axis 0 of f32[5,2,4] has 5 groups",
      () => Lax.raggedDot(x, np.ones([5, 2, 4]), groups)
    ],
    [
      "raggedDotGeneral: the ragged axis is free, so that rhsGroupDimensions must name the axis of groups",
      () =>
        Lax.raggedDotGeneral(x, np.ones([2, 2, 4]), groups, {
          dotDimensionNumbers: [[[1], [1]], [[], []]],
          lhsRaggedDimensions: [0],
          rhsGroupDimensions: []
        })
    ],
    [
      "raggedDotGeneral: the ragged axis is contracted, so that the right has no axis of groups",
      () =>
        Lax.raggedDotGeneral(x, x, groups, {
          dotDimensionNumbers: [[[0], [0]], [[], []]],
          lhsRaggedDimensions: [0],
          rhsGroupDimensions: [1]
        })
    ],
    [
      "raggedDotGeneral: lhsRaggedDimensions must be one axis of f32[3,2], got [2]",
      () =>
        Lax.raggedDotGeneral(x, x, groups, {
          dotDimensionNumbers: [[[0], [0]], [[], []]],
          lhsRaggedDimensions: [2],
          rhsGroupDimensions: []
        })
    ],
    [
      "raggedDot: groupSizes must be [groups] or",
      () => Lax.raggedDot(x, np.ones([2, 2, 4]), np.array([[1n, 2n], [1n, 2n]]))
    ],
    ["broadcastLike: [3, 2] can't be broadcast to [2]", () => Lax.broadcastLike(x, np.ones([2]))],
    [
      "indexTake: indices must be a vector for each of the 2 axes, got i32[2]",
      () => Lax.indexTake(x, [groups], [0, 1])
    ],
    ["approxMinK: k must be an integer from 0 to 2, the length of axis 1, got 3", () => Lax.approxMinK(x, 3)],
    ["pbroadcast: 3 is not an index of an axis of size 3", () => along((row) => Lax.pbroadcast(row, "i", 3))],
    [
      "raggedAllToAll: inputOffsets must be a vector with as many slices for each of the 3 indices of the axis",
      () => along((row) => Lax.raggedAllToAll(row, row, groups, groups, groups, groups, "i"))
    ]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
