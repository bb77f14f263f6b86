/**
 * Functions of square matrices.
 */
import * as Aval from "../../Aval.ts"
import type * as DType from "../../DType.ts"
import { realOf } from "../../DType.ts"
import { ShapeError } from "../../Errors.ts"
import { checkFunction, dualWithOptions } from "../../internal/arguments/dual.ts"
import { checkBooleans, checkInteger, type Known } from "../../internal/arguments/options.ts"
import type { Behind, Last } from "../../internal/types/dataLast.ts"
import { cond } from "../../lax/cond.ts"
import { foriLoop } from "../../lax/loops.ts"
import { fixed } from "../../lax/operands.ts"
import { scan } from "../../lax/scan.ts"
import type { ComplexOf } from "../../lax/signatures.ts"
import { overBatch } from "../../linalg/batches.ts"
import { solveMatrices } from "../../linalg/core.ts"
import { checkSquareMatrix, squareOf } from "../../linalg/shapes.ts"
import type * as NdArray from "../../NdArray.ts"
import { finfo } from "../../numpy/dtypes.ts"
import {
  type ArrayLike,
  type DTypeOf,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "../../numpy/operands.ts"
import { mul, sub } from "../../primitive/arithmetic.ts"
import {
  abs,
  add,
  and,
  div,
  eq,
  exp2,
  floor,
  gt,
  isFinite,
  log,
  lt,
  max,
  min,
  not,
  select,
  sqrt
} from "../../primitive/elementwise.ts"
import { schur as schurPrimitive } from "../../primitive/linalg/eig.ts"
import {
  asColumn,
  asRow,
  convertTo,
  diagonalOf,
  eye,
  H,
  matmul,
  scaleRows,
  stretch,
  triu
} from "../../primitive/linalg/matrix.ts"
import { triangularSolve } from "../../primitive/linalg/triangularSolve.ts"
import { reduceAnd, reduceMax, reduceMin, reduceSum } from "../../primitive/reduction.ts"
import { broadcastInDim, iota } from "../../primitive/structural.ts"
import { jvp } from "../../transform/differentiate.ts"
import { complexSchur, triangularForm } from "./decompositions.ts"

type Any = NdArray.Any
type Inexact<X> = DType.ToInexact<DTypeOf<X>>
type Complex<X> = ComplexOf<Inexact<X>>

// --- the exponential ------------------------------------------------------------------------------------------------

/** Options of {@link expm}. @category models @since 0.1.0 */
export interface ExpmOptions {
  /** Whether the matrices are upper triangular, which is computed faster. */
  readonly upperTriangular?: boolean
  /** Matrices that want more squarings give NaN; 16 by default. */
  readonly maxSquarings?: number
}
const knownOfExpm: Known<ExpmOptions> = { upperTriangular: true, maxSquarings: true }

/**
 * The coefficients of the diagonal Pade approximants to the exponential, and the 1-norm up to which they are exact (N. Higham, "The
 * scaling and squaring method for the matrix exponential revisited", 2005, table 2.3).
 */
const approximants = {
  float32: { bound: 3.925724783138660, coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1] },
  float64: {
    bound: 5.371920351148152,
    coefficients: [
      64764752532480000,
      32382376266240000,
      7771770303897600,
      1187353796428800,
      129060195264000,
      10559470521600,
      670442572800,
      33522128640,
      1323241920,
      40840800,
      960960,
      16380,
      182,
      1
    ]
  }
} as const

