/**
 * `checkpoint`: a call whose derivative computes again what it needs, instead of keeping it from the first time.
 *
 * Griewank and Walther, "Evaluating Derivatives" (2008), chapter 12; Chen et al., "Training deep nets with sublinear
 * memory cost" (2016), arXiv:1604.06174.
 */
import { avals } from "../internal/arguments/arguments.ts"
import { transposeProgram } from "../internal/autodiff/backward.ts"
import { jvp, jvpProgram } from "../internal/autodiff/forward.ts"
import { batchProgram } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { calling } from "../internal/program/costs.ts"
import { isPresent, mask, omit, pick, spread } from "../internal/program/flags.ts"
import { rewrite } from "../internal/program/memo.ts"
import { type Atom, inputs as inputsOf } from "../internal/program/model.ts"
import { anyOperands, flag, orNull, program, rule, schema } from "../internal/program/paramSchema.ts"
import { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import type { CheckpointPolicy } from "./checkpointPolicies.ts"
import { resultsOf } from "./controlFlow.ts"
import type { DerivativeRule } from "./derivativeRule.ts"
import { barriers } from "./optimizationBarrier.ts"
import type { CheckpointParams } from "./params.ts"

/** A Program's first pass, and the linear function of tangents that computes the rest again. */
interface Checkpointed {
  /** captures, inputs -> results, what the policy keeps */
  readonly first: Program
  readonly captures: ReadonlyArray<node.Node>
  /** kept, the inputs that are needed again, nonzero tangents -> nonzero tangents of the results */
  readonly linear: Program
  /** The first operands of the linear part: what was kept, by its position, and arrays that derivative rules closed over. */
  readonly kept: ReadonlyArray<number | node.Node>
  /** Which inputs the linear part takes. */
  readonly needed: ReadonlyArray<boolean>
  readonly nonzero: ReadonlyArray<boolean>
}

/**
 * The same Program with the jitted calls in it inlined: a policy sees what they compute, and of what they compute only what
 * is needed is computed again.
 */
const inlined = (program: Program): Program =>
  program.equations.every(({ primitive }) => primitive.name !== "jit") ?
    program :
    rewrite(program, "inlined", () =>
      tracing.trace(
        "checkpoint",
        inputsOf(program).map(({ aval }) => aval),
        (parameters) => tracing.replayInlined(program, parameters, parameters.map(() => false)).outputs
      ).program)

const split = (
  jaxpr: Program,
  which: ReadonlyArray<boolean>,
  policy: CheckpointPolicy | undefined
): Checkpointed => {
  const program = inlined(jaxpr)
  const scope: node.Scope = { transformation: "checkpoint" }
  const variables = inputsOf(program)
  const primals = variables.map(({ aval }) => node.parameter(aval, scope))
  const tangents = variables.map(({ aval }, i) => which[i] ? node.parameter(aval, scope) : undefined)
  const linearInputs = tangents.filter((t) => t !== undefined)
  const dual = jvp(program, primals, tangents, true)
  const dots = tracing.present(dual.tangents)
  const kept = new Set(policy === undefined ? [] : keptOf(policy, dots, primals, linearInputs))
  const closed = tracing.close({
    outputs: dots,
    parameters: [...primals, ...linearInputs],
    isCapture: (of) => kept.has(of)
  })
  const used = new Set<Atom>([...closed.program.equations.flatMap(({ inputs }) => inputs), ...closed.program.results])
  const { captures, equations, parameters, results } = closed.program
  const needed = primals.map((_, i) => used.has(parameters[i]!))
  const residuals = closed.captures.filter((of) => kept.has(of))
  for (const of of closed.captures) if (!kept.has(of)) of.retained = true
  const first = residuals.length === 0 ? { program: jaxpr, captures: [] } : tracing.lifted(tracing.close({
    outputs: [...dual.outputs, ...residuals],
    parameters: primals,
    isCapture: () => false
  }))
  return {
    first: first.program,
    captures: first.captures,
    linear: new Program({
      parameters: [...captures, ...parameters.filter((_, i) => needed[i] ?? true)],
      equations,
      results
    }),
    kept: closed.captures.map((of) => kept.has(of) ? residuals.indexOf(of) : of),
    needed,
    nonzero: dual.tangents.map((t) => t !== undefined)
  }
}

/** What tangents are made of that a policy lets be kept. What depends on no operand is not worth it. */
const keptOf = (
  policy: CheckpointPolicy,
  dots: ReadonlyArray<node.Node>,
  primals: ReadonlyArray<node.Node>,
  tangents: ReadonlyArray<node.Node>
): ReadonlyArray<node.Node> => {
  const nodes = tracing.reachable(dots, () => false)
  const linear = tracing.dependents(nodes, new Set(tangents))
  const known = tracing.dependents(nodes, new Set(primals))
  return nodes.filter((of) => {
    if (of.source._tag !== "Apply" || linear.has(of) || !known.has(of)) return false
    const { inputs, params, primitive } = of.source.application
    return policy(primitive.name, avals(inputs), params)
  })
}

/** One for each Program, mask and policy. */
const memoised = (
  jaxpr: Program,
  which: ReadonlyArray<boolean>,
  policy: DerivativeRule<CheckpointPolicy> | null
): Checkpointed => {
  const name = `checkpoint[${mask(which)}]`
  const byPolicy = rewrite(jaxpr, name, () => new Map<CheckpointPolicy | undefined, Checkpointed>())
  let known = byPolicy.get(policy?.apply)
  if (known === undefined) byPolicy.set(policy?.apply, known = split(jaxpr, which, policy?.apply))
  return known
}

const jaxprOf = ({ jaxpr }: { readonly jaxpr: Program }): Program => jaxpr

const primitive: Primitive<CheckpointParams> = {
  name: "checkpoint",
  printedName: "remat2",
  schema: schema(
    anyOperands,
    { jaxpr: program, preventCse: flag, differentiated: flag, policy: orNull(rule) },
    jaxprOf
  ),
  cost: calling(jaxprOf),
  abstract: (_, { jaxpr }) => resultsOf(jaxpr),
  nestedJvp({ params, primals, split, tangents }) {
    const { jaxpr, policy } = params
    const which = tangents.map(isPresent)
    const dots = tracing.present(tangents)
    const count = jaxpr.results.length
    if (!split) {
      const { captures, nonzero, program } = jvpProgram(jaxpr, which)
      const results = checkpointCall([...captures, ...primals, ...dots], { ...params, jaxpr: program })
      return { outputs: results.slice(0, count), tangents: spread(nonzero, results.slice(count)) }
    }
    const { captures, first, kept, linear, needed, nonzero } = memoised(jaxpr, which, policy)
    const results = checkpointCall([...captures, ...primals], { ...params, jaxpr: first })
    const linearResults = nonzero.includes(true)
      ? checkpointCall(
        [
          ...kept.map((of) => typeof of === "number" ? results[count + of]! : of),
          ...pick(primals, needed),
          ...dots
        ],
        { ...params, jaxpr: linear, differentiated: true }
      )
      : []
    return { outputs: results.slice(0, count), tangents: spread(nonzero, linearResults) }
  },
  // the Program computes again what is known, and its transpose comes after that
  linear: {
    form: "called",
    transpose({ cotangents, inputs, linear, params }) {
      const { captures, nonzero, program } = transposeProgram(params.jaxpr, linear, cotangents.map(isPresent))
      const results = checkpointCall(
        [...captures, ...omit(inputs, linear), ...tracing.present(cotangents)],
        { ...params, jaxpr: program }
      )
      return spread(linear, spread(nonzero, results))
    }
  },
  batch({ axisName, batched, inputs, params, size }) {
    const rewritten = batchProgram(params.jaxpr, batched, { size, name: axisName })
    return {
      outputs: checkpointCall([...rewritten.captures, ...inputs], { ...params, jaxpr: rewritten.program }),
      batched: rewritten.batched
    }
  },
  called: ({ differentiated, jaxpr, preventCse }) => differentiated && preventCse ? behindBarriers(jaxpr) : jaxpr,
  print: ({ differentiated, jaxpr, policy, preventCse }) => [
    ["differentiated", differentiated],
    ["jaxpr", jaxpr],
    ["policy", policy?.names.policy ?? null],
    ["prevent_cse", preventCse]
  ]
}

/**
 * A Program that computes nothing which the compiler recognises: what it computes again would otherwise be found equal to
 * what was computed the first time, and kept until now.
 */
const behindBarriers = (program: Program): Program =>
  rewrite(program, "behindBarriers", () =>
    tracing.trace(
      "checkpoint",
      inputsOf(program).map(({ aval }) => aval),
      (parameters) => tracing.replay(program, barriers(parameters))
    ).program)

/** Calls a Program that has no captures. */
export const checkpointCall = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: CheckpointParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
