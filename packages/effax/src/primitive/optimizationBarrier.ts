/**
 * `optimization_barrier`: the identity that compilers don't see through.
 */
import { avals, flatten } from "../internal/arguments/arguments.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { anyOperands, schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero, Params, Primitive } from "../Primitive.ts"
import * as Tree from "../Tree.ts"

/** The barrier of those that are not zero. */
const ofPresent = (values: ReadonlyArray<OrZero>): ReadonlyArray<OrZero> => {
  const results = node.bind(primitive, values.filter((value) => value !== undefined), {})
  let next = 0
  return values.map((value) => value === undefined ? undefined : results[next++])
}

const primitive: Primitive<Params> = {
  name: "optimization_barrier",
  schema: schema(anyOperands),
  cost: nothing,
  replication: "own",
  abstract: (inputs) => avals(inputs),
  jvp: ({ tangents }) => ofPresent(tangents),
  linear: {
    form: "each",
    transpose: ({ cotangents, linear }) => ofPresent(cotangents).map((ct, i) => linear[i] ? ct : undefined)
  },
  batch: ({ batched, inputs }) => ({ outputs: node.bind(primitive, inputs, {}), batched })
}

/** A barrier around each of several arrays. */
export const barriers = (inputs: ReadonlyArray<NdArray.Any>): ReadonlyArray<NdArray.Any> =>
  inputs.map((input) => node.bindOne(primitive, [input], {}))

/**
 * A tree of arrays as it is, as values that are new to the compiler: what is computed from them is not recognised as what
 * was computed from the originals already.
 *
 * **When to use**
 *
 * To have something computed twice on purpose, as `checkpoint` has it to save memory.
 *
 * @example
 * ```ts
 * import { Lax, NdArray, Numpy as np } from "effax"
 *
 * const [x, y] = Lax.optimizationBarrier([np.array([1, 2]), np.array(3)])
 * np.add(x, y) // => [4, 5]
 * ```
 *
 * @category compilation
 * @since 0.1.0
 */
export const optimizationBarrier = Object.assign(
  <T>(tree: T): T => {
    const { leaves, structure } = flatten("optimizationBarrier", "operand", tree)
    return Tree.unflatten(structure, leaves.length === 0 ? leaves : node.bind(primitive, leaves, {})) as T
  },
  { primitive }
)
