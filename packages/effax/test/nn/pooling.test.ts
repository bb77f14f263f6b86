import { describe, expect, it } from "@effect/vitest"
import { Nn, Numpy as np } from "effax"

const image = np.zeros([1, 2, 5, 6])

describe("pooling and gates refuse", () => {
  it.each<[message: string, call: () => unknown]>([
    [
      "maxPool: windows of 2 do not tile [1, 2, 5, 6]: axis 2 has length 5; padding \"valid\" leaves out the rest",
      () => Nn.maxPool(image, 2)
    ],
    ["minPool: windows of 2 x 3 do not tile", () => Nn.minPool(image, [2, 3])],
    [
      "maxPool: size must be whole numbers of 1 or more, one for each of 2 spatial axes, got [2]",
      () => Nn.maxPool(image, [2])
    ],
    [
      "avgPool: strides must be whole numbers of 1 or more, one for each of 2 spatial axes, got 0",
      () => Nn.avgPool(image, 2, { strides: 0 })
    ],
    [
      "maxPool: padding must be \"same\", \"sameLower\", \"valid\" or a pair",
      () => Nn.maxPool(image, 2, { padding: "full" as never })
    ],
    ["maxPool: padding must not be negative", () => Nn.maxPool(image, 2, { padding: [[-1, 0], [0, 0]] })],
    [
      "maxPool: an image has axes for batch and features besides the spatial ones, got [3]",
      () => Nn.maxPool(np.zeros([3]), 2)
    ],
    [
      "convTranspose: input [3] and kernel [3] must both have two axes more than there are spatial ones",
      () => Nn.convTranspose(np.zeros([3]), np.zeros([3]))
    ],
    ["glu: axis 1 of [2, 3] must have an even length, to be divided in two", () => Nn.glu(np.zeros([2, 3]))],
    [
      "celu: alpha of shape [2, 3] can't be broadcast to [3], the shape of the array",
      () => Nn.celu(np.zeros([3]), { alpha: np.ones([2, 3]) })
    ],
    ["standardize: unknown algorithm \"slow\"", () => Nn.standardize(image, { algorithm: "slow" as never })]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
