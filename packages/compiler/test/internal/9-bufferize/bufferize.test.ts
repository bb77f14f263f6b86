import { type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

type X = NdArray.Any

describe("bufferize", () => {
  it("gives the memory of a temporary that is not read any more to a later one", () => {
    const chain = (x: X) => Array.from({ length: 5 }).reduce<X>((y) => np.matmul(y, x), x)
    const { after, before } = around("bufferize", (x) => chain(x!), np.zeros([4, 4]))
    // four products are temporaries of 64 bytes; two of them are alive at once
    const offsets = (text: string) => [...text.matchAll(/^t\d: f32\[16\] at (\d+)$/gm)].map((match) => Number(match[1]))
    expect(offsets(before)).toEqual([0, 0, 0, 0])
    expect(offsets(after)).toEqual([0, 64, 0, 64])
    expect(after).toContain("arena 128")
  })
})
