/**
 * Convolution: contracts the windows of an array with a kernel, with strides, dilations and groups.
 *
 * Without the spatial axes it is the contraction [batch, in] x [out, in] -> [batch, out], and its transposes are those of
 * a matrix product. `g` feature groups make it [batch, g in] x [g out, in] -> [batch, g out]; `g` batch groups make it
 * [g batch, in] x [g out, in] -> [batch, g out]. The transposes turn one kind of groups into the other.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import {
  anyInteger,
  axes,
  dtype,
  orNull,
  perAxis,
  positive,
  record,
  schema,
  tuple
} from "../internal/program/paramSchema.ts"
import { named, namedTuple, ordered } from "../internal/program/spelling.ts"
import type * as NdArray from "../NdArray.ts"
import type { BatchContext, CostContext, Primitive } from "../Primitive.ts"
import { checkPreferred, convertTo } from "./contraction.ts"
import { numeric } from "./dtypeSets.ts"
import { add } from "./elementwise.ts"
import type { ConvParams } from "./params.ts"
import { checkAxes, checkDType, checkIntegers, checkList, checkSameDType, type Ints, list, range } from "./rule.ts"
import { full, moveAxis, reshape, rev, zerosOf } from "./structural.ts"

const operation = "conv_general_dilated"

const dilate = (size: number, dilation: number): number => size === 0 ? 0 : 1 + (size - 1) * dilation

const spatial = (x: Aval.Aval, spec: Ints): ReadonlyArray<number> => spec.slice(2).map((axis) => x.shape[axis]!)

const checkSpec = (name: string, spec: Ints, x: Aval.Aval, rank: number): void => {
  if (spec.length !== rank) {
    throw new ShapeError({
      operation,
      message: `${operation}: ${name} ${list(spec)} must name the ${rank} axes of the operands`
    })
  }
  checkAxes(operation, name, spec, x)
}

const checkEntries = (name: string, entries: ReadonlyArray<unknown>, n: number): void => {
  if (entries.length !== n) {
    throw new ShapeError({
      operation,
      message: `${operation}: ${name} must have one entry for each of the ${n} spatial axes, got ${entries.length}`
    })
  }
}

const checkPositive = (name: string, values: Ints): void => {
  checkIntegers(operation, name, values)
  if (values.some((value) => value < 1)) {
    throw new ArgumentError({ operation, message: `${operation}: ${name} ${list(values)} must be 1 or more` })
  }
}

const fail = (message: string): never => {
  throw new ShapeError({ operation, message: `${operation}: ${message}` })
}

const shapeOf = (x: Aval.Aval, w: Aval.Aval, params: ConvParams): ReadonlyArray<number> => {
  const { batchGroupCount, dimensionNumbers, featureGroupCount, padding } = params
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbers
  const rank = x.shape.length
  if (rank < 2 || rank !== w.shape.length) {
    fail(`input and kernel must have the same number of axes, 2 or more, got ${Aval.format(x)} and ${Aval.format(w)}`)
  }
  checkSpec("lhsSpec", lhsSpec, x, rank)
  checkSpec("rhsSpec", rhsSpec, w, rank)
  checkSpec("outSpec", outSpec, x, rank)
  for (const name of ["windowStrides", "padding", "lhsDilation", "rhsDilation"] as const) {
    checkEntries(name, params[name], rank - 2)
  }
  for (const name of ["windowStrides", "lhsDilation", "rhsDilation"] as const) checkPositive(name, params[name])
  checkPositive("featureGroupCount", [featureGroupCount])
  checkPositive("batchGroupCount", [batchGroupCount])
  padding.forEach((entry) => checkIntegers(operation, "padding", entry))
  const batch = x.shape[lhsSpec[0]!]!
  const feature = x.shape[lhsSpec[1]!]!
  const outFeature = w.shape[rhsSpec[0]!]!
  const inFeature = w.shape[rhsSpec[1]!]!
  const pair = `${Aval.format(x)} and kernel ${Aval.format(w)}`
  if (featureGroupCount > 1 && batchGroupCount > 1) {
    throw new ArgumentError({
      operation,
      message:
        `${operation}: featureGroupCount ${featureGroupCount} and batchGroupCount ${batchGroupCount} can't both be ` +
        "more than 1"
    })
  }
  if (feature !== inFeature * featureGroupCount) {
    fail(
      `input ${pair} in ${featureGroupCount} feature groups: the input has ${feature} features, expected ` +
        `${inFeature} * ${featureGroupCount}`
    )
  }
  if (outFeature % featureGroupCount !== 0 || outFeature % batchGroupCount !== 0) {
    fail(
      `the kernel's ${outFeature} output features are not a multiple of ${featureGroupCount * batchGroupCount} groups`
    )
  }
  if (batch % batchGroupCount !== 0) {
    fail(`the input's batch of ${batch} is not a multiple of ${batchGroupCount} batch groups`)
  }
  const windows = spatial(w, rhsSpec)
  const sizes = spatial(x, lhsSpec).map((size, i) => {
    const [low, high] = padding[i]!
    const padded = dilate(size, params.lhsDilation[i]!) + low + high
    if (padded < 0) {
      fail(
        `padding [${low}, ${high}] crops spatial axis ${i} of input ${
          Aval.format(x)
        } to ${padded} elements, expected 0 or more`
      )
    }
    const window = dilate(windows[i]!, params.rhsDilation[i]!)
    return padded < window ? 0 : 1 + Math.floor((padded - window) / params.windowStrides[i]!)
  })
  const canonical = [batch / batchGroupCount, outFeature, ...sizes]
  const shape = new Array<number>(rank)
  outSpec.forEach((axis, i) => shape[axis] = canonical[i]!)
  return shape
}

/** Splits an axis into `n` groups; the group becomes the first of two axes. */
const splitAxis = (x: NdArray.Any, axis: number, n: number): NdArray.Any =>
  reshape(x, [...x.shape.slice(0, axis), n, x.shape[axis]! / n, ...x.shape.slice(axis + 1)])

