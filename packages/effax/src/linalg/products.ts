/**
 * Products of matrices and vectors, and their parts, as the array API standard has them: matrices are the last two axes.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkDType, checkInteger, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import { fixed } from "../lax/operands.ts"
import type * as NdArray from "../NdArray.ts"
import { contract } from "../numpy/contract.ts"
import * as linear from "../numpy/linear.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  type DTypeOf,
  promote,
  promoteInexact,
  type PromoteOperands,
  type ShapeOf
} from "../numpy/operands.ts"
import { sub } from "../primitive/arithmetic.ts"
import { mul } from "../primitive/elementwise.ts"
import { conjugate, eyeLike, matmul as matmulPrimitive } from "../primitive/linalg/matrix.ts"
import { without } from "../primitive/rule.ts"
import { broadcastInDim, concatenate, moveAxis, sliceAxis } from "../primitive/structural.ts"
import * as Shapes from "../Shape.ts"
import { inverseOf } from "./core.ts"
import { checkMatrix, checkSquareMatrix } from "./shapes.ts"

export { matmul, tensordot } from "../numpy/linear.ts"
export { matrixTranspose } from "../numpy/manipulation.ts"

type Any = NdArray.Any

/** Options of {@link diagonal}. @category models @since 0.1.0 */
export interface MatrixDiagonalOptions {
  /** How much larger the column is than the row; 0 by default. */
  readonly offset?: number
}

const knownOfDiagonal: Known<MatrixDiagonalOptions> = { offset: true }

/**
 * Diagonals of matrices, the last two axes.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.diagonal(np.array([[1, 2], [3, 4]])) // => [1, 4]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const diagonal: {
  (options: Behind<MatrixDiagonalOptions>): <X extends ArrayLike>(x: X) => NdArray.NdArray<DTypeOf<X>>
  <X extends ArrayLike>(x: X, options?: MatrixDiagonalOptions): NdArray.NdArray<DTypeOf<X>>
} = dualWithOptions("diagonal", 1, knownOfDiagonal, (x: ArrayLike, { offset = 0 }: MatrixDiagonalOptions) => {
  checkInteger("diagonal", "offset", offset)
  const matrix = asArray("diagonal", x)
  checkMatrix("diagonal", matrix)
  return linear.diagonal(matrix, { offset, axis1: -2, axis2: -1 }) as never
})

/** Options of {@link trace}. @category models @since 0.1.0 */
export interface MatrixTraceOptions<D extends DType.DType = DType.DType> extends MatrixDiagonalOptions {
  /** The dtype to add up in and of the result. */
  readonly dtype?: D
}

const knownOfTrace: Known<MatrixTraceOptions> = { offset: true, dtype: true }

/**
 * Sums of diagonals of matrices, the last two axes.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.trace(np.array([[1, 2], [3, 4]])) // => 5
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const trace: {
  <D extends DType.DType = never>(
    options: Behind<MatrixTraceOptions<D>>
  ): Last<D, <X extends ArrayLike>(x: X) => NdArray.NdArray<[D] extends [never] ? DType.SumOf<DTypeOf<X>> : D>>
  <X extends ArrayLike, D extends DType.DType = DType.SumOf<DTypeOf<X>>>(
    x: X,
    options?: MatrixTraceOptions<D>
  ): NdArray.NdArray<NoInfer<D>>
} = dualWithOptions("trace", 1, knownOfTrace, (x: ArrayLike, { dtype, offset = 0 }: MatrixTraceOptions) => {
  checkInteger("trace", "offset", offset)
  const matrix = asArray("trace", x)
  checkMatrix("trace", matrix)
  const options = { offset, axis1: -2, axis2: -1 }
  return linear.trace(matrix, dtype === undefined ? options : { ...options, dtype }) as never
})

/**
 * All products of an element of one vector with one of another, `[n] x [m] -> [n, m]`.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.outer(np.array([1, 2]), np.array([1, 10])) // => [[1, 10], [2, 20]]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const outer: {
  <Y extends ArrayLike>(y: Y): Last<Y, <X extends ArrayLike>(x: X) => NdArray.NdArray<PromoteOperands<X, Y>>>
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y): NdArray.NdArray<PromoteOperands<X, Y>>
} = dual("outer", 2, (x: ArrayLike, y: ArrayLike) => {
  const [a, b] = [asArray("outer", x), asArray("outer", y)]
  if (a.shape.length !== 1 || b.shape.length !== 1) {
    throw new ShapeError({
      operation: "outer",
      message: `outer: expected two vectors, got ${Aval.format(a)} and ${Aval.format(b)}; \`np.outer\` flattens`
    })
  }
  return linear.outer(a, b) as never
})

/** Options of {@link vecdot}. @category models @since 0.1.0 */
export interface VecdotOptions<P extends DType.DType = DType.DType> {
  /** The axis of the vectors; the last by default. */
  readonly axis?: number
  /** The dtype of products and sums, and of the result. */
  readonly preferredElementType?: P
}

