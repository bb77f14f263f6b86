/**
 * Adam (Kingma and Ba 2015) as a transformation of trees.
 */
import { NdArray, Numpy as np, Tree } from "effax"

export interface AdamState<P> {
  /** Running means of gradients. */
  readonly mean: P
  /** Running means of squared gradients. */
  readonly square: P
  /** Steps made, as a float32 scalar. */
  readonly steps: NdArray.Any
}

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

const leafwise = <P>(
  f: (...leaves: ReadonlyArray<NdArray.Any>) => NdArray.Any,
  first: P,
  ...rest: ReadonlyArray<P>
): P => {
  const { leaves, structure } = Tree.flatten(first)
  const others = rest.map((tree) => Tree.leaves(tree))
  return Tree.unflatten(
    structure,
    leaves.map((leaf, i) => f(leaf as NdArray.Any, ...others.map((own) => own[i] as NdArray.Any)))
  ) as P
}

export const initialize = <P>(parameters: P): AdamState<P> => ({
  mean: leafwise(np.zerosLike, parameters),
  square: leafwise(np.zerosLike, parameters),
  steps: np.zeros([])
})

/** One step: new parameters and state. */
export const update = <P>(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, learningRate }: AdamOptions,
  parameters: P,
  gradients: P,
  state: AdamState<P>
): readonly [P, AdamState<P>] => {
  const steps = np.add(state.steps, 1)
  const blend = (beta: number) => (old: NdArray.Any, now: NdArray.Any) =>
    np.add(np.multiply(old, beta), np.multiply(now, 1 - beta))
  const mean = leafwise((m, g) => blend(beta1)(m!, g!), state.mean, gradients)
  const square = leafwise((v, g) => blend(beta2)(v!, np.square(g!)), state.square, gradients)
  // the running means start at 0, which the early steps correct for
  const corrected = (beta: number) => np.subtract(1, np.power(beta, steps))
  const rate = np.divide(np.multiply(np.sqrt(corrected(beta2)), learningRate), corrected(beta1))
  return [
    leafwise(
      (p, m, v) => np.subtract(p!, np.divide(np.multiply(rate, m!), np.add(np.sqrt(v!), epsilon))),
      parameters,
      mean,
      square
    ),
    { mean, square, steps }
  ]
}
