import { AllClose } from "@effax/testing"
import { describe, expect, it } from "vitest"

describe("AllClose.ulpDistance", () => {
  it("counts representable numbers between two floats", () => {
    expect(AllClose.ulpDistance(1, 1 + 2 ** -23, "float32")).toBe(1)
    expect(AllClose.ulpDistance(1, 1 - 2 ** -24, "float32")).toBe(1)
    expect(AllClose.ulpDistance(-1, -1 - 2 ** -23, "float32")).toBe(1)
    expect(AllClose.ulpDistance(2 ** -149, -(2 ** -149), "float32")).toBe(2)
    expect(AllClose.ulpDistance(0, -0, "float32")).toBe(0)
    expect(AllClose.ulpDistance(2 ** -126, 2 ** -126 - 2 ** -149, "float32")).toBe(1)
    expect(AllClose.ulpDistance(3.4028234663852886e38, Infinity, "float32")).toBe(1)
    expect(AllClose.ulpDistance(65504, Infinity, "float16")).toBe(1)
    expect(AllClose.ulpDistance(2 ** -14, 2 ** -14 - 2 ** -24, "float16")).toBe(1)
    expect(AllClose.ulpDistance(1, 1 + 2 ** -7, "bfloat16")).toBe(1)
    expect(AllClose.ulpDistance(Number.MAX_VALUE, Infinity, "float64")).toBe(1)
    expect(AllClose.ulpDistance(1, 1 + Number.EPSILON, "float64")).toBe(1)
    expect(AllClose.ulpDistance(Number.MIN_VALUE, 0, "float64")).toBe(1)
    expect(AllClose.ulpDistance(Number.MIN_VALUE, -Number.MIN_VALUE, "float64")).toBe(2)
    expect(AllClose.ulpDistance(7n, -7n, "int64")).toBe(14)
    expect(AllClose.ulpDistance(NaN, 1, "float32")).toBe(Infinity)
    expect(AllClose.ulpDistance(NaN, NaN, "float32")).toBe(0)
  })
  it("agrees with stepping through the bits of binary32", () => {
    const f = new Float32Array(2)
    const bits = new Uint32Array(f.buffer)
    for (const x of [1e-45, 1.1754942e-38, 1.1754944e-38, 0.3, 0.99999994, 1, 1.9999999, 3e38]) {
      f[0] = x
      bits[1] = bits[0]! + 5
      expect(AllClose.ulpDistance(f[0], f[1]!, "float32"), String(x)).toBe(5)
    }
  })
})

describe("AllClose.check", () => {
  it("is undefined for close arrays", () => {
    expect(AllClose.check(Float32Array.of(1, 2), [1 + 1e-6, 2])).toBeUndefined()
    expect(AllClose.check(Float32Array.of(NaN, Infinity, -Infinity), [NaN, Infinity, -Infinity])).toBeUndefined()
    expect(AllClose.check(BigInt64Array.of(2n ** 62n + 1n), [2n ** 62n + 1n])).toBeUndefined()
    expect(AllClose.check(Uint16Array.of(0x3f80), [1], { dtype: "bfloat16" })).toBeUndefined()
    expect(AllClose.check(Uint16Array.of(0x3c00, 0xc000, 0x7c00), [[1, -2], Infinity], { dtype: "float16" }))
      .toBeUndefined()
    expect(AllClose.check(Uint8Array.of(1, 0), [true, false], { dtype: "bool" })).toBeUndefined()
    expect(AllClose.check([], [])).toBeUndefined()
  })
  it("names the worst element", () => {
    expect(AllClose.check(Float32Array.of(1, 2, 3.5, 4.25), [[1, 2.25], [3, 4]], { shape: [2, 2], label: "sum" })).toBe(
      "sum: 3 of 4 float32 elements are not close; the worst is at index [1, 0]: got 3.5, expected 3 " +
        "(difference 0.5, 2097152 ulps; rtol 0.00001, atol 0.000001)"
    )
  })
  it("finds each kind of difference", () => {
    expect(AllClose.check(Float32Array.of(NaN), [1])).toContain("got NaN")
    expect(AllClose.check(Float32Array.of(1), [NaN])).toContain("expected NaN")
    expect(AllClose.check(Float32Array.of(Infinity), [-Infinity])).toContain("got Infinity")
    expect(AllClose.check(Float32Array.of(3e38), [Infinity], { rtol: 1 })).toContain("expected Infinity")
    expect(AllClose.check(Float32Array.of(-0), [0])).toBeUndefined()
    expect(AllClose.check(Float32Array.of(-0), [0], { signedZero: true })).toContain("got -0")
    expect(AllClose.check(Float32Array.of(1, 2), [1])).toBe("2 elements, expected 1")
    expect(AllClose.check(Int32Array.of(1), [2])).toContain("int32")
    expect(AllClose.check(BigInt64Array.of(2n ** 62n + 1n), [2n ** 62n])).toContain("4611686018427387905")
    expect(AllClose.check(Float32Array.of(1 + 2 ** -23), [1], { rtol: 0, atol: 0 })).toContain("1 ulps")
    expect(AllClose.check(Float32Array.of(1 + 2 ** -23), [1], { rtol: 0, atol: 0, ulps: 1 })).toBeUndefined()
  })
})

describe("AllClose.assert", () => {
  it("throws with both sides", () => {
    expect(() => AllClose.assert(Float32Array.of(1), [2])).toThrow(AllClose.NotCloseError)
    expect(() => AllClose.assertSameBits(Float32Array.of(0), Float32Array.of(-0))).toThrow("element 0")
    expect(() => AllClose.assertSameBits(Float32Array.of(0), Uint32Array.of(0))).toThrow(AllClose.NotCloseError)
    AllClose.assertSameBits(Float32Array.of(NaN, -0), Float32Array.of(NaN, -0))
  })
})
