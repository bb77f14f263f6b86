/**
 * Arrays of one value, and of indices.
 */
import type * as DType from "../DType.ts"
import { checkDType, checkInteger, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { checkShape, type Ints } from "../primitive/rule.ts"
import { broadcastInDim, iota as iotaPrimitive } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, castTo, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"

/** Options of {@link full}. @category models @since 0.1.0 */
export interface FullOptions<D extends DType.DType> {
  /** The dtype of the value by default, which is weak where the value is a number. */
  readonly dtype?: D | undefined
}

/** Options of {@link fullLike}. @category models @since 0.1.0 */
export interface FullLikeOptions<D extends DType.DType, N extends Shape.Shape> extends FullOptions<D> {
  /** The shape of the array by default. */
  readonly shape?: N | undefined
}

const knownOfFull: Known<FullOptions<DType.DType>> = { dtype: true }
const knownOfFullLike: Known<FullLikeOptions<DType.DType, Shape.Shape>> = { dtype: true, shape: true }

const filled = (
  operation: string,
  shape: Ints,
  value: ArrayLike,
  dtype: DType.DType | undefined,
  weak: boolean
): NdArray.Any => {
  checkShape(operation, "shape", shape)
  const array = dtype === undefined ? asArray(operation, value) : castTo(operation, value, dtype, weak)
  return broadcastInDim(array, shape, [])
}

/**
 * An array of one value.
 *
 * **Details**
 *
 * The value is a number or a scalar array. Throws a `ShapeError` for a shape that is not one, and a `DTypeError` for a number
 * that the dtype does not have.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.full([2, 2], 7, { dtype: "int32" }) // => [[7, 7], [7, 7]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const full = <const N extends Shape.Shape, X extends ArrayLike, D extends DType.DType = DTypeOf<X>>(
  shape: N,
  fillValue: X,
  options: FullOptions<D> = {}
): NdArray.NdArray<D, N> => {
  const { dtype } = checkOptions("full", options, knownOfFull)
  return filled("full", shape, fillValue, dtype, false) as never
}

/**
 * An array of one value, with the dtype and shape of another array unless others are named.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.fullLike(np.array([1n, 2n]), 7) // => [7, 7]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const fullLike = <
  X extends ArrayLike,
  D extends DType.DType = DTypeOf<X>,
  const N extends Shape.Shape = ShapeOf<X>
>(
  x: X,
  fillValue: ArrayLike,
  options: FullLikeOptions<D, N> = {}
): NdArray.NdArray<D, N> => {
  const { dtype, shape } = checkOptions("fullLike", options, knownOfFullLike)
  const like = asArray("fullLike", x)
  return filled(
    "fullLike",
    shape ?? like.shape,
    fillValue,
    dtype ?? like.dtype,
    dtype === undefined && like.weak
  ) as never
}

/**
 * The integers from 0 to before `size`, as a numeric dtype.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.iota("int32", 3) // => [0, 1, 2]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const iota = fixed(
  "iota",
  <D extends DType.DType, const N extends number>(dtype: D, size: N): NdArray.NdArray<D, readonly [N]> => {
    checkDType("iota", dtype)
    return iotaPrimitive(dtype, [checkInteger("iota", "size", size)], 0) as never
  }
)

/**
 * The index along one axis of a shape, as a numeric dtype.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.broadcastedIota("int32", [2, 3], 1) // => [[0, 1, 2], [0, 1, 2]]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const broadcastedIota = fixed(
  "broadcastedIota",
  <D extends DType.DType, const N extends Shape.Shape>(
    dtype: D,
    shape: N,
    dimension: number
  ): NdArray.NdArray<D, N> => {
    checkDType("broadcastedIota", dtype)
    return iotaPrimitive(dtype, shape, dimension) as never
  }
)

/**
 * An array whose values don't matter: zeros.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.empty([2, 3], "float32").shape // => [2, 3]
 * ```
 *
 * @category creation
 * @since 0.1.0
 */
export const empty = fixed("empty", <const N extends Shape.Shape, D extends DType.DType>(
  shape: N,
  dtype: D
): NdArray.NdArray<D, N> => {
  checkDType("empty", dtype)
  return filled("empty", shape, dtype === "bool" ? false : 0, dtype, false) as never
})
