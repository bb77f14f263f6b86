/**
 * The expected numbers are those of JAX 0.10.2 (`jax.custom_batching.custom_vmap`) where JAX accepts the call.
 */
import { describe, expect, it } from "@effect/vitest"
import { customVjp, customVmap, grad, jit, jvp, Lax, type NdArray, Numpy as np, Program, vmap } from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import { Effect } from "effect"
import { backends, expectTree, failure } from "./derivatives.ts"

type X = NdArray.Any

const x3 = np.array([0, 1, 2])
const f = customVmap((x: X, y: X) => np.multiply(x, y), (_, __, x, y) => [np.add(np.multiply(x, y), 100), true])

describe.each(backends)("$name", ({ layer }) => {
  const check = (title: string, make: () => unknown, expected: unknown) =>
    it.effect(title, () => Effect.provide(Effect.suspend(() => expectTree(make(), expected)), layer))

  check("is the function, and its rule when it is mapped", () => [f(2, 3), vmap(f)(x3, x3), vmap(jit(f))(x3, x3)], [
    6,
    [100, 101, 104],
    [100, 101, 104]
  ])
  check("in jvp, of the function and of the rule", () => [
    jvp(f, [2, 3], [1, 1]),
    vmap((x: X, y: X) => jvp(f, [x, y], [x, y]))(x3, x3)
  ], [[6, 5], [[100, 101, 104], [0, 2, 8]]])
  check("is told the size, and what is batched", () => {
    const g = customVmap(
      (p: { readonly a: X; readonly b: X }, x: X) => ({ s: np.add(p.a, x), t: p.b }),
      (axisSize, [p, x], { a, b }, xs) => [
        { s: np.multiply(np.add(a, xs), axisSize), t: np.add(b, p.a ? 10 : 0).pipe(np.add(x ? 1 : 0)) },
        { s: p.a || x, t: p.b }
      ]
    )
    return [
      vmap(g, { inAxes: [{ a: 0, b: null }, null] })({ a: x3, b: np.array(1) }, np.array(1)),
      vmap(g, { inAxes: [{ a: null, b: 0 }, 0] })({ a: np.array(1), b: x3 }, x3)
    ]
  }, [{ s: [3, 6, 9], t: [11, 11, 11] }, { s: [3, 6, 9], t: [1, 2, 3] }])
  check("a vmap of the rule maps it", () => {
    const g = customVmap((x: X) => np.sin(x), (axisSize, [batched], x) => [np.add(x, axisSize), batched])
    return vmap(vmap(g))(np.zeros([2, 3]))
  }, [[3, 3, 3], [3, 3, 3]])
  check("differentiated only in part, and by hand in reverse", () => {
    const g = customVjp((x: X, y: X) => f(x, y), {
      forward: (x, y) => [f(x, y), { x, y }],
      backward: ({ x, y }, ct) => [np.multiply(ct, y), np.multiply(ct, x)]
    })
    return [
      vmap((x: X, y: X) => jvp((x: X) => f(x, y), [x], [np.array(1)]))(x3, np.array([4, 5, 6])),
      vmap(grad(g, { argnums: [0, 1] }))(x3, np.array([4, 5, 6]))
    ]
  }, [[[100, 105, 112], [4, 5, 6]], [[4, 5, 6], [0, 1, 2]]])
  check("closes over arrays that are the same for all, which may be traced", () =>
    jit((w: X, x: X) => {
      const g = customVmap((x: X) => np.multiply(x, w), (_, __, x) => [np.add(np.multiply(x, w), 100), true])
      return [g(x), vmap(g)(x)]
    })(np.array(3), x3), [[0, 3, 6], [100, 103, 106]])
  check("in scan, and with a name around it", () => {
    const g = customVmap((c: X) => np.add(c, 1), (_, [batched], c) => [np.add(c, 10), batched])
    return vmap((x: X) => Lax.scan((c: X, _: X) => [g(c), Lax.psum(c, "i")] as const, x, np.zeros([2])), {
      axisName: "i"
    })(x3)
  }, [[20, 21, 22], [[3, 33], [3, 33], [3, 33]]])
})

describe("customVmap", () => {
  it("is printed and stored; what is read back has no rule", () => {
    const program = Program.verify(Effect.runSync(Program.trace(f, np.array(1), np.array(2))))
    expect(Program.print(program)).toBe(`{ lambda ; a:f32[] b:f32[]. let
    c:f32[] = custom_vmap_call[
      call={ lambda ; d:f32[] e:f32[]. let f:f32[] = mul d e in (f,) }
      rule=<lambda>
    ] a b
  in (c,) }`)
    const back = Effect.runSync(Effect.flatMap(ProgramCodec.encode(program), ProgramCodec.decode))
    expect(back.equations[0]!.primitive.name).toBe("jit")
  })

  it("has no reverse mode, as in JAX", () => {
    const message =
      "ArgumentError: customVmap: <lambda> has no derivative in reverse mode (grad, vjp, linearize): how its " +
      "rule and a transpose would go together is not known; give it one with customVjp, or differentiate with jvp or jacfwd"
    expect(failure(() => grad(f)(1, 2))).toBe(message)
    expect(failure(() => vmap(grad(f))(x3, x3))).toBe(message)
  })

  it("says what is wrong with a rule", () => {
    const of = (rule: unknown) => failure(() => vmap(customVmap((x: X) => np.sin(x), rule as never))(x3))
    expect(of(function rule(_: number, __: unknown, x: X) {
      return x
    })).toBe("TreeError: customVmap: the rule rule must return a pair [result, outBatched], got *")
    expect(of((_: number, __: unknown, x: X) => [[x], true])).toContain("must have the structure *, got [*]")
    expect(of((_: number, __: unknown, x: X) => [np.sum(x), true])).toContain("must have shape [3], got []")
    expect(of((_: number, __: unknown, x: X) => [x, false])).toContain("must have shape [], got [3]")
    expect(of((_: number, __: unknown, x: X) => [x, 0])).toBe(
      "TreeError: customVmap: outBatched of <lambda> must be booleans, got 0"
    )
    expect(of((_: number, __: unknown, x: X) => [x, [true]])).toContain(
      "customVmap: outBatched of <lambda>: trees differ"
    )
  })

  it("knows nothing of what differs and is closed over", () => {
    const g = (w: X) => customVmap((x: X) => np.multiply(x, w), (_, __, x) => [x, true])
    expect(failure(() => vmap((w: X) => g(w)(np.array(1)))(x3))).toBe(
      "ArgumentError: customVmap: <lambda> closes over an array that differs from example to example, but its rule is about " +
        "its arguments only; pass the array as an argument"
    )
    expect(failure(() => jvp((w: X) => g(w)(np.array(1)), [np.array(1)], [np.array(1)]))).toContain(
      "closes over an array that is being differentiated"
    )
  })
})
