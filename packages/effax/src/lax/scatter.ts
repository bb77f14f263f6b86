/**
 * Scatter: updates written, added, multiplied or compared into windows of an array, at places that are computed.
 */
import { checkChoice, checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { add, gt, neg, select } from "../primitive/elementwise.ts"
import { type Scatter as Primitive, scatterAdd as primitiveAdd, type ScatterDimensions } from "../primitive/gather.ts"
import { reduceOr } from "../primitive/reduction.ts"
import { count, type Ints, range } from "../primitive/rule.ts"
import * as primitive from "../primitive/scatter.ts"
import { full, reshape } from "../primitive/structural.ts"
import { vmap } from "../transform/vmap.ts"
import { checkFunction } from "./body.ts"
import { type GatherScatterMode, modes } from "./gather.ts"
import { whileLoop } from "./loops.ts"
import { type ArrayLike, asArray, asArrays, castTo, type DTypeOf, type SameDType, type ShapeOf } from "./operands.ts"

/**
 * The axes of a scatter, as JAX and XLA name them; without batching axes those lists may be left out.
 *
 * **Details**
 *
 * - `updateWindowDims`: the axes of the updates along which a window lies;
 * - `insertedWindowDims`: the axes of the operand, of which a window has one element, that the updates lack;
 * - `scatterDimsToOperandDims`: the axes of the operand that the entries of an index vector are for;
 * - `operandBatchingDims`, `scatterIndicesBatchingDims`: axes of operand and indices that go together.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScatterDimensionNumbers extends ScatterDimensions {}

/** Options of {@link scatter} and its kin. @category models @since 0.1.0 */
export interface ScatterOptions {
  /** Whether index vectors stand in order; false by default. */
  readonly indicesAreSorted?: boolean | undefined
  /** Whether no element is written twice; false by default. */
  readonly uniqueIndices?: boolean | undefined
  /** `"fill"` by default: an update of which a part lies outside is left out. */
  readonly mode?: GatherScatterMode | undefined
}

const known: Known<ScatterOptions> = { indicesAreSorted: true, uniqueIndices: true, mode: true }

/** A scatter of one kind. @category models @since 0.1.0 */
export interface Scatter {
  <X extends NdArray.Any, U extends ArrayLike>(
    x: X,
    scatterIndices: NdArray.Any,
    updates: U & SameDType<X, U>,
    dimensionNumbers: ScatterDimensionNumbers,
    options?: ScatterOptions
  ): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>>
}

/* @__NO_SIDE_EFFECTS__ */
const scatterOf =
  (operation: string, apply: (...args: Parameters<Primitive>) => NdArray.Any): Scatter =>
  (x, indices, updates, dimensionNumbers, options = {}) => {
    const { indicesAreSorted = false, mode = "fill", uniqueIndices = false } = checkOptions(operation, options, known)
    checkChoice(operation, "mode", mode, modes)
    const [array, values] = asArrays(operation, [x, updates])
    return apply(array!, asArray(operation, indices), values!, {
      dimensionNumbers,
      mode: mode === "fill" ? "drop" : mode,
      indicesAreSorted,
      uniqueIndices
    }) as never
  }

/**
 * An array with updates written at the places that index vectors, the last axis of `scatterIndices`, say.
 *
 * **Details**
 *
 * JAX's `lax.scatter`. `np.at(x, i).set(y)` is easier to use where it does what you want. The last of several updates of one
 * element, in row-major order, stays. Throws an `ArgumentError`, `AxisError` or `ShapeError` for dimension numbers that do not
 * go with the operands.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const rows = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * Lax.scatter(np.zeros([3, 2]), np.array([[2n], [0n]]), np.array([[1, 2], [3, 4]]), rows) // => [[3, 4], [0, 0], [1, 2]]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatter: Scatter = scatterOf("scatter", primitive.scatter)
/** As {@link scatter}, of updates that are added. @category indexing @since 0.1.0 */
export const scatterAdd: Scatter = scatterOf("scatterAdd", primitiveAdd)
/** As {@link scatter}, of updates that are subtracted. @category indexing @since 0.1.0 */
export const scatterSub: Scatter = scatterOf(
  "scatterSub",
  (x, indices, updates, options) => primitiveAdd(x, indices, neg(updates), options)
)
/**
 * As {@link scatter}, of updates that are multiplied in. The derivative with respect to updates needs `uniqueIndices`.
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatterMul: Scatter = scatterOf("scatterMul", primitive.scatterMul)
/** As {@link scatter}, keeping the least of an element and its updates. @category indexing @since 0.1.0 */
export const scatterMin: Scatter = scatterOf("scatterMin", primitive.scatterMin)
/** As {@link scatter}, keeping the greatest of an element and its updates. @category indexing @since 0.1.0 */
export const scatterMax: Scatter = scatterOf("scatterMax", primitive.scatterMax)

/** Options of {@link scatterApply}. @category models @since 0.1.0 */
export interface ScatterApplyOptions extends ScatterOptions {
  /** The shape that updates would have; one element for each index vector by default. */
  readonly updateShape?: Ints | undefined
}

const knownOfApply: Known<ScatterApplyOptions> = { updateShape: true, ...known }

/**
 * An array with a function applied to the elements at the places that index vectors say: once for each index vector that names
 * an element.
 *
 * **Details**
 *
 * The function is given a scalar, and gives one of the same dtype. `np.at(x, i).apply(f)` is easier to use.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const elements = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * Lax.scatterApply(np.array([1, 2, 3]), np.array([[2n], [0n], [2n]]), (x) => np.multiply(x, 10), elements) // => [10, 2, 300]
 * ```
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatterApply = <X extends NdArray.Any>(
  x: X,
  scatterIndices: NdArray.Any,
  func: (element: NdArray.NdArray<DTypeOf<X>, readonly []>) => ArrayLike,
  dimensionNumbers: ScatterDimensionNumbers,
  options: ScatterApplyOptions = {}
): NdArray.NdArray<DTypeOf<X>, ShapeOf<X>> => {
  const operation = "scatterApply"
  const { updateShape, ...rest } = checkOptions(operation, options, knownOfApply)
  checkFunction(operation, "func", func)
  const array = asArray(operation, x)
  const shape = updateShape ?? asArray(operation, scatterIndices).shape.slice(0, -1)
  const counts = scatterAdd(
    full(0, "int32", array.shape),
    scatterIndices,
    full(1, "int32", shape),
    dimensionNumbers,
    { ...rest, uniqueIndices: false }
  )
  const each = vmap((element: NdArray.Any) => castTo(operation, func(element as never), array.dtype)) as (
    x: NdArray.Any
  ) => NdArray.Any
  const applied = (of: NdArray.Any): NdArray.Any => reshape(each(reshape(of, [array.size])), array.shape)
  if (array.size === 0) return array as never
  if (rest.uniqueIndices === true) return select(gt(counts, 0), applied(array), array) as never
  return whileLoop(
    ([times]) => reduceOr(gt(counts, times), range(array.shape.length)),
    ([times, of]) => [add(times, 1), select(gt(counts, times), applied(of), of)],
    [full(0, "int32", []) as NdArray.Any, array as NdArray.Any],
    { maxSteps: Math.max(1, count(shape)) }
  )[1] as never
}
