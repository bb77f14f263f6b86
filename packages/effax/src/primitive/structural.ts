/**
 * Structural primitives: they move, repeat, join and cut elements, and are linear in what they move.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, AxisError, DTypeError, IndexError, ShapeError } from "../Errors.ts"
import { varied } from "../internal/axes/replication.ts"
import * as node from "../internal/graph/node.ts"
import { holds } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { numeric } from "./dtypeSets.ts"
import { select } from "./elementwise.ts"
import type {
  BroadcastInDimParams,
  ConcatenateParams,
  IotaParams,
  PadParams,
  ReshapeParams,
  RevParams,
  SliceParams,
  TransposeParams
} from "./params.ts"
import { reduceSum } from "./reduction.ts"
import {
  checkAxes,
  checkDType,
  checkIntegers,
  checkLength,
  checkList,
  checkSameDType,
  checkShape,
  count,
  elements,
  type Ints,
  inverse,
  isIdentity,
  linear,
  list,
  range,
  shift
} from "./rule.ts"

// --- broadcast_in_dim -----------------------------------------------------------------------------------------------

const broadcastPrimitive: Primitive<BroadcastInDimParams> = linear<BroadcastInDimParams>({
  name: "broadcast_in_dim",
  aval(x, { broadcastDimensions, shape }) {
    const operation = "broadcast_in_dim"
    checkShape(operation, "shape", shape)
    checkLength(operation, "broadcastDimensions", broadcastDimensions, x)
    checkAxes(operation, "broadcastDimensions", broadcastDimensions, Aval.make(x.dtype, shape))
    broadcastDimensions.forEach((axis, i) => {
      if (i > 0 && axis < broadcastDimensions[i - 1]!) {
        throw new AxisError({
          operation,
          message: `${operation}: broadcastDimensions ${
            list(broadcastDimensions)
          } must increase; transpose the operand first`
        })
      }
      if (x.shape[i] !== 1 && x.shape[i] !== shape[axis]) {
        throw new ShapeError({
          operation,
          message: `${operation}: cannot broadcast ${Aval.format(x)} to ${list(shape)} along axes ${
            list(broadcastDimensions)
          }: axis ${i} has ${x.shape[i]}, expected 1 or ${shape[axis]}`
        })
      }
    })
    return Aval.make(x.dtype, shape, x.weak)
  },
  // What was repeated is added up: over new axes, and over axes of length 1 that were stretched
  transpose(ct, x, { broadcastDimensions, shape }) {
    const axes = range(shape.length).filter((axis) => {
      const from = broadcastDimensions.indexOf(axis)
      return from < 0 || x.shape[from] !== shape[axis]
    })
    return reshape(reduceSum(ct, axes), x.shape)
  },
  batched: ({ broadcastDimensions, shape }, size) => ({
    shape: [size, ...shape],
    broadcastDimensions: [0, ...shift(broadcastDimensions)]
  })
})

/**
 * Operand axis `i` becomes axis `broadcastDimensions[i]` of the result; axes of length 1 are stretched.
 *
 * @category structural
 * @since 0.1.0
 */
export const broadcastInDim = Object.assign(
  (x: NdArray.Any, shape: Ints, broadcastDimensions: Ints): NdArray.Any => {
    checkList("broadcast_in_dim", "shape", shape)
    checkList("broadcast_in_dim", "broadcastDimensions", broadcastDimensions)
    return Aval.sameShape(x.shape, shape) && broadcastDimensions.length === shape.length &&
        isIdentity(broadcastDimensions)
      ? x
      : node.bindOne(broadcastPrimitive, [x], { shape, broadcastDimensions })
  },
  { primitive: broadcastPrimitive }
)

/** An array full of one value. */
export const full = (value: number | bigint | boolean, dtype: DType.DType, shape: Ints, weak = false): NdArray.Any =>
  broadcastInDim(node.literal(dtype === "bool" ? Boolean(value) : value, dtype, weak), shape, [])

/** Zeros with the dtype and shape of an operand. */
export const zerosOf = (x: Aval.Aval): NdArray.Any => varied(full(0, x.dtype, x.shape, x.weak), x.varying)

// --- reshape --------------------------------------------------------------------------------------------------------

const reshapePrimitive: Primitive<ReshapeParams> = linear<ReshapeParams>({
  name: "reshape",
  aval(x, { newSizes }) {
    checkShape("reshape", "shape", newSizes)
    if (count(newSizes) !== count(x.shape)) {
      throw new ShapeError({
        operation: "reshape",
        message: `reshape: cannot turn ${Aval.format(x)} (${elements(x.shape)}) into ${list(newSizes)} (${
          elements(newSizes)
        })`
      })
    }
    return Aval.make(x.dtype, newSizes, x.weak)
  },
  transpose: (ct, x) => reshape(ct, x.shape),
  batched: ({ newSizes }, size) => ({ newSizes: [size, ...newSizes] })
})

