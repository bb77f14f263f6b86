/**
 * A loop that reads a lazily built array at each step, with and without `yield*` on the array: results that a run needs
 * again are kept, so that leaving `yield*` out costs a small factor and not a quadratic loop.
 *
 *     node --conditions=effax-source bench/evaluation.ts
 */
import { CpuWasm } from "@effax/wasm"
import { NdArray, Numpy as np } from "effax"
import { Console, Effect } from "effect"

const steps = 200
const rounds = 5

/** Milliseconds of `z = sin(z) + 1`, with a reading of the sum at each step. */
const loop = (size: number, eager: boolean) =>
  Effect.gen(function*() {
    let z: NdArray.NdArray<"float32"> = yield* np.ones([size])
    const start = performance.now()
    for (let i = 0; i < steps; i++) {
      z = np.add(np.sin(z), 1)
      if (eager) z = yield* z
      yield* NdArray.toNumber(np.sum(z))
    }
    return performance.now() - start
  }).pipe(Effect.provide(CpuWasm.layer))

const median = (times: ReadonlyArray<number>): number => times.toSorted((a, b) => a - b)[times.length >> 1]!

const program = Effect.gen(function*() {
  yield* Console.log("elements | with `yield*`, ms | without, ms | ratio")
  for (const size of [10, 1000, 100_000]) {
    const times: Record<"eager" | "lazy", Array<number>> = { eager: [], lazy: [] }
    for (let round = 0; round < rounds; round++) {
      times.eager.push(yield* loop(size, true))
      times.lazy.push(yield* loop(size, false))
    }
    const [eager, lazy] = [median(times.eager), median(times.lazy)]
    yield* Console.log(`${size} | ${eager.toFixed(1)} | ${lazy.toFixed(1)} | ${(lazy / eager).toFixed(2)}`)
  }
})

await Effect.runPromise(program)
