/**
 * Lifetimes that end with a block or a Scope, on every backend: what is freed, what stays, and what using it afterwards says.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { backends } from "./backends.ts"

const live = Effect.flatMap(Backend.Backend, ({ statistics }) => Effect.map(statistics, ({ arraysLive }) => arraysLive))

/** The message of using an array whose lifetime has ended. */
const gone = (x: NdArray.Any) =>
  np.sum(x).pipe(
    Effect.as("it has a value"),
    Effect.catchTag("DisposedArrayError", ({ message, reason }) => Effect.succeed(`${reason}: ${message}`))
  )

const ended = "NdArray.dispose, the end of a `using` block or of its Scope gave its memory back"

describe.each(backends)("on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  describe("`using`", () => {
    test("frees at the end of the block, and says so afterwards", () =>
      Effect.gen(function*() {
        let inside: number
        let kept: NdArray.Any
        {
          using y = yield* np.add(np.ones([256]), 1)
          expect(yield* NdArray.toScalar(np.sum(y))).toBe(512)
          kept = y
          inside = yield* live
        }
        expect(yield* live).toBe(inside - 1)
        expect(yield* gone(kept)).toBe(`dispose: f32[256] has no value any more: ${ended}`)
      }))

    test("frees when the block throws", () =>
      Effect.gen(function*() {
        let kept: NdArray.Any | undefined
        const program = Effect.gen(function*() {
          using y = yield* np.add(np.ones([256]), 1)
          kept = y
          throw new Error("no")
        })
        expect(Exit.isFailure(yield* Effect.exit(program))).toBe(true)
        expect(yield* gone(kept!)).toBe(`dispose: f32[256] has no value any more: ${ended}`)
      }))

    test("of a block that an Effect leaves by failing is never reached, but a Scope is closed", () =>
      Effect.gen(function*() {
        const kept: Array<NdArray.Any> = []
        const program = Effect.scoped(Effect.gen(function*() {
          using y = yield* np.add(np.ones([256]), 1)
          kept.push(y, yield* NdArray.evaluateScoped(np.add(np.ones([256]), 2)))
          return yield* Effect.fail("no")
        }))
        expect(yield* Effect.flip(program)).toBe("no")
        expect(yield* gone(kept[0]!)).toBe("it has a value")
        expect(yield* gone(kept[1]!)).toBe(`dispose: f32[256] has no value any more: ${ended}`)
      }))

    test("leaves what was computed from the array", () =>
      Effect.gen(function*() {
        let z: NdArray.Any
        {
          using y = yield* np.add(np.ones([3]), 1)
          z = yield* np.multiply(y, 2)
        }
        expect(yield* NdArray.toNested(z)).toEqual([4, 4, 4])
      }))

    test("frees the copy of host data, and an array that was not computed stays a description", () =>
      Effect.gen(function*() {
        const host = np.array([1, 2, 3])
        {
          using used = yield* host
          expect(yield* NdArray.toNested(np.add(used, 1))).toEqual([2, 3, 4])
        }
        expect(yield* gone(host)).toBe(`dispose: f32[3] has no value any more: ${ended}`)
        const described = np.add(np.ones([3]), 1)
        {
          using same = described
          expect(same.shape).toEqual([3])
        }
        expect(yield* NdArray.toNested(described)).toEqual([2, 2, 2])
      }))

    test("twice, or after dispose, is once", () =>
      Effect.gen(function*() {
        const x = yield* np.add(np.ones([256]), 1)
        const before = yield* live
        {
          using _one = x
          using _two = x
        }
        yield* NdArray.dispose(x)
        expect(yield* live).toBe(before - 1)
      }))

    test("of an array that a compiled function closed over ends the function, too", () =>
      Effect.gen(function*() {
        let f: (x: NdArray.Any) => NdArray.Any
        {
          using w = yield* np.add(np.ones([3]), 1)
          f = jit((x: NdArray.Any) => np.multiply(x, w))
          expect(yield* NdArray.toNested(f(np.ones([3])))).toEqual([2, 2, 2])
        }
        const error = yield* Effect.flip(f(np.ones([3])))
        expect(error._tag).toBe("DisposedArrayError")
      }))
  })

  describe("evaluateScoped", () => {
    test("frees a tree when the Scope closes", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const tree = { w: np.add(np.ones([128]), 1), b: [np.add(np.zeros([128]), 3)] }
        const model = yield* Scope.provide(NdArray.evaluateScoped(tree), scope)
        expect(model).toBe(tree)
        expect(yield* NdArray.toScalar(np.sum(model.w))).toBe(256)
        const inside = yield* live
        yield* Scope.close(scope, Exit.void)
        expect(yield* live).toBe(inside - 2)
        expect(yield* gone(model.b[0]!)).toBe(`dispose: f32[128] has no value any more: ${ended}`)
        expect(yield* gone(model.w)).toBe(`dispose: f32[128] has no value any more: ${ended}`)
      }))

    test("is what Effect.acquireDisposable does with one array", () =>
      Effect.gen(function*() {
        const y = yield* Effect.scoped(Effect.gen(function*() {
          const inner = yield* Effect.acquireDisposable(np.add(np.ones([3]), 1))
          expect(yield* NdArray.toNested(inner)).toEqual([2, 2, 2])
          return inner
        }))
        expect(yield* gone(y)).toBe(`dispose: f32[3] has no value any more: ${ended}`)
      }))

    test("fails as evaluate does, and leaves the Scope empty", () =>
      Effect.gen(function*() {
        const used = yield* np.add(np.ones([3]), 1)
        yield* NdArray.dispose(used)
        const error = yield* Effect.flip(Effect.scoped(NdArray.evaluateScoped([np.add(used, 1)])))
        expect(error._tag).toBe("DisposedArrayError")
      }))
  })
})
