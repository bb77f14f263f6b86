/**
 * Linear equations as SciPy has them.
 */
import * as Aval from "../../Aval.ts"
import type * as DType from "../../DType.ts"
import { isComplex } from "../../DType.ts"
import { ArgumentError, ShapeError } from "../../Errors.ts"
import { describe } from "../../internal/arguments/describe.ts"
import { dualWithOptions } from "../../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, type Known } from "../../internal/arguments/options.ts"
import type { Behind, Last } from "../../internal/types/dataLast.ts"
import { foriLoop } from "../../lax/loops.ts"
import { overBatch } from "../../linalg/batches.ts"
import { asMatrix, choleskyOf, solveMatrices, toBatch, withoutColumn } from "../../linalg/core.ts"
import { broadcastShape, checkSquareMatrix } from "../../linalg/shapes.ts"
import type * as NdArray from "../../NdArray.ts"
import { type ArrayLike, asDType, promoteInexact, type PromoteOperands } from "../../numpy/operands.ts"
import { sub } from "../../primitive/arithmetic.ts"
import { real } from "../../primitive/complex.ts"
import { abs, add, div, eq, gt, lt, mul, select, stopGradient } from "../../primitive/elementwise.ts"
import { eig as eigPrimitive } from "../../primitive/linalg/eig.ts"
import { luPivotsToPermutation } from "../../primitive/linalg/lu.ts"
import { solveFactored, type Trans } from "../../primitive/linalg/luSolve.ts"
import {
  asColumn,
  asRow,
  conjugate,
  convertTo,
  diagonalOf,
  eye,
  H,
  matmul,
  stretch
} from "../../primitive/linalg/matrix.ts"
import { triangularSolve } from "../../primitive/linalg/triangularSolve.ts"
import { reduceOr, reduceSum } from "../../primitive/reduction.ts"
import { broadcastInDim, full, iota } from "../../primitive/structural.ts"
import { customLinearSolve } from "../../transform/customLinearSolve.ts"
import { complexSchur } from "./decompositions.ts"

type Any = NdArray.Any
type Solution<A, B> = NdArray.NdArray<DType.ToInexact<PromoteOperands<A, B>>>

/** The right-hand side as matrices, and both sides with one batch. */
const prepared = (operation: string, a: ArrayLike, b: ArrayLike) => {
  const [matrix, given] = promoteInexact(operation, [a, b]) as unknown as readonly [Any, Any]
  checkSquareMatrix(operation, matrix)
  const isVector = given.shape.length === 1
  const n = matrix.shape.at(-1)!
  if (given.shape.length === 0 || given.shape.at(isVector ? -1 : -2) !== n) {
    throw new ShapeError({
      operation,
      message: `${operation}: ${
        Aval.format(matrix)
      } wants a right-hand side of ${n} rows, [${n}] or [..., ${n}, k], got ${Aval.format(given)}`
    })
  }
  const rhs = asMatrix(given, isVector)
  const batch = broadcastShape(operation, matrix.shape.slice(0, -2), rhs.shape.slice(0, -2))
  return { matrix: toBatch(matrix, batch, 2), rhs: toBatch(rhs, batch, 2), batch, isVector }
}

// --- solve ----------------------------------------------------------------------------------------------------------

/** What is known of a matrix: nothing, symmetric, Hermitian, positive definite. @category models @since 0.1.0 */
export type Structure = "gen" | "sym" | "her" | "pos"

/** Options of {@link solve}. @category models @since 0.1.0 */
export interface SolveOptions {
  /** Whether the lower triangle is read of matrices that are `pos`; false by default. */
  readonly lower?: boolean
  /** `gen` by default. */
  readonly assumeA?: Structure
}
const knownOfSolve: Known<SolveOptions> = { lower: true, assumeA: true }

const withFactor = (c: Any, lower: boolean, b: Any): Any => {
  const left = { leftSide: true, lower }
  const y = triangularSolve(c, b, { ...left, transposeA: !lower, conjugateA: !lower })
  return triangularSolve(c, y, { ...left, transposeA: lower, conjugateA: lower })
}

