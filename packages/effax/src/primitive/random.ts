/**
 * The random bits that all samplers are made of.
 */
import * as Aval from "../Aval.ts"
import { DTypeError, ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { outputElements } from "../internal/program/costs.ts"
import { schema } from "../internal/program/paramSchema.ts"
import type * as NdArray from "../NdArray.ts"
import type { Params, Primitive } from "../Primitive.ts"
import { batchElementwise } from "./define.ts"

/** 20 rounds of add, rotate (two shifts and an or) and xor, and 6 injections of the key (Salmon et al. 2011). */
const threefryOperations = 20 * 5 + 2 + 5 * 3

const threefryPrimitive: Primitive<Params> = {
  name: "threefry2x32",
  schema: schema(4),
  cost: { flops: (context) => threefryOperations * outputElements(context) },
  abstract(inputs) {
    const operation = "threefry2x32"
    if (inputs.some((x) => x.dtype !== "uint32")) {
      throw new DTypeError({
        operation,
        message: `${operation}: keys and counts must be uint32, got ${inputs.map((x) => x.dtype).join(", ")}`
      })
    }
    const shape = inputs.find((x) => x.shape.length > 0)?.shape ?? []
    if (inputs.some((x) => x.shape.length > 0 && !Aval.sameShape(x.shape, shape))) {
      throw new ShapeError({
        operation,
        message: `${operation}: operands must have one shape or be scalars, got ${inputs.map(Aval.format).join(", ")}`
      })
    }
    return [Aval.make("uint32", shape), Aval.make("uint32", shape)]
  },
  jvp: () => [undefined, undefined],
  batch: batchElementwise<Params>((inputs, params) => node.bind(threefryPrimitive, inputs, params))
}

/**
 * The Threefry-2x32 hash with 20 rounds of two counts under a key of two words, elementwise (Salmon et al., "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * @category random
 * @since 0.1.0
 */
export const threefry2x32 = Object.assign(
  (
    k1: NdArray.Any,
    k2: NdArray.Any,
    x1: NdArray.Any,
    x2: NdArray.Any
  ): readonly [NdArray.Any, NdArray.Any] => {
    const [a, b] = node.bind(threefryPrimitive, [k1, k2, x1, x2], {})
    return [a!, b!]
  },
  { primitive: threefryPrimitive }
)
