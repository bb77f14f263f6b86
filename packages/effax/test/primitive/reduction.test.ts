import { describe, expect, it } from "vitest"
import { cummax, cumprod, cumsum } from "../../src/primitive/cumulative.ts"
import { argmax, argmin, reduceAnd, reduceMax, reduceOr, reduceProd, reduceSum } from "../../src/primitive/reduction.ts"
import { sort } from "../../src/primitive/sort.ts"
import { array, f32, failure, i32, typeOf } from "./support.ts"

describe("reductions", () => {
  it("drop axes and keep the dtype", () => {
    expect(typeOf(reduceSum(f32(2, 3, 4), [2, 0]))).toBe("f32[3]")
    expect(typeOf(reduceProd(array("int8", 2, 3), [1]))).toBe("i8[2]")
    expect(typeOf(reduceMax(array("bool", 2, 0), [1]))).toBe("bool[2]")
    expect(typeOf(reduceSum(array("float16", 4), [0]))).toBe("f16[]")
  })
  it("over no axes are the operand", () => {
    const x = f32(2)
    expect(reduceSum(x, [])).toBe(x)
  })
  it("refuse axes and dtypes that they do not have", () => {
    expect(failure(() => reduceSum(f32(2, 3), [0, 0]))).toBe(
      "AxisError: reduce_sum: axes [0, 0] has axis 0 twice; give each axis once"
    )
    expect(failure(() => reduceSum(f32(2, 3), [-1]))).toBe(
      "AxisError: reduce_sum: axes has axis -1, but the axes of f32[2,3] go from 0 to 1"
    )
    expect(failure(() => reduceSum(array("bool", 2), [0]))).toMatch(
      /^DTypeError: reduce_sum: dtype bool of the operand is not allowed, expected one of int8,/
    )
    expect(failure(() => reduceAnd(f32(2), [0]))).toMatch(/^DTypeError: reduce_and: dtype float32 of the operand/)
    expect(failure(() => reduceOr(f32(2), [0]))).toMatch(/^DTypeError: reduce_or: dtype float32 of the operand/)
    expect(reduceMax(array("complex64", 2), [0]).dtype).toBe("complex64")
  })
})

describe("argmax and argmin", () => {
  it("give indices of the dtype that is asked for", () => {
    expect(typeOf(argmax(f32(2, 3), 1))).toBe("i32[2]")
    expect(typeOf(argmin(f32(2, 3), 0, "uint8"))).toBe("u8[3]")
  })
  it("need an element to point at", () => {
    expect(failure(() => argmax(f32(2, 0), 1))).toBe(
      "ShapeError: argmax: axis 1 of f32[2,0] is empty; it must have at least one element"
    )
    expect(failure(() => argmin(f32(2), 0, "float32"))).toMatch(/^DTypeError: argmin: dtype float32 of the index/)
  })
})

describe("cumulative", () => {
  it("keep shape and dtype", () => {
    expect(typeOf(cumsum(array("int8", 2, 3), 1))).toBe("i8[2,3]")
    expect(typeOf(cumprod(f32(0), 0, true))).toBe("f32[0]")
    expect(failure(() => cumsum(f32(2), 1))).toBe(
      "AxisError: cumsum: axis has axis 1, but the axes of f32[2] go from 0 to 0"
    )
    expect(cummax(array("complex64", 2), 0).dtype).toBe("complex64")
  })
})

describe("sort", () => {
  it("sorts arrays of one shape together", () => {
    expect(sort([f32(2, 3), i32(2, 3)], { dimension: 1 }).map(typeOf)).toEqual(["f32[2,3]", "i32[2,3]"])
  })
  it("says what is wrong", () => {
    expect(failure(() => sort([], { dimension: 0 }))).toBe("ArgumentError: sort: needs at least one array, got none")
    expect(failure(() => sort([f32(2), f32(3)], { dimension: 0 }))).toBe(
      "ShapeError: sort: all arrays must have one shape, got f32[2], f32[3]"
    )
    expect(failure(() => sort([f32(2)], { dimension: 0, numKeys: 2 }))).toBe(
      "ArgumentError: sort: numKeys must be from 1 to the number of arrays, 1, got 2"
    )
  })
})
