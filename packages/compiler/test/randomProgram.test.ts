import * as Compiler from "@effax/compiler/Compiler"
import { describe, expect, it } from "vitest"
import { specOf } from "../src/internal/kernels/index.ts"
import { randomProgram } from "./randomProgram.ts"
import { differences, randomInputs } from "./support.ts"

const tight = { maxInstructions: 24, maxBuffers: 8 }

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

  for (let seed = 1; seed <= 60; seed++) {
    it(`with control flow, seed ${seed}`, () => {
      const program = randomProgram(seed, 12, { controlFlow: true })
      expect(differences(program, randomInputs(program, seed), { tolerance: 4e-3 })).toEqual([])
    })
  }

  it("no kernel has more buffers than it may", () => {
    for (let seed = 100; seed < 400; seed++) {
      for (const kernel of Compiler.compile(randomProgram(seed, 60), tight).kernels) {
        const { reads, updates, writes } = specOf(kernel).accesses(kernel)
        expect(new Set([...reads, ...writes, ...updates]).size).toBeLessThanOrEqual(tight.maxBuffers)
      }
    }
  })
})
