/**
 * Parts of arrays at places that are known, arrays joined, and arrays padded.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { ArgumentError, IndexError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { PadParams } from "../primitive/params.ts"
import { checkList, checkShape, type Ints, list } from "../primitive/rule.ts"
import * as primitive from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, asArrays, type DTypeOf, fixed, type SameDType, type ShapeOf } from "./operands.ts"

/** Options of {@link slice}. @category models @since 0.1.0 */
export interface SliceOptions {
  /** Steps along each axis; 1 by default. */
  readonly strides?: Ints | undefined
}

const knownOfSlice: Known<SliceOptions> = { strides: true }

/**
 * The elements from `startIndices` to before `limitIndices`, one of each for every axis.
 *
 * **Details**
 *
 * Throws an `IndexError` unless `0 <= start <= limit <=` the length of the axis: nothing counts from the end, and nothing
 * is clamped.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.slice(np.array([1, 2, 3, 4, 5]), [1], [4]) // => [2, 3, 4]
 * Lax.slice(np.array([1, 2, 3, 4, 5]), [0], [5], { strides: [2] }) // => [1, 3, 5]
 * ```
 *
 * @category slices
 * @since 0.1.0
 */
export const slice = <X extends NdArray.Any>(
  x: X,
  startIndices: Ints,
  limitIndices: Ints,
  options: SliceOptions = {}
): NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> => {
  const { strides = null } = checkOptions("slice", options, knownOfSlice)
  return primitive.slice(asArray("slice", x), startIndices, limitIndices, strides) as never
}

/** Options of {@link sliceInDim}. @category models @since 0.1.0 */
export interface SliceInDimOptions {
  /** The step; 1 by default. */
  readonly stride?: number | undefined
  /** The first by default; negative ones count from the end. */
  readonly axis?: number | undefined
}

const knownOfSliceInDim: Known<SliceInDimOptions> = { stride: true, axis: true }

/** A bound along an axis: `null` is the end on its side, and negative ones count from the end. */
const bound = (at: number | null, size: number, otherwise: number): number =>
  at === null ? otherwise : at < 0 ? at + size : at

/**
 * The elements from `startIndex` to before `limitIndex` along one axis.
 *
 * **Details**
 *
 * `null` stands for the beginning and the end, and negative bounds count from the end. Throws an `IndexError` for bounds
 * outside of the axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.sliceInDim(np.array([1, 2, 3, 4, 5]), 1, -1) // => [2, 3, 4]
 * Lax.sliceInDim(np.array([[1, 2, 3]]), null, null, { stride: 2, axis: 1 }) // => [[1, 3]]
 * ```
 *
 * @category slices
 * @since 0.1.0
 */
