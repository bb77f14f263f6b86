/**
 * `npm run exhaustive -- --function sin --every 1`: the worst error of float32 functions over all 2^32 inputs, or every n-th of
 * them. A function that JavaScript has takes about ten minutes, one that is measured by a series up to hours. Results are kept in
 * `worst.json`, which `math.test.ts` compares with the promises of the table.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { unaryReference } from "../../../compiler/test/mathReference.ts"
import { functions, type MathFunction } from "../../src/internal/math/index.ts"
import { capacity, compile, errorOf, namesOf, note, smallestUnit, variants, type Worst } from "./measure.ts"

/** What was measured of a function. */
export interface Measured {
  /** Inputs at this distance in their bits were tried: 1 is all of them. */
  readonly every: number
  /** In units in the last place. */
  readonly worst: number
  readonly at: string
}

const file = new URL("worst.json", import.meta.url)

const measure = (name: MathFunction, every: number, progress: (part: number) => void): Measured => {
  const reference = unaryReference[name]!
  const computed = variants.map((variant) => compile(name, "float32", variant))
  const inputs = new Float32Array(capacity)
  const bits = new Uint32Array(inputs.buffer)
  const expected = new Float64Array(capacity)
  const worst: Worst = { error: 0, at: "" }
  const total = Math.floor(2 ** 32 / every)
  for (let start = 0; start < total; start += capacity) {
    const count = Math.min(capacity, total - start)
    for (let i = 0; i < count; i++) bits[i] = (start + i) * every
    for (let i = 0; i < count; i++) expected[i] = reference(inputs[i]!)
    for (const compute of computed) {
      const results = compute(inputs)
      for (let i = 0; i < count; i++) {
        const nearest = Math.fround(expected[i]!)
        // correctly rounded results are at most half a unit off
        if (Object.is(results[i], nearest)) continue
        const rest = Number.isFinite(nearest) ? expected[i]! - nearest : 0
        const error = errorOf(results[i]!, nearest, rest, "float32", smallestUnit(name, "float32", inputs[i]!))
        note(worst, error, () => `${name}(${inputs[i]}) = ${results[i]}, not ${expected[i]}`)
      }
    }
    if (start % (capacity * 256) === 0) progress(start / total)
  }
  return { every, worst: Math.max(0.5, Math.ceil(worst.error * 1000) / 1000), at: worst.at }
}

const { values: options } = parseArgs({
  options: { function: { type: "string", multiple: true }, every: { type: "string", default: "1" } }
})
const every = Number(options.every)
if (!(Number.isSafeInteger(every) && every > 0)) {
  throw new Error(`--every is a whole number from 1 up, not ${options.every}`)
}
const names = options.function ?? namesOf(1).filter((name) => functions[name].ulp.float32 > 0)
for (const name of names) {
  if (!Object.hasOwn(unaryReference, name) || !Object.hasOwn(functions, name)) {
    throw new Error(`--function is one of ${namesOf(1).join(", ")}, not ${name}`)
  }
  const began = performance.now()
  const measured = measure(name as MathFunction, every, (part) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${name} ${(part * 100).toFixed(1)} %   `)
  })
  const all = JSON.parse(readFileSync(file, "utf8")) as Record<string, Measured>
  const sorted = Object.entries({ ...all, [name]: measured }).toSorted(([a], [b]) => a < b ? -1 : 1)
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stdout.write(
    `\r${name}: ${measured.worst} ULP, every ${every} of 2^32 inputs, ${seconds} s; ${measured.at}\n`
  )
}
