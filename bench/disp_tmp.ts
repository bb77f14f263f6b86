import { NdArray, Backend } from "effax"
import * as Effect from "effect/Effect"
import { backend } from "./effax/backend.ts"
import { programs } from "./effax/programs.ts"
import { works } from "./work/work.ts"
const layer = await backend(Number(process.argv[3] ?? 1))
const med = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1]!
await Effect.runPromise(Effect.provide(Effect.gen(function*() {
  const b = yield* Backend.Backend
  for (const w of works(false)) if (new RegExp(process.argv[2]!).test(w.title)) {
    const arrays = yield* NdArray.evaluate(w.inputs().map(({ data, shape }) => NdArray.fromTypedArray(data, shape)))
    const run = programs[w.kind](arrays, w)
    for (let i = 0; i < 100; i++) yield* run()
    for (let k = 0; k < 3; k++) {
      const nat: number[] = [], dis: number[] = []
      for (let i = 0; i < 100; i++) { const t = performance.now(); yield* run(); nat.push(performance.now() - t) }
      for (let i = 0; i < 100; i++) { const t = performance.now(); const y = yield* run(); dis.push(performance.now() - t); yield* NdArray.dispose(y) }
      const s = yield* b.statistics
      console.log(w.title, 'natural: median', med(nat).toFixed(3), 'min', nat[0]!.toFixed(3), 'mean', (nat.reduce((a, b) => a + b) / 100).toFixed(3), '| disposed: median', med(dis).toFixed(3), 'min', dis[0]!.toFixed(3), 'mean', (dis.reduce((a, b) => a + b) / 100).toFixed(3), 'live MB', s.bytesLive >> 20)
    }
  }
}), layer))
