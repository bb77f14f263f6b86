/**
 * Calls of functions whose vectorisation users write: `custom_vmap_call`. It computes what its Program computes; batching
 * it applies the user's rule.
 */
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { avals } from "../internal/arguments/arguments.ts"
import * as forward from "../internal/autodiff/forward.ts"
import { materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { calling } from "../internal/program/costs.ts"
import { isPresent, pick, spread } from "../internal/program/flags.ts"
import { anyOperands, program, rule, schema, text } from "../internal/program/paramSchema.ts"
import type { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { type CustomVmap, DerivativeRule } from "./derivativeRule.ts"
import type { CustomVmapParams } from "./params.ts"
import { zerosOf } from "./structural.ts"

type Nodes = ReadonlyArray<node.Node>

/** A rule says nothing of what the function closed over. */
const refuseClosedOver = ({ name, rule }: CustomVmapParams, batched: ReadonlyArray<boolean>): void => {
  if (!batched.slice(0, rule.captures).includes(true)) return
  throw new ArgumentError({
    operation: "customVmap",
    message:
      `customVmap: ${name} closes over an array that differs from example to example, but its rule is about its ` +
      "arguments only; pass the array as an argument"
  })
}

/**
 * The rule of primals and their tangents: the derivative of the rule of primals. A primal is batched where its tangent is,
 * and the other way round, so that both go the same way.
 */
const jvpOfRule = (
  { apply, captures, names }: DerivativeRule<CustomVmap>,
  extra: number,
  primals: number,
  which: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean>
): DerivativeRule<CustomVmap> =>
  new DerivativeRule<CustomVmap>(names, extra + captures, (closedOver, operands, batched, size) => {
    const own = which.slice(captures)
    const dots = spread(own, operands.slice(primals))
    const dotBatched = spreadFlags(own, batched.slice(primals))
    const flags = own.map((_, i) => batched[i] === true || dotBatched[i]!)
    const whole = (x: NdArray.Any, i: number, is: boolean | undefined) =>
      node.nodeOf(flags[i] && is !== true ? materialize(x, size) : x)
    const values = operands.slice(0, primals).map((x, i) => whole(x, i, batched[i]))
    let found: ReadonlyArray<boolean> = []
    const closed = tracing.trace("customVmap", avals(values), (parameters) => {
      const result = apply(closedOver.slice(extra), parameters, flags, size)
      found = result.batched
      return result.outputs
    })
    const dual = forward.jvp(
      closed.program,
      [...closed.captures, ...values],
      [
        ...closed.captures.map(() => undefined),
        ...dots.map((dot, i) => dot === undefined ? undefined : whole(dot, i, dotBatched[i]))
      ],
      false
    )
    const tangents = dual.outputs.map((output, i) => node.nodeOf(dual.tangents[i] ?? zerosOf(output)))
    return {
      outputs: [...dual.outputs, ...pick(tangents, wanted)],
      batched: [...found, ...pick(found, wanted)]
    }
  })

const spreadFlags = (present: ReadonlyArray<boolean>, flags: ReadonlyArray<boolean>): ReadonlyArray<boolean> => {
  let next = 0
  return present.map((is) => is && flags[next++] === true)
}

const callOf = ({ call }: { readonly call: Program }): Program => call

const primitive: Primitive<CustomVmapParams> = {
  name: "custom_vmap_call",
  schema: schema(anyOperands, { name: text, call: program, rule }, callOf),
  cost: calling(callOf),
  abstract: (_, { call }) => call.results.map((atom) => atom.aval),
  nestedJvp({ params: { call, name, rule }, primals, split, tangents }) {
    if (split) {
      throw new ArgumentError({
        operation: "customVmap",
        message: `customVmap: ${name} has no derivative in reverse mode (grad, vjp, linearize): how its rule and a ` +
          "transpose would go together is not known; give it one with customVjp, or differentiate with jvp or jacfwd"
      })
    }
    const which = tangents.map(isPresent)
    if (which.slice(0, rule.captures).includes(true)) {
      throw new ArgumentError({
        operation: "customVmap",
        message: `customVmap: ${name} closes over an array that is being differentiated, but its rule is about its ` +
          "arguments only; pass the array as an argument"
      })
    }
    const wanted = call.results.map(({ aval }) => DType.isInexact(aval.dtype))
    const { captures, program } = forward.jvpProgram(call, which, wanted)
    const results = node.bind(primitive, [...captures, ...primals, ...tangents.filter(isPresent)], {
      name,
      call: program,
      rule: jvpOfRule(rule, captures.length, primals.length - rule.captures, which, wanted)
    })
    return { outputs: results.slice(0, wanted.length), tangents: spread(wanted, results.slice(wanted.length)) }
  },
  batch({ batched, inputs, params, size }) {
    refuseClosedOver(params, batched)
    const { rule } = params
    const operands: Nodes = inputs.map(node.nodeOf)
    return rule.apply(
      operands.slice(0, rule.captures),
      operands.slice(rule.captures),
      batched.slice(rule.captures),
      size
    )
  },
  parameters: ({ call }) => call.parameters.map(({ aval }) => aval),
  called: ({ call }) => call,
  print: ({ call, rule }) => [["call", call], ...Object.entries(rule.names)]
}

export const customVmapCall = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: CustomVmapParams): Nodes => node.bind(primitive, inputs, params),
  { primitive }
)
