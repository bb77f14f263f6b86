/**
 * The texts of Programs are those that JAX 0.10.2 prints for the same functions; values come from the table of operations.
 */
import { describe, expect, it } from "@effect/vitest"
import { Backend, grad, hessian, jit, jvp, Lax, linearize, NdArray, Numpy as np, type Program, vmap } from "effax"
import type * as DType from "effax/DType"
import { Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { backends, expectTree, failure, nested } from "../derivatives.ts"
import { dedent, equationsOf, printed, programOf } from "./support.ts"

type X = NdArray.Any

const square = (x: X): X => Lax.whileLoop((x: X) => np.less(x, 10), (x: X) => np.multiply(x, x), x)

describe("loops print as JAX does", () => {
  it("func10, with bounds that are arrays", () => {
    const f = (arg: X, n: X) => {
      const ones = np.ones(arg.shape)
      return Lax.foriLoop(0, n, (_, c: X) => np.add(np.add(c, np.multiply(ones, 3)), arg), np.add(arg, ones))
    }
    expect(printed(f, np.ones([16]), 5n)).toBe(dedent(`
      { lambda ; a:f32[16] b:i32[]. let
          c:f32[16] = broadcast_in_dim 1.0:f32[]
          d:f32[16] = add a c
          _:i32[] _:i32[] e:f32[16] = while[
            body_jaxpr={ lambda ; f:f32[16] g:f32[16] h:i32[] i:i32[] j:f32[16]. let
                k:i32[] = add h 1:i32[]
                l:f32[16] = mul f 3.0:f32[]
                m:f32[16] = add j l
                n:f32[16] = add m g
              in (k, i, n) }
            body_nconsts=2
            cond_jaxpr={ lambda ; o:i32[] p:i32[] q:f32[16]. let
                r:bool[] = lt o p
              in (r,) }
            cond_nconsts=0
          ] c a 0:i32[] b d
        in (e,) }
    `))
  })

  it("bounds that are numbers, with a counter that takes the dtype of what it meets", () => {
    const f = (x: X) => Lax.foriLoop(0, 3, (i, y: X) => np.add(y, i), x)
    expect(printed(f, np.array(1n, { dtype: "int8" }))).toBe(dedent(`
      { lambda ; a:i8[]. let
          _:i32[] b:i8[] = scan[
            jaxpr={ lambda ; c:i32[] d:i8[]. let
                e:i32[] = add c 1:i32[]
                f:i8[] = convert_element_type[new_dtype=int8 weak_type=False] c
                g:i8[] = add d f
              in (e, g) }
            length=3
            num_carry=2
            num_consts=0
            reverse=False
            unroll=1
          ] 0:i32[] a
        in (b,) }
    `))
  })

  it("a condition and a body that close over an array", () => {
    const f = (x: X) => Lax.whileLoop((c) => np.less(c, x), (c) => np.multiply(c, x), 1)
    expect(printed(f, np.array(2))).toBe(dedent(`
      { lambda ; a:f32[]. let
          b:f32[] = while[
            body_jaxpr={ lambda ; c:f32[] d:f32[]. let e:f32[] = mul d c in (e,) }
            body_nconsts=1
            cond_jaxpr={ lambda ; f:f32[] g:f32[]. let h:bool[] = lt g f in (h,) }
            cond_nconsts=1
          ] a a 1.0:f32[]
        in (b,) }
    `))
  })
})

describe("loops refuse", () => {
  const x = np.array(1)

  it("conditions that are no bool scalar", () => {
    const loop = (condition: unknown) => failure(() => Lax.whileLoop(condition as never, (x: X) => x, x))
    expect(loop((x: X) => x)).toBe(
      "DTypeError: whileLoop: the condition must give one bool scalar, got f32[]; compare it, for instance with " +
        "`np.notEqual(x, 0)`"
    )
    expect(loop(() => np.array([true, false]))).toBe(
      "ShapeError: whileLoop: the condition must give one bool scalar, got bool[2]; reduce it with `np.any` or `np.all`"
    )
    expect(loop(() => [true])).toBe("TreeError: whileLoop: the condition must give one bool scalar, got [*]")
    expect(loop(x)).toBe("ArgumentError: whileLoop: the condition must be a function, got an array f32[]")
  })

  it("carries that change, all of them named", () => {
    expect(
      failure(() => Lax.whileLoop(() => true, ([a, b]: readonly [X, X]) => [np.array([1]), np.less(b, a)], [x, x]))
    )
      .toBe(
        "TreeError: whileLoop: the body must give a carry of the dtypes and shapes that it takes, but 2 leaves differ:\n" +
          "  carry[0]: f32[] in, f32[1] out\n  carry[1]: f32[] in, bool[] out"
      )
    expect(failure(() => Lax.foriLoop(0, 3, (_, c: X) => np.add(c, np.ones([2])), x))).toBe(
      "TreeError: foriLoop: the body must give a carry of the dtypes and shapes that it takes, but 1 leaf differs:\n" +
        "  carry: f32[] in, f32[2] out"
    )
  })

  it("carries whose structure changes, without the counters", () => {
    expect(failure(() => Lax.foriLoop(0, 3, (_, c: X) => ({ c }) as never, x))).toBe(
      "TreeError: foriLoop: the carry must keep its structure: the body takes * and gives { c: * }"
    )
    expect(failure(() => Lax.foriLoop(0, np.array(3n), (_, c: X) => ({ c }) as never, x))).toBe(
      "TreeError: foriLoop: the carry must keep its structure: the body takes * and gives { c: * }"
    )
  })

  it("bounds that are no integers", () => {
    const loop = (lower: unknown, upper: unknown, options = {}) =>
      failure(() => Lax.foriLoop(lower as number, upper as number, (_, c: X) => c, x, options))
    expect(loop(0, 3.5)).toBe("ArgumentError: foriLoop: upper must be an integer, got 3.5")
    expect(loop("0", 3)).toBe("ArgumentError: foriLoop: lower must be an integer, got \"0\"")
    expect(loop(0, np.array(3))).toBe("DTypeError: foriLoop: upper must be an integer scalar, got f32[]")
    expect(loop(0, np.array([3n]))).toBe("DTypeError: foriLoop: upper must be an integer scalar, got i32[1]")
    expect(loop(0, np.array(3n), { unroll: 2 })).toBe(
      "ArgumentError: foriLoop: unroll needs bounds that are JavaScript numbers, got arrays"
    )
    expect(loop(0, 3, { maxSteps: 1.5 })).toBe(
      "ArgumentError: foriLoop: maxSteps must be an integer from 0 on, got 1.5"
    )
  })

  it("reverse mode through a loop of unknown length", () => {
    const message =
      "ArgumentError: whileLoop: reverse mode (grad, vjp, jacrev) walks the steps of a loop back, and must " +
      "know how many there are at most: give `maxSteps`, or use foriLoop with bounds that are JavaScript numbers, or scan; " +
      "forward mode (jvp, jacfwd) needs none of this"
    expect(failure(() => grad(square)(2))).toBe(message)
    expect(failure(() => grad(jit(square))(2))).toBe(message)
  })
})

describe("loops in forward mode", () => {
  it("give carries without tangent none", () => {
    const f = (x: X, n: X) =>
      Lax.whileLoop(([i]) => np.less(i, n), ([i, y]: [X, X]) => [np.add(i, 1), np.multiply(y, x)], [0n, x])
    const program = programOf((x: X) => jvp((x: X) => f(x, np.array(3n)), [x], [1])[1], 2)
    const [loop] = equationsOf(program, "while")
    const body = loop!.params.bodyJaxpr as Program.Program
    expect(body.parameters.map(({ aval }) => aval.dtype)).toEqual(["float32", "float32", "int32", "float32", "float32"])
    expect(equationsOf(body, "mul").length).toBe(3)
  })

  it("leave loops alone that have no derivative", () => {
    const f = (x: X) => Lax.whileLoop((n) => np.less(n, 3), (n) => np.add(n, np.astype(np.floor(x), "int32")), 0n)
    expect(equationsOf(programOf((x: X) => jvp(f, [x], [1]), 2), "while").length).toBe(1)
  })
})

describe.each(backends)("loops on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  // jax.jvp(square, (2.,), (1.,)), jax.jvp(jax.jvp ...)
  test("are linearised, and differentiated forward again and again", () =>
    Effect.gen(function*() {
      yield* expectTree(jvp(square, [2], [1]), [16, 32])
      const [y, tangentMap] = linearize(square, 2)
      yield* expectTree([y, tangentMap(1), tangentMap(0.5)], [16, 32, 16])
      yield* expectTree(jvp((x: X) => jvp(square, [x], [1])[1], [2], [1]), [32, 48])
      yield* expectTree(jvp(tangentMap, [1], [2]), [32, 64])
      yield* expectTree(vmap(tangentMap)(np.array([1, 2])), [32, 64])
    }) as never)

  test("stop after maxSteps, in both modes", () =>
    Effect.gen(function*() {
      const f = (maxSteps: number) => (x: X): X =>
        Lax.whileLoop((x: X) => np.less(x, 1e6), (x: X) => np.multiply(x, x), x, { maxSteps })
      yield* expectTree([f(0)(np.array(2)), f(2)(np.array(2)), f(100)(np.array(2))], [2, 16, 2 ** 32])
      yield* expectTree([grad(f(0))(2), grad(f(2))(2), grad(f(3))(2)], [1, 32, 8 * 2 ** 7])
      yield* expectTree([jvp(f(2), [2], [1])[1], hessian(f(2))(2)], [32, 48])
      yield* expectTree(vmap(grad(f(2)))(np.array([2, 2000, 3])), [32, 4000, 108])
      yield* expectTree(Lax.foriLoop(0, 10, (_, x: X) => np.add(x, 1), 0, { maxSteps: 4 }), 4)
      yield* expectTree(
        grad((x: X) => Lax.foriLoop(0, np.array(3n), (_, y: X) => np.multiply(y, x), 1, { maxSteps: 9 }))(2),
        12
      )
    }) as never)

  test("let no NaN of examples that are done into derivatives", () =>
    Effect.gen(function*() {
      // steps down to 0, where the derivative of sqrt is infinite
      const f = (x: X): X =>
        Lax.whileLoop((x: X) => np.greater(x, 0), (x: X) => np.subtract(np.sqrt(x), 1), x, { maxSteps: 4 })
      const xs = np.array([0, 1, 4])
      yield* expectTree(vmap(grad(f))(xs), [1, 0.5, 0.125])
      yield* expectTree(grad((x: X) => np.sum(vmap(f)(x)))(xs), [1, 0.5, 0.125])
      yield* expectTree(jvp((x: X) => vmap(f)(x), [xs], [np.ones([3])])[1], [1, 0.5, 0.125])
    }) as never)

  test("keep no memory of the steps they took", () =>
    Effect.gen(function*() {
      const backend = yield* Backend.Backend
      const f = jit((n: X) => Lax.foriLoop(0, n, (_, x: X) => np.add(np.multiply(x, 0.5), 1), np.zeros([1000])))
      const n = np.array(3000n)
      const before = yield* backend.statistics
      yield* expectTree(np.max(f(n)), 2)
      const after = yield* backend.statistics
      expect(after.bytesLive - before.bytesLive).toBeLessThan(100_000)
      yield* nested(n)
    }) as never)

  test("count in a dtype that has both bounds", () =>
    Effect.gen(function*() {
      const of = (dtype: DType.Integer, value: number | bigint) => np.array(value, { dtype })
      const steps = (lower: X | number | bigint, upper: X | number | bigint): X =>
        Lax.foriLoop(lower, upper, (_, n) => np.add(n, 1), np.array(0n))
      yield* expectTree(steps(of("int8", 0), 300), 300)
      yield* expectTree(jit((n: X) => steps(n, 300))(of("int8", -128)), 428)
      yield* expectTree(steps(-1, of("uint8", 3)), 4)
      yield* expectTree(steps(of("int8", -3), of("uint8", 200)), 203)
      yield* expectTree(steps(of("uint32", 2n ** 32n - 3n), 2 ** 32 + 2), 5)
      yield* expectTree(steps(of("int32", -2), of("uint32", 3)), 5)
      yield* expectTree(steps(of("int64", 2n ** 40n), of("int64", 2n ** 40n + 3n)), 3)
      yield* expectTree(Lax.foriLoop(of("int8", 120), 127, (i) => i, of("int8", 0)), 126)
      // numbers alone count in int64 where they are no int32
      yield* expectTree(
        Lax.foriLoop(2 ** 32, 2 ** 32 + 3, (i, sum) => np.add(sum, i), of("int64", 0)),
        3n * 2n ** 32n + 3n
      )
      expect(() => steps(-1, of("uint64", 3))).toThrow(
        "foriLoop: no integer dtype has the values of both bounds, the number -1 and an array of uint64; convert an array first"
      )
      expect(() => steps(0, 2n ** 62n)).toThrow("there are 4611686018427387904 steps; a loop has at most 2^53 - 1")
    }) as never)

  test("take more steps than 32 bits count", () =>
    Effect.gen(function*() {
      const most = 2 ** 32 + 3
      const ten = (n: X): X => Lax.whileLoop((n: X) => np.less(n, 10), (n: X) => np.add(n, 1), n, { maxSteps: most })
      yield* expectTree(ten(np.array(0)), 10)
      yield* expectTree(grad((x: X) => ten(np.multiply(x, x)))(2), 4)
      yield* expectTree(Lax.foriLoop(0, most, (_, n: X) => np.add(n, 1), np.array(0n), { maxSteps: 7 }), 7)
      const endless = Lax.foriLoop(0, most, (_, n: X) => np.add(n, 1), np.array(0n))
      const seen = yield* Effect.timeoutOption(NdArray.toNested(endless), "100 millis").pipe(TestClock.withLive)
      expect(Option.isNone(seen)).toBe(true)
    }) as never)

  it.live("are interrupted", () =>
    Effect.gen(function*() {
      const endless = Lax.whileLoop((n) => np.greaterEqual(n, 0), (n) => np.subtract(1, n), 0n)
      const fiber = yield* Effect.forkChild(NdArray.toNested(endless))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(fiber)
      // and the backend still works
      yield* expectTree(Lax.foriLoop(0, np.array(4n), (i, n) => np.add(n, i), 0n), 6)
    }).pipe(Effect.provide(layer), Effect.timeout("10 seconds")), 20_000)
})
