/**
 * Triangular equations, and the Cholesky decomposition, by halves.
 */
import * as Lax from "effax/Lax"
import * as np from "effax/Numpy"
import * as kit from "./kit.ts"
import type { Any } from "./kit.ts"

const { div, eq, gt, lt, select, sub } = Lax

/** Substitution, one unknown row after another. */
const substitute = (a: Any, b: Any, lower: boolean, unit: boolean): Any => {
  const [, m, k] = b.shape as unknown as readonly [number, number, number]
  return kit.overColumns(m, b, (j, x) => {
    const pivot = kit.element(kit.column(a, j), j)
    const known = kit.row(x, j)
    const solved = unit ? known : div(known, kit.asBatch(pivot, [k]))
    const rows = kit.positions(x.shape, 1)
    const rest = sub(x, kit.outer(kit.column(a, j), solved))
    return select(
      eq(rows, j),
      kit.asRows(solved, m),
      select(lower ? gt(rows, j) : lt(rows, j), rest, x)
    )
  }, !lower)
}

const solve = (a: Any, b: Any, lower: boolean, unit: boolean, leaf: number): Any => {
  const m = a.shape[1]!
  if (m <= leaf) return substitute(a, b, lower, unit)
  const h = kit.halfOf(m, leaf)
  const k = b.shape[2]!
  const [b1, b2] = [kit.part(b, [0, h], [0, k]), kit.part(b, [h, m], [0, k])]
  const [a11, a22] = [kit.part(a, [0, h], [0, h]), kit.part(a, [h, m], [h, m])]
  if (lower) {
    const x1 = solve(a11, b1, lower, unit, leaf)
    const x2 = solve(a22, sub(b2, kit.matmul(kit.part(a, [h, m], [0, h]), x1)), lower, unit, leaf)
    return Lax.concatenate([x1, x2], 1)
  }
  const x2 = solve(a22, b2, lower, unit, leaf)
  const x1 = solve(a11, sub(b1, kit.matmul(kit.part(a, [0, h], [h, m]), x2)), lower, unit, leaf)
  return Lax.concatenate([x1, x2], 1)
}

export interface TriangularOptions {
  readonly leftSide?: boolean
  readonly lower?: boolean
  readonly transposeA?: boolean
  readonly conjugateA?: boolean
  readonly unitDiagonal?: boolean
}

/** `op(a) x = b`, or `x op(a) = b`, of flat operands. */
export const triangular = (a: Any, b: Any, options: TriangularOptions): Any => {
  const { conjugateA = false, leftSide = false, lower = false, transposeA = false, unitDiagonal = false } = options
  // on the right: the transposed equations
  const turned = transposeA === leftSide ? kit.transpose(a) : a
  const matrix = conjugateA ? kit.conj(turned) : turned
  const isLower = transposeA === leftSide ? !lower : lower
  const x = solve(matrix, leftSide ? b : kit.transpose(b), isLower, unitDiagonal, kit.leafOf(a.shape[1]!))
  return leftSide ? x : kit.transpose(x)
}

export const triangularSolve = (a: Any, b: Any, options: TriangularOptions): Any => {
  if (b.size === 0) return b
  return kit.unflat(triangular(kit.flat(a, 2), kit.flat(b, 2), options), b.shape.slice(0, -2))
}

// --- Cholesky -------------------------------------------------------------------------------------------------------

/** Column by column, each taken from all that follow. */
const factorLeaf = (a: Any): Any => {
  const n = a.shape[1]!
  const factored = kit.overColumns(n, a, (j, x) => {
    const below = kit.column(x, j)
    const pivot = Lax.sqrt(kit.real(kit.element(below, j)))
    const lines = kit.positions(below.shape, 1)
    const l = select(
      eq(lines, j),
      kit.asBatch(kit.like(pivot, x), [n]),
      div(below, kit.asBatch(kit.like(pivot, x), [n]))
    )
    const columns = kit.positions(x.shape, 2)
    return select(
      eq(columns, j),
      kit.asColumns(l, n),
      select(gt(columns, j), sub(x, kit.outer(l, kit.conj(l))), x)
    )
  })
  return kit.tril(factored)
}

const factor = (a: Any, leaf: number): Any => {
  const n = a.shape[1]!
  if (n <= leaf) return factorLeaf(a)
  const h = kit.halfOf(n, leaf)
  const l11 = factor(kit.part(a, [0, h], [0, h]), leaf)
  // L21 L11^H = A21
  const l21 = triangular(l11, kit.part(a, [h, n], [0, h]), { lower: true, transposeA: true, conjugateA: true })
  const rest = sub(kit.part(a, [h, n], [h, n]), kit.matmul(l21, kit.adjoint(l21)))
  const l22 = factor(rest, leaf)
  return kit.blocks(l11, kit.filled([a.shape[0]!, h, n - h], 0, a), l21, l22)
}

/** The factor of flat matrices, which are read below the diagonal, without a look at whether they are positive definite. */
export const choleskyOf = (a: Any): Any => factor(a, kit.leafOf(a.shape[1]!))

export const cholesky = (a: Any): Any => {
  if (a.size === 0) return a
  const l = choleskyOf(kit.flat(a, 2))
  // the root of a pivot below 0 is NaN, one of 0 makes infinities, and both reach the last pivot
  const isWrong = Lax.bitwiseNot(gt(kit.real(kit.diagonal(l)), 0))
  const bad = np.any(isWrong, { axis: 1 })
  return kit.unflat(kit.tril(kit.poison(bad, l)), a.shape.slice(0, -2))
}
