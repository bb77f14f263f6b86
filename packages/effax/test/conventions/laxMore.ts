/** How operators of Lax that are made of others take their arguments. */
import { Numpy as np } from "effax"
import { type Conventions, elsewhere, only, several } from "./convention.ts"

const x = np.ones([3, 2])
const image = np.ones([1, 1, 3])
const layouts = ["NWC", "WIO", "NWC"]
const named = elsewhere("needs a named axis; lax/more.test.ts and the table of operations")

export const laxMore = {
  approxMaxK: only(x, 1),
  approxMinK: only(x, 1),
  broadcastLike: only(x, x),
  convGeneralDilatedLocal: only(image, np.ones([1, 1, 3]), [1], "VALID", [1]),
  convGeneralDilatedPatches: only(image, [2], [1], "VALID"),
  convGeneralPermutations: only(layouts),
  convGeneralShapeTuple: only([1, 3, 1], [2, 1, 1], [1], "VALID", layouts),
  convShapeTuple: only([1, 1, 3], [1, 1, 2], [1], "VALID"),
  convTransposeShapeTuple: only([1, 3, 1], [2, 1, 1], [1], "VALID", layouts),
  empty: only([2], "float32"),
  indexTake: only(x, [np.array([0n])], [0]),
  mulhi: only(np.array([1n]), np.array([2n])),
  pbroadcast: named,
  pswapaxes: named,
  raggedAllToAll: named,
  raggedDot: only(np.ones([3, 2]), np.ones([1, 2, 2]), np.array([3n])),
  raggedDotGeneral: several(np.ones([3, 2]), np.ones([1, 2, 2]), np.array([3n]), {
    dotDimensionNumbers: [[[1], [1]], [[], []]],
    lhsRaggedDimensions: [0],
    rhsGroupDimensions: [0]
  }),
  reducePrecision: only(x, 5, 2),
  reduceWindowShapeTuple: only([3], [2], [1], [[0, 0]], null, null),
  scatterApply: several(np.ones([3]), np.array([[1n]]), (e: unknown) => e, {
    updateWindowDims: [],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0]
  })
} satisfies Conventions
