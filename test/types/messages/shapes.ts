import { type NdArray, Numpy as np } from "effax"
import type { Shape } from "effax/Shape"

const m23 = np.ones([2, 3])
const v4 = np.ones([4])

export const assigned: NdArray.NdArray<"float32", readonly [5]> = np.add(v4, 1)

np.add(m23, v4)

np.matmul(m23, m23)

np.index(m23, [0, 1, 2])

np.split(m23, 5)

np.reshape(m23, [4, -1])

np.einsum("ij,jk->ik", m23, m23)

export const generic = <S extends Shape>(x: NdArray.NdArray<"float32", S>) => np.add(x, v4)
