/**
 * Linear algebra of arrays of one dtype: JAX's lax.linalg. Matrices are the last two axes.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { isComplex } from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkBooleans, checkInteger, checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { choleskyOf, eighOf, pivotedQrOf, qrOf } from "../linalg/core.ts"
import { polarOf } from "../linalg/polar.ts"
import { checkMatrix, checkSquareMatrix } from "../linalg/shapes.ts"
import type * as NdArray from "../NdArray.ts"
import { neg, sub } from "../primitive/arithmetic.ts"
import { abs, add, div, eq, gt, mul, rsqrt, select } from "../primitive/elementwise.ts"
import * as eigen from "../primitive/linalg/eig.ts"
import * as lus from "../primitive/linalg/lu.ts"
import { H, matmul, T, tril } from "../primitive/linalg/matrix.ts"
import * as reflectors from "../primitive/linalg/qr.ts"
import { svd as svdPrimitive } from "../primitive/linalg/svd.ts"
import { triangularSolve as triangularSolvePrimitive } from "../primitive/linalg/triangularSolve.ts"
import { tridiagonalSolve as tridiagonalSolvePrimitive } from "../primitive/linalg/tridiagonalSolve.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { iota, pad, reshape } from "../primitive/structural.ts"
import { asArray, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"
import { scan } from "./scan.ts"
import type { ComplexOf } from "./signatures.ts"

type Any = NdArray.Any
type Of<X> = NdArray.NdArray<DTypeOf<X>>
type Same<X> = NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
type RealOf<X> = NdArray.NdArray<DType.RealOf<DTypeOf<X>>>

const matrixOf = (operation: string, x: Any): Any => {
  const matrix = asArray(operation, x)
  checkMatrix(operation, matrix)
  return matrix
}

const squareOf = (operation: string, x: Any): Any => {
  const matrix = asArray(operation, x)
  checkSquareMatrix(operation, matrix)
  return matrix
}

const settings = <O extends object>(operation: string, options: O, known: Known<O>): O => {
  checkBooleans(operation, checkOptions(operation, options, known))
  return options
}

/** Options of {@link cholesky}. @category models @since 0.1.0 */
export interface CholeskyOptions {
  /** Whether the matrix is replaced by the mean of itself and its conjugate transpose; true by default. */
  readonly symmetrizeInput?: boolean
}
const knownOfCholesky: Known<CholeskyOptions> = { symmetrizeInput: true }

/**
 * The lower triangular `L` with `L L^H = x`. NaN where `x` is not positive definite.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.cholesky(np.array([[4, 2], [2, 5]])) // => [[2, 0], [1, 2]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const cholesky = <X extends Any>(x: X, options: CholeskyOptions = {}): Same<X> => {
  const { symmetrizeInput = true } = settings("cholesky", options, knownOfCholesky)
  return choleskyOf(squareOf("cholesky", x), symmetrizeInput) as never
}

/**
 * The upper triangular Cholesky factor of `R^T R + w w^T`, for one real matrix and vector, by a rotation for each row.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.choleskyUpdate(np.array([[3, 0], [0, 1]]), np.array([4, 0])) // => [[5, 0], [0, 1]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const choleskyUpdate: <X extends Any>(rMatrix: X, wVector: NdArray.NdArray<DTypeOf<X>>) => Same<X> = fixed(
  "choleskyUpdate",
  (rMatrix: Any, wVector: Any): never => {
    const [r, w] = [matrixOf("choleskyUpdate", rMatrix), asArray("choleskyUpdate", wVector)]
    const n = r.shape[0]
    if (r.shape.length !== 2 || r.shape[1] !== n || !Aval.sameShape(w.shape, [n!]) || isComplex(r.dtype)) {
      throw new ShapeError({
        operation: "choleskyUpdate",
        message: `choleskyUpdate: expected a real square matrix and a vector of as many elements, got ${
          Aval.format(r)
        } and ${Aval.format(w)}`
      })
    }
    const at = (x: Any, k: Any): Any => reduceSum(select(eq(iota("int32", [n!], 0), k), x, 0), [0])
    const [, rows] = scan(
      ((z: Any, [row, k]: readonly [Any, Any]) => {
        const [x, y] = [at(row, k), at(z, k)]
        const larger = select(gt(abs(x), abs(y)), abs(x), abs(y))
        const isZero = eq(y, 0)
        const [a, b] = [x, y].map((value) => div(value, select(isZero, 1, larger))) as [Any, Any]
        const inverse = rsqrt(select(isZero, 1, add(mul(a, a), mul(b, b))))
        const [c, s] = [select(isZero, 1, mul(a, inverse)), select(isZero, 0, neg(mul(b, inverse)))]
        return [add(mul(c, z), mul(s, row)), sub(mul(c, row), mul(s, z))]
      }) as never,
      w as never,
      [r, iota("int32", [n!], 0)] as never
    ) as unknown as [Any, Any]
    return rows as never
  }
)

/** Options of {@link eig}. @category models @since 0.1.0 */
export interface EigOptions {
  /** True by default. */
  readonly computeLeftEigenvectors?: boolean
  /** True by default. */
  readonly computeRightEigenvectors?: boolean
  /** Whether eigenvectors have derivatives, which are right only where all eigenvalues differ; false by default. */
  readonly enableEigvecDerivs?: boolean
}
const knownOfEig: Known<EigOptions> = {
  computeLeftEigenvectors: true,
  computeRightEigenvectors: true,
  enableEigvecDerivs: true
}

