/**
 * Types of linear algebra: dtypes of results, and the shapes that are known.
 */
import { Linalg, type NdArray, Numpy as np, Scipy } from "effax"
import { describe, expectTypeOf, it } from "vitest"

const square = np.ones([5, 3, 3])

describe("Linalg", () => {
  it("keeps sizes that are known", () => {
    expectTypeOf(Linalg.inv(square)).toEqualTypeOf<NdArray.NdArray<"float32", readonly [5, 3, 3]>>()
    expectTypeOf(Linalg.det(square)).toEqualTypeOf<NdArray.NdArray<"float32", readonly [5]>>()
    expectTypeOf(Linalg.eigvalsh(square)).toEqualTypeOf<NdArray.NdArray<"float32", readonly [5, 3]>>()
    expectTypeOf(Linalg.pinv(np.ones([2, 4]))).toEqualTypeOf<NdArray.NdArray<"float32", readonly [4, 2]>>()
    expectTypeOf(Linalg.norm(square, { axis: -1 })).toEqualTypeOf<NdArray.NdArray<"float32", readonly [5, 3]>>()
    expectTypeOf(square.pipe(Linalg.cholesky({ upper: true }))).toEqualTypeOf<typeof square>()
  })

  it("has the dtypes of JAX", () => {
    expectTypeOf(Linalg.eigvals(square).dtype).toEqualTypeOf<"complex64">()
    expectTypeOf(Linalg.slogdet(np.ones([2, 2], { dtype: "complex128" })).logabsdet.dtype).toEqualTypeOf<"float64">()
    expectTypeOf(Linalg.matrixRank(square).dtype).toEqualTypeOf<"int32">()
    expectTypeOf(Linalg.inv(np.ones([2, 2], { dtype: "int32" })).dtype).toEqualTypeOf<"float32">()
    expectTypeOf(Scipy.linalg.sqrtm(square).dtype).toEqualTypeOf<"complex64">()
  })

  it("gives what options ask for", () => {
    expectTypeOf(Linalg.svd(square, { computeUv: false }).dtype).toEqualTypeOf<"float32">()
    expectTypeOf(Linalg.svd(square).S.dtype).toEqualTypeOf<"float32">()
    expectTypeOf(Linalg.qr(square, { mode: "r" }).dtype).toEqualTypeOf<"float32">()
    // @ts-expect-error no such order
    expectTypeOf(Linalg.norm(square, { ord: "max" }))
    // @ts-expect-error no such mode
    expectTypeOf(Linalg.qr(square, { mode: "economic" }))
  })
})
