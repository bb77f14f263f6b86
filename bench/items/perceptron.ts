/**
 * A step of training a two-layer perceptron: the loss and its gradient, then plain gradient descent. In float64 here.
 */
import { oneHot, uniform } from "./data.ts"
import type { Input } from "./work.ts"

export interface Perceptron {
  readonly inputs: number
  readonly hidden: number
  readonly outputs: number
  readonly batch: number
}

export const learningRate = 0.1

export const standard: Perceptron = { inputs: 784, hidden: 256, outputs: 10, batch: 128 }

/** Images, labels (one-hot), then the parameters: weights and biases of both layers. */
export const perceptronInputs = ({ batch, hidden, inputs, outputs }: Perceptron): ReadonlyArray<Input> => [
  { shape: [batch, inputs], data: uniform(batch * inputs, 9, 0, 1) },
  { shape: [batch, outputs], data: oneHot(batch, outputs) },
  { shape: [inputs, hidden], data: uniform(inputs * hidden, 10, -0.05, 0.05) },
  { shape: [hidden], data: new Float32Array(hidden) },
  { shape: [hidden, outputs], data: uniform(hidden * outputs, 11, -0.1, 0.1) },
  { shape: [outputs], data: new Float32Array(outputs) }
]

/** What one step multiplies and adds: the hidden layer forwards and its weights' gradient, the small layer three times. */
export const perceptronFlops = ({ batch, hidden, inputs, outputs }: Perceptron): number =>
  2 * batch * (2 * inputs * hidden + 3 * hidden * outputs)

/** The loss before the last of some steps and the parameters after it: what every subject has to arrive at. */
export const trained = (
  { batch, hidden, inputs, outputs }: Perceptron,
  [images, labels, ...initial]: ReadonlyArray<Float32Array>,
  steps: number
): { readonly loss: number; readonly parameters: ReadonlyArray<Float64Array> } => {
  const x = images!, y = labels!
  const parameters = initial.map((values) => Float64Array.from(values))
  const [w1, b1, w2, b2] = parameters as [Float64Array, Float64Array, Float64Array, Float64Array]
  const h = new Float64Array(batch * hidden)
  const scores = new Float64Array(outputs)
  let loss = 0
  for (let step = 0; step < steps; step++) {
    const [d1, db1, d2, db2] = parameters.map((values) => new Float64Array(values.length)) as typeof parameters & [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array
    ]
    const dh = new Float64Array(hidden)
    loss = 0
    for (let row = 0; row < batch; row++) {
      const own = h.subarray(row * hidden, (row + 1) * hidden)
      own.set(b1)
      for (let k = 0; k < inputs; k++) {
        const value = x[row * inputs + k]!
        for (let j = 0; j < hidden; j++) own[j]! += value * w1[k * hidden + j]!
      }
      for (let j = 0; j < hidden; j++) own[j] = Math.max(own[j]!, 0)
      scores.set(b2)
      for (let j = 0; j < hidden; j++) {
        for (let o = 0; o < outputs; o++) scores[o]! += own[j]! * w2[j * outputs + o]!
      }
      const sum = scores.reduce((sum, score) => sum + Math.exp(score), 0)
      dh.fill(0)
      for (let o = 0; o < outputs; o++) {
        const label = y[row * outputs + o]!
        loss -= label * (scores[o]! - Math.log(sum)) / batch
        const d = (Math.exp(scores[o]!) / sum - label) / batch
        db2[o]! += d
        for (let j = 0; j < hidden; j++) {
          d2[j * outputs + o]! += own[j]! * d
          if (own[j]! > 0) dh[j]! += w2[j * outputs + o]! * d
        }
      }
      for (let j = 0; j < hidden; j++) db1[j]! += dh[j]!
      for (let k = 0; k < inputs; k++) {
        const value = x[row * inputs + k]!
        for (let j = 0; j < hidden; j++) d1[k * hidden + j]! += value * dh[j]!
      }
    }
    ;[d1, db1, d2, db2].forEach((gradient, i) => {
      const values = parameters[i]!
      for (let j = 0; j < values.length; j++) values[j]! -= learningRate * gradient![j]!
    })
  }
  return { loss, parameters }
}
