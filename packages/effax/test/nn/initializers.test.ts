import { describe, expect, it } from "@effect/vitest"
import { Nn, Random } from "effax"

const { initializers } = Nn
const key = Random.key(0)

describe("initializers refuse", () => {
  it.each<[message: string, call: () => unknown]>([
    ["orthogonal: a matrix has two axes at least, got shape [3]", () => initializers.orthogonal()(key, [3])],
    [
      "deltaOrthogonal: expected [...window, in, out] with 1 to 3 spatial axes and no more inputs than outputs, got [3, 3]",
      () => initializers.deltaOrthogonal()(key, [3, 3])
    ],
    ["no more inputs than outputs, got [3, 4, 2]", () => initializers.deltaOrthogonal()(key, [3, 4, 2])],
    [
      "truncatedNormal: unknown option \"low\"; its options are lower, upper",
      () => initializers.truncatedNormal(1, { low: 1 } as never)
    ],
    [
      "varianceScaling: unknown mode \"fanin\"; did you mean \"fanIn\"?",
      () => initializers.varianceScaling(1, "fanin" as never, "normal")
    ]
  ])("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