/** The same elements in row-major order under another shape. @category structural @since 0.1.0 */
export const reshape = Object.assign(
  (x: NdArray.Any, newSizes: Ints): NdArray.Any => {
    checkList("reshape", "shape", newSizes)
    return Aval.sameShape(x.shape, newSizes) ? x : node.bindOne(reshapePrimitive, [x], { newSizes })
  },
  { primitive: reshapePrimitive }
)

// --- transpose ------------------------------------------------------------------------------------------------------

const transposePrimitive: Primitive<TransposeParams> = linear<TransposeParams>({
  name: "transpose",
  aval(x, { permutation }) {
    checkLength("transpose", "permutation", permutation, x)
    checkAxes("transpose", "permutation", permutation, x)
    return Aval.make(x.dtype, permutation.map((axis) => x.shape[axis]!), x.weak)
  },
  transpose: (ct, _, { permutation }) => transpose(ct, inverse(permutation)),
  batched: ({ permutation }) => ({ permutation: [0, ...shift(permutation)] })
})

/** Axis `i` of the result is axis `permutation[i]` of the operand. @category structural @since 0.1.0 */
export const transpose = Object.assign(
  (x: NdArray.Any, permutation: Ints): NdArray.Any => {
    checkList("transpose", "permutation", permutation)
    return permutation.length === x.shape.length && isIdentity(permutation)
      ? x
      : node.bindOne(transposePrimitive, [x], { permutation })
  },
  { primitive: transposePrimitive }
)

/** Moves one axis; the others keep their order. */
export const moveAxis = (x: NdArray.Any, from: number, to: number): NdArray.Any => {
  const permutation = range(x.shape.length).filter((axis) => axis !== from)
  permutation.splice(to, 0, from)
  return transpose(x, permutation)
}

// --- rev ------------------------------------------------------------------------------------------------------------

const revPrimitive: Primitive<RevParams> = linear<RevParams>({
  name: "rev",
  aval(x, { dimensions }) {
    checkAxes("rev", "dimensions", dimensions, x)
    return x
  },
  transpose: (ct, _, { dimensions }) => rev(ct, dimensions),
  batched: ({ dimensions }) => ({ dimensions: shift(dimensions) })
})

/** The elements in reverse order along axes. @category structural @since 0.1.0 */
export const rev = Object.assign(
  (x: NdArray.Any, dimensions: Ints): NdArray.Any => {
    checkList("rev", "dimensions", dimensions)
    return dimensions.length === 0 ? x : node.bindOne(revPrimitive, [x], { dimensions })
  },
  { primitive: revPrimitive }
)

// --- concatenate ----------------------------------------------------------------------------------------------------

const concatenatePrimitive: Primitive<ConcatenateParams> = {
  name: "concatenate",
  abstract(inputs, { dimension }) {
    const operation = "concatenate"
    if (inputs.length === 0) {
      throw new ArgumentError({ operation, message: `${operation}: needs at least one array, got none` })
    }
    const dtype = checkSameDType(operation, inputs)
    const first = inputs[0]!
    checkAxes(operation, "dimension", [dimension], first)
    for (const other of inputs) {
      const fits = other.shape.length === first.shape.length &&
        other.shape.every((size, axis) => axis === dimension || size === first.shape[axis])
      if (!fits) {
        throw new ShapeError({
          operation,
          message: `${operation}: arrays must agree in every axis but axis ${dimension}, got ${
            inputs.map(Aval.format).join(", ")
          }`
        })
      }
    }
    const total = inputs.reduce((sum, x) => sum + x.shape[dimension]!, 0)
    return [
      Aval.make(dtype, first.shape.map((size, i) => i === dimension ? total : size), inputs.every((x) => x.weak))
    ]
  },
  jvp: ({ params, primals, tangents }) => [
    node.bindOne(concatenatePrimitive, primals.map((x, i) => tangents[i] ?? zerosOf(x)), params)
  ],
  transpose({ cotangents: [ct], inputs, linear, params: { dimension } }) {
    let offset = 0
    return inputs.map((x, i) => {
      const from = offset
      offset += x.shape[dimension]!
      if (!linear[i]) return undefined
      return slice(
        ct!,
        ct!.shape.map((_, axis) => axis === dimension ? from : 0),
        ct!.shape.map((size, axis) => axis === dimension ? from + x.shape[dimension]! : size)
      )
    })
  },
  batch: ({ batched, inputs, params, size }) => ({
    outputs: node.bind(
      concatenatePrimitive,
      inputs.map((x, i) => batched[i] ? x : repeat(x, size)),
      { dimension: params.dimension + 1 }
    ),
    batched: [true]
  })
}

