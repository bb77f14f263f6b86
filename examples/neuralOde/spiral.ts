/**
 * A network learns the law of motion of a spiral from points on it.
 */
import { jit, NdArray, Numpy as np, Random, valueAndGrad } from "effax"
import { Effect } from "effect"
import * as Adam from "../adam.ts"
import { odeint, odeintAdjoint } from "./odeint.ts"

export type Parameters = {
  readonly hidden: NdArray.Any
  readonly hiddenBias: NdArray.Any
  readonly output: NdArray.Any
}

export const initialize = (key: Random.Key, width: number): Parameters => {
  const [k1, k2] = Random.keys(key, 2)
  return {
    hidden: np.multiply(Random.normal(k1, [2, width]), 0.5),
    hiddenBias: np.zeros([width]),
    output: np.multiply(Random.normal(k2, [width, 2]), 0.1)
  }
}

/** The law to be found: `dy/dt = y^3 A`. */
export const truth = (y: NdArray.Any): NdArray.Any => np.matmul(np.power(y, 3), np.array([[-0.1, 2], [-2, -0.1]]))

/** A network in its place, which may look at the cubes of the coordinates. */
export const learned = (y: NdArray.Any, _: NdArray.Any, { hidden, hiddenBias, output }: Parameters): NdArray.Any =>
  np.matmul(np.tanh(np.add(np.matmul(np.power(y, 3), hidden), hiddenBias)), output)

/** Points of the true motion: times `[count]`, states `[count, 2]`. */
export const observe = (count: number) => {
  const times = np.linspace(0, 8, count)
  return { times, states: odeint((y) => truth(y), np.array([2, 0]), times, {}, 10) }
}

export const loss = (
  solver: typeof odeint,
  parameters: Parameters,
  times: NdArray.Any,
  states: NdArray.Any,
  steps: number
): NdArray.Any => {
  const predicted = solver(learned, np.index(states, 0), times, parameters, steps)
  return np.mean(np.abs(np.subtract(predicted, states)))
}

interface State {
  readonly parameters: Parameters
  readonly optimizer: Adam.AdamState<Parameters>
}

/** Fits short pieces of the motion, which start anywhere on it. */
export const fit = Effect.fnUntraced(function*(options: {
  readonly key: Random.Key
  readonly steps: number
  readonly onStep: (step: number, loss: number) => Effect.Effect<void>
}) {
  const [initKey, pieceKey] = Random.keys(options.key, 2)
  const { states, times } = yield* NdArray.evaluate(observe(400))
  const length = 10
  const step = jit(
    function trainStep({ optimizer: state, parameters }: State, key: NdArray.Any) {
      const starts = Random.randint(key, [20, 1], 0, 400 - length)
      const pieces = np.take(states, np.add(starts, np.arange(length)), { axis: 0, mode: "clip" })
      // one batch of states `[length, 20, 2]`: time does not occur in the law, so all pieces may start at 0
      const batch = np.transpose(pieces, [1, 0, 2])
      const [value, gradients] = valueAndGrad((p: Parameters) =>
        loss(odeintAdjoint, p, np.index(times, np.slice(0, length)), batch, 2)
      )(parameters)
      const [next, optimizer] = Adam.update({ learningRate: 0.003 }, parameters, gradients, state)
      return { state: { parameters: next, optimizer }, value }
    }
  )
  const parameters = initialize(initKey, 50)
  const initial: State = { parameters, optimizer: Adam.initialize(parameters) }
  const last = yield* NdArray.iterate(initial, (state, i) =>
    Effect.gen(function*() {
      const result = yield* NdArray.evaluate(step(state, Random.foldIn(pieceKey, i)))
      if (i % 20 === 0) yield* options.onStep(i, yield* NdArray.toNumber(result.value))
      return result.state
    }), { times: options.steps })
  return last.parameters
})
