/**
 * `name`: the identity, with a name by which checkpoint policies refer to the value.
 */
import { flatten } from "../internal/arguments/arguments.ts"
import { dual } from "../internal/arguments/dual.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { schema, text } from "../internal/program/paramSchema.ts"
import type { Primitive } from "../Primitive.ts"
import * as Tree from "../Tree.ts"
import type { NameParams } from "./params.ts"

const primitive: Primitive<NameParams> = {
  name: "name",
  schema: schema(1, { name: text }),
  cost: nothing,
  keepsZero: true,
  abstract: ([{ dtype, shape, weak }]: ReadonlyArray<node.Node>) => [{ dtype, shape, weak }],
  // tangents have no name
  jvp: ({ tangents }) => tangents,
  linear: {
    form: { product: [0] },
    transpose: ({ cotangents }) => cotangents
  },
  batch: ({ batched, inputs, params }) => ({ outputs: node.bind(primitive, inputs, params), batched })
}

/**
 * Returns a tree of arrays unchanged, under a name by which the policies of `checkpoint` refer to it.
 *
 * **Details**
 *
 * Values that depend on the result can be computed from the kept value. A derivative rule that uses the value from
 * before it was named, as the rule of `exp` uses its result, has it recomputed.
 *
 * @example
 * ```ts
 * import { checkpoint, checkpointName, checkpointPolicies, grad, NdArray, Numpy as np } from "effax"
 *
 * const f = checkpoint(
 *   (x: NdArray.Any) => np.sin(checkpointName(np.sin(x), "inner")),
 *   { policy: checkpointPolicies.saveOnlyTheseNames("inner") }
 * )
 * grad(f)(1) // => 0.36003894
 * ```
 *
 * @category checkpointing
 * @since 0.1.0
 */
export const checkpointName = Object.assign(
  dual<{
    (name: string): <T>(x: T) => T
    <T>(x: T, name: string): T
  }>("checkpointName", 2, (x: unknown, name: string) => {
    const { leaves, structure } = flatten("checkpointName", "operand", x)
    return Tree.unflatten(structure, leaves.map((leaf) => node.bindOne(primitive, [leaf], { name })))
  }),
  { primitive }
)
