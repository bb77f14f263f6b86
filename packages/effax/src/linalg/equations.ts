/**
 * Linear equations, inverses and least squares.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { realOf } from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkInteger, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type { Transposed } from "../internal/types/matrix.ts"
import { fixed } from "../lax/operands.ts"
import type * as NdArray from "../NdArray.ts"
import { multiply } from "../numpy/arithmetic.ts"
import { finfo } from "../numpy/dtypes.ts"
import {
  type ArrayLike,
  asArray,
  broadcastTo,
  type DTypeOf,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "../numpy/operands.ts"
import { neg, sub } from "../primitive/arithmetic.ts"
import { add, and, div, ge, gt, integerPow, lt, mul, select } from "../primitive/elementwise.ts"
import { asColumn, convertTo, H, matmul, scaleRows } from "../primitive/linalg/matrix.ts"
import { reduceSum } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { broadcastInDim, full, reshape, sliceAxis, transpose, zerosOf } from "../primitive/structural.ts"
import * as Shapes from "../Shape.ts"
import { customJvp } from "../transform/custom.ts"
import { asMatrix, inverseOf, solveMatrices, symmetrize, withoutColumn } from "./core.ts"
import { vectorNorm } from "./norms.ts"
import { checkSquareMatrix, matrixOf, squareOf } from "./shapes.ts"
import { svdOf } from "./singularValues.ts"

type Inexact<X> = DType.ToInexact<DTypeOf<X>>

/**
 * The inverse of square matrices, `[..., n, n]`.
 *
 * **When to use**
 *
 * To look at an inverse. To apply one, {@link solve} is cheaper and more exact.
 *
 * **Details**
 *
 * It solves `a x = 1` by the LU decomposition. Singular matrices give infinities or NaN. Throws a `ShapeError` for matrices
 * that are not square.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.inv(np.array([[2, 0], [0, 4]])) // => [[0.5, 0], [0, 0.25]]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const inv: <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>, ShapeOf<X>> = fixed(
  "inv",
  (a: ArrayLike) => inverseOf(squareOf("inv", a)) as never
)

/**
 * The solution `x` of `a x = b`, for square matrices `a` and one vector `[n]` or matrices `[..., n, k]`; batches broadcast.
 *
 * **Details**
 *
 * It uses the LU decomposition with partial pivoting, and so do its derivatives. The backward error is a few units of the
 * last place times `n`. Singular matrices give infinities or NaN. Throws a `ShapeError` for matrices that are not square and
 * for right-hand sides that don't fit.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.solve(np.array([[2, 0], [0, 4]]), np.array([2, 8])) // => [1, 2]
 * np.array([[2, 0], [0, 4]]).pipe(Linalg.solve(np.array([2, 8]))) // => [1, 2]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const solve: {
  <B extends ArrayLike>(
    b: B
  ): Last<B, <A extends ArrayLike>(a: A) => NdArray.NdArray<DType.ToInexact<PromoteOperands<A, B>>>>
  <A extends ArrayLike, B extends ArrayLike>(a: A, b: B): NdArray.NdArray<DType.ToInexact<PromoteOperands<A, B>>>
} = dual("solve", 2, (a: ArrayLike, b: ArrayLike) => {
  const [matrix, rhs] = promoteInexact("solve", [a, b]) as readonly [node.Node, node.Node]
  checkSquareMatrix("solve", matrix)
  const n = matrix.shape[matrix.shape.length - 1]!
  const isVector = rhs.shape.length === 1
  if (rhs.shape.length === 0 || rhs.shape[rhs.shape.length - (isVector ? 1 : 2)] !== n) {
    throw new ShapeError({
      operation: "solve",
      message: `solve: ${Aval.format(matrix)} wants a right-hand side of ${n} rows, [${n}] or [..., ${n}, k], got ${
        Aval.format(rhs)
      }${
        rhs.shape.length > 1 && rhs.shape[rhs.shape.length - 1] === n
          ? "; for a batch of vectors make each a column, `np.expandDims(b, -1)`"
          : ""
      }`
    })
  }
  return withoutColumn(solveMatrices(matrix, asMatrix(rhs, isVector)), isVector) as never
})

// --- pseudo-inverse -------------------------------------------------------------------------------------------------

/** Options of {@link pinv}. @category models @since 0.1.0 */
export interface PinvOptions {
  /**
   * Singular values of at most this times the largest are taken for 0; a number, or one for each of a batch. By default 10
   * units of the last place times the larger side.
   */
  readonly rtol?: ArrayLike
  /** Whether the matrices are Hermitian, which is computed faster. */
  readonly hermitian?: boolean
  /** Another name of `rtol`. */
  readonly rcond?: ArrayLike
}

