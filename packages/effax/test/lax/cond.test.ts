/**
 * The texts of Programs are those that JAX 0.10.2 prints for the same functions.
 */
import { describe, expect, it } from "@effect/vitest"
import { type Backend, grad, jit, jvp, Lax, NdArray, Numpy as np, vmap } from "effax"
import { Effect } from "effect"
import { backends, expectTree, failure } from "../derivatives.ts"
import { dedent, equationsOf, printed, programOf } from "./support.ts"

type X = NdArray.Any

describe("cond prints as JAX does", () => {
  it("func7", () => {
    const f = (x: X) => Lax.cond(np.greaterEqual(x, 0), (x: X) => np.add(x, 3), (x: X) => np.subtract(x, 3), x)
    expect(printed(f, 5)).toBe(dedent(`
      { lambda ; a:f32[]. let
          b:bool[] = ge a 0.0:f32[]
          c:i32[] = convert_element_type[new_dtype=int32 weak_type=False] b
          d:f32[] = cond[
            branches=(
              { lambda ; e:f32[]. let f:f32[] = sub e 3.0:f32[] in (f,) }
              { lambda ; g:f32[]. let h:f32[] = add g 3.0:f32[] in (h,) }
            )
          ] c a
        in (d,) }
    `))
  })

  it("func8, with an array made in a branch", () => {
    const f = (x: X, pair: readonly [X, X]) =>
      Lax.cond(
        np.greaterEqual(x, 0),
        (p: readonly [X, X]) => p[0],
        (p: readonly [X, X]) => np.add(np.array([1n]), p[1]),
        pair
      )
    expect(printed(f, 5, [np.zeros([1]), 2])).toBe(dedent(`
      { lambda a:i32[1]; b:f32[] c:f32[1] d:f32[]. let
          e:bool[] = ge b 0.0:f32[]
          f:i32[] = convert_element_type[new_dtype=int32 weak_type=False] e
          g:f32[1] = cond[
            branches=(
              { lambda ; h:i32[1] i:f32[1] j:f32[]. let
                  k:f32[1] = convert_element_type[new_dtype=float32 weak_type=True] h
                  l:f32[1] = add k j
                in (l,) }
              { lambda ; m:i32[1] n:f32[1] o:f32[]. let  in (n,) }
            )
          ] f a c d
        in (g,) }
    `))
  })

  it("test_cond, which closes over its argument", () => {
    const f = (x: X) =>
      Lax.cond(
        np.greaterEqual(x, 0),
        (t: X, _: X) => np.add(t, x),
        (_: X, f: X) => np.subtract(f, x),
        np.add(x, 1),
        np.add(x, 2)
      )
    expect(printed(f, np.array(3))).toBe(dedent(`
      { lambda ; a:f32[]. let
          b:bool[] = ge a 0.0:f32[]
          c:f32[] = add a 1.0:f32[]
          d:f32[] = add a 2.0:f32[]
          e:i32[] = convert_element_type[new_dtype=int32 weak_type=False] b
          f:f32[] = cond[
            branches=(
              { lambda ; g:f32[] h:f32[] i:f32[]. let j:f32[] = sub i g in (j,) }
              { lambda ; k:f32[] l:f32[] m:f32[]. let n:f32[] = add l k in (n,) }
            )
          ] e a c d
        in (f,) }
    `))
  })

  it("what branches close over, in the order in which onTrue and then onFalse use it", () => {
    const f = (x: X, y: X, z: X) => Lax.cond(np.greater(x, 0), () => np.multiply(y, z), () => np.multiply(x, y))
    expect(printed(f, 1, 2, 3)).toBe(dedent(`
      { lambda ; a:f32[] b:f32[] c:f32[]. let
          d:bool[] = gt a 0.0:f32[]
          e:i32[] = convert_element_type[new_dtype=int32 weak_type=False] d
          f:f32[] = cond[
            branches=(
              { lambda ; g:f32[] h:f32[] i:f32[]. let j:f32[] = mul i g in (j,) }
              { lambda ; k:f32[] l:f32[] m:f32[]. let n:f32[] = mul k l in (n,) }
            )
          ] e b c a
        in (f,) }
    `))
  })

  it("one_of_three", () => {
    const f = (i: X, x: X) =>
      Lax.switch(i, [(x: X) => np.add(x, 1), (x: X) => np.subtract(x, 2), (x: X) => np.add(x, 3)], x)
    expect(printed(f, 1n, 5)).toBe(dedent(`
      { lambda ; a:i32[] b:f32[]. let
          c:i32[] = convert_element_type[new_dtype=int32 weak_type=False] a
          d:i32[] = clamp 0:i32[] c 2:i32[]
          e:f32[] = cond[
            branches=(
              { lambda ; f:f32[]. let g:f32[] = add f 1.0:f32[] in (g,) }
              { lambda ; h:f32[]. let i:f32[] = sub h 2.0:f32[] in (i,) }
              { lambda ; j:f32[]. let k:f32[] = add j 3.0:f32[] in (k,) }
            )
          ] d b
        in (e,) }
    `))
  })
})

