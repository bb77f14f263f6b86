/**
 * Linear algebra without decompositions of its own: equations, determinants, norms and products.
 */
import { Lax, Linalg, type NdArray, Numpy as np } from "effax"
import { bool, f32, f64, i32, outside, points, type Spec } from "./inputs.ts"
import { conditioned, matrix } from "./matrices.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const plain = entries("Linalg")
const entry: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...conditioned, ...options })

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]

const squares: ReadonlyArray<Arguments> = [
  [matrix([3, 3])],
  [matrix([2, 4, 4])],
  [matrix([1, 1])],
  [matrix([4, 4], "float64")]
]

/** Real and imaginary parts. */
const complexSquares: ReadonlyArray<Arguments> = [
  [matrix([3, 3]), f32([3, 3], outside(0.1, 1))],
  [matrix([2, 4, 4], "float64"), f64([2, 4, 4], outside(0.1, 1))]
]

const empty: Arguments = [f32([0, 0])]

const equations = [
  entry("inv", (x: X) => Linalg.inv(x), "jnp.linalg.inv(x)", [...squares, empty, [i32([2, 2])]], {
    tolerance: { float32: { rtol: 1e-3, atol: 2e-5 }, float64: { rtol: 1e-12, atol: 1e-12 } }
  }),
  entry(
    "inv complex",
    (x: X, y: X) => parts(Linalg.inv(Lax.complex(x, y))),
    "parts(jnp.linalg.inv(lax.complex(x, y)))",
    complexSquares
  ),
  entry("solve", (x: X, y: X) => Linalg.solve(x, y), "jnp.linalg.solve(x, y)", [
    [matrix([3, 3]), f32([3])],
    [matrix([3, 3]), f32([3, 2])],
    [matrix([2, 1, 3, 3]), f32([4, 3, 1])],
    [matrix([4, 4], "float64"), f64([2, 4, 3])],
    [f32([0, 0]), f32([0, 2])]
  ]),
  entry(
    "solve complex",
    (x: X, y: X, b: X) => parts(Linalg.solve(Lax.complex(x, y), Lax.complex(b, b))),
    "parts(jnp.linalg.solve(lax.complex(x, y), lax.complex(z, z)))",
    [[matrix([3, 3]), f32([3, 3], outside(0.1, 1)), f32([3, 2])]]
  ),
  entry("pinv", (x: X) => Linalg.pinv(x), "jnp.linalg.pinv(x)", [
    [matrix([4, 3])],
    [matrix([2, 3, 4])],
    [matrix([3, 3], "float64")],
    [f32([0, 2])]
  ], {
    derivativeTolerance: { float32: { rtol: 1e-3, atol: 2e-3 }, float64: { rtol: 1e-10, atol: 1e-10 } }
  }),
  entry(
    "pinv rtol, hermitian",
    (x: X) => {
      const a = np.add(x, np.matrixTranspose(x) as X) as X
      return [Linalg.pinv(a, { rtol: 0.2 }), Linalg.pinv(a, { hermitian: true, rtol: 0.001 })]
    },
    "(lambda a: [jnp.linalg.pinv(a, rtol=0.2), jnp.linalg.pinv(a, rtol=0.001, hermitian=True)])(x + jnp.matrix_transpose(x))",
    [[matrix([3, 3])]],
    { derivatives: 0 }
  ),
  entry("lstsq", (x: X, y: X) => Linalg.lstsq(x, y), "jnp.linalg.lstsq(x, y)", [
    [matrix([4, 3]), f32([4])],
    [matrix([3, 4]), f32([3, 2])],
    [matrix([4, 2], "float64"), f64([4, 2])]
  ], { derivatives: 1 }),
  entry(
    "tensorinv",
    (x: X) => [Linalg.tensorinv(np.reshape(x, [2, 2, 4])), Linalg.tensorinv(np.reshape(x, [4, 2, 2]), { ind: 1 })],
    "[jnp.linalg.tensorinv(x.reshape(2, 2, 4)), jnp.linalg.tensorinv(x.reshape(4, 2, 2), ind=1)]",
    [[matrix([4, 4])]]
  ),
  entry(
    "tensorsolve",
    (x: X, y: X) => Linalg.tensorsolve(np.reshape(x, [2, 2, 4]), y),
    "jnp.linalg.tensorsolve(x.reshape(2, 2, 4), y)",
    [[matrix([4, 4]), f32([2, 2])]]
  ),
  entry(
    "tensorsolve axes",
    (x: X, y: X) => Linalg.tensorsolve(np.reshape(x, [2, 4, 2]), y, { axes: [0] }),
    "jnp.linalg.tensorsolve(x.reshape(2, 4, 2), y, axes=(0,))",
    [[matrix([4, 4]), f32([4])]],
    { derivatives: 1 }
  )
]

