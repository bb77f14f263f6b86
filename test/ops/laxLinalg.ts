/**
 * Lax's linear algebra. What has free signs or phases is compared by functions that these don't change, and factors that are
 * packed with reflectors by LAPACK's conventions, which are the same.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { f32, f64, outside, points, whole } from "./inputs.ts"
import { conditioned, matrix } from "./matrices.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const { linalg } = Lax

const plain = entries("Lax.linalg")
const entry: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...conditioned, ...options })

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]
const imaginary = outside(0.1, 1)
const squared = (z: X): X => np.square(np.abs(z)) as X

/** What is below the subdiagonal of matrices of 4 rows. */
const lowest = (x: X): X => {
  const column = Lax.iota("int32", 4)
  return np.where(np.lessEqual(np.add(column, 2), np.expandDims(column, 1)), x, 0) as X
}

const tall: ReadonlyArray<Arguments> = [[matrix([4, 3])], [matrix([2, 3, 4])], [matrix([3, 3], "float64")]]
const complexSquare: ReadonlyArray<Arguments> = [[matrix([3, 3]), f32([3, 3], imaginary)]]

const solves = [
  { leftSide: true, lower: true },
  { leftSide: true, lower: false, transposeA: true },
  { leftSide: true, lower: true, unitDiagonal: true, transposeA: true, conjugateA: true }
]
const rightSolves = [{ lower: true }, { transposeA: true }, { unitDiagonal: true, conjugateA: true }]

const spelled = (options: object): string =>
  Object.entries(options).map(([name, value]) =>
    `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}=${value === true ? "True" : "False"}`
  ).join(", ")

const solvesOf = (list: ReadonlyArray<object>, a: string, b: string): string =>
  list.map((options) => `lax.linalg.triangular_solve(${a}, ${b}, ${spelled(options)})`).join(", ")

