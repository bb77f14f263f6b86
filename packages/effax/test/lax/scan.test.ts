/**
 * The texts of Programs are those that JAX 0.10.2 prints for the same functions; values come from the table of operations.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  grad,
  jit,
  jvp,
  Lax,
  type NdArray,
  Numpy as np,
  type Program,
  valueAndGrad,
  vjp,
  vmap
} from "effax"
import { Effect } from "effect"
import { backends, expectTree, failure } from "../derivatives.ts"
import { dedent, equationsOf, printed, programOf } from "./support.ts"

type X = NdArray.Any

interface ScanParams {
  readonly jaxpr: Program.Program
  readonly numConsts: number
  readonly numCarry: number
}

const paramsOf = (equation: Program.Equation): ScanParams => equation.params as never

describe("scan prints as JAX does", () => {
  it("func11", () => {
    const f = (xs: X, extra: X) => {
      const ones = np.ones(xs.shape)
      return Lax.scan((c: X, [a, b]: readonly [X, X]) => [np.add(np.add(c, np.multiply(a, b)), extra), c], 0, [
        xs,
        ones
      ])
    }
    expect(printed(f, np.ones([16]), 5)).toBe(dedent(`
      { lambda ; a:f32[16] b:f32[]. let
          c:f32[16] = broadcast_in_dim 1.0:f32[]
          d:f32[] e:f32[16] = scan[
            jaxpr={ lambda ; f:f32[] g:f32[] h:f32[] i:f32[]. let
                j:f32[] = mul h i
                k:f32[] = convert_element_type[new_dtype=float32 weak_type=False] g
                l:f32[] = add k j
                m:f32[] = convert_element_type[new_dtype=float32 weak_type=False] f
                n:f32[] = add l m
              in (n, g) }
            length=16
            num_carry=1
            num_consts=1
            reverse=False
            unroll=1
          ] b 0.0:f32[] a c
        in (d, e) }
    `))
  })

  it("a carry that takes the dtype of the body", () => {
    const f = (x: X) => Lax.scan((c: X) => [np.multiply(c, x), null], 1, null, { length: 3 })[0]
    expect(printed(f, np.array(2, { dtype: "bfloat16" }))).toBe(dedent(`
      { lambda ; a:bf16[]. let
          b:bf16[] = scan[
            jaxpr={ lambda ; c:bf16[] d:bf16[]. let e:bf16[] = mul d c in (e,) }
            length=3
            num_carry=1
            num_consts=1
            reverse=False
            unroll=1
          ] a 1.0:bf16[]
        in (b,) }
    `))
  })

  it("map in chunks", () => {
    expect(printed((x: X) => Lax.map((y: X) => np.multiply(y, 2), x, { batchSize: 2 }), np.zeros([5]))).toBe(dedent(`
      { lambda ; a:f32[5]. let
          b:f32[4] = slice[limit_indices=(4,) start_indices=(0,) strides=None] a
          c:f32[2,2] = reshape[dimensions=None new_sizes=(2, 2) sharding=None] b
          d:f32[2,2] = scan[
            jaxpr={ lambda ; e:f32[2]. let f:f32[2] = mul e 2.0:f32[] in (f,) }
            length=2
            num_carry=0
            num_consts=0
            reverse=False
            unroll=1
          ] c
          g:f32[4] = reshape[dimensions=None new_sizes=(4,) sharding=None] d
          h:f32[1] = slice[limit_indices=(5,) start_indices=(4,) strides=None] a
          i:f32[1] = mul h 2.0:f32[]
          j:f32[5] = concatenate[dimension=0] g i
        in (j,) }
    `))
  })
})

describe("scan refuses", () => {
  const x = np.array(1)

  it("carries that change, all of them named", () => {
    const body = (c: { readonly a: X; readonly b: ReadonlyArray<X> }) =>
      [{ a: np.astype(c.a, "int32"), b: [np.ones([3])] }, null] as const
    expect(failure(() => Lax.scan(body, { a: 1, b: [x] }, null, { length: 3 }))).toBe(
      "TreeError: scan: the body must give a carry of the dtypes and shapes that it takes, but 2 leaves differ:\n" +
        "  carry.a: f32[] in, i32[] out\n  carry.b[0]: f32[] in, f32[3] out"
    )
    expect(failure(() => Lax.scan((c: X) => [{ c }, null] as never, x, null, { length: 3 }))).toBe(
      "TreeError: scan: the carry must keep its structure: the body takes * and gives { c: * }"
    )
    expect(failure(() => Lax.scan((c: X) => c as never, x, null, { length: 3 }))).toBe(
      "TreeError: scan: the body must return a pair [carry, y], got *; where there is nothing to stack, let y be null"
    )
  })

  it("arrays that can't be scanned together", () => {
    const body = (c: X) => [c, null] as const
    expect(failure(() => Lax.scan(body, x, { p: np.ones([3]), q: [np.ones([4, 2])] }))).toBe(
      "ShapeError: scan: axis 0 of all arrays of xs must have one length; got\n  p: f32[3]\n  q[0]: f32[4,2]"
    )
    expect(failure(() => Lax.scan(body, x, np.ones([3]), { length: 4 }))).toBe(
      "ShapeError: scan: axis 0 of all arrays of xs must have one length, 4 as given; got\n  xs: f32[3]"
    )
    expect(failure(() => Lax.scan(body, x, [np.ones([3]), x]))).toBe(
      "ShapeError: scan: the arrays of xs are scanned along axis 0, but there are scalars among them:\n" +
        "  [0]: f32[3]\n  [1]: f32[]"
    )
    expect(failure(() => Lax.scan(body, x, null))).toBe(
      "ArgumentError: scan: xs has no arrays, so the number of steps must be given as `length`"
    )
  })

  it("options that make no sense", () => {
    const body = (c: X) => [c, null] as const
    expect(failure(() => Lax.scan(body, x, null, { length: -1 }))).toBe(
      "ArgumentError: scan: length must be an integer from 0 on, got -1"
    )
    expect(failure(() => Lax.scan(body, x, null, { length: 2, unroll: 0 }))).toBe(
      "ArgumentError: scan: unroll must be an integer from 1 on, or a boolean, got 0"
    )
    expect(failure(() => Lax.scan(x as never, x, null, { length: 2 }))).toBe(
      "ArgumentError: scan: the body must be a function, got an array f32[]"
    )
    expect(failure(() => Lax.map((x: X) => x, np.ones([3]), { batchSize: 0 }))).toBe(
      "ArgumentError: map: batchSize must be an integer from 1 on, got 0"
    )
    expect(failure(() => Lax.associativeScan(np.add, np.ones([3]), { axis: 1 }))).toBe(
      "AxisError: associativeScan: axis 1 is out of range for the elements, f32[3]"
    )
    expect(failure(() => Lax.associativeScan((x: X) => np.sum(x), np.ones([3])))).toBe(
      "TreeError: associativeScan: the function must keep dtypes and shapes, but makes of the elements, f32[1], f32[]"
    )
  })
})

describe("derivatives of scan compute no more than they have to", () => {
  const xs = np.array([1, 2, 3])
  const scans = (f: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>) =>
    equationsOf(programOf(f, ...args), "scan")

  it("what is the same in all steps is kept once, and computed outside", () => {
    const f = (w: X, x: X) => Lax.scan((h: X) => [np.multiply(h, np.exp(np.sin(w))), null], x, null, { length: 5 })[0]
    const [first, second] = scans(valueAndGrad(f, { argnums: 1 }) as never, 1, 2)
    // the carry and no residual, for exp(sin(w)) is a constant of the linear scan
    expect(first!.outputs.length).toBe(1)
    expect(second!.inputs.map(({ aval }) => aval.shape)).toEqual([[], []])
    expect(equationsOf(paramsOf(second!).jaxpr, "exp")).toEqual([])
  })

  it("what is scanned is not copied, and what is stacked anyway is not stacked twice", () => {
    const f = (h: X, xs: X) => {
      const [last, ys] = Lax.scan(
        (h: X, x: X) => {
          const y = np.sin(np.multiply(h, x))
          return [np.multiply(y, y), y]
        },
        h,
        xs
      )
      return np.add(last, np.sum(ys as X))
    }
    const program = programOf(grad(f) as never, 1, xs)
    const [first, second] = equationsOf(program, "scan")
    // carry, y; and cos(h x), which is no y
    expect(first!.outputs.length).toBe(3)
    expect(second!.inputs).toContain(program.parameters[1])
    expect(second!.inputs).toContain(first!.outputs[1])
  })

  it("a counter is no residual and has no tangent", () => {
    const f = (x: X) => Lax.foriLoop(0, 4, (_, y: X) => np.multiply(y, np.sin(x)), x)
    const [first, second] = scans(grad(f) as never, 2)
    // counter, carry, carries of each step
    expect(first!.outputs.map(({ aval }) => aval.shape)).toEqual([[], [], [4]])
    expect(paramsOf(second!).jaxpr.parameters.every(({ aval }) => aval.dtype === "float32")).toBe(true)
  })

  it("a carry without tangent costs nothing", () => {
    const two = ([a, b]: readonly [X, X], x: X) => [[np.multiply(a, x), np.multiply(b, np.cos(b))], null] as const
    const f = (a: X, b: X) => Lax.scan(two, [a, b], xs)[0]
    const muls = (g: (...args: ReadonlyArray<never>) => unknown) => equationsOf(programOf(g, 1, 2), "mul").length
    const plain = muls(f)
    expect(plain).toBe(2)
    expect(muls((a: X, b: X) => jvp((a: X) => f(a, b), [a], [np.array(1)]))).toBe(plain + 1)
    // d(b cos b) = db cos b - b sin b db
    expect(muls((a: X, b: X) => jvp((b: X) => f(a, b), [b], [np.array(1)]))).toBe(plain + 3)
  })

  it("a cotangent that is zero costs nothing", () => {
    const two = ([a, b]: readonly [X, X], x: X) => [[np.multiply(a, x), np.multiply(b, np.cos(b))], b] as const
    const pulled = (which: 0 | 1) => (a: X, b: X) => {
      const [, back] = vjp((a: X, b: X) => Lax.scan(two, [a, b], xs)[0][which], a, b)
      return back(np.array(1))
    }
    const [, ofFirst] = scans(pulled(0) as never, 1, 2)
    expect(paramsOf(ofFirst!).numCarry).toBe(1)
    expect(equationsOf(paramsOf(ofFirst!).jaxpr, "mul").length).toBe(1)
    const [, ofSecond] = scans(pulled(1) as never, 1, 2)
    expect(paramsOf(ofSecond!).numCarry).toBe(1)
    expect(equationsOf(paramsOf(ofSecond!).jaxpr, "mul").length).toBe(3)
  })

  it("an integer result of a differentiated scan leaves no trace", () => {
    const f = (x: X) =>
      Lax.scan((n: X) => [np.add(n, np.astype(np.floor(x), "int32")), null], 0n, null, { length: 2 })[0]
    expect(scans((x: X) => jvp(f, [x], [np.array(1)]), 2).length).toBe(1)
  })

  it("differentiating twice traces and rewrites once", () => {
    const step = jit((x: X) => Lax.foriLoop(0, 3, (_, y: X) => np.sin(y), x))
    const first = programOf(grad(step) as never, 2)
    const second = programOf(grad(step) as never, 2)
    const bodies = (program: Program.Program) => equationsOf(program, "scan").map((of) => paramsOf(of).jaxpr)
    expect(bodies(first).every((body, i) => body === bodies(second)[i])).toBe(true)
    expect(bodies(first).length).toBe(2)
  })
})

describe.each(backends)("scan on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("takes empty trees, and leaves them empty", () =>
    Effect.gen(function*() {
      const [carry, ys] = Lax.scan(() => [{}, {}] as const, {}, [], { length: 3 })
      expect([carry, ys]).toEqual([{}, {}])
      yield* expectTree(Lax.scan((c: X) => [np.add(c, 1), [c]] as const, 0, {}, { length: 2 }), [2, [[0, 1]]])
      yield* expectTree(Lax.scan((c: X, x: X) => [np.add(c, 1), x] as const, 5, np.zeros([0, 2])), [5, []])
      yield* expectTree(grad((c: X) => Lax.scan((c: X) => [np.sin(c), null], c, null, { length: 0 })[0])(5), 1)
    }) as never)

  // jax.grad(lambda xs: lax.scan(lambda c, x: (c + 1, jnp.sin(x) * c), 0., xs)[1].sum())(jnp.array([0., 1., 2.]))
  test("differentiates by what is scanned alone, and by nothing that is constant", () =>
    Effect.gen(function*() {
      const f = (xs: X) => np.sum(Lax.scan((c: X, x: X) => [np.add(c, 1), np.multiply(np.sin(x), c)], 0, xs)[1] as X)
      yield* expectTree(grad(f)(np.array([0, 1, 2])), [0, 0.5403023, -0.8322936])
      yield* expectTree(jit(grad(f))(np.array([0, 1, 2])), [0, 0.5403023, -0.8322936])
    }) as never)

  // 10 steps of h = tanh(w h), for each of three w: jax.vmap(jax.grad(...))(jnp.array([0.5, 1., 1.5]), ...)
  test("of vmap, of grad and of jit, in any order", () =>
    Effect.gen(function*() {
      const f = (w: X, h: X) =>
        Lax.scan((h: X, _: X) => [np.tanh(np.multiply(w, h)), null], h, np.zeros([10]), { reverse: true, unroll: 3 })[0]
      const ws = np.array([0.5, 1, 1.5])
      const hs = np.array([0.1, 0.2, 0.3])
      const expected = [0.00195038, 1.5694848, 0.37860748]
      const sum = (ws: X, hs: X) => np.sum(vmap(f)(ws, hs))
      yield* expectTree(vmap(grad(f))(ws, hs), expected)
      yield* expectTree(grad(sum)(ws, hs), expected)
      yield* expectTree(jit(grad(sum))(ws, hs), expected)
      yield* expectTree(grad(jit(sum))(ws, hs), expected)
      yield* expectTree(vmap(jit(grad(jit(f))))(ws, hs), expected)
    }) as never)
})
