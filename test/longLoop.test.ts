/**
 * Memory of long loops of small steps: what a step leaves behind goes, whether it is freed by hand or dropped.
 */
import { describe, expect, it } from "@effect/vitest"
import { jit, NdArray, Numpy as np, valueAndGrad } from "effax"
import * as Effect from "effect/Effect"
import { backends } from "./backends.ts"

type X = NdArray.Any

const loss = (w: X) => np.mean(np.square(np.subtract(w, 1)))
const update = (w: X) => np.subtract(w, np.multiply(valueAndGrad(loss)(w)[1], 0.1))
const dropped = jit(update)
const donated = jit(update, { donateArgnums: 0 })

const steps: { readonly [name: string]: (w: X) => Effect.Effect<X, unknown, never> } = {
  dropped: (w) => dropped(w) as never,
  donated: (w) => donated(w) as never,
  disposed: (w) => Effect.tap(dropped(w) as never, () => NdArray.dispose(w) as never),
  scoped: (w) => NdArray.scoped(dropped(w)) as never
}

/** How many steps. In the first of them (see below) the process grows to its size. */
const counts: { readonly [backend: string]: { readonly [name: string]: number } } = {
  "cpu-wasm": { dropped: 1_000_000, donated: 1_000_000, disposed: 100_000, scoped: 100_000 },
  reference: { dropped: 250_000, donated: 150_000, disposed: 50_000, scoped: 50_000 }
}

describe.each(backends)("on $name", ({ layer, name }) => {
  it.live.each(Object.entries(counts[name]!))(
    "a process stays as large as it is: what a step took is %s",
    ([how, count]) =>
      Effect.gen(function*() {
        const step = steps[how]!
        const warmUp = Math.min(100_000, count / 2)
        let w: X = yield* np.zeros([4])
        let before = 0
        let most = 0
        for (let i = 1; i <= count; i++) {
          w = yield* step(w)
          if (i === warmUp) before = process.memoryUsage().rss
          else if (i > warmUp && i % 1000 === 0) most = Math.max(most, process.memoryUsage().rss)
        }
        expect((yield* NdArray.toTypedArray(w))[0]).toBeCloseTo(1, 5)
        expect((most - before) / 1e6).toBeLessThan(60)
      }).pipe(Effect.provide(layer)),
    120_000
  )
})
