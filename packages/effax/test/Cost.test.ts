import { describe, expect, it } from "@effect/vitest"
import { Cost, grad, jit, Lax, makeProgram, type NdArray, Nn, Numpy as np, Program, ShapeDType } from "effax"

const spec = (...shape: ReadonlyArray<number>) => new ShapeDType(shape, "float32")
const v = spec(1000)
type X = NdArray.Any

const cost = (program: Program.Program): readonly [flops: number, transcendentals: number] => {
  const { flops, transcendentals } = Cost.analysis(program)
  return [flops, transcendentals]
}
const of = (f: (...xs: ReadonlyArray<X>) => unknown, ...specs: ReadonlyArray<ShapeDType>) =>
  makeProgram(f as (...xs: ReadonlyArray<X>) => X)(...specs as ReadonlyArray<never>)

// jax.jit(f).lower(...).cost_analysis() of JAX 0.10.2 on CPU: flops, transcendentals
const asXla: ReadonlyArray<readonly [string, Program.Program, number, number]> = [
  ["sin", of((x) => np.sin(x!), v), 0, 1000],
  ["sqrt", of((x) => np.sqrt(x!), v), 0, 1000],
  ["power", of((x, y) => np.power(x!, y!), v, v), 0, 1000],
  ["arctan2", of((x, y) => np.arctan2(x!, y!), v, v), 0, 1000],
  ["sigmoid", of((x) => Nn.sigmoid(x!), v), 3000, 1000],
  ["negative", of((x) => np.negative(x!), v), 1000, 0],
  ["square", of((x) => np.multiply(x!, x!), v), 1000, 0],
  ["fifth power", of((x) => np.power(x!, 5), v), 3000, 0],
  ["cast", of((x) => np.astype(x!, "int32"), v), 1000, 0],
  ["add", of((x, y) => np.add(x!, y!), v, v), 1000, 0],
  ["dot", of((x, y) => np.dot(x!, y!), spec(8, 16), spec(16, 32)), 8192, 0],
  ["sum", of((x) => np.sum(x!), v), 999, 0],
  ["sum along an axis", of((x) => np.sum(x!, { axis: 0 }), spec(8, 16)), 112, 0],
  ["max", of((x) => np.max(x!), v), 999, 0],
  ["prod", of((x) => np.prod(x!), v), 999, 0],
  ["sort", of((x) => np.sort(x!), v), 10000, 0],
  ["transpose", of((x) => np.transpose(x!), spec(8, 16)), 0, 0],
  ["concatenate", of((x) => np.concatenate([x!, x!]), spec(8, 16)), 0, 0],
  // padding is left out, and so are the holes of a dilated input
  ["conv", convolution([1, 1], [[1, 1], [1, 1]], [1, 1]), 23232, 0],
  ["conv with strides", convolution([2, 2], [[0, 0], [0, 0]], [1, 1]), 3888, 0],
  ["conv of a dilated input", convolution([1, 1], [[2, 2], [2, 2]], [2, 2]), 27648, 0],
  [
    "dense layer",
    of((w, b, x) => np.sum(np.tanh(np.add(np.matmul(x!, w!), b!))), spec(16, 32), spec(32), spec(8, 16)),
    8703,
    256
  ]
]

function convolution(
  windowStrides: ReadonlyArray<number>,
  padding: ReadonlyArray<readonly [number, number]>,
  lhsDilation: ReadonlyArray<number>
): Program.Program {
  return of(
    (x, k) =>
      Lax.convGeneralDilated(x!, k!, windowStrides, padding, {
        lhsDilation,
        rhsDilation: [1, 1],
        dimensionNumbers: { lhsSpec: [0, 1, 2, 3], rhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] },
        featureGroupCount: 1,
        batchGroupCount: 1,
        preferredElementType: null
      }),
    spec(2, 3, 8, 8),
    spec(4, 3, 3, 3)
  )
}

