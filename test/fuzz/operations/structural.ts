/**
 * Random changes of shape and order, arrays joined and split.
 */
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { type Context, isBool, isFloating, isNumeric, type Operation } from "../context.ts"
import type { Grid, Value } from "../recipe.ts"

type View = (c: Context, x: Value) => readonly [name: string, f: (x: NdArray.Any) => NdArray.Any] | undefined

/** A random way to write a number as a product of so many. */
const factors = (c: Context, size: number, count: number): ReadonlyArray<number> => {
  if (size === 0) return c.r.shuffle([0, ...new Array<number>(count - 1).fill(1)])
  const result = new Array<number>(count).fill(1)
  let rest = size
  for (let p = 2; rest > 1; p++) {
    if (p * p > rest) p = rest
    while (rest % p === 0) {
      result[c.r.int(0, count - 1)]! *= p
      rest /= p
    }
  }
  return result
}

const axisOf = (c: Context, x: Value): number => c.r.int(-x.array.ndim, x.array.ndim - 1)

export const randomSlice = (c: Context, n: number): np.Slice => {
  const { r } = c
  const bound = () => r.chance(0.3) ? undefined : r.int(-n - 1, n + 1)
  return r.chance(0.3)
    ? np.slice(undefined, undefined, -1)
    : np.slice(bound(), bound(), r.pick([1, 1, 1, 2, 3, 7, -1, -1, -2, -3]))
}

/** A view that needs one axis at least says so by `undefined`. */
const views: { readonly [name: string]: View } = {
  reshape: (c, x) => {
    const shape = factors(c, x.array.size, c.r.int(1, 4))
    return [`reshape ${shape}`, (a) => np.reshape(a, shape)]
  },
  transpose: (c, x) => {
    const axes = c.r.shuffle(x.array.shape.map((_, i) => i))
    return [`transpose ${axes}`, (a) => np.transpose(a, axes)]
  },
  flip: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const axis = axisOf(c, x)
    return [`flip ${axis}`, (a) => np.flip(a, { axis })]
  },
  roll: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const [by, axis] = [c.r.int(-5, 5), axisOf(c, x)]
    return [`roll ${by} ${axis}`, (a) => np.roll(a, by, { axis })]
  },
  expandDims: (c, x) => {
    const axis = c.r.int(0, x.array.ndim)
    return x.array.ndim > 4 ? undefined : [`expandDims ${axis}`, (a) => np.expandDims(a, axis)]
  },
  squeeze: () => [`squeeze`, (a) => np.squeeze(a)],
  broadcastTo: (c, x) => {
    const shape = x.array.shape.map((n) => n === 1 ? c.r.pick([1, 2, 3, 17]) : n)
    const wide = c.r.chance(0.5) && shape.length < 4 ? [c.r.pick([2, 3, 5]), ...shape] : shape
    return [`broadcastTo ${wide}`, (a) => np.broadcastTo(a, wide)]
  },
  tile: (c, x) => {
    const counts = x.array.shape.map(() => c.r.pick([1, 1, 2, 3]))
    return x.array.ndim === 0 ? undefined : [`tile ${counts}`, (a) => np.tile(a, counts)]
  },
  repeat: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const [n, axis] = [c.r.int(1, 3), axisOf(c, x)]
    return [`repeat ${n} ${axis}`, (a) => np.repeat(a, n, { axis })]
  },
  pad: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const widths = x.array.shape.map(() => [c.r.int(0, 3), c.r.int(0, 2)] as const)
    return [`pad ${widths.join(";")}`, (a) => np.pad(a, widths)]
  },
  slice: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const index = x.array.shape.slice(0, c.r.int(1, x.array.ndim)).map((n) =>
      c.r.chance(0.15) && n > 0 ? c.r.int(-n, n - 1) : randomSlice(c, n)
    )
    return [
      `slice ${index.map((s) => typeof s === "number" ? s : `${s.start}:${s.stop}:${s.step}`)}`,
      (a) => np.index(a, index)
    ]
  },
  newaxis: (_, x) => x.array.ndim > 4 ? undefined : ["newaxis", (a) => np.index(a, [np.ellipsis, np.newaxis])],
  triangle: (c, x) => {
    if (x.array.ndim < 2) return undefined
    const [k, upper] = [c.r.int(-2, 2), c.r.chance(0.5)]
    return upper ? [`triu ${k}`, (a) => np.triu(a, k)] : [`tril ${k}`, (a) => np.tril(a, k)]
  },
  diagonal: (c, x) => {
    if (x.array.ndim < 2) return undefined
    const k = c.r.int(-2, 2)
    return [`diagonal ${k}`, (a) => np.diagonal(a, k)]
  },
  split: (c, x) => {
    if (x.array.ndim === 0) return undefined
    const axis = c.r.int(0, x.array.ndim - 1)
    const n = [2, 3, 5].find((m) => x.array.shape[axis]! % m === 0)
    if (n === undefined) return undefined
    const which = c.r.int(0, n - 1)
    return [`split ${n} ${axis} ${which}`, (a) => np.split(a, n, { axis })[which]!]
  }
}

