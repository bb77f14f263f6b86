/**
 * Reductions, running combinations and sorts.
 */
import type { CumulativeParams, SortParams } from "effax/Primitives"
import type { CumulativeParams as RunningParams } from "../../Plan.ts"
import { type Combiner, identity } from "../kernels/combiners.ts"
import { linesAlong } from "../routines/routine.ts"
import { convertTo } from "./elementwise.ts"
import type { Lowering } from "./lowering.ts"

/** Maxima of booleans are disjunctions, their minima conjunctions. */
const ofBools: { readonly [C in Combiner]?: Combiner } = { max: "or", min: "and" }

const reduce = (named: Combiner): Lowering => (b, { inputs: [x], outputs: [out], params }) => {
  const axes = params["axes"] as ReadonlyArray<number>
  const combiner = x!.dtype === "bool" ? ofBools[named] ?? named : named
  if (x!.size === 0) return [b.fill(b.literal(identity[combiner](x!.dtype), x!.dtype), out!.shape)]
  const wide = b.widen(x!)
  const result = b.op({ kind: "reduce", combiner, axes }, wide.dtype, out!.shape, [wide])
  return [b.cast(result, x!.dtype)]
}

const argReduce = (combiner: "argmax" | "argmin"): Lowering => (b, { inputs: [x], outputs: [out], params }) => {
  const wide = x!.dtype === "bool" ? b.cast(x!, "int32") : b.widen(x!)
  const axes = params["axes"] as ReadonlyArray<number>
  return [convertTo(b, b.op({ kind: "reduce", combiner, axes }, "int32", out!.shape, [wide]), out!.dtype)]
}

const cumulative = (combiner: RunningParams["combiner"]): Lowering => (b, { inputs: [x], params }) => {
  const { axis, reverse } = params as CumulativeParams
  const wide = x!.dtype === "bool" ? b.cast(x!, "int32") : b.widen(x!)
  const { dtype, shape } = wide
  const lines = linesAlong(shape, axis)
  const running = { combiner, dtype, reverse, ...lines }
  const action = { kind: "routine", routine: "cumulative", params: running, results: [{ dtype, shape }] } as const
  return [convertTo(b, b.several(action, [wide])[0]!, x!.dtype)]
}

const sort: Lowering = (b, { inputs, outputs, params }) => {
  const { dimension, numKeys } = params as SortParams
  for (const x of inputs) b.lane(x.dtype)
  const dtypes = inputs.map(({ dtype }) => dtype)
  const sorted = { keys: numKeys, dtypes, ...linesAlong(inputs[0]!.shape, dimension) }
  return b.several({ kind: "routine", routine: "sort", params: sorted, results: outputs }, inputs)
}

export const reductions = {
  reduce_sum: reduce("add"),
  reduce_prod: reduce("mul"),
  reduce_max: reduce("max"),
  reduce_min: reduce("min"),
  reduce_and: reduce("and"),
  reduce_or: reduce("or"),
  argmax: argReduce("argmax"),
  argmin: argReduce("argmin"),
  cumsum: cumulative("add"),
  cumprod: cumulative("mul"),
  cummax: cumulative("max"),
  cummin: cumulative("min"),
  sort
} as const satisfies { readonly [primitive: string]: Lowering }
