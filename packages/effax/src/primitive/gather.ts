/**
 * Gather and scatter-add: windows of an array, read and added to at places that are computed. Each is the transpose of
 * the other.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, IndexError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import { scattering, window } from "../internal/program/costs.ts"
import { axes, flag, number, oneOf, orNull, record, schema, shape } from "../internal/program/paramSchema.ts"
import { named, namedTuple, ordered } from "../internal/program/spelling.ts"
import type * as NdArray from "../NdArray.ts"
import type { Guard, JvpContext, Linear, OrZero, Primitive } from "../Primitive.ts"
import { type DTypes, numeric } from "./dtypeSets.ts"
import type { GatherDimensionNumbers, GatherParams, ScatterDimensionNumbers, ScatterParams } from "./params.ts"
import { checkDType, checkLength, checkList, checkSameDType, checkShape, count } from "./rule.ts"
import { repeat, zerosOf } from "./structural.ts"
import {
  batchDimensionNumbers,
  checkDimensionNumbers,
  completed,
  gatherNames,
  scatterNames,
  toGather,
  toScatter,
  windowAxes,
  windowSizes
} from "./windows.ts"

const operation = "gather"

const modes = {
  clip: "GatherScatterMode.CLIP",
  fill: "GatherScatterMode.FILL_OR_DROP",
  drop: "GatherScatterMode.FILL_OR_DROP",
  promiseInBounds: "GatherScatterMode.PROMISE_IN_BOUNDS"
}

// JAX's order of the fields of its named tuples.
const gatherFields = [
  "offsetDims",
  "collapsedSliceDims",
  "startIndexMap",
  "operandBatchingDims",
  "startIndicesBatchingDims"
] as const
const scatterFields = [
  "updateWindowDims",
  "insertedWindowDims",
  "scatterDimsToOperandDims",
  "operandBatchingDims",
  "scatterIndicesBatchingDims"
] as const

const gatherPrimitive: Primitive<GatherParams> = {
  name: operation,
  print: (params) => [
    ...named(params),
    ["dimension_numbers", namedTuple("GatherDimensionNumbers", ordered(params.dimensionNumbers, gatherFields))],
    ["mode", modes[params.mode]]
  ],
  schema: schema(2, {
    dimensionNumbers: record({
      offsetDims: axes,
      collapsedSliceDims: axes,
      startIndexMap: axes,
      operandBatchingDims: axes,
      startIndicesBatchingDims: axes
    }),
    sliceSizes: shape,
    mode: oneOf("clip", "fill", "promiseInBounds"),
    fillValue: orNull(number),
    indicesAreSorted: flag,
    uniqueIndices: flag
  }),
  cost: window,
  keepsNaN: true,
  guards: ([x], { dimensionNumbers: { startIndexMap }, sliceSizes }) => [{
    kind: "index",
    vectors: 1,
    bounds: startIndexMap.map((axis) => ({ axis, size: x!.shape[axis]!, window: sliceSizes[axis]! }))
  }],
  abstract([x, indices], { dimensionNumbers: dims, sliceSizes }) {
    checkDimensionNumbers(operation, gatherNames, x!, indices!, dims)
    checkLength(operation, "sliceSizes", sliceSizes, x!)
    checkShape(operation, "sliceSizes", sliceSizes)
    const windowCount = count(indices!.shape.slice(0, -1))
    sliceSizes.forEach((size, axis) => {
      // Where nothing is read, nothing is out of range
      if (size > x!.shape[axis]! && windowCount > 0) {
        throw new IndexError({
          operation,
          message: `${operation}: sliceSizes has ${size} at axis ${axis}, but that axis of ${
            Aval.format(x!)
          } has only ${x!.shape[axis]} elements`
        })
      }
    })
    const collapsed = dims.collapsedSliceDims.find((axis) => sliceSizes[axis] !== 1) ??
      dims.operandBatchingDims.find((axis) => sliceSizes[axis]! > 1)
    if (collapsed !== undefined) {
      throw new ArgumentError({
        operation,
        message:
          `${operation}: sliceSizes has ${sliceSizes[collapsed]} at axis ${collapsed}, which is collapsed or batched ` +
          "and must have 1"
      })
    }
    const windows = windowAxes(x!.shape.length, dims).map((axis) => sliceSizes[axis]!)
    const places = indices!.shape.slice(0, -1)
    const shape: Array<number> = []
    let window = 0
    for (let i = 0; i < windows.length + places.length; i++) {
      shape.push(dims.offsetDims[window] === i ? windows[window++]! : places[i - window]!)
    }
    checkShape(operation, "shape", shape)
    return [Aval.make(x!.dtype, shape, x!.weak)]
  },
  jvp: ({ params, primals: [, indices], tangents: [tangent] }) => [
    tangent && node.bindOne(gatherPrimitive, [tangent, indices!], {
      ...params,
      fillValue: params.mode === "fill" ? 0 : params.fillValue
    })
  ],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], inputs: [x, indices], params }) => [
      scatterAdd(zerosOf(Aval.make(ct!.dtype, x!.shape)), indices!, ct!, {
        dimensionNumbers: toScatter(params.dimensionNumbers),
        mode: params.mode === "fill" ? "drop" : params.mode,
        indicesAreSorted: params.indicesAreSorted,
        uniqueIndices: params.uniqueIndices
      }),
      undefined
    ]
  },
  batch({ batched: [batchedX, batchedIndices], inputs, params, size }) {
    // An operand's batch is read whole; or one at a time, each with its own indices
    const own = !batchedX ? [] : !batchedIndices ? [size] : [Math.min(size, 1)]
    return {
      outputs: node.bind(gatherPrimitive, inputs, {
        ...params,
        dimensionNumbers: batchDimensionNumbers(params.dimensionNumbers, batchedX!, batchedIndices!),
        sliceSizes: [...own, ...params.sliceSizes],
        // Indices of different batch elements may meet in one shared operand
        indicesAreSorted: params.indicesAreSorted && batchedX!,
        uniqueIndices: params.uniqueIndices && batchedX!
      }),
      batched: [true]
    }
  }
}

/** Dimension numbers of a gather; without `operandBatchingDims` there is no batch. @category models @since 0.1.0 */
export type GatherDimensions =
  & Pick<GatherDimensionNumbers, "offsetDims" | "collapsedSliceDims" | "startIndexMap">
  & Partial<GatherDimensionNumbers>

