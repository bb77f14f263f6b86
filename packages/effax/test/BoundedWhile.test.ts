/**
 * Reverse mode through `whileLoop` with `maxSteps`. The expected numbers are computed here, in double precision: the steps
 * are taken one by one on numbers together with their derivatives.
 */
import { checkGrads } from "@effax/testing/CheckGrads"
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  checkpoint,
  grad,
  hessian,
  jit,
  jvp,
  Lax,
  NdArray,
  Numpy as np,
  Program,
  valueAndGrad,
  vmap
} from "effax"
import { Effect } from "effect"
import { lengthsOf } from "../src/primitive/boundedWhile.ts"
import { backends, expectTree } from "./derivatives.ts"

type X = NdArray.Any

/** A value and its derivative. */
interface Dual {
  readonly value: number
  readonly slope: number
}

/** The steps of a loop, one by one. */
const unrolled = (start: Dual, going: (x: Dual) => boolean, step: (x: Dual) => Dual, maxSteps = Infinity) => {
  let x = start
  let steps = 0
  while (steps < maxSteps && going(x)) {
    x = step(x)
    steps++
  }
  return { ...x, steps }
}

// c -> c x, from x on, while c < 100
const powers = (maxSteps: number) => (x: X) =>
  Lax.whileLoop((c: X) => np.less(c, 100), (c: X) => np.multiply(c, x), x, { maxSteps })
const powersAt = (x: number, maxSteps = Infinity) =>
  unrolled(
    { value: x, slope: 1 },
    ({ value }) => value < 100,
    ({ slope, value }) => ({ value: value * x, slope: slope * x + value }),
    maxSteps
  )

// Newton's method for the square root
const newton = (a: X) =>
  Lax.whileLoop(
    (x: X) => np.greater(np.abs(np.subtract(np.square(x), a)), np.multiply(1e-4, a)),
    (x: X) => np.multiply(0.5, np.add(x, np.divide(a, x))),
    np.add(a, 1),
    { maxSteps: 40 }
  )
const newtonAt = (a: number) =>
  unrolled(
    { value: a + 1, slope: 1 },
    ({ value }) => Math.abs(value * value - a) > 1e-4 * a,
    ({ slope, value }) => ({
      value: 0.5 * (value + a / value),
      slope: 0.5 * (slope + 1 / value - a * slope / value ** 2)
    })
  )

// 1 + r + r^2 + ..., until the next term is small
interface Series {
  readonly sum: X
  readonly term: X
  readonly n: X
}
const geometric = (r: X): Series =>
  Lax.whileLoop(
    ({ term }: Series) => np.greater(term, 1e-3),
    ({ n, sum, term }: Series): Series => ({ sum: np.add(sum, term), term: np.multiply(term, r), n: np.add(n, 1) }),
    { sum: np.multiply(0, r), term: np.add(1, np.multiply(0, r)), n: np.array(0n) } as Series,
    { maxSteps: 1000 }
  )
const geometricAt = (r: number) => {
  let [sum, slope, n] = [0, 0, 0]
  for (; r ** n > 1e-3; n++) {
    sum += r ** n
    slope += n === 0 ? 0 : n * r ** (n - 1)
  }
  return { sum, slope, n }
}

const trace = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>): Program.Program =>
  Program.verify(Effect.runSync(Program.trace(f, ...args as ReadonlyArray<never>)))

/** Equations of a Program and of the Programs in it, each Program once. */
const equations = (program: Program.Program): ReadonlyArray<Program.Equation> => {
  const seen = new Set([program])
  for (const { equations } of seen) {
    for (const { params } of equations) {
      for (const inner of Object.values(params).flat().filter(Program.isProgram)) seen.add(inner)
    }
  }
  return [...seen].flatMap(({ equations }) => equations)
}

