/** How long the first step of a perceptron takes: trace, compile, run. */
import { blockUntilReady, defaultDevice, init, numpy as np } from "@jax-js/jax"
import { answer } from "../harness/protocol.ts"
import { type FirstStep, unseen } from "../items/compilation.ts"
import { perceptronInputs } from "../items/perceptron.ts"
import { trainStep } from "./jaxjsPrograms.ts"

await init("wasm")
defaultDevice("wasm")
const steps: Array<FirstStep> = []
for (const size of unseen) {
  const [x, y, ...parameters] = perceptronInputs(size).map(({ data, shape }) => np.array(data, { shape: [...shape] }))
  const begin = performance.now()
  await blockUntilReady(trainStep()(parameters, x!, y!))
  steps.push({ total: performance.now() - begin })
}
answer(steps)