const knownOfPinv: Known<PinvOptions> = { rtol: true, hermitian: true, rcond: true }

/** `1 / s` for the singular values that count, else 0. */
const pseudoInverse = (a: NdArray.Any, rtol: NdArray.Any | undefined, hermitian: boolean): NdArray.Any => {
  const [m, n] = a.shape.slice(-2) as [number, number]
  if (m === 0 || n === 0) return zerosOf({ ...a, shape: [...a.shape.slice(0, -2), n, m] })
  const [u, s, vh] = svdOf(a, false, hermitian) as readonly [NdArray.Any, NdArray.Any, NdArray.Any]
  const largest = sliceAxis(s, s.shape.length - 1, 0, 1)
  const relative = rtol === undefined
    ? full(10 * Math.max(m, n) * finfo(s.dtype as DType.Floating).eps, s.dtype, [])
    : convertTo(rtol, s.dtype)
  const column = relative.shape.length === 0 ? relative : asColumn(relative)
  const bound = broadcastTo(multiply(largest, column) as NdArray.Any, s.shape)
  const inverse = select(gt(s, bound), div(1, s), 0)
  return matmul(H(vh), scaleRows(inverse, H(u)))
}

/** G. Golub and V. Pereyra, "The differentiation of pseudo-inverses", equation 4.12. */
const pseudoInverseTangent = (a: NdArray.Any, p: NdArray.Any, da: NdArray.Any): NdArray.Any => {
  const [m, n] = a.shape.slice(-2) as [number, number]
  const direct = neg(m >= n ? matmul(matmul(p, da), p) : matmul(p, matmul(da, p)))
  const s = m >= n ? matmul(matmul(p, H(p)), H(da)) : matmul(p, matmul(H(p), H(da)))
  const t = m >= n ? matmul(matmul(H(da), H(p)), p) : matmul(H(da), matmul(H(p), p))
  const inside = m >= n
    ? add(matmul(matmul(s, a), p), matmul(matmul(p, a), t))
    : add(matmul(s, matmul(a, p)), matmul(p, matmul(a, t)))
  return sub(add(direct, add(s, t)), inside)
}

/**
 * The Moore-Penrose pseudo-inverse, `[..., m, n] -> [..., n, m]`.
 *
 * **Details**
 *
 * It inverts the singular values above `rtol` times the largest. The derivative is that of matrices of constant rank.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.pinv(np.array([[2, 0], [0, 0], [0, 0]])) // => [[0.5, 0, 0], [0, 0, 0]]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const pinv: {
  (options: Behind<PinvOptions>): <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>, Transposed<ShapeOf<X>>>
  <X extends ArrayLike>(a: X, options?: PinvOptions): NdArray.NdArray<Inexact<X>, Transposed<ShapeOf<X>>>
} = dualWithOptions("pinv", 1, knownOfPinv, (a: ArrayLike, { hermitian = false, rcond, rtol = rcond }: PinvOptions) => {
  if (rcond !== undefined && rtol !== rcond) {
    throw new ArgumentError({ operation: "pinv", message: "pinv: rtol and rcond are one option; give one of them" })
  }
  const matrix = matrixOf("pinv", a)
  const relative = rtol === undefined ? undefined : asArray("pinv", rtol)
  const pseudo = customJvp(
    (a: NdArray.Any) => pseudoInverse(a, relative, hermitian),
    ([a], [da]) => {
      const p = pseudo(a)
      return [p, hermitian ? pseudoInverseTangent(symmetrize(a), p, symmetrize(da)) : pseudoInverseTangent(a, p, da)]
    },
    { name: "pinv" }
  ) as (a: NdArray.Any) => NdArray.Any
  return pseudo(matrix) as never
})

// --- least squares --------------------------------------------------------------------------------------------------

/** Options of {@link lstsq}. @category models @since 0.1.0 */
export interface LstsqOptions {
  /** Singular values below this times the largest are taken for 0; by default `eps` times the larger side. */
  readonly rcond?: ArrayLike | null
}

