/**
 * The expected numbers are those of JAX 0.10.2: values of the expression in the comment, and how often `sin`, `cos` and
 * `dot_general` occur in the jaxpr of `jax.value_and_grad`, jaxprs inside of it among them.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  checkpoint,
  checkpointName,
  checkpointPolicies as policies,
  type CheckpointPolicy,
  customJvp,
  customVjp,
  grad,
  hessian,
  jit,
  jvp,
  Lax,
  linearize,
  NdArray,
  Numpy as np,
  Program,
  remat,
  savedResiduals,
  valueAndGrad,
  vjp,
  vmap
} from "effax"
import * as ProgramCodec from "effax/ProgramCodec"
import { Effect } from "effect"
import { backends, expectTree, failure } from "./derivatives.ts"

type X = NdArray.Any

const x = np.array([0.5, 1, 2])
const w = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])

const trace = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>): Program.Program =>
  Program.verify(Effect.runSync(Program.trace(f, ...args as ReadonlyArray<never>)))

/** The equations of a Program and of the Programs in it, as often as they are there. */
const equations = (program: Program.Program): ReadonlyArray<Program.Equation> =>
  program.equations.flatMap((equation) => [
    equation,
    ...Object.values(equation.params).flat().filter(Program.isProgram).flatMap(equations)
  ])

const counts = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>) => {
  const names = equations(trace(f, ...args)).map(({ primitive }) => primitive.name)
  return ["sin", "cos", "dot_general"].map((name) => names.filter((n) => n === name).length)
}

const layers = (w1: X, w2: X, x: X) => {
  const y = checkpointName(np.sin(np.matmul(x, w1)), "y")
  const z = checkpointName(np.sin(np.matmul(y, w2)), "z")
  return np.sum(np.sin(z))
}

const table: ReadonlyArray<readonly [name: string, policy: CheckpointPolicy | undefined, expected: Array<number>]> = [
  ["no policy", undefined, [5, 3, 7]],
  ["everythingSaveable", policies.everythingSaveable, [3, 3, 5]],
  ["nothingSaveable", policies.nothingSaveable, [5, 3, 7]],
  ["dotsSaveable", policies.dotsSaveable, [5, 3, 5]],
  ["dotsWithNoBatchDimsSaveable", policies.dotsWithNoBatchDimsSaveable, [5, 3, 5]],
  ["saveOnlyTheseNames y", policies.saveOnlyTheseNames("y"), [4, 3, 7]],
  ["saveOnlyTheseNames y z", policies.saveOnlyTheseNames("y", "z"), [3, 3, 7]],
  ["saveAnyNamesButThese y", policies.saveAnyNamesButThese("y"), [4, 3, 7]],
  [
    "saveFromBothPolicies",
    policies.saveFromBothPolicies(policies.dotsSaveable, policies.saveOnlyTheseNames("y")),
    [4, 3, 5]
  ],
  // of JAX's saves what has the name too
  ["saveAnythingExceptTheseNames y", policies.saveAnythingExceptTheseNames("y"), [3, 3, 5]],
  ["a function", (primitive) => primitive === "sin", [3, 3, 7]]
]

const both = { argnums: [0, 1] } as const

