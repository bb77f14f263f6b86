/**
 * Calls of functions whose derivatives users write: `custom_jvp_call` and `custom_vjp_call`. They compute what their
 * Programs compute; differentiating one applies the user's rule, whose graph takes the place of the call.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { avals } from "../internal/arguments/arguments.ts"
import { jvp } from "../internal/autodiff/forward.ts"
import { type BatchAxis, batchedFunction, batchWhole } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { calling, nothing } from "../internal/program/costs.ts"
import { everyProgram } from "../internal/program/nested.ts"
import {
  anyOperands,
  aval as avalOf,
  flag,
  list,
  natural,
  program,
  rule as ruleOf,
  schema,
  text
} from "../internal/program/paramSchema.ts"
import type { Program } from "../internal/program/program.ts"
import type { Named } from "../internal/program/spelling.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero, Params, Primitive } from "../Primitive.ts"
import { transposeCall } from "./call.ts"
import { type Backward, type CustomJvp, type CustomVjp, DerivativeRule } from "./derivativeRule.ts"
import type { CustomJvpParams, CustomVjpParams } from "./params.ts"
import { reduceSum } from "./reduction.ts"
import { zerosOf } from "./structural.ts"

type Nodes = ReadonlyArray<node.Node>

const instantiated = (values: ReadonlyArray<OrZero>, like: ReadonlyArray<aval.Aval>): Nodes =>
  values.map((value, i) => node.nodeOf(value ?? zerosOf(like[i]!)))

/** A rule has no say about what the function closed over: that its derivative is lost must not go unnoticed. */
const refuseClosedOver = (
  operation: string,
  { name, rule }: { readonly name: string; readonly rule: DerivativeRule<unknown> },
  primals: ReadonlyArray<aval.Aval>,
  tangents: ReadonlyArray<OrZero>
): void => {
  const lost = tangents.findIndex((tangent, i) => i < rule.captures && tangent !== undefined)
  if (lost === -1) return
  throw new ArgumentError({
    operation,
    message:
      `${operation}: ${name} closes over an array ${
        aval.format(primals[lost]!)
      } (or has it as a nondiff argument) that is being differentiated, but its rule gives derivatives with respect to ` +
      "its arguments only; pass the array as an argument, or, if it is to have no gradient, pass it through " +
      "`np.stopGradient` first"
  })
}

/** Integers have no tangents. */
const ofInexact = (values: ReadonlyArray<OrZero>, outputs: ReadonlyArray<aval.Aval>): ReadonlyArray<OrZero> =>
  values.map((value, i) => DType.isInexact(outputs[i]!.dtype) ? value : undefined)

// --- forward mode ---------------------------------------------------------------------------------------------------

/**
 * The rule's results and tangents as a graph in which no result depends on a tangent. Calls in it are inlined: one that
 * computes results together with tangents would tie them together. Loops and branches that do so can't be inlined; but the
 * tangents that a rule gives are linear in those that it takes, so that they are its derivative at tangents of zero, and
 * linearisation takes the loop apart.
 */
const splitRule = (name: string, rule: DerivativeRule<CustomJvp>, primals: Nodes, dots: Nodes) => {
  const closed = tracing.trace("customJvp", avals([...primals, ...dots]), (parameters) => {
    const dual = applyJvp(rule, parameters.slice(0, primals.length), parameters.slice(primals.length))
    return [...dual.outputs, ...dual.tangents]
  })
  const { marked, outputs } = tracing.replayInlined(
    closed.program,
    [...closed.captures, ...primals, ...dots],
    [...closed.captures.map(() => false), ...primals.map(() => false), ...dots.map(() => true)]
  )
  const count = outputs.length / 2
  if (!marked.slice(0, count).includes(true)) {
    return { outputs: outputs.slice(0, count), tangents: outputs.slice(count) }
  }
  const dual = jvp(
    closed.program,
    [...closed.captures, ...primals, ...dots.map(zerosOf)],
    [...closed.captures.map(() => undefined), ...primals.map(() => undefined), ...dots],
    true
  )
  const wrong = dual.tangents.slice(0, count).findIndex((tangent) => tangent !== undefined)
  if (wrong !== -1) {
    throw new ArgumentError({
      operation: "customJvp",
      message: `customJvp: output ${wrong} of the rule ${rule.names.jvp} of ${name} depends on the tangents; of the ` +
        "pair that a rule returns, the first part is the value at the primals and the second its tangent"
    })
  }
  return { outputs: dual.outputs.slice(0, count), tangents: dual.tangents.slice(count) }
}

