/**
 * Arrays under other shapes: broadcast, reshaped, transposed. Axes count from 0, as in JAX's `lax`; negative ones are taken
 * only where the documentation says so.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkInteger, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { checkList, checkShape, count, type Ints, list, range } from "../primitive/rule.ts"
import * as primitive from "../primitive/structural.ts"
import * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, type DTypeOf, fixed, type ShapeOf } from "./operands.ts"

/**
 * Copies along new leading axes: the shape is `[...sizes, ...x.shape]`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.broadcast(np.array([1, 2]), [3]) // => [[1, 2], [1, 2], [1, 2]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const broadcast = fixed("broadcast", <X extends ArrayLike, const N extends Shape.Shape>(
  x: X,
  sizes: N
): NdArray.NdArray<DTypeOf<X>, readonly [...N, ...ShapeOf<X>]> => {
  checkShape("broadcast", "sizes", sizes)
  const array = asArray("broadcast", x)
  return primitive.broadcastInDim(
    array,
    [...sizes, ...array.shape],
    range(array.shape.length, sizes.length)
  ) as never
})

/**
 * Copies along any axes: axis `i` of `x` becomes axis `broadcastDimensions[i]` of the result, and is stretched where it has
 * the length 1.
 *
 * **Details**
 *
 * `broadcastDimensions` has an entry for each axis of `x`, and they increase. Throws an `AxisError` where they don't, and a
 * `ShapeError` for an axis that is neither 1 nor as long as the shape says.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.broadcastInDim(np.array([1, 2]), [2, 3], [0]) // => [[1, 1, 1], [2, 2, 2]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const broadcastInDim = fixed("broadcastInDim", <X extends ArrayLike, const N extends Shape.Shape>(
  x: X,
  shape: N,
  broadcastDimensions: Ints
): NdArray.NdArray<DTypeOf<X>, N> =>
  primitive.broadcastInDim(asArray("broadcastInDim", x), shape, broadcastDimensions) as never)

type BroadcastAll<Shapes extends ReadonlyArray<Shape.Shape>, Sofar extends Shape.Shape = readonly []> = Shapes extends
  readonly [infer H extends Shape.Shape, ...infer R extends ReadonlyArray<Shape.Shape>]
  ? BroadcastAll<R, Shape.Broadcast<Sofar, H>>
  : number extends Shapes["length"] ? Shape.Shape
  : Sofar

/**
 * The shape that shapes broadcast to, by NumPy's rule. Throws a `ShapeError` for shapes that do not.
 *
 * @example
 * ```ts
 * import { Lax } from "effax"
 *
 * Lax.broadcastShapes([2, 1], [3]) // => [2, 3]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const broadcastShapes = <const Shapes extends ReadonlyArray<Shape.Shape>>(
  ...shapes: Shapes
): BroadcastAll<Shapes> => {
  for (const shape of shapes) checkShape("broadcastShapes", "a shape", shape)
  return Shape.broadcast("broadcastShapes", shapes) as never
}

/**
 * An array with leading axes of length 1, up to as many axes as `rank` says; one of as many or more is left as it is.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.broadcastToRank(np.array([1, 2]), 3) // => [[[1, 2]]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const broadcastToRank = fixed(
  "broadcastToRank",
  <X extends ArrayLike>(x: X, rank: number): NdArray.NdArray<DTypeOf<X>> => {
    const array = asArray("broadcastToRank", x)
    const missing = Math.max(0, checkInteger("broadcastToRank", "rank", rank) - array.shape.length)
    return primitive.reshape(array, [...Array<number>(missing).fill(1), ...array.shape]) as never
  }
)

/** Options of {@link reshape}. @category models @since 0.1.0 */
export interface ReshapeOptions {
  /** The order in which the axes of the operand are read; as they are by default. */
  readonly dimensions?: Ints | undefined
}

const knownOfReshape: Known<ReshapeOptions> = { dimensions: true }

/**
 * The same elements in row-major order under another shape.
 *
 * **Details**
 *
 * Throws a `ShapeError` for a shape with another number of elements. All sizes are given: `np.reshape` infers one that is -1.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([[1, 2, 3], [4, 5, 6]])
 * Lax.reshape(x, [3, 2]) // => [[1, 2], [3, 4], [5, 6]]
 * Lax.reshape(x, [6], { dimensions: [1, 0] }) // => [1, 4, 2, 5, 3, 6]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const reshape = <X extends ArrayLike, const N extends Shape.Shape>(
  x: X,
  newSizes: N,
  options: ReshapeOptions = {}
): NdArray.NdArray<DTypeOf<X>, N> => {
  const { dimensions } = checkOptions("reshape", options, knownOfReshape)
  const array = asArray("reshape", x)
  return primitive.reshape(dimensions === undefined ? array : primitive.transpose(array, dimensions), newSizes) as never
}

/** Options of {@link collapse}. @category models @since 0.1.0 */
export interface CollapseOptions {
  /** The axis before which to stop: all that follow by default. Negative ones count from the end. */
  readonly stopDimension?: number | undefined
}

const knownOfCollapse: Known<CollapseOptions> = { stopDimension: true }