/** The odd and the even part of the numerator: of degree 7 or 13. */
const parts = (a: Any, b: ReadonlyArray<number>): readonly [u: Any, v: Any] => {
  const one = eye(a.dtype, a.shape[0]!)
  const a2 = matmul(a, a)
  const a4 = matmul(a2, a2)
  const a6 = matmul(a4, a2)
  const powers = [one, a2, a4, a6]
  // powers 0, 2, 4, 6 with coefficients of one parity from `from` on
  const sum = (from: number, first = 0, count = 4): Any =>
    powers.slice(first, first + count).map((power, k) => mul(power, b[from + 2 * k]!)).reduce((x, y) => add(x, y))
  if (b.length === 8) return [matmul(a, sum(1)), sum(0)]
  return [
    matmul(a, add(matmul(a6, sum(9, 1, 3)), sum(1))),
    add(matmul(a6, sum(8, 1, 3)), sum(0))
  ]
}

const expmOf = (a: Any, upperTriangular: boolean, maxSquarings: number): Any => {
  const real = realOf(a.dtype) as "float32" | "float64"
  const { bound, coefficients } = approximants[real]
  const size = reduceMax(reduceSum(abs(a), [0]), [0])
  const ratio = div(size, bound)
  const squarings = max(0, floor(div(log(ratio), Math.LN2)))
  const scaled = div(a, convertTo(broadcastInDim(exp2(squarings), a.shape, []), a.dtype))
  const [u, v] = parts(scaled, coefficients)
  const [p, q] = [add(u, v), sub(v, u)]
  const start = upperTriangular ? triangularSolve(q, p, { leftSide: true }) : solveMatrices(q, p)
  const [result] = scan(
    ((x: Any, i: Any) => [
      cond(lt(i, squarings) as never, ((x: Any) => matmul(x, x)) as never, ((x: Any) => x) as never, x as never),
      i
    ]) as never,
    start as never,
    convertTo(iota("int32", [maxSquarings], 0), real) as never
  ) as unknown as [Any, Any]
  return select(broadcastInDim(gt(squarings, maxSquarings), a.shape, []), NaN, result)
}

/**
 * The matrix exponential, by scaling, Pade approximation and squaring.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.linalg.expm(np.array([[0, 1], [0, 0]])) // => [[1, 1], [0, 1]]
 * ```
 *
 * @category functions of matrices
 * @since 0.1.0
 */
export const expm: {
  (options: Behind<ExpmOptions>): <X extends ArrayLike>(a: X) => NdArray.NdArray<Inexact<X>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, options?: ExpmOptions): NdArray.NdArray<Inexact<X>, ShapeOf<X>>
} = dualWithOptions("expm", 1, knownOfExpm, (a: ArrayLike, options: ExpmOptions): never => {
  const { maxSquarings = 16, upperTriangular = false } = options
  checkBooleans("expm", { upperTriangular })
  checkInteger("expm", "maxSquarings", maxSquarings, 0)
  const matrix = squareOf("expm", a)
  if (matrix.shape.at(-1) === 0) return matrix as never
  return overBatch("expm", (x) => expmOf(x!, upperTriangular, maxSquarings), [matrix], [2]) as never
})

/** Options of {@link expmFrechet}. @category models @since 0.1.0 */
export interface ExpmFrechetOptions {
  /** Whether the exponential itself is given too; true by default. */
  readonly computeExpm?: boolean
}
const knownOfFrechet: Known<ExpmFrechetOptions> = { computeExpm: true }

/**
 * The exponential of `a` and its derivative in the direction `e`, as `[expm, derivative]`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const zero = np.zeros([2, 2])
 * const [, derivative] = Scipy.linalg.expmFrechet(zero, np.array([[1, 2], [3, 4]]))
 * np.round(derivative, { decimals: 3 }) // => [[1, 2], [3, 4]]
 * ```
 *
 * @category functions of matrices
 * @since 0.1.0
 */
