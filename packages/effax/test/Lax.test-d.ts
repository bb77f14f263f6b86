/**
 * Types of control flow: trees in which scalars became arrays, whether callbacks are annotated or not.
 */
import { Lax, type NdArray, Numpy as np, Tree } from "effax"
import { describe, expectTypeOf, it } from "vitest"

type X = NdArray.Any
type Scalar = NdArray.NdArray<"float32", readonly []>

declare const x: X

describe("control flow", () => {
  it("cond gives what its branches give", () => {
    expectTypeOf(Lax.cond(true, (_, f) => f, (_, f) => f, np.add(x, 1), 2)).toEqualTypeOf<Scalar>()
    expectTypeOf(Lax.cond(true, () => 1, () => x)).toEqualTypeOf<Scalar>()
    expectTypeOf(Lax.cond(x, (t: X, _: X) => t, (_: X, u: X) => u, np.add(x, 1), 2)).toEqualTypeOf<X>()
    expectTypeOf(Lax.switch(0, [(p) => p.b[0], (p) => p.a], { a: x, b: [1, np.ones([3])] })).toEqualTypeOf<Scalar>()
    // @ts-expect-error trees differ
    Lax.cond(true, () => ({ a: x }), () => ({ b: x }))
  })

  it("loops give their carry", () => {
    const counted = Lax.whileLoop(([i]) => np.less(i, 3), ([i, y]) => [np.add(i, 1), np.add(y, i)], [0n, np.ones([3])])
    expectTypeOf(counted[0]).toEqualTypeOf<NdArray.NdArray<"int32", readonly []>>()
    expectTypeOf(counted[1]).toEqualTypeOf<NdArray.NdArray<"float32", readonly [3]>>()
    expectTypeOf(Lax.whileLoop((c: X) => np.less(c, 3), (c: X) => np.add(c, 1), np.add(x, 1))).toExtend<X>()
    expectTypeOf(Lax.foriLoop(0, 3, (i, c: X) => np.add(c, i), 0)).toExtend<X>()
    // @ts-expect-error the carry lost its second part
    Lax.whileLoop(([i]) => np.less(i, 3), ([i]) => [i], [0n, x])
  })

  it("scan gives the carry and stacked results", () => {
    const [sum, ys] = Lax.scan((c, x) => [np.add(c, 1), { x, one: 1 }], 0, np.ones([4, 3]))
    expectTypeOf(sum).toEqualTypeOf<Scalar>()
    expectTypeOf(ys.x).toEqualTypeOf<NdArray.NdArray<"float32", readonly [number, 3]>>()
    expectTypeOf(ys.one).toEqualTypeOf<NdArray.NdArray<"float32", readonly [number]>>()
    expectTypeOf(Lax.scan((c: X, x: X) => [np.add(c, x), x], np.add(x, 1), np.add(x, 2))[0]).toExtend<X>()
    expectTypeOf(Lax.scan((c: X, x: X) => [np.add(c, x), null], 0, np.add(x, 2))[1]).toEqualTypeOf<null>()
    // @ts-expect-error not a pair
    Lax.scan((c: X) => c, x, null, { length: 3 })
  })

  it("callbacks without annotations see what is given in place", () => {
    expectTypeOf(Lax.whileLoop((y) => np.less(y, 9), (y) => np.add(y, y), np.add(np.ones([3]), 1)))
      .toEqualTypeOf<NdArray.NdArray<"float32", readonly [3]>>()
    expectTypeOf(Lax.foriLoop(0, 3, (i, y) => np.add(y, i), np.sum(np.ones([3])))).toEqualTypeOf<Scalar>()
    expectTypeOf(
      Lax.scan((c, x) => [np.add(c, x), [c, x]], np.astype(x, "float32"), np.reshape(np.ones([6]), [2, 3]))[1]
    )
      .toEqualTypeOf<[NdArray.NdArray<"float32">, NdArray.NdArray<"float32", readonly [number, 3]>]>()
    const tree = { a: np.ones([2]) }
    expectTypeOf(Lax.foriLoop(0, 3, (_, t) => ({ a: np.add(t.a, 1) }), Tree.map(tree, np.zerosLike)))
      .toExtend<{ a: NdArray.NdArray<"float32"> }>()
    // and functions that wait for their data still do
    expectTypeOf(np.ones([2, 3]).pipe(np.add(1), np.sum({ axis: 0 }), np.reshape([3, 1]), np.astype("int32")))
      .toEqualTypeOf<NdArray.NdArray<"int32", readonly [3, 1]>>()
  })

  it("where takes cases that are functions", () => {
    const y = np.where(np.ones([2, 1]), () => np.ones([3]), 0n)
    expectTypeOf(y).toEqualTypeOf<NdArray.NdArray<"float32", readonly [2, 3]>>()
    // @ts-expect-error shapes that do not broadcast
    expectTypeOf(np.where(np.ones([2]), () => np.ones([3]), 0)).toExtend<X>()
  })
})