/**
 * The axes from `startDimension` to before `stopDimension` as one. Negative ones count from the end.
 *
 * **Details**
 *
 * Throws an `AxisError` for axes that the array does not have, and an `ArgumentError` where `stopDimension` is not behind `startDimension`.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.collapse(np.ones([2, 3, 4]), 1).shape // => [2, 12]
 * Lax.collapse(np.ones([2, 3, 4]), 0, { stopDimension: 2 }).shape // => [6, 4]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const collapse = <X extends NdArray.Any>(
  x: X,
  startDimension: number,
  options: CollapseOptions = {}
): NdArray.NdArray<DTypeOf<X>> => {
  const operation = "collapse"
  const { stopDimension } = checkOptions(operation, options, knownOfCollapse)
  const { shape } = asArray(operation, x)
  const start = Shape.normalizeAxis(operation, startDimension, shape.length)
  const stop = stopDimension === undefined || stopDimension === shape.length
    ? shape.length
    : Shape.normalizeAxis(operation, stopDimension, shape.length)
  if (stop <= start) {
    throw new ArgumentError({
      operation,
      message: `${operation}: the stopDimension ${stopDimension} must be behind the startDimension ${startDimension}`
    })
  }
  return primitive.reshape(x, [
    ...shape.slice(0, start),
    count(shape.slice(start, stop)),
    ...shape.slice(stop)
  ]) as never
}

/**
 * New axes of length 1, at the places that they have in the result; negative ones count from its end.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.expandDims(np.ones([2, 3]), [0, -1]).shape // => [1, 2, 3, 1]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const expandDims = fixed(
  "expandDims",
  <X extends ArrayLike>(x: X, dimensions: Ints): NdArray.NdArray<DTypeOf<X>> => {
    checkList("expandDims", "dimensions", dimensions)
    const array = asArray("expandDims", x)
    const rank = array.shape.length + dimensions.length
    const axes = Shape.normalizeAxes("expandDims", dimensions, rank)
    const sizes = [...array.shape]
    return primitive.reshape(array, range(rank).map((axis) => axes.includes(axis) ? 1 : sizes.shift()!)) as never
  }
)

/**
 * An array without axes of length 1; negative ones count from the end. Throws a `ShapeError` for an axis of another length.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.squeeze(np.ones([1, 2, 1]), [0]).shape // => [2, 1]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const squeeze = fixed("squeeze", <X extends ArrayLike, const A extends Ints>(
  x: X,
  dimensions: A
): NdArray.NdArray<DTypeOf<X>, Shape.Reduce<ShapeOf<X>, A>> => {
  checkList("squeeze", "dimensions", dimensions)
  const array = asArray("squeeze", x)
  const axes = Shape.normalizeAxes("squeeze", dimensions, array.shape.length)
  const long = axes.find((axis) => array.shape[axis] !== 1)
  if (long !== undefined) {
    throw new ShapeError({
      operation: "squeeze",
      message: `squeeze: dimensions ${list(dimensions)} must have the length 1, but axis ${long} of ${
        Aval.format(array)
      } has ${array.shape[long]}`
    })
  }
  return primitive.reshape(array, array.shape.filter((_, axis) => !axes.includes(axis))) as never
})

/**
 * Axis `i` of the result is axis `permutation[i]` of the operand.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.transpose(np.array([[1, 2], [3, 4]]), [1, 0]) // => [[1, 3], [2, 4]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const transpose = fixed("transpose", <X extends ArrayLike, const P extends Ints>(
  x: X,
  permutation: P
): NdArray.NdArray<DTypeOf<X>, Shape.Transpose<ShapeOf<X>, P>> =>
  primitive.transpose(asArray("transpose", x), permutation) as never)

/**
 * The elements in reverse order along axes.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.rev(np.array([[1, 2], [3, 4]]), [1]) // => [[2, 1], [4, 3]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const rev = fixed("rev", <X extends ArrayLike>(
  x: X,
  dimensions: Ints
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => primitive.rev(asArray("rev", x), dimensions) as never)

/**
 * Copies one after the other along each axis, as many as `reps` has for it. Throws a `ShapeError` where `reps` has not an
 * entry for each axis.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.tile(np.array([1, 2]), [2]) // => [1, 2, 1, 2]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const tile = fixed("tile", <X extends NdArray.Any>(x: X, reps: Ints): NdArray.NdArray<
  DTypeOf<X>,
  Shape.SameRank<ShapeOf<X>>
> => {
  checkShape("tile", "reps", reps)
  const { shape } = asArray("tile", x)
  if (reps.length !== shape.length) {
    throw new ShapeError({
      operation: "tile",
      message: `tile: reps ${list(reps)} must have one entry for each axis of ${Aval.format(x)}`
    })
  }
  const copies = primitive.broadcastInDim(
    x,
    shape.flatMap((n, axis) => [reps[axis]!, n]),
    shape.map((_, i) => 2 * i + 1)
  )
  return primitive.reshape(copies, shape.map((n, axis) => n * reps[axis]!)) as never
})

/**
 * An array repeated to the shape of another, by NumPy's rules.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.broadcastLike(np.array([1, 2, 3]), np.zeros([2, 3])) // => [[1, 2, 3], [1, 2, 3]]
 * ```
 *
 * @category shapes
 * @since 0.1.0
 */
export const broadcastLike = fixed("broadcastLike", <X extends ArrayLike, Y extends ArrayLike>(
  x: X,
  like: Y
): NdArray.NdArray<DTypeOf<X>, ShapeOf<Y>> => {
  const [array, other] = [asArray("broadcastLike", x), asArray("broadcastLike", like)]
  const from = other.shape.length - array.shape.length
  if (from < 0 || array.shape.some((n, axis) => n !== 1 && n !== other.shape[from + axis])) {
    throw new ShapeError({
      operation: "broadcastLike",
      message: `broadcastLike: ${list(array.shape)} can't be broadcast to ${list(other.shape)}`
    })
  }
  return primitive.broadcastInDim(array, other.shape, range(array.shape.length, from)) as never
})
