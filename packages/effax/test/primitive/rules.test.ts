import * as Aval from "effax/Aval"
import { isInexact } from "effax/DType"
import type * as NdArray from "effax/NdArray"
import { describe, expect, it } from "vitest"
import * as node from "../../src/internal/graph/node.ts"
import type { OrZero } from "../../src/Primitive.ts"
import { dotGeneral } from "../../src/primitive/contraction.ts"
import { convGeneralDilated } from "../../src/primitive/convolution.ts"
import { cummax, cummin, cumprod, cumsum } from "../../src/primitive/cumulative.ts"
import {
  dynamicSlice,
  dynamicUpdateSlice,
  gather,
  scatter,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterMul
} from "../../src/primitive/indexing.ts"
import { threefry2x32 } from "../../src/primitive/random.ts"
import {
  argmax,
  argmin,
  reduceAnd,
  reduceMax,
  reduceMin,
  reduceOr,
  reduceProd,
  reduceSum
} from "../../src/primitive/reduction.ts"
import { type PrimitiveName, primitives } from "../../src/primitive/registry.ts"
import { sort } from "../../src/primitive/sort.ts"
import { broadcastInDim, concatenate, pad, reshape, rev, slice, transpose } from "../../src/primitive/structural.ts"
import { array, f32, i32, typeOf } from "./support.ts"

const u32 = (...shape: ReadonlyArray<number>) => array("uint32", ...shape)
const f16 = (...shape: ReadonlyArray<number>) => array("float16", ...shape)

const dimensionNumbers = {
  updateWindowDims: [1, 3],
  insertedWindowDims: [],
  scatterDimsToOperandDims: [1],
  operandBatchingDims: [0],
  scatterIndicesBatchingDims: [1]
}
const windows = {
  offsetDims: [1, 3],
  collapsedSliceDims: [],
  startIndexMap: [1],
  operandBatchingDims: [0],
  startIndicesBatchingDims: [1]
}
const scatterOperands = () => [f32(3, 5, 4), i32(2, 3, 1), f32(2, 2, 3, 4)] as const
const matmul = { lhsContracting: [2, 0], rhsContracting: [0, 3], lhsBatch: [1], rhsBatch: [2] }
const conv = {
  windowStrides: [2, 1],
  padding: [[1, 2], [-1, 0]],
  lhsDilation: [1, 2],
  rhsDilation: [2, 1],
  dimensionNumbers: { lhsSpec: [0, 3, 1, 2], rhsSpec: [3, 2, 0, 1], outSpec: [2, 0, 1, 3] }
} as const
const padding = [[1, -1, 2], [0, 3, 0]] as const

/** Applications of each primitive that is not elementwise; the graph knows its operands. */
const samples: { readonly [N in PrimitiveName]?: () => ReadonlyArray<NdArray.Any> } = {
  broadcast_in_dim: () => [broadcastInDim(f32(3, 1), [2, 3, 4], [1, 2]), broadcastInDim(f16(), [2, 3], [])],
  reshape: () => [reshape(f32(2, 6), [3, 4])],
  transpose: () => [transpose(f32(2, 3, 4), [2, 0, 1])],
  rev: () => [rev(f32(2, 3), [1])],
  concatenate: () => [concatenate([f16(2, 3), f16(2, 1), f16(2, 2)], 1)],
  pad: () => [pad(f16(4, 2), f16(), padding)],
  slice: () => [slice(f16(5, 7), [1, 0], [4, 7], [2, 3])],
  dynamic_slice: () => [dynamicSlice(f16(5, 6), [i32(), i32()], [2, 3])],
  dynamic_update_slice: () => [dynamicUpdateSlice(f16(5, 6), f16(2, 3), [i32(), i32()])],
  gather: () => [gather(f16(3, 5, 4), i32(2, 3, 1), { dimensionNumbers: windows, sliceSizes: [1, 2, 4] })],
  scatter: () => [
    scatter(...scatterOperands(), { dimensionNumbers }),
    scatter(...scatterOperands(), { dimensionNumbers, uniqueIndices: true, mode: "clip" })
  ],
  scatter_add: () => [scatterAdd(...scatterOperands(), { dimensionNumbers })],
  scatter_mul: () => [scatterMul(...scatterOperands(), { dimensionNumbers, uniqueIndices: true })],
  scatter_min: () => [scatterMin(...scatterOperands(), { dimensionNumbers })],
  scatter_max: () => [scatterMax(...scatterOperands(), { dimensionNumbers, mode: "promiseInBounds" })],
  reduce_sum: () => [reduceSum(f16(2, 3, 4), [2, 0])],
  reduce_prod: () => [reduceProd(f16(2, 3, 4), [2, 0]), reduceProd(f32(2, 0), [1]), reduceProd(f32(2, 1), [1])],
  reduce_max: () => [reduceMax(f16(2, 3, 4), [2, 0])],
  reduce_min: () => [reduceMin(f16(2, 3, 4), [1])],
  reduce_and: () => [reduceAnd(i32(2, 3), [1])],
  reduce_or: () => [reduceOr(array("bool", 2, 3), [0])],
  argmax: () => [argmax(f32(2, 3), 1)],
  argmin: () => [argmin(f32(2, 3), 0, "uint8")],
  cumsum: () => [cumsum(f16(2, 5), 1, true)],
  cumprod: () => [cumprod(f16(2, 5), 1)],
  cummax: () => [cummax(f16(2, 5), 0)],
  cummin: () => [cummin(f16(2, 1), 1, true)],
  sort: () => sort([i32(2, 3), f16(2, 3), f32(2, 3)], { dimension: 1, numKeys: 2 }),
  dot_general: () => [
    dotGeneral(f16(3, 2, 4, 5), f16(4, 6, 2, 3), matmul),
    dotGeneral(f16(3, 2, 4, 5), f16(4, 6, 2, 3), matmul, "float32")
  ],
  conv_general_dilated: () => [
    convGeneralDilated(f16(2, 5, 4, 3), f16(2, 2, 3, 4), conv),
    convGeneralDilated(f16(2, 5, 4, 4), f16(2, 2, 2, 6), {
      ...conv,
      featureGroupCount: 2,
      preferredElementType: "float32"
    }),
    convGeneralDilated(f16(4, 5, 4, 3), f16(2, 2, 3, 4), { ...conv, batchGroupCount: 2 })
  ],
  threefry2x32: () => [...threefry2x32(u32(), u32(), u32(2, 3), u32(2, 3))]
}

