/**
 * The linearisation of `cond`: one that computes the primals and what the tangents need, and one, on the same index, that
 * is linear in the tangents.
 */
import type * as Aval from "../Aval.ts"
import { avals } from "../internal/arguments/arguments.ts"
import { type Linearized, linearizeProgram } from "../internal/autodiff/forward.ts"
import * as node from "../internal/graph/node.ts"
import { isPresent, spread } from "../internal/program/flags.ts"
import { inputs as inputsOf, Var } from "../internal/program/model.ts"
import { Program } from "../internal/program/program.ts"
import { replay, trace } from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { NestedJvpContext, OrZero } from "../Primitive.ts"
import { agreeing, sharedInputs } from "./controlFlow.ts"
import type { CondParams } from "./params.ts"
import { zerosOf } from "./structural.ts"

/**
 * Where a branch's linear part finds a residual: among the operands, among the results, or in a slot, an additional result
 * that branches share, as only one of them runs.
 */
type Place = { readonly from: "operand" | "result" | "slot"; readonly at: number }

interface Slots {
  readonly avals: ReadonlyArray<Aval.Aval>
  /** For each branch, the place of each of its residuals. */
  readonly places: ReadonlyArray<ReadonlyArray<Place>>
  /** For each branch, the result of its primal part that fills a slot. */
  readonly filled: ReadonlyArray<ReadonlyMap<number, number>>
}

const typeOf = ({ dtype, shape, varying }: Aval.Aval): string => `${dtype} ${shape.join()} ${varying?.join() ?? ""}`

/** Gives residuals of one type, in different branches, the same slots. */
const slotsOf = (branches: ReadonlyArray<Linearized>, results: number): Slots => {
  const avals: Array<Aval.Aval> = []
  const filled: Array<Map<number, number>> = []
  const places = branches.map(({ captures, primal }) => {
    const own = new Map<number, number>()
    filled.push(own)
    return primal.results.slice(results).map((atom, i): Place => {
      const operand = atom instanceof Var ? primal.parameters.indexOf(atom) : -1
      if (operand >= captures.length) return { from: "operand", at: operand - captures.length }
      const result = primal.results.indexOf(atom)
      if (result < results) return { from: "result", at: result }
      const type = typeOf(atom.aval)
      const free = avals.findIndex((aval, slot) => typeOf(aval) === type && !own.has(slot))
      const slot = free === -1 ? avals.push(atom.aval) - 1 : free
      own.set(slot, results + i)
      return { from: "slot", at: slot }
    })
  })
  return { avals, places, filled }
}

/** Applies `cond`, which is handed over because its rules are made of what is here. */
type Cond = (index: NdArray.Any, operands: ReadonlyArray<NdArray.Any>, params: CondParams) => ReadonlyArray<NdArray.Any>

export const linearizeCond = (
  cond: Cond,
  { params: { branches }, primals, tangents }: NestedJvpContext<CondParams>
): {
  readonly outputs: ReadonlyArray<NdArray.Any>
  readonly tangents: ReadonlyArray<OrZero>
} => {
  const [index, ...operands] = primals
  const dots = tangents.slice(1)
  const which = dots.map(isPresent)
  const [nonzero, linearized] = agreeing(
    branches,
    (branch, wanted) => linearizeProgram(branch, which, wanted),
    (of) => of.nonzero
  )
  if (!nonzero.includes(true)) return { outputs: cond(index!, operands, { branches }), tangents: [] }
  const count = branches[0]!.results.length
  const { avals: slotAvals, filled, places } = slotsOf(linearized, count)

  const padded = linearized.map(({ captures, primal }, k) => {
    const { program } = trace("linearize", inputsOf(primal).map(({ aval }) => aval), (parameters) => {
      const results = replay(primal, parameters)
      const slots = slotAvals.map((aval, slot) => {
        const at = filled[k]!.get(slot)
        return at === undefined ? zerosOf(aval) : results[at]!
      })
      return [...results.slice(0, count), ...slots]
    })
    return { captures, program }
  })
  const first = sharedInputs(padded)
  const results = cond(index!, [...first.captures, ...operands], { branches: first.programs })
  const outputs = results.slice(0, count)

  // operands that no branch needs again are no residuals
  const needs = (from: Place["from"], at: number) => places.some((of) => of.some((p) => p.from === from && p.at === at))
  const sources = [
    ...operands.map((x, at) => ({ from: "operand", at, x } as const)),
    ...outputs.map((x, at) => ({ from: "result", at, x } as const)),
    ...results.slice(count).map((x, at) => ({ from: "slot", at, x } as const))
  ].filter(({ at, from }) => needs(from, at))
  const linear = linearized.map(({ linear }, k) => {
    const own = places[k]!
    return new Program({
      parameters: [
        ...sources.map(({ at, from, x }) => {
          const residual = own.findIndex((place) => place.from === from && place.at === at)
          return residual === -1 ? new Var(avals([node.nodeOf(x)])[0]!) : linear.parameters[residual]!
        }),
        ...linear.parameters.slice(own.length)
      ],
      equations: linear.equations,
      results: linear.results
    })
  })
  const linearResults = cond(index!, [...sources.map(({ x }) => x), ...dots.filter(isPresent)], { branches: linear })
  return { outputs, tangents: spread(nonzero, linearResults) }
}
