/**
 * What checkpointed functions compute again is computed again, and takes less memory: the compiler does not undo it.
 */
import { compile } from "@effax/compiler/Compiler"
import { format } from "@effax/compiler/PlanPrinter"
import { describe, expect, it } from "@effect/vitest"
import { checkpoint, checkpointPolicies, Lax, NdArray, Numpy as np, Program, valueAndGrad } from "effax"
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
    // the derivative of tanh is made of its result, so that all of them are computed again
    expect(count(block, "tanh")).toBe(12)
    expect(count(recomputing, "tanh")).toBe(24)
    expect(count(checkpoint(block, { preventCse: false }) as Block, "tanh")).toBe(12)
    expect(count(checkpoint(block, { policy: checkpointPolicies.everythingSaveable }) as Block, "tanh")).toBe(12)
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
