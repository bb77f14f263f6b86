/**
 * Scatters: updates written, multiplied or compared into windows of an array at places that are computed.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError } from "../Errors.ts"
import type * as NdArray from "../NdArray.ts"
import type { JvpContext, OrZero } from "../Primitive.ts"
import { anyDType, numeric, real } from "./dtypeSets.ts"
import { add, and, convert, div, eq, mul, ne, or, select } from "./elementwise.ts"
import { instantiated, readBack, type Scatter, scatterAdd, scatterOf } from "./gather.ts"
import type { ScatterParams } from "./params.ts"
import { count } from "./rule.ts"
import { broadcastInDim, full, iota, reshape, zerosOf } from "./structural.ts"

/**
 * Which of several updates of one element won is told by scattering a number for each update, from 1 on, in the same
 * order: 0 stands where the operand was left alone. The tangents of what won are then added into zeros.
 */
const winners = (context: JvpContext<ScatterParams>): OrZero => {
  const { params, primals: [x, indices, updates] } = context
  const [dx, dupdates] = instantiated(context)
  if (params.uniqueIndices) return scatter(dx, indices!, dupdates, params)
  const windows = params.dimensionNumbers.updateWindowDims
  const places = updates!.shape.map((size, axis) => windows.includes(axis) ? 1 : size)
  const n = count(places)
  const numbers = add(reshape(iota("int32", [n], 0), places), 1)
  const ids = broadcastInDim(numbers, updates!.shape, updates!.shape.map((_, axis) => axis))
  const landed = scatter(full(0, "int32", x!.shape), indices!, ids, params)
  const won = eq(ids, readBack(landed, indices!, updates!, params, 0))
  return scatterAdd(select(eq(landed, 0), dx, 0), indices!, select(won, dupdates, 0), params)
}

/**
 * Writes updates over an array. The last of several updates of one element, in row-major order, stays.
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatter: Scatter = scatterOf("scatter", {
  keepsNaN: true,
  dtypes: anyDType,
  jvp: winners,
  // Linear where indices are unique; elsewhere the derivative is a scatter_add
  linear: {
    form: { sum: (operand) => operand !== 1 },
    transpose: ({ cotangents: [ct], inputs: [, indices, updates], linear, params }) => [
      linear[0] ? scatter(ct!, indices!, zerosOf(Aval.make(ct!.dtype, updates!.shape)), params) : undefined,
      undefined,
      linear[2] ? readBack(ct!, indices!, updates!, params, 0) : undefined
    ]
  }
})

/**
 * Multiplies updates into an array. The derivative with respect to updates needs unique indices, as JAX's does.
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatterMul: Scatter = scatterOf("scatter_mul", {
  combine: "mul",
  dtypes: numeric,
  jvp({ params, primals: [x, indices, updates], tangents: [dx, , dupdates] }) {
    const factors = () => scatterMul(full(1, x!.dtype, x!.shape), indices!, updates!, params)
    const left = dx && mul(dx, factors())
    if (dupdates === undefined) return left
    if (!params.uniqueIndices) {
      throw new ArgumentError({
        operation: "scatter_mul",
        message: "scatter_mul: the derivative with respect to updates is only defined where indices are unique; pass " +
          "`uniqueIndices: true` if they are"
      })
    }
    const right = mul(x!, scatterAdd(zerosOf(x!), indices!, dupdates, params))
    return left === undefined ? right : add(left, right)
  }
})

/**
 * The operand's element and the updates that equal the result won: the tangent is the mean of theirs. An operand that is
 * NaN stays as it is. Where an update made the result NaN, derivatives of the element and of its updates are NaN.
 */
const extreme = (context: JvpContext<ScatterParams>): OrZero => {
  const { outputs: [output], params, primals: [x, indices, updates] } = context
  const [dx, dupdates] = instantiated(context)
  const lost = and(ne(output!, output!), eq(x!, x!))
  const kept = or(or(eq(x!, output!), ne(x!, x!)), lost)
  const read = (array: NdArray.Any) => readBack(array, indices!, updates!, params, 0)
  const won = or(eq(updates!, read(output!)), ne(read(convert(lost, x!.dtype)), 0))
  const winners = scatterAdd(convert(kept, x!.dtype), indices!, convert(won, x!.dtype), params)
  const contenders = select(lost, NaN, winners)
  return div(scatterAdd(select(kept, dx, 0), indices!, select(won, dupdates, 0), params), contenders)
}

/** The lesser of each element and its updates. @category indexing @since 0.1.0 */
export const scatterMin: Scatter = scatterOf("scatter_min", { combine: "min", dtypes: real, jvp: extreme })
/** The greater of each element and its updates. @category indexing @since 0.1.0 */
export const scatterMax: Scatter = scatterOf("scatter_max", { combine: "max", dtypes: real, jvp: extreme })
