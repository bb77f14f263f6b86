/**
 * Reductions of square matrices by reflectors, and tridiagonal equations. The conventions are LAPACK's (gehrd, sytrd, gtsv).
 */
import * as Lax from "effax/Lax"
import * as kit from "./kit.ts"
import type { Any } from "./kit.ts"
import { reflector } from "./qr.ts"

const { add, bitwiseAnd: and, div, eq, ge, gt, mul, select, sub } = Lax

interface Reduced {
  readonly a: Any
  readonly taus: Any
}

/** A column of which the part below row `j + 1` becomes the vector of a reflector, and row `j + 1` its length. */
const packed = (given: Any, v: Any, beta: Any, j: Any): Any => {
  const lines = kit.positions(given.shape, 1)
  const next = add(j, 1)
  return select(eq(lines, next), kit.asBatch(beta, [given.shape[1]!]), select(gt(lines, next), v, given))
}

export const hessenberg = (a: Any): ReadonlyArray<Any> => {
  const batch = a.shape.slice(0, -2)
  const n = a.shape.at(-1)!
  if (n < 2 || a.size === 0) return [a, kit.filled([...batch, Math.max(0, n - 1)], 0, a)]
  const flat = kit.flat(a, 2)
  const init: Reduced = { a: flat, taus: kit.filled([flat.shape[0]!, n - 1], 0, a) }
  const { a: x, taus } = kit.overColumns(n - 1, init, (j, { a: x, taus }) => {
    const given = kit.column(x, j)
    const { beta, tau, v } = reflector(given, add(j, 1))
    const columns = kit.positions(x.shape, 2)
    // H^H x from the left for the columns that follow, then x H from the right
    const dots = Lax.reduceSum(mul(kit.asColumns(kit.conj(v), n), x), [1])
    const change = kit.outer(mul(v, kit.asBatch(kit.conj(tau), [n])), dots)
    const left = select(gt(columns, j), sub(x, change), x)
    const products = Lax.reduceSum(mul(left, kit.asRows(v, n)), [2])
    const right = sub(left, kit.outer(mul(products, kit.asBatch(tau, [n])), kit.conj(v)))
    return {
      a: select(eq(columns, j), kit.asColumns(packed(given, v, beta, j), n), right),
      taus: select(eq(kit.positions(taus.shape, 1), j), kit.asBatch(tau, [n - 1]), taus)
    }
  })
  return [kit.unflat(x, batch), kit.unflat(taus, batch)]
}

/** The reflectors in one triangle, the diagonal, the off-diagonal, and the factors, of Hermitian matrices. */
export const tridiagonal = (a: Any, { lower }: { readonly lower: boolean }): ReadonlyArray<Any> => {
  const batch = a.shape.slice(0, -2)
  const n = a.shape.at(-1)!
  const flat = kit.flat(a, 2)
  const parts = lower ? reduce(flat) : reduceUpper(flat)
  return [
    kit.unflat(parts.a, batch),
    kit.unflat(kit.real(parts.diagonal), batch),
    kit.unflat(Lax.slice(parts.beside, [0, 0], [flat.shape[0]!, n - 1]), batch),
    kit.unflat(parts.taus, batch)
  ]
}

interface Tridiagonal extends Reduced {
  readonly diagonal: Any
  readonly beside: Any
}

const reduce = (a: Any): Tridiagonal => {
  const [count, n] = a.shape as unknown as readonly [number, number]
  const below = kit.tril(a, -1)
  const realDiagonal = kit.like(kit.where(kit.asColumns(kit.real(kit.diagonal(a)), n), eq), a)
  const whole = add(add(below, kit.adjoint(below)), realDiagonal)
  const k = Math.max(0, n - 1)
  const init = { x: whole, vectors: a, taus: kit.filled([count, k], 0, a) }
  const { taus, vectors, x } = k === 0 ? init : kit.overColumns(k, init, (j, { taus, vectors, x }) => {
    const given = kit.column(x, j)
    const { beta, tau, v } = reflector(given, add(j, 1))
    // H^H x H = x - v w^H - w v^H, w = tau x v - (|tau|^2 / 2) (v^H x v) v
    const xv = Lax.reduceSum(mul(x, kit.asRows(v, n)), [2])
    const p = mul(xv, kit.asBatch(tau, [n]))
    const half = mul(mul(kit.conj(tau), Lax.reduceSum(mul(kit.conj(v), p), [1])), kit.filled([count], 0.5, a))
    const w = sub(p, mul(kit.asBatch(half, [n]), v))
    const [rows, columns] = [kit.positions(x.shape, 1), kit.positions(x.shape, 2)]
    const rest = sub(sub(x, kit.outer(v, kit.conj(w))), kit.outer(w, kit.conj(v)))
    const line = kit.positions(given.shape, 1)
    const cleaned = select(
      eq(line, add(j, 1)),
      kit.asBatch(beta, [n]),
      select(gt(line, j), kit.filled(given.shape, 0, a), given)
    )
    const isColumn = eq(columns, j)
    const isRow = eq(rows, j)
    return {
      x: select(
        and(isColumn, ge(rows, j)),
        kit.asColumns(cleaned, n),
        select(
          and(isRow, gt(columns, j)),
          kit.asRows(kit.conj(cleaned), n),
          select(and(gt(rows, j), gt(columns, j)), rest, x)
        )
      ),
      vectors: select(isColumn, kit.asColumns(packed(kit.column(vectors, j), v, beta, j), n), vectors),
      taus: select(eq(kit.positions(taus.shape, 1), j), kit.asBatch(tau, [k]), taus)
    }
  })
  const shape = [count, n, n]
  const isBelow = eq(kit.positions(shape, 1), add(kit.positions(shape, 2), 1))
  const beside = kit.real(Lax.reduceSum(select(isBelow, x, kit.filled(shape, 0, a)), [1]))
  const onDiagonal = eq(kit.positions(shape, 1), kit.positions(shape, 2))
  return { a: select(onDiagonal, x, vectors), taus, diagonal: kit.diagonal(x), beside }
}

