/**
 * scipy.linalg.
 */
import { Lax, type NdArray, Numpy as np, Scipy } from "effax"
import { f32, f64, i32, outside } from "./inputs.ts"
import { conditioned, matrix } from "./matrices.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const { linalg } = Scipy

const plain = entries("Scipy.linalg")
const entry: typeof plain = (name, f, jax, cases, options) => plain(name, f, jax, cases, { ...conditioned, ...options })

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]
const imaginary = outside(0.1, 1)
const squared = (z: X): X => np.square(np.abs(z)) as X
const T = (x: X): X => np.matrixTranspose(x) as X
const matmul = (x: X, y: X): X => np.matmul(x, y) as X
const symmetric = (x: X): X => np.add(x, T(x)) as X

const systems: ReadonlyArray<Arguments> = [
  [matrix([3, 3]), f32([3])],
  [matrix([2, 3, 3]), f32([3, 2])],
  [matrix([4, 4], "float64"), f64([4, 1])]
]
const squares: ReadonlyArray<Arguments> = [[matrix([3, 3])], [matrix([4, 4], "float64")]]
const tall: ReadonlyArray<Arguments> = [[matrix([4, 3])], [matrix([3, 4])], [matrix([3, 3], "float64")]]

const none = { derivatives: 0 } as const

