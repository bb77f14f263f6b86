/**
 * Transformations: their values, which are JAX's, and what they do with structures, dtypes and traces.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { grad, jit, jvp, linearize, NdArray, Nn, Numpy as np, valueAndGrad, vjp, vmap } from "effax"
import * as Effect from "effect/Effect"
import { backends } from "./backends.ts"
import { conforms } from "./ops/conforms.ts"

type X = NdArray.Any

conforms("transformations")

const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)
const read = (x: X) => run(Effect.provide(NdArray.toNested(x), Reference.layer))

describe("structures", () => {
  it("gives gradients the structure, shapes and dtypes of the arguments", () => {
    const parameters = { b: np.zeros([2]), a: [np.ones([3]), { c: np.ones([], { dtype: "float64" }) }] as const }
    const gradient = grad((p: typeof parameters) =>
      np.add(np.sum(p.b), np.astype(np.multiply(np.sum(p.a[0]), p.a[1].c), "float32"))
    )(parameters)
    expect(Object.keys(gradient).sort()).toEqual(["a", "b"])
    expect([gradient.b, gradient.a[0], gradient.a[1].c].map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ["float32", [2]],
      ["float32", [3]],
      ["float64", []]
    ])
  })

  it("gives a tuple for several argnums and one gradient for one", () => {
    const f = (x: X, y: X) => np.sum(np.multiply(x, y))
    expect(Array.isArray(grad(f, { argnums: [0] })(np.ones([2]), np.ones([2])))).toBe(true)
    expect(NdArray.isNdArray(grad(f, { argnums: 1 })(np.ones([2]), np.ones([2])))).toBe(true)
  })

  it("passes auxiliary results on untouched", async () => {
    const [gradient, aux] = grad((x: X) => [np.sum(np.square(x)), { label: np.arange(2), x }] as const, {
      hasAux: true
    })(
      np.ones([2])
    )
    expect(gradient.shape).toEqual([2])
    expect(await read(aux.label)).toEqual([0, 1])
    const [[value, twice]] = valueAndGrad((x: X) => [np.sum(x), np.multiply(x, 2)] as const, { hasAux: true })(
      np.ones([2])
    )
    expect(await read(value)).toBe(2)
    expect(await read(twice)).toEqual([2, 2])
  })

  it("gives integer arguments zeros of their dtype as cotangents", async () => {
    const [, pullback] = vjp(
      (x: X, i: X) => np.take(x, i),
      np.arange(4, { dtype: "float32" }),
      np.array([1, 1], { dtype: "int32" })
    )
    const [dx, di] = pullback(np.ones([2]))
    expect(await read(dx)).toEqual([0, 2, 0, 0])
    expect([di.dtype, await read(di)]).toEqual(["int32", [0, 0]])
  })

  it("gives integer results zeros of their dtype as tangents", async () => {
    const [, tangent] = jvp((x: X) => np.argmax(x), [np.array([1, 3, 2])], [np.ones([3])])
    expect([tangent.dtype, await read(tangent)]).toEqual(["int32", 0])
  })

  it("puts the batch axis where outAxes says, for each result", () => {
    const f = vmap((x: X, y: X) => [np.multiply(x, y), np.sum(x)] as const, { inAxes: [0, null], outAxes: [2, 0] })
    const [product, sum] = f(np.ones([5, 2, 3]), np.ones([2, 3]))
    expect([product.shape, sum.shape]).toEqual([[2, 3, 5], [5]])
  })
})

describe("traces", () => {
  it("traces a jitted function once for each signature", () => {
    let traces = 0
    const f = jit((x: X) => {
      traces++
      return np.sin(x)
    })
    const examples = [np.ones([2]), np.zeros([2]), np.ones([3]), np.ones([2], { dtype: "float64" }), np.ones([2])]
    const results = examples.map((x) => f(x))
    expect([results.length, traces]).toEqual([5, 3])
    const [gradient, batch] = [grad((x: X) => np.sum(f(x)))(np.ones([2])), vmap(f)(np.ones([4, 2]))]
    expect([gradient.shape, batch.shape, traces]).toEqual([[2], [4, 2], 3])
  })

  it("does not compute a linearised function anew", () => {
    let calls = 0
    const [, tangentMap] = linearize((x: X) => {
      calls++
      return np.sin(x)
    }, np.ones([2]))
    const shapes = [
      tangentMap(np.ones([2])),
      tangentMap(np.zeros([2])),
      vmap((t: X) => tangentMap(t as never))(np.eye(2))
    ]
    expect([shapes.map(({ shape }) => shape), calls]).toEqual([[[2], [2], [2, 2]], 1])
  })

  it("runs what is closed over once, however often it is used", async () => {
    const outer = np.exp(np.arange(3, { dtype: "float32" }))
    const f = (x: X) => np.sum(np.multiply(outer, np.square(x)))
    expect(await read(np.divide(grad(f)(np.ones([3])), outer))).toEqual([2, 2, 2])
  })

  it("names the transformation that a parameter escaped from", async () => {
    let escaped: X | undefined
    const gradient = grad((x: X) => {
      escaped = np.sin(x)
      return np.sum(x)
    })(np.ones([2]))
    expect(gradient.shape).toEqual([2])
    const error = await run(Effect.flip(Effect.provide(NdArray.toNested(escaped!), Reference.layer)))
    expect(error._tag).toBe("EscapedParameterError")
    expect(error.message).toContain("grad")
  })
})

describe("refusals", () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    ["a gradient of integers", () => grad((x: X) => np.sum(x))(np.arange(3)), /floating-point/],
    ["a gradient of a vector", () => grad((x: X) => np.sin(x))(np.ones([3])), /one scalar/],
    ["a gradient of an integer", () => grad((x: X) => np.argmax(x))(np.ones([3])), /floating-point scalar/],
    ["an argument that is not there", () => grad((x: X) => np.sum(x), { argnums: 1 as 0 })(np.ones([3])), /argnums/],
    ["tangents of another shape", () => jvp(np.sin, [np.ones([3])], [np.ones([2])]), /shape/],
    ["tangents of another dtype", () => jvp(np.sin, [np.ones([3])], [np.ones([3], { dtype: "float64" })]), /float32/],
    [
      "cotangents of another structure",
      () => vjp((x: X) => [x, x], np.ones([3]))[1]([np.ones([3])] as never),
      /structure/
    ],
    ["batches of two sizes", () => vmap((x: X, y: X) => np.add(x, y))(np.ones([2]), np.ones([3])), /one size/],
    ["an axis that is not there", () => vmap(np.sin, { inAxes: 2 })(np.ones([2, 2])), /out of range/],
    ["no batch at all", () => vmap((x: X) => x, { inAxes: null })(np.ones([2])), /axisSize/],
    ["outAxes null for a batched result", () => vmap((x: X) => x, { outAxes: null })(np.ones([2])), /differs/]
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message)
  })
})

describe.each(backends)("a gradient for each example, on $name", ({ layer }) => {
  const numbers = (size: number, phase: number) =>
    Float64Array.from({ length: size }, (_, i) => 2 * Math.sin(phase + 7 * i))

  // of examples y [5, 1, 3, 7] and x [1, 1, 3, 7]: padding "same" and strides [1, 2] make 3 by 4 of 3 by 7
  const loss = (y: Float64Array, x: Float64Array): number => {
    const m = y.map((value, i) => value * x[i % 21]!)
    const w = m.map(Math.sin)
    let total = 0
    for (let n = 0; n < 5; n++) {
      for (let o = 0; o < 5; o++) {
        for (let i = 0; i < 3; i++) {
          for (let k = 0; k < 4; k++) {
            let sum = 0
            for (let p = 0; p < 3; p++) {
              for (let q = 0; q < 7; q++) {
                const [row, column] = [i + p - 1, 2 * k + q - 3]
                if (row < 0 || row > 2 || column < 0 || column > 6) continue
                sum += m[21 * n + 7 * row + column]! * w[21 * o + 7 * p + q]!
              }
            }
            total += Math.sin(sum)
          }
        }
      }
    }
    return total
  }

  /** The slope of a function of one array, element by element. */
  const slopes = (f: (x: Float64Array) => number, x: Float64Array): ReadonlyArray<number> =>
    Array.from(x, (value, i) => {
      const h = 1e-5
      return (f(x.with(i, value + h)) - f(x.with(i, value - h))) / (2 * h)
    })

  const [ys, xs] = [numbers(315, 1), numbers(63, 2)]
  const examples = [0, 1, 2].map((e) => [ys.slice(105 * e, 105 * e + 105), xs.slice(21 * e, 21 * e + 21)] as const)
  const expected = [
    examples.flatMap(([y, x]) => slopes((v) => loss(v, x), y)),
    examples.flatMap(([y, x]) => slopes((v) => loss(y, v), x))
  ]

  // A result is computed otherwise where the other one is not wanted
  it.effect.each([{ wanted: [0] }, { wanted: [1] }, { wanted: [0, 1] }])(
    "of a convolution of an array with its sine, results $wanted",
    ({ wanted }) =>
      Effect.gen(function*() {
        const f = (y: X, x: X) => {
          const m = np.multiply(x, y)
          return np.sum(np.sin(Nn.conv(m, np.sin(m), { layout: "channelsFirst", strides: [1, 2] })))
        }
        const gradients = vmap(grad(f, { argnums: [0, 1] }))(
          NdArray.fromTypedArray(ys, [3, 5, 1, 3, 7]),
          NdArray.fromTypedArray(xs, [3, 1, 1, 3, 7])
        )
        const arrays = wanted.map((i) => gradients[i]!)
        yield* NdArray.evaluate(arrays)
        for (const [k, array] of arrays.entries()) {
          const got = yield* NdArray.toTypedArray(array)
          const worst = expected[wanted[k]!]!.map((value, i) => Math.abs(value - Number(got[i])))
          expect(Math.max(...worst)).toBeLessThan(1e-6)
        }
      }).pipe(Effect.provide(layer))
  )
})
