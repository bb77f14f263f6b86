/**
 * Dynamic slices, gather and scatter.
 */
import { Lax, type NdArray } from "effax"
import { bool, distinct, f32, f64, i32, i8, points, whole } from "../inputs.ts"
import { entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

export const dynamic = [
  entry(
    "dynamicSlice",
    (x: X, i: X, j: X) => Lax.dynamicSlice(x, [i, j], [2, 3]),
    "lax.dynamic_slice(x, (y, z), (2, 3))",
    [
      [f32([4, 5]), points("int32", [1], []), points("int32", [2], [])],
      [f32([4, 5]), points("int32", [9], []), points("int32", [-1], [])],
      [f64([4, 5]), points("int32", [-9], []), points("int32", [1], [])],
      [i8([2, 3]), points("int32", [1], []), points("int32", [0], [])],
      [f32([4, 5]), points("int8", [-2], []), points("int8", [-128], [])],
      [f32([4, 5]), points("uint8", [255], []), points("uint8", [1], [])],
      [f32([4, 5]), points("uint32", [2 ** 32 - 1], []), points("uint32", [1], [])],
      [f32([4, 5]), points("int64", [2 ** 40], []), points("int64", [-(2 ** 40)], [])]
    ]
  ),
  entry(
    "dynamicSlice number",
    (x: X, i: X) => Lax.dynamicSlice(x, [i, 1], [2, 3]),
    "lax.dynamic_slice(x, (y.astype(jnp.int32), 1), (2, 3))",
    [
      [f32([4, 5]), points("uint8", [1], [])]
    ]
  ),
  entry(
    "dynamicSlice array",
    (x: X, i: X) => Lax.dynamicSlice(x, i, [2, 3]),
    "lax.dynamic_slice(x, y, (2, 3))",
    [[f32([4, 5]), points("int32", [1, -3], [2])]]
  ),
  entry(
    "dynamicSlice front",
    (x: X, i: X, j: X) => Lax.dynamicSlice(x, [i, j], [2, 3], { allowNegativeIndices: [false, true] }),
    "lax.dynamic_slice(x, (y, z), (2, 3), allow_negative_indices=[False, True])",
    [[f32([4, 5]), points("int32", [-1], []), points("int32", [-3], [])]]
  ),
  entry(
    "dynamicSliceInDim",
    (x: X, i: X) => Lax.dynamicSliceInDim(x, i, 2, { axis: 1 }),
    "lax.dynamic_slice_in_dim(x, y, 2, 1)",
    [[f32([2, 5]), points("int32", [-3], [])], [f32([2, 5]), points("uint8", [9], [])]]
  ),
  entry(
    "dynamicIndexInDim",
    (x: X, i: X) => Lax.dynamicIndexInDim(x, i, { axis: 1 }),
    "lax.dynamic_index_in_dim(x, y, 1)",
    [[f32([2, 5]), points("int32", [-3], [])]]
  ),
  entry(
    "dynamicIndexInDim keepdims=false",
    (x: X, i: X) => Lax.dynamicIndexInDim(x, i, { keepdims: false, allowNegativeIndices: false }),
    "lax.dynamic_index_in_dim(x, y, keepdims=False, allow_negative_indices=False)",
    [[f32([2, 5]), points("int32", [1], [])], [f32([2, 5]), points("int32", [-1], [])]]
  ),
  entry(
    "dynamicUpdateSliceInDim",
    (x: X, u: X, i: X) => Lax.dynamicUpdateSliceInDim(x, u, i, 1),
    "lax.dynamic_update_slice_in_dim(x, y, z, 1)",
    [[f32([2, 5]), f32([2, 2]), points("int32", [-2], [])]]
  ),
  entry(
    "dynamicUpdateIndexInDim",
    (x: X, u: X, i: X) => Lax.dynamicUpdateIndexInDim(x, u, i, 1),
    "lax.dynamic_update_index_in_dim(x, y, z, 1)",
    [
      [f32([2, 5]), f32([2]), points("int32", [3], [])],
      [f32([2, 5]), f32([2, 1]), points("int32", [-1], [])]
    ]
  ),
  entry(
    "dynamicUpdateSlice",
    (x: X, u: X, i: X, j: X) => Lax.dynamicUpdateSlice(x, u, [i, j]),
    "lax.dynamic_update_slice(x, y, (z, w))",
    [
      [f32([4, 5]), f32([2, 3]), points("int32", [1], []), points("int32", [2], [])],
      [f32([4, 5]), f32([2, 3]), points("int32", [9], []), points("int32", [-1], [])],
      [f64([4, 5]), f64([2, 3]), points("int32", [1], []), points("int32", [1], [])],
      [bool([4, 5]), bool([2, 3]), points("int32", [0], []), points("int32", [1], [])],
      [f32([4, 5]), f32([2, 3]), points("int64", [2 ** 40], []), points("int64", [-4], [])],
      [f32([4, 5]), f32([2, 3]), points("uint32", [2 ** 31], []), points("uint32", [2 ** 32 - 1], [])]
    ]
  )
]

const indices = points("int32", [0, 1, 2, 0, 5, 5, -1, 1], [4, 2])

export const gathers = (["clip", "fill", "promiseInBounds"] as const).map((mode) => {
  const inside = mode === "promiseInBounds"
  return entry(
    `gather ${mode}`,
    (x: X, i: X) =>
      Lax.gather(x, i, { offsetDims: [1, 2], collapsedSliceDims: [], startIndexMap: [0, 1] }, [2, 3], { mode }),
    `lax.gather(x, y, lax.GatherDimensionNumbers((1, 2), (), (0, 1)), (2, 3), mode='${
      inside ? "promise_in_bounds" : mode
    }')`,
    [
      [f32([4, 6]), inside ? points("int32", [0, 1, 2, 0, 1, 3], [3, 2]) : indices],
      [i32([4, 6]), inside ? points("int32", [0, 1, 2, 0, 1, 3], [3, 2]) : indices],
      [f64([4, 6]), i32([3, 2], whole(0, 2))]
    ],
    // what is filled in is NaN, whose derivative is 0
    { numeric: mode !== "fill" }
  )
})

export const batchedGather = entry(
  "gather batching",
  (x: X, i: X) =>
    Lax.gather(
      x,
      i,
      {
        offsetDims: [2],
        collapsedSliceDims: [1],
        startIndexMap: [1],
        operandBatchingDims: [0],
        startIndicesBatchingDims: [0]
      },
      [1, 1, 4],
      { mode: "clip" }
    ),
  "lax.gather(x, y, lax.GatherDimensionNumbers((2,), (1,), (1,), (0,), (0,)), (1, 1, 4), mode='clip')",
  [[f32([2, 3, 4]), i32([2, 5, 1], whole(0, 2))]]
)

export const scatters = (["scatter", "scatterAdd", "scatterSub", "scatterMul", "scatterMin", "scatterMax"] as const)
  .flatMap(
    (name) => {
      const python = name.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`)
      const dims = {
        updateWindowDims: [1],
        insertedWindowDims: [0],
        scatterDimsToOperandDims: [0],
        operandBatchingDims: [],
        scatterIndicesBatchingDims: []
      }
      const derivatives = ["scatterAdd", "scatterSub", "scatterMul"].includes(name) ? 2 : 1
      return [
        ...(["clip", "drop"] as const).map((mode) => {
          // JAX's derivative of an extreme at a place that was moved inside is infinite
          const far = mode === "clip" && derivatives === 1 && name !== "scatter" ? 3 : 9
          return entry(
            `${name} ${mode}`,
            (x: X, i: X, u: X) => Lax[name](x, i, u, dims, { mode, uniqueIndices: true }),
            `lax.${python}(x, y, z, lax.ScatterDimensionNumbers((1,), (0,), (0,)), unique_indices=True, mode='${mode}')`,
            [
              [f32([5, 3], distinct(0.2)), points("int32", [4, 0, 2], [3, 1]), f32([3, 3], distinct(0.33))],
              [f64([5, 3], distinct(0.2)), points("int32", [far, 0, 2], [3, 1]), f64([3, 3], distinct(0.33))],
              [i32([5, 3]), points("int32", [1, 7], [2, 1]), i32([2, 3])],
              ...(name === "scatter" ? [[bool([5, 3]), points("int32", [1, 3], [2, 1]), bool([2, 3])]] : [])
            ],
            { derivatives }
          )
        }),
        entry(
          `${name} batching`,
          (x: X, i: X, u: X) =>
            Lax[name](
              x,
              i,
              u,
              {
                updateWindowDims: [],
                insertedWindowDims: [1],
                scatterDimsToOperandDims: [1],
                operandBatchingDims: [0],
                scatterIndicesBatchingDims: [0]
              },
              { mode: "drop", uniqueIndices: true }
            ),
          `lax.${python}(x, y, z, lax.ScatterDimensionNumbers((), (1,), (1,), (0,), (0,)), unique_indices=True, mode='drop')`,
          [[f32([2, 5], distinct(0.2)), points("int32", [4, 0, 2, 1], [2, 2, 1]), f32([2, 2], distinct(0.33))]],
          { derivatives }
        )
      ]
    }
  )
