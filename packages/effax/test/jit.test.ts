import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { grad, jit, Lax, NdArray, Numpy as np, ShapeDType, Tree, vmap } from "effax"
import { ArgumentError } from "effax/Errors"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"

type X = NdArray.Any

describe("positions of static and donated arguments", () => {
  const f = (x: X, n: number, how: string) => how === "power" ? np.power(x, n) : np.multiply(x, n)

  it("count from the end where they are negative", () => {
    for (const staticArgnums of [[1, 2], [-2, -1], [-1, 1]]) {
      const jitted = jit(f, { staticArgnums })
      for (const n of [2, 3, 2]) expect(jitted(np.ones([3]), n, "power").shape).toEqual([3])
      expect(jitted.traces.map(({ program }) => program.parameters.length)).toEqual([1, 1])
    }
    const donated = jit((x: X, y: X) => np.add(x, y), { donateArgnums: -1 })
    expect(donated(np.ones([3]), np.ones([3])).shape).toEqual([3])
    expect(() => jit(f, { donateArgnums: -1, staticArgnums: 2 })).toThrow("both static and donated")
  })

  it("may be those of arguments that are left out", () => {
    const optional = jit((x: X, n: number = 2) => np.multiply(x, n), { staticArgnums: 1 })
    expect(optional(np.ones([3])).shape).toEqual([3])
  })

  it("are refused before the first argument", () => {
    expect(() => jit(f, { staticArgnums: -4 })).toThrow(ArgumentError)
    expect(() => jit(f, { staticArgnums: -4 })).toThrow(
      "jit: staticArgnums -4 is out of range for a call with 3 arguments; positions count from 0, negative ones from the end"
    )
    expect(() => jit(f, { donateArgnums: 0.5 })).toThrow("jit: donateArgnums 0.5 is out of range")
  })
})

const read = (x: unknown) => Effect.provide(NdArray.toNested(x as X), Reference.layer)

