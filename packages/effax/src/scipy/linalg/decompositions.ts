/**
 * Decompositions as SciPy has them.
 */
import * as Aval from "../../Aval.ts"
import type * as DType from "../../DType.ts"
import { realOf } from "../../DType.ts"
import { ArgumentError, ShapeError } from "../../Errors.ts"
import { dual, dualWithOptions } from "../../internal/arguments/dual.ts"
import { checkBooleans, checkChoice, checkInteger, type Known } from "../../internal/arguments/options.ts"
import type * as node from "../../internal/graph/node.ts"
import * as nodes from "../../internal/graph/node.ts"
import type { Behind, Last } from "../../internal/types/dataLast.ts"
import { foriLoop } from "../../lax/loops.ts"
import { fixed } from "../../lax/operands.ts"
import type { ComplexOf } from "../../lax/signatures.ts"
import { overBatch } from "../../linalg/batches.ts"
import { choleskyOf, eighOf, pivotedQrOf, qrOf } from "../../linalg/core.ts"
import { polarOf } from "../../linalg/polar.ts"
import { matrixOf, squareOf } from "../../linalg/shapes.ts"
import { svdOf, svdvalsOf } from "../../linalg/singularValues.ts"
import type * as NdArray from "../../NdArray.ts"
import {
  type ArrayLike,
  type DTypeOf,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "../../numpy/operands.ts"
import { mul, sub } from "../../primitive/arithmetic.ts"
import { complex, real } from "../../primitive/complex.ts"
import { abs, add, and, div, eq, gt, select, sqrt } from "../../primitive/elementwise.ts"
import { dynamicSlice, dynamicUpdateSlice } from "../../primitive/indexing.ts"
import { hessenberg as hessenbergPrimitive, schur as schurPrimitive } from "../../primitive/linalg/eig.ts"
import { lu as luPrimitive } from "../../primitive/linalg/lu.ts"
import {
  conjugate,
  convertTo,
  eye,
  eyeLike,
  H,
  matmul,
  part,
  scaleColumns,
  scaleRows,
  tril,
  triu
} from "../../primitive/linalg/matrix.ts"
import { householderProduct } from "../../primitive/linalg/qr.ts"
import { broadcastInDim, concatenate, full, iota, pad, reshape, sliceAxis } from "../../primitive/structural.ts"

type Any = NdArray.Any
type Inexact<X> = DType.ToInexact<DTypeOf<X>>
type Of<X> = NdArray.NdArray<Inexact<X>>
type Same<X> = NdArray.NdArray<Inexact<X>, ShapeOf<X>>

// --- Cholesky -------------------------------------------------------------------------------------------------------

/** Options of {@link cholesky} and {@link choFactor}. @category models @since 0.1.0 */
export interface CholeskyOptions {
  /** Whether the lower triangle is read and returned, else the upper one; false by default. */
  readonly lower?: boolean
}
const knownOfCholesky: Known<CholeskyOptions> = { lower: true }

const factored = (operation: string, a: ArrayLike, options: CholeskyOptions): Any => {
  checkBooleans(operation, options)
  const matrix = squareOf(operation, a)
  return options.lower === true ? choleskyOf(matrix, false) : H(choleskyOf(H(matrix), false))
}

/**
 * The Cholesky decomposition `a = U^H U`, or with `lower` `a = L L^H`, from one triangle of `a`. NaN where `a` is not
 * positive definite.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.cholesky(np.array([[4, 2], [2, 5]])) // => [[2, 1], [0, 2]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const cholesky: {
  (options: Behind<CholeskyOptions>): <X extends ArrayLike>(a: X) => Same<X>
  <X extends ArrayLike>(a: X, options?: CholeskyOptions): Same<X>
} = dualWithOptions(
  "cholesky",
  1,
  knownOfCholesky,
  (a: ArrayLike, options: CholeskyOptions) => factored("cholesky", a, options) as never
)

/**
 * The Cholesky decomposition with a flag that says which triangle it is, as `choSolve` takes them.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const factor = Scipy.linalg.choFactor(np.array([[4, 2], [2, 5]]))
 * Scipy.linalg.choSolve(factor, np.array([6, 7])) // => [1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const choFactor: {
  (options: Behind<CholeskyOptions>): <X extends ArrayLike>(a: X) => readonly [c: Same<X>, lower: boolean]
  <X extends ArrayLike>(a: X, options?: CholeskyOptions): readonly [c: Same<X>, lower: boolean]
} = dualWithOptions(
  "choFactor",
  1,
  knownOfCholesky,
  (a: ArrayLike, options: CholeskyOptions) => [factored("choFactor", a, options), options.lower === true] as never
)

// --- LU -------------------------------------------------------------------------------------------------------------

/**
 * The LU decomposition with partial pivoting, both factors in one matrix, and the row that each row was exchanged with, as
 * `luSolve` takes them.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const factor = Scipy.linalg.luFactor(np.array([[1, 2], [4, 4]]))
 * Scipy.linalg.luSolve(factor, np.array([3, 8])) // => [1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const luFactor: <X extends ArrayLike>(a: X) => readonly [lu: Same<X>, pivots: NdArray.NdArray<"int32">] = fixed(
  "luFactor",
  (a: ArrayLike) => luPrimitive(matrixOf("luFactor", a)).slice(0, 2) as never
)

/** Options of {@link lu}. @category models @since 0.1.0 */
export interface LuOptions<P extends boolean = boolean> {
  /** Whether the permutation is applied to the lower factor; false by default. */
  readonly permuteL?: P
}
const knownOfLu: Known<LuOptions> = { permuteL: true }

/**
 * The LU decomposition `a = P L U`, as `[P, L, U]`, or with `permuteL` as `[P L, U]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [p, l, u] = Scipy.linalg.lu(np.array([[1, 2], [4, 4]]))
 * l // => [[1, 0], [0.25, 1]]
 * u // => [[4, 4], [0, 1]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const lu: {
  (options: Behind<LuOptions<true>> & { readonly permuteL: true }): <X extends ArrayLike>(
    a: X
  ) => readonly [pl: Of<X>, u: Of<X>]
  (options: Behind<LuOptions<false>>): <X extends ArrayLike>(
    a: X
  ) => readonly [p: NdArray.NdArray<DType.RealOf<Inexact<X>>>, l: Of<X>, u: Of<X>]
  <X extends ArrayLike>(a: X, options: LuOptions<true> & { readonly permuteL: true }): readonly [pl: Of<X>, u: Of<X>]
  <X extends ArrayLike>(
    a: X,
    options?: LuOptions<false>
  ): readonly [p: NdArray.NdArray<DType.RealOf<Inexact<X>>>, l: Of<X>, u: Of<X>]
} = dualWithOptions("lu", 1, knownOfLu, (a: ArrayLike, options: LuOptions): never => {
  checkBooleans("lu", options)
  const matrix = matrixOf("lu", a)
  const [m, n] = matrix.shape.slice(-2) as [number, number]
  const k = Math.min(m, n)
  const [packed, , permutation] = luPrimitive(matrix)
  const shape = [...permutation.shape, m]
  const last = shape.length - 1
  // p[i, j] is 1 where row i of the matrix became row j
  const rows = broadcastInDim(permutation, shape, shape.slice(0, -1).map((_, axis) => axis < last - 1 ? axis : last))
  const p = convertTo(eq(rows, iota("int32", shape, last - 1)), realOf(matrix.dtype))
  const l = add(tril(part(packed, [0, m], [0, k]), -1), eyeLike(matrix, m, k))
  const u = triu(part(packed, [0, k], [0, n]))
  return (options.permuteL === true ? [matmul(convertTo(p, matrix.dtype), l), u] : [p, l, u]) as never
})

// --- QR -------------------------------------------------------------------------------------------------------------

/** The factors that {@link qr} gives. @category models @since 0.1.0 */
export type QrMode = "full" | "r" | "economic"

/** Options of {@link qr}. @category models @since 0.1.0 */
export interface QrOptions {
  /** `full` by default: square `Q`. */
  readonly mode?: QrMode
  /** Whether columns are exchanged, the largest first; false by default. */
  readonly pivoting?: boolean
}
const knownOfQr: Known<QrOptions> = { mode: true, pivoting: true }

/**
 * The QR decomposition `a = Q R` as `[Q, R]`, with `pivoting` `a[:, p] = Q R` as `[Q, R, p]`; with `mode: "r"` without `Q`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [r] = Scipy.linalg.qr(np.array([[3], [4]]), { mode: "r" })
 * r // => [[-5], [0]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const qr: {
  (options: Behind<QrOptions>): <X extends ArrayLike>(a: X) => ReadonlyArray<Any>
  <X extends ArrayLike>(a: X, options?: QrOptions): ReadonlyArray<Any>
} = dualWithOptions("qr", 1, knownOfQr, (a: ArrayLike, { mode = "full", pivoting = false }: QrOptions): never => {
  checkChoice("qr", "mode", mode, { full: true, r: true, economic: true })
  checkBooleans("qr", { pivoting })
  const matrix = matrixOf("qr", a)
  const all = pivoting ? pivotedQrOf(matrix, mode !== "economic") : qrOf(matrix, mode !== "economic")
  return (mode === "r" ? all.slice(1) : all) as never
})

/** Options of {@link qrMultiply}. @category models @since 0.1.0 */
export interface QrMultiplyOptions {
  /** Whether `Q` stands on the left, `Q c`, or on the right, `c Q`; `right` by default. */
  readonly mode?: "left" | "right"
  readonly pivoting?: boolean
  /** Whether `Q` is conjugated; false by default. */
  readonly conjugate?: boolean
}
const knownOfQrMultiply: Known<QrMultiplyOptions> = { mode: true, pivoting: true, conjugate: true }

/**
 * The product of the `Q` of a QR decomposition and a matrix or vector `c`, and `R`, with `pivoting` and the positions of columns.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [product] = Scipy.linalg.qrMultiply(np.array([[3], [4]]), np.array([5, 0]))
 * product // => [-3]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const qrMultiply: {
  <C extends ArrayLike>(
    c: C,
    options?: Behind<QrMultiplyOptions>
  ): Last<C, <X extends ArrayLike>(a: X) => ReadonlyArray<Any>>
  <X extends ArrayLike, C extends ArrayLike>(a: X, c: C, options?: QrMultiplyOptions): ReadonlyArray<Any>
} = dualWithOptions(
  "qrMultiply",
  2,
  knownOfQrMultiply,
  (a: ArrayLike, c: ArrayLike, options: QrMultiplyOptions): never => {
    const { conjugate: conjugated = false, mode = "right", pivoting = false } = options
    checkChoice("qrMultiply", "mode", mode, { left: true, right: true })
    checkBooleans("qrMultiply", { pivoting, conjugate: conjugated })
    const [matrix, given] = promoteInexact("qrMultiply", [a, c]) as readonly [node.Node, node.Node]
    const left = mode === "left"
    const isVector = given.shape.length === 1
    const target = !isVector ? given : reshape(given, left ? [given.size, 1] : [1, given.size])
    const [m, n] = matrixOf("qrMultiply", matrix).shape.slice(-2) as [number, number]
    const wanted = left ? Math.min(m, n) : m
    if (target.shape[target.shape.length - (left ? 2 : 1)] !== wanted) {
      throw new ShapeError({
        operation: "qrMultiply",
        message: `qrMultiply: Q of ${Aval.format(matrix)} wants ${wanted} ${left ? "rows" : "columns"} of c, got ${
          Aval.format(given)
        }`
      })
    }
    const [q, r, ...p] = pivoting ? pivotedQrOf(matrix, false) : qrOf(matrix, false)
    const turned = conjugated ? conjugate(q) : q
    const product = overBatch("qrMultiply", (q, c) => left ? matmul(q!, c!) : matmul(c!, q!), [turned, target], [2, 2])
    return [isVector ? reshape(product, [Aval.size(product)]) : product, r, ...p] as never
  }
)

// --- singular values and eigenvalues --------------------------------------------------------------------------------

/** Options of {@link svd}. @category models @since 0.1.0 */
export interface SvdOptions<C extends boolean = boolean> {
  /** Whether singular vectors are completed to square matrices; true by default. */
  readonly fullMatrices?: boolean
  /** True by default. */
  readonly computeUv?: C
}
const knownOfSvd: Known<SvdOptions> = { fullMatrices: true, computeUv: true }

/**
 * The singular value decomposition `a = U diag(s) Vh`, as `[U, s, Vh]`, or `s` without `computeUv`; see `Linalg.svd`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.svd(np.array([[0, 2], [1, 0]]), { computeUv: false }) // => [2, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const svd: {
  (options: Behind<SvdOptions<false>> & { readonly computeUv: false }): <X extends ArrayLike>(
    a: X
  ) => NdArray.NdArray<DType.RealOf<Inexact<X>>>
  (options: Behind<SvdOptions<true>>): <X extends ArrayLike>(
    a: X
  ) => readonly [u: Of<X>, s: NdArray.NdArray<DType.RealOf<Inexact<X>>>, vh: Of<X>]
  <X extends ArrayLike>(
    a: X,
    options: SvdOptions<false> & { readonly computeUv: false }
  ): NdArray.NdArray<DType.RealOf<Inexact<X>>>
  <X extends ArrayLike>(
    a: X,
    options?: SvdOptions<true>
  ): readonly [u: Of<X>, s: NdArray.NdArray<DType.RealOf<Inexact<X>>>, vh: Of<X>]
} = dualWithOptions("svd", 1, knownOfSvd, (a: ArrayLike, options: SvdOptions): never => {
  checkBooleans("svd", options)
  const matrix = matrixOf("svd", a)
  return (options.computeUv === false ? svdvalsOf(matrix) : svdOf(matrix, options.fullMatrices ?? true)) as never
})

/** Options of {@link eigh}. @category models @since 0.1.0 */
export interface EighOptions<V extends boolean = boolean> {
  /** True by default; the matrix is symmetrized either way, as in JAX. */
  readonly lower?: boolean
  /** Whether there are eigenvalues only; false by default. */
  readonly eigvalsOnly?: V
}
const knownOfEigh: Known<EighOptions> = { lower: true, eigvalsOnly: true }

/**
 * Eigenvalues in ascending order and eigenvectors of Hermitian matrices, as `[w, v]`, or `w` with `eigvalsOnly`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.eigh(np.array([[0, 1], [1, 0]]), { eigvalsOnly: true }) // => [-1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eigh: {
  (options: Behind<EighOptions<true>> & { readonly eigvalsOnly: true }): <X extends ArrayLike>(
    a: X
  ) => NdArray.NdArray<DType.RealOf<Inexact<X>>>
  (options: Behind<EighOptions<false>>): <X extends ArrayLike>(
    a: X
  ) => readonly [w: NdArray.NdArray<DType.RealOf<Inexact<X>>>, v: Same<X>]
  <X extends ArrayLike>(
    a: X,
    options: EighOptions<true> & { readonly eigvalsOnly: true }
  ): NdArray.NdArray<DType.RealOf<Inexact<X>>>
  <X extends ArrayLike>(
    a: X,
    options?: EighOptions<false>
  ): readonly [w: NdArray.NdArray<DType.RealOf<Inexact<X>>>, v: Same<X>]
} = dualWithOptions("eigh", 1, knownOfEigh, (a: ArrayLike, options: EighOptions): never => {
  checkBooleans("eigh", options)
  const [v, w] = eighOf(squareOf("eigh", a), options.lower ?? true, true)
  return (options.eigvalsOnly === true ? w : [w, v]) as never
})

/** Options of {@link eighTridiagonal}. @category models @since 0.1.0 */
export interface EighTridiagonalOptions {
  readonly eigvalsOnly?: boolean
  /** All eigenvalues (`a`), or those with positions in a range (`i`). */
  readonly select?: "a" | "i"
  /** The first and the last position, for `select: "i"`. */
  readonly selectRange?: readonly [number, number]
}
const knownOfTridiagonal: Known<EighTridiagonalOptions> = { eigvalsOnly: true, select: true, selectRange: true }

/**
 * Eigenvalues in ascending order and eigenvectors of a Hermitian tridiagonal matrix, given by its diagonal and the
 * off-diagonal, as `[w, v]`, or `w` with `eigvalsOnly`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.eighTridiagonal(np.array([0, 0]), np.array([1]), { eigvalsOnly: true }) // => [-1, 1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const eighTridiagonal: {
  <E extends ArrayLike>(
    e: E,
    options?: Behind<EighTridiagonalOptions>
  ): Last<E, (d: ArrayLike) => Any | readonly [w: Any, v: Any]>
  <X extends ArrayLike>(d: X, e: ArrayLike, options: EighTridiagonalOptions & { readonly eigvalsOnly: true }): Any
  <X extends ArrayLike>(d: X, e: ArrayLike, options?: EighTridiagonalOptions): readonly [w: Any, v: Any]
} = dualWithOptions("eighTridiagonal", 2, knownOfTridiagonal, (
  d: ArrayLike,
  e: ArrayLike,
  options: EighTridiagonalOptions
): never => {
  const { eigvalsOnly = false, select: which = "a", selectRange } = options
  checkBooleans("eighTridiagonal", { eigvalsOnly })
  checkChoice("eighTridiagonal", "select", which, { a: true, i: true })
  const [diagonal, off] = promoteInexact("eighTridiagonal", [d, e]) as readonly [node.Node, node.Node]
  const n = diagonal.shape[0]
  if (diagonal.shape.length !== 1 || off.shape.length !== 1 || off.shape[0] !== Math.max(0, n! - 1)) {
    throw new ShapeError({
      operation: "eighTridiagonal",
      message: `eighTridiagonal: expected a diagonal [n] and an off-diagonal [n - 1], got ${
        Aval.format(diagonal)
      } and ${Aval.format(off)}`
    })
  }
  const [from, to] = which === "a" ? [0, n! - 1] : rangeOf(selectRange, n!)
  const isComplex = realOf(diagonal.dtype) !== diagonal.dtype
  const main = scaleRows(isComplex ? complex(real(diagonal), 0) : diagonal, eye(diagonal.dtype, n!))
  const zero = nodes.literal(0, diagonal.dtype)
  const below = pad(scaleRows(conjugate(off), eye(off.dtype, n! - 1)), zero, [[1, 0, 0], [0, 1, 0]])
  const [v, w] = eighOf(n! > 1 ? add(main, add(below, H(below))) : main, true, false)
  const values = sliceAxis(w, 0, from, to + 1)
  return (eigvalsOnly ? values : [values, sliceAxis(v, 1, from, to + 1)]) as never
})

const rangeOf = (range: readonly [number, number] | undefined, n: number): readonly [number, number] => {
  const [from, to] = range ?? [1, 0]
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < n) return [from, to]
  throw new ArgumentError({
    operation: "eighTridiagonal",
    message: `eighTridiagonal: select "i" wants selectRange: the first and the last position, from 0 to ${n - 1}`
  })
}

// --- Schur and Hessenberg -------------------------------------------------------------------------------------------

const complexOf = (x: Any): Any => realOf(x.dtype) === x.dtype ? complex(x, 0) : x

/** Options of {@link schur}. @category models @since 0.1.0 */
export interface SchurOptions<O extends "real" | "complex" = "real" | "complex"> {
  /** Whether real matrices get a real form, with blocks of two rows; `real` by default. */
  readonly output?: O
}
const knownOfSchur: Known<SchurOptions> = { output: true }

/** One matrix or a batch: `a = Z T Z^H`, triangular. */
export const complexSchur = (a: Any): readonly [t: Any, z: Any] =>
  schurPrimitive(complexOf(a)) as unknown as readonly [Any, Any]

/**
 * The Schur decomposition `a = Z T Z^H`, as `[T, Z]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [t] = Scipy.linalg.schur(np.array([[1, 2], [0, 3]]))
 * t // => [[1, 2], [0, 3]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const schur: {
  (options: Behind<SchurOptions>): <X extends ArrayLike>(a: X) => readonly [t: Any, z: Any]
  <X extends ArrayLike>(
    a: X,
    options: SchurOptions<"complex"> & { readonly output: "complex" }
  ): readonly [
    t: NdArray.NdArray<ComplexOf<Inexact<X>>, ShapeOf<X>>,
    z: NdArray.NdArray<ComplexOf<Inexact<X>>, ShapeOf<X>>
  ]
  <X extends ArrayLike>(a: X, options?: SchurOptions<"real">): readonly [t: Same<X>, z: Same<X>]
} = dualWithOptions("schur", 1, knownOfSchur, (a: ArrayLike, { output = "real" }: SchurOptions): never => {
  checkChoice("schur", "output", output, { real: true, complex: true })
  const matrix = squareOf("schur", a)
  return (output === "complex" ? complexSchur(matrix) : schurPrimitive(matrix)) as never
})

/** The block of two rows and columns at `m - 1`, made triangular where it is not (Golub and Van Loan, section 7.4.1). */
const triangulate = (m: Any, [t, z]: readonly [Any, Any]): readonly [Any, Any] => {
  const n = t.shape[0]!
  const before = sub(m, 1)
  const zero = nodes.literal(0, m.dtype)
  const block = dynamicSlice(t, [before, before], [2, 2])
  const at = (i: number, j: number): Any => reshape(part(block, [i, i + 1], [j, j + 1]), [])
  const [a, b, c, d] = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)]
  const half = mul(sub(a, d), 0.5)
  const mu = add(half, sqrt(add(mul(half, half), mul(b, c))))
  const size = sqrt(add(squares(mu), squares(c)))
  const bound = mul(add(abs(a), abs(d)), full(realOf(t.dtype) === "float32" ? 2 ** -23 : 2 ** -52, realOf(t.dtype), []))
  const turns = gt(abs(c), bound)
  const safe = convertTo(select(turns, size, 1), t.dtype)
  const [cs, sn] = [select(turns, div(mu, safe), 1), select(turns, div(c, safe), 0)]
  const entries = [conjugate(cs), conjugate(sn), mul(sn, -1), cs].map((x) => reshape(x, [1]))
  const turn = reshape(concatenate(entries, 0), [2, 2])
  const rows = dynamicUpdateSlice(t, matmul(turn, dynamicSlice(t, [before, zero], [2, n])), [before, zero])
  const columns = matmul(dynamicSlice(rows, [zero, before], [n, 2]), H(turn))
  const both = dynamicUpdateSlice(rows, columns, [zero, before])
  const cleared = dynamicUpdateSlice(both, full(0, t.dtype, [1, 1]), [m, before])
  const vectors = matmul(dynamicSlice(z, [zero, before], [n, 2]), H(turn))
  return [cleared, dynamicUpdateSlice(z, vectors, [zero, before])]
}

