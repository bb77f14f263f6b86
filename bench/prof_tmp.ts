import { NdArray } from "effax"
import * as Effect from "effect/Effect"
import { backend } from "./effax/backend.ts"
import { trainStep, type Parameters } from "./effax/programs.ts"
import { perceptronInputs } from "./work/perceptron.ts"
import { unseen } from "./work/compilation.ts"
import inspector from "node:inspector"
import { writeFileSync } from "node:fs"
const layer = await backend(2)
const s = new inspector.Session(); s.connect()
const post = (m: string, p?: any) => new Promise<any>((res, rej) => s.post(m, p, (e: any, r: any) => e ? rej(e) : res(r)))
const prof = process.env.PROF
const program = Effect.gen(function*() {
  const sizes = process.env.ONE ? unseen.slice(0, 1) : unseen
  const all = yield* Effect.forEach(sizes, (size) => NdArray.evaluate(perceptronInputs(size).map(({ data, shape }) => NdArray.fromTypedArray(data, shape))))
  if (prof) { yield* Effect.promise(async () => { await post("Profiler.enable"); await post("Profiler.setSamplingInterval", { interval: 100 }); await post("Profiler.start") }) }
  for (const [x, y, ...p] of all) {
    const t = performance.now()
    const r = trainStep()(p as unknown as Parameters, x!, y!)
    const t1 = performance.now()
    yield* NdArray.evaluate(r)
    console.log((t1 - t).toFixed(1), (performance.now() - t1).toFixed(1))
  }
  if (prof) { const { profile } = yield* Effect.promise(() => post("Profiler.stop")); writeFileSync(prof, JSON.stringify(profile)) }
})
await Effect.runPromise(Effect.provide(program, layer))
