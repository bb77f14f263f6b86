/**
 * One-hot encoding of class numbers.
 */
import * as DType from "../DType.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, type ShapeOf } from "../numpy/operands.ts"
import * as primitive from "../primitive/elementwise.ts"
import { saturate } from "../primitive/positions.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"

/** Options of {@link oneHot}. @category models @since 0.1.0 */
export interface OneHotOptions<D extends DType.DType, A extends number> {
  /** float32 by default. */
  readonly dtype?: D
  /** The position of the new axis; the last by default. */
  readonly axis?: A
}

const knownOfOneHot: Known<OneHotOptions<DType.DType, number>> = { dtype: true, axis: true }

/**
 * Encodes class numbers as 1 at their position and 0 elsewhere: `[...] -> [..., classes]`.
 *
 * **Details**
 *
 * The new axis is the last by default. Numbers outside `0 ... classes - 1` give zeros only.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.oneHot(np.array([1n, 0n, 7n]), 2) // => [[0, 1], [1, 0], [0, 0]]
 * ```
 *
 * @category encodings
 * @since 0.1.0
 */
export const oneHot: {
  <const N extends number, D extends DType.DType = "float32", const A extends number = -1>(
    classes: N,
    options?: OneHotOptions<D, A>
  ): Last<N, <X extends ArrayLike>(labels: X) => NdArray.NdArray<D, Shape.Insert<ShapeOf<X>, A, N>>>
  <
    X extends ArrayLike,
    const N extends number,
    D extends DType.DType = "float32",
    const A extends number = -1
  >(
    labels: X,
    classes: N,
    options?: OneHotOptions<D, A>
  ): NdArray.NdArray<NoInfer<D>, Shape.Insert<ShapeOf<X>, A, N>>
} = dualWithOptions(
  "oneHot",
  2,
  knownOfOneHot,
  (labels: ArrayLike, classes: number, options: OneHotOptions<DType.DType, number>) => {
    const { axis: at = -1, dtype = "float32" } = options
    const array = comparable(asArray("oneHot", labels))
    const [size] = Shapes.validate("oneHot", [classes]) as readonly [number]
    const axis = Shapes.normalizeAxis("oneHot", at, array.shape.length + 1)
    const shape = [...array.shape.slice(0, axis), size, ...array.shape.slice(axis)]
    const spread = structural.broadcastInDim(array, shape, array.shape.map((_, i) => i < axis ? i : i + 1))
    const classesAlong = structural.iota(array.dtype, shape, axis)
    return primitive.convert(primitive.eq(spread, classesAlong), dtype) as never
  }
)

/** The labels, in a dtype that can represent the numbers of all classes. */
const comparable = (labels: NdArray.Any): NdArray.Any =>
  DType.isInteger(labels.dtype)
    ? saturate(labels, "int32")
    : labels.dtype === "bool"
    ? primitive.convert(labels, "int32")
    : DType.itemSize(labels.dtype) < 4
    ? primitive.convert(labels, "float32")
    : labels
