import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { describe, expect, it, layer } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np, Keys, Random } from "effax"
import { Effect } from "effect"
const work = Effect.gen(function*() {
  const k = yield* Keys.next
  const x = Random.uniform(k, [4])
  return yield* NdArray.toNested(np.multiply(x, 2))
})
for (const [name, l] of [["wasm", CpuWasm.layer], ["reference", Reference.layer]] as const) {
  layer(l)(name, (it) => {
    it.effect("works", () => Effect.gen(function*() {
      const a = yield* work.pipe(Effect.provide(Keys.layer(3)))
      const b = yield* work.pipe(Effect.provide(Keys.layer(3)))
      expect(a).toEqual(b)
      expect(a.length).toBe(4)
    }))
    it.effect("arrays in toEqual", () => Effect.gen(function*() {
      const a = yield* np.add(np.ones([2]), 1)
      expect([a]).toEqual([a])
      expect({ a }).not.toEqual({ a: np.zeros([3]) })
    }))
  })
}
describe("plain", () => {
  it("statistics", async () => {
    const s = await Effect.runPromise(Effect.flatMap(Backend.Backend, (b) => b.statistics).pipe(Effect.provide(CpuWasm.layer)))
    expect(s.arraysLive).toBe(0)
  })
  it.effect("wrong backend", () => Effect.gen(function*() {
    const x = yield* np.ones([3]).pipe(Effect.provide(Reference.layer))
    const e = yield* Effect.flip(NdArray.toNested(np.add(x, 1)).pipe(Effect.provide(CpuWasm.layer)))
    expect(e._tag).toBe("DisposedArrayError")
    expect(e.message).toBe("")
  }))
  void jit
})
