import * as Aval from "effax/Aval"
import { describe, expect, it } from "vitest"
import * as node from "../../src/internal/graph/node.ts"
import {
  broadcastInDim,
  concatenate,
  iota,
  moveAxis,
  pad,
  reshape,
  rev,
  slice,
  sliceAxis,
  transpose
} from "../../src/primitive/structural.ts"
import { array, f32, failure, i32, typeOf } from "./support.ts"

describe("broadcastInDim", () => {
  it("puts operand axes where it is told and stretches axes of length 1", () => {
    expect(typeOf(broadcastInDim(f32(3, 1), [2, 3, 4], [1, 2]))).toBe("f32[2,3,4]")
    expect(typeOf(broadcastInDim(f32(), [2, 0], []))).toBe("f32[2,0]")
  })
  it("returns the operand where nothing changes", () => {
    const x = f32(2, 3)
    expect(broadcastInDim(x, [2, 3], [0, 1])).toBe(x)
  })
  it("says which axis does not fit", () => {
    expect(failure(() => broadcastInDim(f32(2, 3), [4, 2, 5], [1, 2]))).toBe(
      "ShapeError: broadcast_in_dim: cannot broadcast f32[2,3] to [4, 2, 5] along axes [1, 2]: axis 1 has 3, expected 1 or 5"
    )
    expect(failure(() => broadcastInDim(f32(2, 3), [2, 3], [0]))).toBe(
      "ShapeError: broadcast_in_dim: broadcastDimensions must have one entry for each of the 2 axes of f32[2,3], got 1"
    )
    expect(failure(() => broadcastInDim(f32(2, 3), [3, 2], [1, 0]))).toBe(
      "AxisError: broadcast_in_dim: broadcastDimensions [1, 0] must increase; transpose the operand first"
    )
    expect(failure(() => broadcastInDim(f32(2), [2], [1]))).toBe(
      "AxisError: broadcast_in_dim: broadcastDimensions has axis 1, but the axes of f32[2] go from 0 to 0"
    )
  })
  it.each([NaN, -1, 1.5, 2 ** 53, Infinity])("refuses the size %d", (size) => {
    expect(failure(() => broadcastInDim(f32(), [2, size], []))).toBe(
      `ShapeError: broadcast_in_dim: shape [2, ${size}] has ${size} at axis 1, expected an integer from 0 to 2^53 - 1`
    )
  })
  it("refuses more elements than can be counted", () => {
    expect(failure(() => broadcastInDim(f32(), [2 ** 30, 2 ** 30], []))).toBe(
      "ShapeError: broadcast_in_dim: shape [1073741824, 1073741824] has more than 2^53 - 1 elements"
    )
  })
})

describe("reshape", () => {
  it("keeps the number of elements", () => {
    expect(typeOf(reshape(f32(2, 6), [3, 4]))).toBe("f32[3,4]")
    expect(typeOf(reshape(f32(1, 1), []))).toBe("f32[]")
    expect(failure(() => reshape(f32(2, 3), [4, 2]))).toBe(
      "ShapeError: reshape: cannot turn f32[2,3] (6 elements) into [4, 2] (8 elements)"
    )
  })
})

it("reshape returns the operand where the shape stays", () => {
  const x = f32(2, 3)
  expect(reshape(x, [2, 3])).toBe(x)
})

describe("transpose", () => {
  it("permutes axes", () => {
    expect(typeOf(transpose(f32(2, 3, 4), [2, 0, 1]))).toBe("f32[4,2,3]")
    expect(typeOf(moveAxis(f32(2, 3, 4), 0, 2))).toBe("f32[3,4,2]")
    const x = f32(2, 3)
    expect(transpose(x, [0, 1])).toBe(x)
  })
  it("refuses what is not a permutation", () => {
    expect(failure(() => transpose(f32(2, 3), [0, 0]))).toBe(
      "AxisError: transpose: permutation [0, 0] has axis 0 twice; give each axis once"
    )
    expect(failure(() => transpose(f32(2, 3), [1]))).toBe(
      "ShapeError: transpose: permutation must have one entry for each of the 2 axes of f32[2,3], got 1"
    )
    expect(failure(() => transpose(f32(2, 3), [0, 2]))).toBe(
      "AxisError: transpose: permutation has axis 2, but the axes of f32[2,3] go from 0 to 1"
    )
  })
})

describe("rev", () => {
  it("keeps the shape", () => {
    expect(typeOf(rev(f32(2, 3), [1]))).toBe("f32[2,3]")
    expect(failure(() => rev(f32(), [0]))).toBe(
      "AxisError: rev: dimensions has axis 0, but f32[] is a scalar and has no axes"
    )
    expect(failure(() => rev(f32(2), [0.5]))).toBe(
      "AxisError: rev: dimensions has axis 0.5, but the axes of f32[2] go from 0 to 0"
    )
  })
})