describe("Cost", () => {
  it.each(asXla)("counts %s as XLA does", (_, program, flops, transcendentals) => {
    expect(cost(program)).toEqual([flops, transcendentals])
  })

  it("bytes are those of operands and results, literals apart", () => {
    const bytes = (program: Program.Program) => Cost.analysis(program).bytesAccessed
    // XLA's numbers again
    expect(bytes(of((x) => np.sin(x!), v))).toBe(8000)
    expect(bytes(of((x, y) => np.add(x!, y!), v, v))).toBe(12000)
    expect(bytes(of((x, y) => np.dot(x!, y!), spec(8, 16), spec(16, 32)))).toBe(3584)
    expect(bytes(of((x) => np.index(x!, np.slice(2, 5)), v))).toBe(24)
    expect(bytes(of(() => np.arange(100, { dtype: "float32" })))).toBe(400)
    // a literal is in the code
    expect(bytes(of((x) => np.multiply(x!, 2), v))).toBe(8000)
    expect(bytes(of((x) => np.astype(x!, "bfloat16"), v))).toBe(6000)
  })

  it("has one row for each equation; they add up", () => {
    const { equations, ...total } = Cost.analysis(
      of((w, x) => np.sum(np.tanh(np.matmul(x!, w!))), spec(16, 32), spec(8, 16))
    )
    expect(equations.map(({ equation, flops }) => [equation.primitive.name, flops])).toEqual([
      ["dot_general", 8192],
      ["tanh", 0],
      ["reduce_sum", 255]
    ])
    expect(total.flops).toBe(8192 + 255)
    expect(total.transcendentals).toBe(256)
    expect(total.lowerBound).toBe(false)
  })

  it("calls cost what they call, however often", () => {
    const f = jit((x: X) => np.sin(np.add(x, x)))
    expect(cost(of((x) => f(f(x!)), v))).toEqual([2000, 2000])
    expect(cost(of((x) => f(x!), v))).toEqual(cost(of((x) => np.sin(np.add(x!, x!)), v)))
  })

  it("a scan costs its length times its body, a cond its dearest branch, a while one step", () => {
    const scanned = makeProgram((c: X, xs: X) => {
      const [last, ys] = Lax.scan((c: X, x: X) => [np.add(np.multiply(c, x), c), np.sin(c)] as const, c, xs)
      return { last, ys }
    })(spec(), v)
    expect(cost(scanned)).toEqual([2000, 1000])
    // XLA adds the one operation that makes the predicate an index
    const branched = makeProgram((p: X, x: X) =>
      Lax.cond(p, (x: X) => np.sin(x), (x: X) => np.add(np.multiply(x, x), x), x)
    )(new ShapeDType([], "bool"), v)
    expect(cost(branched)).toEqual([2001, 1000])
    const loop = makeProgram((x: X) => Lax.whileLoop((x: X) => np.less(np.sum(x), 9), (x: X) => np.sin(x), x))(v)
    expect(cost(loop)).toEqual([1000, 1000])
    expect(Cost.analysis(loop).lowerBound).toBe(true)
    const twice = jit((x: X) => Program.call(loop, [x])[0]!)
    expect(Cost.analysis(of((x) => twice(x!), v)).lowerBound).toBe(true)
    expect(Cost.analysis(scanned).lowerBound).toBe(false)
  })

  it("the gradient of a contraction is two more of them", () => {
    const loss = (w: X, x: X) => np.sum(np.tanh(np.matmul(x, w)))
    const { equations } = Cost.analysis(makeProgram(grad(loss, { argnums: [0, 1] }))(spec(16, 32), spec(8, 16)))
    const dots = equations.filter(({ equation }) => equation.primitive.name === "dot_general")
    expect(dots.map(({ flops }) => flops)).toEqual([8192, 8192, 8192])
  })

  it("empty arrays cost nothing", () => {
    expect(cost(of((x) => np.cumsum(np.sort(np.sin(x!))), spec(0)))).toEqual([0, 0])
  })
})
