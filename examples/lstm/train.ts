/**
 * Teaches the network a text.
 */
import { jit, NdArray, Numpy as np, Random, valueAndGrad } from "effax"
import { Effect } from "effect"
import * as Adam from "../adam.ts"
import * as Lstm from "./model.ts"

/** A text as numbers, and the characters that they stand for. */
export interface Encoded {
  readonly characters: ReadonlyArray<string>
  readonly codes: Int32Array
}

export const encode = (text: string): Encoded => {
  const characters = [...new Set(text)].sort()
  return { characters, codes: Int32Array.from(text, (character) => characters.indexOf(character)) }
}

export const decode = ({ characters }: Encoded, codes: ArrayLike<number>): string =>
  Array.from(codes, (code) => characters[code]!).join("")

export interface Options {
  readonly hidden: number
  readonly steps: number
  readonly batchSize: number
  /** Characters of a sample. */
  readonly length: number
  readonly learningRate: number
  readonly key: Random.Key
  readonly onStep: (step: number, loss: number) => Effect.Effect<void>
}

/** Trains on random pieces of the text. */
interface State {
  readonly parameters: Lstm.Parameters
  readonly optimizer: Adam.AdamState<Lstm.Parameters>
}

export const train = Effect.fnUntraced(function*({ characters, codes }: Encoded, options: Options) {
  const { batchSize, length, steps } = options
  const [initKey, sampleKey] = Random.keys(options.key, 2)
  const text = yield* NdArray.fromTypedArray(codes)
  const pieces = np.arange(length + 1)

  const step = jit(
    function trainStep({ optimizer: state, parameters }: State, key: NdArray.Any) {
      const starts = Random.randint(key, [batchSize, 1], 0, codes.length - length)
      const batch = np.take(text, np.add(starts, pieces), { mode: "clip" })
      const [loss, gradients] = valueAndGrad(Lstm.loss)(parameters, batch)
      const [next, optimizer] = Adam.update({ learningRate: options.learningRate }, parameters, gradients, state)
      return { loss, state: { parameters: next, optimizer } }
    }
  )

  const parameters = Lstm.initialize(initKey, characters.length, options.hidden)
  const initial: State = { parameters, optimizer: Adam.initialize(parameters) }
  const last = yield* NdArray.iterate(initial, (state, i) =>
    Effect.gen(function*() {
      const result = yield* NdArray.evaluate(step(state, Random.foldIn(sampleKey, i)))
      yield* options.onStep(i, yield* NdArray.toNumber(result.loss))
      return result.state
    }), { times: steps })
  return last.parameters
})
