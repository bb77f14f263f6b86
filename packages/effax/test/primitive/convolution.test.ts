import { describe, expect, it } from "vitest"
import { convGeneralDilated, type ConvOptions } from "../../src/primitive/convolution.ts"
import { f32, failure, typeOf } from "./support.ts"

const options: ConvOptions = {
  windowStrides: [1, 1],
  padding: [[0, 0], [0, 0]],
  dimensionNumbers: { lhsSpec: [0, 1, 2, 3], rhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] }
}

describe("convGeneralDilated", () => {
  it("counts windows", () => {
    expect(typeOf(convGeneralDilated(f32(2, 3, 5, 6), f32(4, 3, 3, 2), options))).toBe("f32[2,4,3,5]")
    expect(
      typeOf(
        convGeneralDilated(f32(2, 3, 7, 8), f32(4, 3, 3, 2), {
          ...options,
          windowStrides: [2, 3],
          padding: [[-1, 2], [1, -3]],
          lhsDilation: [2, 1],
          rhsDilation: [1, 2]
        })
      )
    ).toBe("f32[2,4,6,2]")
    expect(typeOf(convGeneralDilated(f32(2, 3, 2, 6), f32(4, 3, 3, 2), options))).toBe("f32[2,4,0,5]")
  })
  it("puts axes where it is told", () => {
    const nhwc = { lhsSpec: [0, 3, 1, 2], rhsSpec: [3, 2, 0, 1], outSpec: [0, 3, 1, 2] }
    expect(typeOf(convGeneralDilated(f32(2, 5, 6, 3), f32(3, 2, 3, 4), { ...options, dimensionNumbers: nhwc }))).toBe(
      "f32[2,3,5,4]"
    )
  })
  it("groups features or the batch", () => {
    expect(typeOf(convGeneralDilated(f32(2, 4, 5, 5), f32(6, 2, 1, 1), { ...options, featureGroupCount: 2 }))).toBe(
      "f32[2,6,5,5]"
    )
    expect(typeOf(convGeneralDilated(f32(4, 3, 5, 5), f32(6, 3, 1, 1), { ...options, batchGroupCount: 2 }))).toBe(
      "f32[2,6,5,5]"
    )
  })
  it("says what does not fit", () => {
    const x = f32(2, 4, 5, 5)
    expect(failure(() => convGeneralDilated(x, f32(6, 3, 1, 1), options))).toBe(
      "ShapeError: conv_general_dilated: input f32[2,4,5,5] and kernel f32[6,3,1,1] in 1 feature groups: the input has 4 " +
        "features, expected 3 * 1"
    )
    expect(failure(() => convGeneralDilated(x, f32(5, 2, 1, 1), { ...options, featureGroupCount: 2 }))).toBe(
      "ShapeError: conv_general_dilated: the kernel's 5 output features are not a multiple of 2 groups"
    )
    expect(failure(() => convGeneralDilated(f32(3, 4, 5, 5), f32(6, 4, 1, 1), { ...options, batchGroupCount: 2 })))
      .toBe(
        "ShapeError: conv_general_dilated: the input's batch of 3 is not a multiple of 2 batch groups"
      )
    expect(
      failure(() => convGeneralDilated(x, f32(6, 2, 1, 1), { ...options, featureGroupCount: 2, batchGroupCount: 2 }))
    ).toBe("ArgumentError: conv_general_dilated: featureGroupCount 2 and batchGroupCount 2 can't both be more than 1")
    expect(failure(() => convGeneralDilated(x, f32(6, 4, 1, 1), { ...options, padding: [[-3, -3], [0, 0]] }))).toBe(
      "ShapeError: conv_general_dilated: padding [-3, -3] crops spatial axis 0 of input f32[2,4,5,5] to -1 elements, expected " +
        "0 or more"
    )
    expect(failure(() => convGeneralDilated(x, f32(6, 4, 1, 1), { ...options, windowStrides: [0, 1] }))).toBe(
      "ArgumentError: conv_general_dilated: windowStrides [0, 1] must be 1 or more"
    )
    expect(failure(() => convGeneralDilated(x, f32(6, 4, 1, 1), { ...options, padding: [[0, 0]] }))).toBe(
      "ShapeError: conv_general_dilated: padding must have one entry for each of the 2 spatial axes, got 1"
    )
    expect(failure(() => convGeneralDilated(x, f32(6, 4, 1), options))).toBe(
      "ShapeError: conv_general_dilated: input and kernel must have the same number of axes, 2 or more, got f32[2,4,5,5] and " +
        "f32[6,4,1]"
    )
  })
})
