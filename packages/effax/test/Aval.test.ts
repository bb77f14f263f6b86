import { describe, expect, it } from "@effect/vitest"
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"

describe("Aval", () => {
  it("is a dtype and a shape, strong unless it is said to be weak", () => {
    expect(Aval.make("int8", [2, 3])).toEqual({ dtype: "int8", shape: [2, 3], weak: false })
    expect(Aval.make("float32", [], true)).toEqual({ dtype: "float32", shape: [], weak: true })
  })

  it("counts elements and bytes", () => {
    expect([[], [3], [2, 3, 4], [2, 0, 4]].map((shape) => Aval.size({ shape }))).toEqual([1, 3, 24, 0])
    for (const dtype of DType.all) {
      expect(Aval.byteLength(Aval.make(dtype, [2, 3]))).toBe(6 * DType.itemSize(dtype))
    }
  })

  it("compares shapes by their lengths", () => {
    const shape = [2, 3]
    expect(Aval.sameShape(shape, shape)).toBe(true)
    expect(Aval.sameShape([2, 3], [2, 3])).toBe(true)
    expect(Aval.sameShape([], [])).toBe(true)
    expect(Aval.sameShape([2, 3], [2])).toBe(false)
    expect(Aval.sameShape([2], [2, 3])).toBe(false)
    expect(Aval.sameShape([2, 3], [3, 2])).toBe(false)
  })

  it("is equal in dtype, shape and weakness", () => {
    const of = Aval.make("float32", [2])
    expect(Aval.equals(of, Aval.make("float32", [2]))).toBe(true)
    expect(Aval.equals(of, Aval.make("float32", [2], true))).toBe(false)
    expect(Aval.equals(of, Aval.make("float16", [2]))).toBe(false)
    expect(Aval.equals(of, Aval.make("float32", [1]))).toBe(false)
  })

  it("prints as in JAX", () => {
    expect(Aval.format(Aval.make("float32", [2, 3]))).toBe("f32[2,3]")
    expect(Aval.format(Aval.make("bool", []))).toBe("bool[]")
    expect(Aval.formatAll([Aval.make("float32", [2, 3]), Aval.make("int32", [])])).toBe("f32[2,3], i32[]")
    expect(Aval.formatAll([])).toBe("nothing")
  })

  it("has the type of another where dtype and shape agree, be it weak or varying", () => {
    const of = Aval.make("float32", [2])
    const weakAndVarying: Aval.Aval = { ...Aval.make("float32", [2], true), varying: ["x"] }
    expect(Aval.sameType(of, weakAndVarying)).toBe(true)
    expect(Aval.sameType(of, Aval.make("float16", [2]))).toBe(false)
    expect(Aval.sameType(of, Aval.make("float32", [1]))).toBe(false)
  })
})
