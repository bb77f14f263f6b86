/**
 * Loops and branches on the CPU: right, the same bits with any number of threads, next to no time for a step, and an end
 * where a fiber interrupts.
 */
import * as Compiler from "@effax/compiler/Compiler"
import { Reference } from "@effax/reference"
import * as AllClose from "@effax/testing/AllClose"
import { CpuWasm } from "@effax/wasm"
import { describe, expect, it } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import type { TypedArray } from "effax/DType"
import * as lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Program from "effax/Program"
import * as Random from "effax/Random"
import { grad, jit, vmap } from "effax/Transform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import { generate } from "../src/internal/codegen/module.ts"

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => ReadonlyArray<Array_>

const random = (seed: number, ...shape: ReadonlyArray<number>): Array_ =>
  Random.normal(Random.key(seed), shape) as Array_

const int = (n: number): Array_ => np.array(n, { dtype: "int32" })

interface Case {
  readonly f: F
  readonly args: () => ReadonlyArray<Array_>
  /** Whether threads divide work inside of the loop. */
  readonly parallel: boolean
}

const n = 160

const cases: { readonly [name: string]: Case } = {
  "a scan whose steps are worth dividing": {
    f: (w, xs) => {
      const [h, hs] = lax.scan(
        (h: Array_, x: Array_) => {
          const next = np.tanh(np.add(np.matmul(h, w!), x))
          return [next, np.sum(next, { axis: 0 })] as const
        },
        np.zeros([n, n]) as Array_,
        xs!
      )
      return [h, hs]
    },
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 5, n, n)],
    parallel: true
  },
  "the same backwards, an even number of times": {
    f: (w, xs) =>
      lax.scan(
        (h: Array_, x: Array_) => [np.tanh(np.add(np.matmul(h, w!), x)), h] as const,
        np.ones([n, n]) as Array_,
        xs!,
        {
          reverse: true
        }
      ),
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 4, n, n)],
    parallel: true
  },
  "a while loop whose steps are worth dividing": {
    f: (w) =>
      lax.whileLoop(
        ([i, x]: readonly [Array_, Array_]) => np.logicalAnd(np.less(i, 8), np.greater(np.max(np.abs(x)), 0.3)),
        ([i, x]: readonly [Array_, Array_]) => [np.add(i, 1), np.tanh(np.matmul(x, w!))],
        [int(0), np.eye(n) as Array_] as const
      ),
    args: () => [np.multiply(random(3, n, n), 0.06)],
    parallel: true
  },
  "a while loop that takes no step": {
    f: (w) => [
      lax.whileLoop((x: Array_) => np.less(np.sum(x), -1e9), (x: Array_) => np.matmul(x, w!), w!)
    ],
    args: () => [random(4, n, n)],
    parallel: true
  },
  "branches in a scan, some of them worth dividing": {
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
    args: () => [np.multiply(random(5, n, n), 0.08), np.array([0, 2, 1, -4, 9, 1, 0], { dtype: "int32" })],
    parallel: true
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
    args: () => [random(6, 5, 6, 7)],
    parallel: false
  },
  "rows of a carry that are overwritten where they are, and read before": {
    f: (x, w) => [
      lax.foriLoop(0, 25, (i: Array_, x: Array_) => {
        const row = lax.dynamicSlice(x, [lax.rem(np.multiply(i, 7), n), 0], [32, n])
        const other = lax.dynamicSlice(x, [i, 0], [2, n])
        const first = lax.dynamicUpdateSlice(x, np.tanh(np.matmul(row, w!)), [i, 0])
        return lax.dynamicUpdateSlice(first, np.add(other, np.sum(row)), [np.add(i, 40), 3])
      }, x!)
    ],
    args: () => [random(7, n, n), np.multiply(random(8, n, n), 0.1)],
    parallel: true
  },
  "a vmapped while loop": {
    f: (xs) => [
      vmap((x: Array_) =>
        lax.whileLoop((y: Array_) => np.less(y, 100), (y: Array_) => np.add(np.multiply(y, 1.5), 1), x)
      )(
        xs!
      ) as Array_
    ],
    args: () => [np.abs(random(9, 33))],
    parallel: false
  },
  "the gradient of a scan": {
    f: (w, xs) => [
      grad((w: Array_) => {
        const [h] = lax.scan(
          (h: Array_, x: Array_) => [np.tanh(np.add(np.matmul(h, w), x)), x] as const,
          np.zeros([n, n]) as Array_,
          xs!
        )
        return np.sum(np.multiply(h, h))
      })(w!) as Array_
    ],
    args: () => [np.multiply(random(1, n, n), 0.1), random(2, 3, n, n)],
    parallel: true
  }
}

