/**
 * Transposition of linear graphs: reverse-mode differentiation is linearisation followed by this.
 */
import { ArgumentError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { OrZero } from "../../Primitive.ts"
import { add } from "../../primitive/elementwise.ts"
import { zerosOf } from "../../primitive/structural.ts"
import * as location from "../graph/location.ts"
import * as node from "../graph/node.ts"
import { mask } from "../program/flags.ts"
import { rewrite } from "../program/memo.ts"
import { inputs as inputsOf } from "../program/model.ts"
import type { Program } from "../program/program.ts"
import { close, type Closed, dependents, lifted, present, reachable, replay } from "../program/trace.ts"

/**
 * The cotangents of linear parameters, given those of outputs that are a linear function of them.
 */
export const transpose = (
  outputs: ReadonlyArray<OrZero>,
  parameters: ReadonlyArray<node.Node>,
  cotangents: ReadonlyArray<OrZero>
): ReadonlyArray<OrZero> => location.replaying((at) => pullBack(outputs, parameters, cotangents, at))

const pullBack = (
  outputs: ReadonlyArray<OrZero>,
  parameters: ReadonlyArray<node.Node>,
  cotangents: ReadonlyArray<OrZero>,
  at: (location: location.Location | undefined) => void
): ReadonlyArray<OrZero> => {
  const oldest = parameters.reduce((least, of) => Math.min(least, of.serial), Infinity)
  const roots = present(outputs)
  const nodes = reachable(roots, (of) => of.serial < oldest)
  const dependent = dependents(nodes, new Set(parameters))
  const sums = new Map<node.Node, NdArray.Any>()
  const accumulate = (of: node.Node, cotangent: OrZero): void => {
    if (cotangent === undefined || !dependent.has(of)) return
    const sum = sums.get(of)
    sums.set(of, sum === undefined ? cotangent : add(sum, cotangent))
  }
  outputs.forEach((output, i) => {
    if (output !== undefined) accumulate(output as node.Node, cotangents[i])
  })
  for (let i = nodes.length - 1; i >= 0; i--) {
    const next = nodes[i]!
    if (next.source._tag !== "Apply" || !dependent.has(next)) continue
    const { application, index } = next.source
    // the results of one application are neighbours in age: the first of those reached stands for all
    const first = application.outputs.findIndex((output) => dependent.has(output))
    if (first !== index) continue
    const cts = application.outputs.map((output) => sums.get(output))
    for (const output of application.outputs) sums.delete(output)
    if (cts.every((ct) => ct === undefined)) continue
    const { inputs, location, params, primitive } = application
    at(location)
    if (primitive.linear === undefined) {
      throw new ArgumentError({
        operation: "transpose",
        message: `transpose: ${primitive.name} is not a linear function of its operands, so it has no transpose`
      })
    }
    const linear = inputs.map((input) => dependent.has(input))
    const results = primitive.linear.transpose({ cotangents: cts, inputs, linear, params })
    inputs.forEach((input, k) => accumulate(input, results[k]))
  }
  return parameters.map((parameter) => sums.get(parameter))
}

/** The transpose of a Program that is linear in some of its inputs. */
export interface TransposedProgram extends Closed {
  /** captures, other inputs, cotangents of the results that have one -> cotangents of linear inputs that are not zero */
  readonly program: Program
  /** For each linear input, whether its cotangent is among the results. */
  readonly nonzero: ReadonlyArray<boolean>
}

/** Linear inputs that `wanted` marks (one flag for each linear input) have a cotangent also where it is zero. */
export const transposeProgram = (
  program: Program,
  linear: ReadonlyArray<boolean>,
  given: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean> = []
): TransposedProgram =>
  rewrite(program, `transpose[${[linear, given, wanted].map(mask).join(" ")}]`, () => {
    const scope: node.Scope = { transformation: "transpose" }
    const variables = inputsOf(program)
    const known = variables.map(({ aval }, i) => linear[i] ? undefined : node.parameter(aval, scope))
    const unknown = variables.map(({ aval }, i) => linear[i] ? node.parameter(aval, scope) : undefined)
    const parameters = unknown.filter((u) => u !== undefined)
    const outputs = replay(program, variables.map((_, i) => (known[i] ?? unknown[i])!))
    const cts = program.results.map(({ aval }, i) => given[i] ? node.parameter(aval, scope) : undefined)
    const results = transpose(outputs, parameters, cts).map((ct, i) =>
      ct === undefined && wanted[i] ? zerosOf(parameters[i]!) : ct
    )
    const closed = close({
      outputs: present(results),
      parameters: [...known.filter((k) => k !== undefined), ...cts.filter((c) => c !== undefined)],
      isCapture: () => false
    })
    return { ...lifted(closed), nonzero: results.map((r) => r !== undefined) }
  })
