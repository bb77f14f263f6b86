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

type Float<S extends ReadonlyArray<number>> = NdArray.NdArray<"float32", S>

describe("operations", () => {
  const m = np.ones([2, 3])
  const ints = np.ones([2, 3], { dtype: "int32" })

  it("elementwise functions keep dtypes and shapes", () => {
    expectTypeOf(Lax.sin(m)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.add(m, m)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.add(1, ints)).toEqualTypeOf<NdArray.NdArray<"int32", readonly [2, 3]>>()
    expectTypeOf(Lax.mul(m, np.ones([2, 1]))).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.lt(m, 0)).toEqualTypeOf<NdArray.NdArray<"bool", readonly [2, 3]>>()
    expectTypeOf(Lax.select(true, m, 0)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.clamp(0, m, 1)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.pow(m, ints)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.abs(Lax.complex(m, m))).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.add(x, m)).toExtend<X>()
    // @ts-expect-error dtypes differ
    void Lax.add(m, ints)
    // @ts-expect-error ranks differ
    void Lax.add(m, np.ones([3]))
    // @ts-expect-error lengths differ
    void Lax.add(m, np.ones([2, 2]))
    // @ts-expect-error lists are not arrays
    void Lax.sin([1, 2])
  })

  it("shapes that are said are known", () => {
    expectTypeOf(Lax.reshape(m, [3, 2])).toEqualTypeOf<Float<readonly [3, 2]>>()
    expectTypeOf(Lax.broadcast(m, [4])).toEqualTypeOf<Float<readonly [4, 2, 3]>>()
    expectTypeOf(Lax.broadcastInDim(m, [2, 5, 3], [0, 2])).toEqualTypeOf<Float<readonly [2, 5, 3]>>()
    expectTypeOf(Lax.broadcastShapes([2, 1], [3])).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(Lax.transpose(m, [1, 0])).toEqualTypeOf<Float<readonly [3, 2]>>()
    expectTypeOf(Lax.squeeze(np.ones([1, 2]), [0])).toEqualTypeOf<Float<readonly [2]>>()
    expectTypeOf(Lax.iota("int8", 4)).toEqualTypeOf<NdArray.NdArray<"int8", readonly [4]>>()
    expectTypeOf(Lax.full([2, 2], 0)).toEqualTypeOf<Float<readonly [2, 2]>>()
    expectTypeOf(Lax.full([2], 0, { dtype: "int8" })).toEqualTypeOf<NdArray.NdArray<"int8", readonly [2]>>()
    expectTypeOf(Lax.fullLike(ints, 0)).toEqualTypeOf<NdArray.NdArray<"int32", readonly [2, 3]>>()
    expectTypeOf(Lax.convertElementType(m, "int8")).toEqualTypeOf<NdArray.NdArray<"int8", readonly [2, 3]>>()
    expectTypeOf(Lax.bitcastConvertType(m, "int32")).toEqualTypeOf<NdArray.NdArray<"int32", readonly [2, 3]>>()
    expectTypeOf(Lax.bitcastConvertType(m, "uint8")).toEqualTypeOf<NdArray.NdArray<"uint8">>()
    expectTypeOf(Lax.dynamicSlice(m, [0, 0], [1, 2])).toEqualTypeOf<Float<readonly [1, 2]>>()
    expectTypeOf(Lax.slice(m, [0, 0], [1, 2])).toEqualTypeOf<Float<readonly [number, number]>>()
    expectTypeOf(Lax.split(m, [1, 1])).toEqualTypeOf<
      [Float<readonly [number, number]>, Float<readonly [number, number]>]
    >()
    // @ts-expect-error dtypes differ
    void Lax.dynamicUpdateSlice(m, ints, [0, 0])
  })

  it("reductions and order", () => {
    expectTypeOf(Lax.reduceSum(m, [0])).toEqualTypeOf<Float<readonly [3]>>()
    expectTypeOf(Lax.argmax(m, 1, "int8")).toEqualTypeOf<NdArray.NdArray<"int8", readonly [2]>>()
    expectTypeOf(Lax.cumsum(m, { axis: 1 })).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.sort(m)).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.sort([ints, m])[1]).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.sortKeyVal(ints, m)[1]).toEqualTypeOf<Float<readonly [2, 3]>>()
    expectTypeOf(Lax.reduce(m, 0, Lax.add, [0])).toEqualTypeOf<Float<ReadonlyArray<number>>>()
    expectTypeOf(Lax.reduceWindow(m, -Infinity, np.maximum, [2, 2])).toEqualTypeOf<Float<ReadonlyArray<number>>>()
    // @ts-expect-error the computation gives a list
    void Lax.reduce(m, 0, (x) => [x], [0])
    // @ts-expect-error dtypes of indices are integers
    void Lax.argmax(m, 1, "float32")
  })

  it("contractions", () => {
    expectTypeOf(Lax.dot(m, np.ones([3]))).toEqualTypeOf<Float<readonly [2]>>()
    expectTypeOf(Lax.dot(m, np.ones([3, 4]))).toEqualTypeOf<Float<readonly [2, 4]>>()
    expectTypeOf(Lax.batchMatmul(np.ones([5, 2, 3]), np.ones([5, 3, 4]))).toEqualTypeOf<Float<readonly [5, 2, 4]>>()
    expectTypeOf(Lax.dotGeneral(m, m, { lhsContracting: [1], rhsContracting: [1] }))
      .toEqualTypeOf<Float<ReadonlyArray<number>>>()
    expectTypeOf(Lax.dotGeneral(ints, ints, {}, { preferredElementType: "float32" }))
      .toEqualTypeOf<Float<ReadonlyArray<number>>>()
    // @ts-expect-error dtypes differ
    void Lax.dotGeneral(m, ints, {})
    // @ts-expect-error lengths differ
    void Lax.dot(m, np.ones([2]))
    // @ts-expect-error not a padding
    void Lax.conv(np.ones([1, 1, 3]), np.ones([1, 1, 3]), [1], "FULL")
  })
})
