/**
 * Householder reflectors: `H = 1 - tau v v^H`, where `v` is 0 above its first element, which is 1. The conventions are LAPACK's
 * (geqrf, orgqr). Blocks of reflectors are applied by products of matrices (Puglisi's form of the WY representation: the inverse
 * of the small triangular factor is `striu(V^H V) + diag(1 / tau)`).
 */
import * as Lax from "effax/Lax"
import * as kit from "./kit.ts"
import type { Any } from "./kit.ts"
import { triangular } from "./triangular.ts"

const { add, bitwiseAnd: and, div, eq, gt, lt, mul, neg, select, sub } = Lax

/** A reflector that makes all of `x` below element `j` zero: its vector, factor, and what element `j` becomes. */
export interface Reflector {
  readonly v: Any
  /** `[batch]`. */
  readonly tau: Any
  /** `[batch]`, real numbers in the dtype of `x`. */
  readonly beta: Any
}

/** LAPACK's larfg of the elements from `j` on of `[batch, m]`; elements before it are not looked at. */
export const reflector = (x: Any, j: Any): Reflector => {
  const lines = kit.positions(x.shape, 1)
  const zeros = kit.filled(x.shape, 0, x)
  const m = x.shape[1]!
  const tail = select(gt(lines, j), x, zeros)
  const alpha = kit.element(x, j)
  // scaled, so that squares neither overflow nor vanish
  const scale = Lax.reduceMax(Lax.abs(select(Lax.ge(lines, j), x, zeros)), [1])
  const isTiny = eq(scale, kit.filled(scale.shape, 0, scale))
  const unit = select(isTiny, kit.filled(scale.shape, 1, scale), scale)
  const scaled = div(tail, kit.asBatch(kit.like(unit, x), [m]))
  const head = div(alpha, kit.like(unit, x))
  const tail2 = Lax.reduceSum(kit.norm2(scaled), [1])
  const length = Lax.sqrt(add(kit.norm2(head), tail2))
  const re = kit.real(head)
  const beta = select(lt(re, kit.filled(re.shape, 0, re)), length, neg(length))
  const imaginary = kit.isComplex(x) ? Lax.imag(head as kit.Complex) : kit.filled(re.shape, 0, re)
  // nothing to do: the tail is 0, and the head is real
  const isDone = and(eq(tail2, kit.filled(tail2.shape, 0, tail2)), eq(imaginary, kit.filled(re.shape, 0, re)))
  const safe = select(isDone, kit.filled(beta.shape, 1, beta), beta)
  const tau = div(sub(kit.like(safe, x), head), kit.like(safe, x))
  const divisor = sub(head, kit.like(safe, x))
  const v = div(scaled, kit.asBatch(select(isDone, kit.filled(divisor.shape, 1, x), divisor), [m]))
  const doneWide = kit.asBatch(isDone, [m])
  return {
    v: select(eq(lines, j), kit.filled(x.shape, 1, x), select(doneWide, zeros, v)),
    tau: select(isDone, kit.filled(tau.shape, 0, x), tau),
    beta: select(isDone, alpha, mul(kit.like(beta, x), kit.like(unit, x)))
  }
}

interface Packed {
  readonly a: Any
  readonly taus: Any
}

/** Column by column. */
const geqrfLeaf = (a: Any): Packed => {
  const [batch, m, n] = a.shape as unknown as readonly [number, number, number]
  const k = Math.min(m, n)
  const init: Packed = { a, taus: kit.filled([batch, k], 0, a) }
  return kit.overColumns(k, init, (j, { a: x, taus }) => {
    const given = kit.column(x, j)
    const { beta, tau, v } = reflector(given, j)
    // H^H x = x - conj(tau) v (v^H x)
    const dots = Lax.reduceSum(mul(kit.asColumns(kit.conj(v), n), x), [1])
    const change = kit.outer(mul(v, kit.asBatch(kit.conj(tau), [m])), dots)
    const lines = kit.positions(given.shape, 1)
    const packed = select(eq(lines, j), kit.asBatch(beta, [m]), select(gt(lines, j), v, given))
    const columns = kit.positions(x.shape, 2)
    return {
      a: select(eq(columns, j), kit.asColumns(packed, n), select(gt(columns, j), sub(x, change), x)),
      taus: select(eq(kit.positions(taus.shape, 1), j), kit.asBatch(tau, [k]), taus)
    }
  })
}

