import type { BinaryOp, Body, Plan, UnaryOp } from "@effax/compiler/Plan"
import { describe, expect, it } from "vitest"
import { binaryReference, unaryReference } from "../../compiler/test/mathReference.ts"
import { ulpTable } from "../src/internal/wgsl/operations.ts"
import { compile, run } from "./planRunner.ts"

const count = 1 << 16

/** A Plan that applies an operation to every element. */
const planOf = (op: UnaryOp | BinaryOp, arity: number): Plan => {
  const index = { offset: 0, strides: [1] }
  const inputs = Array.from({ length: arity }, (_, i) => i)
  return {
    buffers: [
      ...inputs.map((i) => ({ dtype: "float32", elements: count, location: { _tag: "Input", index: i } }) as const),
      { dtype: "float32", elements: count, location: { _tag: "Output", index: 0 } }
    ],
    kernels: [{
      kind: "loop",
      name: op,
      barrier: false,
      space: [count],
      body: [
        ...inputs.map((buffer) => ({ op: "load", dtype: "float32", buffer, index }) as const),
        { op, dtype: "float32", args: inputs } as unknown as Body[number]
      ],
      stores: [{ buffer: arity, index, value: arity }]
    }],
    inputs,
    outputs: [arity],
    arena: 0
  }
}

const smallestNormal = 2 ** -126

/** The distance between neighbours of a number: that of the largest finite number for infinity. */
const unit = (x: number): number => {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(x), smallestNormal)))
  return 2 ** (Math.min(exponent, 127) - 23)
}

/**
 * The error of a result in ULP. NaN, infinities and the sign of zero have to be the same, an infinity where the nearest is
 * finite within the bound; what is not a normal number may as well be zero.
 */
const errorOf = (result: number, expected: number, smallest: number): number => {
  const nearest = Math.fround(expected)
  const rest = Number.isFinite(nearest) ? expected - nearest : 0
  if (Object.is(result, nearest)) return Math.abs(rest) / Math.max(unit(nearest), smallest)
  if (Number.isNaN(result) || Number.isNaN(nearest)) return Infinity
  if (Math.abs(nearest) <= smallestNormal && Math.abs(result) <= smallestNormal && nearest !== 0) return 0
  if (result === 0 && nearest === 0) return Infinity
  const finite = (x: number): number => Number.isFinite(x) ? x : Math.sign(x) * 2 ** 128
  return Math.abs(finite(result) - finite(nearest) - rest) / Math.max(unit(nearest), smallest)
}

const specials = [
  [0, 1, 0.5, 2, 1.5, 2.5, 3, 10, 0.1, 170, 1e7, 1e30, 128, 127.99999, 149, 150, 150.5, 8388609, 4194304.5, Infinity],
  [1e-45, 2 ** -126, 3.4028234663852886e38, 88.72283172607422, 88.72283935546875, 87.33655, 87.33654022216797],
  [103.97208404541016, 104, 89.41598510742188, 89.41599, 0.9999999403953552, 1.0000001192092896, 16367173 * 2 ** 72],
  [16777215, 16777216, 33554433, 16777214]
].flat().flatMap((x) => [x, -x])

/** Operations of one operand, and their values in double precision. */
const unary = Object.entries(unaryReference).flatMap(([name, reference]) => {
  const op = name as UnaryOp
  return op in ulpTable ? [{ op, reference }] : []
})

const binary: ReadonlyArray<{ readonly op: BinaryOp; readonly reference: (x: number, y: number) => number }> = [
  ...Object.entries(binaryReference).map(([op, reference]) => ({ op: op as BinaryOp, reference })),
  { op: "div", reference: (x, y) => x / y },
  { op: "rem", reference: (x, y) => x % y },
  { op: "max", reference: Math.max },
  { op: "min", reference: Math.min }
]

/** The zero of a number's sign. */
const zeroOf = (x: number): number => x < 0 || Object.is(x, -0) ? -0 : 0

const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < smallestNormal

/** On the negative axis, errors are absolute where the terms of the reflection cancel: 2^-21 of what they are. */
const smallestUnit = (op: UnaryOp, x: number): number =>
  (op === "lgamma" || op === "digamma") && x < 0 ? Math.max(1, Math.abs(unaryReference[op]!(-x))) * 2 ** -21 : 0

