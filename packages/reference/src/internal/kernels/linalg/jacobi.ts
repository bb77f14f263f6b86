/**
 * Eigenvalues of Hermitian matrices and singular values, by Jacobi's rotations: slow, and as exact as can be.
 */
import type { EighParams, SvdParams } from "effax/Primitives"
import type { Steps } from "../../kernel.ts"
import {
  add,
  adjoint,
  build,
  column,
  conj,
  copy,
  dot,
  get,
  identity,
  isFinite,
  magnitude,
  type Matrix,
  norm,
  onMatrices,
  real,
  row,
  type Scalar,
  scale,
  set,
  undetermined,
  type Vector
} from "./matrix.ts"
import { geqrf, hermitian, householderProduct } from "./reflectors.ts"

/** Sweeps take 6 to 15; what needs more does not converge. */
const mostSweeps = 60

/** The rotation that makes two columns orthogonal whose inner product is `gamma`, with squared norms `alpha` and `beta`. */
interface Rotation {
  readonly c: number
  readonly s: number
  /** The second column is turned by this number of size 1 first, so that the inner product is real. */
  readonly phase: Scalar
}

/** Golub and Van Loan, section 8.5.2. */
const rotation = (alpha: number, beta: number, gamma: Scalar): Rotation => {
  const size = magnitude(gamma)
  const zeta = (beta - alpha) / (2 * size)
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
  const c = 1 / Math.hypot(1, t)
  return { c, s: t * c, phase: [gamma[0] / size, -gamma[1] / size] }
}

/** `[x, y] := [c x - s phase y, s x + c phase y]`. */
const rotate = (x: Vector, y: Vector, { c, phase, s }: Rotation): void => {
  scale(y, phase)
  const before = build(x.length, 1, x.of.im !== undefined, (i) => {
    const at = x.start + i * x.step
    return [x.of.re[at]!, x.of.im === undefined ? 0 : x.of.im[at]!]
  })
  scale(x, [c, 0])
  add(x, [-s, 0], y)
  scale(y, [c, 0])
  add(y, [s, 0], column(before, 0))
}

/** A power of 2 that makes the largest element about 1, so that squares neither overflow nor vanish. */
const scaling = ({ im, re }: Matrix): number => {
  let largest = 0
  for (const x of re) largest = Math.max(largest, Math.abs(x))
  for (const x of im ?? []) largest = Math.max(largest, Math.abs(x))
  return largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))))
}

const scaled = (a: Matrix, by: number): Matrix => ({ ...a, re: a.re.map((x) => x * by), im: a.im?.map((x) => x * by) })

const take = (a: Matrix, columns: ReadonlyArray<number>): Matrix =>
  build(a.rows, columns.length, a.im !== undefined, (i, j) => get(a, i, columns[j]!))

// --- eigh -----------------------------------------------------------------------------------------------------------

/** Cyclic Jacobi; `undefined` if it does not converge. */
function* diagonalize(given: Matrix): Steps<{ readonly vectors: Matrix; readonly values: Float64Array } | undefined> {
  const n = given.rows
  const a = copy(given)
  const vectors = identity(n, n, a.im !== undefined)
  const size = norm({ of: a, start: 0, step: 1, length: n * n })
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let changed = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = get(a, p, q)
        if (!(magnitude(off) > 2 ** -60 * size)) continue
        changed = true
        const turn = rotation(get(a, p, p)[0], get(a, q, q)[0], off)
        rotate(column(a, p), column(a, q), turn)
        rotate(row(a, p), row(a, q), { ...turn, phase: conj(turn.phase) })
        rotate(column(vectors, p), column(vectors, q), turn)
        // rounding leaves an error of the size of the diagonal elements
        set(a, p, q, [0, 0])
        set(a, q, p, [0, 0])
      }
      yield
    }
    if (!changed) return { vectors, values: Float64Array.from({ length: n }, (_, i) => get(a, i, i)[0]) }
  }
  return undefined
}

