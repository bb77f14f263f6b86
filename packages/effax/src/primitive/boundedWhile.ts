/**
 * Reverse mode through loops that have a bound on their steps.
 *
 * A `while` keeps nothing of its steps, so there is nothing to go back along. With a bound it is a tree of `scan`s: each
 * of some 16 steps, each step the whole tree below it, checkpointed, and skipped once the condition is false. Going back, one
 * path from the root to a leaf is alive at a time: memory grows with the logarithm of the bound, work with the steps that
 * are really taken times the number of levels. Under `vmap` a branch is skipped once no example wants it, and examples that
 * are done stay as they are. Griewank, "Achieving logarithmic growth of temporal and spatial complexity in
 * reverse automatic differentiation" (1992); with a fixed nesting, as of Equinox's bounded loops, because no schedule knows
 * the number of steps.
 */
import type { Aval } from "../Aval.ts"
import * as DType from "../DType.ts"
import { avals } from "../internal/arguments/arguments.ts"
import { jvp } from "../internal/autodiff/forward.ts"
import { union } from "../internal/axes/replication.ts"
import * as location from "../internal/graph/location.ts"
import * as node from "../internal/graph/node.ts"
import { rewrite } from "../internal/program/memo.ts"
import { type Program, withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { NestedJvpContext, OrZero } from "../Primitive.ts"
import { checkpointCall } from "./checkpoint.ts"
import { cond } from "./cond.ts"
import { add, and, convert, lt, select, stopGradient } from "./elementwise.ts"
import type { WhileParams } from "./params.ts"
import { scanPrimitive } from "./scan.ts"
import { unvmapAny } from "./unvmapAny.ts"

/** Steps of one scan. More of them are more memory on each level, fewer are more levels, each of which computes again. */
const largestBase = 16

/** The length of the scan on each level, from the root: as few levels as can be, and then as short as can be. */
export const lengthsOf = (maxSteps: number): ReadonlyArray<number> => {
  let levels = 1
  while (largestBase ** levels < maxSteps) levels++
  let base = Math.max(1, Math.floor(maxSteps ** (1 / levels)))
  while (base ** levels < maxSteps) base++
  // the root makes up for what the levels below it have too much
  const below = base ** (levels - 1)
  return [Math.ceil(maxSteps / below), ...new Array<number>(levels - 1).fill(base)]
}

type Nodes = ReadonlyArray<node.Node>

const trace = (of: ReadonlyArray<Aval>, f: (parameters: Nodes) => ReadonlyArray<NdArray.Any>): Program =>
  withoutCaptures(tracing.trace("whileLoop", of, f).program)

/**
 * The inputs of a step of an example that is done have no derivatives: its results are not selected, and where their
 * derivatives are infinite they would make NaN of zero cotangents.
 */
const masked = (going: NdArray.Any, x: NdArray.Any): NdArray.Any =>
  DType.isInexact(x.dtype) ? select(going, x, stopGradient(x)) : x

/**
 * The loop as nested scans: from the operands of the `while` to its results. The state that they hand on is whether the loop
 * goes on, the number of steps taken, and the loop's carry. A step of an example that is done is masked, or, for Layers
 * that check what is computed, a branch that is not taken.
 */
const asScans = (
  params: WhileParams,
  maxSteps: number,
  operands: ReadonlyArray<Aval>,
  checked: boolean
): Program => {
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = params
  const numConsts = condNconsts + bodyNconsts
  const counter = maxSteps < 2 ** 31 ? "int32" : "int64"
  const goesOn = (consts: Nodes, count: NdArray.Any, carry: Nodes): NdArray.Any =>
    and(
      tracing.replay(condJaxpr, [...consts.slice(0, condNconsts), ...carry])[0]!,
      lt(count, node.literal(maxSteps, counter))
    )
  const constAvals = operands.slice(0, numConsts)
  // devices that stop at other times have other states
  const { varying } = condJaxpr.results[0]!.aval
  const stateAvals: ReadonlyArray<Aval> = [
    { dtype: "bool", shape: [], weak: false, varying },
    { dtype: counter, shape: [], weak: false, varying },
    ...bodyJaxpr.results.map(({ aval }, i) => ({
      ...aval,
      varying: union(union(aval.varying, operands[numConsts + i]!.varying), varying)
    }))
  ]
  const program = (f: (consts: Nodes, state: Nodes) => ReadonlyArray<NdArray.Any>): Program =>
    trace([...constAvals, ...stateAvals], (values) => f(values.slice(0, numConsts), values.slice(numConsts)))

  const skip = program((_, state) => state)
  const stay = trace(bodyJaxpr.parameters.map(({ aval }) => aval), (values) => values.slice(bodyNconsts))
  const step = program((consts, [going, count, ...carry]) => {
    const next = checked
      ? cond(convert(going!, "int32"), [...consts.slice(condNconsts), ...carry], { branches: [stay, bodyJaxpr] })
        .map(node.nodeOf)
      : tracing.replay(bodyJaxpr, [
        ...consts.slice(condNconsts).map((x) => masked(going!, x)),
        ...carry.map((x) => masked(going!, x))
      ]).map((x, i) => node.nodeOf(select(going!, x, carry[i]!)))
    const taken = add(count!, convert(going!, counter))
    return [and(going!, goesOn(consts, taken, next)), taken, ...next]
  })
  /** So many runs of what is below, as long as the loop goes on. */
  const repeated = (inner: Program, length: number): Program => {
    const run = program((consts, state) =>
      cond(convert(unvmapAny(state[0]!), "int32"), [...consts, ...state], { branches: [skip, inner] })
    )
    const checkpointed = program((consts, state) =>
      checkpointCall([...consts, ...state], {
        jaxpr: run,
        // what is computed again is in another scan than what was computed first
        preventCse: false,
        differentiated: false,
        policy: null
      })
    )
    return program((consts, state) =>
      scanPrimitive([...consts, ...state], {
        jaxpr: checkpointed,
        length,
        numConsts,
        numCarry: stateAvals.length,
        reverse: false,
        unroll: 1
      })
    )
  }
  const loop = lengthsOf(maxSteps).reduceRight(repeated, step)
  return trace(operands, (values) => {
    const consts = values.slice(0, numConsts)
    const carry = values.slice(numConsts)
    const count = node.literal(0, counter)
    return tracing.replay(loop, [...consts, goesOn(consts, count, carry), count, ...carry]).slice(2)
  })
}

/** One for each loop: a `while` is differentiated again and again. */
const memoised = (params: WhileParams, maxSteps: number, operands: ReadonlyArray<Aval>): Program => {
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = params
  const checked = location.isWanted()
  const name = `boundedWhile[${condNconsts} ${bodyNconsts} ${maxSteps}${checked ? " checked" : ""}]`
  const byCondition = rewrite(bodyJaxpr, name, () => new Map<Program, Program>())
  let known = byCondition.get(condJaxpr)
  if (known === undefined) byCondition.set(condJaxpr, known = asScans(params, maxSteps, operands, checked))
  return known
}

/** The results of a loop that has a bound, and a linear graph of their tangents that can be transposed. */
export const linearizeBoundedWhile = (
  { params, primals, split, tangents }: NestedJvpContext<WhileParams>
): { readonly outputs: ReadonlyArray<node.Node>; readonly tangents: ReadonlyArray<OrZero> } =>
  jvp(memoised(params, params.maxSteps!, avals(primals)), primals, tangents, split)