/** The upper triangle is that of the matrix read backwards, transposed. */
const reduceUpper = (a: Any): Tridiagonal => {
  const turned = Lax.rev(a, [1, 2])
  const { a: x, beside, diagonal, taus } = reduce(turned)
  const [count, n] = a.shape as unknown as readonly [number, number]
  return {
    a: Lax.rev(x, [1, 2]),
    taus: Lax.rev(taus, [1]),
    diagonal: Lax.rev(diagonal, [1]),
    beside: n < 2
      ? beside
      : Lax.concatenate([
        Lax.rev(Lax.slice(beside, [0, 0], [count, n - 1]), [1]),
        Lax.slice(beside, [0, n - 1], [count, n])
      ], 1)
  }
}

/** Tridiagonal equations by elimination with exchanges of neighbouring rows. */
export const tridiagonalSolve = (dl: Any, d: Any, du: Any, b: Any): Any => {
  if (b.size === 0) return b
  const batch = b.shape.slice(0, -2)
  const [low, diagonal, up, right] = [kit.flat(dl, 1), kit.flat(d, 1), kit.flat(du, 1), kit.flat(b, 2)]
  const [count, n, k] = right.shape as unknown as readonly [number, number, number]
  const steps = (x: Any): Any => Lax.transpose(x, [1, 0, ...x.shape.map((_, i) => i).slice(2)])
  const wide = (x: Any): Any => Lax.broadcastInDim(x, [count, k], [0])
  const zero = kit.filled([count], 0, right)
  // the row at hand, before the next one: its diagonal, the two elements behind it, and the right-hand side
  const rows = steps(right)
  const [diagonals, lows, ups] = [steps(diagonal), steps(low), steps(up)]
  const first = [
    Lax.indexInDim(diagonals, 0, { keepdims: false }),
    Lax.indexInDim(ups, 0, { keepdims: false }),
    zero,
    Lax.indexInDim(rows, 0, { keepdims: false })
  ]
  const tail = (x: Any): Any => Lax.sliceInDim(x, 1, n)
  const eliminate = (
    [p, q, r, y]: ReadonlyArray<Any>,
    [l, e, u, z]: ReadonlyArray<Any>
  ): readonly [unknown, unknown] => {
    const isSwapped = gt(Lax.abs(l!), Lax.abs(p!))
    const pick = (x: Any, y: Any): Any => select(isSwapped, x, y)
    const [p0, q0, r0, y0] = [pick(l!, p!), pick(e!, q!), pick(u!, r!), select(wideMask(isSwapped, k), z!, y!)]
    const [p1, q1, r1, y1] = [pick(p!, l!), pick(q!, e!), pick(r!, u!), select(wideMask(isSwapped, k), y!, z!)]
    const factor = div(p1, p0)
    return [
      [sub(q1, mul(factor, q0)), sub(r1, mul(factor, r0)), zero, sub(y1, mul(wide(factor), y0))],
      [p0, q0, r0, y0]
    ]
  }
  const [last, above] = n === 1
    ? [first, undefined]
    : Lax.scan(
      eliminate as never,
      first as never,
      [tail(lows), tail(diagonals), tail(ups), tail(rows)] as never
    ) as unknown as [
      ReadonlyArray<Any>,
      ReadonlyArray<Any>
    ]
  const bottom = div(last[3]!, wide(last[0]!))
  if (above === undefined) return kit.unflat(steps(Lax.expandDims(bottom, [0])), batch)
  const substitute = ([x1, x2]: ReadonlyArray<Any>, [p, q, r, y]: ReadonlyArray<Any>): readonly [unknown, unknown] => {
    const x = div(sub(sub(y!, mul(wide(q!), x1!)), mul(wide(r!), x2!)), wide(p!))
    return [[x, x1], x]
  }
  const [, solved] = Lax.scan(
    substitute as never,
    [bottom, kit.filled([count, k], 0, right)] as never,
    above as never,
    { reverse: true }
  ) as unknown as [unknown, Any]
  return kit.unflat(steps(Lax.concatenate([solved, Lax.expandDims(bottom, [0])], 0)), batch)
}

const wideMask = (x: Any, k: number): Any => Lax.broadcastInDim(x, [x.shape[0]!, k], [0])
