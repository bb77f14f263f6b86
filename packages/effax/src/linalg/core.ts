/**
 * What `Linalg`, `Lax.linalg` and `Scipy.linalg` have in common: decompositions and solutions of arrays whose dtypes are
 * settled, with JAX's derivatives. Matrices are the last two axes.
 */
import * as DType from "../DType.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { sub } from "../primitive/arithmetic.ts"
import { add, mul, stopGradient } from "../primitive/elementwise.ts"
import { cholesky } from "../primitive/linalg/cholesky.ts"
import { eigh } from "../primitive/linalg/eigh.ts"
import { lu } from "../primitive/linalg/lu.ts"
import { solveFactored } from "../primitive/linalg/luSolve.ts"
import { asColumn, eyeLike, H, matmul, part, T, takeRows, tril, triu } from "../primitive/linalg/matrix.ts"
import { geqrf, householderProduct } from "../primitive/linalg/qr.ts"
import { triangularSolve } from "../primitive/linalg/triangularSolve.ts"
import { range } from "../primitive/rule.ts"
import { broadcastInDim, concatenate, full, pad, reshape, zerosOf } from "../primitive/structural.ts"
import { customJvp } from "../transform/custom.ts"
import { customLinearSolve } from "../transform/customLinearSolve.ts"
import { pivoted } from "./pivoting.ts"
import { broadcastShape } from "./shapes.ts"

type Any = NdArray.Any

/** The mean of a matrix and its conjugate transpose. */
export const symmetrize = (x: Any): Any => mul(add(x, H(x)), 0.5)

export const choleskyOf = (x: Any, symmetrizeInput: boolean): Any => cholesky(symmetrizeInput ? symmetrize(x) : x)

export const eighOf = (x: Any, lower: boolean, symmetrizeInput: boolean): readonly [v: Any, w: Any] =>
  eigh(symmetrizeInput ? symmetrize(x) : x, { lower })

/** `[..., n]` repeated to a batch. */
export const toBatch = (x: Any, batch: ReadonlyArray<number>, own: number): Any => {
  const shape = [...batch, ...x.shape.slice(x.shape.length - own)]
  return broadcastInDim(x, shape, range(x.shape.length, shape.length - x.shape.length))
}

// --- equations ------------------------------------------------------------------------------------------------------

/**
 * Solves `a x = b` for matrices `b`. The decomposition is not differentiated, but the equations, so that derivatives use it
 * again.
 */
export const solveMatrices = (a: Any, b: Any): Any => {
  const batch = broadcastShape("solve", a.shape.slice(0, -2), b.shape.slice(0, -2))
  const [matrix, rhs] = [toBatch(a, batch, 2), toBatch(b, batch, 2)]
  const [factors, , permutation] = lu(stopGradient(a)).map((x, i) => toBatch(x, batch, i === 0 ? 2 : 1))
  return customLinearSolve(
    (x: Any) => matmul(matrix, x),
    rhs,
    (_, y) => solveFactored(factors!, permutation!, y as Any),
    {
      transposeSolve: (_, y) => solveFactored(factors!, permutation!, y as Any, 1)
    }
  )
}

/** The inverse matrices. */
export const inverseOf = (a: Any): Any => solveMatrices(a, eyeLike(a, a.shape[a.shape.length - 1]!))

// --- QR -------------------------------------------------------------------------------------------------------------

/** The factors that reflectors stand for. */
const assembled = (a: Any, taus: Any, full: boolean): readonly [q: Any, r: Any] => {
  const [m, n] = a.shape.slice(-2) as [number, number]
  const k = full ? m : Math.min(m, n)
  const columns = Math.min(k, n)
  const vectors = part(a, [0, m], [0, columns])
  const rank = a.shape.length
  const wide = columns === k
    ? vectors
    : pad(
      vectors,
      node.literal(0, a.dtype),
      a.shape.map((_, axis) => [0, axis === rank - 1 ? k - columns : 0, 0] as const)
    )
  return [householderProduct(wide, taus), triu(part(a, [0, k], [0, n]))]
}

const emptyQr = (x: Any, full: boolean): readonly [q: Any, r: Any] => {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const k = full ? m : Math.min(m, n)
  return [eyeLike(x, m, k), zerosOf({ ...x, shape: [...x.shape.slice(0, -2), k, n] })]
}

/** Of `[..., m, n]` matrices with `m >= n` (J. Townsend, "Differentiating the QR decomposition"). */
const thinTangent = (q: Any, r: Any, dx: Any): readonly [dq: Any, dr: Any] => {
  const dxr = triangularSolve(r, dx)
  const inner = matmul(H(q), dxr)
  const lower = tril(inner, -1)
  const skew = sub(lower, H(lower))
  const omega = DType.isComplex(q.dtype) ? add(skew, imaginaryDiagonal(inner)) : skew
  return [add(matmul(q, sub(omega, inner)), dxr), matmul(sub(inner, omega), r)]
}

