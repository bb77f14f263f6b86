/**
 * Shapes: padding, slicing, broadcasting.
 */
import { Lax, type NdArray } from "effax"
import { bf16, bool, f32, f64, i32, i8, u8 } from "../inputs.ts"
import { entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

export const structural = [
  entry(
    "broadcastInDim",
    (x: X) => Lax.broadcastInDim(x, [4, 2, 3], [1, 2]),
    "lax.broadcast_in_dim(x, (4, 2, 3), (1, 2))",
    [[f32([2, 3])], [f32([1, 3])], [i8([2, 1])]]
  ),
  entry("broadcastInDim inner", (x: X) => Lax.broadcastInDim(x, [2, 3], [0]), "lax.broadcast_in_dim(x, (2, 3), (0,))", [
    [f32([2])],
    [bool([1])]
  ]),
  entry("pad", (x: X, v: X) => Lax.pad(x, v, [[1, 2, 0], [0, 1, 2]]), "lax.pad(x, y, ((1, 2, 0), (0, 1, 2)))", [
    [f32([2, 3]), f32([])],
    [f64([2, 1]), f64([])],
    [i32([2, 3]), i32([])],
    [f32([0, 3]), f32([])]
  ]),
  entry(
    "pad negative",
    (x: X, v: X) => Lax.pad(x, v, [[-1, 2, 1], [2, -1, 0]]),
    "lax.pad(x, y, ((-1, 2, 1), (2, -1, 0)))",
    [[f32([4, 3]), f32([])]]
  ),
  entry("pad crop", (x: X, v: X) => Lax.pad(x, v, [[-1, -1, 0]]), "lax.pad(x, y, ((-1, -1, 0),))", [
    [f32([5]), f32([])],
    [bool([5]), bool([])]
  ]),
  entry("slice", (x: X) => Lax.slice(x, [1, 0], [5, 3], { strides: [2, 2] }), "lax.slice(x, (1, 0), (5, 3), (2, 2))", [
    [f32([6, 4])],
    [bf16([6, 4])],
    [u8([5, 3])]
  ]),
  entry("slice plain", (x: X) => Lax.slice(x, [1, 0], [3, 2]), "lax.slice(x, (1, 0), (3, 2))", [[f32([6, 4])]]),
  entry("rev", (x: X) => Lax.rev(x, [0, 2]), "lax.rev(x, (0, 2))", [[f32([2, 3, 4])]]),
  entry("concatenate", (x: X, y: X) => Lax.concatenate([x, y, x], 1), "lax.concatenate([x, y, x], 1)", [[
    f32([2, 3]),
    f32([2, 1])
  ]]),
  entry("reshape", (x: X) => Lax.reshape(x, [3, 2]), "lax.reshape(x, (3, 2))", [[f32([2, 3])]]),
  entry("broadcast", (x: X) => Lax.broadcast(x, [2, 3]), "lax.broadcast(x, (2, 3))", [[f32([4])], [i8([])]]),
  entry("broadcastToRank", (x: X) => Lax.broadcastToRank(x, 2), "lax.broadcast_to_rank(x, 2)", [
    [f32([3])],
    [f32([])],
    [f32([1, 2, 3])]
  ]),
  entry(
    "reshape dimensions",
    (x: X) => Lax.reshape(x, [3, 4], { dimensions: [2, 0, 1] }),
    "lax.reshape(x, (3, 4), (2, 0, 1))",
    [
      [f32([2, 2, 3])]
    ]
  ),
  entry("collapse", (x: X) => Lax.collapse(x, 1), "lax.collapse(x, 1)", [[f32([2, 3, 2])]]),
  entry(
    "collapse to",
    (x: X) => Lax.collapse(x, -3, { stopDimension: -1 }),
    "lax.collapse(x, -3, -1)",
    [[f32([2, 3, 2])]]
  ),
  entry("expandDims", (x: X) => Lax.expandDims(x, [0, -1, 2]), "lax.expand_dims(x, (0, -1, 2))", [[f32([2, 3])], [
    bool([2, 1])
  ]]),
  entry("squeeze", (x: X) => Lax.squeeze(x, [0, -1]), "lax.squeeze(x, (0, -1))", [[f32([1, 2, 1])], [i32([1, 1, 1])]]),
  entry("tile", (x: X) => Lax.tile(x, [2, 3]), "lax.tile(x, (2, 3))", [[f32([2, 1])], [i8([1, 2])]]),
  entry("sliceInDim", (x: X) => Lax.sliceInDim(x, 1, -1, { stride: 2, axis: 1 }), "lax.slice_in_dim(x, 1, -1, 2, 1)", [
    [f32([2, 6])]
  ]),
  entry(
    "sliceInDim ends",
    (x: X) => Lax.sliceInDim(x, null, null, { stride: 2 }),
    "lax.slice_in_dim(x, None, None, 2)",
    [
      [f32([5])],
      [bool([2, 2])]
    ]
  ),
  entry("indexInDim", (x: X) => Lax.indexInDim(x, -1, { axis: 1 }), "lax.index_in_dim(x, -1, 1)", [[f32([2, 3])]]),
  entry(
    "indexInDim keepdims=false",
    (x: X) => Lax.indexInDim(x, 1, { keepdims: false }),
    "lax.index_in_dim(x, 1, keepdims=False)",
    [[f32([2, 3])]]
  ),
  entry("split", (x: X) => Lax.split(x, [1, 0, 2], { axis: 1 }), "lax.split(x, (1, 0, 2), axis=1)", [[f32([2, 3])]]),
  entry("unstack", (x: X) => Lax.unstack(x, { axis: 1 }), "lax.unstack(x, axis=1)", [[f32([2, 3])]]),
  entry("stack", (x: X, y: X) => Lax.stack([x, y], { axis: 1 }), "lax.stack([x, y], axis=1)", [
    [f32([2, 3]), f32([2, 3])],
    [i8([2]), i8([2])]
  ]),
  entry("full", (x: X) => Lax.full([2, 3], x), "lax.full((2, 3), x)", [[f32([])], [bool([])]]),
  entry("full number", () => Lax.full([2, 3], 0.5), "lax.full((2, 3), 0.5)", [[]]),
  entry("full dtype", () => Lax.full([2], 3, { dtype: "int8" }), "lax.full((2,), 3, jnp.int8)", [[]]),
  entry("fullLike", (x: X) => Lax.fullLike(x, 3), "lax.full_like(x, 3)", [[f32([2, 3])], [i8([2])]]),
  entry(
    "fullLike dtype",
    (x: X) => Lax.fullLike(x, 3, { dtype: "int16", shape: [2] }),
    "lax.full_like(x, 3, jnp.int16, (2,))",
    [[f32([2, 3])]]
  ),
  entry("iota", () => Lax.iota("float32", 4), "lax.iota(jnp.float32, 4)", [[]]),
  entry("transpose", (x: X) => Lax.transpose(x, [2, 0, 1]), "lax.transpose(x, (2, 0, 1))", [[f32([2, 3, 4])]]),
  ...(["int32", "float32", "uint8", "bfloat16", "float64"] as const).map((dtype) =>
    entry(
      `broadcastedIota ${dtype}`,
      () => Lax.broadcastedIota(dtype, [3, 4], 1),
      `lax.broadcasted_iota(jnp.${dtype}, (3, 4), 1)`,
      [[]]
    )
  )
]
