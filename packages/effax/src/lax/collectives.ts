/**
 * Collectives for users: on trees, along axes that `vmap` or `shardMap` have named.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as axisScope from "../internal/axes/scope.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as collective from "../primitive/collectives.ts"
import { add, convert, div, eq, mul, ne, select } from "../primitive/elementwise.ts"
import { list } from "../primitive/rule.ts"
import { reshape } from "../primitive/structural.ts"
import { psumInvariant, varied } from "../primitive/varying.ts"
import {
  axesOf,
  axisAt,
  type AxisName,
  type Collected,
  manual,
  namesOf,
  others,
  overLeaves,
  sizeOf
} from "./namedAxes.ts"

// --- reductions -----------------------------------------------------------------------------------------------------

const sum = (axes: ReadonlyArray<axisScope.NamedAxis>) => (leaf: node.Node): NdArray.Any => {
  const x = leaf.dtype === "bool" ? convert(leaf, "int32") : leaf
  return psumInvariant(collective.psum(x, others(axes)), manual(axes))
}

/**
 * The sum along a named axis, the same for all of its indices.
 *
 * **When to use**
 *
 * For statistics of a whole batch in a function of one example, and for what each device has computed a part of.
 *
 * **Details**
 *
 * Applies to every leaf of a tree. Booleans are added as `int32`. A JavaScript number is multiplied by the size of the
 * axis, and stays a number: `Lax.psum(1, "i")` is {@link axisSize}. Inside of `shardMap` the result is the same on all
 * devices of the axis, and its type says so.
 *
 * Throws an `AxisNameError` for an axis that is not in scope.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const share = (x: NdArray.Any) => np.divide(x, Lax.psum(x, "i"))
 * vmap(share, { axisName: "i" })(np.array([1, 1, 2])) // => [0.25, 0.25, 0.5]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const psum = <T>(tree: T, axisName: AxisName): Collected<T, "sum"> => {
  const axes = axesOf("psum", axisName)
  const size = sizeOf(axes)
  return overLeaves("psum", tree, sum(axes), (x) => typeof x === "bigint" ? x * BigInt(size) : x * size)
}

/**
 * The mean along a named axis, the same for all of its indices. Integers become `float32`.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const centered = (x: NdArray.Any) => np.subtract(x, Lax.pmean(x, "i"))
 * vmap(centered, { axisName: "i" })(np.array([1, 2, 6])) // => [-2, -1, 3]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pmean = <T>(tree: T, axisName: AxisName): Collected<T, "mean"> => {
  const axes = axesOf("pmean", axisName)
  const size = sizeOf(axes)
  return overLeaves("pmean", tree, (leaf) => {
    const total = sum(axes)(leaf)
    return div(DType.isInexact(total.dtype) ? total : convert(total, "float32"), size)
  }, (x) => x)
}

const extremum = (operation: "pmax" | "pmin") => <T>(tree: T, axisName: AxisName): T => {
  const axes = axesOf(operation, axisName)
  return overLeaves(
    operation,
    tree,
    (leaf) => collective[operation](varied(leaf, manual(axes)), namesOf(axes)),
    (x) => x
  )
}

/**
 * The maximum along a named axis, the same for all of its indices. It has no derivative.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const relative = (x: NdArray.Any) => np.divide(x, Lax.pmax(x, "i"))
 * vmap(relative, { axisName: "i" })(np.array([1, 2, 4])) // => [0.25, 0.5, 1]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pmax: <T>(tree: T, axisName: AxisName) => T = extremum("pmax")

/**
 * The minimum along a named axis, the same for all of its indices. It has no derivative.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((x: NdArray.Any) => np.subtract(x, Lax.pmin(x, "i")), { axisName: "i" })(np.array([5, 3, 4])) // => [2, 0, 1]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pmin: <T>(tree: T, axisName: AxisName) => T = extremum("pmin")

// --- where one is ---------------------------------------------------------------------------------------------------

/**
 * The index along a named axis: which example, or which device, this is.
 *
 * **Details**
 *
 * An `int32` scalar. With several names, the first counts slowest.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((x: NdArray.Any) => np.multiply(x, Lax.axisIndex("i")), { axisName: "i" })(np.ones([3])) // => [0, 1, 2]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const axisIndex = (axisName: AxisName): NdArray.NdArray<"int32", readonly []> => {
  const axes = axesOf("axisIndex", axisName)
  return axes.map(({ kind, name }) => collective.axisIndex(name, kind === "manual")).reduce((index, next, i) =>
    add(mul(index, axes[i]!.size), next)
  ) as never
}

/**
 * The size of a named axis: a JavaScript number.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((x: NdArray.Any) => np.divide(x, Lax.axisSize("i")), { axisName: "i" })(np.array([3, 6, 9])) // => [1, 2, 3]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const axisSize = (axisName: AxisName): number => sizeOf(axesOf("axisSize", axisName))

// --- blocks ---------------------------------------------------------------------------------------------------------

const blockParams = (axes: ReadonlyArray<axisScope.NamedAxis>) => ({
  axisName: namesOf(axes),
  axisSizes: axes.map(({ size }) => size)
})

/** Operands vary over the axes that types keep track of; results still do. */
const spread = (leaf: node.Node, axes: ReadonlyArray<axisScope.NamedAxis>): NdArray.Any => varied(leaf, manual(axes))

