/**
 * Gather: windows of an array, read at places that are computed.
 */
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { gather as primitive, type GatherDimensions } from "../primitive/gather.ts"
import { checkList, type Ints } from "../primitive/rule.ts"
import { asArray, type DTypeOf } from "./operands.ts"

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
