/**
 * Programs that say whether something went wrong: the rewrite has one result more, a bool scalar, which goes through calls,
 * branches and loops.
 */
import type * as NdArray from "../../NdArray.ts"
import type { Primitive } from "../../Primitive.ts"
import { call } from "../../primitive/call.ts"
import { check } from "../../primitive/check.ts"
import { cond } from "../../primitive/cond.ts"
import { or } from "../../primitive/elementwise.ts"
import { reduceOr } from "../../primitive/reduction.ts"
import { scanPrimitive } from "../../primitive/scan.ts"
import { whilePrimitive } from "../../primitive/while.ts"
import { batchProgram } from "../batching/batching.ts"
import { examplesOf } from "../batching/examples.ts"
import * as location from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { rewrite } from "../program/memo.ts"
import { type Equation, inputs as inputsOf, isOf, on } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { close, Environment } from "../program/trace.ts"
import { any, conditionsOf, type Enabled, flagOf } from "./conditions.ts"

/** The results of an equation, and whether something went wrong. */
interface Flagged {
  readonly outputs: ReadonlyArray<NdArray.Any>
  readonly flag: NdArray.Any | undefined
}

type Rule = (equation: Equation, inputs: ReadonlyArray<node.Node>, enabled: Enabled) => Flagged

const no = (): NdArray.Any => node.literal(false, "bool")

/** A Program of parameters. */
const build = (
  program: Program,
  f: (parameters: ReadonlyArray<node.Node>) => ReadonlyArray<NdArray.Any>,
  extra: ReadonlyArray<{ readonly at: number; readonly like: NdArray.Any }> = []
): Program => {
  const scope: node.Scope = { transformation: "checked" }
  const parameters = inputsOf(program).map(({ aval }) => node.parameter(aval, scope))
  for (const { at, like } of extra) parameters.splice(at, 0, node.parameter(node.nodeOf(like), scope))
  return close({ outputs: f(parameters).map(node.nodeOf), parameters, isCapture: () => false }).program
}

/** Replays a Program with checks. */
const replay = (program: Program, values: ReadonlyArray<NdArray.Any>, enabled: Enabled): Flagged =>
  location.replaying((at) => {
    const environment = Environment.of(program, values)
    const flags: Array<NdArray.Any> = []
    for (const equation of program.equations) {
      at(equation.location)
      const { flag, outputs } = flagged(equation, equation.inputs.map((atom) => environment.read(atom)), enabled)
      equation.outputs.forEach((variable, i) => environment.write(variable, outputs[i]!))
      if (flag !== undefined) flags.push(flag)
    }
    return { outputs: program.results.map((atom) => environment.read(atom)), flag: any(flags) }
  })

const flagged: Rule = (equation, inputs, enabled) => {
  const { params, primitive } = equation
  const rule = rules.get(primitive)
  if (rule !== undefined) return rule(equation, inputs, enabled)
  if (primitive.called !== undefined && !isOf(equation, check.primitive)) return called(equation, inputs, enabled)
  const outputs = node.bind(primitive, inputs, params)
  const flags = conditionsOf(equation, enabled).flatMap((condition) => flagOf(condition, inputs, outputs) ?? [])
  return { outputs, flag: any(flags) }
}

const unchanged = ({ params, primitive }: Equation, inputs: ReadonlyArray<node.Node>): Flagged => ({
  outputs: node.bind(primitive, inputs, params),
  flag: undefined
})

const split = (results: ReadonlyArray<NdArray.Any>): Flagged => ({
  outputs: results.slice(0, -1),
  flag: results.at(-1)
})

/** Derivatives and batches of calls have been made by now: a plain call will do. */
const called: Rule = (equation, inputs, enabled) => {
  const { params, primitive } = equation
  const program = instrument(primitive.called!(params), enabled)
  if (program === undefined) return unchanged(equation, inputs)
  return split(call(typeof params.name === "string" ? params.name : primitive.name, program, inputs))
}