const squares = (x: Any): Any => {
  const size = abs(x)
  return mul(size, size)
}

/** The complex form of one real one. */
export const triangularForm = (t: Any, z: Any): readonly [t: Any, z: Any] => {
  const n = t.shape[0]!
  const start = [complexOf(t), complexOf(z)] as const
  if (n < 2) return start
  return foriLoop(
    1,
    n,
    ((i: Any, carry: readonly [Any, Any]) => triangulate(sub(nodes.literal(n, "int32"), i), carry)) as never,
    start as never
  ) as never
}

/**
 * The complex Schur form of a real one, upper triangular: `[T, Z]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [t] = Scipy.linalg.rsf2csf(np.array([[0, 1], [-1, 0]]), np.eye(2))
 * np.round(np.imag(np.diagonal(t)), { decimals: 3 }) // => [1, -1]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const rsf2csf: {
  <Z extends ArrayLike>(z: Z): Last<
    Z,
    <X extends ArrayLike>(t: X) => readonly [
      t: NdArray.NdArray<ComplexOf<DType.ToInexact<PromoteOperands<X, Z>>>>,
      z: NdArray.NdArray<ComplexOf<DType.ToInexact<PromoteOperands<X, Z>>>>
    ]
  >
  <X extends ArrayLike, Z extends ArrayLike>(t: X, z: Z): readonly [
    t: NdArray.NdArray<ComplexOf<DType.ToInexact<PromoteOperands<X, Z>>>>,
    z: NdArray.NdArray<ComplexOf<DType.ToInexact<PromoteOperands<X, Z>>>>
  ]
} = dual("rsf2csf", 2, (t: ArrayLike, z: ArrayLike): never => {
  const [form, vectors] = promoteInexact("rsf2csf", [t, z]).map((x) => squareOf("rsf2csf", x)) as unknown as readonly [
    Any,
    Any
  ]
  const [n, m] = [form.shape.at(-1), vectors.shape.at(-1)]
  if (n !== m) {
    throw new ShapeError({
      operation: "rsf2csf",
      message: `rsf2csf: the form and its vectors must have one size, got ${Aval.format(form)} and ${
        Aval.format(vectors)
      }`
    })
  }
  return overBatch("rsf2csf", (t, z) => triangularForm(t!, z!), [form, vectors], [2, 2]) as never
})

/** Options of {@link hessenberg}. @category models @since 0.1.0 */
export interface HessenbergOptions<Q extends boolean = boolean> {
  /** Whether the unitary factor is computed; false by default. */
  readonly calcQ?: Q
}
const knownOfHessenberg: Known<HessenbergOptions> = { calcQ: true }

