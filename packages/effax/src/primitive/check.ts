/**
 * `check`: hands arrays on, and says what has to be true of them. Nothing looks at it but a Layer that checks.
 */
import * as Aval from "../Aval.ts"
import { DTypeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { calling } from "../internal/program/costs.ts"
import { Var } from "../internal/program/model.ts"
import { anyOperands, list, natural, program, schema, text } from "../internal/program/paramSchema.ts"
import { Program } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import type { CheckParams } from "./params.ts"

/** A call of a Program that gives its first parameters back: what doesn't check knows no more of it. */
const identity = (avals: ReadonlyArray<Aval.Aval>, count: number): Program => {
  const parameters = avals.map(({ dtype, shape, weak }) => new Var({ dtype, shape, weak }))
  return new Program({ parameters, equations: [], results: parameters.slice(0, count) })
}

const jaxprOf = ({ jaxpr }: { readonly jaxpr: Program }): Program => jaxpr

const primitive: Primitive<CheckParams> = {
  name: "check",
  schema: schema(anyOperands, { message: text, count: natural, names: list(text), jaxpr: program }, jaxprOf),
  cost: calling(jaxprOf),
  keepsNaN: true,
  replication: "own",
  abstract(inputs, { count }) {
    const predicate = inputs[count]!
    if (predicate.dtype !== "bool") {
      throw new DTypeError({
        operation: "check",
        message: `check: the predicate must be bool, got ${Aval.format(predicate)}; compare, as with \`np.greater\``
      })
    }
    return inputs.slice(0, count)
  },
  // what is checked has been checked before its tangents are computed
  jvp: ({ params: { count }, tangents }) => tangents.slice(0, count),
  linear: {
    form: "called",
    transpose: ({ cotangents, inputs, linear, params: { count } }) =>
      inputs.map((_, i) => i < count && linear[i] ? cotangents[i] : undefined)
  },
  batch: ({ batched, inputs, params }) => ({
    outputs: check(inputs, params),
    batched: batched.slice(0, params.count)
  }),
  called: jaxprOf,
  print: ({ message }) => [["message", message]]
}

/** Operands: `count` arrays that are handed on, the predicate, arrays for the message. */
export const check = Object.assign(
  (
    inputs: ReadonlyArray<NdArray.Any>,
    params: Pick<CheckParams, "count" | "message" | "names">
  ): ReadonlyArray<NdArray.Any> => {
    const { count, message, names } = params
    return node.bind(primitive, inputs, { count, message, names, jaxpr: identity(inputs.map(node.nodeOf), count) })
  },
  { primitive }
)
