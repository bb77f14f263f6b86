import { describe, expect, it } from "@effect/vitest"
import { type DType, Errors, Lax, Numpy as np } from "effax"
import * as DTypes from "effax/DType"

/** NumPy's `can_cast`, with bfloat16 as `ml_dtypes` registers it: which dtypes each may be converted to. */
const safe: { readonly [D in DType.DType]: string } = {
  bool: "111111111111111",
  int8: ".1111....111111",
  int16: "..111......1111",
  int32: "...11.......1.1",
  int64: "....1.......1.1",
  uint8: "..1111111111111",
  uint16: "...11.111..1111",
  uint32: "....1..11...1.1",
  uint64: "........1...1.1",
  bfloat16: ".........1.1111",
  float16: "..........11111",
  float32: "...........1111",
  float64: "............1.1",
  complex64: ".............11",
  complex128: "..............1"
}

describe("dtypes", () => {
  it.each(DTypes.all)("canCast from %s is NumPy's", (from) => {
    expect(DTypes.all.map((to) => np.canCast(from, to) ? "1" : ".").join("")).toBe(safe[from])
  })

  it("canCast knows NumPy's other rules", () => {
    expect(np.canCast("float64", "float16", { casting: "same_kind" })).toBe(true)
    expect(np.canCast("float64", "int32", { casting: "same_kind" })).toBe(false)
    expect(np.canCast("int8", "uint8", { casting: "same_kind" })).toBe(false)
    expect(np.canCast("float64", "int32", { casting: "unsafe" })).toBe(true)
    expect(np.canCast("int8", "int16", { casting: "no" })).toBe(false)
    expect(() => np.canCast("int8", "int16", { casting: "sure" as never })).toThrow(
      "canCast: unknown casting \"sure\"; it is one of \"no\", \"equiv\", \"safe\", \"same_kind\", \"unsafe\""
    )
    expect(() => np.canCast("int8", "int16", { how: "no" } as never)).toThrow("canCast: unknown option \"how\"")
  })

  // numpy.finfo, ml_dtypes.finfo
  it("finfo", () => {
    expect(np.finfo("float32")).toEqual({
      dtype: "float32",
      bits: 32,
      eps: 1.1920928955078125e-7,
      epsneg: 5.960464477539063e-8,
      machep: -23,
      negep: -24,
      max: 3.4028234663852886e38,
      min: -3.4028234663852886e38,
      maxexp: 128,
      minexp: -126,
      nexp: 8,
      iexp: 8,
      nmant: 23,
      precision: 6,
      resolution: 1e-6,
      smallestNormal: 1.1754943508222875e-38,
      tiny: 1.1754943508222875e-38,
      smallestSubnormal: 1.401298464324817e-45
    })
    expect(np.finfo("float64").max).toBe(Number.MAX_VALUE)
    expect(np.finfo("float64").smallestSubnormal).toBe(Number.MIN_VALUE)
    expect(np.finfo("float64").precision).toBe(15)
    expect(np.finfo("float16").max).toBe(65504)
    expect(np.finfo("float16").precision).toBe(3)
    expect(np.finfo("bfloat16").eps).toBe(0.0078125)
    expect(np.finfo("bfloat16").precision).toBe(2)
    expect(np.finfo("complex128").dtype).toBe("float64")
    expect(() => np.finfo("int8" as never)).toThrow(
      "finfo: expected a floating or complex dtype, got int8; `np.iinfo` is for integers"
    )
  })

  it("iinfo", () => {
    expect(np.iinfo("int8")).toEqual({ dtype: "int8", bits: 8, min: -128, max: 127 })
    expect(np.iinfo("uint32")).toEqual({ dtype: "uint32", bits: 32, min: 0, max: 4294967295 })
    expect(np.iinfo("int64").min).toBe(-(2n ** 63n))
    expect(np.iinfo("uint64").max).toBe(2n ** 64n - 1n)
    expect(() => np.iinfo("bool" as never)).toThrow(
      "iinfo: expected a dtype of integers, got bool; `np.finfo` is for floating dtypes"
    )
  })

  it("resultType", () => {
    expect(np.resultType(np.array([1]), 2)).toBe("float32")
    expect(np.resultType("int8", "uint8")).toBe("int16")
    expect(np.resultType("bfloat16", 2.5, true)).toBe("bfloat16")
    expect(np.resultType("uint64", "int8")).toBe("float32")
    expect(np.resultType([1, 2], "float16")).toBe("float32")
    expect(() => np.resultType()).toThrow("resultType: expected at least one array, number or dtype, got none")
    expect(() => np.resultType("float" as never)).toThrow("resultType: unknown dtype \"float\"")
    expect(np.promoteTypes("int32", "float16")).toBe("float16")
    expect(() => np.promoteTypes("int32", "f16" as never)).toThrow("did you mean \"float16\"")
  })

  it("isdtype and issubdtype", () => {
    const of = (kind: Parameters<typeof np.isdtype>[1]) => DTypes.all.filter((dtype) => np.isdtype(dtype, kind))
    expect(of("bool")).toEqual(["bool"])
    expect(of("signed integer")).toEqual(["int8", "int16", "int32", "int64"])
    expect(of("unsigned integer")).toEqual(["uint8", "uint16", "uint32", "uint64"])
    expect(of(["complex floating", "int8"])).toEqual(["int8", "complex64", "complex128"])
    expect(of("integral").length).toBe(8)
    expect(of("real floating")).toEqual(["bfloat16", "float16", "float32", "float64"])
    expect(of("numeric").length).toBe(14)
    expect(of("float16")).toEqual(["float16"])
    expect(() => np.isdtype("int8", "whole" as never)).toThrow(
      "isdtype: unknown kind \"whole\"; it is a dtype, or one of"
    )
    expect(np.issubdtype("uint8", "integer")).toBe(true)
    expect(np.issubdtype("complex64", "inexact")).toBe(true)
    expect(np.issubdtype("complex64", "floating")).toBe(false)
    expect(np.issubdtype("bool", "number")).toBe(false)
    expect(np.issubdtype("bool", "generic")).toBe(true)
    expect(np.issubdtype("bool", "bool")).toBe(true)
    expect(() => np.issubdtype("bool", "whole" as never)).toThrow("issubdtype: unknown class \"whole\"")
  })

  it("shapes", () => {
    const x = np.ones([2, 3, 4])
    expect([np.ndim(x), np.ndim(1), np.ndim([[1]])]).toEqual([3, 0, 2])
    expect([np.shape(x), np.shape(1), np.shape([[1, 2]])]).toEqual([[2, 3, 4], [], [1, 2]])
    expect([np.size(x), np.size(x, -1), np.size(x, [0, 1]), np.size(5)]).toEqual([24, 4, 6, 1])
    expect(() => np.size(x, 3)).toThrow("size: axis 3 is out of range")
  })

  it("kinds of values", () => {
    const z = Lax.complex(np.array([1]), np.array([2]))
    expect([np.iscomplexobj(z), np.iscomplexobj([1]), np.isrealobj(z), np.isrealobj(1)]).toEqual([
      true,
      false,
      false,
      true
    ])
    expect([np.isscalar(1), np.isscalar(1n), np.isscalar(np.array(1)), np.isscalar([1]), np.isscalar("a")])
      .toEqual([true, true, true, false, false])
    expect([np.iterable([1]), np.iterable(np.array([1])), np.iterable(np.array(1)), np.iterable(1), np.iterable(null)])
      .toEqual([true, true, false, false, false])
  })
})

