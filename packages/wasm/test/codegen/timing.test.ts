import * as Compiler from "@effax/compiler/Compiler"
import * as PlanCost from "@effax/compiler/PlanCost"
import { describe, expect, it } from "@effect/vitest"
import { NdArray, Numpy as np, Program } from "effax"
import * as Effect from "effect/Effect"
import { generate } from "../../src/internal/codegen/module.ts"

describe("modules that keep time", () => {
  const f = (x: NdArray.Any) => np.sum(np.exp(np.matmul(x, x)))
  const plan = Compiler.compile(Effect.runSync(Program.trace(f, np.ones([64, 64]))))

  it("are others, valid, and say what they write down", () => {
    for (const threads of [true, false]) {
      const plain = generate(plan, { threads, relaxedSimd: false })
      const timed = generate(plan, { threads, relaxedSimd: false, profile: true })
      expect(plain.marks).toBeUndefined()
      expect(WebAssembly.validate(timed.bytes)).toBe(true)
      expect(timed.bytes.length).toBeGreaterThan(plain.bytes.length)
      const { marks, scratchPerThread } = timed
      expect(scratchPerThread).toBeGreaterThanOrEqual(marks!.offset + 16 * marks!.steps.length)
      expect(new Set(marks!.steps.map(({ name }) => name))).toEqual(new Set(plan.kernels.map(({ name }) => name)))
      // kernels of several steps count once
      const { bytesAccessed, flops, transcendentals } = PlanCost.ofPlan(plan)
      expect(transcendentals).toBe(64 * 64)
      expect(marks!.steps.reduce((sum, step) => sum + step.flops, 0)).toBe(flops + transcendentals)
      expect(marks!.steps.reduce((sum, step) => sum + step.bytes, 0)).toBe(bytesAccessed)
    }
  })
})
