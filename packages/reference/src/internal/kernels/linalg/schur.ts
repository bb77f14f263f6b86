/**
 * The Schur decomposition by the QR algorithm: triangular for complex matrices, and with blocks of two rows for pairs of
 * complex eigenvalues of real ones.
 */
import type { SchurParams } from "effax/Primitives"
import type { Steps } from "../../kernel.ts"
import {
  build,
  column,
  conj,
  get,
  isFinite,
  magnitude,
  type Matrix,
  minus,
  norm,
  onMatrices,
  over,
  plus,
  row,
  type Scalar,
  set,
  times,
  undetermined,
  type Vector
} from "./matrix.ts"
import { hessenberg, householderProduct } from "./reflectors.ts"

/** `a = z t z^H`. */
export interface Schur {
  readonly t: Matrix
  readonly z: Matrix
}

/** Steps for each eigenvalue; it usually takes 2 or 3. */
const mostSteps = 60

/** Every so often a shift of another kind breaks cycles. */
const isExceptional = (step: number): boolean => step % 10 === 0

/** The Hessenberg form and its unitary factor. */
function* reduced(a: Matrix): Steps<Schur> {
  const n = a.rows
  const isComplex = a.im !== undefined
  const [packed, taus] = yield* hessenberg(a)
  const inner = build(
    Math.max(0, n - 1),
    Math.max(0, n - 1),
    isComplex,
    (i, j) => i > j ? get(packed, i + 1, j) : [0, 0]
  )
  const q = yield* householderProduct(inner, taus)
  return {
    t: build(n, n, isComplex, (i, j) => i > j + 1 ? [0, 0] : get(packed, i, j)),
    z: build(n, n, isComplex, (i, j) => i === 0 || j === 0 ? [i === j ? 1 : 0, 0] : get(q, i - 1, j - 1))
  }
}

/**
 * The first row of the last block that has not been split off; the element before it is set to 0. It is small beside its
 * neighbours, so that small eigenvalues are exact, or, where many steps did not make it so, beside the matrix.
 */
const start = (t: Matrix, hi: number, size: number, step: number): number => {
  const negligible = step < 20 ? 0 : 2 ** -53 * size
  let lo = hi
  for (; lo > 0; lo--) {
    const neighbours = magnitude(get(t, lo - 1, lo - 1)) + magnitude(get(t, lo, lo))
    const bound = Math.max(2 ** -53 * (neighbours === 0 ? size : neighbours), negligible)
    if (magnitude(get(t, lo, lo - 1)) <= bound) break
  }
  if (lo > 0) set(t, lo, lo - 1, [0, 0])
  return lo
}

const sizeOf = (a: Matrix): number => norm({ of: a, start: 0, step: 1, length: a.rows * a.columns })

// --- complex --------------------------------------------------------------------------------------------------------

/** `[x, y] := [conj(c) x + conj(s) y, c y - s x]`. */
const combine = (x: Vector, y: Vector, c: Scalar, s: Scalar): void => {
  for (let k = 0; k < x.length; k++) {
    const [i, j] = [x.start + k * x.step, y.start + k * y.step]
    const a: Scalar = [x.of.re[i]!, x.of.im?.[i] ?? 0]
    const b: Scalar = [y.of.re[j]!, y.of.im?.[j] ?? 0]
    const first = plus(times(conj(c), a), times(conj(s), b))
    const second = minus(times(c, b), times(s, a))
    x.of.re[i] = first[0]
    y.of.re[j] = second[0]
    if (x.of.im !== undefined) x.of.im[i] = first[1]
    if (y.of.im !== undefined) y.of.im[j] = second[1]
  }
}

const squareRoot = ([re, im]: Scalar): Scalar => {
  const size = Math.hypot(re, im)
  const [a, b] = [Math.sqrt((size + Math.abs(re)) / 2), 0]
  if (a === 0) return [0, b]
  const other = im / (2 * a)
  return re >= 0 ? [a, other] : [Math.abs(other), im < 0 ? -a : a]
}