describe("what is computed again", () => {
  it.each(table)("%s", (_, policy, expected) => {
    const f = checkpoint(layers, policy === undefined ? {} : { policy })
    expect(counts(valueAndGrad(f, both), w, w, x)).toEqual(expected)
    // whether the layers are jitted makes no difference
    expect(counts(valueAndGrad(checkpoint(jit(layers), policy === undefined ? {} : { policy }), both), w, w, x))
      .toEqual(expected)
  })

  it("is nothing without checkpoint", () => {
    expect(counts(valueAndGrad(layers, both), w, w, x)).toEqual([3, 3, 5])
  })

  it("products with and without batch axes", () => {
    // lambda a, b: jnp.sin(jnp.sin(jnp.einsum('bij,bjk->bik', a, b)) @ b[0]).sum()
    const f = (a: X, b: X) => np.sum(np.sin(np.matmul(np.sin(np.matmul(a, b)), np.take(b, 0, { axis: 0 }))))
    const of = (policy: CheckpointPolicy) =>
      counts(valueAndGrad(checkpoint(f, { policy })), np.ones([2, 3, 3]), np.ones([2, 3, 3]))
    expect(of(policies.dotsSaveable)).toEqual([2, 2, 4])
    expect(of(policies.dotsWithNoBatchDimsSaveable)).toEqual([2, 2, 5])
    expect(of(policies.nothingSaveable)).toEqual([3, 2, 6])
  })

  it("checkpoint in checkpoint", () => {
    const inner = (f: <A extends ReadonlyArray<unknown>, B>(f: (...args: A) => B) => (...args: A) => B) => (x: X) =>
      np.sum(np.sin(f((y: X) => np.sin(np.sin(y)))(np.sin(x))))
    const nested = inner(checkpoint as never)
    const plain = inner((f) => f)
    expect(counts(valueAndGrad(checkpoint(nested)), x)).toEqual([8, 4, 0])
    expect(counts(valueAndGrad(nested), x)).toEqual([5, 4, 0])
    expect(counts(valueAndGrad(checkpoint(plain)), x)).toEqual([7, 4, 0])
    expect(counts(valueAndGrad(plain), x)).toEqual([4, 4, 0])
  })

  it("is behind barriers, which the compiler does not see through", () => {
    const again = (preventCse: boolean): ReadonlyArray<string> => {
      const program = trace(grad(checkpoint((x: X) => np.sum(np.sin(np.sin(x))), { preventCse })), x)
      const call = program.equations.find(({ params }) => params.differentiated === true)!
      return call.primitive.called!(call.params).equations.map(({ primitive }) => primitive.name)
    }
    expect(again(false)).not.toContain("optimization_barrier")
    const names = again(true)
    expect(names.lastIndexOf("optimization_barrier")).toBeLessThan(names.indexOf("sin"))
    expect(names.filter((name) => name === "optimization_barrier").length).toBe(2)
  })

  it("of a scanned body is all but its operands", () => {
    const program = (policy: CheckpointPolicy) => {
      const body = (w: X) => checkpoint((c: X, x: X) => np.sin(np.add(np.matmul(w, np.sin(c)), x)), { policy })
      return trace(
        grad((w: X, c: X, xs: X) => np.sum(Lax.scan((c: X, x: X) => [body(w)(c, x), null], c, xs)[0])),
        w,
        x,
        np.ones([5, 3])
      )
    }
    const stacked = (policy: CheckpointPolicy) =>
      equations(program(policy)).find(({ primitive }) => primitive.name === "scan")!.outputs.slice(1)
        .map(({ aval }) => aval.shape)
    expect(stacked(policies.nothingSaveable)).toEqual([[5, 3]])
    expect(stacked(policies.dotsSaveable)).toEqual([[5, 3], [5, 3]])
  })
})

