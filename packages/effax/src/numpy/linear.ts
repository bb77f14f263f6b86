/**
 * Products of linear algebra.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dual, dualWithOptionals, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkInteger, checkOptions, isOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as elementwise from "../primitive/elementwise.ts"
import { range } from "../primitive/rule.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { conj } from "./complex.ts"
import { contract, type ContractionOptions, diagonalOfLast, knownOfContraction, preferredOf } from "./contract.ts"
import {
  type ArrayLike,
  asArray,
  broadcastTo,
  promote,
  type PromoteOperands,
  type ShapeOf,
  type Values
} from "./operands.ts"
import { sum } from "./reduction.ts"

export type { ContractionOptions }

/** The dtype of a contraction that waits for `x`. */
type Preferred<P extends DType.DType, X, Y> = [P] extends [never] ? PromoteOperands<X, Y> : P

const mismatch = (operation: string, x: NdArray.Any, y: NdArray.Any, detail: string): ShapeError =>
  new ShapeError({
    operation,
    message: `${operation}: shapes ${Shapes.format(x.shape)} and ${Shapes.format(y.shape)} don't fit: ${detail}`
  })

/**
 * The dot product of NumPy: inner product of vectors, matrix product of matrices, and otherwise the sum over the last
 * axis of `x` and the last but one of `y`. Scalars multiply.
 *
 * **Details**
 *
 * Throws a `ShapeError` for shapes that do not contract, which is a type error where they are known. For batches of
 * matrices use {@link matmul}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.dot(np.array([1, 2]), np.array([3, 4])) // => 11
 * np.dot(np.array([[1, 2], [3, 4]]), np.array([1, 10])) // => [21, 43]
 * np.dot(np.ones([2, 3]), np.ones([5, 3, 4])).shape // => [2, 5, 4]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const dot: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<ContractionOptions<P>>
  ): Last<
    Y,
    <X extends ArrayLike>(
      x: X & Shape.DotCheck<ShapeOf<X>, ShapeOf<Y>>
    ) => NdArray.NdArray<Preferred<P, X, Y>, Shape.Dot<ShapeOf<X>, ShapeOf<Y>>>
  >
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y & Shape.DotCheck<ShapeOf<X>, ShapeOf<Y>>,
    options?: ContractionOptions<P>
  ): NdArray.NdArray<NoInfer<P>, Shape.Dot<ShapeOf<X>, ShapeOf<Y>>>
} = dualWithOptions("dot", 2, knownOfContraction, (x: ArrayLike, y: ArrayLike, options: ContractionOptions) => {
  const preferred = preferredOf("dot", options)
  const [a, b] = promote("dot", [x, y]) as unknown as [node.Node, node.Node]
  if (a.shape.length === 0 || b.shape.length === 0) return elementwise.mul(a, b) as never
  const left = a.shape.length - 1
  const right = Math.max(0, b.shape.length - 2)
  if (a.shape[left] !== b.shape[right]) {
    throw mismatch("dot", a, b, `axis ${left} has length ${a.shape[left]} against ${b.shape[right]} of axis ${right}`)
  }
  return contract(a, b, { lhsContracting: [left], rhsContracting: [right] }, preferred) as never
})

/**
 * The matrix product of NumPy: leading axes are batches, which broadcast; vectors are rows on the left and columns on
 * the right, `[..., n, k] x [..., k, m] -> [..., n, m]`.
 *
 * **Details**
 *
 * Operands promote; `preferredElementType` names the dtype of products, sums and result. Throws a `ShapeError` for
 * shapes that do not contract, which is a type error where they are known, and for scalars.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.matmul(np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])) // => [[2, 1], [4, 3]]
 * np.matmul(np.ones([8, 2, 3]), np.ones([3, 4])).shape // => [8, 2, 4]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const matmul: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<ContractionOptions<P>>
  ): Last<
    Y,
    <X extends ArrayLike>(
      x: X & Shape.MatMulCheck<ShapeOf<X>, ShapeOf<Y>>
    ) => NdArray.NdArray<Preferred<P, X, Y>, Shape.MatMul<ShapeOf<X>, ShapeOf<Y>>>
  >
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y & Shape.MatMulCheck<ShapeOf<X>, ShapeOf<Y>>,
    options?: ContractionOptions<P>
  ): NdArray.NdArray<NoInfer<P>, Shape.MatMul<ShapeOf<X>, ShapeOf<Y>>>
} = dualWithOptions("matmul", 2, knownOfContraction, (x: ArrayLike, y: ArrayLike, options: ContractionOptions) => {
  const preferred = preferredOf("matmul", options)
  const [a, b] = promote("matmul", [x, y]) as unknown as [node.Node, node.Node]
  const [ra, rb] = [a.shape.length, b.shape.length]
  if (ra === 0 || rb === 0) throw mismatch("matmul", a, b, "scalars are not matrices; use `np.multiply`")
  const left = ra - 1
  const right = Math.max(0, rb - 2)
  if (a.shape[left] !== b.shape[right]) {
    throw mismatch(
      "matmul",
      a,
      b,
      `axis ${left} has length ${a.shape[left]} against ${b.shape[right]} of axis ${right}`
    )
  }
  const batchA = a.shape.slice(0, Math.max(0, ra - 2))
  const batchB = b.shape.slice(0, Math.max(0, rb - 2))
  if (batchB.length === 0) {
    // no batch on the right: the left's is just more rows
    return contract(a, b, { lhsContracting: [left], rhsContracting: [right] }, preferred) as never
  }
  const batch = Shapes.broadcast("matmul", [batchA, batchB])
  const axes = range(batch.length)
  const wideA = ra === 1 ? broadcastTo(a, [...batch, a.shape[0]!]) : broadcastTo(a, [...batch, ...a.shape.slice(-2)])
  const wideB = broadcastTo(b, [...batch, ...b.shape.slice(-2)])
  return contract(wideA, wideB, {
    lhsContracting: [wideA.shape.length - 1],
    rhsContracting: [wideB.shape.length - 2],
    lhsBatch: axes,
    rhsBatch: axes
  }, preferred) as never
})

/**
 * The inner product of two flattened arrays, of which the first is conjugated.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.vdot(np.array([[1, 2], [3, 4]]), np.ones([2, 2])) // => 10
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const vdot: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<ContractionOptions<P>>
  ): Last<Y, <X extends ArrayLike>(x: X) => NdArray.NdArray<Preferred<P, X, Y>, readonly []>>
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y,
    options?: ContractionOptions<P>
  ): NdArray.NdArray<NoInfer<P>, readonly []>
} = dualWithOptions("vdot", 2, knownOfContraction, (x: ArrayLike, y: ArrayLike, options: ContractionOptions) => {
  preferredOf("vdot", options)
  const [a, b] = [x, y].map((of) => asArray("vdot", of)) as unknown as [node.Node, node.Node]
  return dot(structural.reshape(conj(a), [a.size]), structural.reshape(b, [b.size]), options) as never
})

/**
 * The sum over the last axis of both, `[..., k] x [... , k] -> [..., ...]`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.inner(np.array([[1, 2], [3, 4]]), np.array([1, 1])) // => [3, 7]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const inner: {
  <Y extends ArrayLike, P extends DType.DType = never>(
    y: Y,
    options?: Behind<ContractionOptions<P>>
  ): Last<
    Y,
    <X extends ArrayLike>(
      x: X & Shape.InnerCheck<ShapeOf<X>, ShapeOf<Y>>
    ) => NdArray.NdArray<Preferred<P, X, Y>, Shape.Inner<ShapeOf<X>, ShapeOf<Y>>>
  >
  <X extends ArrayLike, Y extends ArrayLike, P extends DType.DType = PromoteOperands<X, Y>>(
    x: X,
    y: Y & Shape.InnerCheck<ShapeOf<X>, ShapeOf<Y>>,
    options?: ContractionOptions<P>
  ): NdArray.NdArray<NoInfer<P>, Shape.Inner<ShapeOf<X>, ShapeOf<Y>>>
} = dualWithOptions("inner", 2, knownOfContraction, (x: ArrayLike, y: ArrayLike, options: ContractionOptions) => {
  const preferred = preferredOf("inner", options)
  const [a, b] = promote("inner", [x, y]) as unknown as [node.Node, node.Node]
  if (a.shape.length === 0 || b.shape.length === 0) return elementwise.mul(a, b) as never
  if (a.shape.at(-1) !== b.shape.at(-1)) {
    throw mismatch("inner", a, b, `the last axes have lengths ${a.shape.at(-1)} and ${b.shape.at(-1)}`)
  }
  return contract(
    a,
    b,
    { lhsContracting: [a.shape.length - 1], rhsContracting: [b.shape.length - 1] },
    preferred
  ) as never
})

/**
 * All products of an element of one array with one of the other, both flattened: `[n] x [m] -> [n, m]`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.outer(np.array([1, 2]), np.array([1, 10])) // => [[1, 10], [2, 20]]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const outer: {
  <Y extends ArrayLike>(
    y: Y
  ): Last<
    Y,
    <X extends ArrayLike>(
      x: X
    ) => NdArray.NdArray<PromoteOperands<X, Y>, readonly [Shape.Size<ShapeOf<X>>, Shape.Size<ShapeOf<Y>>]>
  >
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y
  ): NdArray.NdArray<PromoteOperands<X, Y>, readonly [Shape.Size<ShapeOf<X>>, Shape.Size<ShapeOf<Y>>]>
} = dual("outer", 2, (x: ArrayLike, y: ArrayLike) => {
  const [a, b] = promote("outer", [x, y]) as unknown as [node.Node, node.Node]
  const shape = [a.size, b.size]
  const product = a.dtype === "bool" ? elementwise.and : elementwise.mul
  return product(
    structural.broadcastInDim(structural.reshape(a, [a.size]), shape, [0]),
    structural.broadcastInDim(structural.reshape(b, [b.size]), shape, [1])
  ) as never
})

/**
 * The sum of products over the last `axes` axes of `x` and the first of `y`, or over named axes of both.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.tensordot(np.ones([2, 3, 4]), np.ones([3, 4, 5])).shape // => [2, 5]
 * np.tensordot(np.ones([2, 3]), np.ones([3, 2]), [[0], [1]]).shape // => [3, 3]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const tensordot: {
  <
    X extends ArrayLike,
    Y extends ArrayLike,
    const A extends number | readonly [ReadonlyArray<number>, ReadonlyArray<number>] = 2,
    P extends DType.DType = PromoteOperands<X, Y>
  >(
    x: X,
    y: Y & Shape.TensordotCheck<ShapeOf<X>, ShapeOf<Y>, A>,
    axes?: A,
    options?: ContractionOptions<P>
  ): NdArray.NdArray<NoInfer<P>, Shape.Tensordot<ShapeOf<X>, ShapeOf<Y>, A>>
} = (
  x: ArrayLike,
  y: ArrayLike,
  axes: number | readonly [ReadonlyArray<number>, ReadonlyArray<number>] = 2,
  options: ContractionOptions = {}
): never => {
  const preferred = preferredOf("tensordot", options)
  if (isOptions(axes)) {
    throw new ArgumentError({
      operation: "tensordot",
      message: "tensordot: axes stand before the options, a number or a list for each operand; 2 if they are undefined"
    })
  }
  const [a, b] = promote("tensordot", [x, y]) as unknown as [node.Node, node.Node]
  const [left, right] = typeof axes === "number"
    ? [range(axes, a.shape.length - axes), range(axes)]
    : [
      Shapes.normalizeAxes("tensordot", axes[0], a.shape.length),
      Shapes.normalizeAxes("tensordot", axes[1], b.shape.length)
    ]
  if (left.length !== right.length || left.some((axis, i) => axis < 0 || a.shape[axis] !== b.shape[right[i]!])) {
    throw mismatch("tensordot", a, b, `axes [${left.join(", ")}] against [${right.join(", ")}]`)
  }
  return contract(a, b, { lhsContracting: left, rhsContracting: right }, preferred) as never
}

/**
 * Which diagonal {@link diagonal} and {@link trace} take.
 *
 * @category models
 * @since 0.1.0
 */
