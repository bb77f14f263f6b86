/**
 * The LU decomposition with partial pivoting, by halves of the columns (S. Toledo, "Locality of reference in LU decomposition
 * with partial pivoting", 1997).
 */
import * as Lax from "effax/Lax"
import * as kit from "./kit.ts"
import type { Any } from "./kit.ts"
import { triangular } from "./triangular.ts"

const { add, bitwiseAnd: and, eq, gt, mul, select, sub } = Lax

interface Factors {
  /** Both factors in one matrix. */
  readonly lu: Any
  /** The row that each row was exchanged with, `[batch, k]`. */
  readonly pivots: Any
  /** `[batch, m]`. */
  readonly permutation: Any
}

/** Exchanges two rows, one of which is a number for each matrix. */
const exchange = (x: Any, j: Any, other: Any): Any => {
  const [, m, n] = x.shape as unknown as readonly [number, number, number]
  const rows = kit.positions(x.shape, 1)
  const target = kit.asBatch(other, [m, n])
  const isOther = eq(rows, target)
  const zero = kit.filled(x.shape, 0, x)
  // NaN times 0 would be NaN: a sum of the selected row and zeros
  const picked = Lax.reduceSum(select(isOther, x, zero), [1])
  return select(eq(rows, j), kit.asRows(picked, m), select(isOther, kit.asRows(kit.row(x, j), m), x))
}

const exchangeInts = (x: Any, j: Any, other: Any): Any => {
  const lines = kit.positions(x.shape, 1)
  const isOther = eq(lines, kit.asBatch(other, [x.shape[1]!]))
  const picked = Lax.reduceSum(select(isOther, x, Lax.fullLike(x, 0)), [1])
  const own = kit.element(x, j)
  return select(
    eq(lines, j),
    kit.asBatch(picked, [x.shape[1]!]),
    select(isOther, kit.asBatch(own, [x.shape[1]!]), x)
  )
}

const factorLeaf = (a: Any): Factors => {
  const [batch, m, n] = a.shape as unknown as readonly [number, number, number]
  const k = Math.min(m, n)
  const init: Factors = {
    lu: a,
    pivots: Lax.full([batch, k], 0, { dtype: "int32" }),
    permutation: kit.positions([batch, m], 1)
  }
  return kit.overColumns(k, init, (j, { lu, permutation, pivots }) => {
    const candidates = kit.column(lu, j)
    const lines = kit.positions(candidates.shape, 1)
    const sizes = isComplexSum(candidates)
    const isBelow = Lax.ge(lines, j)
    const other = Lax.argmax(select(isBelow, sizes, kit.filled(sizes.shape, -1, sizes)), 1, "int32")
    const x = exchange(lu, j, other)
    const below = kit.column(x, j)
    const pivot = kit.element(below, j)
    const l = select(gt(lines, j), kit.divideBut(below, kit.asBatch(pivot, [m])), below)
    const [rows, columns] = [kit.positions(x.shape, 1), kit.positions(x.shape, 2)]
    const after = and(gt(rows, j), gt(columns, j))
    return {
      lu: select(eq(columns, j), kit.asColumns(l, n), select(after, sub(x, kit.outer(l, kit.row(x, j))), x)),
      pivots: select(eq(kit.positions(pivots.shape, 1), j), kit.asBatch(other, [k]), pivots),
      permutation: exchangeInts(permutation, j, other)
    }
  })
}

/** What LAPACK compares pivots by: `|re| + |im|`. */
const isComplexSum = (x: Any): Any =>
  kit.isComplex(x) ? add(Lax.abs(Lax.real(x as kit.Complex)), Lax.abs(Lax.imag(x as kit.Complex))) : Lax.abs(x)

const factor = (a: Any, leaf: number): Factors => {
  const [, m, n] = a.shape as unknown as readonly [number, number, number]
  const k = Math.min(m, n)
  if (k <= leaf) {
    if (n <= leaf) return factorLeaf(a)
    // a wide block: the columns beyond the square are only solved for
    const left = factor(kit.part(a, [0, m], [0, k]), leaf)
    const right = kit.takeRows(kit.part(a, [0, m], [k, n]), left.permutation)
    const u = triangular(kit.part(left.lu, [0, k], [0, k]), right, { leftSide: true, lower: true, unitDiagonal: true })
    return { ...left, lu: Lax.concatenate([left.lu, u], 2) }
  }
  const h = kit.halfOf(k, leaf)
  const left = factor(kit.part(a, [0, m], [0, h]), leaf)
  const right = kit.takeRows(kit.part(a, [0, m], [h, n]), left.permutation)
  const u = triangular(kit.part(left.lu, [0, h], [0, h]), kit.part(right, [0, h], [0, n - h]), {
    leftSide: true,
    lower: true,
    unitDiagonal: true
  })
  const l21 = kit.part(left.lu, [h, m], [0, h])
  const rest = factor(sub(kit.part(right, [h, m], [0, n - h]), kit.matmul(l21, u)), leaf)
  const upper = Lax.slice(left.permutation, [0, 0], [a.shape[0]!, h])
  const lower = Lax.slice(left.permutation, [0, h], [a.shape[0]!, m])
  const moved = kit.takeRows(Lax.reshape(lower, [...lower.shape, 1]), rest.permutation)
  return {
    lu: kit.blocks(kit.part(left.lu, [0, h], [0, h]), u, kit.takeRows(l21, rest.permutation), rest.lu),
    pivots: Lax.concatenate([left.pivots, add(rest.pivots, h)], 1),
    permutation: Lax.concatenate([upper, Lax.reshape(moved, lower.shape)], 1)
  }
}

export const lu = (a: Any): ReadonlyArray<Any> => {
  const [m, n] = a.shape.slice(-2) as [number, number]
  const batch = a.shape.slice(0, -2)
  if (a.size === 0) {
    return [
      a,
      Lax.full([...batch, Math.min(m, n)], 0, { dtype: "int32" }),
      Lax.broadcastedIota("int32", [...batch, m], batch.length)
    ]
  }
  const { lu, permutation, pivots } = factor(kit.flat(a, 2), kit.leafOf(Math.min(m, n)))
  return [lu, pivots, permutation].map((x) => kit.unflat(x, batch))
}

/** The permutation that exchanges of rows make. */
export const pivotsToPermutation = (pivots: Any, size: number): Any => {
  const batch = pivots.shape.slice(0, -1)
  const k = pivots.shape.at(-1)!
  const identity = Lax.broadcastedIota("int32", [...batch, size], batch.length)
  if (identity.size === 0 || k === 0) return identity
  const flat = kit.flat(pivots, 1)
  const permuted = kit.overColumns(k, kit.flat(identity, 1), (j, x) => exchangeInts(x, j, kit.element(flat, j)))
  return kit.unflat(mul(permuted, 1), batch)
}