/**
 * The Hessenberg form of square matrices, with zeros below the subdiagonal; with `calcQ` as `[H, Q]`, `a = Q H Q^H`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.hessenberg(np.array([[1, 2], [3, 4]])) // => [[1, 2], [3, 4]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const hessenberg: {
  (options: Behind<HessenbergOptions>): <X extends ArrayLike>(a: X) => Any | readonly [h: Any, q: Any]
  <X extends ArrayLike>(
    a: X,
    options: HessenbergOptions<true> & { readonly calcQ: true }
  ): readonly [h: Same<X>, q: Same<X>]
  <X extends ArrayLike>(a: X, options?: HessenbergOptions<false>): Same<X>
} = dualWithOptions("hessenberg", 1, knownOfHessenberg, (a: ArrayLike, options: HessenbergOptions): never => {
  checkBooleans("hessenberg", options)
  const matrix = squareOf("hessenberg", a)
  const n = matrix.shape.at(-1)!
  if (n === 0) return (options.calcQ === true ? [matrix, matrix] : matrix) as never
  const [packed, taus] = hessenbergPrimitive(matrix)
  const h = triu(packed, -1)
  if (options.calcQ !== true) return h as never
  const q = householderProduct(part(packed, [1, n], [0, n - 1]), taus)
  const rank = q.shape.length
  const padded = pad(q, nodes.literal(0, q.dtype), q.shape.map((_, axis) => [axis >= rank - 2 ? 1 : 0, 0, 0] as const))
  const corner = and(eq(iota("int32", padded.shape, rank - 1), 0), eq(iota("int32", padded.shape, rank - 2), 0))
  return [h, select(corner, 1, padded)] as never
})

// --- polar ----------------------------------------------------------------------------------------------------------

/** Options of {@link polar}. @category models @since 0.1.0 */
export interface PolarOptions {
  /** The side of the Hermitian factor; `right` by default. */
  readonly side?: "right" | "left"
  /** `qdwh` by default; `svd` for all shapes. */
  readonly method?: "qdwh" | "svd"
  /** The tolerance of `qdwh`. */
  readonly eps?: number | null
  readonly maxIterations?: number | null
}
const knownOfPolar: Known<PolarOptions> = { side: true, method: true, eps: true, maxIterations: true }

