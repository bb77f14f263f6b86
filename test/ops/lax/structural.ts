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
  entry("slice", (x: X) => Lax.slice(x, [1, 0], [5, 3], [2, 2]), "lax.slice(x, (1, 0), (5, 3), (2, 2))", [
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
  entry("transpose", (x: X) => Lax.transpose(x, [2, 0, 1]), "lax.transpose(x, (2, 0, 1))", [[f32([2, 3, 4])]]),
  ...(["int32", "float32", "uint8", "bfloat16", "float64"] as const).map((dtype) =>
    entry(`iota ${dtype}`, () => Lax.iota(dtype, [3, 4], 1), `lax.broadcasted_iota(jnp.${dtype}, (3, 4), 1)`, [[]])
  )
]