/** Removes an axis and merges it into another, `into` (counted without it), as its slower part. */
const mergeAxis = (x: NdArray.Any, axis: number, into: number): NdArray.Any => {
  const moved = moveAxis(x, axis, into)
  const { shape } = moved
  return reshape(moved, [...shape.slice(0, into), shape[into]! * shape[into + 1]!, ...shape.slice(into + 2)])
}

/** Moves groups from the output features of a kernel to its input features. */
const regroup = (w: NdArray.Any, [out, feature]: Ints, groups: number): NdArray.Any =>
  groups === 1 ? w : mergeAxis(splitAxis(w, out!, groups), out!, feature!)

const swap = (spec: Ints): Ints => [spec[1]!, spec[0]!, ...spec.slice(2)]

/**
 * The cotangent of the input, [batch, out] x [out, in] -> [batch, in]: strides become dilations of the cotangent, and
 * the kernel is reversed. Input that no window reaches at the end is padded with zeros.
 */
const inputCotangent = (ct: NdArray.Any, x: Aval.Aval, w: NdArray.Any, params: ConvParams): NdArray.Any => {
  const { batchGroupCount, dimensionNumbers, featureGroupCount, lhsDilation, rhsDilation, windowStrides } = params
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbers
  if (ct.size === 0 || w.size === 0) return zerosOf(Aval.make(x.dtype, x.shape))
  const groups = featureGroupCount * batchGroupCount
  const windows = spatial(w, rhsSpec)
  const outs = spatial(ct, outSpec)
  const padding = spatial(x, lhsSpec).map((size, i) => {
    const window = dilate(windows[i]!, rhsDilation[i]!)
    const low = window - params.padding[i]![0] - 1
    return [low, dilate(size, lhsDilation[i]!) + window - 1 - dilate(outs[i]!, windowStrides[i]!) - low] as const
  })
  const kernel = rev(regroup(convertTo(w, ct.dtype), rhsSpec, groups), rhsSpec.slice(2))
  const result = convGeneralDilated(ct, kernel, {
    windowStrides: lhsDilation,
    padding,
    lhsDilation: windowStrides,
    rhsDilation,
    dimensionNumbers: { lhsSpec: outSpec, rhsSpec: swap(rhsSpec), outSpec: lhsSpec },
    featureGroupCount: groups
  })
  // Groups of the batch in the forward pass are groups of features here
  const [batch, feature] = lhsSpec
  return convertTo(
    batchGroupCount === 1 ? result : mergeAxis(splitAxis(result, feature!, groups), feature!, batch!),
    x.dtype
  )
}

