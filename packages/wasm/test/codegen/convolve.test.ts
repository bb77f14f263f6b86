import type { Body, Convolve, Plan } from "@effax/compiler/Plan"
import { type DType, isInteger } from "effax/DType"
import { describe, expect, it } from "vitest"
import { emitConvolve } from "../../src/internal/codegen/convolve.ts"
import { compile, expectRight, planOf, Random, type Run, shuffled, strided } from "./contractionHarness.ts"

interface Case {
  readonly batch?: number
  readonly features?: number
  readonly groups?: number
  readonly channels?: number
  readonly input: ReadonlyArray<number>
  readonly window: ReadonlyArray<number>
  readonly strides?: ReadonlyArray<number>
  /** Before and after each axis; may be negative. */
  readonly padding?: ReadonlyArray<readonly [number, number]>
  readonly lhsDilation?: ReadonlyArray<number>
  readonly rhsDilation?: ReadonlyArray<number>
  readonly operandDtype?: DType
  readonly dtype?: DType
  readonly storeDtype?: DType
  /** The order of axes in memory, slowest first: `[n, c, ...input]`, `[o, c, ...window]`, `[n, o, ...output]`. */
  readonly lhsOrder?: ReadonlyArray<number>
  readonly rhsOrder?: ReadonlyArray<number>
  readonly outOrder?: ReadonlyArray<number>
  readonly lhsReversed?: ReadonlyArray<number>
  readonly rhsReversed?: ReadonlyArray<number>
  /** Axes that the operand does not vary along. */
  readonly lhsConstant?: ReadonlyArray<number>
  readonly rhsConstant?: ReadonlyArray<number>
  readonly epilogue?: "none" | "biasRelu"
}

const lhs = 0
const rhs = 1
const bias = 2
const out = 3

/** Undefined where there is no output at all. */
const convolution = (c: Case): Plan | undefined => {
  const { batch = 1, channels = 1, dtype = "float32", features = 1, groups = 1, input, window } = c
  const { operandDtype = dtype, storeDtype = dtype } = c
  const ones = input.map(() => 1)
  const { lhsDilation = ones, padding = input.map(() => [0, 0] as const), rhsDilation = ones, strides = ones } = c
  const output = input.map((size, d) => {
    const [low, high] = padding[d]!
    const padded = (size - 1) * lhsDilation[d]! + 1 + low + high
    return Math.floor((padded - (window[d]! - 1) * rhsDilation[d]! - 1) / strides[d]!) + 1
  })
  if (output.some((size) => size < 1)) return undefined
  const natural = [0, 1, ...input.map((_, d) => d + 2)]
  const left = strided([batch, groups * channels, ...input], c.lhsOrder ?? natural, {
    reversed: c.lhsReversed ?? [],
    constant: c.lhsConstant ?? []
  })
  const right = strided([features, channels, ...window], c.rhsOrder ?? natural, {
    reversed: c.rhsReversed ?? [],
    constant: c.rhsConstant ?? []
  })
  const result = strided([batch, features, ...output], c.outOrder ?? natural)
  const convert: Body = storeDtype === dtype ? [] : [{ op: "convert", dtype: storeDtype, args: [0] }]
  const epilogue: Body = c.epilogue === "biasRelu"
    ? [
      { op: "result", dtype, which: 0 },
      { op: "load", dtype, buffer: bias, index: { offset: 0, strides: [0, 1, ...input.map(() => 0)] } },
      { op: "add", dtype, args: [0, 1] },
      { op: "literal", dtype, value: 0 },
      { op: "max", dtype, args: [2, 3] }
    ]
    : [{ op: "result", dtype, which: 0 }, ...convert]
  const kernel: Convolve = {
    kind: "convolve",
    name: "conv_general_dilated",
    barrier: false,
    batch,
    features,
    groups,
    channels,
    input,
    window,
    output,
    strides,
    low: padding.map(([low]) => low),
    lhsDilation,
    rhsDilation,
    lhs: { buffer: lhs, index: left },
    rhs: { buffer: rhs, index: right },
    operandDtype,
    dtype,
    epilogue,
    stores: [{ buffer: out, index: result, value: epilogue.length - 1 }]
  }
  return planOf(kernel, [
    { dtype: operandDtype, elements: left.elements },
    { dtype: operandDtype, elements: right.elements },
    { dtype, elements: features },
    { dtype: storeDtype, elements: result.elements }
  ])
}

