/**
 * Gated linear units.
 */
import type * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Behind } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, type DTypeOf, promoteInexact, type ShapeOf } from "../numpy/operands.ts"
import { logistic, mul } from "../primitive/elementwise.ts"
import { sliceAxis } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** Options of {@link glu}. @category models @since 0.1.0 */
export interface GluOptions {
  /** The axis that is divided in two; the last by default. */
  readonly axis?: number
}

const known: Known<GluOptions> = { axis: true }

/** A shape of the same rank. */
type SameRank<S extends Shape.Shape> = { readonly [K in keyof S]: number }

/**
 * The first half along an axis times the sigmoid of the second half (Dauphin et al. 2017).
 *
 * **Details**
 *
 * Throws a `ShapeError` for an axis of odd length.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.glu(np.array([[1, 2, 0, 100]])) // => [[0.5, 2]]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const glu: {
  (
    options: Behind<GluOptions>
  ): <X extends ArrayLike>(x: X) => NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, SameRank<ShapeOf<X>>>
  <X extends ArrayLike>(
    x: X,
    options?: GluOptions
  ): NdArray.NdArray<DType.ToInexact<DTypeOf<X>>, SameRank<ShapeOf<X>>>
} = dualWithOptions("glu", 1, known, (x: ArrayLike, options: GluOptions) => {
  const array: NdArray.Any = promoteInexact("glu", [x])[0]!
  const axis = Shapes.normalizeAxis("glu", options.axis ?? -1, array.shape.length)
  const size = array.shape[axis]!
  if (size % 2 !== 0) {
    throw new ShapeError({
      operation: "glu",
      message: `glu: axis ${axis} of ${Shapes.format(array.shape)} must have an even length, to be divided in two`
    })
  }
  return mul(sliceAxis(array, axis, 0, size / 2), logistic(sliceAxis(array, axis, size / 2, size))) as never
})
