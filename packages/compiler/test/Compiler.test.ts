import * as Compiler from "@effax/compiler/Compiler"
import * as Plan from "@effax/compiler/Plan"
import { grad, Lax as lax, type NdArray, Nn, Numpy as np, Random } from "effax"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { census, plan, trace } from "./support.ts"

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => unknown

const text = (f: F, ...args: ReadonlyArray<Array_>): string => Plan.format(plan(f, args))

const kernels = (f: F, ...args: ReadonlyArray<Array_>): string => census(plan(f, args))

describe("plans", () => {
  it("an elementwise chain is one loop", () => {
    expect(text((x) => np.multiply(np.sin(np.cos(x!)), np.tanh(x!)), np.zeros([2, 3]))).toMatchInlineSnapshot(`
      "plan (in0) -> (out0) arena 0
      in0: f32[6]
      out0: f32[6]
      loop cos_sin_tanh_mul [6]
        %0:f32 = in0[i0]
        %1:f32 = cos %0
        %2:f32 = sin %1
        %3:f32 = tanh %0
        %4:f32 = mul %2 %3
        out0[i0] <- %4"
    `)
  })

  it("softmax is two reductions and a loop", () => {
    expect(text((x) => Nn.softmax(x!), np.zeros([8, 10]))).toMatchInlineSnapshot(`
      "plan (in0) -> (out0) arena 128
      in0: f32[80]
      out0: f32[80]
      t0: f32[8] at 0
      t1: f32[8] at 64
      reduce reduce_max [8] over [10]
        %0:f32 = in0[10*i0 + i1]
        result0:f32 = max %0
        %0:f32 = result0
        t0[i0] <- %0
      barrier
      reduce reduce_sum_sub_exp [8] over [10]
        %0:f32 = in0[10*i0 + i1]
        %1:f32 = t0[i0]
        %2:f32 = sub %0 %1
        %3:f32 = exp %2
        result0:f32 = add %3
        %0:f32 = result0
        t1[i0] <- %0
      barrier
      loop sub_exp_div [8, 10]
        %0:f32 = in0[10*i0 + i1]
        %1:f32 = t0[i0]
        %2:f32 = sub %0 %1
        %3:f32 = exp %2
        %4:f32 = t1[i0]
        %5:f32 = div %3 %4
        out0[10*i0 + i1] <- %5"
    `)
  })

  it("layer norm is two reductions, each with its epilogue, and a loop", () => {
    expect(text(
      (x, scale, bias) => {
        const mean = np.mean(x!, { axis: -1, keepdims: true })
        const variance = np.var(x!, { axis: -1, keepdims: true })
        const normal = np.divide(np.subtract(x!, mean), np.sqrt(np.add(variance, 1e-5)))
        return np.add(np.multiply(normal, scale!), bias!)
      },
      np.zeros([32, 128]),
      np.zeros([128]),
      np.zeros([128])
    )).toMatchInlineSnapshot(`
      "plan (in0, in1, in2) -> (out0) arena 256
      in0: f32[4096]
      in1: f32[128]
      in2: f32[128]
      out0: f32[4096]
      t0: f32[32] at 0
      t1: f32[32] at 128
      reduce reduce_sum_mul [32] over [128]
        %0:f32 = in0[128*i0 + i1]
        result0:f32 = add %0
        %0:f32 = result0
        %1:f32 = 0.0078125
        %2:f32 = mul %0 %1
        t0[i0] <- %2
      barrier
      reduce reduce_sum_mul_add_sqrt_sub_integer_pow [32] over [128]
        %0:f32 = in0[128*i0 + i1]
        %1:f32 = t0[i0]
        %2:f32 = sub %0 %1
        %3:f32 = mul %2 %2
        result0:f32 = add %3
        %0:f32 = result0
        %1:f32 = 0.0078125
        %2:f32 = mul %0 %1
        %3:f32 = 0.000009999999747378752
        %4:f32 = add %2 %3
        %5:f32 = sqrt %4
        t1[i0] <- %5
      barrier
      loop sub_div_mul_add [32, 128]
        %0:f32 = in0[128*i0 + i1]
        %1:f32 = t0[i0]
        %2:f32 = sub %0 %1
        %3:f32 = t1[i0]
        %4:f32 = div %2 %3
        %5:f32 = in1[i1]
        %6:f32 = mul %4 %5
        %7:f32 = in2[i1]
        %8:f32 = add %6 %7
        out0[128*i0 + i1] <- %8"
    `)
  })

  it("a dense layer is one contraction", () => {
    expect(text(
      (x, w, b) => Nn.relu(np.add(np.matmul(x!, w!), b!)),
      np.zeros([8, 3]),
      np.zeros([3, 5]),
      np.zeros([5])
    )).toMatchInlineSnapshot(`
      "plan (in0, in1, in2) -> (out0) arena 0
      in0: f32[24]
      in1: f32[15]
      in2: f32[5]
      out0: f32[40]
      contract dot_general_add_gt_max_select_n [8, 5] over 3 in f32
        in0[3*i0 + i1] * in1[5*i0 + i1]
        %0:f32 = result0
        %1:f32 = in2[i1]
        %2:f32 = add %0 %1
        %3:f32 = 0
        %4:bool = gt %2 %3
        %5:f32 = max %2 %3
        %6:f32 = select %4 %2 %5
        out0[5*i0 + i1] <- %6"
    `)
  })

  it("a long sum has two stages", () => {
    expect(text((x) => np.sum(x!), np.zeros([1000, 1000]))).toMatchInlineSnapshot(`
      "plan (in0) -> (out0) arena 256
      in0: f32[1000000]
      out0: f32[1]
      t0: f32[64] at 0
      reduce reduce_sum_chunks [64] over [15625]
        %0:f32 = in0[15625*i0 + i1]
        result0:f32 = add %0
        %0:f32 = result0
        t0[i0] <- %0
      barrier
      reduce reduce_sum [] over [64]
        %0:f32 = t0[i0]
        %1:f64 = convert %0
        result0:f64 = add %1
        %0:f64 = result0
        %1:f32 = convert %0
        out0[0] <- %1"
    `)
  })

  it("chunks that do not come out even end with a shorter one", () => {
    expect(text((x) => np.sum(x!), np.zeros([100_003]))).toMatchInlineSnapshot(`
      "plan (in0) -> (out0) arena 64
      in0: f32[100003]
      out0: f32[1]
      t0: f32[7] at 0
      reduce reduce_sum_chunks [6] over [16384]
        %0:f32 = in0[16384*i0 + i1]
        result0:f32 = add %0
        %0:f32 = result0
        t0[i0] <- %0
      reduce reduce_sum_chunks [1] over [1699]
        %0:f32 = in0[1699*i0 + i1 + 98304]
        result0:f32 = add %0
        %0:f32 = result0
        t0[i0 + 6] <- %0
      barrier
      reduce reduce_sum [] over [7]
        %0:f32 = t0[i0]
        %1:f64 = convert %0
        result0:f64 = add %1
        %0:f64 = result0
        %1:f32 = convert %0
        out0[0] <- %1"
    `)
  })

  it("without float64 the second stage adds float32", () => {
    const narrow = plan((x) => np.sum(x!), [np.zeros([1000, 1000])], { wideAccumulator: false })
    expect(Plan.format(narrow)).not.toContain("f64")
  })

  it("an Adam update is one loop with three stores", () => {
    const adam: F = (p, g, m, v, t) => {
      const m1 = np.add(np.multiply(0.9, m!), np.multiply(0.1, g!))
      const v1 = np.add(np.multiply(0.999, v!), np.multiply(0.001, np.square(g!)))
      const corrected = np.divide(m1, np.subtract(1, np.power(0.9, t!)))
      return [np.subtract(p!, np.multiply(1e-3, np.divide(corrected, np.add(np.sqrt(v1), 1e-8)))), m1, v1]
    }
    const leaf = np.zeros([300, 100])
    const { kernels: [scalars, update, ...others] } = plan(adam, [leaf, leaf, leaf, leaf, np.zeros([])])
    expect(scalars).toMatchObject({ kind: "loop", space: [] })
    expect(update).toMatchObject({ kind: "loop", space: [30000] })
    expect(update!.kind === "loop" && update!.stores.length).toBe(3)
    expect(others).toEqual([])
  })

  it("an MLP's forward pass is one kernel a layer", () => {
    const mlp: F = (x, ...p) => {
      let h = x!
      for (let i = 0; i < p.length; i += 2) h = Nn.relu(np.add(np.matmul(h, p[i]!), p[i + 1]!))
      return h
    }
    const parameters = [[20, 30], [30], [30, 40], [40], [40, 10], [10]].map((shape) => np.zeros(shape))
    expect(kernels(mlp, np.zeros([16, 20]), ...parameters)).toBe("3 contract")
  })

  it("a gradient and its update are one contraction", () => {
    const step: F = (x, w) => {
      const g = grad((v: Array_) => np.sum(np.square(np.matmul(x!, v))))(w!)
      return np.subtract(w!, np.multiply(0.1, g))
    }
    expect(kernels(step, np.zeros([8, 3]), np.zeros([3, 5]))).toBe("2 contract")
  })

  it("heads of attention are read and written where they lie", () => {
    const attention: F = (q, k, v) => {
      const heads = (z: Array_) => np.transpose(np.reshape(z, [2, 64, 4, 16]), [0, 2, 1, 3])
      const scores = Nn.softmax(np.multiply(np.matmul(heads(q!), np.transpose(heads(k!), [0, 1, 3, 2])), 0.25))
      return np.reshape(np.transpose(np.matmul(scores, heads(v!)), [0, 2, 1, 3]), [2, 64, 64])
    }
    const x = np.zeros([2, 64, 64])
    expect(kernels(attention, x, x, x)).toBe("2 contract, 2 reduce, 1 loop")
  })

  it("normal numbers are one loop", () => {
    expect(kernels(() => Random.normal(Random.key(0), [1000]))).toBe("1 loop")
  })

  it("contracting several axes needs no copy where they lie together", () => {
    const f: F = (a, b) => np.tensordot(a!, b!, [[1, 2], [0, 1]])
    expect(kernels(f, np.zeros([3, 4, 5]), np.zeros([4, 5, 6]))).toBe("1 contract")
    const apart: F = (a, b) => np.tensordot(a!, b!, [[0, 2], [0, 1]])
    expect(kernels(apart, np.zeros([4, 3, 5]), np.zeros([4, 5, 6]))).toBe("1 loop, 1 contract")
  })

  it("rows that are not one axis are batches", () => {
    const [kernel] = plan(
      (x, w, p) => np.add(np.matmul(x!, w!), p!),
      [np.zeros([7, 3, 4]), np.zeros([4, 5]), np.zeros([3, 5])]
    ).kernels
    expect(kernel).toMatchObject({ kind: "contract", batch: [7], m: 3, n: 5, k: 4 })
    expect(kernel).toMatchObject({ lhs: { index: { strides: [12, 4, 1] } }, rhs: { index: { strides: [0, 5, 1] } } })
  })

  it("pieces of a concatenation are computed in place", () => {
    const f: F = (a, b) => lax.concatenate([lax.sin(a!), lax.cos(b!)], 0)
    expect(kernels(f, np.zeros([100]), np.zeros([50]))).toBe("2 loop")
    expect(plan(f, [np.zeros([100]), np.zeros([50])]).arena).toBe(0)
  })

  it("pieces of one shape are one loop", () => {
    expect(kernels((a, b, c) => np.stack([a!, b!, c!]), np.zeros([90]), np.zeros([90]), np.zeros([90]))).toBe("1 loop")
  })

  it("sums that share an operand are one reduction", () => {
    const f: F = (x) => [np.sum(x!, { axis: 1 }), np.sum(np.square(x!), { axis: 1 })]
    const { kernels: [kernel, ...others] } = plan(f, [np.zeros([10, 20])])
    expect(kernel!.kind === "reduce" && kernel!.accumulations.length).toBe(2)
    expect(others).toEqual([])
  })

  it("expensive values are not computed twice", () => {
    const f: F = (x) => {
      const y = np.exp(np.sin(x!))
      return [np.multiply(y, 2), np.sum(y, { axis: 0 }), np.sum(y, { axis: 1 })]
    }
    const found = plan(f, [np.zeros([300, 200])]).kernels.flatMap((k) =>
      k.kind === "loop" || k.kind === "reduce" ? k.body.filter((i) => i.op === "sin") : []
    )
    expect(found.length).toBe(1)
  })

  it("a scatter into a fresh array needs no copy", () => {
    const f: F = (e, i) => grad((v: Array_) => np.sum(np.square(np.take(v, i!, { axis: 0 }))))(e!)
    const compiled = plan(f, [np.zeros([100, 16]), np.zeros([8], { dtype: "int32" })])
    expect(census(compiled)).toBe("1 loop, 1 scatter")
    expect(compiled.arena).toBe(0)
  })
})