export const expmFrechet: {
  <E extends ArrayLike>(e: E, options?: Behind<ExpmFrechetOptions>): Last<E, <X extends ArrayLike>(a: X) => Any>
  <X extends ArrayLike, E extends ArrayLike>(
    a: X,
    e: E,
    options: ExpmFrechetOptions & { readonly computeExpm: false }
  ): NdArray.NdArray<DType.ToInexact<PromoteOperands<X, E>>>
  <X extends ArrayLike, E extends ArrayLike>(
    a: X,
    e: E,
    options?: ExpmFrechetOptions
  ): readonly [
    expm: NdArray.NdArray<DType.ToInexact<PromoteOperands<X, E>>>,
    derivative: NdArray.NdArray<DType.ToInexact<PromoteOperands<X, E>>>
  ]
} = dualWithOptions(
  "expmFrechet",
  2,
  knownOfFrechet,
  (a: ArrayLike, e: ArrayLike, options: ExpmFrechetOptions): never => {
    checkBooleans("expmFrechet", options)
    const [matrix, direction] = promoteInexact("expmFrechet", [a, e]) as unknown as readonly [Any, Any]
    checkSquareMatrix("expmFrechet", matrix)
    if (!Aval.sameShape(matrix.shape, direction.shape)) {
      throw new ShapeError({
        operation: "expmFrechet",
        message: `expmFrechet: the matrix and the direction must have one shape, got ${Aval.format(matrix)} and ${
          Aval.format(direction)
        }`
      })
    }
    const both =
      (jvp as unknown as (f: (x: Any) => Any, at: ReadonlyArray<Any>, dots: ReadonlyArray<Any>) => readonly [Any, Any])(
        (x) => expm(x) as Any,
        [matrix],
        [direction]
      )
    return (options.computeExpm === false ? both[1] : both) as never
  }
)

// --- by the Schur form ----------------------------------------------------------------------------------------------

/** Diagonals above the main one, one after the other: `f` gives the elements of diagonal `d` from what is there. */
const byDiagonals = <C>(n: number, start: C, f: (isDiagonal: Any, carry: C) => C): C => {
  const offset = sub(iota("int32", [n, n], 1), iota("int32", [n, n], 0))
  return foriLoop(1, Math.max(1, n), ((d: Any, carry: C) => f(eq(offset, d), carry)) as never, start as never) as never
}

const diagonalMatrix = (d: Any): Any => scaleRows(d, eye(d.dtype, d.shape[0]!))

const down = (d: Any): Any => stretch(asColumn(d), [d.shape[0]!, d.shape[0]!])
const across = (d: Any): Any => stretch(asRow(d), [d.shape[0]!, d.shape[0]!])

/** A. Bjorck, S. Hammarling, "A Schur method for the square root of a matrix", 1983. */
const rootOfTriangle = (t: Any): Any => {
  const n = t.shape[0]!
  const d = sqrt(diagonalOf(t))
  const sums = add(down(d), across(d))
  return byDiagonals(n, diagonalMatrix(d), (isDiagonal, u) => {
    const rest = sub(t, matmul(u, u))
    const isZero = eq(rest, 0)
    const values = select(isZero, 0, div(rest, select(and(isZero, eq(sums, 0)), 1, sums)))
    return select(isDiagonal, values, u)
  })
}

/**
 * The square root of square matrices, complex.
 *
 * **Details**
 *
 * It is the root whose eigenvalues have no negative real part, by the Schur decomposition. Matrices without one give infinities
 * or NaN. It has no derivative, as in JAX.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * np.real(Scipy.linalg.sqrtm(np.array([[4, 0], [0, 9]]))) // => [[2, 0], [0, 3]]
 * ```
 *
 * @category functions of matrices
 * @since 0.1.0
 */
export const sqrtm: <X extends ArrayLike>(a: X) => NdArray.NdArray<Complex<X>, ShapeOf<X>> = fixed(
  "sqrtm",
  (a: ArrayLike): never =>
    overBatch(
      "sqrtm",
      (x) => {
        const [t, z] = complexSchur(x!)
        return matmul(matmul(z, rootOfTriangle(t)), H(z))
      },
      [squareOf("sqrtm", a)],
      [2]
    ) as never
)

