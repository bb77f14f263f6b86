/**
 * `cond`: one of several Programs, picked while running.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError } from "../Errors.ts"
import { transposeProgram } from "../internal/autodiff/backward.ts"
import { jvpProgram } from "../internal/autodiff/forward.ts"
import { nonlinearity } from "../internal/autodiff/linearity.ts"
import { union, widened } from "../internal/axes/replication.ts"
import { batchProgram, materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { all, either, isPresent, omit, spread } from "../internal/program/flags.ts"
import { list, program, schema } from "../internal/program/paramSchema.ts"
import { dependentResults, usedInputs } from "../internal/program/partialEvaluation.ts"
import { replay } from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type {
  BatchContext,
  Batched,
  LinearityContext,
  NestedJvpContext,
  Nonlinear,
  OrZero,
  Primitive,
  TransposeContext
} from "../Primitive.ts"
import { linearizeCond } from "./condLinearize.ts"
import { agreeing, checkOperands, checkResults, over, resultsOf, sharedInputs } from "./controlFlow.ts"
import { clamp, eq, gt, select, selectN, stopGradient } from "./elementwise.ts"
import type { CondParams } from "./params.ts"
import { remembered } from "./rememberedBatch.ts"

const primitive: Primitive<CondParams> = {
  name: "cond",
  schema: schema([1, Infinity], { branches: list(program) }),
  cost: { ...nothing, picks: ({ branches }) => branches },
  abstract([index, ...operands], { branches }) {
    if (branches.length === 0 || index?.dtype !== "int32" || index.shape.length > 0) {
      throw new ArgumentError({
        operation: "cond",
        message: `cond: expected an int32 scalar and at least one branch, got ${
          index === undefined ? "nothing" : Aval.format(index)
        } and ${branches.length} branches`
      })
    }
    branches.forEach((branch, i) => {
      checkOperands("cond", `branch ${i}`, branch, operands)
      checkResults("cond", `branch ${i}`, branch, resultsOf(branches[0]!))
    })
    const results = resultsOf(branches[0]!).map((aval, i) => ({
      ...aval,
      weak: branches.every(({ results }) => results[i]!.aval.weak)
    }))
    // devices that pick other branches have other results
    return widened(results, (i) => branches.map(({ results }) => results[i]!.aval.varying).reduce(union, index.varying))
  },
  parameters: ({ branches }) => [undefined, ...branches[0]!.parameters.map(({ aval }) => aval)],
  nestedJvp: (context) => context.split ? linearizeCond(cond, context) : jvpCond(context),
  linear: {
    form: { nonlinearity: (context) => nonlinearityOfCond(context) },
    transpose: (context) => transposeCond(context)
  },
  batch: (context) => (context.batched[0] ? rememberSelected : batchBranches)(context)
}

/** Results that depend on the linear operands in no branch are none of the linear function's. */
const nonlinearityOfCond = (
  { linear: [, ...linear], params: { branches }, zeros: [, ...zeros] }: LinearityContext<CondParams>
): Nonlinear | undefined => {
  const depends = branches.map((branch) => dependentResults(branch, linear)).reduce(either)
  for (const branch of branches) {
    const reason = nonlinearity(branch, linear, zeros, depends)
    if (reason !== undefined) return reason
  }
  return undefined
}

const jvpCond = ({ params: { branches }, primals, tangents }: NestedJvpContext<CondParams>) => {
  const [index, ...operands] = primals
  const dots = tangents.slice(1)
  const which = dots.map(isPresent)
  const [nonzero, rewritten] = agreeing(
    branches,
    (branch, wanted) => jvpProgram(branch, which, wanted),
    (of) => of.nonzero
  )
  if (!nonzero.includes(true)) return { outputs: cond(index!, operands, { branches }), tangents: [] }
  const { captures, programs } = sharedInputs(rewritten)
  const results = cond(index!, [...captures, ...operands, ...dots.filter(isPresent)], { branches: programs })
  const count = branches[0]!.results.length
  return { outputs: results.slice(0, count), tangents: spread(nonzero, results.slice(count)) }
}

const transposeCond = (
  { cotangents, inputs, linear, params: { branches } }: TransposeContext<CondParams>
): ReadonlyArray<OrZero> => {
  const [index, ...operands] = inputs
  const which = linear.slice(1)
  const given = cotangents.map(isPresent)
  const [nonzero, rewritten] = agreeing(
    branches,
    (branch, wanted) => transposeProgram(branch, which, given, wanted),
    (of) => of.nonzero
  )
  const { captures, programs } = sharedInputs(rewritten)
  const results = nonzero.includes(true)
    ? cond(index!, [...captures, ...omit(operands, which), ...cotangents.filter(isPresent)], { branches: programs })
    : []
  return [undefined, ...spread(which, spread(nonzero, results))]
}

/** One index for all examples: the branch that it picks runs on the batch. */
const batchBranches = (
  { axisName, batched, inputs, params: { branches }, size }: BatchContext<CondParams>
): Batched => {
  const [index, ...operands] = inputs
  const axis = { size, name: axisName }
  const [whole, rewritten] = agreeing(
    branches,
    (branch, wanted) => batchProgram(branch, batched.slice(1), axis, wanted),
    (of) => of.batched
  )
  const { captures, programs } = sharedInputs(rewritten)
  return { outputs: cond(index!, [...captures, ...operands], { branches: programs }), batched: whole }
}

/**
 * An index for each example: every branch runs on all of them, and the results are selected.
 *
 * Operands pass through a selection too. Where an example does not take a branch, the branch computes with the same value,
 * but derivatives end there: infinite and NaN derivatives of what is not selected would make NaN of the zeros that come
 * back.
 */
const batchSelected = (
  { axisName, batched, inputs, params: { branches }, size }: BatchContext<CondParams>
): Batched => {
  const [index, ...operands] = inputs
  const axis = { size, name: axisName }
  const last = branches.length - 1
  const picked = clamp(0, index!, last)
  const which = last === 1 ? gt(index!, 0) : picked
  const outputs = branches.map((branch, i) => {
    const takes = eq(picked, i)
    const used = usedInputs(branch)
    const isMasked = operands.map((x, k) => used[k] && DType.isInexact(x.dtype))
    const masked = operands.map((x, k) => {
      if (!isMasked[k]) return x
      const each = batched[k + 1] ? x : materialize(x, size)
      return select(over(takes, each), each, stopGradient(each))
    })
    const { captures, program } = batchProgram(
      branch,
      either(batched.slice(1), isMasked),
      axis,
      all(branch.results, true)
    )
    return replay(program, [...captures, ...masked])
  })
  const results = outputs[0]!.map((y, k) =>
    branches.length === 1 ? y : selectN(over(which, y), ...outputs.map((of) => of[k]!))
  )
  return { outputs: results, batched: all(results, true) }
}

const rememberSelected = remembered(() => primitive, batchSelected)

/** Runs the branch that `index`, an int32 scalar, picks. */
export const cond = Object.assign(
  (index: NdArray.Any, operands: ReadonlyArray<NdArray.Any>, params: CondParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, [index, ...operands], params),
  { primitive }
)