const filling = (random: Random, dtype: DType) => (): number =>
  isInteger(dtype)
    ? random.int(dtype.startsWith("u") ? 0 : -7, 7)
    : dtype === "float16" || dtype === "bfloat16"
    ? random.int(-8, 8) / 4
    : random.next() * 2 - 1

const run = (plan: Plan, seed: number, relaxedSimd = true, ranks = 1): Run => {
  const random = new Random(seed)
  const fills = plan.buffers.map(({ dtype }) => filling(random, dtype))
  const compiled = compile<Convolve>(plan, emitConvolve, { relaxedSimd, fill: (buffer) => fills[buffer]!() })
  compiled.run(ranks)
  return compiled
}

/** Whether there was something to compute. */
const verify = (c: Case, seed = 1, relaxedSimd = true): boolean => {
  const plan = convolution(c)
  if (plan === undefined) return false
  try {
    expectRight(plan, run(plan, seed, relaxedSimd))
  } catch (error) {
    throw new Error(`${JSON.stringify(c)}: ${String(error)}`, { cause: error })
  }
  return true
}

const channelsLast = (spatial: number) => {
  const axes = Array.from({ length: spatial }, (_, d) => d + 2)
  return { lhsOrder: [0, ...axes, 1], rhsOrder: [...axes, 1, 0], outOrder: [0, ...axes, 1] }
}

