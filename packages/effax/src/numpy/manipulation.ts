/**
 * Shapes changed, axes moved, arrays joined and split.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import * as node from "../internal/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  broadcastTo as broadcastArray,
  cast,
  type DTypeOf,
  promote,
  type PromoteAll,
  type ShapeOf,
  type ShapesOf
} from "./operands.ts"

type Arr<D extends DType.DType, S extends Shape.Shape> = NdArray.NdArray<D, S>

/**
 * The same elements in another shape; one length may be -1, and is computed.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.reshape(np.arange(6), [2, -1]).shape // => [2, 3]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const reshape: {
  <const New extends Shape.Shape>(
    shape: New
  ): <D extends DType.DType, S extends Shape.Shape>(
    x: Arr<D, S> & Shape.ReshapeCheck<S, New>
  ) => Arr<D, Shape.Reshape<S, New>>
  <D extends DType.DType, S extends Shape.Shape, const New extends Shape.Shape>(
    x: Arr<D, S>,
    shape: New & Shape.ReshapeCheck<S, New>
  ): Arr<D, Shape.Reshape<S, New>>
} = ((...args: [NdArray.Any, Shape.Shape] | [Shape.Shape]) =>
  args.length === 1
    ? (x: NdArray.Any) => primitive.reshape(x, Shapes.inferReshape("reshape", x.shape, args[0]))
    : primitive.reshape(args[0], Shapes.inferReshape("reshape", args[0].shape, args[1]))) as never

/** All elements in one axis. @category shape @since 0.1.0 */
export const ravel = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>
): Arr<D, readonly [Shape.Size<S>]> => primitive.reshape(x, [x.size]) as never

/** A new axis of length 1. @category shape @since 0.1.0 */
export const expandDims: {
  <const A extends number>(
    axis: A
  ): <D extends DType.DType, S extends Shape.Shape>(x: Arr<D, S>) => Arr<D, Shape.ExpandDims<S, A>>
  <D extends DType.DType, S extends Shape.Shape, const A extends number>(
    x: Arr<D, S>,
    axis: A
  ): Arr<D, Shape.ExpandDims<S, A>>
} = ((...args: [NdArray.Any, number] | [number]) => {
  const expand = (x: NdArray.Any, axis: number) => {
    const at = Shapes.normalizeAxis("expandDims", axis, x.shape.length + 1)
    return primitive.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
  }
  return args.length === 1 ? (x: NdArray.Any) => expand(x, args[0]) : expand(args[0], args[1])
}) as never

/** Without axes of length 1: all of them, or those given. @category shape @since 0.1.0 */
export const squeeze = <D extends DType.DType, S extends Shape.Shape, const A extends Shape.Axes = undefined>(
  x: Arr<D, S> & Shape.SqueezeCheck<S, A>,
  options: { readonly axis?: A } = {}
): Arr<D, Shape.Squeeze<S, A>> => {
  const { shape } = x as NdArray.Any
  const axes = options.axis === undefined || options.axis === null
    ? shape.flatMap((n, axis) => n === 1 ? [axis] : [])
    : Shapes.normalizeAxes("squeeze", options.axis, shape.length)
  const wrong = axes.find((axis) => shape[axis] !== 1)
  if (wrong !== undefined) {
    throw new ShapeError({
      operation: "squeeze",
      message: `squeeze: axis ${wrong} of ${Shapes.format(shape)} has length ${
        shape[wrong]
      }; only axes of length 1 can go`
    })
  }
  return primitive.reshape(x, shape.filter((_, axis) => !axes.includes(axis))) as never
}

/** Axes in another order; reversed by default. @category shape @since 0.1.0 */
export const transpose: {
  <D extends DType.DType, S extends Shape.Shape, const O extends ReadonlyArray<number> | undefined = undefined>(
    x: Arr<D, S>,
    axes?: O
  ): Arr<D, Shape.Transpose<S, O>>
} = (x: NdArray.Any, axes?: ReadonlyArray<number>): never => {
  const { length } = x.shape
  if (axes === undefined) return primitive.transpose(x, x.shape.map((_, i) => length - 1 - i)) as never
  if (axes.length !== length) {
    throw new ShapeError({
      operation: "transpose",
      message: `transpose: ${axes.length} axes given for an array of shape ${
        Shapes.format(x.shape)
      }; name each axis once`
    })
  }
  return primitive.transpose(x, Shapes.normalizeAxes("transpose", axes, length)) as never
}

/** The last two axes exchanged. @category shape @since 0.1.0 */
export const matrixTranspose = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>
): Arr<D, Shape.Swap<S, -1, -2>> => swapaxes(x, -1, -2)

/** Two axes exchanged. @category shape @since 0.1.0 */
export const swapaxes = <
  D extends DType.DType,
  S extends Shape.Shape,
  const A extends number,
  const B extends number
>(x: Arr<D, S>, a: A, b: B): Arr<D, Shape.Swap<S, A, B>> => {
  const [i, k] = [a, b].map((axis) => Shapes.normalizeAxis("swapaxes", axis, x.shape.length)) as [number, number]
  return primitive.transpose(x, x.shape.map((_, axis) => axis === i ? k : axis === k ? i : axis)) as never
}

