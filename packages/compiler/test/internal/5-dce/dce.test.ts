import { Lax, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

type X = NdArray.Any

describe("dce", () => {
  it("leaves out results of a loop that nothing uses, and what only they need", () => {
    const { after, before } = around(
      "dce",
      (c, xs) =>
        Lax.scan(
          (s: readonly [X, X], x: X) => [[np.add(s[0], x), np.sin(s[1])], np.cos(x)] as const,
          [c!, c!],
          xs!
        )[0][0],
      np.zeros([3]),
      np.zeros([5, 3])
    )
    expect(before).toMatchInlineSnapshot(`
      "inputs %0:f32[3] %1:f32[5,3]
      %2:f32[3] %3:f32[3] %4:f32[5,3] = while[body={
        inputs %0:f32[3] %1:f32[3] %2:f32[3]
        %3:f32[3] = add %0 %2
        %4:f32[3] = sin %1
        %5:f32[3] = cos %2
        results %3 %4 %5
      } steps=5 condition=null numConsts=0 numCarry=2 reverse=false unroll=1 origin=scan] %0 %0 %1
      results %2"
    `)
    expect(after).toMatchInlineSnapshot(`
      "inputs %0:f32[3] %1:f32[5,3]
      %2:f32[3] = while[body={
        inputs %0:f32[3] %1:f32[3]
        %2:f32[3] = add %0 %1
        results %2
      } steps=5 condition=null numConsts=0 numCarry=1 reverse=false unroll=1 origin=scan] %0 %1
      results %2"
    `)
  })
})