/**
 * The solution of `a x = b` for square matrices, by the LU decomposition, or with `assumeA: "pos"` by the Cholesky
 * decomposition.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.solve(np.array([[4, 2], [2, 5]]), np.array([6, 7]), { assumeA: "pos" }) // => [1, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const solve: {
  <B extends ArrayLike>(b: B, options?: Behind<SolveOptions>): Last<B, <A extends ArrayLike>(a: A) => Solution<A, B>>
  <A extends ArrayLike, B extends ArrayLike>(a: A, b: B, options?: SolveOptions): Solution<A, B>
} = dualWithOptions("solve", 2, knownOfSolve, (a: ArrayLike, b: ArrayLike, options: SolveOptions): never => {
  const { assumeA = "gen", lower = false } = options
  checkBooleans("solve", { lower })
  checkChoice("solve", "assumeA", assumeA, { gen: true, sym: true, her: true, pos: true })
  const { isVector, matrix, rhs } = prepared("solve", a, b)
  if (assumeA !== "pos") return withoutColumn(solveMatrices(matrix, rhs), isVector) as never
  const given = stopGradient(matrix)
  const c = lower ? choleskyOf(given, false) : H(choleskyOf(H(given), false))
  const x = customLinearSolve((x: Any) => matmul(matrix, x), rhs, (_, y) => withFactor(c, lower, y as Any), {
    // the transpose of a Hermitian matrix is its conjugate
    transposeSolve: (_, y) => conjugate(withFactor(c, lower, conjugate(y as Any)))
  })
  return withoutColumn(x, isVector) as never
})

// --- with decompositions --------------------------------------------------------------------------------------------

/**
 * The solution of `a x = b` with the Cholesky decomposition of `a` that `choFactor` gives.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.choSolve([np.array([[2, 0], [0, 1]]), true], np.array([4, 1])) // => [1, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const choSolve: {
  <B extends ArrayLike>(b: B): Last<B, <A extends ArrayLike>(factor: readonly [c: A, lower: boolean]) => Solution<A, B>>
  <A extends ArrayLike, B extends ArrayLike>(factor: readonly [c: A, lower: boolean], b: B): Solution<A, B>
} = dualWithOptions("choSolve", 2, {}, (factor: readonly [ArrayLike, boolean], b: ArrayLike): never => {
  const [c, lower] = pairOf("choSolve", "choFactor", factor)
  checkBooleans("choSolve", { lower })
  const { isVector, matrix, rhs } = prepared("choSolve", c as ArrayLike, b)
  return withoutColumn(withFactor(matrix, lower as boolean, rhs), isVector) as never
})

const pairOf = (operation: string, maker: string, factor: unknown): readonly [unknown, unknown] => {
  if (Array.isArray(factor) && factor.length === 2) return factor as unknown as readonly [unknown, unknown]
  throw new ArgumentError({
    operation,
    message: `${operation}: expected the pair that \`Scipy.linalg.${maker}\` gives, got ${describe(factor)}`
  })
}

/** Options of {@link luSolve}. @category models @since 0.1.0 */
export interface LuSolveOptions {
  /** 0: `a x = b`; 1: `a^T x = b`; 2: `a^H x = b`. */
  readonly trans?: Trans
}
const knownOfLuSolve: Known<LuSolveOptions> = { trans: true }

