/**
 * Complex matrices on the host, in double precision, and samples that are hard for decompositions. It knows nothing of effax.
 */

/** Row-major, real and imaginary parts. */
export interface Dense {
  readonly rows: number
  readonly columns: number
  readonly re: Float64Array
  readonly im: Float64Array
}

export const dense = (rows: number, columns: number, f: (i: number, j: number) => readonly [number, number]): Dense => {
  const out = { rows, columns, re: new Float64Array(rows * columns), im: new Float64Array(rows * columns) }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) [out.re[i * columns + j], out.im[i * columns + j]] = f(i, j)
  }
  return out
}

export const at = (a: Dense, i: number, j: number): readonly [number, number] => [
  a.re[i * a.columns + j]!,
  a.im[i * a.columns + j]!
]

export const multiply = (a: Dense, b: Dense): Dense =>
  dense(a.rows, b.columns, (i, j) => {
    let [re, im] = [0, 0]
    for (let k = 0; k < a.columns; k++) {
      const [[x, y], [u, v]] = [at(a, i, k), at(b, k, j)]
      re += x * u - y * v
      im += x * v + y * u
    }
    return [re, im]
  })

export const adjoint = (a: Dense): Dense =>
  dense(a.columns, a.rows, (i, j) => {
    const [re, im] = at(a, j, i)
    return [re, -im]
  })

export const subtract = (a: Dense, b: Dense): Dense =>
  dense(a.rows, a.columns, (i, j) => {
    const [[x, y], [u, v]] = [at(a, i, j), at(b, i, j)]
    return [x - u, y - v]
  })

export const identity = (n: number): Dense => dense(n, n, (i, j) => [i === j ? 1 : 0, 0])

export const diagonal = (rows: number, columns: number, values: (i: number) => readonly [number, number]): Dense =>
  dense(rows, columns, (i, j) => i === j ? values(i) : [0, 0])

/** The Frobenius norm, scaled so that it does not overflow; NaN for NaN. */
export const norm = ({ im, re }: Dense): number => {
  let largest = 0
  for (const part of [re, im]) for (const x of part) if (!(Math.abs(x) <= largest)) largest = Math.abs(x)
  if (largest === 0 || !Number.isFinite(largest)) return largest
  let sum = 0
  for (const part of [re, im]) for (const x of part) sum += (x / largest) ** 2
  return largest * Math.sqrt(sum)
}

type Random = () => number

const uniform = (random: Random, isComplex: boolean) => (): readonly [number, number] => [
  2 * random() - 1,
  isComplex ? 2 * random() - 1 : 0
]

/** Orthonormal columns, by Gram and Schmidt's process, twice. */
const unitary = (n: number, random: Random, isComplex: boolean): Dense => {
  const q = dense(n, n, uniform(random, isComplex))
  for (let j = 0; j < n; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let [re, im] = [0, 0]
        for (let i = 0; i < n; i++) {
          const [[x, y], [u, v]] = [at(q, i, k), at(q, i, j)]
          re += x * u + y * v
          im += x * v - y * u
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = at(q, i, k)
          q.re[i * n + j]! -= re * x - im * y
          q.im[i * n + j]! -= re * y + im * x
        }
      }
    }
    let size = 0
    for (let i = 0; i < n; i++) size += at(q, i, j)[0] ** 2 + at(q, i, j)[1] ** 2
    for (let i = 0; i < n; i++) {
      q.re[i * n + j]! /= Math.sqrt(size)
      q.im[i * n + j]! /= Math.sqrt(size)
    }
  }
  return q
}

const hermitian = (n: number, random: Random, isComplex: boolean, values: (i: number) => number): Dense => {
  const q = unitary(n, random, isComplex)
  return multiply(multiply(q, diagonal(n, n, (i) => [values(i), 0])), adjoint(q))
}

type Make = (rows: number, columns: number, random: Random, isComplex: boolean) => Dense

const general: Make = (rows, columns, random, isComplex) => dense(rows, columns, uniform(random, isComplex))

const scaled = (by: (i: number, j: number) => number): Make => (rows, columns, random, isComplex) => {
  const draw = uniform(random, isComplex)
  return dense(rows, columns, (i, j) => {
    const [re, im] = draw()
    return [re * by(i, j), im * by(i, j)]
  })
}

/** Matrices of any shape. */
export const samples: { readonly [kind: string]: Make } = {
  random: general,
  "graded rows": scaled((i) => 10 ** -i),
  "graded columns": scaled((_, j) => 10 ** -j),
  huge: scaled(() => 2 ** 60),
  tiny: scaled(() => 2 ** -60),
  "of rank 1": (rows, columns, random, isComplex) =>
    multiply(general(rows, 1, random, isComplex), general(1, columns, random, isComplex)),
  "with equal rows": (rows, columns, random, isComplex) => {
    const row = general(1, columns, random, isComplex)
    return dense(rows, columns, (_, j) => at(row, 0, j))
  },
  zero: (rows, columns) => dense(rows, columns, () => [0, 0]),
  "of ones on the diagonal": (rows, columns) => diagonal(rows, columns, () => [1, 0]),
  triangular: (rows, columns, random, isComplex) => {
    const draw = uniform(random, isComplex)
    return dense(rows, columns, (i, j) => j < i ? [0, 0] : draw())
  }
}

/** Square matrices whose eigenvalues are hard to tell apart. */
export const squares: { readonly [kind: string]: (n: number, random: Random, isComplex: boolean) => Dense } = {
  "a Jordan block": (n) => dense(n, n, (i, j) => j === i ? [2, 0] : j === i + 1 ? [1, 0] : [0, 0]),
  "a rotation": (n) => dense(n, n, (i, j) => j === (i + 1) % n ? [1, 0] : [0, 0]),
  nilpotent: (n) => dense(n, n, (i, j) => j === i + 1 ? [1, 0] : [0, 0])
}

/** Hermitian matrices; those whose name begins with "positive" are positive definite. */
export const hermitians: { readonly [kind: string]: (n: number, random: Random, isComplex: boolean) => Dense } = {
  random: (n, random, isComplex) => hermitian(n, random, isComplex, () => 2 * random() - 1),
  "positive definite": (n, random, isComplex) => hermitian(n, random, isComplex, () => 0.1 + random()),
  "positive with equal eigenvalues": (n, random, isComplex) =>
    hermitian(n, random, isComplex, (i) => i < n / 2 ? 1 : 2),
  "positive with close eigenvalues": (n, random, isComplex) => hermitian(n, random, isComplex, (i) => 1 + i * 1e-7),
  "positive and graded": (n, random, isComplex) => hermitian(n, random, isComplex, (i) => 4 ** -Math.min(i, 6)),
  "of rank 1": (n, random, isComplex) => hermitian(n, random, isComplex, (i) => i === 0 ? 1 : 0),
  zero: (n) => dense(n, n, () => [0, 0]),
  diagonal: (n) => diagonal(n, n, (i) => [i % 3, 0])
}