describe("convolve", () => {
  it("random shapes, layouts, paddings, strides, dilations and groups", () => {
    const random = new Random(1)
    let computed = 0
    for (let i = 0; i < 900; i++) {
      const spatial = random.pick([0, 1, 1, 2, 2, 2, 3])
      const axes = <A>(make: () => A): ReadonlyArray<A> => Array.from({ length: spatial }, make)
      const groups = random.pick([1, 1, 1, 2, 3])
      const layout = random.pick<Pick<Case, "lhsOrder" | "rhsOrder" | "outOrder">>([
        {},
        {},
        channelsLast(spatial),
        channelsLast(spatial),
        {
          lhsOrder: shuffled(random, spatial + 2),
          rhsOrder: shuffled(random, spatial + 2),
          outOrder: shuffled(random, spatial + 2)
        }
      ])
      const some = (): ReadonlyArray<number> =>
        Array.from({ length: spatial + 2 }, (_, axis) => axis).filter(() => random.next() < 0.1)
      if (
        verify(
          {
            batch: random.int(1, 3),
            groups,
            features: groups * random.int(1, 9),
            channels: random.int(1, 6),
            input: axes(() => random.int(1, spatial === 1 ? 40 : spatial === 2 ? 14 : 7)),
            window: axes(() => random.int(1, 4)),
            strides: axes(() => random.pick([1, 1, 2, 3])),
            padding: axes(() => [random.int(-2, 4), random.int(-2, 4)]),
            lhsDilation: axes(() => random.pick([1, 1, 1, 2, 3])),
            rhsDilation: axes(() => random.pick([1, 1, 2])),
            ...layout,
            lhsReversed: some(),
            rhsReversed: some(),
            epilogue: random.pick(["none", "biasRelu"])
          },
          i,
          random.next() < 0.7
        )
      ) computed++
    }
    expect(computed).toBeGreaterThan(600)
  })

  it("depthwise, with channels last", () => {
    const random = new Random(3)
    for (let i = 0; i < 150; i++) {
      const spatial = random.int(1, 2)
      const axes = <A>(make: () => A): ReadonlyArray<A> => Array.from({ length: spatial }, make)
      const features = random.int(4, 40)
      verify(
        {
          batch: random.int(1, 3),
          groups: features,
          features,
          input: axes(() => random.int(3, 9)),
          window: axes(() => random.int(1, 3)),
          strides: axes(() => random.int(1, 2)),
          padding: axes(() => [random.int(-1, 2), random.int(0, 2)]),
          lhsDilation: axes(() => random.pick([1, 1, 2])),
          rhsDilation: axes(() => random.pick([1, 1, 2])),
          ...channelsLast(spatial),
          ...random.pick([{}, { rhsOrder: shuffled(random, spatial + 2) }]),
          epilogue: random.pick(["none", "biasRelu"]),
          ...random.pick([{}, { dtype: "float64" }, { dtype: "int32", epilogue: "none" }])
        },
        i,
        random.next() < 0.7
      )
    }
  })

  it("operands that do not vary along every axis", () => {
    const random = new Random(5)
    for (let i = 0; i < 300; i++) {
      const spatial = random.int(1, 2)
      const axes = <A>(make: () => A): ReadonlyArray<A> => Array.from({ length: spatial }, make)
      const some = () => Array.from({ length: spatial + 2 }, (_, d) => d).filter(() => random.next() < 0.4)
      const features = random.int(4, 24)
      verify(
        {
          batch: random.int(1, 3),
          features,
          ...random.pick([{ channels: random.int(1, 6) }, { groups: features }]),
          input: axes(() => random.int(1, 9)),
          window: axes(() => random.int(1, 3)),
          strides: axes(() => random.int(1, 3)),
          padding: axes(() => [random.int(0, 3), random.int(0, 3)]),
          rhsDilation: axes(() => random.pick([1, 2])),
          ...random.pick([{}, channelsLast(spatial)]),
          ...random.pick([{}, { outOrder: shuffled(random, spatial + 2) }]),
          lhsConstant: some(),
          rhsConstant: some(),
          ...random.pick([{}, { operandDtype: "float16" }, { dtype: "float64" }])
        },
        i,
        random.next() < 0.7
      )
    }
  })

  const dtypes: ReadonlyArray<readonly [operandDtype: DType, dtype: DType, storeDtype: DType]> = [
    ["float64", "float64", "float64"],
    ["int32", "int32", "int32"],
    ["uint32", "uint32", "uint32"],
    ["int64", "int64", "int64"],
    ["uint64", "uint64", "uint64"],
    ["float16", "float32", "float16"],
    ["bfloat16", "float32", "bfloat16"],
    ["int8", "int32", "int32"],
    ["uint8", "uint32", "uint16"]
  ]
  it.each(dtypes)("%s operands, %s sums, %s results", (operandDtype, dtype, storeDtype) => {
    const random = new Random(5)
    for (let i = 0; i < 20; i++) {
      verify({
        batch: 2,
        features: random.int(1, 9),
        channels: random.int(1, 4),
        input: [random.int(3, 9), random.int(3, 9)],
        window: [3, 2],
        strides: [1, random.int(1, 2)],
        padding: [[1, 1], [1, 0]],
        lhsDilation: [1, random.pick([1, 2])],
        ...random.pick([{}, channelsLast(2), { rhsOrder: [2, 3, 1, 0] }]),
        operandDtype,
        dtype,
        storeDtype
      }, i)
    }
  })

  const pad = (p: number): ReadonlyArray<readonly [number, number]> => [[p, p], [p, p]]
  const large: ReadonlyArray<readonly [name: string, Case]> = [
    ["3x3", { batch: 2, features: 20, channels: 30, input: [28, 30], window: [3, 3], padding: pad(1) }],
    ["3x3, channels last", {
      batch: 2,
      features: 20,
      channels: 30,
      input: [28, 30],
      window: [3, 3],
      padding: pad(1),
      ...channelsLast(2),
      epilogue: "biasRelu"
    }],
    ["1x1 with stride", { features: 70, channels: 130, input: [14, 14], window: [1, 1], strides: [2, 2] }],
    ["7x7 with stride", {
      features: 16,
      channels: 3,
      input: [40, 50],
      window: [7, 7],
      strides: [2, 2],
      padding: pad(3)
    }],
    ["many channels, small image", {
      batch: 3,
      features: 100,
      channels: 300,
      input: [7, 7],
      window: [3, 3],
      padding: pad(1)
    }],
    ["to one pixel", { batch: 4, features: 40, channels: 60, input: [5, 5], window: [5, 5] }],
    ["to one pixel, channels last", {
      batch: 4,
      features: 40,
      channels: 60,
      input: [5, 5],
      window: [5, 5],
      ...channelsLast(2)
    }],
    ["depthwise", { batch: 2, groups: 24, features: 24, input: [30, 30], window: [3, 3], padding: pad(1) }],
    ["depthwise, channels last", {
      batch: 2,
      groups: 24,
      features: 48,
      input: [30, 30],
      window: [3, 3],
      padding: pad(1),
      ...channelsLast(2)
    }],
    ["a long signal", { batch: 2, features: 6, channels: 2, input: [20_000], window: [9], padding: [[4, 4]] }],
    ["a long signal, channels last, dilated", {
      features: 6,
      channels: 2,
      input: [20_000],
      window: [9],
      padding: [[4, 4]],
      rhsDilation: [3],
      ...channelsLast(1)
    }],
    ["the gradient of weights", {
      batch: 10,
      features: 12,
      channels: 3,
      input: [30, 30],
      window: [28, 28],
      padding: pad(0),
      lhsOrder: [1, 0, 2, 3],
      rhsOrder: [1, 0, 2, 3],
      outOrder: [1, 0, 2, 3]
    }],
    ["the gradient of a strided input", {
      batch: 2,
      features: 10,
      channels: 12,
      input: [15, 15],
      window: [3, 3],
      padding: [[1, 2], [1, 2]],
      lhsDilation: [2, 2],
      rhsOrder: [1, 0, 2, 3],
      rhsReversed: [2, 3]
    }],
    ["volumes", {
      batch: 2,
      features: 5,
      channels: 4,
      input: [10, 11, 12],
      window: [3, 3, 3],
      padding: [[1, 1], [1, 1], [1, 1]]
    }],
    ["many small images", {
      batch: 200,
      features: 3,
      channels: 2,
      input: [6, 6],
      window: [3, 3],
      epilogue: "biasRelu"
    }],
    ["half precision", {
      batch: 2,
      features: 20,
      channels: 30,
      input: [20, 20],
      window: [3, 3],
      padding: pad(1),
      operandDtype: "float16",
      dtype: "float32",
      storeDtype: "float16"
    }]
  ]
  it.each(large)("%s, the same with any number of ranks", (_, c) => {
    const plan = convolution(c)!
    const one = run(plan, 5, true, 1)
    expectRight(plan, one)
    for (const ranks of [2, 3]) expect(run(plan, 5, true, ranks).bits(out)).toEqual(one.bits(out))
    expectRight(plan, run(plan, 5, false, 2))
  })

  it("NaN and infinities reach the results they belong to, and no others", () => {
    const specials = [NaN, Infinity, -Infinity]
    const random = new Random(2)
    for (const layout of [{}, channelsLast(2)]) {
      for (const strides of [[1, 1], [1, 2]]) {
        const plan = convolution({
          batch: 2,
          features: 7,
          channels: 3,
          input: [9, 11],
          window: [3, 3],
          padding: pad(1),
          strides,
          ...layout
        })!
        const at = [random.int(0, 2 * 3 * 99 - 1), 2 * 3 * 99 - 1]
        const compiled = compile<Convolve>(plan, emitConvolve, {
          // Weights without zeros: zero times infinity would be NaN in both.
          fill: (buffer, i) => buffer === lhs && at.includes(i) ? random.pick(specials) : 0.5 + random.next()
        })
        compiled.run(2)
        expectRight(plan, compiled)
      }
    }
  })

  it("a window without taps, and nothing to compute", () => {
    const plan = convolution({ features: 3, channels: 2, input: [5], window: [2], epilogue: "biasRelu" })!
    const kernel = plan.kernels[0] as Convolve
    const empty = { ...plan, kernels: [{ ...kernel, channels: 0 }] }
    expectRight(empty, run(empty, 1))
    expect(run({ ...plan, kernels: [{ ...kernel, batch: 0 }] }, 1).code.phases).toEqual([])
  })
})