/** Operands are what the function closed over, then the arguments; there are tangents for all of them. */
const applyJvp = ({ apply, captures }: DerivativeRule<CustomJvp>, primals: Nodes, dots: Nodes) =>
  apply(primals.slice(0, captures), primals.slice(captures), dots.slice(captures))

/** The rule on batches: `extra` operands come before those of the rule, and every result is batched. */
const batchedJvp = (
  { apply, captures, names }: DerivativeRule<CustomJvp>,
  extra: number,
  batched: ReadonlyArray<boolean>,
  axis: BatchAxis
): DerivativeRule<CustomJvp> =>
  new DerivativeRule<CustomJvp>(names, extra + captures, (closedOver, primals, tangents) => {
    const values = [...closedOver.slice(extra), ...primals, ...tangents]
    const { outputs } = batchedFunction(values, [...batched, ...batched.slice(captures)], axis, true, (singles) => {
      const end = captures + primals.length
      const dual = apply(singles.slice(0, captures), singles.slice(captures, end), singles.slice(end))
      return [...dual.outputs, ...dual.tangents]
    })
    return { outputs: outputs.slice(0, outputs.length / 2), tangents: outputs.slice(outputs.length / 2) }
  })

const programOf = ({ callJaxpr }: { readonly callJaxpr: Program }): Program => callJaxpr

const printed = ({ callJaxpr, name, rule }: CustomJvpParams | CustomVjpParams): ReadonlyArray<Named> => [
  ["name", name],
  ["call_jaxpr", callJaxpr],
  ...Object.entries(rule.names),
  ["symbolic_zeros", false]
]

const jvpPrimitive: Primitive<CustomJvpParams> = {
  name: "custom_jvp_call",
  schema: schema(anyOperands, { name: text, callJaxpr: program, rule: ruleOf }, programOf),
  cost: calling(programOf),
  print: printed,
  abstract: (_, { callJaxpr }) => callJaxpr.results.map((atom) => atom.aval),
  nestedJvp({ params, primals, split, tangents }) {
    refuseClosedOver("customJvp", params, primals, tangents)
    const operands = primals.map(node.nodeOf)
    const dots = instantiated(tangents, operands)
    const dual = split
      ? splitRule(params.name, params.rule, operands, dots)
      : applyJvp(params.rule, operands, dots)
    return { outputs: dual.outputs, tangents: ofInexact(dual.tangents, dual.outputs) }
  },
  linear: {
    form: "called",
    transpose: ({ params: { callJaxpr, name }, ...context }) => transposeCall(name, callJaxpr, context)
  },
  batch({ axisName, batched, inputs, params: { callJaxpr, name, rule }, size }) {
    const axis: BatchAxis = { size, name: axisName }
    const { captures, program } = batchWhole(callJaxpr, batched, axis)
    const outputs = node.bind(jvpPrimitive, [...captures, ...inputs], {
      name,
      callJaxpr: program,
      rule: batchedJvp(rule, captures.length, batched, axis)
    })
    return { outputs, batched: outputs.map(() => true) }
  },
  called: ({ callJaxpr }) => callJaxpr
}

export const customJvpCall = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: CustomJvpParams): ReadonlyArray<NdArray.Any> =>
    node.bind(jvpPrimitive, inputs, params),
  { primitive: jvpPrimitive }
)

// --- reverse mode ---------------------------------------------------------------------------------------------------

interface LinearParams extends Params {
  readonly name: string
  readonly residuals: number
  /** Which arguments have a tangent among the operands. */
  readonly which: ReadonlyArray<boolean>
  readonly results: ReadonlyArray<aval.Aval>
  readonly rule: DerivativeRule<Backward>
}

/**
 * The linear map that only its transpose is known of: residuals and tangents go in. It stands in graphs of tangents until
 * they are transposed, so it never comes to a backend.
 */
const linearPrimitive: Primitive<LinearParams> = {
  name: "custom_lin",
  schema: schema(anyOperands, {
    name: text,
    residuals: natural,
    which: list(flag),
    results: list(avalOf),
    rule: ruleOf
  }),
  cost: nothing,
  replication: "own",
  abstract: (_, { results }) => results,
  jvp: ({ params }) => refuseForward(params.name),
  batch: ({ params }) => refuseForward(params.name),
  linear: {
    form: "each",
    transpose({ cotangents, inputs, params: { residuals, results, rule, which } }) {
      const found = rule.apply(inputs.slice(0, residuals).map(node.nodeOf), instantiated(cotangents, results))
      return [...inputs.slice(0, residuals).map(() => undefined), ...found.filter((_, i) => which[i])]
    }
  }
}

