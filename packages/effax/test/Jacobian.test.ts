/**
 * The expected numbers are those of JAX 0.10.2, for the expression in the comment.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  customVjp,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  jvp,
  NdArray,
  Numpy as np,
  Random,
  vjp,
  vmap
} from "effax"
import { Effect } from "effect"
import { backends, expectTree, failure, nested } from "./derivatives.ts"

const x2 = np.array([1, 2])
const y = np.array([1, -1, 0.5])
const m = np.array([[1, 2, 3], [4, 5, 6]])

// f = lambda x: jnp.stack([x[0] * x[1], jnp.sin(x[0]), x[1] ** 3])
const f = (x: NdArray.Any) => {
  const [a, b] = [np.index(x, 0), np.index(x, 1)]
  return np.stack([np.multiply(a, b), np.sin(a), np.power(b, 3)])
}

// tree = lambda p, y: {'a': jnp.dot(p['w'], y) * p['b'], 's': jnp.sum(y ** 2)}
const tree = (p: { readonly w: NdArray.Any; readonly b: NdArray.Any }, v: NdArray.Any) => ({
  a: np.multiply(np.dot(p.w, v), p.b),
  s: np.sum(np.square(v))
})
const p = { w: m, b: 2 }

// g = lambda x: jnp.sum(jnp.exp(x) * x[::-1])
const g = (x: NdArray.Any) => np.sum(np.multiply(np.exp(x), np.flip(x)))

// both have the same results here, but for their types
const jacobians: ReadonlyArray<typeof jacrev> = [jacfwd as unknown as typeof jacrev, jacrev]

describe.each(backends)("on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("jacfwd and jacrev of one array", () =>
    Effect.gen(function*() {
      // jax.jacfwd(f)(jnp.array([1., 2.]))
      const expected = [[2, 1], [0.5403022766113281, 0], [0, 12]]
      for (const jacobian of jacobians) {
        yield* expectTree(jacobian(f)(x2), expected)
        yield* expectTree(jit(jacobian(jit(f)))(x2), expected)
      }
      // jax.jacrev(jnp.sort)(jnp.array([3., 1., 2.]))
      yield* expectTree(jacobian((x: NdArray.Any) => np.sort(x))(np.array([3, 1, 2])), [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0]
      ])
    }))

  test("of trees: the result's tree, then the argument's", () =>
    Effect.gen(function*() {
      const w = [[[2, -2, 1], [0, 0, 0]], [[0, 0, 0], [2, -2, 1]]]
      const zeros = [[0, 0, 0], [0, 0, 0]]
      // jax.jacfwd(tree)(p, y)
      const first = { a: { w, b: [0.5, 2] }, s: { w: zeros, b: 0 } }
      // jax.jacfwd(tree, -1)(p, y)
      const last = { a: [[2, 4, 6], [8, 10, 12]], s: [2, -2, 1] }
      for (const jacobian of jacobians) {
        yield* expectTree(jacobian(tree)(p, y), first)
        yield* expectTree(jacobian(tree, { argnums: -1 })(p, y), last)
        // jax.jacrev(tree, (0, 1))(p, y)
        yield* expectTree(jacobian(tree, { argnums: [0, 1] })(p, y), {
          a: [first.a, last.a],
          s: [first.s, last.s]
        })
        yield* expectTree(jacobian(tree, { argnums: [1] })(p, y), { a: [last.a], s: [last.s] })
      }
    }))

  test("auxiliary outputs, batches, integer arguments and empty arrays", () =>
    Effect.gen(function*() {
      const withAux = (x: NdArray.Any, n: NdArray.Any) =>
        [np.multiply(np.square(x), n), { twice: np.multiply(x, 2) }] as const
      for (const jacobian of jacobians) {
        yield* expectTree(jacobian(withAux, { hasAux: true })(x2, np.array(3, { dtype: "int32" })), [
          [[6, 0], [0, 12]],
          { twice: [2, 4] }
        ])
        // jax.vmap(jax.jacrev(lambda x: x ** 2))(jnp.array([[1., 2.], [3., 4.]]))
        yield* expectTree(vmap(jacobian((x: NdArray.Any) => np.square(x)))(np.array([[1, 2], [3, 4]])), [
          [[2, 0], [0, 4]],
          [[6, 0], [0, 8]]
        ])
        expect(yield* NdArray.toNested(jacobian((x: NdArray.Any) => np.square(x))(np.zeros([0])))).toEqual([])
      }
    }))

  test("hessian", () =>
    Effect.gen(function*() {
      // jax.hessian(g)(jnp.array([1., 2.]))
      yield* expectTree(hessian(g)(x2), [[5.436563491821289, 10.107337951660156], [
        10.107337951660156,
        7.389056205749512
      ]])
      // jax.hessian(lambda x: x ** 3)(jnp.array([1., 2.]))
      yield* expectTree(hessian((x: NdArray.Any) => np.power(x, 3))(x2), [[[6, 0], [0, 0]], [[0, 0], [0, 12]]])
      // jax.hessian(lambda x, y: jnp.sum(x * y ** 2), (0, 1))(x2, x2)
      const product = (x: NdArray.Any, z: NdArray.Any) => np.sum(np.multiply(x, np.square(z)))
      yield* expectTree(jit(hessian(product, { argnums: [0, 1] }))(x2, x2), [
        [[[0, 0], [0, 0]], [[2, 0], [0, 4]]],
        [[[2, 0], [0, 4]], [[2, 0], [0, 4]]]
      ])
      // jax.hessian(lambda x: (jnp.prod(x), 2 * x), has_aux=True)(x2)
      const aux = (x: NdArray.Any) => [np.prod(x), np.multiply(x, 2)] as const
      yield* expectTree(hessian(aux, { hasAux: true })(x2), [[[0, 1], [1, 0]], [2, 4]])
      // jax.hessian(lambda q: q['u'] ** 2 * q['v'])({'u': 3., 'v': 5.})
      const q = (t: { readonly u: NdArray.Any; readonly v: NdArray.Any }) => np.multiply(np.square(t.u), t.v)
      yield* expectTree(hessian(q)({ u: 3, v: 5 }), { u: { u: 10, v: 6 }, v: { u: 6, v: 0 } })
    }))

  test("hvp", () =>
    Effect.gen(function*() {
      // jax.jvp(jax.grad(g), (jnp.array([1., 2.]),), (jnp.array([1., -1.]),))[1]
      yield* expectTree(hvp(g, [x2], [np.array([1, -1])]), [-4.670774459838867, 2.7182817459106445])
      // jax.jvp(jax.grad(lambda w, x: jnp.sum(jnp.tanh(w @ x))), (m, y), (jnp.ones((2, 3)), jnp.zeros(3)))[1]
      const network = (w: NdArray.Any, v: NdArray.Any) => np.sum(np.tanh(np.matmul(w, v)))
      const expected = [
        [-0.3634309768676758, 0.3634309768676758, -0.1817154884338379],
        [-0.06810934096574783, 0.06810934096574783, -0.03405467048287392]
      ]
      yield* expectTree(hvp(network, [m, y], [np.ones([2, 3]), np.zeros([3])]), expected)
      yield* expectTree(hvp(network, [m, y], [np.ones([2, 3]), null]), expected)
      // jax.jvp(jax.grad(lambda a, b: jnp.sum(a ** 2 * b), (0, 1)), (x2, x2), (x2, jnp.ones(2)))[1]
      const both = (a: NdArray.Any, b: NdArray.Any) => np.sum(np.multiply(np.square(a), b))
      yield* expectTree(hvp(both, [x2, x2], [x2, np.ones([2])], { argnums: [0, 1] }), [[4, 12], [2, 8]])
      const aux = (x: NdArray.Any) => [np.sum(np.power(x, 3)), { x }] as const
      yield* expectTree(hvp(aux, [x2], [np.ones([2])], { hasAux: true }), [[6, 12], { x: [1, 2] }])
      // of labels, which are integers
      const labelled = (w: NdArray.Any, n: NdArray.Any) => np.sum(np.multiply(np.power(w, 3), n))
      yield* expectTree(hvp(labelled, [x2, np.array([1, 2], { dtype: "int32" })], [np.ones([2]), null]), [6, 24])
    }))

  test("agrees with products of tangents and cotangents, at random", () =>
    Effect.gen(function*() {
      const h = (x: NdArray.Any) => np.matmul(np.tanh(np.outer(x, np.cos(x))), np.sin(x))
      for (const seed of [0, 1, 2]) {
        const [a, b, c] = Random.keys(Random.key(seed), 3).map((key) => Random.normal(key, [4]))
        const jacobian = yield* nested(jacfwd(h)(a))
        yield* expectTree(jacrev(h)(a), jacobian)
        yield* expectTree(np.matmul(jacfwd(h)(a), b), yield* nested(jvp(h, [a], [b])[1]))
        yield* expectTree(np.matmul(c, jacrev(h)(a)), yield* nested(vjp(h, a)[1](c)[0]))
        const energy = (x: NdArray.Any) => np.sum(h(x))
        yield* expectTree(np.matmul(hessian(energy)(a), b), yield* nested(hvp(energy, [a], [b])))
      }
    }))

  test("reverse mode alone serves functions with a reverse rule alone", () =>
    Effect.gen(function*() {
      // sq = jax.custom_vjp(jnp.sin), whose derivative is said to be 2 cos x
      const sq = customVjp((x: NdArray.Any) => np.sin(x), {
        forward: (x) => [np.sin(x), x],
        backward: (x, ct) => [np.multiply(np.multiply(2, np.cos(x)), ct)]
      })
      // jax.hessian(sq)(1.)
      yield* expectTree(hessian(sq)(1), -1.6829419136047363)
      expect(failure(() => jacfwd(sq)(1))).toContain("customVjp: <lambda> has a rule for reverse mode only")
    }))
})

describe("dtypes and errors", () => {
  it("the Jacobian has the dtype of the result by columns, and of the argument by rows", () => {
    const half = (x: NdArray.Any) => np.multiply(np.astype(x, "bfloat16"), 2)
    expect(jacfwd(half)(x2).dtype).toBe("bfloat16")
    expect(jacrev(half)(x2).dtype).toBe("float32")
    expect(jacobian).toBe(jacrev)
  })

  it("arguments and results are floating-point arrays", () => {
    const count = np.array([1, 2], { dtype: "int32" })
    for (const [name, jacobian] of [["jacfwd", jacobians[0]!], ["jacrev", jacobians[1]!]] as const) {
      expect(failure(() => jacobian(np.square)(count))).toContain(`DTypeError: ${name}: argument 0`)
      expect(failure(() => jacobian((x: NdArray.Any) => ({ n: [np.astype(x, "int32")] }))(x2))).toBe(
        `DTypeError: ${name}: the function must return floating-point arrays, got i32[2] at n[0]; return what has no ` +
          "derivative as an auxiliary output (hasAux)"
      )
      expect(failure(() => jacobian(f, { argnums: 1 })(x2))).toBe(
        `ArgumentError: ${name}: argnums 1 is out of range for a call with 1 argument; positions count from 0, negative ones from the end`
      )
      expect(failure(() => (jacobian as typeof jacfwd)(f, { hasAux: true } as never)(x2))).toContain(
        "must return a pair"
      )
    }
    expect(failure(() => hvp(f, [x2], [x2]))).toContain("the function must return one scalar")
    expect(failure(() => hvp(g, [x2], [y]))).toContain("tangent [0] must have shape [2], got [3]")
    expect(grad(g)(x2).shape).toEqual([2])
  })
})
