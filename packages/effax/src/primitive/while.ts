/**
 * `while`: a Program that is run on its own results as long as a condition holds.
 */
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { avals } from "../internal/arguments/arguments.ts"
import { jvpProgram } from "../internal/autodiff/forward.ts"
import { checkCarry, union, widened } from "../internal/axes/replication.ts"
import { batchProgram, materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { all, count, fixpoint, isPresent, mask, spread } from "../internal/program/flags.ts"
import { rewrite } from "../internal/program/memo.ts"
import { Var } from "../internal/program/model.ts"
import { anyOperands, natural, orNull, program, schema } from "../internal/program/paramSchema.ts"
import { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { BatchContext, Batched, NestedJvpContext, Primitive } from "../Primitive.ts"
import { linearizeBoundedWhile } from "./boundedWhile.ts"
import { checkOperands, checkResults, instantiate, over, partition } from "./controlFlow.ts"
import { select, stopGradient } from "./elementwise.ts"
import type { WhileParams } from "./params.ts"
import { reduceOr } from "./reduction.ts"
import { remembered } from "./rememberedBatch.ts"

type Arrays = ReadonlyArray<NdArray.Any>

const primitive: Primitive<WhileParams> = {
  name: "while",
  schema: schema(anyOperands, {
    condNconsts: natural,
    condJaxpr: program,
    bodyNconsts: natural,
    bodyJaxpr: program,
    maxSteps: orNull(natural)
  }),
  cost: {
    ...nothing,
    runs: ({ bodyJaxpr, condJaxpr }) => [{ program: condJaxpr, times: 1 }, { program: bodyJaxpr, times: 1 }]
  },
  abstract(inputs, { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps }) {
    if (maxSteps !== null && !(Number.isSafeInteger(maxSteps) && maxSteps >= 0)) {
      throw new ArgumentError({
        operation: "while",
        message: `while: maxSteps must be null or an integer from 0 on, got ${maxSteps}`
      })
    }
    const carry = inputs.slice(condNconsts + bodyNconsts)
    checkOperands("while", "the condition", condJaxpr, [...inputs.slice(0, condNconsts), ...carry])
    checkResults("while", "the condition", condJaxpr, [{ dtype: "bool", shape: [], weak: false }])
    checkOperands("while", "the body", bodyJaxpr, inputs.slice(condNconsts))
    checkResults("while", "the body", bodyJaxpr, carry)
    checkCarry("while", carry, bodyJaxpr.results.map(({ aval }) => aval))
    // devices that stop at other times have other results
    const { varying } = condJaxpr.results[0]!.aval
    return widened(bodyJaxpr.results.map(({ aval }) => aval), (i) => union(carry[i]!.varying, varying))
  },
  parameters: ({ bodyJaxpr, condJaxpr, condNconsts }) => [
    ...condJaxpr.parameters.slice(0, condNconsts).map(({ aval }) => aval),
    ...bodyJaxpr.parameters.map(({ aval }) => aval)
  ],
  // reverse mode needs a linear part that can be transposed, which a loop has when its length has a bound
  nestedJvp: (context) =>
    context.split && context.params.maxSteps !== null ? linearizeBoundedWhile(context) : jvpWhile(context),
  linear: {
    form: { nonlinearity: () => "is a loop of unknown length, which has no transpose" },
    transpose: () => {
      throw new ArgumentError({
        operation: "whileLoop",
        message:
          "whileLoop: reverse mode (grad, vjp, jacrev) walks the steps of a loop back, and must know how many there are at " +
          "most: give `maxSteps`, or use foriLoop with bounds that are JavaScript numbers, or scan; forward mode (jvp, " +
          "jacfwd) needs none of this"
      })
    }
  },
  batch: remembered(() => primitive, (context) => batchWhile(context)),
  print: ({ bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps }) => [
    ["body_jaxpr", bodyJaxpr],
    ["body_nconsts", bodyNconsts],
    ["cond_jaxpr", condJaxpr],
    ["cond_nconsts", condNconsts],
    ...(maxSteps === null ? [] : [["max_steps", maxSteps] as const])
  ]
}

/**
 * One loop over primals and tangents. Linearisation can't keep what a loop of unknown length computes, so its linear part
 * is such a loop too: it runs over the primals again.
 */
const jvpWhile = ({ params, primals, split, tangents }: NestedJvpContext<WhileParams>) => {
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = params
  const [condConsts, bodyConsts, init] = partition(primals, condNconsts, bodyNconsts)
  const [, bodyDots, initDots] = partition(tangents, condNconsts, bodyNconsts)
  const constsNonzero = bodyDots!.map(isPresent)
  const [nonzero, body] = fixpoint(initDots!.map(isPresent), (carry) => {
    const body = jvpProgram(bodyJaxpr, [...constsNonzero, ...carry], carry)
    return [body.nonzero, body]
  })
  if (!nonzero.includes(true)) return { outputs: whilePrimitive(primals, params), tangents: [] }
  const captures = body.captures.length
  const constDots = count(constsNonzero)
  const name = [constsNonzero, nonzero].map(mask).join(" ")
  const withDots = rewrite(bodyJaxpr, `while.jvp[${name}]`, () => {
    const { equations, parameters, results } = body.program
    const [consts, carry, dotConsts, dots] = partition(
      parameters,
      captures + bodyNconsts,
      bodyJaxpr.results.length,
      constDots
    )
    return new Program({ parameters: [...consts!, ...dotConsts!, ...carry!, ...dots!], equations, results })
  })
  const dots = instantiate(initDots!, init!, nonzero).filter(isPresent)
  const test = new Program({
    parameters: [...condJaxpr.parameters, ...avals(dots.map(node.nodeOf)).map((aval) => new Var(aval))],
    equations: condJaxpr.equations,
    results: condJaxpr.results
  })
  const results = whilePrimitive(
    [...condConsts!, ...body.captures, ...bodyConsts!, ...bodyDots!.filter(isPresent), ...init!, ...dots],
    { ...params, condJaxpr: test, bodyJaxpr: withDots, bodyNconsts: captures + bodyNconsts + constDots }
  )
  return {
    outputs: split ? whilePrimitive(primals, params) : results.slice(0, nonzero.length),
    tangents: spread(nonzero, results.slice(nonzero.length))
  }
}

const batchWhile = (context: BatchContext<WhileParams>): Batched => {
  const { axisName, batched, inputs, params, size } = context
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = params
  const axis = { size, name: axisName }
  const [condBatched, bodyBatched, initBatched] = partition(batched, condNconsts, bodyNconsts)
  // where the condition differs from example to example, so does every carry that the body changes
  const [carryBatched, { body, each, test }] = fixpoint(initBatched!, (carry) => {
    const body = batchProgram(bodyJaxpr, [...bodyBatched!, ...carry], axis, carry)
    const test = batchProgram(condJaxpr, [...condBatched!, ...carry], axis)
    const each = test.batched[0]!
    return [each ? all(carry, true) : body.batched, { body, each, test }]
  })
  const [condConsts, bodyConsts, init] = partition(inputs, condNconsts, bodyNconsts)
  const carry = init!.map((x, i) => carryBatched[i] && !initBatched![i] ? materialize(x, size) : x)
  const conditions = [...test.captures, ...condConsts!]
  const consts = [...body.captures, ...bodyConsts!]
  if (!each) {
    const outputs = whilePrimitive([...conditions, ...consts, ...carry], {
      ...params,
      condJaxpr: test.program,
      condNconsts: conditions.length,
      bodyJaxpr: body.program,
      bodyNconsts: consts.length
    })
    return { outputs, batched: carryBatched }
  }
  const any = trace(
    [...conditions, ...carry],
    (parameters) => [reduceOr(tracing.replay(test.program, parameters)[0]!, [0])]
  )
  const step = trace([...conditions, ...consts, ...carry], (parameters) => {
    const [conditions_, captures_, consts_, carry_] = partition(
      parameters as Arrays,
      conditions.length,
      body.captures.length,
      bodyNconsts
    )
    const goesOn = tracing.replay(test.program, [...conditions_!, ...carry_!])[0]!
    const next = tracing.replay(body.program, [
      ...captures_!,
      ...consts_!.map((x, i) => bodyBatched![i] ? masked(goesOn, x) : x),
      ...carry_!.map((x) => masked(goesOn, x))
    ])
    return next.map((x, i) => select(over(goesOn, x), x, carry_![i]!))
  })
  const outputs = whilePrimitive([...conditions, ...conditions, ...consts, ...carry], {
    ...params,
    condJaxpr: any,
    condNconsts: conditions.length,
    bodyJaxpr: step,
    bodyNconsts: conditions.length + consts.length
  })
  return { outputs, batched: carryBatched }
}

/**
 * The inputs of a step of examples that are done have no derivatives: its results are not selected, and where their
 * derivatives are infinite they would make NaN of zero cotangents.
 */
const masked = (goesOn: NdArray.Any, x: NdArray.Any): NdArray.Any =>
  DType.isInexact(x.dtype) ? select(over(goesOn, x), x, stopGradient(x)) : x

const trace = (like: Arrays, f: (parameters: Arrays) => Arrays): Program =>
  tracing.trace("vmap", like as ReadonlyArray<node.Node>, f).program

/** Operands: constants of the condition, constants of the body, initial carry. */
export const whilePrimitive = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: WhileParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