/** Arrays one after the other along an axis. @category structural @since 0.1.0 */
export const concatenate = Object.assign(
  (xs: ReadonlyArray<NdArray.Any>, dimension: number): NdArray.Any => {
    checkList("concatenate", "operands", xs)
    const only = xs.length === 1 ? xs[0]! : undefined
    return only !== undefined && Number.isInteger(dimension) && dimension >= 0 && dimension < only.shape.length
      ? only
      : node.bindOne(concatenatePrimitive, xs, { dimension })
  },
  { primitive: concatenatePrimitive }
)

/** `size` copies along a new axis 0: an operand that is not batched, as a batched one. */
export const repeat = (x: NdArray.Any, size: number): NdArray.Any =>
  broadcastInDim(x, [size, ...x.shape], range(x.shape.length, 1))

// --- pad ------------------------------------------------------------------------------------------------------------

const dilated = (size: number, interior: number): number => size === 0 ? 0 : size + (size - 1) * interior

const noPadding = [0, 0, 0] as const

/** Where the padded array shows the operand, and not the padding value. */
const covered = (x: Aval.Aval, config: PadParams["paddingConfig"]): NdArray.Any =>
  pad(full(true, "bool", x.shape), node.literal(false, "bool"), config)

const padPrimitive: Primitive<PadParams> = {
  name: "pad",
  abstract([x, value], { paddingConfig }) {
    const operation = "pad"
    const dtype = checkSameDType(operation, [x!, value!])
    if (value!.shape.length > 0) {
      throw new ShapeError({
        operation,
        message: `${operation}: the padding value must be a scalar, got ${Aval.format(value!)}`
      })
    }
    checkLength(operation, "paddingConfig", paddingConfig, x!)
    const shape = paddingConfig.map(([low, high, interior], axis) => {
      checkIntegers(operation, `paddingConfig of axis ${axis}`, [low, high, interior])
      if (interior < 0) {
        throw new ArgumentError({
          operation,
          message: `${operation}: interior padding of axis ${axis} must be 0 or more, got ${interior}`
        })
      }
      const size = low + high + dilated(x!.shape[axis]!, interior)
      if (size < 0) {
        throw new ShapeError({
          operation,
          message:
            `${operation}: padding [${low}, ${high}, ${interior}] crops axis ${axis} of ${
              Aval.format(x!)
            } to ${size} ` +
            "elements, expected 0 or more"
        })
      }
      return size
    })
    checkShape(operation, "shape", shape)
    return [Aval.make(dtype, shape, x!.weak && value!.weak)]
  },
  jvp: ({ params, primals: [x, value], tangents: [dx, dvalue] }) => [
    node.bindOne(padPrimitive, [dx ?? zerosOf(x!), dvalue ?? zerosOf(value!)], params)
  ],
  transpose({ cotangents: [ct], inputs: [x], linear, params: { paddingConfig } }) {
    const cropped = () => {
      const uncut = pad(
        ct!,
        node.literal(0, ct!.dtype),
        paddingConfig.map(([low, high]) => [-low, -high, 0] as const)
      )
      return slice(uncut, uncut.shape.map(() => 0), uncut.shape, paddingConfig.map(([, , interior]) => interior + 1))
    }
    return [
      linear[0] ? cropped() : undefined,
      linear[1] ? reduceSum(select(covered(x!, paddingConfig), 0, ct!), range(ct!.shape.length)) : undefined
    ]
  },
  batch({ batched: [batchedX, batchedValue], inputs: [x, value], params: { paddingConfig }, size }) {
    const config = [noPadding, ...paddingConfig]
    if (!batchedValue) return { outputs: [pad(x!, value!, config)], batched: [true] }
    const all = batchedX ? x! : repeat(x!, size)
    const padded = pad(all, node.literal(0, all.dtype), config)
    return {
      outputs: [select(covered(all, config), padded, broadcastInDim(value!, padded.shape, [0]))],
      batched: [true]
    }
  }
}

/**
 * `[low, high, interior]` copies of a scalar before, after and between the elements of each axis.
 *
 * @category structural
 * @since 0.1.0
 */
export const pad = Object.assign(
  (x: NdArray.Any, paddingValue: NdArray.Any, paddingConfig: PadParams["paddingConfig"]): NdArray.Any => {
    checkList("pad", "paddingConfig", paddingConfig)
    for (const entry of paddingConfig) checkList("pad", "an entry of paddingConfig", entry)
    return paddingConfig.length === x.shape.length && paddingConfig.every((entry) => entry.every((n) => n === 0)) &&
        paddingValue.dtype === x.dtype && paddingValue.shape.length === 0
      ? x
      : node.bindOne(padPrimitive, [x, paddingValue], { paddingConfig })
  },
  { primitive: padPrimitive }
)

