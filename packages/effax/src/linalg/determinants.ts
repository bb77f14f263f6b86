/**
 * Determinants.
 */
import * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, type Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type { Batch } from "../internal/types/matrix.ts"
import { fixed } from "../lax/operands.ts"
import type * as NdArray from "../NdArray.ts"
import type { ArrayLike, DTypeOf, ShapeOf } from "../numpy/operands.ts"
import { mul, sub } from "../primitive/arithmetic.ts"
import { real } from "../primitive/complex.ts"
import { cumprod } from "../primitive/cumulative.ts"
import { abs, add, div, eq, isFinite, log, lt, ne, rem, select, sign } from "../primitive/elementwise.ts"
import { lu } from "../primitive/linalg/lu.ts"
import { convertTo, diagonalOf, part, takeRows } from "../primitive/linalg/matrix.ts"
import { geqrf } from "../primitive/linalg/qr.ts"
import { triangularSolve } from "../primitive/linalg/triangularSolve.ts"
import { reduceOr, reduceProd, reduceSum } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { broadcastInDim, concatenate, full, iota, reshape, sliceAxis, zerosOf } from "../primitive/structural.ts"
import { customJvp } from "../transform/custom.ts"
import { solveMatrices } from "./core.ts"
import { squareOf } from "./shapes.ts"

type Any = NdArray.Any
type Inexact<X> = DType.ToInexact<DTypeOf<X>>

/** The method by which {@link slogdet} is computed. @category models @since 0.1.0 */
export type SlogdetMethod = "lu" | "qr"

/** Options of {@link slogdet}. @category models @since 0.1.0 */
export interface SlogdetOptions {
  /** The decomposition that is used; `lu` by default. `qr` is for real matrices. */
  readonly method?: SlogdetMethod
}

const known: Known<SlogdetOptions> = { method: true }

const traceOf = (x: Any): Any => reduceSum(diagonalOf(x), [x.shape.length - 2])

const last = (x: Any): number => x.shape.length - 1

/** The number of true elements along the last axis. */
const count = (x: Any): Any => reduceSum(convertTo(x, "int32"), [last(x)])

/** -1 for odd numbers, else 1. */
const signOf = (parity: Any, dtype: DType.DType): Any => convertTo(sub(1, mul(2, rem(parity, 2))), dtype)

/** Element `[..., i, j]`. */
const element = (x: Any, i: number, j: number): Any => reshape(part(x, [i, i + 1], [j, j + 1]), x.shape.slice(0, -2))

const det2 = (a: Any): Any => sub(mul(element(a, 0, 0), element(a, 1, 1)), mul(element(a, 0, 1), element(a, 1, 0)))

const det3 = (a: Any): Any => {
  const product = (i: number, j: number, k: number): Any =>
    mul(mul(element(a, 0, i), element(a, 1, j)), element(a, 2, k))
  const plus = add(add(product(0, 1, 2), product(1, 2, 0)), product(2, 0, 1))
  return sub(sub(sub(plus, product(2, 1, 0)), product(0, 2, 1)), product(1, 0, 2))
}

const exchanges = (pivots: Any): Any => count(ne(pivots, iota("int32", pivots.shape, last(pivots))))

// --- the determinant ------------------------------------------------------------------------------------------------

const detOfLu = (a: Any): Any => {
  const [factors, pivots] = lu(a)
  const product = reduceProd(diagonalOf(factors), [a.shape.length - 2])
  return mul(product, signOf(exchanges(pivots), a.dtype))
}

/**
 * The determinant of `a`, and the matrix of cofactors, transposed, times `da`: `det(a) a^-1 da`, without a division by
 * pivots that are 0, so that it is right for matrices of rank `n - 1`, of which the last pivot is 0.
 */
