/**
 * Singular values, and eigenvalues of Hermitian matrices, by one-sided Jacobi rotations (M. Hestenes, 1958) of n / 2 pairs of columns
 * at once, in the order of a round-robin tournament (R. Brent and F. Luk, "The solution of singular-value and symmetric eigenvalue
 * problems on multiprocessor arrays", 1985): the pairs are always those of the left and the right half, and columns move between
 * the halves. A sweep of n - 1 rounds brings every pair together once, and every column back to its place.
 */
import type * as DType from "effax/DType"
import * as Lax from "effax/Lax"
import * as np from "effax/Numpy"
import * as kit from "./kit.ts"
import type { Any } from "./kit.ts"
import { packedQr, product } from "./qr.ts"
import { choleskyOf } from "./triangular.ts"

const { add, bitwiseAnd: and, div, eq, gt, lt, mul, select, sub } = Lax

/** Rotations converge quadratically in fewer than ten sweeps; what has not after so many is NaN. */
const mostSweeps = 40

const epsilonOf = (dtype: DType.DType): number => dtype === "float64" || dtype === "complex128" ? 2 ** -52 : 2 ** -23

/** The two halves of an axis. */
const halves = (x: Any, axis: number): readonly [Any, Any] => {
  const h = x.shape[axis]! / 2
  return [Lax.sliceInDim(x, 0, h, { axis }), Lax.sliceInDim(x, h, 2 * h, { axis })]
}

/** The next round: all but the first of the left half move around. */
const moved = (left: Any, right: Any, axis: number): Any => {
  const h = left.shape[axis]!
  if (h === 1) return Lax.concatenate([left, right], axis)
  const cut = (x: Any, from: number, to: number): Any => Lax.sliceInDim(x, from, to, { axis })
  return Lax.concatenate(
    [cut(left, 0, 1), cut(right, 0, 1), cut(left, 1, h - 1), cut(right, 1, h), cut(left, h - 1, h)]
      .filter((x) => x.shape[axis]! > 0),
    axis
  )
}

/** `[[c, s], [-s, c]]` behind a phase that makes the products of pairs real, `[batch, h]`; `s` and `tau` are real. */
interface Rotation {
  readonly s: Any
  /** `s / (1 + c)`. */
  readonly tau: Any
  readonly phase: Any
}

/** The rotation that makes `g`, the product of two columns, 0; `difference` is the second square less the first. */
const rotation = (difference: Any, g: Any, isSmall: Any): Rotation => {
  const zeros = kit.filled(difference.shape, 0, difference)
  const ones = kit.filled(difference.shape, 1, difference)
  const size = Lax.abs(g)
  const divisor = select(isSmall, ones, size)
  const zeta = div(difference, mul(divisor, 2))
  const magnitude = div(ones, add(Lax.abs(zeta), np.hypot(zeta, ones)))
  const t = select(isSmall, zeros, select(lt(zeta, 0), Lax.neg(magnitude), magnitude))
  const c = div(ones, Lax.sqrt(add(mul(t, t), 1)))
  const s = mul(c, t)
  const phase = select(isSmall, kit.filled(g.shape, 1, g), div(g, kit.like(divisor, g)))
  return { s, tau: div(s, add(c, 1)), phase }
}

/**
 * Rotates pairs of columns. Changes are added to what is there (H. Rutishauser, "The Jacobi method for real symmetric matrices",
 * 1966), so that small rotations lose nothing.
 */
const rotate = (x: Any, { phase, s, tau }: Rotation): Any => {
  const [p, given] = halves(x, 2)
  const wide = (v: Any): Any => kit.like(kit.asRows(v, p.shape[1]!), x)
  const q = mul(given, wide(kit.conj(phase)))
  const [sine, tangent] = [wide(s), wide(tau)]
  return moved(sub(p, mul(sine, add(q, mul(tangent, p)))), add(q, mul(sine, sub(p, mul(tangent, q)))), 2)
}