/**
 * The parameters of a gather; flags that are not given are false, and windows that reach outside are filled.
 *
 * @category models
 * @since 0.1.0
 */
export interface GatherOptions extends Pick<GatherParams, "sliceSizes"> {
  readonly dimensionNumbers: GatherDimensions
  readonly mode?: GatherParams["mode"]
  readonly fillValue?: GatherParams["fillValue"]
  readonly indicesAreSorted?: boolean
  readonly uniqueIndices?: boolean
}

const known: Known<GatherOptions> = {
  dimensionNumbers: true,
  sliceSizes: true,
  uniqueIndices: true,
  indicesAreSorted: true,
  mode: true,
  fillValue: true
}

const knownOfDimensions: Known<GatherDimensions> = {
  offsetDims: true,
  collapsedSliceDims: true,
  startIndexMap: true,
  operandBatchingDims: true,
  startIndicesBatchingDims: true
}

/**
 * Windows of an array at the places that index vectors, the last axis of `indices`, say.
 *
 * @category indexing
 * @since 0.1.0
 */
export const gather = Object.assign(
  (x: NdArray.Any, indices: NdArray.Any, options: GatherOptions): NdArray.Any => {
    checkOptions(operation, options, known)
    checkList(operation, "sliceSizes", options.sliceSizes)
    return node.bindOne(gatherPrimitive, [x, indices], {
      dimensionNumbers: completed<GatherDimensionNumbers>(operation, options.dimensionNumbers, knownOfDimensions),
      sliceSizes: options.sliceSizes,
      mode: options.mode ?? "fill",
      fillValue: options.fillValue ?? null,
      indicesAreSorted: options.indicesAreSorted ?? false,
      uniqueIndices: options.uniqueIndices ?? false
    })
  },
  { primitive: gatherPrimitive }
)

// --- scatter_add ----------------------------------------------------------------------------------------------------

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

const knownOfScatter: Known<ScatterOptions> = {
  dimensionNumbers: true,
  indicesAreSorted: true,
  uniqueIndices: true,
  mode: true
}