describe("cond refuses", () => {
  const x = np.array(1, { dtype: "float32" })

  it("results that differ", () => {
    expect(failure(() => Lax.cond(true, () => ({ a: x, b: [np.ones([3])] }), () => ({ a: 1n, b: [np.ones([2])] }))))
      .toBe(
        "TreeError: cond: branches must give results of one dtype and shape, but they differ:\n" +
          "  result.b[0]: f32[3] of onTrue, f32[2] of onFalse"
      )
    expect(failure(() => Lax.cond(true, () => x, () => np.array(1n, { dtype: "int32" })))).toBe(
      "TreeError: cond: branches must give results of one dtype and shape, but they differ:\n" +
        "  result: f32[] of onTrue, i32[] of onFalse"
    )
    expect(failure(() => Lax.cond(true, () => ({ a: x }), () => [x] as never))).toBe(
      "TreeError: cond: branches must give trees of one structure: onTrue gives { a: * }, onFalse gives [*]"
    )
    expect(failure(() => Lax.switch(0, [() => x, () => x, () => np.array(1n, { dtype: "int32" })]))).toBe(
      "TreeError: switch: branches must give results of one dtype and shape, but they differ:\n" +
        "  result: f32[] of branch 0, f32[] of branch 1, i32[] of branch 2"
    )
  })

  it("conditions and indices that are no scalars", () => {
    expect(failure(() => Lax.cond(np.array([true]), () => x, () => x))).toBe(
      "ShapeError: cond: the condition must be a scalar, got bool[1]; to choose element by element use `np.where`, or " +
        "`vmap` the function"
    )
    expect(failure(() => Lax.cond([true] as never, () => x, () => x))).toBe(
      "ArgumentError: cond: the condition must be a scalar, got a list"
    )
    expect(failure(() => Lax.switch(np.array(0.5), [() => x, () => x]))).toBe(
      "DTypeError: switch: the index must be an integer, got f32[]; convert it with `np.astype(i, \"int32\")`"
    )
    expect(failure(() => Lax.switch(0.5, [() => x, () => x]))).toBe(
      "DTypeError: switch: the index must be an integer, got 0.5; convert it with `np.astype(i, \"int32\")`"
    )
    expect(failure(() => Lax.switch(0, [] as never))).toBe(
      "ArgumentError: switch: expected a list of at least one function"
    )
  })

  it("what is no function", () => {
    expect(failure(() => Lax.cond(true, x as never, () => x))).toBe(
      "ArgumentError: cond: onTrue must be a function, got an array f32[]"
    )
    expect(failure(() => Lax.switch(0, [() => x, undefined as never]))).toBe(
      "ArgumentError: switch: branch 1 must be a function, got undefined"
    )
  })
})

