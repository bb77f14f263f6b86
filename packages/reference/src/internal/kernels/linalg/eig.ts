/**
 * Eigenvalues and eigenvectors of general matrices, from their Schur form.
 */
import type { EigParams } from "effax/Primitives"
import type { Steps } from "../../kernel.ts"
import {
  adjoint,
  build,
  column,
  conj,
  get,
  magnitude,
  type Matrix,
  minus,
  multiply,
  neg,
  norm,
  onMatrices,
  over,
  plus,
  type Scalar,
  scale,
  set,
  times,
  undetermined,
  vector,
  zeros
} from "./matrix.ts"
import { type Schur, schurOf, toComplex } from "./schur.ts"

/** Norm 1, and the largest element real (LAPACK's geev). */
const normalize = (v: Matrix): Matrix => {
  const all = column(v, 0)
  scale(all, [1 / norm(all), 0])
  let largest = 0
  for (let i = 1; i < v.rows; i++) if (magnitude(get(v, i, 0)) > magnitude(get(v, largest, 0))) largest = i
  const element = get(v, largest, 0)
  if (element[1] !== 0) {
    scale(all, over(conj(element), [magnitude(element), 0]))
    set(v, largest, 0, [get(v, largest, 0)[0], 0])
  }
  return v
}

/** The eigenvector of the triangular `t` for its element `k` on the diagonal, by back substitution. */
const ofTriangle = (t: Matrix, k: number, smallest: number): Matrix => {
  const v = zeros(t.rows, 1, true)
  set(v, k, 0, [1, 0])
  const value = get(t, k, k)
  for (let i = k - 1; i >= 0; i--) {
    let sum: Scalar = [0, 0]
    for (let j = i + 1; j <= k; j++) sum = plus(sum, times(get(t, i, j), get(v, j, 0)))
    const pivot = minus(get(t, i, i), value)
    // equal eigenvalues: a pivot of the size of rounding errors
    set(v, i, 0, over(neg(sum), magnitude(pivot) < smallest ? [smallest, 0] : pivot))
    const size = magnitude(get(v, i, 0))
    if (size > 1e100) scale(column(v, 0), [1 / size, 0])
  }
  return v
}

/** Right eigenvectors as columns. Those of a pair of conjugate eigenvalues of a real matrix are conjugates. */
function* rightVectors({ t, z }: Schur, isReal: boolean): Steps<Matrix> {
  const n = t.rows
  const size = norm({ of: t, start: 0, step: 1, length: n * n })
  const smallest = Math.max(2 ** -53 * size, 2 ** -1000)
  const found: Array<Matrix> = []
  for (let k = 0; k < n; k++) {
    const mate = found[k - 1]
    const isSecond = isReal && k > 0 && get(t, k, k)[1] < 0 && get(t, k - 1, k - 1)[1] === -get(t, k, k)[1]
    if (isSecond && mate !== undefined) {
      found.push(build(n, 1, true, (i) => conj(get(mate, i, 0))))
      continue
    }
    const v = multiply(z, ofTriangle(t, k, smallest))
    // a real eigenvector of a real matrix
    found.push(normalize(isReal && get(t, k, k)[1] === 0 ? asReal(v) : v))
    yield
  }
  return build(n, n, true, (i, j) => get(found[j]!, i, 0))
}

/** A multiple of a real vector, as one: turned so that its largest element is real. */
const asReal = (v: Matrix): Matrix => {
  const turned = normalize(v)
  return build(v.rows, 1, true, (i) => [get(turned, i, 0)[0], 0])
}

/** The complex Schur form, with exact pairs of conjugate eigenvalues of which the one with positive imaginary part is first. */
const complexForm = (schur: Schur): Schur => {
  if (schur.t.im !== undefined) return schur
  const { t, z } = toComplex(schur)
  const n = t.rows
  for (let k = 0; k + 1 < n; k++) {
    const below = get(schur.t, k + 1, k)[0]
    if (below === 0) continue
    const [re, im] = [
      get(schur.t, k, k)[0],
      Math.sqrt(Math.abs(below)) * Math.sqrt(Math.abs(get(schur.t, k, k + 1)[0]))
    ]
    set(t, k, k, [re, im])
    set(t, k + 1, k + 1, [re, -im])
  }
  return { t, z }
}

/** `a^H u = conj(w) u`: the adjoint's form is lower triangular, and upper triangular in the opposite order. */
const reversed = ({ t, z }: Schur): Schur => {
  const n = t.rows
  const turned = adjoint(t)
  return {
    t: build(n, n, true, (i, j) => get(turned, n - 1 - i, n - 1 - j)),
    z: build(n, n, true, (i, j) => get(z, i, n - 1 - j))
  }
}

function* eig(a: Matrix, params: EigParams): Steps<ReadonlyArray<Matrix>> {
  const n = a.rows
  const isReal = a.im === undefined
  const { computeLeftEigenvectors: left, computeRightEigenvectors: right } = params
  const found = yield* schurOf(a)
  if (found === undefined) {
    const vectors = undetermined(n, n, true)
    return [undetermined(n, 1, true), ...left ? [vectors] : [], ...right ? [vectors] : []]
  }
  const form = complexForm(found)
  const values = Array.from({ length: n }, (_, k) => get(form.t, k, k))
  const results = [vector(values, true)]
  if (left) {
    const vectors = yield* rightVectors(reversed(form), isReal)
    results.push(build(n, n, true, (i, j) => get(vectors, i, n - 1 - j)))
  }
  if (right) results.push(yield* rightVectors(form, isReal))
  return results
}

export const eigRules = {
  eig: onMatrices<EigParams>([2], ([a], params) => eig(a!, params))
}
