/**
 * Reductions along axes, and running ones.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { cast } from "../internal/cast.ts"
import type { Last } from "../internal/dataLast.ts"
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as complex from "../primitive/complex.ts"
import * as cumulative from "../primitive/cumulative.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import { reshape, slice } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type ArrayLike, asArray, broadcast, type DTypeOf, promoteInexact, type ShapeOf } from "./operands.ts"

/**
 * Options of reductions.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReductionOptions<A extends Shape.Axes, K extends boolean> {
  /** The axes that are reduced; all of them by default. Negative ones count from the end. */
  readonly axis?: A
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
}

interface SumOptions<A extends Shape.Axes, K extends boolean, D extends DType.DType> extends ReductionOptions<A, K> {
  /** The dtype to add up in and of the result. */
  readonly dtype?: D
}

type Result<X, A extends Shape.Axes, K extends boolean, D extends DType.DType> = NdArray.NdArray<
  D,
  Shape.Reduce<ShapeOf<X>, A, K>
>

type Check<X, A extends Shape.Axes> = Shape.AxisCheck<ShapeOf<X>, A>

/** A reduction that keeps the dtype; dual: `f(x, options)` and `x.pipe(f(options))`. */
interface Same {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): Result<X, A, K, DTypeOf<X>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => Result<X, A, K, DTypeOf<X>>>
}

interface Sum {
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    D extends DType.DType = DType.SumOf<DTypeOf<X>>
  >(x: X & Check<X, A>, options?: SumOptions<A, K, D>): Result<X, A, K, NoInfer<D>>
  <const A extends Shape.Axes = undefined, K extends boolean = false, D extends DType.DType = never>(
    options?: SumOptions<A, K, D>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Check<X, A>
    ) => Result<X, A, K, [D] extends [never] ? DType.SumOf<DTypeOf<X>> : D>
  >
}

interface Mean {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): Result<X, A, K, DType.ToInexact<DTypeOf<X>>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => Result<X, A, K, DType.ToInexact<DTypeOf<X>>>>
}

interface Fixed<D extends DType.DType> {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): Result<X, A, K, D>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => Result<X, A, K, D>>
}

type Options = SumOptions<Shape.Axes, boolean, DType.DType> & { readonly ddof?: number }

/** Options are plain objects; a JavaScript array is a wrong operand, and is told so. */
const isOperand = (x: unknown): x is ArrayLike =>
  node.isNode(x) || Array.isArray(x) || ArrayBuffer.isView(x) || typeof x !== "object" && x !== undefined

/** Data first or data last. */
const dual = <F>(f: (x: ArrayLike, options: Options) => NdArray.Any): F =>
  ((first?: ArrayLike | Options, options: Options = {}) =>
    isOperand(first) ? f(first, options) : (x: ArrayLike) => f(x, first ?? {})) as never

const keep = (reduced: NdArray.Any, shape: Shape.Shape, axes: ReadonlyArray<number>, keepdims: boolean | undefined) =>
  keepdims ? reshape(reduced, shape.map((size, axis) => axes.includes(axis) ? 1 : size)) : reduced

