/**
 * `topK`: the largest elements along an axis.
 */
import type { DType } from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { sort } from "../primitive/sort.ts"
import { iota, rev, sliceAxis } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"

/**
 * Options of {@link topK}.
 *
 * @category models
 * @since 0.1.0
 */
export interface TopKOptions {
  /** The last by default. */
  readonly axis?: number | undefined
}

const known: Known<TopKOptions> = { axis: true }

/**
 * The `k` largest elements along an axis, largest first, and their positions as int32: `[values, positions]`.
 *
 * **Details**
 *
 * Equal elements come in their order. NaN counts as larger than all numbers, as it stands last in sorted arrays. Throws an
 * `ArgumentError` for a `k` that is not an integer between 0 and the length of the axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [values, positions] = Lax.topK(np.array([30, 10, 40, 20]), 2)
 * values // => [40, 30]
 * positions // => [2, 0]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const topK = <D extends DType>(
  x: NdArray.NdArray<D>,
  k: number,
  options: TopKOptions = {}
): [values: NdArray.NdArray<D>, positions: NdArray.NdArray<"int32">] => {
  const { axis: at = -1 } = checkOptions("topK", options, known)
  const axis = Shape.normalizeAxis("topK", at, x.shape.length)
  const size = x.shape[axis]!
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ArgumentError({
      operation: "topK",
      message: `topK: k must be an integer from 0 to ${size}, the length of axis ${axis}, got ${String(k)}`
    })
  }
  // sorted backwards, so that of equals the first is the last
  const sorted = sort([x, iota("int32", x.shape, axis)].map((of) => rev(node.nodeOf(of), [axis])), {
    dimension: axis,
    isStable: true,
    numKeys: 1
  })
  return sorted.map((of) => rev(sliceAxis(of, axis, size - k, size), [axis])) as never
}
