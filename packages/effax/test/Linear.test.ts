/**
 * The expected numbers are those of JAX 0.10.2, for the expression in the comment.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  customJvp,
  customVjp,
  evalShape,
  jit,
  linearTranspose,
  NdArray,
  Numpy as np,
  Random,
  ShapeDType,
  Tree,
  vmap
} from "effax"
import { Effect } from "effect"
import { backends, expectTree, failure, nested } from "./derivatives.ts"

const f32 = (...shape: ReadonlyArray<number>) => new ShapeDType(shape, "float32")
const m = np.array([[1, 2, 3], [4, 5, 6]])

describe.each(backends)("linearTranspose on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("of several arguments, trees and integers", () =>
    Effect.gen(function*() {
      // jax.linear_transpose(lambda x, y: jnp.diff(x) * 2 + y[1:], zeros(3), zeros(3))(jnp.array([1., 10.]))
      const two = (x: NdArray.Any, y: NdArray.Any) => np.add(np.multiply(np.diff(x), 2), np.index(y, np.slice(1)))
      yield* expectTree(linearTranspose(two, f32(3), np.zeros([3]))(np.array([1, 10])), [[-2, -18, 20], [0, 1, 10]])
      // jax.linear_transpose(lambda x: m @ x, jnp.zeros(3))(jnp.array([1., 10.]))
      const byMatrix = (x: NdArray.Any) => np.matmul(m, x)
      for (const f of [byMatrix, jit(byMatrix)]) {
        yield* expectTree(linearTranspose(f, f32(3))(np.array([1, 10])), [[41, 52, 63]])
        yield* expectTree(jit(linearTranspose(f, f32(3)))(np.array([1, 10])), [[41, 52, 63]])
      }
      // jax.linear_transpose(lambda t: {'a': t['u'] * 3, 'b': jnp.sum(t['v'])}, ...)({'a': x2, 'b': 4.})
      const tree = (t: { readonly u: NdArray.Any; readonly v: NdArray.Any }) => ({
        a: np.multiply(t.u, 3),
        b: np.sum(t.v)
      })
      yield* expectTree(linearTranspose(tree, { u: f32(2), v: f32(2, 2) })({ a: np.array([1, 2]), b: 4 }), [
        { u: [3, 6], v: [[4, 4], [4, 4]] }
      ])
      // jax.linear_transpose(lambda x: x * 3, jnp.zeros(2, jnp.int32))(jnp.array([1, 2]))
      const thrice = linearTranspose((x: NdArray.Any) => np.multiply(x, 3), new ShapeDType([2], "int32"))
      yield* expectTree(thrice(np.array([1, 2], { dtype: "int32" })), [[3, 6]])
    }))

  test("of sums with what is plainly zero", () =>
    Effect.gen(function*() {
      // jax.linear_transpose(lambda x: jnp.pad(x, (1, 1)).at[0].add(x[1]), jnp.zeros(2))(jnp.array([1., 2., 3., 4.]))
      const padded = (x: NdArray.Any) => np.at(np.pad(x, [1, 1]), [0]).add(np.index(x, 1))
      yield* expectTree(linearTranspose(padded, f32(2))(np.array([1, 2, 3, 4])), [[2, 4]])
      const outside = np.zeros([2])
      const written = np.array([0, 0])
      const sum = (x: NdArray.Any) => np.concatenate([np.add(x, outside), written, np.zeros([1])])
      yield* expectTree(linearTranspose(sum, f32(2))(np.array([1, 2, 3, 4, 5])), [[1, 2]])
      // a function that ignores an argument, or has a zero result
      const ignores = (x: NdArray.Any, _: NdArray.Any) => [x, np.zeros([2])]
      yield* expectTree(linearTranspose(ignores, f32(2), f32(3))([np.array([1, 2]), np.ones([2])]), [
        [1, 2],
        [0, 0, 0]
      ])
    }))

  test("undoes what inner products see", () =>
    Effect.gen(function*() {
      // <f(x), c> = <x, f^T(c)>
      const keys = Random.keys(Random.key(3), 3)
      const weights = Random.normal(keys[0]!, [4, 3])
      const functions = [
        (x: NdArray.Any) => np.cumsum(np.matmul(weights, x)),
        (x: NdArray.Any) => np.where(np.greater(np.index(weights, [np.slice(), 0]), 0), np.pad(x, [1, 0]), 0),
        (x: NdArray.Any) => np.flip(np.take(np.divide(np.negative(x), 3), np.array([0, 2, 2, 1], { dtype: "int32" })))
      ]
      for (const f of functions) {
        const x = Random.normal(keys[1]!, [3])
        const c = Random.normal(keys[2]!, [4])
        const [back] = linearTranspose(f, f32(3))(c)
        yield* expectTree(np.dot(x, back), yield* nested(np.dot(f(x), c)))
      }
    }))

  test("of a customJvp function: of the function itself, not of its rule", () =>
    Effect.gen(function*() {
      // lin = custom_jvp(lambda x: 2. * x), whose rule says 5; jax.linear_transpose(lin, 3.)(1.)
      const lin = customJvp((x: NdArray.Any) => np.multiply(x, 2), ([x], [dx]) => [
        np.multiply(x, 2),
        np.multiply(dx, 5)
      ])
      yield* expectTree(linearTranspose(lin, f32())(1), [2])
    }))
})

describe("linearTranspose refuses", () => {
  const refusal = (f: (x: NdArray.Any) => unknown) => failure(() => linearTranspose(f, f32(3)))
  const advice = "; use `vjp` for the transpose of its derivative"

  it("primitives that are not linear, by name", () => {
    expect(refusal(np.sin)).toBe(
      `ArgumentError: linearTranspose: the function is not linear: sin is not a linear function of its operands${advice}`
    )
    expect(refusal((x) => np.multiply(x, x))).toBe(
      "ArgumentError: linearTranspose: the function is not linear: mul multiplies what depends on the arguments with " +
        `what depends on them too${advice}`
    )
    expect(refusal((x) => np.dot(x, np.add(x, x)))).toContain("dot_general multiplies what depends on the arguments")
    expect(refusal((x) => np.divide(1, x))).toContain("div is not linear in operand 1")
    expect(refusal((x) => np.where(np.greater(x, 0), x, 0))).toContain("gt is not a linear function")
    expect(refusal((x) => np.astype(np.astype(x, "int32"), "float32"))).toContain(
      "convert_element_type rounds float32 to int32"
    )
    // inside of calls, too
    expect(refusal(jit((x: NdArray.Any) => np.exp(x)))).toContain("exp is not a linear function")
    expect(refusal(customJvp((x: NdArray.Any) => np.exp(x), ([x], [dx]) => [np.exp(x), dx]))).toContain(
      "exp is not a linear function"
    )
    const reverse = customVjp((x: NdArray.Any) => np.multiply(x, 2), {
      forward: (x) => [np.multiply(x, 2), null],
      backward: (_, ct) => [ct]
    })
    expect(refusal(reverse)).toContain("custom_vjp_call is not a linear function")
  })

  it("constant parts", () => {
    expect(refusal((x) => np.add(x, 1))).toBe(
      "ArgumentError: linearTranspose: the function is not linear: add has operand 1, which does not depend on the " +
        `arguments and is not known to be zero${advice}`
    )
    expect(refusal((x) => np.concatenate([x, np.ones([1])]))).toContain("concatenate has operand 1")
    expect(refusal((x) => [x, np.ones([1])])).toContain("result 1 does not depend on the arguments")
  })

  it("dtypes of two kinds, and cotangents that are not like the result", () => {
    expect(failure(() => linearTranspose((x: NdArray.Any) => np.astype(x, "float32"), new ShapeDType([2], "int32"))))
      .toBe(
        "DTypeError: linearTranspose: all arguments and results must be floating-point or complex, or all integers; " +
          "got int32 to float32"
      )
    const transposed = linearTranspose((x: NdArray.Any) => np.multiply(x, 2), f32(3))
    expect(failure(() => transposed(np.ones([2])))).toContain("must have shape [3], got [2]")
  })
})

describe("evalShape", () => {
  it("gives a tree of specifications and computes nothing", () => {
    // jax.eval_shape(lambda x: {'a': x @ x.T, 'n': x.shape[0], 's': jnp.argmax(x)}, jnp.zeros((2, 3)))
    const f = (x: NdArray.Any) => ({
      a: np.matmul(x, np.matrixTranspose(x)),
      n: BigInt(x.shape[0]!),
      s: np.argmax(x)
    })
    for (const example of [np.zeros([2, 3]), f32(2, 3)]) {
      const shapes = evalShape(f, example)
      expect(Tree.map(shapes, String)).toEqual({ a: "f32[2, 2]", n: "i32[]", s: "i32[]" })
      expect([shapes.n.weak, shapes.s.weak]).toEqual([true, false])
      expect(shapes.a).toBeInstanceOf(ShapeDType)
    }
    const huge = evalShape((x: NdArray.Any) => np.outer(x, x), f32(1_000_000))
    expect(huge.shape).toEqual([1_000_000, 1_000_000])
    // what comes out goes in
    expect(evalShape((x: NdArray.Any) => np.sum(x, { axis: 0 }), huge).shape).toEqual([1_000_000])
    expect(String(evalShape(vmap(np.sum), f32(2, 3)))).toBe("f32[2]")
  })

  it("takes scalars and trees, and throws what the function throws", () => {
    expect(String(evalShape((t: { readonly x: NdArray.Any }, y: NdArray.Any) => np.add(t.x, y), { x: f32(2) }, 1)))
      .toBe("f32[2]")
    expect(failure(() => evalShape(np.matmul, f32(2, 3), f32(2, 3)))).toContain("ShapeError: matmul")
    expect(failure(() => evalShape((x: NdArray.Any) => x, "x" as never))).toContain("the string")
  })
})
