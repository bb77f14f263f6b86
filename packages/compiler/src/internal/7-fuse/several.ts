/**
 * Kernels that work on whole arrays: cumulative sums, sorts, control flow, calls of the host.
 */
import * as Aval from "effax/Aval"
import { size as product } from "effax/Shape"
import type { BufferId, Kernel } from "../../Plan.ts"
import { isKind, type Node, type NodeOf } from "../6-decompose/node.ts"
import { carriesOf } from "./carries.ts"
import { type Context, nameOf, plainBuffer } from "./kernelContext.ts"

const around = (shape: ReadonlyArray<number>, axis: number) => ({
  outer: product(shape.slice(0, axis)),
  length: shape[axis]!,
  inner: product(shape.slice(axis + 1))
})

export const cumulativeKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as NodeOf<"cumulative">
  return {
    kind: "cumulative",
    name: nameOf(context),
    barrier: false,
    combiner: hero.action.combiner,
    dtype: hero.dtype,
    ...around(hero.shape, hero.action.axis),
    reverse: hero.action.reverse,
    input: plainBuffer(context, hero.inputs[0]!),
    output: context.memory.bufferOf(hero)
  }
}

const inputsOf = (context: Context, hero: Node): ReadonlyArray<BufferId> =>
  hero.inputs.map((x) => plainBuffer(context, x))

export const sortKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as NodeOf<"sort">
  return {
    kind: "sort",
    name: nameOf(context),
    barrier: false,
    ...around(hero.shape, hero.action.axis),
    keys: hero.action.keys,
    dtypes: hero.inputs.map((x) => x.dtype),
    inputs: inputsOf(context, hero),
    outputs: context.memory.resultsOf(hero),
    scratch: context.memory.newBuffer("uint32", 2 * hero.size)
  }
}

export const repeatKernel = (context: Context): Kernel => {
  const { memory } = context
  const hero = context.group.heroes[0] as NodeOf<"repeat">
  const { body, carries, condition, constants, results: types, reverse, steps } = hero.action
  const inputs = inputsOf(context, hero)
  const results = memory.resultsOf(hero)
  const plan = memory.planOf(body, carriesOf(constants, carries))
  return {
    kind: "repeat",
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

export const branchKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as NodeOf<"branch">
  const [index, ...inputs] = inputsOf(context, hero)
  const pairs = [...context.memory.changed].flatMap(([node, { operand }]) => {
    if (node === hero) return [{ input: operand - 1, result: 0 }]
    return isKind(node, "output") && node.inputs[0] === hero
      ? [{ input: operand - 1, result: node.action.which }]
      : []
  })
  return {
    kind: "branch",
    name: nameOf(context),
    barrier: false,
    index: index!,
    branches: hero.action.branches.map((graph) => context.memory.planOf(graph, pairs)),
    inputs,
    outputs: context.memory.resultsOf(hero)
  }
}

export const hostCallKernel = (context: Context): Kernel => {
  const hero = context.group.heroes[0] as NodeOf<"hostCall">
  return {
    kind: "hostCall",
    name: nameOf(context),
    barrier: false,
    callback: hero.action.callback,
    inputs: inputsOf(context, hero),
    outputs: context.memory.resultsOf(hero)
  }
}
