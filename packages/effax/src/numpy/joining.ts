/**
 * Arrays joined, repeated and cut.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dual, dualWithOptions } from "../internal/arguments/dual.ts"
import { checkOptions, type Known, knownOfDType } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import type { WithDType } from "./literals.ts"
import { type AxisOptions, knownOfAxis, ravel } from "./manipulation.ts"
import { type ArrayLike, asArray, asDType, promote, type PromoteAll, type ShapesOf, type Values } from "./operands.ts"

/**
 * How arrays are joined.
 *
 * @category models
 * @since 0.1.0
 */
export interface JoinOptions<A extends number | null, D extends DType.DType> {
  /** The first by default. */
  readonly axis?: A
  /** The dtype of the result; by default the one that the arrays promote to. */
  readonly dtype?: D
}

const knownOfJoin: Known<JoinOptions<number | null, DType.DType>> = { axis: true, dtype: true }

/** All arrays in the dtype that is wanted, or else in the one that they promote to. */
const converted = (
  operation: string,
  arrays: ReadonlyArray<ArrayLike>,
  dtype: DType.DType | undefined
): ReadonlyArray<NdArray.Any> => {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new ArgumentError({ operation, message: `${operation}: expected a list of arrays, with one in it at least` })
  }
  return dtype === undefined
    ? promote(operation, arrays)
    : arrays.map((x) => asDType(operation, x, dtype))
}