const knownOfLstsq: Known<LstsqOptions> = { rcond: true }

/**
 * The least-squares solution `x` of `a x = b` with the smallest norm, for one matrix `a`, `[m, n]`, and `b`, `[m]` or
 * `[m, k]`.
 *
 * **Details**
 *
 * Gives the solution, the squared norms of the residuals for each column, the rank of `a`, and its singular values, from
 * which all is computed. Unlike NumPy's, the residuals are there whatever the rank, since shapes don't depend on values.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * // a line through (0, 1), (1, 3), (2, 5)
 * const [x] = Linalg.lstsq(np.array([[0, 1], [1, 1], [2, 1]]), np.array([1, 3, 5]))
 * np.round(x, { decimals: 3 }) // => [2, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const lstsq: {
  <B extends ArrayLike>(
    b: B,
    options?: Behind<LstsqOptions>
  ): Last<B, <A extends ArrayLike>(a: A) => LeastSquares<DType.ToInexact<PromoteOperands<A, B>>>>
  <A extends ArrayLike, B extends ArrayLike>(
    a: A,
    b: B,
    options?: LstsqOptions
  ): LeastSquares<DType.ToInexact<PromoteOperands<A, B>>>
} = dualWithOptions("lstsq", 2, knownOfLstsq, (a: ArrayLike, b: ArrayLike, { rcond }: LstsqOptions) => {
  const [matrix, given] = promoteInexact("lstsq", [a, b]) as readonly [node.Node, node.Node]
  const [m, n] = matrix.shape as readonly [number, number]
  const isVector = given.shape.length === 1
  if (matrix.shape.length !== 2 || (!isVector && given.shape.length !== 2) || given.shape[0] !== m) {
    throw new ShapeError({
      operation: "lstsq",
      message: `lstsq: expected one matrix [m, n] and a right-hand side [m] or [m, k], got ${Aval.format(matrix)} and ${
        Aval.format(given)
      }; \`vmap\` solves batches`
    })
  }
  const rhs = isVector ? asColumn(given) : given
  const real = realOf(matrix.dtype) as DType.Floating
  const k = Math.min(m, n)
  let x: NdArray.Any
  let s: NdArray.Any
  let rank: NdArray.Any
  if (k === 0) {
    s = full(0, matrix.dtype, [0])
    rank = full(0, "int32", [])
    x = full(0, matrix.dtype, [n, rhs.shape[1]!])
  } else {
    const [u, values, vh] = svdOf(matrix, false, false) as readonly [NdArray.Any, NdArray.Any, NdArray.Any]
    s = values
    const eps = finfo(real).eps
    const relative = rcond === undefined || rcond === null
      ? full(eps * Math.max(m, n), real, [])
      : belowZero(convertTo(asArray("lstsq", rcond), real), eps)
    const counts = and(gt(s, 0), ge(s, mul(relative, broadcastInDim(reshape(sliceAxis(s, 0, 0, 1), []), [k], []))))
    rank = reduceSum(convertTo(counts, "int32"), [0])
    const inverse = select(counts, div(1, select(counts, s, 1)), 0)
    x = matmul(H(vh), scaleRows(inverse, matmul(H(u), rhs)))
  }
  const residuals = integerPow(node.nodeOf(vectorNorm(sub(rhs, matmul(matrix, x)), { axis: 0 })), 2)
  return [isVector ? reshape(x, [n]) : x, residuals, rank, s] as never
})

const belowZero = (rcond: NdArray.Any, eps: number): NdArray.Any =>
  select(lt(rcond, 0), full(eps, rcond.dtype, []), rcond)

/** What {@link lstsq} gives. @category models @since 0.1.0 */
export type LeastSquares<D extends DType.DType> = readonly [
  x: NdArray.NdArray<D>,
  residuals: NdArray.NdArray<DType.RealOf<D>>,
  rank: NdArray.NdArray<"int32", readonly []>,
  s: NdArray.NdArray<DType.RealOf<D>>
]

