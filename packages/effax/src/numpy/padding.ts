/**
 * Padding: arrays made longer at the ends of their axes.
 */
import * as DType from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkChoice, type Known } from "../internal/arguments/options.ts"
import { cast, castInto } from "../internal/graph/cast.ts"
import type * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import * as elementwise from "../primitive/elementwise.ts"
import * as structural from "../primitive/structural.ts"
import type * as Shape from "../Shape.ts"
import * as Shapes from "../Shape.ts"
import { round } from "./arithmetic.ts"
import { linspace } from "./creation.ts"
import { type ArrayLike, asArray, asOperand, broadcastTo, type Values } from "./operands.ts"
import { max, mean, min } from "./reduction.ts"
import { sort } from "./sorting.ts"

/**
 * The values that {@link pad} puts at the ends.
 *
 * @category models
 * @since 0.1.0
 */
export type PadMode =
  | "constant"
  | "edge"
  | "linearRamp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "empty"

/** One for all ends, `[before, after]`, or such a pair for each axis. @category models @since 0.1.0 */
export type Ends<T> = T | readonly [T] | readonly [T, T] | ReadonlyArray<readonly [T, T]>

/** Options of {@link pad}. @category models @since 0.1.0 */
export interface PadOptions {
  /** `"constant"` by default. */
  readonly mode?: PadMode
  /** With `"constant"`: the value; 0 by default. */
  readonly constantValues?: Ends<ArrayLike>
  /** With `"linearRamp"`: the values at the far ends; 0 by default. */
  readonly endValues?: Ends<number>
  /** With `"maximum"`, `"mean"`, `"median"` and `"minimum"`: how many elements of the end they are taken over; all by default. */
  readonly statLength?: Ends<number>
  /** With `"reflect"` and `"symmetric"`: `"odd"` turns values around the last one as well; `"even"` by default. */
  readonly reflectType?: "even" | "odd"
}

const known: Known<PadOptions> = {
  mode: true,
  constantValues: true,
  endValues: true,
  statLength: true,
  reflectType: true
}

type Pair<T> = readonly [before: T, after: T]

const isPair = (value: unknown): value is Pair<unknown> => Array.isArray(value) && value.length === 2

/** A pair for each axis. */
const pairs = <T>(option: string, given: Ends<T>, rank: number): ReadonlyArray<Pair<T>> => {
  const all = (pair: Pair<T>) => new Array<Pair<T>>(rank).fill(pair)
  if (!Array.isArray(given)) return all([given as T, given as T])
  const entries = given as ReadonlyArray<T | Pair<T>>
  const nested = entries.filter(Array.isArray).length
  if (nested === 0 && entries.length === 1) return all([entries[0] as T, entries[0] as T])
  if (nested === 0 && entries.length === 2) return all(entries as Pair<T>)
  if (nested === entries.length && entries.every(isPair)) {
    if (entries.length === rank) return entries as ReadonlyArray<Pair<T>>
    if (entries.length === 1) return all(entries[0] as Pair<T>)
  }
  throw new ArgumentError({
    operation: "pad",
    message: `pad: ${option} must be one value, a pair [before, after], or a pair for each of the ${rank} axes, got ` +
      `a list of ${entries.length} ${nested === 0 ? "values" : "lists"}`
  })
}

const whole = (option: string, given: ReadonlyArray<Pair<number>>, least: number): void => {
  const wrong = given.flat().find((n) => !Number.isSafeInteger(n) || n < least)
  if (wrong === undefined) return
  throw new ArgumentError({
    operation: "pad",
    message: `pad: ${option} must be whole numbers of ${least} or more, got ${
      typeof wrong === "number" ? wrong : typeof wrong
    }`
  })
}

/** The array, longer at both ends of one axis. */
type Extend = (x: NdArray.Any, axis: number, before: number, after: number) => NdArray.Any

