import { describe, expect, it } from "@effect/vitest"
import { Image, Numpy as np } from "effax"

const picture = np.zeros([2, 3])

describe("images refuse", () => {
  it.each<[message: string, call: () => unknown]>([
    [
      "resize: shape must have one size for each axis of the image, batch and channels too, got [4] for [2, 3]",
      () => Image.resize(picture, [4], "linear")
    ],
    [
      "resize: unknown method \"linea\"; did you mean \"linear\"?",
      () => Image.resize(picture, [4, 4], "linea" as never)
    ],
    ["resize: axis 0 of [0, 3] has no elements to make 2 of", () => Image.resize(np.zeros([0, 3]), [2, 3], "cubic")],
    ["resize: [2, -1] is not a shape: axis 1 is -1, which is negative", () => Image.resize(picture, [2, -1], "linear")],
    [
      "resize: antialias must be true or false",
      () => Image.resize(picture, [4, 4], "linear", { antialias: 1 as never })
    ],
    [
      "scaleAndTranslate: unknown method \"nearest\"",
      () => Image.scaleAndTranslate(picture, [2, 3], [0], [1], [0], "nearest" as never)
    ],
    [
      "scaleAndTranslate: scale must be [2], one number for each of spatialDims, got [1]",
      () => Image.scaleAndTranslate(picture, [2, 3], [0, 1], [1], [0, 0], "linear")
    ],
    [
      "scaleAndTranslate: axis 1 is not one of spatialDims, so it keeps its length 3, but shape has 4",
      () => Image.scaleAndTranslate(picture, [2, 4], [0], [1], [0], "linear")
    ]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
