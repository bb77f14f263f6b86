/**
 * The arithmetic of the interpreter of Plans, against values from tables, and its memory.
 */
import * as Plan from "@effax/compiler/Plan"
import { run } from "@effax/compiler/PlanInterpreter"
import { computesOn, scalarOps } from "@effax/compiler/ScalarOp"
import { describe, expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { apply } from "../src/internal/interpreter/arithmetic.ts"
import { bitcast, get, set } from "../src/internal/interpreter/memory.ts"
import { digamma, erf, erfc, erfInv, lgamma } from "../src/internal/interpreter/special.ts"

describe("special functions", () => {
  // 50-digit values by mpmath, rounded
  it.each([
    [erf, 0.5, 0.5204998778130465],
    [erf, -2, -0.9953222650189527],
    [erfc, 0.5, 0.4795001221869535],
    [erfc, 3, 2.209049699858544e-5],
    [erfc, 10, 2.088487583762545e-45],
    [erfInv, 0.5, 0.4769362762044699],
    [erfInv, -0.99, -1.8213863677184496],
    [lgamma, 0.3, 1.0957979948180756],
    [lgamma, 10.5, 13.940625219403763],
    [lgamma, -1.5, 0.8600470153764810],
    [lgamma, 1000, 5905.220423209181],
    [digamma, 0.3, -3.502524222200133],
    [digamma, 10, 2.251752589066721],
    [digamma, -1.5, 0.7031566406452432]
  ])("%o(%d) is %d", (f, x, expected) => {
    expect(Math.abs(f(x) - expected)).toBeLessThan(2e-13 * Math.abs(expected))
  })

  it.each([
    [erfInv, 1, Infinity],
    [erfInv, 1.5, NaN],
    [lgamma, 0, Infinity],
    [lgamma, -2, Infinity],
    [digamma, -1, NaN],
    [erfc, 40, 0]
  ])("%o(%d) is %d", (f, x, expected) => expect(f(x)).toBe(expected))
})

describe("apply", () => {
  it.each(
    [
      ["add", "int32", 2 ** 31 - 1, 1, -(2 ** 31)],
      ["mul", "int64", 2n ** 63n - 1n, 2n, -2n],
      ["div", "uint32", 7, 0, 2 ** 32 - 1],
      ["rem", "int32", -7, 0, -7],
      ["shiftLeft", "int32", 1, 32, 0],
      ["shiftRightArithmetic", "int32", -8, 40, -1],
      ["shiftRightLogical", "int32", -1, 28, 15],
      ["max", "float32", -0, 0, 0],
      ["min", "float32", 0, -0, -0],
      ["max", "float64", NaN, 1, NaN],
      ["pow", "float64", 1, NaN, 1],
      ["pow", "float64", -1, Infinity, 1],
      ["nextafter", "float32", 1, 2, 1 + 2 ** -23],
      ["nextafter", "float64", 0, -1, -Number.MIN_VALUE],
      ["roundEven", "float32", -0.5, 0, -0],
      ["roundEven", "float32", 2.5, 0, 2],
      ["roundAway", "float32", -2.5, 0, -3],
      ["clz", "uint32", 1, 0, 31],
      ["populationCount", "int32", -1, 0, 32],
      ["xor", "bool", true, true, false],
      ["lt", "float32", NaN, 1, false],
      ["sub", "float32", 1, 2 ** -30, 1]
    ] as const
  )("%s on %s of %s and %s", (op, dtype, x, y, expected) => {
    expect(apply(op, dtype, x, y)).toBe(expected)
  })

  it("has a meaning wherever the table says that there is one, and nowhere else", () => {
    const sample: { readonly [D in DType]?: number | bigint | boolean } = { bool: true, int32: 1, float32: 0.5 }
    for (const [dtype, x] of Object.entries(sample)) {
      for (const op of Object.keys(scalarOps) as ReadonlyArray<Plan.UnaryOp | Plan.BinaryOp>) {
        const attempt = () => apply(op, dtype as DType, x!)
        if (computesOn(op, dtype as DType)) expect(attempt, `${op} on ${dtype}`).not.toThrow()
      }
    }
    expect(() => apply("sin", "int32", 1)).toThrow("sin has no meaning for int32")
  })
})

describe("memory", () => {
  const view = new DataView(new ArrayBuffer(16))

  // bits from the definition of binary16 and bfloat16
  it.each(
    [
      ["float16", 1, 0x3c00],
      ["float16", -2.5, 0xc100],
      ["float16", 65504, 0x7bff],
      ["float16", 2 ** -24, 1],
      ["float16", -0, 0x8000],
      ["float16", Infinity, 0x7c00],
      ["bfloat16", 1, 0x3f80],
      ["bfloat16", -3.140625, 0xc049]
    ] as const
  )("%s holds %d as its bits", (dtype, x, bits) => {
    set(view, dtype, 1, x)
    expect(view.getUint16(2, true)).toBe(bits)
    expect(get(view, dtype, 1)).toBe(x)
    expect(bitcast(x, dtype, "uint16")).toBe(bits)
  })

  it("rounds to nearest, ties to even", () => {
    set(view, "float16", 0, 2049)
    expect(get(view, "float16", 0)).toBe(2048)
    set(view, "bfloat16", 0, 257)
    expect(get(view, "bfloat16", 0)).toBe(256)
  })
})

describe("run", () => {
  const plan: Plan.Plan = {
    buffers: [
      { dtype: "float32", elements: 4, location: { _tag: "Input", index: 0 } },
      { dtype: "float32", elements: 4, location: { _tag: "Output", index: 0 } }
    ],
    kernels: [{
      kind: "loop",
      name: "shift",
      barrier: false,
      space: [4],
      body: [{ op: "load", dtype: "float32", buffer: 0, index: { offset: 1, strides: [1] } }],
      stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 0 }]
    }],
    inputs: [0],
    outputs: [1],
    arena: 0
  }

  it("throws where a kernel reaches outside of a buffer", () => {
    expect(() => run(plan, [new ArrayBuffer(16)])).toThrow("element 4 of buffer 0, which has 4")
  })

  it("calls the host that it is given", () => {
    const calling: Plan.Plan = {
      ...plan,
      kernels: [{ kind: "callback", name: "double", barrier: false, callback: 3, inputs: [0], outputs: [1] }]
    }
    const [out] = run(calling, [Float32Array.of(1, 2, 3, 4).buffer], {
      call: (callback, [from], [to]) => to!.set(from!.map((byte) => byte ^ callback))
    })
    expect([...new Uint8Array(out!)]).toEqual([...new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)].map((b) => b ^ 3))
    expect(() => run(calling, [new ArrayBuffer(16)])).toThrow("callback 3 is called, and there is no host")
  })
})
