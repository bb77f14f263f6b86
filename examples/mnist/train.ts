/**
 * Training: shuffled batches, one jitted step, loss and speed as it goes.
 */
import { jit, NdArray, Numpy as np, Random, valueAndGrad } from "effax"
import { Effect } from "effect"
import * as Adam from "../adam.ts"
import type { Digits } from "./data.ts"
import { crossEntropy, type Model, type Parameters } from "./model.ts"

export interface Options {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly key: Random.Key
  /** Called after every step whose loss was read. */
  readonly onStep: (at: { readonly step: number; readonly steps: number; readonly loss: number }) => Effect.Effect<void>
}

interface State {
  readonly parameters: Parameters
  readonly optimizer: Adam.AdamState<Parameters>
}

/** Losses are read, which waits for the step, once every so many steps. */
const readEvery = 5

/** Trains from scratch and returns the parameters. */
export const train = Effect.fnUntraced(function*(model: Model, digits: Digits, options: Options) {
  const { batchSize, epochs, learningRate } = options
  const [initKey, orderKey] = Random.keys(options.key, 2)
  const perEpoch = Math.floor(digits.count / batchSize)

  const loss = (parameters: Parameters, images: NdArray.Any, labels: NdArray.Any) =>
    crossEntropy(model.predict(parameters, images), labels)

  const step = jit(
    function trainStep(state: State, order: NdArray.Any, at: NdArray.Any) {
      const batch = np.take(order, at, { axis: 0, mode: "clip" })
      const [value, gradients] = valueAndGrad(loss)(
        state.parameters,
        np.take(digits.images, batch, { axis: 0, mode: "clip" }),
        np.take(digits.labels, batch, { axis: 0, mode: "clip" })
      )
      const [parameters, optimizer] = Adam.update({ learningRate }, state.parameters, gradients, state.optimizer)
      return { state: { parameters, optimizer }, loss: value }
    }
  )
  const shuffle = jit(function shuffle(key: NdArray.Any) {
    const order = Random.permutation(key, digits.count)
    return np.reshape(np.index(order, np.slice(0, perEpoch * batchSize)), [perEpoch, batchSize])
  })

  const parameters = model.initialize(initKey!)
  const initial: State = { parameters, optimizer: Adam.initialize(parameters) }
  const trainEpoch = Effect.fnUntraced(function*(start: State, epoch: number) {
    const order = yield* shuffle(Random.foldIn(orderKey!, epoch))
    return yield* NdArray.iterate(start, (state, i) =>
      Effect.gen(function*() {
        const result = yield* NdArray.evaluate(step(state, order, np.array(i, { dtype: "int32" })))
        const done = epoch * perEpoch + i + 1
        if (done % readEvery === 0 || done === epochs * perEpoch) {
          yield* options.onStep({ step: done, steps: epochs * perEpoch, loss: yield* NdArray.toNumber(result.loss) })
        }
        return result.state
      }), { times: perEpoch })
  })
  const last = yield* NdArray.iterate(initial, trainEpoch, { times: epochs })
  return last.parameters
})

/** The digit that the model reads in each image: `[count]`. */
export const classify = (model: Model, parameters: Parameters, images: NdArray.Any) =>
  jit(function classify(parameters: Parameters, images: NdArray.Any) {
    return np.argmax(model.predict(parameters, images), { axis: -1 })
  })(parameters, images)
