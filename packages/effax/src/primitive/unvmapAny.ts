/**
 * `unvmap_any`: the identity on a bool scalar; under `vmap`, whether it is true for any example, as one value for all
 * of them. A decision based on it applies to all examples or to none, so that a branch stays a branch. The name comes
 * from Equinox.
 */
import { ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Params, Primitive } from "../Primitive.ts"
import { reduceOr } from "./reduction.ts"

const primitive: Primitive<Params> = {
  name: "unvmap_any",
  schema: schema(1),
  cost: nothing,
  abstract([x]) {
    if (x!.dtype !== "bool" || x!.shape.length > 0) {
      throw new ShapeError({
        operation: "unvmap_any",
        message: `unvmap_any: the operand must be a bool scalar, got ${x!.dtype}[${x!.shape.join(", ")}]`
      })
    }
    return [{ dtype: "bool", shape: [], weak: false }]
  },
  jvp: () => [undefined],
  // includes the examples of an enclosing `vmap`
  batch: ({ inputs: [x] }) => ({ outputs: [unvmapAny(reduceOr(x!, [0]))], batched: [false] })
}

/** Whether a condition holds; under `vmap`, whether it holds for any example. */
export const unvmapAny = Object.assign(
  (x: NdArray.Any): NdArray.Any => node.bindOne(primitive, [x], {}),
  { primitive }
)
