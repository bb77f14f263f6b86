/**
 * effax as a subject.
 */
import { NdArray, Tree } from "effax"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { answer, failure, measurement, nextTitle, task } from "../harness/protocol.ts"
import { Sampler } from "../harness/sampler.ts"
import { type Work, works } from "../items/work.ts"
import { backend } from "./backend.ts"
import { programs } from "./programs.ts"

const { measuring, quick, threads } = task()

const measure = Effect.fnUntraced(function*(work: Work) {
  const { repeated = 1, steps = 1 } = work
  const inputs = work.inputs()
  const arrays = yield* NdArray.evaluate(inputs.map(({ data, shape }) => NdArray.fromTypedArray(data, shape)))
  const run = programs[work.kind](arrays, work)
  const begin = performance.now()
  let results = yield* run()
  const first = performance.now() - begin
  for (let step = 1; step < steps; step++) results = yield* run()
  const outputs = yield* Effect.forEach(Tree.leaves(results), (leaf) => NdArray.toTypedArray(leaf as NdArray.Any))
  const error = work.check(outputs as ReadonlyArray<Float32Array>, inputs.map(({ data }) => data))
  const sampler = new Sampler(measuring)
  while (sampler.wants()) {
    sampler.start()
    for (let i = 0; i < repeated; i++) yield* run()
    sampler.stop()
  }
  yield* NdArray.dispose(arrays)
  return measurement(sampler, first, error, repeated)
})

const turn = Effect.gen(function*() {
  const title = yield* Effect.promise(nextTitle)
  const measured = measure(works(quick).find((work) => work.title === title)!)
  answer(yield* Effect.catchCause(measured, (cause) => Effect.succeed(failure(Cause.squash(cause)))))
})

await Effect.runPromise(Effect.provide(Effect.forever(turn), await backend(threads)))
