import type { Kernel, Plan } from "@effax/compiler/Plan"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import { Lax as lax, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { plan } from "./support.ts"

const loop = plan((x, y) => lax.add(lax.sin(x!), y!), [np.zeros([4, 6]), np.zeros([4, 6])])
const chain = plan((x) => {
  const y = np.exp(x!)
  return np.matmul(np.transpose(y), np.matmul(y, y))
}, [np.zeros([6, 6])])
const gather = plan((x, i) => np.take(x!, i!, { mode: "clip" }), [np.zeros([5]), np.zeros([3], { dtype: "int32" })])

/** The Plan with one kernel changed. */
const changed = (plan: Plan, at: number, change: (kernel: never) => Partial<Kernel> | object): Plan => ({
  ...plan,
  kernels: plan.kernels.map((k, i) => i === at ? { ...k, ...change(k as never) } as Kernel : k)
})

describe("PlanVerifier", () => {
  it("finds nothing wrong with what the compiler makes", () => {
    expect([loop, chain, gather].flatMap(PlanVerifier.problems)).toEqual([])
  })

  const broken: ReadonlyArray<readonly [name: string, plan: Plan, problem: RegExp]> = [
    ["an index out of bounds", changed(loop, 0, () => ({ space: [25] })), /reaches 0\.\.24 of 24 elements/],
    [
      "a value used before it is computed",
      changed(loop, 0, (k: { body: ReadonlyArray<object> }) => ({ body: k.body.toReversed() })),
      /before it is computed/
    ],
    [
      "a dtype that lanes do not have",
      changed(
        loop,
        0,
        (k: { body: ReadonlyArray<object> }) => ({ body: k.body.map((i) => ({ ...i, dtype: "float16" })) })
      ),
      /loads float16 of float32|computes on float16/
    ],
    [
      "a place written twice",
      changed(loop, 0, (k: { stores: ReadonlyArray<{ index: object }> }) => ({
        stores: k.stores.map((s) => ({ ...s, index: { offset: 0, strides: [0] } }))
      })),
      /writes an element twice/
    ],
    [
      "a result that is not filled",
      changed(loop, 0, () => ({ space: [12] })),
      /output 0 is not filled/
    ],
    [
      "in place at another point's position",
      changed(loop, 0, (k: { body: ReadonlyArray<{ op: string }>; stores: ReadonlyArray<{ buffer: number }> }) => ({
        body: k.body.map((i) =>
          i.op === "load" ? { ...i, buffer: k.stores[0]!.buffer, index: { offset: 23, strides: [-1] } } : i
        )
      })),
      /stores over what another point loads/
    ],
    ["a missing barrier", changed(chain, 1, () => ({ barrier: false })), /needs a barrier after kernel 0/],
    ["kernels in the wrong order", { ...chain, kernels: chain.kernels.toReversed() }, /before it is filled/],
    [
      "temporaries that overlap while they live",
      {
        ...chain,
        buffers: chain.buffers.map((b) =>
          b.location._tag === "Temporary" ? { ...b, location: { _tag: "Temporary", offset: 0 } as const } : b
        )
      },
      /overlap|before it is filled/
    ],
    ["an arena that is too small", { ...chain, arena: 64 }, /of an arena of 64/],
    [
      "a computed position that may be outside",
      changed(gather, 0, (k: { body: ReadonlyArray<{ op: string }> }) => ({
        body: k.body.map((i) => i.op === "min" ? { ...i, op: "max" } : i)
      })),
      /may reach .* of 5 elements/
    ]
  ]
  for (const [name, wrong, problem] of broken) {
    it(`finds ${name}`, () => {
      expect(PlanVerifier.problems(wrong).join("\n")).toMatch(problem)
      expect(() => PlanVerifier.verify(wrong)).toThrow(expect.objectContaining({ _tag: "VerificationError" }))
    })
  }
})
