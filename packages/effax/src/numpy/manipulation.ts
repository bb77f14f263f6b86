/**
 * Shapes changed and axes moved.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import type { Behind, Last } from "../internal/types/dataLast.ts"
import { fixed } from "../lax/operands.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import {
  type ArrayLike,
  asArray,
  broadcast,
  broadcastTo as broadcastArray,
  type DTypeOf,
  type ShapeOf,
  type ShapesOf,
  type Values
} from "./operands.ts"

/** Row by row (C), or column by column (Fortran). */
type Order = "C" | "F"

/**
 * In which order elements are read and written.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderOptions {
  /** `"C"`, the default, where the last axis changes fastest; `"F"`, where the first does. */
  readonly order?: Order
}

const knownOfOrder: Known<OrderOptions> = { order: true }

const orders: { readonly [O in Order]: true } = { C: true, F: true }

const orderOf = (operation: string, options: OrderOptions): Order =>
  checkChoice(operation, "order", checkOptions(operation, options, knownOfOrder).order ?? "C", orders)

const reversed = (x: NdArray.Any): NdArray.Any => primitive.transpose(x, x.shape.map((_, i) => x.shape.length - 1 - i))

/** Reshaped; in Fortran's order that is C's order of the reversed axes. */
const reshaped = (x: NdArray.Any, shape: Shape.Shape, order: Order): NdArray.Any => {
  const sizes = Shapes.inferReshape("reshape", x.shape, shape)
  return order === "C" ? primitive.reshape(x, sizes) : reversed(primitive.reshape(reversed(x), sizes.toReversed()))
}

/**
 * The same elements, in row-major order, in another shape; one length may be -1, and is computed.
 *
 * **Details**
 *
 * Data first, `np.reshape(x, shape)`, or last, `x.pipe(np.reshape(shape))`. `order: "F"` reads and writes elements column
 * by column. Throws a `ShapeError` where the sizes differ, which is a type error where both shapes are known.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.reshape(np.arange(6), [2, 3]) // => [[0, 1, 2], [3, 4, 5]]
 * np.reshape(np.arange(6), [2, 3], { order: "F" }) // => [[0, 2, 4], [1, 3, 5]]
 * np.reshape(np.arange(6), [3, -1]).shape // => [3, 2]
 * np.arange(4).pipe(np.reshape([2, 2])) // => [[0, 1], [2, 3]]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const reshape: {
  <const New extends Shape.Shape>(
    shape: New,
    options?: OrderOptions
  ): Last<
    New,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & Shape.ReshapeCheck<S, New>
    ) => NdArray.NdArray<D, Shape.Reshape<S, New>>
  >
  <D extends DType.DType, S extends Shape.Shape, const New extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    shape: New & Shape.ReshapeCheck<S, New>,
    options?: OrderOptions
  ): NdArray.NdArray<D, Shape.Reshape<S, New>>
} = dualWithOptions(
  "reshape",
  2,
  knownOfOrder,
  (x: ArrayLike, shape: Shape.Shape, options: OrderOptions) =>
    reshaped(asArray("reshape", x), shape, orderOf("reshape", options)),
  (options) => void orderOf("reshape", options)
)

/**
 * All elements in one axis, row by row, or with `order: "F"` column by column.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.ravel(np.array([[1, 2], [3, 4]])) // => [1, 2, 3, 4]
 * np.ravel(np.array([[1, 2], [3, 4]]), { order: "F" }) // => [1, 3, 2, 4]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const ravel: {
  (
    options: Behind<OrderOptions>
  ): <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values
  ) => NdArray.NdArray<D, readonly [Shape.Size<S>]>
  <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    options?: OrderOptions
  ): NdArray.NdArray<D, readonly [Shape.Size<S>]>
} = dualWithOptions(
  "ravel",
  1,
  knownOfOrder,
  (x: ArrayLike, options: OrderOptions) => {
    const array = asArray("ravel", x)
    return primitive.reshape(orderOf("ravel", options) === "C" ? array : reversed(array), [array.size])
  }
)

/**
 * A new axis of length 1, at the place that it then has.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.expandDims(np.ones([2, 3]), 1).shape // => [2, 1, 3]
 * np.expandDims(np.ones([2, 3]), -1).shape // => [2, 3, 1]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const expandDims: {
  <const A extends number>(
    axis: A
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S> | Values
    ) => NdArray.NdArray<D, Shape.ExpandDims<S, A>>
  >
  <D extends DType.DType, S extends Shape.Shape, const A extends number>(
    x: NdArray.NdArray<D, S> | Values,
    axis: A
  ): NdArray.NdArray<D, Shape.ExpandDims<S, A>>
} = dual("expandDims", 2, (given: ArrayLike, axis: number) => {
  const x = asArray("expandDims", given)
  const at = Shapes.normalizeAxis("expandDims", axis, x.shape.length + 1)
  return primitive.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}, (axis: number) => {
  if (!Number.isInteger(axis)) Shapes.normalizeAxis("expandDims", axis, 1)
})

/**
 * Which axis a function works along, or which axes.
 *
 * @category models
 * @since 0.1.0
 */
