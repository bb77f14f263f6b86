/**
 * Values that are made of nothing: literals, which a compiler folds, and arrays with a pattern.
 */
import * as DType from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import type { Context, Operation } from "../context.ts"
import type { Grid } from "../recipe.ts"

const grid = (most: number): Grid => ({ bits: 3, most })

/** A number that the dtype has. */
const number = (c: Context, dtype: DType.DType): number =>
  DType.isFloating(dtype)
    ? c.r.int(-32, 32) / 8
    : DType.isUnsigned(dtype) || dtype === "bool"
    ? c.r.int(0, 1)
    : c.r.int(-3, 3)

const scalar: Operation = (c) => {
  const dtype = c.dtype()
  const value = number(c, dtype)
  c.step(`scalar ${value} ${dtype}`, [], () => np.array(value, { dtype }), { grid: grid(4) })
}

const arithmetic: { readonly [name: string]: (x: NdArray.Any, y: NdArray.Any) => NdArray.Any } = {
  add: np.add,
  subtract: np.subtract,
  multiply: np.multiply,
  divide: np.divide,
  maximum: np.maximum,
  minimum: np.minimum,
  less: np.less
}

/** Arithmetic of literals only. */
const folded: Operation = (c) => {
  const dtype = c.dtype()
  if (dtype === "bool") return
  const [x, y] = [number(c, dtype), number(c, dtype)]
  const name = c.r.pick(Object.keys(arithmetic))
  c.step(`${name} ${x} ${y} ${dtype}`, [], () => arithmetic[name]!(np.array(x, { dtype }), np.array(y, { dtype })))
}

const full: Operation = (c) => {
  const dtype = c.dtype()
  const [shape, value] = [c.shape(), number(c, dtype)]
  c.step(`full ${value} ${dtype}`, [], () => np.full(shape, np.array(value, { dtype })), { grid: grid(4) })
}

const pattern: Operation = (c) => {
  const dtype = c.dtype()
  const n = c.r.int(1, 20)
  if (c.r.chance(0.5)) c.step(`eye ${n} ${dtype}`, [], () => np.eye(n, { dtype }), { grid: grid(1) })
  else if (dtype !== "bool") c.step(`arange ${n} ${dtype}`, [], () => np.arange(n, { dtype }), { grid: grid(20) })
}

export const constants: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [scalar, 1],
  [folded, 1],
  [full, 1],
  [pattern, 1]
]
