/**
 * `pvary` and `psum_invariant`: the two ways between values that are the same on all devices of an axis and values that
 * vary over it. They are each other's transposes.
 */
import type * as Aval from "../Aval.ts"
import { ReplicationError } from "../Errors.ts"
import * as replication from "../internal/axes/replication.ts"
import * as axisScope from "../internal/axes/scope.ts"
import * as node from "../internal/graph/node.ts"
import { arithmetic, nothing } from "../internal/program/costs.ts"
import { names, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { mul } from "./arithmetic.ts"
import type { AxesParams } from "./params.ts"
import { full, reduceSum } from "./shaping.ts"

/** The value as one that varies over more axes. On a device nothing happens. */
export const pvaryPrimitive: Primitive<AxesParams> = {
  name: "pvary",
  schema: schema(1, { axes: names }),
  cost: nothing,
  keepsZero: true,
  replication: "own",
  abstract([x], { axes }) {
    const already = axes.filter((name) => x!.varying?.includes(name))
    if (already.length > 0) {
      throw new ReplicationError({
        operation: "pvary",
        message: `pvary: the operand varies over the axis ${replication.format(already)} already`
      })
    }
    return [{ ...x!, varying: replication.union(x!.varying, axes) }]
  },
  jvp: ({ params: { axes }, tangents: [tangent] }) => [varied(tangent!, axes)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params: { axes } }) => [psumInvariant(ct!, axes)]
  },
  // what is the same for all examples, and for all devices of the axis that is mapped away, stays so
  batch({ axisName, batched, inputs: [x], params: { axes } }) {
    const rest = axes.filter((name) => name !== axisName)
    return { outputs: [varied(x!, rest)], batched }
  },
  axisNames: ({ axes }) => axes
}

/** The same value, as one that varies over more axes: over `names` at least. */
export const varied = <A extends NdArray.Any>(x: A, names: replication.Names): A | node.Node => {
  const axes = replication.missing(node.nodeOf(x).varying, names)
  return axes.length === 0 ? x : node.bindOne(pvaryPrimitive, [x], { axes: axisScope.ordered(axes) })
}

/** The sum over devices of what varies over some axes, as a value that is the same on all of them. */
export const psumInvariantPrimitive: Primitive<AxesParams> = {
  name: "psum_invariant",
  schema: schema(1, { axes: names }),
  cost: arithmetic,
  replication: "own",
  abstract([x], { axes }) {
    replication.checkVaries("psum", x!, axes)
    return [{ ...x!, varying: replication.minus(x!.varying, axes) }]
  },
  jvp: ({ params: { axes }, tangents: [tangent] }) => [psumInvariant(tangent!, axes)],
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents: [ct], params: { axes } }) => [varied(ct!, axes)]
  },
  batch({ axisName, batched: [batched], inputs: [x], params: { axes }, size }) {
    const rest = axes.filter((name) => name !== axisName)
    if (rest.length === axes.length) return { outputs: [psumInvariant(x!, axes)], batched: [batched!] }
    const sum = batched ? reduceSum(x!, [0]) : mul(x!, size)
    return { outputs: [psumInvariant(sum, rest)], batched: [false] }
  },
  axisNames: ({ axes }) => axes
}

export const psumInvariant = (x: NdArray.Any, axes: ReadonlyArray<string>): NdArray.Any =>
  axes.length === 0
    ? x
    : node.bindOne(psumInvariantPrimitive, [varied(x, axes)], { axes: axisScope.ordered(axes) })

/** Zeros with the dtype and shape of an operand. */
export const zerosOf = (x: Aval.Aval): NdArray.Any => varied(full(0, x.dtype, x.shape, x.weak), x.varying)