/** Options of {@link allGather}. @category collectives @since 0.1.0 */
export interface AllGatherOptions {
  /** Where values go: a new axis, or, if `tiled`, the axis they are concatenated along. 0 by default. */
  readonly axis?: number | undefined
  /** Concatenates along an axis that is there instead of stacking along a new one. */
  readonly tiled?: boolean | undefined
}

const knownOfAllGather: Known<AllGatherOptions> = { axis: true, tiled: true }

/**
 * The values of all indices of a named axis, stacked along a new axis.
 *
 * **Details**
 *
 * With `tiled` they are concatenated along an axis that they have. Every index gets all of it; inside of `shardMap` its
 * type still varies over the axis.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const rank = (x: NdArray.Any) => np.sum(np.less(Lax.allGather(x, "i"), x))
 * vmap(rank, { axisName: "i" })(np.array([30, 10, 20])) // => [2, 0, 1]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const allGather = <T>(
  tree: T,
  axisName: AxisName,
  options: AllGatherOptions = {}
): Collected<T, "reshape"> => {
  const { axis = 0, tiled = false } = checkOptions("allGather", options, knownOfAllGather)
  const axes = axesOf("allGather", axisName)
  return overLeaves("allGather", tree, (leaf) =>
    collective.allGather(spread(leaf, axes), {
      ...blockParams(axes),
      allGatherDimension: axisAt("allGather", "axis", axis, leaf, leaf.shape.length + (tiled ? 0 : 1)),
      tiled
    }))
}

/** Options of {@link psumScatter}. @category collectives @since 0.1.0 */
export interface PsumScatterOptions {
  /** The axis of the sum that is divided among the indices. 0 by default. */
  readonly scatterDimension?: number | undefined
  /** The axis is cut into blocks and stays; otherwise it has one element for each index and goes. */
  readonly tiled?: boolean | undefined
}

const knownOfPsumScatter: Known<PsumScatterOptions> = { scatterDimension: true, tiled: true }

/**
 * The sum along a named axis, of which every index gets its own part: {@link psum} without what is not needed.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const columnSum = (row: NdArray.Any) => Lax.psumScatter(row, "i")
 * vmap(columnSum, { axisName: "i" })(np.array([[1, 2], [10, 20]])) // => [11, 22]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const psumScatter = <T>(
  tree: T,
  axisName: AxisName,
  options: PsumScatterOptions = {}
): Collected<T, "reshape"> => {
  const { scatterDimension = 0, tiled = false } = checkOptions("psumScatter", options, knownOfPsumScatter)
  const axes = axesOf("psumScatter", axisName)
  return overLeaves("psumScatter", tree, (leaf) =>
    collective.reduceScatter(spread(leaf, axes), {
      ...blockParams(axes),
      scatterDimension: axisAt("psumScatter", "scatterDimension", scatterDimension, leaf, leaf.shape.length),
      tiled
    }))
}

/** Options of {@link allToAll}. @category collectives @since 0.1.0 */
export interface AllToAllOptions {
  /** The axis that is divided among the indices. */
  readonly splitAxis: number
  /** Where what arrives goes: a new axis of the result, or, if `tiled`, the axis it is concatenated along. */
  readonly concatAxis: number
  /** Axes stay, with other lengths; otherwise `splitAxis` has one element for each index and goes. */
  readonly tiled?: boolean | undefined
}

const knownOfAllToAll: Known<AllToAllOptions> = { splitAxis: true, concatAxis: true, tiled: true }

