/**
 * Householder reflectors `H = I - tau v v^H` as LAPACK defines them, and what is made of them: QR, Hessenberg and
 * tridiagonal forms.
 */
import type { Params } from "effax/Primitive"
import type { TridiagonalParams } from "effax/Primitives"
import type { Steps } from "../../kernel.ts"
import {
  add,
  build,
  column,
  conj,
  copy,
  dot,
  get,
  identity,
  type Matrix,
  neg,
  norm,
  onMatrices,
  over,
  type Scalar,
  scale,
  set,
  type Vector,
  vector,
  zeros
} from "./matrix.ts"

/**
 * The reflector with `H^H x = beta e` for a real `beta` of the sign opposite to the head of `x`, which is at `head` (LAPACK's
 * larfg). Writes `beta` to the head and the other elements of `v` to the tail, and returns `tau`.
 */
export const reflector = (x: Matrix, head: readonly [row: number, column: number], tail: Vector): Scalar => {
  const alpha = get(x, ...head)
  const below = norm(tail)
  if (below === 0 && alpha[1] === 0) return [0, 0]
  const size = Math.hypot(alpha[0], alpha[1], below)
  const beta = alpha[0] >= 0 ? -size : size
  scale(tail, over([1, 0], [alpha[0] - beta, alpha[1]]))
  set(x, ...head, [beta, 0])
  return [(beta - alpha[0]) / beta, -alpha[1] / beta]
}

/** `a := (I - tau v v^H) a` from column `from` on. */
export const fromLeft = (a: Matrix, v: Matrix, tau: Scalar, from = 0): void => {
  if (tau[0] === 0 && tau[1] === 0) return
  for (let j = from; j < a.columns; j++) {
    const target = column(a, j)
    const [re, im] = dot(column(v, 0), target)
    add(target, neg([tau[0] * re - tau[1] * im, tau[0] * im + tau[1] * re]), column(v, 0))
  }
}

/** `a := a (I - tau v v^H)`. */
export const fromRight = (a: Matrix, v: Matrix, tau: Scalar): void => {
  if (tau[0] === 0 && tau[1] === 0) return
  // a v, then a -= tau (a v) v^H
  const product = zeros(a.rows, 1, a.im !== undefined)
  for (let j = 0; j < a.columns; j++) add(column(product, 0), get(v, j, 0), column(a, j))
  for (let j = 0; j < a.columns; j++) {
    const [re, im] = conj(get(v, j, 0))
    add(column(a, j), neg([tau[0] * re - tau[1] * im, tau[0] * im + tau[1] * re]), column(product, 0))
  }
}

/** The vector of a reflector: element 1 in row `head`, then the elements of column `j` below. */
export const vectorBelow = (a: Matrix, j: number, head: number): Matrix =>
  build(a.rows, 1, a.im !== undefined, (i) => i < head ? [0, 0] : i === head ? [1, 0] : get(a, i, j))

// --- QR -------------------------------------------------------------------------------------------------------------

export function* geqrf(given: Matrix): Steps<readonly [a: Matrix, taus: ReadonlyArray<Scalar>]> {
  const a = copy(given)
  const taus: Array<Scalar> = []
  for (let k = 0; k < Math.min(a.rows, a.columns); k++) {
    const tau = reflector(a, [k, k], column(a, k, k + 1))
    taus.push(tau)
    fromLeft(a, vectorBelow(a, k, k), conj(tau), k + 1)
    yield
  }
  return [a, taus]
}

/** The first columns of `H_0 H_1 ...`, as many as `a` has. */
export function* householderProduct(a: Matrix, taus: ReadonlyArray<Scalar>): Steps<Matrix> {
  const q = identity(a.rows, a.columns, a.im !== undefined)
  for (let k = taus.length - 1; k >= 0; k--) {
    fromLeft(q, vectorBelow(a, k, k), taus[k]!)
    yield
  }
  return q
}

const scalars = (column: Matrix): ReadonlyArray<Scalar> =>
  Array.from({ length: column.rows }, (_, i) => get(column, i, 0))

// --- Hessenberg and tridiagonal forms -------------------------------------------------------------------------------

/** `a = Q h Q^H`: `h` on and above the subdiagonal, and the reflectors below it. */
export function* hessenberg(given: Matrix): Steps<readonly [a: Matrix, taus: ReadonlyArray<Scalar>]> {
  const a = copy(given)
  const taus: Array<Scalar> = []
  for (let k = 0; k < a.rows - 1; k++) {
    const tau = reflector(a, [k + 1, k], column(a, k, k + 2))
    taus.push(tau)
    const v = vectorBelow(a, k, k + 1)
    fromLeft(a, v, conj(tau), k + 1)
    // the columns before, which hold reflectors, stay as they are: v is 0 there
    fromRight(a, v, tau)
    yield
  }
  return [a, taus]
}

/** The Hermitian matrix of which one triangle is given. */
export const hermitian = (a: Matrix, lower: boolean): Matrix =>
  build(
    a.rows,
    a.columns,
    a.im !== undefined,
    (i, j) => i === j ? [get(a, i, i)[0], 0] : (i > j) === lower ? get(a, i, j) : conj(get(a, j, i))
  )

/** The reflectors in the place of the triangle that was read, diagonal, off-diagonal, and their factors. */
function* tridiagonal(given: Matrix, { lower }: TridiagonalParams): Steps<ReadonlyArray<Matrix>> {
  const n = given.rows
  const isComplex = given.im !== undefined
  const t = hermitian(given, lower)
  const out = copy(given)
  const off = new Array<Scalar>(Math.max(0, n - 1))
  const taus = new Array<Scalar>(Math.max(0, n - 1))
  for (let step = 0; step < n - 1; step++) {
    // the column, the row of its head, and its tail: rows below, or above
    const k = lower ? step : n - 1 - step
    const head = lower ? k + 1 : k - 1
    const work = copy(t)
    const tail = lower ? column(work, k, head + 1) : column(work, k, 0, head)
    const tau = reflector(work, [head, k], tail)
    const inTail = (i: number): boolean => lower ? i > head : i < head
    const v = build(n, 1, isComplex, (i) => i === head ? [1, 0] : inTail(i) ? get(work, i, k) : [0, 0])
    const at = lower ? k : k - 1
    taus[at] = tau
    off[at] = get(work, head, k)
    for (let i = 0; i < n; i++) if (inTail(i)) set(out, i, k, get(work, i, k))
    fromLeft(t, v, conj(tau))
    fromRight(t, v, tau)
    yield
  }
  const diagonal = Array.from({ length: n }, (_, i): Scalar => [get(t, i, i)[0], 0])
  for (let i = 0; i < n; i++) {
    set(out, i, i, diagonal[i]!)
    if (i < n - 1) set(out, lower ? i + 1 : i, lower ? i : i + 1, off[i]!)
  }
  return [out, vector(diagonal, false), vector(off, false), vector(taus, isComplex)]
}

export const reflectorRules = {
  geqrf: onMatrices<Params>([2], function*([a], _, isComplex) {
    const [reduced, taus] = yield* geqrf(a!)
    return [reduced, vector(taus, isComplex)]
  }),
  householder_product: onMatrices<Params>([2, 1], function*([a, taus]) {
    return [yield* householderProduct(a!, scalars(taus!))]
  }),
  hessenberg: onMatrices<Params>([2], function*([a], _, isComplex) {
    const [reduced, taus] = yield* hessenberg(a!)
    return [reduced, vector(taus, isComplex)]
  }),
  tridiagonal: onMatrices<TridiagonalParams>([2], ([a], params) => tridiagonal(a!, params))
}
