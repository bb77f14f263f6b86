/**
 * jax-js on its WebAssembly device as a subject. On more than one thread it is given web workers, which Node has not.
 */
import { answer, failure, type Measurement, measurement, nextTitle, task } from "../harness/protocol.ts"
import { Sampler } from "../harness/sampler.ts"
import { type Work, works } from "../items/work.ts"
import { installWebWorker } from "./webWorker.ts"

const { measuring, quick, threads } = task()
if (threads > 1) installWebWorker()
const { tree, ...jax } = await import("@jax-js/jax")
await jax.init("wasm")
jax.defaultDevice("wasm")

const { programs } = await import("./jaxjsPrograms.ts")

const measure = async (work: Work): Promise<Measurement> => {
  const { repeated = 1, steps = 1 } = work
  const inputs = work.inputs()
  const arrays = inputs.map(({ data, shape }) => jax.numpy.array(data, { shape: [...shape] }))
  const run = programs[work.kind](arrays, work)
  const begin = performance.now()
  let results = run()
  await jax.blockUntilReady(results)
  const first = performance.now() - begin
  for (let step = 1; step < steps; step++) {
    tree.dispose(results)
    results = run()
  }
  const outputs = await Promise.all(tree.leaves(results).map((leaf) => leaf.data()))
  const error = work.check(outputs, inputs.map(({ data }) => data))
  const sampler = new Sampler(measuring)
  while (sampler.wants()) {
    sampler.start()
    for (let i = 0; i < repeated; i++) {
      const results = run()
      await jax.blockUntilReady(results)
      tree.dispose(results)
    }
    sampler.stop()
  }
  for (const array of arrays) array.dispose()
  return measurement(sampler, first, error, repeated)
}

for (;;) {
  const title = await nextTitle()
  try {
    answer(await measure(works(quick).find((work) => work.title === title)!))
  } catch (error) {
    answer(failure(error))
  }
}
