import { jit, Lax, type NdArray, Numpy as np } from "effax"
import { describe, expect, it } from "vitest"
import { around } from "../stages.ts"

type X = NdArray.Any

describe("inline", () => {
  it("writes out what is called", () => {
    const twice = jit((x: X) => np.add(x, x))
    const { after, before } = around("inline", (x) => np.sin(twice(twice(x!))), np.zeros([3]))
    expect(before).toMatchInlineSnapshot(`
      "let lambda = { lambda ; a:f32[3]. let b:f32[3] = add a a in (b,) } in
      { lambda ; c:f32[3]. let
          d:f32[3] = jit[name=<lambda> jaxpr=lambda] c
          e:f32[3] = jit[name=<lambda> jaxpr=lambda] d
          f:f32[3] = sin e
        in (f,) }"
    `)
    expect(after).toMatchInlineSnapshot(`
      "inputs %0:f32[3]
      %1:f32[3] = add %0 %0
      %2:f32[3] = add %1 %1
      %3:f32[3] = sin %2
      results %3"
    `)
  })

  it("makes `while` of loops, with the condition as one more carry, and `case` of conditionals", () => {
    const { after, before } = around(
      "inline",
      (p, x) =>
        Lax.cond(p!, (y: X) => Lax.whileLoop((s: X) => np.less(s, 9), (s: X) => np.add(s, s), y), (y: X) => y, x!),
      np.array(true),
      np.array(1)
    )
    expect(before).toMatchInlineSnapshot(`
      "{ lambda ; a:bool[] b:f32[]. let
          c:i32[] = convert_element_type[new_dtype=int32 weak_type=False] a
          d:f32[] = cond[
            branches=(
              { lambda ; e:f32[]. let  in (e,) }
              { lambda ; f:f32[]. let
                  g:f32[] = while[
                    body_jaxpr={ lambda ; h:f32[]. let i:f32[] = add h h in (i,) }
                    body_nconsts=0
                    cond_jaxpr={ lambda ; j:f32[]. let
                        k:bool[] = lt j 9.0:f32[]
                      in (k,) }
                    cond_nconsts=0
                  ] f
                in (g,) }
            )
          ] c b
        in (d,) }"
    `)
    expect(after).toMatchInlineSnapshot(`
      "inputs %0:bool[] %1:f32[]
      %2:i32[] = convert_element_type[newDtype=int32 weakType=false] %0
      %3:f32[] = case[branches=({
        inputs %0:f32[]
        results %0
      },{
        inputs %0:f32[]
        %1:bool[] = lt %0 9:f32
        %2:f32[] %3:bool[] = while[body={
          inputs %0:f32[] %1:bool[]
          %2:f32[] = add %0 %0
          %3:bool[] = lt %2 9:f32
          results %2 %3
        } steps=null condition=1 numConsts=0 numCarry=2 reverse=false unroll=1 origin=while] %0 %1
        results %2
      })] %2 %1
      results %3"
    `)
  })
})