/** An end of an array, `size` elements of it. */
const headOf = (x: NdArray.Any, axis: number, size: number) => structural.sliceAxis(x, axis, 0, size)
const tailOf = (x: NdArray.Any, axis: number, size: number) =>
  structural.sliceAxis(x, axis, x.shape[axis]! - size, x.shape[axis]!)

const join = (axis: number, ...parts: ReadonlyArray<NdArray.Any>): NdArray.Any => {
  const filled = parts.filter((part) => part.shape[axis] !== 0)
  return filled.length === 0 ? parts[0]! : structural.concatenate(filled, axis)
}

/** An axis of length 1 stretched. */
const stretched = (x: NdArray.Any, axis: number, size: number): NdArray.Any =>
  broadcastTo(x, x.shape.map((n, i) => i === axis ? size : n))

/** Modes that repeat what is there have nothing to repeat on an empty axis. */
const ofElements = (mode: PadMode, extend: Extend): Extend => (x, axis, before, after) => {
  if (before === 0 && after === 0) return x
  if (x.shape[axis]! > 0) return extend(x, axis, before, after)
  throw new ShapeError({
    operation: "pad",
    message: `pad: axis ${axis} of ${Shapes.format(x.shape)} is empty, and has no elements for mode "${mode}"; ` +
      "use mode \"constant\""
  })
}

const edge: Extend = (x, axis, before, after) =>
  join(axis, stretched(headOf(x, axis, 1), axis, before), x, stretched(tailOf(x, axis, 1), axis, after))

const wrap: Extend = (x, axis, before, after) => {
  const size = x.shape[axis]!
  const copies = Math.floor(before / size) + 1 + Math.floor(after / size)
  const shape = [...x.shape.slice(0, axis), copies, ...x.shape.slice(axis)]
  const spread = structural.broadcastInDim(x, shape, x.shape.map((_, i) => i < axis ? i : i + 1))
  const repeated = structural.reshape(spread, x.shape.map((n, i) => i === axis ? n * copies : n))
  return join(axis, tailOf(x, axis, before % size), repeated, headOf(x, axis, after % size))
}

/**
 * The elements before the first, which reflect those behind it; `skip` says whether the first is left out. Each round
 * ends where the values are symmetric again, so that the next one may take everything that is there by then.
 */
const reflected = (x: NdArray.Any, axis: number, width: number, skip: number, isOdd: boolean): NdArray.Any => {
  let longer = x
  for (let rest = width; rest > 0;) {
    const taken = Math.min(rest, longer.shape[axis]! - skip)
    const mirror = structural.rev(structural.sliceAxis(longer, axis, skip, skip + taken), [axis])
    const first = stretched(headOf(longer, axis, 1), axis, taken)
    const part = isOdd ? elementwise.sub(elementwise.mul(first, 2), mirror) : mirror
    longer = structural.concatenate([part, longer], axis)
    rest -= taken
  }
  return headOf(longer, axis, width)
}

const reflect = (skip: number, isOdd: boolean): Extend => (x, axis, before, after) => {
  // one element is its own reflection
  if (x.shape[axis] === 1) return edge(x, axis, before, after)
  const turn = (of: NdArray.Any) => structural.rev(of, [axis])
  const low = reflected(x, axis, before, skip, isOdd)
  const high = turn(reflected(turn(x), axis, after, skip, isOdd))
  return join(axis, low, x, high)
}

/** From the value at the far end to the element at the edge, which is not repeated. */
const ramp = (ends: ReadonlyArray<Pair<number>>): Extend => (x, axis, before, after) => {
  const line = (from: number, element: NdArray.Any, size: number): NdArray.Any =>
    linspace(from, structural.reshape(element, element.shape.filter((_, i) => i !== axis)), size, {
      endpoint: false,
      dtype: x.dtype,
      axis
    }) as NdArray.Any
  const [low, high] = ends[axis]!
  return join(
    axis,
    line(low, headOf(x, axis, 1), before),
    x,
    structural.rev(line(high, tailOf(x, axis, 1), after), [axis])
  )
}