type Reduce = (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any

const over = (operation: string, x: NdArray.Any, options: Options, apply: Reduce): NdArray.Any => {
  const axes = Shapes.normalizeAxes(operation, options.axis, x.shape.length)
  return keep(apply(x, axes), x.shape, axes, options.keepdims)
}

const isHalf = (dtype: DType.DType): boolean => dtype === "float16" || dtype === "bfloat16"

/** Adds up in at least 32 bits. */
const wide = (operation: string, apply: Reduce) => (x: ArrayLike, options: Options): NdArray.Any => {
  const array = asArray(operation, x)
  const dtype = options.dtype ?? DType.sumOf(array.dtype)
  const accumulator = isHalf(dtype) ? "float32" : dtype
  return primitive.convert(over(operation, cast(operation, array, accumulator, false), options, apply), dtype)
}

/**
 * The sum.
 *
 * **Details**
 *
 * Over all axes, one, or several, counted from the end when negative; `keepdims` leaves them with length 1. Small
 * integers and booleans add up in 32 bits; half precision adds up in float32 and is rounded at the end; `dtype` names
 * another. Data first, `np.sum(x, options)`, or last, `x.pipe(np.sum(options))`, as in all reductions.
 *
 * Throws an `AxisError` for an axis that the array hasn't, which is a type error where the shape is known.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * np.sum(x) // => 21
 * np.sum(x, { axis: 0 }) // => [5, 7, 9]
 * np.sum(x, { axis: -1, keepdims: true }) // => [[6], [15]]
 * x.pipe(np.sum({ axis: 1 })) // => [6, 15]
 * np.sum(np.array([true, true, false])) // => 2
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const sum = dual<Sum>(wide("sum", reduce.reduceSum))
/**
 * The product, in the dtype of {@link sum}.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.prod(np.array([[1, 2], [3, 4]]), { axis: 1 }) // => [2, 12]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const prod = dual<Sum>(wide("prod", reduce.reduceProd))

const extreme = (operation: string, apply: Reduce, logical: Reduce) =>
  dual<Same>((x, options) => {
    const array = asArray(operation, x)
    const axes = Shapes.normalizeAxes(operation, options.axis, array.shape.length)
    if (axes.some((axis) => array.shape[axis] === 0)) {
      throw new ShapeError({
        operation,
        message: `${operation}: an axis of length 0 has no ${operation}; the shape is ${Shapes.format(array.shape)}`
      })
    }
    return over(operation, array, options, array.dtype === "bool" ? logical : apply)
  })

/**
 * The largest element; NaN if there is one.
 *
 * **Details**
 *
 * Ties share the gradient. Throws a `ShapeError` over an axis of length 0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.max(np.array([[1, 5], [4, 2]]), { axis: 0 }) // => [4, 5]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const max = extreme("max", reduce.reduceMax, reduce.reduceOr)
/**
 * The least element; NaN if there is one.
 *
 * **Details**
 *
 * Ties share the gradient. Throws a `ShapeError` over an axis of length 0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.min(np.array([3, 1, 2])) // => 1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const min = extreme("min", reduce.reduceMin, reduce.reduceAnd)

const truth = (x: NdArray.Any): NdArray.Any => x.dtype === "bool" ? x : primitive.ne(x, 0)

/**
 * Whether all elements are true (not 0).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.all(np.array([[true, false], [true, true]]), { axis: 1 }) // => [false, true]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const all = dual<Fixed<"bool">>((x, options) => over("all", truth(asArray("all", x)), options, reduce.reduceAnd))
/**
 * Whether any element is true (not 0).
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.any(np.greater(np.array([1, 2, 3]), 2)) // => true
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const any = dual<Fixed<"bool">>((x, options) => over("any", truth(asArray("any", x)), options, reduce.reduceOr))

/** The number of elements that are not 0. @category reductions @since 0.1.0 */
export const countNonzero = dual<Fixed<"int32">>((x, options) =>
  over("countNonzero", primitive.convert(truth(asArray("countNonzero", x)), "int32"), options, reduce.reduceSum)
)

const count = (x: NdArray.Any, operation: string, axis: Shape.Axes): number =>
  Shapes.normalizeAxes(operation, axis, x.shape.length).reduce((n, a) => n * x.shape[a]!, 1)

/** Sums in float32 at least, divided; half precision is rounded at the end only. */
const averaged = (operation: string, x: node.Node, options: Options, divisor: number): NdArray.Any => {
  const accumulated = isHalf(x.dtype) ? primitive.convert(x, "float32") : x
  const total = over(operation, accumulated, options, reduce.reduceSum)
  return primitive.convert(primitive.div(total, divisor), x.dtype)
}

/**
 * The arithmetic mean, in floating point.
 *
 * **Details**
 *
 * Integers become float32; half precision adds up in float32.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.mean(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [2, 3]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const mean = dual<Mean>((x, options) => {
  const [array] = promoteInexact("mean", [x])
  return averaged("mean", array!, options, count(array!, "mean", options.axis))
})

interface Variance {
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K> & { readonly ddof?: number }
  ): Result<X, A, K, DType.RealOf<DType.ToInexact<DTypeOf<X>>>>
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K> & { readonly ddof?: number }
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => Result<X, A, K, DType.RealOf<DType.ToInexact<DTypeOf<X>>>>>
}

const variance = (operation: string, x: ArrayLike, options: Options): NdArray.Any => {
  const [array] = promoteInexact(operation, [x])
  const n = count(array!, operation, options.axis)
  const wider = isHalf(array!.dtype) ? node.nodeOf(primitive.convert(array!, "float32")) : array!
  const center = averaged(operation, wider, { ...options, keepdims: true }, n)
  const [a, c] = broadcast(operation, [wider, node.nodeOf(center)])
  const distance = primitive.sub(a!, c!)
  const squares = DType.isComplex(distance.dtype)
    ? complex.real(primitive.mul(distance, complex.conj(distance)))
    : primitive.integerPow(distance, 2)
  return primitive.convert(
    averaged(operation, node.nodeOf(squares), options, n - (options.ddof ?? 0)),
    DType.realOf(array!.dtype)
  )
}

/** The mean squared distance from the mean, divided by `n - ddof`. */
const variance_ = dual<Variance>((x, options) => variance("var", x, options))
/**
 * The square root of the variance, with the options of `var`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.std(np.array([1, 2, 3, 4])) // => 1.118034
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const std = dual<Variance>((x, options) => primitive.sqrt(variance("std", x, options)))

// --- positions ------------------------------------------------------------------------------------------------------

interface ArgReduction {
  <X extends ArrayLike, const A extends number | undefined = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): Result<X, A, K, "int32">
  <const A extends number | undefined = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => Result<X, A, K, "int32">>
}

const position = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, indexDtype: DType.DType) => NdArray.Any
): ArgReduction =>
  dual<ArgReduction>((x, options) => {
    const array = asArray(operation, x)
    if (options.axis === undefined || options.axis === null) {
      const flat = apply(reshape(array, [array.size]), 0, "int32")
      return keep(flat, array.shape, array.shape.map((_, i) => i), options.keepdims)
    }
    return over(operation, array, options, (operand, axes) => apply(operand, axes[0]!, "int32"))
  })

/**
 * The first position of the largest element (of the first NaN, if any), as int32.
 *
 * **Details**
 *
 * In the flattened array without an axis. Only one axis can be named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.argmax(np.array([[1, 9, 3], [7, 5, 6]]), { axis: 1 }) // => [1, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmax = position("argmax", reduce.argmax)
/**
 * The first position of the least element (of the first NaN, if any), as int32.
 *
 * **Details**
 *
 * In the flattened array without an axis. Only one axis can be named.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.argmin(np.array([3, 1, 2])) // => 1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmin = position("argmin", reduce.argmin)

// --- running reductions ---------------------------------------------------------------------------------------------

type Running<D extends DType.DType> = D extends "bool" ? "int32" : D

interface Cumulative {
  <
    X extends NdArray.Any,
    const A extends number | undefined = undefined,
    D extends DType.DType = Running<DTypeOf<X>>
  >(
    x: X & Check<X, A>,
    options?: { readonly axis?: A; readonly dtype?: D; readonly reverse?: boolean }
  ): NdArray.NdArray<NoInfer<D>, A extends number ? ShapeOf<X> : readonly [Shape.Size<ShapeOf<X>>]>
}

const running = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, reverse: boolean) => NdArray.Any
): Cumulative =>
  ((x: NdArray.Any, options: { axis?: number; dtype?: DType.DType; reverse?: boolean } = {}) => {
    const array = options.axis === undefined ? reshape(x, [x.size]) : x
    const axis = Shapes.normalizeAxis(operation, options.axis ?? 0, array.shape.length)
    const dtype = options.dtype ?? (x.dtype === "bool" ? "int32" : x.dtype)
    return apply(primitive.convert(array, dtype), axis, options.reverse ?? false)
  }) as never

/**
 * Running sums along an axis, or over the flattened array.
 *
 * **Details**
 *
 * Booleans count as int32, all others keep their dtype. `reverse` sums from the end.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumsum(np.array([1, 2, 3])) // => [1, 3, 6]
 * np.cumsum(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [[1, 2], [4, 6]]
 * np.cumsum(np.array([1, 2, 3]), { axis: 0, reverse: true }) // => [6, 5, 3]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumsum = running("cumsum", cumulative.cumsum)
/**
 * Running products along an axis, or over the flattened array.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.cumprod(np.array([1, 2, 3, 4])) // => [1, 2, 6, 24]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const cumprod = running("cumprod", cumulative.cumprod)

/**
 * Differences of neighbours along an axis, the last by default; of booleans, whether they differ.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.diff(np.array([1, 4, 9, 16])) // => [3, 5, 7]
 * np.diff(np.array([1, 4, 9, 16]), { n: 2 }) // => [2, 2]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const diff = <X extends NdArray.Any>(
  x: X,
  options: { readonly axis?: number; readonly n?: number } = {}
): NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> => {
  const axis = Shapes.normalizeAxis("diff", options.axis ?? -1, x.shape.length)
  const { n = 1 } = options
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError({ operation: "diff", message: `diff: n must be a whole number from 0 on, got ${n}` })
  }
  let result: NdArray.Any = x
  for (let i = 0; i < n; i++) {
    const { shape } = result
    const cut = (from: number, to: number) =>
      slice(result, shape.map((_, a) => a === axis ? from : 0), shape.map((n, a) => a === axis ? to : n))
    const size = shape[axis]!
    const difference = result.dtype === "bool" ? primitive.ne : primitive.sub
    result = difference(cut(Math.min(1, size), size), cut(0, Math.max(0, size - 1)))
  }
  return result as never
}

export {
  /** The mean squared distance from the mean, divided by `n - ddof`. @category reductions @since 0.1.0 */
  variance_ as var
}