/**
 * Eigenvalues, and then the left and the right eigenvectors that are wanted, as columns: `u^H x = w u^H` and `x v = w v`.
 *
 * **Details**
 *
 * All are complex. Eigenvectors have norm 1 and a real largest element. Eigenvalues have a derivative when no vectors are
 * computed, and all results with `enableEigvecDerivs`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [w, left, right] = Lax.linalg.eig(np.array([[2, 0], [0, 3]]))
 * np.real(w) // => [2, 3]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const eig = <X extends Any>(
  x: X,
  options: EigOptions = {}
): ReadonlyArray<NdArray.NdArray<ComplexOf<DTypeOf<X>>>> =>
  eigen.eig(squareOf("eig", x), { ...settings("eig", options, knownOfEig) }) as never

/** Options of {@link eigh}. @category models @since 0.1.0 */
export interface EighOptions {
  /** Whether the lower triangle is read (without `symmetrizeInput`); true by default. */
  readonly lower?: boolean
  /** Whether the matrix is replaced by the mean of itself and its conjugate transpose; true by default. */
  readonly symmetrizeInput?: boolean
  /** Eigenvalues are in ascending order either way. */
  readonly sortEigenvalues?: boolean
}
const knownOfEigh: Known<EighOptions> = { lower: true, symmetrizeInput: true, sortEigenvalues: true }

/**
 * Eigenvectors of Hermitian matrices as columns, and eigenvalues in ascending order.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [v, w] = Lax.linalg.eigh(np.array([[0, 1], [1, 0]]))
 * w // => [-1, 1]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const eigh = <X extends Any>(x: X, options: EighOptions = {}): readonly [v: Same<X>, w: RealOf<X>] => {
  const { lower = true, symmetrizeInput = true } = settings("eigh", options, knownOfEigh)
  return eighOf(squareOf("eigh", x), lower, symmetrizeInput) as never
}

/**
 * The Hessenberg form `x = Q h Q^H`: `h` on and above the subdiagonal, below it the vectors of reflectors whose product is
 * `Q`, and the factors of these.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [a, taus] = Lax.linalg.hessenberg(np.eye(3))
 * taus.shape // => [2]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const hessenberg: <X extends Any>(a: X) => readonly [a: Same<X>, taus: Of<X>] = fixed(
  "hessenberg",
  (a: Any) => eigen.hessenberg(squareOf("hessenberg", a)) as never
)

/**
 * The first columns of the product of reflectors `I - tau v v^H`, whose vectors are below the diagonal of `a`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.householderProduct(np.array([[7], [0]]), np.array([2])) // => [[-1], [0]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const householderProduct: <X extends Any>(a: X, taus: NdArray.NdArray<DTypeOf<X>>) => Same<X> = fixed(
  "householderProduct",
  (a: Any, taus: Any) =>
    reflectors.householderProduct(matrixOf("householderProduct", a), asArray("householderProduct", taus)) as never
)

/**
 * The LU decomposition with partial pivoting, `x[permutation] = L U`: both factors in one matrix (the diagonal of `L` is 1),
 * the row that each row was exchanged with, and the permutation.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [lu, pivots, permutation] = Lax.linalg.lu(np.array([[1, 2], [4, 4]]))
 * lu // => [[4, 4], [0.25, 1]]
 * permutation // => [1, 0]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const lu: <X extends Any>(
  x: X
) => readonly [lu: Same<X>, pivots: NdArray.NdArray<"int32">, permutation: NdArray.NdArray<"int32">] = fixed(
  "lu",
  (x: Any) => lus.lu(matrixOf("lu", x)) as never
)

/**
 * The permutation of rows that the exchanges of {@link lu} make.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.luPivotsToPermutation(np.array([2n, 1n]), 3) // => [2, 1, 0]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const luPivotsToPermutation: (pivots: NdArray.Any, permutationSize: number) => NdArray.NdArray<"int32"> = fixed(
  "luPivotsToPermutation",
  (pivots: Any, permutationSize: number) => {
    checkInteger("luPivotsToPermutation", "permutationSize", permutationSize, 0)
    return lus.luPivotsToPermutation(asArray("luPivotsToPermutation", pivots), permutationSize) as never
  }
)

/** Options of {@link ormqr}. @category models @since 0.1.0 */
export interface OrmqrOptions {
  /** Whether `Q` stands on the left; true by default. */
  readonly left?: boolean
  /** Whether `Q` is (conjugate) transposed; false by default. */
  readonly transpose?: boolean
}
const knownOfOrmqr: Known<OrmqrOptions> = { left: true, transpose: true }

