/**
 * Scatter: updates written, added, multiplied or compared into windows of an array at places that are computed.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, IndexError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import type { JvpContext, OrZero, Primitive } from "../Primitive.ts"
import { anyDType, type DTypes, numeric, real } from "./dtypeSets.ts"
import { add, and, convert, div, eq, mul, ne, or, select } from "./elementwise.ts"
import { gather } from "./gather.ts"
import type { ScatterDimensionNumbers, ScatterParams } from "./params.ts"
import { checkDType, checkSameDType, count } from "./rule.ts"
import { broadcastInDim, full, iota, repeat, reshape, zerosOf } from "./structural.ts"
import {
  batchDimensionNumbers,
  checkDimensionNumbers,
  completed,
  scatterNames,
  toGather,
  toScatter,
  windowAxes,
  windowSizes
} from "./windows.ts"

/** Dimension numbers of a scatter; without `operandBatchingDims` there is no batch. @category models @since 0.1.0 */
export type ScatterDimensions =
  & Pick<ScatterDimensionNumbers, "updateWindowDims" | "insertedWindowDims" | "scatterDimsToOperandDims">
  & Partial<ScatterDimensionNumbers>

/**
 * The parameters of a scatter; flags that are not given are false, and windows that reach outside are dropped.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScatterOptions {
  readonly dimensionNumbers: ScatterDimensions
  readonly mode?: ScatterParams["mode"]
  readonly indicesAreSorted?: boolean
  readonly uniqueIndices?: boolean
}

const known: Known<ScatterOptions> = {
  dimensionNumbers: true,
  indicesAreSorted: true,
  uniqueIndices: true,
  mode: true
}

const knownOfDimensions: Known<ScatterDimensions> = {
  updateWindowDims: true,
  insertedWindowDims: true,
  scatterDimsToOperandDims: true,
  operandBatchingDims: true,
  scatterIndicesBatchingDims: true
}

/** An array builder that knows its primitive. @category models @since 0.1.0 */
export interface Scatter {
  (x: NdArray.Any, indices: NdArray.Any, updates: NdArray.Any, options: ScatterOptions): NdArray.Any
  readonly primitive: Primitive<ScatterParams>
}

const checkUpdates = (
  operation: string,
  x: Aval.Aval,
  indices: Aval.Aval,
  updates: Aval.Aval,
  params: ScatterParams
) => {
  const dims = toGather(params.dimensionNumbers)
  const places = indices.shape.slice(0, -1)
  const axes = windowAxes(x.shape.length, dims)
  if (updates.shape.length !== places.length + axes.length) {
    throw new ShapeError({
      operation,
      message: `${operation}: updates ${Aval.format(updates)} must have ${places.length + axes.length} axes: ` +
        `${places.length} of indices ${Aval.format(indices)} and ${axes.length} of the window`
    })
  }
  axes.forEach((axis, i) => {
    const size = updates.shape[dims.offsetDims[i]!]!
    if (size > x.shape[axis]!) {
      throw new IndexError({
        operation,
        message: `${operation}: a window of ${size} elements, axis ${dims.offsetDims[i]} of updates ${
          Aval.format(updates)
        }, does not fit in axis ${axis} of ${Aval.format(x)}`
      })
    }
  })
  const placed = updates.shape.filter((_, axis) => !dims.offsetDims.includes(axis))
  if (!Aval.sameShape(placed, places)) {
    throw new ShapeError({
      operation,
      message:
        `${operation}: the axes of updates ${Aval.format(updates)} that are not in the window must be those of ` +
        `indices ${Aval.format(indices)} but the last, got [${placed.join(", ")}] and [${places.join(", ")}]`
    })
  }
}