const decompositions = [
  entry(
    "cholesky",
    (x: X) => [linalg.cholesky(symmetric(x)), linalg.cholesky(symmetric(x), { lower: true })],
    "[jax.scipy.linalg.cholesky(x + x.mT), jax.scipy.linalg.cholesky(x + x.mT, lower=True)]",
    squares,
    { numeric: false }
  ),
  entry(
    "choFactor",
    (x: X) => linalg.choFactor(x, { lower: true })[0],
    "jax.scipy.linalg.cho_factor(x, lower=True)[0]",
    [[matrix([3, 3])]],
    { numeric: false }
  ),
  entry(
    "choSolve",
    (x: X, y: X) => [
      linalg.choSolve(linalg.choFactor(symmetric(x)), y),
      linalg.choSolve(linalg.choFactor(symmetric(x), { lower: true }), y)
    ],
    "[jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(x + x.mT), y), " +
      "jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(x + x.mT, lower=True), y)]",
    systems,
    { derivatives: 1, numeric: false }
  ),
  entry("luFactor", (x: X) => linalg.luFactor(x), "jax.scipy.linalg.lu_factor(x)", [[f32([3, 3])], [f64([2, 3, 4])]], {
    derivatives: 1
  }),
  entry(
    "luSolve",
    (x: X, y: X) => ([0, 1, 2] as const).map((trans) => linalg.luSolve(linalg.luFactor(x), y, { trans })),
    "[jax.scipy.linalg.lu_solve(jax.scipy.linalg.lu_factor(x), y, trans=t) for t in (0, 1, 2)]",
    systems,
    { derivatives: 1 }
  ),
  entry(
    "lu",
    (x: X) => [...linalg.lu(x), ...linalg.lu(x, { permuteL: true })],
    "[*jax.scipy.linalg.lu(x), *jax.scipy.linalg.lu(x, permute_l=True)]",
    [[f32([3, 3])], [f32([4, 3])], [f64([2, 4])]],
    { derivatives: 1 }
  ),
  entry("qr", (x: X) => linalg.qr(x), "jax.scipy.linalg.qr(x)", tall),
  entry(
    "qr modes",
    (x: X) => [
      ...linalg.qr(x, { mode: "economic" }),
      ...linalg.qr(x, { mode: "r" }),
      ...linalg.qr(x, { mode: "economic", pivoting: true }),
      ...linalg.qr(x, { mode: "r", pivoting: true })
    ],
    "[*jax.scipy.linalg.qr(x, mode='economic'), *jax.scipy.linalg.qr(x, mode='r'), " +
      "*jax.scipy.linalg.qr(x, mode='economic', pivoting=True), *jax.scipy.linalg.qr(x, mode='r', pivoting=True)]",
    tall,
    none
  ),
  entry(
    "qrMultiply",
    (x: X, c: X) => linalg.qrMultiply(x, c),
    "jax.scipy.linalg.qr_multiply(x, y)",
    [[matrix([4, 3]), f32([2, 4])], [matrix([3, 3]), f32([3])]],
    none
  ),
  entry(
    "qrMultiply left",
    (x: X, c: X) => linalg.qrMultiply(x, c, { mode: "left", pivoting: true }),
    "jax.scipy.linalg.qr_multiply(x, y, mode='left', pivoting=True)",
    [[matrix([4, 3]), f32([3, 2])]],
    none
  ),
  entry(
    "svd",
    (x: X) => {
      const [u, s, vh] = linalg.svd(x, { fullMatrices: false })
      return [squared(u), s, squared(vh), linalg.svd(x, { computeUv: false })]
    },
    "(lambda u, s, v: [u ** 2, s, v ** 2, jax.scipy.linalg.svd(x, compute_uv=False)])" +
      "(*jax.scipy.linalg.svd(x, full_matrices=False))",
    tall,
    { derivatives: 1 }
  ),
  entry(
    "eigh",
    (x: X) => {
      const [w, v] = linalg.eigh(x)
      return [w, squared(v), linalg.eigh(x, { eigvalsOnly: true, lower: false })]
    },
    "(lambda w, v: [w, v ** 2, jax.scipy.linalg.eigh(x, eigvals_only=True, lower=False)])(*jax.scipy.linalg.eigh(x))",
    squares,
    { derivatives: 1 }
  ),
  entry(
    "eighTridiagonal",
    (d: X, e: X) => {
      const [w, v] = linalg.eighTridiagonal(d, e)
      return [
        w,
        squared(v),
        linalg.eighTridiagonal(d, e, { eigvalsOnly: true, select: "i", selectRange: [1, 2] })
      ]
    },
    "(lambda w, v: [w, v ** 2, jax.scipy.linalg.eigh_tridiagonal(x, y, eigvals_only=True, select='i', select_range=(1, 2))])" +
      "(*jax.scipy.linalg.eigh_tridiagonal(x, y))",
    [[f32([4]), f32([3], outside(0.3, 1))], [f64([3]), f64([2], outside(0.3, 1))]],
    { ...none, tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-11, atol: 1e-11 } } }
  ),
  entry(
    "schur",
    (x: X) => {
      const [t, z] = linalg.schur(x)
      const [c] = linalg.schur(x, { output: "complex" })
      const values = np.diagonal(c) as X
      return [matmul(matmul(z, t), T(z)), matmul(T(z), z), ...parts(values).map((part) => np.sort(part) as X)]
    },
    "(lambda t, z: [z @ t @ z.T, z.T @ z] + [jnp.sort(p) for p in parts(jnp.diagonal(" +
      "jax.scipy.linalg.schur(x, output='complex')[0]))])(*jax.scipy.linalg.schur(x))",
    [[f32([4, 4])], [matrix([3, 3], "float64")]],
    none
  ),
  entry(
    "rsf2csf",
    (x: X) => {
      const [t, z] = linalg.rsf2csf(...linalg.schur(x))
      const back = matmul(matmul(z, t), np.conj(T(z)) as X)
      return [
        ...parts(back),
        ...parts(np.diagonal(t) as X).map((part) => np.sort(part) as X),
        np.sum(np.abs(part(t))) as X
      ]
    },
    "(lambda t, z: parts(z @ t @ z.conj().T) + [jnp.sort(p) for p in parts(jnp.diagonal(t))] + [jnp.sum(jnp.abs(jnp.tril(t, -1)))])" +
      "(*jax.scipy.linalg.rsf2csf(*jax.scipy.linalg.schur(x)))",
    [[f32([4, 4])], [f64([4, 4])]],
    none
  ),
  entry(
    "hessenberg",
    (x: X) => [linalg.hessenberg(x), ...linalg.hessenberg(x, { calcQ: true })],
    "[jax.scipy.linalg.hessenberg(x), *jax.scipy.linalg.hessenberg(x, calc_q=True)]",
    [[matrix([4, 4])], [matrix([2, 3, 3], "float64")]],
    none
  ),
  entry(
    "polar",
    (
      x: X
    ) => [
      ...linalg.polar(x),
      ...linalg.polar(x, { method: "svd" }),
      ...linalg.polar(x, { method: "svd", side: "left" })
    ],
    "[*jax.scipy.linalg.polar(x), *jax.scipy.linalg.polar(x, method='svd'), *jax.scipy.linalg.polar(x, 'left', method='svd')]",
    [[matrix([4, 3])], [matrix([3, 3], "float64")]],
    { ...none, tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-10, atol: 1e-10 } } }
  ),
  entry(
    "polar left",
    (x: X) => linalg.polar(x, { side: "left" }),
    "jax.scipy.linalg.polar(x, 'left')",
    [[matrix([3, 4])]],
    { ...none, tolerance: { float32: { rtol: 1e-4, atol: 1e-4 } } }
  )
]

