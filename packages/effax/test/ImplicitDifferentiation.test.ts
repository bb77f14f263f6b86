/**
 * `customLinearSolve`, `customRoot` and `closureConvert`. The expected numbers are those of JAX 0.10.2 for the expressions in
 * the comments.
 */
import { checkGrads } from "@effax/testing/CheckGrads"
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  checkpoint,
  closureConvert,
  customLinearSolve,
  customRoot,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  Lax,
  linearTranspose,
  NdArray,
  Numpy as np,
  Program,
  valueAndGrad,
  vmap
} from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import { Effect } from "effect"
import { backends, expectTree, failure } from "./derivatives.ts"

type X = NdArray.Any
type Map = (x: X) => X

const A = np.array([[4, 1], [2, 3]])
const b = np.array([1, 2])

/** Richardson's iteration: a loop without a bound, which reverse mode can't go back through. */
const richardson = (map: Map, b: X): X =>
  Lax.whileLoop(
    ([n]) => np.less(n, 40),
    ([n, x]) => [np.add(n, 1), np.add(x, np.multiply(0.25, np.subtract(b, map(x))))],
    [np.array(0n), np.zerosLike(b)] as readonly [X, X]
  )[1]

const solve = (A: X, b: X): X =>
  customLinearSolve((x: X) => np.matmul(A, x), b, richardson, { transposeSolve: richardson })

/** Cramer's rule. */
const solve2 = (m: X, y: X): X => {
  const [p, q, r, s] = [0, 1, 2, 3].map((i): X => np.take(np.ravel(m), i)) as [X, X, X, X]
  const adjugate = np.stack([np.stack([s, np.negative(q)]), np.stack([np.negative(r), p])])
  return np.divide(np.matmul(adjugate, y), np.subtract(np.multiply(p, s), np.multiply(q, r)))
}

const loss = (A: X, b: X) => np.sum(np.square(solve(A, b)))

// x0^2 + x1 = a0, x0 - x1^3 = a1
const equations = (a: X) => (x: X) => {
  const [x0, x1] = [np.take(x, 0), np.take(x, 1)]
  return np.subtract(np.stack([np.add(np.square(x0), x1), np.subtract(x0, np.power(x1, 3))]), a)
}
const newton = (f: Map, guess: X): X =>
  Lax.whileLoop(
    ([n]) => np.less(n, 20),
    ([n, x]) => [np.add(n, 1), np.subtract(x, solve2(jacfwd(f)(x), f(x)))],
    [np.array(0n), guess] as readonly [X, X]
  )[1]
const root = (a: X): X => customRoot(equations(a), np.onesLike(a), newton, (g, y: X) => solve2(jacfwd(g)(y), y))

describe("errors", () => {
  it("of functions whose results are unlike the right-hand side", () => {
    expect(failure(() => customLinearSolve((x: X) => np.sum(x), b, (_, b) => b))).toBe(
      "ShapeError: customLinearSolve: the result of matvec, as the right-hand side, must have shape [2], got []"
    )
    expect(failure(() => customLinearSolve((x: X) => x, b, (_, b) => [b, b] as never))).toMatch(
      /^TreeError: customLinearSolve: the result of solve, as the right-hand side, must have the structure/
    )
    expect(failure(() => customLinearSolve((x: X) => x, b, (_, b) => b as never, { hasAux: true }))).toMatch(
      /^TreeError: customLinearSolve: with hasAux the result of solve must be a pair \[solution, auxiliary\]/
    )
    expect(failure(() => customRoot((x: X) => np.sum(x), b, (_, x) => x, (_, y) => y))).toBe(
      "ShapeError: customRoot: the result of f, as the initial guess, must have shape [2], got []"
    )
    expect(failure(() => customRoot((x: X) => x, b, (_, x) => x, (_, y) => np.sum(y)))).toBe(
      "ShapeError: customRoot: the result of tangentSolve, as the initial guess, must have shape [2], got []"
    )
  })

  it("of a map that is not linear, where its transpose is wanted", () => {
    expect(failure(() => customLinearSolve((x: X) => np.square(x), b, (_, b) => b, { transposeSolve: (_, b) => b })))
      .toMatch(/^ArgumentError: linearTranspose: the function is not linear/)
  })

  it("of reverse mode without a transpose", () => {
    const f = (A: X) => np.sum(customLinearSolve((x: X) => np.matmul(A, x), b, richardson))
    expect(failure(() => grad(f)(A))).toBe(
      "ArgumentError: customLinearSolve: reverse mode solves the transposed equations; give `transposeSolve`, or " +
        "`symmetric: true` where matvec is its own transpose"
    )
  })

  it("of a converted function that is called with too little", () => {
    const [f] = closureConvert((x: X) => np.multiply(x, A), np.ones([2]))
    expect(failure(() => f(np.ones([2])))).toBe(
      "TreeError: closureConvert: the converted function takes its 1 argument and then the 1 captures, got 1"
    )
  })
})

