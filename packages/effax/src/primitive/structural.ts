/**
 * Structural primitives: they move, repeat, join and cut elements, and are linear in what they move.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, IndexError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { holds } from "../internal/graph/scalars.ts"
import { movement, window } from "../internal/program/costs.ts"
import {
  anyInteger,
  axes,
  axis,
  dtype,
  natural,
  orNull,
  perAxis,
  positive,
  schema,
  shape,
  tuple
} from "../internal/program/paramSchema.ts"
import { named } from "../internal/program/spelling.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { numeric } from "./dtypeSets.ts"
import { select } from "./elementwise.ts"
import type { ConcatenateParams, IotaParams, PadParams, RevParams, SliceParams, TransposeParams } from "./params.ts"
import {
  checkAxes,
  checkDType,
  checkIntegers,
  checkLength,
  checkList,
  checkSameDType,
  checkShape,
  type Ints,
  inverse,
  isIdentity,
  list,
  moving,
  range,
  shift
} from "./rule.ts"
import { broadcastInDim, full, reduceSum, reshape } from "./shaping.ts"
import { zerosOf } from "./varying.ts"

export { broadcastInDim, full, reshape, zerosOf }

// --- transpose ------------------------------------------------------------------------------------------------------

const transposePrimitive: Primitive<TransposeParams> = moving<TransposeParams>({
  name: "transpose",
  schema: schema(1, { permutation: axes }),
  cost: movement,
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

const revPrimitive: Primitive<RevParams> = moving<RevParams>({
  name: "rev",
  schema: schema(1, { dimensions: axes }),
  cost: movement,
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
  schema: schema([1, Infinity], { dimension: axis }),
  cost: movement,
  keepsNaN: true,
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
  linear: {
    form: { sum: () => true },
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
    }
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
  schema: schema(2, { paddingConfig: perAxis(tuple(anyInteger, anyInteger, natural)) }),
  cost: movement,
  keepsNaN: true,
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
  linear: {
    form: { sum: () => true },
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
    }
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

const slicePrimitive: Primitive<SliceParams> = moving<SliceParams>({
  name: "slice",
  schema: schema(1, {
    startIndices: perAxis(natural),
    limitIndices: perAxis(natural),
    strides: orNull(perAxis(positive))
  }),
  cost: window,
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
  print: (params) => [...named(params), ["sharding", null]],
  schema: schema(0, { dtype, shape, dimension: axis }),
  cost: movement,
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
