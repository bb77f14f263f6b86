/**
 * `map`: a function of single elements, one element after the other or in chunks.
 */
import { ArgumentError } from "../Errors.ts"
import { flatten, type Returned } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { concatenate, reshape, sliceAxis } from "../primitive/structural.ts"
import { vmap } from "../transform/vmap.ts"
import * as Tree from "../Tree.ts"
import { checkFunction } from "./body.ts"
import { lengthOf, scan } from "./scan.ts"
import type { Sliced, Stacked } from "./trees.ts"

/**
 * Options of {@link map}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MapOptions {
  /** How many elements are computed together: more speed for more memory. 1 by default. */
  readonly batchSize?: number | undefined
}

const known: Known<MapOptions> = { batchSize: true }

type Arrays = ReadonlyArray<NdArray.Any>

/**
 * Applies a function to every element along axis 0 of a tree of arrays, and stacks the results.
 *
 * **When to use**
 *
 * Where `vmap`, which computes all elements at once, takes too much memory.
 *
 * **Details**
 *
 * A {@link scan} without carry. With `batchSize` it goes over chunks of so many elements, to each of which `vmap` of the
 * function is applied; what is left over makes a smaller chunk.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.map((x) => np.multiply(x, x), np.array([1, 2, 3, 4, 5])) // => [1, 4, 9, 16, 25]
 * Lax.map((x) => np.multiply(x, x), np.array([1, 2, 3, 4, 5]), { batchSize: 2 }) // => [1, 4, 9, 16, 25]
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const map = <const X, Y extends Returned>(
  f: (x: Sliced<X>) => Y,
  xs: X,
  options: MapOptions = {}
): Stacked<Y> => {
  const operation = "map"
  checkFunction(operation, "the function", f)
  const { batchSize } = checkOptions(operation, options, known)
  if (batchSize === undefined) return each(f as (x: unknown) => unknown, xs) as Stacked<Y>
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError({
      operation,
      message: `${operation}: batchSize must be an integer from 1 on, got ${batchSize}`
    })
  }
  const { leaves, structure } = flatten(operation, "xs", xs)
  const length = lengthOf(operation, xs, leaves, undefined)
  const chunks = Math.floor(length / batchSize)
  const whole = chunks * batchSize
  const part = (change: (leaf: NdArray.Any) => NdArray.Any) => Tree.unflatten(structure, leaves.map(change))
  const batched = vmap(f as (x: unknown) => unknown) as (x: unknown) => unknown
  const partial = () => batched(part((leaf) => sliceAxis(leaf, 0, whole, length)))
  if (chunks === 0) return partial() as Stacked<Y>
  const chunked = each(
    batched,
    part((leaf) => reshape(sliceAxis(leaf, 0, 0, whole), [chunks, batchSize, ...leaf.shape.slice(1)]))
  )
  const results = flatten(operation, "result", chunked)
  const joined = results.leaves.map((leaf) => reshape(leaf, [whole, ...leaf.shape.slice(2)]))
  if (whole === length) return Tree.unflatten(results.structure, joined) as Stacked<Y>
  const last: Arrays = flatten(operation, "result", partial()).leaves
  return Tree.unflatten(results.structure, joined.map((leaf, i) => concatenate([leaf, last[i]!], 0))) as Stacked<Y>
}

const each = (f: (x: unknown) => unknown, xs: unknown): unknown => scan((_, x) => [null, f(x)], null, xs)[1]
