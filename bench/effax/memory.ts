/** Whether thousands of steps, none of whose results is freed by hand, stay in the same memory. */
import { Backend, NdArray } from "effax"
import * as Effect from "effect/Effect"
import { answer, task } from "../harness/protocol.ts"
import { type Memory, memorySteps } from "../items/memory.ts"
import { perceptronInputs, standard } from "../items/perceptron.ts"
import { backend } from "./backend.ts"
import { type Parameters, trainStep } from "./programs.ts"

const program = Effect.gen(function*() {
  const { statistics } = yield* Backend.Backend
  const [x, y, ...initial] = yield* NdArray.evaluate(
    perceptronInputs(standard).map(({ data, shape }) => NdArray.fromTypedArray(data, shape))
  )
  const step = trainStep()
  let parameters = initial as unknown as Parameters
  const memory: Array<Memory> = []
  const begin = performance.now()
  for (let i = 1; i <= memorySteps; i++) {
    const [, ...next] = yield* NdArray.evaluate(step(parameters, x!, y!))
    parameters = next
    if (i % (memorySteps / 10) === 0) {
      const { arraysLive, bytesLive } = yield* statistics
      memory.push({ step: i, arraysLive, bytesLive, rss: process.memoryUsage.rss(), ms: performance.now() - begin })
    }
  }
  return memory
})

answer(await Effect.runPromise(Effect.provide(program, await backend(task().threads))))
