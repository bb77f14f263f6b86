/**
 * Random functions.
 */
import type { Random } from "../fuzz/random.ts"
import { Builder, type Limits, type Operation } from "./builder.ts"
import { contractions } from "./contractions.ts"
import { elementwise } from "./elementwise.ts"
import { nested } from "./nested.ts"
import { reductions } from "./reductions.ts"
import type { Fn, Value } from "./tree.ts"

type Weighted = ReadonlyArray<readonly [operation: Operation, weight: number]>

const spread = (weighted: Weighted): ReadonlyArray<Operation> =>
  weighted.flatMap(([operation, weight]) => new Array<Operation>(weight).fill(operation))

const choose = (b: Builder): Operation => {
  const { depth } = b.limits
  const family = b.r.next()
  return b.r.pick(spread(
    family < 0.4 ? elementwise : family < 0.6 ? reductions : family < 0.85 || depth === 0 ? contractions : nested
  ))
}

/** A function of so many steps at most, whose results are floating-point values that nothing takes. */
export const generate = (r: Random, limits: Limits, parameters: ReadonlyArray<Value>, count: number): Fn => {
  const b = grow(r, limits, parameters, count)
  const taken = new Set(b.steps.flatMap((s) => s.operands))
  const ends = b.values.flatMap((v, i) => v.kind === "float" && !taken.has(i) && i >= parameters.length ? [i] : [])
  return b.finish(ends.length === 0 ? [b.float()!] : ends.slice(-2))
}

export const grow = (r: Random, limits: Limits, parameters: ReadonlyArray<Value>, count: number): Builder => {
  const b = new Builder(r, limits, parameters, generate)
  for (let i = 0; i < count; i++) choose(b)(b)
  return b
}