describe("compile", () => {
  it("prints every stage", () => {
    const stages = Compiler.stages(trace((x) => np.add(np.multiply(x!, 1), 0.5), np.zeros([3])))
    expect(Object.keys(stages)).toEqual([
      "program",
      "inline",
      "lowerComplex",
      "simplify",
      "cse",
      "dce",
      "decompose",
      "fuse",
      "schedule",
      "bufferize"
    ])
    expect(stages["simplify"]).toMatchInlineSnapshot(`
      "inputs %0:f32[3]
      %1:f32[3] = add %0 0.5:f32
      results %1"
    `)
  })

  it("is deterministic", () => {
    const program = trace((x) => Nn.softmax(np.matmul(x!, x!)), np.zeros([6, 6]))
    expect(Compiler.compile(program)).toEqual(Compiler.compile(program))
  })

  it("names the operation and the dtype that no kernel has", () => {
    const program = Effect.runSync(
      Program.trace((x: Array_) => lax.bitcastConvertType(x, "float64"), np.zeros([2], { dtype: "complex64" }))
    )
    expect(() => Compiler.compile(program)).toThrow(
      expect.objectContaining({ _tag: "LoweringError", operation: "bitcast_convert_type", dtype: "complex64" })
    )
  })

  it("respects the limits of a device", () => {
    const sum: F = (...xs) => xs.reduce((a, b) => np.add(np.sin(a), b))
    const inputs = Array.from({ length: 40 }, () => np.zeros([64]))
    for (const { kernels: all } of [plan(sum, inputs, { maxBuffers: 8, maxInstructions: 20 })]) {
      expect(all.length).toBeGreaterThan(5)
      for (const k of all) {
        if (k.kind !== "loop") continue
        const buffers = new Set([
          ...k.stores.map((s) => s.buffer),
          ...k.body.flatMap((i) => i.op === "load" ? [i.buffer] : [])
        ])
        expect(buffers.size).toBeLessThanOrEqual(8)
        expect(k.body.length).toBeLessThanOrEqual(40)
      }
    }
  })
})