export const laxLinalg = [
  entry(
    "triangularSolve",
    (a: X, b: X) => solves.map((options) => linalg.triangularSolve(a, b, options)),
    `[${solvesOf(solves, "x", "y")}]`,
    [
      [matrix([3, 3]), f32([3, 2])],
      [matrix([2, 3, 3]), f32([2, 3, 4])],
      [matrix([3, 3], "float64"), f64([3])],
      [f32([0, 0]), f32([0, 2])]
    ]
  ),
  entry(
    "triangularSolve on the right",
    (a: X, b: X) => rightSolves.map((options) => linalg.triangularSolve(a, b, options)),
    `[${solvesOf(rightSolves, "x", "y")}]`,
    [[matrix([3, 3]), f32([2, 3])], [matrix([2, 3, 3], "float64"), f64([2, 4, 3])], [matrix([3, 3]), f32([3])]]
  ),
  entry(
    "triangularSolve complex",
    (x: X, y: X, b: X) => {
      const [a, rhs] = [Lax.complex(x, y), Lax.complex(b, b)]
      return [
        ...solves.flatMap((options) => parts(linalg.triangularSolve(a, rhs, options))),
        ...rightSolves.flatMap((options) => parts(linalg.triangularSolve(a, Lax.transpose(rhs, [1, 0]), options)))
      ]
    },
    `(lambda a, b: sum([parts(s) for s in [${solvesOf(solves, "a", "b")}, ${
      solvesOf(rightSolves, "a", "b.T")
    }]], []))(lax.complex(x, y), lax.complex(z, z))`,
    [[matrix([3, 3]), f32([3, 3], imaginary), f32([3, 2])]]
  ),
  entry(
    "cholesky",
    (x: X) => [linalg.cholesky(x), linalg.cholesky(x, { symmetrizeInput: false })],
    "[lax.linalg.cholesky(x), lax.linalg.cholesky(x, symmetrize_input=False)]",
    [[matrix([3, 3])], [matrix([2, 2, 2], "float64")]],
    { numeric: false }
  ),
  entry(
    "choleskyUpdate",
    (r: X, w: X) => linalg.choleskyUpdate(r, w),
    "lax.linalg.cholesky_update(x, y)",
    [[matrix([3, 3]), f32([3])], [matrix([2, 2], "float64"), points("float64", [0, 2])], [f32([1, 1]), f32([1])]],
    { derivatives: 0, vmap: false }
  ),
  entry("lu", (x: X) => linalg.lu(x), "lax.linalg.lu(x)", [
    [f32([3, 3])],
    [f32([2, 4, 3])],
    [f64([3, 4])],
    [points("float32", [0, 0, 0, 0, 1, 2, 0, 3, 4], [3, 3])],
    [f32([0, 2])]
  ], { specialDerivatives: false, derivatives: 1 }),
  entry(
    "lu complex",
    (x: X, y: X) => {
      const [lu, pivots, permutation] = linalg.lu(Lax.complex(x, y))
      return [...parts(lu), pivots, permutation]
    },
    "(lambda r: parts(r[0]) + [r[1], r[2]])(lax.linalg.lu(lax.complex(x, y)))",
    [[f32([3, 3]), f32([3, 3])], [f64([2, 2, 3]), f64([2, 2, 3])]],
    { derivatives: 1 }
  ),
  entry(
    "luPivotsToPermutation",
    (x: X) => linalg.luPivotsToPermutation(np.add(np.remainder(x, 3) as X, 1) as X, 5),
    "lax.linalg.lu_pivots_to_permutation(x % 3 + 1, 5)",
    [[{ dtype: "int32", shape: [3], draw: whole(0, 9), special: false }], [{
      dtype: "int32",
      shape: [2, 4],
      draw: whole(0, 9),
      special: false
    }]]
  ),
  entry("qr", (x: X) => linalg.qr(x), "lax.linalg.qr(x)", tall),
  entry(
    "qr reduced",
    (x: X) => linalg.qr(x, { fullMatrices: false }),
    "lax.linalg.qr(x, full_matrices=False)",
    tall.slice(0, 2)
  ),
  entry(
    "qr pivoting",
    (x: X) => linalg.qr(x, { pivoting: true, fullMatrices: false }),
    "lax.linalg.qr(x, pivoting=True, full_matrices=False)",
    [[matrix([4, 3])], [matrix([3, 3], "float64")]],
    { derivatives: 1 }
  ),
  entry(
    // JAX's derivative of wide matrices forgets the exchanges: this is the one of the matrix with its columns exchanged
    "qr pivoting wide",
    (x: X) => linalg.qr(x, { pivoting: true }),
    "(lambda p: [*jnp.linalg.qr(x[:, p]), p])(lax.linalg.qr(x, pivoting=True)[2])",
    [[f32([3, 4])]],
    { derivatives: 1 }
  ),
  entry(
    "qr pivoting complex",
    (x: X, y: X) => {
      const [q, r, p] = linalg.qr(Lax.complex(x, y), { pivoting: true })
      return [...parts(q), ...parts(r), p]
    },
    "(lambda q, r, p: parts(q) + parts(r) + [p])(*lax.linalg.qr(lax.complex(x, y), pivoting=True))",
    complexSquare,
    { derivatives: 0 }
  ),
  entry(
    "householderProduct",
    (a: X, taus: X) => linalg.householderProduct(a, taus),
    "lax.linalg.householder_product(x, y)",
    [[f32([4, 3]), f32([3])], [f32([2, 3, 3]), f32([2, 2])], [f64([3, 1]), f64([0])]],
    { derivatives: 0 }
  ),
  entry(
    "ormqr",
    (a: X, taus: X, c: X) => [
      linalg.ormqr(a, taus, c),
      linalg.ormqr(a, taus, c, { transpose: true }),
      linalg.ormqr(a, taus, c, { left: false })
    ],
    "[lax.linalg.ormqr(x, y, z), lax.linalg.ormqr(x, y, z, transpose=True), lax.linalg.ormqr(x, y, z, left=False)]",
    [[f32([3, 2]), f32([2]), f32([3, 3])]],
    { derivatives: 0, vmap: false }
  ),
  entry(
    "svd",
    (x: X) => {
      const [u, s, vh] = linalg.svd(x, { fullMatrices: false })
      return [squared(u), s, squared(vh), linalg.svd(x, { computeUv: false })]
    },
    "(lambda u, s, v: [u ** 2, s, v ** 2, lax.linalg.svd(x, compute_uv=False)])(*lax.linalg.svd(x, full_matrices=False))",
    tall.slice(0, 2),
    { derivatives: 1 }
  ),
  entry(
    "eigh",
    (x: X) => {
      const [v, w] = linalg.eigh(x)
      return [squared(v), w, linalg.eigh(x, { lower: false, symmetrizeInput: false })[1]]
    },
    "(lambda v, w: [v ** 2, w, lax.linalg.eigh(x, lower=False, symmetrize_input=False)[1]])(*lax.linalg.eigh(x))",
    [[matrix([3, 3])], [matrix([2, 2, 2], "float64")]],
    { derivatives: 0 }
  ),
  entry(
    "eig",
    (x: X) => {
      const [w, left, right] = linalg.eig(x, { enableEigvecDerivs: true })
      return [np.sort(Lax.real(w!)) as X, np.sort(squared(left!)) as X, np.sort(squared(right!)) as X]
    },
    "(lambda w, l, r: [jnp.sort(w.real), jnp.sort(jnp.abs(l) ** 2), jnp.sort(jnp.abs(r) ** 2)])" +
      "(*lax.linalg.eig(x, enable_eigvec_derivs=True))",
    [[matrix([3, 3])], [matrix([2, 3, 3], "float64")]],
    {
      derivatives: 1,
      derivativeTolerance: { float32: { rtol: 1e-3, atol: 1e-3 }, float64: { rtol: 1e-9, atol: 1e-9 } }
    }
  ),
  entry("hessenberg", (x: X) => linalg.hessenberg(x), "lax.linalg.hessenberg(x)", [
    [matrix([4, 4])],
    [matrix([2, 3, 3], "float64")],
    [f32([1, 1])]
  ], { derivatives: 0 }),
  entry(
    "hessenberg complex",
    (x: X, y: X) => linalg.hessenberg(Lax.complex(x, y)).flatMap(parts),
    "sum([parts(r) for r in lax.linalg.hessenberg(lax.complex(x, y))], [])",
    complexSquare,
    { derivatives: 0 }
  ),
  entry(
    "schur",
    (x: X) => {
      const [t, z] = linalg.schur(x) as [X, X]
      const back = np.matmul(np.matmul(z, t) as X, np.matrixTranspose(z) as X) as X
      return [back, np.matmul(z, np.matrixTranspose(z) as X) as X, lowest(t), np.sum(np.diagonal(t)) as X]
    },
    "(lambda t, z: [z @ t @ z.T, z @ z.T, jnp.tril(t, -2), jnp.trace(t)])(*lax.linalg.schur(x))",
    [[f32([4, 4])], [matrix([4, 4], "float64")]],
    { derivatives: 0 }
  ),
  entry(
    "schur complex",
    (x: X, y: X) => {
      const [t] = linalg.schur(Lax.complex(x, y), { computeSchurVectors: false }) as [X]
      const [re, im] = parts(np.diagonal(t) as X)
      return [np.sort(re!) as X, np.sort(im!) as X]
    },
    "[jnp.sort(p) for p in parts(jnp.diagonal(lax.linalg.schur(lax.complex(x, y))[0]))]",
    complexSquare,
    { derivatives: 0 }
  ),
  entry(
    "tridiagonal",
    (x: X) => {
      const a = np.add(x, np.matrixTranspose(x) as X) as X
      return [...linalg.tridiagonal(a), ...linalg.tridiagonal(a, { lower: false })]
    },
    "(lambda a: [*lax.linalg.tridiagonal(a), *lax.linalg.tridiagonal(a, lower=False)])(x + jnp.matrix_transpose(x))",
    [[matrix([4, 4])], [matrix([2, 3, 3], "float64")]],
    { derivatives: 0 }
  ),
  entry(
    "tridiagonalSolve",
    (dl: X, d: X, du: X, b: X) => linalg.tridiagonalSolve(dl, np.add(d, 4) as X, du, b),
    "lax.linalg.tridiagonal_solve(x, y + 4, z, w)",
    [
      [f32([4], outside(0.5, 1)), f32([4], outside(0.5, 1)), f32([4], outside(0.5, 1)), f32([4, 2])],
      [f64([2, 3], outside(0.5, 1)), f64([2, 3], outside(0.5, 1)), f64([2, 3], outside(0.5, 1)), f64([2, 3, 2])]
    ]
  ),
  entry(
    "qdwh",
    (x: X) => linalg.qdwh(x).slice(0, 2) as ReadonlyArray<X>,
    "lax.linalg.qdwh(x)[:2]",
    [[matrix([4, 3])], [matrix([3, 3], "float64")]],
    {
      derivatives: 0,
      vmap: false,
      tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-10, atol: 1e-10 } }
    }
  ),
  entry(
    "symmetricProduct",
    (a: X, c: X) => [
      linalg.symmetricProduct(a, c, { alpha: 2, beta: 0.5, symmetrizeOutput: true }),
      linalg.symmetricProduct(a, c)
    ],
    "[lax.linalg.symmetric_product(x, y, alpha=2., beta=0.5, symmetrize_output=True), lax.linalg.symmetric_product(x, y)]",
    [[f32([2, 3]), f32([2, 2])], [f64([2, 3, 1]), f64([2, 3, 3])]],
    { derivatives: 0 }
  )
]
