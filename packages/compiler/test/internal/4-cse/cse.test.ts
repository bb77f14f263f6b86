import { Debug, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

type X = NdArray.Any

describe("cse", () => {
  it("computes equal operations once, whatever the order of operands that commute", () => {
    const { after, before } = around(
      "cse",
      (x, y) => np.multiply(np.sin(np.add(x!, y!)), np.sin(np.add(y!, x!))),
      np.zeros([3]),
      np.zeros([3])
    )
    expect(before).toMatchInlineSnapshot(`
      "inputs %0:f32[3] %1:f32[3]
      %2:f32[3] = add %0 %1
      %3:f32[3] = sin %2
      %4:f32[3] = add %1 %0
      %5:f32[3] = sin %4
      %6:f32[3] = mul %3 %5
      results %6"
    `)
    expect(after).toMatchInlineSnapshot(`
      "inputs %0:f32[3] %1:f32[3]
      %2:f32[3] = add %0 %1
      %3:f32[3] = sin %2
      %4:f32[3] = mul %3 %3
      results %4"
    `)
  })

  it("leaves effects as often as they are written", () => {
    const shown = (x: X) => Debug.print(x)
    const { after } = around("cse", (x) => np.add(shown(x!), shown(x!)), np.zeros([3]))
    expect(after.match(/debug_callback/g)).toHaveLength(2)
  })
})
