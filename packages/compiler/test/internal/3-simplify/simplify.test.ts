import { Lax as lax, type NdArray, Numpy as np } from "effax"
import type { DType } from "effax/DType"
import { describe, expect, it } from "vitest"
import { inline } from "../../../src/internal/1-inline/inline.ts"
import { simplify } from "../../../src/internal/3-simplify/simplify.ts"
import { cse } from "../../../src/internal/4-cse/cse.ts"
import { dce } from "../../../src/internal/5-dce/dce.ts"
import { trace } from "../../support.ts"
import { around } from "../stages.ts"

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => unknown

/** What is left of a function: the operations' names, or the literal or input that is the result. */
const left = (f: F, ...args: ReadonlyArray<Array_>): string => {
  const region = dce(cse(simplify(inline(trace(f, ...args)))))
  if (region.operations.length > 0) return region.operations.map((o) => o.name).join(" ")
  return region.results.map((r) => r.literal === undefined ? `input ${region.inputs.indexOf(r)}` : String(r.literal))
    .join()
}

const x = np.zeros([3, 4])
const ints = (shape: ReadonlyArray<number> = [3, 4], dtype: DType = "int32") => np.zeros(shape, { dtype })

describe("simplify", () => {
  it("folds literals, and leaves out what changes nothing", () => {
    const { after, before } = around(
      "simplify",
      (a) => np.add(np.transpose(np.transpose(np.multiply(a!, 1))), np.add(1, 2)),
      x
    )
    expect(before).toMatchInlineSnapshot(`
      "inputs %0:f32[3,4]
      %1:f32[3,4] = mul %0 1:f32
      %2:f32[4,3] = transpose[permutation=(1,0)] %1
      %3:f32[3,4] = transpose[permutation=(1,0)] %2
      %4:f32[] = add 1:f32 2:f32
      %5:f32[] = convert_element_type[newDtype=float32 weakType=false] %4
      %6:f32[3,4] = add %3 %5
      results %6"
    `)
    expect(after).toMatchInlineSnapshot(`
      "inputs %0:f32[3,4]
      %1:f32[4,3] = transpose[permutation=(1,0)] %0
      %2:f32[3,4] = add %0 3:f32
      results %2"
    `)
  })

  const cases: ReadonlyArray<readonly [name: string, f: F, expected: string, ...args: Array<Array_>]> = [
    ["x * 1", (a) => lax.mul(a!, 1), "input 0", x],
    ["x + -0", (a) => lax.add(a!, -0), "input 0", x],
    ["x + 0 is 0 where x is -0", (a) => lax.add(a!, 0), "add", x],
    ["x - 0", (a) => lax.sub(a!, 0), "input 0", x],
    ["x - -0 is 0 where x is -0", (a) => lax.sub(a!, -0), "sub", x],
    ["x * 0 may be NaN", (a) => lax.mul(a!, 0), "mul", x],
    ["integers: x + 0", (a) => lax.add(a!, 0), "input 0", ints()],
    ["integers: x * 0", (a) => lax.mul(a!, 0), "broadcast_in_dim", ints()],
    ["x / 4 is a product", (a) => lax.div(a!, 4), "mul", x],
    ["x / 3 is not", (a) => lax.div(a!, 3), "div", x],
    ["-(-x)", (a) => lax.neg(lax.neg(a!)), "input 0", x],
    ["x ** 2.", (a) => lax.pow(a!, 2), "mul", x],
    ["integer_pow 1", (a) => lax.integerPow(a!, 1), "input 0", x],
    [
      "widening and back",
      (a) => lax.convertElementType(lax.convertElementType(a!, "float32"), "float16"),
      "input 0",
      np.zeros([3], { dtype: "float16" })
    ],
    [
      "narrowing and back",
      (a) => lax.convertElementType(lax.convertElementType(a!, "float16"), "float32"),
      "convert_element_type convert_element_type",
      x
    ],
    ["select of equals", (c, a) => lax.select(c!, a!, a!), "input 1", np.zeros([3, 4], { dtype: "bool" }), x],
    ["stop_gradient", (a) => lax.stopGradient(a!), "input 0", x],
    ["constants", () => lax.add(lax.mul(np.array(2), 3), lax.sqrt(np.array(16))), "10"],
    ["elementary functions are left to the device", () => lax.sin(np.array(2)), "sin"],
    ["transpose of a transpose", (a) => lax.transpose(lax.transpose(a!, [1, 0]), [1, 0]), "input 0", x],
    ["transpose of axes of length 1", (a) => lax.transpose(a!, [1, 0, 2]), "reshape", np.zeros([3, 1, 4])],
    ["reshape of a reshape", (a) => lax.reshape(lax.reshape(a!, [12]), [2, 6]), "reshape", x],
    ["reshape back", (a) => lax.reshape(lax.reshape(a!, [12]), [3, 4]), "input 0", x],
    [
      "broadcast of a broadcast",
      (a) => lax.broadcastInDim(lax.broadcastInDim(a!, [2, 3, 4], [1, 2]), [5, 2, 3, 4], [1, 2, 3]),
      "broadcast_in_dim",
      x
    ],
    ["slice of a slice", (a) => lax.slice(lax.slice(a!, [1, 0], [3, 4]), [0, 1], [2, 3]), "slice", x],
    ["rev of a rev", (a) => lax.rev(lax.rev(a!, [0]), [0]), "input 0", x],
    ["a function of a broadcast", (a) => lax.sin(lax.broadcastInDim(a!, [2, 3, 4], [1, 2])), "sin broadcast_in_dim", x],
    ["dynamic slice at known places", (a) => lax.dynamicSlice(a!, [1, 9], [2, 2]), "slice", x],
    ["sum over axes of length 1", (a) => lax.reduceSum(a!, [1]), "reshape", np.zeros([3, 1])],
    ["common subexpressions", (a, b) => [lax.mul(a!, b!), lax.mul(b!, a!)], "mul", x, x],
    [
      "not common: other parameters",
      (a) => [lax.reduceSum(a!, [0]), lax.reduceSum(a!, [1])],
      "reduce_sum reduce_sum",
      x
    ],
    ["dead code", (a) => [lax.sin(a!), lax.cos(a!)][0], "sin", x],
    ["payload that nobody wants is not sorted", (a, b) => lax.sort([a!, b!], { dimension: 0 })[0], "sort", x, x]
  ]
  for (const [name, f, expected, ...args] of cases) it(`${name}`, () => expect(left(f, ...args)).toBe(expected))

  it("keeps float32 constants rounded", () => {
    expect(left(() => lax.add(np.array(0.1), np.array(0.2)))).toBe(
      String(Math.fround(Math.fround(0.1) + Math.fround(0.2)))
    )
  })

  it("wraps integer constants", () => {
    expect(left(() => lax.mul(np.array(2_000_000_000, { dtype: "int32" }), 3))).toBe(String((6_000_000_000) | 0))
    expect(left(() => lax.div(np.array(5, { dtype: "int32" }), 0))).toBe("-1")
  })

  it("sorts fewer operands", () => {
    const region = dce(cse(simplify(inline(trace((a, b) => lax.sort([a!, b!], { dimension: 0 })[0], x, x)))))
    expect(region.operations[0]!.inputs.length).toBe(1)
  })
})