/** Repeats a sweep until nothing is left to do: `step` gives new matrices, and how far they are from the end. */
const sweeps = (
  rounds: number,
  init: ReadonlyArray<Any>,
  round: (values: ReadonlyArray<Any>) => ReadonlyArray<Any>,
  remains: (values: ReadonlyArray<Any>) => Any
): ReadonlyArray<Any> => {
  const sweep = (values: ReadonlyArray<Any>): ReadonlyArray<Any> =>
    Lax.foriLoop(0, rounds, ((_: Any, v: ReadonlyArray<Any>) => round(v)) as never, values as never) as never
  const [, , ...values] = Lax.whileLoop(
    (([count, goOn]: ReadonlyArray<Any>) => and(goOn!, lt(count!, mostSweeps))) as never,
    (([count, , ...old]: ReadonlyArray<Any>) => {
      const next = sweep(old)
      return [add(count!, 1), np.any(remains(next)), ...next]
    }) as never,
    [np.array(0, { dtype: "int32" }), np.any(remains(init)), ...init] as never
  ) as unknown as ReadonlyArray<Any>
  return values
}

const evened = (x: Any, axes: ReadonlyArray<number>): Any =>
  x.shape[axes[0]!]! % 2 === 0
    ? x
    : Lax.pad(x, kit.filled([], 0, x), x.shape.map((_, axis) => axes.includes(axis) ? [0, 1, 0] : [0, 0, 0]) as never)

/** The largest absolute value of each matrix, 1 where that is 0, `[batch]`. */
const scaleOf = (x: Any): Any => {
  const largest = Lax.reduceMax(Lax.abs(x), [1, 2])
  return select(gt(largest, 0), largest, kit.filled(largest.shape, 1, largest))
}

const byBatch = (s: Any, x: Any): Any => kit.like(kit.asBatch(s, x.shape.slice(1)), x)

interface Pairs {
  readonly left2: Any
  readonly right2: Any
  readonly g: Any
}

const pairsOf = (x: Any): Pairs => {
  const [left, right] = halves(x, 2)
  return {
    left2: Lax.reduceSum(kit.norm2(left), [1]),
    right2: Lax.reduceSum(kit.norm2(right), [1]),
    g: Lax.reduceSum(mul(kit.conj(left), right), [1])
  }
}

/** Columns that are orthogonal up to rounding, the rotations that made them so, and whether they converged, `[batch]`. */
interface Orthogonal {
  readonly columns: Any
  readonly rotations: Any | undefined
  readonly failed: Any
}

const orthogonalise = (x: Any, withRotations: boolean): Orthogonal => {
  const [count, m, n] = x.shape as unknown as readonly [number, number, number]
  const tolerance = epsilonOf(x.dtype) * Math.max(1, Math.sqrt(m) / 8)
  const given = evened(x, [2])
  const even = given.shape[2]!
  // columns that are this short are what rounding has left of dependent ones, and are orthogonal to nothing
  const norm = Lax.sqrt(Lax.reduceSum(kit.norm2(x), [1, 2]))
  const floor = mul(norm, kit.filled([count], 4 * epsilonOf(x.dtype), norm))
  const isLeft = (columns: Any): Any => {
    // every pair, not only those of the next round
    const gram = kit.matmul(kit.adjoint(columns), columns)
    const lengths = Lax.sqrt(kit.real(kit.diagonal(gram)))
    const isLong = gt(lengths, kit.asBatch(floor, [even]))
    const bound = mul(mul(kit.asColumns(lengths, even), kit.asRows(lengths, even)), 4 * tolerance)
    const isPair = and(
      and(kit.asColumns(isLong, even), kit.asRows(isLong, even)),
      Lax.ne(kit.positions(gram.shape, 1), kit.positions(gram.shape, 2))
    )
    const isOff = and(gt(Lax.abs(gram), bound), isPair)
    return np.any(isOff, { axis: [1, 2] })
  }
  const round = (values: ReadonlyArray<Any>): ReadonlyArray<Any> => {
    const { g, left2, right2 } = pairsOf(values[0]!)
    const [left, right] = [Lax.sqrt(left2), Lax.sqrt(right2)]
    const isShort = Lax.le(Lax.min(left, right), kit.asBatch(floor, [even / 2]))
    const isSmall = Lax.bitwiseOr(isShort, Lax.le(Lax.abs(g), mul(mul(left, right), tolerance)))
    const turn = rotation(sub(right2, left2), g, isSmall)
    return values.map((v) => rotate(v, turn))
  }
  const init = withRotations ? [given, kit.eye(count, even, even, given)] : [given]
  const [columns, rotations] = sweeps(even - 1, init, round, ([c]) => isLeft(c!))
  return {
    columns: kit.part(columns!, [0, m], [0, n]),
    rotations: rotations && kit.part(rotations, [0, n], [0, n]),
    failed: isLeft(columns!)
  }
}

