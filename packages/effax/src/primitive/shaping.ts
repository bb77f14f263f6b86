/**
 * Repeating, reshaping and summing: `broadcast_in_dim` and `reduce_sum` are each other's transposes, and batching rules of
 * all other primitives are written with them.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { AxisError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { movement, reduction as reductionCost } from "../internal/program/costs.ts"
import { axes, schema, shape } from "../internal/program/paramSchema.ts"
import { named } from "../internal/program/spelling.ts"
import type * as NdArray from "../NdArray.ts"
import type { JvpContext, Linear, OrZero, Primitive } from "../Primitive.ts"
import { type DTypes, numeric } from "./dtypeSets.ts"
import type { BroadcastInDimParams, ReduceParams, ReshapeParams } from "./params.ts"
import {
  checkAxes,
  checkDType,
  checkLength,
  checkList,
  checkShape,
  count,
  elements,
  type Ints,
  isIdentity,
  list,
  moving,
  range,
  shift,
  without
} from "./rule.ts"

// --- broadcast_in_dim -----------------------------------------------------------------------------------------------

const broadcastPrimitive: Primitive<BroadcastInDimParams> = moving<BroadcastInDimParams>({
  name: "broadcast_in_dim",
  // implied by the type of the result: the shape, and the dimensions of a scalar
  print: ({ broadcastDimensions }) =>
    broadcastDimensions.length === 0 ? [] : [["broadcast_dimensions", broadcastDimensions]],
  schema: schema(1, { shape, broadcastDimensions: axes }),
  cost: movement,
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

// --- reshape --------------------------------------------------------------------------------------------------------

const reshapePrimitive: Primitive<ReshapeParams> = moving<ReshapeParams>({
  name: "reshape",
  print: (params) => [...named(params), ["dimensions", null], ["sharding", null]],
  schema: schema(1, { newSizes: shape }),
  cost: movement,
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

// --- reduce_sum

/** An array builder that knows its primitive. @category models @since 0.1.0 */
export interface Reduction {
  (x: NdArray.Any, axes: Ints): NdArray.Any
  readonly primitive: Primitive<ReduceParams>
}

export const reduction = (name: string, rule: {
  readonly dtypes: DTypes
  /** Absent: no derivative flows through. */
  readonly jvp?: (context: JvpContext<ReduceParams>) => OrZero
  readonly linear?: Linear<ReduceParams>
  readonly print?: NonNullable<Primitive<ReduceParams>["print"]>
}): Reduction => {
  const primitive: Primitive<ReduceParams> = {
    name,
    schema: schema(1, { axes }),
    cost: reductionCost,
    abstract([x], { axes }) {
      checkDType(name, "operand", x!.dtype, rule.dtypes)
      checkAxes(name, "axes", axes, x!)
      return [Aval.make(x!.dtype, x!.shape.filter((_, axis) => !axes.includes(axis)), x!.weak)]
    },
    jvp: (context) => [rule.jvp?.(context)],
    ...(rule.linear ? { linear: rule.linear } : {}),
    ...(rule.print ? { print: rule.print } : {}),
    batch: ({ inputs, params: { axes } }) => ({
      outputs: node.bind(primitive, inputs, { axes: shift(axes) }),
      batched: [true]
    })
  }
  return Object.assign(
    (x: NdArray.Any, axes: Ints): NdArray.Any => {
      checkList(name, "axes", axes)
      return axes.length === 0 ? x : node.bindOne(primitive, [x], { axes })
    },
    { primitive }
  )
}

/** A result of a reduction, repeated along the axes that were reduced. */
export const spread = (result: NdArray.Any, shape: Ints, axes: Ints): NdArray.Any =>
  broadcastInDim(result, shape, without(shape.length, axes))

/** Sums over axes. @category reductions @since 0.1.0 */
export const reduceSum = reduction("reduce_sum", {
  print: (params) => [...named(params), ["out_sharding", null]],
  dtypes: numeric,
  jvp: ({ params: { axes }, tangents: [tangent] }) => reduceSum(tangent!, axes),
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], inputs: [x], params: { axes } }) => [spread(ct!, x!.shape, axes)]
  }
})
