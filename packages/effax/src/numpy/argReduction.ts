/**
 * Positions of extreme elements.
 */
import * as reduce from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import { positionOf } from "./reducing.ts"
import { type ArgReduction, knownOfReduction, reduction, type ReductionOptions } from "./reductionOptions.ts"

const position = (operation: string, apply: Parameters<typeof positionOf>[1]): ArgReduction =>
  reduction<ArgReduction, ReductionOptions<Shape.Axes, boolean>>(
    operation,
    knownOfReduction,
    positionOf(operation, apply)
  )

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