/**
 * Arrays joined along an axis they have, the first by default; their dtypes are promoted.
 *
 * **Details**
 *
 * All other axes must have the same lengths: a `ShapeError` otherwise, which is a type error where the shapes are
 * known. `axis: null` joins the flattened arrays.
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
export const concatenate = <
  const X extends ReadonlyArray<ArrayLike>,
  const A extends number | null = 0,
  D extends DType.DType = PromoteAll<X>
>(
  arrays: X & (A extends number ? Shape.ConcatCheck<ShapesOf<X>, A> : unknown),
  options: JoinOptions<A, D> = {}
): NdArray.NdArray<NoInfer<D>, A extends number ? Shape.Concat<ShapesOf<X>, A> : readonly [number]> => {
  const { axis = 0, dtype } = checkOptions<JoinOptions<number | null, DType.DType>>(
    "concatenate",
    options,
    knownOfJoin
  )
  const nodes = converted("concatenate", arrays, dtype)
  if (axis === null) return primitive.concatenate(nodes.map((x) => ravel(x)), 0) as never
  return primitive.concatenate(nodes, Shapes.normalizeAxis("concatenate", axis, nodes[0]!.shape.length)) as never
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
export const stack = <
  const X extends ReadonlyArray<ArrayLike>,
  const A extends number = 0,
  D extends DType.DType = PromoteAll<X>
>(
  arrays: X & Shape.StackCheck<ShapesOf<X>>,
  options: JoinOptions<A, D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.StackMany<ShapesOf<X>, A>> => {
  const { axis: at = 0, dtype } = checkOptions<JoinOptions<number | null, DType.DType>>("stack", options, knownOfJoin)
  const nodes = converted("stack", arrays, dtype)
  const { shape } = nodes[0]!
  const other = nodes.find((x) => x.shape.length !== shape.length || x.shape.some((n, i) => n !== shape[i]))
  if (other !== undefined) {
    throw new ShapeError({
      operation: "stack",
      message: `stack: all arrays must have one shape, got ${nodes.map((x) => Shapes.format(x.shape)).join(", ")}`
    })
  }
  const axis = Shapes.normalizeAxis("stack", at!, shape.length + 1)
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
export const vstack = <const X extends ReadonlyArray<ArrayLike>, D extends DType.DType = PromoteAll<X>>(
  arrays: X,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.ConcatRows<ShapesOf<X>>> => {
  const { dtype } = checkOptions<WithDType<DType.DType>>("vstack", options, knownOfDType)
  const rows = converted("vstack", arrays, dtype).map((x) => x.shape.length < 2 ? primitive.reshape(x, [1, x.size]) : x)
  return concatenate(rows) as never
}

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
export const hstack = <const X extends ReadonlyArray<ArrayLike>, D extends DType.DType = PromoteAll<X>>(
  arrays: X,
  options: WithDType<D> = {}
): NdArray.NdArray<NoInfer<D>, Shape.ConcatColumns<ShapesOf<X>>> => {
  const { dtype } = checkOptions<WithDType<DType.DType>>("hstack", options, knownOfDType)
  const lists = converted("hstack", arrays, dtype).map((x) => x.shape.length === 0 ? primitive.reshape(x, [1]) : x)
  return concatenate(lists, { axis: lists[0]!.shape.length < 2 ? 0 : 1 }) as never
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
export const tile: {
  <const R extends number | Shape.Shape>(
    repetitions: R
  ): Last<
    R,
    <D extends DType.DType, S extends Shape.Shape>(
      x: NdArray.NdArray<D, S> | Values
    ) => NdArray.NdArray<D, Shape.Tile<S, R>>
  >
  <D extends DType.DType, S extends Shape.Shape, const R extends number | Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    repetitions: R
  ): NdArray.NdArray<D, Shape.Tile<S, R>>
} = dual("tile", 2, (array: ArrayLike, repetitions: number | Shape.Shape) => {
  const x = asArray("tile", array)
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
})

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
export const repeat: {
  <const N extends number, const A extends number | null | undefined = undefined>(
    times: N,
    options?: AxisOptions<A>
  ): Last<
    N,
    <D extends DType.DType, S extends Shape.Shape>(x: NdArray.NdArray<D, S> | Values) => NdArray.NdArray<
      D,
      Shape.Repeat<
        S,
        N,
        A extends null ? undefined : A
      >
    >
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const N extends number,
    const A extends number | null | undefined = undefined
  >(
    x: NdArray.NdArray<D, S> | Values,
    times: N,
    options?: AxisOptions<A>
  ): NdArray.NdArray<D, Shape.Repeat<S, N, A extends null ? undefined : A>>
} = dualWithOptions(
  "repeat",
  2,
  knownOfAxis,
  (given: ArrayLike, times: number, options: AxisOptions<number | null | undefined>) => {
    const x = asArray("repeat", given)
    const { axis: wanted } = options
    const array: NdArray.Any = wanted === undefined || wanted === null ? ravel(x) : x
    const axis = Shapes.normalizeAxis("repeat", wanted ?? 0, array.shape.length)
    Shapes.validate("repeat", [times])
    const { shape } = array
    const spread = primitive.broadcastInDim(
      array,
      [...shape.slice(0, axis + 1), times, ...shape.slice(axis + 1)],
      shape.map((_, i) => i <= axis ? i : i + 1)
    )
    return primitive.reshape(spread, shape.map((n, i) => i === axis ? n * times : n)) as never
  }
)

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
export const split: {
  <const N extends number | ReadonlyArray<number>, const A extends number = 0>(
    sections: N,
    options?: AxisOptions<A>
  ): Last<
    N,
    <D extends DType.DType, S extends Shape.Shape>(
      x: (NdArray.NdArray<D, S> | Values) & Shape.SplitCheck<S, N, A>
    ) => Parts<D, Shape.Split<S, N, A>>
  >
  <
    D extends DType.DType,
    S extends Shape.Shape,
    const N extends number | ReadonlyArray<number>,
    const A extends number = 0
  >(
    x: NdArray.NdArray<D, S> | Values,
    sections: N & Shape.SplitCheck<S, N, A>,
    options?: AxisOptions<A>
  ): Parts<D, Shape.Split<S, N, A>>
} = dualWithOptions(
  "split",
  2,
  knownOfAxis,
  (given: ArrayLike, sections: number | ReadonlyArray<number>, options: AxisOptions<number>) => {
    const x = asArray("split", given)
    const { axis: wanted = 0 } = options
    const axis = Shapes.normalizeAxis("split", wanted, x.shape.length)
    if (typeof sections !== "number" && !Array.isArray(sections)) {
      throw new ArgumentError({
        operation: "split",
        message: "split: expected a number of parts, or a list of positions, before the options"
      })
    }
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
)

/** Arrays of several shapes. */
type Parts<D extends DType.DType, Shapes extends ReadonlyArray<Shape.Shape>> = {
  readonly [K in keyof Shapes]: NdArray.NdArray<D, Shapes[K]>
}
