/**
 * The families of random programs: what a seed stands for, and how many of each a hundred programs have.
 */
import { generateCase } from "../functionFuzz/cases.ts"
import * as functions from "../functionFuzz/check.ts"
import { sizes } from "../functionFuzz/sizes.ts"
import * as expressions from "./check.ts"
import { generate, type Size } from "./generate.ts"
import type { Subjects } from "./subjects.ts"

export interface Family {
  readonly name: string
  /** Programs of a hundred. */
  readonly share: number
  /** Says how the program of a seed is wrong, if it is. */
  readonly wrong: (seed: number, on: Subjects) => Promise<string | undefined>
}

const expression = (name: string, share: number, size: Size): Family => ({
  name: `expressions ${name}`,
  share,
  wrong: (seed, { oracle, subjects }) => expressions.wrongWith(generate(seed, size), oracle, subjects)
})

const ofFunctions = (name: string, share: number, size: (typeof sizes)[keyof typeof sizes]): Family => ({
  name: `functions ${name}`,
  share,
  wrong: (seed, { oracle, subjects }) => functions.wrongWith(generateCase(seed, size), oracle, subjects)
})

export const families = {
  "cpu-wasm": [
    expression("short, of many shapes", 30, { limit: 2000, inputs: 3, steps: 10, least: 1 }),
    expression("long, of small arrays", 15, { limit: 400, inputs: 4, steps: 30, least: 1 }),
    expression("on arrays that threads share", 3, { limit: 400_000, inputs: 2, steps: 6, least: 50_000 }),
    ofFunctions("of small arrays", 45, sizes.small),
    ofFunctions("of arrays for tiles and threads", 7, sizes.large)
  ],
  webgpu: [
    expression("of many shapes", 30, { limit: 2000, inputs: 3, steps: 8, least: 1, plain: true }),
    ofFunctions("of small arrays", 70, sizes.gpu)
  ]
} satisfies { readonly [backend: string]: ReadonlyArray<Family> }