const refuseForward = (name: string): never => {
  throw new ArgumentError({
    operation: "customVjp",
    message: `customVjp: ${name} has a rule for reverse mode only, so forward mode (jvp, linearize, jacfwd) can't ` +
      "differentiate it; use grad, vjp or jacrev, or write the rule with customJvp, which serves both modes"
  })
}

/** Forward mode can't evaluate the tangents of functions that have a rule for reverse mode only. */
export const checkForward = (linear: Program): void => {
  for (const { equations } of everyProgram(linear)) {
    for (const { params, primitive } of equations) {
      if (primitive === linearPrimitive as unknown) refuseForward(params.name as string)
    }
  }
}

/** As `batchedJvp`. What residuals are batched is known when the forward rule has run. */
const batchedVjp = (
  { apply, captures, names }: DerivativeRule<CustomVjp>,
  extra: number,
  batched: ReadonlyArray<boolean>,
  axis: BatchAxis
): DerivativeRule<CustomVjp> =>
  new DerivativeRule<CustomVjp>(names, extra + captures, (closedOver, primals) => {
    let inner: ReturnType<CustomVjp> | undefined
    const values = [...closedOver.slice(extra), ...primals]
    const forward = batchedFunction(values, batched, axis, true, (singles) => {
      inner = apply(singles.slice(0, captures), singles.slice(captures))
      return [...inner.outputs, ...inner.residuals]
    })
    const { backward, outputs: { length: count } } = inner!
    return {
      outputs: forward.outputs.slice(0, count),
      residuals: forward.outputs.slice(count),
      backward(residuals, cotangents) {
        let nonzero: ReadonlyArray<boolean> | undefined
        const all = [...residuals, ...cotangents]
        const { outputs } = batchedFunction(all, all.map(() => true), axis, true, (singles) => {
          const found = backward(singles.slice(0, residuals.length), singles.slice(residuals.length))
          nonzero = found.map((ct) => ct !== undefined)
          return tracing.present(found)
        })
        let next = 0
        return nonzero!.map((isNonzero, i) => {
          if (!isNonzero) return undefined
          const cotangent = outputs[next++]!
          return batched[captures + i] ? cotangent : reduceSum(cotangent, [0])
        })
      }
    }
  })

const vjpPrimitive: Primitive<CustomVjpParams> = {
  name: "custom_vjp_call",
  schema: schema(anyOperands, { name: text, callJaxpr: program, rule: ruleOf }, programOf),
  cost: calling(programOf),
  print: printed,
  abstract: (_, { callJaxpr }) => callJaxpr.results.map((atom) => atom.aval),
  nestedJvp({ params, primals, split, tangents }) {
    if (!split) refuseForward(params.name)
    refuseClosedOver("customVjp", params, primals, tangents)
    const { name, rule } = params
    const operands = primals.map(node.nodeOf)
    const { backward, outputs, residuals } = rule.apply(
      operands.slice(0, rule.captures),
      operands.slice(rule.captures)
    )
    const dots = tangents.slice(rule.captures)
    const results = node.bind(linearPrimitive, [...residuals, ...tracing.present(dots)], {
      name,
      residuals: residuals.length,
      which: dots.map((dot) => dot !== undefined),
      results: avals(outputs),
      rule: new DerivativeRule(rule.names, 0, backward)
    })
    return { outputs, tangents: ofInexact(results, outputs) }
  },
  batch({ axisName, batched, inputs, params: { callJaxpr, name, rule }, size }) {
    const axis: BatchAxis = { size, name: axisName }
    const { captures, program } = batchWhole(callJaxpr, batched, axis)
    const outputs = node.bind(vjpPrimitive, [...captures, ...inputs], {
      name,
      callJaxpr: program,
      rule: batchedVjp(rule, captures.length, batched, axis)
    })
    return { outputs, batched: outputs.map(() => true) }
  },
  called: ({ callJaxpr }) => callJaxpr
}

export const customVjpCall = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: CustomVjpParams): ReadonlyArray<NdArray.Any> =>
    node.bind(vjpPrimitive, inputs, params),
  { primitive: vjpPrimitive }
)
