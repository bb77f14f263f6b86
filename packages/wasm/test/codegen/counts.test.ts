import * as Compiler from "@effax/compiler/Compiler"
import { describe, expect, it } from "@effect/vitest"
import { Lax, NdArray, Nn, Numpy as np, Program } from "effax"
import * as Effect from "effect/Effect"
import { countsOf } from "../../src/internal/codegen/counts.ts"
import { generate } from "../../src/internal/codegen/module.ts"

type X = NdArray.Any

const planOf = (f: (...xs: ReadonlyArray<X>) => X, ...xs: ReadonlyArray<X>) =>
  Compiler.compile(
    Effect.runSync(Program.trace(f as (...args: ReadonlyArray<never>) => unknown, ...xs as ReadonlyArray<never>))
  )

/** Of all kernels together. */
const counts = (f: (...xs: ReadonlyArray<X>) => X, ...xs: ReadonlyArray<X>) => {
  const plan = planOf(f, ...xs)
  return plan.kernels.map((kernel) => countsOf(plan, kernel)).reduce(
    (a, b) => ({ flops: a.flops + b.flops, bytes: a.bytes + b.bytes }),
    { flops: 0, bytes: 0 }
  )
}

describe("counts", () => {
  it("are those of arithmetic on elements", () => {
    expect(counts((x, y) => np.add(np.multiply(x!, y!), x!), np.ones([10]), np.ones([10]))).toEqual({
      flops: 20,
      bytes: 120
    })
    // a broadcast operand is read once
    expect(counts((x, y) => np.add(x!, y!), np.ones([10, 4]), np.ones([4]))).toEqual({
      flops: 40,
      bytes: 4 * (40 + 4 + 40)
    })
    // data that is only moved is no arithmetic
    expect(counts((x) => np.transpose(x!), np.ones([3, 5]))).toEqual({ flops: 0, bytes: 120 })
  })

  it("are a product and a sum for each step of a contraction", () => {
    expect(counts((x, y) => np.matmul(x!, y!), np.ones([7, 11]), np.ones([11, 13]))).toEqual({
      flops: 2 * 7 * 11 * 13,
      bytes: 4 * (7 * 11 + 11 * 13 + 7 * 13)
    })
    expect(counts((x, w) => Nn.conv(x!, w!), np.ones([2, 3, 8, 8]), np.ones([4, 3, 3, 3])).flops)
      .toBe(2 * 2 * 4 * 8 * 8 * 3 * 3 * 3)
  })

  it("are a sum for each element of a reduction", () => {
    expect(counts((x) => np.sum(x!), np.ones([100]))).toEqual({ flops: 100, bytes: 404 })
    expect(counts((x) => np.cumsum(x!), np.ones([100])).flops).toBe(100)
  })

  it("are those of all steps of a loop, and of the largest branch", () => {
    const scan = (x: X) => Lax.scan((c: X, s: X) => [np.add(np.multiply(c, 3), s), c] as const, np.array(0), x)[1]
    expect(counts((x) => scan(x!), np.ones([50])).flops).toBe(100)
    const branch = (p: X, x: X) => Lax.cond(p, (y: X) => np.sin(y), (y: X) => np.add(np.sin(np.cos(y)), 1), x)
    expect(counts((p, x) => branch(p!, x!), np.array(true), np.ones([10])).flops).toBe(30)
  })
})

describe("modules that keep time", () => {
  const plan = planOf((x) => np.sum(np.matmul(x!, x!)), np.ones([64, 64]))

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
      expect(marks!.steps.reduce((sum, { flops }) => sum + flops, 0)).toBe(
        plan.kernels.reduce((sum, kernel) => sum + countsOf(plan, kernel).flops, 0)
      )
    }
  })
})
