/**
 * Logarithms of sums of exponentials.
 */
import * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { countIn, masked, type Where } from "../numpy/masks.ts"
import { type ArrayLike, type DTypeOf, promoteInexact, type ShapeOf } from "../numpy/operands.ts"
import * as parts from "../primitive/complex.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { keep } from "./axes.ts"
import { withParameter } from "./parameters.ts"

/** The largest finite real part along the axes, as a constant for derivatives. */
const shift = (x: NdArray.Any, axes: ReadonlyArray<number>): NdArray.Any => {
  const largest = primitive.stopGradient(reduce.reduceMax(DType.isComplex(x.dtype) ? parts.real(x) : x, axes))
  return primitive.select(primitive.isFinite(largest), largest, 0)
}

/** Options of {@link logsumexp}. @category models @since 0.1.0 */
export interface LogsumexpOptions<A extends Shape.Axes, K extends boolean, R extends boolean> {
  /** The reduced axes; all of them by default. */
  readonly axis?: A
  /** Factors of the exponentials, which broadcast to the array. */
  readonly b?: ArrayLike
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
  /** Returns `[logarithm of the absolute value, sign]`. */
  readonly returnSign?: R
  /** A mask of the elements that count, which broadcasts to the array; all of them by default. */
  readonly where?: Where
}

const knownOfLogsumexp: Known<LogsumexpOptions<Shape.Axes, boolean, boolean>> = {
  axis: true,
  b: true,
  keepdims: true,
  returnSign: true,
  where: true
}

type Signed<X, R extends boolean> = R extends true ? readonly [logarithm: X, sign: X] : X

/** The array and its factors with a common dtype and the array's shape; elements with the factor 0 are ignored. */
const factored = (x: NdArray.Any, b: ArrayLike): readonly [NdArray.Any, NdArray.Any] => {
  const [array, factors] = withParameter("logsumexp", "b", x, b)
  return [primitive.select(primitive.ne(factors, 0), array, -Infinity), factors]
}

/**
 * `log(sum(exp(x)))` without overflow; -Infinity if all elements are -Infinity.
 *
 * **Details**
 *
 * It reduces all axes by default. With factors it is `log(sum(b exp(x)))`, which is NaN where the sum is negative;
 * `returnSign` returns the logarithm of its absolute value, and its sign.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logsumexp(np.array([[1000, 1000], [0, 0]]), { axis: 1 }) // => [1000.6931, 0.6931472]
 * Nn.logsumexp(np.array([0, 0, 5]), { where: np.array([true, true, false]) }) // => 0.6931472
 * const [logarithm, sign] = Nn.logsumexp(np.array([1, 2]), { b: np.array([1, -1]), returnSign: true })
 * sign // => -1
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logsumexp: {
  <const A extends Shape.Axes = undefined, K extends boolean = false, R extends boolean = false>(
    options: Behind<LogsumexpOptions<A, K, R>>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Shape.AxisCheck<ShapeOf<X>, A>
    ) => Signed<NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>, R>
  >
  <
    X extends ArrayLike,
    const A extends Shape.Axes = undefined,
    K extends boolean = false,
    R extends boolean = false
  >(
    x: X & Shape.AxisCheck<ShapeOf<X>, A>,
    options?: LogsumexpOptions<A, K, R>
  ): Signed<NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>, R>
} = dualWithOptions(
  "logsumexp",
  1,
  knownOfLogsumexp,
  (x: ArrayLike, options: LogsumexpOptions<Shape.Axes, boolean, boolean>) => {
    const known = options
    const { axis, b, keepdims = false, returnSign = false, where } = known
    const given: NdArray.Any = promoteInexact("logsumexp", [x])[0]!
    const [array, factors] = b === undefined ? [given, undefined] : factored(given, b)
    const axes = Shapes.normalizeAxes("logsumexp", axis, array.shape.length)
    const chosen = where === undefined ? array : masked("logsumexp", array, where, -Infinity)
    const largest = shift(chosen, axes)
    const raised = primitive.exp(
      primitive.sub(chosen, keep(primitive.convert(largest, array.dtype), axes, array.shape))
    )
    const weighted = factors === undefined ? raised : primitive.mul(raised, factors)
    // a masked factor may be infinite
    const sums = reduce.reduceSum(
      where === undefined || factors === undefined ? weighted : masked("logsumexp", weighted, where, 0),
      axes
    )
    const isComplex = DType.isComplex(array.dtype)
    const logs = primitive.log(
      returnSign || factors !== undefined && !isComplex ? primitive.abs(sums) : sums
    )
    const shifted = primitive.add(logs, primitive.convert(largest, logs.dtype))
    const result = returnSign || factors === undefined || isComplex
      ? shifted
      : primitive.select(primitive.lt(sums, 0), NaN, shifted)
    const kept = (reduced: NdArray.Any) =>
      keepdims ? structural.reshape(reduced, array.shape.map((n, i) => axes.includes(i) ? 1 : n)) : reduced
    return (returnSign ? [kept(result), kept(primitive.sign(sums))] : kept(result)) as never
  }
)

/** Options of {@link logmeanexp}. @category models @since 0.1.0 */
export interface LogmeanexpOptions<A extends Shape.Axes, K extends boolean> {
  /** The reduced axes; all of them by default. */
  readonly axis?: A
  /** A mask of the elements that count, which broadcasts to the array; all of them by default. */
  readonly where?: Where
  /** Keeps the reduced axes, with length 1. */
  readonly keepdims?: K
}

const knownOfLogmeanexp: Known<LogmeanexpOptions<Shape.Axes, boolean>> = { axis: true, where: true, keepdims: true }

/**
 * `log(mean(exp(x)))` without overflow: {@link logsumexp} minus the logarithm of the number of elements.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logmeanexp(np.array([[1000, 1000], [0, 0]]), { axis: 1 }) // => [1000, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logmeanexp: {
  <const A extends Shape.Axes = undefined, K extends boolean = false>(
    options: Behind<LogmeanexpOptions<A, K>>
  ): Last<
    A,
    <X extends ArrayLike>(
      x: X & Shape.AxisCheck<ShapeOf<X>, A>
    ) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>
  >
  <X extends ArrayLike, const A extends Shape.Axes = undefined, K extends boolean = false>(
    x: X & Shape.AxisCheck<ShapeOf<X>, A>,
    options?: LogmeanexpOptions<A, K>
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, Shape.Reduce<ShapeOf<X>, A, K>>
} = dualWithOptions(
  "logmeanexp",
  1,
  knownOfLogmeanexp,
  (x: ArrayLike, options: LogmeanexpOptions<Shape.Axes, boolean>) => {
    const { axis, keepdims = false, where } = options
    const array: NdArray.Any = promoteInexact("logmeanexp", [x])[0]!
    const axes = Shapes.normalizeAxes("logmeanexp", axis, array.shape.length)
    const logs: NdArray.Any = logsumexp(array, { axis: axes, where, keepdims } as never)
    if (where === undefined) {
      return primitive.sub(logs, Math.log(axes.reduce((n, at) => n * array.shape[at]!, 1))) as never
    }
    const count = primitive.convert(countIn("logmeanexp", where, array, axes), logs.dtype)
    return primitive.sub(logs, primitive.log(structural.reshape(count, logs.shape))) as never
  }
)