const cofactorSolve = (a: Any, b: Any): readonly [det: Any, x: Any] => {
  const n = a.shape[last(a)]!
  if (n === 0) return [full(1, a.dtype, a.shape.slice(0, -2)), b]
  if (n === 1) return [element(a, 0, 0), b]
  const [factors, pivots, permutation] = lu(a)
  const axis = last(a) - 1
  const products = mul(
    cumprod(diagonalOf(factors), axis),
    broadcastInDim(signOf(exchanges(pivots), a.dtype), a.shape.slice(0, -1), range(axis))
  )
  const at = (k: number): Any => sliceAxis(products, axis, k, k + 1)
  // the last pivot is replaced, so that dividing by it multiplies by the product of the others
  const isCorner = eq(add(iota("int32", a.shape, axis), iota("int32", a.shape, axis + 1)), 2 * n - 2)
  const spread = (x: Any): Any => broadcastInDim(reshape(x, [...x.shape, 1]), a.shape, range(a.shape.length))
  const u = select(isCorner, spread(div(1, at(n - 2))), factors)
  const ones = full(1, a.dtype, [...a.shape.slice(0, -1), 1])
  // where another pivot is 0 as well, all cofactors are
  const probe = triangularSolve(u, ones, { leftSide: true })
  const finite = DType.isComplex(probe.dtype) ? isFinite(abs(probe)) : isFinite(probe)
  const degenerate = reduceOr(not(finite), [axis, axis + 1])
  const zeroed = (x: Any): Any => select(broadcastInDim(degenerate, x.shape, range(axis)), 0, x)
  const y = triangularSolve(factors, takeRows(zeroed(b), permutation), {
    leftSide: true,
    lower: true,
    unitDiagonal: true
  })
  const whole = at(n - 1)
  const columns = y.shape[last(y)]!
  const rest = part(y, [0, n - 1], [0, columns])
  const scaled = concatenate([
    mul(rest, broadcastInDim(reshape(whole, [...whole.shape, 1]), rest.shape, range(rest.shape.length))),
    part(y, [n - 1, n], [0, columns])
  ], axis)
  return [reshape(whole, a.shape.slice(0, -2)), zeroed(triangularSolve(u, scaled, { leftSide: true }))]
}

const not = (x: Any): Any => eq(x, false)

export const detOf = (a: Any): Any => {
  const n = a.shape[last(a)]
  if (n === 2) return det2(a)
  if (n === 3) return det3(a)
  const det = customJvp(
    detOfLu,
    ([a], [da]) => {
      const [value, x] = cofactorSolve(a, da)
      return [value, traceOf(x)]
    },
    { name: "det" }
  ) as (a: Any) => Any
  return det(a)
}

/**
 * The determinant of square matrices, `[..., n, n] -> [...]`.
 *
 * **Details**
 *
 * It is the product of the pivots of the LU decomposition; {@link slogdet} does not overflow. The derivative exists for
 * singular matrices too. Throws a `ShapeError` for matrices that are not square.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.det(np.array([[1, 2], [3, 4]])) // => -2
 * ```
 *
 * @category determinants
 * @since 0.1.0
 */
export const det: <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>, Batch<ShapeOf<X>>> = fixed(
  "det",
  (a: ArrayLike) => detOf(squareOf("det", a)) as never
)

// --- sign and logarithm ---------------------------------------------------------------------------------------------

const toReal = (x: Any): Any => DType.isComplex(x.dtype) ? real(x) : x

const slogdetOfLu = (a: Any): readonly [sign: Any, logabsdet: Any] => {
  const n = a.shape[last(a)]!
  if (n === 1 || n === 2) {
    const det = n === 1 ? element(a, 0, 0) : det2(a)
    return [sign(det), log(abs(det))]
  }
  const [factors, pivots] = lu(a)
  const diagonal = diagonalOf(factors)
  const axis = last(diagonal)
  const sizes = abs(diagonal)
  const singular = reduceOr(eq(sizes, 0), [axis])
  const turns = DType.isComplex(a.dtype)
    ? mul(
      reduceProd(div(diagonal, convertTo(sizes, a.dtype)), [axis]),
      signOf(exchanges(pivots), a.dtype)
    )
    : signOf(add(exchanges(pivots), count(lt(diagonal, 0))), a.dtype)
  return [
    select(singular, 0, turns),
    select(singular, -Infinity, reduceSum(log(sizes), [axis]))
  ]
}

