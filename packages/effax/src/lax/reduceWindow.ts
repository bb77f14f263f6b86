/**
 * Reductions of the windows of an array: one axis after the other, each by slices that are combined.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError, TreeError } from "../Errors.ts"
import { flatten, pathOf } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { checkIntegers, checkLength, checkList, type Ints, list } from "../primitive/rule.ts"
import { broadcastInDim, pad, sliceAxis } from "../primitive/structural.ts"
import * as Tree from "../Tree.ts"
import { type PaddingName, paddingOf } from "./convolutionLayout.ts"
import {
  type Combine,
  combineTrees,
  type Elements,
  initialValues,
  isIdentity,
  monoidOf,
  type Reduced
} from "./monoids.ts"
import type { Like } from "./trees.ts"

/** Options of {@link reduceWindow}. @category models @since 0.1.0 */
export interface ReduceWindowOptions {
  /** The steps of the window along each axis; 1 by default. */
  readonly windowStrides?: Ints | null | undefined
  /** `[low, high]` for each axis, which may be negative, or `"SAME"`, `"SAME_LOWER"` or `"VALID"`, the default. */
  readonly padding?: PaddingName | ReadonlyArray<readonly [low: number, high: number]> | undefined
  /** Distances between the elements of the array along each axis, with neutral elements between them; 1 by default. */
  readonly baseDilation?: Ints | null | undefined
  /** Distances between the elements of the window along each axis; 1 by default. */
  readonly windowDilation?: Ints | null | undefined
}

const known: Known<ReduceWindowOptions> = {
  windowStrides: true,
  padding: true,
  baseDilation: true,
  windowDilation: true
}

const operation = "reduceWindow"

type Arrays = ReadonlyArray<NdArray.Any>

/** Positive whole numbers, one for each axis. */
const positive = (name: string, given: Ints | null | undefined, x: Aval.Aval): Ints => {
  if (given === undefined || given === null) return x.shape.map(() => 1)
  checkList(operation, name, given)
  checkLength(operation, name, given, x)
  checkIntegers(operation, name, given)
  if (given.some((n) => n < 1)) {
    throw new ArgumentError({ operation, message: `${operation}: ${name} ${list(given)} must be 1 or more` })
  }
  return given
}

interface Along {
  readonly axis: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
}

/** Windows along one axis of which `outputs` begin at multiples of the stride, at `from` elements behind each beginning. */
const placesOf = (xs: Arrays, { axis, stride }: Along, outputs: number, from: number): Arrays =>
  xs.map((x) => sliceAxis(x, axis, from, from + (outputs - 1) * stride + 1, stride))

/** The elements of each window one by one, combined in pairs. */
const byElements = (xs: Arrays, along: Along, outputs: number, combine: Combine): Arrays => {
  let parts = Array.from({ length: along.window }, (_, k) => placesOf(xs, along, outputs, k * along.dilation))
  while (parts.length > 1) {
    parts = Array.from(
      { length: Math.ceil(parts.length / 2) },
      (_, i) => 2 * i + 1 < parts.length ? combine(parts[2 * i]!, parts[2 * i + 1]!) : parts[2 * i]!
    )
  }
  return parts[0]!
}

/** Windows of 1, 2, 4, ... elements at every place, of which each window is made. */
const byDoubling = (xs: Arrays, along: Along, outputs: number, combine: Combine): Arrays => {
  const { axis, dilation, window } = along
  let powers = xs
  let result: Arrays | undefined
  let done = 0
  for (let size = 1;; size *= 2) {
    if ((window & size) !== 0) {
      const part = placesOf(powers, along, outputs, done * dilation)
      result = result === undefined ? part : combine(result, part)
      done += size
    }
    if (2 * size > window) return result!
    const length = powers[0]!.shape[axis]!
    const step = size * dilation
    powers = combine(
      powers.map((x) => sliceAxis(x, axis, 0, length - step)),
      powers.map((x) => sliceAxis(x, axis, step, length))
    )
  }
}