describe("concatenate", () => {
  it("adds up one axis", () => {
    expect(typeOf(concatenate([f32(2, 3), f32(2, 0), f32(2, 2)], 1))).toBe("f32[2,5]")
    const x = f32(2)
    expect(concatenate([x], 0)).toBe(x)
  })
  it("says what does not fit", () => {
    expect(failure(() => concatenate([], 0))).toBe("ArgumentError: concatenate: needs at least one array, got none")
    expect(failure(() => concatenate([f32(2, 3), f32(3, 3)], 1))).toBe(
      "ShapeError: concatenate: arrays must agree in every axis but axis 1, got f32[2,3], f32[3,3]"
    )
    expect(failure(() => concatenate([f32(2), i32(2)], 0))).toBe(
      "DTypeError: concatenate: operands must have one dtype, got float32, int32; convert with `np.astype` first"
    )
    expect(failure(() => concatenate([f32(2)], 1))).toBe(
      "AxisError: concatenate: dimension has axis 1, but the axes of f32[2] go from 0 to 0"
    )
  })
})

describe("pad", () => {
  it("pads, crops and dilates", () => {
    expect(typeOf(pad(f32(3, 4), f32(), [[1, 2, 1], [-1, 0, 0]]))).toBe("f32[8,3]")
    expect(typeOf(pad(f32(0), f32(), [[1, 1, 5]]))).toBe("f32[2]")
    const x = f32(2)
    expect(pad(x, f32(), [[0, 0, 0]])).toBe(x)
  })
  it("says what is wrong", () => {
    expect(failure(() => pad(f32(3), f32(), [[-2, -2, 0]]))).toBe(
      "ShapeError: pad: padding [-2, -2, 0] crops axis 0 of f32[3] to -1 elements, expected 0 or more"
    )
    expect(failure(() => pad(f32(3), f32(), [[0, 0, -1]]))).toBe(
      "ArgumentError: pad: interior padding of axis 0 must be 0 or more, got -1"
    )
    expect(failure(() => pad(f32(3), f32(), [[0.5, 0, 0]]))).toBe(
      "ArgumentError: pad: paddingConfig of axis 0 [0.5, 0, 0] must be integers, got 0.5"
    )
    expect(failure(() => pad(f32(3), f32(1), [[1, 0, 0]]))).toBe(
      "ShapeError: pad: the padding value must be a scalar, got f32[1]"
    )
    expect(failure(() => pad(f32(3), i32(), [[0, 0, 0]]))).toBe(
      "DTypeError: pad: operands must have one dtype, got float32, int32; convert with `np.astype` first"
    )
  })
})

describe("slice", () => {
  it("counts what it takes", () => {
    expect(typeOf(slice(f32(5, 7), [1, 0], [4, 7], [2, 3]))).toBe("f32[2,3]")
    expect(typeOf(slice(f32(5), [2], [2]))).toBe("f32[0]")
    expect(typeOf(sliceAxis(f32(5, 7), 1, 0, 7, 2))).toBe("f32[5,4]")
    const x = f32(5)
    expect(slice(x, [0], [5], [1])).toBe(x)
  })
  it("refuses ranges outside", () => {
    expect(failure(() => slice(f32(5), [1], [6]))).toBe(
      "IndexError: slice: [1, 6) is not a range of axis 0 of f32[5], expected integers 0 <= start <= limit <= 5"
    )
    expect(failure(() => slice(f32(5), [-1], [4]))).toBe(
      "IndexError: slice: [-1, 4) is not a range of axis 0 of f32[5], expected integers 0 <= start <= limit <= 5"
    )
    expect(failure(() => slice(f32(5), [0], [4], [0]))).toBe(
      "IndexError: slice: the stride of axis 0 must be an integer from 1 on, got 0"
    )
    expect(failure(() => slice(f32(5), [0], [5], []))).toBe(
      "ShapeError: slice: strides must have one entry for each of the 1 axis of f32[5], got 0"
    )
  })
})

describe("iota", () => {
  it("has the dtype and shape that are asked for", () => {
    expect(typeOf(iota("uint8", [2, 3], 1))).toBe("u8[2,3]")
    expect(failure(() => iota("int32", [2], 1))).toBe(
      "AxisError: iota: dimension has axis 1, but the axes of i32[2] go from 0 to 0"
    )
    expect(failure(() => iota("bool", [2], 0))).toMatch(
      /^DTypeError: iota: dtype bool of the result is not allowed, expected one of int8,/
    )
  })
})

describe("weak dtypes", () => {
  const weak = node.parameter(Aval.make("float32", [2], true), { transformation: "test" })
  it("stay weak while only weak operands are moved", () => {
    expect(reshape(weak, [1, 2]).weak).toBe(true)
    expect(concatenate([weak, weak], 0).weak).toBe(true)
    expect(concatenate([weak, array("float32", 2)], 0).weak).toBe(false)
  })
})
