/**
 * Arrays in another dtype: the same values, or the same bits.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { checkDType } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { bitcast, convert, shiftLeft, shiftRightLogical } from "../primitive/elementwise.ts"
import { reduceOr } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { broadcastInDim, iota } from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, castTo, fixed, type ShapeOf } from "./operands.ts"

/**
 * The same values in another dtype.
 *
 * **Details**
 *
 * Floats are cut off toward zero on their way to integers, and integers wrap. A number is the literal of the dtype, which
 * must have a value for it: `Lax.convertElementType(1.5, "int32")` throws a `DTypeError`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.convertElementType(np.array([1.5, -1.5]), "int32") // => [1, -1]
 * ```
 *
 * @category conversion
 * @since 0.1.0
 */
export const convertElementType = fixed(
  "convertElementType",
  <X extends ArrayLike, D extends DType.DType>(x: X, newDtype: D): NdArray.NdArray<D, ShapeOf<X>> => {
    checkDType("convertElementType", newDtype)
    return castTo("convertElementType", x, newDtype) as never
  }
)

type Bytes<D extends DType.DType> = D extends "int8" | "uint8" ? 1
  : D extends "int16" | "uint16" | "float16" | "bfloat16" ? 2
  : D extends "int32" | "uint32" | "float32" ? 4
  : D extends "bool" ? "bool"
  : 8

type SameWidth<From extends DType.DType, To extends DType.DType> = DType.DType extends From | To ? false
  : Bytes<From> extends Bytes<To> ? true
  : false

const unsigned = (dtype: DType.DType): DType.DType => `uint${8 * DType.itemSize(dtype)}` as DType.DType

/** Whether bits may be cut and joined: complex numbers and booleans have no integer of their own. */
const hasBits = (dtype: DType.DType): boolean => dtype !== "bool" && !DType.isComplex(dtype)

/** Where the narrow numbers of each wide one begin, in bits: the least significant first. */
const offsets = (shape: ReadonlyArray<number>, wide: DType.DType, narrow: DType.DType): NdArray.Any => {
  const positions = iota("int32", shape, shape.length - 1)
  return shiftLeft(convert(positions, wide), Math.log2(8 * DType.itemSize(narrow)))
}

/**
 * The same bits as another dtype.
 *
 * **Details**
 *
 * As in JAX, a narrower dtype gets a new last axis, least significant bits first, and a wider one takes the last axis, which
 * must have as many elements as make one. Throws a `DTypeError` for bool and complex dtypes beside others, and a `ShapeError`
 * for a last axis that does not fit.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.bitcastConvertType(np.array([1, -2]), "int32") // => [1065353216, -1073741824]
 * Lax.bitcastConvertType(np.array([1]), "uint8") // => [[0, 0, 128, 63]]
 * ```
 *
 * @category conversion
 * @since 0.1.0
 */
export const bitcastConvertType = fixed(
  "bitcastConvertType",
  <X extends DType.DType, S extends Shape.Shape, D extends DType.DType>(
    x: NdArray.NdArray<X, S>,
    newDtype: D
  ): NdArray.NdArray<D, SameWidth<X, D> extends true ? S : Shape.Shape> => {
    const operation = "bitcastConvertType"
    checkDType(operation, newDtype)
    const array = asArray(operation, x)
    const ratio = DType.itemSize(array.dtype) / DType.itemSize(newDtype)
    if (ratio === 1 || !hasBits(array.dtype) || !hasBits(newDtype)) return bitcast(array, newDtype) as never
    const bits = bitcast(array, unsigned(array.dtype))
    if (ratio > 1) {
      const shape = [...array.shape, ratio]
      const copies = broadcastInDim(bits, shape, range(array.shape.length))
      const parts = shiftRightLogical(copies, offsets(shape, bits.dtype, newDtype))
      return bitcast(convert(parts, unsigned(newDtype)), newDtype) as never
    }
    if (array.shape.at(-1) !== 1 / ratio) {
      throw new ShapeError({
        operation,
        message: `${operation}: ${1 / ratio} elements of ${array.dtype} make one of ${newDtype}, but ${
          Aval.format(array)
        } has a last axis of ${array.shape.at(-1) ?? "no"} elements`
      })
    }
    const wide = convert(bits, unsigned(newDtype))
    const placed = shiftLeft(wide, offsets(array.shape, wide.dtype, array.dtype))
    return bitcast(reduceOr(placed, [array.shape.length - 1]), newDtype) as never
  }
)
