/**
 * Random expressions on CPU-Wasm, with one thread and with two, against the reference backend. Values that IEEE 754 rounds
 * in one way must be equal, others within a bound that is computed for each expression. What fails is printed as the
 * smallest Program that shows it, with its inputs.
 *
 * Everything derives from the seeds: `EFFAX_FUZZ=9000:12000` runs others than these.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import type { Backend } from "effax/Backend"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, describe, expect, it } from "vitest"
import { difference, expectedOf, read, type Run, shrink, wantedOf } from "./fuzz/check.ts"
import { generate, type Size } from "./fuzz/generate.ts"
import { build } from "./fuzz/recipe.ts"

const runtimes: Array<{ readonly dispose: () => Promise<void> }> = []

const runOn = (layer: Layer.Layer<Backend>): Run => {
  const runtime = ManagedRuntime.make(layer)
  runtimes.push(runtime)
  return (arrays) => runtime.runPromise(read(arrays))
}

const oracle = runOn(Reference.layer)
const parallel = runOn(CpuWasm.layerWith({ threads: 2 }))
const serial = runOn(CpuWasm.layerWith({ threads: 1 }))

afterAll(async () => {
  for (const runtime of runtimes) await runtime.dispose()
})

/** What is wrong with the recipe of a seed, if anything. */
const failureOf = async (seed: number, size: Size): Promise<string | undefined> => {
  const recipe = generate(seed, size)
  const wanted = wantedOf(recipe)
  const expected = await expectedOf(recipe, oracle)
  try {
    const got = await parallel(build(recipe, wanted))
    if (wanted.some((index, k) => difference(recipe[index]!, expected, got[k]!) !== undefined)) {
      return await shrink(recipe, wanted, expected, parallel)
    }
    const again = await serial(build(recipe, wanted))
    const other = wanted.find((_, k) => Buffer.compare(bytes(got[k]!), bytes(again[k]!)) !== 0)
    return other === undefined ? undefined : `value ${other} has other bits with one thread`
  } catch (cause) {
    return `${String(cause)}\n${await shrink(recipe, wanted, expected, parallel)}`
  }
}

const bytes = (x: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }) =>
  Buffer.from(x.buffer, x.byteOffset, x.byteLength)

const [from, to] = (process.env["EFFAX_FUZZ"] ?? "0:0").split(":").map(Number) as [number, number]

const suites: ReadonlyArray<readonly [name: string, first: number, count: number, size: Size]> = [
  ["short, of many shapes", 0, 900, { limit: 2000, inputs: 3, steps: 10, least: 1 }],
  ["long, of small arrays", 10_000, 500, { limit: 400, inputs: 4, steps: 30, least: 1 }],
  ["on arrays that threads share", 20_000, 40, { limit: 400_000, inputs: 2, steps: 6, least: 50_000 }]
]

describe("random expressions", () => {
  for (const [name, first, count, size] of suites) {
    const [low, high] = to > from ? [from, to] : [first, first + count]
    it(`${name}: ${high - low} of them`, async () => {
      const failures: Array<string> = []
      for (let seed = low; seed < high && failures.length < 3; seed++) {
        const failure = await failureOf(seed, size)
        if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`)
      }
      expect(failures.join("\n\n")).toBe("")
    }, to > from ? 3_600_000 : 120_000)
  }
})
