/**
 * Windows at computed places, as users ask for them: starts of any integer dtype, of which negative ones count from the end.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, IndexError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/dynamicSlice.ts"
import { fromFront, nearestPosition, positionDType } from "../primitive/positions.ts"
import { checkLength, type Ints } from "../primitive/rule.ts"

/** Where a window starts along an axis: a number, or an integer scalar. @category models @since 0.1.0 */
export type Start = NdArray.Any | number | bigint

const numberStart = (operation: string, axis: number, start: number | bigint, size: number): number => {
  if (typeof start === "number" && !Number.isInteger(start)) {
    throw new IndexError({
      operation,
      message: `${operation}: the start of axis ${axis} must be an integer, got ${start}`
    })
  }
  return start < 0 ? Number(start) + size : Number(start)
}

const checkScalar = (operation: string, start: NdArray.Any): void => {
  if (start.shape.length > 0) {
    throw new ArgumentError({
      operation,
      message: `${operation}: each start must be a scalar, got ${Aval.format(start)}`
    })
  }
  if (!DType.isInteger(start.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: starts must be integers, got ${start.dtype}; convert it with \`np.astype(i, "int32")\``
    })
  }
}

/** Starts as the primitives take them: of one dtype, and counted from the front. */
const toStarts = (operation: string, x: NdArray.Any, starts: ReadonlyArray<Start>): ReadonlyArray<NdArray.Any> => {
  checkLength(operation, "starts", starts, x)
  const dtype = positionDType(x.shape)
  const toLiteral = (axis: number, start: number | bigint) =>
    node.literal(nearestPosition(numberStart(operation, axis, start, x.shape[axis]!), dtype), dtype)
  return starts.map((given, axis) => {
    if (!node.isNode(given)) return toLiteral(axis, given as number | bigint)
    const start = asInteger(operation, given)
    checkScalar(operation, start)
    return start.source._tag === "Literal"
      ? toLiteral(axis, start.source.value as number | bigint)
      : fromFront(start, x.shape[axis]!, dtype)
  })
}

/**
 * A window of `sizes` that starts at `starts`, one integer for each axis.
 *
 * **Details**
 *
 * Starts are numbers or integer scalars of any dtype, also of several. Negative ones count from the end; a window that still
 * reaches outside is moved inside.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([10, 20, 30, 40])
 * Lax.dynamicSlice(x, [np.array(1n)], [2]) // => [20, 30]
 * Lax.dynamicSlice(x, [-2], [2]) // => [30, 40]
 * Lax.dynamicSlice(x, [9], [2]) // => [30, 40]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicSlice = Object.assign(
  (x: NdArray.Any, starts: ReadonlyArray<Start>, sizes: Ints): NdArray.Any =>
    primitive.dynamicSlice(x, toStarts("dynamicSlice", x, starts), sizes),
  { primitive: primitive.dynamicSlice.primitive }
)

/**
 * The array with a window replaced by `update`, which starts at `starts` as that of {@link dynamicSlice} does.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([10, 20, 30, 40])
 * Lax.dynamicUpdateSlice(x, np.array([1, 2]), [1]) // => [10, 1, 2, 40]
 * Lax.dynamicUpdateSlice(x, np.array([1, 2]), [-2]) // => [10, 20, 1, 2]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicUpdateSlice = Object.assign(
  (x: NdArray.Any, update: NdArray.Any, starts: ReadonlyArray<Start>): NdArray.Any =>
    primitive.dynamicUpdateSlice(x, update, toStarts("dynamicUpdateSlice", x, starts)),
  { primitive: primitive.dynamicUpdateSlice.primitive }
)