export interface AxisOptions<A> {
  readonly axis?: A
}

/** The options of functions that take an axis and nothing else. */
export const knownOfAxis: Known<AxisOptions<unknown>> = { axis: true }

/**
 * Without axes of length 1: all of them, or those given.
 *
 * **Details**
 *
 * Throws a `ShapeError` for an axis of another length.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.squeeze(np.ones([1, 2, 1])).shape // => [2]
 * np.squeeze(np.ones([1, 2, 1]), { axis: 0 }).shape // => [2, 1]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const squeeze: {
  <const A extends Shape.Axes = undefined>(
    options: Behind<AxisOptions<A>>
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & Shape.SqueezeCheck<S, A>
    ) => NdArray.NdArray<D, Shape.Squeeze<S, A>>
  >
  <D extends DType.DType, S extends Shape.Shape, const A extends Shape.Axes = undefined>(
    x: (NdArray.NdArray<D, S> | Values) & Shape.SqueezeCheck<S, A>,
    options?: AxisOptions<A>
  ): NdArray.NdArray<D, Shape.Squeeze<S, A>>
} = dualWithOptions("squeeze", 1, knownOfAxis, (given: ArrayLike, options: AxisOptions<Shape.Axes>) => {
  const x = asArray("squeeze", given)
  const { shape } = x
  const { axis: wanted } = options
  const axes = wanted === undefined || wanted === null
    ? shape.flatMap((n, axis) => n === 1 ? [axis] : [])
    : Shapes.normalizeAxes("squeeze", wanted, shape.length)
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
})

/**
 * Axes in another order; reversed by default.
 *
 * **Details**
 *
 * `axes[i]` is the axis of `x` that becomes axis `i`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.transpose(np.array([[1, 2, 3], [4, 5, 6]])) // => [[1, 4], [2, 5], [3, 6]]
 * np.transpose(np.ones([2, 3, 4]), [1, 2, 0]).shape // => [3, 4, 2]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const transpose: {
  <D extends DType.DType, S extends Shape.Shape, const O extends ReadonlyArray<number> | undefined = undefined>(
    x: NdArray.NdArray<D, S> | Values,
    axes?: O
  ): NdArray.NdArray<D, Shape.Transpose<S, O>>
} = (given: ArrayLike, axes?: ReadonlyArray<number>): never => {
  const x = asArray("transpose", given)
  const { length } = x.shape
  if (axes !== undefined && !Array.isArray(axes)) {
    throw new ArgumentError({
      operation: "transpose",
      message: "transpose: expected a list of all axes in their new order, as in `np.transpose(x, [1, 0])`"
    })
  }
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

/**
 * The last two axes exchanged.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.matrixTranspose(np.ones([5, 2, 3])).shape // => [5, 3, 2]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const matrixTranspose: <D extends DType.DType, S extends Shape.Shape>(
  x: NdArray.NdArray<D, S> | Values
) => NdArray.NdArray<D, Shape.Swap<S, -1, -2>> = fixed(
  "matrixTranspose",
  (x: ArrayLike) => swapped("matrixTranspose", x, -1, -2) as never
)

/**
 * Two axes exchanged.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.swapaxes(np.ones([2, 3, 4]), 0, -1).shape // => [4, 3, 2]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const swapaxes: {
  <const A extends number, const B extends number>(
    a: A,
    b: B
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S> | Values
    ) => NdArray.NdArray<D, Shape.Swap<S, A, B>>
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const A extends number,
    const B extends number
  >(
    x: NdArray.NdArray<D, S> | Values,
    a: A,
    b: B
  ): NdArray.NdArray<D, Shape.Swap<S, A, B>>
} = dual("swapaxes", 3, (x: ArrayLike, a: number, b: number) => swapped("swapaxes", x, a, b))

const swapped = (operation: string, given: ArrayLike, a: number, b: number): NdArray.Any => {
  const x = asArray(operation, given)
  const [i, k] = [a, b].map((axis) => Shapes.normalizeAxis(operation, axis, x.shape.length)) as [number, number]
  return primitive.transpose(x, x.shape.map((_, axis) => axis === i ? k : axis === k ? i : axis))
}

/**
 * Axes moved to other positions; the rest keep their order.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape // => [3, 4, 2]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const moveaxis: {
  <const A extends number | ReadonlyArray<number>, const B extends number | ReadonlyArray<number>>(
    source: A,
    destination: B
  ): Last<
    A,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S> | Values
    ) => NdArray.NdArray<D, Shape.Move<S, A, B>>
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const A extends number | ReadonlyArray<number>,
    const B extends number | ReadonlyArray<number>
  >(
    x: NdArray.NdArray<D, S> | Values,
    source: A,
    destination: B
  ): NdArray.NdArray<D, Shape.Move<S, A, B>>
} = dual(
  "moveaxis",
  3,
  (given: ArrayLike, source: number | ReadonlyArray<number>, destination: number | ReadonlyArray<number>) => {
    const x = asArray("moveaxis", given)
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
)

/**
 * Repeated along new axes and axes of length 1.
 *
 * **Details**
 *
 * Shapes are aligned at the last axis, as NumPy's are. Throws a `ShapeError` for shapes that do not fit.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.broadcastTo(np.array([1, 2]), [2, 2]) // => [[1, 2], [1, 2]]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const broadcastTo: {
  <const S extends Shape.Shape>(
    shape: S
  ): Last<S, <X extends ArrayLike>(x: X & Shape.BroadcastToCheck<ShapeOf<X>, S>) => NdArray.NdArray<DTypeOf<X>, S>>
  <X extends ArrayLike, const S extends Shape.Shape>(
    x: X,
    shape: S & Shape.BroadcastToCheck<ShapeOf<X>, S>
  ): NdArray.NdArray<DTypeOf<X>, S>
} = dual("broadcastTo", 2, (x: ArrayLike, shape: Shape.Shape) => {
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
})

/**
 * Arrays broadcast to their common shape.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.broadcastArrays([np.ones([2, 1]), np.zeros([3])]).map((x) => x.shape) // => [[2, 3], [2, 3]]
 * ```
 *
 * @category shape
 * @since 0.1.0
 */
