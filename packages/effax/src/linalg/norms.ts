/**
 * Norms, and what is made of them: condition numbers and ranks.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, AxisError, ShapeError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type { Batch } from "../internal/types/matrix.ts"
import type * as NdArray from "../NdArray.ts"
import { finfo } from "../numpy/dtypes.ts"
import { moveaxis } from "../numpy/manipulation.ts"
import { type ArrayLike, asArray, broadcastTo, type DTypeOf, promoteInexact, type ShapeOf } from "../numpy/operands.ts"
import { max, min, sum } from "../numpy/reduction.ts"
import { real as realPart } from "../primitive/complex.ts"
import { abs, and, convert, div, gt, mul, ne, pow, select, sqrt } from "../primitive/elementwise.ts"
import { conjugate, convertTo } from "../primitive/linalg/matrix.ts"
import { reduceOr, reduceSum } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { full, reshape, sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { inverseOf } from "./core.ts"
import { matrixOf } from "./shapes.ts"
import { svdvalsOf } from "./singularValues.ts"

type Any = NdArray.Any
type Real<X> = DType.RealOf<DType.ToInexact<DTypeOf<X>>>

/**
 * A norm of a matrix: Frobenius, nuclear, or by the largest or smallest sum of columns or rows, or singular value.
 *
 * @category models
 * @since 0.1.0
 */
export type MatrixOrder = "fro" | "f" | "nuc" | 1 | -1 | 2 | -2 | number

const squares = (x: Any): Any => DType.isComplex(x.dtype) ? realPart(mul(x, conjugate(x))) : mul(x, x)

interface Over {
  readonly axis: ReadonlyArray<number>
  readonly keepdims: boolean
}

const sumOf = (x: Any, over: Over): Any => sum(x as never, over as never) as Any
/** Sizes are 0 at least, which is the largest of none. */
const largest = (x: Any, over: Over): Any => max(x as never, { ...over, initial: 0 } as never) as Any
const smallest = (x: Any, over: Over): Any => min(x as never, over as never) as Any

const euclidean = (x: Any, over: Over): Any => sqrt(sumOf(squares(x), over))

// --- vectors --------------------------------------------------------------------------------------------------------

const vectorNormOf = (operation: string, x: Any, order: number, over: Over): Any => {
  if (typeof order !== "number" || Number.isNaN(order)) {
    throw new ArgumentError({
      operation,
      message: `${operation}: the order of a vector norm is a number, Infinity and -Infinity included, got ${
        describe(order)
      }`
    })
  }
  if (order === 2) return euclidean(x, over)
  if (order === Infinity) return largest(abs(x), over)
  if (order === -Infinity) return smallest(abs(x), over)
  if (order === 0) return sumOf(convert(ne(x, 0), DType.realOf(x.dtype)), over)
  if (order === 1) return sumOf(abs(x), over)
  const size = abs(x)
  return pow(sumOf(pow(size, order), over), 1 / order)
}

/** Options of {@link vectorNorm}. @category models @since 0.1.0 */
export interface VectorNormOptions<A extends Shape.Axes = Shape.Axes, K extends boolean = boolean> {
  /** The axes of the vectors; all by default. */
  readonly axis?: A
  readonly keepdims?: K
  /** 2 by default: the square root of the sum of squares. */
  readonly ord?: number
}

const knownOfVector: Known<VectorNormOptions> = { axis: true, keepdims: true, ord: true }

const axesOf = (operation: string, axis: Shape.Axes, rank: number): ReadonlyArray<number> =>
  axis === undefined || axis === null ? range(rank) : Shapes.normalizeAxes(operation, axis, rank)

/**
 * Norms of vectors along axes: `(sum |x|^ord)^(1/ord)`.
 *
 * **Details**
 *
 * The order is any number: `Infinity` gives the largest size, `-Infinity` the smallest, and 0 the number of elements that
 * are not 0. Results are real. The derivative of the order 2 at a vector of zeros is NaN, as in JAX.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.vectorNorm(np.array([3, 4])) // => 5
 * Linalg.vectorNorm(np.array([3, -4]), { ord: 1 }) // => 7
 * ```
 *
 * @category norms
 * @since 0.1.0
 */