/** The eigenvalue of the last two rows that is closer to the last element (Wilkinson's shift). */
const shiftOf = (t: Matrix, hi: number): Scalar => {
  const [a, b, c, d] = [get(t, hi - 1, hi - 1), get(t, hi - 1, hi), get(t, hi, hi - 1), get(t, hi, hi)]
  const half = over(minus(a, d), [2, 0])
  const product = times(b, c)
  const root = squareRoot(plus(times(half, half), product))
  const [one, other] = [plus(half, root), minus(half, root)]
  const larger = magnitude(one) >= magnitude(other) ? one : other
  return magnitude(larger) === 0 ? d : minus(d, over(product, larger))
}

/** Single shifts (Golub and Van Loan, section 7.3.3, with shifts). */
function* complexSchur(a: Matrix): Steps<Schur | undefined> {
  const { t, z } = yield* reduced(a)
  const n = a.rows
  const size = sizeOf(t)
  let hi = n - 1
  let step = 0
  while (hi > 0) {
    const lo = start(t, hi, size, step)
    if (lo === hi) {
      hi--
      step = 0
      continue
    }
    if (++step > mostSteps) return undefined
    const shift: Scalar = isExceptional(step)
      ? plus(get(t, hi, hi), [magnitude(get(t, hi, hi - 1)), 0])
      : shiftOf(t, hi)
    for (let i = lo; i <= hi; i++) set(t, i, i, minus(get(t, i, i), shift))
    const turns: Array<readonly [c: Scalar, s: Scalar]> = []
    for (let k = lo; k < hi; k++) {
      const [x, y] = [get(t, k, k), get(t, k + 1, k)]
      const length = Math.hypot(x[0], x[1], y[0], y[1])
      const turn = length === 0
        ? [[1, 0], [0, 0]] as const
        : [[x[0] / length, x[1] / length], [y[0] / length, y[1] / length]] as const
      turns.push(turn)
      combine(row(t, k, k), row(t, k + 1, k), ...turn)
      set(t, k + 1, k, [0, 0])
    }
    turns.forEach(([c, s], i) => {
      const k = lo + i
      const until = Math.min(k + 2, hi + 1)
      combine(column(t, k, 0, until), column(t, k + 1, 0, until), conj(c), conj(s))
      combine(column(z, k), column(z, k + 1), conj(c), conj(s))
    })
    for (let i = lo; i <= hi; i++) set(t, i, i, plus(get(t, i, i), shift))
    yield
  }
  return { t, z }
}

// --- real -----------------------------------------------------------------------------------------------------------

const at = (a: Matrix, i: number, j: number): number => a.re[i * a.columns + j]!

/** `I - 2 v v^T / (v^T v)`, which maps `x` to a multiple of the first unit vector, applied to rows and columns `from...`. */
const reflect = ({ t, z }: Schur, from: number, x: ReadonlyArray<number>): void => {
  const size = Math.hypot(...x)
  if (size === 0) return
  const v = x.map((value, i) => value / size + (i === 0 ? value < 0 ? -1 : 1 : 0))
  const squared = v.reduce((sum, value) => sum + value * value, 0)
  const apply = (of: Matrix, index: (i: number) => number): void => {
    let sum = 0
    for (let i = 0; i < v.length; i++) sum += v[i]! * of.re[index(i)]!
    for (let i = 0; i < v.length; i++) of.re[index(i)]! -= 2 * sum / squared * v[i]!
  }
  const n = t.rows
  for (let j = 0; j < n; j++) apply(t, (i) => (from + i) * n + j)
  for (let j = 0; j < n; j++) apply(t, (i) => j * n + from + i)
  for (let j = 0; j < n; j++) apply(z, (i) => j * n + from + i)
}

interface Block {
  readonly cs: number
  readonly sn: number
  readonly elements: readonly [a: number, b: number, c: number, d: number]
}

const signOf = (x: number): number => x < 0 || Object.is(x, -0) ? -1 : 1