/**
 * The solution of `a x = b` with the LU decomposition of `a` that `luFactor` gives.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const factor = Scipy.linalg.luFactor(np.array([[1, 2], [4, 4]]))
 * Scipy.linalg.luSolve(factor, np.array([5, 6]), { trans: 1 }) // => [1, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const luSolve: {
  <B extends ArrayLike>(
    b: B,
    options?: Behind<LuSolveOptions>
  ): Last<B, <A extends ArrayLike>(factor: readonly [lu: A, pivots: ArrayLike]) => Solution<A, B>>
  <A extends ArrayLike, B extends ArrayLike>(
    factor: readonly [lu: A, pivots: ArrayLike],
    b: B,
    options?: LuSolveOptions
  ): Solution<A, B>
} = dualWithOptions("luSolve", 2, knownOfLuSolve, (
  factor: readonly [ArrayLike, ArrayLike],
  b: ArrayLike,
  { trans = 0 }: LuSolveOptions
): never => {
  const [packed, pivots] = pairOf("luSolve", "luFactor", factor)
  if (trans !== 0 && trans !== 1 && trans !== 2) {
    throw new ArgumentError({
      operation: "luSolve",
      message: `luSolve: trans is 0, 1 (transposed) or 2 (conjugate transposed), got ${describe(trans)}`
    })
  }
  const { batch, isVector, matrix, rhs } = prepared("luSolve", packed as ArrayLike, b)
  const permutation = luPivotsToPermutation(asDType("luSolve", pivots as ArrayLike, "int32"), matrix.shape.at(-1)!)
  return withoutColumn(solveFactored(matrix, toBatch(permutation, batch, 1), rhs, trans), isVector) as never
})

/** Whether a triangular matrix is transposed, by number or by letter. @category models @since 0.1.0 */
export type Transposition = 0 | 1 | 2 | "N" | "T" | "C"

/** Options of {@link solveTriangular}. @category models @since 0.1.0 */
export interface SolveTriangularOptions {
  /** `N` (0): as it is; `T` (1): transposed; `C` (2): conjugate transposed. */
  readonly trans?: Transposition
  /** Whether the lower triangle is read; false by default. */
  readonly lower?: boolean
  /** Whether the diagonal is taken for 1, and not read. */
  readonly unitDiagonal?: boolean
}
const knownOfTriangular: Known<SolveTriangularOptions> = { trans: true, lower: true, unitDiagonal: true }

const transpositions: { readonly [name: string]: { readonly transposeA: boolean; readonly conjugateA: boolean } } = {
  0: { transposeA: false, conjugateA: false },
  N: { transposeA: false, conjugateA: false },
  1: { transposeA: true, conjugateA: false },
  T: { transposeA: true, conjugateA: false },
  2: { transposeA: true, conjugateA: true },
  C: { transposeA: true, conjugateA: true }
}

/**
 * The solution of `a x = b` for triangular matrices.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.solveTriangular(np.array([[2, 0], [1, 4]]), np.array([2, 5]), { lower: true }) // => [1, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const solveTriangular: {
  <B extends ArrayLike>(
    b: B,
    options?: Behind<SolveTriangularOptions>
  ): Last<B, <A extends ArrayLike>(a: A) => Solution<A, B>>
  <A extends ArrayLike, B extends ArrayLike>(a: A, b: B, options?: SolveTriangularOptions): Solution<A, B>
} = dualWithOptions("solveTriangular", 2, knownOfTriangular, (
  a: ArrayLike,
  b: ArrayLike,
  options: SolveTriangularOptions
): never => {
  const { lower = false, trans = 0, unitDiagonal = false } = options
  checkBooleans("solveTriangular", { lower, unitDiagonal })
  checkChoice("solveTriangular", "trans", String(trans), transpositions)
  const { isVector, matrix, rhs } = prepared("solveTriangular", a, b)
  const x = triangularSolve(matrix, rhs, { leftSide: true, lower, unitDiagonal, ...transpositions[String(trans)]! })
  return withoutColumn(x, isVector) as never
})

// --- Sylvester ------------------------------------------------------------------------------------------------------

/** Options of {@link solveSylvester}. @category models @since 0.1.0 */
export interface SolveSylvesterOptions {
  /** `schur` by default; `eigen` diagonalizes the matrices. */
  readonly method?: "schur" | "eigen"
  /** The result is NaN where sums of eigenvalues are smaller; 1e-8 by default. */
  readonly tol?: number
}
const knownOfSylvester: Known<SolveSylvesterOptions> = { method: true, tol: true }