describe("the tree of scans", () => {
  it("holds as many steps as are wanted, and hardly more", () => {
    for (const maxSteps of [1, 2, 15, 16, 17, 40, 255, 256, 257, 1000, 4096, 4097, 65_536, 10 ** 6]) {
      const lengths = lengthsOf(maxSteps)
      const product = lengths.reduce((a, b) => a * b, 1)
      expect(product).toBeGreaterThanOrEqual(maxSteps)
      // the root has no step too many
      expect(product - product / lengths[0]!).toBeLessThan(maxSteps)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(16)
      expect(lengths.length).toBe(Math.max(1, Math.ceil(Math.log(maxSteps) / Math.log(16) - 1e-9)))
    }
  })

  it("keeps memory that grows with the logarithm of the bound", () => {
    /** The bytes of all that scans keep of their steps, on all levels. */
    const bytes = (maxSteps: number): number => {
      const loop = (x: X) =>
        np.sum(Lax.whileLoop((c: X) => np.less(np.sum(c), 1e6), (c: X) => np.sin(np.multiply(c, x)), x, { maxSteps }))
      const scans = equations(trace(grad(loop), np.ones([100]))).filter(({ primitive }) => primitive.name === "scan")
      return scans.flatMap(({ outputs, params }) => outputs.slice(params.numCarry as number))
        .reduce((sum, { aval: { shape } }) => sum + (shape[1] === 100 ? 400 * shape[0]! : 0), 0)
    }
    // 16 carries of 100 float32 numbers on each level
    expect([16, 256, 4096, 65_536].map(bytes)).toEqual([1, 2, 3, 4].map((levels) => levels * 16 * 400))
  })
})