describe.each(backends)("on $name", ({ layer, name }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  describe("customLinearSolve", () => {
    // loss = lambda A, b: (jnp.linalg.solve(A, b) ** 2).sum()
    const ofA = [[0.018, 0.108], [-0.046, -0.276]]
    const ofb = [-0.18, 0.46]

    test("values and first derivatives", () =>
      Effect.gen(function*() {
        yield* expectTree(solve(A, b), [0.1, 0.6])
        yield* expectTree(grad(loss, { argnums: [0, 1] })(A, b), [ofA, ofb])
        yield* expectTree(jit(grad(jit(loss), { argnums: [0, 1] }))(A, b), [ofA, ofb])
        yield* expectTree(grad(checkpoint(loss), { argnums: [0, 1] })(A, b), [ofA, ofb])
        // jax.jvp(loss, (A, b), (jnp.ones((2, 2)), jnp.ones(2)))
        yield* expectTree(jvp(loss, [A, b], [np.ones([2, 2]), np.ones([2])]), [0.37, 0.084])
        // the transpose of x = A^-1 b with respect to b
        yield* expectTree(linearTranspose((b: X) => solve(A, b), b)(b)[0], [-0.1, 0.7])
      }))

    test("second derivatives", () =>
      // jax.hessian(loss)(A, b)
      expectTree(hessian(loss)(A, b), [
        [[[-0.0082, -0.0132], [0.0134, -0.0116]], [[-0.0132, 0.1368], [0.0624, -0.1776]]],
        [[[0.0134, 0.0624], [-0.0058, 0.0112]], [[-0.0116, -0.1776], [0.0112, 0.3432]]]
      ]))

    test("batches of matrices, of right-hand sides, of both", () =>
      Effect.gen(function*() {
        const As = np.stack([A, np.array([[5, 1], [2, 3]])])
        const other = [[0.01183432, 0.09467457], [-0.03550296, -0.2840237]]
        // jax.vmap(jax.grad(loss), (0, None))(As, b)
        yield* expectTree(vmap(grad(loss), { inAxes: [0, null] })(As, b), [ofA, other])
        yield* expectTree(jit(vmap(jit(grad(loss)), { inAxes: [0, null] }))(As, b), [ofA, other])
        yield* expectTree(grad((As: X) => np.sum(vmap(loss, { inAxes: [0, null] })(As, b)))(As), [ofA, other])
        // jax.vmap(jax.grad(loss, 1), (None, 0))(A, jnp.array([[1., 2.], [3., 1.]]))
        const bs = np.array([[1, 2], [3, 1]])
        yield* expectTree(vmap(grad(loss, { argnums: 1 }), { inAxes: [null, 0] })(A, bs), [ofb, [0.56, -0.32]])
        yield* expectTree(vmap(vmap(solve, { inAxes: [null, 0] }), { inAxes: [0, null] })(np.stack([A]), bs), [
          [[0.1, 0.6], [0.8, -0.2]]
        ])
      }))

    test("trees, symmetric maps, auxiliary results", () =>
      Effect.gen(function*() {
        interface Pair {
          readonly u: X
          readonly v: X
        }
        const f = (S: X, d: X, b: Pair) => {
          const [x, aux] = customLinearSolve(
            ({ u, v }: Pair): Pair => ({ u: np.matmul(S, u), v: np.multiply(d, v) }),
            b,
            (_, { u, v }) =>
              [{ u: solve2(np.stopGradient(S), u), v: np.divide(v, d) }, { calls: np.array(7n) }] as const,
            { symmetric: true, hasAux: true }
          )
          return [np.add(np.sum(np.square(x.u)), np.sin(x.v)), aux] as const
        }
        // jax.value_and_grad(tl, (0, 1, 2))(S, 2., {'u': jnp.array([1., 2.]), 'v': 3.})
        const of = valueAndGrad(f, { argnums: [0, 1, 2], hasAux: true })
        yield* expectTree(of(np.array([[3, 1], [1, 2]]), np.array(2), { u: b, v: np.array(3) }), [
          [1.9974949, { calls: 7 }],
          [[[0, 0.4], [0, -1.2]], -0.0530529, { u: [-0.4, 1.2], v: 0.0353686 }]
        ])
      }))

    test("a decoded Program computes the same", () =>
      Effect.gen(function*() {
        const program = Program.verify(yield* Program.trace(grad(loss), A, b))
        const decoded = yield* ProgramCodec.decode(yield* ProgramCodec.encode(program))
        expect(Program.equals(program, decoded)).toBe(true)
        yield* expectTree(Program.call(decoded, [A, b]), [ofA])
      }))
  })

  describe("customRoot", () => {
    // root = lambda a: lax.custom_root(F(a), jnp.array([1., 1.]), newton, lambda g, y: solve(jacfwd(g)(y), y))
    const a = np.array([3, -1])
    const jacobian = [[0.35915333, 0.06877949], [0.06877949, -0.17833294]]

    test("values, first and second derivatives", () =>
      Effect.gen(function*() {
        yield* expectTree(root(a), [1.2964108, 1.3193191])
        yield* expectTree(jacrev(root)(a), jacobian)
        yield* expectTree(jacfwd(root)(a), jacobian)
        yield* expectTree(jit(jacrev(checkpoint(root)))(a), jacobian)
        yield* expectTree(hessian((a: X) => np.take(root(a), 0))(a), [
          [-0.09007959, -0.02442195],
          [-0.02442195, 0.01391699]
        ])
      }))

    test("batches", () =>
      Effect.gen(function*() {
        // jax.vmap(jax.grad(lambda a: root(a)[0]))(jnp.array([[3., -1.], [2., 0.]]))
        const first = (a: X) => np.take(root(a), 0)
        const slopes = [jacobian[0], [0.42857143, 0.14285715]]
        yield* expectTree(vmap(grad(first))(np.array([[3, -1], [2, 0]])), slopes)
        yield* expectTree(grad((as: X) => np.sum(vmap(first)(as)))(np.array([[3, -1], [2, 0]])), slopes)
      }))

    test("the tangent is solved for by customLinearSolve, and what is auxiliary is handed on", () =>
      Effect.gen(function*() {
        // x + 0.1 sin(x) = a
        const f = (a: X) =>
          customRoot(
            (x: X) => np.subtract(np.add(x, np.multiply(0.1, np.sin(x))), a),
            np.zeros([2]),
            (f, x: X) =>
              Lax.whileLoop(
                ([n]) => np.less(n, 12),
                ([n, x]) => [np.add(n, 1), np.subtract(x, f(x))],
                [np.array(0n), x] as readonly [X, X]
              ).toReversed() as unknown as readonly [X, X],
            (g, y: X) =>
              customLinearSolve((x: X) => g(x), y, (g, y) => {
                let x: X = y
                for (let i = 0; i < 10; i++) x = np.add(x, np.subtract(y, g(x)))
                return np.stopGradient(x)
              }, { symmetric: true }),
            { hasAux: true }
          )
        // dx/da = 1 / (1 + 0.1 cos x) and d2x/da2 = 0.1 sin x / (1 + 0.1 cos x)^3 where a = x + 0.1 sin x
        const xs = [0.5, 2]
        const as = np.array(xs.map((x) => x + 0.1 * Math.sin(x)))
        const first = (a: X) => f(a)[0]
        yield* expectTree(f(as), [xs, 12])
        yield* expectTree(grad((a: X) => np.sum(first(a)))(as), xs.map((x) => 1 / (1 + 0.1 * Math.cos(x))))
        yield* expectTree(
          grad((a: X) => np.sum(grad((a: X) => np.sum(first(a)))(a)))(as),
          xs.map((x) => 0.1 * Math.sin(x) / (1 + 0.1 * Math.cos(x)) ** 3)
        )
      }))

    test("the guess and the solver have no part in the derivative", () =>
      Effect.gen(function*() {
        const f = (a: X, guess: X) =>
          customRoot(
            (x: X) => np.subtract(x, a),
            guess,
            (_, guess: X) => np.add(np.multiply(guess, 0), np.multiply(a, 1)),
            (_, y) => y
          )
        yield* expectTree(grad(f, { argnums: [0, 1] })(3, 5), [1, 0])
      }))
  })

  describe("closureConvert", () => {
    test("gives what a function closes over to a rule that must know it", () =>
      Effect.gen(function*() {
        // an integral whose way back is that of the midpoint: the integrand closes over the scale
        const midpoint = (f: (x: X, ...captures: ReadonlyArray<X>) => X, captures: ReadonlyArray<X>) =>
          customVjp((captures: ReadonlyArray<X>) => f(np.array(0.5), ...captures), {
            forward: (captures) => [f(np.array(0.5), ...captures), captures],
            backward: (captures, ct) => [
              grad((captures: ReadonlyArray<X>) => np.multiply(ct, f(np.array(0.5), ...captures)))(captures)
            ]
          })(captures)
        const n = np.array([1, 2], { dtype: "int32" })
        const integral = (s: X) => {
          const [f, captures] = closureConvert((x: X) => np.sum(np.multiply(np.sin(np.multiply(s, x)), n)), np.array(0))
          // integers have no gradient, and stay where they are
          expect(captures.length).toBe(1)
          return midpoint(f, captures)
        }
        yield* expectTree(valueAndGrad(integral)(2), [3 * Math.sin(1), 1.5 * Math.cos(1)])
      }))
  })

  if (name === "reference") {
    test("finite differences", () =>
      Effect.gen(function*() {
        yield* checkGrads(loss, [A, b], { order: 2, rtol: 1e-5, atol: 1e-5 })
        yield* checkGrads(root, [np.array([3, -1])], { order: 2 })
      }))
  }
})