/** The imaginary parts of the diagonal elements, as complex numbers. */
const imaginaryDiagonal = (x: Any): Any => {
  const diagonal = mul(x, eyeLike(x, x.shape[x.shape.length - 1]!))
  return mul(sub(diagonal, H(diagonal)), 0.5)
}

/** Of all columns of a tall matrix (J. Roberts, L. Roberts, "QR and LQ decomposition of m x n matrices", arXiv 2409.13374). */
const fullTangent = (q: Any, dqn: Any, n: number): Any => {
  const m = q.shape[q.shape.length - 1]!
  const qn = part(q, [0, m], [0, n])
  const rest = part(q, [0, m], [n, m])
  const [above, below] = [part(qn, [0, n], [0, n]), part(qn, [n, m], [0, n])]
  const [factors, , permutation] = lu(sub(above, eyeLike(above, n)))
  const zh = solveFactored(factors, permutation, H(below), 2)
  const z = H(zh)
  const change = sub(part(dqn, [n, m], [0, n]), matmul(z, part(dqn, [0, n], [0, n])))
  return sub(matmul(dqn, zh), matmul(add(qn, matmul(rest, z)), H(change)))
}

const qrTangent = (x: Any, q: Any, r: Any, dx: Any, full: boolean): readonly [dq: Any, dr: Any] => {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const rank = x.shape.length
  if (m < n) {
    // x = [x1, x2] = q [r1, r2], and r2 = q^H x2
    const columns = (y: Any, from: number, to: number): Any => part(y, [0, m], [from, to])
    const [dq, dr] = thinTangent(q, columns(r, 0, m), columns(dx, 0, m))
    const rest = add(matmul(H(dq), columns(x, m, n)), matmul(H(q), columns(dx, m, n)))
    return [dq, concatenate([dr, rest], rank - 1)]
  }
  const [dq, dr] = thinTangent(full ? part(q, [0, m], [0, n]) : q, full ? part(r, [0, n], [0, n]) : r, dx)
  if (!full || m === n) return [dq, dr]
  const zeros = zerosOf({ ...dr, shape: [...dr.shape.slice(0, -2), m - n, n] })
  return [concatenate([dq, fullTangent(q, dq, n)], rank - 1), concatenate([dr, zeros], rank - 2)]
}

const isEmpty = (x: Any): boolean => x.shape.slice(-2).includes(0)

/** `x = q r`. */
export const qrOf = (x: Any, fullMatrices: boolean): readonly [q: Any, r: Any] => {
  if (isEmpty(x)) return emptyQr(x, fullMatrices)
  const qr = customJvp(
    (x: Any) => assembled(...geqrf(x), fullMatrices),
    ([x], [dx]) => {
      const [q, r] = qr(x)
      return [[q, r], qrTangent(x, q, r, dx, fullMatrices)]
    },
    { name: "qr" }
  ) as (x: Any) => readonly [Any, Any]
  return qr(x)
}

const takeColumns = (x: Any, positions: Any): Any => T(takeRows(T(x), positions))

/** `x[:, p] = q r`, where the diagonal of `r` does not grow. */
export const pivotedQrOf = (x: Any, fullMatrices: boolean): readonly [q: Any, r: Any, p: Any] => {
  if (isEmpty(x)) {
    return [...emptyQr(x, fullMatrices), full(0, "int32", [...x.shape.slice(0, -2), x.shape[x.shape.length - 1]!])]
  }
  const qr = customJvp(
    (x: Any) => {
      const [a, p, taus] = pivoted(x)
      return [...assembled(a, taus, fullMatrices), p] as const
    },
    ([x], [dx]) => {
      const [q, r, p] = qr(x)
      const [dq, dr] = qrTangent(takeColumns(x, p), q, r, takeColumns(dx, p), fullMatrices)
      return [[q, r, p], [dq, dr, zerosOf(p)]]
    },
    { name: "qr" }
  ) as unknown as (x: Any) => readonly [Any, Any, Any]
  return qr(x)
}

// --- others ---------------------------------------------------------------------------------------------------------

/** A vector solved for as a matrix of one column. */
export const asMatrix = (b: Any, isVector: boolean): Any => isVector ? asColumn(b) : b

export const withoutColumn = (x: Any, isVector: boolean): Any => isVector ? reshape(x, x.shape.slice(0, -1)) : x