describe("savedResiduals", () => {
  const of = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>) =>
    savedResiduals(f, ...args as ReadonlyArray<never>).map(({ description }) => description)
  const operands = [
    "f32[3,3] from the argument [0]",
    "f32[3,3] from the argument [1]",
    "f32[3] from the argument [2]"
  ]

  // jax.ad_checkpoint.print_saved_residuals, for the policy and `layers`
  it.each<readonly [string, CheckpointPolicy, ReadonlyArray<string>]>([
    ["nothing", policies.nothingSaveable, []],
    ["dots", policies.dotsSaveable, ["f32[3] output of dot_general", "f32[3] output of dot_general"]],
    ["names", policies.saveOnlyTheseNames("y"), ["f32[3] named 'y'"]],
    ["everything", policies.everythingSaveable, [
      "f32[3] output of cos",
      "f32[3] named 'y'",
      "f32[3] output of cos",
      "f32[3] output of cos"
    ]]
  ])("%s", (_, policy, expected) => {
    expect(of(checkpoint(layers, { policy }), w, w, x)).toEqual([...operands, ...expected])
    expect(of(jit(checkpoint(jit(layers), { policy })), w, w, x)).toEqual([...operands, ...expected])
  })

  it("says whether functions close over arrays, and how large they are", () => {
    const f = checkpoint((p: { readonly a: X }) => np.sin(np.multiply(np.sin(p.a), w)))
    expect(savedResiduals(f, { a: np.zeros([3, 3], { dtype: "float16" }) })).toMatchObject([
      { dtype: "float16", shape: [3, 3], bytes: 18, kind: "argument", source: "[0].a" },
      {
        dtype: "float32",
        shape: [3, 3],
        bytes: 36,
        kind: "closure",
        description: "f32[3,3] that the function closes over"
      }
    ])
  })

  it("of a scan: carries and what is scanned", () => {
    const body = checkpoint((c: X, x: X): [X, X] => {
      const y = np.sin(np.add(np.matmul(w, np.sin(c)), x))
      return [y, np.sum(y)]
    })
    const f = (c: X, xs: X) => {
      const [last, ys] = Lax.scan(body, c, xs)
      return np.add(np.sum(last), np.sum(ys))
    }
    expect(of(f, x, np.ones([5, 3]))).toEqual([
      "f32[5,3] from the argument [1]",
      "f32[3,3] that the function closes over",
      "f32[5,3] output of scan"
    ])
  })
})

describe("the text", () => {
  it("is JAX's", () => {
    const f = checkpoint((x: X) => np.sin(np.sin(x)))
    expect(Program.print(trace(grad((x: X) => np.sum(f(x))), np.ones([3])))).toBe(`{ lambda ; a:f32[3]. let
    b:f32[3] = broadcast_in_dim 1.0:f32[]
    c:f32[3] = remat2[
      differentiated=True
      jaxpr={ lambda ; d:f32[3] e:f32[3]. let
          f:f32[3] = sin d
          g:f32[3] = cos d
          h:f32[3] = cos f
          i:f32[3] = mul e h
          j:f32[3] = mul i g
        in (j,) }
      policy=None
      prevent_cse=True
    ] a b
  in (c,) }`)
    expect(Program.print(trace(checkpoint({ policy: policies.dotsSaveable })(np.sin), np.ones([3]))))
      .toContain("policy=dotsSaveable")
    expect(Program.print(trace((x: X) => Lax.optimizationBarrier([x, x]), np.ones([3])))).toBe(`{ lambda ; a:f32[3]. let
    b:f32[3] c:f32[3] = optimization_barrier a a
  in (b, c) }`)
  })
})

describe("errors", () => {
  it("static arguments that are not there", () => {
    expect(failure(() => checkpoint(np.sin, { staticArgnums: 1 })(x))).toBe(
      "ArgumentError: checkpoint: staticArgnums 1 is out of range for a call with 1 argument; positions count from 0, negative ones from the end"
    )
  })
})

