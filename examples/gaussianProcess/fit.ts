/**
 * Fits the hyperparameters by gradient descent on the likelihood.
 */
import { jit, NdArray, Numpy as np, Random, valueAndGrad } from "effax"
import { Effect } from "effect"
import * as Adam from "../adam.ts"
import * as Process from "./process.ts"

/** Noisy observations of `sin(3 x) + x / 2` on [-3, 3], none of them in a gap. */
export const observations = (key: Random.Key, count: number) => {
  const [where, noise] = Random.keys(key, 2)
  const x = Random.uniform(where, [count], { minval: -3, maxval: 2 })
  const around = np.where(np.greater(x, 0), np.add(x, 1), x)
  const y = np.add(
    np.add(np.sin(np.multiply(around, 3)), np.multiply(around, 0.5)),
    np.multiply(Random.normal(noise, [count]), 0.15)
  )
  return { x: around, y }
}

export const fit = Effect.fnUntraced(function*(
  x: NdArray.Any,
  y: NdArray.Any,
  options: { readonly steps: number; readonly onStep: (step: number, loss: number) => Effect.Effect<void> }
) {
  interface State {
    readonly parameters: Process.Parameters
    readonly optimizer: Adam.AdamState<Process.Parameters>
  }
  const step = jit(function fitStep({ optimizer: state, parameters }: State) {
    const [loss, gradients] = valueAndGrad((p: Process.Parameters) => Process.negativeLogLikelihood(p, x, y))(
      parameters
    )
    const [next, optimizer] = Adam.update({ learningRate: 0.05 }, parameters, gradients, state)
    return { loss, state: { parameters: next, optimizer } }
  })
  const initial: State = { parameters: Process.initial, optimizer: Adam.initialize(Process.initial) }
  const { parameters } = yield* NdArray.iterate(initial, (state, i) =>
    Effect.gen(function*() {
      const result = yield* NdArray.evaluate(step(state))
      yield* options.onStep(i, yield* NdArray.toNumber(result.loss))
      return result.state
    }), { times: options.steps })
  return parameters
})
