/**
 * Random products of matrices and the like, and convolutions.
 */
import type * as DType from "effax/DType"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import { both, type Context, isFloating, isNumeric, type Operation } from "../context.ts"
import { epsilon, type ErrorRule, fits, type Grid, type Value } from "../recipe.ts"

/** Products of many integers of narrow dtypes overflow, which is exact too. */
const suits = both(isNumeric, (x) => x.array.ndim > 0)

const accumulator = (dtype: DType.DType): DType.DType => dtype === "float16" || dtype === "bfloat16" ? "float32" : dtype

const productGrid = (x: Value, y: Value, count: number): Grid | undefined =>
  x.grid && y.grid && { bits: x.grid.bits + y.grid.bits, most: x.grid.most * y.grid.most * Math.max(1, count) }

const how = (x: Value, y: Value, count: number) => {
  const grid = productGrid(x, y, count)
  const error: ErrorRule = ([a, b]) =>
    count * (a!.most * b!.error + b!.most * a!.error + a!.error * b!.error) +
    8 * Math.sqrt(count) * count * epsilon(accumulator(x.array.dtype)) * a!.most * b!.most
  return { uncertain: isFloating(x) && fits(grid, accumulator(x.array.dtype)) === undefined, grid, error }
}

/** Another operand of the same dtype: one that is there, or a new one. */
const partner = (c: Context, x: Value, shape: ReadonlyArray<number>): Value =>
  c.pick((y) => y.array.dtype === x.array.dtype && y.array.shape.join() === shape.join()) ??
    c.input(x.array.dtype as never, shape)

const columns = [1, 2, 3, 5, 8, 16, 17, 33]

const matmul: Operation = (c) => {
  const x = c.pick(suits)
  if (x === undefined) return
  const k = x.array.shape.at(-1)!
  const kind = c.r.int(0, 3)
  const shape = kind === 0
    ? [k]
    : kind === 1 && x.array.ndim > 2
    ? [...x.array.shape.slice(0, -2), k, c.r.pick(columns)]
    : [k, c.r.pick(columns)]
  if (shape.reduce((a, b) => a * b, 1) > c.limit) return
  const y = partner(c, x, shape)
  c.step("matmul", [x, y], (a) => np.matmul(a[0]!, a[1]!), how(x, y, k))
}

const transposed: Operation = (c) => {
  const x = c.pick(both(suits, (v) => v.array.ndim === 2))
  if (x === undefined) return
  const [n, k] = x.array.shape as readonly [number, number]
  const m = c.r.pick(columns)
  const [spec, shape, count] = c.r.pick(
    [
      ["ij,kj->ik", [m, k], k],
      ["ij,ik->jk", [n, m], n],
      ["ij,kj->ki", [m, k], k],
      ["ij,ij->i", [n, k], k],
      ["ij,ij->j", [n, k], n],
      ["ij,i->j", [n], n],
      ["ij,ji->", [k, n], n * k]
    ] as const
  )
  if (shape.reduce((a, b) => a * b, 1) > c.limit) return
  const y = partner(c, x, shape)
  c.step(`einsum ${spec}`, [x, y], (a) => np.einsum(spec, a[0]!, a[1]!), how(x, y, count))
}

const gram: Operation = (c) => {
  const x = c.pick(both(suits, (v) => v.array.ndim >= 2))
  if (x === undefined) return
  const k = x.array.shape.at(-1)!
  c.step("gram", [x], (a) => np.matmul(a[0]!, np.matrixTranspose(a[0]!)), {
    ...how(x, x, k),
    error: ([a]) => how(x, x, k).error([a!, a!], 0)
  })
}

const outer: Operation = (c) => {
  const x = c.pick(both(suits, (v) => v.array.size <= 64))
  if (x === undefined) return
  const y = partner(c, x, [c.r.int(1, 20)])
  c.step("outer", [x, y], (a) => np.outer(a[0]!, a[1]!), how(x, y, 1))
}

const conv: Operation = (c) => {
  const { r } = c
  const x = c.pick(both(isFloating, (v) => v.array.ndim === 4 || v.array.ndim === 3))
  if (x === undefined || x.array.size === 0) return
  const last = r.chance(0.5)
  const spatial = last ? x.array.shape.slice(1, -1) : x.array.shape.slice(2)
  const features = last ? x.array.shape.at(-1)! : x.array.shape[1]!
  if (features > 33) return
  const parts = (shape: ReadonlyArray<number>) =>
    last
      ? { out: shape.at(-1)!, channels: shape.at(-2)!, window: shape.slice(0, -2) }
      : { out: shape[0]!, channels: shape[1]!, window: shape.slice(2) }
  // whether the zeros of padding meet a NaN of the window is nobody's promise
  const found = c.pick(({ array, grid }) => {
    if (grid === undefined || array.dtype !== x.array.dtype || array.ndim !== x.array.ndim || array.size === 0) {
      return false
    }
    const { channels, out, window } = parts(array.shape)
    return features % channels === 0 && out % (features / channels) === 0 && out <= 64 &&
      window.every((n, d) => n <= spatial[d]!)
  })
  const make = () => {
    const groups = r.chance(0.2) ? features : 1
    const out = groups * r.pick([1, 2, 3, 8])
    const window = spatial.map((n) => r.int(1, Math.min(n, 3)))
    const shape = last ? [...window, features / groups, out] : [out, features / groups, ...window]
    return c.input(x.array.dtype as never, shape, true)
  }
  const w = found !== undefined && r.chance(0.6) ? found : make()
  const { channels, window } = parts(w.array.shape)
  const dilation = window.map((n, d) =>
    n === 1 || r.chance(0.7) ? 1 : Math.max(1, Math.floor((spatial[d]! - 1) / (n - 1)))
  )
  const options = {
    layout: last ? "channelsLast" as const : "channelsFirst" as const,
    padding: r.chance(0.3)
      ? spatial.map(() => [r.int(0, 3), r.int(0, 3)] as const)
      : r.pick(["same", "valid"] as const),
    strides: spatial.map(() => r.int(1, 3)),
    dilation,
    groups: features / channels
  }
  const count = channels * window.reduce((a, b) => a * b, 1)
  if (x.array.size * count * parts(w.array.shape).out > 2e7) return
  c.step(`conv ${JSON.stringify(options)}`, [x, w], (a) => Nn.conv(a[0]!, a[1]!, options), how(x, w, count))
}

export const contractions: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [matmul, 4],
  [transposed, 3],
  [gram, 1],
  [outer, 1],
  [conv, 3]
]
