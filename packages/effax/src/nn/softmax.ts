/**
 * Softmax and its logarithm.
 */
import type * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { masked, type Where } from "../numpy/masks.ts"
import { type ArrayLike, type DTypeOf, promoteInexact, type ShapeOf } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import * as reduce from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import { axesOf, keep } from "./axes.ts"

/** Options of {@link softmax} and {@link logSoftmax}. @category models @since 0.1.0 */
export interface SoftmaxOptions {
  /** The axes; the last one by default. `null` means all axes. */
  readonly axis?: Shape.Axes
  /** A mask of the elements that count, which broadcasts to the array; all of them by default. */
  readonly where?: Where
}

const knownOfSoftmax: Known<SoftmaxOptions> = { axis: true, where: true }

/** The exponentials of the elements minus their maximum, with 0 for masked ones, and the sums along the axes. */
const exponentials = (operation: string, x: NdArray.Any, axes: ReadonlyArray<number>, where: Where | undefined) => {
  const chosen = where === undefined ? x : masked(operation, x, where, -Infinity)
  const largest = primitive.stopGradient(reduce.reduceMax(chosen, axes))
  const shifted = primitive.sub(chosen, keep(largest, axes, x.shape))
  const raised = primitive.exp(shifted)
  return { shifted, raised, sums: reduce.reduceSum(raised, axes) }
}

/**
 * `exp(x) / sum(exp(x))` along the last axis or the given ones.
 *
 * **Details**
 *
 * The largest element is subtracted first, so that nothing overflows. Integers become float32. Elements that `where`
 * excludes give 0. `axis: null` means all axes.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.softmax(np.array([[0, 0], [1000, 0]])) // => [[0.5, 0.5], [1, 0]]
 * Nn.softmax(np.array([0, 0, 9]), { where: np.array([true, true, false]) }) // => [0.5, 0.5, 0]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const softmax: {
  (
    options: Behind<SoftmaxOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: SoftmaxOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("softmax", 1, knownOfSoftmax, (x: ArrayLike, options: SoftmaxOptions) => {
  const { axis, where } = options
  const array: NdArray.Any = promoteInexact("softmax", [x])[0]!
  const axes = axesOf("softmax", axis, array.shape.length)
  const { raised, sums } = exponentials("softmax", array, axes, where)
  const shares = primitive.div(raised, keep(sums, axes, array.shape))
  return (where === undefined ? shares : masked("softmax", shares, where, 0)) as never
})

/**
 * `x - logsumexp(x)` along the last axis or the given ones.
 *
 * **When to use**
 *
 * For the cross-entropy: the logarithm of {@link softmax} would be -Infinity where that is 0.
 *
 * **Details**
 *
 * Elements that `where` excludes give -Infinity.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.logSoftmax(np.array([1000, 0])) // => [0, -1000]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const logSoftmax: {
  (
    options: Behind<SoftmaxOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
  <X extends ArrayLike>(
    x: X,
    options?: SoftmaxOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, ShapeOf<X>>
} = dualWithOptions("logSoftmax", 1, knownOfSoftmax, (x: ArrayLike, options: SoftmaxOptions) => {
  const { axis, where } = options
  const array: NdArray.Any = promoteInexact("logSoftmax", [x])[0]!
  const axes = axesOf("logSoftmax", axis, array.shape.length)
  const { shifted, sums } = exponentials("logSoftmax", array, axes, where)
  const logs = primitive.sub(shifted, keep(primitive.log(sums), axes, array.shape))
  return (where === undefined ? logs : masked("logSoftmax", logs, where, -Infinity)) as never
})