/** One step towards the closest unitary matrix (G. Schulz, 1933), which takes away what rotations have rounded. */
const polished = (v: Any): Any => {
  const n = v.shape[2]!
  const gram = kit.matmul(kit.adjoint(v), v)
  const correction = sub(
    mul(kit.eye(v.shape[0]!, n, n, v), kit.filled(gram.shape, 1.5, v)),
    mul(gram, kit.filled(gram.shape, 0.5, v))
  )
  return kit.matmul(v, correction)
}

// --- eigenvalues ----------------------------------------------------------------------------------------------------

export interface EighOptions {
  readonly lower: boolean
  readonly sortEigenvalues: boolean
}

const positiveEigenvectors = (a: Any): { readonly v: Any; readonly failed: Any } => {
  const n = a.shape[1]!
  // no eigenvalue is larger than the largest sum of a row
  const largest = Lax.reduceMax(Lax.reduceSum(Lax.abs(a), [2]), [1])
  const bound = select(gt(largest, 0), largest, kit.filled(largest.shape, 1, largest))
  const identity = kit.eye(a.shape[0]!, n, n, a)
  const { columns, failed } = orthogonalise(choleskyOf(add(a, mul(identity, byBatch(mul(bound, 2), identity)))), false)
  const lengths = Lax.sqrt(Lax.reduceSum(kit.norm2(columns), [1]))
  return { v: polished(div(columns, kit.like(kit.asRows(lengths, n), columns))), failed }
}

/**
 * Eigenvectors of a matrix are those of the matrix with a multiple of the identity added, which makes it positive: the left singular
 * vectors of its Cholesky factor. Eigenvalues are the quotients `v^H a v`, whose errors are the squares of those of the vectors.
 */
export const eigh = (a: Any, { lower, sortEigenvalues }: EighOptions): ReadonlyArray<Any> => {
  const batch = a.shape.slice(0, -2)
  const n = a.shape.at(-1)!
  if (a.size === 0) return [a, Lax.reshape(kit.real(a), [...batch, n])]
  const given = kit.flat(a, 2)
  const triangle = lower ? kit.tril(given, -1) : kit.triu(given, 1)
  const count = given.shape[0]!
  const diagonal = kit.like(kit.where(kit.asColumns(kit.real(kit.diagonal(given)), n), eq), given)
  const whole = add(add(triangle, kit.adjoint(triangle)), diagonal)
  const bad = kit.notFinite(whole)
  const scale = scaleOf(whole)
  const scaled = div(whole, byBatch(scale, whole))
  // eigenvectors of a matrix that is nearly diagonal, and whose bound is close, are those that rounding leaves
  const first = positiveEigenvectors(scaled)
  const second = positiveEigenvectors(kit.matmul(kit.adjoint(first.v), kit.matmul(scaled, first.v)))
  const failed = Lax.bitwiseOr(first.failed, second.failed)
  const v = polished(kit.matmul(first.v, second.v))
  const w = mul(
    kit.real(Lax.reduceSum(mul(kit.conj(v), kit.matmul(scaled, v)), [1])),
    kit.asBatch(scale, [n])
  )
  const wrong = Lax.bitwiseOr(bad, failed)
  const order = sortEigenvalues ? np.argsort(w, { axis: 1 }) : undefined
  const [sortedW, sortedV] = order === undefined
    ? [w, v]
    : [np.takeAlongAxis(w, order as never, { axis: 1 }), kit.takeColumns(v, order)]
  return [
    kit.unflat(kit.poison(wrong, sortedV), batch),
    kit.unflat(select(kit.asBatch(wrong, [n]), kit.filled([count, n], NaN, w), sortedW), batch)
  ]
}

// --- singular values ------------------------------------------------------------------------------------------------