const knownOfVecdot: Known<VecdotOptions> = { axis: true, preferredElementType: true }

/**
 * Inner products of vectors along an axis, of which the first are conjugated; other axes broadcast.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.vecdot(np.array([[1, 2], [3, 4]]), np.array([1, 10])) // => [21, 43]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const vecdot: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<VecdotOptions<P>>
  ): Last<Y, <X extends ArrayLike>(x: X) => NdArray.NdArray<[P] extends [never] ? PromoteOperands<X, Y> : P>>
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y,
    options?: VecdotOptions<P>
  ): NdArray.NdArray<NoInfer<P>>
} = dualWithOptions("vecdot", 2, knownOfVecdot, (x: ArrayLike, y: ArrayLike, options: VecdotOptions) => {
  const { axis = -1, preferredElementType } = options
  if (preferredElementType !== undefined) checkDType("vecdot", preferredElementType)
  const [a, b] = promote("vecdot", [x, y]) as readonly [node.Node, node.Node]
  const moved = [a, b].map((of) =>
    moveAxis(of, Shapes.normalizeAxis("vecdot", axis, of.shape.length), of.shape.length - 1)
  ) as [Any, Any]
  const [n, m] = moved.map((of) => of.shape[of.shape.length - 1])
  if (n !== m) {
    throw new ShapeError({
      operation: "vecdot",
      message: `vecdot: vectors must have one length, got ${n} in ${Aval.format(a)} and ${m} in ${Aval.format(b)}`
    })
  }
  const shape = Shapes.broadcast("vecdot", moved.map((of) => of.shape))
  const [left, right] = moved.map((of) =>
    broadcastInDim(of, shape, of.shape.map((_, i) => shape.length - of.shape.length + i))
  ) as [Any, Any]
  const batch = without(shape.length, [shape.length - 1])
  const contracting = [shape.length - 1]
  return contract(conjugate(left), right, {
    lhsContracting: contracting,
    rhsContracting: contracting,
    lhsBatch: batch,
    rhsBatch: batch
  }, preferredElementType) as never
})

/** Options of {@link cross}. @category models @since 0.1.0 */
export interface CrossOptions {
  /** The axis of the vectors, of length 3; the last by default. */
  readonly axis?: number
}

const knownOfCross: Known<CrossOptions> = { axis: true }

