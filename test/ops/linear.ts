/**
 * Products of linear algebra.
 */
import { type NdArray, Numpy as np } from "effax"
import { bf16, bool, f16, f32, f64, i32, i64, i8, points, u32, u8, whole } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const plain = entries("Numpy")

/** Terms of either sign cancel: errors are relative to the terms, which are of size 1 to 10. */
const cancelling = {
  tolerance: {
    float32: { rtol: 1e-5, atol: 2e-6 },
    float64: { rtol: 1e-12, atol: 1e-14 }
  }
}

const numpy: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...cancelling, ...options })

const dots: ReadonlyArray<Arguments> = [
  [f32([3]), f32([3])],
  [f32([2, 3]), f32([3, 4])],
  [f32([2, 3]), f32([3])],
  [f32([3]), f32([3, 4])],
  [f32([2, 3, 4]), f32([5, 4, 2])],
  [f32([]), f32([2, 3])],
  [f32([3]), f32([])],
  [f32([2, 0]), f32([0, 3])],
  [f32([0, 2]), f32([2, 3])],
  [f64([2, 3]), f64([3, 4])],
  [bf16([2, 9]), bf16([9, 3])],
  [f16([2, 9]), f16([9, 3])],
  [i32([2, 3]), i32([3, 4])],
  [i8([2, 3]), i8([3, 2])],
  [u8([2, 3]), u8([3, 2])],
  [i64([2, 3]), i64([3, 2])],
  [u32([2, 3]), u32([3, 2])],
  [bool([2, 3]), bool([3, 2])],
  [f32([2, 3]), i32([3, 2])],
  [bf16([2, 3]), f32([3, 2])],
  [points("float32", [1, Infinity, 0, NaN], [2, 2]), points("float32", [0, 1, 2, -Infinity], [2, 2])]
]

const products = [
  numpy("dot", (x: X, y: X) => np.dot(x, y), "jnp.dot(x, y)", dots),
  numpy(
    "dot preferred",
    (x: X, y: X) => np.dot(x, y, { preferredElementType: "float32" }),
    "jnp.dot(x, y, preferred_element_type=jnp.float32)",
    [
      [bf16([2, 9]), bf16([9, 3])],
      [f16([9]), f16([9])]
    ]
  ),
  numpy(
    "dot preferred int",
    (x: X, y: X) => np.dot(x, y, { preferredElementType: "int32" }),
    "jnp.dot(x, y, preferred_element_type=jnp.int32)",
    [
      [i8([2, 9]), i8([9, 3])]
    ]
  ),
  numpy("matmul", (x: X, y: X) => np.matmul(x, y), "jnp.matmul(x, y)", [
    ...dots.slice(0, 4),
    [f32([5, 2, 3]), f32([5, 3, 4])],
    [f32([2, 1, 2, 3]), f32([5, 3, 4])],
    [f32([2, 3]), f32([5, 3, 4])],
    [f32([5, 2, 3]), f32([3, 4])],
    [f32([5, 2, 3]), f32([3])],
    [f32([3]), f32([5, 3, 4])],
    [f32([1, 2, 3]), f32([5, 3, 2])],
    [f32([0, 2, 3]), f32([3, 2])],
    [f64([2, 2, 3]), f64([2, 3, 2])],
    [bf16([2, 2, 9]), bf16([2, 9, 2])],
    [i32([2, 2, 3]), i32([3, 2])],
    [bool([2, 3]), bool([3, 2])]
  ]),
  numpy("matmul large", (x: X, y: X) => np.matmul(x, y), "jnp.matmul(x, y)", [
    [f32([37, 129]), f32([129, 45])],
    [f32([1, 300]), f32([300, 65])],
    [f64([33, 65]), f64([65, 17])],
    [f32([3, 19, 40]), f32([3, 40, 23])]
  ], { tolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }, numeric: false, derivatives: 1 }),
  numpy("vdot", (x: X, y: X) => np.vdot(x, y), "jnp.vdot(x, y)", [[f32([2, 3]), f32([3, 2])], [f64([4]), f64([4])], [
    i32([3]),
    i32([3])
  ]]),
  numpy("inner", (x: X, y: X) => np.inner(x, y), "jnp.inner(x, y)", [
    [f32([3]), f32([3])],
    [f32([2, 3]), f32([4, 3])],
    [f32([2, 3]), f32([3])],
    [f32([]), f32([2])],
    [f64([2, 2, 3]), f64([3])]
  ]),
  numpy("outer", (x: X, y: X) => np.outer(x, y), "jnp.outer(x, y)", [
    [f32([3]), f32([2])],
    [f32([2, 2]), f32([2])],
    [i32([3]), i32([2])],
    [f32([0]), f32([2])],
    [f64([2]), f64([3])]
  ]),
  numpy("tensordot", (x: X, y: X) => np.tensordot(x, y), "jnp.tensordot(x, y)", [[f32([2, 3, 4]), f32([3, 4, 5])], [
    f32([3, 4]),
    f32([3, 4])
  ]]),
  numpy("tensordot 1", (x: X, y: X) => np.tensordot(x, y, 1), "jnp.tensordot(x, y, 1)", [[f32([2, 3]), f32([3, 4])]]),
  numpy("tensordot 0", (x: X, y: X) => np.tensordot(x, y, 0), "jnp.tensordot(x, y, 0)", [[f32([2]), f32([3])]]),
  numpy(
    "tensordot axes",
    (x: X, y: X) => np.tensordot(x, y, [[0, -1], [1, 0]]),
    "jnp.tensordot(x, y, ((0, -1), (1, 0)))",
    [
      [f32([2, 3, 4]), f32([4, 2, 5])],
      [f64([2, 3, 4]), f64([4, 2, 5])]
    ]
  ),
  ...[0, 1, -1, 5].flatMap((k) => [
    numpy(`trace ${k}`, (x: X) => np.trace(x, k), `jnp.trace(x, ${k})`, [[f32([3, 4])], [f32([2, 4, 3])], [
      i32([3, 3])
    ], [f64([2, 2])]]),
    numpy(`diagonal ${k}`, (x: X) => np.diagonal(x, k), `jnp.diagonal(x, ${k})`, [
      [f32([3, 4])],
      [f32([2, 4, 3])],
      [i32([3, 3])],
      [bool([2, 3])],
      [f32([0, 3])]
    ])
  ]),
  ...([[1, 2], [0, 2], [2, 0], [-1, -2]] as const).flatMap(([axis1, axis2]) => [
    numpy(
      `trace axes ${axis1} ${axis2}`,
      (x: X) => np.trace(x, 1, { axis1, axis2 }),
      `jnp.trace(x, 1, ${axis1}, ${axis2})`,
      [[f32([3, 4, 5])], [f64([3, 2, 2])]]
    ),
    numpy(
      `diagonal axes ${axis1} ${axis2}`,
      (x: X) => np.diagonal(x, { offset: -1, axis1, axis2 }),
      `jnp.diagonal(x, -1, ${axis1}, ${axis2})`,
      [[f32([3, 4, 5])], [i32([3, 2, 2])]]
    )
  ]),
  numpy("trace dtype", (x: X) => np.trace(x, { dtype: "float32" }), "jnp.trace(x, dtype=jnp.float32)", [[i8([3, 3])], [
    bool([2, 2])
  ]]),
  ...(["vdot", "inner"] as const).map((name) =>
    numpy(
      `${name} preferred`,
      (x: X, y: X) => (np[name] as typeof np.inner)(x, y, { preferredElementType: "float32" }),
      `jnp.${name}(x, y, preferred_element_type=jnp.float32)`,
      [[bf16([9]), bf16([9])], [f16([9]), f16([9])]]
    )
  ),
  numpy("trace small", (x: X) => np.trace(x), "jnp.trace(x)", [[i8([3, 3])], [bool([3, 3])], [bf16([3, 3])]])
]