describe.each(backends)("on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  // jax.value_and_grad(layers, (0, 1))(w, w.T, x)
  const expected = [2.0093012, [
    [
      [-0.01273613, -0.05551679, -0.11824764],
      [-0.02547226, -0.11103359, -0.23649527],
      [-0.05094452, -0.22206718, -0.47299054]
    ],
    [
      [0.80227435, 0.25801423, -0.13512054],
      [0.67476606, 0.21700713, -0.11364536],
      [0.46543944, 0.14968695, -0.07839017]
    ]
  ]]

  test("values and gradients are those of the function, under every policy", () =>
    Effect.gen(function*() {
      for (const [, policy] of table) {
        for (const preventCse of [true, false]) {
          const f = checkpoint(layers, policy === undefined ? { preventCse } : { policy, preventCse })
          const at = [w, np.transpose(w), x] as const
          yield* expectTree(valueAndGrad(f, both)(...at), expected)
          yield* expectTree(jit(valueAndGrad(jit(f), both))(...at), expected)
        }
      }
    }))

  const f = (x: X) => np.sum(np.sin(np.sin(x)))

  test("forward mode, linearize, vjp, second derivatives, batches", () =>
    Effect.gen(function*() {
      const c = checkpoint(f)
      // jax.jvp(jax.grad(jax.checkpoint(f)), (x,), (jnp.ones(3),))
      const slopes = [0.7786439, 0.36003947, -0.25563914]
      const curvature = [-0.78062236, -0.7783957, -0.6952318]
      yield* expectTree(jvp(c, [x], [np.ones([3])]), [1.995966, 0.8830442])
      yield* expectTree(linearize(c, x)[1](np.array([1, 0, 0])), slopes[0])
      yield* expectTree(vjp(c, x)[1](1), [slopes])
      yield* expectTree(jvp(grad(c), [x], [np.ones([3])]), [slopes, curvature])
      yield* expectTree(grad((x: X) => np.sum(grad(c)(x)))(x), curvature)
      yield* expectTree(grad((x: X) => jvp(c, [x], [np.ones([3])])[1])(x), curvature)
      const diagonal = curvature.map((v, i) => curvature.map((_, k) => i === k ? v : 0))
      yield* expectTree(hessian(checkpoint(checkpoint(f), { policy: policies.everythingSaveable }))(x), diagonal)
      // jax.vmap(jax.value_and_grad(f))(jnp.stack([x, x + 1]))
      const batch = [[1.995966, 1.7698393], [slopes, [0.03836846, -0.25563914, -0.98015106]]]
      const xs = np.stack([x, np.add(x, 1)])
      for (const policy of [policies.nothingSaveable, policies.everythingSaveable]) {
        const c = checkpoint(f, { policy })
        yield* expectTree(vmap(valueAndGrad(c))(xs), batch)
        yield* expectTree(jit(vmap(valueAndGrad(jit(c))))(xs), batch)
        yield* expectTree(grad((xs: X) => np.sum(vmap(c)(xs)))(xs), batch[1])
        yield* expectTree(grad((xs: X) => np.sum(checkpoint(vmap(c))(xs)))(xs), batch[1])
      }
    }))

  test("scan, with and without", () =>
    Effect.gen(function*() {
      // jax.value_and_grad(loss, (0, 1))(w, jnp.array([.1, .2, .3]), jnp.ones((5, 3)))
      const expected = [14.757317, [
        [
          [0.8096024, 0.7569055, 0.37746087],
          [-0.95513344, -0.85115755, -0.40721637],
          [-1.7319572, -1.4659728, -0.3629795]
        ],
        [0.1680102, 0.22908111, 0.28528917]
      ]]
      type Body = (c: X, x: X) => [X, X]
      const loss = (wrap: (body: Body) => Body) => (w: X, c: X, xs: X) => {
        const [last, ys] = Lax.scan(
          wrap((c, x) => {
            const y = np.sin(np.add(np.matmul(w, np.sin(c)), x))
            return [y, np.sum(y)]
          }),
          c,
          xs
        )
        return np.add(np.sum(last), np.sum(ys))
      }
      const at = [w, np.array([0.1, 0.2, 0.3]), np.ones([5, 3])] as const
      const wraps: ReadonlyArray<(body: Body) => Body> = [
        (body) => body,
        (body) => checkpoint(body) as Body,
        (body) => checkpoint(checkpoint(body), { policy: policies.dotsSaveable, preventCse: false }) as Body
      ]
      for (const wrap of wraps) {
        yield* expectTree(valueAndGrad(loss(wrap), both)(...at), expected)
        yield* expectTree(jit(valueAndGrad(checkpoint(loss(wrap)), both))(...at), expected)
      }
    }))

  test("arrays that are closed over, static arguments, trees, integers", () =>
    Effect.gen(function*() {
      const scaled = remat(
        (p: { readonly a: X; readonly n: X }, kind: "sin" | "cos", s: X) => ({
          y: np.multiply(np[kind](p.a), np.multiply(s, p.n)),
          n: p.n
        }),
        { staticArgnums: 1 }
      )
      const n = np.array([2, 3], { dtype: "int32" })
      const a = np.array([0.5, 1])
      // jax.grad(lambda a, s: jnp.sum(jnp.sin(a) * s * n), (0, 1))(a, 2.)
      const g = (a: X, s: X) => np.sum(scaled({ a, n }, "sin", s).y)
      yield* expectTree(grad(g, { argnums: [0, 1] })(a, 2), [[3.5103302, 3.2418137], 3.4832640])
      // what the function closes over is differentiated too
      const closed = (s: X) => np.sum(checkpoint((a: X) => np.multiply(np.sin(a), np.multiply(s, n)))(a))
      yield* expectTree(grad(closed)(2), 3.4832640)
      yield* expectTree(scaled({ a, n }, "cos", 1).n, [2, 3])
    }))

  test("functions whose derivatives are custom", () =>
    Effect.gen(function*() {
      // the rules say three times the derivative
      const forward = customJvp(
        (x: X) => np.sin(x),
        ([x], [dx]) => [np.sin(x), np.multiply(np.multiply(3, dx), np.cos(x))]
      )
      const reverse = customVjp((x: X) => np.sin(x), {
        forward: (x) => [np.sin(x), x],
        backward: (x, ct) => [np.multiply(np.multiply(3, ct), np.cos(x))]
      })
      // [0.7786439, 0.36003947, -0.25563914] is that of sin(sin(x))
      const slopes = [0.7786439, 0.36003947, -0.25563914].map((v) => 9 * v)
      for (const rule of [forward, reverse]) {
        const plain = (x: X) => np.sum(rule(rule(x)))
        for (const policy of [policies.nothingSaveable, policies.everythingSaveable]) {
          const f = checkpoint(plain, { policy })
          yield* expectTree(grad(f)(x), slopes)
          yield* expectTree(vmap(grad(jit(f)))(np.stack([x])), [slopes])
          yield* expectTree(grad((xs: X) => np.sum(vmap(f)(xs)))(np.stack([x])), [slopes])
        }
        const scanned = (x: X) =>
          np.sum(Lax.scan(checkpoint((c: X) => [rule(c), null] as const), x, np.ones([2]))[0] as X)
        yield* expectTree(grad(scanned)(x), slopes)
        const looped = (x: X) => np.sum(Lax.foriLoop(0, np.array(2n), (_, c: X) => rule(c), x, { maxSteps: 20 }))
        yield* expectTree(grad(looped)(x), slopes)
      }
    }))

  test("a decoded Program computes the same", () =>
    Effect.gen(function*() {
      const at = [w, np.transpose(w), x]
      for (const policy of [undefined, policies.dotsSaveable]) {
        const f = valueAndGrad(checkpoint(layers, policy === undefined ? {} : { policy }), both)
        const program = yield* Program.trace(f, w, w, x)
        const decoded = yield* ProgramCodec.decode(yield* ProgramCodec.encode(program))
        yield* expectTree(Program.call(decoded, at), expected.flat())
      }
    }))

  test("barriers and names are the identity, with its derivatives", () =>
    Effect.gen(function*() {
      const g = (x: X) => np.sum(np.square(checkpointName(Lax.optimizationBarrier({ x }).x, "x")))
      yield* expectTree(valueAndGrad(g)(x), [5.25, [1, 2, 4]])
      yield* expectTree(vmap(grad(g))(np.stack([x, x])), [[1, 2, 4], [1, 2, 4]])
      yield* expectTree(jvp(g, [x], [np.array([1, 0, 0])]), [5.25, 1])
      // a barrier of which only one operand has a tangent
      yield* expectTree(
        grad((x: X) => {
          const [a, b] = Lax.optimizationBarrier([x, np.ones([3])])
          return np.sum(np.multiply(a, b))
        })(x),
        [1, 1, 1]
      )
    }))
})
