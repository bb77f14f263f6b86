import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import { ArgumentError, AxisError, ShapeError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import * as Random from "effax/Random"
import type { Shape } from "effax/Shape"
import { grad } from "effax/Transform"
import * as Effect from "effect/Effect"

const run = <A, E>(effect: Effect.Effect<A, E, Backend>) => Effect.provide(effect, Reference.layer)
const numbers = (x: NdArray.Any) => Effect.map(NdArray.toTypedArray(x), (data) => Array.from(data as Float32Array))

const close = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>, tolerance = 1e-6) => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThanOrEqual(tolerance))
}

describe("activations", () => {
  const at = [-3, -0.5, 0, 0.5, 3]
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const table: ReadonlyArray<readonly [string, (x: NdArray.Any) => NdArray.Any, (x: number) => number]> = [
    ["relu", Nn.relu, (x) => Math.max(x, 0)],
    ["relu6", Nn.relu6, (x) => Math.min(Math.max(x, 0), 6)],
    ["sigmoid", Nn.sigmoid, sigmoid],
    ["logSigmoid", Nn.logSigmoid, (x) => Math.log(sigmoid(x))],
    ["silu", Nn.silu, (x) => x * sigmoid(x)],
    ["softplus", Nn.softplus, (x) => Math.log1p(Math.exp(x))],
    ["softSign", Nn.softSign, (x) => x / (1 + Math.abs(x))],
    ["mish", Nn.mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
    ["elu", Nn.elu, (x) => x > 0 ? x : Math.expm1(x)],
    ["leakyRelu", (x) => Nn.leakyRelu(x, { negativeSlope: 0.1 }), (x) => x >= 0 ? x : 0.1 * x]
  ]

  it.effect.each(table)("%s", ([_, f, expected]) =>
    run(Effect.gen(function*() {
      close(yield* numbers(f(np.array(at))), at.map(expected))
    })))

  it.effect("stay finite, in value and gradient, far from 0", () =>
    run(Effect.gen(function*() {
      const { elu, gelu, logSigmoid, mish, selu, sigmoid, silu, softplus } = Nn
      const activations: ReadonlyArray<(x: NdArray.Any) => NdArray.Any> = [
        sigmoid,
        logSigmoid,
        silu,
        softplus,
        mish,
        elu,
        selu,
        gelu
      ]
      for (const f of activations) {
        const total = (x: NdArray.Any) => np.sum(f(x))
        const far = np.array([-300, 300])
        const values = [...yield* numbers(f(far)), ...yield* numbers(grad(total)(far))]
        expect(values.every(Number.isFinite)).toBe(true)
      }
    })))

  it.effect("have the derivative 0 of relu at 0", () =>
    run(Effect.gen(function*() {
      const gradient = grad((x: NdArray.Any) => np.sum(Nn.relu(x)))(np.array([-1, 0, 1]))
      expect(yield* NdArray.toNested(gradient)).toEqual([0, 0, 1])
    })))
})

describe("along axes", () => {
  const rows = [[1, 2, 3], [1000, 1000, -1000]]

  it.effect("softmax adds up to 1, also of large numbers, and logSoftmax is its logarithm", () =>
    run(Effect.gen(function*() {
      const x = np.array(rows)
      close(yield* numbers(np.sum(Nn.softmax(x), { axis: -1 })), [1, 1])
      const [a, b, c] = [Math.exp(-2), Math.exp(-1), 1].map((e, _, all) => e / all.reduce((p, q) => p + q))
      close(yield* numbers(Nn.softmax(x)), [a!, b!, c!, 0.5, 0.5, 0])
      close(
        yield* numbers(Nn.logSoftmax(x)),
        [...[a!, b!, c!].map(Math.log), -Math.LN2, -Math.LN2, -2000 - Math.LN2],
        1e-4
      )
      close(yield* numbers(np.sum(Nn.softmax(x, { axis: [0, 1] }))), [1])
    })))

  it.effect("logsumexp does not overflow, and of nothing but -Infinity is -Infinity", () =>
    run(Effect.gen(function*() {
      close(yield* numbers(Nn.logsumexp(np.array(rows), { axis: 1 })), [
        3 + Math.log(1 + Math.exp(-1) + Math.exp(-2)),
        1000 + Math.LN2
      ], 1e-4)
      expect(yield* numbers(Nn.logsumexp(np.array([-Infinity, -Infinity])))).toEqual([-Infinity])
      expect(Nn.logsumexp(np.array(rows), { axis: 0, keepdims: true }).shape).toEqual([1, 3])
      expect(Nn.logsumexp(np.arange(3)).dtype).toBe("float32")
    })))

  it.effect("standardize gives mean 0 and variance 1", () =>
    run(Effect.gen(function*() {
      const x = Nn.standardize(np.array([[1, 2, 3, 4], [10, 20, 30, 40]]))
      close(yield* numbers(np.mean(x, { axis: -1 })), [0, 0], 1e-6)
      close(yield* numbers(np.var(x, { axis: -1 })), [1, 1], 1e-4)
    })))

  it.effect("oneHot marks the class, and nothing for numbers out of range", () =>
    run(Effect.gen(function*() {
      const labels = np.array([0, 2, -1, 3], { dtype: "int32" })
      expect(yield* NdArray.toNested(Nn.oneHot(labels, 3))).toEqual([[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]])
      expect(Nn.oneHot(labels, 3, { axis: 0, dtype: "bool" })).toMatchObject({ dtype: "bool", shape: [3, 4] })
      expect(yield* NdArray.toNested(Nn.oneHot(true, 2))).toEqual([0, 1])
    })))

  it("refuse axes that are not there", () => {
    expect(() => Nn.softmax(np.ones([2]), { axis: 1 })).toThrow(AxisError)
    expect(() => Nn.logsumexp(np.ones([2]), { axis: 1 as never })).toThrow(AxisError)
  })
})

describe("convolutions", () => {
  const shape = (x: NdArray.Any): Shape => x.shape
  const image = np.ones([2, 3, 8, 6])

  it("have the shapes that padding, strides and dilation give", () => {
    const kernel = np.ones([5, 3, 3, 3])
    expect(shape(Nn.conv(image, kernel))).toEqual([2, 5, 8, 6])
    expect(shape(Nn.conv(image, kernel, { padding: "valid" }))).toEqual([2, 5, 6, 4])
    expect(shape(Nn.conv(image, kernel, { strides: 2 }))).toEqual([2, 5, 4, 3])
    expect(shape(Nn.conv(image, kernel, { strides: [2, 1], padding: "valid" }))).toEqual([2, 5, 3, 4])
    expect(shape(Nn.conv(image, kernel, { dilation: 2, padding: "valid" }))).toEqual([2, 5, 4, 2])
    expect(shape(Nn.conv(image, kernel, { padding: [[1, 0], [0, 2]] }))).toEqual([2, 5, 7, 6])
    expect(shape(Nn.conv(image, np.ones([6, 1, 3, 3]), { groups: 3 }))).toEqual([2, 6, 8, 6])
  })

  it.effect("give the same in both layouts", () =>
    run(Effect.gen(function*() {
      const [k1, k2] = Random.keys(Random.key(0))
      const [x, w] = [Random.normal(k1, [2, 3, 5, 4]), Random.normal(k2, [4, 3, 3, 2])]
      const first = Nn.conv(x, w, { strides: 2 })
      const last = Nn.conv(np.transpose(x, [0, 2, 3, 1]), np.transpose(w, [2, 3, 1, 0]), {
        strides: 2,
        layout: "channelsLast"
      })
      close(yield* numbers(np.moveaxis(last, -1, 1)), yield* numbers(first), 1e-5)
    })))

  it.effect("are cross-correlations: the kernel is not turned", () =>
    run(Effect.gen(function*() {
      const x = np.reshape(np.array([1, 2, 3, 4]), [1, 1, 4])
      const w = np.reshape(np.array([1, 10, 100]), [1, 1, 3])
      expect(yield* numbers(Nn.conv(x, w))).toEqual([210, 321, 432, 43])
    })))

  it.effect("pool over windows side by side", () =>
    run(Effect.gen(function*() {
      const x = np.reshape(np.array(Array.from({ length: 16 }, (_, i) => i)), [1, 1, 4, 4])
      expect(yield* numbers(Nn.maxPool(x, 2))).toEqual([5, 7, 13, 15])
      expect(yield* numbers(Nn.avgPool(x, 2))).toEqual([2.5, 4.5, 10.5, 12.5])
      expect(Nn.maxPool(np.ones([1, 4, 4, 3]), 2, { layout: "channelsLast" }).shape).toEqual([1, 2, 2, 3])
    })))

  it("refuse operands that don't fit", () => {
    expect(() => Nn.conv(image, np.ones([5, 2, 3, 3]))).toThrow(ShapeError)
    expect(() => Nn.conv(image, np.ones([5, 3, 3]))).toThrow(ShapeError)
    expect(() => Nn.conv(image, np.ones([5, 3, 3, 3]), { strides: 0 })).toThrow(ArgumentError)
    expect(() => Nn.conv(image, np.ones([5, 3, 3, 3]), { strides: [1] })).toThrow(ArgumentError)
    expect(() => Nn.maxPool(image, 3)).toThrow(ShapeError)
  })
})

describe("paddings", () => {
  // with numpy: sums of x[2i - low] + 10 x[2i - low + 1] + 100 x[2i - low + 2] + 1000 x[2i - low + 3], zeros outside
  const windows = (values: ReadonlyArray<number>, low: number, count: number) =>
    Array.from(
      { length: count },
      (_, i) => [1, 10, 100, 1000].reduce((sum, by, k) => sum + by * (values[2 * i - low + k] ?? 0), 0)
    )
  const values = [1, 2, 3, 4, 5]
  const x = np.reshape(np.array(values), [1, 1, 5])
  const w = np.reshape(np.array([1, 10, 100, 1000]), [1, 1, 4])
  it.effect.each(
    [
      // three outputs take 8 inputs: 3 are padded, 1 before and 2 behind, or the other way round
      ["same", 1, 3],
      ["SAME", 1, 3],
      ["Same", 1, 3],
      ["sameLower", 2, 3],
      ["SAME_LOWER", 2, 3],
      ["valid", 0, 1],
      ["VALID", 0, 1]
    ] as const
  )("%s", ([padding, low, count]) =>
    run(Effect.gen(function*() {
      expect(yield* numbers(Nn.conv(x, w, { strides: 2, padding: padding as Nn.Padding }))).toEqual(
        windows(values, low, count)
      )
    })))

  it("that are not known are refused", () => {
    for (const padding of ["full", 3, [[1, 2], [3, 4]], [[1]], [1], [[0.5, 1]]]) {
      expect(() => Nn.conv(x, w, { padding: padding as never })).toThrow(
        "conv: padding must be \"same\", \"sameLower\", \"valid\""
      )
    }
  })
})

describe("initializers", () => {
  const { constant, glorotUniform, heNormal, lecunNormal, normal, ones, uniform, varianceScaling, zeros } =
    Nn.initializers
  const key = Random.key(0)

  it.effect("have the variance that their fans ask for", () =>
    run(Effect.gen(function*() {
      const variance = (x: NdArray.Any) => NdArray.toNumber(np.var(x))
      const near = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(0.1)
      near(yield* variance(heNormal()(key, [50, 80])), 2 / 50)
      near(yield* variance(lecunNormal()(key, [50, 80])), 1 / 50)
      near(yield* variance(glorotUniform()(key, [50, 80])), 1 / 65)
      near(yield* variance(varianceScaling(3, "fanOut", "normal")(key, [50, 80])), 3 / 80)
      // a kernel of 3 x 3 over 10 inputs
      near(yield* variance(heNormal({ inAxis: 1, outAxis: 0 })(key, [60, 10, 3, 3])), 2 / 90)
      near(yield* variance(normal(0.5)(key, [50, 80])), 0.25)
    })))

  it.effect("keep to their bounds", () =>
    run(Effect.gen(function*() {
      const values = yield* numbers(uniform(0.5)(key, [1000]))
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...values)).toBeLessThan(0.5)
      const limit = Math.sqrt(6 / 130)
      const glorot = (yield* numbers(glorotUniform()(key, [50, 80]))).map(Math.abs)
      expect(Math.max(...glorot)).toBeLessThanOrEqual(limit)
      expect(Math.max(...glorot)).toBeGreaterThan(0.98 * limit)
      expect(yield* numbers(zeros(key, [2]))).toEqual([0, 0])
      expect(yield* numbers(ones(key, [2]))).toEqual([1, 1])
      expect(yield* numbers(constant(3)(key, [2]))).toEqual([3, 3])
    })))

  it("take a dtype, and refuse shapes without fans", () => {
    expect(heNormal()(key, [2, 3], { dtype: "bfloat16" })).toMatchObject({ dtype: "bfloat16", shape: [2, 3] })
    expect(() => heNormal()(key, [3])).toThrow(ShapeError)
    expect(() => heNormal({ inAxis: 5 })(key, [3, 3])).toThrow(AxisError)
  })
})