/**
 * The product of `c` and the square `Q` of reflectors, `Q c` or `c Q`; see `Linalg.qr` with `mode: "raw"`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.ormqr(np.array([[7], [0]]), np.array([2]), np.ones([2, 1])) // => [[-1], [1]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const ormqr = <X extends Any>(a: X, taus: Any, c: Any, options: OrmqrOptions = {}): Of<X> => {
  const { left = true, transpose = false } = settings("ormqr", options, knownOfOrmqr)
  const [packed, target] = [matrixOf("ormqr", a), matrixOf("ormqr", c)]
  const [m, n] = packed.shape.slice(-2) as [number, number]
  const rank = packed.shape.length
  if (target.shape[target.shape.length - (left ? 2 : 1)] !== m) {
    throw new ShapeError({
      operation: "ormqr",
      message: `ormqr: reflectors of ${m} rows want as many ${left ? "rows" : "columns"} of c, got ${
        Aval.format(target)
      }`
    })
  }
  if (n > m) {
    throw new ShapeError({
      operation: "ormqr",
      message: `ormqr: reflectors must have at least as many rows as columns, got ${Aval.format(packed)}`
    })
  }
  const zero = node.literal(0, packed.dtype)
  const square = pad(packed, zero, packed.shape.map((_, axis) => [0, axis === rank - 1 ? m - n : 0, 0] as const))
  const q = reflectors.householderProduct(square, asArray("ormqr", taus))
  const turned = transpose ? H(q) : q
  return (left ? matmul(turned, target) : matmul(target, turned)) as never
}

/** Options of {@link qdwh}. @category models @since 0.1.0 */
export interface QdwhOptions {
  /** Accepted for JAX's sake, and not used there either. */
  readonly isHermitian?: boolean
  /** 10 by default. */
  readonly maxIterations?: number | null
  /** The lower bound of singular values, relative to the norm, and the tolerance; that of the dtype by default. */
  readonly eps?: number | null
}
const knownOfQdwh: Known<QdwhOptions> = { isHermitian: true, maxIterations: true, eps: true }

/**
 * The polar decomposition `x = u h` of one matrix with at least as many rows as columns: orthonormal columns, and a
 * Hermitian positive semidefinite matrix. Gives the number of iterations and whether they converged, too.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [u, h] = Lax.linalg.qdwh(np.array([[0, -2], [3, 0]]))
 * np.round(h, { decimals: 3 }) // => [[3, 0], [0, 2]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const qdwh = <X extends Any>(
  x: X,
  options: QdwhOptions = {}
): readonly [
  u: Same<X>,
  h: Of<X>,
  numIters: NdArray.NdArray<"int32", readonly []>,
  isConverged: NdArray.NdArray<"bool", readonly []>
] => {
  const { eps, maxIterations } = checkOptions("qdwh", options, knownOfQdwh)
  const matrix = matrixOf("qdwh", x)
  const [m, n] = matrix.shape as [number, number]
  if (matrix.shape.length !== 2 || m < n) {
    throw new ShapeError({
      operation: "qdwh",
      message: `qdwh: expected one matrix with at least as many rows as columns, got ${Aval.format(matrix)}`
    })
  }
  if (maxIterations !== undefined && maxIterations !== null) checkInteger("qdwh", "maxIterations", maxIterations, 0)
  const { h, isConverged, numIters, u } = polarOf(matrix, maxIterations ?? 10, eps ?? undefined)
  return [u, h, numIters, isConverged] as never
}

/** Options of {@link qr}. @category models @since 0.1.0 */
export interface QrOptions<P extends boolean = boolean> {
  /** Whether columns are exchanged, the largest first; false by default. */
  readonly pivoting?: P
  /** Whether `Q` is square; true by default. */
  readonly fullMatrices?: boolean
}
const knownOfQr: Known<QrOptions> = { pivoting: true, fullMatrices: true }

