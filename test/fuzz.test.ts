/**
 * Random programs on CPU-Wasm, with one thread and with two, and on WebGPU, against the reference backend: expressions, of
 * which values that IEEE 754 rounds in one way must be equal, and functions that are mapped and differentiated, whose
 * errors are compared with those of narrower numbers and of noise in their inputs. Results are read whole, alone and in
 * parts. A failure is printed as the smallest program found that fails too.
 *
 * Everything derives from the seeds; `npm run fuzz` runs others than these.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { families } from "./fuzz/families.ts"
import { open, type Subjects } from "./fuzz/subjects.ts"

/** How many programs of each hundred of a family's share run here. */
const programs = { "cpu-wasm": 500, webgpu: 20 } as const

for (const backend of ["cpu-wasm", "webgpu"] as const) {
  describe(`random programs on ${backend}`, () => {
    let subjects: Subjects
    beforeAll(() => {
      subjects = open(backend)
    })
    afterAll(() => subjects.close())

    for (const { name, share, wrong } of families[backend]) {
      const count = Math.round(programs[backend] * share / 100)
      it(`${name}: ${count} of them`, async () => {
        const failures: Array<string> = []
        for (let seed = 0; seed < count && failures.length < 3; seed++) {
          const failure = await wrong(seed, subjects)
          if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`)
        }
        expect(failures.join("\n\n")).toBe("")
      }, 300_000)
    }
  })
}
