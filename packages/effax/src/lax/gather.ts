/**
 * Gather: windows of an array, read at places that are computed.
 */
import * as Aval from "../Aval.ts"
import { ShapeError } from "../Errors.ts"
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { add, rem } from "../primitive/elementwise.ts"
import { gather as primitive, type GatherDimensions } from "../primitive/gather.ts"
import { saturate } from "../primitive/positions.ts"
import { checkAxes, checkList, type Ints, range } from "../primitive/rule.ts"
import { concatenate, reshape } from "../primitive/structural.ts"
import { asArray, type DTypeOf, fixed } from "./operands.ts"

/**
 * The treatment of windows that reach outside: `"fill"` and `"drop"`, which are one mode, give `fillValue`, or leave an
 * update out; `"clip"` moves them inside; `"promiseInBounds"` says that there are none.
 *
 * @category models
 * @since 0.1.0
 */
export type GatherScatterMode = "fill" | "drop" | "clip" | "promiseInBounds"

export const modes: { readonly [M in GatherScatterMode]: true } = {
  fill: true,
  drop: true,
  clip: true,
  promiseInBounds: true
}

/**
 * The axes of a gather, as JAX and XLA name them; without batching axes those lists may be left out.
 *
 * **Details**
 *
 * - `offsetDims`: the axes of the result along which a window lies;
 * - `collapsedSliceDims`: the axes of the operand, of which a window has one element, that the result lacks;
 * - `startIndexMap`: the axes of the operand that the entries of an index vector are for;
 * - `operandBatchingDims`, `startIndicesBatchingDims`: axes of operand and indices that go together.
 *
 * @category models
 * @since 0.1.0
 */
export interface GatherDimensionNumbers extends GatherDimensions {}

/** Options of {@link gather}. @category models @since 0.1.0 */
export interface GatherOptions {
  /** Whether no element is read twice; false by default. Derivatives are faster where it is true. */
  readonly uniqueIndices?: boolean | undefined
  /** Whether index vectors stand in order; false by default. */
  readonly indicesAreSorted?: boolean | undefined
  /** `"fill"` by default. */
  readonly mode?: GatherScatterMode | undefined
  /** The value outside of the array: by default NaN, the least integer, the largest unsigned one, or true. */
  readonly fillValue?: number | undefined
}

const known: Known<GatherOptions> = { uniqueIndices: true, indicesAreSorted: true, mode: true, fillValue: true }

/**
 * Windows of an array, of `sliceSizes`, at the places that index vectors, the last axis of `startIndices`, say.
 *
 * **Details**
 *
 * JAX's `lax.gather`. `np.take`, `np.index` and `np.takeAlongAxis` are easier to use where they do what you want. Throws an
 * `ArgumentError`, `AxisError` or `ShapeError` for dimension numbers that do not go with the operands.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2], [3, 4], [5, 6]])
 * const rows = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }
 * Lax.gather(x, np.array([[2n], [0n]]), rows, [1, 2]) // => [[5, 6], [1, 2]]
 * Lax.gather(x, np.array([[9n]]), rows, [1, 2], { mode: "clip" }) // => [[5, 6]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const gather = <X extends NdArray.Any>(
  x: X,
  startIndices: NdArray.Any,
  dimensionNumbers: GatherDimensionNumbers,
  sliceSizes: Ints,
  options: GatherOptions = {}
): NdArray.NdArray<DTypeOf<X>> => {
  const { fillValue, indicesAreSorted, mode = "fill", uniqueIndices } = checkOptions("gather", options, known)
  checkChoice("gather", "mode", mode, modes)
  checkList("gather", "sliceSizes", sliceSizes)
  return primitive(asArray("gather", x), asArray("gather", startIndices), {
    dimensionNumbers,
    sliceSizes,
    mode: mode === "drop" ? "fill" : mode,
    fillValue: fillValue ?? null,
    indicesAreSorted: indicesAreSorted ?? false,
    uniqueIndices: uniqueIndices ?? false
  }) as never
}

/**
 * Parts of an array at positions along some of its axes: one for each element of the vectors in `indices`, which are for the
 * axes in turn.
 *
 * **Details**
 *
 * The result has the positions along its first axis, and then the other axes. Positions are taken modulo the length of their
 * axis. `np.take` and `np.index` are easier to use. Throws a `ShapeError` unless there is a vector for each axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * Lax.indexTake(x, [np.array([0n, 1n]), np.array([2n, -1n])], [0, 1]) // => [3, 6]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const indexTake = fixed("indexTake", <X extends NdArray.Any>(
  x: X,
  indices: ReadonlyArray<NdArray.Any>,
  axes: Ints
): NdArray.NdArray<DTypeOf<X>> => {
  const operation = "indexTake"
  const array = asArray(operation, x)
  checkAxes(operation, "axes", axes, array)
  const vectors = indices.map((of) => asArray(operation, of))
  if (axes.length === 0 || vectors.length !== axes.length || vectors.some(({ shape }) => shape.length !== 1)) {
    throw new ShapeError({
      operation,
      message: `${operation}: indices must be a vector for each of the ${axes.length} axes, got ${
        vectors.map(Aval.format).join(", ")
      }`
    })
  }
  const wrapped = vectors.map((of, i) => {
    const size = array.shape[axes[i]!]!
    return reshape(rem(add(rem(saturate(of, "int32"), size), size), size), [...of.shape, 1])
  })
  return primitive(array, concatenate(wrapped, 1), {
    dimensionNumbers: {
      offsetDims: range(array.shape.length - axes.length, 1),
      collapsedSliceDims: axes.toSorted((a, b) => a - b),
      startIndexMap: axes,
      operandBatchingDims: [],
      startIndicesBatchingDims: []
    },
    sliceSizes: array.shape.map((n, axis) => axes.includes(axis) ? 1 : n),
    mode: "fill"
  }) as never
})