/**
 * Cross products of vectors of three elements along an axis; other axes broadcast.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.cross(np.array([1, 0, 0]), np.array([0, 1, 0])) // => [0, 0, 1]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const cross: {
  <Y extends ArrayLike>(
    y: Y,
    options?: Behind<CrossOptions>
  ): Last<Y, <X extends ArrayLike>(x: X) => NdArray.NdArray<PromoteOperands<X, Y>>>
  <X extends ArrayLike, Y extends ArrayLike>(x: X, y: Y, options?: CrossOptions): NdArray.NdArray<PromoteOperands<X, Y>>
} = dualWithOptions("cross", 2, knownOfCross, (x: ArrayLike, y: ArrayLike, { axis = -1 }: CrossOptions) => {
  const operands = promote("cross", [x, y])
  const lengths = operands.map((of) => of.shape[Shapes.normalizeAxis("cross", axis, of.shape.length)])
  if (lengths.some((length) => length !== 3)) {
    throw new ShapeError({
      operation: "cross",
      message: `cross: vectors must have 3 elements along axis ${axis}, got ${operands.map(Aval.format).join(" and ")}`
    })
  }
  const [a, b] = broadcast("cross", operands) as unknown as readonly [Any, Any]
  const along = Shapes.normalizeAxis("cross", axis, a.shape.length)
  const at = (of: Any, i: number): Any => sliceAxis(of, along, i, i + 1)
  const component = (i: number, j: number): Any => sub(mul(at(a, i), at(b, j)), mul(at(a, j), at(b, i)))
  return concatenate([component(1, 2), component(2, 0), component(0, 1)], along) as never
})

/**
 * Powers of square matrices, for a whole exponent; negative ones are powers of the inverse.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.matrixPower(np.array([[1, 1], [1, 0]]), 10) // => [[89, 55], [55, 34]]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const matrixPower: {
  (n: number): <X extends ArrayLike>(a: X) => NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
  <X extends ArrayLike>(a: X, n: number): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
} = dual("matrixPower", 2, (a: ArrayLike, n: number): never => {
  const matrix = asArray("matrixPower", a)
  checkSquareMatrix("matrixPower", matrix)
  checkInteger("matrixPower", "n", n)
  if (n === 0) return eyeLike(matrix, matrix.shape[matrix.shape.length - 1]!) as never
  const base = n < 0 ? inverseOf(promoteInexact("matrixPower", [matrix])[0]!) : matrix
  let square: Any = base
  let result: Any | undefined
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === undefined ? square : product(result, square)
    if (rest > 1) square = product(square, square)
  }
  return result as never
})

const product = (x: Any, y: Any): Any => x.dtype === "bool" ? productOf(x, y) : matmulPrimitive(x, y)

const productOf = linear.matmul as unknown as (x: Any, y: Any) => Any

/**
 * The product of several matrices, in the order of products that takes the fewest multiplications. The first and the last may be
 * vectors.
 *
 * @example
 * ```ts
 * import { Linalg, Numpy as np } from "effax"
 *
 * Linalg.multiDot([np.ones([2, 100]), np.ones([100, 3]), np.ones([3])]) // => [300, 300]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const multiDot: <X extends ReadonlyArray<ArrayLike>>(
  arrays: X
) => NdArray.NdArray<PromoteOperands<X[number], X[number]>> = fixed(
  "multiDot",
  (arrays: ReadonlyArray<ArrayLike>): never => {
    if (!Array.isArray(arrays) || arrays.length < 2) {
      throw new ArgumentError({
        operation: "multiDot",
        message: `multiDot: expected a list of at least two arrays, got ${
          Array.isArray(arrays) ? arrays.length : "something else"
        }`
      })
    }
    const operands = promote("multiDot", arrays)
    const end = operands.length - 1
    operands.forEach((x, i) => {
      const fits = x.shape.length === 2 || (x.shape.length === 1 && (i === 0 || i === end))
      const before = operands[i - 1]
      if (fits && (before === undefined || before.shape[before.shape.length - 1] === x.shape[0])) return
      throw new ShapeError({
        operation: "multiDot",
        message:
          `multiDot: arrays must be matrices, the first and last vectors or matrices, whose neighbouring sizes agree, ` +
          `got ${operands.map(Aval.format).join(", ")}`
      })
    })
    const sizes = [
      operands[0]!.shape.length === 1 ? 1 : operands[0]!.shape[0]!,
      ...operands.map((x, i) => x.shape.length === 1 && i > 0 ? 1 : x.shape[x.shape.length - 1]!)
    ]
    return inOrder(operands, order(sizes), 0, end) as never
  }
)

/** The position of the last product of each part of a chain (Cormen, Leiserson, Rivest, Stein, section 15.2). */
const order = (sizes: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> => {
  const n = sizes.length - 1
  const costs = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  const splits = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let length = 2; length <= n; length++) {
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1
      costs[i]![j] = Infinity
      for (let k = i; k < j; k++) {
        const cost = costs[i]![k]! + costs[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!
        if (cost >= costs[i]![j]!) continue
        costs[i]![j] = cost
        splits[i]![j] = k
      }
    }
  }
  return splits
}

const inOrder = (
  operands: ReadonlyArray<Any>,
  splits: ReadonlyArray<ReadonlyArray<number>>,
  i: number,
  j: number
): Any => {
  if (i === j) return operands[i]!
  const k = splits[i]![j]!
  return productOf(inOrder(operands, splits, i, k), inOrder(operands, splits, k + 1, j))
}
