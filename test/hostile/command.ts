/**
 * Programs of random parameters on random bits, many of them: `npm run fuzz:hostile -- --programs 20000 --from 0`.
 *
 * Each attack derives from its seed alone. A failure is printed with its seed, and makes the exit status 1.
 */
import { CpuWasm } from "@effax/wasm"
import { Backend } from "effax/Backend"
import * as Effect from "effect/Effect"
import { parseArgs } from "node:util"
import { attack, type Outcome } from "./attack.ts"

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "20000" },
    from: { type: "string", default: "0" },
    threads: { type: "string", default: "2" }
  }
})
const from = Number(values.from)
const to = from + Number(values.programs)
/** Programs that share a Layer: damage that one leaves behind can't hide for long. */
const perLayer = 500

const broken: Array<string> = []
const outcomes: Record<Outcome | "broken", number> = { computed: 0, refused: 0, timeout: 0, broken: 0 }

const batch = (first: number) =>
  Effect.gen(function*() {
    const { driver } = yield* Backend
    for (let seed = first; seed < Math.min(to, first + perLayer); seed++) {
      const outcome = yield* attack(driver, seed).pipe(Effect.catchCause((cause) =>
        Effect.sync(() => {
          broken.push(`seed ${seed}: ${String(cause)}`)
          console.error(broken.at(-1))
          return "broken" as const
        })
      ))
      outcomes[outcome]++
    }
  }).pipe(Effect.provide(CpuWasm.layerWith({ threads: Number(values.threads), memoryLimit: 256 << 20 })))

for (let first = from; first < to; first += perLayer) {
  await Effect.runPromise(batch(first))
  console.log(`${Math.min(to, first + perLayer)} of ${to}: ${JSON.stringify(outcomes)}`)
}
if (broken.length > 0) process.exitCode = 1
