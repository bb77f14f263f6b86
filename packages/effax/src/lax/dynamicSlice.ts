/**
 * Windows at computed places, as users ask for them: starts of any integer dtype, of which negative ones count from the end.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, IndexError } from "../Errors.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/dynamicSlice.ts"
import { fromFront, nearestPosition, positionDType, saturate } from "../primitive/positions.ts"
import { checkLength, checkList } from "../primitive/rule.ts"
import { reshape, sliceAxis } from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, asArrays, type DTypeOf, type SameDType, type ShapeOf } from "./operands.ts"

/** Where a window starts along an axis: a number, or an integer scalar. @category models @since 0.1.0 */
export type Start = NdArray.Any | number | bigint

/** Options of {@link dynamicSlice} and {@link dynamicUpdateSlice}. @category models @since 0.1.0 */
export interface DynamicSliceOptions {
  /** Whether negative starts count from the end, for all axes or for each; true by default. Otherwise they count as 0. */
  readonly allowNegativeIndices?: boolean | ReadonlyArray<boolean> | undefined
}

const known: Known<DynamicSliceOptions> = { allowNegativeIndices: true }

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

const literalStart = (
  operation: string,
  axis: number,
  start: number | bigint,
  size: number,
  isWrapped: boolean,
  dtype: "int32" | "int64"
): NdArray.Any => {
  if (typeof start !== "bigint" && !Number.isInteger(start)) {
    throw new IndexError({
      operation,
      message: `${operation}: the start of axis ${axis} must be an integer, got ${
        typeof start === "number" ? start : describe(start)
      }`
    })
  }
  return node.literal(nearestPosition(Number(start) + (start < 0 && isWrapped ? size : 0), dtype), dtype)
}

/** One start for each axis; they may be the elements of one array. */
const listed = (operation: string, starts: ReadonlyArray<Start> | NdArray.Any): ReadonlyArray<Start> => {
  if (Array.isArray(starts)) return starts
  if (node.isNode(starts) && starts.shape.length === 1) {
    return Array.from({ length: starts.shape[0]! }, (_, i) => reshape(sliceAxis(starts, 0, i, i + 1), []))
  }
  throw new ArgumentError({
    operation,
    message: `${operation}: starts must be a list, or an array of one axis, got ${
      node.isNode(starts) ? Aval.format(starts) : describe(starts)
    }`
  })
}

/** Starts as the primitives take them: of one dtype, and counted from the front. */
const toStarts = (
  operation: string,
  x: NdArray.Any,
  given: ReadonlyArray<Start> | NdArray.Any,
  options: DynamicSliceOptions
): ReadonlyArray<NdArray.Any> => {
  const { allowNegativeIndices = true } = checkOptions(operation, options, known)
  const starts = listed(operation, given)
  checkLength(operation, "starts", starts, x)
  if (typeof allowNegativeIndices !== "boolean") {
    checkList(operation, "allowNegativeIndices", allowNegativeIndices)
    checkLength(operation, "allowNegativeIndices", allowNegativeIndices, x)
  }
  const dtype = positionDType(x.shape)
  return starts.map((given, axis) => {
    const start = node.isNode(given) ? asInteger(operation, given) : given
    const size = x.shape[axis]!
    const isWrapped = typeof allowNegativeIndices === "boolean" ? allowNegativeIndices : allowNegativeIndices[axis]!
    if (!node.isNode(start)) return literalStart(operation, axis, start as number | bigint, size, isWrapped, dtype)
    checkScalar(operation, start)
    return start.source._tag === "Literal"
      ? literalStart(operation, axis, start.source.value as number | bigint, size, isWrapped, dtype)
      : isWrapped
      ? fromFront(start, size, dtype)
      : saturate(start, dtype)
  })
}

/**
 * A window of `sliceSizes` that starts at `startIndices`, one integer for each axis.
 *
 * **Details**
 *
 * Starts are numbers or integer scalars of any dtype, also of several, or one array of them. Negative ones count from the
 * end unless `allowNegativeIndices` is false; a window that still reaches outside is moved inside.
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
export const dynamicSlice = <X extends NdArray.Any, const N extends Shape.Shape>(
  x: X,
  startIndices: ReadonlyArray<Start> | NdArray.Any,
  sliceSizes: N,
  options: DynamicSliceOptions = {}
): NdArray.NdArray<DTypeOf<X>, N> => {
  const array = asArray("dynamicSlice", x)
  return primitive.dynamicSlice(array, toStarts("dynamicSlice", array, startIndices, options), sliceSizes) as never
}

/**
 * The array with a window replaced by `update`, which starts at `startIndices` as that of {@link dynamicSlice} does.
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
export const dynamicUpdateSlice = <X extends NdArray.Any, U extends NdArray.Any>(
  x: X,
  update: U & SameDType<X, U>,
  startIndices: ReadonlyArray<Start> | NdArray.Any,
  options: DynamicSliceOptions = {}
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
  const [array, window] = asArrays("dynamicUpdateSlice", [x, update])
  return primitive.dynamicUpdateSlice(
    array!,
    window!,
    toStarts("dynamicUpdateSlice", array!, startIndices, options)
  ) as never
}

/** Options of the functions that read or write at a place of one axis. @category models @since 0.1.0 */
export interface DynamicUpdateInDimOptions {
  /** Whether negative places count from the end; true by default. Otherwise they count as 0. */
  readonly allowNegativeIndices?: boolean | undefined
}