type Statistic = (x: NdArray.Any, axis: number) => NdArray.Any

/** The middle element, or the mean of the two in the middle; NaN if there is one. */
const median: Statistic = (x, axis) => {
  const floats = elementwise.convert(x, DType.toInexact(x.dtype))
  const sorted = sort(floats, { axis })
  const size = x.shape[axis]!
  const at = (i: number) => structural.sliceAxis(sorted, axis, i, i + 1)
  const middle = elementwise.mul(elementwise.add(at((size - 1) >> 1), at(size >> 1)), 0.5)
  const last = at(size - 1)
  // NaN stands last
  return elementwise.select(elementwise.ne(last, last), last, middle)
}

const statistic =
  (of: Statistic, lengths: ReadonlyArray<Pair<number>> | undefined): Extend => (x, axis, before, after) => {
    const size = x.shape[axis]!
    const [low, high] = lengths?.[axis] ?? [size, size]
    const value = (part: NdArray.Any): NdArray.Any => {
      const found = of(part, axis)
      return elementwise.convert(DType.isInteger(x.dtype) ? round(found) : found, x.dtype)
    }
    const first = value(headOf(x, axis, Math.min(low, size)))
    const last = low === high && low >= size ? first : value(tailOf(x, axis, Math.min(high, size)))
    return join(axis, stretched(first, axis, before), x, stretched(last, axis, after))
  }

/** Constants may be arrays without axes; where all are one, it is one operation. */
const constant = (x: NdArray.Any, widths: ReadonlyArray<Pair<number>>, given: Ends<ArrayLike>): NdArray.Any => {
  const scalar = (value: ArrayLike): node.Node => {
    const array = cast("pad", castInto("pad", asOperand("pad", value), x.dtype), x.dtype, x.weak)
    if (array.shape.length === 0) return array
    throw new ShapeError({
      operation: "pad",
      message: `pad: constantValues must be scalars, got shape ${Shapes.format(array.shape)}; list them one by one`
    })
  }
  if (!Array.isArray(given)) {
    return structural.pad(x, scalar(given as ArrayLike), widths.map(([low, high]) => [low, high, 0] as const))
  }
  let result = x
  pairs<ArrayLike>("constantValues", given, x.shape.length).forEach(([before, after], axis) => {
    const [low, high] = widths[axis]!
    const at = (...width: readonly [number, number]) =>
      x.shape.map((_, i) => i === axis ? [...width, 0] as const : [0, 0, 0] as const)
    result = structural.pad(result, scalar(before), at(low, 0))
    result = structural.pad(result, scalar(after), at(0, high))
  })
  return result
}

/** A mode: the option that belongs to it, and how it makes axes longer. */
interface Mode {
  readonly option: Exclude<keyof PadOptions, "mode"> | undefined
  readonly extension: (x: NdArray.Any, widths: ReadonlyArray<Pair<number>>, options: PadOptions) => NdArray.Any
}

const each = (x: NdArray.Any, widths: ReadonlyArray<Pair<number>>, extend: Extend): NdArray.Any =>
  widths.reduce((result, [before, after], axis) => extend(result, axis, before, after), x)

const reflections: { readonly [T in "even" | "odd"]: true } = { even: true, odd: true }

const reflecting = (mode: PadMode, skip: number): Mode => ({
  option: "reflectType",
  extension: (x, widths, { reflectType = "even" }) => {
    const isOdd = checkChoice("pad", "reflectType", reflectType, reflections) === "odd"
    return each(x, widths, ofElements(mode, reflect(skip, isOdd)))
  }
})

const statistical = (of: Statistic): Mode => ({
  option: "statLength",
  extension: (x, widths, { statLength }) => {
    const lengths = statLength === undefined ? undefined : pairs("statLength", statLength, x.shape.length)
    if (lengths !== undefined) whole("statLength", lengths, 1)
    return each(x, widths, statistic(of, lengths))
  }
})

