/**
 * Decompositions of matrices. Singular vectors and eigenvectors have free signs, or phases: functions that these don't change are
 * compared, squares of the elements and products that give the matrix again.
 */
import { Lax, Linalg, type NdArray, Numpy as np } from "effax"
import { f32, f64, i32, outside, points } from "./inputs.ts"
import { conditioned, matrix } from "./matrices.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const plain = entries("Linalg")
const entry: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...conditioned, ...options })

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]

const imaginary = outside(0.1, 1)

const squares: ReadonlyArray<Arguments> = [
  [matrix([3, 3])],
  [matrix([2, 4, 4])],
  [matrix([1, 1])],
  [matrix([4, 4], "float64")]
]

const complexSquares: ReadonlyArray<Arguments> = [
  [matrix([3, 3]), f32([3, 3], imaginary)],
  [matrix([2, 4, 4], "float64"), f64([2, 4, 4], imaginary)]
]

const shapes: ReadonlyArray<Arguments> = [
  [matrix([4, 3])],
  [matrix([2, 3, 4])],
  [matrix([3, 3], "float64")]
]

const empty: Arguments = [f32([0, 0])]

/** The squared sizes of elements, which don't depend on signs or phases. */
const squared = (z: X): X => np.square(np.abs(z)) as X

export const decompositions = [
  entry("cholesky", (x: X) => Linalg.cholesky(x), "jnp.linalg.cholesky(x)", [
    ...squares,
    empty,
    [points("float32", [1, 2, 2, 1], [2, 2])],
    [points("float32", [NaN, 1, 1, 2], [2, 2])]
  ], { specialDerivatives: false }),
  entry(
    "cholesky upper",
    (x: X) => Linalg.cholesky(x, { upper: true, symmetrizeInput: false }),
    "jnp.linalg.cholesky(x, upper=True, symmetrize_input=False)",
    squares.slice(0, 2),
    // the derivative is that of symmetric matrices, whatever the other triangle holds
    { numeric: false }
  ),
  entry(
    "cholesky complex",
    (x: X, y: X) => parts(Linalg.cholesky(Lax.complex(x, y))),
    "parts(jnp.linalg.cholesky(lax.complex(x, y)))",
    complexSquares
  ),
  entry(
    "qr",
    (x: X) => Object.values(Linalg.qr(x)),
    "jnp.linalg.qr(x)",
    [...shapes, [f32([0, 2])], [f32([3, 0])], [i32([2, 2])]]
  ),
  entry(
    "qr complete",
    (x: X) => Object.values(Linalg.qr(x, { mode: "complete" })),
    "jnp.linalg.qr(x, mode='complete')",
    shapes
  ),
  entry("qr r", (x: X) => Linalg.qr(x, { mode: "r" }), "jnp.linalg.qr(x, mode='r')", shapes.slice(0, 2)),
  entry("qr raw", (x: X) => Object.values(Linalg.qr(x, { mode: "raw" })), "jnp.linalg.qr(x, mode='raw')", shapes, {
    derivatives: 0
  }),
  entry(
    "qr complex",
    (x: X, y: X) => {
      const { Q, R } = Linalg.qr(Lax.complex(x, y))
      return [...parts(Q), ...parts(R)]
    },
    "(lambda r: parts(r[0]) + parts(r[1]))(jnp.linalg.qr(lax.complex(x, y)))",
    [[matrix([4, 3]), f32([4, 3], imaginary)], [matrix([3, 4], "float64"), f64([3, 4], imaginary)]]
  ),
  entry("svdvals", (x: X) => Linalg.svdvals(x), "jnp.linalg.svdvals(x)", [
    ...shapes,
    [f32([0, 2])],
    [points("float32", [1, NaN, 0, 1], [2, 2])],
    [points("float32", [0, 0, 0, 0], [2, 2])]
  ], { specialDerivatives: false }),
  entry(
    "svd",
    (x: X) => {
      const { S, U, Vh } = Linalg.svd(x, { fullMatrices: false })
      return [S, squared(U), squared(Vh), np.matmul(np.multiply(U, np.expandDims(S, -2)) as X, Vh) as X]
    },
    "(lambda u, s, v: [s, jnp.abs(u) ** 2, jnp.abs(v) ** 2, (u * s[..., None, :]) @ v])(*jnp.linalg.svd(x, full_matrices=False))",
    shapes
  ),
  entry(
    "svd full",
    (x: X) => {
      const { S, U, Vh } = Linalg.svd(x)
      return [S, np.matmul(np.matrixTranspose(U) as X, U) as X, np.matmul(Vh, np.matrixTranspose(Vh) as X) as X]
    },
    "(lambda u, s, v: [s, u.mT @ u, v @ v.mT])(*jnp.linalg.svd(x))",
    [...shapes.slice(0, 2), [f32([0, 0])]],
    { derivatives: 0 }
  ),
  entry(
    "svd complex",
    (x: X, y: X) => {
      const { S, U, Vh } = Linalg.svd(Lax.complex(x, y), { fullMatrices: false })
      return [S, squared(U), squared(Vh)]
    },
    "(lambda u, s, v: [s, jnp.abs(u) ** 2, jnp.abs(v) ** 2])(*jnp.linalg.svd(lax.complex(x, y), full_matrices=False))",
    [[matrix([4, 3]), f32([4, 3], imaginary)], [matrix([3, 4], "float64"), f64([3, 4], imaginary)]]
  ),
  entry(
    "svd hermitian",
    (x: X) => {
      const a = np.subtract(np.add(x, np.matrixTranspose(x) as X) as X, 9) as X
      const { S, U, Vh } = Linalg.svd(a, { hermitian: true })
      return [S, squared(U), squared(Vh), Linalg.svd(a, { hermitian: true, computeUv: false })]
    },
    "(lambda a: (lambda u, s, v: [s, u ** 2, v ** 2, jnp.linalg.svd(a, hermitian=True, compute_uv=False)])" +
      "(*jnp.linalg.svd(a, hermitian=True)))(x + x.mT - 9)",
    [[matrix([3, 3])], [matrix([2, 3, 3], "float64")]]
  ),
  entry("eigvalsh", (x: X) => Linalg.eigvalsh(x), "jnp.linalg.eigvalsh(x)", [
    ...squares,
    empty,
    [points("float32", [1, NaN, 0, 1], [2, 2])]
  ], { specialDerivatives: false }),
  entry(
    "eigvalsh UPLO",
    (x: X) => [
      Linalg.eigvalsh(x, { UPLO: "U", symmetrizeInput: false }),
      Linalg.eigvalsh(x, { UPLO: "L", symmetrizeInput: false })
    ],
    "[jnp.linalg.eigvalsh(x, UPLO='U', symmetrize_input=False), jnp.linalg.eigvalsh(x, UPLO='L', symmetrize_input=False)]",
    [[matrix([3, 3])]],
    { derivatives: 0 }
  ),
  entry(
    "eigh",
    (x: X) => {
      const { eigenvalues: w, eigenvectors: v } = Linalg.eigh(x)
      return [w, squared(v), np.matmul(np.multiply(v, np.expandDims(w, -2)) as X, np.matrixTranspose(v) as X) as X]
    },
    "(lambda w, v: [w, v ** 2, (v * w[..., None, :]) @ v.mT])(*jnp.linalg.eigh(x))",
    squares
  ),
  entry(
    "eigh complex",
    (x: X, y: X) => {
      const { eigenvalues: w, eigenvectors: v } = Linalg.eigh(Lax.complex(x, y))
      return [w, squared(v)]
    },
    "(lambda w, v: [w, jnp.abs(v) ** 2])(*jnp.linalg.eigh(lax.complex(x, y)))",
    complexSquares
  ),
  entry(
    "eigvals",
    (x: X) => parts(Linalg.eigvals(x)).map((part) => np.sort(part) as X),
    "[jnp.sort(p) for p in parts(jnp.linalg.eigvals(x))]",
    [...squares, [f32([0, 0])], [points("float32", [0, -1, 1, 0], [2, 2])], [
      points("float32", [1, NaN, 0, 1], [2, 2])
    ]],
    // the second derivative is one of eigenvectors
    { specialDerivatives: false, derivatives: 1 }
  ),
  entry(
    "eigvals complex",
    (x: X, y: X) => parts(Linalg.eigvals(Lax.complex(x, y))).map((part) => np.sort(part) as X),
    "[jnp.sort(p) for p in parts(jnp.linalg.eigvals(lax.complex(x, y)))]",
    complexSquares,
    { derivatives: 1 }
  ),
  entry(
    "eig",
    (x: X) => {
      const { eigenvalues, eigenvectors } = Linalg.eig(x)
      return [...parts(eigenvalues).map((part) => np.sort(part) as X), np.sort(squared(eigenvectors)) as X]
    },
    "(lambda w, v: [jnp.sort(p) for p in parts(w)] + [jnp.sort(jnp.abs(v) ** 2)])(*jnp.linalg.eig(x))",
    [[matrix([3, 3])], [f32([2, 4, 4])], [matrix([4, 4], "float64")]],
    { derivatives: 0 }
  ),
  entry(
    "eig complex",
    (x: X, y: X) => {
      const { eigenvalues, eigenvectors } = Linalg.eig(Lax.complex(x, y))
      return [...parts(eigenvalues).map((part) => np.sort(part) as X), np.sort(squared(eigenvectors)) as X]
    },
    "(lambda w, v: [jnp.sort(p) for p in parts(w)] + [jnp.sort(jnp.abs(v) ** 2)])(*jnp.linalg.eig(lax.complex(x, y)))",
    complexSquares,
    { derivatives: 0 }
  )
]