export const vectorNorm: {
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options: Behind<VectorNormOptions<A, K>>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<Real<X>, Shape.Reduce<ShapeOf<X>, A, K>>
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X,
    options?: VectorNormOptions<A, K>
  ): NdArray.NdArray<Real<X>, Shape.Reduce<ShapeOf<X>, A, K>>
} = dualWithOptions("vectorNorm", 1, knownOfVector, (x: ArrayLike, options: VectorNormOptions) => {
  const { axis, keepdims = false, ord = 2 } = options
  checkBooleans("vectorNorm", { keepdims })
  const [array] = promoteInexact("vectorNorm", [x]) as readonly [node.Node]
  const over = { axis: axesOf("vectorNorm", axis, array.shape.length), keepdims }
  return vectorNormOf("vectorNorm", array, ord, over) as never
})

// --- matrices -------------------------------------------------------------------------------------------------------

/** Sums over rows or columns, then an extreme of the sums. */
const extremeOfSums = (x: Any, sums: number, others: number, keepdims: boolean, extreme: typeof largest): Any => {
  const column = sumOf(abs(x), { axis: [sums], keepdims })
  return extreme(column, { axis: [keepdims || others < sums ? others : others - 1], keepdims })
}

const matrixNormOf = (
  operation: string,
  x: Any,
  order: MatrixOrder,
  [row, column]: readonly [number, number],
  keepdims: boolean
): Any => {
  const ofSingularValues = (reduce: (s: Any, over: Over) => Any): Any => {
    const s = svdvalsOf(moveaxis(x as never, [row, column] as never, [-2, -1] as never) as Any)
    const norm = reduce(s, { axis: [s.shape.length - 1], keepdims: false })
    return keepdims ? reshape(norm, x.shape.map((size, axis) => axis === row || axis === column ? 1 : size)) : norm
  }
  const norms: { readonly [order: string]: () => Any } = {
    fro: () => euclidean(x, { axis: [row, column], keepdims }),
    f: () => euclidean(x, { axis: [row, column], keepdims }),
    nuc: () => ofSingularValues(sumOf),
    2: () => ofSingularValues(largest),
    [-2]: () => ofSingularValues(smallest),
    1: () => extremeOfSums(x, row, column, keepdims, largest),
    [-1]: () => extremeOfSums(x, row, column, keepdims, smallest),
    Infinity: () => extremeOfSums(x, column, row, keepdims, largest),
    [-Infinity]: () => extremeOfSums(x, column, row, keepdims, smallest)
  }
  const key = String(order)
  if (!Object.hasOwn(norms, key)) {
    throw new ArgumentError({
      operation,
      message: `${operation}: unknown order ${
        describe(order)
      } of a matrix norm; it is one of "fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity`
    })
  }
  return norms[key]!()
}

/** Options of {@link matrixNorm}. @category models @since 0.1.0 */
export interface MatrixNormOptions<K extends boolean = boolean> {
  readonly keepdims?: K
  /** `fro` by default: the square root of the sum of squares. */
  readonly ord?: MatrixOrder
}

const knownOfMatrix: Known<MatrixNormOptions> = { keepdims: true, ord: true }

type OfMatrices<X, K extends boolean> = K extends true ? Shape.Shape : Batch<ShapeOf<X>>

/**
 * Norms of matrices, the last two axes.
 *
 * **Details**
 *
 * `fro`: the square root of the sum of squares; `nuc`: the sum of singular values; 2 and -2: the largest and the smallest
 * singular value; 1 and -1: the largest and smallest sum of sizes in a column; `Infinity` and `-Infinity`: in a row.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.matrixNorm(np.array([[3, 0], [0, 4]])) // => 5
 * Linalg.matrixNorm(np.array([[1, -2], [3, 4]]), { ord: 1 }) // => 6
 * ```
 *
 * @category norms
 * @since 0.1.0
 */
