/**
 * Positions of extreme elements.
 */
import type * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as reduce from "../primitive/reduction.ts"
import { reshape } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { type ArrayLike, asArray, type ShapeOf } from "./operands.ts"
import { type Check, keep, knownOfReduction, reduction, type ReductionOptions } from "./reductionOptions.ts"

interface ArgReduction {
  <X extends ArrayLike, const A extends number | undefined = undefined, K extends boolean = false>(
    x: X & Check<X, A>,
    options?: ReductionOptions<A, K>
  ): NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>
  <const A extends number | undefined = undefined, K extends boolean = false>(
    options?: ReductionOptions<A, K>
  ): Last<A, <X extends ArrayLike>(x: X & Check<X, A>) => NdArray.NdArray<"int32", Shape.Reduce<ShapeOf<X>, A, K>>>
}

const position = (
  operation: string,
  apply: (x: NdArray.Any, axis: number, indexDtype: DType.DType) => NdArray.Any
): ArgReduction =>
  reduction<ArgReduction, ReductionOptions<Shape.Axes, boolean>>(
    operation,
    knownOfReduction,
    (x, { axis, keepdims }) => {
      const array = asArray(operation, x)
      if (axis === undefined || axis === null) {
        const flat = apply(reshape(array, [array.size]), 0, "int32")
        return keep(flat, array.shape, array.shape.map((_, i) => i), keepdims)
      }
      if (typeof axis !== "number") {
        throw new ArgumentError({
          operation,
          message: `${operation}: axis must be one axis, got ${
            Shapes.format(axis)
          }; bring several into one with \`np.reshape\`, or leave \`axis\` out to search all of them`
        })
      }
      const at = Shapes.normalizeAxis(operation, axis, array.shape.length)
      return keep(apply(array, at, "int32"), array.shape, [at], keepdims)
    }
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