export interface SvdOptions {
  readonly computeUv: boolean
  readonly fullMatrices: boolean
}

interface Square {
  readonly s: Any
  readonly u: Any
  readonly v: Any
  readonly failed: Any
}

/** `x = u diag(s) v^H` of square matrices. */
const square = (x: Any, withVectors: boolean): Square => {
  const n = x.shape[1]!
  const { columns, failed, rotations } = orthogonalise(x, withVectors)
  const v = rotations === undefined ? columns : polished(rotations)
  const rotated = rotations === undefined ? columns : kit.matmul(x, v)
  const lengths = Lax.sqrt(Lax.reduceSum(kit.norm2(rotated), [1]))
  const order = np.argsort(lengths, { axis: 1, descending: true })
  const s = np.takeAlongAxis(lengths, order as never, { axis: 1 })
  if (rotations === undefined) return { s, u: columns, v, failed }
  // columns of length 0 get directions of their own: the orthogonal factor of all of them
  const { a: packed, taus } = packedQr(kit.takeColumns(rotated, order))
  const signs = kit.real(kit.diagonal(packed))
  const flips = select(lt(signs, 0), kit.filled(signs.shape, -1, signs), kit.filled(signs.shape, 1, signs))
  return { s, u: mul(product(packed, taus), kit.like(kit.asRows(flips, n), x)), v: kit.takeColumns(v, order), failed }
}

/** `[s]`, or `[s, u, v^H]`, of flat matrices with at least as many rows as columns. */
const tall = (a: Any, { computeUv, fullMatrices }: SvdOptions): ReadonlyArray<Any> => {
  const [count, m, n] = a.shape as unknown as readonly [number, number, number]
  const bad = kit.notFinite(a)
  const scale = scaleOf(a)
  const scaled = div(a, byBatch(scale, a))
  const qr = m > n ? packedQr(scaled) : undefined
  const { failed, s, u, v } = square(qr === undefined ? scaled : kit.triu(kit.part(qr.a, [0, n], [0, n])), computeUv)
  const wrong = Lax.bitwiseOr(bad, failed)
  const values = select(kit.asBatch(wrong, [n]), kit.filled([count, n], NaN, s), mul(s, kit.asBatch(scale, [n])))
  if (!computeUv) return [values]
  const vh = kit.poison(wrong, kit.adjoint(v))
  if (qr === undefined) return [values, kit.poison(wrong, u), vh]
  const columns = fullMatrices ? m : n
  const packed = columns === n
    ? qr.a
    : Lax.concatenate([qr.a, kit.filled([count, m, m - n], 0, a)], 2)
  const q = product(packed, qr.taus)
  const inner = kit.matmul(kit.part(q, [0, m], [0, n]), u)
  const full = columns === n ? inner : Lax.concatenate([inner, kit.part(q, [0, m], [n, m])], 2)
  return [values, kit.poison(wrong, full), vh]
}

export const svd = (a: Any, options: SvdOptions): ReadonlyArray<Any> => {
  const batch = a.shape.slice(0, -2)
  const [m, n] = a.shape.slice(-2) as [number, number]
  const k = Math.min(m, n)
  if (a.size === 0) {
    const count = batch.reduce((size, extent) => size * extent, 1)
    const unitary = (extent: number, rows: boolean): Any => {
      const x = kit.eye(count, rows ? extent : options.fullMatrices ? extent : k, extent, a)
      return Lax.reshape(rows ? kit.part(x, [0, extent], [0, options.fullMatrices ? extent : k]) : x, [
        ...batch,
        ...rows ? [extent, options.fullMatrices ? extent : k] : [options.fullMatrices ? extent : k, extent]
      ])
    }
    const s = kit.real(Lax.full([...batch, k], 0, { dtype: a.dtype }))
    return options.computeUv ? [s, unitary(m, true), unitary(n, false)] : [s]
  }
  const flat = kit.flat(a, 2)
  if (m >= n) return tall(flat, options).map((x) => kit.unflat(x, batch))
  const [s, u, vh] = tall(kit.adjoint(flat), options)
  return (u === undefined || vh === undefined ? [s!] : [s!, kit.adjoint(vh), kit.adjoint(u)])
    .map((x) => kit.unflat(x, batch))
}