const slogdetOfQr = (a: Any): readonly [sign: Any, logabsdet: Any] => {
  const [packed, taus] = geqrf(a)
  const diagonal = diagonalOf(packed)
  const axis = last(diagonal)
  const n = a.shape[last(a)]!
  // each reflector has determinant -1
  const turns = n === 0 ? full(0, "int32", taus.shape.slice(0, -1)) : count(ne(sliceAxis(taus, axis, 0, n - 1), 0))
  return [
    mul(reduceProd(sign(diagonal), [axis]), signOf(turns, a.dtype)),
    reduceSum(log(abs(diagonal)), [axis])
  ]
}

/** `tr(a^-1 da)`. */
const logarithmicDerivative = (a: Any, da: Any): Any => {
  const n = a.shape[last(a)]!
  if (n === 1) return div(element(da, 0, 0), element(a, 0, 0))
  if (n !== 2) return traceOf(solveMatrices(a, da))
  const cross = (i: number, k: number, j: number, l: number): Any => mul(element(da, i, k), element(a, j, l))
  return div(sub(sub(add(cross(0, 0, 1, 1), cross(1, 1, 0, 0)), cross(0, 1, 1, 0)), cross(1, 0, 0, 1)), det2(a))
}

export const slogdetOf = (a: Any, method: SlogdetMethod = "lu"): readonly [sign: Any, logabsdet: Any] => {
  const compute = customJvp(
    method === "lu" ? slogdetOfLu : slogdetOfQr,
    ([a], [da]) => {
      const [turn, size] = compute(a)
      const change = logarithmicDerivative(a, da)
      const isComplex = DType.isComplex(a.dtype)
      const turning = isComplex ? mul(sub(change, convertTo(real(change), change.dtype)), turn) : zerosOf(turn)
      return [[turn, size], [turning, toReal(change)]]
    },
    { name: "slogdet" }
  ) as unknown as (a: Any) => readonly [Any, Any]
  return compute(a)
}

/** What {@link slogdet} gives. @category models @since 0.1.0 */
export interface SlogdetResult<
  D extends DType.DType = DType.DType,
  S extends ReadonlyArray<number> = ReadonlyArray<number>
> {
  /** 1, -1 or, for singular matrices, 0; a complex number of size 1 for complex matrices. */
  readonly sign: NdArray.NdArray<D, Batch<S>>
  /** The natural logarithm of the size of the determinant; `-Infinity` for singular matrices. */
  readonly logabsdet: NdArray.NdArray<DType.RealOf<D>, Batch<S>>
}

/**
 * The sign of the determinant, and the logarithm of its size, which does not overflow: `det = sign exp(logabsdet)`.
 *
 * **Details**
 *
 * By the LU decomposition, or with `method: "qr"` by the QR decomposition. Throws a `ShapeError` for matrices that are not
 * square.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * const { logabsdet, sign } = Linalg.slogdet(np.array([[1, 2], [3, 4]]))
 * sign // => -1
 * np.round(np.exp(logabsdet), { decimals: 3 }) // => 2
 * ```
 *
 * @category determinants
 * @since 0.1.0
 */
export const slogdet: {
  (options: Behind<SlogdetOptions>): <X extends ArrayLike>(a: X) => SlogdetResult<Inexact<X>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, options?: SlogdetOptions): SlogdetResult<Inexact<X>, ShapeOf<X>>
} = dualWithOptions("slogdet", 1, known, (a: ArrayLike, { method = "lu" }: SlogdetOptions) => {
  checkChoice("slogdet", "method", method, { lu: true, qr: true })
  const [sign, logabsdet] = slogdetOf(squareOf("slogdet", a), method)
  return { sign, logabsdet } as never
})
