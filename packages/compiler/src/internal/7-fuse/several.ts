/**
 * Kernels that work on whole arrays: routines, control flow, calls of the host.
 */
import * as Aval from "effax/Aval"
import type { BufferId, Kernel } from "../../Plan.ts"
import { isKind, type LoopOp, type LoopOpOf } from "../6-decompose/loopOp.ts"
import { routineOf } from "../routines/index.ts"
import { carriesOf } from "./carries.ts"
import { type Context, nameOf, plainBuffer } from "./kernelContext.ts"

const inputsOf = (context: Context, hero: LoopOp): ReadonlyArray<BufferId> =>
  hero.inputs.map((x) => plainBuffer(context, x))

export const routineKernel = (context: Context): Kernel => {
  const { memory } = context
  const hero = context.group.heroes[0] as LoopOpOf<"routine">
  const { params, routine } = hero.action
  return {
    kind: "routine",
    routine,
    name: nameOf(context),
    barrier: false,
    params,
    inputs: inputsOf(context, hero),
    outputs: memory.resultsOf(hero),
    scratch: routineOf(routine).operands(params).scratch.map(({ dtype, elements }) => memory.newBuffer(dtype, elements))
    // one name, whose parameters are its own: the union of all routines is too much for the type checker to see it
  } as Kernel
}

export const whileKernel = (context: Context): Kernel => {
  const { memory } = context
  const hero = context.group.heroes[0] as LoopOpOf<"while">
  const { body, carries, condition, constants, results: types, reverse, steps } = hero.action
  const inputs = inputsOf(context, hero)
  const results = memory.resultsOf(hero)
  const plan = memory.planOf(body, carriesOf(constants, carries))
  return {
    kind: "while",
    name: nameOf(context),
    barrier: false,
    steps,
    condition,
    reverse,
    body: plan,
    constants: inputs.slice(0, constants),
    carries: types.slice(0, carries).map((type, i) => ({
      initial: inputs[constants + i]!,
      result: results[i]!,
      spare: plan.outputs[i] === plan.inputs[constants + i] ? null : memory.newBuffer(type.dtype, Aval.size(type))
    })),
    slices: inputs.slice(constants + carries),
    stacks: results.slice(carries)
  }
}

export const caseKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as LoopOpOf<"case">
  const [index, ...inputs] = inputsOf(context, hero)
  const pairs = [...context.memory.changed].flatMap(([op, { operand }]) => {
    if (op === hero) return [{ input: operand - 1, result: 0 }]
    return isKind(op, "output") && op.inputs[0] === hero
      ? [{ input: operand - 1, result: op.action.which }]
      : []
  })
  return {
    kind: "case",
    name: nameOf(context),
    barrier: false,
    index: index!,
    branches: hero.action.branches.map((region) => context.memory.planOf(region, pairs)),
    inputs,
    outputs: context.memory.resultsOf(hero)
  }
}

export const callbackKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as LoopOpOf<"callback">
  return {
    kind: "callback",
    name: nameOf(context),
    barrier: false,
    callback: hero.action.callback,
    inputs: inputsOf(context, hero),
    outputs: context.memory.resultsOf(hero)
  }
}
