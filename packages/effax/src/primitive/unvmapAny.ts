/**
 * `unvmap_any`: a bool scalar as it is, and under `vmap` whether it holds of any example, once for all of them. What it
 * decides is done for all examples or for none, so that a branch stays a branch. The name is Equinox's.
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
  // the examples of another `vmap` around this one are asked too
  batch: ({ inputs: [x] }) => ({ outputs: [unvmapAny(reduceOr(x!, [0]))], batched: [false] })
}

/** Whether a condition holds: of any example, under `vmap`. */
export const unvmapAny = Object.assign(
  (x: NdArray.Any): NdArray.Any => node.bindOne(primitive, [x], {}),
  { primitive }
)
