import { type NdArray, Numpy as np, Tree } from "effax"

declare const masks: { readonly w: NdArray.NdArray<"bool", readonly [3]> }

export const sgd = <P extends Tree.Arrays<P, "float32">>(params: P, grads: P): P =>
  Tree.map2(params, grads, (p, g) => np.subtract(p, np.multiply(g, 0.1)))

export const withoutConstraint = <P>(params: P, grads: P): P => {
  Tree.map2(params, grads, (p) => np.negative(p))
  return Tree.map2(params, grads, () => np.zeros([]))
}

export const givesTruth = <P extends Tree.Arrays<P, "float32">>(params: P): P => Tree.map(params, (p) => np.isnan(p))

export const givesSums = <P extends Tree.Tree<NdArray.NdArray<"float32">>>(params: P): P =>
  Tree.map(params, (p) => np.sum(p))

sgd(masks, masks)

sgd({ w: np.ones([2]), rate: 0.1 }, { w: np.ones([2]), rate: 0.1 })