/** The elements below the diagonal of 4 rows. */
function part(t: X): X {
  const column = Lax.iota("int32", 4)
  return np.where(np.less(column, np.expandDims(column, 1)), t, 0) as X
}

const equations = [
  entry("solve", (x: X, y: X) => linalg.solve(x, y), "jax.scipy.linalg.solve(x, y)", systems),
  entry(
    "solve pos",
    (x: X, y: X) => [
      linalg.solve(symmetric(x), y, { assumeA: "pos" }),
      linalg.solve(symmetric(x), y, { assumeA: "pos", lower: true })
    ],
    "[jax.scipy.linalg.solve(x + x.mT, y, assume_a='pos'), jax.scipy.linalg.solve(x + x.mT, y, assume_a='pos', lower=True)]",
    [systems[0]!, [matrix([3, 3]), f32([3, 2])]],
    { numeric: false }
  ),
  entry(
    "solveTriangular",
    (x: X, y: X) => [
      linalg.solveTriangular(x, y),
      linalg.solveTriangular(x, y, { lower: true, trans: "T" }),
      linalg.solveTriangular(x, y, { unitDiagonal: true, trans: 2 })
    ],
    "[jax.scipy.linalg.solve_triangular(x, y), jax.scipy.linalg.solve_triangular(x, y, lower=True, trans='T'), " +
      "jax.scipy.linalg.solve_triangular(x, y, unit_diagonal=True, trans=2)]",
    systems
  ),
  entry(
    "solveSylvester",
    (a: X, b: X, c: X) => [linalg.solveSylvester(a, b, c), linalg.solveSylvester(a, b, c, { method: "eigen" })],
    "[jax.scipy.linalg.solve_sylvester(x, y, z), jax.scipy.linalg.solve_sylvester(x, y, z, method='eigen')]",
    [[matrix([3, 3]), matrix([2, 2]), f32([3, 2])], [
      matrix([2, 2], "float64"),
      matrix([3, 3], "float64"),
      f64([2, 3])
    ]],
    { ...none, tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-11, atol: 1e-11 } } }
  ),
  entry(
    "solveSylvester complex",
    (x: X, y: X, c: X) => parts(linalg.solveSylvester(Lax.complex(x, y), Lax.complex(y, x), Lax.complex(c, c))),
    "parts(jax.scipy.linalg.solve_sylvester(lax.complex(x, y), lax.complex(y, x), lax.complex(z, z)))",
    [[matrix([2, 2]), f32([2, 2], imaginary), f32([2, 2])]],
    { ...none, tolerance: { float32: { rtol: 2e-4, atol: 2e-4 } } }
  )
]

