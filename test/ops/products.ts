/**
 * Products of vectors and matrices.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { f32, f64, i32, i8, outside } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")

const small: ReadonlyArray<Arguments> = [[f32([2, 3]), f32([3])], [f32([4, 2, 3]), f32([4, 3])], [
  i32([2, 3]),
  i32([3])
]]

export const products = [
  numpy("matvec", np.matvec, "jnp.matvec(x, y)", [...small, [f32([2, 0]), f32([0])], [f32([1, 2, 3]), f32([5, 3])], [
    f64([2, 3]),
    f32([3])
  ]]),
  numpy("vecmat", np.vecmat, "jnp.vecmat(x, y)", [
    [f32([3]), f32([3, 2])],
    [f32([4, 3]), f32([4, 3, 2])],
    [f32([4, 3]), f32([3, 2])],
    [i32([3]), i32([3, 2])]
  ]),
  numpy("vecdot", np.vecdot, "jnp.vecdot(x, y)", [[f32([3]), f32([3])], [f32([2, 3]), f32([3])], [
    f32([4, 1, 3]),
    f32([2, 3])
  ], [
    i32([2, 3]),
    i32([2, 3])
  ]]),
  numpy("vecdot axis", (x: X, y: X) => np.vecdot(x, y, { axis: 0 }), "jnp.vecdot(x, y, axis=0)", [[
    f32([3, 2]),
    f32([3, 2])
  ]]),
  numpy(
    "vecdot complex",
    (x: X, y: X) => {
      const z = np.vecdot(Lax.complex(x, y), Lax.complex(y, x))
      const v = np.vecmat(Lax.complex(x, y), np.ones([3, 2]))
      return [Lax.real(z), Lax.imag(z), Lax.real(v), Lax.imag(v)]
    },
    "[*parts(jnp.vecdot(lax.complex(x, y), lax.complex(y, x))), *parts(jnp.vecmat(lax.complex(x, y), jnp.ones((3, 2))))]",
    [[
      f32([3]),
      f32([3])
    ]]
  ),
  numpy("kron", np.kron, "jnp.kron(x, y)", [
    [f32([2, 3]), f32([2, 2])],
    [f32([2]), f32([3, 1, 2])],
    [f32([]), f32([2])],
    [f32([0, 2]), f32([2, 2])],
    [i8([2]), f32([2])]
  ]),
  numpy("cross", np.cross, "jnp.cross(x, y)", [
    [f32([3]), f32([3])],
    [f32([2, 3]), f32([3])],
    [f32([2]), f32([2])],
    [f32([2]), f32([3])],
    [f32([4, 3]), f32([4, 2])],
    [f64([0, 3]), f64([3])],
    [i32([2, 3]), i32([2, 3])]
  ]),
  numpy(
    "cross axes",
    (x: X, y: X) => [np.cross(x, y, { axisa: 0, axisb: 1, axisc: 0 }), np.cross(x, x, { axis: 0 })],
    "[jnp.cross(x, y, axisa=0, axisb=1, axisc=0), jnp.cross(x, x, axis=0)]",
    [[f32([3, 4], outside(0.5, 2)), f32([4, 3])]]
  )
]