/** Options of {@link dynamicSliceInDim}. @category models @since 0.1.0 */
export interface DynamicSliceInDimOptions extends DynamicUpdateInDimOptions {
  /** The first by default; negative ones count from the end. */
  readonly axis?: number | undefined
}

/** Options of {@link dynamicIndexInDim}. @category models @since 0.1.0 */
export interface DynamicIndexInDimOptions extends DynamicSliceInDimOptions {
  /** Whether the axis stays, with the length 1; true by default. */
  readonly keepdims?: boolean | undefined
}

const knownOfUpdate: Known<DynamicUpdateInDimOptions> = { allowNegativeIndices: true }
const knownOfSlice: Known<DynamicSliceInDimOptions> = { axis: true, ...knownOfUpdate }
const knownOfIndex: Known<DynamicIndexInDimOptions> = { axis: true, keepdims: true, ...knownOfUpdate }

/** 0 along all axes but one. */
const at = (x: NdArray.Any, axis: number, start: Start): ReadonlyArray<Start> =>
  x.shape.map((_, i) => i === axis ? start : 0)

const sliceInDim = (
  operation: string,
  x: NdArray.Any,
  axis: number,
  start: Start,
  size: number,
  { allowNegativeIndices }: DynamicUpdateInDimOptions
): NdArray.Any =>
  primitive.dynamicSlice(
    x,
    toStarts(operation, x, at(x, axis, start), { allowNegativeIndices }),
    x.shape.map((n, i) => i === axis ? size : n)
  )

const updateInDim = (
  operation: string,
  x: NdArray.Any,
  update: NdArray.Any,
  start: Start,
  axis: number,
  { allowNegativeIndices }: DynamicUpdateInDimOptions
): NdArray.Any =>
  primitive.dynamicUpdateSlice(x, update, toStarts(operation, x, at(x, axis, start), { allowNegativeIndices }))

/**
 * `sliceSize` elements along one axis, from a computed start on.
 *
 * **Details**
 *
 * The start is as one of {@link dynamicSlice}: moved inside where the window reaches outside.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.dynamicSliceInDim(np.array([[1, 2, 3]]), np.array(1n), 2, { axis: 1 }) // => [[2, 3]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicSliceInDim = <X extends NdArray.Any>(
  x: X,
  startIndex: Start,
  sliceSize: number,
  options: DynamicSliceInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> => {
  const operation = "dynamicSliceInDim"
  const { axis = 0 } = checkOptions(operation, options, knownOfSlice)
  const array = asArray(operation, x)
  const along = Shape.normalizeAxis(operation, axis, array.shape.length)
  return sliceInDim(operation, array, along, startIndex, sliceSize, options) as never
}

/**
 * The elements at a computed place along one axis, which stays with the length 1 unless `keepdims` is false.
 *
 * **Details**
 *
 * A place outside of the axis is the nearest one inside.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * Lax.dynamicIndexInDim(x, np.array(1n), { keepdims: false }) // => [4, 5, 6]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicIndexInDim = <X extends NdArray.Any>(
  x: X,
  index: Start,
  options: DynamicIndexInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>> => {
  const operation = "dynamicIndexInDim"
  const { axis = 0, keepdims = true } = checkOptions(operation, options, knownOfIndex)
  const array = asArray(operation, x)
  const along = Shape.normalizeAxis(operation, axis, array.shape.length)
  const picked = sliceInDim(operation, array, along, index, 1, options)
  return (keepdims ? picked : reshape(picked, array.shape.filter((_, i) => i !== along))) as never
}

/**
 * The array with the elements from a computed start along one axis replaced by `update`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.dynamicUpdateSliceInDim(np.array([1, 2, 3]), np.array([8, 9]), -2, 0) // => [1, 8, 9]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicUpdateSliceInDim = <X extends NdArray.Any, U extends NdArray.Any>(
  x: X,
  update: U & SameDType<X, U>,
  startIndex: Start,
  axis: number,
  options: DynamicUpdateInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
  const operation = "dynamicUpdateSliceInDim"
  checkOptions(operation, options, knownOfUpdate)
  const [array, window] = asArrays(operation, [x, update])
  const along = Shape.normalizeAxis(operation, axis, array!.shape.length)
  return updateInDim(operation, array!, window!, startIndex, along, options) as never
}

/**
 * The array with the elements at a computed place along one axis replaced by `update`, which may lack that axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * Lax.dynamicUpdateIndexInDim(x, np.array([8, 9]), 1, 1) // => [[1, 8, 3], [4, 9, 6]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const dynamicUpdateIndexInDim = <X extends NdArray.Any, U extends ArrayLike>(
  x: X,
  update: U & SameDType<X, U>,
  index: Start,
  axis: number,
  options: DynamicUpdateInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
  const operation = "dynamicUpdateIndexInDim"
  checkOptions(operation, options, knownOfUpdate)
  const [array, window] = asArrays(operation, [x, update])
  const along = Shape.normalizeAxis(operation, axis, array!.shape.length)
  const { shape } = window!
  const whole = shape.length === array!.shape.length - 1
    ? reshape(window!, [...shape.slice(0, along), 1, ...shape.slice(along)])
    : window!
  return updateInDim(operation, array!, whole, index, along, options) as never
}
