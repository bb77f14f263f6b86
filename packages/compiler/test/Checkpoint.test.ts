/**
 * What checkpointed functions compute again is computed again, and takes less memory: the compiler does not undo it.
 */
import { compile } from "@effax/compiler/Compiler"
import type { Plan } from "@effax/compiler/Plan"
import { format } from "@effax/compiler/PlanPrinter"
import { describe, expect, it } from "@effect/vitest"
import { checkpoint, checkpointPolicies, grad, Lax, type NdArray, Numpy as np, Program, valueAndGrad } from "effax"
import { Effect } from "effect"

type X = NdArray.Any
type Block = (w: X, x: X) => X

const block: Block = (w, x) => {
  let y = x
  for (let i = 0; i < 6; i++) y = np.tanh(np.matmul(w, y))
  return y
}

const planOf = (f: Block, blocks: number) => {
  const model = (w: X, x: X) => {
    let y = x
    for (let i = 0; i < blocks; i++) y = f(w, y)
    return np.sum(y)
  }
  const w = np.ones([64, 64])
  return compile(Effect.runSync(Program.trace(valueAndGrad(model), w, w)))
}

const count = (f: Block, op: string): number => format(planOf(f, 2)).split(` = ${op} `).length - 1

const recomputing = checkpoint(block) as Block

describe("checkpoint", () => {
  it("is computed again, unless common subexpressions may be found", () => {
    // the derivative of tanh needs its result, so that all of them are computed again; the last one is fused into the sum
    // too
    expect(count(block, "tanh")).toBe(13)
    expect(count(recomputing, "tanh")).toBe(24)
    expect(count(checkpoint(block, { preventCse: false }) as Block, "tanh")).toBe(13)
    expect(count(checkpoint(block, { policy: checkpointPolicies.everythingSaveable }) as Block, "tanh")).toBe(13)
  })

  it("takes less memory", () => {
    const plain = planOf(block, 20).arena
    const matrix = 64 * 64 * 4
    // every layer's result is kept
    expect(plain).toBeGreaterThan(120 * matrix)
    // every block's argument is kept, and the results of the layers of the block that is being computed again
    expect(planOf(recomputing, 20).arena).toBeLessThan(60 * matrix)
  })
})

/** The most that a Plan has of temporaries at a time: its own, and those of one of the Plans in it. */
const temporaries = ({ arena, kernels }: Plan): number =>
  arena + Math.max(
    0,
    ...kernels.flatMap((kernel) =>
      kernel.kind === "while" ? [kernel.body] : kernel.kind === "case" ? kernel.branches : []
    ).map(temporaries)
  )

describe("whileLoop with maxSteps", () => {
  it("goes back in memory that grows with the logarithm of the bound", () => {
    const bytes = (maxSteps: number): number => {
      const f = (x: X) =>
        np.sum(Lax.whileLoop((c: X) => np.less(np.sum(c), 9), (c: X) => np.sin(np.multiply(c, x)), x, { maxSteps }))
      return temporaries(compile(Effect.runSync(Program.trace(grad(f), np.ones([1000])))))
    }
    const carry = 4000
    // each time the bound is 16 times as large there is one more level, of 16 carries and a few temporaries
    const [b16, b256, b4096, b65536] = [16, 256, 4096, 65_536].map(bytes) as [number, number, number, number]
    expect(b16).toBeLessThan(30 * carry)
    for (const [less, more] of [[b16, b256], [b256, b4096], [b4096, b65536]] as const) {
      expect(more - less).toBeGreaterThan(15 * carry)
      expect(more - less).toBeLessThan(25 * carry)
    }
    // all carries, as of a scan
    const scanned = (x: X) => np.sum(Lax.foriLoop(0, 4096, (_, c: X) => np.sin(np.multiply(c, x)), x))
    expect(temporaries(compile(Effect.runSync(Program.trace(grad(scanned), np.ones([1000])))))).toBeGreaterThan(
      4096 * carry
    )
  })
})

describe("optimization_barrier", () => {
  const contractions = (f: (x: X) => X) =>
    compile(Effect.runSync(Program.trace(f, np.ones([8, 8])))).kernels.filter(({ kind }) => kind === "contract").length

  it("hides that two values are equal, from each other too, and takes no kernel", () => {
    const square = (x: X) => np.matmul(x, x)
    const { optimizationBarrier } = Lax
    expect(contractions((x) => np.add(square(x), square(x)))).toBe(1)
    expect(contractions((x) => np.add(square(x), square(optimizationBarrier(x))))).toBe(2)
    expect(contractions((x) => np.add(square(optimizationBarrier(x)), square(optimizationBarrier(x))))).toBe(2)
    const through = compile(Effect.runSync(Program.trace((x: X) => np.sin(optimizationBarrier(x)), np.ones([8]))))
    expect(through.kernels.length).toBe(1)
  })
})