const applicationOf = (x: NdArray.Any): node.Application => {
  const { source } = node.nodeOf(x)
  if (source._tag !== "Apply") throw new Error("not an application")
  return source.application
}

const like = (x: Aval.Aval): NdArray.Any => array(x.dtype, ...x.shape)
const tangentOf = (x: Aval.Aval): OrZero => isInexact(x.dtype) ? like(x) : undefined
const typesOf = (xs: ReadonlyArray<OrZero>) => xs.map((x) => x === undefined ? "0" : typeOf(x))
const subsets = (n: number) =>
  Array.from({ length: 2 ** n - 1 }, (_, mask) => Array.from({ length: n }, (_, i) => ((mask + 1) >> i & 1) === 1))

describe.each(Object.entries(samples))("%s", (name, make) => {
  const applications = make().map(applicationOf)

  it("is the primitive of its name", () => {
    for (const { primitive } of applications) {
      expect(primitive.name).toBe(name)
      expect(primitives[name as PrimitiveName]).toBe(primitive)
    }
  })

  it("has tangents of the type of its results, whichever operands have one", () => {
    for (const { inputs, outputs, params, primitive } of applications) {
      for (const chosen of subsets(inputs.length)) {
        const tangents = inputs.map((x, i) => chosen[i] ? tangentOf(x) : undefined)
        if (tangents.every((t) => t === undefined)) continue
        primitive.jvp!({ primals: inputs, outputs, tangents, params }).forEach((tangent, i) => {
          if (tangent !== undefined) expect(typeOf(tangent)).toBe(typeOf(outputs[i]!))
        })
      }
    }
  })

  it("has cotangents of the type of its operands, for those that are asked for", () => {
    for (const { inputs, outputs, params, primitive } of applications) {
      if (primitive.linear === undefined) continue
      for (const chosen of subsets(inputs.length)) {
        const linear = inputs.map((x, i) => chosen[i]! && isInexact(x.dtype))
        if (!linear.includes(true)) continue
        const results = primitive.linear.transpose({ cotangents: outputs.map(like), inputs, linear, params })
        expect(typesOf(results.filter((_, i) => linear[i]))).toEqual(typesOf(inputs.filter((_, i) => linear[i])))
      }
    }
  })

  it.each([3, 1, 0])("has the batch of %d as axis 0 of its results, whichever operands are batched", (size) => {
    for (const { inputs, outputs, params, primitive } of applications) {
      for (const batched of subsets(inputs.length)) {
        const operands = inputs.map((x, i) => batched[i] ? like(Aval.make(x.dtype, [size, ...x.shape])) : x)
        const result = primitive.batch({ inputs: operands, batched, size, axisName: undefined, params })
        expect(result.batched).toEqual(outputs.map(() => true))
        expect(typesOf(result.outputs)).toEqual(outputs.map((x) => Aval.format(Aval.make(x.dtype, [size, ...x.shape]))))
      }
    }
  })
})

it("every primitive is registered under its own name", () => {
  expect(Object.entries(primitives).map(([, primitive]) => primitive.name)).toEqual(Object.keys(primitives))
})
