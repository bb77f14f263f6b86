/**
 * Backward errors of decompositions: what is computed is the exact decomposition of a matrix that differs from the given one by
 * rounding errors. LAPACK's own test programs accept `|A - Q R| <= 30 n eps |A|`, and so on; half of that is asked here.
 */
import { Lax, Linalg, NdArray } from "effax"
import type { Backend } from "effax/Backend"
import type { DType } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"
import { generator } from "../ops/inputs.ts"
import {
  adjoint,
  at,
  type Dense,
  dense,
  diagonal,
  hermitians,
  identity,
  multiply,
  norm,
  samples,
  squares,
  subtract
} from "./matrices.ts"

const limit = 15

type X = NdArray.Any

interface Precision {
  readonly real: "float32" | "float64"
  readonly isComplex: boolean
}

const dtypeOf = ({ isComplex, real }: Precision): DType =>
  real === "float32" ? isComplex ? "complex64" : "float32" : isComplex ? "complex128" : "float64"

const typed = (values: ReadonlyArray<number> | Float64Array, { real }: Precision) =>
  real === "float32" ? Float32Array.from(values) : Float64Array.from(values)

/** The matrix, rounded to the precision, as an array and on the host. */
const given = (a: Dense, precision: Precision): readonly [X, Dense] => {
  const [re, im] = [typed(a.re, precision), typed(a.im, precision)]
  const rounded = { ...a, re: Float64Array.from(re), im: Float64Array.from(im) }
  const data = precision.isComplex ? typed([...re].flatMap((x, i) => [x, im[i]!]), precision) : re
  return [NdArray.fromTypedArray(data, [a.rows, a.columns], dtypeOf(precision)), rounded]
}

const read = (x: X): Effect.Effect<Dense, ExecutionError, Backend> =>
  Effect.map(NdArray.toTypedArray(x), (data) => {
    const pairs = x.dtype === "complex64" || x.dtype === "complex128"
    const [rows, columns] = x.shape.length === 1 ? [x.shape[0]!, 1] : x.shape as readonly [number, number]
    return dense(rows, columns, (i, j) => {
      const k = i * columns + j
      return pairs ? [Number(data[2 * k]), Number(data[2 * k + 1])] : [Number(data[k]), 0]
    })
  })

interface Sample {
  readonly name: string
  readonly a: Dense
  readonly precision: Precision
}

/** What is wrong with a decomposition of one matrix: a name and a ratio of errors for each thing that is checked. */
type Ratios = (
  a: Dense,
  x: X,
  eps: number
) => Effect.Effect<ReadonlyArray<readonly [string, number]>, ExecutionError, Backend>

/** `|x| / (n eps scale)`; NaN counts as wrong. */
const ratio = (error: Dense, scale: number, n: number, eps: number): number => {
  const size = norm(error)
  return size === 0 ? 0 : size / (Math.max(1, n) * eps * scale)
}

const orthonormal = (q: Dense, eps: number): number =>
  ratio(subtract(multiply(adjoint(q), q), identity(q.columns)), 1, q.rows, eps)

const columnsOf = (values: Dense) => (i: number) => at(values, i, 0)

/** The number of neighbours in the wrong order. */
const unordered = (values: Dense, sign: number): number =>
  Array.from(values.re).filter((x, i) => i > 0 && !(sign * (x - values.re[i - 1]!) >= 0)).length * Infinity || 0

const qr: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const { Q, R } = Linalg.qr(x, { mode: "complete" })
  const [q, r] = [yield* read(Q), yield* read(R)]
  return [
    ["A - Q R", ratio(subtract(a, multiply(q, r)), norm(a), Math.max(a.rows, a.columns), eps)],
    ["Q^H Q - 1", orthonormal(q, eps)]
  ] as const
})

const lu: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const [packed, , permutation] = Lax.linalg.lu(x)
  const [both, order] = [yield* read(packed as X), yield* read(permutation as X)]
  const k = Math.min(a.rows, a.columns)
  const l = dense(a.rows, k, (i, j) => i === j ? [1, 0] : i > j ? at(both, i, j) : [0, 0])
  const u = dense(k, a.columns, (i, j) => i <= j ? at(both, i, j) : [0, 0])
  const permuted = dense(a.rows, a.columns, (i, j) => at(a, order.re[i]!, j))
  return [["P A - L U", ratio(subtract(permuted, multiply(l, u)), norm(a), Math.max(a.rows, a.columns), eps)]] as const
})

const svd: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const { S, U, Vh } = Linalg.svd(x)
  const [u, s, vh] = [yield* read(U), yield* read(S), yield* read(Vh)]
  const product = multiply(multiply(u, diagonal(a.rows, a.columns, columnsOf(s))), vh)
  return [
    ["A - U S Vh", ratio(subtract(a, product), norm(a), Math.max(a.rows, a.columns), eps)],
    ["U^H U - 1", orthonormal(u, eps)],
    ["V^H V - 1", orthonormal(adjoint(vh), eps)],
    ["descending singular values", unordered(s, -1)]
  ] as const
})

const eigh: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const { eigenvalues, eigenvectors } = Linalg.eigh(x)
  const [w, v] = [yield* read(eigenvalues as X), yield* read(eigenvectors as X)]
  const scaled = multiply(v, diagonal(a.rows, a.rows, columnsOf(w)))
  return [
    ["A V - V W", ratio(subtract(multiply(a, v), scaled), norm(a), a.rows, eps)],
    ["V^H V - 1", orthonormal(v, eps)],
    ["ascending eigenvalues", unordered(w, 1)]
  ] as const
})

