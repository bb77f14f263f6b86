/**
 * Random reductions, running ones, and sorting.
 */
import * as DType from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import { both, type Context, isCertain, isFloating, isNumeric, isSolid, type Operation } from "../context.ts"
import { epsilon, type ErrorRule, fits, type Value } from "../recipe.ts"

/** Some axes, or all of them by saying nothing. */
const axesOf = (c: Context, x: Value): ReadonlyArray<number> | undefined => {
  if (x.array.ndim === 0 || c.r.chance(0.15)) return undefined
  const axes = c.r.shuffle(x.array.shape.map((_, i) => i)).slice(0, c.r.int(1, x.array.ndim))
  return axes.map((axis) => c.r.chance(0.2) ? axis - x.array.ndim : axis)
}

const countOf = (x: Value, axes: ReadonlyArray<number> | undefined): number =>
  axes === undefined ? x.array.size : axes.reduce((n, axis) => n * x.array.shape.at(axis)!, 1)

/** Half formats are added up in float32. */
const accumulator = (dtype: DType.DType): DType.DType => dtype === "float16" || dtype === "bfloat16" ? "float32" : dtype

/** Sums in another order; elements are at most as large as the spread says. */
export const sumError = (x: Value, count: number): ErrorRule => ([a]) =>
  count * a!.error + 8 * Math.sqrt(count) * count * epsilon(accumulator(x.array.dtype)) * a!.most

/** A sum of multiples of one number that stays below 2^24 of them is exact in any order. */
export const isExactSum = (x: Value, count: number): boolean =>
  !isFloating(x) ||
  x.grid !== undefined && fits({ ...x.grid, most: x.grid.most * Math.max(1, count) }, accumulator(x.array.dtype)) !==
      undefined

type Reduction = (x: NdArray.Any, options: { axis?: ReadonlyArray<number>; keepdims: boolean }) => NdArray.Any

const run = (f: Reduction, axis: ReadonlyArray<number> | undefined, keepdims: boolean) => (a: NdArray.Any) =>
  f(a, { keepdims, ...(axis === undefined ? {} : { axis }) })

/** Means of integers are float32, and of half formats add up in it. */
const meanEpsilon = (dtype: DType.DType): number => epsilon(dtype === "float64" ? dtype : "float32")

const sums: { readonly [name: string]: Reduction } = { sum: np.sum, mean: np.mean, var: np.var }

const sum: Operation = (c) => {
  const x = c.pick()
  if (x === undefined) return
  const [axis, keepdims] = [axesOf(c, x), c.r.chance(0.3)]
  const count = countOf(x, axis)
  const name = c.r.pick(["sum", "sum", "sum", "mean", "var"])
  if (name !== "sum" && count === 0) return
  // the mean of integers is one of floats
  const exact = name !== "var" && isExactSum(x, count) && (name === "sum" || isFloating(x))
  c.step(`${name} ${axis}`, [x], (a) => run(sums[name]!, axis, keepdims)(a[0]!), {
    uncertain: !exact,
    grid: name === "sum" && x.grid ? { ...x.grid, most: x.grid.most * count } : undefined,
    error: name === "sum"
      ? sumError(x, count)
      : name === "mean"
      ? ([a]) => a!.error + 8 * Math.sqrt(count) * meanEpsilon(x.array.dtype) * a!.most
      : ([a]) => 4 * a!.most * (a!.error + 8 * Math.sqrt(count) * meanEpsilon(x.array.dtype) * a!.most)
  })
}

const order: { readonly [name: string]: Reduction } = { max: np.max, min: np.min }

const extreme: Operation = (c) => {
  const x = c.pick(isSolid)
  if (x === undefined) return
  const [axis, keepdims] = [axesOf(c, x), c.r.chance(0.3)]
  const name = c.r.pick(Object.keys(order))
  c.step(`${name} ${axis}`, [x], (a) => run(order[name]!, axis, keepdims)(a[0]!), { grid: x.grid })
}

const logical: { readonly [name: string]: Reduction } = { all: np.all, any: np.any, countNonzero: np.countNonzero }