/** The cotangent of the kernel, [in, batch] x [batch, out] -> [in, out]: strides and kernel dilations are swapped. */
const kernelCotangent = (ct: NdArray.Any, x: NdArray.Any, w: Aval.Aval, params: ConvParams): NdArray.Any => {
  const { batchGroupCount, dimensionNumbers, featureGroupCount, lhsDilation, rhsDilation, windowStrides } = params
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbers
  if (ct.size === 0 || x.size === 0) return zerosOf(Aval.make(w.dtype, w.shape))
  const windows = spatial(w, rhsSpec)
  const outs = spatial(ct, outSpec)
  const padding = spatial(x, lhsSpec).map((size, i) => {
    const low = params.padding[i]![0]
    const window = dilate(windows[i]!, rhsDilation[i]!)
    return [low, dilate(outs[i]!, windowStrides[i]!) - dilate(size, lhsDilation[i]!) + window - low - 1] as const
  })
  const result = convGeneralDilated(convertTo(x, ct.dtype), ct, {
    windowStrides: rhsDilation,
    padding,
    lhsDilation,
    rhsDilation: windowStrides,
    dimensionNumbers: { lhsSpec: swap(lhsSpec), rhsSpec: swap(outSpec), outSpec: swap(rhsSpec) },
    featureGroupCount: batchGroupCount,
    batchGroupCount: featureGroupCount
  })
  return convertTo(result, w.dtype)
}

/** Merges batch axis 0 into another axis (counted without it), inside its groups: [groups, batch, rest]. */
const fold = (x: NdArray.Any, axis: number, groups: number): NdArray.Any =>
  groups === 1 ? mergeAxis(x, 0, axis) : mergeAxis(mergeAxis(splitAxis(x, axis + 1, groups), 0, axis + 1), axis, axis)

/** Extracts the batch from an axis with the layout [groups, batch, rest], as axis 0. */
const unfold = (x: NdArray.Any, axis: number, groups: number, size: number): NdArray.Any => {
  const rest = x.shape[axis]! / size
  const shape = x.shape.map((n, i) => i === axis ? rest : n)
  const split = reshape(x, [...shape.slice(0, axis), groups, size, rest / groups, ...shape.slice(axis + 1)])
  return reshape(moveAxis(split, axis + 1, 0), [size, ...shape])
}

/**
 * Batches a convolution as one convolution: the batch becomes part of its batch, of the output features, or of the
 * groups.
 */
const batch = ({ batched, inputs: [x, w], params, size }: BatchContext<ConvParams>): NdArray.Any => {
  const { batchGroupCount, featureGroupCount } = params
  const { lhsSpec, outSpec, rhsSpec } = params.dimensionNumbers
  if (size === 0) {
    const [one, other] = [x!, w!].map((array, i) =>
      Aval.make(array.dtype, batched[i] ? array.shape.slice(1) : array.shape)
    )
    return full(0, params.preferredElementType ?? x!.dtype, [0, ...shapeOf(one!, other!, params)])
  }
  if (batched[0] && batched[1]) {
    const inBatch = batchGroupCount > 1
    const result = convGeneralDilated(
      fold(x!, inBatch ? lhsSpec[0]! : lhsSpec[1]!, 1),
      fold(w!, rhsSpec[0]!, 1),
      inBatch
        ? { ...params, batchGroupCount: batchGroupCount * size }
        : { ...params, featureGroupCount: featureGroupCount * size }
    )
    return unfold(result, outSpec[1]!, 1, size)
  }
  if (batched[0]) {
    return unfold(convGeneralDilated(fold(x!, lhsSpec[0]!, batchGroupCount), w!, params), outSpec[0]!, 1, size)
  }
  const groups = batchGroupCount * featureGroupCount
  return unfold(convGeneralDilated(x!, fold(w!, rhsSpec[0]!, groups), params), outSpec[1]!, groups, size)
}

/** The number of pairs of input and window positions that meet along one axis, without padding and holes. */
const meetings = (
  axis: {
    readonly input: number
    readonly window: number
    readonly output: number
    readonly stride: number
    readonly low: number
    readonly lhsDilation: number
    readonly rhsDilation: number
  }
): number => {
  const { input, lhsDilation, low, output, rhsDilation, stride, window } = axis
  let count = 0
  for (let w = 0; w < window; w++) {
    if (lhsDilation === 1) {
      // 0 <= o * stride + w * rhsDilation - low < input
      const shift = low - w * rhsDilation
      const first = Math.max(0, Math.ceil(shift / stride))
      const last = Math.min(output - 1, Math.floor((input - 1 + shift) / stride))
      count += Math.max(0, last - first + 1)
    } else {
      for (let o = 0; o < output; o++) {
        const at = o * stride + w * rhsDilation - low
        if (at >= 0 && at % lhsDilation === 0 && at / lhsDilation < input) count++
      }
    }
  }
  return count
}