const scatterOf = (name: string, rule: {
  readonly dtypes: DTypes
  readonly jvp: (context: JvpContext<ScatterParams>) => OrZero
  readonly transpose?: Primitive<ScatterParams>["transpose"]
}): Scatter => {
  const primitive: Primitive<ScatterParams> = {
    name,
    abstract([x, indices, updates], params) {
      checkDType(name, "operand", checkSameDType(name, [x!, updates!]), rule.dtypes)
      checkDimensionNumbers(name, scatterNames, x!, indices!, toGather(params.dimensionNumbers))
      checkUpdates(name, x!, indices!, updates!, params)
      return [x!]
    },
    jvp: (context) => [rule.jvp(context)],
    ...(rule.transpose ? { transpose: rule.transpose } : {}),
    batch: ({ batched, inputs: [x, indices, updates], params, size }) => ({
      outputs: node.bind(primitive, [
        batched[0] ? x! : repeat(x!, size),
        indices!,
        batched[2] ? updates! : repeat(updates!, size)
      ], {
        ...params,
        dimensionNumbers: toScatter(batchDimensionNumbers(toGather(params.dimensionNumbers), true, batched[1]!))
      }),
      batched: [true]
    })
  }
  return Object.assign(
    (x: NdArray.Any, indices: NdArray.Any, updates: NdArray.Any, options: ScatterOptions): NdArray.Any => {
      checkOptions(name, options, known)
      return node.bindOne(primitive, [x, indices, updates], {
        dimensionNumbers: completed(name, options.dimensionNumbers, knownOfDimensions),
        mode: options.mode ?? "drop",
        indicesAreSorted: options.indicesAreSorted ?? false,
        uniqueIndices: options.uniqueIndices ?? false
      })
    },
    { primitive }
  )
}

/** What stands at the places of the updates. */
const readBack = (
  x: NdArray.Any,
  indices: NdArray.Any,
  updates: Aval.Aval,
  params: ScatterParams,
  fillValue: number
): NdArray.Any => {
  const dimensionNumbers = toGather(params.dimensionNumbers)
  return gather(x, indices, {
    dimensionNumbers,
    sliceSizes: windowSizes(x, updates, dimensionNumbers),
    mode: params.mode === "drop" ? "fill" : params.mode,
    fillValue: params.mode === "drop" ? fillValue : null,
    indicesAreSorted: params.indicesAreSorted,
    uniqueIndices: params.uniqueIndices
  })
}

/** The tangents of operand and updates, of which one is not zero. */
const instantiated = ({ primals: [x, , updates], tangents: [dx, , dupdates] }: JvpContext<ScatterParams>) =>
  [dx ?? zerosOf(x!), dupdates ?? zerosOf(updates!)] as const

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
  dtypes: anyDType,
  jvp: winners,
  // Linear where indices are unique; elsewhere the derivative is a scatter_add
  transpose: ({ cotangents: [ct], inputs: [, indices, updates], linear, params }) => [
    linear[0] ? scatter(ct!, indices!, zerosOf(Aval.make(ct!.dtype, updates!.shape)), params) : undefined,
    undefined,
    linear[2] ? readBack(ct!, indices!, updates!, params, 0) : undefined
  ]
})

/** Adds updates to an array. @category indexing @since 0.1.0 */
export const scatterAdd: Scatter = scatterOf("scatter_add", {
  dtypes: numeric,
  jvp(context) {
    const [dx, dupdates] = instantiated(context)
    return scatterAdd(dx, context.primals[1]!, dupdates, context.params)
  },
  transpose: ({ cotangents: [ct], inputs: [, indices, updates], linear, params }) => [
    linear[0] ? ct : undefined,
    undefined,
    linear[2] ? readBack(ct!, indices!, updates!, params, 0) : undefined
  ]
})

/**
 * Multiplies updates into an array. The derivative with respect to updates needs unique indices, as JAX's does.
 *
 * @category indexing
 * @since 0.1.0
 */
export const scatterMul: Scatter = scatterOf("scatter_mul", {
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
export const scatterMin: Scatter = scatterOf("scatter_min", { dtypes: real, jvp: extreme })
/** The greater of each element and its updates. @category indexing @since 0.1.0 */
export const scatterMax: Scatter = scatterOf("scatter_max", { dtypes: real, jvp: extreme })