/** The vectors of reflectors as columns, from a packed block. */
const vectorsOf = (packed: Any): Any => {
  const [batch, m, n] = packed.shape as unknown as readonly [number, number, number]
  return add(kit.tril(packed, -1), kit.eye(batch, m, n, packed))
}

/** The inverse of the triangular factor `T` of `H1 ... Hk = 1 - V T V^H`. */
const inverseOfT = (v: Any, taus: Any): Any => {
  const k = taus.shape[1]!
  const inverses = div(kit.filled(taus.shape, 1, taus), taus)
  const products = kit.matmul(kit.adjoint(v), v)
  return select(
    eq(kit.positions(products.shape, 1), kit.positions(products.shape, 2)),
    kit.asColumns(inverses, k),
    kit.triu(products, 1)
  )
}

/** `H1 ... Hk c`, or `(H1 ... Hk)^H c`. */
const applyBlock = (v: Any, taus: Any, c: Any, adjoint: boolean): Any => {
  // a factor of 0 is no reflector, and its inverse would be infinite: the column of V is made 0 instead
  const isNone = eq(taus, kit.filled(taus.shape, 0, taus))
  const used = select(kit.asRows(isNone, v.shape[1]!), kit.filled(v.shape, 0, v), v)
  const safe = select(isNone, kit.filled(taus.shape, 1, taus), taus)
  const dots = kit.matmul(kit.adjoint(used), c)
  const small = triangular(inverseOfT(used, safe), dots, {
    leftSide: true,
    lower: false,
    transposeA: adjoint,
    conjugateA: adjoint
  })
  return sub(c, kit.matmul(used, small))
}

const factor = (a: Any, leaf: number): Packed => {
  const [, m, n] = a.shape as unknown as readonly [number, number, number]
  const k = Math.min(m, n)
  if (n <= leaf) return geqrfLeaf(a)
  const h = k <= leaf ? k : kit.halfOf(k, leaf)
  const left = factor(kit.part(a, [0, m], [0, h]), leaf)
  const right = applyBlock(vectorsOf(left.a), left.taus, kit.part(a, [0, m], [h, n]), true)
  if (h === m) return { a: Lax.concatenate([left.a, right], 2), taus: left.taus }
  const rest = factor(kit.part(right, [h, m], [0, n - h]), leaf)
  return {
    a: Lax.concatenate([left.a, Lax.concatenate([kit.part(right, [0, h], [0, n - h]), rest.a], 1)], 2),
    taus: rest.taus.shape[1] === 0 ? left.taus : Lax.concatenate([left.taus, rest.taus], 1)
  }
}

/** The packed decomposition of flat matrices. */
export const packedQr = (a: Any): Packed => factor(a, kit.leafOf(Math.min(a.shape[1]!, a.shape[2]!)))

export const geqrf = (a: Any): ReadonlyArray<Any> => {
  const batch = a.shape.slice(0, -2)
  const [m, n] = a.shape.slice(-2) as [number, number]
  if (a.size === 0) return [a, kit.filled([...batch, Math.min(m, n)], 0, a)]
  const { a: packed, taus } = packedQr(kit.flat(a, 2))
  return [kit.unflat(packed, batch), kit.unflat(taus, batch)]
}

/** The first columns of `H1 ... Hk`, of flat operands. */
export const product = (a: Any, taus: Any): Any => {
  const [batch, m, n] = a.shape as unknown as readonly [number, number, number]
  const k = taus.shape[1]!
  const leaf = kit.leafOf(k)
  let q = kit.eye(batch, m, n, a)
  for (let end = k; end > 0;) {
    const start = leaf * Math.floor((end - 1) / leaf)
    const v = vectorsOf(kit.part(a, [start, m], [start, end]))
    const block = applyBlock(v, Lax.slice(taus, [0, start], [batch, end]), kit.part(q, [start, m], [0, n]), false)
    q = start === 0 ? block : Lax.concatenate([kit.part(q, [0, start], [0, n]), block], 1)
    end = start
  }
  return q
}

export const householderProduct = (a: Any, taus: Any): Any =>
  a.size === 0 ? a : kit.unflat(product(kit.flat(a, 2), kit.flat(taus, 1)), a.shape.slice(0, -2))
