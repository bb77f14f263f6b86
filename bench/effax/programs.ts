/**
 * The work in effax.
 */
import type { Backend, Errors } from "effax"
import { jit, NdArray, Nn, Numpy as np, Random, valueAndGrad } from "effax"
import * as Effect from "effect/Effect"
import { learningRate } from "../items/perceptron.ts"
import type { Kind, Work } from "../items/work.ts"

type Arrays = ReadonlyArray<NdArray.Any>

/** One execution. The results are resident when it ends. */
type Run = () => Effect.Effect<NdArray.Any | Arrays, Errors.ExecutionError, Backend.Backend>

type Prepare = (inputs: Arrays, work: Work) => Run

const unary = (f: (x: NdArray.Any) => NdArray.Any): Prepare => ([x]) => {
  const compiled = jit(f)
  return () => compiled(x!)
}

const binary = (f: (a: NdArray.Any, b: NdArray.Any) => NdArray.Any): Prepare => ([a, b]) => {
  const compiled = jit(f)
  return () => compiled(a!, b!)
}

export type Parameters = readonly [w1: NdArray.Any, b1: NdArray.Any, w2: NdArray.Any, b2: NdArray.Any]

const loss = ([w1, b1, w2, b2]: Parameters, x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const hidden = Nn.relu(np.add(np.matmul(x, w1), b1))
  const scores = np.add(np.matmul(hidden, w2), b2)
  return np.negative(np.divide(np.sum(np.multiply(Nn.logSoftmax(scores), y)), x.shape[0]!))
}

/** A fresh function at each call: the loss, and the parameters after the step. */
export const trainStep = () =>
  jit((parameters: Parameters, x: NdArray.Any, y: NdArray.Any) => {
    const [value, gradients] = valueAndGrad(loss)(parameters, x, y)
    return [
      value,
      ...parameters.map((parameter, i) => np.subtract(parameter, np.multiply(gradients[i]!, learningRate)))
    ] as unknown as readonly [NdArray.Any, ...Parameters]
  })

export const programs: { readonly [K in Kind]: Prepare } = {
  matmul: binary((a, b) => np.matmul(a, b)),
  elementwise: unary((x) => np.multiply(np.sin(np.cos(x)), np.tanh(x))),
  sumAxis0: unary((x) => np.sum(x, { axis: 0 })),
  sumAxis1: unary((x) => np.sum(x, { axis: 1 })),
  softmax: unary((x) => Nn.softmax(x)),
  layerNorm: ([x, gain, bias]) => {
    const compiled = jit((x: NdArray.Any, gain: NdArray.Any, bias: NdArray.Any) =>
      np.add(np.multiply(Nn.standardize(x), gain), bias)
    )
    return () => compiled(x!, gain!, bias!)
  },
  mlpStep: ([x, y, ...initial]) => {
    const step = trainStep()
    let parameters = initial as unknown as Parameters
    return () =>
      Effect.map(NdArray.evaluate(step(parameters, x!, y!)), (results) => {
        const [, ...next] = results
        parameters = next
        return results
      })
  },
  conv2d: binary((x, w) => Nn.conv(x, w)),
  sort: unary((x) => np.sort(x)),
  normal: (_, { shape }) => {
    const compiled = jit((key: NdArray.Any) => Random.normal(key, shape))
    let seed = 0
    return () => compiled(Random.key(seed++))
  },
  cumsum: unary((x) => np.cumsum(x)),
  tinyAdd: binary((a, b) => np.add(a, b)),
  eagerAdd: ([a, b]) => () => np.add(a!, b!)
}