const sums: ReadonlyArray<readonly [string, ReadonlyArray<Arguments>]> = [
  ["ij,jk->ik", [[f32([2, 3]), f32([3, 4])], [f64([2, 3]), f64([3, 4])], [i32([2, 3]), i32([3, 4])], [
    bf16([2, 3]),
    f32([3, 2])
  ]]],
  ["ij,jk", [[f32([2, 3]), f32([3, 4])]]],
  ["ij", [[f32([2, 3])]]],
  ["ba", [[f32([2, 3])]]],
  ["ij->ji", [[f32([2, 3])]]],
  ["ij->", [[f32([2, 3])], [i32([2, 3])]]],
  ["ij->j", [[f32([2, 3])]]],
  ["ii", [[f32([3, 3])]]],
  ["ii->i", [[f32([3, 3])]]],
  ["iji->j", [[f32([2, 3, 2])]]],
  ["i,i->", [[f32([3]), f32([3])]]],
  ["i,j->ij", [[f32([3]), f32([2])]]],
  ["i,i->i", [[f32([3]), f32([3])]]],
  ["bij,bjk->bik", [[f32([2, 3, 4]), f32([2, 4, 2])]]],
  ["bhqd,bhkd->bhqk", [[f32([2, 2, 3, 4]), f32([2, 2, 5, 4])]]],
  ["...ij,...jk->...ik", [[f32([2, 3, 4]), f32([2, 4, 2])], [f32([2, 3, 4]), f32([4, 2])], [
    f32([5, 1, 2, 3]),
    f32([4, 3, 2])
  ]]],
  ["...i->...", [[f32([2, 3])]]],
  ["ij,jk,kl->il", [[f32([2, 3]), f32([3, 4]), f32([4, 2])]]],
  ["a,ab,abc->abc", [[f32([2]), f32([2, 3]), f32([2, 3, 4])]]],
  ["i,ij,j->", [[f32([2]), f32([2, 3]), f32([3])]]],
  ["ab,cd->", [[f32([2, 3]), f32([2, 2])]]],
  ["ij,ij->ij", [[f32([2, 3]), f32([2, 3])]]],
  ["ij, j -> i", [[f32([2, 3]), f32([3])]]],
  ["i,->i", [[f32([3]), f32([])]]]
]

const einsum = sums.map(([subscripts, cases]) =>
  numpy(
    `einsum ${subscripts}`,
    (...xs: ReadonlyArray<X>) => np.einsum(subscripts, ...xs),
    `jnp.einsum('${subscripts}', ${[..."xyz"].slice(0, cases[0]!.length).join(", ")})`,
    cases
  )
)

const preferred = [
  numpy(
    "einsum preferred",
    (x: X, y: X, z: X) => np.einsum("ij,jk,k->i", x, y, z, { preferredElementType: "float32" }),
    "jnp.einsum('ij,jk,k->i', x, y, z, preferred_element_type=jnp.float32)",
    [[i8([2, 3], whole(-3, 3)), i8([3, 4], whole(-3, 3)), i8([4], whole(-3, 3))]]
  ),
  numpy(
    "einsum preferred one",
    (x: X) => np.einsum("ii->i", x, { preferredElementType: "float32" }),
    "jnp.einsum('ii->i', x, preferred_element_type=jnp.float32)",
    [[i8([3, 3])]]
  )
]

export const linear = [...products, ...einsum, ...preferred]
