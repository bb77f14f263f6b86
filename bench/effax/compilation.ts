/** How long the first step of a perceptron takes, and how much of it the compilation: tracing and what comes after. */
import { NdArray } from "effax"
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import { answer, task } from "../harness/protocol.ts"
import { type FirstStep, unseen } from "../items/compilation.ts"
import { perceptronInputs } from "../items/perceptron.ts"
import { backend } from "./backend.ts"
import { type Parameters, trainStep } from "./programs.ts"

const spans: Array<Tracer.NativeSpan> = []
const tracer = Tracer.make({
  span: (options) => {
    const span = new Tracer.NativeSpan(options)
    spans.push(span)
    return span
  }
})

/** Milliseconds of the last span of a name. */
const lasted = (name: string): number => {
  const status = spans.findLast((span) => span.name === name)?.status
  return status?._tag === "Ended" ? Number(status.endTime - status.startTime) / 1e6 : NaN
}

const program = Effect.forEach(unseen, (size) =>
  Effect.gen(function*() {
    const [x, y, ...parameters] = yield* NdArray.evaluate(
      perceptronInputs(size).map(({ data, shape }) => NdArray.fromTypedArray(data, shape))
    )
    const begin = performance.now()
    const results = trainStep()(parameters as unknown as Parameters, x!, y!)
    const traced = performance.now() - begin
    yield* Effect.withTracer(NdArray.evaluate(results), tracer)
    const total = performance.now() - begin
    return { total, compilation: traced + lasted("effax.compile") }
  }))

const steps: ReadonlyArray<FirstStep> = await Effect.runPromise(
  Effect.provide(program, await backend(task().threads))
)
answer(steps)