const truth: Operation = (c) => {
  const x = c.pick(isCertain)
  if (x === undefined) return
  const [axis, keepdims] = [axesOf(c, x), c.r.chance(0.3)]
  const name = c.r.pick(Object.keys(logical))
  c.step(`${name} ${axis}`, [x], (a) => run(logical[name]!, axis, keepdims)(a[0]!))
}

const prod: Operation = (c) => {
  const x = c.pick(both(isNumeric, (v) => !isFloating(v)))
  if (x === undefined) return
  const axis = axesOf(c, x)
  c.step(`prod ${axis}`, [x], (a) => run(np.prod, axis, false)(a[0]!))
}

const position: Operation = (c) => {
  const x = c.pick(both(isSolid, isCertain))
  if (x === undefined) return
  const axis = x.array.ndim === 0 || c.r.chance(0.2) ? undefined : c.r.int(-x.array.ndim, x.array.ndim - 1)
  const options = axis === undefined ? {} : { axis }
  if (c.r.chance(0.5)) c.step(`argmax ${axis}`, [x], (a) => np.argmax(a[0]!, options))
  else c.step(`argmin ${axis}`, [x], (a) => np.argmin(a[0]!, options))
}

const running: Operation = (c) => {
  const x = c.pick((v) => v.array.ndim > 0)
  if (x === undefined) return
  const axis = c.r.chance(0.2) ? undefined : c.r.int(0, x.array.ndim - 1)
  const count = axis === undefined ? x.array.size : x.array.shape[axis]!
  const reverse = c.r.chance(0.3)
  if (!isFloating(x) && c.r.chance(0.3)) {
    c.step(`cumprod ${axis}`, [x], (a) => np.cumprod(a[0]!, axis === undefined ? { reverse } : { axis, reverse }))
    return
  }
  c.step(
    `cumsum ${axis} ${reverse}`,
    [x],
    (a) => np.cumsum(a[0]!, axis === undefined ? { reverse } : { axis, reverse }),
    {
      // narrow formats are rounded at every step
      uncertain: !isExactSum(x, count) || x.array.dtype === "float16" || x.array.dtype === "bfloat16",
      grid: x.grid && { ...x.grid, most: x.grid.most * count },
      error: ([a]) => count * a!.error + 8 * Math.sqrt(count) * count * epsilon(x.array.dtype) * a!.most
    }
  )
}

const sorting: Operation = (c) => {
  const x = c.pick((v) => v.array.ndim > 0)
  if (x === undefined) return
  const options = { axis: c.r.int(-x.array.ndim, x.array.ndim - 1), descending: c.r.chance(0.3) }
  if (x.certain && c.r.chance(0.5)) {
    c.step(`argsort ${options.axis} ${options.descending}`, [x], (a) => np.argsort(a[0]!, options))
  } else {
    c.step(`sort ${options.axis} ${options.descending}`, [x], (a) => np.sort(a[0]!, options), { grid: x.grid })
  }
}

const normalized: Operation = (c) => {
  const x = c.pick(both(isFloating, isSolid, (v) => v.array.ndim > 0))
  if (x === undefined) return
  const axis = c.r.int(-x.array.ndim, x.array.ndim - 1)
  const narrow = x.array.dtype === "float16" || x.array.dtype === "bfloat16"
  const spread: ErrorRule = ([a], most) =>
    2 * a!.error + 64 * epsilon(x.array.dtype) * (1 + a!.most) + (narrow ? 0.1 * (1 + most) : 0)
  const how = { uncertain: true, error: spread }
  const kind = c.r.int(0, 2)
  if (kind === 0) c.step(`softmax ${axis}`, [x], (a) => Nn.softmax(a[0]!, { axis }), how)
  else if (kind === 1) c.step(`logSoftmax ${axis}`, [x], (a) => Nn.logSoftmax(a[0]!, { axis }), how)
  else c.step(`logsumexp ${axis}`, [x], (a) => Nn.logsumexp(a[0]!, { axis }), how)
}

export const reductions: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [sum, 6],
  [extreme, 3],
  [truth, 2],
  [prod, 1],
  [position, 3],
  [running, 3],
  [sorting, 3],
  [normalized, 2]
]
