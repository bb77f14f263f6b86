import { grad, jit, vmap, type NdArray, Numpy as np } from "effax"
declare const m: NdArray.NdArray<"float32", readonly [3]>
const g: 1 = grad(np.tanh)
const a: 1 = grad(np.tanh)(2)
const b: 1 = jit(np.tanh)
const c: 1 = jit(np.tanh)(m)
const d: 1 = vmap(np.tanh)
const e: 1 = vmap(np.tanh)(m)
const f: 1 = jit(np.add)
export { a, b, c, d, e, f, g}