describe("functions of the parts of numbers", () => {
  const z = Lax.complex(np.array([1]), np.array([2]))

  it.each(["signbit", "frexp", "modf", "isposinf", "isneginf", "spacing"] as const)(
    "%s refuses complex numbers",
    (name) => {
      const f = np[name] as (x: unknown) => unknown
      expect(() => f(z)).toThrow(
        `${name}: expected real numbers, got complex64; take \`np.real\` and \`np.imag\` of the array first`
      )
    }
  )

  it("fabs, copysign and ldexp refuse complex numbers", () => {
    expect(() => np.fabs(z)).toThrow("fabs: expected real numbers, got complex64; take `np.abs` of complex numbers")
    expect(() => np.copysign(z, 1)).toThrow("copysign: expected real numbers, got complex64")
    expect(() => np.ldexp(z, 1)).toThrow("ldexp: expected real numbers, got complex64")
  })

  it("gcd, lcm and ldexp ask for integers", () => {
    expect(() => np.gcd([1.5], [2])).toThrow(Errors.DTypeError)
    expect(() => np.gcd([1.5], [2])).toThrow("gcd: expected integers, got float32; convert them first, with")
    expect(() => np.lcm([true], [true])).toThrow("lcm: expected integers, got bool")
    expect(() => np.ldexp([1], [0.5])).toThrow("ldexp: the exponent must be an integer, got float32")
  })
})

it("NumPy's second names are the same functions", () => {
  const names = {
    absolute: np.abs,
    acos: np.arccos,
    acosh: np.arccosh,
    amax: np.max,
    amin: np.min,
    around: np.round,
    asin: np.arcsin,
    asinh: np.arcsinh,
    atan: np.arctan,
    atan2: np.arctan2,
    atanh: np.arctanh,
    bitwiseInvert: np.bitwiseNot,
    bitwiseLeftShift: np.leftShift,
    bitwiseRightShift: np.rightShift,
    concat: np.concatenate,
    degrees: np.rad2deg,
    invert: np.bitwiseNot,
    mod: np.remainder,
    permuteDims: np.transpose,
    pow: np.power,
    radians: np.deg2rad,
    trueDivide: np.divide
  }
  for (const [name, f] of Object.entries(names)) expect(np[name as keyof typeof names], name).toBe(f)
})

it("constants", () => {
  expect([np.pi, np.e, np.inf, np.nan, np.newaxis]).toEqual([Math.PI, Math.E, Infinity, NaN, null])
  // Euler's constant: the harmonic numbers less their logarithms, with the first terms of the Euler-Maclaurin formula
  const n = 1000
  let harmonic = 0
  for (let k = n; k >= 1; k--) harmonic += 1 / k
  expect(np.eulerGamma).toBeCloseTo(harmonic - Math.log(n) - 1 / (2 * n) + 1 / (12 * n * n), 14)
})