/** A random view of a value, as a function. */
export const randomView: View = (c, x) => views[c.r.pick(Object.keys(views))]!(c, x)

const view: Operation = (c) => {
  const x = c.pick()
  if (x === undefined) return
  const chosen = randomView(c, x)
  if (chosen !== undefined) c.step(chosen[0], [x], (a) => chosen[1](a[0]!), { grid: x.grid })
}

/** Several at once: what one view makes contiguous the next takes apart. */
const views_: Operation = (c) => {
  const count = c.r.int(2, 4)
  let x = c.pick()
  for (let i = 0; i < count && x !== undefined; i++) {
    const chosen = randomView(c, x)
    if (chosen !== undefined) x = c.step(chosen[0], [x], (a) => chosen[1](a[0]!), { grid: x.grid }) ?? x
  }
}

const jointGrid = (xs: ReadonlyArray<Value>): Grid | undefined =>
  xs.every((x) => x.grid !== undefined)
    ? { bits: Math.max(...xs.map((x) => x.grid!.bits)), most: Math.max(...xs.map((x) => x.grid!.most)) }
    : undefined

const joinable = (x: Value) => (y: Value): boolean =>
  isBool(x) ? isBool(y) : isFloating(x) ? isFloating(y) : isNumeric(y) && x.array.dtype === y.array.dtype

const concatenate: Operation = (c) => {
  const { r } = c
  const x = c.pick((v) => v.array.ndim > 0)
  if (x === undefined) return
  const axis = r.int(0, x.array.ndim - 1)
  const pieces: Array<Value> = [x]
  const count = r.chance(0.1) ? r.int(10, 40) : r.int(1, 5)
  for (let i = 0; i < count; i++) {
    const found = c.pick((y) =>
      joinable(x)(y) && y.array.ndim === x.array.ndim &&
      y.array.shape.every((n, d) => d === axis || n === x.array.shape[d])
    )
    pieces.push(
      found !== undefined && r.chance(0.7)
        ? found
        : c.input(x.array.dtype as never, x.array.shape.map((n, d) => d === axis ? r.int(0, 9) : n))
    )
  }
  const order = r.shuffle(pieces)
  c.step(`concatenate ${axis}`, order, (a) => np.concatenate(a, { axis }), { grid: jointGrid(order) })
}

const stack: Operation = (c) => {
  const x = c.pick((v) => v.array.ndim < 4)
  if (x === undefined) return
  const axis = c.r.int(-x.array.ndim - 1, x.array.ndim)
  const others = Array.from(
    { length: c.r.int(0, 3) },
    () => c.pick((y) => joinable(x)(y) && y.array.shape.join() === x.array.shape.join())!
  )
  const all = [x, ...others]
  c.step(`stack ${axis}`, all, (a) => np.stack(a, { axis }), { grid: jointGrid(all) })
}

export const structural: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [view, 12],
  [views_, 5],
  [concatenate, 4],
  [stack, 2]
]