const flops = ({ inputs, outputs }: CostContext, params: ConvParams): number => {
  const { dimensionNumbers, lhsDilation, padding, rhsDilation, windowStrides } = params
  const { lhsSpec, outSpec, rhsSpec } = dimensionNumbers
  const [lhs, rhs] = inputs
  let pairs = 1
  for (let d = 0; d < windowStrides.length; d++) {
    pairs *= meetings({
      input: lhs!.shape[lhsSpec[d + 2]!]!,
      window: rhs!.shape[rhsSpec[d + 2]!]!,
      output: outputs[0]!.shape[outSpec[d + 2]!]!,
      stride: windowStrides[d]!,
      low: padding[d]![0],
      lhsDilation: lhsDilation[d]!,
      rhsDilation: rhsDilation[d]!
    })
  }
  const batchAndFeatures = outputs[0]!.shape[outSpec[0]!]! * outputs[0]!.shape[outSpec[1]!]!
  return 2 * batchAndFeatures * rhs!.shape[rhsSpec[1]!]! * pairs
}

// The fields of JAX's named tuple, in order
const printedFields = ["lhsSpec", "rhsSpec", "outSpec"] as const

const convPrimitive: Primitive<ConvParams> = {
  name: operation,
  print: (params) => [
    ...named(params),
    ["dimension_numbers", namedTuple("ConvDimensionNumbers", ordered(params.dimensionNumbers, printedFields))],
    ["out_sharding", null],
    ["precision", null]
  ],
  schema: schema(2, {
    windowStrides: perAxis(positive),
    padding: perAxis(tuple(anyInteger, anyInteger)),
    lhsDilation: perAxis(positive),
    rhsDilation: perAxis(positive),
    dimensionNumbers: record({ lhsSpec: axes, rhsSpec: axes, outSpec: axes }),
    featureGroupCount: positive,
    batchGroupCount: positive,
    preferredElementType: orNull(dtype)
  }),
  cost: { flops },
  abstract([x, w], params) {
    const dtype = checkSameDType(operation, [x!, w!])
    checkDType(operation, "operands", dtype, numeric)
    if (params.preferredElementType !== null) checkPreferred(operation, dtype, params.preferredElementType)
    return [Aval.make(params.preferredElementType ?? dtype, shapeOf(x!, w!, params), x!.weak && w!.weak)]
  },
  jvp({ params, primals: [x, w], tangents: [dx, dw] }) {
    const left = dx && convGeneralDilated(dx, w!, params)
    const right = dw && convGeneralDilated(x!, dw, params)
    return [left && right ? add(left, right) : left ?? right]
  },
  linear: {
    form: { product: [0, 1] },
    transpose: ({ cotangents: [ct], inputs: [x, w], linear, params }) => [
      linear[0] ? inputCotangent(ct!, x!, w!, params) : undefined,
      linear[1] ? kernelCotangent(ct!, x!, w!, params) : undefined
    ]
  },
  batch: (context) => ({ outputs: [batch(context)], batched: [true] })
}

/** Parameters of which dilations, group counts and axes that are not given are those of a plain convolution. */
export type ConvOptions = Pick<ConvParams, "windowStrides" | "padding"> & Partial<ConvParams>

/** A convolution, without reversing the kernel, over any number of spatial axes. */
export const convGeneralDilated = Object.assign(
  (x: NdArray.Any, w: NdArray.Any, options: ConvOptions): NdArray.Any => {
    const { windowStrides } = options
    checkList(operation, "windowStrides", windowStrides)
    const ones = windowStrides.map(() => 1)
    const axes = range(x.shape.length)
    return node.bindOne(convPrimitive, [x, w], {
      windowStrides,
      padding: options.padding,
      lhsDilation: options.lhsDilation ?? ones,
      rhsDilation: options.rhsDilation ?? ones,
      dimensionNumbers: options.dimensionNumbers ?? { lhsSpec: axes, rhsSpec: axes, outSpec: axes },
      featureGroupCount: options.featureGroupCount ?? 1,
      batchGroupCount: options.batchGroupCount ?? 1,
      preferredElementType: options.preferredElementType ?? null
    })
  },
  { primitive: convPrimitive }
)
