/**
 * Arrays joined, repeated, cut and padded.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { castInto } from "../internal/cast.ts"
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { ravel } from "./manipulation.ts"
import { type ArrayLike, asOperand, promote, type PromoteAll, type ShapesOf } from "./operands.ts"

type Arr<D extends DType.DType, S extends Shape.Shape> = NdArray.NdArray<D, S>

/**
 * Arrays joined along an axis they have, the first by default; their dtypes are promoted.
 *
 * **Details**
 *
 * All other axes must have the same lengths: a `ShapeError` otherwise, which is a type error where the shapes are
 * known.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.concatenate([np.array([1, 2]), np.array([3])]) // => [1, 2, 3]
 * np.concatenate([np.ones([2, 3]), np.ones([2, 5])], { axis: 1 }).shape // => [2, 8]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const concatenate = <const X extends ReadonlyArray<NdArray.Any>, const A extends number = 0>(
  arrays: X & Shape.ConcatCheck<ShapesOf<X>, A>,
  options: { readonly axis?: A } = {}
): Arr<PromoteAll<X>, Shape.Concat<ShapesOf<X>, A>> => {
  if (arrays.length === 0) {
    throw new ArgumentError({ operation: "concatenate", message: "concatenate: at least one array is needed" })
  }
  const nodes = promote("concatenate", arrays)
  const axis = Shapes.normalizeAxis("concatenate", options.axis ?? 0, nodes[0]!.shape.length)
  return primitive.concatenate(nodes, axis) as never
}

/**
 * Arrays of one shape joined along a new axis, the first by default; their dtypes are promoted.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.stack([np.array([1, 2]), np.array([3, 4])]) // => [[1, 2], [3, 4]]
 * np.stack([np.array([1, 2]), np.array([3, 4])], { axis: -1 }) // => [[1, 3], [2, 4]]
 * np.stack([1, 2, 3]) // => [1, 2, 3]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const stack = <const X extends ReadonlyArray<ArrayLike>, const A extends number = 0>(
  arrays: X & Shape.StackCheck<ShapesOf<X>>,
  options: { readonly axis?: A } = {}
): Arr<PromoteAll<X>, Shape.StackMany<ShapesOf<X>, A>> => {
  if (arrays.length === 0) {
    throw new ArgumentError({ operation: "stack", message: "stack: at least one array is needed" })
  }
  const nodes = promote("stack", arrays)
  const { shape } = nodes[0]!
  const other = nodes.find((x) => x.shape.length !== shape.length || x.shape.some((n, i) => n !== shape[i]))
  if (other !== undefined) {
    throw new ShapeError({
      operation: "stack",
      message: `stack: all arrays must have one shape, got ${nodes.map((x) => Shapes.format(x.shape)).join(", ")}`
    })
  }
  const axis = Shapes.normalizeAxis("stack", options.axis ?? 0, shape.length + 1)
  const expanded = nodes.map((x) => primitive.reshape(x, [...shape.slice(0, axis), 1, ...shape.slice(axis)]))
  return primitive.concatenate(expanded, axis) as never
}

/**
 * Rows on top of one another; one-dimensional arrays are rows.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.vstack([np.array([1, 2]), np.array([[3, 4], [5, 6]])]) // => [[1, 2], [3, 4], [5, 6]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const vstack = <const X extends ReadonlyArray<NdArray.Any>>(arrays: X): Arr<PromoteAll<X>, Shape.Shape> =>
  concatenate(arrays.map((x) => x.shape.length < 2 ? primitive.reshape(x, [1, x.size]) : x)) as never

/**
 * Side by side: along axis 1, or axis 0 for scalars and one-dimensional arrays.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.hstack([np.array([1, 2]), np.array([3])]) // => [1, 2, 3]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const hstack = <const X extends ReadonlyArray<NdArray.Any>>(arrays: X): Arr<PromoteAll<X>, Shape.Shape> => {
  const lists = (arrays as ReadonlyArray<NdArray.Any>).map((x) => x.shape.length === 0 ? primitive.reshape(x, [1]) : x)
  return concatenate(lists, { axis: (lists[0]?.shape.length ?? 0) < 2 ? 0 : 1 }) as never
}

/**
 * The array repeated along its last axes, or along new ones before them.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.tile(np.array([1, 2]), 2) // => [1, 2, 1, 2]
 * np.tile(np.array([1, 2]), [2, 1]) // => [[1, 2], [1, 2]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const tile = <D extends DType.DType, S extends Shape.Shape, const R extends number | Shape.Shape>(
  x: Arr<D, S>,
  repetitions: R
): Arr<D, Shape.Tile<S, R>> => {
  const given: Shape.Shape = typeof repetitions === "number" ? [repetitions] : repetitions
  const rank = Math.max(given.length, x.shape.length)
  const times = [...new Array(rank - given.length).fill(1), ...given] as ReadonlyArray<number>
  const shape = [...new Array(rank - x.shape.length).fill(1), ...x.shape] as ReadonlyArray<number>
  Shapes.validate("tile", times)
  const spread = primitive.broadcastInDim(
    primitive.reshape(x, shape),
    shape.flatMap((n, i) => [times[i]!, n]),
    shape.map((_, i) => 2 * i + 1)
  )
  return primitive.reshape(spread, shape.map((n, i) => n * times[i]!)) as never
}

/**
 * Every element repeated the same number of times along an axis, or flattened.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.repeat(np.array([1, 2]), 2) // => [1, 1, 2, 2]
 * np.repeat(np.array([[1, 2]]), 2, { axis: 0 }) // => [[1, 2], [1, 2]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const repeat = <
  D extends DType.DType,
  S extends Shape.Shape,
  const N extends number,
  const A extends number | undefined = undefined
>(x: Arr<D, S>, times: N, options: { readonly axis?: A } = {}): Arr<D, Shape.Repeat<S, N, A>> => {
  const array: NdArray.Any = options.axis === undefined ? ravel(x) : x
  const axis = Shapes.normalizeAxis("repeat", options.axis ?? 0, array.shape.length)
  Shapes.validate("repeat", [times])
  const { shape } = array
  const spread = primitive.broadcastInDim(
    array,
    [...shape.slice(0, axis + 1), times, ...shape.slice(axis + 1)],
    shape.map((_, i) => i <= axis ? i : i + 1)
  )
  return primitive.reshape(spread, shape.map((n, i) => i === axis ? n * times : n)) as never
}

/**
 * Cut along an axis, the first by default, into equal parts, or at the given positions.
 *
 * **Details**
 *
 * Throws an `ArgumentError` for a number of parts that does not divide the length.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.split(np.arange(6), 3) // => [[0, 1], [2, 3], [4, 5]]
 * np.split(np.arange(6), [1, 4]) // => [[0], [1, 2, 3], [4, 5]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const split = <D extends DType.DType, S extends Shape.Shape, const A extends number = 0>(
  x: Arr<D, S>,
  sections: number | ReadonlyArray<number>,
  options: { readonly axis?: A } = {}
): ReadonlyArray<Arr<D, Shape.Resize<S, A, number>>> => {
  const axis = Shapes.normalizeAxis("split", options.axis ?? 0, x.shape.length)
  const size = x.shape[axis]!
  if (typeof sections === "number" && (!Number.isInteger(sections) || sections < 1 || size % sections !== 0)) {
    throw new ArgumentError({
      operation: "split",
      message:
        `split: axis ${axis} of length ${size} can't be cut into ${sections} equal parts; give a divisor, or positions`
    })
  }
  const cuts = typeof sections === "number"
    ? Array.from({ length: sections - 1 }, (_, i) => (i + 1) * size / sections)
    : sections.map((at) => Math.min(Math.max(at < 0 ? at + size : at, 0), size))
  const edges = [0, ...cuts, size]
  return edges.slice(1).map((end, i) => primitive.sliceAxis(x, axis, edges[i]!, Math.max(edges[i]!, end)) as never)
}

/**
 * Padded with a constant, 0 by default: one width, `[before, after]`, or a pair for each axis.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.pad(np.array([1, 2]), 1) // => [0, 1, 2, 0]
 * np.pad(np.array([[1, 2]]), [[0, 1], [0, 0]], { constantValues: 9 }) // => [[1, 2], [9, 9]]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const pad = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>,
  width: number | readonly [number, number] | ReadonlyArray<readonly [number, number]>,
  options: { readonly constantValues?: number | boolean } = {}
): Arr<D, Shape.SameRank<S>> => {
  const pairs = typeof width === "number"
    ? x.shape.map(() => [width, width] as const)
    : typeof width[0] === "number"
    ? x.shape.map(() => width as readonly [number, number])
    : width as ReadonlyArray<readonly [number, number]>
  if (
    pairs.length !== x.shape.length ||
    pairs.some(([a, b]) => !Number.isInteger(a) || !Number.isInteger(b) || a < 0 || b < 0)
  ) {
    throw new ArgumentError({
      operation: "pad",
      message: `pad: widths must be whole numbers of 0 or more, a pair for each of the ${x.shape.length} axes, got ${
        JSON.stringify(width)
      }`
    })
  }
  const value = castInto("pad", asOperand("pad", options.constantValues ?? (x.dtype === "bool" ? false : 0)), x.dtype)
  return primitive.pad(x, node.nodeOf(value), pairs.map(([low, high]) => [low, high, 0] as const)) as never
}