const functions = [
  entry("expm", (x: X) => linalg.expm(x), "jax.scipy.linalg.expm(x)", [
    [f32([3, 3], outside(0.1, 1))],
    [f64([2, 2, 2], outside(0.5, 3))],
    [f32([2, 2], outside(0.01, 0.05))]
  ], {
    tolerance: { float32: { rtol: 3e-5, atol: 3e-5 }, float64: { rtol: 1e-11, atol: 1e-10 } },
    derivativeTolerance: { float32: { rtol: 1e-3, atol: 1e-3 }, float64: { rtol: 1e-9, atol: 1e-7 } },
    derivatives: 1,
    numeric: false
  }),
  entry(
    "expm complex",
    (x: X, y: X) => parts(linalg.expm(Lax.complex(x, y))),
    "parts(jax.scipy.linalg.expm(lax.complex(x, y)))",
    [[f32([3, 3], imaginary), f32([3, 3], imaginary)]],
    { derivatives: 1, numeric: false }
  ),
  entry(
    "expm triangular",
    (
      x: X
    ) => [linalg.expm(x, { maxSquarings: 0 }), linalg.expm(np.multiply(x, np.eye(2)) as X, { upperTriangular: true })],
    "[jax.scipy.linalg.expm(x, max_squarings=0), jax.scipy.linalg.expm(x * jnp.eye(2), upper_triangular=True)]",
    [[f32([2, 2], outside(20, 30))], [f32([2, 2], outside(0.5, 1))]],
    { ...none, tolerance: { float32: { rtol: 2e-4, atol: 1e-4 } } }
  ),
  entry(
    "expmFrechet",
    (a: X, e: X) => [...linalg.expmFrechet(a, e), linalg.expmFrechet(a, e, { computeExpm: false })],
    "[*jax.scipy.linalg.expm_frechet(x, y), jax.scipy.linalg.expm_frechet(x, y, compute_expm=False)]",
    [[f32([3, 3], outside(0.1, 1)), f32([3, 3])]],
    { ...none, tolerance: { float32: { rtol: 2e-4, atol: 2e-4 } } }
  ),
  entry("sqrtm", (x: X) => parts(linalg.sqrtm(x)), "parts(jax.scipy.linalg.sqrtm(x))", [
    [matrix([4, 4])],
    [matrix([3, 3], "float64")]
  ], none),
  entry(
    "sqrtm complex",
    (x: X, y: X) => parts(linalg.sqrtm(Lax.complex(x, y))),
    "parts(jax.scipy.linalg.sqrtm(lax.complex(x, y)))",
    [[matrix([3, 3]), f32([3, 3], imaginary)]],
    none
  ),
  entry(
    "funm",
    (x: X) => [
      ...parts(linalg.funm(x, (w) => np.exp(w) as X)),
      linalg.funm(x, (w) => np.sin(w) as X, { disp: false })[1]
    ],
    "parts(jax.scipy.linalg.funm(x, jnp.exp)) + [jax.scipy.linalg.funm(x, jnp.sin, disp=False)[1]]",
    [[matrix([3, 3])], [matrix([4, 4], "float64")]],
    { ...none, tolerance: { float32: { rtol: 2e-4, atol: 2e-3 }, float64: { rtol: 1e-8, atol: 1e-8 } } }
  )
]

