/**
 * Ten million small training steps: the process must stay as it is after the first hundred thousand.
 *
 *     npm run soak
 *     npm run soak -- --steps 1000000
 *
 * Writes `bench/soak.md`, and its table into `BENCHMARKS.md`.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { jit, NdArray, Numpy as np, valueAndGrad } from "effax"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { section } from "./report/soak.ts"

const { values: options } = parseArgs({ options: { steps: { type: "string", default: "10000000" } } })
const steps = Number(options.steps)
const warmUp = steps / 100

const loss = (w: NdArray.Any) => np.mean(np.square(np.subtract(w, 1)))
const update = (w: NdArray.Any) => np.subtract(w, np.multiply(valueAndGrad(loss)(w)[1], 0.1))

/** Megabytes of the process, and of the engine's heap. */
const megabytes = () => {
  const { heapUsed, rss } = process.memoryUsage()
  return [rss / 1e6, heapUsed / 1e6] as const
}

const loop = (donated: boolean, count: number) =>
  Effect.gen(function*() {
    const step = jit(update, donated ? { donateArgnums: 0 } : {})
    let w: NdArray.Any = yield* np.zeros([4])
    let before = megabytes()
    let most = [0, 0]
    const start = performance.now()
    for (let i = 1; i <= count; i++) {
      w = yield* step(w)
      if (i === warmUp) before = megabytes()
      else if (i > warmUp && i % 1000 === 0) most = megabytes().map((now, k) => Math.max(now, most[k]!))
    }
    const microseconds = (performance.now() - start) * 1000 / count
    const [value] = yield* NdArray.toTypedArray(w)
    if (Math.abs(Number(value) - 1) > 1e-5) throw new Error(`the loop ended at ${value} instead of 1`)
    return { before, most, microseconds }
  })

const loops = [
  { backend: "CpuWasm", layer: CpuWasm.layer, donated: false, count: steps },
  { backend: "CpuWasm", layer: CpuWasm.layer, donated: true, count: steps },
  { backend: "Reference", layer: Reference.layer, donated: false, count: steps / 10 }
]

const rows: Array<string> = []
for (const { backend, count, donated, layer } of loops) {
  const { before, microseconds, most } = await Effect.runPromise(Effect.provide(loop(donated, count), layer))
  const cells = [backend, donated ? "donated" : "dropped", count, before[0], most[0], before[1], most[1], microseconds]
  rows.push(`| ${cells.map((cell) => typeof cell === "number" ? String(Math.round(cell)) : cell).join(" | ")} |`)
  process.stdout.write(`${rows.at(-1)}\n`)
}

const text =
  `Small training steps, \`w = yield* step(w)\` on four numbers: MB of the process and of the engine's heap after the first
${warmUp} steps, and the most after that. Written by \`npm run soak\`, ${new Date().toISOString().slice(0, 10)}.

| backend | the old \`w\` is | steps | process | its most | heap | its most | us a step |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}
`
writeFileSync(new URL("soak.md", import.meta.url), text)
const page = new URL("../BENCHMARKS.md", import.meta.url)
writeFileSync(page, section(readFileSync(page, "utf8"), text))