/** Solves `r y + y s = f` for an upper triangular `r` and a lower triangular `s`, column by column from the last. */
const triangularSylvester = (r: Any, s: Any, f: Any): Any => {
  const [m, n] = f.shape as [number, number]
  const columns = iota("int32", [n], 0)
  const body = (i: Any, y: Any): Any => {
    const j = sub(full(n - 1, "int32", []), i)
    const isColumn = broadcastInDim(eq(columns, j), [m, n], [1])
    const shift = reduceSum(select(eq(columns, j), diagonalOf(s), 0), [0])
    const weights = reduceSum(select(broadcastInDim(eq(columns, j), [n, n], [1]), s, 0), [1])
    const after = matmul(y, asColumn(select(gt(columns, j), weights, 0)))
    const rhs = sub(asColumn(reduceSum(select(isColumn, f, 0), [1])), after)
    const matrix = add(r, mul(eye(r.dtype, m), broadcastInDim(shift, [m, m], [])))
    const column = triangularSolve(matrix, rhs, { leftSide: true })
    return select(isColumn, stretch(column, [m, n]), y)
  }
  return foriLoop(0, n, body as never, full(0, f.dtype, [m, n]) as never) as never
}

const ofMatrices = (a: Any, b: Any, c: Any, method: "schur" | "eigen", tol: number): Any => {
  const [m, n] = c.shape as [number, number]
  let x: Any
  let sums: Any
  const sumsOf = (left: Any, right: Any): Any => add(stretch(asColumn(left), [m, n]), stretch(asRow(right), [m, n]))
  if (method === "schur") {
    const [r, u] = complexSchur(a)
    const [s, v] = complexSchur(H(b))
    const y = triangularSylvester(r, H(s), matmul(matmul(H(u), convertTo(c, r.dtype)), v))
    x = matmul(matmul(u, y), H(v))
    sums = sumsOf(diagonalOf(r), conjugate(diagonalOf(s)))
  } else {
    const [wa, ua] = eigPrimitive(a, { computeLeftEigenvectors: false }) as unknown as readonly [Any, Any]
    const [wb, ub] = eigPrimitive(b, { computeLeftEigenvectors: false }) as unknown as readonly [Any, Any]
    sums = sumsOf(wa, wb)
    const y = div(solveMatrices(ua, matmul(convertTo(c, ua.dtype), ub)), sums)
    x = matmul(matmul(ua, y), solveMatrices(ub, eye(ub.dtype, n)))
  }
  const result = isComplex(c.dtype) ? x : real(x)
  const singular = reduceOr(lt(abs(sums), tol), [0, 1])
  return select(broadcastInDim(singular, [m, n], []), NaN, result)
}

/**
 * The solution `x` of Sylvester's equation `a x + x b = c`. NaN where an eigenvalue of `a` is the opposite of one of `b`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.solveSylvester(np.array([[1]]), np.array([[3]]), np.array([[8]])) // => [[2]]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const solveSylvester: {
  (b: ArrayLike, c: ArrayLike, options?: Behind<SolveSylvesterOptions>): <A extends ArrayLike>(a: A) => Any
  (a: ArrayLike, b: ArrayLike, c: ArrayLike, options?: SolveSylvesterOptions): Any
} = dualWithOptions("solveSylvester", 3, knownOfSylvester, (
  a: ArrayLike,
  b: ArrayLike,
  c: ArrayLike,
  { method = "schur", tol = 1e-8 }: SolveSylvesterOptions
): never => {
  checkChoice("solveSylvester", "method", method, { schur: true, eigen: true })
  const [left, right, given] = promoteInexact("solveSylvester", [a, b, c]) as unknown as readonly [Any, Any, Any]
  checkSquareMatrix("solveSylvester", left)
  checkSquareMatrix("solveSylvester", right)
  if (given.shape.length < 2 || given.shape.at(-2) !== left.shape.at(-1) || given.shape.at(-1) !== right.shape.at(-1)) {
    throw new ShapeError({
      operation: "solveSylvester",
      message: `solveSylvester: ${Aval.format(left)} and ${Aval.format(right)} want a matrix [..., ${
        left.shape.at(-1)
      }, ${right.shape.at(-1)}] on the right, got ${Aval.format(given)}`
    })
  }
  return overBatch(
    "solveSylvester",
    (a, b, c) => ofMatrices(a!, b!, c!, method, tol),
    [left, right, given],
    [2, 2, 2]
  ) as never
})
