/**
 * Masks that say which elements of an array count.
 */
import * as DType from "../DType.ts"
import { DTypeError, ShapeError } from "../Errors.ts"
import { integerRange } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceSum } from "../primitive/reduction.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { asArray, broadcastTo } from "./operands.ts"

/**
 * Which elements count: an array or a list of booleans, or one boolean for all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Where = NdArray.Any | boolean | ReadonlyArray<boolean> | ReadonlyArray<ReadonlyArray<boolean>>

/** The mask in the shape of the array. */
export const maskOf = (operation: string, where: Where, shape: Shape.Shape): NdArray.Any => {
  const mask = asArray(operation, where)
  if (mask.dtype !== "bool") {
    throw new DTypeError({
      operation,
      message:
        `${operation}: \`where\` must be an array of booleans, got ${mask.dtype}; compare it with something, as in ` +
        "`np.greater(x, 0)`"
    })
  }
  const from = shape.length - mask.shape.length
  if (from < 0 || mask.shape.some((n, i) => n !== 1 && n !== shape[from + i])) {
    throw new ShapeError({
      operation,
      message: `${operation}: \`where\` of shape ${Shapes.format(mask.shape)} can't be broadcast to ${
        Shapes.format(shape)
      }, the shape of the array`
    })
  }
  return broadcastTo(mask, shape)
}

/** The array with a value in place of what doesn't count. */
export const masked = (
  operation: string,
  x: NdArray.Any,
  where: Where,
  otherwise: number | bigint | boolean
): NdArray.Any => primitive.select(maskOf(operation, where, x.shape), x, otherwise)

/** How many elements count along axes, in the (real) dtype of the array. */
export const countIn = (
  operation: string,
  where: Where,
  x: NdArray.Any,
  axes: ReadonlyArray<number>
): NdArray.Any => reduceSum(primitive.convert(maskOf(operation, where, x.shape), x.dtype), axes)

/** A number as the literals of its dtype have it: bigints where doubles can't hold them. */
const whole = (value: bigint): number | bigint => Number.isSafeInteger(Number(value)) ? Number(value) : value

/** The least value of a dtype, with which a maximum begins. */
export const lowest = (dtype: DType.DType): number | bigint | boolean =>
  dtype === "bool"
    ? false
    : DType.isInexact(dtype)
    ? -Infinity
    : whole(integerRange(dtype)[0])

/** The largest value of a dtype, with which a minimum begins. */
export const highest = (dtype: DType.DType): number | bigint | boolean =>
  dtype === "bool"
    ? true
    : DType.isInexact(dtype)
    ? Infinity
    : whole(integerRange(dtype)[1])