const rules: ReadonlyMap<Primitive, Rule> = new Map([
  on(cond.primitive, (equation, inputs: ReadonlyArray<node.Node>, enabled: Enabled): Flagged => {
    const { branches } = equation.params
    const checked = branches.map((branch) => instrument(branch, enabled))
    if (checked.every((branch) => branch === undefined)) return unchanged(equation, inputs)
    const [index, ...operands] = inputs
    return split(cond(index!, operands, {
      branches: branches.map((branch, i) => checked[i] ?? withFlag(branch))
    }))
  }),

  on(scanPrimitive.primitive, (equation, inputs: ReadonlyArray<node.Node>, enabled: Enabled): Flagged => {
    const params = equation.params
    const body = instrument(params.jaxpr, enabled)
    if (body === undefined) return unchanged(equation, inputs)
    const { numCarry, numConsts } = params
    const at = numConsts + numCarry
    const jaxpr = build(params.jaxpr, (all) => {
      const { flag, outputs } = split(call("step", body, [...all.slice(0, at), ...all.slice(at + 1)]))
      return [...outputs.slice(0, numCarry), or(all[at]!, flag!), ...outputs.slice(numCarry)]
    }, [{ at, like: no() }])
    const results = scanPrimitive([...inputs.slice(0, at), no(), ...inputs.slice(at)], {
      ...params,
      jaxpr,
      numCarry: numCarry + 1
    })
    return { outputs: results.toSpliced(numCarry, 1), flag: results[numCarry] }
  }),

  on(whilePrimitive.primitive, (equation, inputs: ReadonlyArray<node.Node>, enabled: Enabled): Flagged => {
    const params = equation.params
    const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps } = params
    const body = instrument(bodyJaxpr, enabled)
    const condition = instrument(condJaxpr, enabled)
    if (body === undefined && condition === undefined) return unchanged(equation, inputs)
    const ofCondition = inputs.slice(0, condNconsts)
    const parts = condNconsts + bodyNconsts
    const carried = inputs.length - parts
    /** Whether the condition goes wrong on a carry. */
    const whether = (constants: ReadonlyArray<NdArray.Any>, carry: ReadonlyArray<NdArray.Any>) =>
      condition === undefined ? [] : [call("condition", condition, [...constants, ...carry]).at(-1)!]
    const scope: node.Scope = { transformation: "checked" }
    const parameters = [...inputs, node.nodeOf(no())].map((of) => node.parameter(of, scope))
    const constants = parameters.slice(condNconsts, parts)
    const carry = parameters.slice(parts, parts + carried)
    const next = body === undefined
      ? { outputs: call("step", bodyJaxpr, [...constants, ...carry]), flag: undefined }
      : split(call("step", body, [...constants, ...carry]))
    const flag = any([
      parameters.at(-1)!,
      ...whether(parameters.slice(0, condNconsts), carry),
      ...(next.flag === undefined ? [] : [next.flag])
    ])!
    const step = close({ outputs: [...next.outputs, flag].map(node.nodeOf), parameters, isCapture: () => false })
    const results = whilePrimitive([...ofCondition, ...inputs, no()], {
      condNconsts,
      condJaxpr: build(condJaxpr, (all) => call("condition", condJaxpr, all.slice(0, -1)), [
        { at: inputsOf(condJaxpr).length, like: no() }
      ]),
      bodyNconsts: parts,
      bodyJaxpr: step.program,
      maxSteps
    })
    const last = results.slice(0, -1)
    // the condition was computed once more than the body, unless it was cut off
    return { outputs: last, flag: any([results.at(-1)!, ...maxSteps === null ? whether(ofCondition, last) : []]) }
  })
])

/** The checks of each example, and whether one of them fails. */
const instrumentExamples = (program: Program, enabled: Enabled): Program | undefined => {
  const whole = flaggedExamples(program, enabled)
  if (whole === undefined) return undefined
  return build(program, (parameters) => {
    const { flag, outputs } = split(call("vmap", whole, parameters))
    return [...outputs, reduceOr(flag!, [0])]
  })
}

/** The batch of the checked Program of one example: its last result is the flag of each example. */
export const flaggedExamples = (program: Program, enabled: Enabled): Program | undefined =>
  rewrite(program, `examples ${nameOf(enabled)}`, () => {
    const { axis, batched, results, single } = examplesOf(program)!
    const checked = instrument(single, enabled)
    return checked === undefined ? undefined : batchProgram(checked, batched, axis, [...results, true]).program
  })

/** A Program in which nothing can go wrong, with a flag all the same. */
const withFlag = (program: Program): Program =>
  rewrite(program, "checked", () => build(program, (all) => [...call("branch", program, all), no()]))

const nameOf = (enabled: Enabled): string =>
  `checked[${[enabled.index, enabled.division, enabled.nan].map(Number).join("")}]`

const none = Symbol("nothing to check")

/** The Program with a flag as its last result; `undefined` where there is nothing to check. */
export const instrument = (program: Program, enabled: Enabled): Program | undefined => {
  const found = rewrite<Program | typeof none>(program, nameOf(enabled), () => {
    if (examplesOf(program) !== undefined) return instrumentExamples(program, enabled) ?? none
    let flag: NdArray.Any | undefined
    const made = build(program, (parameters) => {
      const result = replay(program, parameters, enabled)
      flag = result.flag
      return flag === undefined ? result.outputs : [...result.outputs, flag]
    })
    return flag === undefined ? none : made
  })
  return found === none ? undefined : found
}
