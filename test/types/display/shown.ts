/** Values whose types are looked at as declarations, which write them as editors show them. */
import { grad, jit, type NdArray, Nn, Numpy as np, Random, Tree, valueAndGrad, vmap } from "effax"

const v4 = np.ones([4])
const m23 = np.ones([2, 3])
const params = { w: np.ones([3, 2]), b: np.zeros([2]) }
interface Dense {
  readonly w: NdArray.NdArray<"float32", readonly [3, 2]>
  readonly b: NdArray.NdArray<"float32", readonly [2]>
}
declare const dense: Dense

export const sum = np.add(v4, 1)
export const broadcast = np.multiply(np.ones([2, 1]), np.ones([3]))
export const compared = np.less(1, v4)
export const piped = v4.pipe(np.subtract(1), np.multiply(2))
export const clipped = np.clip(v4, 0, 1)
export const chosen = np.where(np.greater(v4, 0), v4, 0)
export const total = np.sum(m23)
export const kept = np.mean(m23, { axis: -1, keepdims: true })
export const largest = np.argmax(m23, { axis: 0 })
export const product = np.matmul(m23, params.w)
export const contracted = np.einsum("ij,jk->ki", m23, params.w)
export const reshaped = np.reshape(m23, [-1])
export const turned = np.transpose(m23)
export const moved = np.moveaxis(np.ones([2, 3, 4]), 0, -1)
export const part = np.index(m23, [np.slice(), 0])
export const updated = np.at(m23, [0]).set(1)
export const taken = np.take(m23, [0, 1], { axis: 1 })
export const parts = np.split(m23, 3, { axis: 1 })
export const stacked = np.stack([v4, v4])
export const joined = np.concatenate([v4, v4])
export const repeated = np.repeat(v4, 2)
export const active = Nn.relu(v4)
export const drawn = Random.normal(Random.key(0), [2, 2])
export const keys = Random.keys(Random.key(0), 2)
export const step = Tree.map2(params, params, (p, g) => np.subtract(p, np.multiply(g, 0.1)))
export const ofInterface = Tree.map2(dense, dense, (p, g) => np.subtract(p, np.multiply(g, 0.1)))
export const signs = Tree.map(params, (p) => np.greater(p, 0))
export const gradient = grad((x: typeof v4) => np.sum(x))(v4)
export const [loss, gradients] = valueAndGrad((p: typeof params) => np.sum(p.b))(params)
export const compiled = jit((x: typeof v4) => np.tanh(x))(v4)
export const batched = vmap((x: typeof v4) => np.sum(x))(np.ones([5, 4]))
