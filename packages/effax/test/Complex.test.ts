/**
 * Derivatives of functions of complex numbers. The expected numbers are those of JAX 0.10.2, for the expression in the
 * comment, or of a formula.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  type Backend,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  Lax,
  linearize,
  linearTranspose,
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

type X = NdArray.Any

interface Number_ {
  readonly re: number
  readonly im: number
}

const c = (re: number, im: number): Number_ => ({ re, im })

const scalar = (re: number, im: number): X => NdArray.fromTypedArray(Float32Array.of(re, im), [], "complex64")
const vector = (...zs: ReadonlyArray<Number_>): X =>
  NdArray.fromTypedArray(Float32Array.from(zs.flatMap(({ im, re }) => [re, im])), [zs.length], "complex64")

const z = scalar(1, 2)
const v = vector(c(1, 2), c(-0.5, 0.25))

describe("complex numbers among JavaScript's", () => {
  it("only of complex dtypes", () => {
    expect(() => np.array([c(1, 2)], { dtype: "float32" })).toThrow(
      "array: complex numbers are not values of float32; of their parts there are `np.real` and `np.imag`"
    )
    expect(() => np.array({ re: 1 } as never)).toThrow("elements must be")
  })
})

describe.each(backends)("on $name", ({ layer }) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown, Backend.Backend>) =>
    it.effect(name, () => Effect.provide(body(), layer))

  test("arrays of complex numbers, alone and among real ones", () =>
    Effect.gen(function*() {
      const i = np.array(c(0, 1))
      expect([i.dtype, i.shape]).toEqual(["complex64", []])
      expect(yield* NdArray.toNested(i)).toEqual(c(0, 1))
      const mixed = [[c(1, -2), 3], [true, c(0.5, 0)]] as const
      const read = [[c(1, -2), c(3, 0)], [c(1, 0), c(0.5, 0)]]
      expect(yield* NdArray.toNested(np.array(mixed))).toEqual(read)
      expect(yield* NdArray.toNested(np.array(read, { dtype: "complex128" }))).toEqual(read)
      expect(yield* NdArray.toNested(np.multiply(i, np.array(mixed)))).toEqual([
        [c(2, 1), c(0, 3)],
        [c(0, 1), c(0, 0.5)]
      ])
    }))

  test("the gradient of a real function is df/dx - i df/dy", () =>
    Effect.gen(function*() {
      // jax.grad(lambda z: jnp.abs(z) ** 2)(1 + 2j)
      yield* expectTree(grad((z: X) => np.square(np.abs(z)))(z), c(2, -4))
      yield* expectTree(jit(grad(jit((z: X) => np.square(np.abs(z)))))(z), c(2, -4))
      // jax.grad(jnp.real)(1 + 2j), jax.grad(jnp.imag)(1 + 2j), jax.grad(lambda z: jnp.real(jnp.conj(z) * 1j))(1 + 2j)
      yield* expectTree(grad(np.real)(z), c(1, 0))
      yield* expectTree(grad(np.imag)(z), c(0, -1))
      yield* expectTree(grad((z: X) => np.real(np.multiply(np.conj(z), scalar(0, 1))))(z), c(0, -1))
      // d|z| = conj(z) / |z|, and 0 at 0 as in JAX
      yield* expectTree(grad(np.abs)(scalar(3, 4)), c(0.6, -0.8))
      yield* expectTree(grad(np.abs)(scalar(0, 0)), c(0, 0))
      // jax.grad(jnp.angle)(1 + 2j)
      yield* expectTree(grad((z: X) => np.angle(z))(z), c(-0.4, -0.2))
      yield* expectTree(valueAndGrad((z: X) => np.real(np.exp(z)))(z), [
        Math.E * Math.cos(2),
        c(Math.E * Math.cos(2), Math.E * Math.sin(2))
      ])
    }))

  test("following the conjugate of the gradient descends", () =>
    Effect.gen(function*() {
      const target = scalar(-2, 0.5)
      const loss = (z: X) => np.square(np.abs(np.subtract(z, target)))
      let at: X = z
      for (let i = 0; i < 40; i++) at = yield* np.subtract(at, np.multiply(0.2, np.conj(grad(loss)(at) as X)))
      yield* expectTree(at, c(-2, 0.5))
    }))

  test("gradients through complex numbers between real ones", () =>
    Effect.gen(function*() {
      // f = lambda x, y: jnp.real((x + 1j * y) ** 3) = x^3 - 3 x y^2
      const f = (x: X, y: X) => np.real(np.power(Lax.complex(x, y), 3))
      yield* expectTree(grad(f, { argnums: [0, 1] })(np.array(2), np.array(0.5)), [11.25, -6])
      // a real number that becomes complex
      yield* expectTree(grad((x: X) => np.imag(np.multiply(np.astype(x, "complex64"), z)))(np.array(3)), 2)
      yield* expectTree(grad((x: X) => np.abs(Lax.conj(x)))(np.array(-3)), -1)
    }))

  test("holomorphic derivatives are complex derivatives", () =>
    Effect.gen(function*() {
      const options = { holomorphic: true } as const
      // jax.grad(lambda z: z ** 3, holomorphic=True)(1 + 2j) = 3 z^2
      yield* expectTree(grad((z: X) => np.power(z, 3), options)(z), c(-9, 12))
      // sin(x + i y) = sin x cosh y + i cos x sinh y, and cos likewise
      const [sinh, cosh] = [Math.sinh(2), Math.cosh(2)]
      const [value, slope] = valueAndGrad(np.sin, options)(z)
      yield* expectTree(value, c(Math.sin(1) * cosh, Math.cos(1) * sinh))
      yield* expectTree(slope, c(Math.cos(1) * cosh, -Math.sin(1) * sinh))
      // d^2 z^3 / dz^2 = 6 z
      yield* expectTree(grad(grad((z: X) => np.power(z, 3), options), options)(z), c(6, 12))

      // f = lambda v: jnp.stack([v[0] * v[1], jnp.exp(v[0])])
      const f = (v: X) => np.stack([np.multiply(np.index(v, 0), np.index(v, 1)), np.exp(np.index(v, 0))])
      const e = c(Math.E * Math.cos(2), Math.E * Math.sin(2))
      for (const jacobian of [jacfwd as unknown as typeof jacrev, jacrev]) {
        yield* expectTree(jacobian(f, options)(v), [[c(-0.5, 0.25), c(1, 2)], [e, c(0, 0)]])
      }
      // jax.hessian(lambda v: jnp.sum(v ** 3), holomorphic=True)(v)
      yield* expectTree(hessian((v: X) => np.sum(np.power(v, 3)), options)(v), [
        [c(6, 12), c(0, 0)],
        [c(0, 0), c(-3, 1.5)]
      ])
    }))

  test("Jacobians between real and complex", () =>
    Effect.gen(function*() {
      // jax.jacfwd(lambda x: x * (1 + 2j))(jnp.ones(2))
      yield* expectTree(jacfwd((x: X) => np.multiply(x, z))(np.ones([2])), [[c(1, 2), c(0, 0)], [c(0, 0), c(1, 2)]])
      // jax.jacrev(lambda z: jnp.real(z * z))(v)
      yield* expectTree(jacrev((v: X) => np.real(np.multiply(v, v)))(v), [
        [c(2, 4), c(0, 0)],
        [c(0, 0), c(-1, 0.5)]
      ])
    }))

  test("jvp, vjp and linearize of complex functions", () =>
    Effect.gen(function*() {
      const f = (z: X) => np.multiply(z, z)
      const t = scalar(0.5, -1)
      // 2 z t
      yield* expectTree(jvp(f, [z], [t]), [c(-3, 4), c(5, 0)])
      const [, map] = linearize(f, z)
      yield* expectTree(map(t), c(5, 0))
      // jax.vjp(lambda z: z * z, 1 + 2j)[1](0.5 - 1j): no conjugation
      yield* expectTree(vjp(f, z)[1](t as never), [c(5, 0)])
      // jax.vjp(jnp.conj, 1 + 2j)[1](0.5 - 1j)
      yield* expectTree(vjp(np.conj, z)[1](t as never), [c(0.5, 1)])
      // jax.vjp(jnp.sign, ...) is zero, though the derivative is i s im(conj(s) t) / |z|
      const s = scalar(3, 4)
      yield* expectTree(jvp(np.sign, [s], [scalar(1, 0)])[1], c(0.128, -0.096))
    }))

  test("allowInt gives zeros for integers and booleans", () =>
    Effect.gen(function*() {
      const f = (x: X, n: X, flag: X) => np.sum(np.where(flag, np.multiply(x, n), x))
      const [x, n] = [np.array([1, 2]), np.array([3, 4], { dtype: "int32" })]
      const options = { argnums: [0, 1, 2], allowInt: true } as const
      const gradients = grad(f, options)(x, n, np.array(true))
      yield* expectTree(gradients, [[3, 4], [0, 0], false])
      expect((gradients as ReadonlyArray<X>).map((g) => g.dtype)).toEqual(["float32", "int32", "bool"])
      const tree = { scale: np.array(2), count: n }
      const g = (p: { readonly scale: X; readonly count: X }) => np.sum(np.multiply(p.scale, p.count))
      yield* expectTree(valueAndGrad(g, { allowInt: true })(tree), [14, { scale: 7, count: [0, 0] }])
      // jax.jacrev(lambda n: n * 2.5, allow_int=True)(n).shape
      const jacobian = jacrev((n: X) => np.multiply(np.astype(n, "float32"), 2.5), { allowInt: true })(n) as X
      expect(jacobian.dtype).toBe("int32")
      yield* expectTree(jacobian, [[0, 0], [0, 0]])
    }))

  test("the discrete Fourier transform by a contraction", () =>
    Effect.gen(function*() {
      const n = 8
      // jnp.exp(-2j * jnp.pi / n * jnp.outer(k, k))
      const k = np.arange(0, n, 1, { dtype: "float32" })
      const phase = np.multiply(np.outer(k, k), -2 * Math.PI / n)
      const matrix = Lax.complex(np.cos(phase), np.sin(phase))
      const dft = (x: X) => np.matmul(matrix, np.astype(x, "complex64"))
      const x = np.array([1, 2, 0, -1, 0.5, 0, 3, -2])
      const power = (x: X) => np.sum(np.square(np.abs(dft(x))))
      // Parseval: sum |X|^2 = n sum x^2, whose gradient is 2 n x
      yield* expectTree(power(x), 8 * 19.25)
      const gradient = yield* NdArray.toTypedArray(grad(power)(x) as X)
      Array.from(gradient as Float32Array).forEach((g, i) => {
        expect(g).toBeCloseTo(16 * [1, 2, 0, -1, 0.5, 0, 3, -2][i]!, 3)
      })
      // jnp.fft.fft(x)[1]
      const one = (yield* NdArray.toNested(np.index(dft(x), 1))) as unknown as Number_
      expect(one.re).toBeCloseTo(1.2071068, 5)
      expect(one.im).toBeCloseTo(0.87867964, 5)
    }))

  test("the expectation of an observable, and its gradient in the angles of the circuit", () =>
    Effect.gen(function*() {
      // RX(a) then RY(b) on |0>: <Z> = cos a cos b
      const gate = (entries: ReadonlyArray<X>) => np.reshape(np.stack(entries), [2, 2])
      const zero = np.array(0)
      const rx = (a: X) => {
        const [cos, sin] = [np.cos(np.divide(a, 2)), np.sin(np.divide(a, 2))]
        const [diagonal, other] = [Lax.complex(cos, zero), Lax.complex(zero, np.negative(sin))]
        return gate([diagonal, other, other, diagonal])
      }
      const ry = (b: X) => {
        const [cos, sin] = [np.cos(np.divide(b, 2)), np.sin(np.divide(b, 2))]
        return np.astype(gate([cos, np.negative(sin), sin, cos]), "complex64")
      }
      const observable = np.array([[1, 0], [0, -1]])
      const expectation = (angles: X) => {
        const state = np.matmul(np.matmul(ry(np.index(angles, 1)), rx(np.index(angles, 0))), np.array([1, 0]))
        return np.real(np.vdot(state, np.matmul(observable, state)))
      }
      const [a, b] = [0.7, -1.2]
      const angles = np.array([a, b])
      yield* expectTree(expectation(angles), Math.cos(a) * Math.cos(b))
      yield* expectTree(grad(expectation)(angles), [-Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.sin(b)])
      yield* expectTree(vmap(grad(expectation))(np.stack([angles, np.array([0, 0])])), [
        [-Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.sin(b)],
        [0, 0]
      ])
    }))

  test("holomorphic derivatives are those of small steps along the real and the imaginary axis", () =>
    Effect.gen(function*() {
      const f = (z: X) => np.add(np.multiply(np.exp(z), np.log(z)), np.tanh(np.sqrt(z)))
      const at = (re: number, im: number): X => NdArray.fromTypedArray(Float64Array.of(re, im), [], "complex128")
      const read = (z: X) => Effect.map(NdArray.toScalar(z), (value) => value as unknown as Number_)
      const [re, im, h] = [0.8, -1.1, 1e-5]
      const exact = yield* read(grad(f, { holomorphic: true })(at(re, im)) as X)
      const slope = (du: number, dv: number) =>
        Effect.map(
          Effect.all([read(f(at(re + du, im + dv))), read(f(at(re - du, im - dv)))]),
          ([p, m]) => c((p.re - m.re) / (2 * h), (p.im - m.im) / (2 * h))
        )
      const real = yield* slope(h, 0)
      const imaginary = yield* slope(0, h)
      expect(real.re).toBeCloseTo(exact.re, 8)
      expect(real.im).toBeCloseTo(exact.im, 8)
      // df / (i dy)
      expect(imaginary.im).toBeCloseTo(exact.re, 8)
      expect(-imaginary.re).toBeCloseTo(exact.im, 8)
    }))
})

describe("Programs", () => {
  it("print as JAX's", () => {
    const f = (z: X) => np.abs(np.multiply(np.conj(z), Lax.complex(np.imag(z), 2)))
    // jax.make_jaxpr(lambda z: jnp.abs(jnp.conj(z) * lax.complex(jnp.imag(z), jnp.full(2, 2.))))(v)
    expect(Program.print(Effect.runSync(Program.trace(f, v)))).toBe(`{ lambda ; a:c64[2]. let
    b:c64[2] = conj[input_dtype=complex64] a
    c:f32[2] = imag a
    d:c64[2] = complex c 2.0:f32[]
    e:c64[2] = mul b d
    f:f32[2] = abs e
  in (f,) }`)
  })

  it("are the same after they were written and read", () => {
    const program = Effect.runSync(Program.trace((z: X) => np.real(np.multiply(np.conj(z), 2)), v))
    const read = Effect.runSync(Effect.flatMap(ProgramCodec.encode(program), ProgramCodec.decode))
    expect(Program.equals(read, program)).toBe(true)
  })

  it("the parts of complex numbers are linear over the real ones", () => {
    const program = Effect.runSync(
      Program.trace(
        (t: X) => linearTranspose((x: X) => np.imag(np.multiply(Lax.complex(x, 0), z)), np.array(1))(t) as never,
        np.array(1)
      )
    )
    expect(program.equations.map(({ primitive }) => primitive.name)).toContain("real")
    expect(failure(() => linearTranspose((x: X) => Lax.complex(x, 1), np.array(1))(z as never))).toContain("not linear")
  })
})

describe("errors", () => {
  const square = (z: X) => np.multiply(z, z)
  const real = (z: X) => np.real(z)
  const x = np.array(1)
  const n = np.array(3, { dtype: "int32" })

  it("complex results need holomorphic, and say so", () => {
    expect(failure(() => grad(square)(z))).toBe(
      "DTypeError: grad: the function must return a floating-point scalar, got c64[]; set `holomorphic: true` for a function " +
        "that has a complex derivative, or use `vjp`"
    )
    expect(failure(() => jacrev(square)(v))).toContain("floating-point arrays, got c64[2]; set `holomorphic: true`")
  })

  it("holomorphic functions have complex arguments and results", () => {
    for (
      const [name, derivative] of [["grad", grad], ["jacfwd", jacfwd as unknown as typeof grad], [
        "jacrev",
        jacrev as unknown as typeof grad
      ]] as const
    ) {
      expect(failure(() => derivative(square, { holomorphic: true })(x))).toBe(
        `DTypeError: ${name}: argument 0 is f32[], but holomorphic functions have complex arguments; convert it with ` +
          "`np.astype(x, \"complex64\")`"
      )
      expect(failure(() => derivative(real, { holomorphic: true })(z))).toContain(
        `DTypeError: ${name}: the function must return ${
          name === "grad" ? "a complex scalar" : "complex arrays"
        }, got f32[]`
      )
    }
    expect(failure(() => grad(square, { holomorphic: true, allowInt: true })(n))).toContain("complex arguments")
  })

  it("forward Jacobians with respect to complex arguments need holomorphic", () => {
    expect(failure(() => jacfwd(real)(z))).toContain("forward mode takes real arguments; set `holomorphic: true`")
    expect(failure(() => jacfwd(square, { allowInt: true })(n))).toContain("only floating-point arguments")
  })

  it("integers need allowInt, and integer results have no gradient all the same", () => {
    expect(failure(() => grad((n: X) => np.multiply(n, 2))(n))).toContain("set `allowInt: true`")
    expect(failure(() => grad((n: X) => np.multiply(n, 2n), { allowInt: true })(n))).toContain(
      "must return a floating-point scalar, got i32[]"
    )
  })

  it("functions of real numbers refuse complex ones", () => {
    for (const f of [Lax.atan2, Lax.rem, Lax.nextafter]) {
      expect(failure(() => f(v, v))).toContain("dtype complex64 is not allowed")
    }
    expect(failure(() => np.clip(v, 0, 1))).toContain("clip: complex numbers can't be clipped, got complex64")
    expect(failure(() => np.heaviside(v, 1))).toContain("heaviside: expected real numbers, got complex64")
    expect(failure(() => Lax.isFinite(v))).toContain("is_finite: dtype complex64 is not allowed")
    expect(failure(() => Lax.real(x))).toContain("real: dtype float32 is not allowed")
    expect(failure(() => Lax.complex(v, v))).toContain("complex: dtype complex64 is not allowed")
    expect(failure(() => Lax.complex(np.ones([2], { dtype: "float16" }), 0))).toContain("float16 is not allowed")
  })
})