/** Options of {@link funm}. @category models @since 0.1.0 */
export interface FunmOptions<D extends boolean = boolean> {
  /** Whether the result is given alone, without an estimate of its error; true by default. */
  readonly disp?: D
}
const knownOfFunm: Known<FunmOptions> = { disp: true }

/** Parlett's recurrence (Golub and Van Loan, algorithm 9.1.1), and the smallest difference of eigenvalues. */
const functionOfTriangle = (t: Any, values: Any): readonly [f: Any, smallest: Any] => {
  const n = t.shape[0]!
  const d = diagonalOf(t)
  const gaps = sub(across(d), down(d))
  const f = byDiagonals(n, diagonalMatrix(values), (isDiagonal, f) => {
    const change = sub(matmul(t, f), matmul(f, t))
    const isZero = eq(gaps, 0)
    return select(isDiagonal, select(isZero, change, div(change, select(isZero, 1, gaps))), f)
  })
  const above = gt(sub(iota("int32", [n, n], 1), iota("int32", [n, n], 0)), 0)
  const first = reduceSum(select(eq(iota("int32", [n], 0), 0), abs(d), 0), [0])
  return [f, min(first, reduceMin(select(above, abs(gaps), Infinity), [0, 1]))]
}

/**
 * A function of one square matrix, given as a function of numbers that is applied to the eigenvalues: complex.
 *
 * **Details**
 *
 * By the Schur form and Parlett's recurrence, which is inexact where eigenvalues are close; with `disp: false`, an estimate
 * of the relative error comes second.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, Scipy } from "effax"
 *
 * const f = (x: NdArray.Any) => np.multiply(x, x)
 * np.round(np.real(Scipy.linalg.funm(np.array([[1, 1], [0, 2]]), f)), { decimals: 3 }) // => [[1, 3], [0, 4]]
 * ```
 *
 * @category functions of matrices
 * @since 0.1.0
 */
export const funm: {
  (f: (x: NdArray.Any) => NdArray.Any, options?: Behind<FunmOptions>): <X extends ArrayLike>(a: X) => Any
  <X extends ArrayLike>(
    a: X,
    f: (x: NdArray.Any) => NdArray.Any,
    options: FunmOptions<false> & { readonly disp: false }
  ): readonly [f: NdArray.NdArray<Complex<X>>, error: NdArray.NdArray<DType.RealOf<Inexact<X>>>]
  <X extends ArrayLike>(
    a: X,
    f: (x: NdArray.Any) => NdArray.Any,
    options?: FunmOptions<true>
  ): NdArray.NdArray<Complex<X>>
} = dualWithOptions("funm", 2, knownOfFunm, (
  a: ArrayLike,
  f: (x: Any) => Any,
  { disp = true }: FunmOptions
): never => {
  checkFunction("funm", f)
  checkBooleans("funm", { disp })
  const matrix = squareOf("funm", a)
  if (matrix.shape.length !== 2) {
    throw new ShapeError({
      operation: "funm",
      message: `funm: expected one square matrix, got ${Aval.format(matrix)}; \`vmap\` maps it over a batch`
    })
  }
  const [t, z] = triangularForm(...(schurPrimitive(matrix) as unknown as readonly [Any, Any]))
  const [form, smallest] = functionOfTriangle(t, convertTo(f(diagonalOf(t)), t.dtype))
  const result = matmul(matmul(z, form), H(z))
  if (disp) return result as never
  const { eps } = finfo(realOf(t.dtype) as DType.Floating)
  const size = reduceMax(reduceSum(abs(triu(t, 1)), [0]), [0])
  const relative = mul(div(eps, select(eq(smallest, 0), eps, smallest)), size)
  const finite = reduceAnd(not(isInfinite(result)), [0, 1])
  return [result, select(finite, min(1, max(eps, relative)), Infinity)] as never
})

const isInfinite = (x: Any): Any => {
  const size = abs(x)
  return and(not(isFinite(size)), eq(size, size))
}
