import { describe, expect, it } from "@effect/vitest"
import { Checks, grad, jit, Lax, NdArray, Numpy as np, Program, Random, vmap } from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import * as Effect from "effect/Effect"
import { instrument } from "../src/internal/diagnostics/instrument.ts"
import { usageOf } from "../src/internal/diagnostics/keyReuse.ts"

type X = NdArray.Any

const all = { index: true, division: true, nan: true }
const some = { index: true, division: true, nan: false }

const trace = (f: (...xs: ReadonlyArray<X>) => unknown, ...xs: ReadonlyArray<X>): Program.Program =>
  Program.withoutCaptures(
    Effect.runSync(Program.trace(f as (...args: ReadonlyArray<never>) => unknown, ...xs as ReadonlyArray<never>))
  )

const ints = (...values: ReadonlyArray<number>) => np.array(values.map(BigInt))

describe("instrumented Programs", () => {
  const scan = (x: X, i: X) =>
    Lax.scan((c: X, k: X) => [np.add(c, np.take(x, k)), np.divide(c, 2)] as const, np.array(0), i)
  const loop = (x: X) =>
    Lax.whileLoop((c: X) => np.greater(np.divide(1, c), 0), (c: X) => np.subtract(np.divide(c, c), 1), x)
  const branch = (p: X, x: X) => Lax.cond(p, (x: X) => np.divide(1, x), (x: X) => x, x)

  it.each<[string, Program.Program]>([
    ["elementwise", trace((x: X) => np.divide(np.sin(x), x), np.ones([3]))],
    ["calls", trace((x: X) => jit((y: X) => np.divide(1, y))(x), np.ones([3]))],
    ["scan", trace(scan, np.ones([5]), ints(0, 1))],
    ["while", trace(loop, np.array(1))],
    ["cond", trace(branch, np.array(true), np.ones([2]))],
    ["derivatives of loops", trace(grad((x: X) => scan(x, ints(0, 1))[0]) as (x: X) => X, np.ones([5]))],
    ["batches of loops", trace(vmap(loop) as (x: X) => X, np.ones([2]))]
  ])("are Programs with one bool more: %s", (_, program) => {
    for (const enabled of [all, some]) {
      const checked = instrument(program, enabled)!
      Program.verify(checked)
      expect(checked.results.map(({ aval }) => aval)).toEqual([
        ...program.results.map(({ aval }) => aval),
        { dtype: "bool", shape: [], weak: false }
      ])
      // made once
      expect(instrument(program, enabled)).toBe(checked)
    }
  })

  it("are not made where nothing can go wrong", () => {
    expect(instrument(trace((x: X) => np.add(np.sin(x), 1), np.ones([3])), some)).toBeUndefined()
    expect(instrument(trace((x: X) => np.divide(x, 2), np.ones([3])), some)).toBeUndefined()
    expect(instrument(trace((x: X) => Lax.dynamicSlice(x, [1], [2]), np.ones([3])), some)).toBeUndefined()
    expect(instrument(trace((x: X) => np.reshape(x, [3, 1]), np.ones([3])), all)).toBeUndefined()
  })

  it("check indices of narrow dtypes against bounds that these can't say", () => {
    const take = (i: X) =>
      Lax.gather(
        np.ones([1000]),
        Lax.reshape(i, [1, 1]),
        { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] },
        [1]
      )
    Program.verify(instrument(trace(take, np.array(1, { dtype: "int8" })), some)!)
    // bytes without a sign are never outside of 1000
    expect(instrument(trace(take, np.array(1, { dtype: "uint8" })), some)).toBeUndefined()
  })
})

describe("check", () => {
  const checked = (x: X) => Checks.check(x, np.greater(x, 0), "positive: {x}", { x })

  it("is an equation that hands its operands on", () => {
    const program = trace((x: X) => checked(x), np.ones([2]))
    Program.verify(program)
    expect(Program.print(program)).toBe(
      "{ lambda ; a:f32[2]. let\n    b:bool[2] = gt a 0.0:f32[]\n    c:f32[2] = check[message=positive: {x}] a b a\n  in (c,) }"
    )
  })

  it("is stored with a Program", () => {
    const program = trace((x: X) => checked(x), np.ones([2]))
    const again = Effect.runSync(Effect.flatMap(ProgramCodec.encode(program), ProgramCodec.decode))
    expect(Program.equals(again, program)).toBe(true)
  })

  it("refuses predicates that are not bool", () => {
    expect(() => Checks.check(np.ones([2]), np.ones([2]), "never")).toThrow(/the predicate must be bool, got f32\[2\]/)
    expect(() => Checks.check(np.ones([2]), true as never, "never")).toThrow(/must be a bool array, got true/)
  })
})

describe("keys", () => {
  const consumed = (f: (key: X) => unknown) => usageOf(trace(f as (...xs: ReadonlyArray<X>) => unknown, Random.key(0)))

  it("are consumed by draws and splits, not by folding in", () => {
    expect(consumed((key) => Random.uniform(key)).consumed.map(({ input, words }) => [input, words])).toEqual([
      [0, "#0,#1"]
    ])
    expect(consumed((key) => Random.split(key)).consumed).toHaveLength(1)
    expect(consumed((key) => Random.foldIn(key, 3)).consumed).toEqual([])
  })

  it("are the same words by whatever way", () => {
    const reused = (f: (key: X) => unknown) => consumed(f).reuse !== undefined
    expect(reused((key) => [Random.uniform(key), Random.normal(Lax.reshape(Lax.rev(Lax.rev(key, [0]), [0]), [2]))]))
      .toBe(true)
    expect(reused((key) => [Random.uniform(key), Random.normal(Lax.rev(key, [0]))])).toBe(false)
    expect(reused((key) => {
      const keys = np.concatenate([Random.split(key, 2), Random.split(Random.foldIn(key, 7), 2)])
      return [Random.uniform(np.index(keys, 1)), Random.uniform(np.index(keys, 2)), Random.uniform(np.index(keys, 3))]
    })).toBe(false)
    // fold_in(key, i) is split(key)[i]
    expect(reused((key) => [Random.uniform(np.index(Random.split(key), 1)), Random.uniform(Random.foldIn(key, 1))]))
      .toBe(true)
  })

  it("are not looked for in Programs that draw nothing", () => {
    expect(usageOf(trace((x: X) => np.sin(x), np.ones([2]))).consumed).toEqual([])
  })
})
