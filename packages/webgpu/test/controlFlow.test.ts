/**
 * Loops and branches on the GPU: right, whatever is in what, with the host in between or not.
 */
import { Reference } from "@effax/reference"
import * as AllClose from "@effax/testing/AllClose"
import { WebGpu } from "@effax/webgpu"
import { describe, expect, it, layer } from "@effect/vitest"
import { Backend } from "effax/Backend"
import type * as Debug from "effax/Debug"
import type { TypedArray } from "effax/DType"
import * as lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Random from "effax/Random"
import { grad, jit, pureCallback, ShapeDType, vmap } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { load } from "./swiftshader.ts"

load()

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => unknown

interface Case {
  readonly f: F
  readonly args: () => ReadonlyArray<Array_>
}

const random = (seed: number, ...shape: ReadonlyArray<number>): Array_ =>
  Random.normal(Random.key(seed), shape) as Array_

const int = (n: number): Array_ => np.array(n, { dtype: "int32" })

const n = 12

const half = (x: Array_): Array_ => np.add(np.multiply(x, 0.5), 1) as Array_

const cases: { readonly [name: string]: Case } = {
  "a scan with stacks": {
    f: (w, xs) =>
      lax.scan(
        (h: Array_, x: Array_) => {
          const next = np.tanh(np.add(np.matmul(h, w!), x))
          return [next, np.sum(next, { axis: 0 })] as const
        },
        np.zeros([n, n]) as Array_,
        xs!
      ),
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 5, n, n)]
  },
  "the same backwards, an even number of times": {
    f: (w, xs) =>
      lax.scan(
        (h: Array_, x: Array_) => [np.tanh(np.add(np.matmul(h, w!), x)), h] as const,
        np.ones([n, n]) as Array_,
        xs!,
        { reverse: true }
      ),
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 4, n, n)]
  },
  "a scan of no steps, and of one": {
    f: (xs) => {
      const step = (h: Array_, x: Array_) => [np.add(h, x), np.multiply(h, x)] as const
      const [none, one] = [np.reshape(xs!, [1, 3]), np.ones([0, 3]) as Array_]
      return [lax.scan(step, np.ones([3]) as Array_, none as Array_), lax.scan(step, np.ones([3]) as Array_, one)]
    },
    args: () => [random(3, 3)]
  },
  "slices and carries that share words": {
    f: (flags, bytes) =>
      lax.scan(
        (c: readonly [Array_, Array_], x: readonly [Array_, Array_]) => {
          const next = [np.logicalXor(c[0], x[0]), np.add(c[1], x[1])] as const
          return [next, next] as const
        },
        [np.zeros([3], { dtype: "bool" }), np.zeros([5], { dtype: "int8" })] as const,
        [flags!, bytes!] as const
      ),
    args: () => [
      np.less(random(4, 7, 3), 0),
      np.astype(np.multiply(random(5, 7, 5), 20), "int8") as Array_
    ]
  },
  "more steps than one digit of their numbers says": {
    f: (xs) => lax.scan((c: Array_, x: Array_) => [np.add(c, x), np.multiply(x, 2)] as const, int(0), xs!),
    args: () => [np.arange(5001, { dtype: "int32" }) as Array_]
  },
  "a scan in a scan": {
    f: (xs) =>
      lax.scan(
        (c: Array_, row: Array_) =>
          lax.scan(
            (s: Array_, y: Array_) => [np.multiply(np.add(s, y), 0.5), np.sin(np.add(s, y))] as const,
            c,
            row,
            { reverse: true }
          ),
        np.ones([7]) as Array_,
        xs!
      ),
    args: () => [random(6, 5, 6, 7)]
  },
  "a while loop": {
    f: (w) =>
      lax.whileLoop(
        ([i, x]: readonly [Array_, Array_]) => np.logicalAnd(np.less(i, 30), np.greater(np.max(np.abs(x)), 0.3)),
        ([i, x]: readonly [Array_, Array_]) => [np.add(i, 1), np.tanh(np.matmul(x, w!))],
        [int(0), np.eye(n) as Array_] as const
      ),
    args: () => [np.multiply(random(3, n, n), 0.2)]
  },
  "while loops of every small number of steps": {
    f: () =>
      Array.from({ length: 7 }, (_, steps) =>
        lax.whileLoop(
          ([i]: readonly [Array_, Array_]) => np.less(i, steps),
          ([i, x]: readonly [Array_, Array_]) => [np.add(i, 1), half(x)] as const,
          [int(0), np.ones([4]) as Array_] as const
        )),
    args: () => []
  },
  "branches in a scan": {
    f: (w, xs) =>
      lax.scan(
        (h: Array_, x: Array_) => {
          const next = lax.switch(
            x,
            [
              (h: Array_) => np.matmul(h, w!),
              (h: Array_) => np.add(h, 1),
              (h: Array_) => np.sin(np.matmul(w!, np.matmul(h, w!)))
            ],
            h
          )
          return [next, np.mean(next)] as const
        },
        np.eye(n) as Array_,
        xs!
      ),
    args: () => [np.multiply(random(5, n, n), 0.08), np.array([0, 2, 1, -4, 9, 1, 0], { dtype: "int32" })]
  },
  "while loops in branches, one of which is not taken": {
    f: (xs) =>
      lax.scan(
        (c: Array_, x: Array_) => {
          const until = (limit: number) => (y: Array_) =>
            lax.whileLoop((z: Array_) => np.less(np.max(z), limit), (z: Array_) => np.add(np.multiply(z, 2), 1), y)
          const next = lax.cond(np.greater(x, 0), until(50), (y: Array_) => np.multiply(y, -0.01), c)
          return [next, next] as const
        },
        np.ones([3]) as Array_,
        xs!
      ),
    args: () => [np.array([1, -1, -1, 1, 1, -1])]
  },
  "a branch and a scan in a while loop": {
    f: (x) =>
      lax.whileLoop(
        ([i]: readonly [Array_, Array_]) => np.less(i, 11),
        ([i, y]: readonly [Array_, Array_]) => {
          const even = np.equal(np.remainder(i, 2), 0)
          const next = lax.cond(even, (z: Array_) => np.add(z, 1), (z: Array_) => np.multiply(z, 0.9), y)
          const [sum] = lax.scan((s: Array_, z: Array_) => [np.add(s, z), null] as const, np.array(0) as Array_, next)
          return [np.add(i, 1), np.add(next, np.multiply(sum, 0.01))] as const
        },
        [int(0), x!] as const
      ),
    args: () => [random(8, 5)]
  },
  "rows of a carry that are overwritten where they are, and read before": {
    f: (x, w) =>
      lax.foriLoop(0, 9, (i: Array_, x: Array_) => {
        const row = lax.dynamicSlice(x, [lax.rem(np.multiply(i, 7), n), 0], [4, n])
        const other = lax.dynamicSlice(x, [i, 0], [2, n])
        const first = lax.dynamicUpdateSlice(x, np.tanh(np.matmul(row, w!)), [i, 0])
        return lax.dynamicUpdateSlice(first, np.add(other, np.sum(row)), [np.add(i, 2), 3])
      }, x!),
    args: () => [random(7, n, n), np.multiply(random(8, n, n), 0.1)]
  },
  "a vmapped while loop": {
    f: (xs) =>
      vmap((x: Array_) =>
        lax.whileLoop((y: Array_) => np.less(y, 100), (y: Array_) => np.add(np.multiply(y, 1.5), 1), x)
      )(xs!),
    args: () => [np.abs(random(9, 33)) as Array_]
  },
  "the gradient of a scan": {
    f: (w, xs) =>
      grad((w: Array_) => {
        const [h] = lax.scan(
          (h: Array_, x: Array_) => [np.tanh(np.add(np.matmul(h, w), x)), x] as const,
          np.zeros([n, n]) as Array_,
          xs!
        )
        return np.sum(np.multiply(h, h))
      })(w!),
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 3, n, n)]
  }
}