/** Axes moved to other positions; the rest keep their order. @category shape @since 0.1.0 */
export const moveaxis = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>,
  source: number | ReadonlyArray<number>,
  destination: number | ReadonlyArray<number>
): Arr<D, Shape.SameRank<S>> => {
  const from = Shapes.normalizeAxes("moveaxis", source, x.shape.length)
  const to = Shapes.normalizeAxes("moveaxis", destination, x.shape.length)
  if (from.length !== to.length) {
    throw new ArgumentError({
      operation: "moveaxis",
      message: `moveaxis: ${from.length} source axes and ${to.length} destination axes; give as many of both`
    })
  }
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis))
  const order: Array<number> = new Array(x.shape.length).fill(-1)
  to.forEach((axis, i) => {
    order[axis] = from[i]!
  })
  return primitive.transpose(x, order.map((axis) => axis === -1 ? rest.shift()! : axis)) as never
}

/** Repeated along new axes and axes of length 1. @category shape @since 0.1.0 */
export const broadcastTo = <X extends ArrayLike, const S extends Shape.Shape>(
  x: X,
  shape: S & Shape.BroadcastToCheck<ShapeOf<X>, S>
): Arr<DTypeOf<X>, S> => {
  const array = asArray("broadcastTo", x)
  const sizes = Shapes.validate("broadcastTo", shape)
  const joint = Shapes.broadcast("broadcastTo", [array.shape, sizes])
  if (joint.length !== sizes.length || joint.some((n, i) => n !== sizes[i])) {
    throw new ShapeError({
      operation: "broadcastTo",
      message: `broadcastTo: an array of shape ${Shapes.format(array.shape)} can't be broadcast to ${
        Shapes.format(sizes)
      }`
    })
  }
  return broadcastArray(array, sizes) as never
}

/** Arrays broadcast to their common shape. @category shape @since 0.1.0 */
export const broadcastArrays = (arrays: ReadonlyArray<ArrayLike>): ReadonlyArray<NdArray.Any> => {
  const nodes = broadcast("broadcastArrays", arrays.map((x) => asArray("broadcastArrays", x)))
  const shape = nodes.find((x) => x.shape.length > 0)?.shape ?? []
  return nodes.map((x) => broadcastArray(x, shape))
}

/** In reverse order along axes; all of them by default. @category order @since 0.1.0 */
export const flip = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>,
  options: { readonly axis?: Shape.Axes } = {}
): Arr<D, S> => primitive.rev(x, Shapes.normalizeAxes("flip", options.axis, x.shape.length)) as never

/** Rolled along an axis, or flattened, with what leaves one end entering at the other. @category order @since 0.1.0 */
export const roll = <D extends DType.DType, S extends Shape.Shape>(
  x: Arr<D, S>,
  shift: number,
  options: { readonly axis?: number } = {}
): Arr<D, S> => {
  if (options.axis === undefined) {
    return primitive.reshape(roll(ravel(x), shift, { axis: 0 }), x.shape) as never
  }
  const axis = Shapes.normalizeAxis("roll", options.axis, x.shape.length)
  const size = x.shape[axis]!
  if (size === 0) return x
  const at = (((-shift) % size) + size) % size
  return primitive.concatenate([
    primitive.sliceAxis(x, axis, at, size),
    primitive.sliceAxis(x, axis, 0, at)
  ], axis) as never
}

// --- joining --------------------------------------------------------------------------------------------------------

/** Arrays joined along an axis they have; their dtypes are promoted. @category joining @since 0.1.0 */
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

/** Arrays of one shape joined along a new axis. @category joining @since 0.1.0 */
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

/** Rows on top of one another; one-dimensional arrays are rows. @category joining @since 0.1.0 */
export const vstack = <const X extends ReadonlyArray<NdArray.Any>>(arrays: X): Arr<PromoteAll<X>, Shape.Shape> =>
  concatenate(arrays.map((x) => x.shape.length < 2 ? primitive.reshape(x, [1, x.size]) : x)) as never

/** Side by side: along axis 1, or axis 0 for scalars and one-dimensional arrays. @category joining @since 0.1.0 */
export const hstack = <const X extends ReadonlyArray<NdArray.Any>>(arrays: X): Arr<PromoteAll<X>, Shape.Shape> => {
  const lists = (arrays as ReadonlyArray<NdArray.Any>).map((x) => x.shape.length === 0 ? primitive.reshape(x, [1]) : x)
  return concatenate(lists, { axis: (lists[0]?.shape.length ?? 0) < 2 ? 0 : 1 }) as never
}

/** The array repeated along its axes. @category joining @since 0.1.0 */
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

/** Every element repeated the same number of times along an axis, or flattened. @category joining @since 0.1.0 */
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

/** Cut along an axis into equal parts, or at the given positions. @category joining @since 0.1.0 */
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

/** Padded with a constant: one width, `[before, after]`, or a pair for each axis. @category joining @since 0.1.0 */
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
  const value = cast("pad", asArray("pad", options.constantValues ?? (x.dtype === "bool" ? false : 0)), x.dtype, false)
  return primitive.pad(x, node.nodeOf(value), pairs.map(([low, high]) => [low, high, 0] as const)) as never
}
