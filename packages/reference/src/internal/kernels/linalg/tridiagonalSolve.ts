/**
 * Linear equations with tridiagonal matrices.
 */
import type { Params } from "effax/Primitive"
import type { Steps } from "../../kernel.ts"
import {
  add,
  copy,
  fill,
  get,
  type Matrix,
  neg,
  onMatrices,
  over,
  row,
  type Scalar,
  scale,
  set,
  swap,
  zeros
} from "./matrix.ts"

const isZero = ([re, im]: Scalar): boolean => re === 0 && im === 0

/** Gaussian elimination with exchanges of neighbouring rows, which keeps three diagonals above (LAPACK's gtsv). */
function* solve(lower: Matrix, diagonal: Matrix, upper: Matrix, given: Matrix): Steps<Matrix> {
  const n = diagonal.rows
  const b = copy(given)
  // row i has its elements of columns i to i + 2
  const bands = zeros(n, 3, diagonal.im !== undefined)
  for (let i = 0; i < n; i++) {
    set(bands, i, 0, get(diagonal, i, 0))
    if (i < n - 1) set(bands, i, 1, get(upper, i, 0))
  }
  for (let i = 0; i < n - 1; i++) {
    const below = zeros(1, 3, bands.im !== undefined)
    set(below, 0, 0, get(lower, i + 1, 0))
    set(below, 0, 1, get(bands, i + 1, 0))
    set(below, 0, 2, get(bands, i + 1, 1))
    const [head, next] = [get(bands, i, 0), get(below, 0, 0)]
    if (Math.abs(next[0]) + Math.abs(next[1]) > Math.abs(head[0]) + Math.abs(head[1])) {
      swap(row(bands, i), row(below, 0))
      swap(row(b, i), row(b, i + 1))
    }
    if (isZero(get(bands, i, 0))) {
      fill(b, NaN)
      return b
    }
    const factor = over(get(below, 0, 0), get(bands, i, 0))
    add(row(below, 0), neg(factor), row(bands, i))
    add(row(b, i + 1), neg(factor), row(b, i))
    set(bands, i + 1, 0, get(below, 0, 1))
    set(bands, i + 1, 1, get(below, 0, 2))
    yield
  }
  if (n > 0 && isZero(get(bands, n - 1, 0))) {
    fill(b, NaN)
    return b
  }
  for (let i = n - 1; i >= 0; i--) {
    for (const k of [1, 2]) if (i + k < n) add(row(b, i), neg(get(bands, i, k)), row(b, i + k))
    scale(row(b, i), over([1, 0], get(bands, i, 0)))
    yield
  }
  return b
}

export const tridiagonalSolveRules = {
  tridiagonal_solve: onMatrices<Params>([1, 1, 1, 2], function*([lower, diagonal, upper, b]) {
    return [yield* solve(lower!, diagonal!, upper!, b!)]
  })
}
