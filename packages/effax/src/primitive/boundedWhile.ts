/**
 * Reverse mode for loops with a bound on their steps.
 *
 * A `while` keeps no values of its steps, so it can't be run backwards. With a bound it becomes a tree of `scan`s of
 * about 16 steps. Each step is the whole subtree below it; it is checkpointed, and skipped once the condition is false.
 * In the backward pass only one path from the root to a leaf is alive at a time, so memory is logarithmic in the bound,
 * and work is the number of steps actually taken times the number of levels. Under `vmap` a branch is skipped once no
 * example needs it, and finished examples keep their carry. Griewank, "Achieving logarithmic growth of temporal and
 * spatial complexity in reverse automatic differentiation" (1992). The nesting is fixed, as in Equinox's bounded loops,
 * because no schedule knows the number of steps.
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

/**
 * Steps of one scan. More steps use more memory on each level; fewer steps need more levels, each of which recomputes.
 */
const largestBase = 16

/** The length of the scan on each level, from the root: the fewest levels, and then the shortest scans. */
export const lengthsOf = (maxSteps: number): ReadonlyArray<number> => {
  let levels = 1
  while (largestBase ** levels < maxSteps) levels++
  let base = Math.max(1, Math.floor(maxSteps ** (1 / levels)))
  while (base ** levels < maxSteps) base++
  // the root corrects for the rounding on the levels below
  const below = base ** (levels - 1)
  return [Math.ceil(maxSteps / below), ...new Array<number>(levels - 1).fill(base)]
}

type Nodes = ReadonlyArray<node.Node>

const trace = (of: ReadonlyArray<Aval>, f: (parameters: Nodes) => ReadonlyArray<NdArray.Any>): Program =>
  withoutCaptures(tracing.trace("whileLoop", of, f).program)

/**
 * Cuts off derivatives of the inputs of finished examples: their steps are not selected, and infinite derivatives there
 * would turn zero cotangents into NaN.
 */
const masked = (going: NdArray.Any, x: NdArray.Any): NdArray.Any =>
  DType.isInexact(x.dtype) ? select(going, x, stopGradient(x)) : x

/**
 * The loop as nested scans, from the operands of the `while` to its results. Their state is whether the loop continues,
 * the number of steps taken, and the loop's carry. A step of a finished example is masked or, for Layers that check
 * values, a branch that is not taken.
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
  // devices that stop at different times have different states
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
  /** Runs `inner` up to `length` times, while the loop continues. */
  const repeated = (inner: Program, length: number): Program => {
    const run = program((consts, state) =>
      cond(convert(unvmapAny(state[0]!), "int32"), [...consts, ...state], { branches: [skip, inner] })
    )
    const checkpointed = program((consts, state) =>
      checkpointCall([...consts, ...state], {
        jaxpr: run,
        // the recomputation is in a different scan from the first computation
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

/** Memoised per loop, because a `while` is differentiated again and again. */
const memoised = (params: WhileParams, maxSteps: number, operands: ReadonlyArray<Aval>): Program => {
  const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = params
  const checked = location.isWanted()
  const name = `boundedWhile[${condNconsts} ${bodyNconsts} ${maxSteps}${checked ? " checked" : ""}]`
  const byCondition = rewrite(bodyJaxpr, name, () => new Map<Program, Program>())
  let known = byCondition.get(condJaxpr)
  if (known === undefined) byCondition.set(condJaxpr, known = asScans(params, maxSteps, operands, checked))
  return known
}

/** The results of a bounded loop, and a linear graph of their tangents that can be transposed. */
export const linearizeBoundedWhile = (
  { params, primals, split, tangents }: NestedJvpContext<WhileParams>
): { readonly outputs: ReadonlyArray<node.Node>; readonly tangents: ReadonlyArray<OrZero> } =>
  jvp(memoised(params, params.maxSteps!, avals(primals)), primals, tangents, split)
