/**
 * Random permutations and samples of elements: JAX's `permutation` and `choice`.
 */
import type * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { take } from "../numpy/indexing.ts"
import { type ArrayLike, asArray, type Values } from "../numpy/operands.ts"
import { cumsum } from "../numpy/running.ts"
import { searchsorted } from "../numpy/sorting.ts"
import * as primitive from "../primitive/elementwise.ts"
import { sort } from "../primitive/sort.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { bits, checkKey, keys } from "./key.ts"
import { gumbel, randint, uniform } from "./samplers.ts"

const shuffle = (key: NdArray.Any, x: NdArray.Any, axis: number): NdArray.Any => {
  const size = Shapes.size(x.shape)
  // enough rounds to make ties of random words rare even in long arrays (JAX's rule)
  const rounds = Math.ceil(3 * Math.log(Math.max(1, size)) / Math.log(2 ** 32 - 1))
  let current = x
  let chain = key
  for (let i = 0; i < rounds; i++) {
    const [next, own] = keys(chain)
    const order = bits(own!, x.shape)
    current = sort([order, current], { dimension: axis, isStable: true, numKeys: 1 })[1]!
    chain = next!
  }
  return current
}

/** Options of {@link permutation}. @category models @since 0.1.0 */
export interface PermutationOptions {
  /** The first axis by default. */
  readonly axis?: number
  /** Whether each row, column, ... along the axis is shuffled independently. */
  readonly independent?: boolean
}

const knownOfPermutation: Known<PermutationOptions> = { axis: true, independent: true }

/**
 * A random permutation of `0 ... n - 1`, or of an array along an axis, the first by default.
 *
 * **Details**
 *
 * Subarrays are moved as a whole; with `independent`, every row is shuffled separately.
 *
 * @example
 * ```ts
 * import { Numpy as np, Random } from "effax"
 *
 * Random.permutation(Random.key(1), 10) // => [7, 6, 3, 2, 0, 8, 1, 5, 9, 4]
 * Random.permutation(Random.key(2), np.array([[1, 2], [3, 4]])).shape // => [2, 2]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const permutation: {
  <const N extends number>(key: NdArray.Any, n: N): NdArray.NdArray<"int32", readonly [N]>
  <D extends DType.DType, S extends Shape.Shape>(
    key: NdArray.Any,
    x: NdArray.NdArray<D, S> | Values,
    options?: PermutationOptions
  ): NdArray.NdArray<D, S>
} = (
  key: NdArray.Any,
  given: ArrayLike,
  options: PermutationOptions = {}
): never => {
  checkKey("permutation", key)
  const { axis: at = 0, independent = false } = checkOptions("permutation", options, knownOfPermutation)
  if (typeof given === "number") {
    return shuffle(key, structural.iota("int32", Shapes.validate("permutation", [given]), 0), 0) as never
  }
  const x = asArray("permutation", given)
  const axis = Shapes.normalizeAxis("permutation", at, x.shape.length)
  if (x.shape.length === 1 || independent) return shuffle(key, x, axis) as never
  const order = shuffle(key, structural.iota("int32", [x.shape[axis]!], 0), 0)
  return take(x, order, { axis, mode: "clip" }) as never
}

/**
 * Options of {@link choice}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChoiceOptions {
  /** Whether an element may be drawn more than once; true by default. */
  readonly replace?: boolean
  /** The probability of each element: `[n]`. Uniform by default. */
  readonly p?: ArrayLike
}

const knownOfChoice: Known<ChoiceOptions> = { replace: true, p: true }

/**
 * Elements drawn from `0 ... n - 1` or from the first axis of an array.
 *
 * **Details**
 *
 * Draws are with replacement unless `replace` is false, and uniform unless there are probabilities `p` with sum 1.
 * Throws an `ArgumentError` for more draws without replacement than there are elements.
 *
 * @example
 * ```ts
 * import { Numpy as np, Random } from "effax"
 *
 * const rows = np.reshape(np.arange(12), [4, 3])
 * Random.choice(Random.key(2), rows, [2], { replace: false }) // => [[6, 7, 8], [3, 4, 5]]
 * Random.choice(Random.key(2), 5, [3]).shape // => [3]
 * ```
 *
 * @category samplers
 * @since 0.1.0
 */
export const choice: {
  <const S extends Shape.Shape = readonly []>(
    key: NdArray.Any,
    from: number,
    shape?: S,
    options?: ChoiceOptions
  ): NdArray.NdArray<"int32", Shape.Settled<S>>
  <D extends DType.DType, E extends Shape.Shape, const S extends Shape.Shape = readonly []>(
    key: NdArray.Any,
    from: NdArray.NdArray<D, E> | Values,
    shape?: S,
    options?: ChoiceOptions
  ): NdArray.NdArray<D, readonly [...Shape.Settled<S>, ...Shape.Reduce<E, 0>]>
} = (key: NdArray.Any, given: ArrayLike, shape: Shape.Shape = [], options: ChoiceOptions = {}): never => {
  checkKey("choice", key)
  const { p: weights, replace = true } = checkOptions("choice", options, knownOfChoice)
  const from = typeof given === "number" ? given : asArray("choice", given)
  const p = weights === undefined ? undefined : asArray("choice", weights)
  const size = typeof from === "number" ? from : from.shape[0] ?? 0
  const count = Shapes.size(Shapes.validate("choice", shape))
  if (size < 1 || !replace && count > size) {
    throw new ArgumentError({
      operation: "choice",
      message: `choice: can't draw ${count} of ${size} elements${replace ? "" : " without replacement"}`
    })
  }
  if (p !== undefined && (p.shape.length !== 1 || p.shape[0] !== size)) {
    throw new ShapeError({
      operation: "choice",
      message: `choice: p must have shape [${size}], a probability for each element, got ${Shapes.format(p.shape)}`
    })
  }
  const first = (order: NdArray.Any) =>
    structural.reshape(structural.sliceAxis(order, 0, 0, count), [...shape, ...order.shape.slice(1)])
  if (p === undefined && !replace) {
    return first(typeof from === "number" ? permutation(key, from) : permutation(key, from)) as never
  }
  const positions = p === undefined
    ? randint(key, shape, 0, size)
    : replace
    ? byWeight(key, p, shape, size)
    : first(byGumbel(key, p, size))
  return (typeof from === "number" ? positions : take(from, positions, { axis: 0, mode: "clip" })) as never
}

const byWeight = (key: NdArray.Any, p: NdArray.Any, shape: Shape.Shape, size: number): NdArray.Any => {
  const sums = cumsum(p)
  const total = structural.reshape(structural.sliceAxis(sums, 0, size - 1, size), [])
  const r = primitive.mul(primitive.sub(1, uniform(key, shape, { dtype: p.dtype as DType.Floating })), total)
  return searchsorted(sums, r)
}

/** Positions in descending order of `log p + gumbel`: the first k are a sample without replacement. */
const byGumbel = (key: NdArray.Any, p: NdArray.Any, size: number): NdArray.Any => {
  const scores = primitive.add(gumbel(key, [size], { dtype: p.dtype as DType.Floating }), primitive.log(p))
  return sort([primitive.neg(scores), structural.iota("int32", [size], 0)], {
    dimension: 0,
    isStable: true,
    numKeys: 1
  })[1]!
}
