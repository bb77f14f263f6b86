import { type NdArray, Numpy as np, Nn } from "effax"
type A = NdArray.NdArray<"float32">
declare const x: A, mu: A
declare const n: number
const t = <D,>(_: NdArray.NdArray<any> & { dtype: D }): D => _.dtype
export const a1: 1 = t(np.subtract(np.expandDims(x, 1), mu))
export const a2: 1 = t(np.add(mu, np.sum(np.multiply(-0.5, np.square(x)), { axis: -1 })))
export const a3: 1 = t(Nn.logsumexp(mu, { axis: 1, keepdims: true }))
export const a4: 1 = t(np.exp(np.subtract(mu, x)))
export const a5: 1 = t(np.matmul(np.transpose(x), mu))
export const a6: 1 = t(np.divide(np.einsum("nk,nkd->kd", x, mu), np.expandDims(x, 1)))
export const a7: 1 = t(np.sum(x, { axis: 0 }))
export const a8: 1 = t(np.divide(np.square(x), np.exp(mu)))
export const a9: 1 = t(np.add(np.add(x, mu), Math.log(2 * Math.PI)))
export const a10: 1 = t(np.concatenate([x, np.add(x, 4)]))
export const a11: 1 = t(np.einsum("nk,nkd->kd", x, mu))
export const a12: 1 = t(np.divide(x, 2))
export const a13: 1 = t(np.divide(x, n))
