import { describe, expect, it } from "@effect/vitest"
import { AxisError, ShapeError } from "effax/Errors"
import * as Shape from "effax/Shape"

const messageOf = (type: new(...args: never) => Error, f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    expect(error).toBeInstanceOf(type)
    return (error as Error).message
  }
  throw new Error("nothing was thrown")
}

describe("broadcast", () => {
  it("aligns shapes at the last axis", () => {
    expect(Shape.broadcast("add", [[3, 4], [4]])).toEqual([3, 4])
    expect(Shape.broadcast("add", [[3, 1], [1, 5], []])).toEqual([3, 5])
    expect(Shape.broadcast("add", [[2, 1, 3], [4, 1]])).toEqual([2, 4, 3])
    expect(Shape.broadcast("add", [[0], [1]])).toEqual([0])
    expect(Shape.broadcast("add", [[1], [0]])).toEqual([0])
    expect(Shape.broadcast("add", [[], []])).toEqual([])
    expect(Shape.broadcast("add", [[7]])).toEqual([7])
    expect(Shape.broadcast("add", [])).toEqual([])
  })

  it("names shapes, axis and lengths", () => {
    expect(messageOf(ShapeError, () => Shape.broadcast("add", [[3, 4], [5]])))
      .toBe("add: shapes [3, 4] and [5] do not broadcast: axis 1 is 4 against 5")
    expect(messageOf(ShapeError, () => Shape.broadcast("where", [[2], [1, 2], [0]])))
      .toBe("where: shapes [2], [1, 2] and [0] do not broadcast: axis 1 is 2 against 0")
  })
})

describe("axes", () => {
  it("counts negative axes from the end", () => {
    expect(Shape.normalizeAxis("sum", -1, 3)).toBe(2)
    expect(Shape.normalizeAxis("sum", 2, 3)).toBe(2)
    expect(Object.is(Shape.normalizeAxis("sum", -0, 3), 0)).toBe(true)
    expect(Shape.normalizeAxes("sum", null, 2)).toEqual([0, 1])
    expect(Shape.normalizeAxes("sum", undefined, 0)).toEqual([])
    expect(Shape.normalizeAxes("sum", -2, 2)).toEqual([0])
    expect(Shape.normalizeAxes("sum", [-1, 0], 3)).toEqual([2, 0])
  })

  it("refuses what is out of range, fractional or given twice", () => {
    expect(messageOf(AxisError, () => Shape.normalizeAxis("sum", 3, 2)))
      .toBe("sum: axis 3 is out of range for 2 axes: expected an integer from -2 to 1")
    expect(messageOf(AxisError, () => Shape.normalizeAxis("sum", -2, 1)))
      .toBe("sum: axis -2 is out of range for 1 axis: expected an integer from -1 to 0")
    expect(messageOf(AxisError, () => Shape.normalizeAxis("sum", 0, 0)))
      .toBe("sum: axis 0 is out of range for 0 axes: a scalar has no axes")
    expect(messageOf(AxisError, () => Shape.normalizeAxis("sum", 0.5, 2)))
      .toBe("sum: axis 0.5 is not an integer: expected an integer from -2 to 1")
    expect(messageOf(AxisError, () => Shape.normalizeAxis("sum", Number.NaN, 2))).toContain(
      "axis NaN is not an integer"
    )
    expect(messageOf(AxisError, () => Shape.normalizeAxes("sum", [0, -2], 2)))
      .toBe("sum: axis 0 is given more than once in [0, -2] of 2 axes")
  })
})

describe("validate", () => {
  it("gives the shape back", () => {
    const shape = [2, 0, 3]
    expect(Shape.validate("zeros", shape)).toBe(shape)
    expect(Shape.validate("zeros", [])).toEqual([])
    expect(Shape.size(Shape.validate("zeros", [2 ** 26, 2 ** 26]))).toBe(2 ** 52)
    expect(Shape.validate("zeros", [2 ** 40, 2 ** 40, 0])).toEqual([2 ** 40, 2 ** 40, 0])
  })

  it("refuses everything else", () => {
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [2, -1])))
      .toBe("zeros: [2, -1] is not a shape: axis 1 is -1, which is negative")
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [1.5])))
      .toBe("zeros: [1.5] is not a shape: axis 0 is 1.5, which is not an integer")
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [Number.NaN]))).toContain(
      "is NaN, which is not an integer"
    )
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [Infinity]))).toContain("is Infinity, which is not an")
    expect(messageOf(ShapeError, () => Shape.validate("zeros", ["2" as unknown as number]))).toContain("not an integer")
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [2 ** 53]))).toContain("axis 0 is 9007199254740992")
    expect(messageOf(ShapeError, () => Shape.validate("zeros", [2 ** 27, 2 ** 26])))
      .toBe("zeros: [134217728, 67108864] is not a shape: it has 2^53 elements or more")
  })
})

describe("inferReshape", () => {
  it("finds what -1 stands for", () => {
    expect(Shape.inferReshape("reshape", [2, 3, 4], [-1])).toEqual([24])
    expect(Shape.inferReshape("reshape", [2, 3, 4], [4, -1, 2])).toEqual([4, 3, 2])
    expect(Shape.inferReshape("reshape", [], [1, -1])).toEqual([1, 1])
    expect(Shape.inferReshape("reshape", [0, 3], [-1, 3])).toEqual([0, 3])
    expect(Shape.inferReshape("reshape", [2, 3], [6])).toEqual([6])
  })

  it("says why it can't", () => {
    expect(messageOf(ShapeError, () => Shape.inferReshape("reshape", [2, 3], [4, 2])))
      .toBe("reshape: cannot reshape [2, 3] into [4, 2]: 6 elements against 8")
    expect(messageOf(ShapeError, () => Shape.inferReshape("reshape", [2, 3], [4, -1])))
      .toBe("reshape: cannot reshape [2, 3] into [4, -1]: 6 elements do not divide by 4")
    expect(messageOf(ShapeError, () => Shape.inferReshape("reshape", [2, 3], [-1, -1])))
      .toBe("reshape: cannot reshape [2, 3] into [-1, -1]: only one axis can be -1")
    expect(messageOf(ShapeError, () => Shape.inferReshape("reshape", [0], [0, -1])))
      .toContain("-1 beside an axis of length 0 could stand for any length")
    expect(messageOf(ShapeError, () => Shape.inferReshape("reshape", [2], [-2, -1])))
      .toContain("axis 0 is -2, which is negative")
  })
})