/**
 * Exchanges a named axis with an axis of the array: element `i` along `splitAxis` goes to index `i`, and what arrives is
 * stacked along `concatAxis`.
 *
 * **Details**
 *
 * With `tiled` the axis is cut into blocks, which are concatenated along `concatAxis`.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const transposed = (row: NdArray.Any) => Lax.allToAll(row, "i", { splitAxis: 0, concatAxis: 0 })
 * vmap(transposed, { axisName: "i" })(np.array([[1, 2], [3, 4]])) // => [[1, 3], [2, 4]]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const allToAll = <T>(tree: T, axisName: AxisName, options: AllToAllOptions): Collected<T, "reshape"> => {
  const { concatAxis, splitAxis, tiled = false } = checkOptions("allToAll", options, knownOfAllToAll)
  const axes = axesOf("allToAll", axisName)
  const size = sizeOf(axes)
  return overLeaves("allToAll", tree, (leaf) => {
    const { shape } = leaf
    const split = axisAt("allToAll", "splitAxis", splitAxis, leaf, shape.length)
    const concat = axisAt("allToAll", "concatAxis", concatAxis, leaf, shape.length)
    const common = { ...blockParams(axes), tiled }
    const x = spread(leaf, axes)
    if (tiled || split === concat) return collective.allToAll(x, { ...common, splitAxis: split, concatAxis: concat })
    if (shape[split] !== size) {
      throw new ShapeError({
        operation: "allToAll",
        message:
          `allToAll: splitAxis ${split} of ${list(shape)} has ${shape[split]} elements, which must be the ${size} ` +
          "of the named axis; with `tiled: true` it may hold several for each"
      })
    }
    // `concatAxis` is a position in the result, from which `splitAxis` is gone
    const at = split < concat ? concat + 1 : concat
    const from = split < concat ? split : split + 1
    const expanded = reshape(x, [...shape.slice(0, at), 1, ...shape.slice(at)])
    const exchanged = collective.allToAll(expanded, { ...common, splitAxis: from, concatAxis: at })
    return reshape(exchanged, exchanged.shape.filter((_, i) => i !== from))
  })
}

const permute = <T>(
  operation: string,
  tree: T,
  axisName: AxisName,
  pairs: (size: number) => ReadonlyArray<readonly [source: number, destination: number]>
): T => {
  const axes = axesOf(operation, axisName)
  const size = sizeOf(axes)
  const perm = pairs(size)
  const wrong = perm.flat().find((index) => !Number.isInteger(index) || index < 0 || index >= size)
  const twice = ([0, 1] as const).find((side) => new Set(perm.map((pair) => pair[side])).size < perm.length)
  if (wrong !== undefined || twice !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: in ${JSON.stringify(perm)}, ${
        wrong !== undefined
          ? `${wrong} is not an index of an axis of size ${size}`
          : `a ${twice === 0 ? "source" : "destination"} is given twice; every index gives and gets one value at most`
      }`
    })
  }
  return overLeaves(operation, tree, (leaf) => collective.ppermute(spread(leaf, axes), { ...blockParams(axes), perm }))
}

/**
 * Sends values from index to index of a named axis: `[source, destination]` pairs. Indices that receive nothing get zeros.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * const fromLeft = (x: NdArray.Any) => Lax.ppermute(x, "i", [[0, 1], [1, 2], [2, 0]])
 * vmap(fromLeft, { axisName: "i" })(np.array([10, 20, 30])) // => [30, 10, 20]
 * vmap((x: NdArray.Any) => Lax.ppermute(x, "i", [[0, 1]]), { axisName: "i" })(np.array([10, 20])) // => [0, 10]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const ppermute = <T>(
  tree: T,
  axisName: AxisName,
  perm: ReadonlyArray<readonly [source: number, destination: number]>
): T => permute("ppermute", tree, axisName, () => perm)

/**
 * Permutes values along a named axis: index `i` gets the value of index `perm[i]`.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((x: NdArray.Any) => Lax.pshuffle(x, "i", [2, 0, 1]), { axisName: "i" })(np.array([10, 20, 30])) // => [30, 10, 20]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pshuffle = <T>(tree: T, axisName: AxisName, perm: ReadonlyArray<number>): T =>
  permute("pshuffle", tree, axisName, (size) => {
    if (perm.length !== size) {
      throw new ArgumentError({
        operation: "pshuffle",
        message: `pshuffle: a permutation of the ${size} indices of the axis is needed, got ${list(perm)}`
      })
    }
    return perm.map((source, destination) => [source, destination] as const)
  })

/**
 * Exchanges a named axis with an axis of the array, which have one size: {@link allToAll} with both of its axes the same.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((row: NdArray.Any) => Lax.pswapaxes(row, "i", 0), { axisName: "i" })(np.array([[1, 2], [3, 4]])) // => [[1, 3], [2, 4]]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pswapaxes = <T>(tree: T, axisName: AxisName, axis: number): Collected<T, "reshape"> =>
  allToAll(tree, axisName, { splitAxis: axis, concatAxis: axis })

/**
 * The value of one index of a named axis, for all of its indices.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np, vmap } from "effax"
 *
 * vmap((x: NdArray.Any) => Lax.pbroadcast(x, "i", 1), { axisName: "i" })(np.array([10, 20, 30])) // => [20, 20, 20]
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pbroadcast = <T>(tree: T, axisName: AxisName, source: number): T => {
  const operation = "pbroadcast"
  const axes = axesOf(operation, axisName)
  const size = sizeOf(axes)
  if (!Number.isInteger(source) || source < 0 || source >= size) {
    throw new ArgumentError({
      operation,
      message: `${operation}: ${String(source)} is not an index of an axis of size ${size}`
    })
  }
  const chosen = eq(axisIndex(axisName), source)
  return overLeaves(operation, tree, (leaf) => {
    const total = sum(axes)(node.nodeOf(select(chosen, spread(leaf, axes), leaf.dtype === "bool" ? false : 0)))
    return leaf.dtype === "bool" ? ne(total, 0) : total
  })
}
