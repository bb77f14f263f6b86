import { Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

describe("fuse", () => {
  it("computes elementwise operations inside of a reduction, and its epilogue with it", () => {
    const { after, before } = around("fuse", (x) => np.sqrt(np.sum(np.multiply(x!, x!), { axis: 1 })), np.zeros([2, 3]))
    expect(before).toMatchInlineSnapshot(`
      "%0:f32[2,3] = input[index=0]
      %1:f32[2,3] = mul %0 %0
      %2:f32[2] = reduce[combiner="add" axes=[1]] %1
      %3:f32[2] = sqrt %2
      results %3"
    `)
    expect(after).toMatchInlineSnapshot(`
      "plan (in0) -> (out0) arena 0
      in0: f32[6]
      out0: f32[2]
      reduce reduce_sum_sqrt_mul [2] over [3]
        %0:f32 = in0[3*i0 + i1]
        %1:f32 = mul %0 %0
        result0:f32 = add %1
        %0:f32 = result0
        %1:f32 = sqrt %0
        out0[i0] <- %1"
    `)
  })
})
