import type { Body, Contract, Plan } from "@effax/compiler/Plan"
import { type DType, isInteger } from "effax/DType"
import { describe, expect, it } from "vitest"
import { emitContract } from "../../src/internal/codegen/contract.ts"
import { compile, expectRight, planOf, Random, type Run, shuffled, strided } from "./contractionHarness.ts"

interface Case {
  readonly batch?: ReadonlyArray<number>
  readonly m: number
  readonly n: number
  readonly k: number
  readonly dtype?: DType
  readonly operandDtype?: DType
  readonly storeDtype?: DType
  /** The order of axes in memory, slowest first: 0 to batch.length - 1, then m and k, k and n, m and n. */
  readonly lhsOrder?: ReadonlyArray<number>
  readonly rhsOrder?: ReadonlyArray<number>
  readonly outOrder?: ReadonlyArray<number>
  /** Axes that run backwards, and axes along which an operand does not vary. */
  readonly lhsReversed?: ReadonlyArray<number>
  readonly rhsReversed?: ReadonlyArray<number>
  readonly lhsConstant?: ReadonlyArray<number>
  readonly rhsConstant?: ReadonlyArray<number>
  /** Elements between neighbours. */
  readonly gap?: number
  readonly epilogue?: "none" | "biasRelu"
}

const lhs = 0
const rhs = 1
const bias = 2
const out = 3

const contraction = (c: Case): Plan => {
  const { batch = [], dtype = "float32", gap = 1, k, m, n } = c
  const { operandDtype = dtype, storeDtype = dtype } = c
  const natural = [...batch, 0, 0].map((_, axis) => axis)
  const left = strided([...batch, m, k], c.lhsOrder ?? natural, {
    gap,
    reversed: c.lhsReversed ?? [],
    constant: c.lhsConstant ?? []
  })
  const right = strided([...batch, k, n], c.rhsOrder ?? natural, {
    gap,
    reversed: c.rhsReversed ?? [],
    constant: c.rhsConstant ?? []
  })
  const result = strided([...batch, m, n], c.outOrder ?? natural, { gap })
  const converts: Body = storeDtype === dtype ? [] : [{ op: "convert", dtype: storeDtype, args: [0] }]
  const epilogue: Body = c.epilogue === "biasRelu"
    ? [
      { op: "result", dtype, which: 0 },
      { op: "load", dtype, buffer: bias, index: { offset: 0, strides: [...batch.map(() => 0), 0, 1] } },
      { op: "add", dtype, args: [0, 1] },
      { op: "literal", dtype, value: 0 },
      { op: "max", dtype, args: [2, 3] },
      ...(storeDtype === dtype ? [] : [{ op: "convert", dtype: storeDtype, args: [4] } as const])
    ]
    : [{ op: "result", dtype, which: 0 }, ...converts]
  const kernel: Contract = {
    kind: "contract",
    name: "dot_general",
    barrier: false,
    batch,
    m,
    n,
    k,
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
    { dtype, elements: n },
    { dtype: storeDtype, elements: result.elements }
  ])
}

/** Small integers for integer dtypes, halves and quarters for narrow floats, anything for the others. */
const filling = (random: Random, dtype: DType) => (): number =>
  isInteger(dtype)
    ? random.int(dtype.startsWith("u") ? 0 : -7, 7)
    : dtype === "bool"
    ? random.int(0, 1)
    : dtype === "float16" || dtype === "bfloat16"
    ? random.int(-8, 8) / 4
    : random.next() * 2 - 1

const run = (plan: Plan, seed: number, relaxedSimd = true, ranks = 1): Run => {
  const random = new Random(seed)
  const fills = plan.buffers.map(({ dtype }) => filling(random, dtype))
  const compiled = compile<Contract>(plan, emitContract, { relaxedSimd, fill: (buffer) => fills[buffer]!() })
  compiled.run(ranks)
  return compiled
}

const verify = (c: Case, seed = 1, relaxedSimd = true): Run => {
  const plan = contraction(c)
  const compiled = run(plan, seed, relaxedSimd)
  try {
    expectRight(plan, compiled)
  } catch (error) {
    throw new Error(`${JSON.stringify(c)}: ${String(error)}`, { cause: error })
  }
  return compiled
}

