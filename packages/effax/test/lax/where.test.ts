/**
 * Cases of `np.where` that are functions. What a gradient has to be is known: that of the case that is chosen.
 */
import { describe, expect, it } from "@effect/vitest"
import { type Backend, grad, jit, jvp, Lax, NdArray, Numpy as np, vmap } from "effax"
import { Effect } from "effect"
import { backends, expectTree, failure } from "../derivatives.ts"
import { equationsOf, programOf } from "./support.ts"

type X = NdArray.Any

const positive = (f: (x: X) => X, otherwise: (x: X) => X) => (x: X): X =>
  np.where(np.greater(x, 0), () => f(x), () => otherwise(x))

describe("where with cases that are functions", () => {
  it("of a scalar condition is a cond", () => {
    const f = (x: X) => np.where(np.greater(x, 0), () => np.ones([2, 1]), np.array([1n, 2n, 3n]))
    const program = programOf(f, 2)
    expect(equationsOf(program, "cond").length).toBe(1)
    expect(equationsOf(program, "select_n")).toEqual([])
    expect([f(np.array(2)).dtype, f(np.array(2)).shape]).toEqual(["float32", [2, 3]])
  })

  it("promotes and broadcasts as without", () => {
    const half = np.array([1, 2], { dtype: "bfloat16" })
    const c = np.array([[true], [false]])
    const [lazy, plain] = [np.where(c, () => half, () => 0.5), np.where(c, half, 0.5)]
    expect([lazy.dtype, lazy.shape]).toEqual([plain.dtype, plain.shape])
    expect(failure(() => np.where(np.array([true, false]), () => np.ones([3]) as X, 0))).toMatch(/^ShapeError: where: /)
    expect(failure(() => np.where(true, () => np.array([1n]), 0.5))).toMatch(/^DTypeError: where: /)
  })
})

describe.each(backends)("where with cases that are functions on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("keeps NaN and infinities of cases that are not chosen out of derivatives", () =>
    Effect.gen(function*() {
      const xs = np.array([0, -1, 4])
      const cases: ReadonlyArray<readonly [f: (x: X) => X, values: number, slope: number]> = [
        [(x) => np.sqrt(x), 2, 0.25],
        [(x) => np.log(x), Math.log(4), 0.25],
        [(x) => np.divide(x, x), 1, 0],
        [(x) => np.power(x, 0.5), 2, 0.25],
        [(x) => jit((x: X) => np.sqrt(x))(x), 2, 0.25]
      ]
      for (const [f, value, slope] of cases) {
        const g = positive(f, (x) => np.multiply(x, 3))
        yield* expectTree(g(xs), [0, -3, value])
        yield* expectTree(grad((x: X) => np.sum(g(x)))(xs), [3, 3, slope])
        yield* expectTree(jvp(g, [xs], [np.ones([3])])[1], [3, 3, slope])
        yield* expectTree(vmap(grad(g))(xs), [3, 3, slope])
        yield* expectTree(jit(vmap(grad(g)))(xs), [3, 3, slope])
        yield* expectTree([grad(g)(0), grad(g)(-1), grad(g)(4)], [3, 3, slope])
        // the other way around
        const h = (x: X): X => np.where(np.lessEqual(x, 0), np.multiply(x, 3), () => f(x))
        yield* expectTree(grad((x: X) => np.sum(h(x)))(xs), [3, 3, slope])
      }
    }) as never)

  test("of norms, of rows and of all", () =>
    Effect.gen(function*() {
      const rows = (x: X): X => {
        const squares = np.sum(np.square(x), { axis: 1 })
        return np.where(np.greater(squares, 0), () => np.sqrt(np.sum(np.square(x), { axis: 1 })), 0)
      }
      const xs = np.array([[0, 0], [3, 4]])
      yield* expectTree(rows(xs), [0, 5])
      yield* expectTree(grad((x: X) => np.sum(rows(x)))(xs), [[0, 0], [0.6, 0.8]])
      const norm = (x: X): X => np.where(np.any(x), () => np.sqrt(np.sum(np.square(x))), 0)
      yield* expectTree([grad(norm)(np.zeros([2])), grad(norm)(np.array([3, 4]))], [[0, 0], [0.6, 0.8]])
      yield* expectTree(vmap(grad(norm))(xs), [[0, 0], [0.6, 0.8]])
    }) as never)

  test("loses no derivative of elements that a case mixes", () =>
    Effect.gen(function*() {
      const xs = np.array([0, 0.5, -1])
      const mask = np.greater(xs, 0)
      const weights = np.array([1, 2, 3])
      // every element of these depends on all of x, chosen or not
      const mixing: ReadonlyArray<(x: X) => X> = [
        (x) => np.divide(np.exp(x), np.sum(np.exp(x))),
        (x) => np.multiply(np.cumsum(np.sin(x)), np.flip(x)),
        (x) => np.add(np.mean(x), x)
      ]
      for (const f of mixing) {
        const lazy = grad((x: X) => np.sum(np.multiply(weights, np.where(mask, () => f(x), () => np.square(f(x))))))
        const plain = grad((x: X) => np.sum(np.multiply(weights, np.where(mask, f(x), np.square(f(x))))))
        const [expected] = yield* Effect.all([NdArray.toNested(plain(xs))])
        yield* expectTree(lazy(xs), expected)
      }
    }) as never)

  test("of cases that are broadcast, and of numbers that they close over", () =>
    Effect.gen(function*() {
      const f = (x: X): X => np.where(np.array([[true, false, false], [true, true, false]]), () => np.sqrt(x), 0) as X
      yield* expectTree(grad((x: X) => np.sum(f(x)))(np.array([4, 1, 0])), [0.5, 0.5, 0])
      // d/dk x^k = x^k log x, for x that are positive
      const xs = np.array([0, -1, 4])
      const power = (k: X): X => np.sum(np.where(np.greater(xs, 0), () => np.power(xs, k), 0))
      yield* expectTree([power(np.array(0.5)), grad(power)(0.5)], [2, 2 * Math.log(4)])
      yield* expectTree(jvp(power, [0.5], [1])[1], 2 * Math.log(4))
    }) as never)

  test("runs the case that is chosen, and no other, of a scalar condition", () =>
    Effect.gen(function*() {
      const forever = (x: X): X => Lax.whileLoop((x) => np.lessEqual(x, x), (x) => x, x)
      const f = (x: X) => np.where(np.greater(x, 0), () => np.multiply(x, 2), () => forever(x))
      yield* expectTree([f(np.array(3)), np.where(true, 1, () => forever(np.array(1)))], [6, 1])
    }) as never)
})