/**
 * The rotation that makes a block `[a, b; c, d]` triangular where its eigenvalues are real, and otherwise its diagonal
 * elements equal (LAPACK's lanv2).
 */
const standard = (a: number, b: number, c: number, d: number): Block => {
  if (c === 0) return { cs: 1, sn: 0, elements: [a, b, c, d] }
  if (b === 0) return { cs: 0, sn: 1, elements: [d, -c, 0, a] }
  const difference = a - d
  if (difference === 0 && signOf(b) !== signOf(c)) return { cs: 1, sn: 0, elements: [a, b, c, d] }
  const p = difference / 2
  const large = Math.max(Math.abs(b), Math.abs(c))
  const small = Math.min(Math.abs(b), Math.abs(c)) * signOf(b) * signOf(c)
  const scale = Math.max(Math.abs(p), large)
  const discriminant = p / scale * p + large / scale * small
  if (discriminant >= 4 * 2 ** -52) {
    const z = p + signOf(p) * Math.sqrt(scale) * Math.sqrt(discriminant)
    const tau = Math.hypot(c, z)
    return { cs: z / tau, sn: c / tau, elements: [d + z, b - c, 0, d - large / z * small] }
  }
  // complex eigenvalues, or real ones that are nearly equal
  const sigma = b + c
  const tau = Math.hypot(sigma, difference)
  const cs = Math.sqrt((1 + Math.abs(sigma) / tau) / 2)
  const sn = -(p / (tau * cs)) * signOf(sigma)
  const [aa, bb, cc, dd] = [a * cs + b * sn, b * cs - a * sn, c * cs + d * sn, d * cs - c * sn]
  const [upper, lower] = [bb * cs + dd * sn, cc * cs - aa * sn]
  const mean = (aa * cs + cc * sn + (dd * cs - bb * sn)) / 2
  if (lower === 0) return { cs, sn, elements: [mean, upper, 0, mean] }
  if (upper === 0) return { cs: -sn, sn: cs, elements: [mean, -lower, 0, mean] }
  if (signOf(upper) !== signOf(lower)) return { cs, sn, elements: [mean, upper, lower, mean] }
  const [sab, sac] = [Math.sqrt(Math.abs(upper)), Math.sqrt(Math.abs(lower))]
  const root = sab * sac * signOf(lower)
  const length = 1 / Math.sqrt(Math.abs(upper + lower))
  const [c1, s1] = [sab * length, sac * length]
  return {
    cs: cs * c1 - sn * s1,
    sn: cs * s1 + sn * c1,
    elements: [mean + root, upper - lower, 0, mean - root]
  }
}

/** Brings the block of rows `k` and `k + 1` to standard form. */
const standardize = ({ t, z }: Schur, k: number): void => {
  const { cs, elements, sn } = standard(at(t, k, k), at(t, k, k + 1), at(t, k + 1, k), at(t, k + 1, k + 1))
  combine(row(t, k), row(t, k + 1), [cs, 0], [sn, 0])
  combine(column(t, k), column(t, k + 1), [cs, 0], [sn, 0])
  combine(column(z, k), column(z, k + 1), [cs, 0], [sn, 0])
  elements.forEach((value, i) => set(t, k + (i >> 1), k + (i & 1), [value, 0]))
}

/**
 * The first column of `(t - one shift) (t - the other)`, within a block, divided by the element below its first one, so that the
 * squares of small elements don't vanish. The shifts are the eigenvalues of the last two rows.
 */
const headOf = (t: Matrix, lo: number, hi: number): ReadonlyArray<number> => {
  const [h00, h10] = [at(t, lo, lo), at(t, lo + 1, lo)]
  const [a, b, c, d] = [at(t, hi - 1, hi - 1), at(t, hi - 1, hi), at(t, hi, hi - 1), at(t, hi, hi)]
  return [
    (h00 - d) * ((h00 - a) / h10) - b * (c / h10) + at(t, lo, lo + 1),
    h00 + at(t, lo + 1, lo + 1) - a - d,
    at(t, lo + 2, lo + 1)
  ]
}