const patterns = [
  entry(
    "toeplitz",
    (c: X, r: X) => [linalg.toeplitz(c), linalg.toeplitz(c, r)],
    "[jax.scipy.linalg.toeplitz(x), jax.scipy.linalg.toeplitz(x, y)]",
    [[f32([3]), f32([4])], [i32([2, 3]), i32([2])], [f32([]), f32([2])], [f32([3]), f32([0])]]
  ),
  entry(
    "hankel",
    (c: X, r: X) => [linalg.hankel(c), linalg.hankel(c, r)],
    "[jax.scipy.linalg.hankel(x), jax.scipy.linalg.hankel(x, y)]",
    [[f32([3]), f32([4])], [i32([2, 3]), i32([2])]]
  ),
  entry("circulant", (c: X) => linalg.circulant(c), "jax.scipy.linalg.circulant(x)", [[f32([4])], [i32([2, 3])]]),
  entry("leslie", (f: X, s: X) => linalg.leslie(f, s), "jax.scipy.linalg.leslie(x, y)", [
    [f32([4]), f32([3])],
    [f32([2, 2]), f32([2, 1])]
  ]),
  entry("companion", (a: X) => linalg.companion(a), "jax.scipy.linalg.companion(x)", [
    [f32([4], outside(0.5, 2))],
    [f32([2, 3], outside(0.5, 2))],
    [i32([2])]
  ], { vmap: true, specialDerivatives: false }),
  entry("fiedler", (a: X) => linalg.fiedler(a), "jax.scipy.linalg.fiedler(x)", [[f32([3])], [i32([2, 3])]], {
    derivatives: 1
  }),
  entry("fiedlerCompanion", (a: X) => linalg.fiedlerCompanion(a), "jax.scipy.linalg.fiedler_companion(x)", [
    [f32([6], outside(0.5, 2))],
    [f32([2, 3], outside(0.5, 2))],
    [f32([2], outside(0.5, 2))],
    [f32([1], outside(0.5, 2))]
  ]),
  entry(
    "convolutionMatrix",
    (a: X) => (["full", "valid", "same"] as const).map((mode) => linalg.convolutionMatrix(a, 3, { mode })),
    "[jax.scipy.linalg.convolution_matrix(x, 3, mode=m) for m in ('full', 'valid', 'same')]",
    [[f32([2])], [f32([2, 4])], [i32([3])]]
  ),
  entry(
    "blockDiag",
    (x: X, y: X, z: X) => linalg.blockDiag(x, y, z),
    "jax.scipy.linalg.block_diag(x, y, z)",
    [[f32([2, 2]), f32([3]), f32([])], [f32([1, 2]), i32([0, 2]), f32([2, 1])]]
  )
]

const makers = [
  ["hilbert", () => [0, 1, 4].map((n) => linalg.hilbert(n)), "[jax.scipy.linalg.hilbert(n) for n in (0, 1, 4)]"],
  ["invhilbert", () => linalg.invhilbert(5), "jax.scipy.linalg.invhilbert(5)"],
  [
    "pascal",
    () => (["symmetric", "lower", "upper"] as const).map((kind) => linalg.pascal(4, { kind })),
    "[jax.scipy.linalg.pascal(4, kind=k) for k in ('symmetric', 'lower', 'upper')]"
  ],
  [
    "invpascal",
    () => (["symmetric", "lower", "upper"] as const).map((kind) => linalg.invpascal(4, { kind })),
    "[jax.scipy.linalg.invpascal(4, kind=k) for k in ('symmetric', 'lower', 'upper')]"
  ],
  [
    "helmert",
    () => [linalg.helmert(4), linalg.helmert(3, { full: true })],
    "[jax.scipy.linalg.helmert(4), jax.scipy.linalg.helmert(3, full=True)]"
  ],
  [
    "hadamard",
    () => [linalg.hadamard(4), linalg.hadamard(8, { dtype: "float32" })],
    "[jax.scipy.linalg.hadamard(4), jax.scipy.linalg.hadamard(8, dtype=jnp.float32)]"
  ],
  [
    "dft",
    () => [...parts(linalg.dft(5)), ...parts(linalg.dft(4, { scale: "sqrtn" }))],
    "[*parts(jax.scipy.linalg.dft(5)), *parts(jax.scipy.linalg.dft(4, scale='sqrtn'))]"
  ]
] as const

export const scipyLinalg = [
  ...decompositions,
  ...equations,
  ...functions,
  ...patterns,
  ...makers.map(([name, f, jax]) =>
    // JAX computes binomial coefficients by logarithms
    entry(name, f as () => X, jax, [[]], { ...none, vmap: false, tolerance: { float32: { rtol: 1e-4, atol: 2e-6 } } })
  )
]
