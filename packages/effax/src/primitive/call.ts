/**
 * Calls of Programs: what `jit` leaves in the graph. Derivatives, transposes and batches of a call are calls of the
 * rewritten Program, which is made once.
 */
import { transposeProgram } from "../internal/autodiff/backward.ts"
import { jvpProgram, linearizeProgram } from "../internal/autodiff/forward.ts"
import { batchProgram } from "../internal/batching/batching.ts"
import { examplesOf, jvpExamples, remember, transposeExamples } from "../internal/batching/examples.ts"
import * as node from "../internal/graph/node.ts"
import { calling } from "../internal/program/costs.ts"
import { isPresent, omit, spread } from "../internal/program/flags.ts"
import { anyOperands, flag, list, program, schema, text } from "../internal/program/paramSchema.ts"
import type { Program } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero, Primitive, TransposeContext } from "../Primitive.ts"
import type { JitParams } from "./params.ts"

const jaxprOf = ({ jaxpr }: { readonly jaxpr: Program }): Program => jaxpr

const primitive: Primitive<JitParams> = {
  name: "jit",
  schema: schema(anyOperands, { name: text, jaxpr: program, donated: list(flag) }, jaxprOf),
  cost: calling(jaxprOf),
  abstract: (_, { jaxpr }) => jaxpr.results.map((atom) => atom.aval),
  nestedJvp({ params: { jaxpr, name }, primals, split, tangents }) {
    const examples = examplesOf(jaxpr)
    if (examples !== undefined) return jvpExamples(call, name, examples, { primals, split, tangents })
    const which = tangents.map(isPresent)
    const dots = tangents.filter(isPresent)
    const count = jaxpr.results.length
    if (!split) {
      const { captures, nonzero, program } = jvpProgram(jaxpr, which)
      const results = call(name, program, [...captures, ...primals, ...dots])
      return { outputs: results.slice(0, count), tangents: spread(nonzero, results.slice(count)) }
    }
    const { captures, linear, nonzero, primal } = linearizeProgram(jaxpr, which)
    const results = call(name, primal, [...captures, ...primals])
    const linearResults = call(name, linear, [...results.slice(count), ...dots])
    return { outputs: results.slice(0, count), tangents: spread(nonzero, linearResults) }
  },
  linear: {
    form: "called",
    transpose: ({ params: { jaxpr, name }, ...context }) => {
      const examples = examplesOf(jaxpr)
      return examples === undefined
        ? transposeCall(name, jaxpr, context)
        : transposeExamples(call, name, examples, context)
    }
  },
  batch({ axisName, batched, inputs, params: { jaxpr, name }, size }) {
    const axis = { size, name: axisName }
    const rewritten = batchProgram(jaxpr, batched, axis)
    if (examplesOf(jaxpr) !== undefined && rewritten.captures.length === 0) {
      remember(rewritten.program, { single: jaxpr, axis, batched, results: rewritten.batched })
    }
    return { outputs: call(name, rewritten.program, [...rewritten.captures, ...inputs]), batched: rewritten.batched }
  },
  called: jaxprOf,
  print: ({ donated, jaxpr, name }) => [
    ["name", name],
    ...(donated.includes(true) ? [["donated_invars", donated] as const] : []),
    ["jaxpr", jaxpr]
  ]
}

/** The transpose of a call, with respect to what its Program is linear in. */
export const transposeCall = (
  name: string,
  jaxpr: Program,
  { cotangents, inputs, linear }: Omit<TransposeContext<unknown>, "params">
): ReadonlyArray<OrZero> => {
  const { captures, nonzero, program } = transposeProgram(jaxpr, linear, cotangents.map(isPresent))
  const results = call(name, program, [...captures, ...omit(inputs, linear), ...cotangents.filter(isPresent)])
  return spread(linear, spread(nonzero, results))
}

/** Calls a Program that has no captures. */
export const call = Object.assign(
  (
    name: string,
    jaxpr: Program,
    inputs: ReadonlyArray<NdArray.Any>,
    donated: ReadonlyArray<boolean> = []
  ): ReadonlyArray<NdArray.Any> => node.bind(primitive, inputs, { name, jaxpr, donated }),
  { primitive }
)