describe("contract", () => {
  it("all small shapes in the four layouts", () => {
    let seed = 0
    const orders = [[0, 1], [1, 0]]
    for (let m = 1; m <= 17; m++) {
      for (let n = 1; n <= 17; n++) {
        const k = 1 + (m * 7 + n * 5) % 17
        const [lhsOrder, rhsOrder] = [orders[m & 1]!, orders[n >> 1 & 1]!]
        verify({ m, n, k, lhsOrder, rhsOrder }, ++seed, n % 3 !== 0)
      }
    }
  })

  it("random strides, batches, epilogues and layouts of the result", () => {
    const random = new Random(7)
    const axesOf = (length: number): ReadonlyArray<number> =>
      Array.from({ length }, (_, i) => i).filter(() => random.next() < 0.2)
    for (let i = 0; i < 400; i++) {
      const batch = Array.from({ length: random.int(0, 2) }, () => random.int(1, 4))
      const size = () => random.next() < 0.15 ? random.int(18, 70) : random.int(1, 17)
      const axes = batch.length + 2
      verify(
        {
          batch,
          m: size(),
          n: size(),
          k: size(),
          lhsOrder: shuffled(random, axes),
          rhsOrder: shuffled(random, axes),
          outOrder: random.next() < 0.5 ? shuffled(random, axes) : batch.map((_, b) => b).concat(axes - 2, axes - 1),
          lhsReversed: axesOf(axes),
          rhsReversed: axesOf(axes),
          lhsConstant: axesOf(axes),
          rhsConstant: axesOf(axes),
          gap: random.pick([1, 1, 1, 2]),
          epilogue: random.pick(["none", "biasRelu"])
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
    ["bfloat16", "float32", "float32"],
    ["float32", "float64", "float64"],
    ["int8", "int32", "int32"],
    ["int8", "int32", "int8"],
    ["uint8", "uint32", "uint8"],
    ["int16", "int32", "int16"],
    ["uint16", "uint32", "uint16"],
    ["int32", "int64", "int64"]
  ]
  it.each(dtypes)("%s operands, %s sums, %s results", (operandDtype, dtype, storeDtype) => {
    const random = new Random(11)
    for (let i = 0; i < 25; i++) {
      const batch = random.next() < 0.3 ? [random.int(1, 3)] : []
      const axes = batch.length + 2
      verify({
        batch,
        m: random.int(1, 20),
        n: random.int(1, 20),
        // Sums of narrow integers stay inside their range.
        k: storeDtype === "int8" || storeDtype === "uint8" ? random.int(1, 2) : random.int(1, 30),
        lhsOrder: shuffled(random, axes),
        rhsOrder: shuffled(random, axes),
        operandDtype,
        dtype,
        storeDtype
      }, i)
    }
  })

  it("integers wrap", () => {
    for (const dtype of ["int32", "uint32", "int64", "uint64"] as const) {
      const plan = contraction({ m: 3, n: 5, k: 40, dtype })
      const random = new Random(3)
      const bits = dtype.endsWith("64") ? 64 : 32
      const big = (): bigint => {
        const x = BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(0, 2 ** 31)) * 7n
        return dtype.startsWith("u") ? BigInt.asUintN(bits, x) : BigInt.asIntN(bits, x)
      }
      const compiled = compile<Contract>(plan, emitContract, { fill: () => big() })
      compiled.run(1)
      expectRight(plan, compiled)
    }
  })

  const large: ReadonlyArray<Case> = [
    { m: 130, n: 200, k: 700 },
    { m: 200, n: 130, k: 700, lhsOrder: [1, 0], epilogue: "biasRelu" },
    { m: 130, n: 200, k: 700, rhsOrder: [1, 0], outOrder: [1, 0] },
    { m: 130, n: 101, k: 600, lhsOrder: [1, 0], rhsOrder: [1, 0], gap: 2, epilogue: "biasRelu" },
    { m: 1, n: 3000, k: 1100 },
    { m: 1, n: 3000, k: 1100, rhsOrder: [1, 0] },
    { m: 3000, n: 1, k: 1100 },
    { m: 3000, n: 1, k: 1100, lhsOrder: [1, 0], epilogue: "biasRelu" },
    { m: 7, n: 2000, k: 600 },
    { m: 11, n: 700, k: 600, rhsOrder: [1, 0] },
    { m: 1, n: 1, k: 100_003 },
    { m: 2, n: 3, k: 100_003, rhsOrder: [1, 0] },
    { m: 33, n: 40, k: 20_000 },
    { m: 1000, n: 1200, k: 3 },
    { batch: [40], m: 30, n: 30, k: 30, epilogue: "biasRelu" },
    { batch: [3, 2], m: 90, n: 90, k: 400, epilogue: "biasRelu", dtype: "float64" },
    { batch: [2], m: 90, n: 90, k: 400, epilogue: "biasRelu", operandDtype: "bfloat16", storeDtype: "float16" },
    // One matrix for a batch of vectors is one product.
    { batch: [300], m: 1, n: 200, k: 300, rhsConstant: [0] },
    { batch: [300], m: 200, n: 1, k: 300, lhsConstant: [0] }
  ]
  it.each(large)("$m x $k by $k x $n in several blocks, the same with any number of ranks", (c) => {
    const plan = contraction(c)
    const one = run(plan, 5, true, 1)
    expectRight(plan, one)
    for (const ranks of [2, 3]) expect(run(plan, 5, true, ranks).bits(out)).toEqual(one.bits(out))
    expectRight(plan, run(plan, 5, false, 2))
  })

  it("a sum over a million terms is accurate", () => {
    // All of one sign, so that errors of a naive sum would add up.
    for (const [m, n] of [[1, 1], [3, 9], [16, 16]] as const) {
      const k = 1_000_000
      const plan = contraction({ m, n, k, lhsConstant: [0], rhsConstant: [1], rhsOrder: [1, 0] })
      const compiled = compile<Contract>(plan, emitContract, { fill: (buffer) => buffer === lhs ? 0.1 : 1 })
      compiled.run(1)
      const wanted = Math.fround(0.1) * k
      for (let i = 0; i < m * n; i++) {
        expect(Math.abs(Number(compiled.buffers[out]!.get(i)) - wanted) / wanted).toBeLessThan(1e-5)
      }
    }
  })

  it("NaN and infinities reach the results they belong to, and no others", () => {
    const specials = [NaN, Infinity, -Infinity]
    for (const [m, n, k] of [[1, 9, 13], [5, 3, 7], [13, 11, 9], [40, 50, 400], [9, 1, 30], [70, 66, 330]] as const) {
      for (const orders of [{}, { lhsOrder: [1, 0] }, { rhsOrder: [1, 0] }, { lhsOrder: [1, 0], rhsOrder: [1, 0] }]) {
        const plan = contraction({ m, n, k, ...orders })
        const random = new Random(m * n)
        const chosen = new Map([
          [`${lhs},${random.int(0, m * k - 1)}`, random.pick(specials)],
          [`${rhs},${random.int(0, k * n - 1)}`, random.pick(specials)],
          // The last elements of all, next to what is filled up.
          [`${lhs},${m * k - 1}`, random.pick(specials)]
        ])
        const compiled = compile<Contract>(plan, emitContract, {
          fill: (buffer, i) => chosen.get(`${buffer},${i}`) ?? 0.5 + random.next()
        })
        compiled.run(2)
        expectRight(plan, compiled)
      }
    }
  })

  it("an epilogue may read what it overwrites, and store more than once", () => {
    const [m, n, k] = [50, 40, 70]
    const space = { offset: 0, strides: [n, 1] }
    const kernel: Contract = {
      kind: "contract",
      name: "dot_general_add",
      barrier: false,
      batch: [],
      m,
      n,
      k,
      lhs: { buffer: 0, index: { offset: 0, strides: [k, 1] } },
      rhs: { buffer: 1, index: { offset: 0, strides: [n, 1] } },
      operandDtype: "float32",
      dtype: "float32",
      epilogue: [
        { op: "result", dtype: "float32", which: 0 },
        { op: "load", dtype: "float32", buffer: 2, index: space },
        { op: "add", dtype: "float32", args: [0, 1] },
        { op: "literal", dtype: "float32", value: 0 },
        { op: "max", dtype: "float32", args: [0, 3] }
      ],
      stores: [
        { buffer: 2, index: space, value: 2 },
        { buffer: 3, index: space, value: 0 },
        { buffer: 4, index: { offset: 0, strides: [1, m] }, value: 4 }
      ]
    }
    const plan = planOf(kernel, [
      { dtype: "float32", elements: m * k },
      { dtype: "float32", elements: k * n },
      ...Array.from({ length: 3 }, () => ({ dtype: "float32", elements: m * n } as const))
    ])
    const random = new Random(1)
    const compiled = compile<Contract>(plan, emitContract, { fill: () => random.next() - 0.5 })
    const old = Array.from({ length: m * n }, () => Math.fround(random.next()))
    old.forEach((x, i) => compiled.buffers[2]!.set(i, x))
    compiled.run(2)
    const before = { length: old.length, get: (i: number) => old[i]!, set: () => {} }
    expectRight(plan, compiled, [undefined, undefined, before])
  })

  it("sums over nothing are zero, and no rows are no work", () => {
    for (const dtype of ["float32", "int64"] as const) {
      const empty = contraction({ m: 5, n: 6, k: 1, dtype, epilogue: dtype === "float32" ? "biasRelu" : "none" })
      const kernel = { ...empty.kernels[0] as Contract, k: 0 }
      const plan = { ...empty, kernels: [kernel] }
      expectRight(plan, run(plan, 3))
    }
    const none = contraction({ m: 5, n: 6, k: 2 })
    const plan = { ...none, kernels: [{ ...none.kernels[0] as Contract, m: 0 }] }
    expect(run(plan, 3).code.phases).toEqual([])
  })
})