describe.each(backends)("on $name", ({ layer, name }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("the number of steps depends on data", () =>
    Effect.gen(function*() {
      for (const maxSteps of [16, 40, 300, 5000]) {
        for (const x of [1.5, 2, 3, 11, 200]) {
          const { slope, value } = powersAt(x)
          yield* expectTree(valueAndGrad(powers(maxSteps))(x), [value, slope])
          yield* expectTree(jit(valueAndGrad(jit(powers(maxSteps))))(x), [value, slope])
        }
      }
    }))

  test("the bound is obeyed, in all modes", () =>
    Effect.gen(function*() {
      for (const maxSteps of [0, 1, 3, 5]) {
        const { slope, steps, value } = powersAt(2, maxSteps)
        expect(steps).toBe(maxSteps)
        yield* expectTree(powers(maxSteps)(np.array(2)), value)
        yield* expectTree(valueAndGrad(powers(maxSteps))(2), [value, slope])
        yield* expectTree(jvp(powers(maxSteps), [2], [1]), [value, slope])
        yield* expectTree(vmap(valueAndGrad(powers(maxSteps)))(np.array([2, 200])), [[value, 200], [slope, 1]])
      }
    }))

  test("what is never done costs nothing: 16 million steps are allowed", () =>
    Effect.gen(function*() {
      const f = powers(2 ** 24)
      const at = [1.5, 2, 11].map((x) => powersAt(x))
      yield* expectTree(valueAndGrad(f)(2), [at[1]!.value, at[1]!.slope])
      yield* expectTree(vmap(grad(f))(np.array([1.5, 2, 11])), at.map(({ slope }) => slope))
      yield* expectTree(vmap(vmap(grad(f)))(np.array([[1.5], [2], [11]])), at.map(({ slope }) => [slope]))
      yield* expectTree(grad((x: X) => np.sum(vmap(f)(x)))(np.array([1.5, 2, 11])), at.map(({ slope }) => slope))
    }))

  test("Newton's method, and examples that take different numbers of steps", () =>
    Effect.gen(function*() {
      const as = [0.5, 2, 50, 1000]
      const at = as.map(newtonAt)
      expect(new Set(at.map(({ steps }) => steps)).size).toBeGreaterThan(2)
      for (const [i, a] of as.entries()) yield* expectTree(grad(newton)(a), at[i]!.slope)
      const all = [at.map(({ value }) => value), at.map(({ slope }) => slope)]
      yield* expectTree(vmap(valueAndGrad(newton))(np.array(as)), all)
      yield* expectTree(jit(vmap(valueAndGrad(newton)))(np.array(as)), all)
      yield* expectTree(grad((a: X) => np.sum(vmap(newton)(a)))(np.array(as)), all[1])
    }))

  test("a geometric series, in a tree with a counter", () =>
    Effect.gen(function*() {
      for (const r of [0.2, 0.5, 0.9]) {
        const { n, slope, sum } = geometricAt(r)
        yield* expectTree(valueAndGrad((r: X) => geometric(r).sum)(r), [sum, slope])
        yield* expectTree(geometric(np.array(r)).n, n)
      }
    }))

  test("second and third derivatives, in every order", () =>
    Effect.gen(function*() {
      // x^7 at 2
      const f = powers(40)
      yield* expectTree(grad(grad(f))(2), 42 * 2 ** 5)
      yield* expectTree(jvp(grad(f), [2], [1]), [7 * 2 ** 6, 42 * 2 ** 5])
      yield* expectTree(grad((x: X) => jvp(f, [x], [1])[1])(2), 42 * 2 ** 5)
      yield* expectTree(grad(grad(grad(f)))(2), 210 * 2 ** 4)
      yield* expectTree(hessian(jit(f))(2), 42 * 2 ** 5)
      yield* expectTree(grad(checkpoint(f))(2), 7 * 2 ** 6)
      yield* expectTree(vmap(hessian(f))(np.array([2, 11])), [42 * 2 ** 5, 2])
    }))

  test("arrays that the condition and the body close over", () =>
    Effect.gen(function*() {
      const w = [[0.5, 0.25], [-0.25, 0.75]]
      const start = [1, 2]
      const limit = 0.3
      // c -> w c, while |c| > limit; the derivative with respect to w by differences
      const plain = (w: ReadonlyArray<ReadonlyArray<number>>): number => {
        let c: ReadonlyArray<number> = start
        while (Math.hypot(...c) > limit) c = w.map((row) => row.reduce((sum, v, k) => sum + v * c[k]!, 0))
        return c[0]! + 3 * c[1]!
      }
      const h = 1e-5
      const bumped = (i: number, k: number, by: number) =>
        w.map((row, j) => row.map((v, l) => j === i && l === k ? v + by : v))
      const slopes = w.map((row, i) => row.map((_, k) => (plain(bumped(i, k, h)) - plain(bumped(i, k, -h))) / (2 * h)))
      const f = (w: X, limit: X) => {
        const c = Lax.whileLoop(
          (c: X) => np.greater(np.sqrt(np.sum(np.square(c))), limit),
          (c: X) => np.matmul(w, c),
          np.array(start),
          { maxSteps: 100 }
        )
        return np.sum(np.multiply(c, np.array([1, 3])))
      }
      yield* expectTree(valueAndGrad(f, { argnums: [0, 1] })(np.array(w), limit), [plain(w), [slopes, 0]])
      yield* expectTree(jit(grad(checkpoint(f)))(np.array(w), limit), slopes)
    }))

  test("in a scan, and one in another", () =>
    Effect.gen(function*() {
      const f = (x: X) =>
        np.sum(
          Lax.scan((c: X, y: X) => [np.add(c, powers(20)(np.add(y, np.multiply(c, 0)))), null], x, np.array([2, 3]))[0]
        )
      // the scan adds powers of constants
      yield* expectTree(valueAndGrad(f)(1), [1 + powersAt(2).value + powersAt(3).value, 1])
      const scanned = (x: X) =>
        Lax.scan((c: X, y: X) => [np.add(c, powers(20)(np.multiply(x, y))), null], np.array(0), np.array([1, 2]))[0]
      yield* expectTree(grad(scanned)(3), powersAt(3).slope + 2 * powersAt(6).slope)
      // the inner loop runs until its carry passes 100, the outer one until it passes 10^6
      const outer = (x: X) =>
        Lax.whileLoop((c: X) => np.less(c, 1e6), (c: X) => np.multiply(c, powers(20)(x)), np.array(1), { maxSteps: 30 })
      const { slope, value } = powersAt(2)
      expect(value ** 3).toBeGreaterThan(1e6)
      yield* expectTree(valueAndGrad(outer)(2), [value ** 3, 3 * value ** 2 * slope])
    }))

  test("examples that are done have no part in what would be infinite", () =>
    Effect.gen(function*() {
      // sqrt has an infinite slope at 0, where the first example ends
      const f = (x: X) =>
        Lax.whileLoop((c: X) => np.greater(c, 1), (c: X) => np.sqrt(np.subtract(c, 1)), x, { maxSteps: 9 })
      // 1 ends at once, 3 is sqrt(2), then sqrt(sqrt(2) - 1)
      const [value, slope] = [Math.sqrt(Math.SQRT2 - 1), 1 / (4 * Math.SQRT2 * Math.sqrt(Math.SQRT2 - 1))]
      yield* expectTree(vmap(valueAndGrad(f))(np.array([1, 3])), [[1, value], [1, slope]])
      yield* expectTree(grad((x: X) => np.sum(vmap(f)(x)))(np.array([1, 3])), [1, slope])
    }))

  if (name === "reference") {
    test("finite differences", () =>
      Effect.gen(function*() {
        yield* checkGrads((x: X) => powers(40)(x), [np.array(2.1)], { order: 2 })
        yield* checkGrads((r: X) => geometric(r).sum, [np.array(0.52)], { order: 1 })
        yield* checkGrads((x: X) => vmap(powers(40))(x), [np.array([2.1, 3.3])], { order: 1 })
      }))
  }
})