const cholesky: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const l = yield* read(Linalg.cholesky(x) as X)
  return [["A - L L^H", ratio(subtract(a, multiply(l, adjoint(l))), norm(a), a.rows, eps)]] as const
})

const eig: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const { eigenvalues, eigenvectors } = Linalg.eig(x)
  const [w, v] = [yield* read(eigenvalues as X), yield* read(eigenvectors as X)]
  const scaled = multiply(v, diagonal(a.rows, a.rows, columnsOf(w)))
  const sizes = dense(a.rows, 1, (j) => {
    let sum = 0
    for (let i = 0; i < a.rows; i++) sum += at(v, i, j)[0] ** 2 + at(v, i, j)[1] ** 2
    return [Math.sqrt(sum) - 1, 0]
  })
  return [
    ["A V - V W", ratio(subtract(multiply(a, v), scaled), norm(a), a.rows, eps)],
    ["|v| - 1", ratio(sizes, 1, a.rows, eps)]
  ] as const
})

const schur: Ratios = Effect.fnUntraced(function*(a, x, eps) {
  const [T, Z] = Lax.linalg.schur(x)
  const [t, z] = [yield* read(T as X), yield* read(Z as X)]
  const below = dense(a.rows, a.rows, (i, j) => i > j + 1 ? at(t, i, j) : [0, 0])
  return [
    ["A - Z T Z^H", ratio(subtract(a, multiply(multiply(z, t), adjoint(z))), norm(a), a.rows, eps)],
    ["Z^H Z - 1", orthonormal(z, eps)],
    ["zeros below the subdiagonal", norm(below) === 0 ? 0 : Infinity]
  ] as const
})

const sizes = [[1, 1], [2, 2], [5, 3], [3, 5], [8, 8], [17, 9]] as const

const precisions = (wide: boolean): ReadonlyArray<Precision> =>
  (wide ? ["float32", "float64"] as const : ["float32"] as const).flatMap((real) =>
    [false, true].map((isComplex) => ({ real, isComplex }))
  )

const named = (name: string, kind: string, rows: number, columns: number, precision: Precision): string =>
  `${name} of a matrix ${kind}, ${dtypeOf(precision)}[${rows},${columns}]`

/** All matrices of any shape, on which `name` is tried. */
const anyShape = (name: string, seed: string, wide: boolean): ReadonlyArray<Sample> =>
  precisions(wide).flatMap((precision) =>
    Object.entries(samples).flatMap(([kind, make]) =>
      sizes.map(([rows, columns]) => {
        const label = named(name, kind, rows, columns, precision)
        return { name: label, a: make(rows, columns, generator(`${seed}/${label}`), precision.isComplex), precision }
      })
    )
  )

const square = (name: string, seed: string, wide: boolean): ReadonlyArray<Sample> =>
  precisions(wide).flatMap((precision) =>
    [
      ...Object.entries(squares).map(([kind, make]) => ({ kind, make })),
      ...Object.entries(samples).map(([kind, make]) => ({
        kind,
        make: (n: number, random: () => number, isComplex: boolean) => make(n, n, random, isComplex)
      }))
    ].flatMap(({ kind, make }) =>
      [1, 2, 3, 8, 13].map((n) => {
        const label = named(name, kind, n, n, precision)
        return { name: label, a: make(n, generator(`${seed}/${label}`), precision.isComplex), precision }
      })
    )
  )

const symmetric = (positive: boolean) => (name: string, seed: string, wide: boolean): ReadonlyArray<Sample> =>
  precisions(wide).flatMap((precision) =>
    Object.entries(hermitians).filter(([kind]) => !positive || kind.startsWith("positive")).flatMap(([kind, make]) =>
      [1, 2, 5, 12].map((n) => {
        const label = named(name, kind, n, n, precision)
        return { name: label, a: make(n, generator(`${seed}/${label}`), precision.isComplex), precision }
      })
    )
  )

/** The decompositions that are checked, and what on. */
export const decompositions = {
  qr: { ratios: qr, samples: anyShape },
  lu: { ratios: lu, samples: anyShape },
  svd: { ratios: svd, samples: anyShape },
  eigh: { ratios: eigh, samples: symmetric(false) },
  cholesky: { ratios: cholesky, samples: symmetric(true) },
  eig: { ratios: eig, samples: square },
  schur: { ratios: schur, samples: square }
} as const

/**
 * What is wrong with a decomposition on its samples, which `seed` draws; `wide` with double precision too. Of each `every`
 * samples one is tried.
 */
export const wrongOf = (
  name: keyof typeof decompositions,
  seed: string,
  wide: boolean,
  every = 1
): Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend> => {
  const { ratios, samples } = decompositions[name]
  return Effect.map(
    Effect.forEach(samples(name, seed, wide).filter((_, i) => i % every === 0), ({ a, name, precision }) => {
      const eps = precision.real === "float32" ? 2 ** -23 : 2 ** -52
      const [x, rounded] = given(a, precision)
      return Effect.map(
        ratios(rounded, x, eps),
        (found) =>
          found.flatMap(([what, size]) => size <= limit ? [] : [`${name}: ${what} is ${size.toPrecision(3)} n eps |A|`])
      )
    }),
    (wrong) => wrong.flat()
  )
}
