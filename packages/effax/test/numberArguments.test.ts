/**
 * A JavaScript number that is the argument of a traced function counts as an integer where only integers do, as it does where
 * it is written in the function.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { checkpoint, evalShape, grad, jit, Lax, NdArray, Numpy as np, Random, valueAndGrad, vmap } from "effax"
import * as Effect from "effect/Effect"

type X = NdArray.Any

const read = (x: unknown): unknown => Effect.runSync(Effect.provide(NdArray.toNested(x as X), Reference.layer))
/** The dtype and the values. */
const told = (x: unknown): unknown => [(x as X).dtype, read(x)]

const ints = np.array([10n, 20n, 30n], { dtype: "int32" })
const floats = np.array([10, 20, 30])

describe("an argument that is a number", () => {
  it("is a bound of a loop", () => {
    const steps = jit((n: X) => Lax.foriLoop(0, n, (_, count) => np.add(count, 1), 0))
    expect(read(steps(1000))).toBe(1000)
    expect(read(steps(0))).toBe(0)
    expect(read(steps(-3))).toBe(0)
    const sum = jit((from: X, to: X) => Lax.foriLoop(from, to, (i, sum) => np.add(sum, i) as X, 0))
    expect(told(sum(3, 6))).toEqual(["int32", 12])
    expect(sum.traces.length).toBe(1)
  })

  it("is a position", () => {
    const calls: ReadonlyArray<readonly [f: (n: X) => X, expected: unknown]> = [
      [(n) => np.take(floats, n), 20],
      [(n) => np.index(floats, [n]), 20],
      [(n) => np.at(floats, [n]).set(0), [10, 0, 30]],
      [(n) => Lax.dynamicSlice(floats, [n], [2]) as X, [20, 30]],
      [(n) => Lax.dynamicUpdateSlice(floats, np.zeros([2]), [n]) as X, [10, 0, 0]],
      [(n) => Lax.switch(n, [() => np.array(5), () => np.array(6)]) as X, 6]
    ]
    for (const [f, expected] of calls) expect(read(jit(f)(1))).toEqual(expected)
    expect(read(jit((n: X) => np.take(floats, n))(-1))).toBe(30)
  })

  it("is a seed, a bound of random integers and a number to fold in", () => {
    const key = Random.key(0)
    expect(read(jit((n: X) => Random.key(n))(7))).toEqual(read(Random.key(7)))
    expect(read(jit((n: X) => Random.foldIn(key, n))(7))).toEqual(read(Random.foldIn(key, 7)))
    expect(read(jit((n: X) => Random.randint(key, [4], 0, n))(100))).toEqual(read(Random.randint(key, [4], 0, 100)))
  })

  it("counts as an integer beside integer arrays, and as nothing else beside other ones", () => {
    const times = jit((x: X, n: X) => np.multiply(x, n))
    expect(told(times(ints, 2))).toEqual(["int32", [20, 40, 60]])
    expect(told(times(np.array([1], { dtype: "uint8" }), 2))).toEqual(["uint8", [2]])
    expect(told(times(floats, 2))).toEqual(["float32", [20, 40, 60]])
    expect(told(times(floats, 2.5))).toEqual(["float32", [25, 50, 75]])
    expect(told(times(np.array([1], { dtype: "bfloat16" }), 2))).toEqual(["bfloat16", [2]])
    expect(told(times(np.array([true]), 2))).toEqual(["float32", [2]])
    // an array made of a number has a dtype, which does not depend on its value
    expect(told(times(ints, np.array(2)))).toEqual(["float32", [20, 40, 60]])
    expect(told(times(ints, np.array(2.5)))).toEqual(["float32", [25, 50, 75]])
  })

  it("gives results of one dtype, whether it is whole or not", () => {
    const half = jit((x: X) => np.divide(x, 2))
    expect(told(half(3))).toEqual(["float32", 1.5])
    expect(told(half(3.5))).toEqual(["float32", 1.75])
    expect(told(half(-0))).toEqual(["float32", -0])
    expect(told(half(NaN))).toEqual(["float32", NaN])
    expect(told(half(2 ** 32))).toEqual(["float32", 2 ** 31])
    expect(half.traces.length).toBe(1)
  })

  it("is refused where only an integer will do, if it is none, as it is without jit", () => {
    const times = jit((x: X, n: X) => np.multiply(x, n))
    void times(ints, 2)
    expect(() => times(ints, 2.5)).toThrow(
      "multiply: the argument 2.5 is used as an integer (a bound, a position, or beside an integer array), so that it must " +
        "be whole; convert the array beside it with `np.astype(x, \"float32\")`"
    )
    expect(() => np.multiply(ints, 2.5)).toThrow("the number 2.5 does not fit an array of int32")
    const take = jit((n: X) => np.take(floats, n))
    for (const n of [0.5, NaN, Infinity]) expect(() => take(n)).toThrow(`take: the argument ${n} is used as an integer`)
    expect(() => take(2 ** 24 + 1)).toThrow(
      "take: the argument 16777217 is used as an integer, but numbers as arguments are float32, which rounds it; give it as " +
        "`np.array(16777217n, { dtype: \"int32\" })`"
    )
    expect(() => take(2 ** 31)).toThrow("give it as `np.array(2147483648n, { dtype: \"int64\" })`")
    expect(() => jit((n: X) => Lax.foriLoop(0, n, (_, c) => c, 0))(np.array(3))).toThrow(
      "must be an integer scalar, got f32[]"
    )
  })

  it("is compared with integers as what it is", () => {
    const less = jit((x: X, n: X) => np.less(x, n))
    expect(read(less(ints, 20))).toEqual([true, false, false])
    expect(read(less(ints, 20.5))).toEqual([true, true, false])
    expect(read(less(ints, 10))).toEqual([false, false, false])
    expect(read(less(ints, Infinity))).toEqual([true, true, true])
    // one trace for whole numbers, one for others
    expect(less.traces.map(({ reasons }) => reasons)).toEqual([
      [],
      ["argument 1 is a number with a fraction and not a whole number"]
    ])
    const wide = np.array([2n ** 24n, 2n ** 24n + 1n], { dtype: "int32" })
    expect(read(jit((n: X) => np.less(wide, n))(2 ** 24 + 2))).toEqual([true, true])
    expect(read(jit((n: X) => np.equal(wide, n))(2 ** 24))).toEqual([true, false])
    expect(read(jit((n: X) => np.less(np.array([255], { dtype: "uint8" }), n))(300))).toEqual([true])
  })

  it("stays the number that it is in functions that are traced within", () => {
    const count = (n: X): X => Lax.foriLoop(0, n, (_, c) => np.add(c, 1), 0)
    const inner = jit(count)
    const outer = jit((n: X) => inner(n))
    expect(read(outer(5))).toBe(5)
    expect(read(outer(6))).toBe(6)
    expect(() => outer(5.5)).toThrow("the argument 5.5 is used as an integer")
    // the inner trace is found again, and still says that it is for integers
    const other = jit((n: X) => inner(n))
    expect(read(other(5))).toBe(5)
    expect(() => other(5.5)).toThrow("is used as an integer")
    expect(read(jit((p: X, n: X) => Lax.cond(p, count, (n) => np.multiply(n, 0.5), n))(true, 4))).toBe(4)
    expect(read(jit((p: X, n: X) => Lax.cond(p, count, (n) => np.multiply(n, 0.5), n))(false, 4))).toBe(2)
    expect(read(vmap((x: X, n: X) => np.add(x, count(n)), { inAxes: [0, null] })(floats, 2))).toEqual([12, 22, 32])
    expect(evalShape((n: X) => np.take(ints, n), 1).dtype).toBe("int32")
  })

  it("is a float where derivatives are taken with respect to it", () => {
    const f = (x: X): X => np.sum(np.multiply(x, np.arange(4)))
    expect(told(grad(f)(3))).toEqual(["float32", 6])
    expect(told(jit(grad(f))(3))).toEqual(["float32", 6])
    expect(told(grad(checkpoint(f))(3))).toEqual(["float32", 6])
    expect(told(grad((x: X) => jit(f)(x))(3))).toEqual(["float32", 6])
    const [value, gradient] = valueAndGrad((x: X) => np.multiply(x, x))(3)
    expect([told(value), told(gradient)]).toEqual([["float32", 9], ["float32", 6]])
  })

  it("needs no value when the function is compiled ahead of time", () => {
    const take = jit((n: X) => np.take(floats, n))
    const compiled = Effect.runSync(
      Effect.provide(Effect.flatMap(take.lower(1), (lowered) => lowered.compile()), Reference.layer)
    )
    expect(read(compiled(2))).toBe(30)
    expect(() => compiled(0.5)).toThrow("argument 0 must be whole")
  })
})

