/**
 * Triangular equations, and the Cholesky and LU decompositions.
 */
import type { Params } from "effax/Primitive"
import type { LuPivotsToPermutationParams, TriangularSolveParams } from "effax/Primitives"
import type { Steps } from "../../kernel.ts"
import {
  add,
  build,
  conj,
  copy,
  get,
  type Matrix,
  minus,
  neg,
  onMatrices,
  over,
  real,
  row,
  type Scalar,
  set,
  swap,
  times
} from "./matrix.ts"

const transposed = (a: Matrix): Matrix => build(a.columns, a.rows, a.im !== undefined, (i, j) => get(a, j, i))

const conjugated = (a: Matrix): Matrix => a.im === undefined ? a : { ...a, im: a.im.map((x) => -x) }

/** Solves `a x = b` for a triangular `a`, in place of `b`. */
function* substitute(a: Matrix, b: Matrix, lower: boolean, unitDiagonal: boolean): Steps {
  const n = a.rows
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step
    for (let k = lower ? 0 : i + 1; k < (lower ? i : n); k++) add(row(b, i), neg(get(a, i, k)), row(b, k))
    if (!unitDiagonal) {
      const pivot = get(a, i, i)
      for (let j = 0; j < b.columns; j++) set(b, i, j, over(get(b, i, j), pivot))
    }
    yield
  }
}

/** `op(a) x = b`, or `x op(a) = b`, which is `op(a)^T x^T = b^T`. */
function* triangularSolve(a: Matrix, b: Matrix, params: TriangularSolveParams): Steps<Matrix> {
  const { leftSide, lower, transposeA, unitDiagonal } = params
  const given = params.conjugateA ? conjugated(a) : a
  const turn = transposeA === leftSide
  const x = leftSide ? copy(b) : transposed(b)
  yield* substitute(turn ? transposed(given) : given, x, turn ? !lower : lower, unitDiagonal)
  return leftSide ? x : transposed(x)
}

/** Row by row, from the lower triangle of `a` (Golub and Van Loan, algorithm 4.2.1). */
function* cholesky(a: Matrix): Steps<Matrix> {
  const n = a.rows
  const l = build(n, n, a.im !== undefined, () => [0, 0])
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum: Scalar = get(a, i, j)
      for (let k = 0; k < j; k++) sum = minus(sum, times(get(l, i, k), conj(get(l, j, k))))
      if (j < i) set(l, i, j, over(sum, [get(l, j, j)[0], 0]))
      else if (sum[0] > 0) set(l, i, i, [Math.sqrt(sum[0]), 0])
      else return build(n, n, a.im !== undefined, (r, c) => c > r ? [0, 0] : [NaN, NaN])
    }
    yield
  }
  return l
}

/** The size by which pivots are chosen, as in LAPACK. */
const sizeOf = ([re, im]: Scalar): number => Math.abs(re) + Math.abs(im)

interface Lu {
  readonly lu: Matrix
  readonly pivots: ReadonlyArray<number>
  readonly permutation: ReadonlyArray<number>
}

/** Gaussian elimination with partial pivoting (Golub and Van Loan, algorithm 3.4.1). */
export function* luOf(a: Matrix): Steps<Lu> {
  const lu = copy(a)
  const pivots: Array<number> = []
  const permutation = Array.from({ length: a.rows }, (_, i) => i)
  for (let k = 0; k < Math.min(a.rows, a.columns); k++) {
    let pivot = k
    for (let i = k + 1; i < a.rows; i++) {
      if (sizeOf(get(lu, i, k)) > sizeOf(get(lu, pivot, k))) pivot = i
    }
    pivots.push(pivot)
    if (pivot !== k) {
      swap(row(lu, k), row(lu, pivot))
      ;[permutation[k], permutation[pivot]] = [permutation[pivot]!, permutation[k]!]
    }
    const head = get(lu, k, k)
    if (sizeOf(head) === 0) continue
    for (let i = k + 1; i < a.rows; i++) {
      const factor = over(get(lu, i, k), head)
      set(lu, i, k, factor)
      add(row(lu, i, k + 1), neg(factor), row(lu, k, k + 1))
    }
    yield
  }
  return { lu, pivots, permutation }
}

function* lu(a: Matrix): Steps<ReadonlyArray<Matrix>> {
  const { lu, permutation, pivots } = yield* luOf(a)
  return [lu, real(pivots), real(permutation)]
}

const permutationOf = (pivots: Matrix, { permutationSize }: LuPivotsToPermutationParams): Matrix => {
  const permutation = Array.from({ length: permutationSize }, (_, i) => i)
  pivots.re.forEach((j, i) => {
    ;[permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!]
  })
  return real(permutation)
}

export const factorizationRules = {
  triangular_solve: onMatrices<TriangularSolveParams>([2, 2], function*([a, b], params) {
    return [yield* triangularSolve(a!, b!, params)]
  }),
  cholesky: onMatrices<Params>([2], function*([a]) {
    return [yield* cholesky(a!)]
  }),
  lu: onMatrices<Params>([2], ([a]) => lu(a!)),
  lu_pivots_to_permutation: onMatrices<LuPivotsToPermutationParams>([1], function*([pivots], params) {
    yield
    return [permutationOf(pivots!, params)]
  })
}
