/**
 * The ownership of device memory, and when it is freed.
 */
import { assert } from "@effect/vitest"
import { Backend } from "effax/Backend"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit } from "effax/Transform"
import * as Effect from "effect/Effect"
import { assertArray } from "../../AllClose.ts"
import type { Suite } from "./suite.ts"

const statistics = Effect.flatMap(Backend, (backend) => backend.statistics)

const data = (n: number, value = 1): NdArray.Any => NdArray.fromTypedArray(new Float32Array(n).fill(value))

const disposed = (array: NdArray.Any) =>
  Effect.map(Effect.flip(NdArray.toTypedArray(array)), (error) => {
    assert(error._tag === "DisposedArrayError", `expected a DisposedArrayError, got ${error._tag}`)
    return error.reason
  })

export const memorySuite: Suite = ({ fresh, test }) => {
  test("counts the bytes of arrays, and gives them back when they are disposed", () =>
    Effect.gen(function*() {
      const before = yield* statistics
      const x = yield* np.add(data(1000), 1)
      const during = yield* statistics
      assert.isAtLeast(during.bytesLive - before.bytesLive, 4000)
      yield* NdArray.dispose(x)
      const after = yield* statistics
      assert.isAtLeast(during.bytesLive - after.bytesLive, 4000)
      assert.strictEqual(yield* disposed(x), "dispose")
    }).pipe(Effect.provide(fresh)))

  test("frees at the end of a scope all but what the scope returns", () =>
    Effect.gen(function*() {
      const outer = yield* np.add(np.ones([10]), 1)
      const before = yield* statistics
      let inner: NdArray.Any | undefined
      const kept = yield* NdArray.scoped(Effect.gen(function*() {
        inner = yield* np.multiply(outer, 2)
        yield* Effect.asVoid(np.multiply(outer, 3))
        return { sum: [yield* np.add(inner, outer)] }
      }))
      const after = yield* statistics
      assert.strictEqual(after.arraysLive - before.arraysLive, 1)
      yield* assertArray(kept.sum[0]!, new Float32Array(10).fill(6))
      yield* assertArray(outer, new Float32Array(10).fill(2))
      assert.strictEqual(yield* disposed(inner!), "scope")
    }).pipe(Effect.provide(fresh)))

  test("takes no more memory for a thousand scoped steps than for one", () =>
    Effect.gen(function*() {
      const step = jit((x: NdArray.Any) => np.add(np.multiply(x, 0.5), 1))
      let x: NdArray.Any = yield* step(data(256))
      const before = yield* statistics
      for (let i = 0; i < 1000; i++) {
        const last = x
        x = yield* NdArray.scoped(step(last))
        yield* NdArray.dispose(last)
      }
      const after = yield* statistics
      assert.isAtMost(after.bytesLive, before.bytesLive)
      yield* assertArray(x, new Float32Array(256).fill(2))
    }).pipe(Effect.provide(fresh)))

  test("takes donated arrays away", () =>
    Effect.gen(function*() {
      const step = jit((x: NdArray.Any, y: NdArray.Any) => np.add(x, y), { donateArgnums: 0 })
      const [x, y] = [yield* np.add(data(100), 1), yield* np.add(data(100), 2)]
      const before = yield* statistics
      const z = yield* step(x, y)
      const after = yield* statistics
      assert.isAtMost(after.arraysLive, before.arraysLive)
      assert.isAtMost(after.bytesLive, before.bytesLive)
      assert.strictEqual(yield* disposed(x), "donation")
      yield* assertArray(z, new Float32Array(100).fill(5))
      yield* assertArray(y, new Float32Array(100).fill(3))
    }).pipe(Effect.provide(fresh)))

  test("fails when memory runs out, says how much was asked for, and goes on", () =>
    Effect.gen(function*() {
      const { capabilities } = yield* Backend
      const x = yield* np.add(data(10), 1)
      const before = yield* statistics
      const rows = Math.floor(capabilities.memoryLimit / 4 / 1024) + 1
      const error = yield* Effect.flip(
        np.zeros([rows, 1024]) as Effect.Effect<unknown, { readonly _tag: string }, Backend>
      )
      assert.strictEqual(error._tag, "OutOfMemoryError")
      const { limit, requested } = error as unknown as { readonly limit: number; readonly requested: number }
      assert.isAtLeast(requested, rows * 4096)
      assert.strictEqual(limit, capabilities.memoryLimit)
      // a backend that collects first may have freed more than it had to
      const after = yield* statistics
      assert.isAtMost(after.bytesLive, before.bytesLive)
      yield* assertArray(np.add(x, 1), new Float32Array(10).fill(3))
    }).pipe(Effect.provide(fresh)))

  test("gives every result memory of its own", () =>
    Effect.gen(function*() {
      const f = jit((x: NdArray.Any) => {
        const y = np.negative(x)
        return [x, y, y] as const
      })
      const x = yield* np.add(data(4), 1)
      const [same, y, again] = yield* NdArray.evaluate(f(x))
      yield* NdArray.dispose([x, y])
      yield* assertArray(same, [2, 2, 2, 2])
      yield* assertArray(again, [-2, -2, -2, -2])
    }).pipe(Effect.provide(fresh)))

  test("refuses arrays of another backend and of a closed one", () =>
    Effect.gen(function*() {
      const foreign = yield* Effect.provide(np.add(data(4), 1), fresh)
      const error = yield* Effect.flip(NdArray.toTypedArray(np.add(foreign, 1)))
      assert.strictEqual(error._tag, "ForeignArrayError")
    }))
}