const modes: { readonly [M in PadMode]: Mode } = {
  constant: {
    option: "constantValues",
    extension: (x, widths, { constantValues = x.dtype === "bool" ? false : 0 }) => constant(x, widths, constantValues)
  },
  edge: { option: undefined, extension: (x, widths) => each(x, widths, ofElements("edge", edge)) },
  linearRamp: {
    option: "endValues",
    extension: (x, widths, { endValues = 0 }) =>
      each(x, widths, ofElements("linearRamp", ramp(pairs("endValues", endValues, x.shape.length))))
  },
  maximum: statistical((x, axis) => max(x, { axis, keepdims: true })),
  mean: statistical((x, axis) => mean(x, { axis, keepdims: true })),
  median: statistical(median),
  minimum: statistical((x, axis) => min(x, { axis, keepdims: true })),
  reflect: reflecting("reflect", 1),
  symmetric: reflecting("symmetric", 0),
  wrap: { option: undefined, extension: (x, widths) => each(x, widths, ofElements("wrap", wrap)) },
  empty: {
    option: undefined,
    extension: (x, widths) => constant(x, widths, x.dtype === "bool" ? false : 0)
  }
}

const checkBelongs = (mode: PadMode, options: PadOptions): void => {
  const own = modes[mode].option
  const wrong = Object.keys(options).find((name) =>
    name !== "mode" && name !== own && options[name as keyof PadOptions] !== undefined
  )
  if (wrong === undefined) return
  throw new ArgumentError({
    operation: "pad",
    message: `pad: ${wrong} means nothing with mode "${mode}"${own === undefined ? "" : `, whose option is ${own}`}`
  })
}

/**
 * Padded at the ends of all axes: one width, `[before, after]`, or a pair for each axis.
 *
 * **Details**
 *
 * With a constant, 0 by default, or with what `mode` says:
 *
 * - `"constant"`: `constantValues`;
 * - `"edge"`: the element at the edge;
 * - `"reflect"` and `"symmetric"`: the elements inside in reverse order, without and with the one at the edge;
 *   `reflectType: "odd"` takes twice the one at the edge less those;
 * - `"wrap"`: the elements from the other end;
 * - `"linearRamp"`: values that go from `endValues` to the element at the edge;
 * - `"maximum"`, `"mean"`, `"median"`, `"minimum"`: those of `statLength` elements at that end, or of all;
 * - `"empty"`: values that don't matter (zeros).
 *
 * Axes are padded one after the other, so that corners are made of what was padded before. An option that belongs to
 * another mode is an `ArgumentError`.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.pad(np.array([1, 2]), 1) // => [0, 1, 2, 0]
 * np.pad(np.array([[1, 2]]), [[0, 1], [0, 0]], { constantValues: 9 }) // => [[1, 2], [9, 9]]
 * np.pad(np.array([1, 2, 3]), 2, { mode: "reflect" }) // => [3, 2, 1, 2, 3, 2, 1]
 * np.pad(np.array([1, 2, 3]), [0, 2], { mode: "wrap" }) // => [1, 2, 3, 1, 2]
 * ```
 *
 * @category joining
 * @since 0.1.0
 */
export const pad: {
  (
    width: Ends<number>,
    options?: PadOptions
  ): <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values
  ) => NdArray.NdArray<D, Shape.SameRank<S>>
  <D extends DType.DType, S extends Shape.Shape>(
    x: NdArray.NdArray<D, S> | Values,
    width: Ends<number>,
    options?: PadOptions
  ): NdArray.NdArray<D, Shape.SameRank<S>>
} = dualWithOptions("pad", 2, known, (given: ArrayLike, width: Ends<number>, options: PadOptions) => {
  const { mode = "constant" } = options
  checkChoice("pad", "mode", mode, modes)
  checkBelongs(mode, options)
  const x = asArray("pad", given)
  const widths = pairs("width", width, x.shape.length)
  whole("width", widths, 0)
  return (x.shape.length === 0 ? x : modes[mode].extension(x, widths, options)) as never
})