const knownOfScatterDimensions: Known<ScatterDimensions> = {
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

const scatterSchema = schema(3, {
  dimensionNumbers: record({
    updateWindowDims: axes,
    insertedWindowDims: axes,
    scatterDimsToOperandDims: axes,
    operandBatchingDims: axes,
    scatterIndicesBatchingDims: axes
  }),
  mode: oneOf("clip", "drop", "promiseInBounds"),
  indicesAreSorted: flag,
  uniqueIndices: flag
})

/** The windows that updates are written to, which are to lie in the array. */
const windowsOf = (x: Aval.Aval, updates: Aval.Aval, params: ScatterParams): ReadonlyArray<Guard> => {
  if (updates.shape.includes(0)) return []
  const { insertedWindowDims, operandBatchingDims, scatterDimsToOperandDims, updateWindowDims } =
    params.dimensionNumbers
  let next = 0
  const windows = x.shape.map((_, axis) =>
    insertedWindowDims.includes(axis) || operandBatchingDims.includes(axis)
      ? 1
      : updates.shape[updateWindowDims[next++]!]!
  )
  const bounds = scatterDimsToOperandDims.map((axis) => ({ axis, size: x.shape[axis]!, window: windows[axis]! }))
  return [{ kind: "index", vectors: 1, bounds }]
}

export const scatterOf = (name: string, rule: {
  readonly dtypes: DTypes
  readonly jvp: (context: JvpContext<ScatterParams>) => OrZero
  readonly linear?: Linear<ScatterParams>
  /** The operation that combines an element with its update; it overwrites without one. */
  readonly combine?: string
  readonly keepsNaN?: true
}): Scatter => {
  const primitive: Primitive<ScatterParams> = {
    name,
    schema: scatterSchema,
    cost: scattering(rule.combine !== undefined),
    ...(rule.keepsNaN ? { keepsNaN: true } : {}),
    guards: ([x, , updates], params) => windowsOf(x!, updates!, params),
    print: (params, { combiner, equation }) => [
      ...named(params),
      ["dimension_numbers", namedTuple("ScatterDimensionNumbers", ordered(params.dimensionNumbers, scatterFields))],
      ["mode", modes[params.mode]],
      ["update_consts", []],
      ["update_jaxpr", rule.combine === undefined ? null : combiner(rule.combine, equation.inputs[0]!.aval.dtype)]
    ],
    ...(name === "scatter_add" ? { printedName: "scatter-add" } : {}),
    abstract([x, indices, updates], params) {
      checkDType(name, "operand", checkSameDType(name, [x!, updates!]), rule.dtypes)
      checkDimensionNumbers(name, scatterNames, x!, indices!, toGather(params.dimensionNumbers))
      checkUpdates(name, x!, indices!, updates!, params)
      return [x!]
    },
    jvp: (context) => [rule.jvp(context)],
    ...(rule.linear ? { linear: rule.linear } : {}),
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
      checkOptions(name, options, knownOfScatter)
      return node.bindOne(primitive, [x, indices, updates], {
        dimensionNumbers: completed<ScatterDimensionNumbers>(name, options.dimensionNumbers, knownOfScatterDimensions),
        mode: options.mode ?? "drop",
        indicesAreSorted: options.indicesAreSorted ?? false,
        uniqueIndices: options.uniqueIndices ?? false
      })
    },
    { primitive }
  )
}

/** What stands at the places of the updates. */
export const readBack = (
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
export const instantiated = ({ primals: [x, , updates], tangents: [dx, , dupdates] }: JvpContext<ScatterParams>) =>
  [dx ?? zerosOf(x!), dupdates ?? zerosOf(updates!)] as const

/** Adds updates to an array. @category indexing @since 0.1.0 */
export const scatterAdd: Scatter = scatterOf("scatter_add", {
  combine: "add",
  dtypes: numeric,
  jvp(context) {
    const [dx, dupdates] = instantiated(context)
    return scatterAdd(dx, context.primals[1]!, dupdates, context.params)
  },
  linear: {
    form: { sum: (operand) => operand !== 1 },
    transpose: ({ cotangents: [ct], inputs: [, indices, updates], linear, params }) => [
      linear[0] ? ct : undefined,
      undefined,
      linear[2] ? readBack(ct!, indices!, updates!, params, 0) : undefined
    ]
  }
})