const flat = (results: unknown): ReadonlyArray<Array_> =>
  results === null
    ? []
    : NdArray.isNdArray(results)
    ? [results as Array_]
    : (results as ReadonlyArray<unknown>).flatMap(flat)

const values = ({ args, f }: Case) =>
  Effect.gen(function*() {
    const inputs: Array<Array_> = []
    for (const x of args()) inputs.push((yield* x) as Array_)
    const run = jit((...xs: Array<Array_>) => flat(f(...xs)))
    const results: Array<TypedArray> = []
    // again, so that code and memory that were used before give the same
    for (let i = 0; i < 2; i++) {
      for (const output of run(...inputs)) results.push(yield* NdArray.toTypedArray(output))
    }
    return results
  })

describe("loops and branches", () => {
  layer(WebGpu.layer)((it) => {
    for (const [name, example] of Object.entries(cases)) {
      it.effect(name, () =>
        Effect.gen(function*() {
          const found = yield* values(example)
          const expected = yield* Effect.provide(values(example), Reference.layer)
          expect(found.length).toBe(expected.length)
          found.forEach((x, i) => AllClose.assert(x, expected[i]!, { rtol: 1e-3, atol: 1e-4 }))
        }), 60_000)
    }
  })
})

describe("calls of the host", () => {
  const spied = () => {
    const seen: Array<number> = []
    const spy = pureCallback(
      (x: Debug.HostValue) => {
        const values = x.toNumbers()
        seen.push(values[0]!)
        return values.map((value) => value + 10)
      },
      new ShapeDType([3], "float32")
    ) as (x: Array_) => Array_
    return { seen, spy }
  }

  layer(WebGpu.layer)((it) => {
    it.effect("are made once for every step of a scan", () =>
      Effect.gen(function*() {
        const { seen, spy } = spied()
        const f = jit((x: Array_, ys: Array_) =>
          lax.scan((c: Array_, y: Array_) => [spy(np.add(c, y) as Array_), c] as const, x, ys)
        )
        const [last] = f((yield* np.zeros([3])) as Array_, (yield* np.array([1, 2, 3])) as Array_)
        expect(yield* NdArray.toNested(last)).toEqual([36, 36, 36])
        expect(seen).toEqual([1, 13, 26])
      }))

    it.effect("are made in the branch that is taken, and in no other", () =>
      Effect.gen(function*() {
        const { seen, spy } = spied()
        const f = jit((x: Array_) =>
          lax.cond(np.greater(np.sum(x), 0), (x: Array_) => spy(x), (x: Array_) => np.negative(x) as Array_, x)
        )
        expect(yield* NdArray.toNested(f((yield* np.array([1, 2, 3])) as Array_))).toEqual([11, 12, 13])
        expect(yield* NdArray.toNested(f((yield* np.array([-1, 0, 0])) as Array_))).toEqual([1, -0, -0])
        expect(seen).toEqual([1])
      }))

    it.effect("are made in every step of a while loop, and not after its end", () =>
      Effect.gen(function*() {
        const { seen, spy } = spied()
        const f = jit((x: Array_) => lax.whileLoop((x: Array_) => np.less(np.max(x), 35), spy, x))
        expect(yield* NdArray.toNested(f((yield* np.zeros([3])) as Array_))).toEqual([40, 40, 40])
        expect(seen).toEqual([0, 10, 20, 30])
      }))
  })
})

describe("interruption", () => {
  it.live("ends a loop that never would", () =>
    Effect.gen(function*() {
      const backend = yield* Backend
      const x = yield* np.ones([8])
      const forever = jit((x: Array_) =>
        lax.whileLoop((y: Array_) => np.greater(np.max(y), -1), (y: Array_) => half(y), x)
      )
      const before = yield* backend.statistics
      const fiber = yield* Effect.forkChild(forever(x) as Effect.Effect<unknown, unknown, Backend>)
      yield* Effect.sleep("500 millis")
      const start = performance.now()
      yield* Fiber.interrupt(fiber)
      expect(performance.now() - start).toBeLessThan(1000)
      expect((yield* backend.statistics).bytesLive).toBe(before.bytesLive)
      expect(yield* NdArray.toNested(half(np.ones([2]) as Array_))).toEqual([1.5, 1.5])
    }).pipe(Effect.provide(WebGpu.layer)), 60_000)
})