export const matrixNorm: {
  <K extends boolean = false>(
    options: Behind<MatrixNormOptions<K>>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<Real<X>, OfMatrices<X, K>>
  <X extends ArrayLike, K extends boolean = false>(
    x: X,
    options?: MatrixNormOptions<K>
  ): NdArray.NdArray<Real<X>, OfMatrices<X, K>>
} = dualWithOptions("matrixNorm", 1, knownOfMatrix, (x: ArrayLike, options: MatrixNormOptions) => {
  const { keepdims = false, ord = "fro" } = options
  checkBooleans("matrixNorm", { keepdims })
  const matrix = matrixOf("matrixNorm", x)
  const rank = matrix.shape.length
  return matrixNormOf("matrixNorm", matrix, ord, [rank - 2, rank - 1], keepdims) as never
})

/** Options of {@link norm}. @category models @since 0.1.0 */
export interface NormOptions<A extends Shape.Axes = Shape.Axes, K extends boolean = boolean> {
  /** The order; by default the square root of the sum of squares. */
  readonly ord?: MatrixOrder | null
  /** One axis for norms of vectors, two for norms of matrices; all by default. */
  readonly axis?: A
  readonly keepdims?: K
}

const knownOfNorm: Known<NormOptions> = { ord: true, axis: true, keepdims: true }

/**
 * Norms of vectors along one axis, or of matrices along two.
 *
 * **Details**
 *
 * Without options, the square root of the sum of squares of all elements. With one axis it is {@link vectorNorm}, with two
 * {@link matrixNorm}; without an axis, arrays of rank 1 and 2 are vectors and matrices. Throws an `ArgumentError` for an unknown
 * order and an `AxisError` for other numbers of axes.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * const x = np.array([[3, 4], [6, 8]])
 * Linalg.norm(x, { axis: 1 }) // => [5, 10]
 * Linalg.norm(x, { ord: Infinity }) // => 14
 * ```
 *
 * @category norms
 * @since 0.1.0
 */
export const norm: {
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options: Behind<NormOptions<A, K>>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<Real<X>, Shape.Reduce<ShapeOf<X>, A, K>>
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X,
    options?: NormOptions<A, K>
  ): NdArray.NdArray<Real<X>, Shape.Reduce<ShapeOf<X>, A, K>>
} = dualWithOptions("norm", 1, knownOfNorm, (x: ArrayLike, { axis, keepdims = false, ord }: NormOptions): never => {
  checkBooleans("norm", { keepdims })
  const [array] = promoteInexact("norm", [x]) as readonly [node.Node]
  const axes = axesOf("norm", axis, array.shape.length)
  const order = ord ?? undefined
  if ((axis === undefined || axis === null) && order === undefined) {
    return euclidean(array, { axis: axes, keepdims }) as never
  }
  if (axes.length === 1) return vectorNormOf("norm", array, (order ?? 2) as number, { axis: axes, keepdims }) as never
  if (axes.length === 2) {
    return matrixNormOf("norm", array, order ?? "fro", axes as unknown as readonly [number, number], keepdims) as never
  }
  throw new AxisError({
    operation: "norm",
    message: `norm: one axis gives norms of vectors, and two norms of matrices, got ${axes.length}${
      axis === undefined || axis === null ? ` of ${Aval.format(array)}; name them with \`axis\`` : ""
    }`
  })
})

// --- condition and rank ---------------------------------------------------------------------------------------------

/** Options of {@link cond}. @category models @since 0.1.0 */
export interface CondOptions {
  /** The order of the norm; 2 by default, the ratio of the largest and the smallest singular value. */
  readonly p?: MatrixOrder | null
}

const knownOfCond: Known<CondOptions> = { p: true }

/**
 * The condition number of matrices: the norm times the norm of the inverse.
 *
 * **Details**
 *
 * Singular matrices have an infinite one (for `p: 2`, as large as rounding leaves it). Orders other than 2 and -2 want square
 * matrices.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.cond(np.array([[1, 0], [0, 4]])) // => 4
 * ```
 *
 * @category norms
 * @since 0.1.0
 */
export const cond: {
  (options: Behind<CondOptions>): <X extends ArrayLike>(x: X) => NdArray.NdArray<Real<X>, Batch<ShapeOf<X>>>
  <X extends ArrayLike>(x: X, options?: CondOptions): NdArray.NdArray<Real<X>, Batch<ShapeOf<X>>>
} = dualWithOptions("cond", 1, knownOfCond, (x: ArrayLike, { p }: CondOptions): never => {
  const matrix = matrixOf("cond", x)
  const [m, n] = matrix.shape.slice(-2) as [number, number]
  const rank = matrix.shape.length
  if (m === 0 || n === 0) {
    throw new ShapeError({
      operation: "cond",
      message: `cond: matrices without elements have no condition number, got ${Aval.format(matrix)}`
    })
  }
  if (p === undefined || p === null || p === 2 || p === -2) {
    const s = svdvalsOf(matrix)
    const at = (i: number): Any => reshape(sliceAxis(s, s.shape.length - 1, i, i + 1), s.shape.slice(0, -1))
    const [first, last] = [at(0), at(Math.min(m, n) - 1)]
    return (p === -2 ? infiniteBut(div(last, first), matrix) : div(first, last)) as never
  }
  if (m !== n) {
    throw new ShapeError({
      operation: "cond",
      message: `cond: the order ${describe(p)} wants square matrices, got ${Aval.format(matrix)}`
    })
  }
  const normOf = (a: Any): Any => matrixNormOf("cond", a, p, [rank - 2, rank - 1], false)
  return infiniteBut(mul(normOf(matrix), normOf(inverseOf(matrix))), matrix) as never
})

/** NaN that no element of the matrix explains is infinity. */
const infiniteBut = (r: Any, x: Any): Any => {
  const isNaN = (y: Any): Any => ne(y, y)
  const given = reduceOr(isNaN(x), [x.shape.length - 2, x.shape.length - 1])
  return select(and(isNaN(r), ne(given, true)), Infinity, r)
}

/** Options of {@link matrixRank}. @category models @since 0.1.0 */
export interface MatrixRankOptions {
  /** Singular values above this count; by default the largest times the larger side times `eps`. */
  readonly rtol?: ArrayLike
  /** Whether the matrices are Hermitian, which is computed faster. */
  readonly hermitian?: boolean
  /** Another name of `rtol`. */
  readonly tol?: ArrayLike
}

const knownOfRank: Known<MatrixRankOptions> = { rtol: true, hermitian: true, tol: true }

/**
 * The rank of matrices: the number of singular values above a bound.
 *
 * **Gotchas**
 *
 * A bound that is given is absolute, as JAX has it, although its name says otherwise.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.matrixRank(np.array([[1, 2], [2, 4]])) // => 1
 * ```
 *
 * @category norms
 * @since 0.1.0
 */
export const matrixRank: {
  (options: Behind<MatrixRankOptions>): <X extends ArrayLike>(x: X) => NdArray.NdArray<"int32", Batch<ShapeOf<X>>>
  <X extends ArrayLike>(x: X, options?: MatrixRankOptions): NdArray.NdArray<"int32", Batch<ShapeOf<X>>>
} = dualWithOptions("matrixRank", 1, knownOfRank, (x: ArrayLike, options: MatrixRankOptions): never => {
  const { hermitian = false, rtol, tol } = options
  if (rtol !== undefined && tol !== undefined) {
    throw new ArgumentError({
      operation: "matrixRank",
      message: "matrixRank: rtol and tol are one option; give one of them"
    })
  }
  const [array] = promoteInexact("matrixRank", [x]) as readonly [node.Node]
  const rank = array.shape.length
  if (rank < 2) return convertTo(reduceOr(ne(array, 0), range(rank)), "int32") as never
  const s = svdvalsOf(array, hermitian)
  const last = s.shape.length - 1
  const bound = rtol ?? tol
  const given = bound === undefined ? undefined : convertTo(asArray("matrixRank", bound), s.dtype)
  const limit = given === undefined
    ? mul(
      max(s as never, { axis: -1, keepdims: true } as never) as Any,
      full(Math.max(...array.shape.slice(-2)) * finfo(s.dtype as DType.Floating).eps, s.dtype, [])
    )
    : reshape(given, [...given.shape, 1])
  return reduceSum(convertTo(gt(s, broadcastTo(limit, s.shape)), "int32"), [last]) as never
})