// --- slice ----------------------------------------------------------------------------------------------------------

const slicePrimitive: Primitive<SliceParams> = linear<SliceParams>({
  name: "slice",
  aval(x, { limitIndices, startIndices, strides }) {
    const operation = "slice"
    checkLength(operation, "startIndices", startIndices, x)
    checkLength(operation, "limitIndices", limitIndices, x)
    if (strides !== null) checkLength(operation, "strides", strides, x)
    const shape = x.shape.map((size, axis) => {
      const start = startIndices[axis]!
      const limit = limitIndices[axis]!
      const stride = strides === null ? 1 : strides[axis]!
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(limit) || start < 0 || limit < start || limit > size) {
        throw new IndexError({
          operation,
          message:
            `${operation}: [${start}, ${limit}) is not a range of axis ${axis} of ${
              Aval.format(x)
            }, expected integers ` +
            `0 <= start <= limit <= ${size}`
        })
      }
      if (!Number.isSafeInteger(stride) || stride < 1) {
        throw new IndexError({
          operation,
          message: `${operation}: the stride of axis ${axis} must be an integer from 1 on, got ${stride}`
        })
      }
      return Math.ceil((limit - start) / stride)
    })
    return Aval.make(x.dtype, shape, x.weak)
  },
  transpose: (ct, x, { startIndices, strides }) =>
    pad(
      ct,
      node.literal(0, ct.dtype),
      x.shape.map((size, axis) => {
        const interior = strides === null ? 0 : strides[axis]! - 1
        const low = startIndices[axis]!
        return [low, size - low - dilated(ct.shape[axis]!, interior), interior] as const
      })
    ),
  batched: ({ limitIndices, startIndices, strides }, size) => ({
    startIndices: [0, ...startIndices],
    limitIndices: [size, ...limitIndices],
    strides: strides === null ? null : [1, ...strides]
  })
})

/**
 * Every `strides[i]`-th element from `startIndices[i]` to before `limitIndices[i]`.
 *
 * @category structural
 * @since 0.1.0
 */
export const slice = Object.assign(
  (x: NdArray.Any, startIndices: Ints, limitIndices: Ints, strides: Ints | null = null): NdArray.Any => {
    checkList("slice", "startIndices", startIndices)
    checkList("slice", "limitIndices", limitIndices)
    const unit = strides === null || strides.every((stride) => stride === 1)
    return unit && startIndices.length === x.shape.length && startIndices.every((start) => start === 0) &&
        Aval.sameShape(limitIndices, x.shape) && (strides === null || strides.length === x.shape.length)
      ? x
      : node.bindOne(slicePrimitive, [x], {
        startIndices,
        limitIndices,
        strides: unit && strides?.length === x.shape.length ? null : strides
      })
  },
  { primitive: slicePrimitive }
)

/** The elements from `start` to before `limit` along one axis. */
export const sliceAxis = (x: NdArray.Any, axis: number, start: number, limit: number, stride = 1): NdArray.Any =>
  slice(
    x,
    x.shape.map((_, i) => i === axis ? start : 0),
    x.shape.map((size, i) => i === axis ? limit : size),
    stride === 1 ? null : x.shape.map((_, i) => i === axis ? stride : 1)
  )

// --- iota -----------------------------------------------------------------------------------------------------------

const iotaPrimitive: Primitive<IotaParams> = {
  name: "iota",
  abstract(_, { dimension, dtype, shape }) {
    checkShape("iota", "shape", shape)
    checkDType("iota", "result", dtype, numeric)
    const result = Aval.make(dtype, shape)
    checkAxes("iota", "dimension", [dimension], result)
    const length = shape[dimension]!
    if (DType.isInteger(dtype) && length > 0 && !holds(dtype, length - 1)) {
      throw new DTypeError({
        operation: "iota",
        message: `iota: ${dtype} has no values for the ${length} positions along axis ${dimension} of ${list(shape)}`
      })
    }
    return [result]
  },
  // It has no operands, so that neither a tangent nor a batch can reach it
  jvp: () => [undefined],
  batch: ({ params }) => ({ outputs: node.bind(iotaPrimitive, [], params), batched: [false] })
}

/** The index along one axis. @category structural @since 0.1.0 */
export const iota = Object.assign(
  (dtype: DType.DType, shape: Ints, dimension: number): NdArray.Any =>
    node.bindOne(iotaPrimitive, [], { dtype, shape, dimension }),
  { primitive: iotaPrimitive }
)
