/**
 * What linear algebra refuses, and its messages; values and derivatives are compared with JAX's in test/ops.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Errors, grad, Lax, Linalg, NdArray, Numpy as np, Scipy } from "effax"
import * as Effect from "effect/Effect"

type Loose = (...args: ReadonlyArray<unknown>) => unknown
type X = NdArray.Any

const wide = np.ones([2, 3])
const square = np.array([[4, 1], [1, 3]])
const v = np.array([1, 2])
const half = np.ones([2, 2], { dtype: "float16" })

const refuses = (cases: ReadonlyArray<readonly [f: unknown, args: ReadonlyArray<unknown>, message: string]>): void => {
  it.each(cases.map(([f, args, message]) => ({ f, args, message })))("$message", ({ args, f, message }) => {
    expect(() => (f as Loose)(...args)).toThrow(message)
  })
}

describe("Linalg refuses", () => {
  refuses([
    [Linalg.inv, [wide], "inv: matrices must be square, got 2 rows and 3 columns in f32[2,3]"],
    [Linalg.inv, [v], "inv: matrices are the last two axes, and f32[2] has one"],
    [Linalg.det, [wide], "det: matrices must be square, got 2 rows and 3 columns"],
    [Linalg.slogdet, [wide], "slogdet: matrices must be square"],
    [Linalg.slogdet, [square, { method: "svd" }], "slogdet: unknown method \"svd\"; it is one of \"lu\", \"qr\""],
    [Linalg.cholesky, [wide], "cholesky: matrices must be square"],
    [
      Linalg.cholesky,
      [half],
      "cholesky: dtype float16 of the operand is not allowed, expected one of float32, float64"
    ],
    [Linalg.cholesky, [square, { upper: 1 }], "cholesky: upper must be true or false, got 1"],
    [Linalg.eigh, [wide], "eigh: matrices must be square"],
    [Linalg.eigh, [square, { UPLO: "X" }], "eigh: unknown UPLO \"X\"; did you mean \"L\"? it is one of \"L\", \"U\""],
    [Linalg.eigvals, [wide], "eigvals: matrices must be square"],
    [Linalg.svd, [1], "svd: matrices are the last two axes, and f32[] has none"],
    [
      Linalg.qr,
      [square, { mode: "economic" }],
      "qr: unknown mode \"economic\"; it is one of \"reduced\", \"complete\""
    ],
    [Linalg.solve, [wide, v], "solve: matrices must be square"],
    [
      Linalg.solve,
      [square, np.ones([3])],
      "solve: f32[2,2] wants a right-hand side of 2 rows, [2] or [..., 2, k], got f32[3]"
    ],
    [
      Linalg.solve,
      [square, np.ones([3, 2])],
      "got f32[3,2]; for a batch of vectors make each a column, `np.expandDims(b, -1)`"
    ],
    [Linalg.lstsq, [np.ones([2, 2, 2]), v], "lstsq: expected one matrix [m, n] and a right-hand side [m] or [m, k]"],
    [Linalg.pinv, [square, { rtol: 0.1, rcond: 0.2 }], "pinv: rtol and rcond are one option; give one of them"],
    [Linalg.tensorinv, [np.ones([2, 3, 4])], "tensorinv: the first 2 axes of f32[2,3,4] must have as many elements"],
    [Linalg.tensorinv, [square, { ind: 0 }], "tensorinv: ind must be a whole number from 1 up, got 0"],
    [Linalg.tensorsolve, [square, np.ones([3])], "tensorsolve: the first axes of a must be those of b, [3]"],
    [Linalg.vectorNorm, [v, { ord: "inf" }], "vectorNorm: the order of a vector norm is a number, Infinity and"],
    [
      Linalg.matrixNorm,
      [square, { ord: 3 }],
      "matrixNorm: unknown order 3 of a matrix norm; it is one of \"fro\", \"nuc\""
    ],
    [Linalg.matrixNorm, [v], "matrixNorm: matrices are the last two axes"],
    [
      Linalg.norm,
      [np.ones([2, 2, 2]), { ord: 1 }],
      "norm: one axis gives norms of vectors, and two norms of matrices, got 3"
    ],
    [Linalg.norm, [square, { axis: 5 }], "norm: axis 5"],
    [Linalg.cond, [np.ones([0, 0])], "cond: matrices without elements have no condition number"],
    [Linalg.cond, [wide, { p: 1 }], "cond: the order 1 wants square matrices, got f32[2,3]"],
    [Linalg.matrixRank, [square, { rtol: 1, tol: 1 }], "matrixRank: rtol and tol are one option; give one of them"],
    [Linalg.matrixPower, [square, 0.5], "matrixPower: n must be a whole number, got 0.5"],
    [Linalg.matrixPower, [wide, 2], "matrixPower: matrices must be square"],
    [Linalg.multiDot, [[square]], "multiDot: expected a list of at least two arrays, got 1"],
    [
      Linalg.multiDot,
      [[square, wide, wide]],
      "multiDot: arrays must be matrices, the first and last vectors or matrices"
    ],
    [Linalg.cross, [v, v], "cross: vectors must have 3 elements along axis -1"],
    [Linalg.vecdot, [v, np.ones([3])], "vecdot: vectors must have one length, got 2 in f32[2] and 3 in f32[3]"],
    [Linalg.outer, [square, v], "outer: expected two vectors, got f32[2,2] and f32[2]; `np.outer` flattens"],
    [Linalg.trace, [v], "trace: matrices are the last two axes"],
    [Linalg.diagonal, [square, { offset: 0.5 }], "diagonal: offset must be a whole number, got 0.5"]
  ])

  it("derivatives of what has none", () => {
    const full = (x: X) => np.sum(Linalg.svd(x).U as X) as X
    expect(() => grad(full)(wide)).toThrow("svd: the derivative exists for `fullMatrices: false` only")
    const vectors = (x: X) => np.sum(np.real(Linalg.eig(x).eigenvectors as X)) as X
    expect(() => grad(vectors)(square)).toThrow("eig: derivatives of eigenvectors are right only where no eigenvalue")
    const schur = (x: X) => np.sum(Lax.linalg.schur(x)[0] as X) as X
    expect(() => grad(schur)(square)).toThrow(Errors.ArgumentError)
    expect(() => grad(schur)(square)).toThrow("jvp: schur has no derivative")
  })
})

const { linalg } = Lax

describe("Lax.linalg refuses", () => {
  refuses([
    [linalg.cholesky, [wide], "cholesky: matrices must be square, got 2 rows and 3 columns"],
    [linalg.cholesky, [[[1]]], "cholesky: expected an array or a number, got a list"],
    [linalg.cholesky, [square, { lower: true }], "cholesky: unknown option \"lower\""],
    [
      linalg.choleskyUpdate,
      [square, np.ones([3])],
      "choleskyUpdate: expected a real square matrix and a vector of as many"
    ],
    [linalg.eig, [square, { vectors: true }], "eig: unknown option \"vectors\""],
    [linalg.eigh, [square, { lower: 1 }], "eigh: lower must be true or false, got 1"],
    [linalg.hessenberg, [wide], "hessenberg: matrices must be square"],
    [linalg.hessenberg, [square, { lower: true }], "hessenberg"],
    [linalg.householderProduct, [wide, v], "householder_product: matrices must have at least as many rows as columns"],
    [
      linalg.householderProduct,
      [square, np.ones([3])],
      "householder_product: 2 columns hold at most 2 reflectors, got 3"
    ],
    [
      linalg.luPivotsToPermutation,
      [np.array([0n, 1n]), 1],
      "permutationSize must be at least the number of pivots, 2, got 1"
    ],
    [linalg.ormqr, [square, v, np.ones([3, 1])], "ormqr: reflectors of 2 rows want as many rows of c, got f32[3,1]"],
    [linalg.ormqr, [wide, v, square], "ormqr: reflectors must have at least as many rows as columns, got f32[2,3]"],
    [linalg.qdwh, [wide], "qdwh: expected one matrix with at least as many rows as columns, got f32[2,3]"],
    [linalg.qr, [square, { pivot: true }], "qr: unknown option \"pivot\"; its options are pivoting, fullMatrices"],
    [linalg.schur, [wide], "schur: matrices must be square"],
    [linalg.svd, [square, { fullMatrices: "yes" }], "svd: fullMatrices must be true or false"],
    [linalg.symmetricProduct, [wide, np.ones([3, 3])], "symmetricProduct: f32[2,3] wants a square matrix of 2 rows"],
    [linalg.triangularSolve, [wide, v], "triangular_solve: matrices must be square"],
    [
      linalg.triangularSolve,
      [square, np.ones([3, 2]), { leftSide: true }],
      "triangular_solve: [2, 2] matrices on the left want 2 rows of the right-hand side, got [3, 2]"
    ],
    [
      linalg.triangularSolve,
      [np.ones([2, 2, 2]), np.ones([3, 2, 2])],
      "triangular_solve: the batch axes of all operands"
    ],
    [linalg.tridiagonal, [np.ones([0, 0])], "tridiagonal: matrices must have at least one row"],
    [
      linalg.tridiagonalSolve,
      [v, v, np.ones([3]), square],
      "tridiagonal_solve: the three diagonals must have one length"
    ],
    [
      linalg.tridiagonalSolve,
      [v, v, v, np.ones([3, 1])],
      "tridiagonal_solve: diagonals of 2 elements want as many rows"
    ]
  ])
})

describe("Scipy.linalg refuses", () => {
  refuses([
    [Scipy.linalg.schur, [square, { output: "triangular" }], "schur: unknown output \"triangular\""],
    [
      Scipy.linalg.qr,
      [square, { mode: "reduced" }],
      "qr: unknown mode \"reduced\"; it is one of \"full\", \"r\", \"economic\""
    ],
    [
      Scipy.linalg.qrMultiply,
      [square, np.ones([2, 3])],
      "qrMultiply: Q of f32[2,2] wants 2 columns of c, got f32[2,3]"
    ],
    [Scipy.linalg.choSolve, [square, v], "choSolve: expected the pair that `Scipy.linalg.choFactor` gives"],
    [Scipy.linalg.choSolve, [[square, true], v, { x: 1 }], "choSolve: unknown option \"x\""],
    [Scipy.linalg.luSolve, [[square], v], "luSolve: expected the pair that `Scipy.linalg.luFactor` gives"],
    [Scipy.linalg.luSolve, [[square, np.array([0n, 1n])], v, { trans: 3 }], "luSolve: trans is 0, 1 (transposed) or 2"],
    [Scipy.linalg.luSolve, [[square, np.array([0n, 1n])], v, { x: 1 }], "luSolve: unknown option \"x\""],
    [Scipy.linalg.solve, [square, v, { assumeA: "diagonal" }], "solve: unknown assumeA \"diagonal\""],
    [Scipy.linalg.solve, [square, np.ones([3])], "solve: f32[2,2] wants a right-hand side of 2 rows"],
    [Scipy.linalg.solveTriangular, [square, v, { trans: "X" }], "solveTriangular: unknown trans \"X\""],
    [
      Scipy.linalg.solveSylvester,
      [square, square, wide],
      "solveSylvester: f32[2,2] and f32[2,2] want a matrix [..., 2, 2]"
    ],
    [Scipy.linalg.eighTridiagonal, [v, v], "eighTridiagonal: expected a diagonal [n] and an off-diagonal [n - 1]"],
    [
      Scipy.linalg.eighTridiagonal,
      [v, np.ones([1]), { select: "i", selectRange: [1, 2] }],
      "eighTridiagonal: select \"i\" wants selectRange: the first and the last position, from 0 to 1"
    ],
    [
      Scipy.linalg.polar,
      [square, { side: "left" }],
      "polar: \"qdwh\" wants at least as many rows as columns for side \"right\""
    ],
    [Scipy.linalg.expm, [wide], "expm: matrices must be square"],
    [
      Scipy.linalg.expmFrechet,
      [square, np.ones([3, 3])],
      "expmFrechet: the matrix and the direction must have one shape"
    ],
    [Scipy.linalg.sqrtm, [wide], "sqrtm: matrices must be square"],
    [Scipy.linalg.funm, [np.ones([2, 2, 2]), np.exp], "funm: expected one square matrix, got f32[2,2,2]; `vmap`"],
    [Scipy.linalg.funm, [square, 3], "funm: expected a function, got 3"],
    [Scipy.linalg.rsf2csf, [square, np.ones([3, 3])], "rsf2csf: the form and its vectors must have one size"],
    [Scipy.linalg.leslie, [v, v], "leslie: at least two fecundities want one survival rate less"],
    [Scipy.linalg.companion, [np.ones([1])], "companion: a polynomial has at least two coefficients, got f32[1]"],
    [Scipy.linalg.fiedlerCompanion, [np.ones([0])], "fiedlerCompanion: a polynomial has at least one coefficient"],
    [Scipy.linalg.convolutionMatrix, [v, 0], "convolutionMatrix: n must be a whole number from 1 up, got 0"],
    [Scipy.linalg.convolutionMatrix, [1, 2], "convolutionMatrix: expected a vector of at least one element"],
    [Scipy.linalg.convolutionMatrix, [v, 2, { mode: "valid " }], "convolutionMatrix: unknown mode \"valid \""],
    [Scipy.linalg.hankel, [1], "hankel: the column and the row must be vectors, got a scalar"],
    [
      Scipy.linalg.blockDiag,
      [np.ones([2, 2, 2])],
      "blockDiag: blocks are matrices, vectors or numbers, got f32[2,2,2]"
    ],
    [Scipy.linalg.hadamard, [3], "hadamard: n must be a power of 2, got 3"],
    [Scipy.linalg.dft, [2, { dtype: "float32" }], "dft: dtype must be complex64 or complex128, got \"float32\""],
    [Scipy.linalg.dft, [2, { scale: "half" }], "dft: unknown scale \"half\""],
    [Scipy.linalg.pascal, [2, { kind: "left" }], "pascal: unknown kind \"left\""],
    [Scipy.linalg.helmert, [0], "helmert: n must be a whole number from 1 up, got 0"],
    [Scipy.linalg.hilbert, [-1], "hilbert: n must be a whole number from 0 up, got -1"]
  ])
})

describe("iterative solvers", () => {
  const { bicgstab, cg } = Scipy.sparse.linalg
  refuses([
    [cg, [wide, v], "cg: expected a square matrix or a linear function, got f32[2,3]"],
    [cg, ["A", v], "cg: expected a square matrix or a linear function, got \"A\""],
    [cg, [square, v, { x0: np.ones([3]) }], "cg: x0 must have the arrays of b, f32[2], got f32[3]"],
    [bicgstab, [square, v, { maxiter: -1 }], "bicgstab: maxiter must be a whole number from 0 up, got -1"],
    [bicgstab, [square, v, { restart: 3 }], "bicgstab: unknown option \"restart\""]
  ])

  it("solve for trees of arrays", async () => {
    const b = { x: np.array([2, 4]), y: np.array([[3]]) }
    const solved = (solve: typeof cg) =>
      Effect.runPromise(Effect.provide(
        NdArray.toNested(solve((t: typeof b) => ({ x: np.multiply(t.x, 2), y: np.multiply(t.y, 3) }) as never, b)[0]),
        Reference.layer
      ))
    const close = (given: unknown) =>
      JSON.stringify(given, (_, x: unknown) => typeof x === "number" ? Math.round(x * 1e4) / 1e4 : x)
    expect(close(await solved(cg))).toBe("{\"x\":[1,2],\"y\":[[1]]}")
    expect(close(await solved(bicgstab as never))).toBe("{\"x\":[1,2],\"y\":[[1]]}")
  })
})

describe("matrices without a result", () => {
  const nested = <A>(x: A) => Effect.runPromise(Effect.provide(NdArray.toNested(x), Reference.layer))
  const nan = np.array([[NaN, 1], [1, 2]])

  it("singular ones give infinities and NaN, and no error", async () => {
    const singular = np.array([[1, 2], [2, 4]])
    expect((await nested(Linalg.inv(singular)) as ReadonlyArray<ReadonlyArray<number>>).flat().some(Number.isFinite))
      .toBe(false)
    expect(await nested(Linalg.slogdet(singular))).toEqual({ sign: 0, logabsdet: -Infinity })
  })

  it("NaN gives NaN", async () => {
    expect(await nested(Linalg.eigvalsh(nan))).toEqual([NaN, NaN])
    expect(await nested(Linalg.svdvals(nan))).toEqual([NaN, NaN])
    expect(await nested(np.real(Linalg.eigvals(nan)))).toEqual([NaN, NaN])
    expect(await nested(Lax.linalg.schur(nan)[0])).toEqual([[NaN, NaN], [NaN, NaN]])
    expect(await nested(Linalg.cholesky(nan))).toEqual([[NaN, 0], [NaN, NaN]])
  })

  it("an infinite element gives NaN", async () => {
    expect(await nested(Linalg.svdvals(np.array([[Infinity, 1], [0, 1]])))).toEqual([NaN, NaN])
  })
})
