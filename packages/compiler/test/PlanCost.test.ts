import * as Compiler from "@effax/compiler/Compiler"
import * as PlanCost from "@effax/compiler/PlanCost"
import { describe, expect, it } from "@effect/vitest"
import { Debug, Lax, NdArray, Nn, Numpy as np, Program, pureCallback, ShapeDType } from "effax"
import * as Effect from "effect/Effect"

type X = NdArray.Any

/** Of all kernels together. */
const costs = (f: (...xs: ReadonlyArray<X>) => X, ...xs: ReadonlyArray<X>) =>
  PlanCost.ofPlan(
    Compiler.compile(
      Effect.runSync(Program.trace(f as (...args: ReadonlyArray<never>) => unknown, ...xs as ReadonlyArray<never>))
    )
  )

describe("costs of kernels", () => {
  it("are those of arithmetic on elements", () => {
    expect(costs((x, y) => np.add(np.multiply(x!, y!), x!), np.ones([10]), np.ones([10]))).toEqual({
      transcendentals: 0,
      flops: 20,
      bytesAccessed: 120
    })
    // a broadcast operand is read once
    expect(costs((x, y) => np.add(x!, y!), np.ones([10, 4]), np.ones([4]))).toEqual({
      transcendentals: 0,
      flops: 40,
      bytesAccessed: 4 * (40 + 4 + 40)
    })
    // data that is only moved is no arithmetic
    expect(costs((x) => np.transpose(x!), np.ones([3, 5]))).toEqual({
      transcendentals: 0,
      flops: 0,
      bytesAccessed: 120
    })
  })

  it("are a product and a sum for each step of a contraction", () => {
    expect(costs((x, y) => np.matmul(x!, y!), np.ones([7, 11]), np.ones([11, 13]))).toEqual({
      transcendentals: 0,
      flops: 2 * 7 * 11 * 13,
      bytesAccessed: 4 * (7 * 11 + 11 * 13 + 7 * 13)
    })
    expect(costs((x, w) => Nn.conv(x!, w!), np.ones([2, 3, 8, 8]), np.ones([4, 3, 3, 3])).flops)
      .toBe(2 * 2 * 4 * 8 * 8 * 3 * 3 * 3)
  })

  it("are a sum for each element of a reduction", () => {
    expect(costs((x) => np.sum(x!), np.ones([100]))).toEqual({ transcendentals: 0, flops: 100, bytesAccessed: 404 })
    expect(costs((x) => np.cumsum(x!), np.ones([100])).flops).toBe(100)
  })

  it("are those of all steps of a loop, and of the largest branch", () => {
    const scan = (x: X) => Lax.scan((c: X, s: X) => [np.add(np.multiply(c, 3), s), c] as const, np.array(0), x)[1]
    expect(costs((x) => scan(x!), np.ones([50])).flops).toBe(100)
    const branch = (p: X, x: X) => Lax.cond(p, (y: X) => np.sin(y), (y: X) => np.add(np.sin(np.cos(y)), 1), x)
    expect(costs((p, x) => branch(p!, x!), np.array(true), np.ones([10]))).toEqual({
      flops: 10,
      transcendentals: 20,
      // operand and result of the branch, and the condition as a bool and as an int32
      bytesAccessed: 85
    })
  })

  it("are nothing for what calls the host", () => {
    expect(
      costs(
        (x) => pureCallback((_: Debug.HostValue) => new Float32Array(4), new ShapeDType([4], "float32"))(x!),
        np.ones([4])
      )
    )
      .toEqual({
        flops: 0,
        transcendentals: 0,
        bytesAccessed: 32
      })
  })
})