export interface DiagonalOptions<A extends number = number, B extends number = number> {
  /** How much larger the position along `axis2` is than the one along `axis1`; 0 by default. */
  readonly offset?: number
  /** The first by default. */
  readonly axis1?: A
  /** The second by default. */
  readonly axis2?: B
}

/** Options of {@link trace}. @category models @since 0.1.0 */
export interface TraceOptions<A extends number, B extends number, D extends DType.DType> extends DiagonalOptions<A, B> {
  /** The dtype to add up in and of the result. */
  readonly dtype?: D
}

const knownOfDiagonal: Known<DiagonalOptions> = { offset: true, axis1: true, axis2: true }
const knownOfTrace: Known<TraceOptions<number, number, DType.DType>> = { ...knownOfDiagonal, dtype: true }

/** Options, with the offset before them or among them. */
const withOffset = <O extends DiagonalOptions>(
  operation: string,
  first: number | O | undefined,
  second: O | undefined,
  known: Known<O>
): O => {
  if (typeof first !== "number" && second !== undefined) {
    throw new ArgumentError({
      operation,
      message:
        `${operation}: expected an offset and options, \`np.${operation}(x, 1, { axis1: 0, axis2: 1 })\`, or options only`
    })
  }
  const options = checkOptions(operation, (typeof first === "number" ? second : first) ?? {} as O, known)
  if (typeof first !== "number") return options
  if (options.offset !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: the offset is given twice, ${first} and ${options.offset}`
    })
  }
  return { ...options, offset: first }
}

/**
 * The sum of a diagonal of the first two axes, or of those that are named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.trace(np.array([[1, 2], [3, 4]])) // => 5
 * np.trace(np.ones([5, 3, 3]), { axis1: 1, axis2: 2 }) // => [3, 3, 3, 3, 3]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const trace: {
  <const A extends number = 0, const B extends number = 1, R extends DType.DType = never>(
    options: Behind<TraceOptions<A, B, R>>
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S>
    ) => NdArray.NdArray<[R] extends [never] ? DType.SumOf<D> : R, Shape.Reduce<Shape.Diagonal<S, A, B>, -1>>
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const A extends number = 0,
    const B extends number = 1,
    R extends DType.DType = DType.SumOf<D>
  >(
    x: NdArray.NdArray<D, S> | Values,
    options?: TraceOptions<A, B, R>
  ): NdArray.NdArray<NoInfer<R>, Shape.Reduce<Shape.Diagonal<S, A, B>, -1>>
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const A extends number = 0,
    const B extends number = 1,
    R extends DType.DType = DType.SumOf<D>
  >(
    x: NdArray.NdArray<D, S> | Values,
    offset: number,
    options?: Omit<TraceOptions<A, B, R>, "offset">
  ): NdArray.NdArray<NoInfer<R>, Shape.Reduce<Shape.Diagonal<S, A, B>, -1>>
} = dualWithOptionals("trace", knownOfTrace, (
  x: ArrayLike,
  first?: number | TraceOptions<number, number, DType.DType>,
  second?: TraceOptions<number, number, DType.DType>
) => {
  const { dtype, ...options } = withOffset("trace", first, second, knownOfTrace)
  const diagonals = diagonalOf("trace", x, options)
  return sum(diagonals, dtype === undefined ? { axis: -1 } : { axis: -1, dtype })
})

/**
 * The elements of the first two axes, or of those that are named, whose position along the second is `offset` more than
 * along the first. They lie along the last axis of the result.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.diagonal(np.array([[1, 2, 3], [4, 5, 6]])) // => [1, 5]
 * np.diagonal(np.array([[1, 2, 3], [4, 5, 6]]), 1) // => [2, 6]
 * np.diagonal(np.ones([5, 2, 3]), { axis1: 1, axis2: 2 }).shape // => [5, 2]
 * ```
 *
 * @category products
 * @since 0.1.0
 */
export const diagonal: {
  <const A extends number = 0, const B extends number = 1>(
    options: Behind<DiagonalOptions<A, B>>
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S>
    ) => NdArray.NdArray<D, Shape.Diagonal<S, A, B>>
  >
  <D extends DType.DType, S extends Shape.Shape, const A extends number = 0, const B extends number = 1>(
    x: NdArray.NdArray<D, S> | Values,
    options?: DiagonalOptions<A, B>
  ): NdArray.NdArray<D, Shape.Diagonal<S, A, B>>
  <D extends DType.DType, S extends Shape.Shape, const A extends number = 0, const B extends number = 1>(
    x: NdArray.NdArray<D, S> | Values,
    offset: number,
    options?: Omit<DiagonalOptions<A, B>, "offset">
  ): NdArray.NdArray<D, Shape.Diagonal<S, A, B>>
} = dualWithOptionals(
  "diagonal",
  knownOfDiagonal,
  (x: ArrayLike, first?: number | DiagonalOptions, second?: DiagonalOptions) =>
    diagonalOf("diagonal", x, withOffset("diagonal", first, second, knownOfDiagonal))
)

const diagonalOf = (
  operation: string,
  given: ArrayLike,
  { axis1 = 0, axis2 = 1, offset = 0 }: DiagonalOptions
): NdArray.Any => {
  const x = asArray(operation, given)
  const rank = x.shape.length
  if (rank < 2) {
    throw new ShapeError({
      operation,
      message: `${operation}: expected at least 2 axes, got ${Shapes.format(x.shape)}`
    })
  }
  checkInteger(operation, "the offset", offset)
  const [first, second] = Shapes.normalizeAxes(operation, [axis1, axis2], rank) as [number, number]
  const rest = range(rank).filter((axis) => axis !== first && axis !== second)
  return diagonalOfLast(structural.transpose(x, [...rest, first, second]), offset)
}
