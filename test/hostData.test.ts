/**
 * Arrays of host data have a copy on the device once they were used. It is freed like the memory of any other array.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import { Effect } from "effect"
import { backends } from "./backends.ts"

type X = NdArray.Any

const statistics = Effect.flatMap(Backend.Backend, (backend) => backend.statistics)
const live = Effect.map(statistics, ({ arraysLive, bytesLive }) => ({ arraysLive, bytesLive }))
const uses: { readonly [name: string]: (x: X) => Effect.Effect<unknown, unknown, Backend.Backend> } = {
  "evaluated by itself": (x) => Effect.asVoid(NdArray.evaluate(x)),
  read: (x) => NdArray.toTypedArray(x),
  "an operand": (x) => Effect.flatMap(np.add(x, 1), NdArray.dispose),
  "an argument": (x) => Effect.flatMap(jit((y: X) => np.add(y, 1))(x), NdArray.dispose)
}

describe.each(backends)("on $name", ({ layer }) => {
  describe.each(Object.entries(uses))("%s", (_, use) => {
    it.effect("NdArray.dispose frees the copy, and using the array afterwards is an error", () =>
      Effect.gen(function*() {
        const before = yield* live
        const x = np.array([1, 2, 3, 4])
        yield* use(x)
        expect((yield* live).arraysLive).toBe(before.arraysLive + 1)
        yield* NdArray.dispose({ x, other: 1 })
        expect(yield* live).toEqual(before)
        for (const again of Object.values(uses)) {
          expect(yield* Effect.flip(again(x))).toMatchObject({ _tag: "DisposedArrayError", reason: "dispose" })
        }
      }).pipe(Effect.provide(layer)))

    it.effect("the end of a scope frees the copy, and it is made again when the array is used again", () =>
      Effect.gen(function*() {
        const before = yield* live
        const x = np.array([1, 2, 3, 4])
        yield* NdArray.scoped(use(x))
        expect(yield* live).toEqual(before)
        yield* NdArray.scoped(use(x))
        expect(yield* live).toEqual(before)
        expect(yield* NdArray.toNested(x)).toEqual([1, 2, 3, 4])
      }).pipe(Effect.provide(layer)))

    it.effect("a scope that returns the array keeps the copy", () =>
      Effect.gen(function*() {
        const { arraysLive } = yield* live
        const x = np.array([1, 2, 3, 4])
        yield* NdArray.scoped(Effect.as(use(x), { x }))
        expect((yield* live).arraysLive).toBe(arraysLive + 1)
      }).pipe(Effect.provide(layer)))

    it.effect("a copy from before the scope stays", () =>
      Effect.gen(function*() {
        const x = yield* np.array([1, 2, 3, 4])
        const before = yield* live
        yield* NdArray.scoped(use(x))
        expect(yield* live).toEqual(before)
      }).pipe(Effect.provide(layer)))
  })

  it.effect("disposing of an array that has no memory yet leaves it as it is", () =>
    Effect.gen(function*() {
      const x = np.array([1, 2])
      const y = np.add(x, 1)
      yield* NdArray.dispose([x, y])
      expect(yield* NdArray.toNested(y)).toEqual([2, 3])
    }).pipe(Effect.provide(layer)))

  it.effect("host data that was donated is uploaded again", () =>
    Effect.gen(function*() {
      const x = np.array([1, 2])
      const consume = jit((y: X) => np.add(y, 1), { donateArgnums: 0 })
      expect(yield* NdArray.toNested(consume(x))).toEqual([2, 3])
      expect(yield* NdArray.toNested(consume(x))).toEqual([2, 3])
    }).pipe(Effect.provide(layer)))

  it.effect("numbers leave nothing behind, however they are used", () =>
    Effect.gen(function*() {
      const x = yield* np.add(np.ones([3]), 0)
      const f = jit((y: X, z: X) => np.add(y, z))
      const before = yield* live
      for (let i = 0; i < 3; i++) {
        yield* NdArray.dispose(yield* np.add(x, 7.25 + i))
        yield* NdArray.dispose(yield* f(x, np.asarray(8.25 + i)))
        yield* NdArray.dispose(yield* np.asarray(9.25 + i))
      }
      expect(yield* live).toEqual(before)
    }).pipe(Effect.provide(layer)))
})