/**
 * The QR decomposition `x = Q R`; with `pivoting`, `x[:, p] = Q R`, where the diagonal of `R` does not grow.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [q, r, p] = Lax.linalg.qr(np.array([[1, 3], [0, 4]]), { pivoting: true })
 * p // => [1, 0]
 * np.round(r, { decimals: 3 }) // => [[-5, -0.6], [0, -0.8]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const qr: {
  <X extends Any>(
    x: X,
    options: QrOptions<true> & { readonly pivoting: true }
  ): readonly [q: Of<X>, r: Of<X>, p: NdArray.NdArray<"int32">]
  <X extends Any>(x: X, options?: QrOptions<false>): readonly [q: Of<X>, r: Of<X>]
} = (x: Any, options: QrOptions = {}): never => {
  const { fullMatrices = true, pivoting = false } = settings("qr", options, knownOfQr)
  const matrix = matrixOf("qr", x)
  return (pivoting ? pivotedQrOf(matrix, fullMatrices) : qrOf(matrix, fullMatrices)) as never
}

/** Options of {@link schur}. @category models @since 0.1.0 */
export interface SchurOptions {
  /** True by default. */
  readonly computeSchurVectors?: boolean
}
const knownOfSchur: Known<SchurOptions> = { computeSchurVectors: true }

/**
 * The Schur decomposition `x = Z T Z^H`: `T`, upper triangular, but with blocks of two rows for pairs of complex eigenvalues
 * of real matrices, and then the unitary `Z`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [t] = Lax.linalg.schur(np.array([[1, 2], [0, 3]]))
 * t // => [[1, 2], [0, 3]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const schur = <X extends Any>(x: X, options: SchurOptions = {}): ReadonlyArray<Same<X>> =>
  eigen.schur(squareOf("schur", x), { ...settings("schur", options, knownOfSchur) }) as never

/** Options of {@link svd}. @category models @since 0.1.0 */
export interface SvdOptions<C extends boolean = boolean> {
  /** Whether singular vectors are completed to square matrices; true by default. */
  readonly fullMatrices?: boolean
  /** True by default. */
  readonly computeUv?: C
}
const knownOfSvd: Known<SvdOptions> = { fullMatrices: true, computeUv: true }

/**
 * The singular value decomposition `x = U diag(s) Vh`, as `[U, s, Vh]`, or `s` alone without `computeUv`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.svd(np.array([[0, 2], [1, 0]]), { computeUv: false }) // => [2, 1]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const svd: {
  <X extends Any>(x: X, options: SvdOptions<false> & { readonly computeUv: false }): RealOf<X>
  <X extends Any>(x: X, options?: SvdOptions<true>): readonly [u: Of<X>, s: RealOf<X>, vh: Of<X>]
} = (x: Any, options: SvdOptions = {}): never => {
  const { computeUv = true, fullMatrices = true } = settings("svd", options, knownOfSvd)
  const [s, u, vh] = svdPrimitive(matrixOf("svd", x), { computeUv, fullMatrices })
  return (computeUv ? [u, s, vh] : s) as never
}

/** Options of {@link symmetricProduct}. @category models @since 0.1.0 */
export interface SymmetricProductOptions {
  /** 1 by default. */
  readonly alpha?: number
  /** 0 by default. */
  readonly beta?: number
  /** Whether the upper triangle is made of the lower one; false by default. */
  readonly symmetrizeOutput?: boolean
}
const knownOfProduct: Known<SymmetricProductOptions> = { alpha: true, beta: true, symmetrizeOutput: true }

