/**
 * The expected numbers are those of JAX 0.10.2, for the same functions and the expression in the comment.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  customJvp,
  customVjp,
  grad,
  hessian,
  jacrev,
  jit,
  jvp,
  Lax,
  linearize,
  NdArray,
  Numpy as np,
  Program,
  valueAndGrad,
  vjp,
  vmap
} from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import { Effect } from "effect"
import { backends, expectTree, failure } from "./derivatives.ts"

type Fn = (x: NdArray.Any) => NdArray.Any
interface Weights {
  readonly w: NdArray.Any
}

const x2 = np.array([1, 2])
const x34 = np.array([3, 4])

// @jax.custom_jvp
// def l(x): return jnp.log1p(jnp.exp(x))
// l.defjvp(lambda p, t: (l(p[0]), (1 - 1 / (1 + jnp.exp(p[0]))) * t[0]))
const l: Fn = customJvp(
  (x: NdArray.Any) => np.log1p(np.exp(x)),
  ([x], [dx]) => [l(x), np.multiply(np.subtract(1, np.reciprocal(np.add(1, np.exp(x)))), dx)]
)

// @jax.custom_jvp
// def g(p, x): return {'y': p['w'] * x, 'n': p['w'] + x}
// @g.defjvp
// def gj(pr, t):
//   (p, x), (dp, dx) = pr, t
//   return g(p, x), {'y': dp['w'] * x * 10 + p['w'] * dx * 100, 'n': dp['w']}
const g: (p: Weights, x: NdArray.Any) => { readonly y: NdArray.Any; readonly n: NdArray.Any } = customJvp(
  (p: Weights, x: NdArray.Any) => ({ y: np.multiply(p.w, x), n: np.add(p.w, x) }),
  ([p, x], [dp, dx]) => [
    g(p, x),
    { y: np.add(np.multiply(np.multiply(dp.w, x), 10), np.multiply(np.multiply(p.w, dx), 100)), n: dp.w }
  ]
)
const gSum = (p: Weights, x: NdArray.Any) => {
  const { n, y } = g(p, x)
  return np.add(y, np.multiply(n, 3))
}

// @jax.custom_vjp
// def q(p, x): return p['w'] * jnp.sin(x)
// q.defvjp(lambda p, x: (q(p, x), (p, x)), lambda r, c: ({'w': c * jnp.cos(r[1])}, c * r[0]['w'] * r[1]))
const q: (p: Weights, x: NdArray.Any) => NdArray.Any = customVjp(
  (p: Weights, x: NdArray.Any) => np.multiply(p.w, np.sin(x)),
  {
    forward: (p, x) => [q(p, x), { p, x }],
    backward: ({ p, x }, ct) => [{ w: np.multiply(ct, np.cos(x)) }, np.multiply(np.multiply(ct, p.w), x)]
  }
)

// sq = jax.custom_vjp(jnp.sin); sq.defvjp(lambda x: (jnp.sin(x), x), lambda x, c: (2 * jnp.cos(x) * c,))
const sq = customVjp((x: NdArray.Any) => np.sin(x), {
  forward: (x) => [np.sin(x), x],
  backward: (x, ct) => [np.multiply(np.multiply(2, np.cos(x)), ct)]
})

describe.each(backends)("on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  describe("customJvp", () => {
    test("in forward and reverse mode, batched, compiled, and differentiated twice", () =>
      Effect.gen(function*() {
        // [l(v) for v in (0., 1.)]
        yield* expectTree(l(np.array([0, 1])), [0.6931471805599453, 1.3132616875182228])
        // [jax.grad(l)(v) for v in (0., 3., 100.)]
        yield* expectTree([0, 3, 100].map((v) => grad(l)(v)), [0.5, 0.9525741338729858, 1])
        // [jax.grad(jax.grad(l))(v) for v in (0., 1.)]
        yield* expectTree([0, 1].map((v) => grad(grad(l))(v)), [0.25, 0.1966119408607483])
        // jax.jvp(l, (3.,), (2.,))
        yield* expectTree(jvp(l, [3], [2]), [3.0485873222351074, 1.9051482677459717])
        yield* expectTree(linearize(l, 3)[1](2), 1.9051482677459717)
        // jax.vmap(jax.grad(l))(jnp.array([0., 1., 2.]))
        const slopes = [0.5, 0.7310585975646973, 0.8807970881462097]
        const at = np.array([0, 1, 2])
        yield* expectTree(vmap(grad(l))(at), slopes)
        yield* expectTree(vmap(grad(jit(l)))(at), slopes)
        yield* expectTree(jit(vmap(grad(l)))(at), slopes)
        yield* expectTree(grad((x: NdArray.Any) => np.sum(vmap(l)(x)))(at), slopes)
        yield* expectTree(grad(jit((x: NdArray.Any) => np.sum(vmap(jit(l))(x))))(at), slopes)
        // jax.hessian(lambda x: jnp.sum(l(x)))(jnp.array([1., 2.]))
        yield* expectTree(hessian((x: NdArray.Any) => np.sum(l(x)))(x2), [
          [0.1966119408607483, 0],
          [0, 0.10499358177185059]
        ])
        yield* expectTree(hessian(jit((x: NdArray.Any) => np.sum(vmap(l)(x))))(x2), [
          [0.1966119408607483, 0],
          [0, 0.10499358177185059]
        ])
      }))

    test("of trees", () =>
      Effect.gen(function*() {
        // jax.grad(lambda p, x: jnp.sum(g(p, x)['y'] + 3 * g(p, x)['n']), (0, 1))({'w': x2}, jnp.array([3., 4.]))
        const whole = (p: Weights, x: NdArray.Any) => np.sum(gSum(p, x))
        yield* expectTree(grad(whole, { argnums: [0, 1] })({ w: x2 }, x34), [{ w: [33, 43] }, [100, 200]])
        // jax.vmap(jax.grad(lambda p, x: g(p, x)['y'] + 3 * g(p, x)['n'], (0, 1)), (None, 0))({'w': 2.}, ...)
        const each = vmap(grad(gSum, { argnums: [0, 1] }), { inAxes: [null, 0] })
        yield* expectTree(each({ w: np.array(2) }, x34), [{ w: [33, 43] }, [200, 200]])
        // jax.grad(lambda p, x: sum(vmap(lambda p, x: g(p, x)['y'] * g(p, x)['n'], (None, 0))(p, x)), (0, 1))
        const product = (p: Weights, x: NdArray.Any) => np.multiply(g(p, x).y, g(p, x).n)
        const batched = (p: Weights, x: NdArray.Any) => np.sum(vmap(product, { inAxes: [null, 0] })(p, x))
        yield* expectTree(grad(batched, { argnums: [0, 1] })({ w: 2 }, x34), [{ w: 404 }, [1000, 1200]])
      }))

    test("nondiff arguments go to the rule first, as they are", () =>
      Effect.gen(function*() {
        // ap = custom_jvp(lambda h, x, n: h(x) * n, nondiff_argnums=(0, 2)), with the rule
        // lambda h, n, p, t: (ap(h, *p, n), h(*p) * t[0] * n * 7); jax.value_and_grad(lambda x: ap(jnp.sin, x, 3))(2.)
        const ap: (h: Fn, x: NdArray.Any, n: number) => NdArray.Any = customJvp(
          (h: Fn, x: NdArray.Any, n: number) => np.multiply(h(x), n),
          (h, n, [x], [dx]) => [ap(h, x, n), np.multiply(np.multiply(h(x), dx), n * 7)],
          { nondiffArgnums: [0, 2] }
        )
        yield* expectTree(valueAndGrad((x: NdArray.Any) => ap(np.sin, x, 3))(2), [
          2.7278921604156494,
          19.095245361328125
        ])
      }))

    test("integers have zero tangents, and none of their own", () =>
      Effect.gen(function*() {
        const seen: Array<string> = []
        const f = customJvp(
          (x: NdArray.Any, n: NdArray.Any) => ({ y: np.multiply(x, n), n }),
          ([x, n], [dx, dn]) => {
            seen.push(`${dx} ${dn}`)
            return [{ y: np.multiply(x, n), n }, { y: np.multiply(dx, n), n: np.zeros([]) }]
          }
        )
        const three = np.array(3, { dtype: "int32" })
        yield* expectTree(grad((x: NdArray.Any) => f(x, three).y)(2), 3)
        yield* expectTree(jvp((x: NdArray.Any) => f(x, three), [2], [1]), [{ y: 6, n: 3 }, { y: 3, n: 0 }])
        expect(seen).toEqual(["f32[] i32[]", "f32[] i32[]"])
      }))

    test("a rule may use jit, jvp, vmap and arrays from elsewhere", () =>
      Effect.gen(function*() {
        const table = np.array([10, 20])
        const f: Fn = customJvp(
          (x: NdArray.Any) => np.sin(x),
          ([x], [dx]) => {
            const [value, tangent] = jvp(jit((y: NdArray.Any) => np.multiply(np.sin(y), table)), [x], [dx])
            return [
              np.divide(value, table),
              vmap((a: NdArray.Any, b: NdArray.Any) => np.multiply(a, b))(tangent, np.array([1, 2]))
            ]
          }
        )
        // d/dx sum(f) = cos(x) * table * [1, 2]
        const expected = [10 * Math.cos(1), 40 * Math.cos(2)]
        const total = (x: NdArray.Any) => np.sum(f(x))
        yield* expectTree(grad(total)(x2), expected)
        yield* expectTree(grad(jit(total))(x2), expected)
        yield* expectTree(jit(grad(jit(total)))(x2), expected)
        yield* expectTree(jvp(jit(total), [x2], [np.array([1, 0])])[1], expected[0])
        yield* expectTree(vmap(grad(jit(total)))(np.stack([x2, x2])), [expected, expected])
        yield* expectTree(grad((x: NdArray.Any) => np.sum(grad(jit(total))(x)))(x2), [
          -10 * Math.sin(1),
          -40 * Math.sin(2)
        ])
      }))
  })

  describe("customVjp", () => {
    test("of trees, batched, compiled", () =>
      Effect.gen(function*() {
        const total = (p: Weights, x: NdArray.Any) => np.sum(q(p, x))
        // jax.grad(lambda p, x: jnp.sum(q(p, x)), (0, 1))({'w': x2}, jnp.array([3., 4.]))
        const expected = [{ w: [-0.9899924993515015, -0.6536436080932617] }, [3, 8]]
        yield* expectTree(grad(total, { argnums: [0, 1] })({ w: x2 }, x34), expected)
        yield* expectTree(jit(grad(jit(total), { argnums: [0, 1] }))({ w: x2 }, x34), expected)
        yield* expectTree(vjp(q, { w: x2 }, x34)[1](np.ones([2])), expected)
        // jax.grad(lambda p, x: jnp.sum(jax.vmap(q, (None, 0))(p, x)), (0, 1))({'w': 2.}, jnp.array([3., 4.]))
        const batched = (p: Weights, x: NdArray.Any) => np.sum(vmap(q, { inAxes: [null, 0] })(p, x))
        yield* expectTree(grad(batched, { argnums: [0, 1] })({ w: 2 }, x34), [{ w: -1.6436361074447632 }, [6, 8]])
        // jax.grad(lambda p, x: sum(vmap(vmap(q, (None, 0)), (0, None))(p, x)), (0, 1))({'w': x2}, [3., 4., 5.])
        const twice = (p: Weights, x: NdArray.Any) =>
          np.sum(vmap(vmap(q, { inAxes: [null, 0] }), { inAxes: [0, null] })(p, x))
        yield* expectTree(grad(twice, { argnums: [0, 1] })({ w: x2 }, np.array([3, 4, 5])), [
          { w: [-1.3599739074707031, -1.3599739074707031] },
          [9, 12, 15]
        ])
        // jax.jit(jax.grad(jax.jit(lambda x: q({'w': 2.}, x) * x)))(3.)
        const f = (x: NdArray.Any) => np.multiply(q({ w: np.array(2) }, x), x)
        yield* expectTree(jit(grad(jit(f)))(3), 18.28223991394043)
        // jax.jacrev(lambda x: q({'w': x2}, x))(jnp.array([3., 4.]))
        yield* expectTree(jacrev((x: NdArray.Any) => q({ w: x2 }, x))(x34), [[3, 0], [0, 8]])
      }))

    test("twice: the rules are differentiated", () =>
      Effect.gen(function*() {
        // jax.grad(lambda x: jax.grad(lambda x: q({'w': 2.}, x))(x) ** 2)(3.)
        const inner = grad((x: NdArray.Any) => q({ w: np.array(2) }, x))
        yield* expectTree(grad((x: NdArray.Any) => np.square(inner(x)))(3), 24)
        // jax.jvp(jax.grad(sq), (1.,), (1.,))
        yield* expectTree(jvp(grad(sq), [1], [1]), [1.0806045532226562, -1.6829419136047363])
        // jax.hessian(sq)(1.)
        yield* expectTree(hessian(sq)(1), -1.6829419136047363)
        yield* expectTree(grad(grad(jit(sq)))(1), -1.6829419136047363)
        yield* expectTree(vmap(grad(grad(sq)))(np.array([1, 1])), [-1.6829419136047363, -1.6829419136047363])
      }))

    test("null is a zero cotangent, and integers have none", () =>
      Effect.gen(function*() {
        // clip = custom_vjp(lambda lo, hi, x: x), clip.defvjp(lambda lo, hi, x: (x, (lo, hi)),
        //   lambda r, c: (None, None, jnp.clip(c, r[0], r[1])))
        const clip = customVjp((_lo: NdArray.Any, _hi: NdArray.Any, x: NdArray.Any) => x, {
          forward: (lo, hi, x) => [x, [lo, hi]],
          backward: ([lo, hi], ct) => [null, null, np.clip(ct, { min: lo!, max: hi! })]
        })
        // jax.grad(lambda x: 5 * clip(-1., 2., x) + x)(3.)
        yield* expectTree(grad((x: NdArray.Any) => np.add(np.multiply(clip(-1, 2, x), 5), x))(3), 3)
        // jax.grad(lambda lo: 5 * clip(lo, 2., 3.))(-1.)
        yield* expectTree(grad((lo: NdArray.Any) => np.multiply(clip(lo, 2, 3), 5))(-1), 0)
        // jax.vmap(jax.grad(lambda x, s: s * clip(-1., 2., x)))(jnp.array([1., 2.]), jnp.array([0.5, 7.]))
        const scaled = (x: NdArray.Any, s: NdArray.Any) => np.multiply(s, clip(-1, 2, x))
        yield* expectTree(vmap(grad(scaled))(x2, np.array([0.5, 7])), [0.5, 2])
        const take = customVjp(
          (t: { readonly x: NdArray.Any; readonly rest: ReadonlyArray<NdArray.Any> }, n: NdArray.Any) =>
            np.multiply(t.x, n),
          {
            forward: (t, n) => [np.multiply(t.x, n), n],
            backward: (n, ct) => [{ x: np.multiply(ct, n), rest: null }, null]
          }
        )
        const n = np.array(3, { dtype: "int32" })
        yield* expectTree(grad(take)({ x: 2, rest: [1, x2] }, n), { x: 3, rest: [0, [0, 0]] })
      }))

    test("nondiff arguments", () =>
      Effect.gen(function*() {
        // app = custom_vjp(lambda h, x: h(x), nondiff_argnums=(0,)), with lambda h, x, c: (h(x) * c * 3,)
        const app = customVjp((h: Fn, x: NdArray.Any) => h(x), {
          forward: (h, x) => [h(x), x],
          backward: (h, x, ct) => [np.multiply(np.multiply(h(x), ct), 3)]
        }, { nondiffArgnums: 0 })
        // jax.grad(app, 1)(jnp.sin, 1.)
        yield* expectTree(grad((x: NdArray.Any) => app(np.sin, x))(1), 2.5244128704071045)
      }))
  })

  // mk = lambda w: custom_jvp(lambda x: sin(x) * w), with the tangent 2 * w * t; and the same as a custom_vjp
  const scaledBy: Record<string, (w: NdArray.Any) => Fn> = {
    customJvp: (w) => {
      const f: Fn = customJvp(
        (x: NdArray.Any) => np.multiply(np.sin(x), w),
        ([x], [dx]) => [f(x), np.multiply(np.multiply(w, 2), dx)]
      )
      return f
    },
    customVjp: (w) => {
      const f: Fn = customVjp((x: NdArray.Any) => np.multiply(np.sin(x), w), {
        forward: (x) => [f(x), x],
        backward: (_, ct) => [np.multiply(np.multiply(w, 2), ct)]
      })
      return f
    }
  }
  describe.each(Object.entries(scaledBy))("%s that closes over an array", (name, mk) => {
    test("of another transformation, which the rule sees as it is there", () =>
      Effect.gen(function*() {
        // jax.vmap(lambda w: jax.grad(mk(w))(3.))(jnp.array([1., 2.]))
        yield* expectTree(vmap((w: NdArray.Any) => grad(mk(w))(3))(x2), [2, 4])
        // jax.jit(lambda w: jax.grad(mk(w))(3.))(2.)
        yield* expectTree(jit((w: NdArray.Any) => grad(mk(w))(3))(2), 4)
        // where JAX has no answer: the transformation that the array belongs to is over when the rule runs
        const inner = (x: NdArray.Any) => jit((w: NdArray.Any) => mk(w)(x))(2)
        yield* expectTree(grad(inner)(3), 4)
        yield* expectTree(grad((x: NdArray.Any) => np.sum(vmap((w: NdArray.Any) => mk(w)(x))(x2)))(3), 6)
        yield* expectTree(vmap(grad(inner))(x34), [4, 4])
      }))

    test("has no gradient with respect to it", () =>
      Effect.gen(function*() {
        const message = new RegExp(
          `^ArgumentError: ${name}: <lambda> closes over an array f32\\[\\] .* being differentiated.*pass the array as an argument`
        )
        expect(failure(() => grad((w: NdArray.Any) => mk(w)(np.array(3)))(2))).toMatch(message)
        expect(failure(() => grad((w: NdArray.Any) => mk(w)(w))(2))).toMatch(message)
        expect(failure(() => grad(jit((w: NdArray.Any) => vmap(mk(w))(x2)))(2))).toMatch(/one scalar/)
        expect(failure(() => grad(jit((w: NdArray.Any) => np.sum(vmap(mk(w))(x2))))(2))).toMatch(message)
        yield* expectTree(grad((w: NdArray.Any) => mk(np.stopGradient(w))(w))(2), 4)
      }))
  })
})

describe("Programs", () => {
  it.effect("print as JAX's", () =>
    Effect.gen(function*() {
      const forward = customJvp((x: NdArray.Any) => np.add(x, 1), function f_jvp([x], [dx]) {
        return [np.add(x, 1), dx]
      }, { name: "f" })
      expect(Program.print(yield* Program.trace(forward, np.ones([1])))).toBe(`{ lambda ; a:f32[1]. let
    b:f32[1] = custom_jvp_call[
      name=f
      call_jaxpr={ lambda ; c:f32[1]. let d:f32[1] = add c 1.0:f32[] in (d,) }
      jvp=f_jvp
      symbolic_zeros=False
    ] a
  in (b,) }`)
      const f_fwd = (x: NdArray.Any) => [np.add(x, 1), null] as const
      const f_bwd = (_: null, ct: NdArray.Any) => [ct] as const
      const reverse = customVjp((x: NdArray.Any) => np.add(x, 1), { forward: f_fwd, backward: f_bwd }, { name: "f" })
      expect(Program.print(yield* Program.trace(reverse, np.ones([1])))).toBe(`{ lambda ; a:f32[1]. let
    b:f32[1] = custom_vjp_call[
      name=f
      bwd=f_bwd
      call_jaxpr={ lambda ; c:f32[1]. let d:f32[1] = add c 1.0:f32[] in (d,) }
      fwd=f_fwd
      symbolic_zeros=False
    ] a
  in (b,) }`)
    }))

  it.effect("verify, compare without the rule, and are encoded as calls", () =>
    Effect.gen(function*() {
      const of = (factor: number) =>
        Program.trace(
          customJvp((x: NdArray.Any) => np.sin(x), ([x], [dx]) => [np.sin(x), np.multiply(dx, factor)], { name: "f" }),
          np.ones([2])
        )
      const [one, two] = [yield* of(1), yield* of(2)]
      expect(Program.verify(one)).toBe(one)
      expect(Program.equals(one, two)).toBe(true)
      const decoded = yield* ProgramCodec.decode(JSON.parse(JSON.stringify(yield* ProgramCodec.encode(one))))
      expect(decoded.equations.map(({ primitive }) => primitive.name)).toEqual(["jit"])
      expect(Program.print(decoded)).toContain("jaxpr={ lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) }")
    }))
})

describe("errors", () => {
  const tree = (p: Weights, x: NdArray.Any) => np.multiply(p.w, x)
  const forwards = (rule: (...args: ReadonlyArray<never>) => unknown) =>
    failure(() => grad(customJvp((x: NdArray.Any) => np.multiply(x, 2), rule as never, { name: "f" }))(1))

  it("rules of customJvp return a pair like the function's result", () => {
    expect(forwards(function rule(x: unknown) {
      return x
    } as never)).toBe("TreeError: customJvp: the rule rule must return a pair [value, tangent], got an array of 1")
    expect(forwards((([x]: [NdArray.Any], [dx]: [NdArray.Any]) => [[x], dx]) as never)).toContain(
      "TreeError: customJvp: the value that <lambda> returns, as the result of f, must have the structure *, got [*]"
    )
    expect(forwards((([x]: [NdArray.Any], [dx]: [NdArray.Any]) => [x, np.stack([dx])]) as never)).toContain(
      "ShapeError: customJvp: the tangent that <lambda> returns, as the result of f, "
    )
    expect(forwards((([x]: [NdArray.Any], [dx]: [NdArray.Any]) => [x, np.astype(dx, "bfloat16")]) as never)).toMatch(
      /DTypeError: customJvp: the tangent that <lambda> returns, .*must be float32, got bfloat16/
    )
    expect(forwards((([x]: [NdArray.Any], [dx]: [NdArray.Any]) => [np.add(x, dx), dx]) as never)).toBe(
      "ArgumentError: customJvp: output 0 of the rule <lambda> of f depends on the tangents; of the pair that a rule " +
        "returns, the first part is the value at the primals and the second its tangent"
    )
    expect(forwards((([x]: [NdArray.Any], [dx]: [NdArray.Any]) => [x, np.sin(dx)]) as never)).toContain(
      "sin is not a linear function"
    )
  })

  it("backward returns cotangents like the arguments", () => {
    const backwards = (given: (ct: NdArray.Any) => unknown) =>
      failure(() =>
        grad((x: NdArray.Any) =>
          customVjp(tree, { forward: (p, x) => [tree(p, x), null], backward: (_, ct) => given(ct) as never })(
            { w: x },
            x
          )
        )(1)
      )
    expect(backwards((ct) => [{ w: ct }])).toBe(
      "TreeError: customVjp: the cotangents that backward returns must be an array with one entry for each of the 2 " +
        "arguments, got an array of 1"
    )
    expect(backwards((ct) => ct)).toContain("with one entry for each of the 2 arguments, got *")
    expect(backwards((ct) => [{ v: ct }, ct])).toBe(
      "TreeError: customVjp: the cotangents that backward returns must have the structure of the arguments; trees differ " +
        "at `[0]`: the cotangents have a record with keys [\"v\"], the arguments have a record with keys [\"w\"]; " +
        "structures: [{ v: * }, *] and [{ w: * }, *]"
    )
    expect(backwards((ct) => [ct, ct])).toBe(
      "TreeError: customVjp: the cotangents that backward returns: [0] is one leaf, but the argument there is { w: * }"
    )
    expect(backwards((ct) => [{ w: np.stack([ct]) }, ct])).toMatch(
      /ShapeError: customVjp: the cotangents that backward returns: \[0\]\.w.*must have shape \[\], got \[1\]/
    )
    expect(backwards((ct) => [{ w: np.astype(ct, "float64") }, ct])).toMatch(
      /DTypeError: customVjp: the cotangents that backward returns: \[0\]\.w.*must be float32, got float64/
    )
  })

  it("forward mode is none of customVjp's", () => {
    const message =
      "ArgumentError: customVjp: <lambda> has a rule for reverse mode only, so forward mode (jvp, linearize, " +
      "jacfwd) can't differentiate it; use grad, vjp or jacrev, or write the rule with customJvp, which serves both modes"
    expect(failure(() => jvp(sq, [1], [1]))).toBe(message)
    expect(failure(() => jvp(jit(sq), [1], [1]))).toBe(message)
    expect(failure(() => linearize(sq, 1))).toBe(message)
    expect(failure(() => linearize(jit((x: NdArray.Any) => np.multiply(sq(x), 2)), 1))).toBe(message)
    // the forward rule of q calls q, of whose gradient alone nothing would be left
    const total = (x: NdArray.Any) => np.sum(q({ w: x2 }, x))
    expect(failure(() => jvp(valueAndGrad(total), [x2], [x2]))).toBe(message)
  })

  it("nondiff positions exist", () => {
    const f = customJvp((x: NdArray.Any) => x, ([x], [dx]) => [x, dx], { nondiffArgnums: 1, name: "f" })
    expect(failure(() => f(1))).toBe(
      "ArgumentError: customJvp: nondiffArgnums 1 is out of range for a call with 1 argument; positions count from 0, negative ones from the end"
    )
  })
})

// def loop(x): return lax.scan(lambda c, _: (jnp.sin(c * x), None), 1., None, length=3)[0]
// def branch(x): return lax.cond(x > 0, lambda x: x * x, lambda x: jnp.sin(x), x)
// with the rule of each: y, dy = jax.jvp(f, p, t); return y, 2 * dy
describe.each(backends)("rules that differentiate loops and branches, on $name", ({ layer }) => {
  const doubled = (f: Fn): Fn =>
    customJvp(f, (x, dx) => {
      const [y, dy] = jvp(f, x, dx)
      return [y, np.multiply(dy, 2)]
    })
  const loop = doubled((x) =>
    Lax.scan((c: NdArray.Any) => [np.sin(np.multiply(c, x)), null], np.array(1), null, {
      length: 3
    })[0]
  )
  const branch = doubled((x) => Lax.cond(np.greater(x, 0), (x: NdArray.Any) => np.square(x), (x) => np.sin(x), x))

  it.effect("serve reverse mode", () =>
    Effect.gen(function*() {
      const batch = np.array([0.5, -1])
      yield* expectTree(grad(loop)(0.5), 1.3571892)
      yield* expectTree(grad(grad(loop))(0.5), 4.6951)
      yield* expectTree(vmap(grad(loop))(batch), [1.3571892, 2.4484782])
      yield* expectTree(grad(branch)(0.5), 2)
      yield* expectTree(grad(grad(branch))(0.5), 4)
      yield* expectTree(vmap(grad(branch))(batch), [2, 1.0806046])
    }).pipe(Effect.provide(layer)))

  it("still may not let the value depend on the tangents", () => {
    const wrong: Fn = customJvp((x: NdArray.Any) => loop(x), ([x], [dx]) => [loop(np.add(x, dx)), dx])
    expect(failure(() => grad(wrong)(0.5))).toMatch(/output 0 of the rule .* depends on the tangents/)
  })
})
