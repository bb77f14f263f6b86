/**
 * The QR decomposition with exchanges of columns: a loop of reflections, each of the column that is largest in what is left.
 */
import * as DType from "../DType.ts"
import { foriLoop } from "../lax/loops.ts"
import type * as NdArray from "../NdArray.ts"
import { neg, sub } from "../primitive/arithmetic.ts"
import { complex, real } from "../primitive/complex.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import { abs, add, and, div, eq, ge, gt, mul, select, sqrt } from "../primitive/elementwise.ts"
import { conjugate, T, takeRows } from "../primitive/linalg/matrix.ts"
import { argmax, reduceMax, reduceSum } from "../primitive/reduction.ts"
import { broadcastInDim, full, iota, reshape } from "../primitive/structural.ts"
import { vmap } from "../transform/vmap.ts"

type Any = NdArray.Any
type Packed = readonly [a: Any, p: Any, taus: Any]

const squares = (x: Any): Any => {
  const size = abs(x)
  return mul(size, size)
}

const toComplex = (x: Any, like: Any): Any => DType.isComplex(like.dtype) ? complex(x, 0) : x

/** One matrix: the reflectors of LAPACK's geqp3, the positions of columns, and the factors of reflectors. */
const ofMatrix = (x: Any): Packed => {
  const [m, n] = x.shape as [number, number]
  const steps = Math.min(m, n)
  const isReal = !DType.isComplex(x.dtype)
  const [rows, columns] = [iota("int32", [m], 0), iota("int32", [n], 0)]
  const along = (v: Any, axis: 0 | 1): Any => broadcastInDim(v, [m, n], [axis])
  const largest = reduceMax(abs(x), [0, 1])
  const unit = div(1, select(gt(largest, 0), largest, 1))
  const body = (given: Any, [before, order, taus]: Packed): Packed => {
    const k = given
    // the column that is largest from row k on
    const rest = select(ge(along(rows, 0), k), squares(mul(before, toComplex(unit, x))), 0)
    const j = argmax(select(ge(columns, k), reduceSum(rest, [0]), -1), 0)
    const exchanged = select(eq(columns, k), broadcast(j, n), select(eq(columns, j), broadcast(k, n), columns))
    const a = T(takeRows(T(before), exchanged))
    const p = reshape(takeRows(reshape(order, [n, 1]), exchanged), [n])
    // its reflector (LAPACK's larfg)
    const column = reduceSum(select(eq(along(columns, 1), k), a, 0), [1])
    const alpha = reduceSum(select(eq(rows, k), column, 0), [0])
    const tail = select(gt(rows, k), column, 0)
    const scaled = mul(tail, toComplex(unit, x))
    const below = reduceSum(squares(scaled), [0])
    const head = mul(alpha, toComplex(unit, x))
    const size = div(sqrt(add(below, squares(head))), unit)
    const realAlpha = isReal ? alpha : real(alpha)
    const none = isReal ? eq(below, 0) : and(eq(below, 0), eq(alpha, conjugate(alpha)))
    const beta = toComplex(select(none, realAlpha, select(ge(realAlpha, 0), neg(size), size)), x)
    const safe = select(none, 1, beta)
    const tau = select(none, 0, div(sub(safe, alpha), safe))
    const v = select(eq(rows, k), 1, div(tail, select(none, 1, sub(alpha, safe))))
    // a - conj(tau) v (v^H a), right of the column
    const product = dotGeneral(conjugate(v), a, { lhsContracting: [0], rhsContracting: [0] })
    const change = mul(conjugate(tau), mul(along(v, 0), along(product, 1)))
    const reflected = sub(a, select(gt(along(columns, 1), k), change, 0))
    const isColumn = eq(along(columns, 1), k)
    const withHead = select(and(isColumn, eq(along(rows, 0), k)), broadcastInDim(beta, [m, n], []), reflected)
    const stored = select(and(isColumn, gt(along(rows, 0), k)), along(v, 0), withHead)
    return [stored, p, select(eq(iota("int32", [steps], 0), k), broadcastInDim(tau, [steps], []), taus)]
  }
  return foriLoop(0, steps, body as never, [x, columns, full(0, x.dtype, [steps])] as never) as never
}

const broadcast = (x: Any, n: number): Any => broadcastInDim(x, [n], [])

export const pivoted = (x: Any): Packed => {
  let f: (x: Any) => Packed = ofMatrix
  for (let axis = 2; axis < x.shape.length; axis++) f = vmap(f as never) as never
  return f(x)
}