interface Worst {
  error: number
  at: string
}

const note = (worst: Worst, error: number, at: () => string): void => {
  if (error > worst.error) {
    worst.error = error
    worst.at = at()
  }
}

/** Numbers in [0, 1), the same at every run. */
const randomNumbers = (seed: number): () => number => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

describe("float32, one operand, over all bit patterns", () => {
  it.each(unary)("$op", async ({ op, reference }) => {
    const compiled = await compile(planOf(op, 1))
    const patterns = new Float32Array(count)
    const bits = new Uint32Array(patterns.buffer)
    const worst: Worst = { error: 0, at: "" }
    const random = randomNumbers(11)
    const ranges = [1, 12, 100]
    // 3 blocks of 65536 bit patterns, evenly spread: every exponent, either sign; then numbers that are common
    for (let block = 0; block < 3 + ranges.length; block++) {
      if (block < 3) { for (let i = 0; i < count; i++) bits[i] = i * 65536 + block * 21845 + (i * 40503) % 21845 }
      else for (let i = 0; i < count; i++) patterns[i] = (2 * random() - 1) * ranges[block - 3]!
      if (block === 0) patterns.set([...specials, NaN])
      const results = new Float32Array((await compiled([patterns.buffer]))[0]!)
      for (let i = 0; i < count; i++) {
        const x = patterns[i]!
        const expected = reference(x)
        const error = errorOf(results[i]!, expected, smallestUnit(op, x))
        // a device may take a subnormal number for zero
        const flushed = isSubnormal(x) ? errorOf(results[i]!, reference(zeroOf(x)), smallestUnit(op, x)) : Infinity
        note(worst, Math.min(error, flushed), () => `${op}(${x}) = ${results[i]}, not ${expected}`)
      }
    }
    expect(worst.error, worst.at).toBeLessThanOrEqual(ulpTable[op]!)
  })
})

describe("float32, two operands", () => {
  it.each(binary)("$op", async ({ op, reference }) => {
    const random = randomNumbers(7)
    const x = new Float32Array(count)
    const y = new Float32Array(count)
    const xBits = new Uint32Array(x.buffer)
    const yBits = new Uint32Array(y.buffer)
    const makers: ReadonlyArray<(i: number) => void> = [
      (i) => {
        xBits[i] = random() * 2 ** 32
        yBits[i] = random() * 2 ** 32
      },
      (i) => {
        x[i] = random() * 4
        y[i] = random() * 200 - 100
      },
      (i) => {
        x[i] = -Math.floor(random() * 20)
        y[i] = Math.floor(random() * 60 - 30)
      },
      (i) => {
        x[i] = 0.9 + random() * 0.2
        y[i] = random() * 2000 - 1000
      }
    ]
    for (let i = 0; i < count; i++) makers[i % makers.length]!(i)
    const corners = [...specials, NaN]
    corners.forEach((a, i) =>
      corners.forEach((b, j) => {
        x[i * corners.length + j] = a
        y[i * corners.length + j] = b
      })
    )
    const results = new Float32Array((await run(planOf(op, 2), [x.buffer, y.buffer]))[0]!)
    const worst: Worst = { error: 0, at: "" }
    for (let i = 0; i < count; i++) {
      const [a, b] = [x[i]!, y[i]!]
      const expected = reference(a, b)
      const given = (v: number): ReadonlyArray<number> => isSubnormal(v) ? [v, zeroOf(v)] : [v]
      const errors = given(a).flatMap((u) => given(b).map((v) => errorOf(results[i]!, reference(u, v), 0)))
      note(worst, Math.min(...errors), () => `${op}(${a}, ${b}) = ${results[i]}, not ${expected}`)
    }
    expect(worst.error, worst.at).toBeLessThanOrEqual(ulpTable[op]!)
  })
})

it("promises float32 within 4 ULP", () => {
  for (const [name, ulp] of Object.entries(ulpTable)) expect(ulp, name).toBeLessThanOrEqual(4)
})