export const sliceInDim = <X extends NdArray.Any>(
  x: X,
  startIndex: number | null,
  limitIndex: number | null,
  options: SliceInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> => {
  const { axis: given = 0, stride = 1 } = checkOptions("sliceInDim", options, knownOfSliceInDim)
  const { shape } = asArray("sliceInDim", x)
  const axis = Shape.normalizeAxis("sliceInDim", given, shape.length)
  const size = shape[axis]!
  return primitive.sliceAxis(x, axis, bound(startIndex, size, 0), bound(limitIndex, size, size), stride) as never
}

/** Options of {@link indexInDim}. @category models @since 0.1.0 */
export interface IndexInDimOptions {
  /** The first by default; negative ones count from the end. */
  readonly axis?: number | undefined
  /** Whether the axis stays, with the length 1; true by default. */
  readonly keepdims?: boolean | undefined
}

const knownOfIndexInDim: Known<IndexInDimOptions> = { axis: true, keepdims: true }

/**
 * The elements at one place along an axis, which stays with the length 1 unless `keepdims` is false.
 *
 * **Details**
 *
 * Negative places count from the end. Throws an `IndexError` for a place outside of the axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * Lax.indexInDim(x, -1, { axis: 1 }) // => [[3], [6]]
 * Lax.indexInDim(x, 0, { keepdims: false }) // => [1, 2, 3]
 * ```
 *
 * @category slices
 * @since 0.1.0
 */
export const indexInDim = <X extends NdArray.Any>(
  x: X,
  index: number,
  options: IndexInDimOptions = {}
): NdArray.NdArray<DTypeOf<X>> => {
  const { axis: given = 0, keepdims = true } = checkOptions("indexInDim", options, knownOfIndexInDim)
  const { shape } = asArray("indexInDim", x)
  const axis = Shape.normalizeAxis("indexInDim", given, shape.length)
  const size = shape[axis]!
  const at = bound(index, size, 0)
  if (!Number.isInteger(at) || at < 0 || at >= size) {
    throw new IndexError({
      operation: "indexInDim",
      message: `indexInDim: index ${index} is out of range for axis ${axis} of ${
        Aval.format(x)
      }, which has ${size} elements`
    })
  }
  const picked = primitive.sliceAxis(x, axis, at, at + 1)
  return (keepdims ? picked : primitive.reshape(picked, shape.filter((_, i) => i !== axis))) as never
}

/** Options of {@link split}. @category models @since 0.1.0 */
export interface SplitOptions {
  /** The first by default; negative ones count from the end. */
  readonly axis?: number | undefined
}

const knownOfAxis: Known<SplitOptions> = { axis: true }

/**
 * Parts of the given sizes, one after the other along an axis. Throws an `ArgumentError` for sizes that do not add up to its
 * length.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [a, b] = Lax.split(np.array([1, 2, 3]), [1, 2])
 * a // => [1]
 * b // => [2, 3]
 * ```
 *
 * @category slices
 * @since 0.1.0
 */
export const split = <X extends NdArray.Any, const N extends Ints>(
  x: X,
  sizes: N,
  options: SplitOptions = {}
): { -readonly [K in keyof N]: NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> } => {
  const { axis: given = 0 } = checkOptions("split", options, knownOfAxis)
  const { shape } = asArray("split", x)
  checkShape("split", "sizes", sizes)
  const axis = Shape.normalizeAxis("split", given, shape.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total !== shape[axis]) {
    throw new ArgumentError({
      operation: "split",
      message: `split: sizes ${list(sizes)} add up to ${total}, but axis ${axis} of ${Aval.format(x)} has ${
        shape[axis]
      } elements`
    })
  }
  let from = 0
  return sizes.map((size) => primitive.sliceAxis(x, axis, from, from += size)) as never
}

/** Options of {@link unstack} and {@link stack}. @category models @since 0.1.0 */
export interface StackOptions {
  /** The first by default; negative ones count from the end. */
  readonly axis?: number | undefined
}

/**
 * The parts along an axis, which is gone: as many as it has elements.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const [a, b] = Lax.unstack(np.array([[1, 2], [3, 4]]))
 * b // => [3, 4]
 * ```
 *
 * @category slices
 * @since 0.1.0
 */
export const unstack = <X extends NdArray.Any>(
  x: X,
  options: StackOptions = {}
): ReadonlyArray<NdArray.NdArray<DTypeOf<X>>> => {
  const { axis: given = 0 } = checkOptions("unstack", options, knownOfAxis)
  const { shape } = asArray("unstack", x)
  const axis = Shape.normalizeAxis("unstack", given, shape.length)
  const rest = shape.filter((_, i) => i !== axis)
  return Array.from(
    { length: shape[axis]! },
    (_, i) => primitive.reshape(primitive.sliceAxis(x, axis, i, i + 1), rest)
  ) as never
}

const refuseList = (operation: string, operands: unknown): never => {
  checkList(operation, "operands", operands)
  throw new ArgumentError({ operation, message: `${operation}: needs at least one array, got an empty list` })
}

/**
 * Arrays of one dtype, one after the other along an axis. Throws a `ShapeError` for arrays that differ in another axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.concatenate([np.array([1, 2]), np.array([3])], 0) // => [1, 2, 3]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const concatenate = fixed("concatenate", <D extends DType.DType>(
  operands: ReadonlyArray<NdArray.NdArray<D>>,
  dimension: number
): NdArray.NdArray<D> => {
  if (!Array.isArray(operands) || operands.length === 0) refuseList("concatenate", operands)
  return primitive.concatenate(operands.map((x) => asArray("concatenate", x)), dimension) as never
})

/**
 * Arrays of one dtype and one shape along a new axis, the first by default.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.stack([np.array([1, 2]), np.array([3, 4])], { axis: 1 }) // => [[1, 3], [2, 4]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const stack = <D extends DType.DType>(
  operands: ReadonlyArray<NdArray.NdArray<D> | number | bigint | boolean>,
  options: StackOptions = {}
): NdArray.NdArray<D> => {
  const { axis: given = 0 } = checkOptions("stack", options, knownOfAxis)
  if (!Array.isArray(operands) || operands.length === 0) refuseList("stack", operands)
  const arrays = asArrays("stack", operands)
  const axis = Shape.normalizeAxis("stack", given, arrays[0]!.shape.length + 1)
  return primitive.concatenate(
    arrays.map((x) => primitive.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)])),
    axis
  ) as never
}

/**
 * An array with a value before, after and between the elements of each axis: `[low, high, interior]`.
 *
 * **Details**
 *
 * The value is a number or a scalar of the dtype of `x`. Negative `low` and `high` crop; `interior` is 0 or more. Throws a
 * `ShapeError` unless there is an entry for each axis, and for an axis that is cropped to less than nothing.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.pad(np.array([1, 2, 3]), 0, [[1, 0, 0]]) // => [0, 1, 2, 3]
 * Lax.pad(np.array([1, 2, 3]), 0, [[-1, 1, 1]]) // => [0, 2, 0, 3, 0]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const pad = fixed("pad", <X extends NdArray.Any, V extends ArrayLike>(
  x: X,
  paddingValue: V & SameDType<X, V>,
  paddingConfig: PadParams["paddingConfig"]
): NdArray.NdArray<DTypeOf<X>, Shape.SameRank<ShapeOf<X>>> => {
  const [array, value] = asArrays("pad", [x, paddingValue])
  checkList("pad", "paddingConfig", paddingConfig)
  const wrong = paddingConfig.find((entry) => !Array.isArray(entry) || entry.length !== 3)
  if (wrong !== undefined) {
    throw new ArgumentError({
      operation: "pad",
      message: `pad: an entry of paddingConfig is [low, high, interior], got ${JSON.stringify(wrong)}`
    })
  }
  return primitive.pad(node.nodeOf(array!), value!, paddingConfig) as never
})
