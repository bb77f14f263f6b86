/**
 * `Effect.runSync`: on the CPU nothing has to be waited for, not even by large computations or at the end of the Layer.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import { Backend, Checks, grad, jit, NdArray, Numpy as np, pureCallback, ShapeDType } from "effax"
import * as Debug from "effax/Debug"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

type X = NdArray.Any

const layers = {
  reference: Reference.layer,
  "cpu-wasm on one thread": CpuWasm.layerWith({ threads: 1 }),
  "cpu-wasm on two threads": CpuWasm.layerWith({ threads: 2 }),
  "cpu-wasm with checks": Layer.provide(Checks.layerNonFinite, CpuWasm.layer)
}

describe.each(Object.entries(layers))("on %s", (name, layer) => {
  const run = <A, E>(effect: Effect.Effect<A, E, Backend.Backend>): A => Effect.runSync(Effect.provide(effect, layer))

  it("reading, in an eager graph and in a call", () => {
    expect(run(NdArray.toNested(np.add(np.array([1, 2]), 1.5)))).toEqual([2.5, 3.5])
    expect(run(NdArray.toNested(jit((x: X) => np.multiply(x, x))(np.array([3, 4]))))).toEqual([9, 16])
  })

  it("a training loop", () => {
    const step = jit((w: X) => np.subtract(w, np.multiply(grad((v: X) => np.sum(np.square(v)))(w), 0.25)))
    const end = run(Effect.gen(function*() {
      let w: X = np.array([4, -8])
      for (let i = 0; i < 10; i++) w = yield* step(w)
      return yield* NdArray.toNested(w)
    }))
    expect(end).toEqual([4 / 1024, -8 / 1024])
  })

  it("work that is worth threads, and long enough for others to have a turn", () => {
    const n = name === "reference" ? 40 : 400
    const sum = run(Effect.gen(function*() {
      let total = 0
      for (let i = 0; i < 5; i++) {
        total += yield* NdArray.toNumber(np.sum(np.matmul(np.full([n, n], i), np.ones([n, n]))))
      }
      return total
    }))
    expect(sum).toBe(10 * n ** 3)
  })

  it("compiling ahead of time", () => {
    const values = run(Effect.gen(function*() {
      const lowered = yield* jit((x: X) => np.negative(x)).lower(new ShapeDType([2], "float32"))
      const compiled = yield* lowered.compile()
      return yield* NdArray.toNested(compiled(np.array([1, 2])))
    }))
    expect(values).toEqual([-1, -2])
  })

  it("a Program whose module is large", () => {
    const n = name === "reference" ? 200 : 3000
    const last = run(Effect.suspend(() => {
      const parts = Array.from({ length: n }, (_, i) => np.sum(np.multiply(np.arange(3 + i % 7), i)))
      return NdArray.toNumber(parts.reduce((a, b) => np.add(a, b)))
    }))
    let expected = 0
    for (let i = 0; i < n; i++) {
      const m = 3 + i % 7
      expected += i * m * (m - 1) / 2
    }
    expect(Math.abs(last / expected - 1)).toBeLessThan(1e-5)
  })

  it("functions of the host", () => {
    const seen: Array<unknown> = []
    const twice = pureCallback(
      (x: Debug.HostValue) => x.toNumbers().map((value) => 2 * value),
      new ShapeDType([2], "float32"),
      { name: "twice" }
    )
    const f = jit((x: X) => Debug.callback(twice(x) as X, (value: unknown) => Effect.sync(() => void seen.push(value))))
    expect(run(NdArray.toNested(f(np.array([1, 2]))))).toEqual([2, 4])
    expect(seen.length).toBe(1)
  })

  it("memory that is short fails at once", () => {
    if (name !== "cpu-wasm on one thread") return
    const small = CpuWasm.layerWith({ threads: 1, memoryLimit: 1 << 20 })
    const error = Effect.runSync(
      Effect.provide(Effect.flip(NdArray.toTypedArray(np.add(np.ones([1 << 20]), 1))), small)
    )
    expect(error).toMatchObject({ _tag: "OutOfMemoryError" })
  })

  it("a runtime that is used both ways", async () => {
    const runtime = ManagedRuntime.make(layer)
    const x = runtime.runSync(np.add(np.array([1, 2]), 1))
    expect(await runtime.runPromise(NdArray.toNested(np.sum(np.matmul(np.ones([50, 50]), np.ones([50, 50])))))).toBe(
      125_000
    )
    expect(runtime.runSync(NdArray.toNested(x))).toEqual([2, 3])
    await runtime.dispose()
  })
})