const flat = (results: unknown): ReadonlyArray<Array_> =>
  NdArray.isNdArray(results) ? [results as Array_] : (results as ReadonlyArray<unknown>).flatMap(flat)

const values = <E>({ args, f }: Case, layer: Layer.Layer<Backend, E>) =>
  Effect.gen(function*() {
    const inputs: Array<Array_> = []
    for (const x of args()) inputs.push((yield* x) as Array_)
    const outputs = flat(jit((...xs: Array<Array_>) => flat(f(...xs)))(...inputs))
    const results: Array<TypedArray> = []
    // Again, so that code and memory that were used before give the same
    for (const output of outputs) results.push(yield* NdArray.toTypedArray(output))
    return results
  }).pipe(Effect.provide(layer))

describe("loops and branches", () => {
  for (const [name, example] of Object.entries(cases)) {
    it.live(name, () =>
      Effect.gen(function*() {
        const program = yield* Program.trace((...xs: Array<Array_>) => flat(example.f(...xs)), ...example.args())
        expect(generate(Compiler.compile(program), { threads: true, relaxedSimd: false }).parallel).toBe(
          example.parallel
        )
        const one = yield* values(example, CpuWasm.layerWith({ threads: 1 }))
        const expected = yield* values(example, Reference.layer)
        one.forEach((x, i) => AllClose.assert(x, expected[i]!, { rtol: 1e-3, atol: 1e-4 }))
        for (const threads of [2, 3]) {
          const several = yield* values(example, CpuWasm.layerWith({ threads }))
          several.forEach((x, i) => AllClose.assertSameBits(x, one[i]!))
        }
      }), 60_000)
  }
})

describe("time", () => {
  it.live("a million steps take milliseconds", () =>
    Effect.gen(function*() {
      const loop = jit((x: Array_) =>
        lax.foriLoop(0, 1_000_000, (_: Array_, x: Array_) => np.add(np.multiply(x, 0.5), 1), x)
      )
      const x = yield* np.array(5)
      expect(yield* NdArray.toNested(loop(x))).toBe(2)
      const start = performance.now()
      expect(yield* NdArray.toNested(loop(x))).toBe(2)
      // 4 ns for a step, on a machine that does something else at the same time
      expect(performance.now() - start).toBeLessThan(200)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))

  it.live("an element is changed in time that does not depend on the array", () =>
    Effect.gen(function*() {
      const steps = 20_000
      const loop = jit((x: Array_) =>
        lax.foriLoop(
          0,
          steps,
          (i: Array_, x: Array_) =>
            lax.dynamicUpdateSlice(x, np.add(lax.dynamicSlice(x, [np.subtract(i, 1)], [1]), 1), [i]),
          x
        )
      )
      const x = yield* np.zeros([1_000_000])
      yield* NdArray.toTypedArray(loop(x))
      const start = performance.now()
      const values = yield* NdArray.toTypedArray(loop(x))
      // A copy of the array takes 200 us at least: 4 s
      expect(performance.now() - start).toBeLessThan(1000)
      expect([...values.slice(0, 3), values[steps - 1], values[steps]]).toEqual([1, 2, 3, steps, 0])
      expect((yield* NdArray.toTypedArray(x))[0]).toBe(0)
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 1 }))))
})

describe("interruption", () => {
  const endless = (body: (x: Array_) => Array_, x: () => Array_) =>
    Effect.gen(function*() {
      const start = yield* x()
      const forever = jit((x: Array_) => lax.whileLoop((x: Array_) => np.greater(np.sum(x), -1), body, x))
      const times: Array<number> = []
      for (let i = 0; i < 3; i++) {
        const fiber = yield* Effect.forkChild(NdArray.toTypedArray(forever(start) as Array_), {
          startImmediately: true
        })
        yield* Effect.sleep(20)
        const before = performance.now()
        yield* Fiber.interrupt(fiber)
        times.push(performance.now() - before)
      }
      expect(Math.min(...times)).toBeLessThan(100)
      // The backend is as it was
      expect(yield* NdArray.toNested(np.add(np.array([1, 2]), 1))).toEqual([2, 3])
    }).pipe(Effect.provide(CpuWasm.layerWith({ threads: 2 })))

  it.live("ends a loop of small steps", () => endless((x) => np.abs(np.add(x, 1)), () => np.array(1)))

  it.live("ends a loop of steps that are divided", () =>
    endless((x) => np.abs(np.tanh(np.matmul(x, x))), () => np.eye(n) as Array_))

  it.live("ends a loop in a loop", () =>
    endless(
      (x) => lax.whileLoop((y: Array_) => np.greater(y, -1), (y: Array_) => np.abs(np.add(y, x)), x),
      () => np.array(1)
    ))
})