describe("static arguments", () => {
  class Scale {
    readonly #k: number
    constructor(k: number) {
      this.#k = k
    }
    apply(x: X): X {
      return np.multiply(x, this.#k)
    }
  }

  it.effect("of a class are told apart by identity: what they hide counts", () =>
    Effect.gen(function*() {
      const f = jit((x: X, s: Scale) => s.apply(x), { staticArgnums: 1 })
      const [two, three] = [new Scale(2), new Scale(3)]
      for (const [scale, expected] of [[two, 2], [three, 3], [two, 2], [new Scale(5), 5]] as const) {
        expect(yield* read(f(1, scale))).toBe(expected)
      }
      expect(f.traces.length).toBe(3)
      // also inside of plain data, and in classes that Effect compares by their fields
      const inside = jit((x: X, c: { readonly of: ReadonlyArray<Scale> }) => c.of[0]!.apply(x), { staticArgnums: 1 })
      expect(yield* read(inside(1, { of: [two] }))).toBe(2)
      expect(yield* read(inside(1, { of: [three] }))).toBe(3)
      class Hidden extends Data.Class<{ readonly n: number }> {
        readonly #k: number
        constructor(k: number) {
          super({ n: 1 })
          this.#k = k
        }
        apply(x: X): X {
          return np.multiply(x, this.#k)
        }
      }
      const hidden = jit((x: X, s: Hidden) => s.apply(x), { staticArgnums: 1 })
      expect(yield* read(hidden(1, new Hidden(2)))).toBe(2)
      expect(yield* read(hidden(1, new Hidden(3)))).toBe(3)
    }))

  it.effect("that change are seen as they are at the call", () =>
    Effect.gen(function*() {
      const f = jit((x: X, c: { n: number }) => np.power(x, c.n), { staticArgnums: 1 })
      const c = { n: 2 }
      expect(yield* read(f(3, c))).toBe(9)
      c.n = 3
      expect(yield* read(f(3, c))).toBe(27)
      expect(yield* read(f(3, { n: 3 }))).toBe(27)
      expect(yield* read(f(3, { n: 2 }))).toBe(9)
      expect(f.traces.map(({ signature }) => signature)).toEqual([
        "0: f32[] (weak), 1 = {\"n\":2}",
        "0: f32[] (weak), 1 = {\"n\":3}"
      ])
      expect(f.traces[1]!.reasons).toEqual(["static argument 1 changed from {\"n\":2} to {\"n\":3}"])
    }))

  it("that change while they are traced belong to the trace of what they were", () => {
    const seen: Array<number> = []
    const f = jit((x: X, c: { n: number }) => {
      seen.push(c.n)
      c.n++
      return x
    }, { staticArgnums: 1 })
    const c = { n: 2 }
    for (let i = 0; i < 3; i++) void f(1, c)
    void f(1, { n: 2 })
    expect(seen).toEqual([2, 3, 4])
  })

  const bytes = (...values: ReadonlyArray<number>) => Uint8Array.from(values)
  const symbol = Symbol("a")
  const method = () => 1
  const circular = (n: number): unknown => {
    const list: Array<unknown> = [n]
    list.push(list)
    return list
  }
  const deep = (depth: number, end: unknown) => {
    let out = end
    for (let i = 0; i < depth; i++) out = [out]
    return out
  }
  const shared = (depth: number) => {
    let out: unknown = 1
    for (let i = 0; i < depth; i++) out = [out, out]
    return out
  }
  /** Pairs of values that are one static argument. */
  const alike: { readonly [name: string]: readonly [unknown, unknown] } = {
    "NaN": [NaN, 0 / 0],
    strings: ["ab", "a" + "b"],
    bigints: [2n ** 70n, 2n ** 70n],
    "nested plain data": [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
    maps: [new Map([[{ a: 1 }, "x"]]), new Map([[{ a: 1 }, "x"]])],
    sets: [new Set([1, "1"]), new Set([1, "1"])],
    dates: [new Date(5), new Date(5)],
    patterns: [/a/g, /a/g],
    "typed arrays": [bytes(1, 2), bytes(0, 1, 2).subarray(1)],
    "a function": [method, method],
    "a symbol": [symbol, symbol],
    "what defines Equal": [Option.some(1), Option.some(1)],
    "what contains itself": [circular(1), circular(1)],
    "deep lists": [deep(20_000, 1), deep(20_000, 1)],
    "lists that share": [shared(60), shared(60)],
    "what has no prototype": [
      Object.assign(Object.create(null), { a: 1 }),
      Object.assign(Object.create(null), { a: 1 })
    ]
  }
  /** Pairs of values that are two. */
  const apart: { readonly [name: string]: readonly [unknown, unknown] } = {
    "0 and -0": [0, -0],
    "-0 inside of data": [[0], [-0]],
    "a number and its text": [1, "1"],
    "a number and a bigint": [1, 1n],
    "null and undefined": [null, undefined],
    "a key without a value": [{ a: undefined }, {}],
    "the order of keys": [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    "where texts are divided": [["ab", "c"], ["a", "bc"]],
    "text that looks like structure": [["s1:a"], ["s1:a", "a"]],
    "a hole": [new Array(1), [undefined]],
    "an array and a record": [[1], { 0: 1 }],
    "the order in maps": [new Map([[1, 1], [2, 2]]), new Map([[2, 2], [1, 1]])],
    sets: [new Set([1]), new Set(["1"])],
    dates: [new Date(5), new Date(6)],
    "typed arrays of two kinds": [bytes(1, 0), Int8Array.of(1, 0)],
    "typed arrays of one kind": [bytes(1, 0), bytes(1, 1)],
    functions: [() => 1, () => 1],
    symbols: [Symbol("a"), Symbol("a")],
    "what defines Equal": [Option.some(1), Option.some(2)],
    "instances of a class": [new Scale(1), new Scale(1)],
    "what contains itself": [circular(1), circular(2)],
    "deep lists": [deep(20_000, 1), deep(20_000, 2)],
    "objects with getters": [{
      get a() {
        return 1
      }
    }, {
      get a() {
        return 1
      }
    }],
    "texts of other lengths": [{ a: "1;" }, { a: 1 }]
  }
  const traced = (...values: ReadonlyArray<unknown>): number => {
    let count = 0
    const f = jit((x: X, _: unknown) => {
      count++
      return x
    }, { staticArgnums: 1 })
    for (const value of values) void f(1, value as never)
    // and with each of them behind the other
    for (const value of values) void f(1, value as never)
    return count
  }
  it.each(Object.entries(alike))("are the same: %s", (_, [a, b]) => expect(traced(a, b)).toBe(1))
  it.each(Object.entries(apart))("are two: %s", (_, [a, b]) => expect(traced(a, b)).toBe(2))

  it("with Equal are compared by it, whatever their hashes are", () => {
    class Modulo implements Equal.Equal {
      readonly n: number
      constructor(n: number) {
        this.n = n
      }
      [Equal.symbol](that: Equal.Equal): boolean {
        return that instanceof Modulo && this.n % 10 === that.n % 10
      }
      [Hash.symbol](): number {
        return 0
      }
    }
    expect(traced(new Modulo(3), new Modulo(13))).toBe(1)
    expect(traced(new Modulo(3), new Modulo(4))).toBe(2)
  })

  it("that are compared by identity are not kept, and their traces go with them", async () => {
    const { gc } = globalThis as { readonly gc?: () => void }
    const f = jit((x: X, g: (x: X) => X) => g(x), { staticArgnums: 1 })
    const kept = (x: X) => x
    void f(1, kept)
    for (let i = 0; i < 20; i++) void f(1, (x) => np.multiply(x, i))
    expect(f.traces.length).toBe(21)
    const { traces } = f
    expect(traces[0]!.signature).toBe("0: f32[] (weak), 1 = the function kept")
    for (let i = 0; i < 20 && f.traces.length > 1; i++) {
      // where equations were written refers to the functions that wrote them until it is read
      f.traces.forEach(({ program }) => program.equations.forEach(({ location }) => void location?.frame))
      gc!()
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(f.traces.map(({ signature }) => signature)).toEqual(["0: f32[] (weak), 1 = the function kept"])
    void f(1, kept)
    expect(f.traces.length).toBe(1)
  })

  it.effect("of a compiled function are compared in the same way, also after the traces were forgotten", () =>
    Effect.gen(function*() {
      const f = jit((x: X, c: { n: number }, s: Scale) => s.apply(np.power(x, c.n)), { staticArgnums: [1, 2] })
      const two = new Scale(2)
      const c = { n: 2 }
      const compiled = yield* Effect.flatMap(f.lower(new ShapeDType([], "float32"), c, two), (l) => l.compile())
      f.clear()
      void f(np.array(1), { n: 7 }, new Scale(7))
      expect(yield* NdArray.toNested(compiled(np.array(3), { n: 2 }, two))).toBe(18)
      expect(() => compiled(np.array(3), c, new Scale(2))).toThrow("static argument 2 has another value")
      c.n = 3
      expect(() => compiled(np.array(3), c, two)).toThrow("static argument 1 has another value")
    }).pipe(Effect.provide(Reference.layer)))
})

describe("static data of trees", () => {
  const instances = <D>() => {
    class Module {
      readonly w: X
      readonly data: D
      constructor(w: X, data: D) {
        this.w = w
        this.data = data
      }
      [Tree.symbol]() {
        return Tree.parts({ w: this.w }, this.data, ({ w }) => new Module(w, this.data))
      }
    }
    return Module
  }
  it.effect("is compared as static arguments are", () =>
    Effect.gen(function*() {
      const Module = instances<{ n: number }>()
      const f = jit((m: InstanceType<typeof Module>) => np.power(m.w, m.data.n))
      const m = new Module(np.array(3), { n: 2 })
      expect(yield* read(f(m))).toBe(9)
      m.data.n = 3
      expect(yield* read(f(m))).toBe(27)
      class Scale {
        readonly #k: number
        constructor(k: number) {
          this.#k = k
        }
        apply(x: X): X {
          return np.multiply(x, this.#k)
        }
      }
      const Scaled = instances<Scale>()
      const g = jit((m: InstanceType<typeof Scaled>) => m.data.apply(m.w))
      expect(yield* read(g(new Scaled(np.array(1), new Scale(2))))).toBe(2)
      expect(yield* read(g(new Scaled(np.array(1), new Scale(3))))).toBe(3)
    }))

  it("is kept by a structure as it was", () => {
    const Module = instances<{ n: number }>()
    const data = { n: 2 }
    const before = Tree.structure(new Module(np.array(3), data))
    data.n = 3
    expect(Tree.structureEquals(before, Tree.structure(new Module(np.array(3), data)))).toBe(false)
    expect(Tree.structureEquals(before, Tree.structure(new Module(np.array(3), { n: 2 })))).toBe(true)
  })
})

describe("the order of keys", () => {
  type Pair = { readonly [name: string]: X }
  const stack = (d: Pair) => np.stack(Object.values(d))
  const ba = () => ({ b: np.array(1), a: np.array(2) })
  const ab = () => ({ a: np.array(2), b: np.array(1) })

  it.effect("is the caller's, for every transformation", () =>
    Effect.gen(function*() {
      const f = jit(stack)
      for (const [d, expected] of [[ba(), [1, 2]], [ab(), [2, 1]], [ba(), [1, 2]]] as const) {
        expect(yield* read(f(d))).toEqual(expected)
        expect(yield* read(jit(jit(stack))(d))).toEqual(expected)
        const batch = Tree.map(d, (x) => np.stack([x, np.add(x, 10)]) as X) as Pair
        expect(yield* read(vmap(stack)(batch))).toEqual([expected, expected.map((x) => x + 10)])
        const weights = np.array([1, 10])
        const g = grad((d: Pair) => np.sum(np.multiply(stack(d), weights)))(d) as Pair
        expect(Object.keys(g)).toEqual(Object.keys(d))
        expect(yield* read(np.stack(Object.values(g)))).toEqual([1, 10])
        const [carry] = Lax.scan(
          (c: Pair, x: X): [Pair, X] => [Tree.map(c, (y) => np.add(y as X, x)) as Pair, stack(c)],
          d as Pair,
          np.zeros([1])
        )
        expect(Object.keys(carry as Pair)).toEqual(Object.keys(d))
        const [, rows] = Lax.scan((c: Pair, _: X): [Pair, X] => [c, stack(c)], d as Pair, np.zeros([1]))
        expect(yield* read(rows)).toEqual([expected])
        expect(yield* read(Lax.cond(true, stack, stack, d))).toEqual(expected)
        expect(Object.keys(Tree.map(d, (x) => x))).toEqual(Object.keys(d))
      }
      expect(f.traces.length).toBe(2)
      expect(f.traces[1]!.reasons).toEqual(["the keys of an object among the arguments come in another order"])
    }))

  it.effect("does not mix up leaves: trees with other orders of keys combine by name", () =>
    Effect.gen(function*() {
      const sum = Tree.map2(ba(), ab(), (x, y) => np.add(x, y)) as Pair
      expect(Object.keys(sum)).toEqual(["b", "a"])
      expect(yield* read(sum["a"])).toBe(4)
      const f = jit((p: Pair, q: Pair) => np.subtract(np.multiply(p["a"]!, 10), q["b"]!))
      for (const p of [ab(), ba()]) for (const q of [ab(), ba()]) expect(yield* read(f(p, q))).toBe(19)
      // a body may give its carry's keys in another order
      const [carry] = Lax.scan(
        (c: Pair, _: X): [Pair, X] => [{ a: np.add(c["a"]!, 1), b: c["b"]! }, c["a"]!],
        ba() as Pair,
        np.zeros([3])
      )
      expect(yield* read((carry as Pair)["a"])).toBe(5)
      expect(Tree.structureEquals(Tree.structure(ab()), Tree.structure(ba()))).toBe(true)
    }))

  it.effect("of results is the function's", () =>
    Effect.gen(function*() {
      const f = jit((x: X) => ({ z: x, a: np.add(x, 1) }))
      expect(Object.keys(f(1))).toEqual(["z", "a"])
      expect(yield* read(f(1).a)).toBe(2)
    }))

  it.effect("must be that of a compiled function", () =>
    Effect.gen(function*() {
      const compiled = yield* Effect.flatMap(jit(stack).lower(ba()), (l) => l.compile())
      expect(yield* NdArray.toNested(compiled(ba()))).toEqual([1, 2])
      expect(() => compiled(ab())).toThrow("the keys of an object come in another order")
    }).pipe(Effect.provide(Reference.layer)))
})

describe("many signatures", () => {
  it("are looked up by key, and reasons are found out only when they are read", () => {
    let comparisons = 0
    class Counted implements Equal.Equal {
      readonly n: number
      constructor(n: number) {
        this.n = n
      }
      [Equal.symbol](that: Equal.Equal): boolean {
        comparisons++
        return this.n === (that as Counted).n
      }
      [Hash.symbol](): number {
        return Hash.number(this.n)
      }
    }
    const f = jit((x: X, _: Counted) => x, { staticArgnums: 1, retraceBudget: Infinity })
    const x = np.ones([2])
    for (let i = 0; i < 4000; i++) void f(x, new Counted(i))
    expect(f.traces.length).toBe(4000)
    // a new value is compared with those of its own hash, of which there are none
    expect(comparisons).toBe(0)
    for (const i of [0, 1, 3999]) void f(x, new Counted(i))
    expect(comparisons).toBe(3)
    expect(f.traces.length).toBe(4000)
    expect(f.traces[3999]!.reasons.length).toBe(1)
  })

  it("cost the 4,000th what the 400th costs", () => {
    const f = jit((x: X) => np.sin(x), { retraceBudget: Infinity })
    const time = (from: number, to: number): number => {
      const start = performance.now()
      for (let n = from; n < to; n++) void f(np.ones([n]))
      return performance.now() - start
    }
    time(1, 200)
    const early = time(200, 600)
    time(600, 3600)
    const late = time(3600, 4000)
    // linear look-up makes it 12 times as much at least
    expect(late).toBeLessThan(6 * early + 50)
    expect(f.traces.length).toBe(3999)
  })

  it.effect("log why at level Debug, and a warning beyond the budget", () =>
    Effect.gen(function*() {
      const messages: Array<string> = []
      const logger = Logger.layer([
        Logger.make(({ logLevel, message }) => void messages.push(`${logLevel}: ${String(message)}`))
      ])
      const f = jit(function f(x: X) {
        return np.sin(x)
      }, { retraceBudget: 2 })
      yield* Effect.gen(function*() {
        for (let n = 1; n < 5; n++) yield* Effect.asVoid(f(np.ones([n])))
      }).pipe(Effect.provide(logger))
      expect(messages).toEqual([
        "Warn: f has been traced for more than 2 signatures, each of which is compiled: last time argument 0 changed from " +
        "f32[2] to f32[3]. Pad or batch to a few fixed shapes, pass numbers as arrays, or raise `retraceBudget`."
      ])
    }).pipe(Effect.provide(Reference.layer)))
})