// --- tensors --------------------------------------------------------------------------------------------------------

/** Options of {@link tensorinv}. @category models @since 0.1.0 */
export interface TensorinvOptions {
  /** The number of first axes that are the rows of the matrix that is inverted; 2 by default. */
  readonly ind?: number
}

const knownOfTensorinv: Known<TensorinvOptions> = { ind: true }

/**
 * The inverse of the linear map that `tensordot(a, b, ind)` is: the first `ind` axes of `a` are taken for the rows of a
 * square matrix, and the others for its columns.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.tensorinv(np.reshape(np.eye(6), [2, 3, 6]), { ind: 2 }).shape // => [6, 2, 3]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const tensorinv: {
  (options: Behind<TensorinvOptions>): <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>>
  <X extends ArrayLike>(a: X, options?: TensorinvOptions): NdArray.NdArray<Inexact<X>>
} = dualWithOptions("tensorinv", 1, knownOfTensorinv, (a: ArrayLike, { ind = 2 }: TensorinvOptions) => {
  checkInteger("tensorinv", "ind", ind, 1)
  const [x] = promoteInexact("tensorinv", [a]) as readonly [node.Node]
  const [rows, columns] = [x.shape.slice(0, ind), x.shape.slice(ind)]
  const sizes = [Shapes.size(rows), Shapes.size(columns)] as const
  if (sizes[0] !== sizes[1]) {
    throw new ShapeError({
      operation: "tensorinv",
      message: `tensorinv: the first ${ind} axes of ${Aval.format(x)} must have as many elements as the others, got ${
        sizes[0]
      } and ${sizes[1]}`
    })
  }
  return reshape(inverseOf(reshape(x, sizes)), [...columns, ...rows]) as never
})

/** Options of {@link tensorsolve}. @category models @since 0.1.0 */
export interface TensorsolveOptions {
  /** Axes of `a` that are moved to its end first. */
  readonly axes?: ReadonlyArray<number>
}

const knownOfTensorsolve: Known<TensorsolveOptions> = { axes: true }

/**
 * The solution `x` of `tensordot(a, x, x.ndim) = b`.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * const a = np.reshape(np.eye(6), [2, 3, 6])
 * Linalg.tensorsolve(a, np.ones([2, 3])) // => [1, 1, 1, 1, 1, 1]
 * ```
 *
 * @category equations
 * @since 0.1.0
 */
export const tensorsolve: {
  <B extends ArrayLike>(
    b: B,
    options?: Behind<TensorsolveOptions>
  ): Last<B, <A extends ArrayLike>(a: A) => NdArray.NdArray<DType.ToInexact<PromoteOperands<A, B>>>>
  <A extends ArrayLike, B extends ArrayLike>(
    a: A,
    b: B,
    options?: TensorsolveOptions
  ): NdArray.NdArray<DType.ToInexact<PromoteOperands<A, B>>>
} = dualWithOptions("tensorsolve", 2, knownOfTensorsolve, (
  a: ArrayLike,
  b: ArrayLike,
  { axes }: TensorsolveOptions
) => {
  const [given, rhs] = promoteInexact("tensorsolve", [a, b]) as readonly [node.Node, node.Node]
  const rank = given.shape.length
  const moved = axes === undefined ? [] : Shapes.normalizeAxes("tensorsolve", axes, rank)
  const x = transpose(given, [...range(rank).filter((axis) => !moved.includes(axis)), ...moved])
  const [rows, columns] = [x.shape.slice(0, rhs.shape.length), x.shape.slice(rhs.shape.length)]
  if (!Aval.sameShape(rows, rhs.shape) || Shapes.size(columns) !== rhs.size) {
    throw new ShapeError({
      operation: "tensorsolve",
      message:
        `tensorsolve: the first axes of a must be those of b, ${Shapes.format(rhs.shape)}, and its other axes must ` +
        `have as many elements, got ${Shapes.format(x.shape)}${axes === undefined ? "" : " with the axes moved"}`
    })
  }
  const solved = solveMatrices(reshape(x, [rhs.size, rhs.size]), reshape(rhs, [rhs.size, 1]))
  return reshape(solved, columns) as never
})