function* eigh(given: Matrix, { lower }: EighParams): Steps<ReadonlyArray<Matrix>> {
  const n = given.rows
  const a = hermitian(given, lower)
  const by = scaling(a)
  const found = isFinite(a) ? yield* diagonalize(scaled(a, by)) : undefined
  if (found === undefined) return [undetermined(n, n, a.im !== undefined), undetermined(n, 1, false)]
  const order = Array.from({ length: n }, (_, i) => i).sort((i, k) => found.values[i]! - found.values[k]!)
  return [take(found.vectors, order), real(order.map((i) => found.values[i]! / by))]
}

// --- svd ------------------------------------------------------------------------------------------------------------

interface Svd {
  readonly u: Matrix
  readonly s: ReadonlyArray<number>
  readonly v: Matrix
}

/** Columns smaller than this times the largest are rounding errors, which have no direction. */
const negligible = 2 ** -60

/** Orthonormal columns, completed to as many as are wanted. */
function* completed(u: Matrix, count: number): Steps<Matrix> {
  const [a, taus] = yield* geqrf(u)
  const padded = build(u.rows, u.rows, u.im !== undefined, (i, j) => j < u.columns ? get(a, i, j) : [0, 0])
  const q = yield* householderProduct(padded, taus)
  return build(u.rows, count, u.im !== undefined, (i, j) => j < u.columns ? get(u, i, j) : get(q, i, j))
}

/** One-sided Jacobi (Hestenes 1958) on a matrix with at least as many rows as columns. */
function* tall(given: Matrix, full: boolean): Steps<Svd | undefined> {
  const { columns: n, rows: m } = given
  const a = copy(given)
  const v = identity(n, n, a.im !== undefined)
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let changed = false
    const largest = Math.max(0, ...Array.from({ length: n }, (_, j) => norm(column(a, j))))
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [x, y] = [norm(column(a, p)), norm(column(a, q))]
        if (Math.min(x, y) <= negligible * largest) continue
        const gamma = dot(column(a, p), column(a, q))
        if (!(magnitude(gamma) > 2 ** -51 * x * y)) continue
        changed = true
        const turn = rotation(x * x, y * y, gamma)
        rotate(column(a, p), column(a, q), turn)
        rotate(column(v, p), column(v, q), turn)
      }
      yield
    }
    if (changed) continue
    const norms = Array.from({ length: n }, (_, j) => norm(column(a, j)))
    const order = norms.map((_, j) => j).sort((i, k) => norms[k]! - norms[i]!)
    const s = order.map((j) => norms[j]!)
    const kept = order.filter((j) => norms[j]! > negligible * s[0]!)
    const u = take(a, kept)
    kept.forEach((j, k) => scale(column(u, k), [1 / norms[j]!, 0]))
    return { u: yield* completed(u, full ? m : n), s, v: take(v, order) }
  }
  return undefined
}

function* svdOf(a: Matrix, full: boolean): Steps<Svd | undefined> {
  if (!isFinite(a)) return undefined
  const by = scaling(a)
  const wide = a.rows < a.columns
  const found = yield* tall(scaled(wide ? adjoint(a) : a, by), full)
  if (found === undefined) return undefined
  const s = found.s.map((x) => x / by)
  return wide ? { u: found.v, s, v: found.u } : { ...found, s }
}

function* svd(a: Matrix, { computeUv, fullMatrices }: SvdParams): Steps<ReadonlyArray<Matrix>> {
  const isComplex = a.im !== undefined
  const k = Math.min(a.rows, a.columns)
  const found = yield* svdOf(a, fullMatrices)
  if (found === undefined) {
    const s = undetermined(k, 1, false)
    return computeUv
      ? [
        s,
        undetermined(a.rows, fullMatrices ? a.rows : k, isComplex),
        undetermined(fullMatrices ? a.columns : k, a.columns, isComplex)
      ]
      : [s]
  }
  return computeUv ? [real(found.s), found.u, adjoint(found.v)] : [real(found.s)]
}

export const jacobiRules = {
  eigh: onMatrices<EighParams>([2], ([a], params) => eigh(a!, params)),
  svd: onMatrices<SvdParams>([2], ([a], params) => svd(a!, params))
}
