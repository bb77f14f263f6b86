/**
 * Random operations under transformations: pullbacks of views, reads and writes; vmap.
 */
import type * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import { grad, jit, jvp, vjp, vmap } from "effax/Transform"
import { both, type Context, isFloating, isInteger, isSolid, type Operation } from "../context.ts"
import { epsilon, type Value } from "../recipe.ts"
import { isExactSum } from "./reductions.ts"
import { randomView } from "./structural.ts"

type Unary = (x: NdArray.Any) => NdArray.Any

/** A linear function of an array: some views, perhaps a read at positions that are repeated. */
const linear = (c: Context, x: Value): readonly [name: string, f: Unary, arrays: ReadonlyArray<Value>] => {
  const names: Array<string> = []
  let f: Unary = (a) => a
  let shaped: Value = x
  for (let i = c.r.int(1, 3); i > 0; i--) {
    const view = randomView(c, shaped)
    if (view === undefined) continue
    const before = f
    const after = view[1]
    const array = after(shaped.array)
    if (array.size > c.limit) continue
    f = (a) => after(before(a))
    shaped = { ...shaped, array }
    names.push(view[0])
  }
  return [names.join(" "), f, []]
}

const pullback: Operation = (c) => {
  const x = c.pick(both(isFloating, isSolid))
  if (x === undefined) return
  const [name, f] = linear(c, x)
  const at = c.r.chance(0.5) ? c.input("int32", c.shape(1, 20)) : undefined
  const whole = (a: NdArray.Any, positions?: NdArray.Any): NdArray.Any => {
    const y = f(a)
    return positions === undefined || y.size === 0 ? y : np.take(np.ravel(y), positions, { mode: "clip" })
  }
  const like = whole(x.array, at?.array)
  if (like.size > c.limit) return
  const ct = c.input(x.array.dtype as never, like.shape)
  const narrow = x.array.dtype === "float16" || x.array.dtype === "bfloat16"
  c.step(
    `vjp(${name}${at === undefined ? "" : " take"})`,
    [x, ct, ...(at === undefined ? [] : [at])],
    ([a, t, positions]) => vjp((v: NdArray.Any) => whole(v, positions), a!)[1](t!)[0],
    {
      uncertain: narrow || !isExactSum(ct, Math.max(1, like.size)),
      grid: ct.grid && { ...ct.grid, most: ct.grid.most * Math.max(1, like.size) },
      error: ([, t], most) => like.size * (t!.error + (narrow ? 4 : 1) * epsilon(x.array.dtype) * (t!.most + most))
    }
  )
}

const forward: Operation = (c) => {
  const x = c.pick(both(isFloating, isSolid))
  if (x === undefined) return
  const [name, f] = linear(c, x)
  const t = c.input(x.array.dtype as never, x.array.shape)
  c.step(
    `jvp(${name})`,
    [x, t],
    ([a, d]) => jvp((v: NdArray.Any) => f(np.multiply(v, v)), [a!], [d!])[1],
    {
      uncertain: true,
      error: ([a, d]) => 4 * (a!.most * d!.error + d!.most * a!.error + 8 * epsilon(x.array.dtype) * a!.most * d!.most)
    }
  )
}

/** Functions whose first and second derivatives are at most about 1. */
const curves: { readonly [name: string]: Unary } = {
  sin: np.sin,
  cos: np.cos,
  tanh: np.tanh,
  sigmoid: Nn.sigmoid,
  arctan: np.arctan,
  arcsinh: np.arcsinh,
  softplus: Nn.softplus,
  silu: Nn.silu
}

const gradient: Operation = (c) => {
  const x = c.pick(both(isFloating, isSolid))
  if (x === undefined) return
  const names = Array.from({ length: c.r.int(1, 3) }, () => c.r.pick(Object.keys(curves)))
  const f = (a: NdArray.Any) => np.sum(names.reduce((b, name) => curves[name]!(b), a))
  const narrow = x.array.dtype === "float16" || x.array.dtype === "bfloat16"
  const derivative = c.r.chance(0.5) ? jit(grad(f)) : grad(f)
  c.step(`grad(sum ${names.join(" ")})`, [x], ([a]) => derivative(a!), {
    uncertain: true,
    error: ([a]) => 8 * a!.error + 32 * epsilon(x.array.dtype) * (1 + a!.most) + (narrow ? 0.1 : 0)
  })
}

/** Functions of a row that have batching rules of their own. */
const rowwise: { readonly [name: string]: (row: NdArray.Any, positions: NdArray.Any) => NdArray.Any } = {
  take: (row, positions) => np.take(row, positions, { axis: 0, mode: "clip" }),
  set: (row, positions) => np.at(row, [positions]).max(3),
  cumsum: (row) => np.cumsum(row, { axis: 0 }),
  sort: (row) => np.sort(row, { axis: 0 }),
  flip: (row) => np.flip(row, { axis: 0 }),
  max: (row) => np.max(row, { axis: 0 }),
  argmax: (row) => np.argmax(row, { axis: 0 }),
  pad: (row) => np.pad(row, 1),
  transpose: (row) => np.transpose(row),
  outer: (row) => np.multiply(np.expandDims(row, 0), np.expandDims(row, 1))
}

const mapped: Operation = (c) => {
  const x = c.pick(both(isInteger, isSolid, (v) => v.array.ndim >= 2))
  if (x === undefined) return
  const axis = c.r.int(0, x.array.ndim - 1)
  const at = c.input("int32", [x.array.shape[axis]!, c.r.int(1, 4)])
  const name = c.r.pick(Object.keys(rowwise))
  const out = c.r.chance(0.5) ? 0 : -1
  c.step(
    `vmap(${name}) ${axis} ${out}`,
    [x, at],
    ([a, positions]) => vmap(rowwise[name]!, { inAxes: [axis, 0], outAxes: out })(a!, positions!)
  )
}

export const transformed: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [pullback, 3],
  [forward, 1],
  [gradient, 2],
  [mapped, 3]
]