export const broadcastArrays: {
  <const X extends ReadonlyArray<ArrayLike>>(
    arrays: X
  ): { readonly [K in keyof X]: NdArray.NdArray<DTypeOf<X[K]>, Shape.BroadcastMany<ShapesOf<X>>> }
} = (arrays: ReadonlyArray<ArrayLike>): never => {
  const nodes = broadcast("broadcastArrays", arrays.map((x) => asArray("broadcastArrays", x)))
  const shape = nodes.find((x) => x.shape.length > 0)?.shape ?? []
  return nodes.map((x) => broadcastArray(x, shape)) as never
}

/**
 * In reverse order along axes; all of them by default.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.flip(np.array([[1, 2], [3, 4]]), { axis: 0 }) // => [[3, 4], [1, 2]]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const flip: {
  (
    options: Behind<AxisOptions<Shape.Axes>>
  ): <D extends DType.DType, S extends Shape.Shape>(x: NdArray.NdArray<D, S> | Values) => NdArray.NdArray<D, S>
  <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    options?: AxisOptions<Shape.Axes>
  ): NdArray.NdArray<D, S>
} = dualWithOptions("flip", 1, knownOfAxis, (given: ArrayLike, options: AxisOptions<Shape.Axes>) => {
  const { axis } = options
  const x = asArray("flip", given)
  return primitive.rev(x, Shapes.normalizeAxes("flip", axis, x.shape.length)) as never
})

/** Rolled along one axis: what leaves one end enters at the other. */
const rollAxis = (x: NdArray.Any, shift: number, axis: number): NdArray.Any => {
  const size = x.shape[axis]!
  if (size === 0) return x
  const at = (((-shift) % size) + size) % size
  return primitive.concatenate([primitive.sliceAxis(x, axis, at, size), primitive.sliceAxis(x, axis, 0, at)], axis)
}

/**
 * Rolled along axes, or flattened, with what leaves one end entering at the other: one shift for all axes, or one for
 * each.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.roll(np.array([1, 2, 3, 4]), 1) // => [4, 1, 2, 3]
 * ```
 *
 * @category order
 * @since 0.1.0
 */
export const roll: {
  (
    shift: number | ReadonlyArray<number>,
    options?: AxisOptions<Shape.Axes>
  ): <D extends DType.DType, S extends Shape.Shape>(x: NdArray.NdArray<D, S> | Values) => NdArray.NdArray<D, S>
  <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    shift: number | ReadonlyArray<number>,
    options?: AxisOptions<Shape.Axes>
  ): NdArray.NdArray<D, S>
} = dualWithOptions(
  "roll",
  2,
  knownOfAxis,
  (given: ArrayLike, shift: number | ReadonlyArray<number>, options: AxisOptions<Shape.Axes>) => {
    const { axis } = options
    const x = asArray("roll", given)
    const shifts = typeof shift === "number" ? [shift] : shift
    const isFlat = axis === undefined || axis === null
    const axes = isFlat
      ? [0]
      : [axis].flat().map((a) => Shapes.normalizeAxis("roll", a, x.shape.length))
    if (!Array.isArray(shifts)) {
      throw new ArgumentError({
        operation: "roll",
        message: "roll: expected a whole number or a list of them, how far to roll, before the options"
      })
    }
    const wrong = shifts.find((n) => !Number.isInteger(n))
    if (wrong !== undefined || shifts.length !== axes.length && shifts.length !== 1 && axes.length !== 1) {
      throw new ArgumentError({
        operation: "roll",
        message: wrong !== undefined
          ? `roll: shifts must be whole numbers, got ${wrong}`
          : `roll: ${shifts.length} shifts for ${axes.length} axes; give one, or as many as there are axes`
      })
    }
    let rolled: NdArray.Any = isFlat ? ravel(x) : x
    for (let i = 0; i < Math.max(shifts.length, axes.length); i++) {
      rolled = rollAxis(rolled, shifts.length === 1 ? shifts[0]! : shifts[i]!, axes.length === 1 ? axes[0]! : axes[i]!)
    }
    return primitive.reshape(rolled, x.shape) as never
  }
)
