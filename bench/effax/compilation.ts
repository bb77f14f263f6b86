/** How long the first step of a perceptron takes: trace, compile, run. */
import { NdArray } from "effax"
import * as Effect from "effect/Effect"
import { answer, task } from "../harness/protocol.ts"
import { type FirstSteps, unseen } from "../work/compilation.ts"
import { perceptronInputs } from "../work/perceptron.ts"
import { backend } from "./backend.ts"
import { type Parameters, trainStep } from "./programs.ts"

const program = Effect.forEach(unseen, (size) =>
  Effect.gen(function*() {
    const [x, y, ...parameters] = yield* NdArray.evaluate(
      perceptronInputs(size).map(({ data, shape }) => NdArray.fromTypedArray(data, shape))
    )
    const begin = performance.now()
    yield* NdArray.evaluate(trainStep()(parameters as unknown as Parameters, x!, y!))
    return performance.now() - begin
  }))

const times: FirstSteps = await Effect.runPromise(Effect.provide(program, await backend(task().threads)))
answer(times)
