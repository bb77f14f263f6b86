/**
 * `node --conditions=effax-source bench/loops.ts`: what a step of a loop on the host costs, in the mean, when results are dropped,
 * when the loop owns its state, and when results are disposed of by hand. Four rounds in turns; each line is the best mean.
 */
import { CpuWasm } from "@effax/wasm"
import { jit, NdArray, Numpy as np } from "effax"
import type { Backend } from "effax/Backend"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"

const add = jit((x: NdArray.Any) => np.add(x, 1))

type Loop = (initial: NdArray.Any, steps: number) => Effect.Effect<void, ExecutionError, Backend>

const dropped: Loop = Effect.fnUntraced(function*(initial, steps) {
  let x = initial
  for (let i = 0; i < steps; i++) x = yield* add(x)
})

const disposed: Loop = Effect.fnUntraced(function*(initial, steps) {
  let x = initial
  for (let i = 0; i < steps; i++) {
    const next = yield* add(x)
    if (i > 0) yield* NdArray.dispose(x)
    x = next
  }
  yield* NdArray.dispose(x)
})

const owned: Loop = (initial, steps) =>
  Effect.flatMap(NdArray.iterate(initial, (x) => add(x), { times: steps }), NdArray.dispose)

const loops = { dropped, owned, disposed }

const program = Effect.gen(function*() {
  process.stdout.write("us a step (mean)   dropped    owned   disposed\n")
  for (const [size, steps] of [[16, 20_000], [65_536, 10_000], [1 << 20, 1000], [1 << 22, 200]] as const) {
    const initial = yield* np.ones([size])
    const best: Record<keyof typeof loops, number> = { dropped: Infinity, owned: Infinity, disposed: Infinity }
    for (let round = 0; round < 4; round++) {
      for (const name of ["dropped", "owned", "disposed"] as const) {
        const began = performance.now()
        yield* loops[name](initial, steps)
        best[name] = Math.min(best[name], 1000 * (performance.now() - began) / steps)
      }
    }
    const cells = Object.values(best).map((us) => us.toFixed(1).padStart(10))
    process.stdout.write(`${String(size).padEnd(14)}${cells.join("")}\n`)
  }
})

await Effect.runPromise(Effect.provide(program, CpuWasm.layer))