const determinants = [
  entry("det", (x: X) => Linalg.det(x), "jnp.linalg.det(x)", [
    ...squares,
    [matrix([2, 2])],
    [i32([3, 3])],
    // of rank n - 1: the derivative is there
    [points("float32", [1, 2, 3, 4, 2, 4, 6, 8, 1, 1, 0, 2, 0, 1, 5, 3], [4, 4])]
  ], { numeric: false, specialDerivatives: true, tolerance: { float32: { rtol: 2e-5, atol: 2e-4 } } }),
  entry("det empty", (x: X) => Linalg.det(x), "jnp.linalg.det(x)", [empty], { derivatives: 0 }),
  entry(
    "det complex",
    (x: X, y: X) => parts(Linalg.det(Lax.complex(x, y))),
    "parts(jnp.linalg.det(lax.complex(x, y)))",
    complexSquares,
    { tolerance: { float32: { rtol: 1e-4, atol: 1e-3 }, float64: { rtol: 1e-11, atol: 1e-10 } } }
  ),
  entry("slogdet", (x: X) => Object.values(Linalg.slogdet(x)), "jnp.linalg.slogdet(x)", [
    ...squares,
    [matrix([2, 2])],
    empty,
    [points("float32", [1, 2, 3, 2, 4, 6, 0, 1, 1], [3, 3])]
  ], { specialDerivatives: false }),
  entry(
    "slogdet complex",
    (x: X, y: X) => {
      const { logabsdet, sign } = Linalg.slogdet(Lax.complex(x, y))
      return [...parts(sign), logabsdet]
    },
    "(lambda r: parts(r[0]) + [r[1]])(jnp.linalg.slogdet(lax.complex(x, y)))",
    complexSquares
  ),
  entry(
    "slogdet qr",
    (x: X) => Object.values(Linalg.slogdet(x, { method: "qr" })),
    "jnp.linalg.slogdet(x, method='qr')",
    [[matrix([3, 3])], [matrix([2, 4, 4])]]
  )
]

const vectors: ReadonlyArray<Arguments> = [
  [f32([4], outside(0.5, 3))],
  [f32([2, 3], outside(0.5, 3))],
  [f64([3, 2, 2], outside(0.5, 3))],
  [f32([0])]
]

const orders = [1, 2, 0, 3, -1, 0.5, Infinity]

const spell = (order: number | string): string =>
  order === Infinity
    ? "jnp.inf"
    : order === -Infinity
    ? "-jnp.inf"
    : typeof order === "string"
    ? `'${order}'`
    : String(order)

const signed = (shape: ReadonlyArray<number>): Spec => f32(shape, outside(0.5, 3))

const norms = [
  entry("vectorNorm", (x: X) => Linalg.vectorNorm(x), "jnp.linalg.vector_norm(x)", vectors.slice(0, 3)),
  entry(
    "vectorNorm ord",
    (x: X) => orders.map((ord) => Linalg.vectorNorm(x, { ord, axis: -1 })),
    `[${orders.map((ord) => `jnp.linalg.vector_norm(x, ord=${spell(ord)}, axis=-1)`).join(", ")}]`,
    vectors.slice(0, 3)
  ),
  entry(
    "vectorNorm empty",
    (x: X) => [1, 2, 0, Infinity].map((ord) => Linalg.vectorNorm(x, { ord, keepdims: true })),
    `[${[1, 2, 0, Infinity].map((ord) => `jnp.linalg.vector_norm(x, ord=${spell(ord)}, keepdims=True)`).join(", ")}]`,
    [[f32([0])]],
    { derivatives: 0 }
  ),
  entry("norm", (x: X) => Linalg.norm(x), "jnp.linalg.norm(x)", vectors.slice(0, 3)),
  entry(
    "norm axis",
    (x: X) => [Linalg.norm(x, { axis: 0 }), Linalg.norm(x, { axis: -1, ord: 1, keepdims: true })],
    "[jnp.linalg.norm(x, axis=0), jnp.linalg.norm(x, axis=-1, ord=1, keepdims=True)]",
    vectors.slice(1, 3)
  ),
  entry(
    "norm of complex",
    (x: X, y: X) => [Linalg.norm(Lax.complex(x, y)), Linalg.norm(Lax.complex(x, y), { ord: 1, axis: 0 })],
    "[jnp.linalg.norm(lax.complex(x, y)), jnp.linalg.norm(lax.complex(x, y), ord=1, axis=0)]",
    [[signed([2, 3]), signed([2, 3])]]
  ),
  entry(
    "matrixNorm",
    (x: X) => (["fro", 1, -1, Infinity, -Infinity] as const).map((ord) => Linalg.matrixNorm(x, { ord })),
    `[${["fro", 1, -1, Infinity, -Infinity].map((ord) => `jnp.linalg.matrix_norm(x, ord=${spell(ord)})`).join(", ")}]`,
    [[signed([3, 4])], [signed([2, 3, 2])]]
  ),
  entry(
    "matrixNorm of singular values",
    (x: X) => (["nuc", 2, -2] as const).map((ord) => Linalg.matrixNorm(x, { ord, keepdims: true })),
    `[${["nuc", 2, -2].map((ord) => `jnp.linalg.matrix_norm(x, ord=${spell(ord)}, keepdims=True)`).join(", ")}]`,
    [[matrix([3, 4])], [matrix([2, 3, 2])]]
  ),
  entry(
    "norm axes",
    (x: X) => [
      Linalg.norm(x, { axis: [2, 0], ord: 1 }),
      Linalg.norm(x, { axis: [0, 2], ord: Infinity, keepdims: true }),
      Linalg.norm(x, { axis: [0, 1] })
    ],
    "[jnp.linalg.norm(x, axis=(2, 0), ord=1), jnp.linalg.norm(x, axis=(0, 2), ord=jnp.inf, keepdims=True), " +
      "jnp.linalg.norm(x, axis=(0, 1))]",
    [[signed([2, 3, 4])]]
  ),
  entry("cond", (x: X) => Linalg.cond(x), "jnp.linalg.cond(x)", [[matrix([3, 3])], [matrix([2, 4, 3])]]),
  entry(
    "cond p",
    (x: X) => (["fro", 1, -2, Infinity] as const).map((p) => Linalg.cond(x, { p })),
    `[${["fro", 1, -2, Infinity].map((p) => `jnp.linalg.cond(x, p=${spell(p)})`).join(", ")}]`,
    [[matrix([3, 3])], [matrix([2, 2, 2])]]
  ),
  entry("matrixRank", (x: X) => Linalg.matrixRank(x), "jnp.linalg.matrix_rank(x)", [
    [matrix([3, 3])],
    [matrix([2, 4, 3])],
    [f32([3])],
    [points("float32", [1, 2, 3, 2, 4, 6, 1, 1, 1], [3, 3])]
  ]),
  entry(
    "matrixRank rtol",
    (x: X) => [Linalg.matrixRank(x, { rtol: 4.5 }), Linalg.matrixRank(x, { tol: 100, hermitian: true })],
    "[jnp.linalg.matrix_rank(x, rtol=4.5), jnp.linalg.matrix_rank(x, tol=100., hermitian=True)]",
    [[matrix([3, 3])]]
  )
]

