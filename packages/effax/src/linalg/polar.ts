/**
 * The polar decomposition by QDWH (Y. Nakatsukasa, N. Higham, "Stable and efficient spectral divide and conquer algorithms for
 * the symmetric eigenvalue decomposition and the SVD", 2013): Halley's iteration with weights that follow a lower bound of the
 * singular values.
 */
import type * as DType from "../DType.ts"
import { realOf } from "../DType.ts"
import { whileLoop } from "../lax/loops.ts"
import type * as NdArray from "../NdArray.ts"
import { finfo } from "../numpy/dtypes.ts"
import { sub } from "../primitive/arithmetic.ts"
import { abs, add, and, eq, gt, lt, mul, rsqrt, select, sqrt } from "../primitive/elementwise.ts"
import { cholesky } from "../primitive/linalg/cholesky.ts"
import { convertTo, eye, H, matmul, part } from "../primitive/linalg/matrix.ts"
import { triangularSolve } from "../primitive/linalg/triangularSolve.ts"
import { reduceMax, reduceSum } from "../primitive/reduction.ts"
import { concatenate, full } from "../primitive/structural.ts"
import { qrOf, symmetrize } from "./core.ts"

type Any = NdArray.Any

interface Weights {
  readonly a: number
  readonly b: number
  readonly c: number
}

/** Above this the Cholesky decomposition would lose too much. */
const mostForCholesky = 100

/** The weights of each step from a lower bound `l` of the singular values (equation 3.4), until it is 1. */
const schedule = (eps: number, most: number): ReadonlyArray<Weights> => {
  const out: Array<Weights> = []
  let l = eps
  while (l + 5 * eps < 1 && out.length < most) {
    const l2 = l * l
    const d = Math.cbrt((4 * (1 / l2 - 1)) / l2)
    const root = Math.sqrt(1 + d)
    const a = root + Math.sqrt(2 - d + (2 * (2 - l2)) / (l2 * root))
    const b = (a - 1) ** 2 / 4
    const c = a + b - 1
    l = (l * (a + b * l2)) / (1 + c * l2)
    out.push({ a, b, c })
  }
  return out
}

const byQr = (u: Any, { a, b, c }: Weights): Any => {
  const [m, n] = u.shape as [number, number]
  const [q] = qrOf(concatenate([mul(u, Math.sqrt(c)), eye(u.dtype, n)], 0), false)
  const product = matmul(part(q, [0, m], [0, n]), H(part(q, [m, m + n], [0, n])))
  return add(mul(u, b / c), mul(product, (a - b / c) / Math.sqrt(c)))
}

const byCholesky = (u: Any, { a, b, c }: Weights): Any => {
  const n = u.shape[1]!
  const l = cholesky(add(mul(matmul(H(u), u), c), eye(u.dtype, n)))
  const half = triangularSolve(l, u, { lower: true, transposeA: true, conjugateA: true })
  return add(mul(u, b / c), mul(triangularSolve(l, half, { lower: true }), a - b / c))
}

/** The largest sum of sizes along an axis. */
const norm = (x: Any, axis: number): Any => reduceMax(reduceSum(abs(x), [axis]), [0])

const frobenius = (x: Any): Any => {
  const size = abs(x)
  return sqrt(reduceSum(mul(size, size), [0, 1]))
}

export interface Polar {
  readonly u: Any
  readonly h: Any
  readonly numIters: Any
  readonly isConverged: Any
}

/** `x = u h` for one matrix with at least as many rows as columns. */
export const polarOf = (x: Any, maxIterations = 10, given?: number): Polar => {
  const real = realOf(x.dtype)
  const eps = given ?? finfo(real as DType.Floating).eps
  const [one, infinity] = [norm(x, 0), norm(x, 1)]
  const inverse = select(eq(one, 0), 1, mul(rsqrt(one), rsqrt(infinity)))
  let u = mul(x, convertTo(inverse, x.dtype))
  const bound = Math.cbrt(5 * eps)
  const weights = schedule(eps, maxIterations)
  let continues: Any = full(true, "bool", [])
  for (const step of weights) {
    const before = u
    const qr = step.c > mostForCholesky
    u = qr ? byQr(u, step) : byCholesky(u, step)
    if (!qr) continues = gt(frobenius(sub(u, before)), bound)
  }
  const last = { a: 3, b: 1, c: 3 }
  const [steps, end, unfinished] = whileLoop(
    ((carry: readonly [Any, Any, Any]) => and(carry[2], lt(carry[0], maxIterations))) as never,
    (([k, u]: readonly [Any, Any, Any]) => {
      const next = byCholesky(u, last)
      return [add(k, 1), next, gt(frobenius(sub(next, u)), bound)]
    }) as never,
    [full(weights.length, "int32", []), u, continues] as never
  ) as unknown as readonly [Any, Any, Any]
  // one step of Newton and Schulz, for the last digits
  const refined = sub(mul(end, 1.5), mul(matmul(end, matmul(H(end), end)), 0.5))
  return {
    u: refined,
    h: symmetrize(matmul(H(refined), x)),
    numIters: steps,
    isConverged: eq(unfinished, false)
  }
}