describe("cond", () => {
  it("takes the dtype of the branch that has one", () => {
    const half = np.array(2, { dtype: "bfloat16" })
    const y = Lax.cond(true, () => 1, () => half)
    expect([y.dtype, NdArray.isNdArray(y)]).toEqual(["bfloat16", true])
    expect(programOf((x: X) => Lax.cond(np.greater(x, 0), () => 1, () => x), np.ones([])).results[0]!.aval.weak).toBe(
      false
    )
    expect(programOf((x: X) => Lax.cond(np.greater(x, 0), () => 1, () => x), 2).results[0]!.aval.weak).toBe(true)
  })

  it("keeps for the way back what a branch needs, in slots that branches share", () => {
    const f = (i: X, x: X) =>
      Lax.switch(i, [(x: X) => np.sin(np.exp(x)), (x: X) => np.cos(np.exp(x)), (x: X) => np.add(x, 1)], x)
    const program = programOf(grad(f, { argnums: 1 }) as never, np.array(0n), np.array(1))
    const [first, second] = equationsOf(program, "cond")
    // cos(exp(x)) and exp(x) of branch 0, -sin(exp(x)) and exp(x) of branch 1
    expect(first!.outputs.length).toBe(1 + 2)
    expect(second!.outputs.length).toBe(1)
    // index, two residuals, cotangent
    expect(second!.inputs.length).toBe(1 + 2 + 1)
    expect(equationsOf(program, "exp").length).toBe(2)
  })

  it("keeps operands and results where they are", () => {
    const f = (p: X, x: X, y: X) =>
      Lax.cond(p, (x: X, y: X) => np.multiply(x, y), (x: X, y: X) => np.multiply(np.exp(x), np.exp(y)), x, y)
    const program = programOf(grad(f, { argnums: [1, 2] }) as never, np.array(true), np.array(1), np.array(2))
    const [first, second] = equationsOf(program, "cond")
    expect(second!.inputs.slice(1, 3)).toEqual(first!.inputs.slice(1, 3))
    // exp(x) and exp(y)
    expect(first!.outputs.length).toBe(1 + 2)
  })

  it("computes nothing for what has no derivative", () => {
    const f = (p: X, x: X, y: X) =>
      Lax.cond(p, (x: X, y: X) => [np.sin(x), np.sin(y)], (x: X, y: X) => [np.cos(x), np.cos(y)], x, y)[0]!
    const program = programOf((p: X, x: X, y: X) => jvp((x: X) => f(p, x, y), [x], [np.array(1)]), np.array(true), 1, 2)
    expect(equationsOf(program, "mul").length).toBe(2)
    const constant = programOf(
      (p: X, x: X) => jvp((x: X) => Lax.cond(p, (x: X) => np.floor(x), (x: X) => np.sign(x), x), [x], [np.array(1)]),
      np.array(true),
      1
    )
    expect(equationsOf(constant, "cond").length).toBe(1)
    expect(equationsOf(constant, "cond")[0]!.outputs.length).toBe(1)
  })
})

describe.each(backends)("cond on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  const forever = (x: X): X => Lax.whileLoop((x) => np.lessEqual(x, x), (x) => x, x)

  test("runs the branch that is picked and no other", () =>
    Effect.gen(function*() {
      const x = np.array(2)
      const f = (p: X, x: X) => Lax.cond(p, (x: X) => np.multiply(x, 10), forever, x)
      yield* expectTree(f(np.array(true), x), 20)
      yield* expectTree(jit(f)(np.array(true), x), 20)
      yield* expectTree(jvp((x: X) => f(np.array(true), x), [x], [1]), [20, 10])
      yield* expectTree(Lax.switch(np.array(1n), [forever, (x: X) => np.add(x, 1), forever], x), 3)
      yield* expectTree(vmap((x: X) => f(np.array(true), x))(np.array([1, 2])), [10, 20])
    }) as never)

  test("takes JavaScript scalars and numbers for conditions", () =>
    Effect.gen(function*() {
      const f = (p: X | number | boolean) => Lax.cond(p, () => 1, () => 2)
      yield* expectTree([f(true), f(false), f(3), f(0), f(np.array(0.5)), f(np.array(0n))], [1, 2, 1, 2, 1, 2])
      const g = (i: X | number | bigint) => Lax.switch(i, [() => 0, () => 1, () => 2])
      yield* expectTree([g(-1), g(1), g(9n), g(np.array(4000000000, { dtype: "uint32" }))], [0, 1, 2, 2])
      yield* expectTree(Lax.switch(5, [(x: X) => ({ x })], 1), { x: 1 })
    }) as never)

  // JAX: jax.grad(lambda x: jnp.sum(jax.vmap(lambda x: lax.cond(x > 0, f, lambda x: 0 * x, x))(x)))(jnp.array([0., -1., 4.]))
  test("lets no NaN of a branch that is not taken into derivatives", () =>
    Effect.gen(function*() {
      const xs = np.array([0, -1, 4])
      const cases: ReadonlyArray<readonly [(x: X) => X, number]> = [
        [(x) => np.sqrt(x), 0.25],
        [(x) => np.log(x), 0.25],
        [(x) => np.divide(1, x), -0.0625],
        [(x) => np.power(x, 0.5), 0.25]
      ]
      for (const [f, slope] of cases) {
        const g = (x: X) => Lax.cond(np.greater(x, 0), f, (x: X) => np.multiply(x, 0), x)
        const closed = (x: X) => Lax.cond(np.greater(x, 0), () => f(x), () => np.multiply(x, 0))
        for (const  of of[g, closed]) {
          yield* expectTree(vmap(grad(of))(xs), [0, 0, slope])
          yield* expectTree(grad((x: X) => np.sum(vmap(of)(x)))(xs), [0, 0, slope])
          yield* expectTree(jvp((x: X) => vmap(of)(x), [xs], [np.ones([3])])[1], [0, 0, slope])
          yield* expectTree(jit(vmap(grad(of)))(xs), [0, 0, slope])
        }
      }
    }) as never)
})