/** As {@link headOf}, for shifts with sum `1.5 w` and product `w^2`. */
const exceptionalHead = (t: Matrix, lo: number, hi: number): ReadonlyArray<number> => {
  const w = Math.abs(at(t, hi, hi - 1)) + Math.abs(at(t, hi - 1, hi - 2))
  const [h00, h10] = [at(t, lo, lo), at(t, lo + 1, lo)]
  return [
    (h00 - 1.5 * w) * (h00 / h10) + w * (w / h10) + at(t, lo, lo + 1),
    h00 + at(t, lo + 1, lo + 1) - 1.5 * w,
    at(t, lo + 2, lo + 1)
  ]
}

/** Francis' double shifts (Golub and Van Loan, algorithm 7.5.2). */
function* realSchur(a: Matrix): Steps<Schur | undefined> {
  const schur = yield* reduced(a)
  const { t } = schur
  const size = sizeOf(t)
  let hi = a.rows - 1
  let step = 0
  while (hi > 0) {
    const lo = start(t, hi, size, step)
    if (lo >= hi - 1) {
      if (lo === hi - 1) standardize(schur, lo)
      hi = lo - 1
      step = 0
      continue
    }
    if (++step > mostSteps) return undefined
    let head = isExceptional(step) ? exceptionalHead(t, lo, hi) : headOf(t, lo, hi)
    for (let k = lo; k < hi; k++) {
      reflect(schur, k, head)
      if (k > lo) { for (let i = k + 1; i <= Math.min(k + 2, hi); i++) set(t, i, k - 1, [0, 0]) }
      head = Array.from({ length: Math.min(3, hi - k) }, (_, i) => at(t, k + 1 + i, k))
    }
    yield
  }
  return schur
}

/** `undefined` where the algorithm does not converge, as for NaN. */
export function* schurOf(a: Matrix): Steps<Schur | undefined> {
  if (!isFinite(a)) return undefined
  const found = yield* a.im === undefined ? realSchur(a) : complexSchur(a)
  if (found === undefined) return undefined
  const { t, z } = found
  return { t: build(t.rows, t.columns, t.im !== undefined, (i, j) => i > j + 1 ? [0, 0] : get(t, i, j)), z }
}

/** The complex Schur form of a real one (Golub and Van Loan, section 7.4.1: a rotation for each block). */
export const toComplex = (schur: Schur): Schur => {
  const n = schur.t.rows
  const widened = (a: Matrix): Matrix => build(n, n, true, (i, j) => get(a, i, j))
  const [t, z] = [widened(schur.t), widened(schur.z)]
  for (let m = n - 1; m > 0; m--) {
    const below = get(t, m, m - 1)
    if (magnitude(below) === 0) continue
    const [a, b, c, d] = [get(t, m - 1, m - 1), get(t, m - 1, m), below, get(t, m, m)]
    const half = over(minus(a, d), [2, 0])
    const mu = plus(half, squareRoot(plus(times(half, half), times(b, c))))
    const length = Math.hypot(mu[0], mu[1], c[0], c[1])
    const turn = [over(mu, [length, 0]), over(c, [length, 0])] as const
    combine(row(t, m - 1, m - 1), row(t, m, m - 1), ...turn)
    combine(column(t, m - 1, 0, m + 1), column(t, m, 0, m + 1), conj(turn[0]), conj(turn[1]))
    combine(column(z, m - 1), column(z, m), conj(turn[0]), conj(turn[1]))
    set(t, m, m - 1, [0, 0])
  }
  return { t, z }
}

export const schurRules = {
  schur: onMatrices<SchurParams>([2], function*([a], { computeSchurVectors }, isComplex) {
    const n = a!.rows
    const { t, z } = (yield* schurOf(a!)) ?? { t: undetermined(n, n, isComplex), z: undetermined(n, n, isComplex) }
    return computeSchurVectors ? [t, z] : [t]
  })
}
