/**
 * Random recipes.
 */
import { Context, type Operation } from "./context.ts"
import { constants } from "./operations/constants.ts"
import { contractions } from "./operations/contractions.ts"
import { elementwise } from "./operations/elementwise.ts"
import { indexing } from "./operations/indexing.ts"
import { reductions } from "./operations/reductions.ts"
import { structural } from "./operations/structural.ts"
import { transformed } from "./operations/transformed.ts"
import { make } from "./random.ts"
import type { Value } from "./recipe.ts"

const weighted = [
  ...constants,
  ...elementwise,
  ...structural,
  ...reductions,
  ...indexing,
  ...contractions,
  ...transformed
]
const operations: ReadonlyArray<Operation> = weighted.flatMap(([operation, weight]) =>
  new Array<Operation>(weight).fill(operation)
)

export interface Size {
  /** Elements of the largest value. */
  readonly limit: number
  readonly inputs: number
  readonly steps: number
  /** The first input's elements at least. */
  readonly least: number
  /** Only what every backend has: see {@link Context}. */
  readonly plain?: boolean
}

export const generate = (seed: number, size: Size): ReadonlyArray<Value> => {
  const r = make(seed)
  const c = new Context(r, size.limit, size.plain)
  for (let i = 0; i < size.inputs; i++) {
    let shape = c.shape()
    for (let tries = 0; i === 0 && tries < 100 && shape.reduce((a, b) => a * b, 1) < size.least; tries++) {
      shape = c.shape(r.int(1, 4))
    }
    c.input(c.dtype(), shape)
  }
  for (let i = 0; i < size.steps; i++) r.pick(operations)(c)
  return c.recipe
}