const products = [
  entry("outer", (x: X, y: X) => Linalg.outer(x, y), "jnp.linalg.outer(x, y)", [[f32([3]), f32([2])]]),
  entry(
    "cross",
    (x: X, y: X) => Linalg.cross(x, y),
    "jnp.linalg.cross(x, y)",
    [[f32([3]), f32([3])], [f32([2, 1, 3]), f64([4, 3])]]
  ),
  entry(
    "cross axis",
    (x: X, y: X) => Linalg.cross(x, y, { axis: 0 }),
    "jnp.linalg.cross(x, y, axis=0)",
    [[f32([3, 2]), f32([3, 2])]]
  ),
  entry("vecdot", (x: X, y: X) => Linalg.vecdot(x, y), "jnp.linalg.vecdot(x, y)", [
    [f32([2, 3]), f32([3])],
    [f32([2, 1, 3]), f32([4, 3])],
    [i32([3]), i32([3])]
  ]),
  entry(
    "vecdot axis",
    (x: X, y: X) => Linalg.vecdot(x, y, { axis: 0 }),
    "jnp.linalg.vecdot(x, y, axis=0)",
    [[f32([3, 2]), f32([3, 2])]]
  ),
  entry(
    "vecdot complex",
    (x: X, y: X) => parts(Linalg.vecdot(Lax.complex(x, y), Lax.complex(y, x))),
    "parts(jnp.linalg.vecdot(lax.complex(x, y), lax.complex(y, x)))",
    [[f32([3]), f32([3])]]
  ),
  entry(
    "multiDot",
    (x: X, y: X, z: X) => Linalg.multiDot([x, y, z]),
    "jnp.linalg.multi_dot([x, y, z])",
    [[f32([2, 3]), f32([3, 4]), f32([4])], [f32([2, 5]), f32([5, 1]), f32([1, 3])], [f32([3]), f32([3, 2]), f32([2])]]
  ),
  entry(
    "matrixPower",
    (x: X) => [0, 1, 3, 6, -2].map((n) => Linalg.matrixPower(x, n)),
    "[jnp.linalg.matrix_power(x, n) for n in (0, 1, 3, 6, -2)]",
    [[f32([2, 2], outside(0.7, 1))], [matrix([2, 3, 3], "float64")]],
    { tolerance: { float32: { rtol: 2e-4, atol: 2e-4 }, float64: { rtol: 1e-12, atol: 1e-12 } }, derivatives: 1 }
  ),
  entry(
    "matrixPower of integers",
    (x: X) => Linalg.matrixPower(x, 5),
    "jnp.linalg.matrix_power(x, 5)",
    [[i32([2, 2])], [bool([3, 3])]]
  ),
  entry(
    "diagonal",
    (x: X) => [Linalg.diagonal(x), Linalg.diagonal(x, { offset: 1 })],
    "[jnp.linalg.diagonal(x), jnp.linalg.diagonal(x, offset=1)]",
    [[f32([3, 4])], [i32([2, 3, 3])]]
  ),
  entry(
    "trace",
    (x: X) => [Linalg.trace(x), Linalg.trace(x, { offset: -1 })],
    "[jnp.linalg.trace(x), jnp.linalg.trace(x, offset=-1)]",
    [[f32([3, 4])], [i32([2, 3, 3])]]
  )
]

export const linalg = [...equations, ...determinants, ...norms, ...products]
