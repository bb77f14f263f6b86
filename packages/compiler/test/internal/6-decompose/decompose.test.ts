import { Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

describe("decompose", () => {
  it("computes narrow dtypes on wide lanes, and rounds once for each primitive", () => {
    const { after, before } = around("decompose", (x) => np.exp(np.negative(x!)), np.zeros([3], { dtype: "float16" }))
    expect(before).toMatchInlineSnapshot(`
      "inputs %0:f16[3]
      %1:f16[3] = neg %0
      %2:f16[3] = exp %1
      results %2"
    `)
    expect(after).toMatchInlineSnapshot(`
      "%0:f16[3] = input[index=0]
      %1:f32[3] = convert %0
      %2:f32[3] = neg %1
      %3:f16[3] = convert %2
      %4:f32[3] = convert %3
      %5:f32[3] = exp %4
      %6:f16[3] = convert %5
      results %6"
    `)
  })

  it("gives contractions one contracting axis, the last one", () => {
    const { after, before } = around("decompose", (x, y) => np.matmul(x!, y!), np.zeros([2, 3]), np.zeros([3, 5]))
    expect(before).toMatchInlineSnapshot(`
      "inputs %0:f32[2,3] %1:f32[3,5]
      %2:f32[2,5] = dot_general[dimensionNumbers={lhsContracting=(1) rhsContracting=(0) lhsBatch=() rhsBatch=()} preferredElementType=null] %0 %1
      results %2"
    `)
    expect(after).toMatchInlineSnapshot(`
      "%0:f32[2,3] = input[index=0]
      %1:f32[3,5] = input[index=1]
      %2:f32[5,3] = transpose[permutation=[1,0]] %1
      %3:f32[2,5] = contract[axes={"batch":0,"m":1,"n":1} operandDtype="float32"] %0 %2
      results %3"
    `)
  })
})
