/**
 * Reductions: they combine the elements along whole axes into one.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { reduction as reductionCost } from "../internal/program/costs.ts"
import { agree, also, axes, dtype, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { JvpContext, Primitive } from "../Primitive.ts"
import { cumprod } from "./cumulative.ts"
import { anyDType, bitwise, integral, numeric } from "./dtypeSets.ts"
import { convert, div, eq, gt, lt, mul, not, select } from "./elementwise.ts"
import type { ArgReduceParams, ReduceParams } from "./params.ts"
import { checkAxes, checkDType, count, shift, without } from "./rule.ts"
import { full, reduceSum, type Reduction, reduction, reshape, spread } from "./shaping.ts"
import { pad, sliceAxis, transpose } from "./structural.ts"

export { reduceSum, type Reduction }

/**
 * For each element, the product of all the others: the product of those before it times that of those after it. There
 * is no division, so zeros need no special case.
 */
const productOfOthers = (x: NdArray.Any, axis: number): NdArray.Any => {
  const n = x.shape[axis]!
  const one = node.literal(1, x.dtype)
  const config = (low: number, high: number) =>
    x.shape.map((_, i) => i === axis ? [low, high, 0] as const : [0, 0, 0] as const)
  const before = cumprod(pad(sliceAxis(x, axis, 0, n - 1), one, config(1, 0)), axis, false)
  const after = cumprod(pad(sliceAxis(x, axis, 1, n), one, config(0, 1)), axis, true)
  return mul(before, after)
}

/** Products along axes. @category reductions @since 0.1.0 */
export const reduceProd = reduction("reduce_prod", {
  dtypes: numeric,
  jvp({ params: { axes }, primals: [x], tangents: [tangent] }) {
    const kept = without(x!.shape.length, axes)
    const shape = kept.map((axis) => x!.shape[axis]!)
    const n = count(axes.map((axis) => x!.shape[axis]!))
    if (n === 0) return full(0, x!.dtype, shape)
    // [...kept, n]: one axis to scan along
    const flat = (y: NdArray.Any) => reshape(transpose(y, [...kept, ...axes]), [...shape, n])
    const partials = n === 1 ? undefined : productOfOthers(flat(x!), kept.length)
    const change = flat(tangent!)
    return reduceSum(partials === undefined ? change : mul(change, partials), [kept.length])
  }
})

/**
 * The tangent of the extreme element; for ties, the mean of their tangents. If the extreme is NaN, no element is beaten
 * by it and the number of ties is NaN, so that derivatives are NaN in both modes, like the values.
 */
const chosen = (beaten: (x: NdArray.Any, extreme: NdArray.Any) => NdArray.Any) =>
(
  { outputs: [output], params: { axes }, primals: [x], tangents: [tangent] }: JvpContext<ReduceParams>
) => {
  const isBeaten = beaten(x!, spread(output!, x!.shape, axes))
  const ties = reduceSum(convert(not(isBeaten), tangent!.dtype), axes)
  return div(reduceSum(select(isBeaten, 0, tangent!), axes), select(eq(output!, output!), ties, NaN))
}

/** The largest elements along axes; ties share the gradient. @category reductions @since 0.1.0 */
export const reduceMax = reduction("reduce_max", { dtypes: anyDType, jvp: chosen((x, largest) => lt(x, largest)) })
/** The smallest elements along axes; ties share the gradient. @category reductions @since 0.1.0 */
export const reduceMin = reduction("reduce_min", { dtypes: anyDType, jvp: chosen((x, least) => gt(x, least)) })
/** The bitwise and of the elements along axes. @category reductions @since 0.1.0 */
export const reduceAnd = reduction("reduce_and", { dtypes: bitwise })
/** The bitwise or of the elements along axes. @category reductions @since 0.1.0 */
export const reduceOr = reduction("reduce_or", { dtypes: bitwise })

// --- argmax, argmin -------------------------------------------------------------------------------------------------

/** An array builder with its primitive. @category models @since 0.1.0 */
export interface ArgReduction {
  (x: NdArray.Any, axis: number, indexDtype?: DType.DType): NdArray.Any
  readonly primitive: Primitive<ArgReduceParams>
}

const argReduction = (name: string): ArgReduction => {
  const primitive: Primitive<ArgReduceParams> = {
    name,
    schema: schema(1, {
      axes: also(axes, agree<ReadonlyArray<number>>("one axis", (v) => v.length === 1)),
      indexDtype: dtype
    }),
    cost: reductionCost,
    abstract([x], { axes, indexDtype }) {
      checkDType(name, "operand", x!.dtype, anyDType)
      checkDType(name, "index", indexDtype, integral)
      checkAxes(name, "axes", axes, x!)
      if (axes.length !== 1) {
        throw new ArgumentError({
          operation: name,
          message: `${name}: takes exactly one axis, got ${axes.length}; reshape the operand to search several axes`
        })
      }
      const axis = axes[0]!
      if (x!.shape[axis] === 0) {
        throw new ShapeError({
          operation: name,
          message: `${name}: axis ${axis} of ${Aval.format(x!)} is empty; it must have at least one element`
        })
      }
      return [Aval.make(indexDtype, x!.shape.filter((_, i) => i !== axis))]
    },
    jvp: () => [undefined],
    batch: ({ inputs, params }) => ({
      outputs: node.bind(primitive, inputs, { ...params, axes: shift(params.axes) }),
      batched: [true]
    })
  }
  return Object.assign(
    (x: NdArray.Any, axis: number, indexDtype: DType.DType = "int32"): NdArray.Any =>
      node.bindOne(primitive, [x], { axes: [axis], indexDtype }),
    { primitive }
  )
}

/**
 * The index of the largest element along an axis. Ties give the first; NaN counts as largest.
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmax = argReduction("argmax")
/**
 * The index of the smallest element along an axis. Ties give the first; NaN counts as smallest.
 *
 * @category reductions
 * @since 0.1.0
 */
export const argmin = argReduction("argmin")