/**
 * The polar decomposition `a = u p`, or with `side: "left"` `a = p u`: orthonormal columns or rows, and a Hermitian positive
 * semidefinite matrix, as `[u, p]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [u, p] = Scipy.linalg.polar(np.array([[0, -2], [3, 0]]))
 * np.round(p, { decimals: 3 }) // => [[3, 0], [0, 2]]
 * ```
 *
 * @category decompositions
 * @since 0.1.0
 */
export const polar: {
  (options: Behind<PolarOptions>): <X extends ArrayLike>(a: X) => readonly [u: Same<X>, p: Of<X>]
  <X extends ArrayLike>(a: X, options?: PolarOptions): readonly [u: Same<X>, p: Of<X>]
} = dualWithOptions("polar", 1, knownOfPolar, (a: ArrayLike, options: PolarOptions): never => {
  const { eps, maxIterations, method = "qdwh", side = "right" } = options
  checkChoice("polar", "side", side, { right: true, left: true })
  checkChoice("polar", "method", method, { qdwh: true, svd: true })
  if (maxIterations !== undefined && maxIterations !== null) checkInteger("polar", "maxIterations", maxIterations, 0)
  const matrix = matrixOf("polar", a)
  if (method === "svd") {
    const [u, s, vh] = svdOf(matrix, false)
    const p = side === "right" ? matmul(scaleColumns(H(vh), s), vh) : matmul(scaleColumns(u, s), H(u))
    return [matmul(u, vh), p] as never
  }
  const [m, n] = matrix.shape.slice(-2) as [number, number]
  if ((side === "right") !== (m >= n)) {
    throw new ShapeError({
      operation: "polar",
      message:
        `polar: "qdwh" wants at least as many rows as columns for side "right", and more columns for "left", got ${
          Aval.format(matrix)
        }; use method "svd"`
    })
  }
  const one = (x: Any): readonly [Any, Any] => {
    const { h, u } = polarOf(side === "right" ? x : H(x), maxIterations ?? 10, eps ?? undefined)
    return side === "right" ? [u, h] : [H(u), H(h)]
  }
  return overBatch("polar", (x) => one(x!), [matrix], [2]) as never
})
