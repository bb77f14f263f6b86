import type { Convolve, Plan } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { differences, planOf, type Random, randomOf, validate } from "./planRunner.ts"

const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)
const stridesOf = (shape: ReadonlyArray<number>): Array<number> => shape.map((_, d) => sizeOf(shape.slice(d + 1)))

/** Strides of `[n, c, ...places]` for memory `[n, ...places, c]`. */
const channelsLast = ([n, c, ...places]: ReadonlyArray<number>): ReadonlyArray<number> => {
  const strides = stridesOf([n!, ...places, c!])
  return [strides[0]!, strides.at(-1)!, ...strides.slice(1, -1)]
}

type Geometry = Omit<Convolve, "kind" | "name" | "barrier" | "lhs" | "rhs" | "epilogue" | "stores">

const convolvePlan = (geometry: Geometry, last: boolean): Plan => {
  const { batch, channels, dtype, features, groups, input, operandDtype, output, window } = geometry
  const [lhs, rhs] = [[batch, groups * channels, ...input], [features, channels, ...window]]
  const space = [batch, features, ...output]
  const kernel: Convolve = {
    kind: "convolve",
    name: "conv",
    barrier: false,
    ...geometry,
    lhs: { buffer: 0, index: { offset: 0, strides: last ? channelsLast(lhs) : stridesOf(lhs) } },
    rhs: { buffer: 1, index: { offset: 0, strides: last ? channelsLast(rhs) : stridesOf(rhs) } },
    epilogue: [
      { op: "result", dtype, which: 0 },
      { op: "literal", dtype, value: 2 },
      { op: "mul", dtype, args: [0, 1] }
    ],
    stores: [{ buffer: 2, index: { offset: 0, strides: last ? channelsLast(space) : stridesOf(space) }, value: 2 }]
  }
  return planOf([[operandDtype, sizeOf(lhs), "in"], [operandDtype, sizeOf(rhs), "in"], [dtype, sizeOf(space), "out"]], [
    kernel
  ])
}

const geometryOf = (random: Random, large: boolean): Geometry => {
  const rank = random.integer(1, 2)
  const some = (choices: ReadonlyArray<number>) => Array.from({ length: rank }, () => random.pick(choices))
  const [input, window] = [some([5, 7, 8]), some([1, 2, 3])]
  const [strides, lhsDilation, rhsDilation] = [some([1, 2]), some([1, 1, 2]), some([1, 1, 2])]
  const [low, high] = [some([-1, 0, 1, 2]), some([-1, 0, 1, 2])]
  const output = input.map((extent, d) => {
    const padded = (extent - 1) * lhsDilation[d]! + 1 + low[d]! + high[d]!
    return Math.max(0, Math.floor((padded - (window[d]! - 1) * rhsDilation[d]! - 1) / strides[d]!) + 1)
  })
  const groups = random.pick([1, 1, 2])
  const [operandDtype, dtype] = random.pick<readonly [DType, DType]>([
    ["float32", "float32"],
    ["float16", "float32"],
    ["int32", "int32"]
  ])
  return {
    batch: random.integer(1, 2),
    features: groups * (large ? random.pick([9, 20]) : random.integer(1, 3)),
    groups,
    channels: large ? random.pick([16, 19]) : random.integer(1, 3),
    input,
    window,
    output,
    strides,
    low,
    lhsDilation,
    rhsDilation,
    operandDtype,
    dtype
  }
}

for (const large of [false, true]) {
  it(`random convolutions, ${large ? "as products of matrices" : "directly"}, give what the interpreter gives`, async () => {
    for (let seed = 0; seed < (large ? 8 : 16); seed++) {
      const random = randomOf(seed)
      const geometry = geometryOf(random, large)
      const plan = convolvePlan(geometry, random.pick([true, false]))
      await validate(plan)
      const inputs = plan.inputs.map((id) => random.elements(plan.buffers[id]!.dtype, plan.buffers[id]!.elements))
      expect(await differences(plan, inputs, 1e-4), JSON.stringify(geometry)).toEqual([])
    }
  })
}
