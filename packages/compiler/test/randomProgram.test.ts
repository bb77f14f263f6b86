import { describe, expect, it } from "vitest"
import { randomProgram } from "./randomProgram.ts"
import { differences, randomInputs } from "./support.ts"

const tight = { maxInstructions: 24, maxBuffers: 6 }

describe("random programs", () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`seed ${seed}`, () => {
      const program = randomProgram(seed, 5 + (seed % 5) * 12)
      const inputs = randomInputs(program, seed)
      expect(differences(program, inputs, { tolerance: 4e-3 })).toEqual([])
      // Kernels are cut elsewhere, and still it is the same
      expect(differences(program, inputs, { ...tight, tolerance: 4e-3 })).toEqual([])
    })
  }
})