describe("a carry that begins with a number", () => {
  it("is an integer where the body uses it as one", () => {
    const [next, taken] = Lax.scan((i, _) => [np.add(i, 1), np.take(floats, i)], 0, floats)
    expect([told(next), read(taken)]).toEqual([["int32", 3], [10, 20, 30]])
    expect(told(Lax.scan((sum, x) => [np.add(sum, x) as X, null], 0, ints)[0])).toEqual(["int32", 60])
    expect(told(Lax.whileLoop((i) => np.less(i, ints.shape[0]), (i) => np.add(i, 1), 0))).toEqual(["float32", 3])
    expect(told(Lax.whileLoop((i) => np.less(i, np.index(ints, 0)), (i) => np.add(i, 1), 0))).toEqual(["int32", 10])
  })

  it("takes the dtype of the floats beside it", () => {
    expect(told(Lax.scan((sum, x) => [np.add(sum, x), null], 0, floats)[0])).toEqual(["float32", 60])
    // an integer at first, beside floats in the end
    const horner = Lax.foriLoop(0, 3, (i, y) => np.add(np.multiply(y, i), np.index(floats, 0)) as X, 0)
    expect(told(horner)).toEqual(["float32", 50])
  })

  it("must be whole for that", () => {
    expect(() => Lax.scan((sum, x) => [np.add(sum, x) as X, null], 0.5, ints)).toThrow(
      "add: the argument 0.5 is used as an integer"
    )
  })
})