/**
 * `alpha a a^T + beta c`, for real matrices.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.linalg.symmetricProduct(np.array([[1, 2]]), np.array([[3]]), { beta: 2 }) // => [[11]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const symmetricProduct = <X extends Any>(
  aMatrix: X,
  cMatrix: Any,
  options: SymmetricProductOptions = {}
): Of<X> => {
  const { alpha = 1, beta = 0, symmetrizeOutput = false } = checkOptions("symmetricProduct", options, knownOfProduct)
  checkBooleans("symmetricProduct", { symmetrizeOutput })
  const [a, c] = [matrixOf("symmetricProduct", aMatrix), matrixOf("symmetricProduct", cMatrix)]
  const m = a.shape[a.shape.length - 2]!
  if (isComplex(a.dtype)) {
    throw new ArgumentError({
      operation: "symmetricProduct",
      message: `symmetricProduct: it is defined for real matrices, got ${Aval.format(a)}`
    })
  }
  if (!Aval.sameShape(c.shape, [...a.shape.slice(0, -2), m, m])) {
    throw new ShapeError({
      operation: "symmetricProduct",
      message: `symmetricProduct: ${Aval.format(a)} wants a square matrix of ${m} rows beside it, got ${Aval.format(c)}`
    })
  }
  const product = add(mul(matmul(a, T(a)), alpha), mul(c, beta))
  return (symmetrizeOutput ? add(tril(product), T(tril(product, -1))) : product) as never
}

/** Options of {@link triangularSolve}; all are false by default. @category models @since 0.1.0 */
export interface TriangularSolveOptions {
  /** Whether the matrix stands on the left of the unknown: `op(a) x = b`, else `x op(a) = b`. */
  readonly leftSide?: boolean
  /** Whether the lower triangle is read, else the upper one. */
  readonly lower?: boolean
  readonly transposeA?: boolean
  readonly conjugateA?: boolean
  /** Whether the diagonal is taken for 1, and not read. */
  readonly unitDiagonal?: boolean
}
const knownOfTriangular: Known<TriangularSolveOptions> = {
  leftSide: true,
  lower: true,
  transposeA: true,
  conjugateA: true,
  unitDiagonal: true
}

/**
 * The solution of `x op(a) = b`, or with `leftSide` of `op(a) x = b`, for triangular matrices. `b` may have one axis less
 * than `a`, for vectors.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const a = np.array([[2, 0], [1, 4]])
 * Lax.linalg.triangularSolve(a, np.array([2, 5]), { leftSide: true, lower: true }) // => [1, 1]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const triangularSolve = <X extends Any, B extends Any>(
  a: X,
  b: B,
  options: TriangularSolveOptions = {}
): Same<B> => {
  const given = settings("triangularSolve", options, knownOfTriangular)
  const [matrix, rhs] = [matrixOf("triangularSolve", a), asArray("triangularSolve", b)]
  const isVector = rhs.shape.length === matrix.shape.length - 1
  const n = rhs.shape[rhs.shape.length - 1]!
  const batch = rhs.shape.slice(0, -1)
  const whole = isVector ? reshape(rhs, given.leftSide ? [...batch, n, 1] : [...batch, 1, n]) : rhs
  const conjugateA = (given.conjugateA ?? false) && isComplex(matrix.dtype)
  const x = triangularSolvePrimitive(matrix, whole, { ...given, conjugateA })
  return (isVector ? reshape(x, rhs.shape) : x) as never
}

/** Options of {@link tridiagonal}. @category models @since 0.1.0 */
export interface TridiagonalOptions {
  /** Whether the lower triangle is read; true by default. */
  readonly lower?: boolean
}
const knownOfTridiagonal: Known<TridiagonalOptions> = { lower: true }

/**
 * Hermitian matrices made tridiagonal, `a = Q T Q^H`: the reflectors whose product is `Q`, the diagonal of `T`, its
 * off-diagonal, and the factors of the reflectors.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [packed, d, e] = Lax.linalg.tridiagonal(np.array([[1, 2], [2, 3]]))
 * d // => [1, 3]
 * e // => [2]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const tridiagonal = <X extends Any>(
  a: X,
  options: TridiagonalOptions = {}
): readonly [a: Same<X>, d: RealOf<X>, e: RealOf<X>, taus: Of<X>] =>
  eigen.tridiagonal(matrixOf("tridiagonal", a), { ...settings("tridiagonal", options, knownOfTridiagonal) }) as never

/**
 * The solution of tridiagonal equations, by elimination with exchanges of rows. All three diagonals have the length of the
 * middle one: the first element of the lower one, and the last of the upper one, are not read. NaN for singular matrices.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const d = np.array([2, 4])
 * Lax.linalg.tridiagonalSolve(np.array([0, 0]), d, np.array([0, 0]), np.array([[2], [8]])) // => [[1], [2]]
 * ```
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const tridiagonalSolve: <X extends Any>(dl: Any, d: Any, du: Any, b: X) => Same<X> = fixed(
  "tridiagonalSolve",
  (dl: Any, d: Any, du: Any, b: Any) => {
    const [lower, diagonal, upper, rhs] = [dl, d, du, b].map((x) => asArray("tridiagonalSolve", x)) as [
      Any,
      Any,
      Any,
      Any
    ]
    return tridiagonalSolvePrimitive(lower, diagonal, upper, rhs) as never
  }
)