const windowsAlong = (xs: Arrays, along: Along, combine: Combine): Arrays => {
  const { axis, dilation, stride, window } = along
  const size = xs[0]!.shape[axis]!
  const reach = (window - 1) * dilation + 1
  if (window === 1 && stride === 1) return xs
  if (size < reach) return xs.map((x) => sliceAxis(x, axis, 0, 0))
  const outputs = Math.floor((size - reach) / stride) + 1
  const isCheap = window * outputs <= 2 * size * Math.ceil(Math.log2(window))
  return (isCheap ? byElements : byDoubling)(xs, along, outputs, combine)
}

/**
 * The windows of an array, or of the arrays of a tree, each reduced by an associative and commutative function of two
 * elements.
 *
 * **Details**
 *
 * `computation` is given scalars and gives the same; the initial value is its neutral element, with which the array is padded.
 * Where it is a sum, product, greatest or least element, a conjunction or disjunction, as in `Lax.max`, padding does not
 * count, and any initial value counts once in each window. Derivatives go through every `computation`; equal extremes share
 * theirs. Throws a `ShapeError` for lists that have not an entry for each axis, and a `TreeError` where trees differ.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * const x = np.array([1, 5, 2, 3, 4])
 * Lax.reduceWindow(x, -Infinity, Lax.max, [2]) // => [5, 5, 3, 4]
 * Lax.reduceWindow(x, 0, Lax.add, [3], { windowStrides: [2], padding: "SAME" }) // => [6, 10, 7]
 * ```
 *
 * @category reductions
 * @since 0.1.0
 */
export const reduceWindow = <const T>(
  operand: T,
  initValue: Like<NoInfer<T>>,
  computation: (x: Elements<NoInfer<T>>, y: Elements<NoInfer<T>>) => Like<NoInfer<T>>,
  windowDimensions: Ints,
  options: ReduceWindowOptions = {}
): Reduced<T> => {
  const { baseDilation, padding = "VALID", windowDilation, windowStrides } = checkOptions(operation, options, known)
  const { leaves, structure } = flatten(operation, "operand", operand)
  if (leaves.length === 0) return operand as never
  const first = leaves[0]!
  const other = leaves.findIndex((leaf) => !Aval.sameShape(leaf.shape, first.shape))
  if (other >= 0) {
    throw new TreeError({
      operation,
      message: `${operation}: operands must have one shape, got ${Aval.format(first)} and ${
        Aval.format(leaves[other]!)
      } at ${pathOf(operand, other)}`
    })
  }
  checkList(operation, "windowDimensions", windowDimensions)
  const windows = positive("windowDimensions", windowDimensions, first)
  const strides = positive("windowStrides", windowStrides, first)
  const bases = positive("baseDilation", baseDilation, first)
  const dilations = positive("windowDilation", windowDilation, first)
  const sizes = first.shape.map((n, axis) => n === 0 ? 0 : (n - 1) * bases[axis]! + 1)
  const pads = paddingOf(
    operation,
    padding,
    sizes.map((size, axis) => ({ size, window: windows[axis]!, stride: strides[axis]!, dilation: dilations[axis]! }))
  )
  checkLength(operation, "padding", pads, first)
  pads.forEach((pair, axis) => {
    checkIntegers(operation, `padding of axis ${axis}`, pair)
    if (sizes[axis]! + pair[0] + pair[1] >= 0) return
    throw new ShapeError({
      operation,
      message: `${operation}: padding ${list(pair)} crops axis ${axis} of ${Aval.format(first)} to less than nothing`
    })
  })
  const inits = initialValues(operation, leaves, structure, initValue)
  const combine = combineTrees(operation, computation as never, structure, leaves)
  const monoid = leaves.length === 1 ? monoidOf(combine, first) : undefined
  const neutral = monoid === undefined ? inits : [node.literal(monoid.identity(first.dtype), first.dtype, first.weak)]
  let results: Arrays = leaves.map((x, i) =>
    pad(x, neutral[i]!, pads.map(([low, high], axis) => [low, high, bases[axis]! - 1] as const))
  )
  windows.forEach((window, axis) => {
    results = windowsAlong(results, { axis, window, stride: strides[axis]!, dilation: dilations[axis]! }, combine)
  })
  if (monoid !== undefined && !isIdentity(monoid, inits[0]!)) {
    results = combine(inits.map((init) => broadcastInDim(init, results[0]!.shape, [])), results)
  }
  return Tree.unflatten(structure, results) as never
}
