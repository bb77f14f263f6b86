/**
 * The work in jax-js. A function takes the references that it is given; `ref` makes one more.
 */
import { jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax"
import { learningRate } from "../items/perceptron.ts"
import type { Kind, Work } from "../items/work.ts"

type Arrays = ReadonlyArray<np.Array>

/** One call with its results, which the caller disposes of. */
type Run = () => np.Array | ReadonlyArray<np.Array>

type Prepare = (inputs: Arrays, work: Work) => Run

const jitted = (f: (...inputs: Arrays) => np.Array): Prepare => (inputs) => {
  const compiled = jit(f)
  return () => compiled(...inputs.map((input) => input.ref))
}

export const loss = (parameters: Arrays, x: np.Array, y: np.Array): np.Array => {
  const [w1, b1, w2, b2] = parameters
  const batch = x.shape[0]!
  const hidden = nn.relu(np.matmul(x, w1!).add(b1!))
  const scores = np.matmul(hidden, w2!).add(b2!)
  return nn.logSoftmax(scores, -1).mul(y).sum().mul(-1 / batch)
}

export const trainStep = () =>
  jit((parameters: Arrays, x: np.Array, y: np.Array) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, y)
    return [value, ...parameters.map((parameter, i) => parameter.sub(gradients[i].mul(learningRate)))]
  })

export const programs: { readonly [K in Kind]: Prepare } = {
  matmul: jitted((a, b) => np.matmul(a!, b!)),
  elementwise: jitted((x) => np.sin(np.cos(x!.ref)).mul(np.tanh(x!))),
  sumAxis0: jitted((x) => np.sum(x!, 0)),
  sumAxis1: jitted((x) => np.sum(x!, 1)),
  softmax: jitted((x) => nn.softmax(x!, -1)),
  layerNorm: jitted((x, gain, bias) => nn.standardize(x!, -1).mul(gain!).add(bias!)),
  mlpStep: ([x, y, ...initial]) => {
    const step = trainStep()
    let parameters: Arrays = initial.map((parameter) => parameter.ref)
    return () => {
      const results = step(parameters, x!.ref, y!.ref)
      parameters = results.slice(1).map((parameter) => parameter.ref)
      return results
    }
  },
  conv2d: jitted((x, w) => lax.conv(x!, w!, [1, 1], "SAME")),
  sort: jitted((x) => np.sort(x!)),
  normal: (_, { shape }) => {
    const compiled = jit((key: np.Array) => random.normal(key, [...shape]))
    let seed = 0
    return () => compiled(random.key(seed++))
  },
  cumsum: jitted((x) => np.cumsum(x!)),
  tinyAdd: jitted((a, b) => a!.add(b!)),
  eagerAdd: ([a, b]) => () => a!.ref.add(b!.ref)
}
